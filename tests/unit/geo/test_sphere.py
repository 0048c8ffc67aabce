"""Distances, legs and boxes on the sphere against tables, formulas and brute force."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetcraft.geo.sphere import (
    WORLD,
    Bounds,
    arc_nm,
    box_around,
    drawn,
    geodesic_nm,
    great_circle_pieces,
    holds,
    joined,
    lon_lat,
    unit_vectors,
    wrapped,
)

TABLE = Path(__file__).parent / "great_circle_distances.csv"
"""48 rows of the project's reference data: bases and area centroids, great-circle distances in nm on a sphere."""

lons = st.floats(-180.0, 179.99)
lats = st.floats(-80.0, 80.0)


def table_columns() -> dict[str, np.ndarray]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ("place_lon", "place_lat", "area_lon", "area_lat", "distance_nm")
    return {name: np.array([float(row[name]) for row in rows]) for name in names}


def test_great_circle_distances_of_the_reference_table() -> None:
    t = table_columns()
    start, end = np.column_stack([t["place_lon"], t["place_lat"]]), np.column_stack([t["area_lon"], t["area_lat"]])
    assert len(start) == 48
    assert arc_nm(start, end) == pytest.approx(t["distance_nm"], abs=0.06)


def test_geodesics_lie_within_the_flattening_of_the_reference_table() -> None:
    t = table_columns()
    nm = geodesic_nm(t["place_lon"], t["place_lat"], t["area_lon"], t["area_lat"])
    assert nm == pytest.approx(t["distance_nm"], rel=0.0034)


def test_geodesics_of_known_length() -> None:
    assert geodesic_nm(0.0, 0.0, 1.0, 0.0) == pytest.approx(111319.491 / 1852, rel=1e-8)  # a degree of the equator
    assert geodesic_nm(20.0, 0.0, 20.0, 90.0) == pytest.approx(10001965.729 / 1852, rel=1e-8)  # the meridian quadrant
    assert geodesic_nm(179.0, 0.0, -179.0, 0.0) == pytest.approx(2 * 111319.491 / 1852, rel=1e-8)
    assert geodesic_nm(0.0, 0.0, [0.0, 0.0], [[0.0], [0.0]]).shape == (2, 2)


@given(lons, lats)
def test_vectors_and_back(lon: float, lat: float) -> None:
    vector = unit_vectors(lon, lat)
    assert np.linalg.norm(vector) == pytest.approx(1.0)
    back = lon_lat(vector * 3.0)
    assert np.allclose(unit_vectors(back[0], back[1]), vector, atol=1e-12)


@given(st.tuples(lons, lats), st.tuples(lons, lats))
def test_pieces_make_up_their_leg(start: tuple[float, float], end: tuple[float, float]) -> None:
    one, other = np.array([start]), np.array([end])
    whole = float(arc_nm(one, other)[0])
    if whole > 10_000.0:  # opposite points have no one great circle
        return
    leg, first, last = great_circle_pieces(one, other)
    pieces = arc_nm(first, last)
    assert (leg == 0).all()
    assert pieces.max() <= 60.0 * (1 + 1e-9)
    assert pieces.sum() == pytest.approx(whole, rel=1e-9, abs=1e-6)
    assert np.abs(last[:, 0] - first[:, 0]).max() <= 180.0
    assert arc_nm(first[0], one[0]) + arc_nm(last[-1], other[0]) == pytest.approx(0.0, abs=1e-9)


def test_legs_keep_their_own_pieces() -> None:
    start = np.array([[0.0, 0.0], [10.0, 10.0], [170.0, 0.0]])
    end = np.array([[0.5, 0.0], [14.0, 10.0], [-170.0, 0.0]])
    leg, first, last = great_circle_pieces(start, end)
    assert leg.tolist() == [0, *[1] * 4, *[2] * 21]
    assert wrapped(last[-1, 0]) == pytest.approx(-170.0)
    assert first[1].tolist() == [10.0, 10.0]
    assert last[4].tolist() == pytest.approx([14.0, 10.0])


def test_a_drawn_way_runs_on_past_180() -> None:
    points = drawn(np.array([[170.0, 10.0], [-170.0, 10.0], [-160.0, 0.0]]))
    assert points[0].tolist() == [170.0, 10.0]
    assert points[-1].tolist() == pytest.approx([200.0, 0.0])
    assert (np.diff(points[:, 0]) > 0).all()
    assert arc_nm(points[:-1], points[1:]).max() <= 60.0 + 1e-9


@given(st.tuples(lons, lats), st.tuples(lons, lats), st.floats(1.0, 3000.0), st.floats(0.0, 360.0), st.floats(0.0, 1.0))
def test_a_box_holds_all_points_near_a_great_circle(
    start: tuple[float, float], end: tuple[float, float], margin_nm: float, bearing: float, share: float
) -> None:
    one, other = np.array(start), np.array(end)
    if arc_nm(one, other) > 10_000.0:
        return
    box = box_around(one, other, margin_nm)
    _, first, _ = great_circle_pieces(one[None], other[None])
    origin = unit_vectors(*first[int(share * (len(first) - 1))])
    east = np.cross([0.0, 0.0, 1.0], origin) / np.linalg.norm(np.cross([0.0, 0.0, 1.0], origin))
    heading = np.cos(np.radians(bearing)) * np.cross(origin, east) + np.sin(np.radians(bearing)) * east
    angle = margin_nm * 0.999 / 3440.0648
    lon, lat = lon_lat(np.cos(angle) * origin + np.sin(angle) * heading)
    if abs(lat) < 85.0:
        assert box.south <= lat <= box.north
        assert (lon - box.west) % 360.0 <= box.east - box.west


def test_boxes_are_joined_by_the_shorter_way_round() -> None:
    assert joined([Bounds(170.0, 0.0, 175.0, 5.0), Bounds(-178.0, -2.0, -170.0, 1.0)]) == (170.0, -2.0, 190.0, 5.0)
    assert joined([Bounds(-100.0, 0.0, 100.0, 5.0), Bounds(60.0, 0.0, 270.0, 5.0)]) == (-180.0, 0.0, 180.0, 5.0)


def test_a_box_holds_another_by_any_turn() -> None:
    pacific = Bounds(150.0, -20.0, 210.0, 20.0)
    assert holds(pacific, Bounds(-179.0, 0.0, -170.0, 5.0))
    assert not holds(pacific, Bounds(-179.0, 0.0, -140.0, 5.0))
    assert not holds(pacific, Bounds(-179.0, 0.0, -170.0, 25.0))
    assert holds(WORLD, Bounds(500.0, -30.0, 530.0, 85.0))
