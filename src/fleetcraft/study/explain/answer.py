"""The verb explain: every question about a run, asked and gathered as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fleetcraft.errors import RunError
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.plan import Plan
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.calibrate import Progress, no_progress
from fleetcraft.study.decide import Options
from fleetcraft.study.explain import alternatives, binding, flips, next_money, why_not
from fleetcraft.study.explain.base import MakeGround, typical_of
from fleetcraft.study.explain.ground import GROUND, Ground, Json, Solved, read_base, read_ground
from fleetcraft.study.points import PLAN
from fleetcraft.study.tasks import answer_of, do_all


def options_of(run: Path, manifest: Mapping[str, Any]) -> Options:
    """How a run was made. Raises RunError where it is not one of the verb plan."""
    if manifest.get("verb") != "plan":
        found = manifest.get("verb", "another verb")
        raise RunError(f"{run}: found a run of {found}, expected one of plan, whose decision can be explained")
    return Options(seed=manifest["seed"], **manifest["options"])


def explain_run(
    run: Path,
    scenario: Scenario,
    options: Options,
    folder: Path,
    *,
    threads: int = 1,
    progress: Progress = no_progress,
) -> Json:
    """Everything that can be asked of a run's plan, as plain data.

    ``folder`` keeps every solve that is done, so that an explanation that was interrupted goes on where it stopped.
    Raises LimitError where the run's scenario solved again gives no plan.
    """
    progress("measuring areas and routes", 0, 1)
    theatre = make_theatre(scenario)
    plan = read_plan_file(run / "plan.json", scenario)
    asked = _Asked(theatre, folder, threads, progress)
    asked.do([MakeGround(plan.common, options)])
    ground, base = read_ground(theatre, folder, options), read_base(folder)
    base_plan = read_plan_file(folder / GROUND / PLAN, scenario)
    added = [order for each in plan.later for order in each.orders]
    bought = {order.platform for order in (*plan.orders, *added)}
    planned = {order.platform for order in base.orders}

    limits = binding.limits_of(ground, base_plan)
    other_plans = alternatives.tasks_for(options)
    screens = flips.screens_for(scenario, base_plan, options)
    enter = flips.enter_tasks(scenario, planned, options)
    asked.do(
        [
            *other_plans,
            *why_not.tasks_for(ground, bought, options),
            next_money.next_money_task(scenario, options),
            *binding.tasks_for(ground, limits, options),
            *screens,
            *enter,
        ]
    )
    screened = flips.read_screens(scenario, folder, screens)
    strongest = screened.strongest(planned)
    asked.do(flips.end_tasks(scenario, strongest, options))
    ranges = flips.flip_entries(base, screened, flips.read_solves(strongest, enter, folder))
    pairs = flips.pairs_of(screened, ranges)
    asked.do(flips.pair_tasks(scenario, pairs, options))
    return {
        "scenario": {"name": scenario.name, "hash": scenario.hash, "case": scenario.case},
        "currency": scenario.currency,
        "plan": _plan_entry(ground, plan, base, folder),
        "binding": binding.binding_entries(scenario, limits, folder),
        "why_not": [answer_of(folder, task.key) for task in why_not.tasks_for(ground, bought, options)],
        "next_money": next_money.next_money_entry(ground, base, folder),
        "alternatives": alternatives.alternative_entries(ground, base, folder, other_plans),
        "flips": {
            "flip_from": flips.FLIP,
            "ranges": len(ranges),
            "solved": sum(entry["settled"] == "solved" for entry in ranges),
            "entries": ranges,
            "pairs": flips.pair_entries(base, pairs, folder, asked.done),
        },
        "solves": len(asked.done),
    }


class _Asked:
    """Tasks done so far."""

    def __init__(self, theatre: Theatre, folder: Path, threads: int, progress: Progress) -> None:
        self.theatre, self.folder, self.threads, self.progress = theatre, folder, threads, progress
        self.done: set[str] = set()

    def do(self, tasks: list[Any]) -> None:
        """Do what is not done yet."""
        do_all(self.theatre, tasks, self.folder, threads=self.threads, progress=self.progress)
        self.done |= {task.key for task in tasks}


def _plan_entry(ground: Ground, plan: Plan, base: Solved, folder: Path) -> Json:
    """The plan that is explained, and how near it is to its scenario solved again; money in a typical future."""
    return {
        "orders": [{"platform": o.platform, "period": o.period, "quantity": o.quantity} for o in plan.orders],
        "solved_again": {
            "orders": [{"platform": o.platform, "period": o.period, "quantity": o.quantity} for o in base.orders],
            "moved": answer_of(folder, GROUND)["moved"],
            "objective": base.objective,
            "bound": base.bound,
            "planned": base.planned,
        },
        "money": ground.money_by_type(typical_of(plan).orders),
    }
