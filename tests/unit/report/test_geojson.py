from __future__ import annotations

import pytest
import shapely
from shapely.geometry import shape

from fleetcraft.report.geojson import areas_geojson, routes_geojson
from fleetcraft.report.tables import area_attainment


def test_areas_carry_their_outline_attainment_and_craft(japan):
    features = areas_geojson(japan.result, japan.scenario)["features"]
    shares = area_attainment(japan.result)
    assert [f["properties"]["id"] for f in features] == [a.id for a in japan.scenario.areas]
    for feature, area in zip(features, japan.scenario.areas, strict=True):
        assert feature["properties"]["attainment"] == pytest.approx(shares[area.id])
        assert shape(feature["geometry"]).equals(shapely.Polygon(area.polygons[0][0]))
    assert sum(f["properties"]["requirements"] for f in features) == 31
    assert sum(f["properties"]["craft"] for f in features) == sum(r["craft"] for r in japan.result["allocation"])


def test_routes_run_from_base_to_area_and_a_row_without_a_way_has_none(japan):
    rows = [*japan.result["allocation"], {**japan.result["allocation"][0], "route": []}]
    features = routes_geojson({**japan.result, "allocation": rows})["features"]
    assert len(features) == len(rows) - 1
    for feature, row in zip(features, rows[:-1], strict=True):
        assert feature["geometry"] == {"type": "LineString", "coordinates": row["route"]}
        assert feature["properties"]["distance_nm"] == row["distance_nm"]
