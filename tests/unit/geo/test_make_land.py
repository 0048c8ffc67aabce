"""The tool that made the land file, on small worlds of its own."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import shapely


@pytest.fixture(scope="module")
def make_land() -> ModuleType:
    path = Path(__file__).parents[3] / "tools" / "make_land.py"
    spec = importlib.util.spec_from_file_location("make_land", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_arcs_are_running_sums_scaled_and_shifted(make_land: ModuleType) -> None:
    topology = {
        "transform": {"scale": [0.5, 0.25], "translate": [-180.0, -90.0]},
        "arcs": [[[0, 0], [2, 4], [2, -4]], [[4, 0], [-4, 0]]],
    }
    arcs = make_land.decoded_arcs(topology)
    assert arcs[0].tolist() == [[-180.0, -90.0], [-179.0, -89.0], [-178.0, -90.0]]
    assert arcs[1].tolist() == [[-178.0, -90.0], [-180.0, -90.0]]


def test_arcs_join_forwards_and_backwards(make_land: ModuleType) -> None:
    arcs = [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])]
    ring = make_land.joined(arcs, [0, ~1])
    assert ring.tolist() == [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]


def square(west: float, south: float, east: float, north: float) -> np.ndarray:
    return np.array([[west, south], [east, south], [east, north], [west, north], [west, south]])


def cleaned(make_land: ModuleType, *polygons: list[np.ndarray]) -> Any:
    arcs = [ring for rings in polygons for ring in rings]
    numbers = iter(range(len(arcs)))
    return make_land.cleaned([make_land.polygon(arcs, [[next(numbers)] for _ in rings]) for rings in polygons])


def test_an_island_across_180_degrees_is_cut_in_two(make_land: ModuleType) -> None:
    land = cleaned(make_land, [square(175.0, 60.0, -170.0, 70.0)])
    assert [part.bounds for part in land.geoms] == [(175.0, 60.0, 180.0, 70.0), (-180.0, 60.0, -170.0, 70.0)]
    assert not shapely.contains_xy(land, 0.0, 65.0)


def test_a_lake_stays_a_lake_whichever_turn_its_ring_is_on(make_land: ModuleType) -> None:
    across = np.array(
        [[10.0, 0.0], [170.0, 0.0], [-170.0, 0.0], [-170.0, 60.0], [170.0, 60.0], [10.0, 60.0], [10.0, 0.0]]
    )
    land = cleaned(make_land, [across, square(-178.0, 30.0, -174.0, 40.0)])
    assert land.area == pytest.approx(180.0 * 60.0 - 40.0)
    assert not shapely.contains_xy(land, -176.0, 35.0)


def test_a_ring_round_the_pole_is_closed_along_it(make_land: ModuleType) -> None:
    lon = np.array([-180.0, -90.0, 0.0, 90.0, 180.0])
    shore = np.column_stack([lon, np.full(5, -70.0)])
    cap = np.column_stack([lon[::-1], np.full(5, -89.999)])
    land = cleaned(make_land, [shore, cap])
    assert land.area == pytest.approx(360.0 * 20.0)
    assert shapely.contains_xy(land, 10.0, -89.9995)
    assert not shapely.contains_xy(land, 10.0, -60.0)


def test_overlapping_and_twisted_rings_come_out_valid(make_land: ModuleType) -> None:
    bow = np.array([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
    land = cleaned(make_land, [bow], [square(10.0, 0.0, 12.0, 2.0)], [square(11.0, 0.0, 13.0, 2.0)])
    assert land.is_valid
    assert land.area == pytest.approx(2.0 + 6.0)
