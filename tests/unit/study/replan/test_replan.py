"""The verb replan against the plan of the same, brute force and arithmetic by hand, on a tiny scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError
from fleetcraft.fleet import money
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.futures import Futures, draw_futures
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.actuals import Actuals, Announced, Delivered, Lost, Placed, Spent
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import yearly_attainment
from fleetcraft.study.decide import Options, plan_scenario
from fleetcraft.study.judge import complete_plan, judge_plan
from fleetcraft.study.replan.replan import replan_scenario
from fleetcraft.study.replan.story import Before, placed_orders

OPTIONS = Options(replications=30, futures=6)
START = date(2026, 1, 1)
TODAY = date(2026, 9, 15)
SLOW = {
    "id": "slow",
    "supplier": "Other",
    "cruise_speed_kn": 50,
    "unit_price_low": 1e6,
    "unit_price_likely": 1.5e6,
    "unit_price_high": 2e6,
    "price_currency": "EUR",
}


@cache
def scenario() -> Scenario:
    """A drone, and a slower and cheaper type that is priced in euros of one dollar."""
    return make_scenario(
        platforms=[{}, SLOW],
        exchange={"start": {"EUR": 1.0}},
        budget={"obligation": {2026: 30e6}},
        acquisition={"integration_cost": 0.5e6},
    )


def placed(platform: str, quantity: int, day: date = date(2026, 1, 10)) -> Placed:
    return Placed(platform=platform, ordered=day, quantity=quantity)


def came(platform: str, quantity: int, day: date = date(2026, 9, 1)) -> Delivered:
    return Delivered(platform=platform, date=day, quantity=quantity)


@cache
def planned() -> Any:
    return plan_scenario(scenario(), OPTIONS)


@cache
def carried_out() -> Before:
    return Before(planned().plan, None, OPTIONS.replications)


# Where nothing has happened


def test_with_nothing_happened_the_replan_is_the_plan() -> None:
    found = replan_scenario(scenario(), Actuals(today=START), carried_out(), OPTIONS)
    assert found.plan == planned().plan
    for key in ("objective", "bound", "attainment", "cost", "requirements", "scenario"):
        assert found.result[key] == planned().result[key]
    told = found.result["replan"]
    assert told["changed"] == []
    assert [entry["fact"] for entry in told["why"]] == ["all", "decision"]
    assert {entry["difference"] for entry in told["why"]} == {0.0}
    assert told["attainment"]["before"] == told["attainment"]["decided"]


# Where all has happened


def test_what_is_delivered_leaves_nothing_to_decide_and_nothing_uncertain() -> None:
    """All 30 M are gone, all craft are there: the plan is what was ordered, and every future is alike."""
    facts = Actuals(
        today=date(2027, 12, 31),
        orders=(placed("drone", 8),),
        deliveries=(came("drone", 8, date(2027, 3, 1)),),
        integrated={"drone": date(2027, 4, 1)},
        spent={2026: Spent(obligation=30e6)},
    )
    found = replan_scenario(scenario(), facts, carried_out(), OPTIONS)
    assert found.plan.orders == (Order("drone", "2026Q1", 8),)
    assert found.plan.later == ()
    assert all(order["placed"] for order in found.result["orders"])
    forecast = found.result["replan"]["forecast"]
    assert forecast["usable_share_at_deadline"]["after"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert forecast["complete"][0]["after"] == dict.fromkeys(("p05", "p50", "p95"), "2027-04-01")
    assert found.result["cost"]["by_fiscal_year"]["2026"]["obligation"] == pytest.approx(30e6)


# Against brute force


def world(**facts: Any) -> Scenario:
    return as_of(scenario(), Actuals(**{"today": TODAY, "orders": (placed("drone", 3), placed("slow", 2)), **facts}))


def by_hand(theatre: Theatre, futures: Futures, drones: int, slow: int) -> tuple[float, float]:
    """What the exact formula attains in the mean, and the money gone, with so many more of each ordered in 2026Q4."""
    now = theatre.scenario
    gone = [len(stands.lost_h) for stands in now.standing]
    more = [Order("drone", "2026Q4", drones)] * bool(drones) + [Order("slow", "2026Q4", slow)] * bool(slow)
    craft = (3 + drones - gone[0], 2 + slow - gone[1])
    names = ("drone", "slow")
    rows = tuple(Allocation(n, "baltra", "bay", c, None) for n, c in zip(names, craft, strict=True) if c)
    plan = Plan(tuple(sorted((*placed_orders(now), *more))), rows)
    values = planned_values(theatre, plan, deliver(now, plan, futures), no_corrections(theatre))
    period = next(p for p in now.calendar.periods if p.id == "2026Q4")
    price = [money.unit_obligation(now, platform, period) for platform in now.platforms]
    cost = 2 * 0.5e6 + 3 * 3e6 + 2 * 1.5e6 + drones * price[0] + slow * price[1]
    return float(attainment(now.requirements, values).mean()), cost


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"announced": (Announced(supplier="Dronemaker", slip_months=12.0),)},
        {"deliveries": (came("drone", 3),), "lost": (Lost(platform="drone", date=TODAY, quantity=2),)},
        {"exchange": {"EUR": 1.6}},
        {"spent": {2026: Spent(obligation=25e6)}},
    ],
    ids=["nothing more", "a slip", "two lost", "a dear euro", "money gone"],
)
def test_no_other_orders_would_be_better(facts: dict[str, Any]) -> None:
    """Every number of each that the money left buys, by the exact formula on the same futures."""
    now = world(**facts)
    theatre = make_theatre(now)
    futures = draw_futures(now, 1, "solve", range(6))
    solution = plan_fleet(theatre, futures, no_corrections(theatre), Limits(gap=1e-3))
    ordered = {o.platform: o.quantity for o in solution.plan.orders if o.period == "2026Q4"}
    assert set(solution.plan.orders) >= set(placed_orders(now))
    stated = 25e6 - 13e6 if "spent" in facts else 0.0
    room = 30e6 - stated
    found, cost = by_hand(theatre, futures, ordered.get("drone", 0), ordered.get("slow", 0))
    assert cost <= room
    every = [by_hand(theatre, futures, d, s) for d, s in product(range(6), range(13))]
    best = max(attained for attained, spent in every if spent <= room)
    assert found == pytest.approx(solution.planned, abs=1e-9)
    assert best - found <= 0.02  # the tolerance within which the cheapest is taken, and the tangents' error
    assert ordered  # there is money, and it is worth something


def test_a_dear_currency_buys_less() -> None:
    """At 30 M for 1.5 M each the euro's rise shows in what a craft costs, exactly."""
    plain, dear = (make_theatre(world(exchange={"EUR": rate})) for rate in (1.0, 1.6))
    futures = [draw_futures(each.scenario, 1, "solve", range(6)) for each in (plain, dear)]
    more = [
        by_hand(theatre, drawn, 0, 1)[1] - by_hand(theatre, drawn, 0, 0)[1]
        for theatre, drawn in zip((plain, dear), futures, strict=True)
    ]
    assert more[1] / more[0] == pytest.approx(1.6, rel=1e-12)


