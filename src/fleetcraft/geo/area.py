"""The size of a sea area, where craft work in it, and how much of it lies in range.

The edges of an outline are straight in longitude and latitude, as RFC 7946 says of GeoJSON, and so are those of land;
two corners more than half a turn apart are joined the short way, across 180 degrees. Sizes are taken in Lambert's
azimuthal equal-area projection of the WGS84 ellipsoid about the middle of the area, all edges first cut into steps of
at most ``STEP_DEG``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Proj
from shapely.affinity import translate

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.geo.land import land_within
from fleetcraft.geo.sphere import WGS84, Bounds, Floats, geodesic_nm, wrapped
from fleetcraft.scenario.area import Area, Ring
from fleetcraft.units import METRES_PER_NM

STEP_DEG = 0.1
OFFING_NM = 1.0
QUARTER_SIDES = 180
"""Straight sides that stand for a quarter of a circle of range; their polygon lacks 1.3e-5 of the circle."""

Polygons = tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class AreaGeometry:
    """Read-only arrays (A,) over the areas measured.

    ``area_nm2`` is the area's sea: the outline less the land in it. ``perimeter_nm`` is that of the outline's convex
    hull: the mean width perimeter/pi of model.md 4 holds for convex outlines (Cauchy), and land does not count in it.
    The station point is where craft work: the point stated; else the centroid of the outline; else, where that is not
    on water of the area, the nearest such water that is ``OFFING_NM`` off land and edge.
    """

    area_nm2: Floats
    perimeter_nm: Floats
    station_lon: Floats
    station_lat: Floats


def measure_areas(areas: Sequence[Area]) -> AreaGeometry:
    """Sizes and station points of A areas.

    Raises ScenarioError naming every area whose outline runs round a pole or holds no sea.
    """
    faults = [fault for area in areas for fault in _faults(area)]
    if faults:
        raise ScenarioError(faults)
    seas = [sea_of(area.polygons) for area in areas]
    stations = np.array([_station(area, sea) for area, sea in zip(areas, seas, strict=True)]).reshape(-1, 2)
    return AreaGeometry(
        area_nm2=_read_only([sea.area_nm2 for sea in seas]),
        perimeter_nm=_read_only([sea.perimeter_nm for sea in seas]),
        station_lon=_read_only(wrapped(stations[:, 0])),
        station_lat=_read_only(stations[:, 1]),
    )


def _faults(area: Area) -> list[Fault]:
    where = f"area {area.id}"
    if any(abs(ring[-1, 0] - ring[0, 0]) > 180.0 for rings in area.polygons for ring in map(_unwrapped, rings)):
        return [
            Fault("areas.geojson", 0, where, "an outline that runs round a pole", "one that leaves the poles outside")
        ]
    if not sea_of(area.polygons).area_nm2 > 0:
        return [Fault("areas.geojson", 0, where, "no sea in the outline", "an outline that holds some sea")]
    return []


def share_in_range(area: Area, lon: float, lat: float, range_nm: float) -> float:
    """Share of the area's sea no farther than a geodesic distance from a point in degrees, 0 to 1.

    The circle of range is drawn in the azimuthal equidistant projection about the point.
    """
    sea = sea_of(area.polygons)
    edge = shapely.get_coordinates(sea.shape)
    edge_nm = geodesic_nm(lon, lat, edge[:, 0], edge[:, 1])
    if edge_nm.max() <= range_nm:
        return 1.0
    around = Proj(proj="aeqd", lon_0=lon, lat_0=lat, ellps="WGS84")
    reach = shapely.Point(0.0, 0.0).buffer(range_nm * METRES_PER_NM, quad_segs=QUARTER_SIDES)
    if edge_nm.min() > range_nm and not sea.holds(lon, lat):
        return 0.0
    inside = lon_lat_of(shapely.intersection(plane_of(sea.shape, around), reach), around)
    return min(1.0, float(plane_of(inside, sea.projection).area) / METRES_PER_NM**2 / sea.area_nm2)


@dataclass(frozen=True, slots=True)
class Sea:
    """The sea of one area.

    ``shape`` is in degrees, longitudes running on past 180, its edges stepped; ``flat`` the same in metres in
    ``projection``; ``centroid`` is that of the outline in the plane.
    """

    projection: Any
    shape: Any
    flat: Any
    centroid: Any
    area_nm2: float
    perimeter_nm: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point in degrees lies in the sea of the area."""
        west, _, east, _ = self.shape.bounds
        turned = lon + 360.0 * round(((west + east) / 2 - lon) / 360.0)
        return bool(shapely.contains_xy(self.shape, turned, lat))


