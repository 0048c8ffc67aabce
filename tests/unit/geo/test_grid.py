"""The graph of the sea against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.sparse.csgraph import dijkstra

from fleetcraft.geo.grid import (
    REACH,
    finest_level,
    latitude,
    mercator,
    narrows,
    neighbours,
    quadtree,
    sea_grid,
    shore_points,
    width_deg,
)
from fleetcraft.geo.land import crosses_shore, is_land, land_within
from fleetcraft.geo.sphere import Bounds, arc_nm

TSUGARU = Bounds(139.0, 40.5, 142.5, 42.5)
FIJI = Bounds(176.0, -19.5, 182.0, -15.5)


def test_mercator_and_back() -> None:
    lat = np.linspace(-85.0, 85.0, 35)
    assert latitude(mercator(lat)) == pytest.approx(lat)
    assert mercator(np.array([85.0511287798]))[0] == pytest.approx(180.0)


def test_the_finest_cells_are_as_narrow_as_asked() -> None:
    ordinate = mercator(np.array([0.0, 35.0, 59.9, 75.0]))
    level = finest_level(ordinate, 2.7)
    width_nm = 60.0 * width_deg(level) * np.cos(np.radians(latitude(ordinate)))
    assert (width_nm <= 2.7).all()
    assert (width_nm > 1.35).all()


@pytest.mark.parametrize("bounds", [TSUGARU, FIJI])
def test_cells_tile_the_box(bounds: Bounds) -> None:
    """Random points of the box lie in one cell each."""
    centre, level = quadtree(bounds, 5.0)
    half = width_deg(level) / 2
    rng = np.random.default_rng(1)
    x = rng.uniform(bounds.west, bounds.east, 300)
    y = rng.uniform(*mercator(np.array([bounds.south, bounds.north])), 300)
    inside = (np.abs(x[:, None] - centre[:, 0]) < half) & (np.abs(y[:, None] - centre[:, 1]) < half)
    assert (inside.sum(axis=1) == 1).all()


def test_cells_are_small_just_where_shore_is_near() -> None:
    centre, level = quadtree(TSUGARU, 5.0)
    shore = land_within(Bounds(130.0, 30.0, 150.0, 50.0)).boundary
    width = width_deg(level)
    west, east = centre[:, 0] - 1.5 * width, centre[:, 0] + 1.5 * width
    south, north = latitude(centre[:, 1] - 1.5 * width), latitude(centre[:, 1] + 1.5 * width)
    near = shapely.intersects(shapely.box(west, south, east, north), shore)
    coarse = level < finest_level(centre[:, 1], 5.0)
    assert coarse.any()
    assert not (near & coarse).any()


def test_nodes_are_water_and_legs_clear_of_land() -> None:
    grid = sea_grid(TSUGARU, 5.0)
    assert not is_land(*grid.nodes.T).any()
    legs = grid.legs.tocoo()
    tail, head = grid.nodes[legs.coords[0]], grid.nodes[legs.coords[1]]
    whole = land_within(Bounds(130.0, 30.0, 150.0, 50.0))
    shapely.prepare(whole)
    assert not shapely.intersects(whole, shapely.linestrings(np.stack([tail, head], axis=1))).any()
    assert legs.data == pytest.approx(arc_nm(tail, head))
    assert abs(grid.legs - grid.legs.T).max() == 0.0


@pytest.mark.parametrize("bounds", [TSUGARU, FIJI])
def test_neighbours_by_brute_force(bounds: Bounds) -> None:
    xy, level = quadtree(bounds, 12.0)
    width = width_deg(level)
    reach = REACH * (width[:, None] + width) / 2 * 1.0001
    apart = np.abs(xy[:, None] - xy).max(axis=2)
    expected = {
        (i, j)
        for i, j in zip(*np.nonzero((apart <= reach) & (np.abs(level[:, None] - level) <= 2)), strict=True)
        if i < j
    }
    assert {tuple(sorted(pair)) for pair in neighbours(xy, level).tolist()} == expected


def test_x_goes_round_at_360() -> None:
    xy = np.array([[-179.9, 0.0], [179.9, 0.0], [0.1, 0.0], [-0.1, 0.0]])
    level = np.full(4, 10)
    assert {tuple(sorted(pair)) for pair in neighbours(xy, level).tolist()} == {(0, 1), (2, 3)}


def test_ways_over_an_open_sea_are_at_most_a_fiftieth_too_long() -> None:
    """32 directions cost 1.3% at worst, the widening of the cells away from the shore a little more."""
    grid = sea_grid(Bounds(133.0, 36.6, 138.0, 40.0), 5.0)
    start = np.array([0, len(grid.nodes) // 3, len(grid.nodes) // 2])
    found = dijkstra(grid.legs, indices=start)
    for row, length in zip(start, found, strict=True):
        straight = arc_nm(np.broadcast_to(grid.nodes[row], grid.nodes.shape), grid.nodes)
        seen = ~crosses_shore(np.broadcast_to(grid.nodes[row], grid.nodes.shape), grid.nodes) & (straight > 30.0)
        assert (length[seen] >= straight[seen] * (1 - 1e-9)).all()
        assert (length[seen] / straight[seen]).max() < 1.03


def test_narrow_channels_have_nodes_between_their_shores() -> None:
    kanmon = Bounds(130.7, 33.7, 131.2, 34.1)
    xy = narrows(kanmon, 2.7)
    lon, lat = xy[:, 0], latitude(xy[:, 1])
    water = ~is_land(lon, lat)
    strait = water & (np.abs(lon - 130.94) < 0.08) & (np.abs(lat - 33.94) < 0.05)
    assert strait.sum() >= 3


def test_shore_points_are_close_together_and_on_the_shore() -> None:
    points, number = shore_points(FIJI, 2.0)
    lon_lat = np.column_stack([points[:, 0], latitude(points[:, 1])])
    follows = np.diff(number) == 1
    assert arc_nm(lon_lat[:-1], lon_lat[1:])[follows].max() <= 2.0 + 1e-6
    boundary = land_within(Bounds(170.0, -25.0, 190.0, -10.0)).boundary
    assert shapely.distance(shapely.points(lon_lat), boundary).max() < 1e-9
    assert points[:, 0].min() >= FIJI.west
    assert points[:, 0].max() > 180.0


def test_an_enclosed_sea_leads_nowhere() -> None:
    whole = sea_grid(Bounds(45.0, 35.0, 56.0, 48.0), 22.0)
    cut_off = sea_grid(Bounds(45.0, 40.0, 56.0, 48.0), 22.0)
    caspian = np.array([51.0, 42.0])
    for grid, leads_out in ((whole, False), (cut_off, True)):
        nearest = arc_nm(grid.nodes, np.broadcast_to(caspian, grid.nodes.shape)).argmin()
        assert grid.leads_out[nearest] == leads_out


def test_a_box_of_land_is_an_empty_graph() -> None:
    grid = sea_grid(Bounds(100.0, 45.0, 101.0, 46.0), 22.0)
    assert grid.nodes.shape == (0, 2)
    assert grid.legs.nnz == 0


def test_the_southern_ocean_goes_round_at_180_degrees() -> None:
    grid = sea_grid(Bounds(-180.0, -62.0, 180.0, -57.0), 60.0)
    assert (np.bincount(grid.sea) > 1).sum() == 1
    legs = grid.legs.tocoo()
    tail, head = grid.nodes[legs.coords[0]], grid.nodes[legs.coords[1]]
    assert (np.abs(tail[:, 0] - head[:, 0]) > 180.0).any()
    assert arc_nm(tail, head).max() < REACH * np.sqrt(2) * 340.0
