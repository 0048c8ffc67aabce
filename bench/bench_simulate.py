"""The simulation alone: replications a second of the plan that japan-2026 ends with, on one core and on two."""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.command import measure
from bench.row import Row
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.plan import Plan
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.read import read_scenario
from fleetcraft.simulate.simulate_plan import simulate_plan

EXAMPLE = "japan-2026"
GOAL_PER_S = 20.0
REPLICATIONS = 50
REPEATS = 5


def run() -> list[Row]:
    """One thread and two in turn, the median of each; compilation is over before."""
    scenario = read_scenario(EXAMPLE)
    with TemporaryDirectory() as name:
        folder = Path(name)
        measure(folder, "plan", EXAMPLE, "--quiet", "--out", "run")
        plan = read_plan_file(folder / "run" / "plan.json", scenario)
    theatre = make_theatre(scenario)
    rate(theatre, plan, threads=1)
    turns = [(rate(theatre, plan, threads=1), rate(theatre, plan, threads=2)) for _ in range(REPEATS)]
    one, two = (median(rates) for rates in zip(*turns, strict=True))
    craft = sum(row.craft for row in plan.allocation or ())
    detail = {"craft": craft, "cores": os.cpu_count(), "replications": REPLICATIONS, "median of": REPEATS}
    return [
        Row("simulate", "one_thread", "goal", one / GOAL_PER_S, one, "replications/s", detail),
        Row("simulate", "threads2", "one_thread", two / one, two, "replications/s", detail),
    ]


def rate(theatre: Theatre, plan: Plan, *, threads: int) -> float:
    """Replications a second, each in a fresh future."""
    start = time.perf_counter()
    simulate_plan(theatre, plan, seed=1, block="judge", replications=REPLICATIONS, threads=threads)
    return REPLICATIONS / (time.perf_counter() - start)
