# ruff: noqa: E501 - one kind of fault a line
"""plan.json: every fault at its line, and what is written is read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import make_scenario
from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.plan_file import plan_to_json, read_plan_file
from fleetcraft.scenario.scenario import Scenario

SCENARIO: Scenario = make_scenario(
    platforms=[{}, {"id": "glider", "domain": "underwater"}],
    places=[{}, {"id": "field", "serves": "air"}],
    areas=[{}, {"id": "reef", "coordinates": [[[-92, 3], [-91, 3], [-91, 4], [-92, 4], [-92, 3]]]}],
)
PERIODS = [period.id for period in SCENARIO.calendar.periods]
BASES = {"drone": ["baltra", "field"], "glider": ["baltra"]}
GOOD = """{
 "fleetcraft": 1,
 "orders": [
  {"platform": "drone", "period": "2026Q1", "quantity": 5},
  {"platform": "glider", "period": "2026Q3", "quantity": 4}
 ],
 "allocation": [
  {"platform": "drone", "base": "baltra", "area": "bay", "craft": 3, "stations": 2},
  {"platform": "glider", "base": "baltra", "area": "reef", "craft": 4}
 ],
 "later": []
}
"""


def read(text: str, folder: Path) -> Plan:
    path = folder / "plan.json"
    path.write_text(text, encoding="utf-8")
    return read_plan_file(path, SCENARIO)


def faults_of(text: str, folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as raised:
        read(text, folder)
    return raised.value.faults


def test_a_plan_as_a_person_writes_it(tmp_path: Path) -> None:
    assert read(GOOD, tmp_path) == Plan(
        orders=(Order("drone", "2026Q1", 5), Order("glider", "2026Q3", 4)),
        allocation=(Allocation("drone", "baltra", "bay", 3, 2), Allocation("glider", "baltra", "reef", 4, None)),
    )


def test_orders_alone_leave_the_placing_to_the_greedy_rule(tmp_path: Path) -> None:
    text = '{"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q2", "quantity": 1}]}'
    assert read(text, tmp_path) == Plan(orders=(Order("drone", "2026Q2", 1),), allocation=None)
    assert read(text.replace("}]", '}], "allocation": null'), tmp_path).allocation is None
    assert read(text.replace("}]", '}], "allocation": []'), tmp_path).allocation == ()


def test_entries_of_no_craft_are_left_out(tmp_path: Path) -> None:
    text = GOOD.replace('"quantity": 4', '"quantity": 0').replace('"craft": 4', '"craft": 0')
    plan = read(text, tmp_path)
    assert [order.platform for order in plan.orders] == ["drone"]
    assert plan.allocation is not None
    assert [row.platform for row in plan.allocation] == ["drone"]


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "found", "expected"),
    [
        ('"fleetcraft": 1', '"fleetcraft": 2', 2, "fleetcraft", "2", "equal to 1"),
        ('"orders"', '"order"', 3, "plan", "the unknown key order", "orders"),
        ('"later": []', '"later": [1]', 11, "later", "a list", "an empty list"),
        ('"drone", "period"', '"dron", "period"', 4, "platform of orders entry 1", "dron", "drone (the nearest"),
        ("2026Q1", "2025Q4", 4, "period of orders entry 1", "2025Q4", "orders are placed"),
        ("2026Q3", "2028Q1", 5, "period of orders entry 2", "2028Q1", "orders are placed"),
        ('"quantity": 5', '"quantity": -5', 4, "quantity of orders entry 1", "-5", "a whole number from 0 to 100000 [craft]"),
        ('"quantity": 5', '"quantity": 5.5', 4, "quantity of orders entry 1", "5.5", "a whole number"),
        ('"quantity": 5', '"quantity": "5"', 4, "quantity of orders entry 1", 'the text "5"', "a whole number"),
        ('"quantity": 5', '"quantity": NaN', 4, "quantity of orders entry 1", "NaN", "whole number"),
        ('"quantity": 5', '"quantity": true', 4, "quantity of orders entry 1", "true", "a whole number"),
        (', "quantity": 5', "", 4, "quantity of orders entry 1", "nothing", "a whole number"),
        ('"quantity": 5', '"quantity": 5, "price": 1', 4, "orders entry 1", "the unknown key price", "one of platform"),
        ('"quantity": 5', '"quantity": 5, "quantity": 6', 4, "quantity", "the key a second time", "it once"),
        ('"glider", "period": "2026Q3"', '"drone", "period": "2026Q1"', 5, "orders entry 2", "drone 2026Q1 a second", "it once (line 4)"),
        ('"base": "baltra", "area": "bay"', '"base": "altra", "area": "bay"', 8, "base of allocation entry 1", "altra", "baltra (the nearest"),
        ('"area": "bay"', '"area": "bya"', 8, "area of allocation entry 1", "bya", "bay (the nearest of"),
        ('"base": "baltra", "area": "reef"', '"base": "field", "area": "reef"', 9, "base of allocation entry 2", "field", "a place that serves underwater: baltra"),
        ('"glider", "base": "baltra", "area": "reef"', '"drone", "base": "baltra", "area": "bay"', 9, "allocation entry 2", "drone baltra bay a second time", "it once (line 8)"),
        ('"craft": 4', '"craft": 5', 9, "craft of allocation entry 2", "5", "at most 4, what is left of 4 ordered"),
        ('"stations": 2', '"stations": 0', 8, "stations of allocation entry 1", "0", "at least 1 [stations]"),
        ('"later": []', '"later": [', 12, "JSON", "}", "a JSON value"),
    ],
)  # fmt: skip
def test_faults(old: str, new: str, line: int, where: str, found: str, expected: str, tmp_path: Path) -> None:
    assert GOOD.count(old) == 1
    told = [f for f in faults_of(GOOD.replace(old, new), tmp_path) if (f.line, f.where) == (line, where)]
    assert any(found in f.found and expected in f.expected for f in told)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("2026Q1", "2025Q1").replace('"quantity": 4', '"quantity": -4').replace('"reef"', '"reff"')
    assert [fault.line for fault in faults_of(text, tmp_path)] == [4, 5, 9]


def test_the_first_entry_too_many_is_named(tmp_path: Path) -> None:
    rows = [
        {"platform": "drone", "base": base, "area": area, "craft": 2}
        for base in BASES["drone"]
        for area in ("bay", "reef")
    ]
    text = json.dumps(
        {"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 5}], "allocation": rows}
    )
    (fault,) = faults_of(text, tmp_path)
    assert (fault.where, fault.expected) == ("craft of allocation entry 3", "at most 1, what is left of 5 ordered")


@pytest.mark.parametrize("content", ["", "[]", "null", "\0", "plan"])
def test_a_file_that_is_no_plan(content: str, tmp_path: Path) -> None:
    assert faults_of(content, tmp_path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        read_plan_file(tmp_path / "plan.json", SCENARIO)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    keys = draw(st.sets(st.tuples(st.sampled_from(["drone", "glider"]), st.sampled_from(PERIODS)), max_size=6))
    orders = tuple(sorted(Order(p, t, draw(st.integers(1, 20))) for p, t in keys))
    ordered = {p: sum(o.quantity for o in orders if o.platform == p) for p in BASES}
    rows = []
    for platform, left in ordered.items():
        for base in BASES[platform]:
            for area in ("bay", "reef"):
                craft = draw(st.integers(0, left))
                left -= craft
                if craft:
                    rows.append(Allocation(platform, base, area, craft, draw(st.none() | st.integers(1, 5))))
    allocation = draw(st.sampled_from([None, tuple(sorted(rows))]))
    return Plan(orders, allocation, draw(st.sampled_from([None, SCENARIO.hash])))


@given(plan=plans())
@settings(deadline=None)
def test_what_is_written_is_read_back(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = read(plan_to_json(plan), tmp_path_factory.getbasetemp())
    assert again == plan
    assert again.scenario == plan.scenario


@given(cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.text(max_size=4)), max_size=4))
@settings(max_examples=100, deadline=None)
def test_tampering_gives_a_plan_or_faults(
    cuts: list[tuple[float, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = GOOD
    for place, length, token in cuts:
        at = int(place * len(text))
        text = text[:at] + token + text[at + length :]
    try:
        plan = read(text, tmp_path_factory.getbasetemp())
    except ScenarioError as error:
        plan = None
        told = error.faults
    assert isinstance(plan, Plan) or told
