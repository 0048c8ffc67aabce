"""What must hold of actuals, between each other and with the scenario: one short function a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fleetcraft.errors import Fault
from fleetcraft.scenario.actuals import Actuals
from fleetcraft.scenario.node import Node, Path
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.tables import Row, Rows, having
from fleetcraft.scenario.wording import fault_at, one_of


@dataclass(frozen=True)
class Stated:
    """Facts as a file states them: its tree, its values, the paths of values that are not the user's own, its rows."""

    root: Node
    value: Actuals
    faulty: frozenset[Path]
    rows: Mapping[str, Rows[Any]]

    def sound(self, *path: str) -> bool:
        """Whether the value at a path is the user's own."""
        return all(path[: len(faulty)] != faulty for faulty in self.faulty)

    def fault(self, *path: str | int, expected: str, found: str | None = None) -> Fault:
        """The fault of what the file says at a path."""
        where = ".".join(str(key) for key in path)
        return fault_at(self.root.nearest(path), where, expected, found=found)


Check = Callable[[Stated, Scenario], Iterator[Fault]]


def faults_of(stated: Stated, scenario: Scenario) -> list[Fault]:
    """Every fault of some facts but those of form."""
    return [fault for check in CHECKS for fault in check(stated, scenario)]


def today_lies_in_the_calendar(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """start <= today <= deadline."""
    first, last = scenario.calendar.start, scenario.calendar.deadline
    if stated.sound("today") and not first <= stated.value.today <= last:
        yield stated.fault("today", expected=f"a date from the start {first} to the deadline {last}")


def platforms_are_known(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """Every platform named is one of the scenario's."""
    ids = [platform.id for platform in scenario.platforms]
    for name in ("orders", "deliveries", "announced", "lost"):
        for row, value in having(stated.rows[name], "platform"):
            if value.platform is not None and value.platform not in scenario.platform_index:
                yield row.fault("platform", one_of(ids, value.platform))
    for name in _names(stated, "integrated"):
        if name not in scenario.platform_index:
            yield stated.fault("integrated", name, expected=one_of(ids, name), found=f"the platform {name}")


def orders_were_placed_in_time(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """An order is signed in an ordering period, before today: what is ordered today is still to be decided."""
    if not stated.sound("today"):
        return
    periods, today = scenario.calendar.periods, stated.value.today
    for row, order in having(stated.rows["orders"], "ordered"):
        if not periods or not periods[0].start <= order.ordered < today:
            first = periods[0].start if periods else scenario.calendar.start
            yield row.fault("ordered", f"a date from the first order day {first} to the day before today {today}")


def gateways_were_bought_in_time(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """A gateway is bought between the calendar's start and the day before today."""
    first, today = scenario.calendar.start, stated.value.today
    for row, gateway in having(stated.rows["gateways"], "ordered") if stated.sound("today") else ():
        if not first <= gateway.ordered < today:
            yield row.fault("ordered", f"a date from the start {first} to the day before today {today}")


def facts_are_not_of_the_future(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """Deliveries, losses, integrations and embargoes lie between the calendar's start and today."""
    if not stated.sound("today"):
        return
    first, today = scenario.calendar.start, stated.value.today
    expected = f"a date from the start {first} to today {today}"
    for name in ("deliveries", "lost"):
        for row, value in having(stated.rows[name], "date"):
            if not first <= value.date <= today:
                yield row.fault("date", expected)
    for kind in ("integrated", "embargoes"):
        for name, day in _dates(stated, kind):
            if not first <= day <= today:
                yield stated.fault(kind, name, expected=expected)
    for row, value in having(stated.rows["announced"], "next_delivery"):
        if value.next_delivery is not None and value.next_delivery < today:
            yield row.fault("next_delivery", f"a date from today {today} on; what came before is a delivery")


def nothing_comes_before_its_order(stated: Stated, _scenario: Scenario) -> Iterator[Fault]:
    """Of each type the k-th delivery follows the k-th craft ordered, and the k-th loss the k-th delivery."""
    for one, other, when, words in (
        ("orders", "deliveries", "ordered", "ordered"),
        ("deliveries", "lost", "date", "delivered"),
    ):
        if not all(_whole(stated, name) for name in (one, other)):
            continue
        before = _days(stated.rows[one], when)
        for platform, days in _days_with_rows(stated.rows[other], "date").items():
            earlier = before.get(platform, [])
            for k, (day, row) in enumerate(days):
                if k >= len(earlier) or earlier[k] > day:
                    there = sum(each <= day for each in earlier)
                    expected = f"no more than the {there} craft of {platform} {words} by {day}"
                    yield row.fault("quantity", expected, found=f"{k + 1} by then")
                    break


def an_announcement_says_one_thing(stated: Stated, _scenario: Scenario) -> Iterator[Fault]:
    """A supplier with its slip, or a platform with its next delivery; of each no more than one."""
    seen: Counter[str] = Counter()
    for row in stated.rows["announced"]:
        said = row.value
        of_supplier = said.supplier is not None, said.slip_months is not None
        of_platform = said.platform is not None, said.next_delivery is not None
        if not row.faulty and {of_supplier, of_platform} != {(True, True), (False, False)}:
            yield row.fault("row", "a supplier with slip_months, or a platform with next_delivery", found="neither")
        for name in (said.supplier, said.platform):
            if name is not None:
                seen[name] += 1
                if seen[name] == 2:
                    yield row.fault("row", f"one announcement of {name}", found="a second one")


def suppliers_are_known(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """Every supplier and embargoed country is one of the scenario's; nobody embargoes at home."""
    suppliers = sorted({platform.supplier for platform in scenario.platforms})
    for row, said in having(stated.rows["announced"], "supplier"):
        if said.supplier is not None and said.supplier not in suppliers:
            yield row.fault("supplier", one_of(suppliers, said.supplier))
    countries = sorted({p.supplier_country for p in scenario.platforms} - {scenario.country})
    for name in _names(stated, "embargoes"):
        if name not in countries:
            yield stated.fault("embargoes", name, expected=one_of(countries, name), found=f"the country {name}")


def what_is_promised_was_ordered(stated: Stated, _scenario: Scenario) -> Iterator[Fault]:
    """A type of which a next delivery is announced has craft that were ordered and have not come."""
    if not all(_whole(stated, name) for name in ("orders", "deliveries")):
        return
    ordered, came = (_craft(stated.rows[name]) for name in ("orders", "deliveries"))
    for row, said in having(stated.rows["announced"], "platform", "next_delivery"):
        if said.platform is not None and ordered[said.platform] <= came[said.platform]:
            yield row.fault("platform", f"a type with craft still to come; of {said.platform} there are none")


def integration_follows_a_delivery(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """A type's integration ends no sooner than its first craft has come."""
    if not _whole(stated, "deliveries"):
        return
    first = {platform: days[0] for platform, days in _days(stated.rows["deliveries"], "date").items()}
    for name, day in _dates(stated, "integrated"):
        if name in scenario.platform_index and name not in first:
            yield stated.fault("integrated", name, expected=f"a delivery of {name} before it")
        elif name in first and day < first[name]:
            yield stated.fault("integrated", name, expected=f"a date from its first delivery {first[name]} on")


def money_was_spent_in_years_begun(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """Money is gone of fiscal years that have begun."""
    if not stated.sound("today") or not stated.sound("spent"):
        return
    calendar = scenario.calendar
    begun = [year for year in calendar.fiscal_years if year <= calendar.fiscal_year(stated.value.today)]
    for year in stated.value.spent:
        if year not in begun:
            expected = one_of(map(str, begun)) + ", a fiscal year that has begun"
            yield stated.fault("spent", year, expected=expected, found=f"the year {year}")


def currencies_are_known(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """Rates are of currencies that have a budget rate."""
    for name in _names(stated, "exchange"):
        if name not in scenario.exchange.start:
            expected = one_of(scenario.exchange.start, name)
            yield stated.fault("exchange", name, expected=expected, found=f"the currency {name}")


def gateways_join_interfaces(stated: Stated, scenario: Scenario) -> Iterator[Fault]:
    """A gateway bought joins two interfaces of the scenario's platforms."""
    known = sorted({interface for platform in scenario.platforms for interface in platform.interfaces})
    for row, gateway in having(stated.rows["gateways"], "join"):
        for name in gateway.join:
            if name not in known:
                yield row.fault("join", f"an interface of a platform: {one_of(known, name)}", found=name)


CHECKS: tuple[Check, ...] = (
    today_lies_in_the_calendar,
    platforms_are_known,
    orders_were_placed_in_time,
    gateways_were_bought_in_time,
    facts_are_not_of_the_future,
    nothing_comes_before_its_order,
    an_announcement_says_one_thing,
    suppliers_are_known,
    what_is_promised_was_ordered,
    integration_follows_a_delivery,
    money_was_spent_in_years_begun,
    currencies_are_known,
    gateways_join_interfaces,
)


def _names(stated: Stated, key: str) -> list[str]:
    node = stated.root.get(key)
    return [] if node is None else [str(name) for name in node.mapping]


def _dates(stated: Stated, key: str) -> Iterator[tuple[str, date]]:
    """The entries of a mapping of names to days that are the user's own."""
    for name, day in getattr(stated.value, key).items():
        if stated.sound(key, name):
            yield name, day


def _whole(stated: Stated, name: str) -> bool:
    """Whether every row of a list could be read without a fault."""
    return stated.sound(name) and not any(path[:1] == (name,) for path in stated.faulty)


def _days(rows: Rows[Any], column: str) -> dict[str, list[date]]:
    """The day of each craft of each type, in order."""
    return {platform: [day for day, _ in days] for platform, days in _days_with_rows(rows, column).items()}


def _days_with_rows(rows: Rows[Any], column: str) -> dict[str, list[tuple[date, Row[Any]]]]:
    found: dict[str, list[tuple[date, Row[Any]]]] = {}
    for row in sorted(rows, key=lambda row: getattr(row.value, column)):
        found.setdefault(row.value.platform, []).extend([(getattr(row.value, column), row)] * row.value.quantity)
    return found


def _craft(rows: Sequence[Row[Any]]) -> Counter[str]:
    """Craft of each type in some rows."""
    count: Counter[str] = Counter()
    for row in rows:
        count[row.value.platform] += row.value.quantity
    return count
