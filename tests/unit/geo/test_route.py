"""Routes against the exact shortest way, known straits, and the laws any shortest way obeys."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fleetcraft.geo import search
from fleetcraft.geo.land import is_land, land
from fleetcraft.geo.route import Route, air_route, geodesic_nm, sea_route, sea_routes
from fleetcraft.geo.sphere import Bounds, wrapped

from .visibility import Map

AEGEAN = Bounds(23.2, 35.6, 27.4, 38.6)
Position = tuple[float, float]

STRAITS: dict[str, tuple[Position, Position, float]] = {
    "Kanmon": ((130.6, 34.1), (131.4, 33.85), 43.5),
    "Bungo": ((132.0, 33.6), (132.2, 32.8), 50.0),
    "Naruto": ((134.4, 34.4), (135.0, 33.9), 43.0),
    "Kitan": ((135.1, 34.5), (135.0, 34.1), 25.0),
    "Tsugaru": ((139.5, 41.0), (142.5, 41.3), 145.0),
    "Soya": ((141.0, 45.8), (143.5, 45.6), 107.0),
    "Osumi": ((129.5, 31.0), (131.8, 31.0), 120.0),
    "Tsushima": ((128.0, 34.0), (131.5, 35.6), 200.0),
    "Tokyo Bay": ((139.8, 35.5), (139.7, 34.9), 37.0),
    "Malacca": ((97.5, 5.8), (105.0, 1.8), 560.0),
    "Torres": ((140.0, -10.8), (144.5, -9.8), 275.0),
    "San Bernardino": ((123.6, 12.8), (124.8, 12.7), 76.0),
    "Cook": ((173.5, -40.0), (175.5, -41.8), 145.0),
    "Bering": ((-170.0, 64.0), (-168.0, 67.5), 218.0),
    "Gibraltar": ((-8.0, 36.0), (-2.0, 36.2), 294.0),
    "Dover": ((0.0, 50.2), (3.0, 52.3), 171.0),
    "Oresund": ((12.0, 56.5), (12.8, 55.2), 87.0),
    "Great Belt": ((10.8, 56.2), (11.0, 54.5), 104.0),
    "Messina": ((15.3, 38.6), (15.4, 37.6), 68.0),
    "Dardanelles": ((28.0, 40.7), (25.5, 40.0), 127.0),
    "Bosphorus": ((30.0, 42.0), (28.0, 40.8), 123.0),
    "Kerch": ((36.8, 45.7), (36.6, 44.6), 69.0),
    "Bab el Mandeb": ((41.0, 15.5), (47.0, 12.0), 440.0),
    "Hormuz": ((54.0, 26.0), (58.5, 25.0), 276.0),
    "Magellan": ((-68.0, -52.5), (-76.0, -52.8), 360.0),
    "Golden Gate": ((-122.35, 37.75), (-123.0, 37.7), 34.0),
}
"""Two points of water on either side, and a length in nm that no other way than through the strait can keep to."""


def crosses_land(route: Route, skip_first: int = 0, skip_last: int = 0) -> bool:
    """Whether a route's lines on the map meet a piece of land (by whole turns of longitude)."""
    points = np.array(route.points)[skip_first : len(route.points) - skip_last]
    if len(points) < 2:
        return False
    first = np.column_stack([wrapped(points[:-1, 0]), points[:-1, 1]])
    last = first + np.diff(points, axis=0)
    beyond = np.array([360.0, 0.0])
    lines = [shapely.linestrings(np.stack([first + t * beyond, last + t * beyond], axis=1)) for t in (-1, 0, 1)]
    return bool(len(land().pieces.query(np.concatenate(lines), predicate="intersects")[0]))


def length_nm(route: Route) -> float:
    points = np.array(route.points)
    return float(geodesic_nm(*points[:-1].T, *points[1:].T).sum())


@cache
def aegean() -> Map:
    return Map(AEGEAN)


@cache
def aegean_water() -> np.ndarray:
    """Random points on the one water of the Aegean, well inside the box."""
    rng = np.random.default_rng(11)
    lon, lat = (
        rng.uniform(AEGEAN.west + 0.6, AEGEAN.east - 0.6, 400),
        rng.uniform(AEGEAN.south + 0.6, AEGEAN.north - 0.6, 400),
    )
    return np.column_stack([lon, lat])[~is_land(lon, lat)]


