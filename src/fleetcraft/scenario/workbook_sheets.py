"""The sheets of a scenario's workbook: what each holds, and the file that it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fleetcraft.scenario.fragments import Fragment, resolved, schema_of
from fleetcraft.scenario.node import Key, Node, plain
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.tables import KINDS

STATEMENT = "scenario"
REQUIREMENTS = "requirements"
AREAS = "areas"
GEOMETRY = "geometry"
VALUE_COLUMNS = ("path", "value", "unit", "meaning")
LONGEST_CELL = 32_767
"""Characters that a cell of a workbook holds."""


@dataclass(frozen=True)
class Sheet:
    """A table: where the statement names its file, what the file is called where it names none."""

    path: str
    file: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The path as keys."""
        return tuple(self.path.split("."))


TABLES: Mapping[str, Sheet] = {
    **{name: Sheet(name, f"{name}.csv") for name in KINDS if name != AREAS},
    AREAS: Sheet(AREAS, "areas.geojson"),
    "rates": Sheet("exchange.table", "fx.csv"),
    "correlations": Sheet("exchange.correlation", "fx_correlation.csv"),
}
SHEETS = (STATEMENT, REQUIREMENTS, *TABLES)


def columns_of(sheet: str) -> Mapping[str, Fragment]:
    """The columns that the schema knows in a sheet, each with its schema; none for rates and correlations."""
    model = Requirement if sheet == REQUIREMENTS else KINDS[sheet].model if sheet in KINDS else None
    if model is None:
        return {}
    schema = schema_of(model)
    return {name: resolved(inner, schema) for name, inner in schema["properties"].items() if name != "polygons"}


def file_of(root: Node, sheet: str) -> str | None:
    """The file that the statement names for a sheet; None where it names none."""
    node = root.get(*TABLES[sheet].keys)
    return node.value if node is not None and isinstance(node.value, str) else None


def leaves(root: Node) -> Iterator[tuple[tuple[Key, ...], object]]:
    """The values of the statement but the requirements, each with its path: scalars, lists and empty mappings."""
    for key, node in root.mapping.items():
        if key != REQUIREMENTS:
            yield from _leaves((key,), node)


def _leaves(path: tuple[Key, ...], node: Node) -> Iterator[tuple[tuple[Key, ...], object]]:
    if not node.mapping:
        yield path, plain(node)
    for key, inner in node.mapping.items():
        yield from _leaves((*path, key), inner)


def is_text(fragment: Fragment) -> bool:
    """Whether a value is text as it stands, not a word that means something else."""
    return fragment.get("type") == "string" and fragment.get("format") != "date"