def test_what_policies_cannot_have_any_more_is_told() -> None:
    """All that is left buys no 40 craft more."""
    strict = make_scenario(
        platforms=[{}], budget={"obligation": {2026: 30e6}}, policies={"domain_minimum": {"air": 40}}
    )
    with pytest.raises(InfeasibleError, match=r"policies.domain_minimum.air: 40"):
        replan_scenario(strict, Actuals(today=TODAY, orders=(placed("drone", 3),)), None, OPTIONS)


# What is told


def slipped() -> Actuals:
    return Actuals(
        today=TODAY,
        orders=tuple(placed(o.platform, o.quantity) for o in planned().plan.orders),
        announced=(Announced(supplier="Dronemaker", slip_months=14.0),),
    )


@cache
def after_a_slip() -> Any:
    return replan_scenario(scenario(), slipped(), carried_out(), OPTIONS)


def test_what_is_told_is_what_the_plans_attain_where_they_are_simulated_again() -> None:
    """The plan before in the world of all facts, made here by hand, and both ends as their own runs have them."""
    told = after_a_slip().result["replan"]
    by_fact = {entry["fact"]: entry for entry in told["why"]}
    world = make_theatre(as_of(scenario(), slipped()))
    carried = complete_plan(world, replace(planned().plan.common, orders=placed_orders(world.scenario)), seed=1)
    judged = judge_plan(world, carried, seed=1, replications=OPTIONS.replications, threads=1)
    facts = float(yearly_attainment(world.scenario.requirements, judged.outcome).mean())
    before = planned().result["attainment"]["simulated"]
    now = after_a_slip().result["attainment"]["simulated"]
    assert now != facts != before
    assert by_fact["all"]["attainment"] == pytest.approx(facts, abs=1e-12)
    assert by_fact["all"]["difference"] == pytest.approx(facts - before, abs=1e-12)
    assert by_fact["decision"]["difference"] == pytest.approx(now - facts, abs=1e-12)
    ends = (told["attainment"][key]["mean"] for key in ("before", "with_all_facts", "decided"))
    assert tuple(ends) == pytest.approx((before, facts, now), abs=1e-12)


