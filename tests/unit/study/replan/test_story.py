"""How a plan is carried on, and on which fact its differences are put, against arithmetic by hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.scenario.actuals import Actuals, Announced, Delivered, Placed, Spent
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.calibrate import no_progress
from fleetcraft.study.decide import Options
from fleetcraft.study.replan.replan import replan_scenario
from fleetcraft.study.replan.story import Before, Judge, Step, carried_on, story_of

FIRST_DAY = date(2026, 1, 1)
TODAY = date(2026, 9, 15)
SLOW = {"id": "slow", "supplier": "Other", "cruise_speed_kn": 50}
YEARS = 10


@cache
def scenario() -> Scenario:
    return make_scenario(platforms=[{}, SLOW], budget={"obligation": {2026: 60e6}})


def placed(platform: str, quantity: int, day: date = FIRST_DAY, cost: float | None = None) -> Placed:
    return Placed(platform=platform, ordered=day, quantity=quantity, cost=cost)


def row(platform: str, craft: int) -> Allocation:
    return Allocation(platform, "baltra", "bay", craft, None)


PLAN = Plan((Order("drone", "2026Q1", 4), Order("slow", "2026Q4", 3)), (row("drone", 4), row("slow", 3)))


def steps(before: Plan = PLAN, **facts: Any) -> dict[str, Step]:
    actuals = Actuals(**{"today": TODAY, "orders": (placed("drone", 4),), **facts})
    story = story_of(scenario(), actuals, Before(before, None, YEARS), Judge(1, YEARS, 1, no_progress))
    return {step.fact: step for step in story.steps}


def more_to_obligate(step: Step) -> float:
    return step.having.judgement.accounts.acquisition - step.without.judgement.accounts.acquisition


# What is carried on


def test_a_plan_is_carried_on_from_what_was_placed() -> None:
    """Two drones were placed of the four planned; what was planned for a period still open stays."""
    now = as_of(scenario(), Actuals(today=TODAY, orders=(placed("drone", 2),)))
    assert carried_on(now, PLAN).orders == (Order("drone", "2026Q1", 2), Order("slow", "2026Q4", 3))


def test_what_a_future_orders_in_periods_still_open_stays_with_its_craft_s_places() -> None:
    """One future has orders in a period that is over and in one that is open, another only in the one that is over."""
    mixed = Later(0, (Order("drone", "2026Q3", 2), Order("drone", "2026Q4", 1), Order("slow", "2026Q3", 1)),
                  (row("drone", 3), row("slow", 1)))  # fmt: skip
    over = Later(1, (Order("drone", "2026Q3", 5),), (row("drone", 5),))
    whole = Later(2, (Order("slow", "2027Q1", 2),), (row("slow", 2),))
    plan = Plan(PLAN.orders, PLAN.allocation, later=(mixed, over, whole), later_seed=7)
    carried = carried_on(as_of(scenario(), Actuals(today=TODAY, orders=(placed("drone", 4),))), plan)
    assert carried.later == (Later(0, (Order("drone", "2026Q4", 1),), (row("drone", 1),)), whole)
    assert carried.later_seed == 7


def test_fewer_craft_take_the_places_that_are_filled_first() -> None:
    """Of 4 craft here and 2 there three are left: pro rata two here and one there."""
    rows = Allocation("drone", "baltra", "bay", 4, 4), Allocation("drone", "baltra", "reef", 2, 2)
    later = Later(0, (Order("drone", "2026Q3", 3), Order("drone", "2026Q4", 3)), rows)
    now = as_of(scenario(), Actuals(today=TODAY))
    (kept,) = carried_on(now, Plan(later=(later,), later_seed=1)).later
    assert [(each.area, each.craft, each.stations) for each in kept.allocation] == [("bay", 2, None), ("reef", 1, None)]


@pytest.mark.parametrize(("seed", "replications"), [(2, 10), (1, 11)])
def test_later_orders_that_are_not_known_are_refused(seed: int, replications: int) -> None:
    """They are known in ten futures of seed 1; in others the plan before would be judged without them."""
    later = (Later(3, (Order("slow", "2026Q4", 1),), (row("slow", 1),)),)
    before = Before(Plan(PLAN.orders, PLAN.allocation, later=later, later_seed=1), None, YEARS)
    with pytest.raises(ScenarioError, match=r"later: found orders after the news for 10 futures of seed 1, expected"):
        replan_scenario(scenario(), Actuals(today=FIRST_DAY), before, Options(seed=seed, replications=replications))
    before.require_known(1, YEARS)
    Before(PLAN, None, YEARS).require_known(seed, replications)


# What is put on which fact


def test_a_dearer_contract_is_told_of_the_contract_alone() -> None:
    likely = steps()
    assert likely.keys() == {"deliveries", "all"}
    booked = likely["all"].having.judgement.accounts.order_cost[Order("drone", "2026Q1", 4)]
    told = steps(orders=(placed("drone", 4, cost=booked + 5e6),))
    assert told.keys() == {"deliveries", "money", "all"}
    assert more_to_obligate(told["money"]) == pytest.approx(5e6)
    assert more_to_obligate(told["deliveries"]) == pytest.approx(more_to_obligate(likely["deliveries"]))


def test_money_gone_is_a_fact_of_its_own() -> None:
    gone = steps()["all"].having.judgement.accounts.obligation[2026]
    told = steps(spent={2026: Spent(obligation=50e6)})
    placed_by_law = told["money"].without.judgement.accounts.order_cost[Order("drone", "2026Q1", 4)]
    assert told.keys() == {"deliveries", "money", "all"}
    assert more_to_obligate(told["money"]) == pytest.approx(50e6 - placed_by_law)
    assert told["all"].having.judgement.accounts.obligation[2026] == pytest.approx(gone + 50e6 - placed_by_law)


def test_a_later_signature_is_a_fact_of_the_orders() -> None:
    """All that was planned was signed, but two months late: it comes two months later."""
    told = steps(orders=(placed("drone", 4, date(2026, 3, 1)),))["orders"]
    craft_h = [each.judgement.usable_h[0][:, :4] for each in (told.without, told.having)]
    assert craft_h[1] - craft_h[0] == pytest.approx(59 * 24.0)
    assert "orders" not in steps()


def test_an_announcement_is_set_beside_the_plan_as_it_was_ordered() -> None:
    told = steps(announced=(Announced(supplier="Dronemaker", slip_months=14.0),))
    assert told.keys() == {"deliveries", "announced", "all"}
    assert told["announced"].having.attained.mean() < told["announced"].without.attained.mean()


def test_nothing_but_time_has_passed_where_nothing_was_ordered() -> None:
    empty = Plan((Order("slow", "2026Q4", 3),), (row("slow", 3),))
    assert steps(empty, orders=()).keys() == {"deliveries", "all"}


def test_facts_known_before_are_no_news() -> None:
    """The second re-plan tells what the first did not know: the second craft, not the first."""
    one = Delivered(platform="drone", date=date(2026, 8, 1), quantity=1)
    known = Actuals(today=date(2026, 8, 15), orders=(placed("drone", 4, cost=9e6),), deliveries=(one,))
    facts = known.model_copy(update={"today": TODAY})
    story = story_of(scenario(), facts, Before(PLAN, known, YEARS), Judge(1, YEARS, 1, no_progress))
    assert [step.fact for step in story.steps] == ["deliveries", "all"]
