"""What a plan commits, pays and costs to keep, year by year and over futures (model.md 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.fleet.booked import booked_by_year, gone_besides, integration_begun
from fleetcraft.fleet.deliveries import Deliveries
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.formula import plan_rows
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]

ROUNDING = 1e-9
"""Of an obligation: payments that differ by no more differ by rounding alone."""


@dataclass(frozen=True, eq=False)
class Overrun:
    """Payments less obligations of each future (F,), and how much each future counts (F,), in all 1."""

    by_future: Floats
    weight: Floats

    @property
    def probability(self) -> float:
        """Share of futures in which more is paid than was obligated."""
        return float(self.weight[self.by_future > 0].sum())

    @property
    def mean(self) -> float:
        """Mean over futures; below 0 where less is paid."""
        return float(self.by_future @ self.weight)

    @property
    def p90(self) -> float:
        """The least that it stays within in 90% of the futures."""
        return float(np.quantile(self.by_future, 0.9, weights=self.weight, method="inverted_cdf"))

    def within(self, amount: float) -> float:
        """Share of futures in which it is at most an amount."""
        return float(self.weight[self.by_future <= amount].sum())


@dataclass(frozen=True, eq=False)
class Accounts:
    """Money of a plan in the scenario's currency, expected over futures.

    ``obligation``, ``outlay`` and ``support`` are by fiscal year, as is ``carried``, the acquisition money that a year
    has from the year before, and ``gone``, what its budget counts of all before today; ``order_cost`` by order,
    integration left out; ``gateways`` what joins interfaces; ``replacement`` is the part of all support that replaces
    lost craft.
    """

    order_cost: Mapping[Order, float]
    integration: float
    gateways: float
    obligation: Mapping[int, float]
    outlay: Mapping[int, float]
    support: Mapping[int, float]
    carried: Mapping[int, float]
    gone: Mapping[int, float]
    replacement: float
    overrun: Overrun
    life_cycle: float

    @property
    def acquisition(self) -> float:
        """All obligations: craft, the integration of their types, and gateways."""
        return sum(self.obligation.values())

    def counted(self, scenario: Scenario) -> Mapping[int, float]:
        """What the acquisition budget counts, by fiscal year: obligations or outlays."""
        return self.obligation if scenario.budget.counts == "obligation" else self.outlay


def order_cost(scenario: Scenario, plan: Plan, order: Order, futures: Futures) -> Floats:
    """What an order of a plan obligates in each future, (F,), without its type's integration.

    Its craft come after those of earlier orders in the count of units made.
    """
    index = scenario.platform_index[order.platform]
    before = sum(o.quantity for o in plan.orders if o.platform == order.platform and o.period < order.period)
    count = np.array([before, before + order.quantity], dtype=np.float64)
    first, last = money.learnt_cost(scenario, scenario.platforms[index], count)
    period = next(p for p in scenario.calendar.periods if p.id == order.period)
    cost: Floats = (last - first) * money.obligation_in_futures(scenario, futures, index, period)
    return cost


def make_accounts(theatre: Theatre, plan: Plan, deliveries: Deliveries, futures: Futures) -> Accounts:
    """The books of a plan whose craft are delivered as in ``deliveries`` (of the same futures).

    The plan is as one future has it (``Plan.in_future``); its orders from the news on cost what they cost there. Money
    that actuals state to be gone is in the books of its year.
    """
    scenario = theatre.scenario
    years = scenario.calendar.fiscal_years
    costs = {order: order_cost(scenario, plan, order, futures) for order in plan.orders}
    craft = np.zeros((len(years), len(futures)))
    for order, cost in costs.items():
        craft[years.index(int(order.period[:4]))] += cost
    integration, gateways = _integration(scenario, plan), _gateways(scenario, plan)
    once = (integration + gateways)[:, None]
    paid, due, overrun = _payments(theatre, deliveries, futures)  # (Y, F), (Y, F), (F,)
    obligation = craft + once + gone_besides(scenario, "obligation")[:, None]
    outlay = paid + once + gone_besides(scenario, "outlay")[:, None]
    support = _support(theatre, plan, deliveries)
    spent = obligation if scenario.budget.counts == "obligation" else outlay
    replaced = _yearly(
        theatre, plan, deliveries, np.zeros(len(scenario.platforms)), money.replacement_per_year(theatre)
    )
    overrun = np.where(np.abs(overrun) <= ROUNDING * craft.sum(axis=0), 0.0, overrun)
    yearly = obligation.mean(axis=1) + support.mean(axis=1)
    return Accounts(
        order_cost={order: float(cost.mean()) for order, cost in costs.items()},
        integration=float(integration.sum()),
        gateways=float(gateways.sum()),
        obligation=_by_year(scenario, obligation),
        outlay=_by_year(scenario, outlay),
        support=_by_year(scenario, support),
        carried=_by_year(scenario, money.carried_over(scenario, spent)),
        gone=_by_year(scenario, _gone(scenario, due)),
        replacement=float((money.usable_years(scenario, deliveries.usable_h) @ replaced).mean(axis=1).sum()),
        overrun=Overrun(overrun, np.full(len(futures), 1.0 / len(futures))),
        life_cycle=float(yearly @ money.discount_factors(scenario)),
    )


def mean_accounts(accounts: Sequence[Accounts], weights: Sequence[float]) -> Accounts:
    """The books expected over groups of futures, each with its own; ``weights`` are the groups' shares of the futures.

    An order's cost is its mean over the groups that place it.
    """
    share = np.array(weights, dtype=np.float64) / sum(weights)

    def mean(amounts: Iterable[float]) -> float:
        return float(share @ np.array(list(amounts)))

    def mean_by_year(figures: Sequence[Mapping[int, float]]) -> dict[int, float]:
        return {year: mean(figure[year] for figure in figures) for year in figures[0]}

    def mean_cost(order: Order) -> float:
        costs = [a.order_cost.get(order, 0.0) for a in accounts]
        return mean(costs) / mean(order in a.order_cost for a in accounts)

    return Accounts(
        order_cost={order: mean_cost(order) for order in dict.fromkeys(o for a in accounts for o in a.order_cost)},
        integration=mean(a.integration for a in accounts),
        gateways=mean(a.gateways for a in accounts),
        obligation=mean_by_year([a.obligation for a in accounts]),
        outlay=mean_by_year([a.outlay for a in accounts]),
        support=mean_by_year([a.support for a in accounts]),
        carried=mean_by_year([a.carried for a in accounts]),
        gone=mean_by_year([a.gone for a in accounts]),
        replacement=mean(a.replacement for a in accounts),
        overrun=Overrun(
            np.concatenate([a.overrun.by_future for a in accounts]),
            np.concatenate([w * a.overrun.weight for w, a in zip(share, accounts, strict=True)]),
        ),
        life_cycle=mean(a.life_cycle for a in accounts),
    )


def _by_year(scenario: Scenario, amounts: Floats) -> dict[int, float]:
    """Means over futures of amounts (Y, F), by fiscal year."""
    return dict(zip(scenario.calendar.fiscal_years, amounts.mean(axis=1).tolist(), strict=True))


def _integration(scenario: Scenario, plan: Plan) -> Floats:
    """Integration of each type in the fiscal year in which it is first ordered, (Y,)."""
    cost = np.zeros(len(scenario.calendar.fiscal_years))
    for platform in scenario.platforms:
        periods = [order.period for order in plan.orders if order.platform == platform.id]
        if periods:
            cost[_year_index(scenario, min(periods))] += money.integration_cost(scenario, platform)
    return cost


def _gateways(scenario: Scenario, plan: Plan) -> Floats:
    """Gateways bought, in the fiscal year in which they are paid, (Y,)."""
    cost = np.zeros(len(scenario.calendar.fiscal_years))
    if plan.gateways:
        year = scenario.calendar.fiscal_years.index(money.gateway_year(scenario))
        cost[year] = len(plan.gateways) * (scenario.operations.hand_over.gateway_cost or 0.0)
    return cost


def _year_index(scenario: Scenario, period: str) -> int:
    return scenario.calendar.fiscal_years.index(int(period[:4]))


def _payments(theatre: Theatre, deliveries: Deliveries, futures: Futures) -> tuple[Floats, Floats, Floats]:
    """Money paid in each fiscal year and future (Y, F), that for orders placed before today (Y, F), and how much more
    than was obligated is paid in all (F,).

    A craft is paid for at its future's price and, at each payment date, at that date's rate. One that never arrives
    is paid for at its order alone, and only that share of its obligation is counted against the payment.
    """
    scenario = theatre.scenario
    paid = np.zeros((len(scenario.calendar.fiscal_years), len(futures)))
    due, overrun = np.zeros_like(paid), np.zeros(len(futures))
    for p in np.unique(deliveries.platform).tolist():
        mine = deliveries.platform == p
        order_h, arrival_h = deliveries.order_h[mine], deliveries.arrival_h[:, mine]
        unit = _obligations(scenario, futures, p, order_h)
        due_h, share = money.payments(scenario, order_h, arrival_h)
        moves = money.price_moves(scenario, futures, p, order_h, due_h)
        by_craft = money.by_fiscal_year(scenario.calendar, due_h, share * moves * unit)  # (F, n, Y)
        paid += by_craft.sum(axis=1).T
        due += by_craft[:, money.is_placed(scenario, order_h)].sum(axis=1).T
        overrun += (money.overrun_of(share, moves) * unit).sum(axis=1)
    return paid, due, overrun


def _gone(scenario: Scenario, due: Floats) -> Floats:
    """What each year's acquisition budget counts of all before today, (Y, F): ``due`` (Y, F) is paid for its orders."""
    counts = scenario.budget.counts
    of_orders = due + integration_begun(scenario)[:, None] if counts == "outlay" else booked_by_year(scenario)[:, None]
    return of_orders + gone_besides(scenario, counts)[:, None]


def _obligations(scenario: Scenario, futures: Futures, platform: int, order_h: Floats) -> Floats:
    """What each craft of a type obligates in each future, (F, n), in the order in which they are made."""
    periods = [p for p in scenario.calendar.periods if p.start_h in order_h]
    price = {p.start_h: money.obligation_in_futures(scenario, futures, platform, p) for p in periods}
    count = np.arange(len(order_h) + 1, dtype=np.float64)
    learnt = np.diff(money.learnt_cost(scenario, scenario.platforms[platform], count))
    unit: Floats = np.stack([price[hour] for hour in order_h.tolist()], axis=1) * learnt
    return unit


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
