"""What is ordered once the news is known: on top of what stands, and from nothing but what is revealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet import money
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, draw_futures, unfold
from fleetcraft.optimise.adapt import Adapter
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.plan import Allocation, Order, Plan
from unit.fleet.theatres import futures_of, theatre_of

QUICK = {"lead_time_months_low": 3, "lead_time_months_likely": 4, "lead_time_months_high": 6, "loss_per_100k_h": 0}
OTHER = {**QUICK, "id": "kite", "supplier": "Kitemaker", "supplier_country": "NO", "unit_price_likely": 3.1e6}
STANDING = Plan((Order("drone", "2026Q1", 1),), (Allocation("drone", "baltra", "bay", 1, 1),))


@cache
def theatre(**changes: Any) -> Theatre:
    """Two types alike of two countries, money for six in the year of the news, half of the area's need."""
    scenario = make_scenario(
        platforms=[QUICK, OTHER],
        calendar={"news": date(2026, 7, 1)},
        budget={"obligation": {2026: 18.5e6}},
        uncertainty={"embargo": {"probability": 0.2}},
        requirements=[
            {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 8, "at_least": 1.0},
        ],
        **changes,
    )
    return theatre_of(scenario, area_nm2=40_000.0, perimeter_nm=800.0)


def adapter(t: Theatre, plan: Plan = STANDING, price: float = 1e12) -> Adapter:
    return Adapter(t, plan, no_corrections(t), np.arange(len(t.pairs)), price)


def known(t: Theatre, **stated: Any) -> Futures:
    return futures_of(t.scenario, lead_months=4, count=2, **stated)


def test_what_money_is_left_is_spent_on_the_cheaper_type() -> None:
    t = theatre()
    orders, rows = adapter(t).added(known(t))
    assert {o.platform for o in orders} == {"drone"}
    assert all(o.period >= "2026Q3" for o in orders)
    assert sum(o.quantity for o in orders) == sum(row.craft for row in rows)
    spent = 3e6 * (1 + sum(o.quantity for o in orders))
    assert 18.5e6 - 3.3e6 < spent <= 18.5e6


def test_nothing_is_ordered_where_the_country_has_stopped_delivering() -> None:
    t = theatre()
    orders, _ = adapter(t).added(known(t, embargo_h=[10.0, np.inf]))
    assert {o.platform for o in orders} == {"kite"}


def test_a_price_that_has_risen_sends_the_buyer_to_the_other() -> None:
    t = theatre()
    orders, _ = adapter(t).added(known(t, price_factor=[1.3, 1.0]))
    assert {o.platform for o in orders} == {"kite"}


def test_orders_keep_the_budget_at_the_prices_that_the_news_told() -> None:
    t = theatre()
    futures = known(t, price_factor=[1.4, 1.5])
    orders, _ = adapter(t).added(futures)
    periods = {p.id: p for p in t.scenario.calendar.periods}
    spent = 3e6 + sum(
        o.quantity
        * money.later_obligation(t.scenario, futures, t.scenario.platform_index[o.platform], periods[o.period])[0]
        for o in orders
    )
    assert orders
    assert spent <= 18.5e6 * (1 + 1e-9)


def test_craft_that_cost_more_than_attainment_is_worth_are_left() -> None:
    t = theatre()
    many = sum(o.quantity for o in adapter(t).added(known(t))[0])
    few = sum(o.quantity for o in adapter(t, price=4e7).added(known(t))[0])
    assert adapter(t, price=1e3).added(known(t)) == ((), ())
    assert 0 <= few < many


def test_full_bases_take_no_more() -> None:
    t = theatre_of(
        make_scenario(
            platforms=[QUICK, OTHER],
            places=[{"capacity_air": 2}],
            calendar={"news": date(2026, 7, 1)},
            budget={"obligation": {2026: 18.5e6}},
        ),
        area_nm2=40_000.0,
        perimeter_nm=800.0,
    )
    orders, rows = adapter(t).added(known(t))
    assert sum(o.quantity for o in orders) == sum(row.craft for row in rows) == 1


def test_a_plan_that_leaves_nothing_is_left_alone() -> None:
    t = theatre()
    full = Plan((Order("drone", "2026Q1", 6),), (Allocation("drone", "baltra", "bay", 6, 1),))
    assert adapter(t, full).added(known(t)) == ((), ())


@pytest.mark.parametrize("index", range(4))
def test_what_a_future_hides_has_no_bearing(index: int) -> None:
    """Two futures that have revealed the same get the same orders, whatever either goes on to bring."""
    t = theatre()
    own = draw_futures(t.scenario, 7, "judge", [index])
    news_h = t.scenario.calendar.news_h
    otherwise = replace(
        own,
        embargo_h=np.where(own.embargo_h > news_h, news_h + 1.0, own.embargo_h),
        rate_factor=np.where(own.rate_h[None, :, None] > news_h, 9.0 * own.rate_factor, own.rate_factor),
        lead_time_months=own.lead_time_months + 50.0 * (own.lead_time_months + own.slip_months > 6.0),
    )
    answers = [
        adapter(t).added(unfold(t.scenario, futures, 7, "judge", [index], 4).futures) for futures in (own, otherwise)
    ]
    assert answers[0] == answers[1]


def test_a_type_that_is_pinned_for_later_is_integrated_once() -> None:
    """Ordered before its pinned quarter, it is integrated then: the money is for 2 craft and 1 integration."""
    integration = 2e6
    scenario = make_scenario(
        platforms=[QUICK],
        calendar={"news": date(2026, 4, 1)},
        acquisition={"integration_cost": integration},
        budget={"obligation": {2026: 2 * 3e6 + integration}},
        policies={"pinned": ({"platform": "drone", "period": "2026Q3", "quantity": 1},)},
    )
    t = theatre_of(scenario, area_nm2=40_000.0, perimeter_nm=800.0)
    plan = Plan((Order("drone", "2026Q3", 1),), (Allocation("drone", "baltra", "bay", 1, 1),))
    assert money.integration_cost(t.scenario, t.scenario.platforms[0]) == integration
    orders, _ = adapter(t, plan).added(known(t))
    assert orders == (Order("drone", "2026Q2", 1),)
