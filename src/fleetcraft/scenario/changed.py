"""A scenario with one value changed: ``changed(scenario, "operations.people_limit", 500)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fleetcraft.scenario.base import Value
from fleetcraft.scenario.paths import Address, numbers_by_address, stepped_into
from fleetcraft.scenario.scenario import Scenario

Number = int | float
Change = Callable[[Number], Number]

TRIPLE = ("low", "likely", "high")


def changed(scenario: Scenario, path: str, value: float) -> Scenario:
    """A copy in which every number at a dotted path (see ``value_at``) is ``value``.

    Where a whole number stood the nearest one is put; where the number is one of a low, likely and high, the others
    give way so that they stay in order. Raises LookupError where the path leads to no number, and pydantic's
    ValidationError where the value is outside the field's limits.
    """
    return mapped(scenario, path, lambda old: round(value) if isinstance(old, int) else float(value))


def mapped(scenario: Scenario, path: str, change: Change) -> Scenario:
    """A copy in which every number at a dotted path is what ``change`` makes of it."""
    numbers = numbers_by_address(scenario, path)
    if not numbers:
        raise LookupError(f"{path}: no number there")
    new = _with(scenario, {address: change(number) for address, number in numbers.items()})
    assert isinstance(new, Scenario)
    return new


def _with(value: object, numbers: Mapping[Address, Number]) -> object:
    """A validated copy with other numbers at some addresses, which start at the value."""
    if () in numbers:
        return numbers[()]
    within: dict[Any, dict[Address, Number]] = {}
    for (step, *rest), number in numbers.items():
        within.setdefault(step, {})[tuple(rest)] = number
    new = {step: _with(stepped_into(value, step), rest) for step, rest in within.items()}
    if isinstance(value, Value):
        fields = {name: getattr(value, name) for name in value.model_fields_set | new.keys()}
        return type(value).model_validate({**fields, **_in_order(value, new)})
    if isinstance(value, tuple):
        return tuple(new.get(position, row) for position, row in enumerate(value))
    assert isinstance(value, Mapping)
    return {key: new.get(key, each) for key, each in value.items()}


def _in_order(value: Value, new: dict[str, object]) -> dict[str, object]:
    """What changes, and what must follow it so that low <= likely <= high still holds."""
    found = dict(new)
    for name, number in new.items():
        stem, _, which = name.rpartition("_")
        if which not in TRIPLE or not isinstance(number, int | float):
            continue
        position = TRIPLE.index(which)
        for other in TRIPLE:
            sibling = f"{stem}_{other}" if stem else other
            if sibling in new or sibling not in type(value).model_fields:
                continue
            old = getattr(value, sibling)
            found[sibling] = min(old, number) if TRIPLE.index(other) < position else max(old, number)
    return found
