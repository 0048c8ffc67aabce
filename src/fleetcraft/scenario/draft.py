"""A scenario as far as it can be read: what is sound, and every fault of form and type on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from pydantic import ValidationError

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
from fleetcraft.scenario.files import Folder
from fleetcraft.scenario.node import Key, Node, Path, Reading, plain
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform, ValueSource
from fleetcraft.scenario.rates import CorrelationRow, RateRow, correlation_row, rate_row
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.tables import KINDS, Row, Table, area_of, label_in_row, no_rows, read_areas, read_table, row_of
from fleetcraft.scenario.text import ScenarioText
from fleetcraft.scenario.uncertainty import Assumption
from fleetcraft.scenario.wording import (
    clipped,
    expectation,
    expected_key,
    fault_at,
    faults_of,
    fragment_at,
    schema_of,
    validated,
)

MEASURES_TO_COME = ("identification", "layered")


@dataclass
class Draft:
    """What is sound of a scenario: the keys and files named in ``sound``; a table's faulty rows have no value."""

    root: Node
    text: ScenarioText = field(default_factory=cast(Callable[[], ScenarioText], ScenarioText.model_construct))
    sound: set[str] = field(default_factory=set)
    requirements: Sequence[Row[Requirement]] = ()
    platforms: Table[Platform] = field(default_factory=no_rows)
    platform_sources: Table[ValueSource] = field(default_factory=no_rows)
    places: Table[Place] = field(default_factory=no_rows)
    areas: Table[Area] = field(default_factory=no_rows)
    environment: Table[EnvironmentMonth] = field(default_factory=no_rows)
    assumptions: Table[Assumption] = field(default_factory=no_rows)
    rates: Table[RateRow] = field(default_factory=no_rows)
    correlations: Table[CorrelationRow] = field(default_factory=no_rows)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The foreign currencies that have a budget rate."""
        return tuple(currency for currency in self.text.exchange.start if currency != self.text.currency)

    def fault(self, *path: Key, expected: str, found: str | None = None) -> Fault:
        """The fault of what the statement says at a path."""
        node = self.root.get(*path)
        found = "nothing" if node is None and found is None else found
        return fault_at(self.root.nearest(path), dotted(path), expected, found=found)


def dotted(path: Path) -> str:
    """What a fault calls a place in the statement."""
    return ".".join(str(key) for key in path) or "scenario"


def draft_of(folder: Folder, reading: Reading, case: str | None) -> tuple[Draft, list[Fault]]:
    """All that is sound of a scenario with a case's values in place, and every fault but those between its parts."""
    root, faults = with_case(reading.root, case) if case is not None else (reading.root, [])
    draft = Draft(root)
    faults.extend(_state(draft, whole=reading.whole))
    faults.extend(_load_tables(draft, folder))
    faults.extend(_load_rates(draft, folder))
    if case is not None:
        faults.extend(_override_cells(draft, case))
    return draft, faults


def _state(draft: Draft, *, whole: bool) -> Iterator[Fault]:
    """Validate the statement key by key; where it was not read to its end, missing keys are no fault."""
    schema = schema_of(ScenarioText)
    meant = set()
    for key, node in draft.root.mapping.items():
        if key not in ScenarioText.model_fields:
            expected = expected_key(str(key), ScenarioText.model_fields)
            meant.add(expected)
            yield fault_at(node, "scenario", expected, found=f"the unknown key {clipped(str(key))}")
    for name, info in ScenarioText.model_fields.items():
        stated = draft.root.child(name)
        if stated is None:
            if not info.is_required():
                draft.sound.add(name)
            elif whole and name not in meant:
                yield draft.fault(name, expected=expectation(fragment_at((name,), schema)))
        elif name == "requirements" and stated.items:
            yield from _state_requirements(draft, stated)
        else:
            try:
                setattr(draft.text, name, plain(stated))
                draft.sound.add(name)
            except ValidationError as error:
                yield from faults_of(error, schema, draft.root, dotted)


def _state_requirements(draft: Draft, stated: Node) -> Iterator[Fault]:
    rows = []
    for number, node in enumerate(stated.items, start=1):
        key = f"requirement {number}"
        measure = node.get("measure")
        if measure is not None and measure.value in MEASURES_TO_COME:
            expected = f"detection, presence or revisit: this version does not simulate {measure.value} yet"
            yield fault_at(measure, label_in_row(key, ("measure",)), expected)
            continue
        value, faults = validated(Requirement, node, partial(label_in_row, key))
        yield from faults
        rows.append(Row(key, node, value))
    draft.requirements = rows
    draft.sound.add("requirements")


def _load_tables(draft: Draft, folder: Folder) -> Iterator[Fault]:
    for name, kind in KINDS.items():
        read = read_areas if name == "areas" else partial(read_table, model=kind.model, key=kind.key)
        yield from _load(draft, folder, name, (name,), name, read)


def _load_rates(draft: Draft, folder: Folder) -> Iterator[Fault]:
    if not {"currency", "exchange"} <= draft.sound:
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
    if path[0] not in draft.sound or named is None or named.value is None:
        draft.sound.discard(name)
        return
    table, faults = folder.content(named, dotted(path), read, key)
    yield from faults
    if table is None:
        draft.sound.discard(name)
    else:
        setattr(draft, name, table)
        draft.sound.add(name)


def _override_cells(draft: Draft, case: str) -> Iterator[Fault]:
    for parts, value in case_entries(draft.root, case):
        if not is_of_table(parts) or parts[0] not in draft.sound or getattr(draft, parts[0]).cut:
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
