"""One value changed in the text of a scenario's files: what it says is what was meant, and the rest is untouched."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders import EVERYTHING, write_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.scenario.edit import with_value
from fleetcraft.scenario.examples import example_folder
from fleetcraft.scenario.node import plain
from fleetcraft.scenario.read import read_files
from fleetcraft.scenario.workbook_sheets import leaves
from fleetcraft.scenario.yaml_file import read_yaml

STATEMENT = "scenario.yaml"
SUFFIXES = (".yaml", ".csv", ".geojson")


def texts_in(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in folder.iterdir() if path.suffix in SUFFIXES}


def everything() -> dict[str, str]:
    with TemporaryDirectory() as folder:
        return texts_in(write_scenario(Path(folder), **EVERYTHING))


SCENARIOS = {"japan-2026": texts_in(example_folder("japan-2026")), "everything": everything()}
JAPAN = SCENARIOS["japan-2026"]


def values(texts: Mapping[str, str]) -> Any:
    reading = read_yaml(texts[STATEMENT].removeprefix("\ufeff"), STATEMENT)
    assert reading.whole
    return plain(reading.root)


def paths(name: str) -> list[str]:
    """Paths of all values of a statement, those of its requirements by position."""
    root = read_yaml(SCENARIOS[name][STATEMENT], STATEMENT).root
    found = [".".join(map(str, path)) for path, _ in leaves(root)]
    rows = root.get("requirements")
    assert rows is not None
    return found + [f"requirements.{n}.{key}" for n, row in enumerate(rows.items) for key in row.mapping]


def flat(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    if isinstance(value, dict) and value:
        return {p: v for key, inner in value.items() for p, v in flat(inner, (*path, key)).items()}
    if isinstance(value, tuple) and any(isinstance(each, dict) for each in value):
        return {p: v for n, inner in enumerate(value) for p, v in flat(inner, (*path, n)).items()}
    return {path: value}


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that only the one text has and only the other has, between equal beginnings and ends."""
    a, b = before.split("\n"), after.split("\n")
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    return a, b


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        ("budget.obligation.2026", 250e9, ["    2026: 200e9"], ["    2026: 250e9"]),
        ("budget.obligation.2027", 50_000_000_000, [], ["    2027: 50e9"]),
        ("budget.contingency.amount", 3e10, [], ["  contingency:", "    amount: 30e9"]),
        ("calendar.deadline", "2028-12-31", ["  deadline: 2028-03-31"], ["  deadline: 2028-12-31"]),
        ("operations.people_limit", None, ["  people_limit: 4000"], []),
        ("name", "Japan: a # b", ["name: Japan 2026"], ['name: "Japan: a # b"']),
        ("cases.new.calendar.deadline", "2029-03-31", [], ["  new:", "    calendar.deadline: 2029-03-31"]),
        ("operations.hand_over.gateways", [["open", "x"]], [], ["    gateways: [[open, x]]"]),
    ],
)
def test_only_the_lines_of_the_value_change(path: str, value: object, old: list[str], new: list[str]) -> None:
    texts = with_value(JAPAN, path, value)
    assert changed_lines(JAPAN[STATEMENT], texts[STATEMENT]) == (old, new)
    assert {name: text for name, text in texts.items() if name != STATEMENT} == {
        name: text for name, text in JAPAN.items() if name != STATEMENT
    }


def test_a_requirement_is_changed_added_and_removed_on_its_own_line() -> None:
    by_id = "yonaguni_ishigaki-layered-air_surface_underwater"
    texts = with_value(JAPAN, f"requirements.{by_id}.domains", ["air", "surface"])
    _, (line,) = changed_lines(JAPAN[STATEMENT], texts[STATEMENT])
    assert line.strip().startswith("- {area: yonaguni_ishigaki, measure: layered, domains: [air, surface], at_least")
    new = {"area": "amami", "measure": "presence", "domain": "air", "craft": 2, "at_least": 0.5}
    count = len(values(JAPAN)["requirements"])
    longer = with_value(JAPAN, f"requirements.{count}", new)
    assert values(longer)["requirements"][-1] == new
    assert with_value(longer, f"requirements.{count}", None) == JAPAN
    assert values(with_value(JAPAN, f"requirements.{by_id}", None))["requirements"] == tuple(
        row for row in values(JAPAN)["requirements"] if row.get("measure") != "layered" or "miyako" in row["area"]
    )


def test_a_folded_note_stays_folded() -> None:
    text = with_value(JAPAN, "note", "word " * 60 + "end")[STATEMENT]
    assert values({STATEMENT: text})["note"] == "word " * 60 + "end"
    assert "note: >-\n  word word" in text
    assert max(map(len, text.split("\n"))) <= 120


def test_the_same_value_leaves_the_text_as_it_is() -> None:
    assert with_value(JAPAN, "operations.endurance_reserve", 0.1) == JAPAN  # written 0.10
    assert with_value(JAPAN, "calendar.start", "2026-04-01") == JAPAN
    assert with_value(JAPAN, "uncertainty.risk", None) == JAPAN
    assert with_value(JAPAN, "platforms.tb2.endurance_h", 27) == JAPAN


