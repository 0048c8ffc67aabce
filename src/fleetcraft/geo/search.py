"""The search for the shortest way over the graph of the sea.

Coarse cells scout first: they tell how long the way is at most. The search sees a box round both ends, which grows
until it holds every way as short as the one found (an ellipse with the ends as foci): nothing outside it could be
shorter, so that a way depends on its own two ends alone. Ways up to ``FINE_REACH_NM`` are then searched for anew with
fine cells in that box.

Ports lie inside the land of a 1:50m map. An end on land, or in a pool without a way out, is joined by a straight leg to
the nearest node of the sea that the other end is on; that leg alone may cross land and is kept as short as can be.
Farther than ``OVERLAND_NM`` from that sea there is no way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from fleetcraft.geo.grid import SeaGrid, sea_grid
from fleetcraft.geo.land import crosses_shore, is_land
from fleetcraft.geo.sphere import (
    NM_PER_RADIAN,
    Bools,
    Bounds,
    Floats,
    Indices,
    arc_nm,
    box_around,
    holds,
    joined,
    length_nm,
    unit_vectors,
)

FINE_NM = 2.7
COARSE_NM = 22.0
FINE_REACH_NM = 2500.0
SLACK = 1.03
FIRST_DETOUR_NM = 100.0
GROWTH = 4.0
OVERLAND_NM = 30.0
OVERLAND_WEIGHT = 1000.0
LINKS = 32
NO_NODE = -9999

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Way:
    """Points (k, 2) of lon and lat from start to end; whether the first and the last leg may cross land."""

    points: Floats
    lands_first: bool = False
    lands_last: bool = False


def shortest_ways(start: Floats, end: Floats) -> dict[Pair, Way]:
    """The ways from each start (B, 2) to each end (A, 2), lon and lat in degrees, by (b, a), where there is one."""
    pairs = [(b, a) for b in range(len(start)) for a in range(len(end))]
    ways = in_sight(start, end, pairs)
    coarse = scouted(start, end, [pair for pair in pairs if pair not in ways])
    ways |= coarse
    reach = {pair: SLACK * length_nm(way.points) for pair, way in coarse.items()}
    for cluster in clusters(len(start), len(end), [pair for pair in coarse if reach[pair] <= FINE_REACH_NM]):
        bounds = joined([ellipse_box(start[b], end[a], reach[b, a]) for b, a in cluster])
        ways |= grid_ways(sea_grid(bounds, FINE_NM), start, end, cluster)
    return ways


def in_sight(start: Floats, end: Floats, pairs: Sequence[Pair]) -> dict[Pair, Way]:
    """Straight ways for the pairs of points on water with nothing but water between them."""
    b, a = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    clear = ~(is_land(*start.T)[b] | is_land(*end.T)[a])
    clear[clear] = ~crosses_shore(start[b[clear]], end[a[clear]])
    return {(int(i), int(j)): Way(np.stack([start[i], end[j]])) for i, j in zip(b[clear], a[clear], strict=True)}


def scouted(start: Floats, end: Floats, pairs: Sequence[Pair]) -> dict[Pair, Way]:
    """The shortest ways over coarse cells, in a box that grows until nothing outside it could be shorter."""
    guess = {(b, a): float(arc_nm(start[b], end[a])) + FIRST_DETOUR_NM for b, a in pairs}
    ways: dict[Pair, Way] = {}
    missed = list(pairs)
    while missed:
        bounds = joined([ellipse_box(start[b], end[a], guess[b, a]) for b, a in pairs])
        ways = grid_ways(sea_grid(bounds, COARSE_NM), start, end, pairs)
        length = {pair: length_nm(ways[pair].points) if pair in ways else np.inf for pair in pairs}
        missed = [(b, a) for b, a in pairs if not holds(bounds, ellipse_box(start[b], end[a], length[b, a]))]
        guess |= {pair: length[pair] if pair in ways else GROWTH * guess[pair] for pair in missed}
    return ways


def clusters(starts: int, ends: int, pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs in groups that have no start and no end in common."""
    b, a = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    graph = coo_array((np.ones(len(b)), (b, starts + a)), shape=(starts + ends, starts + ends))
    group = connected_components(graph, directed=False)[1]
    return [[pair for pair in pairs if group[pair[0]] == g] for g in np.unique(group[b])]


def ellipse_box(start: Floats, end: Floats, length_nm: float) -> Bounds:
    """A box that holds every way of a length between two points."""
    return box_around(start, end, np.sqrt(max(length_nm**2 - float(arc_nm(start, end)) ** 2, 0.0)) / 2)


