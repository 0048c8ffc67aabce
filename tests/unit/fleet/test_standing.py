"""Craft and money that stand, by hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet import money
from fleetcraft.fleet.booked import booked_by_year, gone_besides, obligation_limits
from fleetcraft.fleet.deliveries import deliver, queue, queue_behind
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.actuals import Actuals, Announced, Delivered, Joined, Lost, Placed, Spent
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH
from unit.fleet.theatres import futures_of

DAY = 24.0
GAP_H = 0.5 * HOURS_PER_MONTH  # 24 a year
TODAY = date(2026, 9, 15)


@cache
def scenario(**changes: Any) -> Scenario:
    return make_scenario(
        platforms=[{"price_currency": "EUR"}, {"id": "glider", "supplier": "Southern"}],
        exchange={"start": {"EUR": 1.1}},
        budget={"obligation": {2026: 50e6, 2027: 20e6}, "carry_over": 0.5},
        acquisition={"integration_cost": 1e6, "payments": {"order": 0.3, "half_way": 0.4, "delivery": 0.3}},
        **changes,
    )


def seen(quantity: int = 4, **facts: Any) -> Scenario:
    order = Placed(platform="drone", ordered=date(2026, 1, 11), quantity=quantity)
    return as_of(scenario(), Actuals(**{"today": TODAY, "orders": (order,), **facts}))


def came(day: date, quantity: int = 2) -> Delivered:
    return Delivered(platform="drone", date=day, quantity=quantity)


def hours(day: date) -> float:
    return (day - date(2026, 1, 1)).days * DAY


# Deliveries


def test_the_queue_goes_on_from_what_has_come() -> None:
    """Two came on 1 September; the third a gap later but not before today, the fourth a gap after it."""
    world = seen(deliveries=(came(date(2026, 9, 1)),))
    futures = futures_of(world, lead_months=7.0, integration_months=2.0)
    arrival, usable = queue(world, 0, np.zeros(5), futures)
    first = hours(date(2026, 9, 1))
    third = max(first + GAP_H, hours(TODAY), 10 * DAY + 7 * HOURS_PER_MONTH)
    expected = [first, first, third, third + GAP_H, third + 2 * GAP_H]
    np.testing.assert_allclose(arrival[0], expected)
    np.testing.assert_allclose(usable[0], np.maximum(expected, first + 2 * HOURS_PER_MONTH))


def test_lead_times_run_from_the_day_on_which_an_order_was_signed() -> None:
    world = seen(1)
    arrival, _ = queue(world, 0, np.zeros(1), futures_of(world, lead_months=12.0))
    assert arrival[0, 0] == pytest.approx(10 * DAY + 12 * HOURS_PER_MONTH)


def test_nothing_that_is_awaited_comes_before_today() -> None:
    world = seen()
    arrival, _ = queue(world, 0, np.zeros(4), futures_of(world, lead_months=3.0))
    np.testing.assert_allclose(arrival[0], hours(TODAY) + GAP_H * np.arange(4))


def test_a_craft_promised_for_a_day_comes_on_it_and_the_rest_after() -> None:
    world = seen(announced=(Announced(platform="drone", next_delivery=date(2027, 2, 1)),))
    arrival, _ = queue(world, 0, np.zeros(4), futures_of(world, lead_months=3.0))
    np.testing.assert_allclose(arrival[0], hours(date(2027, 2, 1)) + GAP_H * np.arange(4))


def test_an_embargo_keeps_back_what_has_not_come() -> None:
    world = seen(deliveries=(came(date(2026, 9, 1)),))
    arrival, _ = queue(world, 0, np.zeros(4), futures_of(world, lead_months=7.0, embargo_h=hours(TODAY)))
    assert np.isfinite(arrival[0]).tolist() == [True, True, False, False]


def test_new_orders_queue_behind_those_that_stand() -> None:
    world = seen()
    futures = futures_of(world, lead_months=12.0)
    behind, _ = queue_behind(world, 0, np.full(2, hours(date(2026, 10, 1))), futures)
    alone, _ = queue(world, 0, np.concatenate([np.zeros(4), np.full(2, hours(date(2026, 10, 1)))]), futures)
    np.testing.assert_array_equal(behind, alone[:, 4:])


ROWS = (Allocation("drone", "baltra", "bay", 4, 1),)


def test_a_lost_craft_serves_no_more_and_takes_no_row() -> None:
    lost = Lost(platform="drone", date=date(2026, 9, 10), quantity=1)
    world = seen(deliveries=(came(date(2026, 9, 1)),), lost=(lost,))
    plan = Plan((Order("drone", "2026Q1", 4),), ROWS)
    found = deliver(world, plan, futures_of(world, lead_months=7.0))
    assert found.row.tolist() == [-1, 0, 0, 0]
    assert np.isfinite(found.usable_h[0]).tolist() == [False, True, True, True]
    assert np.isfinite(found.arrival_h[0]).all()  # it came, and was paid for


def test_a_lost_craft_whose_class_is_replaced_comes_again() -> None:
    classes = {"aircraft": {"replacement_months": 6.0}}
    lost = Lost(platform="drone", date=date(2026, 9, 10), quantity=1)
    order = Placed(platform="drone", ordered=date(2026, 1, 11), quantity=4)
    facts = Actuals(today=TODAY, orders=(order,), deliveries=(came(date(2026, 9, 1)),), lost=(lost,))
    world = as_of(make_scenario(operations={"classes": classes}), facts)
    found = deliver(world, Plan((Order("drone", "2026Q1", 4),), ROWS), futures_of(world, lead_months=7.0))
    assert found.row.tolist() == [0, 0, 0, 0]
    assert found.usable_h[0, 0] == pytest.approx(hours(date(2026, 9, 10)) + 6 * HOURS_PER_MONTH)


def test_a_replacement_too_waits_for_its_type_s_integration() -> None:
    """Lost in September, replaced a month later; the type is integrated seven months after its first delivery."""
    replaced = make_scenario(operations={"classes": {"aircraft": {"replacement_months": 1.0}}})
    first, lost = date(2026, 9, 1), date(2026, 9, 10)
    facts = Actuals(
        today=TODAY,
        orders=(Placed(platform="drone", ordered=date(2026, 1, 11), quantity=3),),
        deliveries=(came(first, 3),),
        lost=(Lost(platform="drone", date=lost, quantity=1),),
    )
    world = as_of(replaced, facts)
    for months, back_h in ((7.0, hours(first) + 7 * HOURS_PER_MONTH), (0.5, hours(lost) + HOURS_PER_MONTH)):
        _, usable = queue(world, 0, np.zeros(3), futures_of(world, lead_months=7.0, integration_months=months))
        assert usable[0, 0] == pytest.approx(back_h)


# Money


def period(world: Scenario, name: str) -> Any:
    return next(p for p in world.calendar.periods if p.id == name)


def test_an_order_is_booked_at_its_cost_or_at_the_budget_rate() -> None:
    likely = 3e6 * 1.1
    assert money.booked(seen(exchange={"EUR": 1.4}), 0) == pytest.approx({"2026Q1": 4 * likely})
    stated = (Placed(platform="drone", ordered=date(2026, 1, 11), quantity=4, cost=10e6),)
    assert money.booked(seen(orders=stated), 0) == {"2026Q1": 10e6}


def test_what_is_still_to_be_ordered_costs_what_today_s_rate_says() -> None:
    """The ratio of the rates exactly."""
    drone = scenario().platforms[0]
    for name in ("2026Q4", "2027Q1"):
        dear = money.unit_obligation(seen(exchange={"EUR": 1.6}), drone, period(seen(), name))
        assert dear / money.unit_obligation(seen(), drone, period(seen(), name)) == pytest.approx(1.6 / 1.1, rel=1e-14)


def test_only_what_is_still_to_be_paid_moves_with_the_rate() -> None:
    """Of an order at a stated cost 30% was paid at the order and 40% half way; 30% is due at 1.6 in place of 1.1."""
    stated = (Placed(platform="drone", ordered=date(2026, 1, 11), quantity=1, cost=3e6),)
    world = seen(orders=stated, exchange={"EUR": 1.6})
    futures = futures_of(world, lead_months=14.0, price_factor=3.0)
    over = money.overrun_per_unit(world, futures, 0, np.zeros(1), queue(world, 0, np.zeros(1), futures)[0])
    assert over[0, 0] == pytest.approx(0.3 * (1.6 / 1.1 - 1))


def test_a_price_that_nobody_stated_is_uncertain_in_what_is_still_to_be_paid() -> None:
    """30% at the order and 40% half way are paid as they were booked; 30% are due at half as much again."""
    world = seen(1)
    futures = futures_of(world, lead_months=14.0, price_factor=1.5)
    over = money.overrun_per_unit(world, futures, 0, np.zeros(1), queue(world, 0, np.zeros(1), futures)[0])
    assert over[0, 0] == pytest.approx(0.3 * 0.5)


def test_a_stated_outlay_stands_for_what_was_due_by_today() -> None:
    """30% at the order lies before today, 40% and 30% after it: 70% is still counted of the order."""
    world = seen(1, spent={2026: Spent(outlay=7e6)})
    _, share = money.payments(world, np.zeros(1), np.array([[hours(date(2027, 12, 1))]]))
    np.testing.assert_allclose(share[:, 0, 0], [0.0, 0.4, 0.3])
    assert gone_besides(world, "outlay").tolist() == [7e6 - 1e6, 0, 0]  # its integration is in the plan's own books


def test_budgets_keep_what_is_left() -> None:
    """4 drones at 3.3 M and 1 M of integration: 14.2 M; stated as 20 M, 5.8 M are gone besides."""
    assert booked_by_year(seen()).tolist() == pytest.approx([14.2e6, 0, 0])
    assert gone_besides(seen(), "obligation").tolist() == [0, 0, 0]
    assert obligation_limits(seen()).tolist() == pytest.approx([50e6, 20e6, 0])
    stated = seen(spent={2026: Spent(obligation=20e6)})
    assert gone_besides(stated, "obligation").tolist() == pytest.approx([5.8e6, 0, 0])
    assert obligation_limits(stated).tolist() == pytest.approx([44.2e6, 20e6, 0])


def test_money_that_is_gone_is_no_breach() -> None:
    """60 M are gone of a budget of 50 M: nothing is left, and what was ordered stands."""
    stated = seen(spent={2026: Spent(obligation=60e6)})
    assert obligation_limits(stated)[0] == pytest.approx(14.2e6)


def test_money_carried_into_a_year_is_used_once() -> None:
    """In 2027 24 M were ordered of 20 M and the 25 M carried (half of 50 M): 21 M are left, and no more."""
    orders = (Placed(platform="glider", ordered=date(2027, 1, 5), quantity=4, cost=23e6),)
    world = as_of(scenario(), Actuals(today=date(2027, 3, 1), orders=orders))
    limit = obligation_limits(world)[1]
    carried = money.carried_over(world, booked_by_year(world))[1]
    assert (limit, carried) == pytest.approx((20e6, 25e6))
    assert limit + carried - 24e6 == pytest.approx(21e6)


def test_gateways_bought_are_booked_in_the_year_in_which_they_were() -> None:
    priced = make_scenario(operations={"hand_over": {"gateway_cost": 2e6}})
    days = (date(2026, 2, 1), date(2027, 3, 1), date(2027, 4, 1))
    bought = tuple(Joined(join=("a", "b"), ordered=day) for day in days)
    for today, gateways, gone in ((TODAY, bought[:1], [2e6, 0, 0]), (date(2027, 6, 1), bought, [2e6, 4e6, 0])):
        world = as_of(priced, Actuals(today=today, gateways=gateways))
        assert gone_besides(world, "obligation").tolist() == gone
