"""A scenario with one value changed: ``changed(scenario, "operations.people_limit", 500)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from fleetcraft.scenario.area import EnvironmentMonth
from fleetcraft.scenario.base import Value
from fleetcraft.scenario.paths import EVERY
from fleetcraft.scenario.scenario import Scenario

Model = TypeVar("Model", bound=Value)
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
    counted: list[str] = []
    new = _mapped(scenario, path.split("."), change, counted)
    if not counted:
        raise LookupError(f"{path}: no number there")
    assert isinstance(new, Scenario)
    return new


def _mapped(value: object, parts: list[str], change: Change, counted: list[str]) -> object:
    if not parts:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        counted.append("")
        return change(value)
    if isinstance(value, tuple):
        return tuple(
            _mapped(row, rest, change, counted) if (rest := _within_row(row, parts)) is not None else row
            for row in value
        )
    entries = _entries(value)
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        if name == EVERY or name in entries:
            keys = list(entries) if name == EVERY else [name]
            new = {key: _mapped(entries[key], parts[taken:], change, counted) for key in keys}
            return _with(value, {key: each for key, each in new.items() if each is not entries[key]})
    return value


def _within_row(row: object, parts: list[str]) -> list[str] | None:
    """The rest of a path that leads into a row, by its id (a month by its area and number); None where it does not."""
    name = f"{row.area_id}.{row.month}" if isinstance(row, EnvironmentMonth) else str(getattr(row, "id", ""))
    width = len(name.split("."))
    if parts[0] == EVERY:
        return parts[1:]
    return parts[width:] if ".".join(parts[:width]) == name else None


def _entries(value: object) -> dict[str, object]:
    if isinstance(value, Value):
        return {name: getattr(value, name) for name in type(value).model_fields}
    return {str(key): inner for key, inner in value.items()} if isinstance(value, Mapping) else {}


def _with(value: object, new: dict[str, object]) -> object:
    """A validated copy with other entries."""
    if isinstance(value, Value):
        fields = {name: getattr(value, name) for name in value.model_fields_set | new.keys()}
        return type(value).model_validate({**fields, **_in_order(value, new)})
    assert isinstance(value, Mapping)
    return {key: new.get(str(key), inner) for key, inner in value.items()}


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
