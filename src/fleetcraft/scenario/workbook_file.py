"""Opening a workbook that somebody sends: its cells, or why it is not read.

Only the office format .xlsx is read. Sizes are checked before anything is unpacked or laid out in memory: of the whole
file, of what it unpacks to, of its sheets, of the rectangle that a sheet's cells span, and of the text they show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineWorkbook

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.workbook_parts import MOST_CELLS, MOST_TEXT, Parts, TooLargeError, UnreadableError

FILE = "workbook.xlsx"
LARGEST_BYTES = 25 * 2**20
LARGEST_UNPACKED_BYTES = 100 * 2**20
MOST_PARTS = 2_000
MOST_SHEETS = 200

Cell = str | float | int | bool | date | time | datetime | timedelta
Grid = Sequence[Sequence[Cell]]

_STATEMENT = "xl/workbook.xml"
_OTHER_FORMATS = ("xl/workbook.bin", "content.xml", "mimetype")


def read_grids(data: bytes) -> Mapping[str, Grid]:
    """The cells of each sheet, from its upper left corner on, as values (never formulas); an empty cell is "".

    Raises ScenarioError where this is no workbook, or one beyond the limits: 25 MiB, 100 MiB unpacked, 200 sheets,
    200,000 cells that hold something, 32,767 characters a cell, 100 MiB of text.
    """
    if len(data) > LARGEST_BYTES:
        raise _refusal("more than 25 MiB", "at most 25 MiB")
    _check_parts(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = book.sheet_names
        if len(names) > MOST_SHEETS:
            raise _refusal(f"{len(names)} sheets", f"at most {MOST_SHEETS}")
        return _grids(book)
    except (ScenarioError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise _refusal("a workbook that cannot be read", "a workbook in the .xlsx format") from error


def _grids(book: CalamineWorkbook) -> dict[str, Grid]:
    """Sheet after sheet, since several of them may be one part."""
    grids: dict[str, Grid] = {}
    cells = text = 0
    for name in book.sheet_names:
        grids[name] = grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        cells += sum(cell != "" for row in grid for cell in row)
        text += sum(len(cell) for row in grid for cell in row if isinstance(cell, str))
        if cells > MOST_CELLS:
            raise _refusal(f"more than {MOST_CELLS:,} cells", f"at most {MOST_CELLS:,}")
        if text > MOST_TEXT:
            raise _refusal(f"text of {text / 2**20:,.0f} MiB in its cells", "at most 100 MiB")
    return grids


def _check_parts(data: bytes) -> None:
    """Unpack part after part, none of them kept: the sizes are what they claim, and the cells not too much."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if _STATEMENT not in names or names & set(_OTHER_FORMATS):
                raise _refusal("a file of another kind", "a workbook in the .xlsx format")
            unpacked = sum(part.file_size for part in parts)
            if unpacked > LARGEST_UNPACKED_BYTES or len(parts) > MOST_PARTS:
                raise _refusal(f"{unpacked / 2**20:,.0f} MiB in {len(parts)} parts", "at most 100 MiB unpacked")
            seen = Parts()
            for part in parts:
                seen.see(archive.read(part))
            seen.check_text()
    except TooLargeError as error:
        raise _refusal(error.found, error.expected) from error
    except UnreadableError as error:
        raise _refusal("a workbook that cannot be read", "a workbook in the .xlsx format") from error
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise _refusal("a file that is no workbook", "a workbook in the .xlsx format") from error
    except Exception as error:
        if isinstance(error, ScenarioError):
            raise
        raise _refusal("a file that cannot be unpacked", "a workbook in the .xlsx format") from error


def _refusal(found: str, expected: str) -> ScenarioError:
    return ScenarioError([Fault(FILE, 0, "workbook", found, expected)])
