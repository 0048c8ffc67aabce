"""Everything the analyst states, as one frozen value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, cast

from pydantic import Field

from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.base import Frozen, Value
from fleetcraft.scenario.budget import Acquisition, Budget, Exchange
from fleetcraft.scenario.calendar import Calendar
from fleetcraft.scenario.objective import Objective
from fleetcraft.scenario.operations import Operations, Weather
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Platform, SweptAs, ValueSource
from fleetcraft.scenario.policy import Policies
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.scenario.uncertainty import Assumption, Uncertainty


class Scenario(Value):
    """A scenario whose tables are read and whose references hold (``read_scenario`` makes one).

    ``environment`` is empty where the scenario states no weather: the sea is then calm and the air still.
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

    def rate(self, currency: str) -> float:
        """Budget rate: units of the scenario's currency for one unit of ``currency``."""
        return 1.0 if currency == self.currency else self.exchange.start[currency]

    def swept_as(self, target: str) -> SweptAs:
        """Whose sweep widths apply to a target class: the one it states, else that of its own name."""
        return self.targets[target].swept_as or cast(SweptAs, target)

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The scenario's values as plain data, in a fixed order of keys."""
        return self.model_dump(mode="json")

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the values (not of their formatting), as hexadecimal digits."""
        text = json.dumps(self.content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()