@pytest.mark.parametrize("seed", range(8))
def test_a_route_is_the_exact_shortest_way_among_islands(seed: int) -> None:
    water = aegean_water()
    start, end = (tuple(p) for p in water[np.random.default_rng(seed).choice(len(water), 2, replace=False)].tolist())
    exact = aegean().distance_nm(start, end)
    assert exact >= geodesic_nm(*start, *end)
    assert sea_route(start, end).distance_nm == pytest.approx(exact, rel=0.01, abs=0.2)


@pytest.mark.parametrize("name", STRAITS)
def test_straits_are_passed(name: str) -> None:
    start, end, most_nm = STRAITS[name]
    route = sea_route(start, end)
    assert geodesic_nm(*start, *end) <= route.distance_nm * (1 + 1e-6)
    assert route.distance_nm < most_nm
    assert not crosses_land(route)


@pytest.mark.parametrize(
    ("start", "end", "least_nm"),
    [
        ((22.3, 38.3), (23.3, 37.8), 280.0),  # Corinth has a canal, the land of a 1:50m map has none
        ((-50.0, 62.0), (-38.0, 63.0), 480.0),  # round Cape Farewell
        ((135.0, 36.0), (137.0, 34.3), 560.0),  # from one side of Honshu to the other
        ((126.2, 34.0), (129.6, 36.2), 225.0),  # round Korea
        ((178.5, 70.2), (-177.0, 71.9), 90.0),  # round Wrangel
    ],
)
def test_land_is_gone_round(start: Position, end: Position, least_nm: float) -> None:
    route = sea_route(start, end)
    assert least_nm < route.distance_nm < 2 * least_nm
    assert not crosses_land(route)


@pytest.mark.parametrize(
    ("start", "end"),
    [((178.0, -17.6), (-171.8, -13.6)), ((179.0, 60.0), (-178.0, 60.0)), ((177.0, 51.0), (-178.0, 53.0))],
)
def test_routes_cross_180_degrees_the_short_way(start: Position, end: Position) -> None:
    """From Fiji to Samoa, over the Bering Sea, through the Aleutians."""
    route = sea_route(start, end)
    straight = float(geodesic_nm(*start, *end))
    assert straight * (1 - 1e-6) <= route.distance_nm < 1.05 * straight
    lon = np.array(route.points)[:, 0]
    assert np.abs(np.diff(lon)).max() < 5.0
    assert lon[-1] == pytest.approx(end[0] + 360.0)
    assert not crosses_land(route, skip_first=int(is_land(*start)), skip_last=int(is_land(*end)))


box = st.tuples(st.floats(120.0, 128.0), st.floats(-2.0, 6.0))
anywhere = st.sampled_from([(25, 38), (11, 56), (-75, 72), (-80, 22), (179, -17), (-73, -48), (130, 34), (-168, 60)])
nearby = st.tuples(st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))


def check_the_laws(start: Position, end: Position) -> None:
    """On water all the way, no shorter than straight, the same back."""
    assume(not is_land(*start) and not is_land(*end))
    route, back = sea_route(start, end), sea_route(end, start)
    assert route.points[0] == pytest.approx(start)
    assert wrapped(route.points[-1][0]) == pytest.approx(wrapped(end[0]))
    assert not crosses_land(route)
    assert route.distance_nm == pytest.approx(length_nm(route))
    assert route.distance_nm >= geodesic_nm(*start, *end) * (1 - 1e-6)
    assert back.distance_nm == pytest.approx(route.distance_nm, rel=0.005, abs=0.1)


@settings(max_examples=12, deadline=None)
@given(box, box)
def test_the_laws_of_a_shortest_way_round_celebes(start: Position, end: Position) -> None:
    check_the_laws(start, end)


@pytest.mark.soak
@settings(max_examples=300, deadline=None)
@given(anywhere, nearby, nearby)
def test_the_laws_of_a_shortest_way_on_other_shores(centre: Position, one: Position, other: Position) -> None:
    check_the_laws((centre[0] + one[0], centre[1] + one[1]), (centre[0] + other[0], centre[1] + other[1]))


@settings(max_examples=4, deadline=None)
@given(box, box, box)
def test_a_detour_is_no_shorter(start: Position, middle: Position, end: Position) -> None:
    assume(not (is_land(*start) or is_land(*middle) or is_land(*end)))
    direct = sea_route(start, end).distance_nm
    assert direct <= 1.013 * (sea_route(start, middle).distance_nm + sea_route(middle, end).distance_nm) + 0.1


