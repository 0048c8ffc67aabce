"""Rows of a scenario's tables as values, each with the place it was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from fleetcraft.errors import Fault
from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.base import Value
from fleetcraft.scenario.csv_file import column_faults, read_sheet, row_nodes
from fleetcraft.scenario.fragments import schema_of
from fleetcraft.scenario.geojson import geometry_faults, read_features
from fleetcraft.scenario.node import Node, Path
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform, ValueSource
from fleetcraft.scenario.uncertainty import Assumption
from fleetcraft.scenario.validation import Validated, validated
from fleetcraft.scenario.wording import clipped, fault_at

RowValue = TypeVar("RowValue", bound=Value, covariant=True)

MOST_FAULTS = 1_000


@dataclass(frozen=True)
class Kind:
    """What the rows of a table are, and the columns that tell them apart."""

    model: type[Value]
    key: tuple[str, ...]


KINDS = {
    "platforms": Kind(Platform, ("id",)),
    "platform_sources": Kind(ValueSource, ("id", "field")),
    "places": Kind(Place, ("id",)),
    "areas": Kind(Area, ("id",)),
    "environment": Kind(EnvironmentMonth, ("area_id", "month")),
    "assumptions": Kind(Assumption, ("path",)),
}


@dataclass(frozen=True)
class Row(Generic[RowValue]):
    """One row: the words of its key, its cells with their places, and its value.

    What the value holds in the ``faulty`` columns is not what the user stated.
    """

    key: str
    node: Node
    value: RowValue
    faulty: frozenset[str] = frozenset()

    def fault(self, column: str, expected: str, *, found: str | None = None) -> Fault:
        """The fault of one cell."""
        return fault_at(self.node.nearest((column,)), self.label((column,)), expected, found=found)

    def label(self, path: Path) -> str:
        """What a fault calls a cell: ``endurance_h of mq9b``."""
        return label_in_row(self.key, path)


Rows = Sequence[Row[RowValue]]


def having(rows: Rows[RowValue], *columns: str) -> Iterator[tuple[Row[RowValue], RowValue]]:
    """The rows whose cells in these columns have no fault, with their values."""
    return ((row, row.value) for row in rows if row.faulty.isdisjoint(columns))


@dataclass(frozen=True)
class Table(Generic[RowValue]):
    """A table's rows, and the ids of all of them; ``cut``: some rows could not be read."""

    name: str
    rows: Rows[RowValue]
    ids: frozenset[str]
    cut: bool = False

    @property
    def values(self) -> tuple[RowValue, ...]:
        """The rows' values."""
        return tuple(row.value for row in self.rows)

    def having(self, *columns: str) -> Iterator[tuple[Row[RowValue], RowValue]]:
        """The rows whose cells in these columns have no fault, with their values."""
        return having(self.rows, *columns)

    def with_row(self, row: Row[RowValue], new: Row[RowValue]) -> Table[RowValue]:
        """A copy in which one row is another."""
        return Table(self.name, [new if each is row else each for each in self.rows], self.ids, self.cut)


def no_rows() -> Table[Any]:
    """The table of a file that is not named or cannot be read."""
    return Table("", (), frozenset())


def label_in_row(key: str, path: Path) -> str:
    """What a fault calls a cell of the row with a key."""
    if not path:
        return key or "row"
    column = "geometry" if path[0] == "polygons" else path[0]
    return f"{column} of {key or 'this row'}"


def read_table(
    text: str, name: str, model: type[RowValue], key: tuple[str, ...], *, first_column: str = "", extra: bool = False
) -> tuple[Table[RowValue] | None, list[Fault]]:
    """A CSV table whose rows are values of ``model`` and whose ``key`` columns tell them apart, with every fault.

    None where reading did not reach the end, so that nothing is missed in it that may stand further on.
    ``first_column`` names the first column where its header may be empty; ``extra`` allows further columns.
    """
    sheet, faults = read_sheet(text, name, first_column)
    if not sheet.header:
        return None, faults
    schema = schema_of(model)
    faults.extend(column_faults(sheet, schema, extra=extra))
    absent = [column for column in schema["required"] if column not in sheet.header]
    rows: list[Row[RowValue]] = []
    for node in row_nodes(sheet, schema):
        if len(faults) >= MOST_FAULTS:
            break
        row, found = row_of(model, node, key, absent)
        faults.extend(found)
        rows.append(row)
    faults.extend(repeated(rows, key))
    if len(faults) >= MOST_FAULTS:
        more = Fault(name, 0, "table", f"{MOST_FAULTS:,} faults and perhaps more", "none")
        return None, [more, *faults[:MOST_FAULTS]]
    ids = (*(row.key for row in rows), *(line.cells[0] for line in sheet.broken))
    table = Table(name, rows, frozenset(ids), cut=bool(sheet.broken))
    return (table if sheet.whole else None), faults


def read_areas(text: str, name: str) -> tuple[Table[Area] | None, list[Fault]]:
    """The areas of a GeoJSON text, with every fault; None where it holds no features that could be read."""
    nodes, faults = read_features(text, name)
    if nodes is None:
        return None, faults
    rows = []
    for node in nodes:
        row, found = area_of(node)
        faults.extend(found)
        rows.append(row)
    faults.extend(repeated(rows, ("id",)))
    return Table(name, rows, frozenset(row.key for row in rows)), faults


def row_of(
    model: type[RowValue], node: Node, key: tuple[str, ...], absent: Sequence[str] = ()
) -> tuple[Row[RowValue], list[Fault]]:
    """The row that a node holds, with its faults but those of columns that the whole table lacks."""
    words = _key_of(node, key)
    result = validated(model, node, partial(label_in_row, words))
    faulty = frozenset(str(path[0]) for path in result.faulty)
    return Row(words, node, result.value, faulty), [fault for path, fault in result.found if path[0] not in absent]


def rows_at(
    root: Node, name: str, result: Validated[Any], values: Sequence[RowValue], label: Callable[[int], str]
) -> list[Row[RowValue]]:
    """The items of a list in a validated text as rows; ``label`` names the item at a position."""
    listed = root.get(name)
    if listed is None or (name,) in result.faulty:
        return []
    rows = []
    for number, (node, value) in enumerate(zip(listed.items, values, strict=True)):
        paths = [path for path in result.faulty if path[:2] == (name, number)]
        if (name, number) not in paths:
            rows.append(Row(label(number), node, value, frozenset(str(path[2]) for path in paths)))
    return rows


def area_of(node: Node) -> tuple[Row[Area], list[Fault]]:
    """The area that a node holds, with its faults; ``polygons`` is faulty where they bound no piece of sea."""
    absent = () if "polygons" in node.mapping else ("polygons",)
    row, faults = row_of(Area, node, ("id",), absent)
    if "polygons" in row.faulty:
        return row, faults
    found = list(geometry_faults(row.value, node))
    faulty = row.faulty | {"polygons"} if found else row.faulty
    return Row(row.key, node, row.value, faulty), [*faults, *found]


def _key_of(node: Node, key: tuple[str, ...]) -> str:
    cells = (node.get(column) for column in key)
    return " ".join(clipped(str(cell.value)) for cell in cells if cell is not None)


def repeated(rows: Sequence[Row[Value]], key: tuple[str, ...]) -> Iterator[Fault]:
    """Rows whose key an earlier row has."""
    first: dict[str, Row[Value]] = {}
    for row in rows:
        if row.key in first:
            expected = f"it once (line {first[row.key].node.line})"
            yield fault_at(row.node.nearest(key[:1]), " and ".join(key), expected, found=f"{row.key} a second time")
        elif row.key:
            first[row.key] = row
