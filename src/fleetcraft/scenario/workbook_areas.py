"""The sheet of areas into GeoJSON: a feature a row, its outline as WKT or GeoJSON in one cell or several."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import shapely

from fleetcraft.scenario.geojson import read_features
from fleetcraft.scenario.node import plain
from fleetcraft.scenario.wording import clipped
from fleetcraft.scenario.workbook_file import Cell
from fleetcraft.scenario.workbook_sheets import AREAS, GEOMETRY, columns_of, is_text
from fleetcraft.scenario.yaml_words import number_word

FaultAt = Callable[[tuple[int, int], str, str], None]
Rows = Iterable[tuple[int, Sequence[Cell]]]


def areas_text(
    header: Sequence[str], rows: Rows, old: str | None, name: str, fault: FaultAt
) -> tuple[str, dict[int, int]]:
    """The text of the file, and the sheet's row of each of its lines; the old text where it says the same."""
    outline = [at for at, column in enumerate(header) if column == GEOMETRY or column.startswith(f"{GEOMETRY}_")]
    if not outline:
        fault((0, 0), "no such column", f"a column {GEOMETRY}")
        return "", {}
    made: list[dict[str, Any]] = []
    places: list[int] = []
    for row, cells in rows:
        polygons = _polygons("".join(str(cells[at]) for at in outline), (row, outline[0]), fault)
        named = {column: _value(cells[at], column) for at, column in enumerate(header) if at not in outline}
        made.append({**{column: value for column, value in named.items() if value is not None}, "polygons": polygons})
        places.append(row)
    before = _old(old, name) if old is not None else None
    if old is not None and before is not None and before[0] == made:
        return old, dict(zip(before[1], places, strict=True))
    return _written(made, places)


def _value(cell: Cell, column: str) -> str | float | int | None:
    """A property; None where the cell is empty."""
    if cell == "":
        return None
    text = is_text(columns_of(AREAS).get(column, {}))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return number_word(cell) if text else cell
    return str(cell)


def _polygons(text: str, place: tuple[int, int], fault: FaultAt) -> list[Any]:
    """Polygons as lists of rings of positions; none, with a fault, where the text is no outline."""
    expected = "a POLYGON or MULTIPOLYGON as WKT, or a GeoJSON geometry of that kind"
    try:
        shape = shapely.from_geojson(text) if text.lstrip().startswith("{") else shapely.from_wkt(text or "nothing")
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        shape = None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        fault(place, clipped(text) or "nothing", expected)
        return []
    polygons = [shape] if shape.geom_type == "Polygon" else list(shape.geoms)
    return [[_ring(polygon.exterior), *map(_ring, polygon.interiors)] for polygon in polygons]


def _ring(ring: Any) -> list[list[float]]:
    return [[float(x), float(y)] for x, y in shapely.get_coordinates(ring).tolist()]


def _old(text: str, name: str) -> tuple[list[dict[str, Any]], list[int]] | None:
    """What a file says of its areas, empty properties aside, and their lines; None where it cannot be read."""
    nodes, faults = read_features(text, name)
    if nodes is None or faults:
        return None
    rows = [{str(key): plain(inner) for key, inner in node.mapping.items()} for node in nodes]
    lists = [{**row, "polygons": _listed(row.get("polygons", ()))} for row in rows]
    filled = [{key: value for key, value in row.items() if value not in (None, "")} for row in lists]
    return filled, [node.line for node in nodes]


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, tuple) else float(value)


def _written(areas: Sequence[Mapping[str, Any]], rows: Sequence[int]) -> tuple[str, dict[int, int]]:
    """One feature a line, so that a line is a row."""
    lines = []
    for area in areas:
        polygons = area["polygons"]
        kind, coordinates = ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", polygons)
        properties = {key: value for key, value in area.items() if key != "polygons"}
        feature = {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
        lines.append(json.dumps(feature, ensure_ascii=False))
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
    return text, dict(enumerate(rows, 2))
