"""Reading a workbook into a scenario's files: what it does not change keeps its layout, its comments and its bytes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.csv_file import number, read_sheet
from fleetcraft.scenario.edit import fragment_of, keys_at, with_value
from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.files import text_from
from fleetcraft.scenario.fragments import Fragment
from fleetcraft.scenario.node import Node, plain
from fleetcraft.scenario.read import read_files
from fleetcraft.scenario.wording import clipped, expected_key, nearest_to, one_of
from fleetcraft.scenario.workbook_areas import areas_text
from fleetcraft.scenario.workbook_cells import day_of, of_requirement, plain_cell, word_of
from fleetcraft.scenario.workbook_file import FILE, Cell, Grid, read_grids
from fleetcraft.scenario.workbook_sheets import (
    AREAS,
    REQUIREMENTS,
    SHEETS,
    STATEMENT,
    TABLES,
    VALUE_COLUMNS,
    columns_of,
    file_of,
    is_text,
    leaves,
)
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.scenario.yaml_words import entry

MOST_FAULTS = 200

Files = Mapping[str, bytes]
Place = tuple[int, int]
"""Row and column of a cell, both from 0."""


def read_workbook(data: bytes, files: Files) -> dict[str, bytes]:
    """A scenario's files with what a workbook (.xlsx) says in place of what they say; ``files`` may be none at all.

    A sheet replaces the table, the requirements or the other values that it holds; what has no sheet stays. Sheets of
    other names are passed over. Formulas count as the values they had when the workbook was saved.

    Raises ScenarioError where the file is no workbook or too large, and with every fault of what its sheets say, each
    named by sheet and cell.
    """
    grids = _known(read_grids(data))
    statement = text_from(files[SCENARIO_FILE], SCENARIO_FILE) if SCENARIO_FILE in files else ""
    reading = read_yaml(statement, SCENARIO_FILE)
    if statement and not reading.whole:
        raise ScenarioError(reading.faults)
    reader = _Reader(grids)
    text = reader.statement(statement, reading.root if statement else Node({}, SCENARIO_FILE, 1))
    reader.stop_if_faulty()
    new = dict(files)
    root = read_yaml(text, SCENARIO_FILE).root
    for sheet in TABLES.keys() & grids.keys():
        name = file_of(root, sheet) or TABLES[sheet].file
        if file_of(root, sheet) is None:
            text = with_value({SCENARIO_FILE: text}, TABLES[sheet].path, name)[SCENARIO_FILE]
            root = read_yaml(text, SCENARIO_FILE).root
        old = text_from(new[name], name) if name in new else None
        made = reader.areas(old, name) if sheet == AREAS else reader.table(sheet, old, name)
        if made != old:
            new[name] = made.encode()
    reader.stop_if_faulty()
    if text != statement:
        new[SCENARIO_FILE] = text.encode()
    reader.tell_faults_of(new)
    return new


def _known(grids: Mapping[str, Grid]) -> dict[str, Grid]:
    """The sheets of a scenario by their names, capitals aside."""
    found: dict[str, Grid] = {}
    faults = []
    for name, grid in grids.items():
        sheet = name.strip().lower()
        near = nearest_to(sheet, SHEETS)
        if sheet in SHEETS and sheet not in found:
            found[sheet] = grid
        elif sheet in found or near:
            expected = f"{near}, or a name unlike it" if sheet not in found else "it once"
            faults.append(Fault(FILE, 0, "sheets", f"the sheet {clipped(name)}", expected))
    if not found and not faults:
        faults.append(Fault(FILE, 0, "sheets", one_of(grids), f"a sheet named {one_of(SHEETS)}"))
    if faults:
        raise ScenarioError(faults)
    return found


def place_name(sheet: str, row: int, column: int) -> str:
    """``platforms!F12`` for a row and a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{sheet}!{letters}{row + 1}"


