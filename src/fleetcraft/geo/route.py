"""Ways between two points: the geodesic through the air, the shortest way over water on the sea.

A sea route is found in two steps. ``search.py`` finds over a graph of the sea on which side the way passes each piece
of land. Then ``taut.py`` pulls it taut, like a string that holds to nothing but the capes: no way beside it is shorter.

What to expect of a distance: ports of the real coast lie up to about 4 nm off the water of a 1:50m map, and so much may
a route be wrong in all. Beyond that the error is that of the search, which may take another side of an island than the
very shortest way does: 0.2% on the worst of the shipped Japanese routes, against an exact visibility graph, and hardly
over 1% anywhere. Every strait that ships pass round Japan is open, Kanmon included, and so are Bosphorus and
Dardanelles; canals are land, so ways that would take Suez, Panama, Kiel or Corinth go round. Ice, depth and traffic
lanes are not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fleetcraft.geo.sphere import Floats, drawn, geodesic_nm

if TYPE_CHECKING:
    from fleetcraft.geo.search import Way

__all__ = ["Position", "Route", "air_route", "geodesic_nm", "sea_route", "sea_routes"]

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one point to another.

    ``points`` are (lon, lat) in degrees, both ends included, close enough together that straight lines in longitude and
    latitude draw the way; longitudes run on past 180 rather than jump. Where there is no way, ``distance_nm`` is inf
    and there are no points.
    """

    distance_nm: float
    points: tuple[Position, ...]


NO_WAY = Route(float("inf"), ())


def air_route(start: Position, end: Position) -> Route:
    """The geodesic between two points (lon, lat) in degrees; drawn along the great circle, which lies beside it."""
    points = drawn(np.array([start, end], dtype=np.float64))
    return Route(float(geodesic_nm(*start, *end)), _positions(points))


def sea_route(start: Position, end: Position) -> Route:
    """The shortest way over water between two points (lon, lat) in degrees.

    ``distance_nm`` is the geodesic length of the way. Only the first and the last leg may cross land, and only where
    that end lies on land or in a pool without a way out.
    """
    return sea_routes([start], [end])[0][0]


def sea_routes(starts: Sequence[Position], ends: Sequence[Position]) -> tuple[tuple[Route, ...], ...]:
    """The shortest ways over water from each of B starts to each of A ends, B tuples of A routes.

    The same as B x A calls of ``sea_route`` in far less time, for near ends share a graph.
    """
    from fleetcraft.geo.search import shortest_ways  # a third of a second of imports that kept routes do without
    from fleetcraft.geo.taut import pulled_taut

    start, end = (np.array(points, dtype=np.float64).reshape(-1, 2) for points in (starts, ends))
    if not len(start) or not len(end):
        return tuple(() for _ in starts)
    ways = shortest_ways(start, end)
    taut = pulled_taut([_over_water(way) for way in ways.values()])
    routes = {pair: _route(way, water) for (pair, way), water in zip(ways.items(), taut, strict=True)}
    return tuple(tuple(routes.get((b, a), NO_WAY) for a in range(len(end))) for b in range(len(start)))


def _over_water(way: Way) -> Floats:
    return way.points[int(way.lands_first) : len(way.points) - int(way.lands_last)]


def _route(way: Way, water: Floats) -> Route:
    """The route of a way whose part over water has been pulled taut."""
    ashore = way.points[: int(way.lands_first)], way.points[len(way.points) - int(way.lands_last) :]
    points = drawn(np.concatenate([ashore[0], water, ashore[1]]))
    legs_nm = geodesic_nm(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    return Route(float(legs_nm.sum()), _positions(points))


def _positions(points: Floats) -> tuple[Position, ...]:
    return tuple((float(lon), float(lat)) for lon, lat in points)
