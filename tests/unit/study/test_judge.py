"""Judging: fresh futures, frozen corrections, and plans that can be flown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import draw_futures
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.formula import planned_values
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.study import judge
from fleetcraft.study.judge import complete_plan, judge_plan
from unit.fleet.theatres import theatre_of

PLAN = Plan((Order("drone", "2026Q1", 3),), (Allocation("drone", "baltra", "bay", 3, None),))


def blank(theatre: Theatre, plan: Plan, replications: int) -> Outcome:
    """A simulation that saw nothing."""
    assert plan.allocation is not None
    values = np.zeros((replications, len(theatre.scenario.requirements)))
    totals = np.zeros((replications, len(plan.allocation)))
    return Outcome(
        requirements=tuple(r.id for r in theatre.scenario.requirements),
        rows=tuple((r.platform, r.base, r.area) for r in plan.allocation),
        value=values,
        expected=values,
        row_station_h=totals,
        row_seeing_h=totals,
        row_busy_h=totals,
        row_usable_h=totals,
        row_grounded_h=totals,
        row_operating_h=totals,
        row_down_h=totals,
        row_losses=totals,
    )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replace the simulation by one that remembers how it was called."""
    seen: list[dict[str, Any]] = []

    def simulate(theatre: Theatre, plan: Plan, **stated: Any) -> Outcome:
        seen.append(stated)
        return blank(theatre, plan, stated["replications"])

    monkeypatch.setattr(judge, "simulate_plan", simulate)
    return seen


def test_planned_is_the_formula_on_the_judged_futures(calls: list[dict[str, Any]]) -> None:
    theatre = theatre_of(make_scenario())
    corrections = replace(no_corrections(theatre), rho=np.array([0.9]))
    found = judge_plan(theatre, PLAN, seed=4, replications=30, threads=2, corrections=corrections)
    futures = draw_futures(theatre.scenario, 4, "judge", range(30))
    expected = planned_values(theatre, PLAN, deliver(theatre.scenario, PLAN, futures), corrections)
    np.testing.assert_allclose(found.planned, expected.mean(axis=0))
    assert found.planned_attainment == pytest.approx(np.minimum(expected / 0.5, 1).mean())
    assert [(c["seed"], c["block"], c["replications"], c["threads"]) for c in calls] == [(4, "judge", 30, 2)]
    np.testing.assert_array_equal(found.futures.lead_time_months, futures.lead_time_months)


def test_judging_changes_no_correction(calls: list[dict[str, Any]]) -> None:
    theatre = theatre_of(make_scenario())
    frozen = no_corrections(theatre)
    for array in (frozen.kappa, frozen.rho, frozen.occupancy):
        array.flags.writeable = False
    first = judge_plan(theatre, PLAN, seed=1, replications=10, threads=1, corrections=frozen)
    again = judge_plan(theatre, PLAN, seed=1, replications=10, threads=1, corrections=frozen)
    np.testing.assert_array_equal(first.planned, again.planned)
    assert len(calls) == 2


def test_all_rests_on_the_futures_that_were_played(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judging that ended early is that of so many replications from the start."""
    asked: list[float] = []

    def simulate(theatre: Theatre, plan: Plan, *, replications: int, half_width: float, **_: Any) -> Outcome:
        asked.append(half_width)
        return blank(theatre, plan, min(replications, 31))

    monkeypatch.setattr(judge, "simulate_plan", simulate)
    theatre = theatre_of(make_scenario())
    corrections = no_corrections(theatre)
    early, whole = (
        judge_plan(theatre, PLAN, seed=4, replications=n, threads=1, half_width=0.02, corrections=corrections)
        for n in (400, 31)
    )
    assert asked == [0.02, 0.02]
    assert len(early.outcome) == len(early.futures) == len(early.deliveries.usable_h) == 31
    assert early.accounts == whole.accounts
    np.testing.assert_array_equal(early.planned, whole.planned)


@pytest.mark.usefixtures("calls")
def test_a_plan_that_was_not_calibrated_has_nothing_planned() -> None:
    found = judge_plan(theatre_of(make_scenario()), PLAN, seed=1, replications=5, threads=1)
    assert found.planned is None
    assert found.planned_attainment is None
    assert found.accounts.acquisition > 0


def test_a_plan_without_allocation_is_placed_by_the_greedy_rule() -> None:
    theatre = theatre_of(make_scenario())
    placed = complete_plan(theatre, Plan((Order("drone", "2026Q1", 3),)), seed=1)
    assert placed.allocation is not None
    assert [(r.base, r.area, r.craft) for r in placed.allocation] == [("baltra", "bay", 3)]
    whole = complete_plan(theatre, PLAN, seed=1)
    assert whole.orders == PLAN.orders
    assert [(r.base, r.area, r.craft, r.stations) for r in whole.allocation or ()] == [("baltra", "bay", 3, 1)]


def test_rows_that_cannot_be_flown_are_all_told() -> None:
    places = [{}, {"id": "ayora", "name": "Ayora"}, {"id": "far", "name": "Far"}]
    theatre = theatre_of(make_scenario(places=places), distance_nm=[[100], [600], [900]])
    rows = tuple(Allocation("drone", base, "bay", 1, None) for base in ("ayora", "baltra", "far"))
    with pytest.raises(ScenarioError) as caught:
        complete_plan(theatre, Plan((Order("drone", "2026Q1", 3),), rows), seed=1, file="mine.json")
    assert [fault.file for fault in caught.value.faults] == ["mine.json", "mine.json"]
    assert "ayora" in str(caught.value)
    assert "far" in str(caught.value)
    assert "baltra" not in str(caught.value)
