"""Whatever is done to a scenario's files, reading gives a scenario or a ScenarioError, nothing else."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario

from .rich import write_rich

FILES = (
    "scenario.yaml", "platforms.csv", "places.csv", "areas.geojson", "environment.csv", "platform_sources.csv",
    "assumptions.csv", "fx.csv", "fx_correlation.csv",
)  # fmt: skip
TOKENS = (
    "", " ", "\n", "\t", "\r", ",", ",,,", ":", "- ", "[", "]", "{", "}", '"', "'", "#", "&a", "*a", "!!int", "---\n",
    "...\n", "<<: ", "? ", "|", ">", "%", "\0", "\x1b[31m", "\u2028", "\ud7ff", "\ufeff", "é", "漢", "🛶", "NaN",
    ".inf", "-1", "0", "1e999", "9" * 400, "null", "true", "2026-13-01", "0x1F", "1_000", "٣", "\\", "\\ud800", "../",
    "/dev/zero", "scenario.yaml",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(TOKENS), st.text(max_size=5),
    st.dates(min_value=date(1, 1, 1)), st.sampled_from([2**70, -(10**400), math.inf, math.nan, 1e-320]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


def told(folder: Path) -> tuple[Fault, ...]:
    """The faults of a scenario; none where it could be read."""
    try:
        assert isinstance(read_scenario(folder), Scenario)
    except ScenarioError as error:
        return error.faults
    return ()


def check_that_faults_are_told(folder: Path) -> None:
    """Each fault is one line that a terminal can show."""
    for fault in told(folder):
        assert str(fault).isprintable()
        assert fault.found
        assert fault.expected


@given(
    file=st.sampled_from(FILES),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(TOKENS)), max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_text_that_was_tampered_with(file: str, cuts: list[tuple[float, int, str]]) -> None:
    with TemporaryDirectory() as folder:
        path = write_rich(Path(folder)) / file
        text = path.read_text(encoding="utf-8")
        for place, length, token in cuts:
            at = int(place * len(text))
            text = text[:at] + token + text[at + length :]
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        check_that_faults_are_told(path.parent)


@given(file=st.sampled_from(FILES), place=st.floats(0, 1), content=st.binary(min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_bytes_that_are_no_text(file: str, place: float, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = write_rich(Path(folder)) / file
        data = path.read_bytes()
        at = int(place * len(data))
        path.write_bytes(data[:at] + content + data[at:])
        check_that_faults_are_told(path.parent)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, item in entries for inner in places_in(item, (*path, key)))]


@given(choice=st.floats(0, 1, exclude_max=True), value=VALUES)
@settings(max_examples=120, deadline=None)
@example(choice=0.125, value={2**63: None})
def test_values_of_another_kind(choice: float, value: Any) -> None:
    with TemporaryDirectory() as folder:
        path = write_rich(Path(folder)) / "scenario.yaml"
        statement = yaml.safe_load(path.read_text(encoding="utf-8"))
        places = places_in(statement)
        *parents, last = places[1 + int(choice * (len(places) - 1))]
        owner = statement
        for key in parents:
            owner = owner[key]
        owner[last] = value
        path.write_text(yaml.safe_dump(statement, sort_keys=False, allow_unicode=True), encoding="utf-8")
        check_that_faults_are_told(path.parent)


@given(
    column=st.floats(0, 1, exclude_max=True),
    row=st.integers(1, 2),
    table=st.sampled_from(FILES[1:3]),
    cell=st.sampled_from(TOKENS) | st.text(max_size=6),
)
@settings(max_examples=100, deadline=None)
def test_cells_of_another_kind(column: float, row: int, table: str, cell: str) -> None:
    with TemporaryDirectory() as folder:
        path = write_rich(Path(folder)) / table
        lines = path.read_text(encoding="utf-8").splitlines()
        cells = lines[row].split(",")
        cells[int(column * len(cells))] = cell
        lines[row] = ",".join(cells)
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        check_that_faults_are_told(path.parent)
