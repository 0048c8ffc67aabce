"""Sizes of areas against closed forms, published sizes and brute force."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Geod

from fleetcraft.errors import ScenarioError
from fleetcraft.geo.area import AreaGeometry, measure_areas, outline_of, sea_of, share_in_range
from fleetcraft.geo.land import is_land
from fleetcraft.geo.sphere import geodesic_nm
from fleetcraft.scenario.area import Area

WGS84 = Geod(ellps="WGS84")
NM = 1852.0

CATALOGUE_NM2 = {
    "yonaguni_ishigaki": 11701,
    "miyako_strait": 9792,
    "amami": 12729,
    "osumi_strait": 9986,
    "ecs_north": 21339,
    "tsushima_strait": 8621,
    "soj_central": 29782,
    "tsugaru_strait": 4493,
    "soya_strait": 3631,
    "izu_ogasawara": 68294,
    "minami_torishima": 36262,
    "galapagos_gmr": 42543,
    "galapagos_hermandad": 17498,
}
"""The reference data's own figures, land included."""
LAND_SHARE = {
    "yonaguni_ishigaki": 0.013,
    "miyako_strait": 0.0,
    "amami": 0.022,
    "osumi_strait": 0.027,
    "ecs_north": 0.001,
    "tsushima_strait": 0.026,
    "soj_central": 0.0,
    "tsugaru_strait": 0.081,
    "soya_strait": 0.026,
    "izu_ogasawara": 0.0005,
    "minami_torishima": 0.0,
    "galapagos_gmr": 0.05,
    "galapagos_hermandad": 0.0,
}
"""How much of an outline is land: why a sea differs by more than 1% from the figure above."""
PUBLISHED_SEA_NM2 = {"galapagos_gmr": 40234, "galapagos_hermandad": 17493}
"""Published sizes of the two reserves (138,000 and 60,000 km2), which the outlines were drawn after."""


def area(*rings: list[tuple[float, float]], **stated: Any) -> Area:
    """An area of one polygon, an outer ring and its holes."""
    return Area(id="a", name="A", polygons=(tuple(tuple(ring) for ring in rings),), **stated)


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def circle(lon: float, lat: float, radius_nm: float, points: int = 720) -> list[tuple[float, float]]:
    azimuths = np.linspace(0.0, -360.0, points + 1)[:-1]
    around = np.full(points, lon), np.full(points, lat), azimuths, np.full(points, radius_nm * NM)
    x, y, _ = WGS84.fwd(*around)
    ring = list(zip(x.tolist(), y.tolist(), strict=True))
    return [*ring, ring[0]]


def box_nm2(south: float, north: float, width_deg: float) -> float:
    """Area of a box of longitude and latitude on the ellipsoid (Snyder 1987, 3-12), in nm2."""
    e2 = WGS84.es
    e = np.sqrt(e2)
    s = np.sin(np.radians([south, north]))
    q = s / (1 - e2 * s**2) + np.log((1 + e * s) / (1 - e * s)) / (2 * e)
    return float(WGS84.b**2 / 2 * np.radians(width_deg) * (q[1] - q[0]) / NM**2)


def shipped_areas() -> list[Area]:
    examples = files("fleetcraft.scenario") / "examples"
    features = [
        feature
        for name in ("japan-2026", "galapagos")
        for feature in json.loads((examples / name / "areas.geojson").read_text(encoding="utf-8"))["features"]
    ]
    return [
        Area(
            id=f["properties"]["id"],
            name=f["properties"]["name"],
            polygons=(tuple(tuple((float(x), float(y)) for x, y in ring) for ring in f["geometry"]["coordinates"]),),
        )
        for f in features
    ]


def outline_nm2(polygons: Any) -> float:
    """Size of an outline by geodesics between points close together, in nm2: not the projection under test."""
    return abs(float(WGS84.geometry_area_perimeter(shapely.segmentize(outline_of(polygons), 0.02))[0])) / NM**2


