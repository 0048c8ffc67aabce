"""What the programme is told of supply: slices of makers' queues, kept pairs, what groundings and losses leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet.deliveries import deliver, queue
from fleetcraft.futures import draw_futures
from fleetcraft.optimise.capability import (
    BASES_KEPT,
    COMMON,
    fixed_tranches,
    free_tranches,
    kept_pairs,
    largest_orders,
    make_capability,
    order_periods,
)
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.calendar import Period
from fleetcraft.scenario.scenario import Scenario
from unit.fleet.theatres import futures_of, theatre_of

TWO_YEARS = {"obligation": {2026: 30e6, 2027: 30e6}}
CERTAIN = {"lead_time_months_low": 6, "lead_time_months_likely": 6, "lead_time_months_high": 6}


def scenario_with(rate: float = 12.0, **changes: Any) -> Scenario:
    return make_scenario(platforms=[{"production_rate_per_year": rate}], **changes)


# Slices


def test_one_year_of_orders_is_cut_from_the_front_of_the_queue() -> None:
    """Each slice's share is the mean of its own craft, in queue order, in each future."""
    scenario = scenario_with(budget={"obligation": {2026: 200e6}})
    futures = draw_futures(scenario, 1, "solve", range(12))
    tranches = free_tranches(scenario, futures)
    total = int(tranches.size.sum())
    _, usable = queue(scenario, 0, np.zeros(total), futures)
    in_time = usable <= scenario.calendar.window_start_h
    assert in_time.sum(axis=1).max() == total > 8
    edges = np.concatenate([[0], np.cumsum(tranches.size)]).astype(int)
    np.testing.assert_array_equal(tranches.slot, edges[:-1])
    for j in range(len(tranches.size)):
        mine = slice(edges[j], edges[j + 1])
        np.testing.assert_allclose(tranches.share[j], in_time[:, mine].mean(axis=1))
        waited = scenario.calendar.window_start_h - usable[:, mine][in_time[:, mine]]
        np.testing.assert_allclose(np.sort(tranches.before_h[j]), np.sort(waited))
    assert (np.diff(tranches.share.mean(axis=1)) <= 0).all()
    assert not tranches.late.any()


def test_no_slice_holds_more_than_could_come_in_time_or_be_paid() -> None:
    poor = scenario_with(budget={"obligation": {2026: 10e6}})
    assert free_tranches(poor, futures_of(poor)).size.sum() == 3
    late = make_scenario(platforms=[{f"lead_time_months_{k}": 30 for k in ("low", "likely", "high")}])
    assert len(free_tranches(late, futures_of(late)).size) == 0
    broke = scenario_with(budget={"obligation": {2026: 0.0}})
    tranches = free_tranches(broke, futures_of(broke, count=3))
    assert tranches.share.shape == (0, 3)


def test_orders_of_a_later_year_join_the_same_queue() -> None:
    """Twelve a year: an order of 2027 can take the places from the thirteenth on, and these are the same places."""
    scenario = scenario_with(12.0, budget=TWO_YEARS)
    futures = futures_of(scenario, lead_months=6)
    tranches = free_tranches(scenario, futures)
    first = {int(s): j for j, s in enumerate(tranches.slot) if tranches.period[j].id == "2026Q1"}
    second = {int(s): j for j, s in enumerate(tranches.slot) if tranches.period[j].id == "2027Q1"}
    assert min(second) == 12
    assert set(second) <= set(first)
    for slot, j in second.items():
        assert tranches.size[j] == tranches.size[first[slot]]
        np.testing.assert_allclose(tranches.share[j], tranches.share[first[slot]])


def test_a_later_years_first_craft_waits_for_its_integration() -> None:
    """Ordered in January 2027, one a month from July, integrated in September: what is left of the year from then."""
    scenario = scenario_with(12.0, budget=TWO_YEARS)
    tranches = free_tranches(scenario, futures_of(scenario, lead_months=6, integration_months=3))
    first = next(j for j, period in enumerate(tranches.period) if period.id == "2027Q1")
    usable_month = np.maximum(9, 6 + np.arange(tranches.size[first]))
    left = np.clip(12 - usable_month, 0, None) / 12
    assert tranches.years[first, 0, 1] == pytest.approx(left.mean(), abs=0.005)


def test_a_policy_makes_room_for_craft_that_come_late() -> None:
    scenario = scenario_with(budget={"obligation": {2026: 10e6}}, policies={"domain_minimum": {"air": 7}})
    tranches = free_tranches(scenario, futures_of(scenario, lead_months=6))
    assert tranches.size[tranches.late] == 7
    assert tranches.size[~tranches.late].sum() == 3
    # late ones are those behind the useful in the true queue, with their true support
    _, usable = queue(scenario, 0, np.zeros(10), futures_of(scenario, lead_months=6))
    assert tranches.share[tranches.late][0, 0] == (usable[0, 3:] <= scenario.calendar.window_start_h).mean()


