"""The frontier: more money never buys less, and what was interrupted ends in the same bytes."""

from __future__ import annotations

import json
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError, LimitError, ScenarioError
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.futures import sample_futures
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study import calibrate, judge
from fleetcraft.study.calibrate import Calibrated
from fleetcraft.study.decide import Options
from fleetcraft.study.frontier import (
    Grid,
    efficient,
    even_budgets,
    frontier_scenario,
    frontier_tasks,
    plans_shown,
    with_budget,
)
from fleetcraft.study.points import Decide, Point, limits_of
from unit.study.test_calibrate import world

LATE_NEWS = {"news": date(2027, 1, 1)}
"""Nothing can be ordered after it."""
OPTIONS = Options(seed=3, replications=12, futures=6)


@pytest.fixture
def scenario(monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """One air type that every budget can buy more of, in a world that keeps nine tenths of every duty."""
    for module in (calibrate, judge):
        monkeypatch.setattr(module, "simulate_plan", world(0.9, (1.0,)))
    return make_scenario(
        calendar=LATE_NEWS,
        requirements=[
            {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.95},
        ],
    )


# Which budgets


def test_budgets_are_even_and_hold_the_stated_one() -> None:
    budgets = even_budgets(make_scenario(), 12)
    assert len(budgets) == 12
    assert budgets[0] == 5e6
    assert budgets[-1] == 100e6
    assert 50e6 in budgets
    assert np.diff(budgets).max() < 12e6
    assert even_budgets(make_scenario(), 1) == (50e6,)
    assert even_budgets(make_scenario(), 2) == (5e6, 100e6)


def test_all_years_are_scaled_alike_and_support_is_not() -> None:
    stated = make_scenario(budget={"obligation": {2026: 50e6, 2027: 30e6}, "support": {2027: 9e6}})
    half = with_budget(stated, 0.5)
    assert half.budget.obligation == {2026: 25e6, 2027: 15e6}
    assert half.budget.support == stated.budget.support
    assert half.hash != stated.hash
    assert with_budget(stated, 1.0) == stated


def test_outlays_are_scaled_where_they_are_what_binds() -> None:
    stated = make_scenario(budget={"counts": "outlay", "obligation": None, "outlay": {2026: 50e6, 2027: 50e6}})
    assert with_budget(stated, 2.0).budget.outlay == {2026: 100e6, 2027: 100e6}


def test_without_money_there_is_nothing_to_scale() -> None:
    with pytest.raises(ScenarioError, match="no acquisition money"):
        even_budgets(make_scenario(budget={"obligation": {2026: 0.0}}), 3)


def test_each_point_starts_from_one_half_as_far_from_the_stated_budget() -> None:
    budgets = tuple(10e6 * n for n in range(1, 10))
    tasks = frontier_tasks(make_scenario(), Grid(budgets, (0.0, 0.5)), OPTIONS)
    after = {task.key: task.after for task in tasks}
    assert after["00-04"] == ()
    assert after["00-05"] == after["00-03"] == ("00-04",)
    assert after["00-06"] == after["00-07"] == ("00-05", "00-04")
    assert after["00-02"] == after["00-01"] == ("00-03", "00-04")
    assert after["00-08"] == ("00-06", "00-05", "00-04")
    assert after["01-04"] == ("00-04",)
    assert after["01-00"] == ("01-02", "01-03", "01-04", "00-04")
    done: set[str] = set()
    for task in tasks:
        assert set(task.after) <= done
        done.add(task.key)


def test_a_risk_weight_replaces_the_scenarios_own_and_the_aim_is_attainment() -> None:
    stated = make_scenario(
        uncertainty={"risk": {"cvar_alpha": 0.8, "weight": 0.3}},
        objective={"mode": "cost", "attainment": 0.5, "probability": 0.8, "tolerance": 0.01},
    )
    own, heavy = frontier_tasks(stated, Grid((50e6,), (None, 2.0)), OPTIONS)
    assert own.scenario.uncertainty.risk == stated.uncertainty.risk
    assert heavy.scenario.uncertainty.risk is not None
    assert (heavy.scenario.uncertainty.risk.cvar_alpha, heavy.scenario.uncertainty.risk.weight) == (0.8, 2.0)
    assert own.scenario.objective.mode == "attainment"
    assert own.scenario.objective.tolerance == 0.01


# What each buys


def test_more_money_never_buys_less(scenario: Scenario, tmp_path: Path) -> None:
    result = frontier_scenario(scenario, Grid(even_budgets(scenario, 5)), OPTIONS, tmp_path)
    assert json.loads(json.dumps(result, allow_nan=False)) == json.loads(json.dumps(result))
    rows = result["points"]
    assert [row["scale"] for row in rows] == pytest.approx([0.1, 0.57, 1.0, 1.52, 2.0])
    attained = [row["attainment"]["simulated"] for row in rows]
    assert attained == sorted(attained)
    assert attained[-1] > attained[0] + 0.1
    for row in rows:
        assert row["status"] == "optimal"
        assert row["cost"]["acquisition"] <= row["budget"] * (1 + 1e-9)
        assert row["bound"] >= row["objective"] - 1e-9
    for step, (one, other) in zip(result["next"], pairwise(rows), strict=True):
        assert (step["from"], step["to"]) == (one["budget"], other["budget"])
        gained = other["attainment"]["simulated"] - one["attainment"]["simulated"]
        assert step["difference"]["attainment"] == pytest.approx(gained)
        assert step["marginal"]["attainment"] * (other["budget"] - one["budget"]) / step["per"] == pytest.approx(gained)
    assert {step["per"] for step in result["next"]} == {2e6}


def test_planned_attainment_at_fixed_corrections_rises_with_the_budget() -> None:
    stated = make_scenario(platforms=[{}, {"id": "cheap", "unit_price_likely": 2.1e6, "endurance_h": 12}])
    objectives = []
    for scale in (0.1, 0.3, 0.5, 0.8, 1.0, 1.5):
        theatre = make_theatre(with_budget(stated, scale))
        futures = sample_futures(stated, 3, 6)
        objectives.append(plan_fleet(theatre, futures, no_corrections(theatre), limits_of(OPTIONS)).bound)
    assert objectives == sorted(objectives)


@pytest.mark.usefixtures("scenario")
def test_what_a_limit_left_without_a_plan_is_told_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, grid = make_scenario(calendar=LATE_NEWS), Grid((20e6, 50e6))
    assert frontier_scenario(late, grid, OPTIONS, tmp_path / "one")["reproducible"]
    (tmp_path / "one" / "00-00" / "answer.json").unlink()
    tried: list[str] = []

    def stopped(task: Decide, *_: object, **__: object) -> Calibrated:
        tried.append(task.key)
        raise LimitError("stopped at the limit")

    monkeypatch.setattr(Decide, "decide", stopped)
    result = frontier_scenario(late, grid, OPTIONS, tmp_path / "one")
    assert [row["status"] for row in result["points"]] == ["limit", "optimal"]
    assert not result["reproducible"]
    with pytest.raises(LimitError, match="stopped at the limit"):
        frontier_scenario(late, grid, OPTIONS, tmp_path / "none")
    assert sorted(tried) == ["00-00", "00-00", "00-01"]


@pytest.mark.usefixtures("scenario")
def test_a_budget_without_a_plan_is_a_point_that_says_why(tmp_path: Path) -> None:
    strict = make_scenario(policies={"domain_minimum": {"air": 10}}, calendar=LATE_NEWS)
    result = frontier_scenario(strict, Grid((10e6, 50e6)), OPTIONS, tmp_path)
    poor, stated = result["points"]
    assert poor["status"] == "infeasible"
    assert any("domain_minimum.air" in line for line in poor["conflict"])
    assert "attainment" not in poor
    assert stated["status"] == "optimal"
    assert result["efficient"] == [1]
    assert result["next"] == []


@pytest.mark.usefixtures("scenario")
def test_without_any_plan_the_statements_in_conflict_are_raised(tmp_path: Path) -> None:
    with pytest.raises(InfeasibleError, match=r"domain_minimum\.air"):
        frontier_scenario(
            make_scenario(policies={"domain_minimum": {"air": 99}}), Grid((10e6, 20e6)), OPTIONS, tmp_path
        )


def test_interrupted_and_gone_on_with_is_as_at_once(scenario: Scenario, tmp_path: Path) -> None:
    grid = Grid(even_budgets(scenario, 4))
    whole = frontier_scenario(scenario, grid, OPTIONS, tmp_path / "at-once")
    for key in ("00-00", "00-03"):
        (tmp_path / "again").mkdir(exist_ok=True)
        shutil.copytree(tmp_path / "at-once" / key, tmp_path / "again" / key)
    (tmp_path / "again" / "00-00" / "answer.json").unlink()
    assert frontier_scenario(scenario, grid, OPTIONS, tmp_path / "again") == whole
    files = sorted(path.relative_to(tmp_path / "at-once") for path in (tmp_path / "at-once").rglob("*.*"))
    for file in files:
        assert (tmp_path / "again" / file).read_bytes() == (tmp_path / "at-once" / file).read_bytes(), file


# Which plan is shown, which point is beaten


def judged(*means: float | None, noise: float = 0.0) -> list[Point]:
    """Points whose years have these means, years alike but for some noise."""
    random = np.random.default_rng(5)
    years = random.normal(0, 0.1, 100)
    return [
        Point(str(i), {"status": "limit"} if m is None else {"yearly": m + years + noise * random.normal(size=100)})
        for i, m in enumerate(means)
    ]


def test_a_larger_budget_shows_the_smaller_ones_plan_where_its_own_attains_less() -> None:
    assert plans_shown(judged(0.3, 0.5, 0.6)) == [0, 1, 2]
    assert plans_shown(judged(0.3, 0.5, 0.49, 0.5, 0.7)) == [0, 1, 1, 3, 4]
    assert plans_shown(judged(None, 0.5, None)) == [0, 1, 1]


def test_a_difference_that_chance_explains_changes_no_plan() -> None:
    assert plans_shown(judged(0.5, 0.499, noise=0.05)) == [0, 1]


def row(budget: float, simulated: float, cvar: float) -> dict[str, Any]:
    return {"budget": budget, "attainment": {"simulated": simulated}, "risk": {"cvar": cvar}}


def test_efficient_points_are_those_that_no_other_beats() -> None:
    random = np.random.default_rng(4)
    rows = [row(*values) for values in random.integers(1, 5, (40, 3)).tolist()]
    rows[7] = {"budget": 1.0, "status": "infeasible"}

    def beats(one: dict[str, Any], other: dict[str, Any]) -> bool:
        a = (-one["budget"], one["attainment"]["simulated"], one["risk"]["cvar"])
        b = (-other["budget"], other["attainment"]["simulated"], other["risk"]["cvar"])
        return all(x >= y for x, y in zip(a, b, strict=True)) and a != b

    found = [r for r in rows if "risk" in r]
    expected = [i for i, r in enumerate(rows) if "risk" in r and not any(beats(other, r) for other in found)]
    assert efficient(rows) == expected


@pytest.mark.usefixtures("scenario")
def test_where_the_maker_can_make_no_more_the_budget_is_enough(tmp_path: Path) -> None:
    few = make_scenario(
        platforms=[{"production_rate_per_year": 4}],
        calendar={**LATE_NEWS, "deadline": date(2027, 6, 30)},
    )
    result = frontier_scenario(few, Grid((50e6, 100e6, 200e6)), OPTIONS, tmp_path)
    rows = result["points"]
    assert result["enough"] == 50e6
    for smaller, larger in pairwise(rows):
        assert larger["attainment"]["simulated"] >= smaller["attainment"]["simulated"] - 1e-9
