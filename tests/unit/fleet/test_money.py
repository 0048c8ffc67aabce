"""Prices and upkeep worked out by hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_scenario
from fleetcraft.fleet import money
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.scenario.scenario import Scenario
from unit.fleet.theatres import theatre_of

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
