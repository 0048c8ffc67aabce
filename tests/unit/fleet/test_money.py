"""Prices and upkeep worked out by hand."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_scenario, replace
from fleetcraft.fleet import money
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.scenario.scenario import Scenario
from unit.fleet.theatres import futures_of, theatre_of

RATES = {"fx.csv": "year,usd_per_aud,vol_aud\n2025,0.5,0.1\n", "correlation.csv": ",aud\naud,1.0\n"}


@cache
def scenario() -> Scenario:
    """A type priced at home in 2024 dollars without its ground equipment, one in Australian dollars with it."""
    return make_scenario(
        platforms=[
            {"price_year": 2024, "unit_price_likely": 3e6},
            {
                "id": "glider",
                "domain": "underwater",
                "price_currency": "AUD",
                "price_year": 2027,
                "unit_price_likely": 4e6,
                "endurance_h": 48,
                "ground_segment": "included",
                "operating_cost_per_hour": 100,
                "annual_support_cost_fraction": 0.1,
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
            "on_top": {"extra": 0.3, "included": 0.1},
            "escalation_per_year": 0.02,
            "discount_per_year": 0.05,
        },
        operations={"people_per_post": 5, "person_year_cost": 9000},
    )


def days(start: date, end: date) -> int:
    return (end - start).days


def test_a_craft_obligates_price_times_escalation_times_on_top_times_rate() -> None:
    drone, glider = scenario().platforms
    third = scenario().calendar.periods[2]
    assert third.id == "2026Q3"
    grown = 1.02 ** (days(date(2024, 7, 1), date(2026, 7, 1)) / 365.25)
    assert grown == pytest.approx(1.02**2, rel=1e-4)
    assert money.unit_obligation(scenario(), drone, third) == pytest.approx(3e6 * grown * 1.3, rel=1e-12)
    shrunk = 1.02 ** (-days(date(2026, 7, 1), date(2027, 7, 1)) / 365.25)
    assert money.unit_obligation(scenario(), glider, third) == pytest.approx(4e6 * shrunk * 1.1 * 0.5, rel=1e-12)


def test_prices_grow_from_quarter_to_quarter() -> None:
    drone = scenario().platforms[0]
    prices = [money.unit_obligation(scenario(), drone, period) for period in scenario().calendar.periods]
    assert (np.diff(prices) > 0).all()
    assert prices[4] / prices[0] == pytest.approx(1.02, rel=1e-4)


def test_people_are_posts_on_station_and_upkeep() -> None:
    theatre = theatre_of(scenario())
    duty = theatre.pairs.duty
    assert duty[0] != duty[1]
    # two posts a craft on station, five people a post, two people who keep each craft
    np.testing.assert_allclose(money.people_per_craft(theatre), 5 * 2 * duty + 2, rtol=1e-12)


def test_a_year_of_support_is_fixed_support_hours_and_people() -> None:
    theatre = theatre_of(scenario())
    pairs = theatre.pairs
    start = date(2026, 1, 1)
    drone_price = 3e6 * 1.02 ** (days(date(2024, 7, 1), start) / 365.25)
    glider_price = 4e6 * 0.5 * 1.02 ** (-days(start, date(2027, 7, 1)) / 365.25)
    fixed = np.array([0.08 * drone_price, 0.1 * glider_price])
    hours = 8760 * pairs.duty * pairs.operating_h / pairs.expected_station_h
    hourly = np.array([1200, 100 * 0.5])
    people = (5 * 2 * pairs.duty + 2) * 9000
    np.testing.assert_allclose(money.support_per_year(theatre), fixed + hours * hourly + people, rtol=1e-12)


# Years of use

FISCAL = {"start": date(2026, 4, 1), "news": date(2026, 10, 1), "fiscal_year_start": "04-01"}


@cache
def fiscal() -> Scenario:
    return make_scenario(calendar=FISCAL | {"deadline": date(2028, 3, 31), "end": date(2029, 3, 31)})


@given(st.floats(0.0, 40000.0))
def test_usable_years_add_up_to_the_time_left(usable_h: float) -> None:
    calendar = fiscal().calendar
    years = money.usable_years(fiscal(), np.array(usable_h))
    left_h = max((calendar.end - calendar.start).days * 24 + 24 - usable_h, 0.0)
    assert years.sum() * 8760 == pytest.approx(left_h, rel=1e-9, abs=1e-6)
    assert (years >= 0).all()


def test_usable_years_fall_into_their_fiscal_years() -> None:
    calendar = fiscal().calendar
    assert calendar.fiscal_years == (2026, 2027, 2028)
    moments = np.array([[0.0, calendar.hours(date(2027, 10, 1))], [np.inf, calendar.hours(date(2029, 3, 31))]])
    years = money.usable_years(fiscal(), moments)
    assert years.shape == (3, 2, 2)
    # fiscal 2027 has the 29th of February 2028
    np.testing.assert_allclose(years[:, 0, 0], [1, 366 / 365, 1])
    np.testing.assert_allclose(years[:, 0, 1], [0, 183 / 365, 1])
    np.testing.assert_array_equal(years[:, 1, 0], 0)
    np.testing.assert_allclose(years[:, 1, 1], [0, 0, 1 / 365])


def test_a_calendar_that_starts_inside_a_fiscal_year_counts_from_its_start() -> None:
    late: dict[str, Any] = {"fiscal_year_start": "04-01"}
    scenario_ = make_scenario(calendar=late, budget={"obligation": {2026: 1e6}})
    assert scenario_.calendar.fiscal_years[0] == 2025
    years = money.usable_years(scenario_, np.zeros(1))[:, 0]
    assert years[0] == pytest.approx(days(date(2026, 1, 1), date(2026, 4, 1)) / 365)
    assert years.sum() == pytest.approx(days(date(2026, 1, 1), date(2029, 1, 1)) / 365)


def test_money_is_discounted_from_the_middle_of_its_year() -> None:
    factors = money.discount_factors(scenario())
    np.testing.assert_allclose(factors, 1.05 ** -np.array([0.5, 1.5, 2.5]), rtol=1e-3)
    undiscounted = make_scenario()
    assert (money.discount_factors(undiscounted) == 1).all()


def replacing(**aircraft: Any) -> Theatre:
    """A type that loses craft, one of a class that keeps its losses, one that loses none."""
    return theatre_of(
        make_scenario(
            platforms=[
                {"loss_per_100k_h": 40, "price_year": 2024},
                {"id": "kept", "loss_per_100k_h": 40, "craft_class": "keep"},
                {"id": "sound", "loss_per_100k_h": 0},
            ],
            operations={"classes": {"aircraft": aircraft, "keep": {"utilisation_h_per_year": 2500}}},
            acquisition={"on_top": {"extra": 0.3}, "escalation_per_year": 0.02},
        )
    )


def test_what_is_lost_is_bought_anew() -> None:
    """Losses a year of a place that is empty from a loss to its replacement, at the price of the craft alone."""
    theatre = replacing(replacement_months=12)
    lost_per_h = 40e-5 * theatre.pairs.operating_h_per_h[0]
    price = 3e6 * 1.02 ** (days(date(2024, 7, 1), date(2026, 1, 1)) / 365.25)
    yearly = 8760 / (1 / lost_per_h + 12 * 730.5) * price
    np.testing.assert_allclose(money.replacement_per_year(theatre), [yearly, 0.0, 0.0], rtol=1e-12)
    more = money.support_per_year(theatre) - money.support_per_year(replacing())
    np.testing.assert_allclose(more, [yearly, 0.0, 0.0], atol=1e-6)


# What is hired


@cache
def hired() -> Theatre:
    """The same aircraft bought and hired, where everything that can cost something does."""
    hire = {"id": "hired", "acquisition": "service", "unit_price_likely": 2.5e6, "price_year": 2024}
    return theatre_of(
        make_scenario(
            platforms=[
                {"loss_per_100k_h": 40, "units_made": 10},
                {"loss_per_100k_h": 40, "units_made": 10, **hire},
            ],
            operations={
                "people_per_post": 5,
                "person_year_cost": 9000,
                "classes": {"aircraft": {"replacement_months": 6}},
            },
            acquisition={
                "on_top": {"extra": 0.3},
                "escalation_per_year": 0.02,
                "integration_cost": 1e6,
                "learning_slope": 0.8,
            },
        )
    )


def test_a_service_costs_its_fee_and_nothing_else() -> None:
    theatre = hired()
    scenario = theatre.scenario
    bought, service = scenario.platforms
    assert [money.is_service(p) for p in scenario.platforms] == [False, True]
    fee = 2.5e6 * 1.02 ** (days(date(2024, 7, 1), date(2026, 1, 1)) / 365.25)
    assert money.fixed_support_per_year(scenario, service) == pytest.approx(fee)
    assert money.support_per_year(theatre)[1] == pytest.approx(fee)
    assert all(money.unit_obligation(scenario, service, period) == 0 for period in scenario.calendar.periods)
    assert [money.integration_cost(scenario, p) for p in (bought, service)] == [1e6, 0]
    assert money.people_per_craft(theatre)[1] == money.replacement_per_year(theatre)[1] == 0
    assert money.people_per_craft(theatre)[0] > 0 < money.replacement_per_year(theatre)[0]
    np.testing.assert_array_equal(money.learnt_cost(scenario, service, np.array([3.0])), [3.0])
    np.testing.assert_array_equal(
        money.later_obligation(scenario, futures_of(scenario), 1, scenario.calendar.periods[3]), 0
    )


# What is learnt


def test_the_price_of_a_series_falls_with_the_units_made() -> None:
    """Ten made, slope 0.8: the tenth further one costs 0.8 of the price, and the sum is over all before it."""
    scenario = hired().scenario
    drone = scenario.platforms[0]
    units = ((10 + np.arange(1, 11)) / 10) ** np.log2(0.8)
    assert units[-1] == pytest.approx(0.8)
    found = money.learnt_cost(scenario, drone, np.array([0.0, 1.0, 10.0, 1.5]))
    np.testing.assert_allclose(found, [0, units[0], units.sum(), units[0] + units[1] / 2])


@given(st.lists(st.floats(0.0, 300.0), min_size=2, max_size=6).map(sorted))
def test_a_longer_series_costs_more_in_all_and_less_each(units: list[float]) -> None:
    scenario = hired().scenario
    count = np.array(units)
    cost = money.learnt_cost(scenario, scenario.platforms[0], count)
    assert (np.diff(cost) >= 0).all()
    assert (cost <= count + 1e-9).all()
    flat = make_scenario().platforms[0]
    np.testing.assert_allclose(money.learnt_cost(make_scenario(), flat, count), count)


# Before the news and after

MARCH_2027 = 14 * 730.5
"""Hours to the month in which the rate moves a second time."""


@cache
def moving() -> tuple[Scenario, Futures]:
    """The scenario above in two futures: its glider a fifth dearer in the second, the dollar's worth of AUD moving."""
    base = scenario()
    futures = futures_of(base, price_factor=[[1.0, 1.0], [1.0, 1.2]], count=2)
    after = np.where(futures.rate_h >= 5 * 730.5, 1.1, 1.0)
    later = np.where(futures.rate_h >= MARCH_2027, 2.0, after)
    return base, changed(futures, rate_factor=np.stack([np.ones_like(later), later])[:, :, None])


