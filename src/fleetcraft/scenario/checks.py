"""What must hold between the parts of a scenario: one short function a rule, all of them listed in ``CHECKS``.

A check sees only what is sound, so that one fault does not bring others with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import wraps
from typing import Any, get_args

import numpy as np

from fleetcraft.errors import Fault
from fleetcraft.scenario.budget import Triangle
from fleetcraft.scenario.calendar import WINDOW_DAYS, Period
from fleetcraft.scenario.currencies import ISO_4217
from fleetcraft.scenario.draft import Draft
from fleetcraft.scenario.node import Key
from fleetcraft.scenario.platform import DOMAINS, Platform, SweptAs
from fleetcraft.scenario.policy import Choice
from fleetcraft.scenario.rates import CorrelationRow, volatility_column
from fleetcraft.scenario.requirement import default_requirement_id
from fleetcraft.scenario.tables import Row, Table, having
from fleetcraft.scenario.wording import amount, clipped, fault_at, one_of

Check = Callable[[Draft], Iterator[Fault]]

FIRST_YEAR, LAST_YEAR = 1990, 2200
PROBABILITY_TOLERANCE = 0.01
SHARE_TOLERANCE = 1e-6
MEASURE_FIELDS = {
    "detection": ("target", "within_h", "at_least"),
    "identification": ("target", "within_h", "at_least"),
    "presence": ("domain", "craft", "at_least"),
    "layered": ("domains", "at_least"),
    "revisit": ("target", "at_most"),
}
RANGE = ("low", "likely", "high")
ALL_MEASURE_FIELDS = ("target", "within_h", "domain", "domains", "craft", "at_least", "at_most")
FEWEST_LAYERS = 2


def needs(*parts: str) -> Callable[[Check], Check]:
    """Skip a check where a part that it compares is not sound."""

    def decorate(check: Check) -> Check:
        @wraps(check)
        def when_sound(draft: Draft) -> Iterator[Fault]:
            if draft.sound(*parts):
                yield from check(draft)

        return when_sound

    return decorate


@needs()
def years_are_of_our_time(draft: Draft) -> Iterator[Fault]:
    """Calendar dates lie from FIRST_YEAR to LAST_YEAR; a mistyped one would make thousands of fiscal years."""
    for name in ("start", "news", "deadline", "end"):
        if draft.sound(f"calendar.{name}") and not _in_our_time(getattr(draft.text.calendar, name)):
            yield draft.fault("calendar", name, expected=f"a date from {FIRST_YEAR} to {LAST_YEAR}")


@needs("calendar.start", "calendar.deadline", "calendar.end")
def deadline_lies_in_the_calendar(draft: Draft) -> Iterator[Fault]:
    """start < deadline < end."""
    calendar = draft.text.calendar
    if not calendar.start < calendar.deadline < calendar.end:
        expected = f"a date in the calendar, after {calendar.start} and before {calendar.end}"
        yield draft.fault("calendar", "deadline", expected=expected)


@needs("calendar.start", "calendar.news", "calendar.deadline")
def news_comes_between_start_and_deadline(draft: Draft) -> Iterator[Fault]:
    """start <= news <= deadline."""
    calendar = draft.text.calendar
    if not calendar.start <= calendar.news <= calendar.deadline:
        expected = f"a date from the start {calendar.start} to the deadline {calendar.deadline}"
        yield draft.fault("calendar", "news", expected=expected)


@needs("calendar.deadline", "calendar.end")
def window_fits_the_calendar(draft: Draft) -> Iterator[Fault]:
    """The window, WINDOW_DAYS after the deadline, ends within the calendar."""
    calendar = draft.text.calendar
    if 0 < (calendar.end - calendar.deadline).days < WINDOW_DAYS:
        needed = calendar.deadline + timedelta(days=WINDOW_DAYS)
        yield draft.fault("calendar", "end", expected=f"{needed} or later, {WINDOW_DAYS} days after the deadline")


@needs("calendar")
def orders_can_be_placed(draft: Draft) -> Iterator[Fault]:
    """At least one fiscal quarter begins between start and deadline."""
    calendar = draft.text.calendar
    in_order = calendar.start < calendar.deadline < calendar.end
    if in_order and _in_our_time(calendar.start, calendar.end) and not calendar.periods:
        yield draft.fault("calendar", "deadline", expected="a fiscal quarter that begins between start and deadline")


@needs("calendar.start", "calendar.end", "calendar.fiscal_year_start")
def budget_years_lie_in_the_calendar(draft: Draft) -> Iterator[Fault]:
    """Every year of acquisition and support money is one of the calendar's fiscal years."""
    calendar = draft.text.calendar
    if calendar.start >= calendar.end or not _in_our_time(calendar.start, calendar.end):
        return
    first, last = calendar.fiscal_years[0], calendar.fiscal_years[-1]
    for kind in ("obligation", "outlay", "support"):
        for year in draft.names("budget", kind):
            if year.isdecimal() and not first <= int(year) <= last:
                expected = f"a fiscal year from {first} to {last}"
                yield draft.fault("budget", kind, int(year), expected=expected, found=f"the year {year}")