@dataclass
class _Reader:
    """The sheets of one workbook, the faults found in them, and which cell became what."""

    grids: Mapping[str, Grid]
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    """Of a table's file: its sheet, and the sheet's row of each of the file's lines."""

    def fault(self, sheet: str, place: Place, found: str, expected: str) -> None:
        where = place_name(sheet, *place)
        self.faults.append(Fault(FILE, place[0] + 1, where, found, expected))

    def stop_if_faulty(self) -> None:
        if self.faults:
            raise ScenarioError(self.faults[:MOST_FAULTS])

    def header(self, sheet: str) -> list[str]:
        """The names of a sheet's columns; empty ones at the end are left out."""
        grid = self.grids[sheet]
        names = [word_of(cell) for cell in (grid[0] if grid else ())]
        while names and not names[-1]:
            names.pop()
        if not names:
            self.fault(sheet, (0, 0), "nothing", "the names of the columns")
        for at, name in enumerate(names):
            if name in names[:at]:
                self.fault(sheet, (0, at), f"the column {clipped(name)} a second time", "it once")
        return names

    def rows(self, sheet: str, width: int) -> Iterator[tuple[int, list[Cell]]]:
        """The rows that hold something, with their numbers."""
        for row, cells in enumerate(self.grids[sheet]):
            kept = [*cells[:width], *[""] * (width - len(cells))]
            for at, cell in enumerate(cells[width:], width):
                if row and cell != "":
                    self.fault(sheet, (row, at), clipped(word_of(cell)), "nothing: the column has no name")
            if row and any(cell != "" for cell in kept):
                yield row, kept

    # -- the statement ------------------------------------------------------------------------------------------------

    def statement(self, text: str, root: Node) -> str:
        """The text of scenario.yaml with what two sheets say in place of what it says."""
        if STATEMENT in self.grids:
            stated = self._stated(root)
            self.stop_if_faulty()
            text = self._written(text, root, stated)
        if REQUIREMENTS in self.grids:
            rows = self._requirements()
            self.stop_if_faulty()
            text = self._with_requirements(text, rows)
        return text

    def _stated(self, root: Node) -> dict[str, tuple[object, Place]]:
        """The values of the sheet by path."""
        header = self.header(STATEMENT)
        if header[:2] != list(VALUE_COLUMNS[:2]):
            self.fault(STATEMENT, (0, 0), clipped(", ".join(header[:2])) or "nothing", "the columns path, value")
            return {}
        stated: dict[str, tuple[object, Place]] = {}
        for row, cells in self.rows(STATEMENT, max(len(header), 2)):
            path = word_of(cells[0])
            try:
                keys = keys_at(root if path in stated else _without_items(root), path)
            except ScenarioError as error:
                self.fault(STATEMENT, (row, 0), error.faults[0].found, error.faults[0].expected)
                continue
            if path in stated or keys[0] == REQUIREMENTS:
                found = f"{clipped(path)} a second time" if path in stated else clipped(path)
                self.fault(STATEMENT, (row, 0), found, "it once" if path in stated else "it in the sheet requirements")
                continue
            stated[path] = (self._value(cells[1], fragment_of(keys), (row, 1)), (row, 1))
        return stated

    def _value(self, cell: Cell, fragment: Fragment, place: Place) -> object:
        """What a cell means where the schema asks for this."""
        if is_text(fragment):
            return (cell if isinstance(cell, str) else word_of(cell)) if cell != "" else None
        if not isinstance(cell, str):
            return day_of(cell) if fragment.get("format") == "date" else plain_cell(cell)
        reading = read_yaml(f"value: {cell}\n", FILE)
        if reading.faults or not reading.whole:
            self.fault(STATEMENT, place, clipped(cell), "a value as scenario.yaml has it")
            return None
        return plain(reading.root.mapping["value"])

    def _written(self, text: str, root: Node, stated: Mapping[str, tuple[object, Place]]) -> str:
        if not text:
            tree: dict[Any, Any] = {}
            for path, (value, _) in stated.items():
                _plant(tree, keys_at(None, path), value)
            return "".join(line + "\n" for key, value in tree.items() for line in entry(key, value, 0))
        now = {".".join(map(str, path)): value for path, value in leaves(root)}
        for path, (value, place) in stated.items():
            if path not in now or not _same(now[path], value):
                text = self._edited(text, path, value, (STATEMENT, place))
        for path in now.keys() - stated.keys():
            text = self._edited(text, path, None, (STATEMENT, (0, 0)))
        return text

    def _edited(self, text: str, path: str, value: object, place: tuple[str, Place]) -> str:
        try:
            return with_value({SCENARIO_FILE: text}, path, _as_data(value))[SCENARIO_FILE]
        except ScenarioError as error:
            self.fault(*place, f"{clipped(path)}: {error.faults[0].found}", error.faults[0].expected)
            return text

    # -- the requirements ---------------------------------------------------------------------------------------------

    def _requirements(self) -> list[tuple[int, dict[str, object]]]:
        header = self.header(REQUIREMENTS)
        columns = columns_of(REQUIREMENTS)
        for at, name in enumerate(header):
            if name not in columns:
                self.fault(REQUIREMENTS, (0, at), f"the unknown column {clipped(name)}", expected_key(name, columns))
        rows = []
        for row, cells in self.rows(REQUIREMENTS, len(header)):
            entries = {
                name: of_requirement(cell, columns.get(name, {}))
                for name, cell in zip(header, cells, strict=True)
                if cell != ""
            }
            rows.append((row, entries))
        if not rows:
            self.fault(REQUIREMENTS, (1, 0), "nothing", "one requirement or more")
        return rows

    def _with_requirements(self, text: str, rows: Sequence[tuple[int, Mapping[str, object]]]) -> str:
        root = read_yaml(text, SCENARIO_FILE).root if text else Node({}, SCENARIO_FILE, 1)
        listed = root.get(REQUIREMENTS)
        old = [plain(node) for node in (listed.items if listed is not None else ())]
        if not old:
            lines = entry(REQUIREMENTS, [dict(row) for _, row in rows], 0)
            return text + "".join(line + "\n" for line in lines) if listed is None else self._all(text, rows)
        for position in range(len(old) - 1, len(rows) - 1, -1):
            text = self._edited(text, f"{REQUIREMENTS}.{position}", None, (REQUIREMENTS, (0, 0)))
        for position, (row, new) in enumerate(rows):
            text = self._with_requirement(text, position, old[position] if position < len(old) else None, row, new)
        return text

    def _all(self, text: str, rows: Sequence[tuple[int, Mapping[str, object]]]) -> str:
        return self._edited(text, REQUIREMENTS, [dict(row) for _, row in rows], (REQUIREMENTS, (0, 0)))

    def _with_requirement(self, text: str, position: int, old: object, row: int, new: Mapping[str, object]) -> str:
        path, place = f"{REQUIREMENTS}.{position}", (REQUIREMENTS, (row, 0))
        if not isinstance(old, Mapping):
            return self._edited(text, path, dict(new), place)
        for key in (*old, *(key for key in new if key not in old)):
            if not _same(old.get(key), new.get(key)):
                text = self._edited(text, f"{path}.{key}", new.get(key), place)
        return text

    # -- the tables ---------------------------------------------------------------------------------------------------

    def table(self, sheet: str, old: str | None, name: str) -> str:
        """The text of a CSV file; rows and cells that mean what they meant keep their words."""
        header = self.header(sheet)
        grid = [header]
        lines: dict[int, int] = {}
        line = 2
        words = _old_words(old, name) if old is not None else None
        for row, cells in self.rows(sheet, len(header)):
            texts = [_kept(word_of(cell), words, len(grid), column) for column, cell in zip(header, cells, strict=True)]
            lines[line] = row
            line += 1 + sum(text.count("\n") for text in texts)
            grid.append(texts)
        self.lines[name] = (sheet, lines)
        if old is not None and words is not None and grid == [words.header, *words.rows]:
            self.lines[name] = (sheet, dict(zip(words.lines, lines.values(), strict=True)))
            return old
        buffer = StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(grid)
        return buffer.getvalue()

    def areas(self, old: str | None, name: str) -> str:
        """The text of a GeoJSON file; the old one where nothing changed."""
        header = self.header(AREAS)
        text, lines = areas_text(header, list(self.rows(AREAS, len(header))), old, name, self._fault_of(AREAS))
        self.lines[name] = (AREAS, lines)
        return text

    def _fault_of(self, sheet: str) -> Callable[[Place, str, str], None]:
        return lambda place, found, expected: self.fault(sheet, place, found, expected)

    # -- what the scenario says of it ---------------------------------------------------------------------------------

    def tell_faults_of(self, files: Files) -> None:
        """Raises ScenarioError with the faults of what came from sheets, told by their cells."""
        try:
            read_files(files)
        except ScenarioError as error:
            found = [told for fault in error.faults if (told := self._by_cell(fault)) is not None]
            if found:
                raise ScenarioError(found[:MOST_FAULTS]) from error

    def _by_cell(self, fault: Fault) -> Fault | None:
        if fault.file == SCENARIO_FILE:
            return self._by_path(fault)
        if fault.file not in self.lines:
            return None
        sheet, lines = self.lines[fault.file]
        row = lines.get(fault.line, 0)
        return self._at(sheet, row, fault.where.split(" of ")[0], fault)

    def _by_path(self, fault: Fault) -> Fault | None:
        column, _, of = fault.where.rpartition(" of ")
        label = of.split(" (case ")[0].removeprefix("requirement ")
        if of.startswith("requirement ") and label.isdecimal():
            return self._at(REQUIREMENTS, int(label), column, fault) if REQUIREMENTS in self.grids else None
        if STATEMENT not in self.grids:
            return None
        path = fault.where.split(" (case ")[0]
        rows = [(row, word_of(cells[0])) for row, cells in self.rows(STATEMENT, 2)]
        row = next((row for row, name in rows if name == path or name.startswith(f"{path}.")), 0)
        return Fault(FILE, row + 1, place_name(STATEMENT, row, 1), fault.found, f"{path}: {fault.expected}")

    def _at(self, sheet: str, row: int, column: str, fault: Fault) -> Fault:
        header = [word_of(cell) for cell in self.grids[sheet][0]]
        at = header.index(column) if column in header else 0
        expected = fault.expected if column in header else f"{fault.where}: {fault.expected}"
        return Fault(FILE, row + 1, place_name(sheet, row, at), fault.found, expected)


