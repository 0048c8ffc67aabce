"""The simulation on the Patrol model: the product's own kernel against a SimPy program and the same loop in C.

One run measures all of them in turn, round after round, each round on fresh replications; rates are medians of the
rounds. On one core they are replications per second of the processor, which another program on the machine disturbs
little; two threads against one are by the clock. All must give the occupied and detected shares that are stated for the
model, and C the very years of the product's kernel.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.patrol import patrol_simpy
from bench.patrol.patrol_c import Program, compiled
from bench.row import Row
from fleetcraft import rng
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.futures import draw_futures
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.read import read_scenario
from fleetcraft.simulate.mission import Mission, mission_of
from fleetcraft.simulate.simulate_plan import simulate_mission

Floats = NDArray[np.float64]

SCENARIO = Path(__file__).parent / "patrol" / "scenario"
OCCUPIED = (0.8945, 0.8857, 0.8773, 0.8670, 0.8557, 0.8420)
DETECTED = (0.871, 0.866, 0.862, 0.856, 0.849, 0.841)
OPERATING_H = 68_050.0
SHARE_TOLERANCE = 0.002
OPERATING_TOLERANCE_H = 200.0
STANDARD_ERRORS = 3.0

ROUNDS = 15
REPLICATIONS = 600
SIMPY_REPLICATIONS = 3
LOOP_GOAL, SWEEP_GOAL = 75.0, 145.0  # times SimPy
C_GOAL = 0.75
THREADS_GOAL = 1.9


class Years(NamedTuple):
    """What some replications measured: shares (n, areas), operating hours of all craft (n,)."""

    occupied: Floats
    detected: Floats
    operating_h: Floats


@dataclass(frozen=True)
class Case:
    """The Patrol plan as a mission, and from when its craft are usable, (craft,)."""

    mission: Mission
    usable_h: Floats

    def years(self, seed: int, threads: int = 1) -> Years:
        """Replications of the product's kernel."""
        outcome = simulate_mission(self.mission, self.usable(REPLICATIONS), seed=seed, block="judge", threads=threads)
        return Years(outcome.row_station_h / patrol_simpy.YEAR_H, outcome.value, outcome.row_operating_h.sum(axis=1))

    def years_in_c(self, program: Program, seed: int) -> Years:
        """The same replications by the C program."""
        keys = np.array([rng.key64(seed, "judge", i, "operations") for i in range(REPLICATIONS)], dtype=np.uint64)
        years = program.simulate(keys, self.usable(REPLICATIONS))
        return Years(years.station_h / patrol_simpy.YEAR_H, years.found, years.operating_h.sum(axis=1))

    def usable(self, replications: int) -> Floats:
        """The usable hours once for each replication: they are certain."""
        return np.broadcast_to(self.usable_h, (replications, len(self.usable_h)))


@dataclass(frozen=True)
class Timed:
    """Replications a second of the processor and of the clock in each round, and what all rounds measured together."""

    per_processor_s: list[float]
    per_s: list[float]
    years: Years

    @property
    def rate(self) -> float:
        """Replications a second on one core, the median of the rounds."""
        return median(self.per_processor_s)

    @property
    def rate_by_the_clock(self) -> float:
        """Replications a second, the median of the rounds."""
        return median(self.per_s)


def run() -> list[Row]:
    """Each variant against SimPy and against C, on one core; and two threads against one."""
    swept = read_case()
    loop = replace(swept, mission=replace(swept.mission, targets_in_loop=True))
    with TemporaryDirectory() as name:
        library = compiled(Path(name))
        in_c = {"loop": Program(loop.mission, library), "sweep": Program(swept.mission, library)}
        timed = measure(
            {
                "simpy": _simpy_years,
                "loop": loop.years,
                "loop in c": lambda seed: loop.years_in_c(in_c["loop"], seed),
                "sweep in c": lambda seed: swept.years_in_c(in_c["sweep"], seed),
                "sweep": swept.years,
                "threads2": lambda seed: swept.years(seed, threads=2),
            }
        )
    for name, each in timed.items():
        check(name, each.years)
    for variant in ("loop", "sweep"):
        check_same(timed[variant], timed[f"{variant} in c"])
    return [
        _row("loop", "simpy", timed["loop"], timed["simpy"], LOOP_GOAL),
        _row("loop", "c", timed["loop"], timed["loop in c"], C_GOAL),
        _row("sweep", "simpy", timed["sweep"], timed["simpy"], SWEEP_GOAL),
        _row("sweep", "c", timed["sweep"], timed["sweep in c"], C_GOAL),
        _threads_row(timed["threads2"], timed["sweep"]),
    ]


