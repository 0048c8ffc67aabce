"""The books of a plan, kept by hand beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import make_scenario
from builders import replace as whole
from fleetcraft.fleet import money
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, draw_futures
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.study.accounts import Accounts, Overrun, make_accounts, mean_accounts, order_cost
from fleetcraft.study.warnings import breaches
from unit.fleet.theatres import futures_of, theatre_of, with_platforms

RATES = {"fx.csv": "year,usd_per_aud,vol_aud\n2025,0.5,0.2\n", "correlation.csv": ",aud\naud,1.0\n"}
PLAN = Plan(
    (Order("boat", "2027Q1", 2), Order("drone", "2026Q1", 3), Order("drone", "2026Q4", 1)),
    (Allocation("boat", "baltra", "bay", 1, 1), Allocation("drone", "baltra", "bay", 4, 1)),
)
ONCE = 2e6


@cache
def theatre() -> Theatre:
    """Two types, one of them priced in another currency; the news comes after all orders."""
    scenario = make_scenario(
        calendar={"news": date(2027, 12, 31)},
        platforms=[
            {"production_rate_per_year": 1000, "unit_price_likely": 3e6},
            {
                "id": "boat",
                "domain": "surface",
                "price_currency": "AUD",
                "unit_price_likely": 4e6,
                "production_rate_per_year": 1000,
                "operating_cost_per_hour": 10,
            },
        ],
        files=RATES,
        exchange={
            "start": {"AUD": 0.5},
            "table": "fx.csv",
            "correlation": "correlation.csv",
            "volatility_year": 2025,
        },
        acquisition={
            "on_top": {"extra": 0.3},
            "escalation_per_year": 0.02,
            "discount_per_year": 0.04,
            "integration_cost": ONCE,
            "payments": {"order": 0.3, "half_way": 0.5, "delivery": 0.2},
        },
        budget={"obligation": {2026: 90e6, 2027: 90e6}},
    )
    return theatre_of(scenario)


def books(futures: Futures, plan: Plan = PLAN, *, at: Theatre | None = None) -> Accounts:
    t = at or theatre()
    return make_accounts(t, plan, deliver(t.scenario, plan, futures), futures)


def still(**stated: Any) -> Futures:
    """Futures in which rates stay and prices are the likely ones."""
    return futures_of(theatre().scenario, **({"lead_months": 9, "count": 3} | stated))


def price(platform: int, day: date) -> float:
    base, rate = ((3e6, 1.0), (4e6, 0.5))[platform]
    return base * rate * 1.3 * 1.02 ** ((day - date(2026, 7, 1)).days / 365.25)


# Obligations


def test_obligations_fall_into_the_year_of_the_order_with_each_types_integration_once() -> None:
    found = books(still())
    drones, boats = 3 * price(0, date(2026, 1, 1)) + price(0, date(2026, 10, 1)), 2 * price(1, date(2027, 1, 1))
    assert found.obligation == pytest.approx({2026: drones + ONCE, 2027: boats + ONCE, 2028: 0.0})
    assert found.integration == 2 * ONCE
    assert found.acquisition == pytest.approx(drones + boats + 2 * ONCE)
    costs = {(o.platform, o.period): cost for o, cost in found.order_cost.items()}
    assert costs["drone", "2026Q1"] == pytest.approx(3 * price(0, date(2026, 1, 1)))
    assert costs["boat", "2027Q1"] == pytest.approx(boats)
    np.testing.assert_allclose(order_cost(theatre().scenario, PLAN, PLAN.orders[0], still()), [boats] * 3)


# Payments


def test_where_nothing_moves_payments_are_obligations() -> None:
    found = books(still(lead_months=3))
    assert sum(found.outlay.values()) == pytest.approx(found.acquisition)
    assert found.overrun.probability == 0.0
    assert found.overrun.mean == pytest.approx(0.0, abs=1.0)
    assert found.overrun.p90 == pytest.approx(0.0, abs=1.0)


@given(st.floats(1e5, 1e9), st.floats(1e5, 1e9), st.integers(1, 40), st.floats(1, 30))
@settings(max_examples=60, deadline=None)
def test_rounding_is_no_overrun(drone: float, boat: float, craft: int, lead_months: float) -> None:
    prices = (drone, boat)
    scenario = with_platforms(
        theatre().scenario,
        [
            p.model_copy(update={"unit_price_likely": price_, "production_rate_per_year": 20.0})
            for p, price_ in zip(theatre().scenario.platforms, prices, strict=True)
        ],
    )
    plan = Plan((Order("boat", "2026Q3", craft), Order("drone", "2026Q1", craft + 1)), ())
    futures = futures_of(scenario, lead_months=lead_months, count=2)
    found = make_accounts(theatre_of(scenario), plan, deliver(scenario, plan, futures), futures)
    assert found.overrun.probability == 0.0
    assert abs(found.overrun.mean) <= 1e-9 * found.acquisition


def test_payments_fall_due_at_order_half_way_and_delivery() -> None:
    """Boats of January 2027 with 18 months: a third of a year's payments in 2027 twice, the last in 2028."""
    plan = Plan((Order("boat", "2027Q1", 1),), (Allocation("boat", "baltra", "bay", 1, 1),))
    cost = price(1, date(2027, 1, 1))
    found = books(still(lead_months=18), plan)
    assert found.outlay == pytest.approx({2026: 0.0, 2027: 0.8 * cost + ONCE, 2028: 0.2 * cost})
    late = books(still(lead_months=36), plan)
    # half way is in July 2028; the delivery after the calendar's end is shown in its last year
    assert late.outlay == pytest.approx({2026: 0.0, 2027: 0.3 * cost + ONCE, 2028: 0.7 * cost})


