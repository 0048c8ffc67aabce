"""When each craft arrives and is usable, and which row of the plan it fills (model.md 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.losses import replacement_h
from fleetcraft.futures import Futures
from fleetcraft.plan import Allocation, Plan
from fleetcraft.scenario.actuals import Standing
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MONTHS_PER_YEAR = 12.0


@dataclass(frozen=True)
class Deliveries:
    """C craft in queue order, platform by platform, over F futures.

    ``number`` counts a platform's craft from 0; ``row`` is an index into the plan's allocation, -1 for a craft that
    no row takes; times are hours from the calendar's start, inf where the craft never comes. ``grounded_share`` is
    the share of the window in which the craft's whole type is grounded.
    """

    platform: Ints  # (C,)
    number: Ints  # (C,)
    row: Ints  # (C,)
    order_h: Floats  # (C,)
    arrival_h: Floats  # (F, C)
    usable_h: Floats  # (F, C)
    grounded_share: Floats  # (F, C)

    def usable_by(self, moment_h: float) -> NDArray[np.bool_]:
        """Which craft are usable at a moment, shape (F, C)."""
        return self.usable_h <= moment_h


def yearly_output(scenario: Scenario, platform: int) -> float:
    """Craft a year of a type that this buyer can get: its maker's output x the buyer's share of it."""
    type_ = scenario.platforms[platform]
    share = scenario.acquisition.buyers_share if type_.buyers_share is None else type_.buyers_share
    return type_.production_rate_per_year * share


def queue(scenario: Scenario, platform: int, order_h: Floats, futures: Futures) -> tuple[Floats, Floats]:
    """Arrival and usable hours (F, n) of a platform's craft ordered at ``order_h`` (n,), in queue order.

    Craft n arrives at max(its order + lead time + slip, arrival of n-1 + 12 / the buyer's yearly output months);
    the first craft of a licensed type come from the original line, with its lead time, its maker's slip and its
    country's embargo. Nothing arrives after an embargo.
    Usable: max(arrival, the type's first arrival + integration); what is had as a service needs no integration.

    The first craft are those that stand, however ``order_h`` has them: they were ordered when they were signed, came
    when they came, and what is still to come does not come before today. Of those lost the replacement alone is usable,
    it too not before the type is integrated.
    """
    type_ = scenario.platforms[platform]
    gap_h = MONTHS_PER_YEAR / yearly_output(scenario, platform) * HOURS_PER_MONTH
    n = np.arange(len(order_h))
    line = np.full(len(order_h), platform)
    if type_.licensed_from is not None:
        line[: type_.original_line_units] = scenario.platform_index[type_.licensed_from]
    stands = scenario.standing[platform]
    signed_h = np.concatenate([stands.ordered_h[: len(n)], order_h[len(stands.ordered_h) :]])
    earliest = signed_h + (futures.lead_time_months + futures.slip_months)[:, line] * HOURS_PER_MONTH
    gaps_h = n * np.float64(gap_h)
    arrival = _in_line(stands, earliest, gaps_h, scenario.today_h)
    coming = n >= len(stands.delivered_h)
    arrival = np.where(coming & (arrival > futures.embargo_h[:, line]), np.inf, arrival)
    usable = arrival
    if type_.acquisition != "service":
        integrated = arrival[:, :1] + futures.integration_months[:, platform, None] * HOURS_PER_MONTH
        usable = np.maximum(arrival, integrated)
    if stands.lost_h:
        usable = usable.copy()
        mine = slice(len(stands.lost_h))
        usable[:, mine] = np.maximum(usable[:, mine], np.array(stands.lost_h) + replacement_h(scenario)[platform])
    return arrival, usable


LATE_GAPS = 2.0
"""By how many gaps of its line a craft may be late before its maker's silence is worth a word."""


def overdue_h(scenario: Scenario, platform: int) -> float | None:
    """When the next craft of a type was due, in hours, where it is overdue and its maker has said nothing; else None.

    Due: a gap after the last delivery, and as long after its order as the first craft took. A line that has delivered
    is taken to go on, so that its next craft comes today at the latest, however long it has been silent.
    """
    actuals, stands, type_ = scenario.actuals, scenario.standing[platform], scenario.platforms[platform]
    came = len(stands.delivered_h)
    if actuals is None or not 0 < came < len(stands.ordered_h) or type_.supplier_country in actuals.embargoes:
        return None
    if stands.next_h is not None or actuals.slip_months(type_.supplier) is not None:
        return None
    gap_h = MONTHS_PER_YEAR / yearly_output(scenario, platform) * HOURS_PER_MONTH
    took_h = stands.delivered_h[0] - stands.ordered_h[0]
    due_h = max(stands.delivered_h[-1] + gap_h, stands.ordered_h[came] + took_h)
    return due_h if due_h + LATE_GAPS * gap_h < scenario.today_h else None


def _in_line(stands: Standing, earliest: Floats, gaps_h: Floats, today_h: float) -> Floats:
    """Arrivals (F, n) of craft that could come at ``earliest`` (F, n) from a line that takes ``gaps_h`` (n,) in all.

    The first ones are known; the others come after the last of them, and not before today.
    """
    known = len(stands.known_h)
    if stands.ordered_h:
        earliest = earliest.copy()
        earliest[:, len(stands.delivered_h) :] = np.maximum(earliest[:, len(stands.delivered_h) :], today_h)
        earliest[:, :known] = stands.known_h
    arrival: Floats = np.maximum.accumulate((earliest - gaps_h)[:, max(known - 1, 0) :], axis=1)
    return np.concatenate([earliest[:, : max(known - 1, 0)], arrival + gaps_h[max(known - 1, 0) :]], axis=1)


def queue_behind(scenario: Scenario, platform: int, order_h: Floats, futures: Futures) -> tuple[Floats, Floats]:
    """As ``queue``, of craft ordered at ``order_h`` (n,) behind all of their type that stand."""
    ahead = scenario.standing[platform].ordered_h
    arrival, usable = queue(scenario, platform, np.concatenate([ahead, order_h]), futures)
    return arrival[:, len(ahead) :], usable[:, len(ahead) :]


def craft_gone(scenario: Scenario, platform: int) -> int:
    """How many of a type's first craft were lost for good."""
    return len(scenario.standing[platform].lost_h) if np.isinf(replacement_h(scenario)[platform]) else 0


def fill_order(rows: list[tuple[int, Allocation]]) -> list[int]:
    """Row indices in the order in which a platform's craft fill them, pro rata.

    The next craft goes to the row with the smallest (filled + 1/2) / craft, ties by base and area id.
    """
    slots = [((k + 0.5) / row.craft, row.base, row.area, index) for index, row in rows for k in range(row.craft)]
    return [index for *_, index in sorted(slots)]


def deliver(scenario: Scenario, plan: Plan, futures: Futures) -> Deliveries:
    """Deliveries of a plan (its allocation, where it has one, decides the rows) in every future.

    The plan's orders of periods before today are those that were placed.
    """
    periods = {p.id: p for p in scenario.calendar.periods}
    platforms, numbers, rows, orders_h = [], [], [], []
    arrivals, usables = [], []
    for index, type_ in enumerate(scenario.platforms):
        orders = sorted((periods[o.period].start_h, o.quantity) for o in plan.orders if o.platform == type_.id)
        order_h = np.array([start for start, quantity in orders for _ in range(quantity)], dtype=np.float64)
        if not len(order_h):
            continue
        mine = [(i, r) for i, r in enumerate(plan.allocation or ()) if r.platform == type_.id]
        gone = craft_gone(scenario, index)
        filled = ([-1] * gone + fill_order(mine))[: len(order_h)]
        arrival, usable = queue(scenario, index, order_h, futures)
        platforms.append(np.full(len(order_h), index))
        numbers.append(np.arange(len(order_h)))
        rows.append(np.array(filled + [-1] * (len(order_h) - len(filled))))
        orders_h.append(order_h)
        arrivals.append(arrival)
        usables.append(usable)
    none = np.zeros((len(futures), 0))
    platform = np.concatenate([*platforms, np.zeros(0)]).astype(np.int64)
    return Deliveries(
        platform=platform,
        number=np.concatenate([*numbers, np.zeros(0)]).astype(np.int64),
        row=np.concatenate([*rows, np.zeros(0)]).astype(np.int64),
        order_h=np.concatenate([*orders_h, np.zeros(0)]),
        arrival_h=np.concatenate([*arrivals, none], axis=1),
        usable_h=np.concatenate([*usables, none], axis=1),
        grounded_share=grounded_share(scenario, futures)[:, platform],
    )


def grounded_share(scenario: Scenario, futures: Futures) -> Floats:
    """Share of the window in which each type is grounded, (F, P)."""
    start_h = scenario.calendar.window_start_h
    return futures.grounded_share(start_h, start_h + scenario.calendar.window_h)
