"""One solve: the best orders and allocation for given futures and corrections (model.md 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.allocate import allocate_what_can_be_kept
from fleetcraft.optimise.capability import free_tranches, make_capability
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.explain import conflicts
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.orders import Search
from fleetcraft.optimise.solver import Limits, Status, StoppedBy
from fleetcraft.optimise.variables import make_variables
from fleetcraft.plan import Plan

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class FleetSolution:
    """A plan and how good it provably is.

    ``objective`` is the incumbent of the calibrated programme with whole orders, in all nodes, and continuous
    allocation, ``bound`` its upper bound; ``planned`` the exact formula's attainment of the whole plan on the same
    futures, without what is ordered after the news.
    """

    plan: Plan
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
    values = planned_values(theatre, plan, deliver(theatre.scenario, plan, futures), corrections)
    proven = bound - best.objective <= limits.gap * max(abs(best.objective), 1e-9) and best.stopped_by != "time"
    status: Status = "optimal" if proven else "feasible"
    planned = float(attainment(theatre.scenario.requirements, values).mean())
    return FleetSolution(plan, status, best.stopped_by, best.objective, bound, planned)
