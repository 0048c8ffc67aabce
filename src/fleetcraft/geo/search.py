"""The search for the shortest way over the graph of the sea.

Coarse cells scout first: they tell how long the way is at most. The search sees a box round both ends, which grows
until it holds every way as short as the one found (an ellipse with the ends as foci): nothing outside it could be
shorter, so that a way depends on its own two ends alone. Ways up to ``FINE_REACH_NM`` are then searched for anew with
fine cells in such a box.

Ports lie inside the land of a 1:50m map. An end that sees no water is joined by a straight leg to the nearest node. An
end on a pool, a water that ends within the box and does not hold the other end, is joined so to the nearest node of the
sea outside. That leg alone may cross land. Where none of at most ``OVERLAND_NM`` serves, there is no way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

FINE_NM = 2.7  # width of the cells near the shore
COARSE_NM = 22.0
FINE_REACH_NM = 2500.0
FIRST_DETOUR_NM = 100.0  # how much longer than straight a way is guessed to be at first
SLACK = 1.03  # coarse ways are longer than fine ones by less
GROWTH = 4.0  # of a guess that proved too short
OVERLAND_NM = 30.0
OVERLAND_WEIGHT = 1000.0
LINKS = 32  # nodes near a point that it may be joined to
NO_NODE = -9999  # SciPy's mark of a node without predecessor

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
    guess = {(b, a): float(arc_nm(start[b], end[a])) + FIRST_DETOUR_NM for b, a in pairs if (b, a) not in ways}
    coarse = searched(start, end, guess, COARSE_NM, np.inf)
    length = {pair: SLACK * length_nm(way.points) for pair, way in coarse.items()}
    ways |= coarse
    for cluster in clusters(len(start), len(end), [pair for pair in coarse if length[pair] <= FINE_REACH_NM]):
        ways |= searched(start, end, {pair: length[pair] for pair in cluster}, FINE_NM, FINE_REACH_NM)
    return ways


def in_sight(start: Floats, end: Floats, pairs: Sequence[Pair]) -> dict[Pair, Way]:
    """Straight ways for the pairs of points on water with nothing but water between them, and for equal ones."""
    b, a = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    clear = ~(is_land(*start.T)[b] | is_land(*end.T)[a])
    clear[clear] = ~crosses_shore(start[b[clear]], end[a[clear]])
    clear |= (start[b] == end[a]).all(axis=1)
    return {(int(i), int(j)): Way(np.stack([start[i], end[j]])) for i, j in zip(b[clear], a[clear], strict=True)}


def clusters(starts: int, ends: int, pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs in groups that have no start and no end in common."""
    b, a = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    graph = coo_array((np.ones(len(b)), (b, starts + a)), shape=(starts + ends, starts + ends))
    group = connected_components(graph, directed=False)[1]
    return [[pair for pair in pairs if group[pair[0]] == g] for g in np.unique(group[b])]


def searched(
    start: Floats, end: Floats, guess: Mapping[Pair, float], cell_nm: float, limit_nm: float
) -> dict[Pair, Way]:
    """The shortest ways between pairs of ends over cells of a width; ``guess`` holds lengths in nm to begin with.

    Pairs are left out that have no way, or whose box would have to hold ways longer than ``limit_nm``.
    """
    ways: dict[Pair, Way] = {}
    while guess:
        bounds = joined([ellipse_box(start[b], end[a], length) for (b, a), length in guess.items()])
        found, hopeless = grid_ways(sea_grid(bounds, cell_nm), start, end, list(guess))
        length = {pair: length_nm(way.points) for pair, way in found.items()}
        settled = {(b, a) for b, a in found if holds(bounds, ellipse_box(start[b], end[a], length[b, a]))}
        ways |= {pair: found[pair] for pair in settled}
        unsettled = [pair for pair in guess if pair not in settled and pair not in hopeless]
        larger = {pair: length.get(pair, _grown(guess[pair], limit_nm)) for pair in unsettled}
        guess = {pair: nm for pair, nm in larger.items() if nm <= limit_nm}
    return ways


def _grown(guess_nm: float, limit_nm: float) -> float:
    return min(GROWTH * guess_nm, limit_nm) if guess_nm < limit_nm else np.inf


def ellipse_box(start: Floats, end: Floats, length_nm: float) -> Bounds:
    """A box that holds every way of a length between two points."""
    return box_around(start, end, np.sqrt(max(length_nm**2 - float(arc_nm(start, end)) ** 2, 0.0)) / 2)


