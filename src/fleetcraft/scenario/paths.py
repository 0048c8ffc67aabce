"""Values by their dotted path: ``exchange.start.USD``, ``platforms.mq9b.mtbf_h``, ``places.*.capacity_air``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.base import Value
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.scenario import Scenario

EVERY = "*"


def value_at(scenario: Scenario, path: str) -> tuple[object, ...]:
    """The values at a dotted path, in the scenario's order; empty where the path leads nowhere.

    Rows of tables and requirements go by their id, months of the environment by area and number
    (``environment.bay.1.mean_wind_kn``); ``*`` stands for every id or key. An id may itself hold dots.
    """
    return tuple(_values(scenario, path.split(".")))


def names_below(scenario: Scenario, path: str) -> tuple[str, ...]:
    """The ids and keys that may follow a dotted path; those of the scenario itself where it is empty."""
    found = value_at(scenario, path) if path else (scenario,)
    return tuple(dict.fromkeys(name for value in found for name in _children(value)))


def _values(value: object, parts: list[str]) -> Iterator[object]:
    if not parts:
        yield value
        return
    inner = _children(value)
    if parts[0] == EVERY:
        for child in inner.values():
            yield from _values(child, parts[1:])
        return
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        if name in inner:
            yield from _values(inner[name], parts[taken:])
            return


def _children(value: object) -> Mapping[str, object]:
    if isinstance(value, Value):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(key): inner for key, inner in value.items()}
    if isinstance(value, tuple):
        months = [row for row in value if isinstance(row, EnvironmentMonth)]
        by_area = {area: {str(row.month): row for row in months if row.area_id == area} for area in _areas(months)}
        rows = {row.id: row for row in value if isinstance(row, Platform | Place | Area | Requirement)}
        return {**by_area, **rows}
    return {}


def _areas(months: list[EnvironmentMonth]) -> dict[str, None]:
    return dict.fromkeys(row.area_id for row in months)
