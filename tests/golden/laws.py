"""The laws of three tiny programmes in words.

Most laws: two types, two areas, two bases, two years, two futures. Those of ``MONEY_LAWS``: one area and one base, with
budgets of outlays, a contingency, learning and limited training. Those of ``REACH``: the least cost in three futures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from builders import make_scenario
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.capability import Capability, free_tranches, make_capability
from fleetcraft.optimise.constraints import HARD_LAWS, REACH, STRUCTURE, WATCHING, WHOLE_ORDERS
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.programme import block_text
from fleetcraft.optimise.variables import Variables, make_variables
from unit.fleet.theatres import futures_of, theatre_of

FOLDER = Path(__file__).parent
HAND_OVER = {"desk_h": 1, "gateway_h": 0.1, "gateway_cost": 5e5}
MONEY_LAWS = (
    "outlay_budget",
    "contingency",
    "contingency_is_enough",
    "training",
    "units_are_counted",
    "steps_are_full",
    "steps_begin_in_order",
    "what_is_made_stays_made",
    "crews_of_craft",
)
REEF = [[[-92.0, 3.0], [-91.0, 3.0], [-91.0, 4.0], [-92.0, 4.0], [-92.0, 3.0]]]


@cache
def law_texts() -> Mapping[str, str]:
    """The text of every law, by its name."""
    laws = (*HARD_LAWS, *STRUCTURE, *WHOLE_ORDERS, *WATCHING)
    of_money = [law for law in laws if law.__name__ in MONEY_LAWS]
    shown = ((_watched(), [law for law in laws if law not in of_money]), (_paid(), of_money), (_asked(), REACH))
    return {law.__name__: block_text(v.groups, law(c, v)) for (c, v), some in shown for law in some}


def _watched() -> tuple[Capability, Variables]:
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
                "control_interfaces": "proprietary",
                "production_rate_per_year": 2,
                "loss_per_100k_h": 20,
            },
        ],
        places=[{"capacity_air": 2, "capacity_surface": 1}, {"id": "ayora", "name": "Ayora", "capacity_air": 1}],
        areas=[{}, {"id": "reef", "name": "Reef", "coordinates": REEF}],
        targets={"small_craft": {"dwell_h": 0.5, "background_per_target": 3}},
        acquisition={"integration_cost": 1e6, "escalation_per_year": 0.02},
        operations={"people_per_post": 5, "person_year_cost": 9000, "people_limit": 20.0, "hand_over": HAND_OVER},
        budget={"obligation": {2026: 12e6, 2027: 5e6}, "support": {2027: 6e6, 2028: 5e6}, "carry_over": 0.5},
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
            "pinned": [{"platform": "boat", "period": "2026Q1", "quantity": 1}],
        },
    )
    theatre = theatre_of(scenario, distance_nm=[[100, 200], [150, 120]])
    return _programme(theatre, futures_of(scenario, lead_months=[[6, 9], [9, 18]], count=2))


def _paid() -> tuple[Capability, Variables]:
    """A type that is bought and learnt, in two quarters, and one that is hired, in the year before the window."""
    hired = {"id": "hired", "acquisition": "service", "unit_price_likely": 2e6, "production_rate_per_year": 2}
    scenario = make_scenario(
        platforms=[{"production_rate_per_year": 8, "units_made": 4}, hired],
        calendar={
            "start": date(2026, 4, 1),
            "news": date(2026, 9, 30),
            "deadline": date(2026, 9, 30),
            "end": date(2027, 9, 30),
            "fiscal_year_start": "07-01",
        },
        acquisition={"learning_slope": 0.8, "integration_cost": 1e6},
        operations={"people_per_post": 5, "training_per_year": 20.0},
        budget={
            "counts": "outlay",
            "obligation": None,
            "outlay": {2025: 4e6, 2026: 7e6, 2027: 1e6},
            "carry_over": 0.5,
            "contingency": {"amount": 5e5, "probability": 0.5},
        },
        uncertainty={"futures": 2},
    )
    futures = futures_of(scenario, lead_months=[[2, 2], [5, 3]], price_factor=[[1.5, 1], [0.9, 1]], count=2)
    return _programme(theatre_of(scenario), futures)


def _asked() -> tuple[Capability, Variables]:
    """Two demands, one of twice the weight, to be met by half in two futures of three at least cost."""
    detection = {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.5}
    scenario = make_scenario(
        objective={"mode": "cost", "attainment": 0.5, "probability": 0.6},
        requirements=[
            {**detection, "weight": 2},
            {"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.8},
        ],
    )
    return _programme(theatre_of(scenario), futures_of(scenario, lead_months=[[6], [9], [18]], count=3))


def _programme(theatre: Theatre, futures: Futures) -> tuple[Capability, Variables]:
    c = make_capability(theatre, free_tranches(theatre.scenario, futures), futures, no_corrections(theatre))
    return c, make_variables(c)


def golden_file(law: str) -> Path:
    """Where the text of a law is kept."""
    return FOLDER / f"{law}.txt"
