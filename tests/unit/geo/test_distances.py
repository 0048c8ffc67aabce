"""Distances between places and areas, and what is kept of them between runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fleetcraft.geo import distances
from fleetcraft.geo.area import AreaGeometry, measure_areas
from fleetcraft.geo.distances import content_key, distance_matrices, packed, routes, sea_table, unpacked
from fleetcraft.geo.route import Route, geodesic_nm, sea_route
from fleetcraft.scenario.area import Area
from fleetcraft.scenario.place import Place


def place(name: str, lon: float, lat: float, *serves: str) -> Place:
    return Place.model_validate(
        {"id": name, "name": name, "kind": "port", "lon": lon, "lat": lat, "country": "JP", "serves": serves}
    )


def area(name: str, *corners: tuple[float, float]) -> Area:
    return Area(id=name, name=name, polygons=(((*corners, corners[0]),),))


PLACES = [
    place("kagoshima", 130.5571, 31.5966, "surface", "underwater"),
    place("kanoya", 130.839, 31.3668, "air"),
    place("yakushima", 130.6595, 30.3855, "air", "surface"),
    place("ulan_bator", 106.9, 47.9, "surface"),
]
AREAS = [
    area("osumi", (129.3, 29.9), (131.7, 29.9), (132.2, 31.1), (131.2, 31.2), (130.2, 30.95), (129.3, 31.3)),
    area("amami", (128.2, 27.6), (129.6, 27.6), (130.6, 28.6), (130.4, 29.6), (129.0, 29.7), (128.2, 28.9)),
]
SEA = [0, 2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FLEETCRAFT_CACHE", str(tmp_path))
    sea_table.cache_clear()
    yield tmp_path
    sea_table.cache_clear()


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts searches, and makes them quick."""
    done: list[int] = []

    def quick(starts: Any, ends: Any) -> tuple[tuple[Route, ...], ...]:
        done.append(len(starts) * len(ends))
        return tuple(tuple(Route(float(geodesic_nm(*s, *e)), (s, e)) for e in ends) for s in starts)

    monkeypatch.setattr(distances, "sea_routes", quick)
    return done


@pytest.fixture(scope="module")
def geometry() -> AreaGeometry:
    return measure_areas(AREAS)


def test_matrices_hold_geodesics_and_routes(geometry: AreaGeometry) -> None:
    found = distance_matrices(PLACES, AREAS, geometry)
    stations = list(zip(geometry.station_lon.tolist(), geometry.station_lat.tolist(), strict=True))
    for b, p in enumerate(PLACES):
        for a, station in enumerate(stations):
            assert found.air_nm[b, a] == pytest.approx(float(geodesic_nm(p.lon, p.lat, *station)))
            if b in SEA:
                assert found.sea_nm[b, a] == pytest.approx(sea_route((p.lon, p.lat), station).distance_nm, rel=1e-3)
    assert np.isinf(found.sea_nm[[1, 3]]).all()  # an airfield, and a port a thousand miles from any sea
    assert (found.sea_nm[SEA] >= found.air_nm[SEA]).all()
    assert not found.air_nm.flags.writeable
    assert not found.sea_nm.flags.writeable


def test_places_and_areas_in_another_order(geometry: AreaGeometry) -> None:
    found = distance_matrices(PLACES, AREAS, geometry)
    turned = distance_matrices(PLACES[::-1], AREAS[::-1], measure_areas(AREAS[::-1]))
    assert turned.air_nm == pytest.approx(found.air_nm[::-1, ::-1])
    assert turned.sea_nm == pytest.approx(found.sea_nm[::-1, ::-1], rel=1e-6)