@pytest.mark.parametrize(
    ("start", "end"),
    [((132.55, 34.15), (129.7, 34.5)), ((129.6, 33.1), (131.9, 31.5)), ((140.75, 41.7), (142.0, 45.6))],
)
def test_finer_cells_find_hardly_shorter_ways(start: Position, end: Position, monkeypatch: pytest.MonkeyPatch) -> None:
    route = sea_route(start, end)
    monkeypatch.setattr(search, "FINE_NM", 0.9)
    assert route.distance_nm <= 1.01 * sea_route(start, end).distance_nm


def test_many_routes_at_once_are_those_found_one_by_one() -> None:
    """Whatever the other ends, and in any order: a distance depends on its own two ends."""
    ports = [(130.5571, 31.5966), (129.8777, 32.7503)]
    stations = [(130.635, 30.531), (133.5, 32.6)]
    together = sea_routes(ports, stations)
    turned = sea_routes(ports[::-1], stations[::-1])
    for b, port in enumerate(ports):
        for a, station in enumerate(stations):
            alone = sea_route(port, station).distance_nm
            assert together[b][a].distance_nm == pytest.approx(alone, rel=1e-3)
            assert turned[-1 - b][-1 - a].distance_nm == pytest.approx(together[b][a].distance_nm, rel=1e-6)


def test_ports_inside_the_land_are_joined_to_the_sea() -> None:
    """Hakata lies on land here; only the leg out of the port crosses it, and the way to Iki is little longer for it."""
    hakata, iki = (130.42, 33.6), (129.9, 34.05)
    assert is_land(*hakata)
    route = sea_route(hakata, iki)
    assert route.points[0] == hakata
    assert geodesic_nm(*route.points[0], *route.points[1]) < 5.0
    assert not crosses_land(route, skip_first=1)
    assert geodesic_nm(*hakata, *iki) < route.distance_nm < 1.2 * float(geodesic_nm(*hakata, *iki))


def test_a_port_lends_no_passage_between_two_seas() -> None:
    """Corinth's town can be reached from both gulfs, but the way between the gulfs stays the long one."""
    corinth = (22.95, 37.93)
    gulf, saronic = (22.3, 38.3), (23.3, 37.8)
    reach = sea_routes([gulf, corinth], [saronic, corinth])
    assert is_land(*corinth)
    assert reach[0][0].distance_nm > 280.0
    assert min(reach[0][1].distance_nm, reach[1][0].distance_nm) < 60.0
    assert reach[1][1].distance_nm == 0.0


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((100.0, 45.0), (121.0, 38.0)),  # from Mongolia
        ((100.0, 45.0), (101.0, 45.0)),  # within Mongolia
        ((51.0, 42.0), (35.0, 43.0)),  # from the Caspian to the Black Sea
    ],
)
def test_where_there_is_no_way(start: Position, end: Position) -> None:
    assert sea_route(start, end) == Route(np.inf, ())


def test_ways_within_an_enclosed_sea() -> None:
    route = sea_route((49.0, 46.0), (53.0, 37.2))
    assert route.distance_nm == pytest.approx(float(geodesic_nm(49.0, 46.0, 53.0, 37.2)), rel=0.05)
    assert not crosses_land(route)


def test_the_ocean_is_crossed_on_a_great_circle() -> None:
    """From the mouth of Tokyo Bay to San Francisco, as far as the geodesic but for the capes at its ends."""
    start, end = (139.75, 35.05), (-122.8, 37.7)
    route = sea_route(start, end)
    assert route.distance_nm == pytest.approx(float(geodesic_nm(*start, *end)), rel=0.005)
    assert max(lat for _, lat in route.points) > 47.0


def test_a_place_is_no_way_from_itself() -> None:
    for place in [(139.7, 35.65), (-140.0, 20.0)]:
        assert sea_route(place, place).distance_nm == 0.0


def test_no_ends_no_routes() -> None:
    assert sea_routes([], [(0.0, 0.0)]) == ()
    assert sea_routes([(0.0, 0.0)], []) == ((),)


def test_air_routes_are_geodesics_over_land_and_sea() -> None:
    route = air_route((130.839, 31.3668), (-171.8, -13.6))
    assert route.distance_nm == pytest.approx(float(geodesic_nm(130.839, 31.3668, -171.8, -13.6)))
    assert length_nm(route) == pytest.approx(route.distance_nm, rel=1e-4)
    assert route.points[-1] == pytest.approx((188.2, -13.6))