NUMBERS = st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12, allow_nan=False)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(name=st.sampled_from(sorted(SCENARIOS)), data=st.data(), value=NUMBERS | WORDS | st.booleans())
@settings(max_examples=60, deadline=None)
def test_reading_gives_the_value_at_its_path_and_every_other_as_it_was(name: str, data: Any, value: object) -> None:
    texts = SCENARIOS[name]
    path = data.draw(st.sampled_from(paths(name)))
    before = flat(values(texts))
    changed = with_value(texts, path, value)
    after = flat(values(changed))
    (at,) = [keys for keys in before if ".".join(map(str, keys)) == path]
    meant = date.fromisoformat(value) if isinstance(before[at], date) and is_day(value) else value
    assert after.pop(at) == meant
    before.pop(at)
    assert after == before
    comments = [line for line in texts[STATEMENT].split("\n") if line.strip().startswith("#")]
    assert [line for line in changed[STATEMENT].split("\n") if line.strip().startswith("#")][
        : len(comments)
    ] == comments


def is_day(value: object) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


@given(name=st.sampled_from(sorted(SCENARIOS)), data=st.data(), value=NUMBERS)
@settings(max_examples=40, deadline=None)
def test_setting_a_value_back_gives_the_bytes_back(name: str, data: Any, value: float) -> None:
    texts = SCENARIOS[name]
    path = data.draw(st.sampled_from(paths(name)))
    (old,) = [v for keys, v in flat(values(texts)).items() if ".".join(map(str, keys)) == path]
    assume(not isinstance(old, str | tuple | dict))
    as_json = old.isoformat() if isinstance(old, date) else old
    back = with_value(with_value(texts, path, value), path, as_json)
    a, b = changed_lines(texts[STATEMENT], back[STATEMENT])
    assert len(a) == len(b) <= 1, "no other line"
    assert values(back) == values(texts)
    assert with_value(with_value(back, path, value), path, as_json) == back, "a number has one way to be written"


@given(name=st.sampled_from(sorted(SCENARIOS)), data=st.data())
@settings(max_examples=30, deadline=None)
def test_removing_a_key_removes_nothing_else(name: str, data: Any) -> None:
    texts = SCENARIOS[name]
    path = data.draw(st.sampled_from(paths(name)))
    before = flat(values(texts))
    (at,) = [keys for keys in before if ".".join(map(str, keys)) == path]
    after = flat(values(with_value(texts, path, None)))
    before.pop(at)
    assert {keys: value for keys, value in after.items() if value != {}} == before


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("a: &x 1\nb: *x\n", "b", 2, None),
        ("name: &x n\nnote: *x\n", "name", "m", None),
        ("name: n\r\ncountry: JP\r\n", "name", "m", "name: m\r\ncountry: JP\r\n"),
        ("name: n\r\ncalendar:\r\n  start: 2026-01-01\r\n", "calendar.end", "2027-01-01",
         "name: n\r\ncalendar:\r\n  start: 2026-01-01\r\n  end: 2027-01-01\r\n"),
        ("name: n # why\n", "name", "m", "name: m # why\n"),
        ("name: n", "country", "JP", "name: n\ncountry: JP"),
        ("{name: n, country: JP}", "country", "US", "{name: n, country: US}"),
        ("{name: n, country: JP}", "name", None, "{country: JP}"),
        ("{name: n}", "currency", "USD", "{name: n, currency: USD}"),
        ("name:\ncountry: JP\n", "name", "m", "name: m\ncountry: JP\n"),
        ("name: 'n' # q\n", "name", "m", "name: m # q\n"),
        ("budget: {}\n", "budget.obligation.2026", 1e9, "budget:\n  obligation:\n    2026: 1e9\n"),
        ("budget:\n  obligation: {2026: 1}\n", "budget.obligation.2025", 5,
         "budget:\n  obligation: {2025: 5, 2026: 1}\n"),
        ("requirements:\n- area: x\n  measure: presence\n", "requirements.0.area", None,
         "requirements:\n- measure: presence\n"),
        ("requirements:\n- area: x\n  measure: presence\n", "requirements.0.weight", 2,
         "requirements:\n- area: x\n  measure: presence\n  weight: 2\n"),
        ("requirements: []\n", "requirements.0", {"area": "x"}, "requirements:\n  - {area: x}\n"),
        ("\ufeffname: n\n", "name", "m", "\ufeffname: m\n"),
    ],
)  # fmt: skip
def test_layouts(text: str, path: str, value: object, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ScenarioError):
            with_value({STATEMENT: text}, path, value)
    else:
        assert with_value({STATEMENT: text}, path, value)[STATEMENT] == expected


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("calendar.deadlin", 1, "expected deadline"),
        ("calendar.deadline.day", 1, "the unknown key day"),
        ("requirements.99.weight", 1, "no item 99"),
        ("platforms.tbx.mtbf_h", 1, "no row tbx"),
        ("platforms.tb2.mtbf", 1, "expected mtbf_h"),
        ("areas.nowhere.name", "x", "no area nowhere"),
        ("name", float("inf"), "a finite number"),
        ("name", "\ud800", "surrogate"),
        ("", 1, "the unknown key"),
    ],
)
def test_what_cannot_be_meant_is_refused(path: str, value: object, told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        with_value(JAPAN, path, value)
    assert told in str(refused.value)


def test_a_value_nested_without_end_is_refused() -> None:
    value: object = 1
    for _ in range(10_000):
        value = [value]
    with pytest.raises(ScenarioError, match="nesting"):
        with_value(JAPAN, "name", value)


def test_a_statement_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(ScenarioError):
        with_value({STATEMENT: "a: [1\n"}, "name", "x")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text)))


