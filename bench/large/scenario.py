"""A seeded scenario of any size, grown from japan-2026.

Types are the shipped ones with other prices, lead times and performance, each of a maker of its own; bases are shipped
ones; areas are squares of sea about the
shipped ones, with their weather; each area is asked for three things in turn, so
that every measure is asked for. Four fiscal years of orders, which may adapt from the second on. It measures size: the
numbers mean nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from fleetcraft.scenario.area import Area, EnvironmentMonth
from fleetcraft.scenario.calendar import Calendar
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import DOMAINS, Platform
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.requirement import Requirement, default_requirement_id
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.points import with_parts

Rng = np.random.Generator

ROOT = "japan-2026"
SEED = 20260401
PLATFORMS, BASES, AREAS = 60, 20, 30
YEARS = (2026, 2027, 2028, 2029)
MONEY_PER_AREA_YEAR, SUPPORT_PER_AREA_YEAR = 2e9, 5e9
PEOPLE_PER_AREA = 400.0
HALF_DEG, FARTHEST_DEG = 0.5, 0.7
ASKED: tuple[dict[str, Any], ...] = (
    {"measure": "detection", "target": "surface_vessel", "within_h": 3.0, "at_least": 0.8},
    {"measure": "detection", "target": "small_craft", "within_h": 4.0, "at_least": 0.5},
    {"measure": "detection", "target": "submerged", "within_h": 24.0, "at_least": 0.4},
    {"measure": "presence", "domain": "underwater", "craft": 2, "at_least": 0.9},
    {"measure": "layered", "domains": DOMAINS, "at_least": 0.7},
    {"measure": "identification", "target": "small_craft", "within_h": 4.0, "at_least": 0.4},
    {"measure": "revisit", "target": "surface_vessel", "at_most": 6.0},
)
ASKED_PER_AREA = 3


def large_scenario(*, platforms: int = PLATFORMS, bases: int = BASES, areas: int = AREAS) -> Scenario:
    """So many platforms of all three domains, bases and areas; money and people grow with the areas."""
    root = read_scenario(ROOT)
    rng = np.random.default_rng(SEED)
    like = [root.areas[n % len(root.areas)] for n in range(areas)]
    squares = tuple(_area(n, each, rng) for n, each in enumerate(like))
    own = [area.id for area in squares]
    return with_parts(
        root,
        name=f"{platforms} platforms, {areas} areas",
        note="",
        calendar=Calendar(
            start=date(2026, 4, 1),
            news=date(2027, 4, 1),
            deadline=date(2030, 3, 31),
            end=date(2031, 3, 31),
            fiscal_year_start="04-01",
        ),
        platforms=_platforms(root, platforms, rng),
        platform_sources=(),
        places=_places(root, bases, rng),
        areas=squares,
        environment=tuple(
            month for name, each in zip(own, like, strict=True) for month in _year(root, name, each, rng)
        ),
        operations=root.operations.model_copy(update={"people_limit": PEOPLE_PER_AREA * areas}),
        budget=root.budget.model_copy(
            update={
                "obligation": dict.fromkeys(YEARS, MONEY_PER_AREA_YEAR * areas),
                "support": dict.fromkeys((*YEARS[1:], YEARS[-1] + 1), SUPPORT_PER_AREA_YEAR * areas),
            }
        ),
        requirements=_requirements(own, rng),
        assumptions=(),
    )


def _platforms(root: Scenario, count: int, rng: Rng) -> tuple[Platform, ...]:
    """Types of the domains in turn, drawn from the shipped ones that are bought and made under no licence."""
    bought = [p for p in root.platforms if p.acquisition == "purchase" and p.licensed_from is None]
    kin = [[p for p in bought if p.domain == domain] for domain in DOMAINS]
    return tuple(_platform(n, kin[n % 3][int(rng.integers(len(kin[n % 3])))], rng) for n in range(count))


def _platform(number: int, like: Platform, rng: Rng) -> Platform:
    price, lead = rng.uniform(0.6, 1.6), rng.uniform(0.7, 1.4)
    slower = rng.uniform(0.8, 1.0)
    return like.model_copy(
        update={
            "id": f"type_{number}",
            "name": f"Type {number}",
            "supplier": f"Maker {number}",
            **_scaled(like, price, "unit_price_low", "unit_price_likely", "unit_price_high"),
            **_scaled(like, lead, "lead_time_months_low", "lead_time_months_likely", "lead_time_months_high"),
            **_scaled(like, slower, "endurance_h", "cruise_speed_kn"),
            **_scaled(like, rng.uniform(0.8, 1.2), "sweep_width_nm_surface_vessel", "sweep_width_nm_small_craft"),
        }
    )


def _scaled(like: Platform, factor: float, *names: str) -> dict[str, float]:
    return {name: getattr(like, name) * factor for name in names}


def _places(root: Scenario, count: int, rng: Rng) -> tuple[Place, ...]:
    """Shipped airfields and ports in turn."""
    kinds = [[p for p in root.places if p.kind == kind] for kind in ("airfield", "port")]
    shuffled = [[kind[k] for k in rng.permutation(len(kind))] for kind in kinds]
    return tuple(shuffled[n % 2][n // 2] for n in range(count))


def _area(number: int, like: Area, rng: Rng) -> Area:
    """A square of sea about the middle of a shipped area."""
    lon, lat = np.mean(like.polygons[0][0][:-1], axis=0) + rng.uniform(-FARTHEST_DEG, FARTHEST_DEG, 2)
    west, south, east, north = (float(x) for x in (lon - HALF_DEG, lat - HALF_DEG, lon + HALF_DEG, lat + HALF_DEG))
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return Area(id=f"area_{number}", name=f"Area {number}", polygons=((ring,),))


def _year(root: Scenario, area: str, like: Area, rng: Rng) -> list[EnvironmentMonth]:
    """Twelve months of a shipped area's weather, its wind a little stronger or weaker."""
    factor = rng.uniform(0.9, 1.1)
    return [
        month.model_copy(update={"area_id": area, "mean_wind_kn": month.mean_wind_kn * factor})
        for month in root.environment
        if month.area_id == like.id
    ]


def _requirements(areas: list[str], rng: Rng) -> tuple[Requirement, ...]:
    asked = [
        Requirement(area=area, weight=float(rng.integers(1, 4)), **ASKED[(ASKED_PER_AREA * n + k) % len(ASKED)])
        for n, area in enumerate(areas)
        for k in range(ASKED_PER_AREA)
    ]
    return tuple(r.model_copy(update={"id": default_requirement_id(r)}) for r in asked)
