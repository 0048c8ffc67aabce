"""One solve: the best orders and allocation for given futures and corrections (model.md 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import Clash, InfeasibleError, LimitError
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.money import unit_obligation
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.adapt import Adapter, as_bought
from fleetcraft.optimise.allocate import allocate_what_can_be_kept
from fleetcraft.optimise.capability import (
    COMMON,
    Capability,
    free_tranches,
    later_periods,
    make_capability,
)
from fleetcraft.optimise.constraints.reach import most_missed
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.explain import conflicts
from fleetcraft.optimise.fixed import weighed
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.least_cost import LeastCost
from fleetcraft.optimise.orders import Search
from fleetcraft.optimise.solver import Limits, Solution, Status, StoppedBy
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.optimise.watching import Watching
from fleetcraft.plan import Later, Plan
from fleetcraft.scenario.scenario import Scenario

Ints = NDArray[np.int64]

LEAST_PLACED = 1e-6


@dataclass(frozen=True)
class FleetSolution:
    """A plan and how good it provably is.

    ``objective`` is the best incumbent of the calibrated programme with whole orders, in all nodes, and continuous
    allocation, ``bound`` its upper bound; ``planned`` the exact formula's attainment of the whole plan on the same
    futures, each with what its node orders after the news. ``adapter`` adds that to the plan in any future (None where
    nothing can be ordered then), and ``typical`` is the plan in the node of median later cost. ``earned`` is
    ``planned`` less the weighted risk, None where the objective is cost.
    """

    plan: Plan
    typical: Plan
    adapter: Adapter | None
    status: Status
    stopped_by: StoppedBy
    objective: float
    bound: float
    planned: float
    earned: float | None

    @property
    def gap(self) -> float:
        """|bound - objective| / max(|objective|, 1e-9)."""
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-9)

    @property
    def rounding_gap(self) -> float | None:
        """The whole plan's distance to the same bound; negative where tangents and tranches were pessimistic.

        None where the bound is one on cost.
        """
        return None if self.earned is None else (self.bound - self.earned) / max(abs(self.earned), 1e-9)


def plan_fleet(
    theatre: Theatre,
    futures: Futures,
    corrections: Corrections,
    limits: Limits,
    *,
    node: Ints | None = None,
    beside: Plan | None = None,
) -> FleetSolution:
    """The plan of best expected attainment and, within a tolerance of it, least life-cycle cost.

    With the ``node`` of each future (F,), 0 to N - 1, orders after the news adapt: they are decided once for each node.
    Without, all are common. The orders before the news of a plan ``beside`` that one are kept in its place where
    by the exact formula, with what is ordered then, they earn more.
    Raises InfeasibleError (with the statements in conflict) or LimitError.
    """
    c = make_capability(theatre, free_tranches(theatre.scenario, futures, node), futures, corrections, node=node)
    v = make_variables(c)
    by_cost = theatre.scenario.objective.mode == "cost"
    search = LeastCost(c, v, limits) if by_cost else Search(c, v, limits)
    best, bound = search.best()
    if best.status == "infeasible":
        raise InfeasibleError(conflicts(c, v) or [_out_of_reach(c, v, limits)])
    if not len(best.values):
        raise LimitError("the solver stopped at its limit before it found any plan")
    chosen = search.cheapest(best, bound)

    def whole(solution: Solution, objective: float) -> _Valued:
        plan = allocate_what_can_be_kept(theatre, futures, corrections, c, v, solution.values)
        adapter = None if node is None else _adapter(theatre, plan, corrections, c, v, solution, search.price)
        return _valued(plan, adapter, objective, theatre, futures, corrections, c)

    found = whole(chosen, best.objective)
    if beside is not None and not by_cost:
        kept = search.with_orders_of(beside)
        other = whole(kept, max(best.objective, kept.objective)) if len(kept.values) else found
        found = max(found, other, key=lambda valued: valued.earned)
    apart = abs(search.told(bound) - search.told(found.objective))
    stopped_by = "time" if search.deadline.passed else best.stopped_by
    proven = apart <= limits.gap * max(abs(search.told(found.objective)), 1e-9) and stopped_by != "time"
    return FleetSolution(
        plan=found.plan,
        typical=_typical(theatre, found.played),
        adapter=found.adapter,
        status="optimal" if proven else "feasible",
        stopped_by=stopped_by,
        objective=search.told(found.objective),
        bound=search.told(bound),
        planned=found.planned,
        earned=None if by_cost else found.earned,
    )


def _out_of_reach(c: Capability, v: Variables, limits: Limits) -> Clash:
    """The attainment asked for, and what the best plan for the mean reaches in the share of futures that is asked."""
    asked = c.theatre.scenario.objective.attainment or 0.0
    best, _ = Search(c, v, limits).best()
    each, _ = Watching(c, v).evaluate(best.values)
    whole = np.sort(each[-c.futures :])
    reached = float(whole[most_missed(c)])
    return Clash("objective.attainment", asked, "share", True, min(reached, asked), min(reached, asked))


@dataclass(frozen=True)
class _Valued:
    """A plan as it is played in each node, the programme's objective of its orders, and what the exact formula says.

    ``planned`` is the mean attainment, ``earned`` that less the weighted risk.
    """

    plan: Plan
    adapter: Adapter | None
    played: list[Plan]
    objective: float
    planned: float
    earned: float


def _valued(
    plan: Plan,
    adapter: Adapter | None,
    objective: float,
    theatre: Theatre,
    futures: Futures,
    corrections: Corrections,
    c: Capability,
) -> _Valued:
    by_node = [futures.take(np.flatnonzero(c.node == n)) for n in range(c.nodes)]
    played = [plan if adapter is None else _in_node(adapter, some, n) for n, some in enumerate(by_node)]
    values = [
        planned_values(theatre, each, deliver(theatre.scenario, each, some), corrections)
        for each, some in zip(played, by_node, strict=True)
    ]
    attained = attainment(theatre.scenario.requirements, np.concatenate(values))
    earned = float(weighed(attained, theatre.scenario.uncertainty.risk).mean())
    return _Valued(plan, adapter, played, objective, float(attained.mean()), earned)


def can_adapt(scenario: Scenario) -> bool:
    """Whether anything can be ordered after the news."""
    return any(later_periods(scenario, platform) for platform in scenario.platforms)


def _adapter(
    theatre: Theatre, plan: Plan, corrections: Corrections, c: Capability, v: Variables, chosen: Solution, price: float
) -> Adapter | None:
    """What the solution orders after the news tells which pairs are worth looking at in other futures."""
    later = (c.tranches.node[v.placed_tranche] != COMMON) & (chosen.values[v.placed.index] > LEAST_PLACED)
    pair = np.unique(c.pair[v.placed_pair[later]])
    if not len(pair) or price <= 0:
        return None
    return Adapter(as_bought(theatre, plan), plan, corrections, pair, price)


def _in_node(adapter: Adapter, futures: Futures, n: int) -> Plan:
    """The plan with what is added to it in a node, given its futures."""
    orders, rows = adapter.added(futures)
    return replace(adapter.plan, later=(Later(n, orders, rows),)).in_future(n)


def _typical(theatre: Theatre, played: list[Plan]) -> Plan:
    """Of several plans with the same common orders that of median cost, ties by position."""
    scenario = theatre.scenario
    periods = {p.id: p for p in scenario.calendar.periods}
    index = scenario.platform_index

    def cost(plan: Plan) -> float:
        return sum(
            o.quantity * unit_obligation(scenario, scenario.platforms[index[o.platform]], periods[o.period])
            for o in plan.orders
        )

    return sorted(played, key=cost)[len(played) // 2]