def test_an_order_after_the_news_obligates_its_futures_price_at_the_rate_of_the_news() -> None:
    base, futures = moving()
    assert base.calendar.news == date(2026, 7, 1)
    for period in base.calendar.periods:
        likely = money.unit_obligation(base, base.platforms[1], period)
        found = money.obligation_in_futures(base, futures, 1, period)
        is_later = period.start >= base.calendar.news
        np.testing.assert_allclose(found, [likely, likely * 1.2 * 1.1] if is_later else [likely, likely], rtol=1e-12)
        if is_later:
            np.testing.assert_array_equal(found, money.later_obligation(base, futures, 1, period))


def test_the_overrun_of_a_unit_is_measured_against_its_own_obligation() -> None:
    """Paid in the months 0, 10 and 20, or 8, 12 and 16: the rate is 1.1 from the fifth on, 2 from the fourteenth.

    Of the order before the news price and rate have moved, of the later one the rate alone.
    """
    base, futures = moving()
    profile = {"order": 0.25, "half_way": 0.25, "delivery": 0.5}
    base = base.model_copy(
        update={
            "acquisition": base.acquisition.model_copy(
                update={"payments": base.acquisition.payments.model_copy(update=profile)}
            )
        }
    )
    order_h = np.array([0.0, 8 * 730.5])
    arrival_h = np.broadcast_to(np.array([20 * 730.5, 16 * 730.5]), (2, 2))
    found = money.overrun_per_unit(base, futures, 1, order_h, arrival_h)
    early = 0.25 * 1.2 * 1.0 + 0.25 * 1.2 * 1.1 + 0.5 * 1.2 * 2.0 - 1
    late = 0.25 * 1.0 + 0.25 * 1.0 + 0.5 * 2.0 / 1.1 - 1
    np.testing.assert_allclose(found, [[0, 0], [early, late]], atol=1e-12)
    never = np.full((2, 2), np.inf)
    np.testing.assert_allclose(
        money.overrun_per_unit(base, futures, 1, order_h, never), [[0, 0], [0.25 * 0.2, 0]], atol=1e-12
    )


