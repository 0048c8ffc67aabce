"""The map as data: what a page draws of land, areas and bases."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
import shapely

from builders import make_scenario
from fleetcraft.geo.land import is_land
from fleetcraft.report.map_data import map_data
from fleetcraft.scenario.read import read_scenario


@pytest.fixture(scope="module")
def japan() -> dict[str, Any]:
    return map_data(read_scenario("japan-2026"))


def rings(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    """Polygons as rings."""
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def is_clockwise(ring: list[list[float]]) -> bool:
    return not shapely.is_ccw(shapely.linearrings(ring))


def test_rings_are_wound_as_d3_expects(japan: dict[str, Any]) -> None:
    """Else a small polygon would fill the rest of the globe."""
    shapes = [japan["land"], *(feature["geometry"] for feature in japan["areas"]["features"])]
    for outer, *holes in (polygon for shape in shapes for polygon in rings(shape)):
        assert is_clockwise(outer)
        assert outer[0] == outer[-1]
        assert not any(is_clockwise(hole) for hole in holes)


def test_land_is_land_to_a_pixel(japan: dict[str, Any]) -> None:
    (west, south), (east, north) = japan["box"]
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(west, east, 20_000), rng.uniform(south, north, 20_000)
    drawn = shapely.contains_xy(
        shapely.union_all([shapely.Polygon(p[0], p[1:]) for p in rings(japan["land"])]), lon, lat
    )
    assert (drawn != is_land(lon, lat)).mean() < 0.003


def test_the_box_holds_everything_and_land_reaches_beyond_it(japan: dict[str, Any]) -> None:
    (west, south), (east, north) = japan["box"]
    points = np.array(
        [
            point
            for feature in japan["areas"]["features"]
            for polygon in rings(feature["geometry"])
            for point in polygon[0]
        ]
        + [[place["lon"], place["lat"]] for place in japan["places"]]
    )
    assert (points.min(axis=0) >= np.array([west, south]) - 1e-3).all()
    assert (points.max(axis=0) <= np.array([east, north]) + 1e-3).all()
    land = np.array([point for polygon in rings(japan["land"]) for point in polygon[0]])
    assert land[:, 0].min() < west - 5
    assert land[:, 0].max() > east + 5
    assert japan["centre"] == pytest.approx([(west + east) / 2, (south + north) / 2], abs=1e-3)


def test_it_is_small_and_soon_there(japan: dict[str, Any]) -> None:
    assert len(json.dumps(japan, separators=(",", ":"))) < 300_000
    scenario = read_scenario("japan-2026")
    start = time.process_time()
    map_data(scenario)
    assert time.process_time() - start < 0.5


def test_every_base_is_told_with_the_domains_it_serves() -> None:
    scenario = read_scenario("galapagos")
    told = {place["id"]: place["domains"] for place in map_data(scenario)["places"]}
    assert told == {place.id: list(place.serves) for place in scenario.places}


def test_longitudes_run_on_past_180() -> None:
    """An area that crosses the line, a base and another area beyond it."""
    ring = [[[179.0, 0.0], [-179.0, 0.0], [-179.0, 1.0], [179.0, 1.0], [179.0, 0.0]]]
    far = [[[-178.5, 3.0], [-177.5, 3.0], [-177.5, 4.0], [-178.5, 4.0], [-178.5, 3.0]]]
    scenario = make_scenario(
        areas=[{"coordinates": ring}, {"id": "far", "name": "Far", "coordinates": far}],
        places=[{"lat": 0.5, "lon": -178.0}],
    )
    told = map_data(scenario)
    (west, _), (east, _) = told["box"]
    assert east - west == pytest.approx(3.5)
    for feature in told["areas"]["features"]:
        x = np.array(feature["geometry"]["coordinates"][0])[:, 0]
        assert np.ptp(x) <= 2
        assert west <= x.min() <= x.max() <= east
        assert west <= feature["properties"]["station"][0] <= east
    assert west <= told["places"][0]["lon"] <= east
