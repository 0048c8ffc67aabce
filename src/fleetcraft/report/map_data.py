"""What a page needs to draw the map of a scenario itself: land, areas, bases and types, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.affinity import translate

from fleetcraft.geo.area import AreaGeometry, measure_areas, outline_of
from fleetcraft.geo.land import land_within
from fleetcraft.geo.sphere import Bounds
from fleetcraft.report.geojson import collection, feature
from fleetcraft.scenario.scenario import Scenario

Json = dict[str, Any]

WIDEST_PX = 2560
"""Land is as fine as a map of so many pixels can show."""
MARGIN = 0.6
"""Of the box's larger side: so much land is told around it, for a window of another shape shows more than the box."""
LEAST_SIDE_DEG = 1.0
HIGHEST_LAT = 85.0
STEP_DEG = 1.0
"""Edges are straight in longitude and latitude, a page joins points by great circles: 0.1 nm apart over such a step."""
DECIMALS = 3
"""Of degrees: 0.06 nm."""


def map_data(scenario: Scenario) -> Json:
    """Land near the areas and bases, the areas with their size and station point, all places, all types.

    Everything is in degrees; longitudes run on past 180 rather than jump. Rings are wound as d3-geo expects: the outer
    ones clockwise on the sphere, holes the other way. ``box`` holds all areas and bases, ``centre`` is its middle.
    Raises ScenarioError where an area cannot be measured.
    """
    geometry = measure_areas(scenario.areas)
    outlines = _beside_each_other([outline_of(area.polygons) for area in scenario.areas])
    middle = shapely.union_all(outlines).envelope.centroid.x
    lon = [_near(place.lon, middle) for place in scenario.places]
    box = _box(outlines, lon, [place.lat for place in scenario.places])
    return {
        "scenario": scenario.hash,
        "land": _land(box),
        "areas": collection(
            feature(
                _geometry(outline),
                id=area.id,
                name=area.name,
                area_nm2=round(float(geometry.area_nm2[k])),
                station=_station(geometry, k, middle),
            )
            for k, (area, outline) in enumerate(zip(scenario.areas, outlines, strict=True))
        ),
        "places": [
            {"id": p.id, "name": p.name, "lat": p.lat, "lon": x, "domains": list(p.serves)}
            for p, x in zip(scenario.places, lon, strict=True)
        ],
        "platforms": [p.model_dump(include=_PLATFORM_KEYS) for p in scenario.platforms],
        "centre": [round((box.west + box.east) / 2, DECIMALS), round((box.south + box.north) / 2, DECIMALS)],
        "box": [[box.west, box.south], [box.east, box.north]],
    }


_PLATFORM_KEYS = {"id", "name", "domain", "supplier", "supplier_country"}


def _beside_each_other(outlines: list[Any]) -> list[Any]:
    """Outlines moved by whole turns so that each lies within half a turn of the first."""
    first = outlines[0].envelope.centroid.x
    return [translate(each, _near(each.envelope.centroid.x, first) - each.envelope.centroid.x) for each in outlines]


def _near(lon: float, middle: float) -> float:
    """A longitude moved by whole turns to lie within half a turn of another."""
    return float(lon + 360.0 * round((middle - lon) / 360.0))


def _station(geometry: AreaGeometry, area: int, middle: float) -> list[float]:
    lon, lat = _near(float(geometry.station_lon[area]), middle), float(geometry.station_lat[area])
    return [round(lon, DECIMALS), round(lat, DECIMALS)]


def _box(outlines: list[Any], lon: list[float], lat: list[float]) -> Bounds:
    west, south, east, north = np.array([shapely.bounds(outline) for outline in outlines]).T.tolist()
    edges = min([*west, *lon]), min([*south, *lat]), max([*east, *lon]), max([*north, *lat])
    return Bounds(*(round(edge, DECIMALS) for edge in edges))


def _land(box: Bounds) -> Json:
    side = max(box.east - box.west, box.north - box.south, LEAST_SIDE_DEG)
    spare = min(MARGIN * side, (360.0 - (box.east - box.west)) / 2)
    window = Bounds(
        box.west - spare,
        max(box.south - MARGIN * side, -HIGHEST_LAT),
        box.east + spare,
        min(box.north + MARGIN * side, HIGHEST_LAT),
    )
    half_px_deg = side / WIDEST_PX / 2
    simple = shapely.simplify(land_within(window), half_px_deg)
    seen = [part for part in shapely.get_parts(simple) if shapely.area(part) >= half_px_deg**2]
    return _geometry(shapely.MultiPolygon(seen))


def _geometry(shape: Any) -> Json:
    """A polygon or several as GeoJSON, outer rings clockwise."""
    stepped = shapely.segmentize(shape, STEP_DEG)
    wound = shapely.orient_polygons(stepped, exterior_cw=True)
    polygons = [[_ring(ring) for ring in shapely.get_rings(part)] for part in shapely.get_parts(wound)]
    if shape.geom_type == "Polygon":
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _ring(ring: Any) -> list[list[float]]:
    """Positions (lon, lat), the first one again at the end; none twice in a row."""
    points = np.round(shapely.get_coordinates(ring), DECIMALS)
    moved = np.concatenate([[True], (np.diff(points, axis=0) != 0).any(axis=1)])
    told: list[list[float]] = points[moved].tolist()
    return told
