"""Land and water against the atlas, and the vectorised test against the plain one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from fleetcraft.geo.land import LAND_FILE, crosses_shore, cut, is_land, land, land_near, land_within
from fleetcraft.geo.sphere import Bounds, wrapped

WATER = {
    "Kara Sea": (72.0, 76.0),
    "Beaufort Sea": (-140.0, 72.0),
    "Laptev Sea": (125.0, 76.0),
    "Barents Sea": (40.0, 74.0),
    "White Sea": (38.5, 65.6),
    "Chukchi Sea": (-175.0, 69.0),
    "Bering Strait": (-169.0, 65.8),
    "Gulf of Anadyr": (-178.0, 64.5),
    "Long Strait, south of Wrangel": (179.5, 70.2),
    "Koro Sea, Fiji": (-179.9, -17.5),
    "on the antimeridian": (180.0, 0.0),
    "Weddell Sea": (-45.0, -70.0),
    "Ross Sea": (-175.0, -76.0),
    "Ross Ice Shelf (ice on water)": (-175.0, -80.0),
    "Caspian Sea": (51.0, 42.0),
    "Black Sea": (34.0, 43.5),
    "Sea of Azov": (36.5, 46.0),
    "Baltic Sea": (19.0, 57.0),
    "Gulf of Bothnia": (20.0, 63.0),
    "Aegean Sea": (25.0, 38.9),
    "Red Sea": (38.0, 20.0),
    "Persian Gulf": (51.0, 27.0),
    "Gulf of Corinth": (22.3, 38.3),
    "Hudson Bay": (-85.0, 60.0),
    "Gulf of California": (-111.5, 27.0),
    "Strait of Magellan, east": (-69.0, -52.6),
    "Tsugaru Strait": (140.5, 41.4),
    "Soya Strait": (142.0, 45.75),
    "Osumi Strait": (130.7, 30.95),
    "Kanmon Strait": (130.94, 33.95),
    "Bungo Channel": (132.2, 33.0),
    "Inland Sea": (133.3, 34.1),
    "Sea of Japan": (135.6, 38.9),
    "Strait of Malacca": (100.0, 4.0),
    "Torres Strait": (142.3, -10.3),
    "between Isabela and Santa Cruz": (-90.7, -0.7),
}
LAND = {
    "Chukotka, west of 180": (178.0, 67.5),
    "Chukotka, on 180": (180.0, 67.5),
    "Chukotka, east of 180": (-175.0, 66.5),
    "Wrangel, west of 180": (179.7, 71.2),
    "Wrangel, east of 180": (-179.3, 71.2),
    "Vanua Levu, Fiji": (179.3, -16.6),
    "Taveuni, Fiji": (-179.96, -16.85),
    "Viti Levu, Fiji": (178.0, -17.8),
    "South Pole": (0.0, -90.0),
    "Antarctica, west": (-179.0, -86.0),
    "Antarctica, east": (179.0, -86.0),
    "Novaya Zemlya": (57.0, 73.5),
    "Banks Island": (-121.0, 73.0),
    "Tokyo": (139.6, 35.75),
    "Hokkaido": (142.9, 43.4),
    "Sado": (138.4, 38.05),
    "Yakushima": (130.53, 30.35),
    "Iriomote": (123.85, 24.35),
    "Okinawa": (127.8, 26.4),
    "Isabela, Galapagos": (-91.15, -0.75),
    "Santa Cruz, Galapagos": (-90.35, -0.65),
    "Isthmus of Panama": (-79.75, 9.1),
    "Isthmus of Suez": (32.6, 30.5),
    "Isthmus of Corinth": (23.0, 37.9),
    "Lake Victoria (a lake)": (33.0, -1.0),
    "Lake Superior (a lake)": (-87.0, 48.0),
    "Aral Sea (a lake)": (59.0, 45.0),
    "Mecca": (39.8, 21.4),
    "Alice Springs": (133.9, -23.7),
}
AUTHALIC_RADIUS_KM = 6371.007


@pytest.mark.parametrize("name", WATER)
def test_water(name: str) -> None:
    assert not is_land(*WATER[name])


@pytest.mark.parametrize("name", LAND)
def test_land(name: str) -> None:
    assert is_land(*LAND[name])


def test_the_file_is_small_valid_and_licensed() -> None:
    assert LAND_FILE.stat().st_size < 2**20
    assert land().polygons.is_valid
    assert land().polygons.bounds == pytest.approx((-180.0, -90.0, 180.0, 83.6), abs=0.01)
    assert "public domain" in (LAND_FILE.parent / "LICENCE-land_50m.txt").read_text()


def test_land_covers_29_percent_of_the_globe() -> None:
    """In Lambert's cylindrical projection x = lon, y = sin(lat); 148.9 million km2 of land less 1.6 of ice shelves."""
    equal_area = shapely.transform(
        shapely.segmentize(land().polygons, 0.5),
        lambda xy: np.column_stack([np.radians(xy[:, 0]), np.sin(np.radians(xy[:, 1]))]),
    )
    assert equal_area.area * AUTHALIC_RADIUS_KM**2 == pytest.approx(148.9e6 - 1.6e6, rel=0.01)