def test_outlays_follow_each_futures_dates() -> None:
    plan = Plan((Order("boat", "2027Q1", 1),), (Allocation("boat", "baltra", "bay", 1, 1),))
    cost = price(1, date(2027, 1, 1))
    found = books(still(lead_months=[[9, 9], [9, 18]], count=2), plan)
    assert found.outlay == pytest.approx({2026: 0.0, 2027: 0.9 * cost + ONCE, 2028: 0.1 * cost})


def test_a_craft_that_never_comes_is_paid_at_its_order_alone() -> None:
    """Three futures, an embargo in one: of its drones only the first payment is made, and no overrun comes of it."""
    embargo = np.array([[np.inf, np.inf], [0.5, np.inf], [np.inf, np.inf]])
    plan = Plan((Order("drone", "2026Q1", 1),), (Allocation("drone", "baltra", "bay", 1, 1),))
    cost = price(0, date(2026, 1, 1))
    found = books(still(embargo_h=embargo), plan)
    assert sum(found.outlay.values()) == pytest.approx((2 * cost + 0.3 * cost) / 3 + ONCE)
    assert found.overrun.probability == 0.0
    assert found.overrun.mean == pytest.approx(0.0, abs=1.0)


# Overruns


def test_a_dearer_price_is_an_overrun_in_its_future() -> None:
    """A tenth dearer in one future of four: that much of the obligation, in that future."""
    factor = np.array([[1.0, 1.0], [1.0, 1.0], [1.1, 1.1], [1.0, 1.0]])
    found = books(still(price_factor=factor, count=4))
    craft = found.acquisition - found.integration
    assert found.overrun.probability == 0.25
    assert found.overrun.mean == pytest.approx(0.1 * craft / 4)
    assert found.overrun.p90 == pytest.approx(0.1 * craft)
    assert sum(found.outlay.values()) == pytest.approx(found.acquisition + 0.1 * craft / 4)


def test_a_cheaper_price_is_no_overrun() -> None:
    found = books(still(price_factor=0.9))
    assert found.overrun.probability == 0.0
    assert found.overrun.mean == pytest.approx(-0.1 * (found.acquisition - found.integration))