def test_a_slip_beyond_the_deadline_is_told_and_met() -> None:
    """Drones 14 months late come too late for most of the year; what is bought now brings some of it back."""
    told = after_a_slip().result["replan"]
    by_fact = {entry["fact"]: entry for entry in told["why"]}
    assert by_fact["announced"]["high"] < 0
    assert by_fact["announced"]["happened"]["said"] == [{"supplier": "Dronemaker", "slip_months": 14.0}]
    assert by_fact["decision"]["difference"] > 0
    new = [order for order in after_a_slip().result["orders"] if not order["placed"]]
    assert {order["platform"] for order in new} == {"slow"}
    assert {entry["period"] for entry in told["changed"] if entry["difference"] > 0} == {"2026Q4"}


def test_without_a_plan_before_it_is_set_beside_ordering_nothing_more() -> None:
    found = replan_scenario(scenario(), Actuals(today=TODAY, orders=(placed("drone", 2),)), None, OPTIONS)
    told = found.result["replan"]
    assert told["compared_with"] == "nothing more ordered"
    assert [entry["fact"] for entry in told["why"]] == ["decision"]
    assert told["why"][0]["low"] > 0
    assert all(entry["before"] == 0 for entry in told["changed"])


def test_money_stated_is_in_the_books_of_its_year() -> None:
    facts = Actuals(today=TODAY, orders=(placed("drone", 2),), spent={2026: Spent(obligation=12e6, outlay=4e6)})
    found = replan_scenario(scenario(), facts, None, Options(replications=10, futures=4))
    year = found.result["cost"]["by_fiscal_year"]["2026"]
    new = sum(order["cost"] for order in found.result["orders"] if not order["placed"])
    types = {order["platform"] for order in found.result["orders"]} - {"drone"}
    assert year["obligation"] == pytest.approx(12e6 + new + 0.5e6 * len(types))
    assert year["obligation"] <= 30e6 * (1 + 1e-9)
    assert np.isfinite(year["outlay"])
    assert year["outlay"] > 4e6


def test_what_stands_is_kept_where_support_money_is_too_little_for_it() -> None:
    """Ten craft need more than 5 M a year: the rest is decided as if there were just enough, and nothing is added."""
    poor = make_scenario(platforms=[{}], budget={"obligation": {2026: 40e6}, "support": {2028: 5e6}})
    found = replan_scenario(poor, Actuals(today=TODAY, orders=(placed("drone", 10),)), None, OPTIONS)
    assert found.plan.orders == (Order("drone", "2026Q1", 10),)
    (raised,) = found.result["replan"]["raised"]
    assert (raised["year"], raised["stated"]) == (2028, 5e6)
    needed = f"USD {raised['needed']:,.0f}"
    assert any(
        told.startswith(f"support 2028: what was ordered before today needs up to {needed}, of 5,000,000")
        for told in found.result["warnings"]
    )
    books = found.result["cost"]["by_fiscal_year"]["2028"]  # all futures alike: what stands is there before the year
    assert raised["needed"] == pytest.approx(books["support"], rel=1e-6)


def test_no_money_is_raised_for_what_is_still_to_be_ordered() -> None:
    poor = make_scenario(platforms=[{}], budget={"obligation": {2026: 40e6}, "support": {2028: 5e6}})
    found = replan_scenario(poor, Actuals(today=TODAY), None, OPTIONS)
    assert found.result["replan"]["raised"] == []
    assert found.result["cost"]["by_fiscal_year"]["2028"]["support"] <= 5e6 * (1 + 1e-6)
