"""JSON (RFC 8259) as nodes that know their lines."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import NoReturn

from fleetcraft.errors import Fault
from fleetcraft.scenario.node import Key, Node, Reading
from fleetcraft.scenario.wording import clipped

MOST_NODES = 1_000_000
DEEPEST = 50
LONGEST_INTEGER = 300

_BLANKS = re.compile(r"[ \t\r\n]*")


def read_json(text: str, name: str) -> Reading:
    """The value that a JSON text holds, with the faults of its form.

    A key given twice leaves the rest readable; reading stops at text that is not JSON, at more than a million values
    and at nesting deeper than 50, and the tree is then empty.
    """
    parser = _Parser(text, name)
    try:
        root = parser.value(depth=0)
        parser.expect_end()
    except _Stopped:
        return Reading(Node(None, name, 1), tuple(parser.faults), False)
    return Reading(root, tuple(parser.faults), True)


class _Stopped(Exception):  # noqa: N818 - not an error of the program: reading goes no further
    """The text cannot be read on; the fault that says so has been noted."""


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


class _Parser:
    """Recursive descent over the text; ``at`` only moves on, so lines are counted once."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.faults: list[Fault] = []
        self.at = 0
        self._line = 1
        self._counted = 0
        self._nodes = 0
        self._decode = JSONDecoder(parse_int=_integer).raw_decode

    @property
    def line(self) -> int:
        """The line of the current place."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def value(self, depth: int) -> Node:
        """The value that begins at the current place."""
        first = self._next()
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._stop(f"more than {MOST_NODES:,} values", f"at most {MOST_NODES:,}")
        if depth > DEEPEST:
            self._stop(f"nesting deeper than {DEEPEST}", f"at most {DEEPEST} levels")
        if first == "{":
            return self._object(depth)
        return self._array(depth) if first == "[" else self._scalar()

    def expect_end(self) -> None:
        """Nothing but blanks may follow."""
        if self._next():
            self._stop(f"{self._rest()} after the end", "nothing more")

    def _object(self, depth: int) -> Node:
        line = self.line
        entries: dict[Key, Node] = {}
        closing = self._opened("}")
        while not closing:
            if self._next() != '"':
                self._stop(self._rest(), "a key in double quotes")
            key_line = self.line
            key = str(self._scalar().value)
            self._take(":")
            value = self.value(depth + 1).moved(self.name, key_line)
            if key in entries:
                first = entries[key].line
                self.faults.append(
                    Fault(self.name, key_line, clipped(key), "the key a second time", f"it once (line {first})")
                )
            else:
                entries[key] = value
            closing = self._closed("}")
        return Node(entries, self.name, line)

    def _array(self, depth: int) -> Node:
        line = self.line
        items: list[Node] = []
        closing = self._opened("]")
        while not closing:
            items.append(self.value(depth + 1))
            closing = self._closed("]")
        return Node(items, self.name, line)

    def _scalar(self) -> Node:
        start, line = self.at, self.line
        try:
            value, self.at = self._decode(self.text, start)
        except JSONDecodeError:
            self._stop(self._rest(), "a JSON value")
        if isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                self._stop(self._rest(), "text without half of a surrogate pair")
        return Node(value, self.name, line, self.text[start : self.at])

    def _opened(self, end: str) -> bool:
        """Step over an opening bracket; whether the collection is empty and closed already."""
        self.at += 1
        if self._next() != end:
            return False
        self.at += 1
        return True

    def _closed(self, end: str) -> bool:
        """Step over a comma or the closing bracket; whether it was the bracket."""
        mark = self._next()
        if mark not in (",", end):
            self._stop(self._rest(), f"a comma or {end}")
        self.at += 1
        return mark == end

    def _take(self, mark: str) -> None:
        if self._next() != mark:
            self._stop(self._rest(), mark)
        self.at += 1

    def _next(self) -> str:
        match = _BLANKS.match(self.text, self.at)
        if match:
            self.at = match.end()
        return self.text[self.at : self.at + 1]

    def _rest(self) -> str:
        return clipped(self.text[self.at : self.at + 20]) or "the end of the file"

    def _stop(self, found: str, expected: str) -> NoReturn:
        self.faults.append(Fault(self.name, self.line, "JSON", found, expected))
        raise _Stopped
