"""What to order once the news is known: the recourse of one future on top of what stands (model.md 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import FleetcraftError
from fleetcraft.fleet.deliveries import queue
from fleetcraft.fleet.money import gateway_year
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.capability import (
    COMMON,
    Capability,
    Slice,
    largest_useful_order,
    later_periods,
    make_capability,
    slices_of_orders,
    stack,
)
from fleetcraft.optimise.constraints import HARD_LAWS, WATCHING
from fleetcraft.optimise.constraints.allocation import craft_are_placed, crews_of_craft, station_keeping
from fleetcraft.optimise.constraints.budgets import carried_money, money_unit, upkeep_of_craft
from fleetcraft.optimise.constraints.learning import (
    steps_are_full,
    steps_begin_in_order,
    units_are_counted,
    what_is_made_stays_made,
)
from fleetcraft.optimise.constraints.orders import (
    integration_comes_with_an_order,
    orders_fill_tranches,
    places_are_taken_once,
    types_are_integrated_once,
)
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.decided import order_columns
from fleetcraft.optimise.formula import plan_rows
from fleetcraft.optimise.gains import Gain, make_gain
from fleetcraft.optimise.gateways import with_gateways
from fleetcraft.optimise.l_shaped import Master
from fleetcraft.optimise.objective import attainment_objective, life_cycle_cost
from fleetcraft.optimise.programme import Block, Columns, Programme
from fleetcraft.optimise.solver import Limits, deadline_of, solve
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.optimise.watching import Watching
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.calendar import Period

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LIMITS = Limits(gap=0.01, nodes=50)
PURSES = ("acquisition_budget", "outlay_budget")
"""The laws whose money may be carried over; one of them is without rows."""
TOLERANCE = 0.001
STRUCTURE = (
    orders_fill_tranches,
    places_are_taken_once,
    types_are_integrated_once,
    integration_comes_with_an_order,
    craft_are_placed,
    station_keeping,
    upkeep_of_craft,
    crews_of_craft,
    units_are_counted,
    steps_are_full,
    steps_begin_in_order,
    what_is_made_stays_made,
    carried_money,
)

Added = tuple[tuple[Order, ...], tuple[Allocation, ...]]
"""Orders after the news and the rows of their craft, both in a fixed order of ids."""


def as_bought(theatre: Theatre, plan: Plan) -> Theatre:
    """The theatre of somebody who has bought a plan's gateways, in the year of its first order, and is offered none.

    Of orders that were placed before today none is the first.
    """
    scenario = theatre.scenario
    price = len(plan.gateways) * (scenario.operations.hand_over.gateway_cost or 0.0)
    if not price:
        return with_gateways(theatre, plan.gateways)
    still_open = {period.id for period in scenario.open_periods}
    years = [int(order.period[:4]) for order in plan.orders if order.period in still_open]
    year = min(years, default=gateway_year(scenario))
    left = {**scenario.budget.acquisition, year: scenario.budget.acquisition.get(year, 0.0) - price}
    budget = scenario.budget.model_copy(update={scenario.budget.counts: left})
    joined = with_gateways(theatre, plan.gateways)
    return replace(joined, scenario=joined.scenario.model_copy(update={"budget": budget}))


@dataclass(frozen=True)
class Adapter:
    """Adds to a plan, whose orders and rows stand, what pays in a future as far as it is known at the news.

    ``pair``: the pairs, by index, that craft ordered after the news may serve; ``price``: what a unit of attainment may
    cost (life cycle, discounted, in the scenario's currency), as it cost where the plan was solved.
    """

    theatre: Theatre
    plan: Plan
    corrections: Corrections
    pair: Ints
    price: float

    def added(self, futures: Futures) -> Added:
        """The whole orders and rows that attain most, less their cost over the price, in the mean of ``futures``.

        The futures are those that look alike at the news: what is known in each is known in all.
        """
        slices = [*self._common(futures), *self._later(futures)]
        if all(s.node == COMMON for s in slices):
            return (), ()
        c = make_capability(
            self.theatre,
            stack(self.theatre.scenario, futures, slices),
            futures,
            self.corrections,
            pairs=self._pairs,
            gains=self._gains,
        )
        v = make_variables(c)
        later = np.array([s.node != COMMON for s in slices])
        return self._solved(c, v, later)

    @cached_property
    def _pairs(self) -> Ints:
        """Pairs of the standing rows and of what may be added."""
        assert self.plan.allocation is not None
        pairs: Ints = np.union1d(plan_rows(self.theatre, self.plan.allocation).pair, self.pair)
        return pairs

    @cached_property
    def _gains(self) -> tuple[Gain, ...]:
        count = len(self.theatre.scenario.requirements)
        return tuple(make_gain(self.theatre, index, self.corrections, self._pairs) for index in range(count))

    @cached_property
    def _periods(self) -> dict[str, Period]:
        return {p.id: p for p in self.theatre.scenario.calendar.periods}

    @cached_property
    def _ordered_h(self) -> dict[int, list[tuple[Period, int]]]:
        """Standing orders of each platform, in time."""
        index = self.theatre.scenario.platform_index
        orders: dict[int, list[tuple[Period, int]]] = {}
        for order in sorted(self.plan.orders, key=lambda o: self._periods[o.period].start_h):
            orders.setdefault(index[order.platform], []).append((self._periods[order.period], order.quantity))
        return orders

    def _standing_h(self, platform: int) -> Floats:
        return np.array([period.start_h for period, n in self._ordered_h.get(platform, []) for _ in range(n)])

    def _common(self, futures: Futures) -> list[Slice]:
        """The slices of the standing orders."""
        return [
            part
            for platform, orders in self._ordered_h.items()
            for part in slices_of_orders(self.theatre.scenario, platform, orders, futures)
        ]

    def _later(self, futures: Futures) -> list[Slice]:
        """A slice for each period after the news: the places behind the standing orders that are usable in time."""
        scenario = self.theatre.scenario
        slices = []
        for platform in np.unique(self.theatre.pairs.platform[self.pair]).tolist():
            standing = self._standing_h(platform)
            for period in later_periods(scenario, scenario.platforms[platform]):
                most = largest_useful_order(scenario, platform, period, futures)
                order_h = np.concatenate([standing, np.full(most, period.start_h)])
                arrival, usable = queue(scenario, platform, order_h, futures)
                behind = slice(len(standing), None)
                in_time = usable[:, behind] <= scenario.calendar.window_start_h
                useful = slice(len(standing), len(standing) + int(in_time.sum(axis=1).max(initial=0)))
                if useful.stop > useful.start:
                    slices.append(Slice(platform, period, len(standing), arrival[:, useful], usable[:, useful], node=0))
        return slices

    def _solved(self, c: Capability, v: Variables, later: NDArray[np.bool_]) -> Added:
        free = later[v.placed_tranche]
        standing, point = self._standing(c, v, later)
        hard = [law(c, v) for law in HARD_LAWS]
        point = _with_carried_money(c, v, hard, point)
        blocks = [*(_as_it_stands(law, point) for law in hard), *(law(c, v) for law in (*STRUCTURE, *WATCHING))]
        attained = attainment_objective(c, v)
        objective = attained - life_cycle_cost(c, v) * money_unit(c) / self.price
        programme = Programme(standing, tuple(blocks), objective)
        master = Master(
            programme, v.values, Watching(c, v), attained[v.values.index], deadline_of(LIMITS), tolerance=TOLERANCE
        )
        if master.solve().status != "optimal":
            raise FleetcraftError("the orders that stand cannot be kept in a future as they are, and nothing be added")
        whole = tuple(replace(g, integer=free) if g.name == "placed" else g for g in standing)
        found = solve(master.with_cuts(replace(programme, groups=whole)), LIMITS)
        return self._told(c, v, found.values, later) if len(found.values) else ((), ())

    def _standing(self, c: Capability, v: Variables, later: NDArray[np.bool_]) -> tuple[tuple[Columns, ...], Floats]:
        """The columns with what stands fixed, and the point at which nothing is added to it."""
        assert self.plan.allocation is not None
        rows = plan_rows(self.theatre, self.plan.allocation)
        craft = np.zeros(len(self.theatre.pairs))
        np.add.at(craft, rows.pair, rows.craft)
        platform = c.tranches.platform
        there = np.where(later | c.tranches.gone, 0.0, c.tranches.size)
        share = there / np.maximum(np.bincount(platform, weights=there)[platform], 1.0)
        size = np.where(later, 0.0, c.tranches.size)
        placed = craft[c.pair[v.placed_pair]] * share[v.placed_tranche]
        ordered = np.bincount(v.tranche_order, weights=size, minlength=len(v.order_key))
        stands = v.order_node == COMMON
        first = np.zeros(len(v.order_key))
        own = np.flatnonzero(stands)
        first[own[np.unique(v.order_platform[own], return_index=True)[1]]] = 1.0
        point = order_columns(v, np.where(stands, ordered, 0.0))
        groups = []
        fixed = {
            "ordered": (ordered, stands),
            "first": (first, stands),
            "tranche": (size, ~later),
            "placed": (placed, ~later[v.placed_tranche]),
        }
        for group in v.groups:
            if group.name in fixed:
                value, stays = fixed[group.name]
                point[group.index] = value
                group = replace(
                    group, lower=np.where(stays, value, group.lower), upper=np.where(stays, value, group.upper)
                )
            if group.name == "first":
                group = replace(group, lower=np.where(_may_be_forestalled(v), 0.0, group.lower))
            groups.append(group)
        point[v.upkeep.index] = np.bincount(
            v.placed_tranche, weights=c.support[v.placed_pair] * placed, minlength=len(platform)
        ) / money_unit(c)
        if len(v.crew.index):
            point[v.crew.index] = np.bincount(
                v.placed_tranche, weights=c.people[v.placed_pair] * placed, minlength=len(platform)
            )
        return tuple(groups), point

    def _told(self, c: Capability, v: Variables, values: Floats, later: NDArray[np.bool_]) -> Added:
        scenario, pairs = self.theatre.scenario, c.theatre.pairs
        orders = [
            Order(scenario.platforms[p].id, period, int(n))
            for (p, period, node), n in zip(v.order_key, values[v.ordered.index].round(), strict=True)
            if n and node != COMMON
        ]
        craft = np.where(later[v.placed_tranche], values[v.placed.index].round(), 0.0)
        by_pair = np.bincount(v.placed_pair, weights=craft, minlength=len(c.pair)).astype(int)
        rows = [
            Allocation(
                scenario.platforms[pairs.platform[n]].id,
                scenario.places[pairs.base[n]].id,
                scenario.areas[pairs.area[n]].id,
                int(count),
                None,
            )
            for n, count in zip(c.pair, by_pair, strict=True)
            if count
        ]
        return tuple(sorted(orders)), tuple(sorted(rows, key=lambda r: (r.platform, r.base, r.area)))


def _may_be_forestalled(v: Variables) -> NDArray[np.bool_]:
    """Which orders (K,) stand in a period after the first in which a future may order the type: one that is pinned."""
    period = np.array([t for _, t, _ in v.order_key])
    later = (v.order_node != COMMON) & (v.order_platform == v.order_platform[:, None]) & (period < period[:, None])
    forestalled: NDArray[np.bool_] = (v.order_node == COMMON) & later.any(axis=1)
    return forestalled


def _with_carried_money(c: Capability, v: Variables, laws: Sequence[Block], point: Floats) -> Floats:
    """The point with what its spending leaves of each year's money for the next."""
    row_of = {f"{law.name}[{label}]": (law, k) for law in laws for k, label in enumerate(law.labels)}
    budget, unit = c.theatre.scenario.budget, money_unit(c)
    carried = dict[tuple[int, str], float]()
    filled = point.copy()
    for i, (year, end) in enumerate(v.carried_key):
        law, k = next((row_of[n] for kind in PURSES if (n := f"{kind}[{year}{end}]") in row_of), (None, 0))
        here = slice(0) if law is None else law.row == k
        spent = 0.0 if law is None else float(law.value[here] @ point[law.column[here]])
        own = budget.acquisition.get(year, 0.0) / unit
        limit = own if law is None else float(law.upper[k])
        left = limit + carried.get((year - 1, end), carried.get((year - 1, ""), 0.0)) - spent
        carried[year, end] = float(np.clip(left, 0.0, budget.carry_over * own))
        filled[v.carried.index[i]] = carried[year, end]
    return filled


def _as_it_stands(law: Block, point: Floats) -> Block:
    """A law that what stands may already break in this future: it then binds at that and no further."""
    total = np.bincount(law.row, law.value * point[law.column], len(law.labels))
    return replace(law, lower=np.minimum(law.lower, total), upper=np.maximum(law.upper, total))