def test_each_payment_is_made_at_the_rate_of_its_own_date() -> None:
    """The rate doubles in the twelfth month: order and half way at the old one, delivery at twice."""
    plan = Plan((Order("boat", "2026Q3", 1),), (Allocation("boat", "baltra", "bay", 1, 1),))
    futures = still(lead_months=9, count=1)
    factor = np.where(np.arange(len(futures.rate_h)) >= 12, 2.0, 1.0)[None, :, None]
    found = books(replace(futures, rate_factor=factor), plan)
    cost = price(1, date(2026, 7, 1))
    assert found.overrun.mean == pytest.approx(0.2 * cost)
    assert found.outlay == pytest.approx({2026: 0.8 * cost + ONCE, 2027: 0.4 * cost, 2028: 0.0})


def test_rates_and_prices_drawn_leave_the_mean_near_the_obligation() -> None:
    """Rates are martingales; a PERT price of (2, 4, 6) is likely on average: the mean overrun is small."""
    plan = Plan((Order("boat", "2026Q1", 1),), (Allocation("boat", "baltra", "bay", 1, 1),))
    futures = draw_futures(theatre().scenario, 1, "judge", range(4000))
    even = replace(futures, unit_price=np.full_like(futures.unit_price, 4e6))
    found = books(even, plan)
    cost = price(1, date(2026, 1, 1))
    assert abs(found.overrun.mean) < 0.01 * cost
    assert 0.3 < found.overrun.probability < 0.6
    assert found.overrun.p90 > 0.05 * cost


# Support


def test_support_is_usable_years_times_upkeep() -> None:
    """Usable from October 2026: a quarter of a year, then all; a boat without a row costs its fixed part."""
    t = theatre()
    plan = Plan(
        (Order("boat", "2026Q1", 2), Order("drone", "2026Q1", 1)),
        (Allocation("boat", "baltra", "bay", 1, 1), Allocation("drone", "baltra", "bay", 1, 1)),
    )
    found = books(still(lead_months=9), plan)
    yearly = dict(zip(t.pair_index, money.support_per_year(t), strict=True))
    idle = 0.08 * 4e6 * 0.5 * 1.02 ** ((date(2026, 1, 1) - date(2026, 7, 1)).days / 365.25)
    upkeep = yearly["drone", "baltra", "bay"] + yearly["boat", "baltra", "bay"] + idle
    assert found.support[2027] == pytest.approx(upkeep)
    assert found.support[2028] == pytest.approx(upkeep * 366 / 365)
    usable_days = 365 - 9 * 365.25 / 12
    assert found.support[2026] == pytest.approx(upkeep * usable_days / 365, rel=0.02)
    yearly_cost = {year: found.support[year] + found.obligation[year] for year in found.support}
    discounted = sum(v * 1.04 ** -(year - 2026 + 0.5) for year, v in yearly_cost.items())
    assert found.life_cycle == pytest.approx(discounted, rel=1e-4)


def test_replacement_is_told_of_the_support() -> None:
    """A craft usable from October 2026 to the end of 2028: its losses replaced for so long, at its own price."""
    scenario = make_scenario(
        platforms=[{"loss_per_100k_h": 40, "production_rate_per_year": 1000}],
        operations={"classes": {"aircraft": {"replacement_months": 6}}},
    )
    t = theatre_of(scenario)
    futures = futures_of(scenario, lead_months=9)
    plan = Plan((Order("drone", "2026Q1", 2),), (Allocation("drone", "baltra", "bay", 1, 1),))
    found = make_accounts(t, plan, deliver(scenario, plan, futures), futures)
    years = (3 * 365 + 1 - 9 * 365.25 / 12) / 365
    assert found.replacement == pytest.approx(money.replacement_per_year(t)[0] * years, rel=1e-3)
    assert 0 < found.replacement < sum(found.support.values())
    never = books(still())
    assert never.replacement == 0.0


