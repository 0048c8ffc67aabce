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
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.study import judge
from fleetcraft.study.accounts import make_accounts
from fleetcraft.study.judge import Judgement, complete_plan, judge_plan, judgement_of
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
    assert early.accounts.life_cycle == whole.accounts.life_cycle
    np.testing.assert_array_equal(early.accounts.overrun.by_future, whole.accounts.overrun.by_future)
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


class TestAdapting:
    """Two futures of five order and place more; what is told holds each future's own plan."""

    MORE = (Order("drone", "2026Q3", 2),), (Allocation("drone", "baltra", "bay", 2, None),)
    LAST = (Order("drone", "2026Q4", 5),), (Allocation("drone", "baltra", "bay", 4, None),)
    PLAN = replace(PLAN, later=(Later(1, *MORE), Later(3, *LAST)), later_seed=4)

    def judged(self, theatre: Theatre, plan: Plan) -> Judgement:
        outcome = blank(theatre, plan, 5)
        return judgement_of(theatre, plan, outcome, seed=4, corrections=no_corrections(theatre))

    def test_the_formula_is_that_of_each_future_s_own_plan(self) -> None:
        theatre = theatre_of(make_scenario())
        futures = draw_futures(theatre.scenario, 4, "judge", range(5))
        values = [
            planned_values(theatre, own, deliver(theatre.scenario, own, futures.take([i])), no_corrections(theatre))
            for i, own in enumerate(map(self.PLAN.in_future, range(5)))
        ]
        found = self.judged(theatre, self.PLAN)
        assert found.planned == pytest.approx(np.mean(values, axis=0)[0])
        assert found.planned_attainment == pytest.approx(np.minimum(np.concatenate(values) / 0.5, 1).mean())
        assert found.planned_attainment > (self.judged(theatre, PLAN).planned_attainment or 1.0)

    def test_the_accounts_are_expected_over_each_future_s_own(self) -> None:
        theatre = theatre_of(make_scenario())
        futures = draw_futures(theatre.scenario, 4, "judge", range(5))
        books = []
        for i, own in enumerate(map(self.PLAN.in_future, range(5))):
            mine = futures.take([i])
            books.append(make_accounts(theatre, own, deliver(theatre.scenario, own, mine), mine))
        found = self.judged(theatre, self.PLAN).accounts
        assert found.acquisition == pytest.approx(np.mean([book.acquisition for book in books]))
        assert found.life_cycle == pytest.approx(np.mean([book.life_cycle for book in books]))

    def test_common_craft_come_when_they_come_behind_what_is_ordered_before_them(self) -> None:
        """A common order of the last quarter waits in its maker's queue for what two futures order earlier."""
        theatre = theatre_of(make_scenario(platforms=[{"production_rate_per_year": 2}]))
        late = replace(self.PLAN, orders=(Order("drone", "2026Q4", 3),))
        found, alone = self.judged(theatre, late), self.judged(theatre, late.common)
        gap_h = 12 / (2 * theatre.scenario.acquisition.buyers_share) * 730.5
        waited = found.deliveries.arrival_h - alone.deliveries.arrival_h
        assert (waited[[0, 2, 3, 4]] == 0).all()  # the third future orders in the same quarter, behind
        assert (waited[1] > 0).all()
        assert waited[1, -1] <= 2 * gap_h

    def test_ordered_craft_are_counted_future_by_future(self) -> None:
        found = self.judged(theatre_of(make_scenario()), self.PLAN)
        assert found.ordered[:, 0].tolist() == [3, 5, 3, 8, 3]
        assert np.isfinite(found.usable_h[0]).sum(axis=1).tolist() == [3, 5, 3, 8, 3]
        assert [(order.period, order.quantity.tolist()) for order in found.later] == [
            ("2026Q3", [0, 2, 0, 0, 0]),
            ("2026Q4", [0, 0, 0, 5, 0]),
        ]

    def test_the_same_order_later_in_all_futures_or_in_common_costs_the_same(self) -> None:
        theatre = theatre_of(make_scenario())
        always = replace(PLAN, later=tuple(Later(i, *self.MORE) for i in range(5)), later_seed=4)
        found, common = self.judged(theatre, always), self.judged(theatre, always.in_future(0))
        assert found.accounts.obligation == common.accounts.obligation
        assert found.accounts.support == common.accounts.support
        np.testing.assert_array_equal(found.planned, common.planned)
        assert found.later[0].cost == pytest.approx(common.order_cost[self.MORE[0][0]])

    def test_another_seed_judges_what_is_common(self) -> None:
        theatre = theatre_of(make_scenario())
        other = replace(self.PLAN, later_seed=5)
        found = self.judged(theatre, other)
        assert found.later == ()
        np.testing.assert_array_equal(found.planned, self.judged(theatre, PLAN).planned)

    def test_rows_of_single_futures_must_be_open_too(self) -> None:
        places = [{}, {"id": "far", "name": "Far"}]
        theatre = theatre_of(make_scenario(places=places), distance_nm=[[100], [900]])
        row = Allocation("drone", "far", "bay", 1, None)
        plan = replace(
            PLAN, later=tuple(Later(i, (Order("drone", "2026Q3", 1),), (row,)) for i in (0, 7)), later_seed=1
        )
        with pytest.raises(ScenarioError) as caught:
            complete_plan(theatre, plan, seed=1)
        (fault,) = caught.value.faults
        assert "drone at far for bay" in str(fault)

    def test_the_greedy_rule_places_what_is_common_and_keeps_what_is_added(self) -> None:
        theatre = theatre_of(make_scenario())
        bought = replace(self.PLAN, allocation=None, gateways=(("a", "b"),))
        placed = complete_plan(theatre, bought, seed=1)
        assert placed == replace(bought, allocation=(Allocation("drone", "baltra", "bay", 3, 1),))