def test_pieces_are_the_land_cut_up() -> None:
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(-180, 180, 200_000), rng.uniform(-90, 90, 200_000)
    whole = land().polygons
    shapely.prepare(whole)
    assert np.array_equal(is_land(lon, lat), shapely.intersects_xy(whole, lon, lat))
    assert sum(piece.area for piece in land().pieces.geometries) == pytest.approx(whole.area, rel=1e-12)


def test_points_on_the_cuts_are_land() -> None:
    """A piece's edges belong to it, so no seams of water run through a continent."""
    lon, lat = np.array([shapely.get_coordinates(p)[0] for p in cut(land_within(Bounds(80, 50, 100, 60)), 8)]).T
    assert is_land(lon, lat).all()


def test_any_turn_of_longitude_and_any_shape() -> None:
    lon, lat = np.meshgrid([-91.15, 139.6, 0.0], [-0.75, 35.75, 20.0])
    assert np.array_equal(is_land(lon, lat), is_land(lon + 360.0, lat))
    assert is_land(lon, lat).shape == (3, 3)
    assert is_land(0.0, [20.0, 0.0]).tolist() == [True, False]


@pytest.mark.parametrize(
    ("start", "end", "crosses"),
    [
        ((135.0, 36.5), (138.0, 33.5), True),  # over Honshu
        ((142.0, 33.0), (160.0, 30.0), False),
        ((178.0, 70.0), (-178.0, 72.5), True),  # over Wrangel
        ((179.0, 73.0), (-177.0, 73.0), False),
        ((178.8, -16.2), (-179.6, -17.2), True),  # over Vanua Levu
        ((178.5, -18.8), (-178.5, -18.2), False),
        ((-72.0, -40.0), (150.0, -35.5), True),  # a great circle from Chile runs over Antarctica on its way to Sydney
        ((-74.5, -45.0), (-150.0, -45.0), False),
        ((144.0, 39.0), (-124.5, 40.0), False),  # the parallel and the great circle both stay clear of the Aleutians
    ],
)
def test_great_circle_legs_meet_the_shore(start: tuple[float, float], end: tuple[float, float], crosses: bool) -> None:
    assert crosses_shore(np.array([start]), np.array([end])).tolist() == [crosses]
    assert crosses_shore(np.array([end]), np.array([start])).tolist() == [crosses]


def test_land_within_runs_on_past_180() -> None:
    whole = land_within(Bounds(170.0, 60.0, 200.0, 75.0))
    west, east = land_within(Bounds(170.0, 60.0, 180.0, 75.0)), land_within(Bounds(-180.0, 60.0, -160.0, 75.0))
    assert whole.area == pytest.approx(west.area + east.area, rel=1e-9)
    assert shapely.contains_xy(whole, 185.0, 66.5)
    assert land_within(Bounds(-190.0, 60.0, -160.0, 75.0)).area == pytest.approx(whole.area, rel=1e-9)


def test_the_open_ocean_has_no_land_within() -> None:
    assert land_within(Bounds(-140.0, 20.0, -130.0, 30.0)).is_empty


def test_land_near_is_a_small_drawing() -> None:
    bounds = Bounds(119.0, 20.0, 160.0, 48.0)
    fine, coarse = land_near(bounds, 0.02), land_near(bounds, 0.1)
    assert sum(map(len, coarse)) < sum(map(len, fine)) / 2 < 1500
    assert all(ring[0] == ring[-1] for ring in fine)
    lon, lat = np.concatenate(fine).T
    assert bounds.west <= lon.min() <= lon.max() <= bounds.east
    assert bounds.south <= lat.min() <= lat.max() <= bounds.north
    exact = land_within(bounds).area
    drawn = sum(shapely.polygons(ring).area for ring in fine)
    assert drawn == pytest.approx(exact, rel=0.01)


def test_wrapped_keeps_what_is_in_range() -> None:
    lon = np.array([-180.0, -179.99, 0.1, 123.456789, 180.0, 540.0, -190.0])
    assert wrapped(lon).tolist() == [-180.0, -179.99, 0.1, 123.456789, -180.0, -180.0, 170.0]
