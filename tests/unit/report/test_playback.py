"""Positions of craft in a traced replication, against what a reader works out by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.report.playback import playback, positions_at
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.trace import Trace

TRANSIT_H = 4.0
CORNER = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]
"""Along the equator, then north: two legs of two degrees each, so that the corner is half way."""
SORTIE = [
    ("ready", 100.0, 110.0), ("outbound", 110.0, 114.0), ("on station", 114.0, 120.0), ("inbound", 120.0, 124.0),
    ("waiting at sea", 124.0, 125.5), ("in service", 125.5, 130.0),
]  # fmt: skip
TURNED_BACK = [("ready", 130.0, 130.0), ("outbound", 130.0, 131.0), ("inbound", 131.0, 132.0)]
REPAIRED_AND_LOST = [("in repair", 132.0, 140.0), ("outbound", 140.0, 142.0), ("lost", 142.0, 200.0)]
SPELLS = [*SORTIE, *TURNED_BACK, *REPAIRED_AND_LOST]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return make_scenario()


def played(scenario: Scenario, spells, *, route=CORNER, transit_h: float = TRANSIT_H):
    names = ("craft", "platform", "base", "area", "state", "from", "to", "start_h", "end_h")
    rows = [("drone/0", "drone", "baltra", "bay", state, "", "", start_h, end_h) for state, start_h, end_h in spells]
    told = Trace(200.0, craft=dict(zip(names, zip(*rows, strict=True), strict=True)), looks={}, contacts={}, weather={})
    row = {"platform": "drone", "base": "baltra", "area": "bay", "transit_h": transit_h, "route": route}
    return json.loads(json.dumps(playback(told, {"allocation": [row]}, scenario), allow_nan=False))


def at(told, hours: float):
    (feature,) = positions_at(told, hours)["features"]
    point = feature["geometry"]
    return feature["properties"]["state"], None if point is None else point["coordinates"]


@pytest.mark.parametrize(
    ("hours", "state", "place"),
    [
        (0.0, "not there", None),
        (99.9, "not there", None),
        (100.0, "ready", [0.0, 0.0]),
        (111.0, "outbound", [1.0, 0.0]),
        (112.0, "outbound", [2.0, 0.0]),
        (113.0, "outbound", [2.0, 1.0]),
        (117.0, "on station", [2.0, 2.0]),
        (121.0, "inbound", [2.0, 1.0]),
        (123.5, "inbound", [0.5, 0.0]),
        (125.0, "waiting at sea", [0.0, 0.0]),
        (126.0, "in service", [0.0, 0.0]),
        (130.5, "outbound", [0.5, 0.0]),
        (131.0, "inbound", [1.0, 0.0]),
        (131.5, "inbound", [0.5, 0.0]),
        (139.0, "in repair", [0.0, 0.0]),
        (141.5, "outbound", [1.5, 0.0]),
        (142.0, "lost", None),
        (200.0, "lost", None),
    ],
)
def test_a_craft_is_where_it_must_be(scenario, hours, state, place):
    found, where = at(played(scenario, SPELLS), hours)
    assert found == state
    assert where == (None if place is None else pytest.approx(place, abs=1e-4))


def test_a_feature_tells_whose_it_is(scenario):
    (feature,) = positions_at(played(scenario, SPELLS), 112.0)["features"]
    assert feature["type"] == "Feature"
    assert feature["geometry"]["type"] == "Point"
    assert feature["properties"] == {
        "craft": "drone/0", "platform": "drone", "base": "baltra", "area": "bay", "state": "outbound",
    }  # fmt: skip


def test_a_way_back_that_the_trace_cuts_off_ends_at_sea(scenario):
    told = played(scenario, [("on station", 190.0, 199.0), ("inbound", 199.0, 200.0)])
    assert at(told, 200.0) == ("inbound", pytest.approx([2.0, 1.0], abs=1e-4))


def test_ways_over_the_date_line_stay_on_the_map(scenario):
    told = played(scenario, SPELLS, route=[[179.0, 0.0], [181.0, 0.0]])
    assert at(told, 111.0)[1] == pytest.approx([179.5, 0.0])
    assert at(told, 113.0)[1] == pytest.approx([-179.5, 0.0])


def test_a_base_in_its_area_takes_no_way(scenario):
    told = played(scenario, [("outbound", 10.0, 10.0), ("on station", 10.0, 20.0)], route=[[5.0, 5.0]] * 2, transit_h=0)
    assert at(told, 15.0) == ("on station", [5.0, 5.0])
    assert len(told["craft"][0]["legs"]) == 1


def test_legs_follow_each_other_and_take_time(scenario):
    legs = np.array(played(scenario, SPELLS)["craft"][0]["legs"])
    assert (legs[:, 0] < legs[:, 1]).all()
    assert (legs[1:, 0] == legs[:-1, 1]).all()
    assert len(legs) == len(SPELLS) - 1


def test_it_tells_what_its_numbers_are(scenario):
    told = played(scenario, SPELLS)
    assert told["epoch"] == "2026-01-01T00:00:00Z"
    assert told["window_h"] == [730 * 24.0, 730 * 24.0 + 8760.0]
    assert told["units"]["time"] == "hours from the epoch"
    assert told["routes"] == {"baltra/bay/air": {"points": CORNER, "shares": [0.0, 0.5, 1.0]}}
    way = {"platform": "drone", "base": "baltra", "area": "bay", "transit_h": 4.0, "route": "baltra/bay/air"}
    assert told["rows"] == [way]
    assert told["states"][told["craft"][0]["legs"][1][2]] == "outbound"


@pytest.mark.parametrize("hours", [-0.1, 200.1, float("nan")])
def test_outside_the_trace_nothing_is_known(scenario, hours):
    with pytest.raises(ValueError, match="expected one of 0 to 200"):
        positions_at(played(scenario, SPELLS), hours)