def test_an_empty_plan_costs_nothing() -> None:
    found = books(still(), Plan((), ()))
    assert found.acquisition == found.life_cycle == found.integration == 0.0
    assert set(found.outlay.values()) == set(found.support.values()) == {0.0}
    assert (found.overrun.probability, found.overrun.mean, found.overrun.p90) == (0.0, 0.0, 0.0)


# Orders after the news


@cache
def early_news() -> Theatre:
    """News on 1 July 2026: of PLAN the boats and the last drone come after it."""
    return theatre_of(theatre().scenario.model_copy(update={"calendar": make_scenario().calendar}))


def test_later_orders_obligate_what_their_future_asks() -> None:
    """A tenth dearer in one future of four: half of that year's boats and none of the first drones."""
    factor = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.1], [1.2, 1.0]])
    found = books(still(price_factor=factor, count=4), at=early_news())
    first, last = 3 * price(0, date(2026, 1, 1)), price(0, date(2026, 10, 1))
    boats = 2 * price(1, date(2027, 1, 1))
    assert found.obligation == pytest.approx({2026: first + 1.05 * last + ONCE, 2027: 1.025 * boats + ONCE, 2028: 0.0})
    costs = {(o.platform, o.period): cost for o, cost in found.order_cost.items()}
    assert costs["drone", "2026Q1"] == pytest.approx(first)
    assert costs["drone", "2026Q4"] == pytest.approx(1.05 * last)
    assert costs["boat", "2027Q1"] == pytest.approx(1.025 * boats)
    # the price of a later order is what was obligated; that of the first drones alone runs over
    assert found.overrun.probability == 0.25
    assert found.overrun.mean == pytest.approx(0.2 * first / 4)
    assert sum(found.outlay.values()) == pytest.approx(found.acquisition + found.overrun.mean)


def test_the_rate_of_the_news_is_that_of_a_later_obligation() -> None:
    """The rate is 1.5 in the month of the news and 1 again before the boat is delivered: a fifth is paid cheaper."""
    plan = Plan((Order("boat", "2026Q3", 1),), (Allocation("boat", "baltra", "bay", 1, 1),))
    futures = still(lead_months=9, count=1)
    factor = np.where((np.arange(len(futures.rate_h)) >= 5) & (np.arange(len(futures.rate_h)) < 12), 1.5, 1.0)
    found = books(replace(futures, rate_factor=factor[None, :, None]), plan, at=early_news())
    cost = price(1, date(2026, 7, 1))
    assert found.obligation == pytest.approx({2026: 1.5 * cost + ONCE, 2027: 0.0, 2028: 0.0})
    assert found.overrun.mean == pytest.approx(-0.2 * 0.5 * cost)
    assert found.overrun.probability == 0.0


# What is hired, learnt, joined, carried over


def test_what_is_hired_is_paid_by_the_year_and_obligates_nothing() -> None:
    scenario = make_scenario(
        platforms=[{"acquisition": "service", "unit_price_likely": 2e6}],
        acquisition={"integration_cost": ONCE, "on_top": {"extra": 0.3}},
        operations={"person_year_cost": 1e5},
    )
    plan = Plan((Order("drone", "2026Q1", 2),), (Allocation("drone", "baltra", "bay", 1, 1),))
    found = books(futures_of(scenario, lead_months=12, integration_months=3, count=2), plan, at=theatre_of(scenario))
    assert found.acquisition == found.integration == sum(found.outlay.values()) == found.overrun.p90 == 0.0
    assert list(found.order_cost.values()) == [0.0]
    # the second craft comes half a month after the first, by the maker's output; the fee runs from there, placed or not
    paid_years = (3 * 365 + 1) * 24 * 2 / 8760 - (12 + 12.5) * 730.5 / 8760
    assert sum(found.support.values()) == pytest.approx(2e6 * paid_years)
    assert found.support[2028] == pytest.approx(2 * 2e6 * 366 / 365)