def test_decided_orders_are_one_slice_with_the_true_queue() -> None:
    scenario = scenario_with(12.0, budget=TWO_YEARS)
    futures = draw_futures(scenario, 1, "solve", range(5))
    tranches = fixed_tranches(scenario, {(0, "2026Q1", COMMON): 3, (0, "2027Q1", COMMON): 4}, futures)
    plan = Plan((Order("drone", "2026Q1", 3), Order("drone", "2027Q1", 4)), ())
    usable = deliver(scenario, plan, futures).usable_h
    np.testing.assert_array_equal(tranches.size, [7])
    np.testing.assert_allclose(tranches.share[0], (usable <= scenario.calendar.window_start_h).mean(axis=1))
    calendar = scenario.calendar
    spans = [calendar.fiscal_year_span(y) for y in calendar.fiscal_years]
    for y, (start, end) in enumerate(spans):
        overlap = np.clip(calendar.hours(end) - np.maximum(usable, calendar.hours(start)), 0, None) / 8760
        np.testing.assert_allclose(tranches.years[0, :, y], overlap.mean(axis=1), rtol=1e-9)


def first_types(scenario: Scenario) -> tuple[Period, ...]:
    """The periods in which the first type may be ordered."""
    return order_periods(scenario, scenario.platforms[0])


def test_only_periods_with_money_are_open() -> None:
    assert [p.id for p in first_types(scenario_with(budget=TWO_YEARS))] == [
        "2026Q1",
        "2027Q1",
    ]


# Pairs


def test_the_best_three_bases_of_each_type_and_area_are_kept() -> None:
    places = [{"id": f"base_{i}", "name": f"Base {i}"} for i in range(5)]
    scenario = make_scenario(platforms=[{}], places=places)
    theatre = theatre_of(scenario, distance_nm=[[180], [110], [150], [400], [130]])
    kept = kept_pairs(theatre, np.ones(len(theatre.pairs)))
    assert [scenario.places[b].id for b in theatre.pairs.base[kept]] == ["base_1", "base_2", "base_4"]
    assert BASES_KEPT == 3
    # what simulation taught counts: a base that proved poor gives way
    kappa = np.where(theatre.pairs.base == 1, 0.1, 1.0)
    again = kept_pairs(theatre, kappa)
    assert [scenario.places[b].id for b in theatre.pairs.base[again]] == ["base_0", "base_2", "base_4"]


