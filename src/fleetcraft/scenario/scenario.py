"""Everything the analyst states, as one frozen value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, cast

from pydantic import Field

from fleetcraft.scenario.actuals import Actuals, Standing, standing
from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.base import Frozen, Value
from fleetcraft.scenario.budget import Acquisition, Budget, Exchange
from fleetcraft.scenario.calendar import Calendar, Period
from fleetcraft.scenario.objective import Objective
from fleetcraft.scenario.operations import Operations, Weather
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform, SweptAs, ValueSource
from fleetcraft.scenario.policy import Policies
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.scenario.uncertainty import Assumption, Uncertainty


class Scenario(Value):
    """A scenario whose tables are read and whose references hold (``read_scenario`` makes one).

    ``environment`` is empty where the scenario states no weather: the sea is then calm and the air still. ``actuals``
    are what has happened since the calendar's start, where the scenario is seen from a later day (``as_of``).
    """

    name: str
    note: str = ""
    currency: str
    country: str
    case: str | None = None
    calendar: Calendar
    platforms: tuple[Platform, ...]
    platform_sources: tuple[ValueSource, ...] = ()
    places: tuple[Place, ...]
    areas: tuple[Area, ...]
    environment: tuple[EnvironmentMonth, ...] = ()
    weather: Weather | None = None
    exchange: Exchange = Field(default_factory=Exchange)
    targets: Annotated[Mapping[str, TargetClass], Frozen] = Field(default_factory=dict)
    operations: Operations
    acquisition: Acquisition = Field(default_factory=Acquisition)
    budget: Budget
    requirements: tuple[Requirement, ...]
    objective: Objective = Field(default_factory=Objective)
    policies: Policies = Field(default_factory=Policies)
    uncertainty: Uncertainty = Field(default_factory=Uncertainty)
    assumptions: tuple[Assumption, ...] = ()
    actuals: Actuals | None = None

    @cached_property
    def platform_index(self) -> Mapping[str, int]:
        """Position of each platform id in ``platforms``."""
        return {p.id: i for i, p in enumerate(self.platforms)}

    @cached_property
    def place_index(self) -> Mapping[str, int]:
        """Position of each place id in ``places``."""
        return {p.id: i for i, p in enumerate(self.places)}

    @cached_property
    def area_index(self) -> Mapping[str, int]:
        """Position of each area id in ``areas``."""
        return {a.id: i for i, a in enumerate(self.areas)}

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        """What was ordered, delivered and lost of each platform before today; nothing without actuals."""
        if self.actuals is None:
            return (Standing(),) * len(self.platforms)
        return tuple(standing(self.actuals, self.calendar, platform.id) for platform in self.platforms)

    @property
    def today_h(self) -> float:
        """Hours from the calendar's start to the day on which is decided: 0 without actuals."""
        return 0.0 if self.actuals is None else self.calendar.hours(self.actuals.today)

    @property
    def open_periods(self) -> tuple[Period, ...]:
        """The periods in which something can still be ordered."""
        return tuple(period for period in self.calendar.periods if period.start_h >= self.today_h)

    def budget_rate(self, currency: str) -> float:
        """Units of the scenario's currency for one unit of ``currency``, as the budget was made and orders booked."""
        return 1.0 if currency == self.currency else self.exchange.start[currency]

    def rate(self, currency: str) -> float:
        """Rate at which is decided: today's where actuals tell it, else the budget rate."""
        told = {} if self.actuals is None else self.actuals.exchange
        return told.get(currency, self.budget_rate(currency))

    def swept_as(self, target: str) -> SweptAs:
        """Whose sweep widths apply to a target class: the one it states, else that of its own name."""
        return self.targets[target].swept_as or cast(SweptAs, target)

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The scenario's values as plain data, in a fixed order of keys; actuals and pins where there are any."""
        left_out: dict[str, Any] = {"actuals": True} if self.actuals is None else {}
        if not self.policies.pinned:
            left_out["policies"] = {"pinned"}
        return self.model_dump(mode="json", exclude=left_out)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the values (not of their formatting), as hexadecimal digits."""
        text = json.dumps(self.content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()