def test_routes_are_those_of_the_matrices(geometry: AreaGeometry) -> None:
    found = distance_matrices(PLACES, AREAS, geometry)
    legs = [("kagoshima", "amami", "surface"), ("kanoya", "osumi", "air"), ("yakushima", "amami", "air")]
    drawn = routes(PLACES, AREAS, geometry, legs)  # type: ignore[arg-type]
    assert list(drawn) == legs
    assert drawn["kagoshima", "amami", "surface"].distance_nm == found.sea_nm[0, 1]
    assert drawn["kanoya", "osumi", "air"].distance_nm == pytest.approx(found.air_nm[1, 0])
    assert drawn["yakushima", "amami", "air"].distance_nm == pytest.approx(found.air_nm[2, 1])
    assert drawn["kagoshima", "amami", "surface"].points[0] == (130.5571, 31.5966)
    with pytest.raises(KeyError):
        routes(PLACES, AREAS, geometry, [("kanoya", "osumi", "surface")])


def test_a_second_run_searches_no_more(folder: Path, searches: list[int], geometry: AreaGeometry) -> None:
    first = distance_matrices(PLACES, AREAS, geometry)
    routes(PLACES, AREAS, geometry, [("kagoshima", "amami", "surface")])
    sea_table.cache_clear()  # as a new process starts
    second = distance_matrices(PLACES, AREAS, geometry)
    assert searches == [6]
    assert np.array_equal(first.sea_nm, second.sea_nm)
    assert len(list(folder.iterdir())) == 1


def test_moving_a_port_searches_again(searches: list[int], geometry: AreaGeometry) -> None:
    distance_matrices(PLACES, AREAS, geometry)
    moved = [PLACES[0].model_copy(update={"lon": 130.6}), *PLACES[1:]]
    distance_matrices(moved, AREAS, geometry)
    renamed = [PLACES[0].model_copy(update={"id": "port", "name": "Port"}), *PLACES[1:]]
    distance_matrices(renamed, AREAS, geometry)
    assert searches == [6, 6]


@pytest.mark.parametrize("content", [b"", b"not a cache file", b"PK\x03\x04" + b"\x00" * 500])
def test_a_damaged_file_is_found_again(
    folder: Path, searches: list[int], geometry: AreaGeometry, content: bytes
) -> None:
    first = distance_matrices(PLACES, AREAS, geometry)
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    for damaged in (content, whole[: len(whole) // 2], whole[:-3] + b"abc"):
        kept.write_bytes(damaged)
        sea_table.cache_clear()
        assert np.array_equal(distance_matrices(PLACES, AREAS, geometry).sea_nm, first.sea_nm)
        assert kept.read_bytes() == whole
    assert searches == [6] * 4


def test_without_a_folder_all_is_found_anew(
    folder: Path, searches: list[int], geometry: AreaGeometry, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").write_text("in the way")
    monkeypatch.setenv("FLEETCRAFT_CACHE", str(folder / "file"))
    first = distance_matrices(PLACES, AREAS, geometry)
    sea_table.cache_clear()
    assert np.array_equal(distance_matrices(PLACES, AREAS, geometry).sea_nm, first.sea_nm)
    assert searches == [6, 6]


@pytest.mark.usefixtures("searches")
def test_no_ports_or_no_places(geometry: AreaGeometry) -> None:
    assert np.isinf(distance_matrices(PLACES[1:2], AREAS, geometry).sea_nm).all()
    assert distance_matrices([], AREAS, geometry).air_nm.shape == (0, 2)


def test_tables_survive_packing() -> None:
    way = Route(12.5, ((1.0, 2.0), (1.5, 2.5), (181.0, -3.0)))
    for table in [
        ((way, Route(np.inf, ())), (Route(np.inf, ()), way)),
        ((Route(np.inf, ()),),),
        ((), ()),
        (),
    ]:
        assert unpacked(packed(table)) == table


def test_the_key_tells_ends_apart() -> None:
    a, b, c = (1.0, 2.0), (3.0, 4.0), (5.0, 6.0)
    keys = [content_key(s, e) for s, e in [([a], [b, c]), ([a, b], [c]), ([a, c], [b]), ([b], [a, c]), ([], [a, b, c])]]
    assert len(set(keys)) == len(keys)
    assert content_key([a], [b, c]) == keys[0]