# When it is paid


@cache
def paying() -> Scenario:
    return make_scenario(
        calendar=FISCAL | {"deadline": date(2028, 3, 31), "end": date(2029, 3, 31)},
        acquisition={"payments": {"order": 0.3, "half_way": 0.5, "delivery": 0.2}},
    )


def test_shares_fall_due_in_their_fiscal_years() -> None:
    """Fiscal 2026 to 2028. Two craft of the first day, in two futures; the last payment falls after the calendar."""
    calendar = paying().calendar
    year = calendar.hours(date(2027, 4, 1))
    arrival_h = np.array([[1.9 * year, year], [3.9 * year, np.inf]])
    found = money.payment_shares_by_year(paying(), np.zeros(2), arrival_h)
    np.testing.assert_allclose(found, [[[0.8, 0.2, 0], [0.8, 0.2, 0]], [[0.3, 0.5, 0.2], [0.3, 0, 0]]])


@given(
    order_h=st.lists(st.floats(0.0, 17000.0), min_size=1, max_size=4),
    delay_h=st.floats(0.0, 40000.0) | st.just(np.inf),
)
def test_all_of_what_arrives_is_paid_for(order_h: list[float], delay_h: float) -> None:
    orders = np.array(order_h)
    shares = money.payment_shares_by_year(paying(), orders, (orders + delay_h)[None, :])
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0 if np.isfinite(delay_h) else 0.3)


