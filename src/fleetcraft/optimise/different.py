"""Plans nearly as good as the best that look as different as they can."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import FleetcraftError, LimitError
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.allocate import allocate_what_can_be_kept
from fleetcraft.optimise.capability import Capability, free_tranches, make_capability
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.objective import life_cycle_cost, risk_constant
from fleetcraft.optimise.orders import KEPT, LEAST_ORDER, Search, order_worth
from fleetcraft.optimise.solver import Limits, Solution
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.plan import Order, Plan

Floats = NDArray[np.float64]

ROUNDS_OF_ROUNDING = 4
THRIFT = 1e-3
"""What life-cycle cost counts beside the money that is to be spent least: of plans alike the cheaper one."""


@dataclass(frozen=True)
class DifferentPlan:
    """A whole plan, the programme's objective of its orders, and the formula's attainment of it."""

    plan: Plan
    objective: float
    planned: float


def plan_different(
    theatre: Theatre,
    futures: Futures,
    corrections: Corrections,
    limits: Limits,
    *,
    directions: Sequence[Mapping[str, float]],
    apart: Callable[[tuple[Order, ...]], float],
    nearly: float,
) -> DifferentPlan:
    """Of the plans that spend least in each direction the one farthest ``apart``; orders are common to all futures.

    A direction says how often money on each type counts, 0 where it is not named: the difference of two plans is not
    concave, so it is sought in several. Each plan's objective is at least ``nearly`` times the best. Raises LimitError
    where no direction leads to a plan.
    """
    scenario = theatre.scenario
    c = make_capability(theatre, free_tranches(scenario, futures), futures, corrections)
    v = make_variables(c)
    search = _Different(c, v, limits)
    best, _ = search.best()
    least = nearly * (best.objective + risk_constant(c))
    found: list[Solution] = []
    for direction in directions:
        weight = np.array([direction.get(p.id, 0.0) for p in scenario.platforms])
        solution = search.different(weight, least - risk_constant(c))
        found += [] if solution is None else [solution]
    if not found:
        raise LimitError("no plan nearly as good was found that looks different")
    farthest = max(found, key=lambda solution: apart(_orders(c, v, solution)))
    plan = allocate_what_can_be_kept(theatre, futures, corrections, c, v, farthest.values)
    values = planned_values(theatre, plan, deliver(scenario, plan, futures), corrections)
    planned = float(attainment(scenario.requirements, values).mean())
    return DifferentPlan(plan, farthest.objective + risk_constant(c), planned)


def _orders(c: Capability, v: Variables, solution: Solution) -> tuple[Order, ...]:
    craft = solution.values[v.ordered.index].round().astype(int)
    ids = [p.id for p in c.theatre.scenario.platforms]
    return tuple(Order(ids[p], period, int(n)) for (p, period, _), n in zip(v.order_key, craft, strict=True) if n)


class _Different(Search):
    """The search for the best plan, with another aim once that is known."""

    def different(self, weight: Floats, least: float) -> Solution | None:
        """Whole orders that attain ``least`` with the least money on types, counted by ``weight`` (P,).

        Relax, settle which types are in, round; where rounding loses too much the relaxation is asked for that much
        more. None where that leads nowhere.
        """
        v = self.v
        spending = THRIFT * life_cycle_cost(self.c, v)
        spending[v.ordered.index] += weight[v.order_platform] * order_worth(self.c, v)
        asked = least
        for _ in range(ROUNDS_OF_ROUNDING):
            try:
                whole = self._rounded_at(-spending, asked)
            except FleetcraftError:  # the solver lost its way among the cuts: another direction may do
                return None
            if whole is None:
                return None
            if whole.objective >= least:
                return whole
            asked += least - whole.objective
        return None

    def _rounded_at(self, objective: Floats, asked: float) -> Solution | None:
        v = self.v
        self.master.set_lower(KEPT, asked)
        try:
            settled = self.master.solve(None, objective)
            if len(settled.values):
                settled = self.master.solve(self.with_types(settled.values[v.ordered.index] >= LEAST_ORDER), objective)
        finally:
            self.master.set_lower(KEPT, -np.inf)
        if not len(settled.values):
            return None
        whole = self.fixed(self.nearest_whole(settled.values[v.ordered.index], settled.values[v.first.index]))
        return whole if len(whole.values) else None
