"""The least life-cycle cost of a plan that attains what is asked in a stated share of the futures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints import REACH, WHOLE_ORDERS
from fleetcraft.optimise.constraints.budgets import money_unit
from fleetcraft.optimise.constraints.reach import futures_reach_what_is_asked, most_missed
from fleetcraft.optimise.l_shaped import Master
from fleetcraft.optimise.objective import attainment_programme, life_cycle_cost
from fleetcraft.optimise.orders import LEAST_GATEWAY, LEAST_ORDER, Search, order_worth
from fleetcraft.optimise.programme import Columns, Programme
from fleetcraft.optimise.solver import Limits, Solution, solve
from fleetcraft.optimise.variables import Variables
from fleetcraft.optimise.watching import Watching

Floats = NDArray[np.float64]

REACHED = futures_reach_what_is_asked.__name__

REACH_TOLERANCE = 1e-4
"""How far, over all futures that count, attainment may lie below what is asked."""
PRICE_OF_MISSING = 20.0
"""What a future that counts costs for missing all that is asked, over the relaxation's whole cost."""
BOUND_LIMITS = Limits(gap=0.01, nodes=30)
SEARCH_LIMITS = Limits(gap=0.005, nodes=100)
WHOLE_LIMITS = Limits(gap=0.005, nodes=300)
ROUNDS_OF_WHOLE_ORDERS = 5
ROUNDS_OF_SEARCH = 2
MOST_SEARCHED = 4000
"""Columns of a programme whose whole tree is searched: with more, its root alone takes minutes."""