@lru_cache(maxsize=256)
def sea_of(polygons: Polygons) -> Sea:
    """The sea in an outline of polygons, each an outer ring and its holes, rings of (lon, lat) in degrees."""
    outline = outline_of(polygons)
    bounds = Bounds(*outline.bounds)
    middle = outline.envelope.centroid
    projection = Proj(proj="laea", lon_0=middle.x, lat_0=middle.y, ellps="WGS84")
    shape = shapely.segmentize(shapely.difference(outline, land_within(bounds)), STEP_DEG)
    flat = plane_of(shape, projection)
    whole = plane_of(shapely.segmentize(outline, STEP_DEG), projection)
    hull = shapely.get_coordinates(lon_lat_of(whole.convex_hull, projection))
    perimeter_m = WGS84.line_length(hull[:, 0], hull[:, 1])
    return Sea(
        projection, shape, flat, whole.centroid, flat.area / METRES_PER_NM**2, float(perimeter_m) / METRES_PER_NM
    )


def outline_of(polygons: Polygons) -> Any:
    """The polygons as one geometry in degrees whose longitudes run on past 180 rather than jump."""
    shapes = [_polygon(rings) for rings in polygons]
    return shapely.union_all([_beside(shape, shapes[0]) for shape in shapes])


def _polygon(rings: Sequence[Ring]) -> Any:
    outer, *holes = (shapely.polygons(_unwrapped(ring)) for ring in rings)
    return shapely.difference(outer, shapely.union_all([_beside(hole, outer) for hole in holes]))


def _unwrapped(ring: Ring) -> Floats:
    lon, lat = np.array(ring, dtype=np.float64).T
    return np.column_stack([np.unwrap(lon, period=360.0), lat])


def _beside(shape: Any, other: Any) -> Any:
    """A shape moved by whole turns to lie beside another one."""
    return translate(shape, 360.0 * round((other.envelope.centroid.x - shape.envelope.centroid.x) / 360.0))


def plane_of(shape: Any, projection: Any) -> Any:
    """A shape in degrees, projected into metres."""
    return shapely.transform(shape, lambda xy: np.column_stack(projection(xy[:, 0], xy[:, 1])))


def lon_lat_of(shape: Any, projection: Any) -> Any:
    """A projected shape, back in degrees."""
    return shapely.transform(shape, lambda xy: np.column_stack(projection(xy[:, 0], xy[:, 1], inverse=True)))


def _station(area: Area, sea: Sea) -> tuple[float, float]:
    """The station point (lon, lat) in degrees."""
    if area.station_lon is not None and area.station_lat is not None:
        return area.station_lon, area.station_lat
    point = sea.centroid if shapely.contains(sea.flat, sea.centroid) else _nearest_water(sea)
    lon, lat = sea.projection(point.x, point.y, inverse=True)
    return float(lon), float(lat)


def _nearest_water(sea: Sea) -> Any:
    """The point of the sea nearest to its centroid that keeps its offing; in seas too small for that, one inside."""
    room = sea.flat.buffer(-OFFING_NM * METRES_PER_NM)
    if room.is_empty:
        return sea.flat.representative_point()
    return shapely.get_point(shapely.shortest_line(room, sea.centroid), 0)


def _read_only(values: Any) -> Floats:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array
