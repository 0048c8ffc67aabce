"""The first task: calibrate the run's plan again and solve its scenario with that."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from fleetcraft.errors import LimitError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.plan import Plan
from fleetcraft.plan_file import plan_to_json
from fleetcraft.study.calibrate import calibrate_plan
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.ground import GROUND, Ground, Json, told_years
from fleetcraft.study.points import CORRECTIONS, PLAN


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
        _store(folder / self.key / CORRECTIONS, corrections)
        (folder / self.key / PLAN).write_text(plan_to_json(solution.plan), encoding="utf-8")
        moved = ground.moved(typical.orders, solved.orders)
        return solved.told | {"moved": moved, "yearly": told_years(ground.yearly(solution.plan, threads))}


def typical_of(plan: Plan) -> Plan:
    """The plan in the future that adds the median number of craft after the news."""
    added = sorted((sum(order.quantity for order in each.orders), each.future) for each in plan.later)
    return plan.in_future(added[len(added) // 2][1]) if added else plan.common


def _store(path: Path, corrections: Corrections) -> None:
    part = path.with_name("part.npz")
    np.savez(part, **{field.name: getattr(corrections, field.name) for field in fields(corrections)})
    os.replace(part, path)
