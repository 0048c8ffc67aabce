"""Values by their dotted path: ``exchange.start.USD``, ``platforms.mq9b.mtbf_h``, ``places.*.capacity_air``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.base import Value
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.policy import Pin
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.scenario import Scenario

EVERY = "*"
FACTS = ("actuals",)
"""What has happened is stated beside a scenario and is none of its assumptions: no path leads to it."""

Address = tuple[Any, ...]
"""Where a value stands: from the scenario on, the name of each field, key of each mapping, position of each row."""


def value_at(scenario: Scenario, path: str) -> tuple[object, ...]:
    """The values at a dotted path, in the scenario's order; empty where the path leads nowhere.

    Rows of tables and requirements go by their id, pinned orders by type and period, months of the environment by area
    and number (``environment.bay.1.mean_wind_kn``); ``*`` stands for every id or key. An id may itself hold dots.
    """
    return tuple(value for _, value in _found(scenario, path.split("."), ()))


def numbers_by_address(scenario: Scenario, path: str) -> Mapping[Address, int | float]:
    """The numbers at a dotted path (see ``value_at``) by where they stand."""
    found = _found(scenario, path.split("."), ())
    return {address: value for address, value in found if is_number(value)}


def names_below(scenario: Scenario, path: str) -> tuple[str, ...]:
    """The ids and keys that may follow a dotted path; those of the scenario itself where it is empty."""
    found = value_at(scenario, path) if path else (scenario,)
    return tuple(dict.fromkeys(name for value in found for name in _children(value)))


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def stepped_into(value: object, step: Any) -> object:
    """What a step of an address leads to."""
    if isinstance(value, Value):
        return getattr(value, step)
    assert isinstance(value, Mapping | tuple)
    return value[step]


def _found(value: object, parts: list[str], address: Address) -> Iterator[tuple[Address, object]]:
    if not parts:
        yield address, value
        return
    children = _children(value)
    if parts[0] == EVERY:
        for steps, child in children.values():
            yield from _found(child, parts[1:], address + steps)
        return
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        if name in children:
            steps, child = children[name]
            yield from _found(child, parts[taken:], address + steps)
            return


def _children(value: object) -> Mapping[str, tuple[Address, object]]:
    """By its name what lies within a value, with the steps that lead to it."""
    if isinstance(value, Value):
        return {name: ((name,), getattr(value, name)) for name in type(value).model_fields if name not in FACTS}
    if isinstance(value, _Months):
        return {str(month.month): ((row,), month) for row, month in value.rows}
    if isinstance(value, Mapping):
        return {str(key): ((key,), child) for key, child in value.items()}
    if not isinstance(value, tuple):
        return {}
    months: dict[str, _Months] = {}
    rows: dict[str, tuple[Address, object]] = {}
    for position, row in enumerate(value):
        if isinstance(row, EnvironmentMonth):
            months.setdefault(row.area_id, _Months([])).rows.append((position, row))
        elif isinstance(row, Platform | Place | Area | Requirement | Pin):
            rows[row.id] = (position,), row
    return {**{area: ((), each) for area, each in months.items()}, **rows}


@dataclass(frozen=True)
class _Months:
    """An area's rows of the environment with their positions, a level that paths have and the table has not."""

    rows: list[tuple[int, EnvironmentMonth]]
