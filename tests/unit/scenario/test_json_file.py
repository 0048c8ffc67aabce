"""JSON with lines: the same values as the standard library's, and every key's own line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetcraft.scenario import json_file
from fleetcraft.scenario.json_file import read_json
from fleetcraft.scenario.node import plain

from .test_yaml_file import tuples

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_values_are_those_of_the_standard_library(value: object, indent: int | None) -> None:
    reading = read_json(json.dumps(value, indent=indent, ensure_ascii=indent == 0), "x.json")
    assert reading.faults == ()
    assert plain(reading.root) == tuples(value)


@given(st.text(st.sampled_from('{}[]",:0123456789.eE+-truefalsn \n\\u'), max_size=30))
def test_texts_are_accepted_as_by_the_standard_library(text: str) -> None:
    try:
        value = json.loads(text, object_pairs_hook=list)
    except json.JSONDecodeError:
        accepted = False
    else:
        accepted = "\\ud" not in repr(value)
    assert read_json(text, "x.json").whole == accepted


def test_every_entry_has_the_line_of_its_key() -> None:
    root = read_json('{"a":\n[1,\n2],\n\n"b": {"c":\n3}}', "x.json").root
    paths = {("a",): 1, ("a", 0): 2, ("a", 1): 3, ("b",): 5, ("b", "c"): 5}
    assert {path: root.nearest(path).line for path in paths} == paths


@pytest.mark.parametrize(
    ("text", "line", "found", "expected"),
    [
        ('{"a": 1,\n"a": 2}', 2, "the key a second time", "it once (line 1)"),
        ("[1,\n2", 2, "the end of the file", "a comma or ]"),
        ("[1,\n]", 2, "]", "a JSON value"),
        ('{"a"\n1}', 2, "1}", ":"),
        ("{a: 1}", 1, "a: 1}", "a key in double quotes"),
        ("1\n2", 2, "2 after the end", "nothing more"),
        ('"\\ud800"', 1, "the end of the file", "text without half of a surrogate pair"),
        ("[" * 1000, 1, "nesting deeper than 50", "at most 50 levels"),
    ],
)
def test_faults(text: str, line: int, found: str, expected: str) -> None:
    (fault,) = read_json(text, "x.json").faults
    assert (fault.line, fault.found, fault.expected) == (line, found, expected)


def test_more_values_than_a_file_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    assert json_file.MOST_NODES == 1_000_000
    monkeypatch.setattr(json_file, "MOST_NODES", 100)
    assert read_json("[" + "1," * 98 + "1]", "x.json").faults == ()
    (fault,) = read_json("[" + "1,\n" * 99 + "1]", "x.json").faults
    assert (fault.line, fault.found) == (100, "more than 100 values")