def grid_ways(grid: SeaGrid, start: Floats, end: Floats, pairs: Sequence[Pair]) -> dict[Pair, Way]:
    """The shortest way over a graph for each pair that has one, its overland legs first of all.

    Starts have legs out only and ends legs in only, so that no way leads through a port from one sea to another.
    """
    b, a = (np.unique(side) for side in np.array(pairs, dtype=np.intp).T)
    out, into = links(grid, start[b]), links(grid, end[a])
    places = np.concatenate([grid.nodes, start[b], end[a]])
    first_start = len(grid.nodes)
    first_end = first_start + len(b)
    sea = grid.legs.tocoo()
    tail = np.concatenate([sea.coords[0], first_start + out.point, into.node])
    head = np.concatenate([sea.coords[1], out.node, first_end + into.point])
    cost = np.concatenate([sea.data, out.cost, into.cost])
    graph = coo_array((cost, (tail, head)), shape=(len(places), len(places))).tocsr()
    _, before = dijkstra(graph, indices=first_start + np.arange(len(b)), return_predecessors=True)
    lands_first = set(zip(b[out.point[out.overland]].tolist(), out.node[out.overland].tolist(), strict=True))
    lands_last = set(zip(a[into.point[into.overland]].tolist(), into.node[into.overland].tolist(), strict=True))
    ways = {}
    for i, j in pairs:
        steps = _steps(before[np.searchsorted(b, i)], first_end + int(np.searchsorted(a, j)))
        if len(steps) > 1:
            ways[i, j] = Way(places[steps], (i, steps[1]) in lands_first, (j, steps[-2]) in lands_last)
    return ways


def _steps(before: Indices, last: int) -> list[int]:
    """The nodes that lead to ``last``, by each node's predecessor."""
    steps = [last]
    while (node := int(before[steps[-1]])) != NO_NODE:
        steps.append(node)
    return steps[::-1]


@dataclass(frozen=True, slots=True)
class Links:
    """Legs between points and nodes of a graph, one an element of each array; ``cost`` is nm, overland weighted."""

    point: Indices
    node: Indices
    cost: Floats
    overland: Bools


def links(grid: SeaGrid, points: Floats) -> Links:
    """Legs from points (n, 2) on water to the nodes near them that they see, else to the nearest node of each sea."""
    point, node = _seen(grid, points)
    linked = set(zip(point.tolist(), grid.sea[node].tolist(), strict=True))
    far_point, far_node = _nearest_of_each_sea(grid, points)
    new = np.array(
        [pair not in linked for pair in zip(far_point.tolist(), grid.sea[far_node].tolist(), strict=True)],
        dtype=np.bool_,
    )
    overland = np.repeat([False, True], [len(point), int(new.sum())])
    point, node = np.append(point, far_point[new]), np.append(node, far_node[new])
    leg = arc_nm(points[point], grid.nodes[node])
    return Links(point, node, np.where(overland, OVERLAND_WEIGHT * leg, leg), overland)


def _seen(grid: SeaGrid, points: Floats) -> tuple[Indices, Indices]:
    """The (point, node) pairs among the ``LINKS`` nodes nearest to each point on water that see each other."""
    count = min(LINKS, len(grid.nodes))
    nearest = cKDTree(unit_vectors(*grid.nodes.T)).query(unit_vectors(*points.T), k=range(1, count + 1))[1]
    point, node = np.repeat(np.arange(len(points)), count), np.asarray(nearest, dtype=np.intp).ravel()
    seen = ~is_land(*points.T)[point]
    seen[seen] = ~crosses_shore(points[point[seen]], grid.nodes[node[seen]])
    return point[seen], node[seen]


def _nearest_of_each_sea(grid: SeaGrid, points: Floats) -> tuple[Indices, Indices]:
    """The (point, node) pairs of each point and the nearest node of each sea no farther than ``OVERLAND_NM``."""
    vectors, targets = unit_vectors(*grid.nodes.T), unit_vectors(*points.T)
    chord = 2 * np.sin(OVERLAND_NM / NM_PER_RADIAN / 2)
    found = []
    for sea in range(int(grid.sea.max(initial=-1)) + 1):
        members = np.flatnonzero(grid.sea == sea)
        distance, index = map(np.asarray, cKDTree(vectors[members]).query(targets))
        near = np.flatnonzero(distance <= chord)
        found.append(np.column_stack([near, members[index[near]]]))
    point, node = np.concatenate(found).astype(np.intp).reshape(-1, 2).T
    return point, node
