"""The ranges that a scenario states of its own values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from fleetcraft.scenario.base import is_descriptive
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.paths import value_at
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario

End = Literal["low", "high"]
ENDS: tuple[End, End] = ("low", "high")

MORE_IS_BETTER = frozenset(
    {
        "endurance_h",
        "cruise_speed_kn",
        "max_speed_kn",
        "range_nm_from_base",
        "max_sea_state_operate",
        "max_sea_state_launch",
        "max_sea_state_recover",
        "max_wind_kn",
        "sweep_width_nm_surface_vessel",
        "sweep_width_nm_small_craft",
        "sweep_width_nm_submerged",
        "production_rate_per_year",
        "mtbf_h",
        "original_line_units",
        "domestic_workshare",
    }
)
"""Columns of a type of which more is better; of all others less is."""
ENDS_OF_LAWS = ("_low", "_high")
"""Columns that end a law of their own: what they say is drawn in every future and needs no range beside it."""


@dataclass(frozen=True)
class Range:
    """A value of the scenario that might be another, in ``unit``; ``likely`` is what is stated where it stands.

    ``platform`` is the type it belongs to, where it belongs to one.
    """

    path: str
    low: float
    likely: float
    high: float
    unit: str
    platform: str | None = None

    @property
    def better(self) -> End:
        """The end at which a type is the better one."""
        return "high" if self.path.rpartition(".")[2] in MORE_IS_BETTER else "low"

    def at(self, scenario: Scenario, end: End) -> Scenario | None:
        """The scenario with the value at one end; None where the scenario cannot have it."""
        try:
            return changed(scenario, self.path, self.low if end == "low" else self.high)
        except (LookupError, ValidationError):
            return None


def ranges_of(scenario: Scenario) -> tuple[Range, ...]:
    """Every assumption and every sourced platform value with a range around a number that something computes with."""
    return (*_assumptions(scenario), *_platform_values(scenario))


def _assumptions(scenario: Scenario) -> Iterator[Range]:
    for row in scenario.assumptions:
        stated = [value for value in value_at(scenario, row.path) if isinstance(value, int | float)]
        if stated and row.low < row.high:
            yield Range(row.path, row.low, stated[0], row.high, row.unit)


def _platform_values(scenario: Scenario) -> Iterator[Range]:
    for row in scenario.platform_sources:
        index = scenario.platform_index.get(row.id)
        if index is None or row.low is None or row.high is None or not row.low < row.high:
            continue
        if row.field.endswith(ENDS_OF_LAWS) or is_descriptive(Platform.model_fields[row.field]):
            continue
        value = getattr(scenario.platforms[index], row.field)
        if _is_number(value):
            yield Range(f"platforms.{row.id}.{row.field}", row.low, float(value), row.high, row.unit, row.id)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
