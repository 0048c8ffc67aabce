"""The sea as a graph: square cells, small near the shore and large in the open, joined where they see each other.

The cells are those of a quadtree on the Mercator square of the whole world, as web maps cut it: 2**z by 2**z cells at
level z. A cell is split while shore lies in it or within its own width of it, until it is no wider than ``cell_nm``.
Each cell whose centre is water is a node. Channels too narrow for the cells get nodes of their own half way between
their shores, so that a strait is passable however the cells happen to lie, as wide as the land data leave it.
Two nodes are joined when at most ``REACH`` of their widths apart and no shore lies on the great circle between them:
32 directions, which makes a way over the graph at most 1.3% longer than one free to turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

from fleetcraft.geo.land import crosses_shore, is_land, land
from fleetcraft.geo.sphere import WORLD, Bools, Bounds, Floats, Indices, arc_nm, holds, wrapped

ROOT_LEVEL = 6
REACH = 3.0
NARROWS = 2.0
NM_PER_DEGREE = 60.0
ROUND = np.array([360.0, 0.0])


@dataclass(frozen=True)
class SeaGrid:
    """Nodes on water (N, 2) as lon in [-180, 180) and lat, and the legs between those in sight of each other.

    ``legs`` is a symmetric sparse (N, N) matrix of great-circle distances in nm; ``sea`` (N,) numbers the separate
    waters from 0; ``leads_out`` (N,) is True on those that may go on outside the box, and on the largest where the box
    is the world; ``cell_nm`` is the width of the cells near the shore.
    """

    cell_nm: float
    nodes: Floats
    legs: Any
    sea: Indices
    leads_out: Bools


def sea_grid(bounds: Bounds, cell_nm: float) -> SeaGrid:
    """The sea in a box (all cells that reach into it), its cells near the shore between half of and all of a width."""
    cells, level = quadtree(bounds, cell_nm)
    channel = narrows(bounds, cell_nm)
    xy, level = np.concatenate([cells, channel]), np.append(level, finest_level(channel[:, 1], cell_nm))
    nodes = np.column_stack([wrapped(xy[:, 0]), latitude(xy[:, 1])])
    water = ~is_land(nodes[:, 0], nodes[:, 1])
    nodes = nodes[water]
    pairs = neighbours(xy[water], level[water])
    pairs = pairs[~crosses_shore(nodes[pairs[:, 0]], nodes[pairs[:, 1]])]
    leg_nm = arc_nm(nodes[pairs[:, 0]], nodes[pairs[:, 1]])
    one_way = coo_array((leg_nm, (pairs[:, 0], pairs[:, 1])), shape=(len(nodes), len(nodes)))
    legs = csr_array(one_way + one_way.T)
    sea = connected_components(legs, directed=False)[1].astype(np.intp)
    if holds(bounds, WORLD):
        return SeaGrid(cell_nm, nodes, legs, sea, leads_out=np.asarray(sea == np.bincount(sea).argmax()))
    at_edge = np.bincount(sea, weights=_at_edge(bounds, xy[water], width_deg(level[water])))
    return SeaGrid(cell_nm, nodes, legs, sea, leads_out=np.asarray(at_edge[sea] > 0))


def _at_edge(bounds: Bounds, xy: Floats, width: Floats) -> Bools:
    """Whether nodes lie within two of their widths of an edge of the box beyond which the sea may go on, or outside."""
    south, north = mercator(np.array([bounds.south, bounds.north]))
    inner = 2 * width
    east_of_west = (xy[:, 0] - bounds.west) % 360.0
    sideways = (east_of_west < inner) | (east_of_west > bounds.east - bounds.west - inner)
    edge: Bools = sideways & (bounds.east - bounds.west < 360.0)
    edge |= (xy[:, 1] < south + inner) & (bounds.south > WORLD.south)
    edge |= (xy[:, 1] > north - inner) & (bounds.north < WORLD.north)
    return edge


def mercator(lat: Floats) -> Floats:
    """Mercator ordinate in degrees (as long as a degree of longitude at the equator) of a latitude in degrees."""
    return np.asarray(np.degrees(np.arcsinh(np.tan(np.radians(lat)))))


def latitude(ordinate: Floats) -> Floats:
    """Latitude in degrees of a Mercator ordinate in degrees."""
    return np.asarray(np.degrees(np.arctan(np.sinh(np.radians(ordinate)))))


def width_deg(level: int | Indices) -> Any:
    """Width of a level's cells in degrees."""
    return 360.0 / 2.0**level


def finest_level(ordinate: Floats, cell_nm: float) -> Indices:
    """The first level whose cells are no wider than ``cell_nm`` at Mercator ordinates (n,)."""
    parallel_nm = 360.0 * NM_PER_DEGREE * np.cos(np.radians(latitude(ordinate)))
    return np.maximum(ROOT_LEVEL, np.ceil(np.log2(parallel_nm / cell_nm))).astype(np.intp)


