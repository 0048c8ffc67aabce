"""YAML 1.2 scalars, lines and limits."""

from __future__ import annotations

import math
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fleetcraft.scenario.node import plain
from fleetcraft.scenario.yaml_file import DEEPEST, MOST_NODES, read_yaml, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("2.5e7", 25e6), ("200e9", 200e9), ("1E3", 1000.0), (".5", 0.5), ("5.", 5.0), ("-.5e-1", -0.05), ("+12", 12),
        ("0o17", 15), ("0x1F", 31), ("017", 17), ("1_000", "1_000"), ("1:30", "1:30"), ("0b11", "0b11"),
        ("04-01", "04-01"), ("2028-03-31", date(2028, 3, 31)), ("2028-3-31", "2028-3-31"), ("2028-02-30", "2028-02-30"),
        (".inf", math.inf), ("-.INF", -math.inf), ("inf", "inf"), ("nan", "nan"), ("1e999", math.inf), ("٣", "٣"),
    ],
)  # fmt: skip
def test_unquoted_scalars_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_not_a_number() -> None:
    found = resolve(".nan")
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize("text", ["'12'", '"true"', "'2028-03-31'", '""', "|-\n  12"])
def test_quoted_scalars_are_text(text: str) -> None:
    reading = read_yaml(f"a: {text}\n", "x.yaml")
    assert reading.faults == ()
    node = reading.root.get("a")
    assert node is not None
    assert isinstance(node.value, str)


def test_a_long_integer_costs_nothing() -> None:
    assert resolve("9" * 100_000) == math.inf


def test_every_entry_has_the_line_of_its_key() -> None:
    text = "a:\n  b:\n\n    c: 1\n  # remark\n  d:\n    - 1\n    -\n      2\n"
    root = read_yaml(text, "x.yaml").root
    lines = {path: root.nearest(path).line for path in [("a",), ("a", "b"), ("a", "b", "c"), ("a", "d"), ("a", "d", 1)]}
    assert lines == {("a",): 1, ("a", "b"): 2, ("a", "b", "c"): 4, ("a", "d"): 6, ("a", "d", 1): 9}


# without texts such as 0E0, which a writer of YAML 1.1 leaves unquoted though YAML 1.2 reads a number
TEXTS = st.text(st.characters(codec="ascii"), max_size=8).filter(lambda text: isinstance(resolve(text), str))
JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefgh", min_size=1, max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


def tuples(value: object) -> object:
    if isinstance(value, dict):
        return {key: tuples(inner) for key, inner in value.items()}
    return tuple(map(tuples, value)) if isinstance(value, list) else value


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=5), JSON_LIKE, max_size=5))
def test_what_another_program_writes_is_read_back(content: dict[str, object]) -> None:
    reading = read_yaml(yaml.safe_dump(content), "x.yaml")
    assert reading.faults == ()
    assert plain(reading.root) == tuples(content)


def test_aliases_count_with_all_that_they_stand_for() -> None:
    entries = 99
    anchored = f"a: &a [{', '.join(['1'] * (entries - 1))}]\n"  # the list and its items: 99 nodes, 100 with its key
    aliases = (MOST_NODES - 1 - (entries + 1) - 2) // entries  # beside the outer mapping, 'b' and its list
    assert read_yaml(f"{anchored}b: [{', '.join(['*a'] * aliases)}]\n", "x").faults == ()
    (fault,) = read_yaml(f"{anchored}b: [{', '.join(['*a'] * (aliases + 1))}]\n", "x").faults
    assert (fault.line, fault.found) == (2, "more than 10,000 values")


def test_aliases_cannot_nest_deeper_than_the_limit() -> None:
    levels = DEEPEST // 2
    inner = f"a: &a {'[' * levels}{']' * levels}\n"
    assert read_yaml(f"{inner}b: {'[' * (levels - 1)}*a{']' * (levels - 1)}\n", "x").faults == ()
    (fault,) = read_yaml(f"{inner}b: {'[' * levels}*a{']' * levels}\n", "x").faults
    assert (fault.line, fault.found) == (2, "nesting deeper than 50")


def test_reading_stops_where_the_limit_is_reached_and_keeps_what_came_before() -> None:
    reading = read_yaml("a: 1\nb: " + "[" * 1_000_000, "x")
    assert not reading.whole
    assert plain(reading.root) == {"a": 1}
