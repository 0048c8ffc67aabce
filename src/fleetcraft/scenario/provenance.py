"""What a reader should doubt: demands nobody can serve, values without a source or unlike what is stated of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from fleetcraft.scenario.csv_file import number
from fleetcraft.scenario.paths import value_at
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.uncertainty import Assumption
from fleetcraft.scenario.wording import amount

MOST_NAMED = 6
TOLERANCE = 1e-9


def warnings_of(scenario: Scenario) -> tuple[str, ...]:
    """What a reader of the scenario should know though it can be run: one line for each kind of doubt."""
    return (
        *_demands_that_no_type_serves(scenario),
        *_values_without_source(scenario),
        *_values_unlike_their_source(scenario),
        *_sources_of_unknown_platforms(scenario),
        *_assumptions_that_lead_nowhere(scenario),
        *_assumptions_not_in_force(scenario),
        *_rates_that_do_not_move(scenario),
    )


def _demands_that_no_type_serves(scenario: Scenario) -> Iterator[str]:
    """Identification of what no platform identifies, and presence of a domain that no platform belongs to."""
    domains = {platform.domain for platform in scenario.platforms}
    identified = {kind for platform in scenario.platforms for kind in platform.identifies}
    unserved = []
    for requirement in scenario.requirements:
        asked = requirement.domains or ((requirement.domain,) if requirement.domain is not None else ())
        unseen = [domain for domain in asked if domain not in domains]
        if unseen:
            unserved.append(f"{requirement.id} (no platform is of the domain {unseen[0]})")
        if requirement.measure == "identification" and requirement.target is not None:
            kind = scenario.swept_as(requirement.target)
            if kind not in identified:
                unserved.append(f"{requirement.id} (no platform identifies {kind})")
    if unserved:
        yield f"{_count(unserved, 'requirement')} that no platform can serve: {_listed(unserved)}"


def _values_without_source(scenario: Scenario) -> Iterator[str]:
    if not scenario.platform_sources:
        yield "no platform value has a source: the scenario has no platform_sources"
        return
    sourced = {(source.id, source.field) for source in scenario.platform_sources}
    missing = [
        f"{column} of {platform.id}"
        for platform in scenario.platforms
        for column in _measured_columns(platform)
        if (platform.id, column) not in sourced
    ]
    if missing:
        yield f"{_count(missing, 'platform value')} without a source row: {_listed(missing)}"


def _measured_columns(platform: Platform) -> Iterator[str]:
    """Columns with a unit that hold something else than their default."""
    for name, info in Platform.model_fields.items():
        has_unit = isinstance(info.json_schema_extra, dict) and "unit" in info.json_schema_extra
        if has_unit and getattr(platform, name) not in (None, info.default):
            yield name


def _values_unlike_their_source(scenario: Scenario) -> Iterator[str]:
    unlike = []
    for source in scenario.platform_sources:
        position = scenario.platform_index.get(source.id)
        if position is None:
            continue
        value = _as_cell(getattr(scenario.platforms[position], source.field))
        if not _same(value, number(source.value)):
            unlike.append(f"{source.field} of {source.id} is {_shown(value)}, its source row has {source.value}")
    if unlike:
        yield f"{_count(unlike, 'platform value')} unlike the source row: {_listed(unlike, '; ')}"


def _sources_of_unknown_platforms(scenario: Scenario) -> Iterator[str]:
    unknown = Counter(source.id for source in scenario.platform_sources if source.id not in scenario.platform_index)
    if unknown:
        named = [f"{name} ({rows})" for name, rows in unknown.items()]
        yield f"source rows of {_count(named, 'type')} not among the platforms: {_listed(named)}"


def _assumptions_that_lead_nowhere(scenario: Scenario) -> Iterator[str]:
    lost = [assumption.path for assumption in scenario.assumptions if not value_at(scenario, assumption.path)]
    if lost:
        yield f"{_count(lost, 'assumption')} about nothing in the scenario: {_listed(lost)}"


def _assumptions_not_in_force(scenario: Scenario) -> Iterator[str]:
    outside, inside = [], []
    for assumption in scenario.assumptions:
        values = [v for v in value_at(scenario, assumption.path) if v is not None]
        unlike = [v for v in values if not _same(v, assumption.likely)]
        if not unlike:
            continue
        strays = [v for v in unlike if not _in_range(v, assumption)]
        text = f"{assumption.path} is {_listed([_shown(v) for v in dict.fromkeys(strays or unlike)])}"
        if strays:
            outside.append(f"{text}, range {amount(assumption.low)} to {amount(assumption.high)}")
        else:
            inside.append(f"{text}, likely {amount(assumption.likely)}")
    if outside:
        yield f"{_count(outside, 'assumption')} with a value outside its range: {_listed(outside, '; ')}"
    if inside:
        yield f"{_count(inside, 'assumption')} not at the likely value: {_listed(inside, '; ')}"


def _rates_that_do_not_move(scenario: Scenario) -> Iterator[str]:
    priced = {platform.price_currency for platform in scenario.platforms}
    still = sorted(c for c in priced if scenario.exchange.volatility.get(c) == 0)
    if still:
        yield f"exchange rates that do not move (no volatility is given): {_listed(still)}"


def _as_cell(value: object) -> object:
    """A value as a table has it: several in one cell are separated by ``;``."""
    return ";".join(map(str, value)) if isinstance(value, tuple) else value


def _same(value: object, stated: int | float | str) -> bool:
    if isinstance(value, int | float) and not isinstance(stated, str):
        return math.isclose(value, stated, rel_tol=TOLERANCE)
    return str(value) == str(stated)


def _in_range(value: object, assumption: Assumption) -> bool:
    return isinstance(value, int | float) and assumption.low <= value <= assumption.high


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    return amount(value) if isinstance(value, float) else str(value)


def _count(things: Sequence[str], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _listed(things: Sequence[str], separator: str = ", ") -> str:
    more = f"{separator}and {len(things) - MOST_NAMED} more" if len(things) > MOST_NAMED else ""
    return separator.join(things[:MOST_NAMED]) + more
