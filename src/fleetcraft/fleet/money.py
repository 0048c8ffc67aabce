"""What craft cost to buy and to keep, in the scenario's currency (model.md 6)."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.losses import loss_rate_per_h, replacement_h
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.physics import cost, reliability
from fleetcraft.scenario.calendar import Period
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_YEAR, years_between

Floats = NDArray[np.float64]


def on_top_factor(scenario: Scenario, platform: Platform) -> float:
    """1 + the fraction for ground equipment, spares and training."""
    on_top = scenario.acquisition.on_top
    return 1.0 + (on_top.included if platform.ground_segment == "included" else on_top.extra)


def escalation_factor(scenario: Scenario, platform: Platform, day: date) -> float:
    """Growth of the price from 1 July of its price year to a day."""
    years = years_between(date(platform.price_year, 7, 1), day)
    return float(cost.escalated(1.0, years, scenario.acquisition.escalation_per_year))


def unit_obligation(scenario: Scenario, platform: Platform, period: Period) -> float:
    """What one craft ordered in a period obligates: likely price x on-top x escalation x budget rate."""
    escalated = platform.unit_price_likely * escalation_factor(scenario, platform, period.start)
    return escalated * on_top_factor(scenario, platform) * scenario.rate(platform.price_currency)


def fixed_support_per_year(scenario: Scenario, platform: Platform) -> float:
    """Yearly fixed support of one craft, at calendar-start prices and the budget rate."""
    return price_at_start(scenario, platform) * platform.annual_support_cost_fraction


def people_per_craft(theatre: Theatre) -> Floats:
    """People one craft in each open pair needs, (N,): people a post x posts x duty + upkeep."""
    scenario, pairs = theatre.scenario, theatre.pairs
    ops = scenario.operations
    posts = np.array([p.crew_per_vehicle_on_station for p in scenario.platforms])
    upkeep = np.array([ops.classes[p.craft_class].upkeep_people for p in scenario.platforms])
    people: Floats = ops.people_per_post * posts[pairs.platform] * pairs.duty + upkeep[pairs.platform]
    return people


def price_at_start(scenario: Scenario, platform: Platform) -> float:
    """Likely price of the craft alone, at calendar-start prices and the budget rate."""
    escalated = platform.unit_price_likely * escalation_factor(scenario, platform, scenario.calendar.start)
    return escalated * scenario.rate(platform.price_currency)


def replacement_per_year(theatre: Theatre) -> Floats:
    """Yearly cost of replacing what one craft's place loses in each open pair, (N,); 0 where losses are not replaced.

    Expected losses x price of the craft alone: its ground equipment is not lost with it.
    """
    scenario, pairs = theatre.scenario, theatre.pairs
    after_h = replacement_h(scenario)[pairs.platform]
    rate = np.where(np.isfinite(after_h), loss_rate_per_h(scenario)[pairs.platform], 0.0)
    losses = reliability.losses_per_h(rate, pairs.operating_h_per_h, np.where(np.isfinite(after_h), after_h, 0.0))
    price = np.array([price_at_start(scenario, p) for p in scenario.platforms])
    replaced: Floats = losses * HOURS_PER_YEAR * price[pairs.platform]
    return replaced


def support_per_year(theatre: Theatre) -> Floats:
    """Yearly cost of one craft at work in each open pair, (N,): fixed support, hours, people, replaced losses."""
    scenario, pairs = theatre.scenario, theatre.pairs
    fixed = np.array([fixed_support_per_year(scenario, p) for p in scenario.platforms])
    hourly = np.array([p.operating_cost_per_hour * scenario.rate(p.price_currency) for p in scenario.platforms])
    operating = hourly[pairs.platform] * pairs.operating_h_per_h * HOURS_PER_YEAR
    people = people_per_craft(theatre) * scenario.operations.person_year_cost
    support: Floats = fixed[pairs.platform] + operating + people + replacement_per_year(theatre)
    return support


def usable_years(scenario: Scenario, usable_h: Floats) -> Floats:
    """Years within each fiscal year, up to the calendar's end, in which craft are usable: (Y, ...)."""
    calendar = scenario.calendar
    end_h = calendar.hours(calendar.end) + 24.0
    spans = [calendar.fiscal_year_span(year) for year in calendar.fiscal_years]
    edges = [(calendar.hours(first), min(calendar.hours(last), end_h)) for first, last in spans]
    return np.stack([np.clip(last - np.maximum(usable_h, first), 0.0, None) for first, last in edges]) / HOURS_PER_YEAR


def discount_factors(scenario: Scenario) -> Floats:
    """Factor of each fiscal year's mid-year money, (Y,), for comparison only."""
    calendar = scenario.calendar
    middles = [date(year, calendar.fiscal_month, 1) for year in calendar.fiscal_years]
    years = np.array([years_between(calendar.start, day) + 0.5 for day in middles])
    factors: Floats = cost.discounted(1.0, years, scenario.acquisition.discount_per_year)
    return factors
