from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from builders import make_scenario
from fleetcraft.report.map import Projection, draw_map, fit_frame

SVG = "{http://www.w3.org/2000/svg}"
near = st.floats(-25, 25)


@given(st.floats(-180, 180), st.floats(-70, 70), near, near)
def test_the_projection_is_proj_s_laea_and_can_be_undone(lon0, lat0, turn, climb):
    lon, lat = lon0 + turn, float(np.clip(lat0 + climb, -89, 89))
    projection = Projection(lon0, lat0)
    radius = 3440.07 * 1852
    laea = Transformer.from_crs(
        f"+proj=longlat +R={radius}", f"+proj=laea +lon_0={lon0} +lat_0={lat0} +R={radius}", always_xy=True
    )
    east, north = projection.forward(lon, lat)
    assert (float(east) * 1852, float(north) * 1852) == pytest.approx(laea.transform(lon, lat), abs=1.0)
    back = projection.inverse(east, north)
    assert (float(back[0]), float(back[1])) == pytest.approx((lon, lat), abs=1e-6)


def test_everything_lies_in_the_frame(japan):
    frame = fit_frame(japan.scenario.areas, japan.result["places"])
    points = [p for a in japan.scenario.areas for ring in a.polygons[0] for p in ring]
    points += [(p["lon"], p["lat"]) for p in japan.result["places"]]
    x, y = frame.px(*np.array(points).T)
    assert x.min() > 0
    assert x.max() < frame.width
    assert y.min() > 0
    assert y.max() < frame.height


def test_areas_on_both_sides_of_180_degrees_lie_side_by_side():
    def square(west: float) -> list[list[list[float]]]:
        return [[[west, 0.0], [west + 2, 0.0], [west + 2, 2.0], [west, 2.0], [west, 0.0]]]

    scenario = make_scenario(
        areas=[{}, {"id": "other", "coordinates": square(-179.5)}, {"id": "third", "coordinates": square(177.0)}]
    )
    frame = fit_frame(scenario.areas[1:], ())
    assert frame.bounds().east - frame.bounds().west < 12
    third, other = frame.px(178.0, 1.0)[0], frame.px(-178.5, 1.0)[0]
    assert 0 < third < other < frame.width


def test_the_map_is_well_formed_and_names_areas_bases_and_their_attainment(japan):
    root = ET.fromstring(draw_map(japan.result, japan.scenario))
    said = " ".join("".join(t.itertext()) for t in root.iter(f"{SVG}text"))
    for area in japan.scenario.areas:
        assert all(word in said for word in area.name.split())
    assert "佐世保 Sasebo" in said
    assert "100 nm" in said or "200 nm" in said
    assert root.find(f"{SVG}desc") is not None
    titles = [t.text or "" for t in root.iter(f"{SVG}title")]
    domains = {p["id"]: p["domain"] for p in japan.result["platforms"]}
    ways = {(row["base"], row["area"], domains[row["platform"]]) for row in japan.result["allocation"]}
    assert sum(t.endswith(" nm") for t in titles) == len(ways) < len(japan.result["allocation"])


def test_land_is_drawn(japan):
    """The window holds Kyushu: a map without land would be wrong."""
    paths = [p.get("d") or "" for p in ET.fromstring(draw_map(japan.result, japan.scenario)).iter(f"{SVG}path")]
    assert max(map(len, paths)) > 5000


def test_an_area_without_a_requirement_is_left_unshaded(japan):
    bare = {**japan.result, "requirements": []}
    titles = [t.text or "" for t in ET.fromstring(draw_map(bare, japan.scenario)).iter(f"{SVG}title")]
    assert sum(t.endswith("no requirement") for t in titles) == len(japan.scenario.areas)
