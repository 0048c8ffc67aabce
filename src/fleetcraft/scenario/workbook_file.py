"""Opening a workbook that somebody sends: its cells, or why it is not read.

Only the office format .xlsx is read. Sizes are checked before anything is unpacked or laid out in memory: of the whole
file, of what it unpacks to, of its sheets, and of the rectangle that a sheet's cells span.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineWorkbook

from fleetcraft.errors import Fault, ScenarioError

FILE = "workbook.xlsx"
LARGEST_BYTES = 25 * 2**20
LARGEST_UNPACKED_BYTES = 100 * 2**20
MOST_PARTS = 2_000
MOST_SHEETS = 200
MOST_CELLS = 200_000
WIDEST = 2_000_000
"""Cells of the rectangle from a sheet's first to its last: a reader lays out all of them."""

Cell = str | float | int | bool | date | time | datetime | timedelta
Grid = Sequence[Sequence[Cell]]

_REFERENCE = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^<>]*?\br\s*=\s*[\"']\s*([A-Za-z]*)([0-9]+)")
_STATEMENT = "xl/workbook.xml"
_OTHER_FORMATS = ("xl/workbook.bin", "content.xml", "mimetype")


def read_grids(data: bytes) -> Mapping[str, Grid]:
    """The cells of each sheet, from its upper left corner on, as values (never formulas); an empty cell is "".

    Raises ScenarioError where this is no workbook, or one beyond the limits: 25 MiB, 100 MiB unpacked, 200 sheets,
    200,000 cells that hold something.
    """
    if len(data) > LARGEST_BYTES:
        raise _refusal("more than 25 MiB", "at most 25 MiB")
    _check_parts(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = book.sheet_names
        if len(names) > MOST_SHEETS:
            raise _refusal(f"{len(names)} sheets", f"at most {MOST_SHEETS}")
        grids: dict[str, Grid] = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (ScenarioError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise _refusal("a workbook that cannot be read", "a workbook in the .xlsx format") from error
    cells = sum(cell != "" for grid in grids.values() for row in grid for cell in row)
    if cells > MOST_CELLS:
        raise _refusal(f"{cells:,} cells", f"at most {MOST_CELLS:,}")
    return grids


def _check_parts(data: bytes) -> None:
    """Unpack part after part, none of them kept: the sizes are what they claim, and no sheet spans too much."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if _STATEMENT not in names or names & set(_OTHER_FORMATS):
                raise _refusal("a file of another kind", "a workbook in the .xlsx format")
            unpacked = sum(part.file_size for part in parts)
            if unpacked > LARGEST_UNPACKED_BYTES or len(parts) > MOST_PARTS:
                raise _refusal(f"{unpacked / 2**20:,.0f} MiB in {len(parts)} parts", "at most 100 MiB unpacked")
            for part in parts:
                _check_extent(archive.read(part))
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise _refusal("a file that is no workbook", "a workbook in the .xlsx format") from error
    except Exception as error:
        if isinstance(error, ScenarioError):
            raise
        raise _refusal("a file that cannot be unpacked", "a workbook in the .xlsx format") from error


def _check_extent(part: bytes) -> None:
    width = height = 1
    for letters, number in _REFERENCE.findall(part):
        width = max(width, column_number(letters.decode()[:4]))
        height = max(height, int(number[:9]))
    if width * height > WIDEST:
        raise _refusal(f"cells over {height:,} rows and {width:,} columns", f"at most {WIDEST:,} cells from the first")


def column_number(letters: str) -> int:
    """The position of a column by its letters, A is 1."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _refusal(found: str, expected: str) -> ScenarioError:
    return ScenarioError([Fault(FILE, 0, "workbook", found, expected)])
