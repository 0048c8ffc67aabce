"""What craft cost to buy and to keep, and when it is paid, in the scenario's currency (model.md 5)."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.losses import loss_rate_per_h, replacement_h
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.physics import cost, reliability
from fleetcraft.scenario.actuals import period_of
from fleetcraft.scenario.calendar import Calendar, Period
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_YEAR, years_between

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def gateway_year(scenario: Scenario) -> int:
    """The fiscal year in which gateways are bought: the first with acquisition money, else the calendar's first.

    With actuals it is the first from today on.
    """
    calendar = scenario.calendar
    today = calendar.fiscal_year(calendar.start if scenario.actuals is None else scenario.actuals.today)
    years = [year for year in calendar.fiscal_years if year >= today]
    funded = (year for year in years if scenario.budget.acquisition.get(year, 0.0) > 0)
    return next(funded, years[0])


def is_service(platform: Platform) -> bool:
    """Whether a type is hired by the year instead of bought."""
    return platform.acquisition == "service"


def integration_cost(scenario: Scenario, platform: Platform) -> float:
    """What a type costs once beside its craft; a service comes integrated."""
    return 0.0 if is_service(platform) else scenario.acquisition.integration_cost


def on_top_factor(scenario: Scenario, platform: Platform) -> float:
    """1 + the fraction for ground equipment, spares and training."""
    on_top = scenario.acquisition.on_top
    return 1.0 + (on_top.included if platform.ground_segment == "included" else on_top.extra)


def escalation_factor(scenario: Scenario, platform: Platform, day: date) -> float:
    """Growth of the price from 1 July of its price year to a day."""
    years = years_between(date(platform.price_year, 7, 1), day)
    return float(cost.escalated(1.0, years, scenario.acquisition.escalation_per_year))


def unit_obligation(scenario: Scenario, platform: Platform, period: Period) -> float:
    """What one craft ordered in a period obligates: likely price x on-top x escalation x budget rate.

    Where the price falls with the units made it is that of unit ``units_made``; a service obligates nothing. With
    actuals the rate is today's.
    """
    return _unit_price(scenario, platform, period) * scenario.rate(platform.price_currency)


def _unit_price(scenario: Scenario, platform: Platform, period: Period) -> float:
    """Likely price of a craft ordered in a period, with what comes on top, in its own currency; 0 of a service."""
    if is_service(platform):
        return 0.0
    escalated = platform.unit_price_likely * escalation_factor(scenario, platform, period.start)
    return escalated * on_top_factor(scenario, platform)


def is_placed(scenario: Scenario, order_h: Floats) -> NDArray[np.bool_]:
    """Which orders were placed before today, by the hours at which their periods begin; none without actuals."""
    return order_h < scenario.today_h


def booked(scenario: Scenario, platform: int) -> dict[str, float]:
    """What the placed orders of a type (its index) obligated, by period, without integration.

    What is stated of an order, else the likely price at the budget rate, its craft counted after those before.
    """
    if scenario.actuals is None:
        return {}
    type_ = scenario.platforms[platform]
    total: dict[str, float] = {}
    made = 0
    for order in scenario.actuals.placed(type_.id):
        period = period_of(scenario.calendar, order.ordered)
        first, last = learnt_cost(scenario, type_, np.array([made, made + order.quantity], dtype=np.float64)).tolist()
        rate = scenario.budget_rate(type_.price_currency)
        by_law = (last - first) * _unit_price(scenario, type_, period) * rate
        total[period.id] = total.get(period.id, 0.0) + (by_law if order.cost is None else order.cost)
        made += order.quantity
    return total


def _booked_unit(scenario: Scenario, platform: int, period: Period) -> float:
    """What a unit of a type cost in a period whose orders were placed, its learning left out."""
    periods = scenario.standing[platform].period
    first = periods.index(period.id)
    count = np.array([first, first + periods.count(period.id)], dtype=np.float64)
    before, after = learnt_cost(scenario, scenario.platforms[platform], count).tolist()
    unit: float = booked(scenario, platform)[period.id] / (after - before)
    return unit


def is_later(scenario: Scenario, order_h: Floats) -> NDArray[np.bool_]:
    """Which orders are placed on the day of the news or after it, by their hours from the calendar's start."""
    return order_h >= scenario.calendar.news_h


