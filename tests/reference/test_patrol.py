"""The Patrol model: occupied and detected shares on which independent programs agree, stated with the benchmark.

Six areas one to six hours away, each with a slot for one of five craft that fail, are repaired by two crews for two
areas, maintained, and wait for weather to launch; targets are found at 0.3 an hour while the slot is occupied.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.futures import draw_futures
from fleetcraft.plan import Plan
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.requirement import TargetClass
from fleetcraft.simulate.mission import Mission, MissionWeather
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_plan
from reference.ocean import Ocean, sailings
from unit.simulate.missions import YEAR_H, detection, mission, row, simulate

TRANSITS_H = range(1, 7)
OCCUPIED = np.array([0.8945, 0.8857, 0.8773, 0.8670, 0.8557, 0.8420])
DETECTED = np.array([0.871, 0.866, 0.862, 0.856, 0.849, 0.841])
OPERATING_H = 68_050.0
TOLERANCE, OPERATING_TOLERANCE = 0.002, 0.005
REPLICATIONS, OTHER_REPLICATIONS = 2000, 40
SCENARIO = Path(__file__).parents[2] / "bench" / "patrol" / "scenario"

GOOD, BAD = 2, 6
MEAN_GOOD_H, MEAN_BAD_H = 100.0, 20.0


def weather() -> MissionWeather:
    """Good and bad spells in turn, the year round."""
    share, generator = np.zeros((12, 10)), np.zeros((12, 10, 10))
    share[:, GOOD], share[:, BAD] = MEAN_GOOD_H / 120, MEAN_BAD_H / 120
    generator[:, GOOD, BAD], generator[:, BAD, GOOD] = 1 / MEAN_GOOD_H, 1 / MEAN_BAD_H
    generator[:, GOOD, GOOD], generator[:, BAD, BAD] = -1 / MEAN_GOOD_H, -1 / MEAN_BAD_H
    return MissionWeather(share, generator, np.full(12, 1.0), np.full(12, 2.0))


def patrol() -> Mission:
    """The model as a mission whose year begins with all craft ready."""
    rows = [
        row(
            5,
            platform=f"patroller_{hours}h",
            base=f"base_{(hours + 1) // 2}",
            area=f"area_{hours}h",
            stations=1,
            transit_h=float(hours),
            station_h=24.0 - 2 * hours,
            turnaround_h=3.0,
            mean_h_to_failure=200.0,
            mean_repair_h=48.0,
            maintenance_interval_h=400.0,
            maintenance_h=72.0,
            launch_sea_state=GOOD,
            recover_sea_state=BAD,
            rate_per_h={("detection", "boat"): (0.3, 0.3, 0.3)},
        )
        for hours in TRANSITS_H
    ]
    return mission(
        rows,
        *(detection(10.0, area=each.area) for each in rows),
        targets={"boat": TargetClass(swept_as="small_craft", speed_kn=0.0, arrivals_per_day=12.0, hours_present=10.0)},
        weather={each.area: weather() for each in rows},
        repair_crews={(each.base, "air"): 2 for each in rows},
        window_start_h=0.0,
        window_end_h=YEAR_H,
    )


def close(values: NDArray[np.float64], stated: NDArray[np.float64] | float, tolerance: float) -> bool:
    """Whether means over replications (n, ...) lie within tolerance and their own 95% intervals of what is stated."""
    half = 1.96 * values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return bool(np.all(np.abs(values.mean(axis=0) - stated) <= tolerance + half))


def check(outcome: Outcome) -> None:
    assert close(outcome.row_station_h / YEAR_H, OCCUPIED, TOLERANCE)
    assert close(outcome.value, DETECTED, TOLERANCE)
    assert close(outcome.expected, DETECTED, TOLERANCE)
    assert close(outcome.row_operating_h.sum(axis=1), OPERATING_H, OPERATING_TOLERANCE * OPERATING_H)


def test_the_mission():
    check(simulate(patrol(), REPLICATIONS))


@pytest.fixture(scope="module")
def benchmark() -> tuple[Theatre, Plan]:
    """The theatre and plan that the benchmark times."""
    scenario = read_scenario(SCENARIO)
    return make_theatre(scenario), read_plan_file(SCENARIO / "plan.json", scenario)


def test_the_scenario_of_the_benchmark(benchmark):
    theatre, plan = benchmark
    check(simulate_plan(theatre, plan, seed=1, block="judge", replications=REPLICATIONS, threads=2))


def reference_years(theatre: Theatre, plan: Plan, count: int) -> tuple[NDArray[np.float64], ...]:
    """Occupied and detected shares (count, 6) and operating hours (count,) of the reference model."""
    ocean = Ocean(theatre, plan)
    futures = draw_futures(theatre.scenario, 1, "judge", range(count))
    years = [ocean.play(sailing, seed) for seed, sailing in enumerate(sailings(ocean, futures))]
    names = [rules.name for rules in ocean.rows]
    occupied = np.array([[year[f"station/{name}"] / YEAR_H for name in names] for year in years])
    detected = np.array([[year[f"expected/{r.id}"] for r in theatre.scenario.requirements] for year in years])
    operating_h = np.array([sum(year[f"operating/{name}"] for name in names) for year in years])
    return occupied, detected, operating_h


def check_reference(theatre: Theatre, plan: Plan, count: int) -> None:
    occupied, detected, operating_h = reference_years(theatre, plan, count)
    assert close(occupied, OCCUPIED, TOLERANCE)
    assert close(detected, DETECTED, TOLERANCE)
    assert close(operating_h, OPERATING_H, OPERATING_TOLERANCE * OPERATING_H)


def test_the_reference_model(benchmark):
    check_reference(*benchmark, OTHER_REPLICATIONS)


@pytest.mark.soak
def test_the_reference_model_over_many_years(benchmark):
    check_reference(*benchmark, 20 * OTHER_REPLICATIONS)
