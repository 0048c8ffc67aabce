"""Groundings of a type: up and down in turn, in closed form (model.md 2 and 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.futures import draw_futures
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_mission, simulate_plan
from fleetcraft.units import HOURS_PER_MONTH, HOURS_PER_YEAR
from theory.intervals import holds
from unit.fleet.theatres import theatre_of
from unit.simulate.missions import YEAR_H, craft_of, mission, presence, row

OPENS_H = 2000.0


def grounded(stated: Any, spans: np.ndarray) -> Outcome:
    """Play a mission whose drones stand down in the ``spans`` (years, K, 2), every craft usable from the start."""
    usable_h = np.zeros((len(spans), craft_of(stated)))
    return simulate_mission(stated, usable_h, seed=1, block="judge", threads=1, grounded={"drone": spans})


def alternating(years: int, up_h: float, down_h: float, *, seed: int) -> np.ndarray:
    """Spans of a type that flies for exponential times and then stands down for as long each time."""
    end_h = OPENS_H + YEAR_H + 100
    gaps = np.random.default_rng(seed).exponential(up_h, (years, int(3 * end_h / (up_h + down_h)) + 50))
    from_h = np.cumsum(gaps + down_h, axis=1) - down_h
    assert from_h[:, -1].min() > end_h
    return np.stack([from_h, from_h + down_h], axis=-1)


class TestAlternating:
    @pytest.mark.parametrize("transit_h", [0.0, 4.0])
    def test_a_fixed_rhythm(self, transit_h):
        """75 hours up, 25 down: on station from one transit after each end on, to the minute."""
        from_h = np.arange(75.0, 12_000.0, 100.0)
        stated = mission([row(transit_h=transit_h)])
        outcome = grounded(stated, np.stack([from_h, from_h + 25.0], axis=-1)[None])
        cycles = int(YEAR_H // 100)
        last_h = min(max(YEAR_H - 100 * cycles - transit_h, 0), 75 - transit_h)
        assert outcome.row_station_h[0, 0] == pytest.approx(cycles * (75 - transit_h) + last_h)
        assert outcome.row_grounded_h[0, 0] == pytest.approx(cycles * 25.0)
        assert outcome.row_usable_h[0, 0] == YEAR_H

    @pytest.mark.parametrize(
        ("up_h", "down_h", "transit_h"), [(200.0, 50.0, 0.0), (60.0, 90.0, 5.0), (300.0, 60.0, 30.0)]
    )
    def test_up_and_down_in_turn(self, up_h, down_h, transit_h):
        """Of each cycle a craft is there for max(up - T, 0), on average a exp(-T/a); it is home before the next."""
        stated = mission([row(transit_h=transit_h)])
        outcome = grounded(stated, alternating(1500, up_h, down_h, seed=4))
        assert holds(outcome.row_grounded_h[:, 0], down_h / (up_h + down_h) * YEAR_H)
        assert holds(outcome.value[:, 0], up_h * np.exp(-transit_h / up_h) / (up_h + down_h))
        assert outcome.row_usable_h == pytest.approx(YEAR_H)

    def test_a_short_grounding_waits_for_the_craft_to_come_home(self):
        """Down for 2 h, but 6 h from home: back on station only a return and a transit later."""
        from_h = np.arange(100.0, 12_000.0, 100.0)
        outcome = grounded(mission([row(transit_h=6.0)]), np.stack([from_h, from_h + 2.0], axis=-1)[None])
        assert outcome.value[0, 0] == pytest.approx(0.88, abs=0.12 * 100 / YEAR_H)
        assert outcome.row_operating_h[0, 0] == pytest.approx(YEAR_H)

    def test_only_the_type_concerned_stands_down(self):
        rows = [row(), row(platform="boat", domain="surface", numbers=(0,))]
        stated = mission(rows, presence(), presence(domain="surface"))
        outcome = grounded(stated, np.array([[[2500.0, 3376.0]]]))
        assert outcome.value[0].tolist() == pytest.approx([0.9, 1.0])
        assert outcome.row_grounded_h[0].tolist() == pytest.approx([876.0, 0.0])


class TestFutures:
    def test_grounded_share_of_a_poisson_process(self):
        """Starts at rate g, each for d hours, overlaps merged: P(grounded) = 1 - exp(-g d) (M/D/inf)."""
        theatre, plan, rate_per_h, hours = grounded_case(per_year=2.0, months=1.0)
        calendar = theatre.scenario.calendar
        futures = draw_futures(theatre.scenario, 1, "judge", range(3000))
        share = futures.grounded_share(calendar.window_start_h, calendar.window_start_h + YEAR_H)[:, 0]
        assert holds(1 - share, np.exp(-rate_per_h * hours))
        outcome = simulate_plan(theatre, plan, seed=1, block="judge", replications=200, threads=1)
        assert outcome.row_grounded_h[:, 0] == pytest.approx(3 * YEAR_H * share[:200])

    @pytest.mark.parametrize(("per_year", "months"), [(2.0, 1.0), (0.5, 3.0)])
    def test_presence_under_groundings(self, per_year, months):
        """A craft is there at t unless a grounding began in the d + T hours before."""
        theatre, plan, rate_per_h, hours = grounded_case(per_year, months)
        outcome = simulate_plan(theatre, plan, seed=1, block="judge", replications=3000, threads=1)
        assert holds(outcome.value[:, 0], np.exp(-rate_per_h * (hours + 500 / 70)))


def grounded_case(per_year: float, months: float) -> tuple[Any, Plan, float, float]:
    """Three craft of endless endurance, 500 nm at 70 kn away, on one station; rate and length of the groundings."""
    scenario = make_scenario(
        platforms=[{"endurance_h": 1e6, "mtbf_h": None, "loss_per_100k_h": 0, "turnaround_h": 0}],
        operations={"classes": {"aircraft": {"utilisation_h_per_year": 8760, "maintenance_interval_h": None}}},
        uncertainty={"grounding": {"per_type_year": per_year, "months": months}},
        requirements=[{"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.5}],
    )
    plan = Plan((Order("drone", "2026Q1", 3),), (Allocation("drone", "baltra", "bay", 3, 1),))
    theatre = theatre_of(scenario, distance_nm=500.0)
    return theatre, plan, per_year / HOURS_PER_YEAR, months * HOURS_PER_MONTH
