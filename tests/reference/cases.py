"""Small scenarios drawn at random, each with every measure and every rule, small enough for SimPy to play.

Distances and areas are stated by hand, so that no map is read. Losses, groundings and rough weather are far more
frequent than in earnest: a fault in a rule that seldom acts must still show within a few years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from builders import make_scenario, replace
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.plan import Allocation, Order, Plan
from unit.fleet.theatres import theatre_of

PLACES = [{}, {"id": "isabela", "name": "Isabela", "repair_crews_air": 1, "repair_crews_surface": 1}]
AREAS = [{}, {"id": "reef", "name": "Reef"}]
GREEDY = (3, 8)
"""Cases in which rows that lose a craft take one from a poorer row of the same base: losses are frequent there."""
BASES, SEAS = ("baltra", "isabela"), ("bay", "reef")
INTERFACES = ("open", "common", "proprietary", "open; proprietary", "common (assumed)", "proprietary; open (claimed)")


@dataclass(frozen=True)
class Case:
    theatre: Theatre
    plan: Plan


def random_case(seed: int) -> Case:
    """The case of a seed: three types (every third case two), two bases, two areas."""
    rng = np.random.default_rng([20260401, seed])
    platforms = [_aircraft(rng), _vessel(rng), _glider(rng)]
    if seed % 3 == 2:
        del platforms[int(rng.integers(1, 3))]
    greedy = seed in GREEDY
    if greedy:
        platforms = [p | {"loss_per_100k_h": 5 * p["loss_per_100k_h"]} for p in platforms]
    scenario = make_scenario(
        platforms=platforms,
        places=PLACES,
        areas=AREAS,
        environment=[month for area in SEAS for month in _year(rng, area)],
        weather={"rough_spell_h": _between(rng, 12, 36)},
        calendar={"deadline": date(2026, 12, 31), "end": date(2027, 12, 31)},
        targets=replace(_targets(rng)),
        operations={
            "classes": replace({p.get("craft_class", "aircraft"): _craft_class(rng) for p in platforms}),
            "reassignment": "greedy" if greedy else "fixed",
            "hand_over": {
                "desk_h": _between(rng, 0.5, 2.0),
                "gateway_h": _between(rng, 0.0, 0.4),
                "gateways": [["open", "common"], ["proprietary/airmaker", "common"]][: int(rng.integers(0, 3))]
                if any("common" in p["control_interfaces"] for p in platforms) and _airs(platforms)
                else [],
            },
        },
        uncertainty={"grounding": {"per_type_year": _between(rng, 4, 10), "months": _between(rng, 0.03, 0.15)}},
        requirements=_requirements(rng, platforms),
    )
    theatre = theatre_of(
        scenario,
        distance_nm=rng.uniform(120, 350, (2, 2)),
        sea_nm=rng.uniform(20, 60, (2, 2)),
        area_nm2=rng.uniform(500, 2500, 2),
        perimeter_nm=rng.uniform(120, 260, 2),
    )
    return Case(theatre, _plan(rng, platforms, one_base=greedy))


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 3)


def _one_of(rng: np.random.Generator, *choices: Any) -> Any:
    return choices[int(rng.integers(len(choices)))]


def _airs(platforms: list[dict[str, Any]]) -> bool:
    """Whether every interface that a gateway may name belongs to some type."""
    stated = ";".join(p["control_interfaces"] for p in platforms)
    return "open" in stated and "proprietary" in platforms[0]["control_interfaces"]


def _common(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "lead_time_months_low": 1,
        "lead_time_months_likely": 3,
        "lead_time_months_high": _between(rng, 4, 8),
        "production_rate_per_year": 80,
        "control_interfaces": _one_of(rng, *INTERFACES),
        "mttr_h": _between(rng, 5, 30),
        "loss_per_100k_h": _between(rng, 2, 12),
        "max_sea_state_recover": _one_of(rng, None, 3, 5),
    }


def _aircraft(rng: np.random.Generator) -> dict[str, Any]:
    cruise_kn = _between(rng, 70, 110)
    return _common(rng) | {
        "supplier": "airmaker",
        "endurance_h": _between(rng, 18, 28),
        "cruise_speed_kn": cruise_kn,
        "max_speed_kn": cruise_kn * _between(rng, 1.2, 1.8),
        "max_sea_state_launch": _one_of(rng, 4, 5),
        "max_sea_state_operate": _one_of(rng, 4, 5, 6),
        "max_wind_kn": _between(rng, 18, 30),
        "mtbf_h": _between(rng, 25, 80),
        "turnaround_h": _between(rng, 1, 6),
        "sweep_width_nm_small_craft": _between(rng, 2, 6),
        "sweep_width_nm_surface_vessel": _between(rng, 4, 15),
        "identifies": _one_of(rng, "small_craft", "small_craft;surface_vessel"),
    }


def _vessel(rng: np.random.Generator) -> dict[str, Any]:
    cruise_kn = _between(rng, 5, 9)
    return _common(rng) | {
        "id": "sailer",
        "name": "Sailer",
        "domain": "surface",
        "supplier": "boatmaker",
        "craft_class": "vessel",
        "endurance_h": _between(rng, 60, 200),
        "cruise_speed_kn": cruise_kn,
        "max_speed_kn": cruise_kn * _between(rng, 1.5, 3.0),
        "max_sea_state_launch": _one_of(rng, 3, 4),
        "max_sea_state_operate": _one_of(rng, 3, 4, 5),
        "max_wind_kn": _between(rng, 20, 30),
        "mtbf_h": _between(rng, 60, 200),
        "turnaround_h": _between(rng, 4, 24),
        "sweep_width_nm_small_craft": _between(rng, 3, 8),
        "sweep_width_nm_surface_vessel": _between(rng, 5, 15),
        "sweep_width_nm_submerged": _between(rng, 1, 4),
        "submerged_sensor": _one_of(rng, "seabed", "passive_acoustic"),
        "identifies": "small_craft;surface_vessel",
    }


def _glider(rng: np.random.Generator) -> dict[str, Any]:
    cruise_kn = _between(rng, 1.5, 4)
    return _common(rng) | {
        "id": "glider",
        "name": "Glider",
        "domain": "underwater",
        "supplier": "divemaker",
        "craft_class": "glider",
        "endurance_h": _between(rng, 200, 600),
        "cruise_speed_kn": cruise_kn,
        "max_speed_kn": cruise_kn * _between(rng, 1.2, 2.5),
        "max_sea_state_launch": _one_of(rng, 3, 4),
        "mtbf_h": _between(rng, 300, 900),
        "mttr_h": _between(rng, 50, 200),
        "turnaround_h": _between(rng, 12, 72),
        "sweep_width_nm_small_craft": 0,
        "sweep_width_nm_surface_vessel": _between(rng, 1, 3),
        "sweep_width_nm_submerged": _between(rng, 4, 12),
        "submerged_sensor": "passive_acoustic",
    }


def _targets(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "small_craft": {
            "speed_kn": _between(rng, 8, 25),
            "arrivals_per_day": _between(rng, 1, 3),
            "hours_present": _between(rng, 6, 20),
            "dwell_h": _between(rng, 0.2, 0.6),
            "background_per_target": _between(rng, 0.5, 3),
        },
        "trawler": {
            "swept_as": "surface_vessel",
            "speed_kn": _between(rng, 4, 12),
            "arrivals_per_day": _between(rng, 1, 3),
            "hours_present": _between(rng, 6, 30),
            "dwell_h": _between(rng, 0.2, 0.6),
        },
        "submerged": {"speed_kn": 5, "arrivals_per_day": 1, "hours_present": _between(rng, 20, 60)},
    }


def _craft_class(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "utilisation_h_per_year": _one_of(rng, 3000, 6000, 8760),
        "maintenance_interval_h": _between(rng, 100, 400),
        "maintenance_duration_h": _between(rng, 20, 90),
        "weather_window_h": _one_of(rng, 0, 3, 8),
        "replacement_months": _one_of(rng, None, 0.5, 2),
    }


def _year(rng: np.random.Generator, area: str) -> list[dict[str, Any]]:
    """A rough winter and a summer that lacks the roughest and the calmest classes."""
    winter = np.array([1, 4, 10, 20, 25, 22, 12, 6, 0, 0]) * rng.uniform(0.6, 1.4, 10)
    summer = np.array([0, 10, 30, 30, 20, 10, 0, 0, 0, 0]) * rng.uniform(0.6, 1.4, 10)
    months = []
    for month in range(1, 13):
        is_winter = month in (1, 2, 3, 11, 12)
        share = (winter if is_winter else summer) / (winter if is_winter else summer).sum()
        sea = {f"p_ss{k}": round(float(p), 4) for k, p in enumerate(share)}
        mean_kn = _between(rng, 14, 18) if is_winter else _between(rng, 9, 13)
        wind = {"mean_wind_kn": mean_kn, "wind_weibull_k": _between(rng, 1.8, 2.4)}
        months.append({"area_id": area, "month": month} | sea | wind)
    return months


def _requirements(rng: np.random.Generator, platforms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every measure in both areas; two classes compete for identifiers in the first."""
    domains = [p.get("domain", "air") for p in platforms]
    found: list[dict[str, Any]] = []
    for area in SEAS:
        hours = _between(rng, 2, 10)
        found += [
            {"area": area, "measure": "detection", "target": "small_craft", "within_h": hours, "at_least": 0.5},
            {"area": area, "measure": "detection", "target": "submerged", "within_h": 4 * hours, "at_least": 0.5},
            {"area": area, "measure": "identification", "target": "small_craft", "within_h": 4, "at_least": 0.5},
            {"area": area, "measure": "layered", "domains": domains, "at_least": 0.5},
            {"area": area, "measure": "revisit", "target": "trawler", "at_most": 48},
            *(
                {"area": area, "measure": "presence", "domain": d, "craft": k, "at_least": 0.5}
                for d in domains
                for k in (1, 2)
            ),
        ]
    trawler = {"area": "bay", "measure": "identification", "target": "trawler", "at_least": 0.5}
    return [*found, trawler | {"within_h": 2}, trawler | {"within_h": 12}]


def _plan(rng: np.random.Generator, platforms: list[dict[str, Any]], *, one_base: bool) -> Plan:
    """Each type serves both areas, from one base where so asked, the first area perhaps from both bases."""
    orders, rows = [], []
    for p in platforms:
        platform = p.get("id", "drone")
        base = str(_one_of(rng, *BASES))
        other = str(_one_of(rng, *BASES))
        pairs = [(base, "bay"), (base if one_base else other, "reef")]
        if rng.uniform() < 0.4:
            pairs.append((BASES[1 - BASES.index(base)], "bay"))
        craft = [int(rng.integers(3, 6)) for _ in pairs]
        rows += [
            Allocation(platform, b, area, n, int(rng.integers(1, 3))) for (b, area), n in zip(pairs, craft, strict=True)
        ]
        first = int(rng.integers(1, sum(craft)))
        orders += [Order(platform, "2026Q1", first), Order(platform, "2026Q2", sum(craft) - first)]
    return Plan(tuple(orders), tuple(sorted(rows)))
