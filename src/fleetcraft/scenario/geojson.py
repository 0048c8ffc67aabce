"""Areas from GeoJSON (RFC 7946): polygons in degrees that are closed, simple and lie on the globe."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from fleetcraft.errors import Fault
from fleetcraft.scenario.area import Area, Ring
from fleetcraft.scenario.json_file import read_json
from fleetcraft.scenario.node import Node
from fleetcraft.scenario.wording import fault_at

FEWEST_POSITIONS = 4
GEOMETRIES = ("Polygon", "MultiPolygon")


def read_features(text: str, name: str) -> tuple[list[Node] | None, list[Fault]]:
    """One node for each feature, with the keys of ``Area``, and the faults of the file's form (None: no features)."""
    reading = read_json(text, name)
    faults = list(reading.faults)
    if not reading.whole:
        return None, faults
    kind, features = reading.root.get("type"), reading.root.get("features")
    if kind is None or kind.value != "FeatureCollection":
        return None, [*faults, fault_at(kind or reading.root, "type", "FeatureCollection")]
    if features is None or not isinstance(features.value, list):
        return None, [*faults, fault_at(features or reading.root, "features", "a list of areas")]
    nodes = []
    for number, feature in enumerate(features.items, start=1):
        node, found = _feature(feature, f"feature {number}")
        faults.extend(found)
        nodes.extend([node] if node is not None else [])
    return nodes, faults


def _feature(feature: Node, where: str) -> tuple[Node | None, list[Fault]]:
    """The properties and polygons of one feature as one mapping, or None where it has no properties."""
    properties = feature.get("properties")
    geometry = feature.get("geometry")
    if properties is None or not properties.mapping:
        return None, [fault_at(properties or feature, f"properties of {where}", "a mapping with an id and a name")]
    label = getattr(properties.get("id"), "value", None) or where
    kind = geometry.get("type") if geometry else None
    coordinates = geometry.get("coordinates") if geometry else None
    if kind is None or kind.value not in GEOMETRIES or coordinates is None:
        expected = "a Polygon or a MultiPolygon with coordinates"
        return properties, [fault_at(kind or geometry or feature, f"geometry of {label}", expected)]
    polygons = coordinates if kind.value == "MultiPolygon" else Node([coordinates], coordinates.file, coordinates.line)
    return properties.with_child("polygons", _flat(polygons)), []


def _flat(polygons: Node) -> Node:
    """Positions of longitude and latitude alone, without altitude."""

    def trimmed(node: Node, depth: int) -> Node:
        if depth == 0 or not node.items:
            return Node(list(node.items[:2]), node.file, node.line) if node.items else node
        return Node([trimmed(item, depth - 1) for item in node.items], node.file, node.line)

    return trimmed(polygons, 3)


def geometry_faults(area: Area, node: Node) -> Iterator[Fault]:
    """What keeps an area's rings from bounding a piece of sea."""
    where = f"geometry of {area.id}"
    rings = [
        (ring, node.nearest(("polygons", p, r)), (p, r))
        for p, polygon in enumerate(area.polygons)
        for r, ring in enumerate(polygon)
    ]
    faults = [fault for ring, place, at in rings for fault in _ring_faults(ring, place, node, at, where)]
    yield from faults
    if not rings or not all(area.polygons):
        yield fault_at(node.nearest(("polygons",)), where, "an outer ring in each polygon", found="no ring")
    elif not faults:
        yield from _shape_faults(area, node.nearest(("polygons",)), where)


def _ring_faults(ring: Ring, place: Node, node: Node, at: tuple[int, int], where: str) -> Iterator[Fault]:
    for number, (lon, lat) in enumerate(ring):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            position = node.nearest(("polygons", *at, number, 0))
            expected = "longitude from -180 to 180 and latitude from -90 to 90"
            yield fault_at(position, where, expected, found=f"the position {lon:g}, {lat:g}")
    if len(ring) < FEWEST_POSITIONS:
        expected = f"at least {FEWEST_POSITIONS} positions, the last the same as the first"
        yield fault_at(place, where, expected, found=f"a ring of {len(ring)} positions")
    elif ring[0] != ring[-1]:
        yield fault_at(place, where, "a ring whose last position is its first", found="a ring that is not closed")
    elif shapely.Polygon(ring).convex_hull.area == 0:
        yield fault_at(place, where, "a ring around some sea", found="a ring of zero area")


def _shape_faults(area: Area, place: Node, where: str) -> Iterator[Fault]:
    shape = shape_of(area)
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape).replace("[", " at ").replace("]", "").lower()
        yield fault_at(place, where, "an outline that neither crosses nor touches itself", found=reason)
    elif area.station_lat is not None and area.station_lon is not None:
        station = shapely.Point(area.station_lon, area.station_lat)
        if not shape.intersects(station):
            found = f"the station {area.station_lon:g}, {area.station_lat:g}"
            yield fault_at(place, where, "a station inside the outline", found=found)


def shape_of(area: Area) -> shapely.MultiPolygon:
    """An area's polygons in degrees."""
    return shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in area.polygons])