@needs("budget.counts", "budget.obligation", "budget.outlay")
def acquisition_money_is_stated_as_it_counts(draft: Draft) -> Iterator[Fault]:
    """The acquisition budget that counts is stated, and no other."""
    counts = draft.text.budget.counts
    other = "outlay" if counts == "obligation" else "obligation"
    if not draft.text.budget.acquisition:
        yield draft.fault("budget", counts, expected="a mapping")
    if draft.root.get("budget", other) is not None:
        yield draft.fault("budget", other, expected=f"no {other}: counts is {counts}")


def _in_our_time(*days: date) -> bool:
    return all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days)


@needs()
def likely_delays_lie_in_their_ranges(draft: Draft) -> Iterator[Fault]:
    """low <= likely <= high of integration and slip."""
    for name in ("integration_months", "slip_months"):
        path = ("acquisition", name)
        triangle: Triangle = getattr(draft.text.acquisition, name)
        low, likely, high = triangle.low, triangle.likely, triangle.high
        if not draft.sound(*(f"acquisition.{name}.{end}" for end in RANGE)):
            continue
        if low > high:
            yield draft.fault(*path, "low", expected=f"a number of at most high, {amount(high)}")
        elif not low <= likely <= high:
            expected = f"a number from low, {amount(low)}, to high, {amount(high)}"
            yield draft.fault(*path, "likely", expected=expected)


@needs("acquisition.payments.order", "acquisition.payments.half_way", "acquisition.payments.delivery")
def payments_add_to_one(draft: Draft) -> Iterator[Fault]:
    """The shares paid at order, half way and delivery are the whole price."""
    payments = draft.text.acquisition.payments
    total = payments.order + payments.half_way + payments.delivery
    if abs(total - 1) > SHARE_TOLERANCE:
        expected = "shares that add to 1"
        yield draft.fault("acquisition", "payments", expected=expected, found=f"a sum of {amount(total)}")


@needs("acquisition.learning_slope", "platforms")
def what_falls_in_price_has_a_beginning(draft: Draft) -> Iterator[Fault]:
    """Where prices fall with the units made, each type that is bought says how many there are already."""
    if draft.text.acquisition.learning_slope == 1:
        return
    for row, platform in draft.platforms.having("acquisition", "units_made"):
        if platform.acquisition == "purchase" and platform.units_made is None:
            expected = "a whole number of at least 1, which learning_slope needs [craft]"
            yield row.fault("units_made", expected, found="nothing")


@needs()
def currencies_are_in_use(draft: Draft) -> Iterator[Fault]:
    """The scenario's currency and those with a rate are codes of ISO 4217."""
    expected = "the code of a currency in use (ISO 4217) such as USD"
    if draft.sound("currency") and draft.text.currency not in ISO_4217:
        yield draft.fault("currency", expected=expected)
    for code in draft.text.exchange.start if draft.sound("exchange.start") else ():
        if code not in ISO_4217:
            yield draft.fault("exchange", "start", code, expected=expected, found=f"the key {clipped(code)}")


