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
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.plan_file import plan_to_json, read_plan_file
from fleetcraft.scenario.scenario import Scenario

SCENARIO: Scenario = make_scenario(
    platforms=[{}, {"id": "glider", "domain": "underwater", "control_interfaces": "own"}],
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
        ('"later": []', '"later": [1]', 11, "later entry 1", "1", "a mapping"),
        ('"later": []', '"later": {}', 11, "later", "a mapping", "a list"),
        ('"later": []', '"gateways": [["open"]]', 11, "gateways entry 1", "nothing", "text"),
        ('"later": []', '"gateways": [["open", "closed"]]', 11, "gateways entry 1", "closed", "an interface of a platform: one of open, own"),
        ('"later": []', '"gateways": [["open", "open"]]', 11, "gateways entry 1", "open twice", "two different interfaces"),
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


ADAPTING = GOOD.replace(
    '"later": []',
    """"gateways": [],
 "later": [
  {"future": 3, "seed": 7, "orders": [
    {"platform": "drone", "period": "2026Q3", "quantity": 2},
    {"platform": "glider", "period": "2027Q1", "quantity": 1}
   ], "allocation": [
    {"platform": "drone", "base": "field", "area": "bay", "craft": 4, "stations": 1}
   ]},
  {"future": 1, "seed": 7, "orders": [
    {"platform": "drone", "period": "2026Q4", "quantity": 6}
   ]}
 ]""",
)


def test_what_single_futures_add_is_read_in_their_order(tmp_path: Path) -> None:
    """A future may place craft that all of them order and the common part leaves over."""
    plan = read(ADAPTING, tmp_path)
    assert plan.later_seed == 7
    assert plan.later == (
        Later(1, (Order("drone", "2026Q4", 6),), ()),
        Later(
            3,
            (Order("drone", "2026Q3", 2), Order("glider", "2027Q1", 1)),
            (Allocation("drone", "field", "bay", 4, 1),),
        ),
    )
    assert plan.common == read(GOOD, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "found", "expected"),
    [
        ('"future": 3', '"future": -3', 13, "future of later entry 1", "-3", "a whole number of at least 0"),
        ('"future": 3', '"futur": 3', 13, "later entry 1", "the unknown key futur", "future"),
        ('"future": 1', '"future": 3', 19, "later entry 2", "3 a second time", "it once (line 13)"),
        ('"future": 1, "seed": 7', '"future": 1', 19, "seed of later entry 2", "nothing", "a whole number"),
        ('"future": 1, "seed": 7', '"future": 1, "seed": 8', 19, "seed of later entry 2", "8", "7, as in later entry 1 (line 13)"),
        ('"period": "2026Q4"', '"period": "2026Q2"', 20, "period of orders entry 1 of later entry 2", "2026Q2", "on or after the news of 2026-07-01: 2027Q2 (the nearest of 2026Q3, 2026Q4"),
        ('"period": "2027Q1"', '"period": "2028Q1"', 15, "period of orders entry 2 of later entry 1", "2028Q1", "2026Q3"),
        ('"glider", "period": "2027Q1"', '"glidr", "period": "2027Q1"', 15, "platform of orders entry 2 of later entry 1", "glidr", "glider (the nearest"),
        ('"glider", "period": "2027Q1"', '"drone", "period": "2026Q3"', 15, "orders entry 2 of later entry 1", "drone 2026Q3 a second", "it once (line 14)"),
        ('"quantity": 6', '"quantity": 6.5', 20, "quantity of orders entry 1 of later entry 2", "6.5", "a whole number"),
        ('"craft": 4, "stations": 1', '"craft": 5, "stations": 1', 12, "later", "1 of 2 entries that no longer fit", "remove `later`"),
        ('"base": "field", "area": "bay"', '"base": "field", "area": "bya"', 17, "area of allocation entry 1 of later entry 1", "bya", "bay (the nearest of"),
        ('"drone", "base": "field"', '"glider", "base": "field"', 17, "base of allocation entry 1 of later entry 1", "field", "a place that serves underwater"),
    ],
)  # fmt: skip
def test_faults_of_what_single_futures_add(
    old: str, new: str, line: int, where: str, found: str, expected: str, tmp_path: Path
) -> None:
    assert ADAPTING.count(old) == 1
    told = [f for f in faults_of(ADAPTING.replace(old, new), tmp_path) if (f.line, f.where) == (line, where)]
    assert any(found in f.found and expected in f.expected for f in told)


