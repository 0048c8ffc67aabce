"""How the simulation's time and memory grow: one thing at a time, and the exponent that fits.

A seeded mission stated by hand is made larger in one respect; its time on one core is fitted as a power of that size,
by least squares of the logarithms. Time that grows in proportion has exponent 1.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np

from bench.row import Row
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.simulate.mission import Mission, MissionWeather
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.rows import MissionRow
from fleetcraft.simulate.simulate_plan import simulate_mission

EXPONENT_GOAL = 1.1
MEMORY_GOAL = 1.1  # of the largest over the smallest, beside the outcome's own rows
REPEATS = 3
SEED = 20260401

YEAR_H = 8760.0
MONTH_H = YEAR_H / 12
CLASSES = 10
CALM = 3

REPLICATIONS = (64, 256, 1024, 4096)
REMEMBERED = (256, 1024, 4096)
CRAFT = (16, 64, 256, 1024)
AREAS = (2, 8, 32, 128)
YEARS = (1, 2, 4, 8, 16, 32)
TARGETS = (16, 64, 256, 1024, 4096)


def run() -> list[Row]:
    """One row for each thing that grows, and one for memory."""
    return [
        _growth("replications", REPLICATIONS, lambda n: simulated(make_mission(), n)),
        _growth("craft", CRAFT, lambda n: simulated(make_mission(areas=4, craft=n // 4), 20)),
        _growth("areas", AREAS, lambda n: simulated(make_mission(areas=n, craft=5), 40)),
        _growth("years", YEARS, lambda n: simulated(make_mission(years=n), 100)),
        _growth("targets", TARGETS, lambda n: simulated(make_mission(arrivals_per_day=n), 20)),
        _growth("targets_in_loop", TARGETS, lambda n: simulated(make_mission(arrivals_per_day=n, loop=True), 10)),
        _memory(),
    ]


def make_mission(
    *, areas: int = 4, craft: int = 6, years: int = 1, arrivals_per_day: float = 12.0, loop: bool = False
) -> Mission:
    """``areas`` areas, in each one row of ``craft`` craft, a third of them on station, and one demand to find targets.

    Craft fly for ``years`` years, of which the last is the window. Transit times and reliability are drawn once, by
    area.
    """
    rng = np.random.default_rng(SEED)
    names = [f"area_{a:03}" for a in range(areas)]
    return Mission(
        rows=tuple(_row(name, a, craft, rng) for a, name in enumerate(names)),
        requirements=tuple(
            Requirement(area=name, measure="detection", target="target", within_h=10, at_least=0.5) for name in names
        ),
        targets={"target": TargetClass(speed_kn=20, arrivals_per_day=arrivals_per_day, hours_present=10)},
        window_start_h=(years - 1) * YEAR_H,
        window_end_h=years * YEAR_H,
        weather={name: _weather() for name in names},
        repair_crews={(f"base_{a:03}", "air"): max(craft // 3, 1) for a in range(areas)},
        months=tuple((m * MONTH_H, m % 12) for m in range(12 * (years + 1))),
        targets_in_loop=loop,
    )


def _row(area: str, a: int, craft: int, rng: np.random.Generator) -> MissionRow:
    transit_h = rng.uniform(1.0, 6.0)
    return MissionRow(
        platform=f"type_{a:03}",
        base=f"base_{a:03}",
        area=area,
        domain="air",
        numbers=tuple(range(craft)),
        stations=max(craft // 3, 1),
        transit_h=transit_h,
        station_h=24.0 - 2.0 * transit_h,
        turnaround_h=3.0,
        mean_h_to_failure=rng.uniform(150.0, 250.0),
        mean_repair_h=24.0,
        maintenance_interval_h=400.0,
        maintenance_h=72.0,
        launch_sea_state=CALM,
        rate_per_h={("detection", "target"): (0.3, 0.25, 0.2)},
    )


def _weather() -> MissionWeather:
    """Two states: calm for 100 h, rough for 20 h on average."""
    shares, generator = np.zeros((12, CLASSES)), np.zeros((12, CLASSES, CLASSES))
    shares[:, CALM], shares[:, CALM + 1] = 5 / 6, 1 / 6
    generator[:, CALM, CALM + 1], generator[:, CALM + 1, CALM] = 1 / 100, 1 / 20
    return MissionWeather(shares, generator, np.full(12, 10.0), np.full(12, 2.0))


def simulated(mission: Mission, replications: int) -> Outcome:
    """The mission played on one thread with all its craft there from the start."""
    craft = sum(len(row.numbers) for row in mission.rows)
    usable_h = np.broadcast_to(0.0, (replications, craft))
    return simulate_mission(mission, usable_h, seed=SEED, block="judge", threads=1)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """b of seconds = a sizes^b, by least squares of the logarithms."""
    slope: float = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
    return float(slope)


def _growth(what: str, sizes: Sequence[int], play: Callable[[int], Outcome]) -> Row:
    play(sizes[0])
    seconds = [min(_processor_s(play, size) for _ in range(REPEATS)) for size in sizes]
    fitted = exponent(sizes, seconds)
    points = {f"{size:,}": round(each, 4) for size, each in zip(sizes, seconds, strict=True)}
    return Row("scale", what, "goal", EXPONENT_GOAL / fitted, fitted, "exponent", {"seconds": points})


def _processor_s(play: Callable[[int], Outcome], size: int) -> float:
    start = time.process_time()
    play(size)
    return time.process_time() - start


def _memory() -> Row:
    """Peak memory beside the outcome's own rows: it must not grow with the replications."""
    mission = make_mission()
    simulated(mission, 1)
    peaks = {n: _peak_mib(mission, n) for n in REMEMBERED}
    growth = peaks[REMEMBERED[-1]] / peaks[REMEMBERED[0]]
    points = {f"{n:,}": round(mib, 3) for n, mib in peaks.items()}
    return Row("scale", "memory", "goal", MEMORY_GOAL / growth, growth, "times", {"MiB": points})


def _peak_mib(mission: Mission, replications: int) -> float:
    tracemalloc.start()
    try:
        outcome = simulated(mission, replications)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    own = sum(value.nbytes for value in vars(outcome).values() if isinstance(value, np.ndarray))
    return (peak - own) / 2**20
