"""Writing a scenario's files as a workbook in which nothing is a formula."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.csv_file import number, read_sheet
from fleetcraft.scenario.edit import fragment_of
from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.files import text_from
from fleetcraft.scenario.fragments import Fragment
from fleetcraft.scenario.geojson import read_features
from fleetcraft.scenario.node import Node, plain
from fleetcraft.scenario.wording import expectation
from fleetcraft.scenario.workbook_sheets import (
    AREAS,
    GEOMETRY,
    LONGEST_CELL,
    REQUIREMENTS,
    STATEMENT,
    TABLES,
    VALUE_COLUMNS,
    columns_of,
    file_of,
    is_text,
    leaves,
)
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.scenario.yaml_words import inline, number_word

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n")
FIRST_YEAR = 1901
"""Earlier dates are written as text: workbooks count days from 1900, and wrongly at first."""
ROWS_TO_FILL = 500
"""Rows below the last that offer the words of a list too."""
LONGEST_LIST = 255


def write_workbook(files: Mapping[str, bytes]) -> bytes:
    """The workbook (.xlsx) of a scenario's files, given by name.

    Raises ScenarioError where the statement or a table that it names cannot be read as YAML, CSV or GeoJSON.
    """
    reading = read_yaml(text_from(files.get(SCENARIO_FILE, b""), SCENARIO_FILE), SCENARIO_FILE)
    if not reading.whole:
        raise ScenarioError(reading.faults)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        pen = _Pen(book)
        _write_statement(pen, reading.root)
        _write_requirements(pen, reading.root)
        for sheet in TABLES:
            name = file_of(reading.root, sheet)
            if name is not None and name in files:
                text = text_from(files[name], name)
                _write_areas(pen, text, name) if sheet == AREAS else _write_table(pen, sheet, text, name)
    return buffer.getvalue()


class _Pen:
    """Writes cells: text is never more than text, a number is one only where the workbook holds it exactly."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.quiet = book.add_format({"font_color": "#555555"})
        self.guarded = book.add_format({"quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})

    def sheet(self, name: str, header: Sequence[str], columns: Mapping[str, Fragment]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(header):
            sheet.write_string(0, at, column, self.head)
            sheet.set_column(at, at, min(max(len(column) + 2, 10), 30))
            note = _note(columns.get(column, {}))
            if note:
                sheet.write_comment(0, at, note[:LONGEST_CELL], {"x_scale": 2, "y_scale": 1.5})
        return sheet

    def value(self, sheet: Worksheet, row: int, column: int, value: object, where: str) -> None:
        """A value: None leaves the cell empty."""
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float) and _is_held(value):
            sheet.write_number(row, column, value)
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            sheet.write_datetime(row, column, value, self.day)
        else:
            self._text(sheet, row, column, value if isinstance(value, str) else inline(value, flow=True), where)

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, where: str) -> None:
        if len(text) > LONGEST_CELL:
            raise ScenarioError([Fault(where, 0, "cell", f"{len(text):,} characters", f"at most {LONGEST_CELL:,}")])
        sheet.write_string(row, column, text, self.guarded if text.startswith(FORMULA_MARKS) else None)


def _is_held(value: int | float) -> bool:
    """Whether a workbook, which keeps 16 digits, gives the number back."""
    return math.isfinite(value) and float(f"{value:.16G}") == value


def _note(fragment: Fragment) -> str:
    meaning, unit = str(fragment.get("description", "")), fragment.get("unit")
    return meaning if not unit or f"[{unit}]" in meaning else f"{meaning} [{unit}]"


def _offer(sheet: Worksheet, rows: tuple[int, int], column: int, fragment: Fragment) -> None:
    """The words that a cell may hold, as a list to choose from."""
    words = [str(word) for word in fragment.get("enum", ())]
    if words and len(",".join(words)) <= LONGEST_LIST:
        told = f"expected {expectation(fragment)}"[:LONGEST_LIST]
        rule: dict[str, Any] = {"validate": "list", "source": words, "error_message": told}
        sheet.data_validation(rows[0], column, rows[1], column, rule)


def _write_statement(pen: _Pen, root: Node) -> None:
    sheet = pen.sheet(STATEMENT, VALUE_COLUMNS, {})
    for row, (path, value) in enumerate(leaves(root), 1):
        fragment = fragment_of(path)
        unit = str(fragment.get("unit", ""))
        meaning = str(fragment.get("description", "")).replace(f" [{unit}]", "")
        sheet.write_string(row, 0, ".".join(map(str, path)))
        pen.value(sheet, row, 1, _word(value, fragment), SCENARIO_FILE)
        sheet.write_string(row, 2, unit, pen.quiet)
        sheet.write_string(row, 3, meaning, pen.quiet)
        _offer(sheet, (row, row), 1, fragment)
    for column, width in enumerate((44, 30, 18, 90)):
        sheet.set_column(column, column, width)


def _word(value: object, fragment: Fragment) -> object:
    """A value of the statement as one cell holds it: text as it is where text is meant, else as YAML has it."""
    if isinstance(value, str) and not is_text(fragment):
        return inline(value, flow=True)
    return inline(value, flow=True) if isinstance(value, Mapping | tuple) else value


def _write_requirements(pen: _Pen, root: Node) -> None:
    listed = root.get(REQUIREMENTS)
    rows = [row for each in (listed.items if listed else ()) if isinstance(row := plain(each), Mapping)]
    columns = columns_of(REQUIREMENTS)
    header = [*columns, *dict.fromkeys(str(key) for row in rows for key in row if key not in columns)]
    sheet = pen.sheet(REQUIREMENTS, header, columns)
    for number_, row in enumerate(rows, 1):
        for at, column in enumerate(header):
            value = row.get(column)
            words = ";".join(map(str, value)) if isinstance(value, tuple) else value
            pen.value(sheet, number_, at, words, SCENARIO_FILE)
    for at, column in enumerate(header):
        _offer(sheet, (1, len(rows) + ROWS_TO_FILL), at, columns.get(column, {}))


def _write_table(pen: _Pen, name: str, text: str, file: str) -> None:
    table, faults = read_sheet(text, file)
    if not table.whole or table.broken:
        raise ScenarioError(faults)
    columns = columns_of(name)
    sheet = pen.sheet(name, table.header, columns)
    for row, line in enumerate(table.lines, 1):
        for at, (column, word) in enumerate(zip(table.header, line.cells, strict=True)):
            pen.value(sheet, row, at, _of_cell(word, columns.get(column)), file)
    for at, column in enumerate(table.header):
        _offer(sheet, (1, len(table.lines) + ROWS_TO_FILL), at, columns.get(column, {}))


def _of_cell(word: str, fragment: Fragment | None) -> str | int | float:
    """A cell's word as a number where its column has numbers, or where a column unknown has one written plainly."""
    meant = number(word)
    if isinstance(meant, str) or not math.isfinite(meant):
        return word
    if fragment is None:
        return meant if number_word(meant) == word else word
    return meant if fragment.get("type") in ("number", "integer") else word


def _write_areas(pen: _Pen, text: str, file: str) -> None:
    nodes, faults = read_features(text, file)
    if nodes is None or faults:
        raise ScenarioError(faults)
    rows = [{str(key): plain(inner) for key, inner in node.mapping.items()} for node in nodes]
    outlines = [_pieces(_wkt(row.pop("polygons"))) for row in rows]
    columns = columns_of(AREAS)
    known = [*columns, *dict.fromkeys(key for row in rows for key in row if key not in columns)]
    header = [*known, *geometry_columns(max(map(len, outlines), default=1))]
    outline = {"description": "its outline as WKT (POLYGON, MULTIPOLYGON) or GeoJSON geometry, longitude first"}
    sheet = pen.sheet(AREAS, header, {**columns, GEOMETRY: outline})
    for number_, (row, pieces) in enumerate(zip(rows, outlines, strict=True), 1):
        for at, value in enumerate([*(row.get(column) for column in known), *pieces]):
            pen.value(sheet, number_, at, value if not isinstance(value, Mapping | tuple) else str(value), file)


def geometry_columns(pieces: int) -> list[str]:
    """The names of the columns over which outlines are spread."""
    return [GEOMETRY, *(f"{GEOMETRY}_{piece}" for piece in range(2, pieces + 1))]


def _wkt(polygons: Any) -> str:
    """Polygons as WKT with every digit of their positions."""

    def of_ring(ring: Any) -> str:
        return "(" + ", ".join(f"{lon!r} {lat!r}" for lon, lat in ring) + ")"

    bodies = ["(" + ", ".join(of_ring(ring) for ring in polygon) + ")" for polygon in polygons]
    return f"POLYGON {bodies[0]}" if len(bodies) == 1 else f"MULTIPOLYGON ({', '.join(bodies)})"


def _pieces(text: str) -> list[str]:
    return [text[at : at + LONGEST_CELL] for at in range(0, max(len(text), 1), LONGEST_CELL)]
