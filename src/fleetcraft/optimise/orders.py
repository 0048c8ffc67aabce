"""Whole orders: relax for the bound, round for an incumbent, and branch only where the two stay apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.capability import COMMON, Capability
from fleetcraft.optimise.constraints import HARD_LAWS, STRUCTURE, WHOLE_ORDERS
from fleetcraft.optimise.constraints.budgets import money_unit
from fleetcraft.optimise.constraints.orders import within
from fleetcraft.optimise.constraints.policies import (
    domain_minimum,
    domestic_share,
    pinned_orders,
    supplier_country_share,
)
from fleetcraft.optimise.decided import order_columns, settled
from fleetcraft.optimise.l_shaped import Master
from fleetcraft.optimise.objective import attainment_programme, column_count, life_cycle_cost, risk_constant
from fleetcraft.optimise.programme import Block, ColumnCounter, Columns, Programme, block
from fleetcraft.optimise.solver import Limits, Solution, deadline_of, solve
from fleetcraft.optimise.variables import Variables
from fleetcraft.optimise.watching import Watching
from fleetcraft.plan import Plan

Floats = NDArray[np.float64]

LEAST_ORDER = 0.3
"""A type that the relaxation orders less of than this is left out before rounding."""
KEPT = "attainment_is_kept"
LEAST_GATEWAY = 0.05
"""A gateway of which the relaxation buys less than this is left out before rounding."""
ROUNDS_OF_DROPPING = 3
ROUNDS_OF_ROUNDING = 3
ROUNDS_OF_SEARCH = 6
LARGEST_SEARCHED = 30_000
"""Columns beyond which nothing is searched: the few nodes that are solved in an hour do not move the bound."""
STRAGGLERS = 3
"""A type of no more craft than this must earn its integration, or leaves."""
ROUNDING_LOSS = 0.005
"""A share of the attainment that rounding may lose before rounding down is tried as well."""
ROUNDING_LIMITS = Limits(gap=0.002, nodes=500)
SHARE_OF_GAP, LEAST_TOLERANCE = 0.05, 1e-6
"""The part of the asked gap that the cuts may leave open."""


class Search:
    """The programme of one capability, its cuts kept from solve to solve."""

    def __init__(self, c: Capability, v: Variables, limits: Limits) -> None:
        self.c, self.v, self.limits = c, v, limits
        self.deadline = deadline_of(limits)
        self.gateways: Floats = np.zeros(len(c.gateways))
        """Which gateways are bought where whole orders are sought."""
        self.price = 0.0
        """What a unit of attainment costs, life cycle and discounted, where it is last kept at least cost."""
        self.programme = attainment_programme(c, v)
        self.master = Master(
            replace(self.programme, blocks=(*self.programme.blocks, self._attainment_is_kept())),
            v.values,
            Watching(c, v),
            self.programme.objective[v.values.index],
            self.deadline,
            tolerance=max(SHARE_OF_GAP * limits.gap, LEAST_TOLERANCE),
        )

    def _attainment_is_kept(self) -> Block:
        """The best attainment's objective >= what a cheaper plan must still attain; no limit until that is known."""
        counted = np.flatnonzero(self.programme.objective)
        row = np.zeros(len(counted), dtype=np.int64)
        return block(KEPT, ["all"], [(row, counted, self.programme.objective[counted])])

    def told(self, objective: float) -> float:
        """An objective as people read it: the attainment less the weighted risk."""
        return objective + risk_constant(self.c)

    # Best attainment

    def best(self) -> tuple[Solution, float]:
        """The best whole orders found, with their best continuous allocation, and a bound on all."""
        relaxed = self.master.solve()
        if relaxed.status == "infeasible":
            return relaxed, relaxed.bound
        if relaxed.status != "optimal":
            return relaxed, relaxed.bound
        rounded = self._rounded(relaxed.values)
        if self._is_close(rounded, relaxed.bound):
            return rounded, relaxed.bound
        if len(rounded.values) > LARGEST_SEARCHED:
            return replace(rounded, stopped_by="nodes"), relaxed.bound
        return self._searched(rounded, relaxed.bound)

    def _is_close(self, found: Solution, bound: float) -> bool:
        return len(found.values) > 0 and bound - found.objective <= self.limits.gap * abs(self.told(found.objective))

    def _searched(self, best: Solution, bound: float) -> tuple[Solution, float]:
        """Branch and bound over the cuts found so far; what it finds is cut again, until the bound is near."""
        laws = (law(self.c, self.v) for law in WHOLE_ORDERS)
        programme = replace(self.programme, blocks=(*self.programme.blocks, *laws))
        for _ in range(ROUNDS_OF_SEARCH):
            start = best.values if len(best.values) else None
            searched = solve(self.master.with_cuts(programme), self.deadline.limits(self.limits.gap), start=start)
            if not len(searched.values):
                return (best, bound) if len(best.values) else (searched, searched.bound)
            bound = min(bound, searched.bound)
            exact = self.master.exact(searched)
            if exact.objective > best.objective or not len(best.values):
                best = exact
            best = replace(best, stopped_by=searched.stopped_by)
            if self._is_close(best, bound) or searched.stopped_by != "gap":
                break
        return best, bound

    def _rounded(self, relaxed: Floats) -> Solution:
        """Relax, round, fix: types in or out, then orders to the nearest whole numbers that keep the hard laws.

        Where money is tight the nearest numbers may give up many cheap craft for part of a dear one; rounding down then
        loses less.
        """
        v = self.v
        bought = relaxed[v.ordered.index] >= LEAST_ORDER
        for _ in range(ROUNDS_OF_DROPPING):
            settled = self.master.solve(self.with_types(bought))
            if not len(settled.values):
                return settled
            still = bought & (settled.values[v.ordered.index] >= LEAST_ORDER)
            if (still == bought).all():
                break
            bought = still
        bought_in_part = settled.values[v.gateway.index]
        choices = np.unique([bought_in_part >= 0.5, bought_in_part >= LEAST_GATEWAY], axis=0)
        return max((self._rounded_with(choice, settled) for choice in choices), key=lambda found: found.objective)

    def _rounded_with(self, gateways: NDArray[np.bool_], settled: Solution) -> Solution:
        v = self.v
        self.gateways = gateways.astype(np.float64)
        ordered, first = settled.values[v.ordered.index], settled.values[v.first.index]
        nearest = self.fixed(self.nearest_whole(ordered, first))
        if nearest.objective >= settled.objective - ROUNDING_LOSS * abs(settled.objective):
            return nearest
        fewer = self.fixed(self.nearest_whole(np.floor(ordered + 1e-6), first))
        return max(nearest, fewer, key=lambda solution: solution.objective)

    def with_types(self, bought: NDArray[np.bool_]) -> tuple[Columns, ...]:
        """The columns when exactly these orders are placed; of one type's orders in each node the first one pays."""
        v = self.v
        bought = bought | (v.ordered.lower > 0)
        pays = bought.copy()
        for i, (platform, _, node) in enumerate(v.order_key):
            seen = (v.order_platform[:i] == platform) & np.isin(v.order_node[:i], (COMMON, node))
            pays[i] &= not (bought[:i] & seen).any()
        ordered = replace(v.ordered, upper=v.ordered.upper * bought)
        first = replace(v.first, lower=pays.astype(np.float64), upper=pays.astype(np.float64))
        return (ordered, first, *v.groups[2:])

    def nearest_whole(self, target: Floats, first: Floats) -> Floats:
        """Whole orders at the least total distance, in money, from ``target``, keeping all hard laws; else empty."""
        c, v = self.c, self.v
        columns = ColumnCounter(list(v.groups), column_count(v))
        away = columns.add("away", v.ordered.labels)
        row = np.arange(len(v.order_key))
        over = block(
            "at_most_away", v.ordered.labels, [(row, v.ordered.index, 1.0), (row, away.index, -1.0)], upper=target
        )
        under = block(
            "at_least_away", v.ordered.labels, [(row, v.ordered.index, 1.0), (row, away.index, 1.0)], lower=target
        )
        objective = np.zeros(columns.count)
        objective[away.index] = -order_worth(c, v)
        fixed = replace(v.first, upper=np.round(first))
        blocks = (*(law(c, v) for law in (*HARD_LAWS, *STRUCTURE, *WHOLE_ORDERS)), over, under)
        changed = {"first": fixed, "gateway": replace(v.gateway, lower=self.gateways, upper=self.gateways)}
        groups = tuple(changed.get(group.name, group) for group in columns.groups)
        nearest = solve(Programme(groups, blocks, objective), self.deadline.within(ROUNDING_LIMITS))
        return np.round(nearest.values[v.ordered.index]) if len(nearest.values) else nearest.values

    def fixed(self, orders: Floats, *, least: float = -np.inf) -> Solution:
        """The best continuous allocation of whole orders, which take their makers' places in order.

        Empty where it is less than ``least``.
        """
        if not len(orders):
            return Solution("limit", "nodes", -np.inf, np.inf, orders)
        return self.master.solve(self.decided(orders), least=least)

    def decided(self, orders: Floats) -> tuple[Columns, ...]:
        """The columns when whole orders are placed, with all that follows from them fixed."""
        groups = settled(self.c, self.v, orders, places_taken(self.c, self.v, orders), self.gateways)
        return (groups[0], self.with_types(orders > 0)[1], *groups[2:])

    def with_orders_of(self, plan: Plan) -> Solution:
        """The best whole orders after the news beside a plan's own before it, with their best continuous allocation.

        Craft beyond all that could be usable in time in any future are left out. Empty where there are none.
        """
        v, index = self.v, self.c.theatre.scenario.platform_index
        wanted = {(index[order.platform], order.period): float(order.quantity) for order in plan.orders}
        common = v.order_node == COMMON
        own = np.array([wanted.get((p, t), 0.0) if n == COMMON else 0.0 for p, t, n in v.order_key])
        own = np.clip(own, v.ordered.lower, v.ordered.upper)
        paid = self.with_types(own > 0)[1]
        lower, upper = (np.where(common, own, bound) for bound in (v.ordered.lower, v.ordered.upper))
        first = replace(
            v.first,
            lower=np.where(common, paid.lower, v.first.lower),
            upper=np.where(common, paid.upper, v.first.upper),
        )
        found = self.master.solve((replace(v.ordered, lower=lower, upper=upper), first, *v.groups[2:]))
        if not len(found.values):
            return found
        self.gateways = found.values[v.gateway.index].round()
        return self._nearest(found.values)

    # Least cost

    def cheapest(self, best: Solution, bound: float) -> Solution:
        """The least life-cycle cost within a tolerance of the best attainment, over the best plan's types and slices.

        Where rounding the cheapest relaxation loses too much, the relaxation is asked for twice that much more, and in
        the last round it is rounded up.
        """
        v = self.v
        cost = life_cycle_cost(self.c, v)
        least = best.objective - max(self.c.theatre.scenario.objective.tolerance, bound - best.objective)
        asked, chosen = least, best
        self.gateways = best.values[v.gateway.index].round()
        for left in reversed(range(ROUNDS_OF_ROUNDING)):
            relaxed = self._cheapest_relaxation(best, asked)
            if not len(relaxed.values):
                break
            whole = (
                self._nearest(relaxed.values) if left else self._nearest(np.ceil(relaxed.values - 1e-6), least=least)
            )
            if whole.objective >= least and cost @ whole.values <= cost @ best.values:
                chosen = whole
                break
            asked = min(asked + 2.0 * max(least - whole.objective, 0.0), best.objective)
        return self._without_idle_gateways(self._without_stragglers(chosen, least), least)

    def _nearest(self, values: Floats, *, least: float = -np.inf) -> Solution:
        """The best allocation of the whole orders nearest to a relaxation's, of the types that it pays for in part.

        Empty where it is less than ``least``.
        """
        ordered, first = values[self.v.ordered.index], values[self.v.first.index]
        return self.fixed(self.nearest_whole(ordered, np.ceil(first - 1e-6)), least=least)

    def _cheapest_relaxation(self, best: Solution, least: float) -> Solution:
        """The cheapest relaxation that attains ``least`` with the best plan's types, slices and, if need be, gateways.

        Craft from late in a queue cost less to keep, for they come in fewer futures. A relaxation would take them
        before the early ones, which whole orders cannot: so only slices are there that the best plan takes. A plan that
        is cheaper still with others is missed.
        """
        v = self.v
        self.master.set_lower(KEPT, least)
        bought = best.values[v.ordered.index].round() > 0
        at_most = {
            group.name: replace(group, upper=best.values[group.index].round()) for group in (v.gateway, v.opened)
        }
        groups = tuple(at_most.get(group.name, group) for group in self.with_types(bought))
        cheapest = self.master.solve(groups, -life_cycle_cost(self.c, v))
        self.master.set_lower(KEPT, -np.inf)
        if len(cheapest.values):
            self.gateways = np.ceil(cheapest.values[v.gateway.index] - 1e-6)
            self.price = -self.master.marginals().row[KEPT, "all"] * money_unit(self.c)
        return cheapest

    def _without_stragglers(self, chosen: Solution, least: float) -> Solution:
        """Types of very few craft leave, the fewest first, while the rest attains enough: each pays an integration.

        What was ordered before today stays.
        """
        v = self.v
        orders = chosen.values[v.ordered.index].round()
        craft = np.bincount(v.order_platform, weights=orders, minlength=len(self.c.theatre.scenario.platforms))
        few = np.flatnonzero((craft > 0) & (craft <= STRAGGLERS))
        for type_ in few[np.argsort(craft[few], kind="stable")]:
            fewer = np.where(v.order_platform == type_, v.ordered.lower, orders)
            if (fewer == orders).all() or not follow_policies(self.c, v, fewer):
                continue
            without = self.fixed(fewer, least=least)
            if len(without.values) and without.objective >= least:
                chosen, orders = without, fewer
        return chosen

    def _without_idle_gateways(self, chosen: Solution, least: float) -> Solution:
        """Gateways leave one by one while the rest attains enough."""
        orders = chosen.values[self.v.ordered.index].round()
        kept = chosen.values[self.v.gateway.index].round()
        for gateway in np.flatnonzero(kept):
            self.gateways = kept.copy()
            self.gateways[gateway] = 0.0
            without = self.fixed(orders, least=least)
            if len(without.values) and without.objective >= least:
                chosen, kept = without, self.gateways
        return chosen


