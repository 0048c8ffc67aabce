"""A tiny valid scenario, written as the files a user would write.

``write_scenario(folder)`` writes it and ``make_scenario()`` reads it. Both take the same keywords:

- ``platforms``, ``places``, ``areas``, ``environment``, ``platform_sources``, ``assumptions``: the rows of a table,
  each a mapping of the columns that differ from the tiny scenario's own first row (``PLATFORM``, ``PLACE``, ...).
- ``files``: further text files by name.
- any other keyword is a top key of scenario.yaml; a mapping is merged into the tiny scenario's, key by key,
  anything else replaces it, ``None`` removes it. ``replace(mapping)`` replaces a mapping whole.

    make_scenario(platforms=[{}, {"id": "slow", "cruise_speed_kn": 30}], calendar={"deadline": date(2027, 6, 30)})

The tiny scenario: one aircraft type, one base, one area of about 60 by 60 nm some 150 nm from it, no weather,
detection of small craft, US dollars, calendar years. ``EVERYTHING`` are the keywords of a small scenario that uses
every feature there is.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario

Row = Mapping[str, Any]

STATEMENT: dict[str, Any] = {
    "fleetcraft": 1,
    "name": "Tiny",
    "currency": "USD",
    "country": "EC",
    "calendar": {
        "start": date(2026, 1, 1),
        "news": date(2026, 7, 1),
        "deadline": date(2027, 12, 31),
        "end": date(2028, 12, 31),
        "fiscal_year_start": "01-01",
        "period": "quarter",
    },
    "targets": {"small_craft": {"speed_kn": 20, "arrivals_per_day": 12, "hours_present": 24}},
    "operations": {
        "endurance_reserve": 0.1,
        "classes": {
            "aircraft": {
                "utilisation_h_per_year": 2500,
                "maintenance_interval_h": 200,
                "maintenance_duration_h": 48,
                "upkeep_people": 2,
            }
        },
    },
    "budget": {"obligation": {2026: 50e6}},
    "requirements": [
        {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.5},
    ],
}

PLATFORM: Row = {
    "id": "drone",
    "name": "Drone",
    "domain": "air",
    "supplier": "Dronemaker",
    "supplier_country": "US",
    "unit_price_low": 2e6,
    "unit_price_likely": 3e6,
    "unit_price_high": 5e6,
    "price_currency": "USD",
    "price_year": 2026,
    "endurance_h": 24,
    "cruise_speed_kn": 70,
    "max_speed_kn": 110,
    "range_nm_from_base": 500,
    "max_depth_m": 0,
    "max_sea_state_operate": 9,
    "max_sea_state_launch": 9,
    "max_wind_kn": 30,
    "sweep_width_nm_surface_vessel": 32,
    "sweep_width_nm_small_craft": 6,
    "sweep_width_nm_submerged": 0,
    "lead_time_months_low": 6,
    "lead_time_months_likely": 9,
    "lead_time_months_high": 15,
    "production_rate_per_year": 24,
    "annual_support_cost_fraction": 0.08,
    "operating_cost_per_hour": 1200,
    "crew_per_vehicle_on_station": 2,
    "mtbf_h": 150,
    "mttr_h": 8,
    "turnaround_h": 4,
    "loss_per_100k_h": 5,
    "control_interfaces": "open",
    "datalink": "SATCOM",
    "launch_mode": "runway",
    "armed_variant_exists": "no",
    "buyable": "yes",
    "price_basis": "aircraft only",
    "craft_class": "aircraft",
    "ground_segment": "extra",
    "submerged_sensor": "none",
    "licensed_from": None,
    "original_line_units": None,
    "domestic_workshare": None,
}

PLACE: Row = {
    "id": "baltra",
    "name": "Baltra",
    "kind": "airfield",
    "lat": -0.4538,
    "lon": -90.2659,
    "country": "EC",
    "serves": "air;surface;underwater",
    "capacity_air": None,
    "capacity_surface": None,
    "capacity_underwater": None,
    "repair_crews_air": 2,
    "repair_crews_surface": 2,
    "repair_crews_underwater": 2,
}

AREA: Row = {
    "id": "bay",
    "name": "Bay",
    "coordinates": [[[-91.0, 1.5], [-90.0, 1.5], [-90.0, 2.5], [-91.0, 2.5], [-91.0, 1.5]]],
}

MONTH: Row = {
    "area_id": "bay",
    "month": 1,
    "mean_wind_kn": 12,
    "wind_weibull_k": 2.2,
    "p_ss0": 0.0,
    "p_ss1": 0.05,
    "p_ss2": 0.2,
    "p_ss3": 0.35,
    "p_ss4": 0.3,
    "p_ss5": 0.1,
    "p_ss6": 0.0,
    "p_ss7": 0.0,
    "p_ss8": 0.0,
    "p_ss9": 0.0,
}

SOURCE: Row = {
    "id": "drone",
    "field": "endurance_h",
    "value": 24,
    "unit": "h",
    "kind": "assumption",
    "source_url": None,
    "note": "made up",
    "low": 20,
    "high": 30,
}

ASSUMPTION: Row = {
    "path": "operations.endurance_reserve",
    "low": 0.05,
    "likely": 0.1,
    "high": 0.2,
    "unit": "fraction",
    "reason": "made up",
    "source": None,
}


def a_year(*areas: str) -> list[Row]:
    """Environment rows of twelve equal months for each area."""
    return [{"area_id": area, "month": month} for area in areas for month in range(1, 13)]


FX = """year,usd_per_aud,usd_per_eur,vol_aud,vol_eur
2025,0.645,1.13,0.1058,0.0728
"""
FX_CORRELATION = """,aud,eur
aud,1.0,0.732
eur,0.732,1.0
"""
REEF: Row = {
    "id": "reef",
    "name": "Reef",
    "coordinates": [[[-92.0, 3.0], [-91.5, 3.0], [-91.5, 3.5], [-92.0, 3.5], [-92.0, 3.0]]],
    "station_lat": 3.2,
    "station_lon": -91.7,
}

_WEATHERED: Row = {"max_sea_state_operate": 5, "max_sea_state_launch": 4, "max_sea_state_recover": 5}
_HIRED: Row = {
    "name": "Drone, flown by its maker",
    "acquisition": "service",
    "unit_price_low": 1.5e6,
    "unit_price_likely": 2e6,
    "unit_price_high": 3e6,
    "lead_time_months_low": 2,
    "lead_time_months_likely": 4,
    "lead_time_months_high": 8,
}
_BOAT: Row = {
    **_WEATHERED,
    "units_made": 40,
    "buyers_share": 0.4,
    "domain": "surface",
    "supplier": "Boatmaker",
    "supplier_country": "AU",
    "price_currency": "AUD",
    "endurance_h": 240,
    "cruise_speed_kn": 14,
    "max_speed_kn": 30,
    "sweep_width_nm_surface_vessel": 12,
    "sweep_width_nm_small_craft": 5,
    "sweep_width_nm_submerged": 2,
    "submerged_sensor": "passive_acoustic",
    "crew_per_vehicle_on_station": 1,
    "loss_per_100k_h": 20,
    "craft_class": "craft",
    "control_interfaces": "STANAG 4586 claimed by class;proprietary",
}
_GLIDER: Row = {
    **_BOAT,
    "domain": "underwater",
    "ground_segment": "included",
    "supplier": "Glidermaker",
    "supplier_country": "EC",
    "price_currency": "USD",
    "unit_price_low": 1e5,
    "unit_price_likely": 2e5,
    "unit_price_high": 3e5,
    "endurance_h": 2000,
    "cruise_speed_kn": 2,
    "max_speed_kn": 3,
    "max_depth_m": 1000,
    "control_interfaces": "proprietary (over a satellite)",
}
_HOME: Row = {
    "name": "Drone, made at home",
    "supplier": "Licensee",
    "price_currency": "EUR",
    "licensed_from": "drone",
    "units_made": 10,
    "original_line_units": 1,
    "domestic_workshare": 0.5,
}

EVERYTHING: Mapping[str, Any] = {
    "platforms": [
        {**_WEATHERED, "identifies": "surface_vessel;small_craft", "units_made": 100},
        {**_WEATHERED, **_HOME, "id": "home_drone", "identifies": "small_craft"},
        {**_BOAT, "id": "boat", "name": "Boat", "identifies": "small_craft"},
        {**_GLIDER, "id": "glider", "name": "Glider"},
        {**_WEATHERED, **_HIRED, "id": "hired_drone", "identifies": "surface_vessel"},
        {**_GLIDER, "id": "shunned", "name": "Glider that policies rule out"},
    ],
    "places": [{"capacity_air": 6, "capacity_surface": 8, "capacity_underwater": 12}],
    "areas": [{}, REEF],
    "environment": a_year("bay", "reef"),
    "platform_sources": [{}],
    "assumptions": [{}],
    "files": {"fx.csv": FX, "fx_correlation.csv": FX_CORRELATION},
    "exchange": {
        "start": {"AUD": 0.645, "EUR": 1.13},
        "table": "fx.csv",
        "correlation": "fx_correlation.csv",
        "volatility_year": 2025,
    },
    "targets": {
        "small_craft": {"dwell_h": 0.3, "background_per_target": 3},
        "surface_vessel": {"speed_kn": 12, "arrivals_per_day": 6, "hours_present": 24},
        "whale": {"swept_as": "submerged", "speed_kn": 3, "arrivals_per_day": 1, "hours_present": 48},
    },
    "operations": {
        "people_per_post": 5,
        "person_year_cost": 3e4,
        "people_limit": 400,
        "hand_over": {"desk_h": 1, "gateway_h": 0.1, "gateways": [["open", "STANAG 4586"]], "gateway_cost": 5e4},
        "training_per_year": 300,
        "reassignment": "greedy",
        "classes": {
            "aircraft": {"weather_window_h": 6, "replacement_months": 3},
            "craft": {
                "utilisation_h_per_year": 6000,
                "maintenance_interval_h": 1000,
                "maintenance_duration_h": 72,
                "upkeep_people": 0.5,
            },
        },
    },
    "acquisition": {
        "buyers_share": 0.5,
        "on_top": {"extra": 0.3, "included": 0.1},
        "integration_months": {"low": 1, "likely": 2, "high": 4},
        "integration_cost": 1e5,
        "learning_slope": 0.95,
        "slip_months": {"low": 0, "likely": 1, "high": 3},
        "escalation_per_year": 0.02,
        "discount_per_year": 0.03,
        "payments": {"order": 0.3, "half_way": 0.4, "delivery": 0.3},
    },
    "budget": {
        "obligation": {2026: 60e6, 2027: 20e6},
        "support": {2027: 60e6, 2028: 60e6},
        "carry_over": 0.5,
        "contingency": {"amount": 30e6, "probability": 0.5},
    },
    "requirements": [
        {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 6, "at_least": 0.5, "weight": 2},
        {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 6, "at_least": 0.4},
        {"area": "bay", "measure": "detection", "target": "surface_vessel", "within_h": 3, "at_least": 0.5},
        {"area": "bay", "measure": "presence", "domain": "surface", "craft": 1, "at_least": 0.5},
        {"area": "reef", "measure": "layered", "domains": ["air", "surface", "underwater"], "at_least": 0.3},
        {"area": "reef", "measure": "detection", "target": "whale", "within_h": 24, "at_least": 0.2},
        {"area": "reef", "measure": "revisit", "target": "small_craft", "at_most": 24},
    ],
    "objective": {"mode": "attainment", "tolerance": 0.005},
    "policies": {
        "supplier_countries": {"only": ["US", "AU", "EC"]},
        "domains": {"only": ["air", "surface", "underwater"]},
        "platforms": {"without": ["shunned"]},
        "supplier_country_share": {"max": 0.95},
        "domestic_share": {"min": 0.005},
        "domain_minimum": {"underwater": 1},
    },
    "uncertainty": {
        "futures": 2,
        "embargo": {"probability": 0.1},
        "grounding": {"per_type_year": 0.3, "months": 2},
        "risk": {"cvar_alpha": 0.5, "weight": 0.3},
    },
    "cases": {"rich": {"budget.obligation.2026": 90e6}},
}
"""Keywords of a small scenario that uses every feature: three domains, both areas, weather, rates, all measures."""


class replace(dict[Any, Any]):  # noqa: N801 - reads as a verb where it is used
    """A mapping that replaces the tiny scenario's instead of being merged into it."""


