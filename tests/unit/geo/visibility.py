"""The exact shortest way round obstacles on a map, by a visibility graph: slow, plain, and nothing of the product's.

Distances are geodesics; legs are straight on the map, which over the short legs of an archipelago is as good.
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from fleetcraft.geo.land import land_within
from fleetcraft.geo.sphere import Bounds

CLEARANCE_DEG = 0.0003


class Map:
    """The corners of the land in a box, and which of them see each other."""

    def __init__(self, bounds: Bounds) -> None:
        self.land = land_within(bounds)
        shapely.prepare(self.land)
        around = self.land.buffer(CLEARANCE_DEG, join_style="mitre")
        corners = np.unique(shapely.get_coordinates(around), axis=0)
        self.corners = corners[~shapely.intersects_xy(self.land, *corners.T)]
        self.legs = self.seen(self.corners, self.corners)

    def seen(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Distances (n, m) in nm between points that see each other, inf between others."""
        i, j = (v.ravel() for v in np.indices((len(start), len(end))))
        lines = shapely.linestrings(np.stack([start[i], end[j]], axis=1))
        nm = np.asarray(Geod(ellps="WGS84").inv(*start[i].T, *end[j].T)[2]) / 1852.0
        return np.where(shapely.intersects(self.land, lines), np.inf, nm).reshape(len(start), len(end))

    def distance_nm(self, start: tuple[float, float], end: tuple[float, float]) -> float:
        ends = np.array([start, end])
        legs = np.block(
            [[self.legs, self.seen(self.corners, ends)], [self.seen(ends, self.corners), self.seen(ends, ends)]]
        )
        tail, head = np.nonzero(np.isfinite(legs) & (legs > 0))
        graph = coo_array((legs[tail, head], (tail, head)), shape=legs.shape).tocsr()
        return float(dijkstra(graph, indices=len(legs) - 2)[-1])
