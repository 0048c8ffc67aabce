"""The verbs plan and simulate, with a simulation in which the formula is the truth."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study import calibrate, decide, judge
from fleetcraft.study.decide import Options, plan_scenario, simulate_scenario
from unit.study.test_calibrate import world

BOTH = {
    "fleetcraft",
    "scenario",
    "seed",
    "seconds",
    "orders",
    "later",
    "allocation",
    "cost",
    "requirements",
    "attainment",
}
BOTH |= {"probability_all_met", "late", "first_day", "deliveries", "availability", "hours", "losses", "replications"}
PLANNED = {"reproducible", "stopped_by", "status", "objective", "bound", "gap", "rounding_gap", "evpi", "vss", "loop"}
OPTIONS = Options(seed=3, replications=12, futures=10)


@pytest.fixture
def scenario(monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """Two air types and three demands, in a world that keeps nine tenths of every duty."""
    for module in (calibrate, judge):
        monkeypatch.setattr(module, "simulate_plan", world(0.9))
    boat: dict[str, Any] = {"area": "bay", "target": "small_craft"}
    return make_scenario(
        platforms=[{}, {"id": "other", "supplier": "Another"}],
        requirements=[
            {**boat, "measure": "detection", "within_h": 4, "at_least": 0.5},
            {**boat, "measure": "detection", "within_h": 8, "at_least": 0.5},
            {**boat, "measure": "revisit", "at_most": 48},
        ],
    )


def test_plan_gives_what_the_contract_promises(scenario: Scenario) -> None:
    answer = plan_scenario(scenario, OPTIONS)
    found = answer.result
    assert set(found) >= BOTH | PLANNED
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["status"] == "optimal"
    assert found["gap"] == pytest.approx(abs(found["bound"] - found["objective"]) / found["objective"], abs=1e-9)
    assert found["reproducible"] is True
    assert found["scenario"] == {"name": "Tiny", "hash": scenario.hash, "case": None}
    assert [turn["round"] for turn in found["loop"]] == list(range(1, len(found["loop"]) + 1))
    assert found["futures"] == {"solve": 10, "judge": 12}
    assert sum(o["quantity"] for o in found["orders"]) == sum(o.quantity for o in answer.plan.orders) > 0
    assert set(found["seconds"]) == {"geography", "loop", "judge", "likely"}
    assert found["likely_value_plan"]["claims"] >= found["likely_value_plan"]["earns"] - 0.05
    for entry in found["requirements"]:
        assert entry["planned"] == pytest.approx(entry["simulated"], rel=0.02)


def test_the_same_plan_again_is_the_same(scenario: Scenario) -> None:
    first, second = (plan_scenario(scenario, OPTIONS) for _ in range(2))
    assert first.plan == second.plan
    assert {k: v for k, v in first.result.items() if k != "seconds"} == {
        k: v for k, v in second.result.items() if k != "seconds"
    }


@pytest.mark.parametrize("error", [InfeasibleError(["budget"]), LimitError("no time")])
def test_without_a_likely_value_plan_the_answer_stands(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(decide, "plan_fleet", refuse)
    found = plan_scenario(scenario, OPTIONS).result
    assert found["likely_value_plan"] is None
    assert found["orders"]


def test_an_infeasible_scenario_has_no_answer(scenario: Scenario) -> None:
    impossible = make_scenario(policies={"domain_minimum": {"air": 99}})
    with pytest.raises(InfeasibleError, match=r"domain_minimum\.air: 99"):
        plan_scenario(impossible, OPTIONS)
    assert scenario.policies.domain_minimum == {}


def test_simulate_judges_without_planning(scenario: Scenario) -> None:
    plan = Plan((Order("drone", "2026Q1", 4),))
    answer = simulate_scenario(scenario, plan, replace(OPTIONS, replications=5))
    assert set(answer.result) >= BOTH
    assert not set(answer.result) & PLANNED
    assert all("planned" not in entry for entry in answer.result["requirements"])
    assert "planned" not in answer.result["attainment"]
    assert answer.plan.allocation is not None
    assert answer.result["futures"] == {"judge": 5}