def later_obligation(scenario: Scenario, futures: Futures, platform: int, period: Period) -> Floats:
    """What one craft of a type (its index) ordered in a period after the news obligates in each future, (F,).

    As before the news, but at the future's own price and at its rate on the day of the news.
    """
    type_ = scenario.platforms[platform]
    likely = unit_obligation(scenario, type_, period)
    return likely * price_ratio(scenario, futures, platform) * rate_at_news(scenario, futures, type_)


def obligation_in_futures(scenario: Scenario, futures: Futures, platform: int, period: Period) -> Floats:
    """What one craft of a type (its index) ordered in a period obligates in each future, (F,), whenever that is.

    Of orders that were placed it is what they cost, the same in all futures.
    """
    if is_placed(scenario, np.array(period.start_h)):
        return np.full(len(futures), _booked_unit(scenario, platform, period))
    if period.start_h >= scenario.calendar.news_h:
        return later_obligation(scenario, futures, platform, period)
    return np.full(len(futures), unit_obligation(scenario, scenario.platforms[platform], period))


def price_ratio(scenario: Scenario, futures: Futures, platform: int) -> Floats:
    """Unit price of a type (its index) over its likely price in each future, (F,)."""
    likely = scenario.platforms[platform].unit_price_likely
    ratio: Floats = futures.unit_price[:, platform] / max(likely, 1e-12)
    return ratio


def rate_at_news(scenario: Scenario, futures: Futures, platform: Platform) -> Floats:
    """Rate of a type's price currency over the budget rate on the day of the news in each future, (F,)."""
    return futures.rate_factor_at(platform.price_currency, np.full(len(futures), scenario.calendar.news_h))


def learnt_cost(scenario: Scenario, platform: Platform, units: Floats) -> Floats:
    """Cost of this buyer's first ``units`` craft (any shape, parts of a craft in proportion) over ``unit_obligation``.

    Wright's law from the ``units_made`` on: sum over k of ((units_made + k) / units_made)^(log2 learning_slope), which
    is ``units`` where the slope is 1.
    """
    made = 1 if platform.units_made is None else platform.units_made
    slope = 1.0 if is_service(platform) else scenario.acquisition.learning_slope
    return cost.wright_total_cost(made, units, slope)


def fixed_support_per_year(scenario: Scenario, platform: Platform) -> float:
    """Yearly fixed support of one craft, or its fee, at calendar-start prices and the budget rate."""
    price = price_at_start(scenario, platform)
    return price if is_service(platform) else price * platform.annual_support_cost_fraction


def people_per_craft(theatre: Theatre) -> Floats:
    """People one craft in each open pair needs, (N,): people a post x posts x duty + upkeep; 0 of a service."""
    scenario, pairs = theatre.scenario, theatre.pairs
    ops = scenario.operations
    own = np.array([not is_service(p) for p in scenario.platforms])
    posts = np.array([p.crew_per_vehicle_on_station for p in scenario.platforms])
    upkeep = np.array([ops.classes[p.craft_class].upkeep_people for p in scenario.platforms])
    people: Floats = ops.people_per_post * posts[pairs.platform] * pairs.duty + upkeep[pairs.platform]
    return own[pairs.platform] * people


def price_at_start(scenario: Scenario, platform: Platform) -> float:
    """Likely price of the craft alone, at calendar-start prices and the budget rate."""
    escalated = platform.unit_price_likely * escalation_factor(scenario, platform, scenario.calendar.start)
    return escalated * scenario.rate(platform.price_currency)


def replacement_per_year(theatre: Theatre) -> Floats:
    """Yearly cost of replacing what one craft's place loses in each open pair, (N,); 0 where losses are not replaced.

    Expected losses x price of the craft alone: its ground equipment is not lost with it. 0 of a service.
    """
    scenario, pairs = theatre.scenario, theatre.pairs
    after_h = replacement_h(scenario)[pairs.platform]
    rate = np.where(np.isfinite(after_h), loss_rate_per_h(scenario)[pairs.platform], 0.0)
    losses = reliability.losses_per_h(rate, pairs.operating_h_per_h, np.where(np.isfinite(after_h), after_h, 0.0))
    price = np.array([0.0 if is_service(p) else price_at_start(scenario, p) for p in scenario.platforms])
    replaced: Floats = losses * HOURS_PER_YEAR * price[pairs.platform]
    return replaced


