"""CSV tables as nodes that know their lines: a cell becomes a value by the schema of its column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from fleetcraft.errors import Fault
from fleetcraft.scenario.fragments import Fragment, resolved
from fleetcraft.scenario.node import Key, Node
from fleetcraft.scenario.wording import clipped, expected_key

MOST_ROWS = 100_000
LONGEST_CELL = 100_000
LONGEST_ROW = 1_000_000
LONGEST_INTEGER = 300

PROBLEMS = {
    "unexpected end of data": ("a quote that is not closed", "quotes in pairs"),
    "row too long": (f"a row of more than {LONGEST_ROW:,} characters", f"at most {LONGEST_ROW:,}"),
    f"field larger than field limit ({csv.field_size_limit()})": (
        "a cell too long",
        f"at most {LONGEST_CELL:,} characters",
    ),
}

_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?(?:nan|inf|infinity)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: its cells, stripped of outer blanks, and the line it begins on."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's header, the rows that have one cell for each column, and those that do not.

    ``whole``: reading reached the end, and the header is one.
    """

    name: str
    header: Sequence[str]
    lines: Sequence[Line]
    broken: Sequence[Line]
    whole: bool


def read_sheet(text: str, name: str, first_column: str = "") -> tuple[Sheet, list[Fault]]:
    """Header and rows of a CSV text, with the faults of its form; blank rows are left out.

    ``first_column`` names the first column where its header may be empty.
    Reading stops at quotes that do not match, at a row longer than a million characters and after 100,000 rows.
    """
    stops: list[Fault] = []
    rows = _rows(text, name, stops)
    header = next(rows, Line(1, ()))
    if stops:
        return Sheet(name, (), (), (), whole=False), stops
    if header.cells and not header.cells[0]:
        header = Line(1, [first_column, *header.cells[1:]])
    if not any(header.cells) or (len(header.cells) == 1 and re.search(r"[;\t]", header.cells[0])):
        found = clipped(header.cells[0]) if any(header.cells) else "an empty line"
        stops.append(Fault(name, 1, "header", found, "the names of the columns, separated by commas"))
        return Sheet(name, (), (), (), whole=False), stops
    faults = list(_header_faults(header, name))
    lines: list[Line] = []
    broken: list[Line] = []
    for row in rows:
        if not any(row.cells):
            continue
        if len(lines) + len(broken) == MOST_ROWS:
            stops.append(Fault(name, row.number, "table", f"more than {MOST_ROWS:,} rows", f"at most {MOST_ROWS:,}"))
            break
        fault = _row_fault(row, len(header.cells), name)
        if fault:
            faults.append(fault)
        (broken if fault else lines).append(row)
    return Sheet(name, header.cells, lines, broken, whole=not stops), [*faults, *stops]


def _rows(text: str, name: str, stops: list[Fault]) -> Iterator[Line]:
    first = 1
    taken = 0

    def physical_lines() -> Iterator[str]:
        nonlocal taken
        for line in StringIO(text, newline=""):
            taken += len(line)
            if taken > LONGEST_ROW:
                raise csv.Error("row too long")
            yield line

    reader = csv.reader(physical_lines(), strict=True)
    try:
        for cells in reader:
            yield Line(first, [cell.strip() for cell in cells])
            first, taken = reader.line_num + 1, 0
    except csv.Error as error:
        found, expected = PROBLEMS.get(str(error), (str(error), "cells separated by commas, quotes in pairs"))
        stops.append(Fault(name, first, "table", clipped(found), expected))


def _header_faults(header: Line, name: str) -> Iterator[Fault]:
    for number, column in enumerate(header.cells):
        if not column:
            yield Fault(name, 1, f"column {number + 1}", "no name", "a name")
        elif column in header.cells[:number]:
            yield Fault(name, 1, clipped(column), "the column a second time", "it once")


def _row_fault(row: Line, width: int, name: str) -> Fault | None:
    where = f"row {clipped(row.cells[0])}"
    if len(row.cells) != width:
        return Fault(name, row.number, where, f"{len(row.cells)} cells", f"{width}, one for each column")
    if any(len(cell) > LONGEST_CELL for cell in row.cells):
        return Fault(name, row.number, where, "a cell too long", f"at most {LONGEST_CELL:,} characters")
    return None


def column_faults(sheet: Sheet, schema: Fragment, *, extra: bool) -> Iterator[Fault]:
    """Columns that are missing and, unless ``extra`` ones are allowed, columns that the schema does not know."""
    known = schema["properties"]
    absent = [column for column in known if column not in sheet.header]
    meant = set()
    for column in () if extra else filter(None, sheet.header):
        if column not in known:
            expected = expected_key(column, absent or known)
            meant.add(expected)
            yield Fault(sheet.name, 1, clipped(column), "an unknown column", expected)
    for column in schema["required"]:
        if column in absent and column not in meant:
            yield Fault(sheet.name, 1, column, "no such column", f"a column {column}")


def row_nodes(sheet: Sheet, schema: Fragment) -> Iterator[Node]:
    """A mapping of columns to values for each row; an empty cell is None where its column may be empty, else absent."""
    known = {
        number: (column, resolved(fragment, schema), "anyOf" in fragment)
        for number, column in enumerate(sheet.header)
        if (fragment := schema["properties"].get(column))
    }
    for line in sheet.lines:
        entries: dict[Key, Node] = {
            column: cell_node(line.cells[number], fragment, sheet.name, line.number)
            for number, (column, fragment, may_be_empty) in known.items()
            if line.cells[number] or may_be_empty
        }
        yield Node(entries, sheet.name, line.number)


def cell_node(cell: str, fragment: Fragment, file: str, line: int) -> Node:
    """The value of one cell: a number, text, or texts separated by ``;``, as its column's schema has it."""
    kind = fragment.get("type")
    if not cell:
        return Node(None, file, line)
    if kind == "array":
        return Node([Node(part.strip(), file, line) for part in cell.split(";")], file, line, cell)
    value = number(cell) if kind in ("number", "integer") else cell
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets write 12.0 in a column that has empty cells
    return Node(value, file, line, cell)


def number(cell: str) -> int | float | str:
    """The number that a cell holds, or its text where it holds none."""
    if _INTEGER.fullmatch(cell) and len(cell) <= LONGEST_INTEGER:
        return int(cell)
    return float(cell) if _NUMBER.fullmatch(cell) or _NOT_FINITE.fullmatch(cell) else cell