# What stays for the next year


def test_unspent_money_stays_up_to_the_stated_share() -> None:
    """Of 100 a half may stay: 30 unspent stay all, 80 unspent stay 50; what was carried is spent or carried on."""
    scenario_ = make_scenario(
        budget=replace({"obligation": {2026: 100.0, 2027: 100.0, 2028: 100.0}, "carry_over": 0.5})
    )
    spent = np.array([[70.0, 20.0, 100.0, 110.0], [120.0, 60.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    np.testing.assert_allclose(money.carried_over(scenario_, spent), [[0] * 4, [30, 50, 0, 0], [10, 50, 50, 50]])
    kept = make_scenario(budget=replace({"obligation": {2026: 100.0, 2027: 100.0}}))
    assert (money.carried_over(kept, spent) == 0).all()


def test_where_outlays_count_their_budget_stays() -> None:
    money_ = {"counts": "outlay", "outlay": {2026: 100.0, 2027: 50.0}, "carry_over": 1.0}
    scenario_ = make_scenario(budget=replace(money_))
    np.testing.assert_allclose(money.carried_over(scenario_, np.array([40.0, 100.0, 0.0])), [0, 60, 10])


@pytest.mark.parametrize(
    ("obligation", "year"), [({2026: 1.0}, 2026), ({2026: 0.0, 2027: 9e6}, 2027), ({2026: 0.0}, 2026)]
)
def test_gateways_are_bought_in_the_first_year_with_money(obligation: dict[int, float], year: int) -> None:
    assert money.gateway_year(make_scenario(budget={"obligation": obligation})) == year
