"""Areas and routes as GeoJSON (RFC 7946), for QGIS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fleetcraft.report.tables import Result, area_attainment
from fleetcraft.scenario.area import Area
from fleetcraft.scenario.scenario import Scenario


def areas_geojson(result: Result, scenario: Scenario) -> dict[str, Any]:
    """Every area with its sea size (nm2), attainment in the mean simulated year (null: no requirement) and counts."""
    shares = area_attainment(result)
    sizes = {area["id"]: area["area_nm2"] for area in result.get("areas", ())}
    return collection(
        feature(
            _outline(area),
            id=area.id,
            name=area.name,
            area_nm2=sizes.get(area.id),
            attainment=shares.get(area.id),
            requirements=sum(row["area"] == area.id for row in result.get("requirements", ())),
            craft=sum(row["craft"] for row in result.get("allocation", ()) if row["area"] == area.id),
        )
        for area in scenario.areas
    )


def routes_geojson(result: Result) -> dict[str, Any]:
    """Every row of the allocation that has a route, as the line from base to area."""
    keys = ("platform", "base", "area", "craft", "stations", "distance_nm", "transit_h", "station_h", "duty")
    return collection(
        feature({"type": "LineString", "coordinates": row["route"]}, **{key: row.get(key) for key in keys})
        for row in result.get("allocation", ())
        if len(row.get("route") or ()) >= 2
    )


def _outline(area: Area) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [[list(ring) for ring in polygon] for polygon in area.polygons]}


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    """One thing on the map; without a geometry it has no place."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Several things on the map."""
    return {"type": "FeatureCollection", "features": list(features)}