def write_scenario(
    folder: Path,
    *,
    platforms: Sequence[Row] = ({},),
    places: Sequence[Row] = ({},),
    areas: Sequence[Row] = ({},),
    environment: Sequence[Row] = (),
    platform_sources: Sequence[Row] = (),
    assumptions: Sequence[Row] = (),
    files: Mapping[str, str] | None = None,
    **statement: Any,
) -> Path:
    """Write a valid scenario (the tiny one with what is given changed) into ``folder``; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"platforms": (PLATFORM, platforms), "places": (PLACE, places)}
    optional = {
        "environment": (MONTH, environment),
        "platform_sources": (SOURCE, platform_sources),
        "assumptions": (ASSUMPTION, assumptions),
    }
    tables |= {name: table for name, table in optional.items() if table[1]}
    for name, (first, rows) in tables.items():
        _write_table(folder / f"{name}.csv", first, rows)
    (folder / "areas.geojson").write_text(json.dumps(_features(areas), indent=1), encoding="utf-8")
    for name, content in (files or {}).items():
        (folder / name).write_text(content, encoding="utf-8")
    text = STATEMENT | {name: f"{name}.csv" for name in tables} | {"areas": "areas.geojson"}
    if environment:
        text["weather"] = {"rough_spell_h": 30}
    text = {key: value for key, value in _merged(text, statement).items() if value is not None}
    (folder / "scenario.yaml").write_text(
        yaml.safe_dump(text, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8"
    )
    return folder


def make_scenario(*, case: str | None = None, **overrides: Any) -> Scenario:
    """The tiny scenario with what is given changed, read from its files (see ``write_scenario``)."""
    with TemporaryDirectory() as folder:
        return read_scenario(write_scenario(Path(folder), **overrides), case)


def _write_table(path: Path, first: Row, rows: Sequence[Row]) -> None:
    full = [{**first, **row} for row in rows]
    columns = list(dict.fromkeys(column for row in full for column in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(full)


def _features(rows: Sequence[Row]) -> dict[str, Any]:
    features = []
    for row in ({**AREA, **row} for row in rows):
        rings = row.pop("coordinates")
        features.append({"type": "Feature", "properties": row, "geometry": {"type": "Polygon", "coordinates": rings}})
    return {"type": "FeatureCollection", "features": features}


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        if value is None and key in merged:
            del merged[key]
        elif isinstance(value, replace):
            merged[key] = dict(value)
        elif isinstance(value, Mapping):
            before = merged.get(key)
            merged[key] = _merged(before if isinstance(before, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged
