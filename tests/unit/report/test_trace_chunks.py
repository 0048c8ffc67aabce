"""A stored trace in chunks: nothing is lost between them, and positions are in the water."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from builders import a_year, write_scenario
from calling import call
from fleetcraft.errors import RunError
from fleetcraft.geo.area import sea_of
from fleetcraft.geo.land import is_land
from fleetcraft.report.trace_chunks import CHUNK_H, StoredTrace, positions_in, read_trace
from fleetcraft.scenario.read import read_scenario

PLAN = {"fleetcraft": 1, "scenario": None, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 4}]}

IDENTIFIED = {"area": "bay", "target": "small_craft", "within_h": 4, "at_least": 0.3}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A traced year of four drones."""
    folder = tmp_path_factory.mktemp("traced")
    write_scenario(
        folder / "tiny",
        environment=a_year("bay"),
        platforms=[{"identifies": "small_craft"}],
        targets={"small_craft": {"background_per_target": 1, "dwell_h": 1}},
        requirements=[{**IDENTIFIED, "measure": "detection"}, {**IDENTIFIED, "measure": "identification"}],
    )
    (folder / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    options = [
        "--plan",
        folder / "plan.json",
        "--replications",
        "2",
        "--trace",
        "0",
        "--out",
        folder / "run",
        "--quiet",
    ]
    assert call("simulate", folder / "tiny", *options).status == 0
    return folder / "run"


@pytest.fixture(scope="module")
def trace(run: Path) -> StoredTrace:
    return read_trace(run)


@pytest.fixture(scope="module")
def chunks(trace: StoredTrace) -> list[dict[str, Any]]:
    return [trace.chunk(k) for k in range(len(trace.head["chunks"]))]


def test_chunks_cover_the_trace(trace: StoredTrace, chunks: list[dict[str, Any]]) -> None:
    assert chunks[0]["from_h"] == 0
    assert [c["to_h"] for c in chunks] == [*(c["from_h"] for c in chunks[1:]), trace.head["end_h"]]
    assert all(c["to_h"] - c["from_h"] <= CHUNK_H for c in chunks)
    with pytest.raises(IndexError):
        trace.chunk(len(chunks))


def test_every_leg_is_in_the_chunks_it_reaches_into(
    run: Path, trace: StoredTrace, chunks: list[dict[str, Any]]
) -> None:
    playback = json.loads((run / "trace" / "playback.json").read_text(encoding="utf-8"))
    legs = [(c, *leg) for c, craft in enumerate(playback["craft"]) for leg in craft["legs"]]
    for chunk in chunks:
        told = list(zip(*chunk["legs"].values(), strict=True))
        assert told == [leg for leg in legs if leg[1] < chunk["to_h"] and leg[2] > chunk["from_h"]]
    assert trace.head["craft"] == [craft["id"] for craft in playback["craft"]]
    assert trace.head["rows"][0]["domain"] == "air"


def test_contacts_that_count_are_told_and_no_others(
    run: Path, trace: StoredTrace, chunks: list[dict[str, Any]]
) -> None:
    table = pd.read_parquet(run / "trace" / "contacts.parquet")
    counted = table[table["counts"]]
    assert 0 < len(counted) < len(table)
    told = {contact: k for k, chunk in enumerate(chunks) for contact in chunk["contacts"]["contact"]}
    assert sorted(told) == list(range(len(counted)))
    found = counted["found_h"].notna().sum()
    assert trace.head["tally"] == {
        "found": found,
        "missed": (counted["fate"] == "left unfound").sum(),
        "identified": counted["identified_h"].notna().sum(),
    }
    chunk = chunks[told[len(counted) // 2]]["contacts"]
    for found_h, came_in_h, gone_h, fate in zip(
        *(chunk[key] for key in ("found_h", "came_in_h", "gone_h", "fate")), strict=True
    ):
        assert (found_h is None) == (fate in ("left unfound", "still there"))
        assert came_in_h <= gone_h <= min(came_in_h + 24.001, trace.head["end_h"])
        assert found_h is None or came_in_h <= found_h


def test_a_contact_keeps_its_place(run: Path, chunks: list[dict[str, Any]]) -> None:
    """In all chunks that it reaches into, and each time that the trace is read."""
    again = read_trace(run)
    places: dict[int, tuple[float, float]] = {}
    for k, chunk in enumerate(chunks):
        assert again.chunk(k) == chunk
        told = chunk["contacts"]
        for contact, lon, lat in zip(told["contact"], told["lon"], told["lat"], strict=True):
            assert places.setdefault(contact, (lon, lat)) == (lon, lat)
    assert len(set(places.values())) > 0.99 * len(places)


def test_weather_has_no_gap(run: Path, chunks: list[dict[str, Any]]) -> None:
    """In every chunk each area's spells follow each other from before its first hour to after its last."""
    ends_h = json.loads((run / "trace" / "playback.json").read_text(encoding="utf-8"))["end_h"]
    for chunk in chunks:
        told = chunk["weather"]
        assert set(told["area"]) == {0}
        assert told["start_h"][0] <= chunk["from_h"]
        assert told["end_h"][-1] >= min(chunk["to_h"], ends_h)
        assert told["start_h"][1:] == told["end_h"][:-1]


def test_a_run_without_a_trace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="followed event by event"):
        read_trace(tmp_path)


@pytest.mark.parametrize("area", range(0, 11, 3))
def test_positions_are_uniform_over_the_water(area: int) -> None:
    """Each quarter of the area's box has its share of the points, within five standard errors; none is on land."""
    here = read_scenario("japan-2026").areas[area]
    sea = sea_of(here.polygons)
    drawn = np.random.default_rng(3).uniform(size=(4000, 3))
    lon, lat = positions_in(here, drawn).T
    assert is_land(lon, lat).mean() < 0.002
    x, y = sea.projection(lon, lat)
    west, south, east, north = shapely.bounds(sea.flat)
    for left, low in ((west, south), (west, (south + north) / 2), ((west + east) / 2, south)):
        quarter = shapely.box(left, low, left + (east - west) / 2, low + (north - south) / 2)
        share = shapely.area(shapely.intersection(sea.flat, quarter)) / shapely.area(sea.flat)
        inside = shapely.contains_xy(quarter, x, y).mean()
        assert abs(inside - share) <= 5 * np.sqrt(share * (1 - share) / 4000) + 1e-3