@needs("currency", "exchange.start")
def own_currency_has_no_rate(draft: Draft) -> Iterator[Fault]:
    """The scenario's currency is worth itself."""
    own = draft.text.currency
    if own in draft.text.exchange.start:
        expected = "rates of other currencies than the scenario's own"
        yield draft.fault("exchange", "start", own, expected=expected, found=own)


@needs("exchange.table", "exchange.volatility_year", "exchange.correlation")
def rate_table_and_year_go_together(draft: Draft) -> Iterator[Fault]:
    """Volatilities and their correlation are read from one stated row of one stated table."""
    exchange = draft.text.exchange
    if exchange.table is not None and exchange.volatility_year is None:
        yield draft.fault("exchange", "volatility_year", expected="a year of the table")
    if exchange.table is None and exchange.volatility_year is not None:
        yield draft.fault("exchange", "table", expected="the file in which volatility_year is a row")
    if exchange.table is None and exchange.correlation is not None:
        yield draft.fault("exchange", "table", expected="the file of the volatilities that the correlation belongs to")


@needs("exchange.volatility_year", "rates")
def volatilities_are_given(draft: Draft) -> Iterator[Fault]:
    """The table has the stated year, and in it a volatility of every currency with a rate."""
    year = draft.text.exchange.volatility_year
    if year is None or draft.rates.cut:
        return
    if str(year) not in draft.rates.ids:
        expected = f"a year of {draft.rates.name}: {one_of(sorted(draft.rates.ids))}"
        yield draft.fault("exchange", "volatility_year", expected=expected)
    for currency in draft.currencies:
        column = volatility_column(currency)
        for row, value in draft.rates.having("year", column):
            if value.year == year and value.volatility(currency) is None:
                yield row.fault(column, "a volatility in the year that holds", found="nothing")


@needs("correlations")
def correlations_are_possible(draft: Draft) -> Iterator[Fault]:
    """Correlations are symmetric, 1 with themselves and positive definite, over all currencies with a rate."""
    codes = [currency.lower() for currency in draft.currencies]
    for code in codes:
        if code not in draft.correlations.ids:
            yield Fault(draft.correlations.name, 1, code, "no such row", f"a row {code}")
    rows = {value.currency: row for row, value in draft.correlations.having("currency", *codes)}
    if not all(code in rows for code in codes):
        return
    unlike = [fault for a in codes for b in codes for fault in _unlike_its_mirror(rows, a, b)]
    yield from unlike
    matrix = np.array([[rows[a].value.with_(b) for b in codes] for a in codes])
    if codes and not unlike and np.linalg.eigvalsh(matrix).min() <= 0:
        expected = "correlations that can hold together (a positive definite matrix)"
        yield draft.fault("exchange", "correlation", expected=expected)


def _unlike_its_mirror(rows: Mapping[str, Row[CorrelationRow]], a: str, b: str) -> Iterator[Fault]:
    mirror = 1.0 if a == b else rows[b].value.with_(a)
    if rows[a].value.with_(b) != mirror:
        yield rows[a].fault(b, amount(mirror) if a == b else f"{amount(mirror)}, as {a} of {b} has it")


@needs("currency", "exchange.start", "platforms")
def prices_can_be_converted(draft: Draft) -> Iterator[Fault]:
    """Every price currency is the scenario's own or has a rate."""
    known = [draft.text.currency, *draft.names("exchange", "start")]
    for row, platform in draft.platforms.having("price_currency"):
        if platform.price_currency not in known and draft.text.currency in ISO_4217:
            yield row.fault("price_currency", f"a currency with a rate in exchange.start: {one_of(known)}")


@needs("platforms")
def there_is_a_platform(draft: Draft) -> Iterator[Fault]:
    """At least one type can be bought."""
    yield from _at_least_one(draft.platforms, "platform")


@needs("places")
def there_is_a_place(draft: Draft) -> Iterator[Fault]:
    """At least one place can be a base."""
    yield from _at_least_one(draft.places, "place")


@needs("areas")
def there_is_an_area(draft: Draft) -> Iterator[Fault]:
    """At least one area can be watched."""
    yield from _at_least_one(draft.areas, "area")