def support_per_year(theatre: Theatre) -> Floats:
    """Yearly cost of one craft at work in each open pair, (N,): fixed support, hours, people, replaced losses.

    Of a service it is the fee alone.
    """
    scenario, pairs = theatre.scenario, theatre.pairs
    fixed = np.array([fixed_support_per_year(scenario, p) for p in scenario.platforms])
    hourly = np.array(
        [
            0.0 if is_service(p) else p.operating_cost_per_hour * scenario.rate(p.price_currency)
            for p in scenario.platforms
        ]
    )
    operating = hourly[pairs.platform] * pairs.operating_h_per_h * HOURS_PER_YEAR
    people = people_per_craft(theatre) * scenario.operations.person_year_cost
    support: Floats = fixed[pairs.platform] + operating + people + replacement_per_year(theatre)
    return support


def usable_years(scenario: Scenario, usable_h: Floats) -> Floats:
    """Years within each fiscal year, up to the calendar's end, in which craft are usable: (Y, ...)."""
    calendar = scenario.calendar
    starts_h = [calendar.hours(calendar.fiscal_year_span(year)[0]) for year in calendar.fiscal_years]
    edges = zip(starts_h, year_ends_h(scenario), strict=True)
    return np.stack([np.clip(last - np.maximum(usable_h, first), 0.0, None) for first, last in edges]) / HOURS_PER_YEAR


def year_ends_h(scenario: Scenario) -> list[float]:
    """Hours from the calendar's start to the end of each fiscal year, of the last to the calendar's end."""
    calendar = scenario.calendar
    end_h = calendar.hours(calendar.end) + 24.0
    return [min(calendar.hours(calendar.fiscal_year_span(year)[1]), end_h) for year in calendar.fiscal_years]


def payments(scenario: Scenario, order_h: Floats, arrival_h: Floats) -> tuple[Floats, Floats]:
    """When craft ordered at ``order_h`` (n,) and arriving at ``arrival_h`` (F, n) are paid, and the share then paid.

    Both (3, F, n): at the order, half way, at the delivery. What never arrives is paid at its order alone; a share not
    paid is 0, at the calendar's start, as is one paid before today in a fiscal year whose outlay so far is stated.
    """
    profile = scenario.acquisition.payments
    shares = np.array([profile.order, profile.half_way, profile.delivery])
    due_h = np.stack(cost.payment_dates_h(order_h, arrival_h))
    happens = np.isfinite(due_h) & ~_is_stated(scenario, due_h)
    return np.where(happens, due_h, 0.0), np.where(happens, shares[:, None, None], 0.0)


def _is_stated(scenario: Scenario, due_h: Floats) -> NDArray[np.bool_]:
    """Which payments, due at some moments, are part of a stated outlay."""
    stated = np.zeros(due_h.shape, dtype=bool)
    calendar = scenario.calendar
    for year, spent in () if scenario.actuals is None else scenario.actuals.spent.items():
        if spent.outlay is not None:
            first_h, past_h = (calendar.hours(day) for day in calendar.fiscal_year_span(year))
            stated |= (due_h >= first_h) & (due_h < min(past_h, scenario.today_h))
    return stated


def by_fiscal_year(calendar: Calendar, due_h: Floats, amount: Floats) -> Floats:
    """Sums by fiscal year, (..., Y), of amounts (K, ...) that fall due at ``due_h`` (K, ...) from the calendar's start.

    What falls after the calendar counts in its last year.
    """
    ends = [calendar.hours(calendar.fiscal_year_span(year)[1]) for year in calendar.fiscal_years]
    year = np.searchsorted(ends[:-1], due_h, side="right")
    return np.stack([np.where(year == y, amount, 0.0).sum(axis=0) for y in range(len(ends))], axis=-1)