@pytest.mark.parametrize(("south", "north"), [(-3.0, 3.0), (20.0, 26.0), (45.0, 52.0), (-60.0, -50.0)])
def test_a_box_of_open_ocean_has_its_closed_form(south: float, north: float) -> None:
    geometry = measure_areas([area(box(-150.0, south, -140.0, north))])
    assert geometry.area_nm2[0] == pytest.approx(box_nm2(south, north, 10.0), rel=1e-5)
    assert geometry.station_lon[0] == pytest.approx(-145.0, abs=1e-6)
    assert south < geometry.station_lat[0] < north


@pytest.mark.parametrize("radius_nm", [30.0, 110.0, 300.0])
def test_a_circle_has_the_size_and_the_mean_width_of_a_circle(radius_nm: float) -> None:
    geometry = measure_areas([area(circle(-150.0, 35.0, radius_nm))])
    assert geometry.area_nm2[0] == pytest.approx(np.pi * radius_nm**2, rel=2e-3)
    assert geometry.perimeter_nm[0] / np.pi == pytest.approx(2 * radius_nm, rel=2e-3)
    assert (geometry.station_lon[0], geometry.station_lat[0]) == pytest.approx((-150.0, 35.0), abs=0.01)


def test_the_perimeter_is_that_of_the_convex_hull() -> None:
    square, notch = box(-140.0, 0.0, -138.0, 2.0), (-139.0, 1.0)
    notched = [*square[:2], notch, *square[2:]]
    geometry = measure_areas([area(square), area(notched)])
    assert geometry.perimeter_nm[1] == pytest.approx(geometry.perimeter_nm[0], rel=1e-4)
    assert geometry.perimeter_nm[0] == pytest.approx(4 * 120.0, rel=0.005)
    assert geometry.area_nm2[1] == pytest.approx(0.75 * geometry.area_nm2[0], rel=0.001)


def test_an_area_across_180_degrees_however_it_is_written() -> None:
    jumping = [(179.0, 30.0), (-178.0, 30.0), (-178.0, 33.0), (179.0, 33.0), (179.0, 30.0)]
    split = Area(
        id="a",
        name="A",
        polygons=((tuple(box(179.0, 30.0, 180.0, 33.0)),), (tuple(box(-180.0, 30.0, -178.0, 33.0)),)),
    )
    geometry = measure_areas([area(jumping), split, area(box(-141.0, 30.0, -138.0, 33.0))])
    assert geometry.area_nm2 == pytest.approx(np.full(3, box_nm2(30.0, 33.0, 3.0)), rel=1e-5)
    assert geometry.perimeter_nm == pytest.approx(np.full(3, geometry.perimeter_nm[2]), rel=1e-6)
    assert geometry.station_lon == pytest.approx([-179.5, -179.5, -139.5], abs=1e-6)


def test_an_area_that_ends_at_180_degrees_where_land_goes_on() -> None:
    """The sea north of Chukotka, up to 180 degrees and up to just beyond."""
    to_180, beyond, between = (
        box(176.0, 68.0, 180.0, 70.0),
        box(176.0, 68.0, 180.5, 70.0),
        box(180.0, 68.0, 180.5, 70.0),
    )
    geometry = measure_areas([area(to_180), area(beyond), area(between)])
    assert geometry.area_nm2[1] == pytest.approx(geometry.area_nm2[0] + geometry.area_nm2[2], rel=1e-6)
    assert geometry.area_nm2[0] < 0.9 * box_nm2(68.0, 70.0, 4.0)


def test_holes_are_no_part_of_an_area() -> None:
    whole, hole = box(-140.0, 30.0, -130.0, 40.0), box(-138.0, 32.0, -133.0, 36.0)
    geometry = measure_areas([area(whole), area(whole, hole), area(hole)])
    assert geometry.area_nm2[1] == pytest.approx(geometry.area_nm2[0] - geometry.area_nm2[2], rel=1e-6)