def _at_least_one(table: Table[Any], noun: str) -> Iterator[Fault]:
    if not table.rows and not table.cut:
        yield Fault(table.name, 1, "table", f"no {noun}", f"at least one {noun}")


@needs("platforms")
def likely_values_lie_in_their_ranges(draft: Draft) -> Iterator[Fault]:
    """low <= likely <= high of every unit price and lead time."""
    for stem in ("unit_price", "lead_time_months"):
        yield from _range_faults(draft.platforms, [f"{stem}_{end}" for end in RANGE])


@needs("assumptions")
def assumed_values_lie_in_their_ranges(draft: Draft) -> Iterator[Fault]:
    """low <= likely <= high of every assumption."""
    yield from _range_faults(draft.assumptions, RANGE)


def _range_faults(table: Table[Any], columns: Sequence[str]) -> Iterator[Fault]:
    for row, value in table.having(*columns):
        low, likely, high = (getattr(value, column) for column in columns)
        if low > high:
            yield row.fault(columns[0], f"a number of at most {columns[2]}, {amount(high)}")
        elif not low <= likely <= high:
            expected = f"a number from {columns[0]}, {amount(low)}, to {columns[2]}, {amount(high)}"
            yield row.fault(columns[1], expected)


@needs("platforms")
def max_speed_is_not_below_cruise(draft: Draft) -> Iterator[Fault]:
    """max_speed_kn >= cruise_speed_kn."""
    for row, platform in draft.platforms.having("max_speed_kn", "cruise_speed_kn"):
        if platform.max_speed_kn < platform.cruise_speed_kn:
            yield row.fault("max_speed_kn", f"at least cruise_speed_kn, {amount(platform.cruise_speed_kn)} [kn]")


@needs("platforms", "operations.classes")
def craft_classes_are_stated(draft: Draft) -> Iterator[Fault]:
    """Every craft_class is one of operations.classes."""
    classes = draft.names("operations", "classes")
    for row, platform in draft.platforms.having("craft_class"):
        if platform.craft_class not in classes:
            yield row.fault("craft_class", f"a class of operations.classes: {one_of(classes, platform.craft_class)}")


@needs("platforms")
def licences_name_an_original(draft: Draft) -> Iterator[Fault]:
    """licensed_from is another platform, and only a licensed type has craft from an original line."""
    for row, platform in draft.platforms.having("licensed_from", "id"):
        original = platform.licensed_from
        if original is not None and (original not in draft.platforms.ids or original == platform.id):
            others = sorted(draft.platforms.ids - {platform.id})
            yield row.fault("licensed_from", f"the id of another platform: {one_of(others, original)}")
    for row, platform in draft.platforms.having("licensed_from", "original_line_units"):
        if platform.licensed_from is None and platform.original_line_units > 0:
            yield row.fault("original_line_units", "0 of a type that is not licensed_from another")


@needs("platform_sources")
def sources_name_columns(draft: Draft) -> Iterator[Fault]:
    """A source speaks of a column that platforms have."""
    for row, source in draft.platform_sources.having("field"):
        if source.field not in Platform.model_fields:
            yield row.fault("field", f"a column of the platforms: {one_of(Platform.model_fields, source.field)}")


@needs("platform_sources")
def sourced_ranges_are_ranges(draft: Draft) -> Iterator[Fault]:
    """low <= high of every sourced value that has both."""
    for row, source in draft.platform_sources.having("low", "high"):
        if source.low is not None and source.high is not None and source.low > source.high:
            yield row.fault("low", f"a number of at most high, {amount(source.high)}")


@needs("areas", "environment")
def environment_knows_its_areas(draft: Draft) -> Iterator[Fault]:
    """Weather is stated of areas that there are."""
    for row, month in draft.environment.having("area_id"):
        if month.area_id not in draft.areas.ids:
            yield row.fault("area_id", f"the id of an area: {one_of(sorted(draft.areas.ids), month.area_id)}")


