"""A scenario that uses every part of the format, for putting faults into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import AREA, a_year, write_scenario

FX = """year,usd_per_aud,usd_per_eur,vol_aud,vol_eur,note
2024,0.66,1.08,0.1076,0.0786,mean of the year
2025,0.645,1.13,0.1058,0.0728,mean of the year
"""
FX_CORRELATION = """,aud,eur
aud,1.0,0.732
eur,0.732,1.0
"""
REEF = [[[-92.0, 3.0], [-91.5, 3.0], [-91.5, 3.5], [-92.0, 3.5], [-92.0, 3.0]]]


def write_rich(folder: Path, **changes: Any) -> Path:
    """Two platforms in two currencies, two bases, two areas with weather, sources, assumptions, rates and cases."""
    stated: dict[str, Any] = {
        "platforms": [
            {"identifies": "surface_vessel;small_craft", "max_sea_state_recover": 5, "units_made": 100},
            {
                "id": "glider",
                "name": "Glider",
                "domain": "underwater",
                "price_currency": "AUD",
                "acquisition": "service",
                "buyers_share": 0.25,
                "mtbf_h": None,
                "control_interfaces": "proprietary (one of its own);STANAG 4586 claimed by class",
            },
        ],
        "places": [{}, {"id": "ayora", "name": "Puerto Ayora", "kind": "port", "lat": -0.747, "lon": -90.312}],
        "areas": [{}, {"id": "reef", "name": "Reef", "coordinates": REEF}],
        "environment": a_year("bay", "reef"),
        "platform_sources": [{}, {"id": "glider", "note": "maker's sheet"}],
        "assumptions": [{}, {"path": "exchange.start.AUD", "low": 0.5, "likely": 0.645, "high": 0.8}],
        "files": {"fx.csv": FX, "fx_correlation.csv": FX_CORRELATION},
        "exchange": {
            "start": {"AUD": 0.645, "EUR": 1.13},
            "table": "fx.csv",
            "correlation": "fx_correlation.csv",
            "volatility_year": 2025,
        },
        "targets": {"small_craft": {"dwell_h": 0.3, "background_per_target": 10}},
        "operations": {
            "classes": {"aircraft": {"weather_window_h": 12, "replacement_months": 18}},
            "hand_over": {"desk_h": 1.5, "gateway_h": 0.1, "gateways": [["open", "STANAG 4586"]], "gateway_cost": 1e5},
            "training_per_year": 50,
            "reassignment": "greedy",
        },
        "acquisition": {
            "buyers_share": 0.5,
            "learning_slope": 0.9,
            "integration_months": {"low": 1, "likely": 3, "high": 6},
            "slip_months": {"low": 0, "likely": 2, "high": 12},
            "payments": {"order": 0.3, "half_way": 0.4, "delivery": 0.3},
        },
        "budget": {"obligation": {2026: 50e6, 2027: 10e6}, "support": {2028: 5e6}, "carry_over": 0.2},
        "requirements": [
            {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.5},
            {"area": "reef", "measure": "presence", "domain": "underwater", "craft": 1, "at_least": 0.9, "weight": 2},
            {"area": "reef", "measure": "revisit", "target": "small_craft", "at_most": 48},
            {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 6, "at_least": 0.4},
            {"area": "reef", "measure": "layered", "domains": ["air", "underwater"], "at_least": 0.8},
        ],
        "objective": {"mode": "cost", "attainment": 0.6, "probability": 0.8},
        "policies": {
            "supplier_country_share": {"max": 0.6},
            "domain_minimum": {"air": 1},
            "supplier_countries": {"only": ["US"]},
            "platforms": {"without": ["glider"]},
        },
        "uncertainty": {
            "futures": 20,
            "embargo": {"probability": 0.05},
            "grounding": {"per_type_year": 0.05, "months": 3},
            "risk": {"cvar_alpha": 0.9, "weight": 0.3},
        },
        "cases": {"weak_dollar": {"exchange.start.AUD": 0.8, "platforms.drone.mtbf_h": 300}},
    }
    return write_scenario(folder, **(stated | changes))


def bow_tie() -> list[list[list[float]]]:
    """An outline that crosses itself."""
    a, b, c, d, _ = AREA["coordinates"][0]
    return [[a, c, b, d, a]]