@given(data=st.data(), value=st.integers(-(10**15), 10**15) | st.text("aB1 ,;\"'=\n", max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_cell_changes_alone(data: Any, value: object) -> None:
    before = cells(JAPAN["platforms.csv"])
    row = data.draw(st.integers(1, len(before) - 1))
    column = data.draw(st.integers(1, len(before[0]) - 1))
    path = f"platforms.{before[row][0]}.{before[0][column]}"
    after = cells(with_value(JAPAN, path, value)["platforms.csv"])
    words = str(value).strip()
    assert " ".join(after[row][column].split()) == " ".join(words.split())
    after[row][column] = before[row][column]
    assert after == before
    back = with_value(with_value(JAPAN, path, value), path, before[row][column])
    assert cells(back["platforms.csv"]) == before
    if not set(words) & set(',"\n'):
        assert back == JAPAN


def test_quotes_of_a_cell_are_kept() -> None:
    old = '"MQ-9B SeaGuardian, flown by a provider"'
    text = with_value(JAPAN, "platforms.mq9b_service.name", "MQ-9B")["platforms.csv"]
    assert text == JAPAN["platforms.csv"].replace(old, '"MQ-9B"')


def test_a_column_that_the_table_lacks_is_added_behind_the_last() -> None:
    texts = with_value(JAPAN, "platforms.tb2.max_sea_state_recover", 3)
    before, after = cells(JAPAN["platforms.csv"]), cells(texts["platforms.csv"])
    assert after[0] == [*before[0], "max_sea_state_recover"]
    assert [row[-1] for row in after[1:]] == ["3"] + [""] * (len(before) - 2)
    assert [row[:-1] for row in after] == before


def test_tables_of_two_and_of_dotted_keys() -> None:
    texts = with_value(JAPAN, "environment.amami.3.mean_wind_kn", 11)
    (row,) = [row for row in cells(texts["environment.csv"]) if row[:2] == ["amami", "3"]]
    assert row[6] == "11"
    texts = with_value(JAPAN, "assumptions.exchange.start.USD.low", 100)
    (row,) = [row for row in cells(texts["assumptions.csv"]) if row[0] == "exchange.start.USD"]
    assert row[1] == "100"


def test_a_property_of_an_area() -> None:
    texts = with_value(JAPAN, "areas.amami.station_lat", 28.5)
    before, after = json.loads(JAPAN["areas.geojson"]), json.loads(texts["areas.geojson"])
    (changed,) = [each["properties"] for each in after["features"] if each["properties"]["id"] == "amami"]
    assert changed.pop("station_lat") == 28.5
    assert after == before
    assert with_value(texts, "areas.amami.station_lat", None) == JAPAN


def test_files_in_memory_read_as_those_on_the_disk() -> None:
    texts = with_value(JAPAN, "budget.obligation.2026", 1e9)
    scenario = read_files({name: text.encode() for name, text in texts.items()})
    assert scenario.budget.obligation[2026] == 1e9


def test_the_first_of_a_list_makes_the_list() -> None:
    pin = {"platform": "drone", "period": "2026Q1", "quantity": 2}
    for stated in ("", "policies:\n", "policies: {}\n", "policies:\n  pinned:\n", "policies:\n  pinned: []\n"):
        texts = with_value({STATEMENT: f"name: tiny # so called\n{stated}"}, "policies.pinned.0", pin)
        assert values(texts)["policies"] == {"pinned": (pin,)}, stated
        assert "# so called" in texts[STATEMENT]
    texts = with_value({STATEMENT: "name: tiny\n"}, "policies.pinned.0.quantity", 3)
    assert values(texts)["policies"] == {"pinned": ({"quantity": 3},)}


@pytest.mark.parametrize("value", [10**400, -(10**4000), {"2026": 10**400}, [10**400]])
def test_whole_numbers_that_no_computer_computes_with_are_refused(value: Any) -> None:
    for path in ("requirements.0.weight", "environment", "platforms.tb2.mtbf_h"):
        with pytest.raises(ScenarioError, match="308 digits"):
            with_value(JAPAN, path, value)