def test_craft_of_a_common_part_to_be_placed_by_the_greedy_rule_are_not_left_over(tmp_path: Path) -> None:
    content = json.loads(ADAPTING)
    del content["allocation"]
    (fault,) = faults_of(json.dumps(content), tmp_path)
    assert fault.where == "later"
    assert "allocation entry 1 of later entry 1: 4 craft of drone, where 2 are left" in fault.found


def edited(drones: int, entries: int = 60) -> str:
    """A plan of 5 drones, 3 of them placed, whose later entries each add 2 and place 4, edited to so many drones."""
    content = json.loads(GOOD.replace('"quantity": 5', f'"quantity": {drones}'))
    row = {"platform": "drone", "base": "field", "area": "bay", "craft": 4}
    bought = [{"platform": "drone", "period": "2026Q3", "quantity": 2}]
    content["later"] = [{"future": n, "seed": 7, "orders": bought, "allocation": [row]} for n in range(entries)]
    content["later"][7]["allocation"] = []
    return json.dumps(content, indent=1)


def test_later_entries_that_no_longer_fit_are_one_fault_that_tells_the_way_out(tmp_path: Path) -> None:
    assert len(read(edited(5), tmp_path).later) == 60
    (fault,) = faults_of(edited(4), tmp_path)
    assert edited(4).splitlines()[fault.line - 1].strip() == '"later": ['
    assert fault.where == "later"
    assert fault.found.startswith("59 of 60 entries that no longer fit the orders and the allocation")
    assert "4 craft of drone, where 3 are left" in fault.found
    assert "remove `later`" in fault.expected
    assert "lower them or remove `allocation`, so that the greedy rule places the craft" in fault.expected


def test_a_common_part_with_too_many_craft_does_not_hide_the_later_entries_that_fit_no_more(tmp_path: Path) -> None:
    common, later = sorted(faults_of(edited(1), tmp_path), key=lambda fault: fault.where)
    assert (common.where, later.where) == ("craft of allocation entry 1", "later")
    assert common.expected.startswith("at most 1, what is left of 1 ordered: lower it, order more, or remove")
    assert "4 craft of drone, where 0 are left" in later.found


def test_other_faults_of_later_entries_are_told_besides(tmp_path: Path) -> None:
    text = edited(4).replace('"area": "bay"', '"area": "bya"')
    places = [fault for fault in faults_of(text, tmp_path) if fault.where.startswith("area of allocation entry 1 of")]
    assert len(places) == 59


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
    assert fault.where == "craft of allocation entry 3"
    assert fault.expected == (
        "at most 1, what is left of 5 ordered: lower it, order more, or remove `allocation` (and `later`, if it has "
        "entries), so that the greedy rule places the craft"
    )


@pytest.mark.parametrize("content", ["", "[]", "null", "\0", "plan"])
def test_a_file_that_is_no_plan(content: str, tmp_path: Path) -> None:
    assert faults_of(content, tmp_path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        read_plan_file(tmp_path / "plan.json", SCENARIO)


@st.composite
def later_orders(draw: st.DrawFn) -> Later:
    craft = draw(st.integers(1, 9))
    rows = (Allocation("drone", "field", "reef", craft, draw(st.none() | st.integers(1, 5))),)
    return Later(draw(st.integers(0, 99)), (Order("drone", PERIODS[-1], craft),), draw(st.sampled_from([(), rows])))


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
    allocation = draw(st.sampled_from([None, tuple(sorted(rows, key=lambda row: (row.platform, row.base, row.area)))]))
    later = draw(st.lists(later_orders(), max_size=3, unique_by=lambda each: each.future))
    return Plan(
        orders=orders,
        allocation=allocation,
        scenario=draw(st.sampled_from([None, SCENARIO.hash])),
        later=tuple(sorted(later, key=lambda each: each.future)),
        later_seed=draw(st.integers(0, 9)) if later else None,
        gateways=draw(st.sampled_from([(), (("open", "own"),)])),
    )


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
    text = ADAPTING
    for place, length, token in cuts:
        at = int(place * len(text))
        text = text[:at] + token + text[at + length :]
    try:
        plan = read(text, tmp_path_factory.getbasetemp())
    except ScenarioError as error:
        plan = None
        told = error.faults
    assert isinstance(plan, Plan) or told