def grid_ways(grid: SeaGrid, start: Floats, end: Floats, pairs: Sequence[Pair]) -> tuple[dict[Pair, Way], set[Pair]]:
    """The shortest way over a graph for each pair that has one, and the pairs without that no larger box would help.

    Starts have legs out only and ends legs in only, so that no way leads through a port from one sea to another. Legs
    overland are weighted so that no way saves sea by crossing land.
    """
    if not len(grid.nodes):
        return {}, set(pairs)
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
    ways, hopeless = {}, set()
    for pair in pairs:
        row, column = int(np.searchsorted(b, pair[0])), int(np.searchsorted(a, pair[1]))
        steps = _steps(before[row], first_end + column)
        if len(steps) > 1:
            ways[pair] = Way(places[steps], (row, steps[1]) in out.overland, (column, steps[-2]) in into.overland)
        elif not (out.leads_out[row] and into.leads_out[column]):
            hopeless.add(pair)
    return ways, hopeless


def _steps(before: Indices, last: int) -> list[int]:
    """The nodes that lead to ``last``, by each node's predecessor."""
    steps = [last]
    while (node := int(before[steps[-1]])) != NO_NODE:
        steps.append(node)
    return steps[::-1]


@dataclass(frozen=True, slots=True)
class Links:
    """Legs between n points and nodes of a graph, one an element of ``point``, ``node`` and ``cost`` (m,).

    ``cost`` is nm, overland legs weighted; ``overland`` holds the (point, node) of these; ``leads_out`` (n,) tells
    whether a point has a leg to a sea that leads out of the box.
    """

    point: Indices
    node: Indices
    cost: Floats
    overland: frozenset[Pair]
    leads_out: Bools


def links(grid: SeaGrid, points: Floats) -> Links:
    """Legs from points (n, 2) to the nodes they see over water; overland where there are none, and out of pools."""
    sea_point, sea_node = _seen(grid, points)
    ashore = np.setdiff1d(np.arange(len(points)), sea_point)
    ashore, landing = _nearest(grid, points, ashore, np.arange(len(grid.nodes)))
    home_point, home_node = np.append(sea_point, ashore), np.append(sea_node, landing)
    pooled = np.setdiff1d(home_point, home_point[grid.leads_out[home_node]])
    pooled, outside = _nearest(grid, points, pooled, np.flatnonzero(grid.leads_out))
    land_point, land_node = np.append(ashore, pooled), np.append(landing, outside)
    point, node = np.append(sea_point, land_point), np.append(sea_node, land_node)
    weight = np.repeat([1.0, OVERLAND_WEIGHT], [len(sea_point), len(land_point)])
    return Links(
        point,
        node,
        cost=weight * arc_nm(points[point], grid.nodes[node]),
        overland=frozenset(zip(land_point.tolist(), land_node.tolist(), strict=True)),
        leads_out=np.isin(np.arange(len(points)), point[grid.leads_out[node]]),
    )


def _seen(grid: SeaGrid, points: Floats) -> tuple[Indices, Indices]:
    """The (point, node) pairs among the ``LINKS`` nodes nearest to each point on water that see each other."""
    count = min(LINKS, len(grid.nodes))
    nearest = cKDTree(unit_vectors(*grid.nodes.T)).query(unit_vectors(*points.T), k=range(1, count + 1))[1]
    point, node = np.repeat(np.arange(len(points)), count), np.asarray(nearest, dtype=np.intp).ravel()
    seen = ~is_land(*points.T)[point]
    seen[seen] = ~crosses_shore(points[point[seen]], grid.nodes[node[seen]])
    return point[seen], node[seen]


def _nearest(grid: SeaGrid, points: Floats, chosen: Indices, nodes: Indices) -> tuple[Indices, Indices]:
    """The (point, node) pairs of chosen points and the nearest of some nodes, within ``OVERLAND_NM`` and a cell."""
    if not len(nodes):
        return chosen[:0], nodes
    distance, index = cKDTree(unit_vectors(*grid.nodes[nodes].T)).query(unit_vectors(*points[chosen].T))
    near = np.asarray(distance) <= 2 * np.sin((OVERLAND_NM + grid.cell_nm) / NM_PER_RADIAN / 2)
    return chosen[near], nodes[np.asarray(index)[near]]
