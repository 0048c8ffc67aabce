"""The laws of a tiny programme in words: two types, two areas, two bases, two years, two futures, every law at work."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from builders import make_scenario
from fleetcraft.optimise.capability import free_tranches, make_capability
from fleetcraft.optimise.constraints import HARD_LAWS, STRUCTURE, WATCHING, WHOLE_ORDERS
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.programme import block_text
from fleetcraft.optimise.variables import make_variables
from unit.fleet.theatres import futures_of, theatre_of

FOLDER = Path(__file__).parent
REEF = [[[-92.0, 3.0], [-91.0, 3.0], [-91.0, 4.0], [-92.0, 4.0], [-92.0, 3.0]]]


@cache
def law_texts() -> Mapping[str, str]:
    """The text of every law, by its name."""
    scenario = make_scenario(
        platforms=[
            {"production_rate_per_year": 2, "loss_per_100k_h": 0, "identifies": "small_craft"},
            {
                "id": "boat",
                "domain": "surface",
                "supplier": "Boatyard",
                "supplier_country": "EC",
                "unit_price_likely": 4e6,
                "cruise_speed_kn": 35,
                "production_rate_per_year": 2,
                "loss_per_100k_h": 20,
            },
        ],
        places=[{"capacity_air": 2, "capacity_surface": 1}, {"id": "ayora", "name": "Ayora", "capacity_air": 1}],
        areas=[{}, {"id": "reef", "name": "Reef", "coordinates": REEF}],
        targets={"small_craft": {"dwell_h": 0.5, "background_per_target": 3}},
        acquisition={"integration_cost": 1e6, "escalation_per_year": 0.02},
        operations={"people_per_post": 5, "person_year_cost": 9000, "people_limit": 20.0},
        budget={"obligation": {2026: 12e6, 2027: 5e6}, "support": {2027: 6e6, 2028: 5e6}},
        requirements=[
            {
                "area": "bay",
                "measure": "detection",
                "target": "small_craft",
                "within_h": 4,
                "at_least": 0.5,
                "weight": 2,
            },
            {"area": "reef", "measure": "presence", "domain": "surface", "craft": 1, "at_least": 0.8},
            {"area": "reef", "measure": "revisit", "target": "small_craft", "at_most": 48},
            {"area": "bay", "measure": "layered", "domains": ["air", "surface"], "at_least": 0.6},
            {"area": "reef", "measure": "identification", "target": "small_craft", "within_h": 4, "at_least": 0.3},
        ],
        policies={
            "supplier_country_share": {"max": 0.7},
            "domestic_share": {"min": 0.2},
            "domain_minimum": {"surface": 1},
        },
    )
    theatre = theatre_of(scenario, distance_nm=[[100, 200], [150, 120]])
    futures = futures_of(scenario, lead_months=[[6, 9], [9, 18]], count=2)
    capability = make_capability(theatre, free_tranches(scenario, futures), futures, no_corrections(theatre))
    variables = make_variables(capability)
    laws = (*HARD_LAWS, *STRUCTURE, *WHOLE_ORDERS, *WATCHING)
    return {law.__name__: block_text(variables.groups, law(capability, variables)) for law in laws}


def golden_file(law: str) -> Path:
    """Where the text of a law is kept."""
    return FOLDER / f"{law}.txt"
