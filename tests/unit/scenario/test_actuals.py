"""Actuals files: every fault at its line, rows in any order, and the scenario as it is seen from a later day."""

from __future__ import annotations

from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.scenario.actuals import Actuals, Announced, Joined, Placed, Standing
from fleetcraft.scenario.actuals_file import ActualsFile, read_actuals, scenario_warning
from fleetcraft.scenario.as_of import as_of, next_news
from fleetcraft.scenario.scenario import Scenario

ORDERS = "orders:\n  - {platform: drone, ordered: 2026-01-10, quantity: 3}\n"
CAME = ORDERS + "deliveries:\n  - {platform: drone, date: 2026-08-01, quantity: 2}\n"


@cache
def scenario() -> Scenario:
    return make_scenario(platforms=[{}, {"id": "glider", "supplier": "Southern", "supplier_country": "AU"}])


def read(folder: Path, text: str, today: str = "2026-09-15") -> ActualsFile:
    file = folder / "a.yaml"
    file.write_text(f"fleetcraft: 1\ntoday: {today}\n{text}")
    return read_actuals(file, scenario())


def test_what_is_stated_is_read(tmp_path: Path) -> None:
    text = (
        CAME
        + "lost:\n  - {platform: drone, date: 2026-09-01, quantity: 1}\n"
        + "announced:\n  - {supplier: Southern, slip_months: 6}\n  - {platform: drone, next_delivery: 2026-12-01}\n"
        + "integrated: {drone: 2026-09-10}\n"
        + "spent:\n  2026: {obligation: 9e6, outlay: 5e6}\nembargoes: {AU: 2026-03-01}\n"
        + "follows: "
        + "a" * 64
        + "\n"
    )
    found = read(tmp_path, text)
    facts = found.actuals
    assert facts.today == date(2026, 9, 15)
    assert facts.orders == (Placed(platform="drone", ordered=date(2026, 1, 10), quantity=3),)
    assert facts.slip_months("Southern") == 6
    assert facts.slip_months("Dronemaker") is None
    assert facts.spent[2026].outlay == 5e6
    assert found.follows == "a" * 64
    assert found.sha256 == sha256((tmp_path / "a.yaml").read_bytes()).hexdigest()
    seen = as_of(scenario(), facts)
    day = 24.0
    assert seen.standing[0] == Standing(
        ordered_h=(9 * day,) * 3,
        period=("2026Q1",) * 3,
        delivered_h=(212 * day,) * 2,
        lost_h=(243 * day,),
        next_h=334 * day,
        integrated_h=252 * day,
    )
    assert seen.standing[1] == Standing()


LONG = ORDERS + "announced:\n  - {platform: drone, next_delivery: 2026-09-14}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("order: []\n", "3: actuals: found the unknown key order, expected orders"),
        (
            ORDERS.replace("drone", "drne"),
            "4: platform of order 1: found drne, expected drone (the nearest of drone, glider)",
        ),
        (
            ORDERS.replace("quantity: 3", "quantity: 0"),
            "4: quantity of order 1: found 0, expected a whole number from 1",
        ),
        (ORDERS.replace("2026-01-10", "2026-09-15"), "4: ordered of order 1: found 2026-09-15, expected a date from"),
        (ORDERS.replace("2026-01-10", "2025-12-31"), "4: ordered of order 1: found 2025-12-31, expected a date from"),
        (CAME.replace("2026-08-01", "2026-09-16"), "6: date of delivery 1: found 2026-09-16, expected a date from the"),
        (
            CAME.replace("quantity: 2", "quantity: 4"),
            "6: quantity of delivery 1: found 4 by then, expected no more than the 3",
        ),
        (
            CAME.replace("2026-08-01", "2026-01-09"),
            "6: quantity of delivery 1: found 1 by then, expected no more than the 0",
        ),
        (
            CAME + "lost:\n  - {platform: drone, date: 2026-08-02, quantity: 3}\n",
            "8: quantity of loss 1: found 3 by then",
        ),
        ("announced:\n  - {supplier: Southrn, slip_months: 6}\n", "4: supplier of announcement 1: found Southrn"),
        ("announced:\n  - {supplier: Southern}\n", "4: row of announcement 1: found neither, expected a supplier with"),
        (
            "announced:\n  - {platform: drone, next_delivery: 2026-12-01}\n",
            "4: platform of announcement 1: found drone",
        ),
        (
            ORDERS + "announced:\n  - {platform: drone, next_delivery: 2026-09-14}\n",
            "6: next_delivery of announcement 1: found 2026-09-14, expected a date from today",
        ),
        (
            "announced:\n  - {supplier: Southern, slip_months: 1}\n  - {supplier: Southern, slip_months: 2}\n",
            "5: row of announcement 2: found a second one, expected one announcement of Southern",
        ),
        (ORDERS + "integrated: {drone: 2026-08-01}\n", "5: integrated.drone: found 2026-08-01, expected a delivery of"),
        (CAME + "integrated: {drone: 2026-07-31}\n", "7: integrated.drone: found 2026-07-31, expected a date from its"),
        ("integrated: {drne: 2026-07-31}\n", "3: integrated.drne: found the platform drne, expected drone"),
        ("exchange: {EUR: 3}\n", "3: exchange.EUR: found the currency EUR, expected"),
        ("embargoes: {EC: 2026-01-02}\n", "3: embargoes.EC: found the country EC, expected one of AU, US"),
        ("spent:\n  2027: {obligation: 1}\n", "4: spent.2027: found the year 2027, expected 2026, a fiscal year"),
        ("spent:\n  2026: {obligation: -1}\n", "4: spent.2026.obligation: found -1, expected a number of at least 0"),
        (
            "gateways:\n  - {join: [open, opn], ordered: 2026-02-01}\n",
            "4: join of gateway 1: found opn, expected an interface of a platform: open",
        ),
        (
            "gateways:\n  - {join: [open, open], ordered: 2026-09-15}\n",
            "4: ordered of gateway 1: found 2026-09-15, expected a date from the start 2026-01-01 to the day before",
        ),
        ("gateways:\n  - [open, open]\n", "4: gateway 1: found a list, expected a mapping"),
        ("follows: abc\n", "3: follows: found abc, expected 64 hexadecimal digits, a file's SHA-256"),
    ],
)
def test_every_fault_has_its_line(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ScenarioError) as told:
        read(tmp_path, text)
    (found,) = told.value.faults
    assert str(found).startswith(f"{tmp_path / 'a.yaml'}:{fault}")