def test_the_shipped_areas_against_the_reference_data() -> None:
    areas = shipped_areas()
    assert {a.id for a in areas} == set(CATALOGUE_NM2)
    geometry = measure_areas(areas)
    for a, sea_nm2 in zip(areas, geometry.area_nm2, strict=True):
        whole_nm2 = outline_nm2(a.polygons)
        assert whole_nm2 == pytest.approx(CATALOGUE_NM2[a.id], rel=0.003), a.id
        assert sea_nm2 == pytest.approx(whole_nm2 * (1 - LAND_SHARE[a.id]), rel=0.002), a.id


def test_the_reserves_against_their_published_sizes() -> None:
    areas = [a for a in shipped_areas() if a.id in PUBLISHED_SEA_NM2]
    assert measure_areas(areas).area_nm2 == pytest.approx([PUBLISHED_SEA_NM2[a.id] for a in areas], rel=0.01)


def test_stations_of_the_shipped_areas_are_water_inside_them() -> None:
    areas = shipped_areas()
    geometry = measure_areas(areas)
    assert not is_land(geometry.station_lon, geometry.station_lat).any()
    for a, lon, lat in zip(areas, geometry.station_lon, geometry.station_lat, strict=True):
        assert sea_of(a.polygons).holds(lon, lat)


def test_a_stated_station_is_kept() -> None:
    geometry = measure_areas([area(box(-140.0, 30.0, -130.0, 40.0), station_lon=-139.0, station_lat=31.0)])
    assert (geometry.station_lon[0], geometry.station_lat[0]) == (-139.0, 31.0)


def station_of(where: Area) -> tuple[float, float]:
    geometry = measure_areas([where])
    return float(geometry.station_lon[0]), float(geometry.station_lat[0])


def test_a_centroid_on_an_island_moves_to_the_nearest_water_with_an_offing() -> None:
    sado = area(box(137.9, 37.7, 138.9, 38.45))
    lon, lat = station_of(sado)
    centre = (138.4, 38.075)
    assert is_land(*centre)
    assert not is_land(lon, lat)
    x, y = (v.ravel() for v in np.meshgrid(np.linspace(137.9, 138.9, 120), np.linspace(37.7, 38.45, 120)))
    ring = np.linspace(0, 360, 24, endpoint=False)
    clear = ~is_land(x, y)
    for azimuth in ring:
        bx, by, _ = WGS84.fwd(x, y, np.full_like(x, azimuth), np.full_like(x, NM))
        clear &= ~is_land(bx, by)
    best = geodesic_nm(x[clear], y[clear], *centre).min()
    assert geodesic_nm(lon, lat, *centre) == pytest.approx(best, abs=0.6)


