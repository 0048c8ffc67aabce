"""The verbs plan and simulate, with a simulation in which the formula is the truth."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError, LimitError, ScenarioError
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.trace import Trace
from fleetcraft.study import calibrate, decide, judge
from fleetcraft.study.decide import Options, plan_scenario, simulate_scenario
from fleetcraft.study.warnings import unplaced_warnings
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
BOTH |= {"stopping", "yearly"}
PLANNED = {"reproducible", "stopped_by", "status", "objective", "bound", "gap", "rounding_gap", "evpi", "vss", "loop"}
OPTIONS = Options(seed=3, replications=12, futures=10)


@pytest.fixture
def scenario(monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """Two air types and three demands, in a world that keeps nine tenths of every duty and knows of no news."""
    monkeypatch.setattr(calibrate, "can_adapt", lambda _: False)
    for module in (calibrate, judge):
        monkeypatch.setattr(module, "simulate_plan", world(0.9))
    monkeypatch.setattr(decide, "is_compiled", lambda **_: True)
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
    assert set(found["seconds"]) == {"geography", "loop", "judge", "information", "likely"}
    assert found["evpi"] >= 0
    assert found["vss"] >= 0
    assert found["value_of_information"]["here_and_now"]["high"] == found["bound"]
    assert found["likely_value_plan"]["claims"] >= found["likely_value_plan"]["earns"] - 0.05
    for entry in found["requirements"]:
        assert entry["planned"] == pytest.approx(entry["simulated"], rel=0.02)


def test_the_same_plan_again_is_the_same(scenario: Scenario) -> None:
    first, second = (plan_scenario(scenario, OPTIONS) for _ in range(2))
    assert first.plan == second.plan
    assert {k: v for k, v in first.result.items() if k != "seconds"} == {
        k: v for k, v in second.result.items() if k != "seconds"
    }


def test_what_a_process_works_out_meanwhile_is_the_same(scenario: Scenario) -> None:
    alone, beside = (plan_scenario(scenario, OPTIONS, threads=threads).result for threads in (1, 2))
    assert {k: v for k, v in alone.items() if k != "seconds"} == {k: v for k, v in beside.items() if k != "seconds"}


def test_a_plan_stands_without_what_it_would_be_worth_to_know(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any) -> None:
        raise LimitError("no time")

    monkeypatch.setattr(decide, "better_and_worse_informed", refuse)
    found = plan_scenario(scenario, OPTIONS).result
    assert (found["evpi"], found["vss"]) == (None, None)
    assert found["warnings"][-1] == "what it would be worth to know the future beforehand is not told: no time"
    assert found["orders"]


@pytest.mark.parametrize("error", [InfeasibleError([]), LimitError("no time")])
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


# What a plan orders and this judgement does not play

PLACED = Plan((Order("drone", "2026Q1", 4),), (Allocation("drone", "baltra", "bay", 4, None),))
ADAPTING = replace(
    PLACED, later=tuple(Later(n, (Order("drone", "2026Q3", 3),), ()) for n in (1, 9)), later_seed=OPTIONS.seed
)


def test_another_seed_plays_no_later_orders_and_the_first_warning_says_so(scenario: Scenario) -> None:
    first = simulate_scenario(scenario, ADAPTING, replace(OPTIONS, seed=4), file="p.json").result["warnings"][0]
    assert first == (
        "the later orders of p.json exist for the futures of seed 3 only; with seed 4 none is played, so the plan is "
        "judged without its 0.6 craft, in the mean of the 10 futures it tells of, ordered after the news: judge it "
        "with --seed 3 and at most 10 replications, or plan anew with --seed 4"
    )


def test_replications_beyond_the_last_later_order_are_warned_of_first(scenario: Scenario) -> None:
    first = simulate_scenario(scenario, ADAPTING, OPTIONS, file="p.json").result["warnings"][0]
    assert first.startswith("the later orders of p.json end with future 9, and 12 replications are played")
    assert "Unless the plan was made with at least 12 replications" in first
    assert "judge it with at most 10," in first
    assert first.endswith("or plan anew with --replications 12")


def test_only_replications_that_are_played_count(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_after(monkeypatch, 10)
    found = simulate_scenario(scenario, ADAPTING, replace(OPTIONS, half_width=0.05)).result
    assert found["replications"] == 10
    assert not any("later" in text for text in found["warnings"])


@pytest.mark.parametrize("plan", [PLACED, replace(PLACED, allocation=None)], ids=["placed", "left to the rule"])
def test_a_plan_that_is_played_whole_gets_no_such_warning(scenario: Scenario, plan: Plan) -> None:
    told = simulate_scenario(scenario, plan, replace(OPTIONS, seed=4)).result["warnings"]
    assert not any("later" in text or "have no place" in text for text in told)


def test_craft_without_a_row_are_warned_of(scenario: Scenario) -> None:
    plan = replace(PLACED, orders=(Order("drone", "2026Q1", 5), Order("other", "2026Q1", 2)))
    first = simulate_scenario(scenario, plan, OPTIONS, file="p.json").result["warnings"][0]
    assert first == (
        "3 of the 7 craft ordered (1 drone, 2 other) have no place in the allocation of p.json and serve nothing: give "
        "them rows, or remove the key `allocation` and the greedy rule places them"
    )


def test_an_allocation_without_rows_is_not_one_left_to_the_greedy_rule() -> None:
    empty = replace(PLACED, allocation=())
    assert unplaced_warnings(empty, "p.json")[0].startswith("4 of the 4 craft ordered (4 drone) have no place")
    assert unplaced_warnings(replace(empty, allocation=None), "p.json") == []
    assert unplaced_warnings(replace(empty, orders=()), "p.json") == []


def test_craft_without_a_row_may_be_placed_by_a_later_entry() -> None:
    (told,) = unplaced_warnings(replace(ADAPTING, allocation=()), "p.json")
    assert "serve nothing where no later entry places them" in told
    assert "remove the keys `allocation` and `later`" in told


# Compilation


@pytest.mark.parametrize("judged", [None, Plan((Order("drone", "2026Q1", 4),))], ids=["plan", "simulate"])
def test_what_was_never_compiled_is_compiled_first_and_told(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, judged: Plan | None
) -> None:
    told: list[str] = []
    monkeypatch.setattr(decide, "is_compiled", lambda **_: False)
    monkeypatch.setattr(decide, "compile_kernel", lambda **_: told.append("compiled"))

    def tell(what: str, _done: int, _of: int) -> None:
        told.append(what)

    if judged is None:
        answer = plan_scenario(scenario, OPTIONS, progress=tell)
    else:
        answer = simulate_scenario(scenario, judged, OPTIONS, progress=tell)
    compiling = "compiling the simulation, once after installation (some 15 s)"
    assert told[:3] == ["measuring areas and routes", compiling, "compiled"]
    assert "compile" in answer.result["seconds"]


# Sequential stopping


def ends_after(monkeypatch: pytest.MonkeyPatch, played: int) -> list[float | None]:
    """Let every judging end after so many replications; returns the half widths that are asked for."""
    asked: list[float | None] = []

    def simulate(theatre: Any, plan: Plan, *, replications: int, half_width: float | None, **stated: Any) -> Outcome:
        asked.append(half_width)
        return world(0.9)(theatre, plan, replications=min(played, replications), **stated)

    monkeypatch.setattr(judge, "simulate_plan", simulate)
    return asked


def test_an_answer_tells_how_many_replications_were_played_and_why(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ends_after(monkeypatch, 34)
    options = replace(OPTIONS, replications=500, half_width=0.05)
    planned = plan_scenario(scenario, options).result
    judged = simulate_scenario(scenario, Plan((Order("drone", "2026Q1", 4),)), options).result
    assert asked == [0.05, None, 0.05], "the plan on likely values is only set beside it"
    for found in (planned, judged):
        assert found["replications"] == found["futures"]["judge"] == 34
        assert found["stopping"]["half_width"] == 0.05
        assert found["stopping"]["most"] == 500
        widest = max(
            max(r["high"] - r["simulated"], r["simulated"] - r["low"])
            / (r["threshold"] if r["measure"] == "revisit" else 1)
            for r in found["requirements"]
        )
        assert found["stopping"]["reached"] == pytest.approx(widest)


def test_without_a_half_width_all_are_played(scenario: Scenario) -> None:
    found = simulate_scenario(scenario, Plan((Order("drone", "2026Q1", 4),)), OPTIONS).result
    assert found["replications"] == OPTIONS.replications
    assert found["stopping"]["half_width"] is None
    assert found["stopping"]["reached"] > 0


@pytest.mark.parametrize("half_width", [0.0, -0.1, float("nan"), float("inf")])
def test_a_half_width_is_above_0(half_width: float) -> None:
    with pytest.raises(ValueError, match="expected a number above 0"):
        Options(half_width=half_width)


# One replication event by event


def test_the_replication_that_is_traced_is_one_of_those_judged(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[dict[str, Any]] = []
    trace = Trace(1.0, craft={}, looks={}, contacts={}, weather={})

    def follow(_theatre: Any, plan: Plan, **stated: Any) -> Trace:
        called.append({**stated, "orders": plan.orders})
        return trace

    monkeypatch.setattr(decide, "trace_plan", follow)
    plan = Plan((Order("drone", "2026Q1", 4),))
    answer = simulate_scenario(scenario, plan, OPTIONS, trace=7)
    assert answer.trace is trace
    assert called == [{"seed": OPTIONS.seed, "block": "judge", "index": 7, "orders": plan.orders}]
    assert answer.result["trace"]["replication"] == 7
    assert set(answer.result["trace"]["requirements"]) == {r.id for r in scenario.requirements}
    assert "trace" not in simulate_scenario(scenario, plan, OPTIONS).result


@pytest.mark.parametrize("number", [-1, 12])
def test_a_replication_that_is_not_played_cannot_be_traced(scenario: Scenario, number: int) -> None:
    with pytest.raises(ScenarioError, match=f"found {number}, expected the number of one that is played, 0 to 11"):
        simulate_scenario(scenario, Plan((Order("drone", "2026Q1", 4),)), OPTIONS, trace=number)


def test_one_before_which_the_simulation_ended_is_not_followed(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_after(monkeypatch, 34)
    options = replace(OPTIONS, replications=500, half_width=0.05)
    plan = Plan((Order("drone", "2026Q1", 4),))
    answer = simulate_scenario(scenario, plan, options, trace=34)
    assert answer.trace is None
    assert "trace" not in answer.result
    assert "replication 34 is not followed: the half width was reached after 34" in answer.result["warnings"]
