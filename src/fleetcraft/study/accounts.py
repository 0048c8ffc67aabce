"""What a plan commits, pays and costs to keep, year by year and over futures (model.md 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.fleet.deliveries import Deliveries
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.formula import plan_rows
from fleetcraft.physics.cost import payment_dates_h
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]

ROUNDING = 1e-9
"""Of an obligation: payments that differ by no more differ by rounding alone."""


@dataclass(frozen=True)
class Overrun:
    """Payments less obligations: how often positive, its mean and its 90th percentile over futures."""

    probability: float
    mean: float
    p90: float


@dataclass(frozen=True)
class Accounts:
    """Money of a plan in the scenario's currency, expected over futures.

    ``obligation``, ``outlay`` and ``support`` are by fiscal year; ``order_cost`` by order, integration left out;
    ``replacement`` is the part of all support that replaces lost craft.
    """

    order_cost: Mapping[Order, float]
    integration: float
    obligation: Mapping[int, float]
    outlay: Mapping[int, float]
    support: Mapping[int, float]
    replacement: float
    overrun: Overrun
    life_cycle: float

    @property
    def acquisition(self) -> float:
        """All obligations: craft and the integration of their types."""
        return sum(self.obligation.values())


def order_cost(scenario: Scenario, order: Order) -> float:
    """What an order obligates, without its type's integration."""
    period = next(p for p in scenario.calendar.periods if p.id == order.period)
    platform = scenario.platforms[scenario.platform_index[order.platform]]
    return order.quantity * money.unit_obligation(scenario, platform, period)


def make_accounts(theatre: Theatre, plan: Plan, deliveries: Deliveries, futures: Futures) -> Accounts:
    """The books of a plan whose craft are delivered as in ``deliveries`` (of the same futures)."""
    scenario = theatre.scenario
    years = scenario.calendar.fiscal_years
    costs = {order: order_cost(scenario, order) for order in plan.orders}
    obligation = dict.fromkeys(years, 0.0)
    for order, cost in costs.items():
        obligation[int(order.period[:4])] += cost
    once = scenario.acquisition.integration_cost
    integrated = _first_years(plan)
    for year in integrated.values():
        obligation[year] += once
    paid, obligated = _payments(theatre, deliveries, futures)  # (Y, F), (F,)
    outlay = paid.mean(axis=1) + np.array([once * list(integrated.values()).count(year) for year in years])
    support = _support(theatre, plan, deliveries).mean(axis=1)
    replaced = _yearly(
        theatre, plan, deliveries, np.zeros(len(scenario.platforms)), money.replacement_per_year(theatre)
    )
    difference = paid.sum(axis=0) - obligated
    over = difference > ROUNDING * obligated
    overrun = Overrun(float(over.mean()), float(difference.mean()), float(np.quantile(difference, 0.9)))
    return Accounts(
        order_cost=costs,
        integration=once * len(integrated),
        obligation=obligation,
        outlay=dict(zip(years, outlay.tolist(), strict=True)),
        support=dict(zip(years, support.tolist(), strict=True)),
        replacement=float((money.usable_years(scenario, deliveries.usable_h) @ replaced).mean(axis=1).sum()),
        overrun=overrun if len(deliveries.platform) else Overrun(0.0, 0.0, 0.0),
        life_cycle=float((np.array(list(obligation.values())) + support) @ money.discount_factors(scenario)),
    )


def _first_years(plan: Plan) -> dict[str, int]:
    """Fiscal year in which each type is first ordered."""
    first: dict[str, int] = {}
    for order in sorted(plan.orders, key=lambda o: o.period):
        first.setdefault(order.platform, int(order.period[:4]))
    return first


def _payments(theatre: Theatre, deliveries: Deliveries, futures: Futures) -> tuple[Floats, Floats]:
    """Money paid in each fiscal year and future (Y, F), and the obligations of the craft then paid for (F,).

    A craft is paid for at its future's price and, at each payment date, at that date's rate. One that never arrives
    is paid for at its order alone, and only that share of its obligation is counted against the payment.
    """
    scenario = theatre.scenario
    calendar, profile = scenario.calendar, scenario.acquisition.payments
    shares = (profile.order, profile.half_way, profile.delivery)
    edges = np.array([calendar.hours(calendar.fiscal_year_span(year)[1]) for year in calendar.fiscal_years])
    paid = np.zeros((len(edges) + 1, len(futures)))
    obligated = np.zeros(len(futures))
    dates = payment_dates_h(deliveries.order_h, deliveries.arrival_h)
    period_at = {p.start_h: p for p in calendar.periods}
    for p, platform in enumerate(scenario.platforms):
        mine = np.flatnonzero(deliveries.platform == p)
        if not len(mine):
            continue
        unit = [money.unit_obligation(scenario, platform, period_at[h]) for h in deliveries.order_h[mine]]
        price_factor = futures.unit_price[:, p, None] / max(platform.unit_price_likely, 1e-12)
        for share, date_h in zip(shares, dates, strict=True):
            due_h = date_h[:, mine]
            happens = np.isfinite(due_h)
            rate = futures.rate_factor_at(platform.price_currency, np.where(happens, due_h, 0.0))
            amount = np.where(happens, share * np.array(unit) * price_factor * rate, 0.0)
            obligated += np.where(happens, share * np.array(unit), 0.0).sum(axis=1)
            year = np.searchsorted(edges, np.where(happens, due_h, 0.0), side="right")
            for y in range(len(edges) + 1):
                paid[y] += np.where(year == y, amount, 0.0).sum(axis=1)
    paid[-2] += paid[-1]  # what falls after the calendar is shown in its last year
    return paid[:-1], obligated


def _support(theatre: Theatre, plan: Plan, deliveries: Deliveries) -> Floats:
    """Support of every fiscal year and future, (Y, F)."""
    scenario = theatre.scenario
    fixed = np.array([money.fixed_support_per_year(scenario, p) for p in scenario.platforms])
    yearly = _yearly(theatre, plan, deliveries, fixed, money.support_per_year(theatre))
    support: Floats = money.usable_years(scenario, deliveries.usable_h) @ yearly
    return support


def _yearly(theatre: Theatre, plan: Plan, deliveries: Deliveries, idle: Floats, placed: Floats) -> Floats:
    """A yearly cost of each craft, (C,): that of its pair, or of its type (P,) where no row takes it."""
    rows = plan_rows(theatre, plan.allocation or ())
    yearly: Floats = idle[deliveries.platform]
    taken = deliveries.row >= 0
    yearly[taken] = placed[rows.pair[deliveries.row[taken]]]
    return yearly
