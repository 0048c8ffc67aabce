"""One solve: the best orders and allocation for given futures and corrections (model.md 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.money import unit_obligation
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.adapt import Adapter
from fleetcraft.optimise.allocate import allocate_what_can_be_kept
from fleetcraft.optimise.capability import (
    COMMON,
    Capability,
    free_tranches,
    is_after_news,
    make_capability,
    order_periods,
)
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.explain import conflicts
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.objective import risk_constant
from fleetcraft.optimise.orders import Search
from fleetcraft.optimise.solver import Limits, Solution, Status, StoppedBy
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.plan import Later, Plan
from fleetcraft.scenario.scenario import Scenario

Ints = NDArray[np.int64]

LEAST_PLACED = 1e-6


@dataclass(frozen=True)
class FleetSolution:
    """A plan and how good it provably is.

    ``objective`` is the incumbent of the calibrated programme with whole orders, in all nodes, and continuous
    allocation, ``bound`` its upper bound; ``planned`` the exact formula's attainment of the whole plan on the same
    futures, each with what its node orders after the news. ``adapter`` adds that to the plan in any future (None where
    nothing can be ordered then), and ``typical`` is the plan in the node of median later cost.
    """

    plan: Plan
    typical: Plan
    adapter: Adapter | None
    status: Status
    stopped_by: StoppedBy
    objective: float
    bound: float
    planned: float

    @property
    def gap(self) -> float:
        """|bound - objective| / max(|objective|, 1e-9)."""
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-9)

    @property
    def rounding_gap(self) -> float:
        """The whole plan's distance to the same bound; negative where tangents and tranches were pessimistic."""
        return (self.bound - self.planned) / max(abs(self.planned), 1e-9)


def plan_fleet(
    theatre: Theatre, futures: Futures, corrections: Corrections, limits: Limits, *, node: Ints | None = None
) -> FleetSolution:
    """The plan of best expected attainment and, within a tolerance of it, least life-cycle cost.

    With the ``node`` of each future (F,), 0 to N - 1, orders after the news adapt: they are decided once for each node.
    Without, all are common. Raises InfeasibleError (with the statements in conflict) or LimitError.
    """
    c = make_capability(theatre, free_tranches(theatre.scenario, futures, node), futures, corrections, node=node)
    v = make_variables(c)
    search = Search(c, v, limits)
    best, bound = search.best()
    if best.status == "infeasible":
        raise InfeasibleError(conflicts(c, v))
    if not len(best.values):
        raise LimitError("the solver stopped at its limit before it found any plan")
    chosen = search.cheapest(best, bound)
    orders = chosen.values[v.ordered.index].round()
    plan = allocate_what_can_be_kept(theatre, futures, corrections, c, v, orders)
    adapter = None if node is None else _adapter(theatre, plan, corrections, c, v, chosen, search.price)
    played = (
        [plan] if adapter is None or node is None else [_in_node(adapter, futures, node, n) for n in range(c.nodes)]
    )
    values = np.concatenate(
        [
            planned_values(theatre, each, deliver(theatre.scenario, each, some), corrections)
            for each, some in zip(played, _by_node(futures, c.node), strict=False)
        ]
    )
    proven = bound - best.objective <= limits.gap * max(abs(best.objective), 1e-9) and best.stopped_by != "time"
    return FleetSolution(
        plan=plan,
        typical=_typical(theatre, played),
        adapter=adapter,
        status="optimal" if proven else "feasible",
        stopped_by=best.stopped_by,
        objective=best.objective + risk_constant(c),
        bound=bound + risk_constant(c),
        planned=float(attainment(theatre.scenario.requirements, values).mean()),
    )


def can_adapt(scenario: Scenario) -> bool:
    """Whether there is money both for orders before the news and for orders after it."""
    after = [is_after_news(scenario, period) for period in order_periods(scenario, adapting=True)]
    return any(after) and not all(after)


def _adapter(
    theatre: Theatre, plan: Plan, corrections: Corrections, c: Capability, v: Variables, chosen: Solution, price: float
) -> Adapter | None:
    """What the solution orders after the news tells which pairs are worth looking at in other futures."""
    later = (c.tranches.node[v.placed_tranche] != COMMON) & (chosen.values[v.placed.index] > LEAST_PLACED)
    pair = np.unique(c.pair[v.placed_pair[later]])
    return Adapter(theatre, plan, corrections, pair, price) if len(pair) and price > 0 else None


def _by_node(futures: Futures, node: Ints) -> list[Futures]:
    return [futures.take(np.flatnonzero(node == n)) for n in range(int(node.max(initial=0)) + 1)]


def _in_node(adapter: Adapter, futures: Futures, node: Ints, n: int) -> Plan:
    """The plan with what is added to it in a node."""
    orders, rows = adapter.added(futures.take(np.flatnonzero(node == n)))
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