class LeastCost(Search):
    """A search whose objective is -cost, in ``money_unit``; its best is already its cheapest.

    Where futures are said to count and cannot all reach what is asked, a programme has no point, and to prove that
    among many cuts takes the solver long. So they may miss it here, at a price, and what they miss is looked at.
    """

    def __init__(self, c: Capability, v: Variables, limits: Limits) -> None:
        super().__init__(c, v, limits)
        self._bought = np.ones(len(v.order_key), dtype=bool)
        attained = attainment_programme(c, v)
        blocks = (*attained.blocks, *(law(c, v) for law in REACH))
        self.programme = Programme(v.groups, blocks, -life_cycle_cost(c, v))
        weight = np.zeros(len(v.values.index))
        weight[np.isin(v.values.index, v.whole.index)] = 1.0
        self.master = Master(self.programme, v.values, Watching(c, v), weight, self.deadline, tolerance=REACH_TOLERANCE)

    def best(self) -> tuple[Solution, float]:
        """The cheapest whole orders found that reach what is asked, and a bound on all; both as -cost."""
        relaxed = self.master.solve()
        if relaxed.status != "optimal":
            return relaxed, relaxed.bound
        self.missing = PRICE_OF_MISSING * max(abs(relaxed.objective), 1.0)
        bound = min(relaxed.bound, self._bound())  # early: among many cuts it takes minutes
        missed = self._let_go()
        return self._searched(self._whole(self._few_types(missed), missed), bound)

    def cheapest(self, best: Solution, _bound: float) -> Solution:
        """The best is the cheapest; its price of attainment is the cost itself over what it attains."""
        self.price = -best.objective * money_unit(self.c) / max(float(best.values[self.v.whole.index].mean()), 1e-9)
        return best

    def told(self, objective: float) -> float:
        """An objective as people read it: the life-cycle cost in the scenario's currency."""
        return -objective * money_unit(self.c)

    # Which futures are let go

    def _let_go(self) -> NDArray[np.bool_]:
        """Futures that need not reach what is asked, (F,): one by one the one that makes the others dearest."""
        missed = np.zeros(self.c.futures, dtype=bool)
        for _ in range(most_missed(self.c)):
            found = self._solved(self.v.groups, missed)
            if not len(found.values):
                break
            dual = self.master.marginals().row
            burden = np.array([abs(dual[REACHED, label]) for label in self.v.whole.labels])
            missed[np.where(missed, -1.0, burden).argmax()] = True
        return missed

    def _solved(self, groups: tuple[Columns, ...], missed: NDArray[np.bool_], *, least: float = -np.inf) -> Solution:
        """The cheapest in which only the futures that are let go miss what is asked, the others at a price."""
        objective = self.programme.objective.copy()
        objective[self.v.missed.index[~missed]] = -self.missing
        free = replace(self.v.missed, lower=np.zeros(len(missed)), upper=np.ones(len(missed)))
        return self.master.solve(tuple(free if g.name == "missed" else g for g in groups), objective, least=least)

    def _missing(self, groups: tuple[Columns, ...], missed: NDArray[np.bool_]) -> tuple[Columns, ...]:
        """The columns when exactly these futures are let go."""
        value = missed.astype(np.float64)
        fixed = replace(self.v.missed, lower=value, upper=value)
        return tuple(fixed if group.name == "missed" else group for group in groups)

    # Types and gateways

    def _few_types(self, missed: NDArray[np.bool_]) -> Solution:
        """Each type and gateway is paid as a whole: those that least is spent on leave while that is cheaper."""
        v = self.v
        found = self._solved(v.groups, missed)
        if not len(found.values):
            return found
        bought = found.values[v.ordered.index] >= LEAST_ORDER
        gateways = found.values[v.gateway.index] >= LEAST_GATEWAY
        settled = self._solved(self._with(bought, gateways), missed)
        if not len(settled.values):
            return settled
        for gateway in np.flatnonzero(gateways):
            fewer = gateways & (np.arange(len(gateways)) != gateway)
            without = self._solved(self._with(bought, fewer), missed, least=settled.objective)
            if without.objective > settled.objective:
                settled, gateways = without, fewer
        spent = np.bincount(v.order_platform, weights=order_worth(self.c, v) * settled.values[v.ordered.index])
        for type_ in sorted(set(v.order_platform[bought].tolist()), key=lambda p: (spent[p], p)):
            fewer = bought & (v.order_platform != type_)
            without = self._solved(self._with(fewer, gateways), missed, least=settled.objective)
            if without.objective > settled.objective:
                settled, bought = without, fewer
        self._bought, self.gateways = bought, gateways.astype(np.float64)
        return settled

    def _with(self, bought: NDArray[np.bool_], gateways: NDArray[np.bool_]) -> tuple[Columns, ...]:
        """The columns when exactly these orders are placed and these gateways bought."""
        value = gateways.astype(np.float64)
        fixed = replace(self.v.gateway, lower=value, upper=value)
        return tuple(fixed if group.name == "gateway" else group for group in self.with_types(bought))

    # Whole orders

    def _whole(self, settled: Solution, missed: NDArray[np.bool_]) -> Solution:
        """Whole orders of the types and gateways chosen, by a small integer programme over the cuts.

        Where they reach too little, that has brought the cuts that say so, and the programme is solved again.
        """
        v = self.v
        if not len(settled.values):
            return settled
        groups = self._missing(self._with(self._bought, self.gateways > 0), missed)
        for _ in range(ROUNDS_OF_WHOLE_ORDERS):
            programme = self.master.with_cuts(replace(self.programme, groups=groups))
            searched = solve(programme, self.deadline.within(WHOLE_LIMITS))
            if not len(searched.values):
                break
            found = self._decided(searched.values[v.ordered.index].round(), missed)
            if len(found.values):
                return found
        return Solution("limit", "nodes", -np.inf, np.inf, np.zeros(0))

    def _searched(self, best: Solution, bound: float) -> tuple[Solution, float]:
        """Branch and bound over everything, from the whole orders found; what it finds must reach what is asked."""
        if len(best.values) and len(self.programme.objective) > MOST_SEARCHED:
            return replace(best, stopped_by="nodes"), bound
        laws = (law(self.c, self.v) for law in WHOLE_ORDERS)
        programme = replace(self.programme, blocks=(*self.programme.blocks, *laws))
        for _ in range(ROUNDS_OF_SEARCH):
            if self._is_close(best, bound):
                break
            start = best.values if len(best.values) else None
            searched = solve(self.master.with_cuts(programme), self.deadline.within(SEARCH_LIMITS), start=start)
            bound = min(bound, searched.bound)
            if not len(searched.values):
                break
            self.gateways = searched.values[self.v.gateway.index].round()
            missed = searched.values[self.v.missed.index] > 0.5
            found = self._decided(searched.values[self.v.ordered.index].round(), missed)
            if len(found.values) and (found.objective > best.objective or not len(best.values)):
                best = found
            best = replace(best, stopped_by=searched.stopped_by)
        return best, bound

    def _bound(self) -> float:
        """A bound on all whole orders, by branching on nothing but the futures that are let go."""
        groups = tuple(g if g.name == "missed" else replace(g, integer=False) for g in self.v.groups)
        programme = self.master.with_cuts(replace(self.programme, groups=groups))
        return solve(programme, self.deadline.within(BOUND_LIMITS)).bound

    def _is_close(self, found: Solution, bound: float) -> bool:
        return len(found.values) > 0 and bound - found.objective <= self.limits.gap * abs(found.objective)

    def _decided(self, orders: Floats, missed: NDArray[np.bool_]) -> Solution:
        """The cheapest allocation of whole orders that reaches what is asked; empty where there is none."""
        found = self._solved(self.decided(orders), missed)
        if not len(found.values) or found.values[self.v.missed.index[~missed]].sum() > REACH_TOLERANCE:
            return Solution("limit", "nodes", -np.inf, np.inf, np.zeros(0))
        return replace(found, objective=float(self.programme.objective @ found.values))
