"""What must hold between the parts of a scenario: one short function a rule, all of them listed in ``CHECKS``.

A check sees only what is sound, so that one fault does not bring others with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import wraps
from typing import Any, get_args

import numpy as np

from fleetcraft.errors import Fault
from fleetcraft.scenario.budget import Triangle
from fleetcraft.scenario.calendar import WINDOW_DAYS
from fleetcraft.scenario.draft import Draft
from fleetcraft.scenario.platform import Platform, SweptAs
from fleetcraft.scenario.requirement import default_requirement_id
from fleetcraft.scenario.tables import Row
from fleetcraft.scenario.wording import amount, fault_at, one_of

Check = Callable[[Draft], Iterator[Fault]]

FIRST_YEAR, LAST_YEAR = 1990, 2200
PROBABILITY_TOLERANCE = 0.01
SHARE_TOLERANCE = 1e-6
MEASURE_FIELDS = {
    "detection": ("target", "within_h", "at_least"),
    "presence": ("domain", "craft", "at_least"),
    "revisit": ("target", "at_most"),
}
ALL_MEASURE_FIELDS = ("target", "within_h", "domain", "craft", "at_least", "at_most")


def needs(*parts: str) -> Callable[[Check], Check]:
    """Skip a check where a part that it compares is not sound."""

    def decorate(check: Check) -> Check:
        @wraps(check)
        def when_sound(draft: Draft) -> Iterator[Fault]:
            if draft.sound.issuperset(parts):
                yield from check(draft)

        return when_sound

    return decorate


@needs("calendar")
def years_are_of_our_time(draft: Draft) -> Iterator[Fault]:
    for name in ("start", "news", "deadline", "end"):
        if not FIRST_YEAR <= getattr(draft.text.calendar, name).year <= LAST_YEAR:
            yield draft.fault("calendar", name, expected=f"a date from {FIRST_YEAR} to {LAST_YEAR}")


@needs("calendar")
def deadline_lies_in_the_calendar(draft: Draft) -> Iterator[Fault]:
    calendar = draft.text.calendar
    if not calendar.start < calendar.deadline < calendar.end:
        expected = f"a date in the calendar, after {calendar.start} and before {calendar.end}"
        yield draft.fault("calendar", "deadline", expected=expected)


@needs("calendar")
def news_comes_between_start_and_deadline(draft: Draft) -> Iterator[Fault]:
    calendar = draft.text.calendar
    if not calendar.start <= calendar.news <= calendar.deadline:
        expected = f"a date from the start {calendar.start} to the deadline {calendar.deadline}"
        yield draft.fault("calendar", "news", expected=expected)


@needs("calendar")
def window_fits_the_calendar(draft: Draft) -> Iterator[Fault]:
    calendar = draft.text.calendar
    if calendar.start < calendar.deadline < calendar.end and (calendar.end - calendar.deadline).days < WINDOW_DAYS:
        needed = calendar.deadline + timedelta(days=WINDOW_DAYS)
        yield draft.fault("calendar", "end", expected=f"{needed} or later, {WINDOW_DAYS} days after the deadline")


@needs("calendar")
def orders_can_be_placed(draft: Draft) -> Iterator[Fault]:
    calendar = draft.text.calendar
    if _in_our_time(calendar.start, calendar.deadline) and calendar.start < calendar.deadline and not calendar.periods:
        yield draft.fault("calendar", "deadline", expected="a fiscal quarter that begins between start and deadline")


@needs("calendar", "budget")
def budget_years_lie_in_the_calendar(draft: Draft) -> Iterator[Fault]:
    calendar = draft.text.calendar
    if not _in_our_time(calendar.start, calendar.end) or calendar.start >= calendar.end:
        return
    first, last = calendar.fiscal_years[0], calendar.fiscal_years[-1]
    for kind in ("obligation", "support"):
        for year in getattr(draft.text.budget, kind):
            if not first <= year <= last:
                expected = f"a fiscal year from {first} to {last}"
                yield draft.fault("budget", kind, year, expected=expected, found=f"the year {year}")


def _in_our_time(*days: date) -> bool:
    return all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days)


@needs("acquisition")
def likely_delays_lie_in_their_ranges(draft: Draft) -> Iterator[Fault]:
    for name in ("integration_months", "slip_months"):
        triangle: Triangle = getattr(draft.text.acquisition, name)
        if triangle.low > triangle.high:
            expected = f"a number of at most high, {amount(triangle.high)}"
            yield draft.fault("acquisition", name, "low", expected=expected)
        elif not triangle.low <= triangle.likely <= triangle.high:
            expected = f"a number from low, {amount(triangle.low)}, to high, {amount(triangle.high)}"
            yield draft.fault("acquisition", name, "likely", expected=expected)


@needs("acquisition")
def payments_add_to_one(draft: Draft) -> Iterator[Fault]:
    payments = draft.text.acquisition.payments
    total = payments.order + payments.half_way + payments.delivery
    if abs(total - 1) > SHARE_TOLERANCE:
        yield draft.fault("acquisition", "payments", expected="shares that add to 1", found=f"a sum of {amount(total)}")


@needs("currency", "exchange")
def own_currency_has_no_rate(draft: Draft) -> Iterator[Fault]:
    own = draft.text.currency
    if own in draft.text.exchange.start:
        yield draft.fault(
            "exchange", "start", own, expected="rates of other currencies than the scenario's own", found=own
        )


@needs("exchange")
def rate_table_and_year_go_together(draft: Draft) -> Iterator[Fault]:
    exchange = draft.text.exchange
    if exchange.table is not None and exchange.volatility_year is None:
        yield draft.fault("exchange", "volatility_year", expected="a year of the table")
    if exchange.table is None and exchange.volatility_year is not None:
        yield draft.fault("exchange", "table", expected="the file in which volatility_year is a row")
    if exchange.table is None and exchange.correlation is not None:
        yield draft.fault("exchange", "table", expected="the file of the volatilities that the correlation belongs to")


@needs("exchange", "rates")
def volatilities_are_given(draft: Draft) -> Iterator[Fault]:
    year = draft.text.exchange.volatility_year
    if year is None or not draft.rates.ids:
        return
    if str(year) not in draft.rates.ids:
        expected = f"a year of {draft.rates.name}: {one_of(sorted(draft.rates.ids))}"
        yield draft.fault("exchange", "volatility_year", expected=expected)
    for row, value in draft.rates.stated:
        for currency in draft.currencies if value.year == year else ():
            if value.volatility(currency) is None:
                yield row.fault(f"vol_{currency.lower()}", "a volatility in the year that holds", found="nothing")


@needs("exchange", "correlations")
def correlations_are_possible(draft: Draft) -> Iterator[Fault]:
    rows = {value.currency: (row, value) for row, value in draft.correlations.stated}
    codes = [currency.lower() for currency in draft.currencies]
    for code in codes:
        if code not in draft.correlations.ids:
            yield Fault(draft.correlations.name, 1, code, "no such row", f"a row {code}")
    if not all(code in rows for code in codes):
        return
    unequal = False
    for a in codes:
        row, value = rows[a]
        for b in codes:
            mirror = 1.0 if a == b else rows[b][1].with_(a)
            if value.with_(b) != mirror:
                unequal = True
                yield row.fault(b, f"{amount(mirror)}" + ("" if a == b else f", as {a} of {b} has it"))
    matrix = np.array([[rows[a][1].with_(b) for b in codes] for a in codes])
    if not unequal and codes and np.linalg.eigvalsh(matrix).min() <= 0:
        expected = "correlations that can hold together (a positive definite matrix)"
        yield draft.fault("exchange", "correlation", expected=expected)


@needs("currency", "exchange", "platforms")
def prices_can_be_converted(draft: Draft) -> Iterator[Fault]:
    known = [draft.text.currency, *draft.currencies]
    for row, platform in draft.platforms.stated:
        if platform.price_currency not in known:
            yield row.fault("price_currency", f"a currency with a rate in exchange.start: {one_of(known)}")


@needs("platforms")
def there_is_a_platform(draft: Draft) -> Iterator[Fault]:
    yield from _at_least_one(draft, "platforms", "platform")


@needs("places")
def there_is_a_place(draft: Draft) -> Iterator[Fault]:
    yield from _at_least_one(draft, "places", "place")


@needs("areas")
def there_is_an_area(draft: Draft) -> Iterator[Fault]:
    yield from _at_least_one(draft, "areas", "area")


def _at_least_one(draft: Draft, table: str, noun: str) -> Iterator[Fault]:
    if not getattr(draft, table).ids:
        yield Fault(getattr(draft, table).name, 1, table, f"no {noun}", f"at least one {noun}")


@needs("platforms")
def likely_values_lie_in_their_ranges(draft: Draft) -> Iterator[Fault]:
    for row, platform in draft.platforms.stated:
        for stem in ("unit_price", "lead_time_months"):
            low, likely, high = (getattr(platform, f"{stem}_{end}") for end in ("low", "likely", "high"))
            yield from _range_faults(
                row, low, likely, high, tuple(f"{stem}_{end}" for end in ("low", "likely", "high"))
            )


def _range_faults(
    row: Row[Any], low: float, likely: float, high: float, columns: Sequence[str] = ("low", "likely", "high")
) -> Iterator[Fault]:
    if low > high:
        yield row.fault(columns[0], f"a number of at most {columns[2]}, {amount(high)}")
    elif not low <= likely <= high:
        yield row.fault(columns[1], f"a number from {columns[0]}, {amount(low)}, to {columns[2]}, {amount(high)}")


@needs("platforms")
def max_speed_is_not_below_cruise(draft: Draft) -> Iterator[Fault]:
    for row, platform in draft.platforms.stated:
        if platform.max_speed_kn < platform.cruise_speed_kn:
            yield row.fault("max_speed_kn", f"at least cruise_speed_kn, {amount(platform.cruise_speed_kn)} [kn]")


@needs("platforms", "operations")
def craft_classes_are_stated(draft: Draft) -> Iterator[Fault]:
    classes = draft.text.operations.classes
    for row, platform in draft.platforms.stated:
        if platform.craft_class not in classes:
            yield row.fault("craft_class", f"a class of operations.classes: {one_of(classes, platform.craft_class)}")


@needs("platforms")
def licences_name_an_original(draft: Draft) -> Iterator[Fault]:
    for row, platform in draft.platforms.stated:
        original = platform.licensed_from
        if original is not None and (original not in draft.platforms.ids or original == platform.id):
            others = sorted(draft.platforms.ids - {platform.id})
            yield row.fault("licensed_from", f"the id of another platform: {one_of(others, original)}")
        if original is None and platform.original_line_units > 0:
            yield row.fault("original_line_units", "0 of a type that is not licensed_from another")


@needs("platform_sources")
def sources_name_columns(draft: Draft) -> Iterator[Fault]:
    for row, source in draft.platform_sources.stated:
        if source.field not in Platform.model_fields:
            yield row.fault("field", f"a column of the platforms: {one_of(Platform.model_fields, source.field)}")
        if source.low is not None and source.high is not None and source.low > source.high:
            yield row.fault("low", f"a number of at most high, {amount(source.high)}")


@needs("areas", "environment")
def environment_knows_its_areas(draft: Draft) -> Iterator[Fault]:
    for row, month in draft.environment.stated:
        if month.area_id not in draft.areas.ids:
            yield row.fault("area_id", f"the id of an area: {one_of(sorted(draft.areas.ids), month.area_id)}")


@needs("areas", "environment")
def every_area_has_twelve_months(draft: Draft) -> Iterator[Fault]:
    table = draft.environment
    if not table.whole:
        return
    for area in draft.areas.values:
        rows = [(row, month.month) for row, month in table.stated if month.area_id == area.id]
        missing = set(range(1, 13)) - {month for _, month in rows}
        if missing:
            found = f"no month {', '.join(map(str, sorted(missing)))}"
            line = rows[-1][0].node.line if rows else 1
            yield Fault(table.name, line, f"month of {area.id}", found, "each month from 1 to 12 once")


@needs("environment")
def sea_states_add_to_one(draft: Draft) -> Iterator[Fault]:
    for row, month in draft.environment.stated:
        total = sum(getattr(month, f"p_ss{state}") for state in range(10))
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            expected = "shares that add to 1"
            yield fault_at(row.node, f"p_ss0 to p_ss9 of {row.key}", expected, found=f"a sum of {amount(total)}")


@needs("environment", "weather")
def environment_comes_with_weather(draft: Draft) -> Iterator[Fault]:
    if draft.text.environment is not None and draft.text.weather is None:
        stated = draft.root.nearest(("environment",))
        yield fault_at(stated, "weather", "rough_spell_h, which the environment table leaves out", found="nothing")


@needs("areas")
def stations_have_both_coordinates(draft: Draft) -> Iterator[Fault]:
    for row, area in draft.areas.stated:
        if (area.station_lat is None) != (area.station_lon is None):
            missing = "station_lat" if area.station_lat is None else "station_lon"
            yield row.fault(missing, "both station_lat and station_lon, or neither", found="nothing")


@needs("targets")
def targets_have_a_sweep_width(draft: Draft) -> Iterator[Fault]:
    kinds = get_args(SweptAs)
    for name, target in draft.text.targets.items():
        if target.swept_as is None and name not in kinds:
            yield draft.fault("targets", name, "swept_as", expected=one_of(kinds))


@needs("requirements", "areas")
def requirements_name_areas(draft: Draft) -> Iterator[Fault]:
    for row in draft.requirements:
        if row.value is not None and row.value.area not in draft.areas.ids:
            yield row.fault("area", f"the id of an area: {one_of(sorted(draft.areas.ids), row.value.area)}")


@needs("requirements", "targets")
def requirements_name_targets(draft: Draft) -> Iterator[Fault]:
    known = draft.text.targets
    for row in draft.requirements:
        if row.value is not None and row.value.target is not None and row.value.target not in known:
            yield row.fault("target", f"a name in targets: {one_of(known, row.value.target)}")


@needs("requirements")
def requirements_state_what_their_measure_needs(draft: Draft) -> Iterator[Fault]:
    for row in draft.requirements:
        if row.value is None:
            continue
        needed = MEASURE_FIELDS[row.value.measure]
        for name in ALL_MEASURE_FIELDS:
            stated = getattr(row.value, name) is not None
            if stated and name not in needed:
                yield row.fault(name, f"no {name}: {row.value.measure} takes {', '.join(needed)}")
            elif not stated and name in needed:
                yield row.fault(name, f"a value, which {row.value.measure} needs", found="nothing")


@needs("requirements")
def requirements_differ(draft: Draft) -> Iterator[Fault]:
    seen: dict[str, Row[Any]] = {}
    for row in draft.requirements:
        if row.value is None or any(getattr(row.value, name) is None for name in MEASURE_FIELDS[row.value.measure]):
            continue
        name = row.value.id or default_requirement_id(row.value)
        if name in seen:
            expected = f"an id of its own (line {seen[name].node.line} has it too)"
            yield fault_at(row.node, row.label(("id",)), expected, found=name)
        seen.setdefault(name, row)


@needs("assumptions")
def assumed_values_lie_in_their_ranges(draft: Draft) -> Iterator[Fault]:
    for row, assumption in draft.assumptions.stated:
        yield from _range_faults(row, assumption.low, assumption.likely, assumption.high)


CHECKS: tuple[Check, ...] = (
    years_are_of_our_time,
    deadline_lies_in_the_calendar,
    news_comes_between_start_and_deadline,
    window_fits_the_calendar,
    orders_can_be_placed,
    budget_years_lie_in_the_calendar,
    likely_delays_lie_in_their_ranges,
    payments_add_to_one,
    own_currency_has_no_rate,
    rate_table_and_year_go_together,
    volatilities_are_given,
    correlations_are_possible,
    prices_can_be_converted,
    there_is_a_platform,
    there_is_a_place,
    there_is_an_area,
    likely_values_lie_in_their_ranges,
    max_speed_is_not_below_cruise,
    craft_classes_are_stated,
    licences_name_an_original,
    sources_name_columns,
    environment_knows_its_areas,
    every_area_has_twelve_months,
    sea_states_add_to_one,
    environment_comes_with_weather,
    stations_have_both_coordinates,
    targets_have_a_sweep_width,
    requirements_name_areas,
    requirements_name_targets,
    requirements_state_what_their_measure_needs,
    requirements_differ,
    assumed_values_lie_in_their_ranges,
)
