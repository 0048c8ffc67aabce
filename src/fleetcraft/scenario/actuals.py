"""What has happened by a day: orders placed, craft delivered and lost, money spent, rates, what makers have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from fleetcraft.scenario.base import Frozen, Value, quantity
from fleetcraft.scenario.calendar import Calendar, Period

Day = date
Row = TypeVar("Row", bound=Value)
Dates = Annotated[Mapping[str, date], Frozen]

MOST_CRAFT = 100_000


def _in_order(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows in an order of their own, so that no result depends on how a file lists them."""
    return tuple(sorted(rows, key=lambda row: tuple(str(value) for value in row.model_dump().values())))


Sorted = AfterValidator(_in_order)


class Placed(Value):
    """An order that was signed."""

    platform: str = Field(description="id of a platform")
    ordered: date = Field(description="day on which it was signed, before today; lead times run from it")
    cost: float | None = quantity(
        "scenario currency",
        "what the order obligated, without integration (null: the likely price at the scenario's budget rate)",
        None,
        ge=0,
    )
    quantity: int = quantity("craft", "craft ordered", ge=1, le=MOST_CRAFT)


class Delivered(Value):
    """Craft that a maker has handed over."""

    platform: str = Field(description="id of a platform")
    date: Day = Field(description="day of the delivery, today at the latest")
    quantity: int = quantity("craft", "craft delivered", ge=1, le=MOST_CRAFT)


class Announced(Value):
    """What a supplier has said of deliveries still to come: its slip, or when the next craft of a type comes."""

    supplier: str | None = Field(default=None, description="a maker; with slip_months")
    slip_months: float | None = quantity(
        "month", "delay of all that the supplier has still to deliver, against its lead times", None, ge=0
    )
    platform: str | None = Field(default=None, description="id of a platform; with next_delivery")
    next_delivery: date | None = Field(default=None, description="day on which its next craft comes, today or later")


class Lost(Value):
    """Delivered craft that are gone."""

    platform: str = Field(description="id of a platform")
    date: Day = Field(description="day of the loss, today at the latest")
    quantity: int = quantity("craft", "craft lost", ge=1, le=MOST_CRAFT)


class Joined(Value):
    """A gateway that was bought."""

    join: tuple[str, str] = Field(description="the two interfaces that it joins")
    ordered: date = Field(description="day on which it was bought, before today; its money is of that fiscal year")


class Spent(Value):
    """Acquisition money of one fiscal year that is gone, up to today."""

    obligation: float | None = quantity(
        "scenario currency", "committed so far (null: what the orders placed come to)", None, ge=0
    )
    outlay: float | None = quantity(
        "scenario currency", "paid so far (null: what falls due by today at the orders' own prices)", None, ge=0
    )


class Actuals(Value):
    """The facts up to the evening before ``today``, on which the rest is decided."""

    today: date = Field(description="the day on which the rest is decided; what starts on it can still be ordered")
    orders: Annotated[tuple[Placed, ...], Sorted] = Field(default=(), description="every order placed so far")
    deliveries: Annotated[tuple[Delivered, ...], Sorted] = Field(default=(), description="every delivery so far")
    integrated: Dates = Field(
        default_factory=dict, description="types whose integration is finished, each with the day on which it was"
    )
    announced: Annotated[tuple[Announced, ...], Sorted] = Field(
        default=(), description="what suppliers have said of deliveries still to come"
    )
    lost: Annotated[tuple[Lost, ...], Sorted] = Field(default=(), description="every loss so far")
    gateways: Annotated[tuple[Joined, ...], Sorted] = Field(default=(), description="every gateway bought so far")
    spent: Annotated[Mapping[int, Spent], Frozen] = Field(
        default_factory=dict,
        json_schema_extra={"propertyNames": {"pattern": "^[0-9]{4}$"}},
        description="acquisition money gone, by fiscal year; what is absent follows from the orders",
    )
    exchange: Annotated[Mapping[str, Annotated[float, Field(gt=0)]], Frozen] = Field(
        default_factory=dict,
        description="today's rates: units of the scenario's currency for one unit of each (absent: the budget rate)",
    )
    embargoes: Dates = Field(
        default_factory=dict, description="supplier countries that deliver no more, each with the day it stopped"
    )

    def placed(self, platform: str) -> list[Placed]:
        """Orders of a type in the order in which they were signed."""
        return sorted((o for o in self.orders if o.platform == platform), key=lambda o: o.ordered)

    def slip_months(self, supplier: str) -> float | None:
        """The slip that a supplier has announced; None where it has said nothing."""
        return next((a.slip_months for a in self.announced if a.supplier == supplier), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """The craft of one type that were ordered before today, in queue order; moments in hours from the calendar's start.

    ``ordered_h`` has all of them, ``period`` the period that each is booked in, ``delivered_h`` the first ones, that
    have come, ``lost_h`` those first of the first that are gone. ``next_h`` is when the next one comes, where that was
    announced, ``integrated_h`` when the type's integration was finished, where it is.
    """

    ordered_h: tuple[float, ...] = ()
    period: tuple[str, ...] = ()
    delivered_h: tuple[float, ...] = ()
    lost_h: tuple[float, ...] = ()
    next_h: float | None = None
    integrated_h: float | None = None

    @property
    def known_h(self) -> tuple[float, ...]:
        """When the first craft came or, as announced, will come."""
        return self.delivered_h if self.next_h is None else (*self.delivered_h, self.next_h)


def standing(actuals: Actuals, calendar: Calendar, platform: str) -> Standing:
    """What stands of a type."""
    orders = actuals.placed(platform)
    promised = next((a.next_delivery for a in actuals.announced if a.platform == platform), None)
    finished = actuals.integrated.get(platform)
    return Standing(
        ordered_h=tuple(calendar.hours(o.ordered) for o in orders for _ in range(o.quantity)),
        period=tuple(period_of(calendar, o.ordered).id for o in orders for _ in range(o.quantity)),
        delivered_h=_moments(calendar, [d for d in actuals.deliveries if d.platform == platform]),
        lost_h=_moments(calendar, [each for each in actuals.lost if each.platform == platform]),
        next_h=None if promised is None else calendar.hours(promised),
        integrated_h=None if finished is None else calendar.hours(finished),
    )


def _moments(calendar: Calendar, rows: Sequence[Delivered | Lost]) -> tuple[float, ...]:
    return tuple(sorted(calendar.hours(row.date) for row in rows for _ in range(row.quantity)))


def period_of(calendar: Calendar, day: date) -> Period:
    """The ordering period that a day lies in. Raises LookupError where it lies before all of them."""
    begun = [period for period in calendar.periods if period.start <= day]
    if not begun:
        raise LookupError(f"{day}: no ordering period has begun by then")
    return begun[-1]