@dataclass(frozen=True)
class _Words:
    """The words of a CSV file as it was: the header, the rows, and the line that each begins on."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]


def _old_words(text: str, name: str) -> _Words | None:
    sheet, _ = read_sheet(text, name)
    if not sheet.whole or sheet.broken:
        return None
    return _Words(list(sheet.header), [list(line.cells) for line in sheet.lines], [line.number for line in sheet.lines])


def _kept(word: str, words: _Words | None, row: int, column: str) -> str:
    """The word that stood in the same cell if it means the same number, else the new one."""
    if words is None or column not in words.header or row > len(words.rows):
        return word
    old = words.rows[row - 1][words.header.index(column)]
    same = not isinstance(number(old), str) and number(old) == number(word)
    return old if same else word


def _without_items(root: Node) -> Node:
    """The statement without its requirements: their sheet is another."""
    return Node({key: node for key, node in root.mapping.items() if key != REQUIREMENTS}, root.file, root.line)


def _plant(tree: dict[Any, Any], keys: Sequence[Any], value: object) -> None:
    *path, last = keys
    for key in path:
        inner = tree.setdefault(key, {})
        tree = inner if isinstance(inner, dict) else tree
    tree[last] = value


def _same(a: object, b: object) -> bool:
    """Whether two values mean the same: a list is a tuple, a whole number is a number, true is none."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def _as_data(value: object) -> object:
    """A value as JSON would have it, which is what an edit takes."""
    if isinstance(value, date):
        return value.isoformat()
    return [_as_data(each) for each in value] if isinstance(value, list | tuple) else value
