"""A scenario as far as it can be read: what is sound, and every fault of form and type on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fleetcraft.errors import Fault
from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.cases import (
    UnknownPathError,
    case_entries,
    is_of_table,
    overridden_cell,
    path_fault,
    with_case,
)
from fleetcraft.scenario.currencies import ISO_4217
from fleetcraft.scenario.files import Folder
from fleetcraft.scenario.fragments import schema_of
from fleetcraft.scenario.node import Key, Node, Path, Reading
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform, ValueSource
from fleetcraft.scenario.rates import CorrelationRow, RateRow, correlation_row, rate_row
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.tables import (
    KINDS,
    Rows,
    Table,
    area_of,
    label_in_row,
    no_rows,
    read_areas,
    read_table,
    row_of,
    rows_at,
)
from fleetcraft.scenario.text import ScenarioText
from fleetcraft.scenario.uncertainty import Assumption
from fleetcraft.scenario.validation import validated
from fleetcraft.scenario.wording import fault_at

REQUIREMENTS = "requirements"
FILES = (*KINDS, "rates", "correlations")


@dataclass
class Draft:
    """The parts of a scenario, whole in form though not all of them sound: ask ``sound`` before comparing them."""

    root: Node
    text: ScenarioText
    faulty: frozenset[Path]
    requirements: Rows[Requirement]
    platforms: Table[Platform] = field(default_factory=no_rows)
    platform_sources: Table[ValueSource] = field(default_factory=no_rows)
    places: Table[Place] = field(default_factory=no_rows)
    areas: Table[Area] = field(default_factory=no_rows)
    environment: Table[EnvironmentMonth] = field(default_factory=no_rows)
    assumptions: Table[Assumption] = field(default_factory=no_rows)
    rates: Table[RateRow] = field(default_factory=no_rows)
    correlations: Table[CorrelationRow] = field(default_factory=no_rows)
    loaded: set[str] = field(default_factory=set)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The foreign currencies that have a budget rate, as far as they are currencies."""
        return tuple(code for code in self.text.exchange.start if code in ISO_4217 and code != self.text.currency)

    def sound(self, *parts: str) -> bool:
        """Whether files could be read (``platforms``) and values are the user's own (``calendar.deadline``)."""
        return all(part in self.loaded if part in FILES else self._is_stated(part) for part in parts)

    def _is_stated(self, part: str) -> bool:
        path = tuple(part.split("."))
        return all(path[: len(faulty)] != faulty for faulty in self.faulty)

    def is_own(self, *path: Key) -> bool:
        """Whether all that the statement has at a path is the user's own, the innermost values too."""
        return not any(all(a == b for a, b in zip(path, faulty, strict=False)) for faulty in self.faulty)

    def names(self, *path: Key) -> list[str]:
        """The keys that the statement has at a path, those of faulty values too."""
        node = self.root.get(*path)
        return [str(key) for key in node.mapping] if node else []

    def fault(self, *path: Key, expected: str, found: str | None = None) -> Fault:
        """The fault of what the statement says at a path."""
        node = self.root.get(*path)
        found = "nothing" if node is None and found is None else found
        return fault_at(self.root.nearest(path), dotted(path), expected, found=found)


def dotted(path: Path) -> str:
    """What a fault calls a place in the statement."""
    if path and path[0] == REQUIREMENTS and len(path) > 1:
        return label_in_row(_requirement(path), path[2:])
    return ".".join(str(key) for key in path) or "scenario"


def _requirement(path: Path) -> str:
    return f"requirement {int(path[1]) + 1}"


def draft_of(folder: Folder, reading: Reading, case: str | None) -> tuple[Draft, list[Fault]]:
    """The parts of a scenario with a case's values in place, and every fault but those between them."""
    root, faults = with_case(reading.root, case) if case is not None else (reading.root, [])
    draft, found = _stated(root, whole=reading.whole)
    faults.extend(found)
    faults.extend(_load_tables(draft, folder))
    faults.extend(_load_rates(draft, folder))
    if case is not None:
        faults.extend(_override_cells(draft, case))
    return draft, faults


def _stated(root: Node, *, whole: bool) -> tuple[Draft, list[Fault]]:
    """The statement; where it was not read to its end, missing keys are no fault."""
    result = validated(ScenarioText, root, dotted)
    faults = [fault for path, fault in result.found if whole or _begun(root, path)]
    requirements = result.value.requirements
    rows = rows_at(root, REQUIREMENTS, result, requirements, lambda number: _requirement((REQUIREMENTS, number)))
    return Draft(root, result.value, result.faulty, rows), faults


def _begun(root: Node, path: Path) -> bool:
    """Whether the statement came as far as the key in which a path begins."""
    return bool(path) and root.child(path[0]) is not None


def _load_tables(draft: Draft, folder: Folder) -> Iterator[Fault]:
    for name, kind in KINDS.items():
        read = read_areas if name == "areas" else partial(read_table, model=kind.model, key=kind.key)
        yield from _load(draft, folder, name, (name,), name, read)


def _load_rates(draft: Draft, folder: Folder) -> Iterator[Fault]:
    if not draft.sound("currency", "exchange.start") or draft.text.currency not in ISO_4217:
        return
    rates = rate_row(draft.text.currency, draft.currencies)
    correlations = correlation_row(draft.currencies)
    read_rates = partial(read_table, model=rates, key=("year",), extra=True)
    read_correlations = partial(read_table, model=correlations, key=("currency",), first_column="currency", extra=True)
    yield from _load(draft, folder, "rates", ("exchange", "table"), rates, read_rates)
    yield from _load(draft, folder, "correlations", ("exchange", "correlation"), correlations, read_correlations)


def _load(draft: Draft, folder: Folder, name: str, path: Path, key: object, read: Any) -> Iterator[Fault]:
    """Read the table that the statement names at a path, if it names one, into the draft."""
    named = draft.root.get(*path)
    if named is None or named.value is None or any(path[: len(faulty)] == faulty for faulty in draft.faulty):
        return
    table, faults = folder.content(named, dotted(path), read, key)
    yield from faults
    if table is not None:
        setattr(draft, name, table)
        draft.loaded.add(name)


def _override_cells(draft: Draft, case: str) -> Iterator[Fault]:
    for parts, value in case_entries(draft.root, case):
        if not is_of_table(parts) or not draft.sound(parts[0]) or getattr(draft, parts[0]).cut:
            continue
        kind = KINDS[parts[0]]
        table = getattr(draft, parts[0])
        try:
            row, column, cells = overridden_cell(table, schema_of(kind.model), len(kind.key), parts, value)
        except UnknownPathError as error:
            yield path_fault(case, parts, value, error.expected)
            continue
        new, faults = area_of(cells) if parts[0] == "areas" else row_of(kind.model, cells, kind.key)
        yield from (fault for fault in faults if fault.where == row.label((column,)))
        setattr(draft, parts[0], table.with_row(row, new))