def quadtree(bounds: Bounds, cell_nm: float) -> tuple[Floats, Indices]:
    """Centres (n, 2) on Mercator axes in degrees, x of any turn, and levels (n,) of the cells that reach into a box."""
    column, row = _roots(bounds)
    centres, levels, z = [], [], ROOT_LEVEL
    while len(column):
        centre = np.column_stack([column + 0.5, row + 0.5]) * width_deg(z) - 180.0
        split = finest_level(centre[:, 1], cell_nm) > z
        split[split] = _near_shore(column[split], row[split], z)
        centres.append(centre[~split])
        levels.append(np.full(len(centre) - split.sum(), z))
        z += 1
        column = np.concatenate([2 * column[split] + i for i in (0, 1, 0, 1)])
        row = np.concatenate([2 * row[split] + i for i in (0, 0, 1, 1)])
        inside = _reaches_into(bounds, column, row, z)
        column, row = column[inside], row[inside]
    return np.concatenate(centres), np.concatenate(levels)


def _roots(bounds: Bounds) -> tuple[Indices, Indices]:
    width = width_deg(ROOT_LEVEL)
    south, north = mercator(np.array([bounds.south, bounds.north]))
    columns = np.arange(np.floor((bounds.west + 180) / width), np.ceil((bounds.east + 180) / width), dtype=np.intp)
    rows = np.arange(np.floor((south + 180) / width), np.ceil((north + 180) / width), dtype=np.intp)
    column, row = np.meshgrid(columns[: 2**ROOT_LEVEL], rows)
    return column.ravel(), row.ravel()


def _reaches_into(bounds: Bounds, column: Indices, row: Indices, level: int) -> Bools:
    width = width_deg(level)
    south, north = mercator(np.array([bounds.south, bounds.north]))
    x, y = column * width - 180.0, row * width - 180.0
    inside: Bools = (x < bounds.east) & (x + width > bounds.west) & (y < north) & (y + width > south)
    return inside


def _near_shore(column: Indices, row: Indices, level: int) -> Bools:
    """Whether shore lies in cells or within a cell's width of them."""
    width = width_deg(level)
    west = wrapped((column - 1) * width - 180.0)
    south, north = (latitude(np.asarray((row + step) * width - 180.0)) for step in (-1, 2))
    boxes = shapely.box(west, south, west + 3 * width, north)
    near = np.zeros(len(column), dtype=np.bool_)
    near[land().shore_tree.query(boxes, predicate="intersects")[0]] = True
    return near


def narrows(bounds: Bounds, cell_nm: float) -> Floats:
    """Points (n, 2) on Mercator axes half way between shores less than ``NARROWS`` cells apart; some lie on land.

    They are the midpoints of the short sides in a Delaunay triangulation of the shore.
    """
    shore, number = shore_points(bounds, cell_nm)
    if len(shore) < 3:
        return np.empty((0, 2))
    triangles = Delaunay(shore).simplices
    sides = np.unique(np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1), axis=0)
    one, other = shore[sides[:, 0]], shore[sides[:, 1]]
    middle = (one + other) / 2
    across_nm = NM_PER_DEGREE * np.hypot(*(one - other).T) * np.cos(np.radians(latitude(middle[:, 1])))
    along_shore = number[sides[:, 1]] - number[sides[:, 0]] == 1
    return np.asarray(middle[(across_nm < NARROWS * cell_nm) & ~along_shore])


def shore_points(bounds: Bounds, spacing_nm: float) -> tuple[Floats, Indices]:
    """Points (n, 2) along the shore in a box on Mercator axes, and their numbers, which run on along each shore."""
    start, end = land().shore[:, 0], land().shore[:, 1]
    east_of_west = (start[:, 0] - bounds.west) % 360.0
    inside = (east_of_west <= bounds.east - bounds.west) & (start[:, 1] >= bounds.south) & (start[:, 1] <= bounds.north)
    start, end, x = start[inside], end[inside], bounds.west + east_of_west[inside]
    count = np.maximum(1, np.ceil(arc_nm(start, end) / spacing_nm)).astype(np.intp)
    segment = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)) / count[segment]
    step = share[:, None] * (end - start)[segment]
    points = np.column_stack([x[segment] + step[:, 0], mercator(start[segment, 1] + step[:, 1])])
    follows = np.append(False, (start[1:] == end[:-1]).all(axis=1))[: len(start)]
    breaks = np.cumsum(~follows)
    return points, np.arange(len(points)) + breaks[segment]


def neighbours(xy: Floats, level: Indices) -> Indices:
    """Pairs (m, 2) of nodes at most ``REACH`` of their mean widths apart on both axes; x goes round at 360."""
    position = np.column_stack([xy[:, 0] % 360.0, xy[:, 1]])
    members = {int(z): np.flatnonzero(level == z) for z in np.unique(level)}
    trees = {z: cKDTree(position[nodes], boxsize=ROUND) for z, nodes in members.items()}
    pairs = [np.empty((0, 2), dtype=np.intp)]
    for z, nodes in members.items():
        reach = REACH * width_deg(z) * 1.0001
        pairs.append(nodes[trees[z].query_pairs(reach, p=np.inf, output_type="ndarray")])
        for larger in members.keys() & {z - 1, z - 2}:
            reach = REACH * (width_deg(z) + width_deg(larger)) / 2
            near = trees[z].sparse_distance_matrix(trees[larger], reach, p=np.inf, output_type="ndarray")
            pairs.append(np.column_stack([nodes[near["i"]], members[larger][near["j"]]]))
    return np.concatenate(pairs)
