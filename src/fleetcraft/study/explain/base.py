"""The first task: calibrate the run's plan again and solve its scenario with that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fleetcraft.errors import LimitError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.plan import Plan
from fleetcraft.plan_file import plan_to_json
from fleetcraft.study.calibrate import calibrate_plan
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.ground import GROUND, Ground, Json, told_years
from fleetcraft.study.points import PLAN, write_corrections
from fleetcraft.study.store.disk import refusals_told


@dataclass(frozen=True)
class MakeGround:
    """Calibrate the plan of a run, whose corrections it stored for its own rows alone, and solve with them."""

    plan: Plan
    options: Options
    key: str = GROUND
    what: str = "learning the run's corrections again"
    after: tuple[str, ...] = ()

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:
        """The solve and its plan's years; corrections.npz and plan.json beside it.

        Raises LimitError where it finds no plan, or one that buys nothing.
        """
        typical = typical_of(self.plan)
        corrections = calibrate_plan(theatre, typical, seed=self.options.seed, threads=threads)
        ground = Ground(theatre, self.options, corrections)
        solution = ground.solve(theatre.scenario)
        solved = ground.told(solution)
        if not solved.orders:
            raise LimitError("the run's scenario, solved again, buys nothing: there is nothing to explain")
        with refusals_told(folder / self.key, folder):
            write_corrections(folder, self.key, corrections)
            (folder / self.key / PLAN).write_text(plan_to_json(solution.plan), encoding="utf-8")
        moved = ground.moved(typical.orders, solved.orders)
        yearly = told_years(ground.yearly(solution.plan, threads))
        return solved.told | {"relaxed": ground.bound(theatre.scenario), "moved": moved, "yearly": yearly}


def typical_of(plan: Plan) -> Plan:
    """The plan in the future that adds the median number of craft after the news."""
    added = sorted((sum(order.quantity for order in each.orders), each.future) for each in plan.later)
    return plan.in_future(added[len(added) // 2][1]) if added else plan.common