@needs("areas", "environment")
def every_area_has_twelve_months(draft: Draft) -> Iterator[Fault]:
    """Each area has the weather of each month, once."""
    table = draft.environment
    stated = list(table.having("area_id", "month"))
    if table.cut or len(stated) < len(table.rows):
        return
    for area in sorted(draft.areas.ids):
        rows = [(row, month.month) for row, month in stated if month.area_id == area]
        missing = set(range(1, 13)) - {month for _, month in rows}
        if missing:
            found = f"no month {', '.join(map(str, sorted(missing)))}"
            line = rows[-1][0].node.line if rows else 1
            yield Fault(table.name, line, f"month of {area}", found, "each month from 1 to 12 once")


@needs("environment")
def sea_states_add_to_one(draft: Draft) -> Iterator[Fault]:
    """The shares of the ten sea states make the whole month, within PROBABILITY_TOLERANCE."""
    columns = [f"p_ss{state}" for state in range(10)]
    for row, month in draft.environment.having(*columns):
        total = sum(getattr(month, column) for column in columns)
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            where = f"{columns[0]} to {columns[-1]} of {row.key}"
            yield fault_at(row.node, where, "shares that add to 1", found=f"a sum of {amount(total)}")


@needs("weather")
def environment_comes_with_weather(draft: Draft) -> Iterator[Fault]:
    """An environment table needs what it leaves out: how long rough weather lasts."""
    environment = draft.root.get("environment")
    if environment is not None and environment.value is not None and draft.text.weather is None:
        expected = "rough_spell_h, which the environment table leaves out"
        yield fault_at(environment, "weather", expected, found="nothing")


@needs("areas")
def stations_have_both_coordinates(draft: Draft) -> Iterator[Fault]:
    """A stated station has latitude and longitude."""
    for row, area in draft.areas.having("station_lat", "station_lon"):
        if (area.station_lat is None) != (area.station_lon is None):
            missing = "station_lat" if area.station_lat is None else "station_lon"
            yield row.fault(missing, "both station_lat and station_lon, or neither", found="nothing")


@needs("targets")
def targets_have_a_sweep_width(draft: Draft) -> Iterator[Fault]:
    """A target class is named after, or says, one that platforms have sweep widths against."""
    kinds = get_args(SweptAs)
    for name, target in draft.text.targets.items():
        if draft.sound(f"targets.{name}.swept_as") and target.swept_as is None and name not in kinds:
            yield draft.fault("targets", name, "swept_as", expected=one_of(kinds))


@needs("requirements", "areas")
def requirements_name_areas(draft: Draft) -> Iterator[Fault]:
    """Every requirement is of an area that there is."""
    for row, requirement in having(draft.requirements, "area"):
        if requirement.area not in draft.areas.ids:
            yield row.fault("area", f"the id of an area: {one_of(sorted(draft.areas.ids), requirement.area)}")


@needs("requirements", "targets")
def requirements_name_targets(draft: Draft) -> Iterator[Fault]:
    """Every requirement's target is a target class that there is."""
    known = draft.names("targets")
    for row, requirement in having(draft.requirements, "target"):
        if requirement.target is not None and requirement.target not in known:
            yield row.fault("target", f"a name in targets: {one_of(known, requirement.target)}")


@needs("requirements")
def requirements_state_what_their_measure_needs(draft: Draft) -> Iterator[Fault]:
    """A requirement has the fields of its measure, all of them and no others."""
    for row, requirement in having(draft.requirements, "measure"):
        needed = MEASURE_FIELDS[requirement.measure]
        for name in ALL_MEASURE_FIELDS:
            stated = getattr(requirement, name) is not None or name in row.faulty
            if stated and name not in needed:
                yield row.fault(name, f"no {name}: {requirement.measure} takes {', '.join(needed)}")
            elif not stated and name in needed:
                yield row.fault(name, f"a value, which {requirement.measure} needs", found="nothing")