def order_worth(c: Capability, v: Variables) -> Floats:
    """What a craft of each order costs to buy and, where it costs most, to keep for a year, in ``money_unit``."""
    dearest = np.zeros(len(c.theatre.scenario.platforms))
    np.maximum.at(dearest, c.theatre.pairs.platform[c.pair], c.support)
    worth: Floats = (np.array([c.unit_cost[key] for key in v.order_key]) + dearest[v.order_platform]) / money_unit(c)
    return worth


def places_taken(c: Capability, v: Variables, orders: Floats) -> Floats:
    """Craft of each slice when whole orders take the first free places of their makers' queues, in each node."""
    tranches = c.tranches
    taken = np.zeros(len(tranches.size))
    left = orders.copy()
    for j, k in enumerate(v.tranche_order):
        free = tranches.size[j]
        if not tranches.late[j]:
            seen = np.isin(tranches.node, (COMMON, tranches.node[j])) & ~tranches.late
            free -= taken[within(tranches, j) & seen].sum()
        taken[j] = min(left[k], free)
        left[k] -= taken[j]
    return taken


def follow_policies(c: Capability, v: Variables, orders: Floats) -> bool:
    """Whether orders keep the policies' shares and least numbers, and are those pinned."""
    columns = order_columns(v, orders)
    laws = [law(c, v) for law in (supplier_country_share, domestic_share, domain_minimum, pinned_orders)]
    totals = [np.bincount(law.row, law.value * columns[law.column], len(law.labels)) for law in laws]
    return all(
        (law.lower - 1e-6 <= total).all() and (total <= law.upper + 1e-6).all()
        for law, total in zip(laws, totals, strict=True)
    )
