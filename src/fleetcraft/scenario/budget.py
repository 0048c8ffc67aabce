"""Money: what may be committed and spent, and what things cost on top of their price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from fleetcraft.scenario.base import Frozen, Value, quantity

YearFigures = Annotated[
    Mapping[int, Annotated[float, Field(ge=0)]],
    Frozen,
    Field(json_schema_extra={"propertyNames": {"pattern": "^[0-9]{4}$"}}),
]
PositiveRates = Annotated[Mapping[str, Annotated[float, Field(gt=0)]], Frozen]


class Contingency(Value):
    """Money for what is paid beyond the obligations."""

    amount: float = quantity("scenario currency", "what the overrun of all payments may come to", ge=0)
    probability: float = quantity(
        "probability", "smallest share of futures in which the overrun stays within the amount", 0.9, ge=0, le=1
    )


class Budget(Value):
    """Acquisition and support money per fiscal year, in the scenario's currency."""

    counts: Literal["obligation", "outlay"] = Field(
        default="obligation",
        description="what the acquisition budget binds: what is committed in a year, or what is paid in it",
    )
    obligation: YearFigures = Field(
        default_factory=dict,
        min_length=1,
        description="acquisition money that may be committed, by fiscal year; a year not named has none. Where counts "
        "is obligation, and then required",
    )
    outlay: YearFigures = Field(
        default_factory=dict,
        min_length=1,
        description="acquisition money that may be paid, by fiscal year; a year not named has none. Where counts is "
        "outlay, and then required",
    )
    support: YearFigures = Field(
        default_factory=dict,
        description="support money by fiscal year (fixed support, operating hours, people); "
        "a year not named is not bound",
    )
    carry_over: float = quantity(
        "fraction",
        "share of a year's acquisition money that may stay, unspent, for the next year",
        0.0,
        ge=0,
        le=1,
    )
    contingency: Contingency | None = Field(
        default=None, description="money set aside for overruns (null: they bind nothing)"
    )

    @property
    def acquisition(self) -> Mapping[int, float]:
        """The acquisition money that binds, by fiscal year: to commit or to pay, whichever counts."""
        return {"obligation": self.obligation, "outlay": self.outlay}[self.counts]


class PaymentProfile(Value):
    """Shares of a craft's price paid at each date; they add to 1."""

    order: float = quantity("fraction", "paid at the order", 0.3, ge=0, le=1)
    half_way: float = quantity("fraction", "paid half way between order and delivery", 0.4, ge=0, le=1)
    delivery: float = quantity("fraction", "paid at delivery", 0.3, ge=0, le=1)


class GroundSegment(Value):
    """Spares, training and ground equipment on top of the unit price."""

    extra: float = quantity("fraction", "where the price basis leaves the ground equipment out", 0.0, ge=0)
    included: float = quantity("fraction", "where the price basis includes the ground equipment", 0.0, ge=0)


class Triangle(Value):
    """Low, likely and high of an uncertain time; drawn as PERT of shape 4."""

    low: float = quantity("month", "shortest credible", ge=0)
    likely: float = quantity("month", "likely", ge=0)
    high: float = quantity("month", "longest credible", ge=0)


NOTHING = Triangle(low=0, likely=0, high=0)


class Acquisition(Value):
    """What a purchase brings with it."""

    buyers_share: float = quantity("fraction", "share of a maker's yearly output this buyer can get", 1.0, gt=0, le=1)
    on_top: GroundSegment = Field(default=GroundSegment(), description="fractions added to the unit price")
    integration_months: Triangle = Field(
        default=NOTHING, description="acceptance, crews and control software, from a type's first delivery [month]"
    )
    integration_cost: float = quantity("scenario currency", "once for each type bought", 0.0, ge=0)
    learning_slope: float = quantity(
        "fraction",
        "each doubling of the units made multiplies a type's unit price by it; 1 is flat",
        1.0,
        ge=0.5,
        le=1,
    )
    slip_months: Triangle = Field(default=NOTHING, description="delay of all deliveries of one supplier [month]")
    escalation_per_year: float = quantity("1/year", "growth of prices after their price year", 0.0, ge=0)
    discount_per_year: float = quantity("1/year", "for comparing life-cycle costs, never a budget", 0.0, ge=0)
    payments: PaymentProfile = Field(default=PaymentProfile(), description="when the price is paid")


class Exchange(Value):
    """Units of the scenario's currency for one unit of each other currency."""

    start: PositiveRates = Field(
        default_factory=dict, description="budget rate of each currency, at the calendar's start"
    )
    volatility: Annotated[Mapping[str, Annotated[float, Field(ge=0)]], Frozen] = Field(
        default_factory=dict, description="yearly volatility of each rate, from the table's volatility_year"
    )
    correlation: Annotated[Mapping[str, Annotated[Mapping[str, float], Frozen]], Frozen] = Field(
        default_factory=dict, description="correlation of the rates' changes"
    )