def test_pairs_that_serve_no_demand_go() -> None:
    blind = {"id": "blind", "sweep_width_nm_small_craft": 0}
    theatre = theatre_of(make_scenario(platforms=[{}, blind]))
    kept = kept_pairs(theatre, np.ones(len(theatre.pairs)))
    assert [theatre.scenario.platforms[p].id for p in theatre.pairs.platform[kept]] == ["drone"]
    present = [{"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.5}]
    theatre = theatre_of(make_scenario(platforms=[{}, blind], requirements=present))
    assert len(kept_pairs(theatre, np.ones(len(theatre.pairs)))) == 2


def test_craft_that_serve_a_layer_or_identify_are_kept() -> None:
    blind = {"sweep_width_nm_small_craft": 0}
    types = [
        {**blind, "id": "boat", "domain": "surface"},
        {**blind, "id": "looker", "identifies": "small_craft"},
        {**blind, "id": "diver", "domain": "underwater"},
        {**blind, "id": "useless"},
    ]
    demands = [
        {"area": "bay", "measure": "layered", "domains": ["surface", "underwater"], "at_least": 0.5},
        {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 4, "at_least": 0.5},
    ]
    targets = {"small_craft": {"dwell_h": 0.5}}
    theatre = theatre_of(make_scenario(platforms=types, requirements=demands, targets=targets))
    kept = kept_pairs(theatre, np.ones(len(theatre.pairs)))
    ids = [theatre.scenario.platforms[p].id for p in theatre.pairs.platform[kept]]
    assert sorted(ids) == ["boat", "diver", "looker"]


# Groundings and losses


def test_a_grounding_takes_its_share_of_the_window() -> None:
    scenario = scenario_with(4.0)
    start = scenario.calendar.window_start_h
    grounded = [(1, 0, start, start + 0.25 * 8760), (2, 0, start - 1, start + 9000)]
    futures = futures_of(scenario, lead_months=6, grounded_h=grounded, count=3)
    tranches = free_tranches(scenario, futures)
    assert len(tranches.size) > 1
    np.testing.assert_allclose(tranches.share, [[1, 0.75, 0]] * len(tranches.size), atol=1e-12)
    fixed = fixed_tranches(scenario, {(0, "2026Q1", COMMON): 3}, futures)
    np.testing.assert_allclose(fixed.share, [[1, 0.75, 0]], atol=1e-12)


def test_a_replaced_fleet_thins_less() -> None:
    def survival(**aircraft: float) -> float:
        scenario = make_scenario(platforms=[{"loss_per_100k_h": 60}], operations={"classes": {"aircraft": aircraft}})
        futures = futures_of(scenario, lead_months=6)
        tranches = fixed_tranches(scenario, {(0, "2026Q1", COMMON): 1}, futures)
        return float(
            make_capability(theatre_of(scenario), tranches, futures, no_corrections(theatre_of(scenario))).survival[
                0, 0
            ]
        )

    assert survival(replacement_months=0) == pytest.approx(1.0, abs=1e-9)
    assert survival() < survival(replacement_months=6) < 1


# Money, makers and people


def orders_of(scenario: Scenario, platform: int = 0) -> list[int]:
    return largest_orders(scenario, platform, scenario.calendar.periods[:1], futures_of(scenario), adapting=False)


def test_learning_makes_more_craft_affordable() -> None:
    """Three at 3e6 of 10e6; at 3e6 x (5/4, 6/4, 7/4, 2)^log2(0.7), in all 9.5e6, four."""
    learnt: dict[str, Any] = {"acquisition": {"learning_slope": 0.7}, "platforms": [{"units_made": 4}]}
    assert orders_of(scenario_with(budget={"obligation": {2026: 10e6}})) == [3]
    assert orders_of(make_scenario(budget={"obligation": {2026: 10e6}}, **learnt)) == [4]
    later = scenario_with(budget={"obligation": {2026: 10e6, 2027: 10e6}}, acquisition={"escalation_per_year": 0.5})
    two = largest_orders(later, 0, first_types(later), futures_of(later), adapting=False)
    assert two == [4, 2]  # escalated from July 2026: to 0.82 of the price, and to 1.22


def test_money_carried_over_buys_as_well() -> None:
    scenario = scenario_with(budget={"obligation": {2026: 6e6, 2027: 3e6}, "carry_over": 0.5})
    assert largest_orders(scenario, 0, first_types(scenario), futures_of(scenario), adapting=False) == [2, 2]
    only_now = scenario_with(budget={"obligation": {2026: 6e6}, "carry_over": 0.5})
    assert [p.id for p in first_types(only_now)] == ["2026Q1", "2027Q1"]


def test_outlays_bind_at_the_order_and_in_all() -> None:
    """6e6 of orders paid to 0.3 at once: 20e6, so 6; but no more than 14e6 are there to pay them with, so 4."""
    outlays = {"counts": "outlay", "obligation": None, "outlay": {2026: 6e6, 2027: 8e6}}
    scenario = scenario_with(budget=outlays)
    assert largest_orders(scenario, 0, first_types(scenario)[:1], futures_of(scenario), adapting=False) == [4]
    assert len(first_types(scenario)) == len(scenario.calendar.periods)


def test_what_is_hired_is_bounded_by_its_maker_and_its_fees() -> None:
    hired = {"acquisition": "service", "unit_price_likely": 2e6, "production_rate_per_year": 6.3}
    free = make_scenario(platforms=[hired])
    assert orders_of(free) == [13]  # 12.6 in two years, and the first at once
    kept = make_scenario(platforms=[hired], budget={"support": {2028: 9e6}})
    assert orders_of(kept) == [4]
    tranches = free_tranches(kept, futures_of(kept, lead_months=3))
    c = make_capability(theatre_of(kept), tranches, futures_of(kept, lead_months=3), no_corrections(theatre_of(kept)))
    assert set(c.unit_cost.values()) == {0.0}
    assert tranches.size.sum() >= 4


def test_only_the_buyers_share_of_a_makers_output_counts() -> None:
    scenario = make_scenario(platforms=[{"production_rate_per_year": 26, "buyers_share": 0.25}])
    futures = futures_of(scenario, lead_months=6)
    _, usable = queue(scenario, 0, np.zeros(20), futures)
    in_time = (usable <= scenario.calendar.window_start_h).sum()
    assert free_tranches(scenario, futures).size.sum() == in_time == 10


def test_payments_overruns_and_training_of_slices() -> None:
    """Ordered in January 2026 for July: 0.3 at once, 0.4 in April, 0.3 in July; at once 1.5 times the price."""
    scenario = scenario_with(
        100.0,
        budget={
            "counts": "outlay",
            "obligation": None,
            "outlay": {2026: 3e6, 2027: 3e6},
            "contingency": {"amount": 1e6},
        },
        operations={"training_per_year": 10},
    )
    futures = futures_of(scenario, lead_months=[[6], [18], [6]], price_factor=[[1.5], [1.5], [1.0]], count=3)
    node = np.array([0, 0, 1])
    tranches = free_tranches(scenario, futures, node)
    first = next(j for j, period in enumerate(tranches.period) if period.id == "2026Q1")
    later = next(j for j, n in enumerate(tranches.node) if n == 1)
    np.testing.assert_allclose(tranches.paid[first], [[1, 0, 0], [0.7, 0.3, 0], [1, 0, 0]])
    np.testing.assert_allclose(tranches.overrun[first], [0.5, 0.5, 0.0], atol=1e-12)
    np.testing.assert_array_equal(tranches.trained[first], [[1, 1, 1], [0, 1, 1], [1, 1, 1]])
    for of_node in (tranches.paid[later], tranches.overrun[later], tranches.trained[later]):
        assert not of_node[:2].any()
    plain = free_tranches(scenario_with(), futures_of(scenario_with()))
    assert plain.paid.size == plain.overrun.size == plain.trained.size == 0
