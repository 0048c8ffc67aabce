"""The large scenario: what it holds at every size, and a plan with its proof."""

from __future__ import annotations

from typing import Any

import pytest
from bench.bench_large import FUTURES, MEMORY_GOAL_GIB, in_own_process
from bench.large import plan
from bench.large.plan import planned
from bench.large.scenario import AREAS, ASKED, BASES, PLATFORMS, large_scenario

from fleetcraft.optimise import orders
from fleetcraft.optimise.solver import Limits
from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.scenario.provenance import warnings_of


def test_the_full_size_is_the_one_that_is_asked_for() -> None:
    scenario = large_scenario()
    assert (len(scenario.platforms), len(scenario.areas), len(scenario.places)) == (60, 30, 20)
    assert len(scenario.calendar.periods) == 16
    assert len(scenario.requirements) == 90
    assert {r.measure for r in scenario.requirements} == {asked["measure"] for asked in ASKED}
    assert {p.domain for p in scenario.platforms} == set(DOMAINS)


def test_the_scenario_is_the_same_every_time() -> None:
    assert large_scenario().hash == large_scenario(platforms=PLATFORMS, bases=BASES, areas=AREAS).hash


def test_every_demand_is_one_that_some_type_serves() -> None:
    assert not any("no platform can serve" in warning for warning in warnings_of(large_scenario()))


def test_a_smaller_one_has_a_plan_with_its_proof() -> None:
    found = planned(9, 4, 5, 30, 2)
    _is_proven(found)
    assert found["status"] == "optimal"
    assert found["craft"] > 0


def test_what_is_too_large_to_search_keeps_its_plan_and_its_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "LARGEST_SEARCHED", 0)
    monkeypatch.setattr(plan, "LIMITS", Limits(gap=1e-4))
    found = planned(9, 4, 5, 8, 1)
    assert found["craft"] > 0
    assert found["objective"] < found["bound"] < 1.0
    assert (found["status"], found["stopped_by"]) == ("feasible", "nodes")


@pytest.mark.soak
def test_the_full_one_has_a_plan_within_its_memory() -> None:
    found = in_own_process(PLATFORMS, BASES, AREAS, FUTURES)
    _is_proven(found)
    assert found["gap"] < 0.02
    assert found["memory_gib"] <= MEMORY_GOAL_GIB


def _is_proven(found: dict[str, Any]) -> None:
    assert found["objective"] <= found["bound"] + 1e-9
    assert 0.0 <= found["gap"] < 0.05
    assert min(found["rows"], found["columns"], found["nonzeros"]) > 0