def test_the_centroid_of_a_horseshoe_moves_into_it() -> None:
    shoe = [(0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (2.5, 3.0), (2.5, 0.5), (0.5, 0.5), (0.5, 3.0), (0.0, 3.0), (0.0, 0.0)]
    horseshoe = area([(x - 140.0, y) for x, y in shoe])
    assert sea_of(horseshoe.polygons).holds(*station_of(horseshoe))


def test_a_sliver_of_sea_still_has_a_station() -> None:
    sliver = area(box(-140.0, 0.0, -139.0, 0.01), box(-139.8, 0.002, -139.2, 0.008))
    assert sea_of(sliver.polygons).holds(*station_of(sliver))


def test_every_area_without_sea_is_a_fault() -> None:
    inland = Area(id="mongolia", name="M", polygons=((tuple(box(100.0, 45.0, 105.0, 48.0)),),))
    sahara = Area(id="sahara", name="S", polygons=((tuple(box(5.0, 20.0, 10.0, 25.0)),),))
    with pytest.raises(ScenarioError) as caught:
        measure_areas([inland, area(box(-140.0, 30.0, -130.0, 40.0)), sahara])
    assert [fault.where for fault in caught.value.faults] == ["area mongolia", "area sahara"]


def test_an_outline_round_a_pole_is_a_fault() -> None:
    arctic = [(0.0, 85.0), (90.0, 85.0), (180.0, 85.0), (-90.0, 85.0), (0.0, 85.0)]
    with pytest.raises(ScenarioError, match="round a pole"):
        measure_areas([area(arctic)])


def test_no_areas_have_no_sizes() -> None:
    assert measure_areas([]).area_nm2.shape == (0,)


def test_the_measures_cannot_be_changed() -> None:
    geometry: AreaGeometry = measure_areas([area(box(-140.0, 30.0, -130.0, 40.0))])
    with pytest.raises(ValueError, match="read-only"):
        geometry.area_nm2[0] = 1.0


def test_share_in_range_of_a_circle_from_its_centre() -> None:
    disc = area(circle(-150.0, 35.0, 100.0))
    for share in (0.1, 0.5, 0.9):
        assert share_in_range(disc, -150.0, 35.0, 100.0 * np.sqrt(share)) == pytest.approx(share, rel=2e-3)
    assert share_in_range(disc, -150.0, 35.0, 100.1) == 1.0


def test_share_in_range_of_two_equal_circles() -> None:
    """The lens of two circles of radius r, a distance d apart: 2 r^2 acos(d/2r) - d/2 sqrt(4 r^2 - d^2)."""
    r, d = 100.0, 80.0
    disc = area(circle(-150.0, 0.0, r))
    lon, lat, _ = WGS84.fwd(-150.0, 0.0, 60.0, d * NM)
    lens = 2 * r**2 * np.arccos(d / (2 * r)) - d / 2 * np.sqrt(4 * r**2 - d**2)
    assert share_in_range(disc, lon, lat, r) == pytest.approx(lens / (np.pi * r**2), rel=2e-3)


def test_share_in_range_of_real_areas_by_brute_force() -> None:
    """Points by the thousand, weighted by cos(lat), against tsugaru_strait and an area across 180 degrees."""
    tsugaru = next(a for a in shipped_areas() if a.id == "tsugaru_strait")
    fiji = area([(178.0, -18.5), (-179.0, -18.5), (-179.0, -16.0), (178.0, -16.0), (178.0, -18.5)])
    rng = np.random.default_rng(3)
    for a, lon, lat, range_nm in [(tsugaru, 141.133, 41.25, 40.0), (fiji, 179.4, -18.0, 70.0)]:
        shape = outline_of(a.polygons)
        west, south, east, north = shape.bounds
        x, y = rng.uniform(west, east, 40_000), rng.uniform(south, north, 40_000)
        sea = shapely.contains_xy(shape, x, y) & ~is_land(x, y)
        weight = np.cos(np.radians(y)) * sea
        expected = weight[geodesic_nm(lon, lat, x, y) <= range_nm].sum() / weight.sum()
        assert share_in_range(a, lon, lat, range_nm) == pytest.approx(expected, abs=0.01)


def test_share_in_range_grows_from_nothing_to_all() -> None:
    wide = next(a for a in shipped_areas() if a.id == "izu_ogasawara")
    shares = [share_in_range(wide, 139.67, 35.28, r) for r in (50.0, 150.0, 250.0, 350.0, 450.0, 550.0, 11_000.0)]
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_base_in_the_area_reaches_a_disc_of_it() -> None:
    sea = area(box(-145.0, 30.0, -135.0, 40.0))
    expected = np.pi * 20.0**2 / box_nm2(30.0, 40.0, 10.0)
    assert share_in_range(sea, -140.0, 35.0, 20.0) == pytest.approx(expected, rel=1e-3)


def test_an_area_beyond_the_antipode_is_out_of_range() -> None:
    assert share_in_range(area(box(-45.5, -35.5, -44.5, -34.5)), 135.0, 35.0, 5000.0) == 0.0
