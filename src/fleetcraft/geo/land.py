"""Where land is, and whether a way over the sea runs into it.

The land is Natural Earth 1:50m (see ``LICENCE-land_50m.txt``; ``tools/make_land.py`` made the file). Its points stand
0.1 to 0.2 nm off at best and its shores up to about 1 nm; harbours often lie inside its land. The edges of land are
straight in longitude and latitude. The Caspian Sea is water, though no way leads out of it; all other lakes are land;
ice shelves are water.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.affinity import translate

from fleetcraft.geo.sphere import Bools, Bounds, Floats, great_circle_pieces, unit_vectors, wrapped

LAND_FILE = Path(__file__).parent / "land_50m.wkb.gz"
PIECE_POINTS = 128
OVERLAP_DEG = 40.0
LEGS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Land:
    """All land: a MultiPolygon in degrees with longitudes in [-180, 180], and the trees to search it by."""

    polygons: Any

    @cached_property
    def pieces(self) -> Any:
        """STRtree of the land cut into polygons of at most ``PIECE_POINTS`` points."""
        return shapely.STRtree([piece for polygon in self.polygons.geoms for piece in cut(polygon, PIECE_POINTS)])

    @cached_property
    def shore(self) -> Floats:
        """The shore's segments, (S, 2, 2): start and end, lon and lat; without the cuts at 180 degrees and the pole."""
        points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(self.polygons)), return_index=True)
        segments = np.stack([points[:-1], points[1:]], axis=1)[ring[1:] == ring[:-1]]
        lon, lat = segments[:, :, 0], segments[:, :, 1]
        along_cut = (np.abs(lon) == 180).all(axis=1) | (lat == -90).all(axis=1)
        return np.ascontiguousarray(segments[~along_cut])

    @cached_property
    def shore_tree(self) -> Any:
        """STRtree of the shore's segments, those near 180 degrees repeated beyond it."""
        return shapely.STRtree(shapely.linestrings(self.shore_repeated))

    @cached_property
    def shore_repeated(self) -> Floats:
        """The shore's segments from ``OVERLAP_DEG`` west of -180 to as much east of 180, (S, 2, 2)."""
        lon = self.shore[:, :, 0]
        turn = np.array([360.0, 0.0])
        east = self.shore[lon.min(axis=1) < -180 + OVERLAP_DEG] + turn
        west = self.shore[lon.max(axis=1) > 180 - OVERLAP_DEG] - turn
        return np.concatenate([self.shore, east, west])

    @cached_property
    def shore_points(self) -> Any:
        """KD-tree of the unit vectors of the shore's points."""
        from scipy.spatial import cKDTree  # only a route search needs it, and it is slow to import

        lon, lat = np.unique(self.shore.reshape(-1, 2), axis=0).T
        return cKDTree(unit_vectors(lon, lat))


@cache
def land() -> Land:
    """The land of the whole world, read once in a process."""
    return Land(shapely.from_wkb(gzip.decompress(LAND_FILE.read_bytes())))


def cut(polygon: Any, points: int) -> list[Any]:
    """A polygon cut in halves until no piece has more than ``points`` points."""
    waiting, pieces = [polygon], []
    while waiting:
        piece = waiting.pop()
        if shapely.get_num_coordinates(piece) <= points:
            pieces.append(piece)
        else:
            waiting += [part for half in _halves(*piece.bounds) for part in _clipped(piece, half)]
    return pieces


def _halves(west: float, south: float, east: float, north: float) -> tuple[Bounds, Bounds]:
    if east - west > north - south:
        middle = (west + east) / 2
        return Bounds(west, south, middle, north), Bounds(middle, south, east, north)
    middle = (south + north) / 2
    return Bounds(west, south, east, middle), Bounds(west, middle, east, north)


def _clipped(polygon: Any, bounds: Bounds) -> list[Any]:
    clipped = shapely.clip_by_rect(polygon, *bounds)
    if not clipped.is_valid:
        clipped = shapely.make_valid(clipped, method="structure")
    return [part for part in shapely.get_parts(clipped) if part.geom_type == "Polygon" and not part.is_empty]


def is_land(lon: ArrayLike, lat: ArrayLike) -> Bools:
    """Whether points (degrees, any turn of longitude, broadcast) lie on land or on its edge; lakes count as land."""
    x, y = np.broadcast_arrays(wrapped(lon), np.asarray(lat, dtype=np.float64))
    found = np.zeros(x.size, dtype=np.bool_)
    found[land().pieces.query(shapely.points(x.ravel(), y.ravel()), predicate="intersects")[0]] = True
    return found.reshape(x.shape)


def land_within(bounds: Bounds) -> Any:
    """The land in a box, a MultiPolygon whose longitudes run on past 180 as those of the box do."""
    box = shapely.box(*bounds)
    turns = range(int(np.floor((bounds.west + 180) / 360)), int(np.floor((bounds.east + 180) / 360)) + 1)
    found = []
    for turn in turns:
        pieces = land().pieces
        hits = pieces.geometries[pieces.query(translate(box, -360.0 * turn), predicate="intersects")]
        found += [translate(piece, 360.0 * turn) for piece in hits]
    parts = shapely.get_parts(shapely.intersection(shapely.union_all(found), box))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon" and not part.is_empty])


def land_near(bounds: Bounds, tolerance_deg: float) -> list[tuple[tuple[float, float], ...]]:
    """Rings of land in a box for drawing a map: closed, (lon, lat) in degrees, to 3 decimals.

    Simplified by Douglas and Peucker to ``tolerance_deg``; islands and lakes smaller than its square are left out.
    Longitudes run on past 180 as those of the box do. Fill the rings by the even-odd rule.
    """
    simple = shapely.simplify(land_within(bounds), tolerance_deg)
    rings = [ring for part in shapely.get_parts(simple) for ring in shapely.get_rings(part)]
    large = [ring for ring in rings if shapely.area(shapely.polygons(ring)) >= tolerance_deg**2]
    return [tuple((round(x, 3), round(y, 3)) for x, y in shapely.get_coordinates(ring).tolist()) for ring in large]


def crosses_shore(start: Floats, end: Floats) -> Bools:
    """Whether great-circle legs between points (n, 2) of lon and lat in degrees touch the shore, (n,).

    A leg between two points of water stays on water just where this is False.
    """
    touched = np.zeros(len(start), dtype=np.bool_)
    for first_leg in range(0, len(start), LEGS_AT_ONCE):
        block = slice(first_leg, first_leg + LEGS_AT_ONCE)
        leg, first, last = great_circle_pieces(start[block], end[block])
        lines = shapely.linestrings(np.stack([first, last], axis=1))
        touched[block][leg[land().shore_tree.query(lines, predicate="intersects")[0]]] = True
    return touched


def shore_points_within(corners: Floats) -> Floats:
    """Unit vectors (n, 3) of the shore's points in the cap round the middle of corners (k, 3) that holds them."""
    middle = corners.mean(axis=0)
    middle /= np.linalg.norm(middle)
    radius = np.sqrt(((corners - middle) ** 2).sum(axis=1).max())
    tree = land().shore_points
    return np.asarray(tree.data[tree.query_ball_point(middle, radius)])
