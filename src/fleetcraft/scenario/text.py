"""What scenario.yaml may say: its keys, before tables are read and references resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from fleetcraft.scenario.base import Value, remark
from fleetcraft.scenario.budget import Acquisition, Budget, PositiveRates
from fleetcraft.scenario.calendar import Calendar
from fleetcraft.scenario.objective import Objective
from fleetcraft.scenario.operations import Operations, Weather
from fleetcraft.scenario.policy import Policies
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.scenario.uncertainty import Uncertainty

FORMAT = 1

FileName = Annotated[str, Field(min_length=1)]


class ExchangeText(Value):
    """Budget rates, and the table that says how they move."""

    start: PositiveRates = Field(
        default_factory=dict,
        description="units of the scenario's currency for one unit of each other currency, at the calendar's start",
    )
    table: FileName | None = Field(
        default=None,
        description="CSV file of yearly rates and volatilities: year, and for each currency of start a column such as "
        "jpy_per_usd and vol_usd (null: rates do not move)",
    )
    correlation: FileName | None = Field(
        default=None, description="CSV file of the correlation of the rates' changes (null: rates move independently)"
    )
    volatility_year: int | None = Field(default=None, description="row of the table whose volatilities hold")


class ScenarioText(Value):
    """A scenario's statement, scenario.yaml; files are named relative to its folder and lie inside it."""

    fleetcraft: int = Field(ge=FORMAT, le=FORMAT, description="number of this format")
    name: str = Field(min_length=1, description="the scenario's name")
    note: str = remark("what the reader should know of it")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code; all money but prices is in it")
    country: str = Field(
        pattern=r"^[A-Z]{2}$", description="ISO 3166 code of the buyer's country; suppliers elsewhere are foreign"
    )
    calendar: Calendar = Field(description="dates that frame the decision")
    platforms: FileName = Field(description="CSV file of the types that can be bought (columns: $defs.Platform)")
    platform_sources: FileName | None = Field(
        default=None, description="CSV file of where each platform's values come from (columns: $defs.ValueSource)"
    )
    places: FileName = Field(description="CSV file of airfields and ports (columns: $defs.Place)")
    areas: FileName = Field(description="GeoJSON file of the sea areas (properties: $defs.Area)")
    environment: FileName | None = Field(
        default=None,
        description="CSV file of each area's weather by month (columns: $defs.EnvironmentMonth; "
        "null: calm sea, still air)",
    )
    weather: Weather | None = Field(default=None, description="what the environment table leaves out; required with it")
    exchange: ExchangeText = Field(default=ExchangeText(), description="exchange rates")
    targets: Mapping[str, TargetClass] = Field(default_factory=dict, description="target classes by name")
    operations: Operations = Field(description="operating rules common to the fleet")
    acquisition: Acquisition = Field(default=Acquisition(), description="what a purchase brings with it")
    budget: Budget = Field(description="money by fiscal year")
    requirements: tuple[Requirement, ...] = Field(min_length=1, description="what the fleet is bought for")
    objective: Objective = Field(default=Objective(), description="what the plan is to be best at")
    policies: Policies = Field(default=Policies(), description="rules the plan must keep")
    uncertainty: Uncertainty = Field(default=Uncertainty(), description="what may turn out differently")
    cases: Mapping[str, Mapping[str, Any]] = Field(
        default_factory=dict,
        description="named variants: dotted paths of this file (exchange.start.USD) or of a table "
        "(platforms.ID.COLUMN) and the values that replace theirs",
    )
    assumptions: FileName | None = Field(
        default=None, description="CSV file of values that rest on judgement (columns: $defs.Assumption)"
    )
