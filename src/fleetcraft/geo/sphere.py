"""Points, legs and boxes on the sphere, in degrees; great circles steer the search, geodesics measure its result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from fleetcraft.units import METRES_PER_NM

LEG_NM = 60.0
NM_PER_RADIAN = 6371.0088 / 1.852
WGS84 = Geod(ellps="WGS84")

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]


class Bounds(NamedTuple):
    """A box in degrees; longitudes run on past 180 rather than jump, so west <= east."""

    west: float
    south: float
    east: float
    north: float


WORLD = Bounds(-180.0, -85.0, 180.0, 85.0)
"""All that the Mercator square shows."""


def wrapped(lon: ArrayLike) -> Floats:
    """Longitudes brought into [-180, 180); those that are there already keep their every bit."""
    given = np.asarray(lon, dtype=np.float64)
    return np.where((given >= -180.0) & (given < 180.0), given, (given + 180.0) % 360.0 - 180.0)


def unit_vectors(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Unit vectors (..., 3) of points on the sphere given in degrees."""
    x, y = np.radians(np.asarray(lon, dtype=np.float64)), np.radians(np.asarray(lat, dtype=np.float64))
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=-1)


def lon_lat(vectors: Floats) -> Floats:
    """Longitude and latitude in degrees (..., 2) of vectors (..., 3), which need not have length 1."""
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack([np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))], axis=-1)


def arc_nm(start: Floats, end: Floats) -> Floats:
    """Great-circle distance in nm between points (..., 2) of lon and lat in degrees; within 0.6% of the geodesic."""
    lon1, lat1, lon2, lat2 = (np.radians(v) for v in (start[..., 0], start[..., 1], end[..., 0], end[..., 1]))
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * NM_PER_RADIAN * np.arcsin(np.sqrt(np.minimum(h, 1.0))))


def geodesic_nm(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Geodesic distance in nm on the WGS84 ellipsoid (Karney 2013) between points in degrees, broadcast."""
    x1, y1, x2, y2 = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (lon1, lat1, lon2, lat2)))
    metres = WGS84.inv(x1.ravel(), y1.ravel(), x2.ravel(), y2.ravel())[2]
    return np.asarray(metres, dtype=np.float64).reshape(x1.shape) / METRES_PER_NM


def length_nm(way: Floats) -> float:
    """Length of a way (k, 2) along great circles."""
    return float(arc_nm(way[:-1], way[1:]).sum())


def great_circle_pieces(start: Floats, end: Floats) -> tuple[Indices, Floats, Floats]:
    """Great-circle legs cut into pieces of at most ``LEG_NM``, so short that straight in lon and lat will do.

    Points are (n, 2) of lon and lat in degrees. Returns for each of m pieces the leg it belongs to (m,), in order,
    and its two ends (m, 2), longitudes of the first in [-180, 180) and of the second the short way on.
    """
    distance = arc_nm(start, end)
    count = np.maximum(1, np.ceil(distance / LEG_NM)).astype(np.intp)
    leg = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
    first, last = start[leg], end[leg]
    inner = step > 0
    first[inner] = _between(start, end, distance, leg[inner], (step / count[leg])[inner])
    last[:-1][inner[1:]] = first[inner]
    first[:, 0] = wrapped(first[:, 0])
    last[:, 0] = first[:, 0] + wrapped(last[:, 0] - first[:, 0])
    return leg, first, last


def _between(start: Floats, end: Floats, distance_nm: Floats, leg: Indices, share: Floats) -> Floats:
    """Points at a share of the way along legs (spherical linear interpolation)."""
    angle = (distance_nm / NM_PER_RADIAN)[leg]
    from_start = np.sin((1 - share) * angle)[:, None] * unit_vectors(start[leg, 0], start[leg, 1])
    return lon_lat(from_start + np.sin(share * angle)[:, None] * unit_vectors(end[leg, 0], end[leg, 1]))


def drawn(way: Floats) -> Floats:
    """A way (k, 2) with points of its great circles added, longitudes running on from the first point's."""
    _, first, last = great_circle_pieces(way[:-1], way[1:])
    lon = np.unwrap(np.append(first[:, 0], last[-1, 0]), period=360.0)
    turn = 360.0 * np.round((way[0, 0] - lon[0]) / 360.0)
    return np.column_stack([lon + turn, np.append(first[:, 1], way[-1, 1])])


def box_around(start: Floats, end: Floats, margin_nm: float) -> Bounds:
    """A box within ``WORLD`` that holds all points within a distance of the great circle between two points (2,)."""
    lon, lat = drawn(np.stack([start, end])).T
    margin = min(np.degrees(margin_nm / NM_PER_RADIAN), 180.0)
    south = max(float(lat.min()) - margin, WORLD.south)
    north = min(float(lat.max()) + margin, WORLD.north)
    sideways = margin / np.cos(np.radians(max(-south, north)))
    return _within_world(Bounds(float(lon.min()) - sideways, south, float(lon.max()) + sideways, north))


def joined(boxes: Sequence[Bounds]) -> Bounds:
    """A box that holds boxes, each moved by whole turns to lie beside the first."""
    west, south, east, north = zip(*(_beside(box, boxes[0]) for box in boxes), strict=True)
    return _within_world(Bounds(min(west), min(south), max(east), max(north)))


def holds(outer: Bounds, inner: Bounds) -> bool:
    """Whether a box lies in another one, by whatever turn."""
    inner = _beside(inner, outer)
    all_round = outer.east - outer.west >= 360.0
    sideways = all_round or (outer.west <= inner.west and inner.east <= outer.east)
    return sideways and outer.south <= inner.south and inner.north <= outer.north


def _beside(box: Bounds, other: Bounds) -> Bounds:
    turn = 360.0 * round((other.west + other.east - box.west - box.east) / 720.0)
    return box._replace(west=box.west + turn, east=box.east + turn)


def _within_world(box: Bounds) -> Bounds:
    return box if box.east - box.west < 360.0 else box._replace(west=WORLD.west, east=WORLD.east)
