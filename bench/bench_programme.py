"""The optimiser: a two-stage programme of 30 futures by decomposition, against what else could solve it, and built.

Built: seconds until HiGHS holds the extensive form, by blocks of arrays, by linopy, by Pyomo. Solved to a certified gap
of 1%: against HiGHS on the extensive form, given four times as long on as many threads, and against the progressive
hedging of mpi-sppy, which does little in as short a time and is given eight minutes. Their ratio is their seconds over
ours where ours is at least as good in objective and bound, else 0; that of a bound is their distance from our incumbent
over ours.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

import highspy

from bench.programme import with_linopy, with_pyomo
from bench.programme.instance import Instance, make_instance, two_stage
from bench.row import Row
from fleetcraft.optimise.decomposition import TwoStageSolution, solve_two_stage
from fleetcraft.optimise.solver import Limits, hand_over
from fleetcraft.optimise.two_stage import extensive_form

FUTURES, MANY_FUTURES = 30, 100
GAP = 0.01
GOAL_S, MANY_GOAL_S = 60.0, 120.0
PROCESSES = 2
REPEATS = 3
TIMES_AS_LONG = 4
HEDGING_S = 480.0

Found = dict[str, float]
Answer = TypeVar("Answer")


def run() -> list[Row]:
    """Rows of building, of solving 30 and 100 futures, and of the bounds."""
    instance = make_instance(FUTURES)
    seconds, ours = timed(lambda: decomposed(instance))
    many_s, many = timed(lambda: decomposed(make_instance(MANY_FUTURES)))
    growth = {"exponent": math.log(many_s / seconds) / math.log(MANY_FUTURES / FUTURES)}
    machine = {"cores": os.cpu_count(), "processes": PROCESSES}
    rivals = {
        "extensive": other("with_highs", FUTURES, TIMES_AS_LONG * seconds, PROCESSES, GAP),
        "mpisppy": other("with_mpisppy", FUTURES, HEDGING_S),
    }
    return [
        *_builds(instance),
        _in_time("solve30", GOAL_S, seconds, ours, machine),
        *(_solved(name, theirs, seconds, ours) for name, theirs in rivals.items()),
        _in_time("solve100", MANY_GOAL_S, many_s, many, {**machine, **growth}),
        *(_bounded(name, theirs, ours) for name, theirs in rivals.items()),
    ]


def decomposed(instance: Instance) -> TwoStageSolution:
    """Our answer, building included."""
    return solve_two_stage(two_stage(instance), Limits(gap=GAP), processes=PROCESSES)


def other(module: str, *arguments: object) -> Found:
    """What a rival finds in a process of its own; the last line that it prints."""
    command = [sys.executable, "-m", f"bench.programme.{module}", *map(str, arguments)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: Found = json.loads(printed.splitlines()[-1])
    return found


def handed_to_highs(instance: Instance) -> highspy.Highs:
    """The extensive form built of blocks and passed to the solver, not solved."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    hand_over(extensive_form(two_stage(instance)), highs)
    return highs


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Wall-clock seconds and the answer."""
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def _builds(instance: Instance) -> list[Row]:
    seconds, highs = timed(lambda: handed_to_highs(instance))
    ours = median([seconds, *(timed(lambda: handed_to_highs(instance))[0] for _ in range(REPEATS - 1))])
    size = {"rows": highs.getNumRow(), "columns": highs.getNumCol(), "nonzeros": highs.getNumNz()}
    rows = []
    for name, rival in (("linopy", with_linopy.handed_to_highs), ("pyomo", with_pyomo.handed_to_highs)):
        theirs = median(timed(lambda rival=rival: rival(instance))[0] for _ in range(REPEATS))
        rows.append(Row("programme", "build", name, theirs / ours, ours, "s", {"other_s": theirs, **size}))
    return rows


def _stated(ours: TwoStageSolution) -> dict[str, object]:
    return {"gap": ours.gap, "objective": ours.objective, "bound": ours.bound, "status": ours.status}


def _in_time(variant: str, goal_s: float, seconds: float, ours: TwoStageSolution, more: dict[str, object]) -> Row:
    ratio = goal_s / seconds if ours.gap <= GAP else 0.0
    return Row("programme", variant, "goal", ratio, seconds, "s", {**_stated(ours), **more})


def _solved(name: str, theirs: Found, seconds: float, ours: TwoStageSolution) -> Row:
    as_good = ours.objective >= theirs["objective"] and ours.bound <= theirs["bound"]
    detail = {**_stated(ours), **{f"other_{key}": value for key, value in theirs.items()}}
    if theirs["objective"]:
        detail["other_gap"] = (theirs["bound"] - theirs["objective"]) / theirs["objective"]
    return Row("programme", "solve30", name, theirs["seconds"] / seconds if as_good else 0.0, seconds, "s", detail)


def _bounded(name: str, theirs: Found, ours: TwoStageSolution) -> Row:
    ratio = (theirs["bound"] - ours.objective) / (ours.bound - ours.objective)
    return Row("programme", "bound", name, ratio, ours.bound, "attainment", {"other_bound": theirs["bound"]})
