"""When each craft arrives and is usable, and which row of the plan it fills (model.md 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.futures import Futures
from fleetcraft.plan import Allocation, Plan
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
    """
    type_ = scenario.platforms[platform]
    gap_h = MONTHS_PER_YEAR / yearly_output(scenario, platform) * HOURS_PER_MONTH
    n = np.arange(len(order_h))
    line = np.full(len(order_h), platform)
    if type_.licensed_from is not None:
        line[: type_.original_line_units] = scenario.platform_index[type_.licensed_from]
    earliest = order_h + (futures.lead_time_months + futures.slip_months)[:, line] * HOURS_PER_MONTH
    arrival = np.maximum.accumulate(earliest - n * gap_h, axis=1) + n * gap_h
    arrival = np.where(arrival > futures.embargo_h[:, line], np.inf, arrival)
    if type_.acquisition == "service":
        return arrival, arrival
    integrated = arrival[:, :1] + futures.integration_months[:, platform, None] * HOURS_PER_MONTH
    return arrival, np.maximum(arrival, integrated)


def fill_order(rows: list[tuple[int, Allocation]]) -> list[int]:
    """Row indices in the order in which a platform's craft fill them, pro rata.

    The next craft goes to the row with the smallest (filled + 1/2) / craft, ties by base and area id.
    """
    slots = [((k + 0.5) / row.craft, row.base, row.area, index) for index, row in rows for k in range(row.craft)]
    return [index for *_, index in sorted(slots)]


def deliver(scenario: Scenario, plan: Plan, futures: Futures) -> Deliveries:
    """Deliveries of a plan (its allocation, where it has one, decides the rows) in every future."""
    periods = {p.id: p for p in scenario.calendar.periods}
    platforms, numbers, rows, orders_h = [], [], [], []
    arrivals, usables = [], []
    for index, type_ in enumerate(scenario.platforms):
        orders = sorted((periods[o.period].start_h, o.quantity) for o in plan.orders if o.platform == type_.id)
        order_h = np.array([start for start, quantity in orders for _ in range(quantity)], dtype=np.float64)
        if not len(order_h):
            continue
        mine = [(i, r) for i, r in enumerate(plan.allocation or ()) if r.platform == type_.id]
        filled = fill_order(mine)[: len(order_h)]
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