@needs("requirements")
def layers_are_different_domains(draft: Draft) -> Iterator[Fault]:
    """A layered requirement lists at least FEWEST_LAYERS domains, each once."""
    for row, requirement in having(draft.requirements, "domains"):
        domains = requirement.domains
        if domains is None:
            continue
        if len(set(domains)) < len(domains):
            twice = next(domain for domain in domains if domains.count(domain) > 1)
            yield row.fault("domains", "each domain once", found=f"{twice} twice")
        elif len(domains) < FEWEST_LAYERS:
            found = domains[0] if domains else "nothing"
            yield row.fault("domains", f"{FEWEST_LAYERS} or more of {', '.join(DOMAINS)}", found=f"{found} alone")


@needs("requirements", "targets")
def identified_targets_have_a_dwell(draft: Draft) -> Iterator[Fault]:
    """A target class that must be identified says how long that takes on the spot."""
    demanded = [
        requirement.target
        for _, requirement in having(draft.requirements, "measure", "target")
        if requirement.measure == "identification" and requirement.target is not None
    ]
    for name in dict.fromkeys(demanded):
        target = draft.text.targets.get(name)
        if target is not None and target.dwell_h is None and draft.sound(f"targets.{name}.dwell_h"):
            yield draft.fault("targets", name, "dwell_h", expected="a number, which identification of it needs [h]")


@needs("operations.hand_over.desk_h", "operations.hand_over.gateway_h")
def gateways_are_no_slower_than_the_desk(draft: Draft) -> Iterator[Fault]:
    """gateway_h <= desk_h: who has a gateway still has the desk."""
    hand_over = draft.text.operations.hand_over
    if hand_over.gateway_h > hand_over.desk_h:
        expected = f"a number of at most desk_h, {amount(hand_over.desk_h)} [h]"
        yield draft.fault("operations", "hand_over", "gateway_h", expected=expected)


@needs("platforms")
def gateways_join_two_interfaces(draft: Draft) -> Iterator[Fault]:
    """A gateway joins two different interfaces, each of some platform."""
    if draft.platforms.cut:
        return
    known = _interfaces(draft)
    for number, pair in enumerate(draft.text.operations.hand_over.gateways):
        path = ("operations", "hand_over", "gateways", number)
        if not draft.is_own(*path):
            continue
        for end, name in enumerate(pair):
            if name not in known:
                yield draft.fault(*path, end, expected=f"an interface of a platform: {one_of(sorted(known), name)}")
        if pair[0] == pair[1]:
            yield draft.fault(*path, expected="two different interfaces", found=f"{clipped(pair[0])} twice")


def _interfaces(draft: Draft) -> set[str]:
    rows = draft.platforms.having("control_interfaces", "supplier")
    return {name for _, platform in rows for name in platform.interfaces}


@needs("objective")
def objective_states_what_its_mode_needs(draft: Draft) -> Iterator[Fault]:
    """Mode cost has an attainment to reach and its probability; mode attainment has neither."""
    objective = draft.text.objective
    for name in ("attainment", "probability"):
        if not draft.sound("objective.mode", f"objective.{name}"):
            continue
        stated = getattr(objective, name) is not None
        if stated and objective.mode == "attainment":
            yield draft.fault("objective", name, expected=f"no {name}: mode attainment takes the best there is")
        elif not stated and objective.mode == "cost":
            yield draft.fault("objective", name, expected="a number above 0 and of at most 1, which mode cost needs")


@needs("platforms")
def choices_name_what_there_is(draft: Draft) -> Iterator[Fault]:
    """What may or may not be bought is a country, a domain or an id of the platforms."""
    if draft.platforms.cut:
        return
    countries = {platform.supplier_country for _, platform in draft.platforms.having("supplier_country")}
    yield from _choice_faults(draft, "supplier_countries", "a supplier country of the platforms", sorted(countries))
    yield from _choice_faults(draft, "domains", "a domain", DOMAINS)
    yield from _choice_faults(draft, "platforms", "the id of a platform", sorted(draft.platforms.ids))


def _choice_faults(draft: Draft, kind: str, noun: str, known: Sequence[str]) -> Iterator[Fault]:
    choice: Choice | None = getattr(draft.text.policies, kind)
    if choice is None or not draft.is_own("policies", kind):
        return
    if (choice.only is None) == (choice.without is None):
        found = "nothing" if choice.only is None else "both"
        yield draft.fault("policies", kind, expected="either only or without", found=found)
    for side in ("only", "without"):
        for number, name in enumerate(getattr(choice, side) or ()):
            if name not in known:
                yield draft.fault("policies", kind, side, number, expected=f"{noun}: {one_of(known, name)}")


