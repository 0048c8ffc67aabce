"""Rows of a scenario's tables as values, each with the place it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fleetcraft.errors import Fault
from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.base import Value
from fleetcraft.scenario.csv_file import column_faults, read_sheet, row_nodes
from fleetcraft.scenario.geojson import geometry_faults, read_features
from fleetcraft.scenario.node import Node, Path
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform, ValueSource
from fleetcraft.scenario.uncertainty import Assumption
from fleetcraft.scenario.wording import clipped, fault_at, schema_of, validated

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
    """One row: the words of its key, its cells with their places, and its value (None: it has a fault)."""

    key: str
    node: Node
    value: RowValue | None

    def fault(self, column: str, expected: str, *, found: str | None = None) -> Fault:
        """The fault of one cell."""
        return fault_at(self.node.nearest((column,)), self.label((column,)), expected, found=found)

    def label(self, path: Path) -> str:
        """What a fault calls a cell: ``endurance_h of mq9b``."""
        return label_in_row(self.key, path)


@dataclass(frozen=True)
class Table(Generic[RowValue]):
    """A table's rows, and the ids of all of them; ``cut``: some rows had too few or too many cells to be read."""

    name: str
    rows: Sequence[Row[RowValue]]
    ids: frozenset[str]
    cut: bool = False

    @property
    def whole(self) -> bool:
        """Whether every row has its value."""
        return not self.cut and all(row.value is not None for row in self.rows)

    @property
    def stated(self) -> Iterator[tuple[Row[RowValue], RowValue]]:
        """The rows without a fault, with their values."""
        return ((row, row.value) for row in self.rows if row.value is not None)

    @property
    def values(self) -> tuple[RowValue, ...]:
        """The values of the rows without a fault."""
        return tuple(value for _, value in self.stated)

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
    text: str, name: str, model: type[RowValue], key: Sequence[str], *, first_column: str = "", extra: bool = False
) -> tuple[Table[RowValue] | None, list[Fault]]:
    """A CSV table whose rows are values of ``model`` and whose ``key`` columns tell them apart, with every fault.

    None where reading did not reach the end, so that nothing is missed in it that may stand further on.
    ``first_column`` names the first column where its header may be empty; ``extra`` allows further columns.
    """
    sheet, faults = read_sheet(text, name, first_column)
    schema = schema_of(model)
    faults.extend(column_faults(sheet, schema, extra=extra))
    absent = [column for column in schema["required"] if column not in sheet.header]
    rows = []
    for node in row_nodes(sheet, schema):
        if len(faults) >= MOST_FAULTS:
            rows.append(Row(_key_of(node, key), node, None))
            continue
        row, found = row_of(model, node, key, absent)
        faults.extend(found)
        rows.append(row)
    if len(faults) >= MOST_FAULTS:
        faults.append(Fault(name, 0, "table", f"{len(faults)} faults and perhaps more", "none"))
    faults.extend(repeated(rows, key))
    broken = (line.cells[0] for line in sheet.broken)
    if not sheet.whole:
        return None, faults
    return Table(name, rows, frozenset((*(row.key for row in rows), *broken)), bool(sheet.broken)), faults


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
    model: type[RowValue], node: Node, key: Sequence[str], absent: Sequence[str] = ()
) -> tuple[Row[RowValue], list[Fault]]:
    """The row that a node holds, or its faults but those of columns that the whole table lacks."""
    words = _key_of(node, key)
    value, faults = validated(model, node, lambda path: label_in_row(words, path))
    known = {label_in_row(words, (column,)) for column in absent}
    return Row(words, node, value), [fault for fault in faults if fault.where not in known]


def _key_of(node: Node, key: Sequence[str]) -> str:
    cells = (node.get(column) for column in key)
    return " ".join(clipped(str(cell.value)) for cell in cells if cell is not None)


def area_of(node: Node) -> tuple[Row[Area], list[Fault]]:
    """The area that a node holds, or its faults."""
    absent = () if "polygons" in node.mapping else ("polygons",)
    row, faults = row_of(Area, node, ("id",), absent)
    if row.value is not None:
        faults = list(geometry_faults(row.value, node))
    return (Row(row.key, node, None) if faults else row), faults


def repeated(rows: Sequence[Row[Value]], key: Sequence[str]) -> Iterator[Fault]:
    """Rows whose key an earlier row has."""
    first: dict[str, Row[Value]] = {}
    for row in rows:
        if row.key in first:
            expected = f"it once (line {first[row.key].node.line})"
            yield fault_at(row.node, " and ".join(key), expected, found=f"{row.key} a second time")
        elif row.key:
            first[row.key] = row