def test_each_order_pays_for_its_own_place_in_the_series() -> None:
    """One unit made, slope 0.5: the k-th further one costs 1 / (1 + k) of the price. Three drones, then one."""
    learning = theatre_of(
        make_scenario(
            calendar={"news": date(2027, 12, 31)},
            platforms=[{"units_made": 1, "production_rate_per_year": 1000}],
            acquisition={"learning_slope": 0.5},
        )
    )
    plan = Plan((Order("drone", "2026Q1", 3), Order("drone", "2026Q4", 1)), ())
    found = books(futures_of(learning.scenario, lead_months=3, price_factor=[[1.0], [2.0]], count=2), plan, at=learning)
    assert list(found.order_cost.values()) == pytest.approx([3e6 * (1 / 2 + 1 / 3 + 1 / 4), 3e6 / 5])
    assert found.acquisition == pytest.approx(3e6 * (1 / 2 + 1 / 3 + 1 / 4 + 1 / 5))
    assert found.overrun.by_future.tolist() == pytest.approx([0.0, found.acquisition])


def test_gateways_are_paid_in_the_first_year_with_money() -> None:
    joining = theatre_of(
        make_scenario(operations={"hand_over": {"gateway_cost": 4e5}}, budget={"obligation": {2026: 0.0, 2027: 9e7}})
    )
    plan = Plan((Order("drone", "2027Q3", 1), Order("drone", "2027Q2", 1)), (), gateways=(("a", "b"), ("b", "c")))
    futures = futures_of(joining.scenario)
    found, without = (books(futures, p, at=joining) for p in (plan, replace(plan, gateways=())))
    assert found.gateways == 8e5
    assert {y: found.obligation[y] - without.obligation[y] for y in found.obligation} == {2026: 0, 2027: 8e5, 2028: 0}
    assert {y: found.outlay[y] - without.outlay[y] for y in found.outlay} == pytest.approx(
        {2026: 0, 2027: 8e5, 2028: 0}
    )
    assert without.gateways == 0.0


def test_what_a_year_leaves_is_shown_in_the_next() -> None:
    budget = {"obligation": {2026: 10e6, 2027: 10e6}, "carry_over": 0.5}
    keeping = theatre_of(make_scenario(platforms=[{"unit_price_likely": 3e6}], budget=budget))
    plan = Plan((Order("drone", "2026Q1", 2),), ())
    found = books(futures_of(keeping.scenario), plan, at=keeping)
    assert found.carried == {2026: 0.0, 2027: pytest.approx(4e6), 2028: pytest.approx(5e6)}
    assert found.counted(keeping.scenario) == found.obligation


def test_where_outlays_count_what_is_paid_is_held_against_the_budget() -> None:
    """One craft of 3 million, of which 0.8 are paid in 2026: of 10 million 7.6 are left, and 5 may stay."""
    paying = theatre_of(
        make_scenario(
            acquisition={"payments": {"order": 0.8, "half_way": 0.0, "delivery": 0.2}},
            budget=whole({"counts": "outlay", "outlay": {2026: 3e6, 2027: 1e6}, "carry_over": 0.5}),
        )
    )
    plan = Plan((Order("drone", "2026Q1", 1),), ())
    found = books(futures_of(paying.scenario, lead_months=15), plan, at=paying)
    assert found.counted(paying.scenario) == found.outlay == pytest.approx({2026: 2.4e6, 2027: 0.6e6, 2028: 0.0})
    assert found.carried == pytest.approx({2026: 0.0, 2027: 0.6e6, 2028: 0.5e6})


# Overruns and means


def test_an_overrun_is_within_what_most_futures_need() -> None:
    overrun = Overrun(np.array([3.0, -1.0, 0.0, 10.0]), np.array([0.3, 0.2, 0.45, 0.05]))
    assert overrun.probability == pytest.approx(0.35)
    assert overrun.mean == pytest.approx(0.9 - 0.2 + 0.5)
    assert overrun.p90 == 3.0
    assert [overrun.within(a) for a in (-2.0, -1.0, 0.0, 3.0, 10.0)] == pytest.approx([0, 0.2, 0.65, 0.95, 1])


