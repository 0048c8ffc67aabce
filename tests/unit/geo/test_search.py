"""How the search groups pairs and joins ends to the sea."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from fleetcraft.geo.grid import SeaGrid, sea_grid
from fleetcraft.geo.land import is_land
from fleetcraft.geo.search import (
    OVERLAND_NM,
    OVERLAND_WEIGHT,
    clusters,
    ellipse_box,
    grid_ways,
    in_sight,
    links,
    searched,
    shortest_ways,
)
from fleetcraft.geo.sphere import Bounds, arc_nm, length_nm

TSUGARU = Bounds(139.0, 40.5, 142.5, 42.5)
OMINATO, HAKODATE, HACHIMANTAI = (141.133, 41.25), (140.70, 41.73), (140.85, 39.96)
WEST, EAST = (139.6, 41.2), (142.2, 41.5)


def test_pairs_with_a_common_end_belong_together() -> None:
    assert clusters(4, 3, [(0, 0), (1, 0), (2, 1), (2, 2), (3, 2)]) == [[(0, 0), (1, 0)], [(2, 1), (2, 2), (3, 2)]]
    assert clusters(2, 2, []) == []


def test_only_water_sees_water() -> None:
    start, end = np.array([WEST, OMINATO]), np.array([(139.7, 40.8), EAST, OMINATO])
    seen = in_sight(start, end, [(b, a) for b in range(2) for a in range(3)])
    assert set(seen) == {(0, 0), (1, 2)}  # a point is in sight of itself, on land too
    assert np.array_equal(seen[0, 0].points, [WEST, (139.7, 40.8)])


@pytest.mark.parametrize("length_nm", [130.0, 200.0, 500.0])
def test_the_box_of_an_ellipse_holds_it(length_nm: float) -> None:
    """Points whose distances to the two ends add up to the length, by brute force over a fine grid."""
    start, end = np.array([139.5, 41.0]), np.array([142.0, 41.4])
    box = ellipse_box(start, end, length_nm)
    lon, lat = (v.ravel() for v in np.meshgrid(np.linspace(130, 152, 300), np.linspace(32, 50, 300)))
    points = np.column_stack([lon, lat])
    ways = arc_nm(np.broadcast_to(start, points.shape), points) + arc_nm(points, np.broadcast_to(end, points.shape))
    inside = ways <= length_nm
    assert inside.any()
    assert box.west <= lon[inside].min()
    assert lon[inside].max() <= box.east
    assert box.south <= lat[inside].min()
    assert lat[inside].max() <= box.north


def test_points_on_water_are_joined_to_what_they_see_and_points_on_land_to_the_nearest_node() -> None:
    grid = sea_grid(TSUGARU, 5.0)
    points = np.array([WEST, OMINATO, (142.45, 42.49)])
    found = links(grid, points)
    assert is_land(*OMINATO)
    assert (found.point == 0).sum() > 10
    assert (found.point == 1).sum() == 1
    nearest = int(arc_nm(grid.nodes, np.broadcast_to(OMINATO, grid.nodes.shape)).argmin())
    assert (1, nearest) in found.overland
    distance = arc_nm(points[found.point], grid.nodes[found.node])
    weight = np.where(
        [(p, n) in found.overland for p, n in zip(found.point, found.node, strict=True)], OVERLAND_WEIGHT, 1
    )
    assert found.cost == pytest.approx(weight * distance)
    assert found.leads_out.all()


def test_far_inland_there_are_no_links_and_no_hope() -> None:
    grid = sea_grid(Bounds(139.0, 39.0, 142.5, 42.5), 5.0)
    assert arc_nm(grid.nodes, np.broadcast_to(HACHIMANTAI, grid.nodes.shape)).min() > OVERLAND_NM + 5.0
    ways, hopeless = grid_ways(grid, np.array([HACHIMANTAI, OMINATO]), np.array([EAST]), [(0, 0), (1, 0)])
    assert set(ways) == {(1, 0)}
    assert hopeless == {(0, 0)}


def test_an_end_on_a_pool_is_joined_to_the_sea_outside_as_well() -> None:
    """A hand-made graph: the node nearest to Ominato is a pool of its own, the two east of the cape a sea."""
    nodes = np.array([(141.15, 41.23), (141.45, 41.30), (142.00, 41.45)])
    leg = float(arc_nm(nodes[1], nodes[2]))
    legs = csr_array(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, leg], [0.0, leg, 0.0]]))
    grid = SeaGrid(2.7, nodes, legs, sea=np.array([0, 1, 1]), leads_out=np.array([False, True, True]))
    ways, _ = grid_ways(grid, np.array([OMINATO]), np.array([EAST, (141.15, 41.23)]), [(0, 0), (0, 1)])
    assert np.array_equal(ways[0, 0].points[1], nodes[1])
    assert ways[0, 0].lands_first
    assert np.array_equal(ways[0, 1].points[1], nodes[0])  # within the pool the way stays in it
    assert links(grid, np.array([OMINATO])).overland == {(0, 0), (0, 1)}


def test_two_seas_that_leave_the_box_may_meet_outside_it() -> None:
    grid = sea_grid(Bounds(22.6, 37.6, 23.6, 38.2), 2.7)
    gulf, saronic = np.array([(22.9, 38.0)]), np.array([(23.2, 37.85)])
    assert not is_land(*gulf.T).any()
    assert not is_land(*saronic.T).any()
    assert grid_ways(grid, gulf, saronic, [(0, 0)]) == ({}, set())


def test_the_graph_of_a_larger_box_finds_the_same_way() -> None:
    start, end = np.array([WEST]), np.array([EAST])
    small, large = (
        grid_ways(sea_grid(Bounds(139.0 - m, 40.3 - m, 142.8 + m, 42.5 + m), 2.7), start, end, [(0, 0)])[0][0, 0]
        for m in (0.0, 2.0)
    )
    assert length_nm(small.points) == pytest.approx(length_nm(large.points), rel=1e-9)


def test_ways_longer_than_the_limit_are_left_out() -> None:
    start, end = np.array([(22.3, 38.3)]), np.array([(23.3, 37.8)])
    assert set(searched(start, end, {(0, 0): 150.0}, 5.0, 400.0)) == {(0, 0)}
    assert searched(start, end, {(0, 0): 150.0}, 5.0, 200.0) == {}


def test_only_the_legs_of_ports_cross_land() -> None:
    ways = shortest_ways(np.array([OMINATO, WEST]), np.array([EAST, HAKODATE]))
    assert set(ways) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert ways[0, 0].lands_first
    assert not ways[0, 0].lands_last
    assert not ways[1, 0].lands_first
    assert ways[1, 1].lands_last == bool(is_land(*HAKODATE))