def payment_shares_by_year(scenario: Scenario, order_h: Floats, arrival_h: Floats) -> Floats:
    """Share of its obligation that each craft is paid in each fiscal year, (F, n, Y), were prices and rates to stay.

    Craft are ordered at ``order_h`` (n,) and arrive at ``arrival_h`` (F, n), in hours from the calendar's start.
    """
    due_h, share = payments(scenario, order_h, arrival_h)
    return by_fiscal_year(scenario.calendar, due_h, share)


def price_moves(scenario: Scenario, futures: Futures, platform: int, order_h: Floats, due_h: Floats) -> Floats:
    """What a payment due at ``due_h`` (3, F, n) comes to, over what was obligated for it.

    An order before the news was obligated at the likely price and the budget rate and is paid at the future's price
    and the date's rate. A later one was obligated at the future's price: the rate alone has moved since the news. Of
    one placed before today what was due by then is paid as it was booked; in what is still to be paid the rate counts,
    against the budget rate at which it was booked, and the price, unless its cost is stated: it is then a contract.
    """
    type_ = scenario.platforms[platform]
    rate = np.stack([futures.rate_factor_at(type_.price_currency, due) for due in due_h])
    later = 1.0 / rate_at_news(scenario, futures, type_)
    moves: Floats = rate * np.where(
        is_later(scenario, order_h), later[:, None], price_ratio(scenario, futures, platform)[:, None]
    )
    placed = is_placed(scenario, order_h)
    if placed.any():
        since = scenario.rate(type_.price_currency) / scenario.budget_rate(type_.price_currency)
        price = np.where(_is_contract(scenario, type_, order_h), 1.0, price_ratio(scenario, futures, platform)[:, None])
        moves = np.where(placed, np.where(due_h < scenario.today_h, 1.0, price * rate * since), moves)
    return moves


def _is_contract(scenario: Scenario, platform: Platform, order_h: Floats) -> NDArray[np.bool_]:
    """Which orders of a type, by the hours at which their periods begin, were placed at a stated cost."""
    if scenario.actuals is None:
        return np.zeros(len(order_h), dtype=bool)
    placed = scenario.actuals.placed(platform.id)
    open_price = {period_of(scenario.calendar, o.ordered).start_h for o in placed if o.cost is None}
    return is_placed(scenario, order_h) & ~np.isin(order_h, list(open_price))


def overrun_per_unit(scenario: Scenario, futures: Futures, platform: int, order_h: Floats, arrival_h: Floats) -> Floats:
    """Payments less obligation of each craft of a type (its index), over its obligation: (F, n).

    Craft are ordered at ``order_h`` (n,) and arrive at ``arrival_h`` (F, n), in hours from the calendar's start. Of one
    that never arrives only the share paid at its order is set against the payment.
    """
    due_h, share = payments(scenario, order_h, arrival_h)
    return overrun_of(share, price_moves(scenario, futures, platform, order_h, due_h))


def overrun_of(share: Floats, moves: Floats) -> Floats:
    """Payments less obligation over the obligation, (F, n), of shares paid and ``price_moves``, both (3, F, n)."""
    overrun: Floats = (share * (moves - 1.0)).sum(axis=0)
    return overrun


def carried_over(scenario: Scenario, spent: Floats) -> Floats:
    """Acquisition money each fiscal year has from the year before, (Y, ...), after ``spent`` (Y, ...).

    What is left of a year, but at most ``carry_over`` times the year's own budget.
    """
    budget = np.array([scenario.budget.acquisition.get(year, 0.0) for year in scenario.calendar.fiscal_years])
    carried = np.zeros_like(spent)
    for year in range(1, len(budget)):
        left = budget[year - 1] + carried[year - 1] - spent[year - 1]
        carried[year] = np.clip(left, 0.0, scenario.budget.carry_over * budget[year - 1])
    return carried


def discount_factors(scenario: Scenario) -> Floats:
    """Factor of each fiscal year's mid-year money, (Y,), for comparison only."""
    calendar = scenario.calendar
    middles = [date(year, calendar.fiscal_month, 1) for year in calendar.fiscal_years]
    years = np.array([years_between(calendar.start, day) + 0.5 for day in middles])
    factors: Floats = cost.discounted(1.0, years, scenario.acquisition.discount_per_year)
    return factors