@given(st.lists(st.floats(0.7, 1.4), min_size=3, max_size=8), st.integers(1, 2))
@settings(max_examples=20, deadline=None)
def test_the_mean_of_groups_is_the_whole(factors: list[float], cut: int) -> None:
    """Futures judged together or in two groups: the same books, but for the order in which overruns are listed."""
    t = early_news()
    groups = [factors[:cut], factors[cut:]]

    def of(factor: list[float]) -> Accounts:
        return books(futures_of(t.scenario, price_factor=np.array(factor)[:, None], count=len(factor)), at=t)

    together, apart = of(factors), mean_accounts([of(g) for g in groups], [len(g) / len(factors) for g in groups])
    for name in ("order_cost", "obligation", "outlay", "support", "carried"):
        assert getattr(apart, name) == pytest.approx(getattr(together, name)), name
    for name in ("integration", "gateways", "replacement", "life_cycle", "acquisition"):
        assert getattr(apart, name) == pytest.approx(getattr(together, name)), name
    for name in ("probability", "mean", "p90"):
        assert getattr(apart.overrun, name) == pytest.approx(getattr(together.overrun, name), abs=1.0), name


def test_an_order_of_some_futures_costs_what_it_costs_there() -> None:
    """Common drones in all futures, a boat in a quarter of them: its cost is no mean with nothing."""
    common, boat = Order("drone", "2026Q1", 1), Order("boat", "2027Q1", 1)
    with_it, without = (books(still(), Plan(orders, ())) for orders in ((common, boat), (common,)))
    found = mean_accounts([with_it, without], [0.25, 0.75])
    assert found.order_cost == pytest.approx({common: price(0, date(2026, 1, 1)), boat: price(1, date(2027, 1, 1))})
    assert found.obligation[2027] == pytest.approx((price(1, date(2027, 1, 1)) + ONCE) / 4)
    assert found.integration == pytest.approx(1.25 * ONCE)


# Budgets not kept


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ({"obligation": {2026: 6e6, 2027: 3e6}}, []),
        ({"obligation": {2026: 5e6, 2027: 4e6}}, ["obligation 2026: USD 6,000,000 exceeds the budget of 5,000,000"]),
        ({"obligation": {2026: 8e6, 2027: 1e6}}, ["obligation 2027: USD 3,000,000 exceeds the budget of 1,000,000"]),
        ({"obligation": {2026: 8e6, 2027: 1e6}, "carry_over": 0.25}, []),
        ({"obligation": {2026: 9e6, 2027: 3e6}, "contingency": {"amount": 1e6, "probability": 0.75}}, []),
        (
            {"obligation": {2026: 9e6, 2027: 3e6}, "contingency": {"amount": 1e6, "probability": 0.8}},
            ["the overrun stays within the contingency of USD 1,000,000 in 75% of futures, less than the 80%"],
        ),
        ({"counts": "outlay", "outlay": {2026: 6.3e6, 2027: 3.2e6}}, []),
        ({"counts": "outlay", "outlay": {2026: 6e6, 2027: 4e6}}, ["outlay 2026: USD 6,300,000 exceeds"]),
    ],
)
def test_a_plan_that_breaks_its_budget_is_told(budget: dict[str, Any], told: list[str]) -> None:
    """Two drones of 3 million and a third a year later, all paid at the order; a fifth dearer in one future of four."""
    t = theatre_of(
        make_scenario(
            calendar={"news": date(2027, 12, 31)},
            acquisition={"payments": {"order": 1.0, "half_way": 0.0, "delivery": 0.0}},
            budget=whole(budget),
        )
    )
    plan = Plan((Order("drone", "2026Q1", 2), Order("drone", "2027Q1", 1)), ())
    factor = np.array([[1.0], [1.0], [1.0], [1.2]])
    accounts = books(futures_of(t.scenario, price_factor=factor, count=4), plan, at=t)
    found = breaches(t, plan, accounts)
    assert len(found) == len(told)
    assert all(line.startswith(start) for line, start in zip(found, told, strict=True))