def read_case() -> Case:
    """The scenario and its plan, placed and delivered; nothing in them is uncertain."""
    scenario = read_scenario(SCENARIO)
    theatre = make_theatre(scenario)
    plan = read_plan_file(SCENARIO / "plan.json", scenario)
    deliveries = deliver(scenario, plan, draw_futures(scenario, 1, "judge", range(1)))
    by_row = np.argsort(deliveries.row, kind="stable")
    return Case(mission_of(theatre, plan, deliveries), deliveries.usable_h[0, by_row])


def measure(variants: dict[str, Callable[[int], Years]]) -> dict[str, Timed]:
    """Every variant in turn, round after round; compilation is over before."""
    for years in variants.values():
        years(0)
    rounds: dict[str, list[_Round]] = {name: [] for name in variants}
    for seed in range(1, ROUNDS + 1):
        for name, years in variants.items():
            rounds[name].append(_timed(years, seed))
    return {
        name: Timed(
            [len(each.years.operating_h) / each.processor_s for each in mine],
            [len(each.years.operating_h) / each.seconds for each in mine],
            Years(*(np.concatenate(parts) for parts in zip(*(each.years for each in mine), strict=True))),
        )
        for name, mine in rounds.items()
    }


class _Round(NamedTuple):
    seconds: float
    processor_s: float
    years: Years


def _timed(years: Callable[[int], Years], seed: int) -> _Round:
    start, processor = time.perf_counter(), time.process_time()
    measured = years(seed)
    return _Round(time.perf_counter() - start, time.process_time() - processor, measured)


def check(name: str, years: Years) -> None:
    """Raise ValueError where a program does not give what the model must give."""
    for what, measured, stated, tolerance in (
        ("occupied share", years.occupied, OCCUPIED, SHARE_TOLERANCE),
        ("detected share", years.detected, DETECTED, SHARE_TOLERANCE),
        ("operating hours", years.operating_h, OPERATING_H, OPERATING_TOLERANCE_H),
    ):
        error = measured.std(axis=0, ddof=1) / np.sqrt(len(measured))
        if np.any(np.abs(measured.mean(axis=0) - stated) > tolerance + STANDARD_ERRORS * error):
            raise ValueError(f"{name}: {what} {measured.mean(axis=0)} is not {stated} +- {tolerance}")


def check_same(product: Timed, in_c: Timed) -> None:
    """Raise ValueError where the C program does not play the very years of the product's kernel."""
    if not np.allclose(product.years.occupied, in_c.years.occupied) or not np.allclose(
        product.years.detected, in_c.years.detected
    ):
        raise ValueError("the C program plays other years than the product's kernel")


def _simpy_years(seed: int) -> Years:
    """A few replications of the SimPy program."""
    first = seed * SIMPY_REPLICATIONS
    years = [patrol_simpy.play(i) for i in range(first, first + SIMPY_REPLICATIONS)]
    return Years(*(np.array(part) for part in zip(*years, strict=True)))


def _row(variant: str, against: str, timed: Timed, other: Timed, goal: float) -> Row:
    detail = {"goal": goal, f"{against}_per_s": other.rate, **_measured(timed.years)}
    return Row("patrol", variant, against, timed.rate / other.rate, timed.rate, "replications/s", detail)


def _threads_row(two: Timed, one: Timed) -> Row:
    ratio = median(a / b for a, b in zip(two.per_s, one.per_s, strict=True))
    detail = {"goal": THREADS_GOAL, "one_thread_per_s": one.rate_by_the_clock, **_measured(two.years)}
    return Row("patrol", "threads2", "one_thread", ratio, two.rate_by_the_clock, "replications/s", detail)


def _measured(years: Years) -> dict[str, object]:
    return {
        "occupied": years.occupied.mean(axis=0).round(4).tolist(),
        "detected": years.detected.mean(axis=0).round(4).tolist(),
        "operating_h": round(float(years.operating_h.mean())),
        "replications": len(years.operating_h),
        "median of": ROUNDS,
        "cores": os.cpu_count(),
    }
