"""One cell of a CSV text changed in place: quotes, line ends and every other byte stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CELL = re.compile(r'[ \t]*"(?:[^"]|"")*"[ \t]*(?=[,\r\n]|$)|[^,\r\n]*')
_NEEDS_QUOTES = re.compile(r'[,"\r\n]|^\s|\s$')


@dataclass(frozen=True)
class Span:
    """Where a cell stands in the text, and what it says."""

    start: int
    end: int
    words: str


def rows_of(text: str) -> list[list[Span]]:
    """The cells of every row with their places; blank lines are rows of one empty cell."""
    rows: list[list[Span]] = []
    row: list[Span] = []
    at = 0
    while at < len(text) or row:
        match = _CELL.match(text, at)
        assert match is not None
        row.append(Span(at, match.end(), _words(match[0])))
        at = match.end()
        if text.startswith(",", at):
            at += 1
            continue
        rows.append(row)
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
    return rows


def with_cell(text: str, cell: Span, words: str) -> str:
    """The text with other words in a cell, quoted where they need it or the cell was."""
    old = text[cell.start : cell.end]
    return text[: cell.start] + _quoted(words, always='"' in old) + text[cell.end :]


def with_column(text: str, rows: Sequence[Sequence[Span]], name: str, row: Sequence[Span], words: str) -> str:
    """The text with a further column behind the last, empty but for one row."""
    parts, at = [], 0
    for each in rows:
        if len(each) < len(rows[0]):
            continue
        end = each[-1].end
        cell = name if each is rows[0] else words if each is row else ""
        parts += [text[at:end], ",", _quoted(cell, always=False)]
        at = end
    return "".join([*parts, text[at:]])


def _words(raw: str) -> str:
    raw = raw.strip()
    return raw[1:-1].replace('""', '"').strip() if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw


def _quoted(words: str, *, always: bool) -> str:
    if always or _NEEDS_QUOTES.search(words):
        return '"' + words.replace('"', '""') + '"'
    return words
