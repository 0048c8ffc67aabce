"""The least life-cycle cost of a plan that attains what is asked in a stated share of the futures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints import REACH
from fleetcraft.optimise.constraints.budgets import money_unit
from fleetcraft.optimise.constraints.reach import most_missed
from fleetcraft.optimise.l_shaped import Master
from fleetcraft.optimise.objective import attainment_programme, life_cycle_cost
from fleetcraft.optimise.orders import LEAST_ORDER, Search, order_worth
from fleetcraft.optimise.programme import Columns, Programme
from fleetcraft.optimise.solver import Limits, Solution, solve
from fleetcraft.optimise.variables import Variables
from fleetcraft.optimise.watching import Watching

Floats = NDArray[np.float64]

REACH_TOLERANCE = 1e-4
"""How far, over all futures that count, attainment may lie below what is asked."""
MISSING_LIMITS = Limits(gap=0.01, nodes=30)
STEP_UP, MOST_STEPS_UP = 1.02, 12


class LeastCost(Search):
    """A search whose objective is -cost, in ``money_unit``; its best is already its cheapest."""

    def __init__(self, c: Capability, v: Variables, limits: Limits) -> None:
        super().__init__(c, v, limits)
        attained = attainment_programme(c, v)
        blocks = (*attained.blocks, *(law(c, v) for law in REACH))
        self.programme = Programme(v.groups, blocks, -life_cycle_cost(c, v))
        weight = np.zeros(len(v.values.index))
        weight[np.isin(v.values.index, v.whole.index)] = 1.0
        self.master = Master(self.programme, v.values, Watching(c, v), weight, limits, tolerance=REACH_TOLERANCE)

    def best(self) -> tuple[Solution, float]:
        """The cheapest whole orders found that reach what is asked, and a bound on all; both as -cost."""
        relaxed = self.master.solve()
        if relaxed.status != "optimal":
            return relaxed, relaxed.bound
        missed, bound = self._missed(relaxed)
        allowed = self._with(missed)
        settled = self._few_types(relaxed, allowed)
        return (self._rounded_up(settled, missed), bound) if len(settled.values) else (settled, bound)

    def cheapest(self, best: Solution, _bound: float) -> Solution:
        """The best is the cheapest; its price of attainment is the cost itself over what it attains."""
        self.price = -best.objective * money_unit(self.c) / max(float(best.values[self.v.whole.index].mean()), 1e-9)
        return best

    def cost(self, objective: float) -> float:
        """Life-cycle cost in the scenario's currency of an objective."""
        return -objective * money_unit(self.c)

    def _few_types(self, relaxed: Solution, allowed: tuple[Columns, ...]) -> Solution:
        """Each type pays its integration: those that least is spent on leave while that is cheaper."""
        v = self.v
        bought = relaxed.values[v.ordered.index] >= LEAST_ORDER
        settled = self.master.solve(self._merged(allowed, self.with_types(bought)))
        if not len(settled.values):
            return self.master.solve(allowed)
        spent = np.bincount(v.order_platform, weights=order_worth(self.c, v) * settled.values[v.ordered.index])
        for type_ in sorted(set(v.order_platform[bought].tolist()), key=lambda p: (spent[p], p)):
            fewer = bought & (v.order_platform != type_)
            without = self.master.solve(self._merged(allowed, self.with_types(fewer)))
            if len(without.values) and without.objective > settled.objective:
                settled, bought = without, fewer
        return settled

    def _missed(self, relaxed: Solution) -> tuple[NDArray[np.bool_], float]:
        """Which futures are let go, by branching on nothing else, and the bound that follows."""
        v, bound = self.v, relaxed.bound
        found = relaxed
        if most_missed(self.c):
            only_missed = tuple(g if g.name == "missed" else replace(g, integer=False) for g in v.groups)
            searched = solve(self.master.with_cuts(replace(self.programme, groups=only_missed)), MISSING_LIMITS)
            bound = min(bound, searched.bound)
            found = self.master.exact(searched) if len(searched.values) else relaxed
        least = np.argsort(found.values[v.whole.index], kind="stable")[: most_missed(self.c)]
        missed = np.zeros(len(v.missed.index), dtype=bool)
        missed[least] = True
        return missed, bound

    def _with(self, missed: NDArray[np.bool_]) -> tuple[Columns, ...]:
        value = missed.astype(np.float64)
        fixed = replace(self.v.missed, lower=value, upper=value)
        return tuple(fixed if group.name == "missed" else group for group in self.v.groups)

    def _merged(self, allowed: tuple[Columns, ...], typed: tuple[Columns, ...]) -> tuple[Columns, ...]:
        return tuple(b if a.name in ("ordered", "first") else a for a, b in zip(allowed, typed, strict=True))

    def _rounded_up(self, settled: Solution, missed: NDArray[np.bool_]) -> Solution:
        """Whole orders near the relaxation's; where they reach too little, a step more."""
        v = self.v
        target, first = settled.values[v.ordered.index], settled.values[v.first.index]
        for _ in range(MOST_STEPS_UP):
            whole = self._reaching(self.nearest_whole(target, first), missed)
            if len(whole.values):
                return whole
            target = target * STEP_UP + (target > LEAST_ORDER) * 0.2
        return self._searched(Solution("limit", "nodes", -np.inf, np.inf, np.zeros(0)), settled.bound)[0]

    def _reaching(self, orders: Floats, missed: NDArray[np.bool_]) -> Solution:
        """The cheapest continuous allocation of whole orders that reaches what is asked; empty where none does."""
        if not len(orders):
            return Solution("limit", "nodes", -np.inf, np.inf, orders)
        fixed = {group.name: group for group in self.decided(orders)}
        groups = tuple(allowed if allowed.name == "missed" else fixed[allowed.name] for allowed in self._with(missed))
        found = self.master.solve(groups)
        return found if found.status == "optimal" else replace(found, values=np.zeros(0))
