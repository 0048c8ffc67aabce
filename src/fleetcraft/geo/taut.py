"""Pulling ways over water taut, like a string round the capes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely

from fleetcraft.geo.land import crosses_shore, shore_points_within
from fleetcraft.geo.sphere import NM_PER_RADIAN, Bools, Floats, length_nm, lon_lat, unit_vectors

CLEARANCE_NM = 0.02
"""How far off a cape a taut way passes, so that it never touches land."""
LEAST_GAIN_NM = 0.01  # of a round over all ways
LEAST_CUT_NM = 1e-4  # of one bend
MOST_ROUNDS = 20
LEAST_ANGLE = 1e-9
HORIZON = 0.2
"""Least cosine of the angle between a bend and its neighbours at which a gnomonic plane still serves."""


def pulled_taut(ways: Sequence[Floats]) -> list[Floats]:
    """Ways (k, 2) of lon and lat over water, made as short as they can be by moving one bend after the other.

    Ends stay where they are; no leg of a way that comes back touches the shore if none did before.
    """
    taut = straightened(ways)
    for _ in range(MOST_ROUNDS):
        before = sum(map(length_nm, taut))
        taut = straightened(rounded(rounded(taut, first=1), first=2))
        if before - sum(map(length_nm, taut)) < LEAST_GAIN_NM:
            break
    return taut


def straightened(ways: Sequence[Floats]) -> list[Floats]:
    """Ways without the bends whose neighbours see each other, every second bend looked at in turn."""
    straight, open_ways = list(ways), set(range(len(ways)))
    while open_ways:
        changed: set[int] = set()
        for first in (1, 2):
            bends = [(w, i) for w in sorted(open_ways) for i in range(first, len(straight[w]) - 1, 2)]
            spare = _spare(straight, bends)
            for w, drop in spare.items():
                straight[w] = np.delete(straight[w], drop, axis=0)
            changed |= set(spare)
        open_ways = changed
    return straight


def _spare(ways: Sequence[Floats], bends: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    """Of the bends (way, place in it), those whose neighbours see each other, by way."""
    if not bends:
        return {}
    before = np.array([ways[w][i - 1] for w, i in bends])
    after = np.array([ways[w][i + 1] for w, i in bends])
    spare: dict[int, list[int]] = {}
    for (w, i), crosses in zip(bends, crosses_shore(before, after), strict=True):
        if not crosses:
            spare.setdefault(w, []).append(i)
    return spare


def rounded(ways: Sequence[Floats], first: int) -> list[Floats]:
    """Ways with every second bend from ``first`` on replaced by the capes that it goes round, where that is shorter."""
    bends = [(w, i) for w, way in enumerate(ways) for i in range(first, len(way) - 1, 2)]
    turns = [(w, i, capes(*ways[w][i - 1 : i + 2])) for w, i in bends]
    shorter = [
        (w, i, turn) for w, i, turn in turns if length_nm(ways[w][i - 1 : i + 2]) - length_nm(turn) > LEAST_CUT_NM
    ]
    if not shorter:
        return list(ways)
    legs = np.concatenate([np.stack(list(pairwise(turn))) for _, _, turn in shorter])
    count = np.array([len(turn) - 1 for _, _, turn in shorter])
    blocked = np.logical_or.reduceat(crosses_shore(legs[:, 0], legs[:, 1]), np.cumsum(count) - count)
    new = {(w, i): turn for (w, i, turn), no in zip(shorter, blocked, strict=True) if not no}
    return [
        np.concatenate([new[w, i][1:-1] if (w, i) in new else way[i : i + 1] for i in range(len(way))])
        for w, way in enumerate(ways)
    ]


def capes(before: Floats, bend: Floats, after: Floats) -> Floats:
    """The way (k, 2) from ``before`` to ``after`` round the shore points within the triangle they make with ``bend``.

    It is the convex hull of those points and the two ends, passed on the side of ``bend`` at ``CLEARANCE_NM``; great
    circles are straight lines in the gnomonic plane that touches the sphere at the bend.
    """
    corners = unit_vectors(*np.stack([before, bend, after]).T)
    start, middle, end = corners
    if min(start @ middle, end @ middle) < HORIZON:
        return np.stack([before, bend, after])
    east = np.array([-middle[1], middle[0], 0.0]) / np.hypot(middle[0], middle[1])
    plane = np.stack([east, np.cross(middle, east)], axis=1)

    def flat(vectors: Floats) -> Floats:
        return np.asarray(vectors @ plane / (vectors @ middle)[:, None])

    a, b, c = flat(corners)
    around = shore_points_within(corners)
    shore = flat(around[around @ middle >= HORIZON])
    chain = _hull_side(a, c, shore[_inside(a, b, c, shore)])
    return np.concatenate([before[None], lon_lat(middle + _off_shore(chain) @ plane.T), after[None]])


def _inside(a: Floats, b: Floats, c: Floats, points: Floats) -> Bools:
    """Whether points (n, 2) of a plane lie in a triangle, (n,); in a flat one none does."""
    (ux, uy), (vx, vy), (x, y) = a - b, c - b, (points - b).T
    double = ux * vy - uy * vx
    s, t = x * vy - y * vx, ux * y - uy * x
    if double < 0:
        s, t, double = -s, -t, -double
    flat = double <= LEAST_ANGLE * np.hypot(ux, uy) * np.hypot(vx, vy)
    return np.asarray((s >= 0) & (t >= 0) & (s + t <= double) & (not flat))


def _hull_side(start: Floats, end: Floats, points: Floats) -> Floats:
    """The convex hull of two ends and points on one side of the line between them, from one end to the other."""
    hull = shapely.convex_hull(shapely.multipoints(np.concatenate([[start, end], points])))
    if hull.geom_type == "LineString":
        return np.stack([start, end])
    ring = shapely.get_coordinates(hull)[:-1]
    ring = np.roll(ring, -int(np.flatnonzero((ring == start).all(axis=1))[0]), axis=0)
    return ring if (ring[-1] == end).all() else np.concatenate([ring[:1], ring[:0:-1]])


def _off_shore(chain: Floats) -> Floats:
    """The inner points of a convex chain, moved out so that its inner sides pass them at ``CLEARANCE_NM``."""
    sides = np.diff(chain, axis=0)
    normals = np.column_stack([sides[:, 1], -sides[:, 0]]) / np.hypot(sides[:, 0], sides[:, 1])[:, None]
    across = chain[-1] - chain[0]
    turn = np.sign(sides[0, 0] * across[1] - sides[0, 1] * across[0])
    both = turn * (normals[:-1] + normals[1:])
    inner = chain[1:-1]
    scale = CLEARANCE_NM / NM_PER_RADIAN * (1 + (inner**2).sum(axis=1))
    return np.asarray(inner + scale[:, None] * both / np.maximum(0.5, (both**2).sum(axis=1) / 2)[:, None])