@needs("platforms", "calendar", "budget")
def pinned_orders_can_be_placed(draft: Draft) -> Iterator[Fault]:
    """What is pinned is of a platform that may be bought, in a period that can pay for it, and each once."""
    seen: set[str] = set()
    periods = {period.id: period for period in draft.text.calendar.periods}
    platforms = {platform.id: platform for _, platform in draft.platforms.having("id", *BUYING)}
    for number, pin in enumerate(draft.text.policies.pinned):
        path = ("policies", "pinned", number)
        if draft.platforms.cut or not draft.is_own(*path):
            continue
        if pin.platform not in draft.platforms.ids:
            known = one_of(sorted(draft.platforms.ids), pin.platform)
            yield draft.fault(*path, "platform", expected=f"the id of a platform: {known}")
        if pin.period not in periods:
            known = one_of(list(periods), pin.period)
            yield draft.fault(*path, "period", expected=f"a period in which orders are placed: {known}")
        if pin.id in seen:
            yield draft.fault(*path, expected="each platform and period once", found=f"{pin.id} a second time")
        seen.add(pin.id)
        if pin.platform in platforms and pin.period in periods and pin.quantity:
            yield from _cannot_be_bought(draft, path, platforms[pin.platform], periods[pin.period])


BUYING = ("supplier_country", "domain", "acquisition")


def _cannot_be_bought(draft: Draft, path: tuple[Key, ...], platform: Platform, period: Period) -> Iterator[Fault]:
    budget, year = draft.text.budget, period.fiscal_year
    if not draft.text.policies.allows(platform):
        expected = "a platform that policies allow to buy, or a quantity of 0"
        yield draft.fault(*path, "platform", expected=expected)
    carried = budget.carry_over * budget.acquisition.get(year - 1, 0.0)
    if platform.acquisition != "service" and not budget.acquisition.get(year, 0.0) + carried:
        expected = "a period of a fiscal year with acquisition money, or a quantity of 0"
        yield draft.fault(*path, "period", expected=expected)


@needs("requirements")
def requirements_differ(draft: Draft) -> Iterator[Fault]:
    """No two requirements have the same id, stated or made."""
    seen: dict[str, Row[Any]] = {}
    for row, requirement in having(draft.requirements, "id", "area", "measure", *ALL_MEASURE_FIELDS):
        if any(getattr(requirement, name) is None for name in MEASURE_FIELDS[requirement.measure]):
            continue
        name = requirement.id or default_requirement_id(requirement)
        if name in seen:
            expected = f"an id of its own (line {seen[name].node.line} has it too)"
            yield fault_at(row.node, row.label(("id",)), expected, found=name)
        seen.setdefault(name, row)


CHECKS: tuple[Check, ...] = (
    years_are_of_our_time,
    deadline_lies_in_the_calendar,
    news_comes_between_start_and_deadline,
    window_fits_the_calendar,
    orders_can_be_placed,
    budget_years_lie_in_the_calendar,
    acquisition_money_is_stated_as_it_counts,
    likely_delays_lie_in_their_ranges,
    payments_add_to_one,
    what_falls_in_price_has_a_beginning,
    currencies_are_in_use,
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
    sourced_ranges_are_ranges,
    environment_knows_its_areas,
    every_area_has_twelve_months,
    sea_states_add_to_one,
    environment_comes_with_weather,
    stations_have_both_coordinates,
    targets_have_a_sweep_width,
    requirements_name_areas,
    requirements_name_targets,
    requirements_state_what_their_measure_needs,
    layers_are_different_domains,
    identified_targets_have_a_dwell,
    gateways_are_no_slower_than_the_desk,
    gateways_join_two_interfaces,
    objective_states_what_its_mode_needs,
    choices_name_what_there_is,
    pinned_orders_can_be_placed,
    requirements_differ,
    assumed_values_lie_in_their_ranges,
)
