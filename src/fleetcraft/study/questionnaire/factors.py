"""The factors of a study as its file states them: ranges, listed values, scales and the scenario's own ranges."""

from __future__ import annotations

from collections.abc import Sequence

from fleetcraft.scenario.base import Value
from fleetcraft.scenario.paths import names_below, numbers_by_address, value_at
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.wording import one_of
from fleetcraft.study.explain.ranges import Range
from fleetcraft.study.questionnaire.questions import Factor
from fleetcraft.study.questionnaire.text import FactorText

TIMES = "times what is stated"


def factor_of_range(stated: Range, scenario: Scenario, name: str | None) -> Factor:
    """A value over the range that the scenario states of it."""
    numbers = numbers_at(scenario, stated.path)
    return Factor(
        path=stated.path,
        low=stated.low,
        high=stated.high,
        likely=_likely(numbers),
        unit=stated.unit,
        name=name or stated.path,
        whole=_is_whole(numbers),
    )


def factor_of_path(text: FactorText, path: str, scenario: Scenario) -> Factor:
    """The factor of an entry that states a path with a range, listed values or a scale."""
    numbers = numbers_at(scenario, path)
    values = tuple(sorted(text.values or ()))
    low, high = text.scale or (values[0] if values else text.low, values[-1] if values else text.high)
    if low is None or high is None:
        raise ValueError(f"{path}: a factor without a range")
    return Factor(
        path=path,
        low=float(low),
        high=float(high),
        likely=1.0 if text.scale else _likely(numbers),
        values=values,
        unit=TIMES if text.scale else unit_at(scenario, path),
        name=text.name or path,
        is_scale=text.scale is not None,
        whole=text.scale is None and _is_whole(numbers),
    )


def numbers_at(scenario: Scenario, path: str) -> tuple[int | float, ...]:
    """The numbers at a dotted path."""
    return tuple(numbers_by_address(scenario, path).values())


def expected_at(scenario: Scenario, path: str) -> str:
    """What may stand where a path leads to no number: what is known in place of its first unknown part."""
    parts = path.split(".")
    known = next(i for i in range(len(parts), -1, -1) if i == 0 or value_at(scenario, ".".join(parts[:i])))
    before = ".".join(parts[:known])
    names = names_below(scenario, before)
    if not names:
        return "the path of a number"
    wanted = one_of(names, parts[known] if known < len(parts) else None)
    return f"{before}. followed by {wanted}" if before else wanted


def unit_at(scenario: Scenario, path: str) -> str:
    """The unit of what stands at a dotted path, as the schema has it; empty where it has none."""
    parent, _, field = path.rpartition(".")
    for holder in value_at(scenario, parent):
        info = type(holder).model_fields.get(field) if isinstance(holder, Value) else None
        extra = info.json_schema_extra if info is not None else None
        if isinstance(extra, dict):
            return str(extra.get("unit", ""))
    return ""


def _likely(stated: Sequence[float]) -> float | None:
    return float(stated[0]) if len(set(stated)) == 1 else None


def _is_whole(stated: Sequence[float]) -> bool:
    return any(isinstance(value, int) for value in stated)
