"""The shapes of a map."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from fleetcraft.scenario.platform import Domain
from fleetcraft.studio.models.base import Shape

Position = Annotated[tuple[float, ...], Field(min_length=2, max_length=2)]
"""Longitude and latitude in degrees; longitudes run on past 180 rather than jump."""


class PolygonShape(Shape):
    """A polygon of GeoJSON, wound as d3-geo expects: the outer ring clockwise on the sphere, holes the other way."""

    type: Literal["Polygon"]
    coordinates: list[list[Position]]


class MultiPolygonShape(Shape):
    """Several polygons of GeoJSON, each wound as ``PolygonShape``."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[Position]]]


class AreaProperties(Shape):
    """An area's name, the size of its sea in square nautical miles, and the point where craft work."""

    id: str
    name: str
    area_nm2: float
    station: Position


class AreaFeature(Shape):
    """An area as a feature of GeoJSON."""

    type: Literal["Feature"]
    properties: AreaProperties
    geometry: PolygonShape | MultiPolygonShape


class AreaCollection(Shape):
    """All areas of a scenario."""

    type: Literal["FeatureCollection"]
    features: list[AreaFeature]


class PlaceShape(Shape):
    """A base in degrees and the domains that it serves."""

    id: str
    name: str
    lat: float
    lon: float
    domains: list[Domain]


class PlatformShape(Shape):
    """A type, its maker and its maker's country (ISO 3166)."""

    id: str
    name: str
    domain: Domain
    supplier: str
    supplier_country: str


class MapData(Shape):
    """What a map of a scenario shows; ``scenario`` is its hash, ``box`` holds all areas and bases (degrees)."""

    scenario: str
    land: MultiPolygonShape
    areas: AreaCollection
    places: list[PlaceShape]
    platforms: list[PlatformShape]
    centre: Position
    box: tuple[Position, Position]
