"""What the parts of a workbook hold, counted without keeping it: cells, their extent, and the text they come to.

A text that many cells share is stored once and laid out for each of them, so that a small file may ask for any amount
of memory. Parts are read as a stream; nothing that a part declares is expanded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from xml.parsers import expat

LONGEST_TEXT = 32_767
"""Characters that a cell can hold."""
MOST_TEXT = 100 * 2**20
"""Characters of shared texts, each counted once for every cell that shows it."""
MOST_CELLS = 200_000
WIDEST = 2_000_000
"""Cells of the rectangle from a sheet's first to its last: a reader lays out all of them."""
LONGEST_NUMBER, LONGEST_LETTERS = 9, 6
"""Of a row's or a text's number and a column's letters that are looked at: more are beyond every limit."""

_PLACE = re.compile(r"\s*([A-Za-z]*)([0-9]*)")
_CELLS = re.compile(rb"<(?:[\w.-]+:)?(?:sheetData|sst|si)[\s/>]")


class TooLargeError(Exception):
    """What was found, and what is expected."""

    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(found, expected)


class UnreadableError(Exception):
    """A part that holds cells or texts is not well formed, or declares a document type."""


class Parts:
    """The parts seen so far, each of which raises TooLargeError where it is too much."""

    def __init__(self) -> None:
        self._cells = 0
        self._lengths: list[int] = []
        self._shown: Counter[int] = Counter()

    def see(self, part: bytes) -> None:
        """Count what a part holds. Raises TooLargeError and UnreadableError."""
        reading = _Reading()
        try:
            reading.read(part)
        except (expat.ExpatError, UnreadableError, UnicodeError, ValueError, LookupError) as error:
            if _CELLS.search(part):
                raise UnreadableError from error
            return  # a picture or the like
        self._cells += reading.filled
        if self._cells > MOST_CELLS:
            raise _too_many_cells()
        self._shown += reading.shown
        longer = max(len(self._lengths), len(reading.lengths))
        padded = [each + [0] * (longer - len(each)) for each in (self._lengths, reading.lengths)]
        self._lengths = [max(pair) for pair in zip(*padded, strict=True)]

    def check_text(self) -> None:
        """To be called behind the last part. Raises TooLargeError."""
        known = len(self._lengths)
        text = sum(self._lengths[number] * count for number, count in self._shown.items() if number < known)
        if text > MOST_TEXT:
            raise TooLargeError(f"text of {text / 2**20:,.0f} MiB in its cells", "at most 100 MiB")


class _Reading:
    """One part as a stream of tags."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        """Characters of each shared text."""
        self.shown: Counter[int] = Counter()
        """How many cells show each shared text."""
        self.filled = 0
        self._stated = 0
        self._row = self._column = 0
        self._height = self._width = 1
        self._sheet = self._text = self._shared = False
        self._number: str | None = None

    def read(self, part: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._say
        parser.StartDoctypeDeclHandler = _refuse_declaration
        parser.Parse(part, True)

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "sheetData":
            self._sheet = True
        elif tag == "si":
            self._text = True
            self.lengths.append(0)
            if len(self.lengths) > MOST_CELLS:
                raise TooLargeError(f"more than {MOST_CELLS:,} texts", f"at most {MOST_CELLS:,}")
        elif self._sheet and tag == "row":
            self._row = _place(attributes.get("r", ""))[1] or self._row + 1
            self._column = 0
        elif self._sheet and tag == "c":
            self._cell(attributes)
        elif self._sheet and tag in ("v", "is"):
            self.filled += 1
            self._number = "" if self._shared else None
            if self.filled > MOST_CELLS:
                raise _too_many_cells()

    def _cell(self, attributes: Mapping[str, str]) -> None:
        column, row = _place(attributes.get("r", ""))
        self._row, self._column = row or self._row, column or self._column + 1
        self._height, self._width = max(self._height, self._row), max(self._width, self._column)
        self._shared = attributes.get("t") == "s"
        self._stated += 1
        if max(self._height * self._width, self._stated) > WIDEST:
            found = f"cells over {self._height:,} rows and {self._width:,} columns"
            raise TooLargeError(found, f"at most {WIDEST:,} cells from the first")

    def _say(self, words: str) -> None:
        if self._text:
            self.lengths[-1] += len(words)
            if self.lengths[-1] > LONGEST_TEXT:
                raise TooLargeError(f"a text of more than {LONGEST_TEXT:,} characters", f"at most {LONGEST_TEXT:,}")
        elif self._number is not None:
            self._number = (self._number + words)[: 2 * LONGEST_NUMBER]

    def _close(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "sheetData":
            self._sheet = False
        elif tag == "si":
            self._text = False
        elif tag == "v" and self._number is not None:
            number = self._number.strip()
            if number.isdecimal():
                self.shown[int(number[:LONGEST_NUMBER])] += 1
            self._number = None


def column_number(letters: str) -> int:
    """The position of a column by its letters, A is 1."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _place(words: str) -> tuple[int, int]:
    """Column and row of a cell's reference, counted from 1; 0 where it names none."""
    found = _PLACE.match(words)
    assert found is not None
    return column_number(found[1][:LONGEST_LETTERS]), int(found[2].lstrip("0")[:LONGEST_NUMBER] or 0)


def _too_many_cells() -> TooLargeError:
    return TooLargeError(f"more than {MOST_CELLS:,} cells", f"at most {MOST_CELLS:,}")


def _refuse_declaration(*_: object) -> None:
    raise UnreadableError
