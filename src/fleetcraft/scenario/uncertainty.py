"""What may turn out differently."""

from __future__ import annotations

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity


class Embargo(Value):
    """A foreign supplier country stops delivering."""

    probability: float = quantity(
        "probability", "of each foreign supplier country, from a date before the deadline", ge=0, le=1
    )


class Grounding(Value):
    """All craft of one type stand down: those at sea come home, none is launched until it ends."""

    per_type_year: float = quantity("1/year", "how often it befalls a type", 0.0, ge=0, le=12)
    months: float = quantity("month", "how long it lasts", 3.0, gt=0)


class Risk(Value):
    """How much a plan's worst futures count beside the mean of all."""

    cvar_alpha: float = quantity(
        "fraction", "the worst futures are those beyond this quantile of the shortfall 1 - attainment", gt=0, lt=1
    )
    weight: float = quantity("", "what their mean shortfall is weighted with, against the mean attainment", ge=0)


class Uncertainty(Value):
    """How many futures the plan is solved on, which rare events they hold, and how risk is weighed."""

    futures: int = quantity("futures", "futures the plan is solved on", 20, ge=1, le=1000)
    embargo: Embargo = Field(default=Embargo(probability=0.0), description="embargo by a foreign supplier country")
    grounding: Grounding = Field(default=Grounding(), description="grounding of a whole type")
    risk: Risk | None = Field(default=None, description="weight of the worst futures (null: the mean alone counts)")


class Assumption(Value):
    """One row of assumptions.csv: a value that rests on judgement, with its range and reason."""

    path: str = Field(min_length=1, description="dotted path of the value in the scenario; * stands for every id")
    low: float = quantity("", "lowest credible value, in the row's unit")
    likely: float = quantity("", "likely value, in the row's unit")
    high: float = quantity("", "highest credible value, in the row's unit")
    unit: str = Field(default="", description="unit of the three")
    reason: str = Field(min_length=1, description="why it is assumed so")
    source: str = Field(default="", description="address of what supports it")
