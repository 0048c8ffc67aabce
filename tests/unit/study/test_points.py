"""Points of a study: paired over the same years, the worst tenth, what is stored and read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.simulate.measures import estimate
from fleetcraft.study import calibrate, judge
from fleetcraft.study.decide import Options
from fleetcraft.study.points import (
    Decide,
    Point,
    aims_at_mean,
    paired,
    read_corrections,
    read_points,
    round_step,
    with_parts,
    worst_tenth,
)
from fleetcraft.study.tasks import do_all
from unit.study.test_calibrate import world

OPTIONS = Options(seed=3, replications=12, futures=6)


def point(yearly: np.ndarray) -> Point:
    return Point("x", {"yearly": yearly.tolist()})


def test_the_worst_tenth_is_the_mean_of_the_lowest_values() -> None:
    yearly = np.random.default_rng(1).beta(6, 3, 200)
    assert worst_tenth(yearly).mean == pytest.approx(np.sort(yearly)[:20].mean(), abs=1e-12)
    with_gaps = np.concatenate([yearly, [np.nan] * 7])
    assert worst_tenth(with_gaps).mean == pytest.approx(worst_tenth(yearly).mean, abs=1e-12)


def test_the_interval_of_the_worst_tenth_covers_the_truth() -> None:
    """Of uniform years the worst tenth has mean 0.05; 95% intervals of 200 years cover it in most of 400 trials."""
    random = np.random.default_rng(2)
    found = [worst_tenth(random.uniform(size=200)) for _ in range(400)]
    covered = np.mean([f.low <= 0.05 <= f.high for f in found])
    assert 0.88 <= covered <= 0.99


def test_without_years_nothing_is_known_of_the_worst() -> None:
    assert np.isnan(worst_tenth(np.array([np.nan])).mean)


def test_pairing_takes_out_what_the_years_have_in_common() -> None:
    random = np.random.default_rng(3)
    years = random.normal(0.7, 0.1, 100)
    one, other = years + 0.01 + random.normal(0, 0.005, 100), years
    difference = paired(point(one), point(other))
    assert difference.low < 0.01 < difference.high
    apart = estimate(one), estimate(other)
    unpaired = sum((e.high - e.low) ** 2 for e in apart) ** 0.5
    assert difference.high - difference.low < unpaired / 10


def test_a_changed_scenario_has_another_hash() -> None:
    scenario = make_scenario()
    assert scenario.hash
    other = with_parts(scenario, note="another")
    assert other.hash != scenario.hash
    assert with_parts(other, note=scenario.note) == scenario


@pytest.mark.parametrize(
    ("amount", "step"), [(200e9, 10e9), (168e6, 10e6), (50e6, 2e6), (100.0, 5.0), (30e9, 2e9), (8e6, 5e5)]
)
def test_a_round_twentieth(amount: float, step: float) -> None:
    assert round_step(amount) == pytest.approx(step)


def test_only_the_mean_counts_unless_risk_or_cost_does() -> None:
    assert aims_at_mean(make_scenario())
    assert aims_at_mean(make_scenario(uncertainty={"risk": {"cvar_alpha": 0.9, "weight": 0}}))
    assert not aims_at_mean(make_scenario(uncertainty={"risk": {"cvar_alpha": 0.9, "weight": 0.5}}))
    assert not aims_at_mean(make_scenario(objective={"mode": "cost", "attainment": 0.5, "probability": 0.8}))


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that keeps nine tenths of every duty."""
    for module in (calibrate, judge):
        monkeypatch.setattr(module, "simulate_plan", world(0.9, (1.0,)))


@pytest.mark.usefixtures("easy")
def test_a_point_is_stored_with_its_plan_and_what_was_learnt(tmp_path: Path) -> None:
    scenario = make_scenario()
    task = Decide("00", "the tiny scenario", scenario, OPTIONS)
    theatre = make_theatre(scenario)
    do_all(theatre, [task], tmp_path, threads=1, progress=lambda *_: None)
    (found,) = read_points(tmp_path, [task])
    assert found.found
    assert len(found.yearly) == OPTIONS.replications
    assert found.told["attainment"]["simulated"] == pytest.approx(found.yearly.mean())
    assert found.told["risk"]["cvar"] <= found.told["risk"]["p10"] <= found.told["attainment"]["simulated"] + 1e-12
    assert "yearly" not in found.told
    corrections = read_corrections(tmp_path, "00")
    assert corrections is not None
    assert corrections.kappa[0] == pytest.approx(0.9)
    assert sorted(p.name for p in (tmp_path / "00").iterdir()) == ["answer.json", "corrections.npz", "plan.json"]


@pytest.mark.usefixtures("easy")
def test_a_point_without_a_plan_says_why_and_lends_no_corrections(tmp_path: Path) -> None:
    scenario = make_scenario()
    impossible = make_scenario(policies={"domain_minimum": {"air": 99}})
    first = Decide("00", "impossible", impossible, OPTIONS)
    second = Decide("01", "possible", scenario, OPTIONS, after=("00",))
    alone = replace(second, key="02", after=())
    do_all(make_theatre(scenario), [first, second, alone], tmp_path, threads=1, progress=lambda *_: None)
    none, after, fresh = read_points(tmp_path, [first, second, alone])
    assert not none.found
    assert none.answer["status"] == "infeasible"
    assert any("domain_minimum.air" in line for line in none.answer["conflict"])
    assert "clashes" not in none.told
    with pytest.raises(InfeasibleError) as raised:
        first.decide(make_theatre(scenario), start=None, threads=1)
    assert isinstance(none.why_none, InfeasibleError)
    assert none.why_none.clashes == raised.value.clashes
    assert after.answer == fresh.answer