@pytest.mark.parametrize("today", ["2025-12-31", "2028-01-01"])
def test_today_lies_in_the_calendar(tmp_path: Path, today: str) -> None:
    with pytest.raises(ScenarioError, match=f"a.yaml:2: today: found {today}, expected a date from the start"):
        read(tmp_path, "", today)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as told:
        read(tmp_path, ORDERS.replace("drone", "x") + "exchange: {EUR: 0}\nembargoes: {XX: 2027-01-01}\n")
    assert {fault.line for fault in told.value.faults} == {4, 5, 6}


def test_no_result_can_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = [
        f"  - {{platform: {p}, ordered: 2026-0{m}-01, quantity: {m}}}\n" for p in ("drone", "glider") for m in (1, 3)
    ]
    one, other = (read(tmp_path, "orders:\n" + "".join(each)).actuals for each in (rows, rows[::-1]))
    assert one == other
    assert as_of(scenario(), one).hash == as_of(scenario(), other).hash


def test_an_order_in_a_gap_of_kinds_is_told_apart() -> None:
    """A supplier's slip says nothing of a platform of the same name."""
    facts = Actuals(today=date(2026, 2, 1), announced=(Announced(supplier="drone", slip_months=1.0),))
    assert as_of(scenario(), facts).standing[0].next_h is None


def test_a_file_of_another_scenario_is_told(tmp_path: Path) -> None:
    file = read(tmp_path, "scenario: " + "b" * 64 + "\n")
    (warning,) = scenario_warning(file, "a.yaml", scenario())
    assert warning == f"a.yaml was written for another scenario (bbbbbbbb), not {scenario().hash[:8]}"
    assert scenario_warning(read(tmp_path, f"scenario: {scenario().hash}\n"), "a.yaml", scenario()) == []


# The scenario as of a day


def test_without_actuals_nothing_changes() -> None:
    plain = scenario()
    assert "actuals" not in plain.content
    assert plain.open_periods == plain.calendar.periods
    assert as_of(plain, Actuals(today=plain.calendar.start)).calendar == plain.calendar


def test_facts_are_part_of_the_identity() -> None:
    one, other = (as_of(scenario(), Actuals(today=day)) for day in (date(2026, 1, 1), date(2026, 1, 2)))
    assert len({scenario().hash, one.hash, other.hash}) == 3


def test_periods_before_today_are_closed() -> None:
    seen = as_of(scenario(), Actuals(today=date(2026, 7, 1)))
    assert next(p.id for p in seen.open_periods) == "2026Q3"
    assert next(p.id for p in as_of(scenario(), Actuals(today=date(2026, 7, 2))).open_periods) == "2026Q4"


@pytest.mark.parametrize(
    ("today", "news"),
    [
        (date(2026, 1, 1), date(2026, 7, 1)),  # still to come
        (date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 5, 1), date(2026, 10, 1)),  # the next order day is that of the news: it is decided today
        (date(2026, 7, 1), date(2026, 10, 1)),
        (date(2027, 8, 1), date(2027, 10, 2)),  # the last order day
        (date(2027, 12, 1), date(2027, 12, 1)),  # nothing can be ordered any more
    ],
)
def test_news_comes_after_the_next_order_day(today: date, news: date) -> None:
    assert next_news(scenario().calendar, today) == news


def test_rates_are_today_s_and_the_budget_s_are_kept() -> None:
    facts: dict[str, Any] = {"start": {"EUR": 1.1}}
    euro = make_scenario(exchange=facts)
    seen = as_of(euro, Actuals(today=date(2026, 7, 1), exchange={"EUR": 1.3}))
    assert (seen.rate("EUR"), seen.budget_rate("EUR"), euro.rate("EUR")) == (1.3, 1.1, 1.1)


def test_gateways_bought_are_there() -> None:
    pair = ("STANAG", "UMAA")
    seen = as_of(scenario(), Actuals(today=date(2026, 7, 1), gateways=(Joined(join=pair, ordered=date(2026, 2, 1)),)))
    assert seen.operations.hand_over.gateways == (pair,)
