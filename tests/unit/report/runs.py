"""Run folders for the report's tests: scenarios like the two shipped ones, results of the form that study writes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from builders import a_year, replace, write_scenario
from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import years_between

_AIR = {"domain": "air", "craft_class": "aircraft"}
_SURFACE = {"domain": "surface", "craft_class": "aircraft"}
_UNDER = {"domain": "underwater", "craft_class": "aircraft", "submerged_sensor": "passive_acoustic"}

PLATFORMS: list[dict[str, Any]] = [
    {**_AIR, "id": "tb2s", "name": "Bayraktar TB2S (satellite link)", "supplier": "Baykar", "supplier_country": "TR"},
    {**_AIR, "id": "mq9b", "name": "MQ-9B SeaGuardian", "supplier": "General Atomics", "supplier_country": "US"},
    {**_AIR, "id": "heron", "name": "Heron Mk II", "supplier": "IAI", "supplier_country": "IL"},
    {**_AIR, "id": "vbat", "name": "V-BAT 128", "supplier": "Shield AI", "supplier_country": "US"},
    {**_AIR, "id": "s100", "name": "Camcopter S-100", "supplier": "Schiebel", "supplier_country": "AT"},
    {**_SURFACE, "id": "bluebottle", "name": "Bluebottle", "supplier": "Ocius", "supplier_country": "AU"},
    {**_SURFACE, "id": "explorer", "name": "Saildrone Explorer", "supplier": "Saildrone", "supplier_country": "US"},
    {**_SURFACE, "id": "wamv", "name": "WAM-V 22", "supplier": "Marine Advanced Robotics", "supplier_country": "US"},
    {**_SURFACE, "id": "usv_jp", "name": "無人水上艇 甲型", "supplier": "三菱造船", "supplier_country": "JP"},
    {**_SURFACE, "id": "kaluga", "name": "Kaluga", "supplier": "Aselsan", "supplier_country": "TR"},
    {**_UNDER, "id": "seaglider", "name": "Seaglider M1", "supplier": "HII", "supplier_country": "US"},
    {**_UNDER, "id": "slocum", "name": "Slocum G3 Glider", "supplier": "Teledyne", "supplier_country": "US"},
    {**_UNDER, "id": "ozz5", "name": "OZZ-5", "supplier": "Mitsubishi Heavy", "supplier_country": "JP"},
    {**_UNDER, "id": "ghost", "name": "Ghost Shark", "supplier": "Anduril Australia", "supplier_country": "AU"},
]
PLACES: list[dict[str, Any]] = [
    {"id": "naha", "name": "Naha Air Base / Airport", "lat": 26.2, "lon": 127.65},
    {"id": "miyako", "name": "Miyako Airport", "lat": 24.78, "lon": 125.3},
    {"id": "kanoya", "name": "Kanoya Air Base", "lat": 31.37, "lon": 130.84},
    {"id": "sasebo", "name": "佐世保 Sasebo", "lat": 33.16, "lon": 129.72},
    {"id": "izuhara", "name": "Izuhara Port (Tsushima)", "lat": 34.2, "lon": 129.29},
    {"id": "komatsu", "name": "Komatsu Air Base", "lat": 36.39, "lon": 136.41},
    {"id": "ominato", "name": "Ominato Base", "lat": 41.25, "lon": 141.13},
    {"id": "wakkanai", "name": "Wakkanai Port", "lat": 45.41, "lon": 141.69},
    {"id": "futami", "name": "Futami Port (Chichijima)", "lat": 27.09, "lon": 142.19},
]
_SOURCED = (("endurance_h", 24, "h"), ("unit_price_likely", 3e6, "USD"), ("price_year", 2026, "year"))
_BOXES = {
    "yonaguni_ishigaki": ("Waters around Yonaguni and Ishigaki", 122.6, 23.8, 124.8, 25.4),
    "miyako_strait": ("Miyako Strait", 125.4, 24.4, 127.4, 26.3),
    "amami": ("Amami and Tokara waters", 128.2, 27.6, 130.5, 29.6),
    "osumi_strait": ("Osumi Strait and approaches", 129.3, 29.9, 132.0, 31.2),
    "ecs_north": ("East China Sea west of Kyushu", 126.6, 29.8, 129.1, 32.6),
    "tsushima_strait": ("Tsushima Strait", 128.6, 33.6, 130.8, 35.4),
    "soj_central": ("Sea of Japan central (Yamato bank)", 133.4, 37.5, 138.0, 40.4),
    "tsugaru_strait": ("Tsugaru Strait and approaches", 139.4, 40.7, 142.0, 41.9),
    "soya_strait": ("Soya (La Perouse) Strait", 140.8, 45.1, 143.3, 45.95),
    "izu_ogasawara": ("Izu-Ogasawara ridge", 139.4, 26.6, 143.0, 33.2),
    "minami_torishima": ("Minami-Torishima waters", 152.0, 22.5, 155.9, 26.1),
}
_MAKER = {"id", "name", "supplier", "supplier_country", "domain"}
_WIDE = ("soj_central", "izu_ogasawara", "minami_torishima")
_NEAR = tuple(area for area in _BOXES if area not in _WIDE)


def japan_like() -> dict[str, Any]:
    """Keywords of ``write_scenario``: 14 types, 9 bases, 11 areas, 31 requirements, yen."""
    detection = {"measure": "detection", "weight": 1}
    requirements = [
        *({**detection, "area": a, "target": "surface_vessel", "within_h": 3, "at_least": 0.8} for a in _NEAR),
        *({**detection, "area": a, "target": "surface_vessel", "within_h": 12, "at_least": 0.5} for a in _WIDE),
        *(
            {**detection, "area": a, "target": "small_craft", "within_h": 4, "at_least": 0.5, "weight": 2}
            for a in _NEAR
        ),
        *(
            {**detection, "area": a, "target": "submerged", "within_h": 24, "at_least": 0.4, "weight": 3}
            for a in ("yonaguni_ishigaki", "miyako_strait", "osumi_strait", *_NEAR[5:])
        ),
        *(
            {"area": a, "measure": "presence", "domain": "underwater", "craft": 3, "at_least": 0.9, "weight": 2}
            for a in ("miyako_strait", "tsushima_strait", "tsugaru_strait")
        ),
        *(
            {"area": a, "measure": "layered", "domains": ["air", "surface", "underwater"], "at_least": 0.8, "weight": 3}
            for a in ("yonaguni_ishigaki", "miyako_strait")
        ),
        {
            "area": "miyako_strait",
            "measure": "identification",
            "target": "small_craft",
            "within_h": 4,
            "at_least": 0.4,
            "weight": 2,
        },
    ]
    target = {"arrivals_per_day": 6, "hours_present": 24}
    return {
        "name": "Japan 2026",
        "note": "Types offered as a service are priced as assets.",
        "currency": "JPY",
        "country": "JP",
        "calendar": {
            "start": date(2026, 4, 1),
            "news": date(2026, 10, 1),
            "deadline": date(2028, 3, 31),
            "end": date(2029, 3, 31),
            "fiscal_year_start": "04-01",
        },
        "targets": replace(
            surface_vessel={"speed_kn": 12, **target},
            small_craft={"speed_kn": 20, "dwell_h": 0.3, **target},
            submerged={"speed_kn": 6, **target},
        ),
        "exchange": replace(start={"USD": 149}),
        "budget": replace(obligation={2026: 200e9}, support={2027: 80e9, 2028: 80e9}),
        "platforms": PLATFORMS,
        "places": PLACES,
        "areas": [
            {"id": id_, "name": name, "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}
            for id_, (name, w, s, e, n) in _BOXES.items()
        ],
        "environment": a_year(*_BOXES),
        "requirements": requirements,
        "platform_sources": [
            {"id": p["id"], "field": field, "value": value, "unit": unit, "source_url": "https://example.org/sheet"}
            for p in PLATFORMS
            for field, value, unit in _SOURCED
        ],
        "assumptions": [
            {"source": "https://example.org/a"},
            {"path": "exchange.start.USD", "low": 108, "likely": 149, "high": 165},
        ],
    }


def galapagos_like() -> dict[str, Any]:
    """Keywords of ``write_scenario``: two areas, a revisit in hours, dollars over three years."""
    boat = {"area": "gmr", "target": "fishing_boat"}
    return {
        "name": "Galapagos",
        "platforms": [PLATFORMS[3], PLATFORMS[6], PLATFORMS[10]],
        "places": [{}, {"id": "ayora", "name": "Puerto Ayora (Santa Cruz)", "lat": -0.75, "lon": -90.31}],
        "areas": [
            {"id": "gmr", "name": "Galapagos Marine Reserve", "coordinates": [_box(-92.6, -1.9, -88.7, 1.9)]},
            {"id": "hermandad", "name": "Hermandad Marine Reserve", "coordinates": [_box(-90.6, 2.2, -87.7, 4.9)]},
        ],
        "targets": replace(
            fishing_boat={"swept_as": "small_craft", "speed_kn": 8, "arrivals_per_day": 2, "hours_present": 72}
        ),
        "budget": replace(obligation={2026: 28e6, 2027: 28e6, 2028: 28e6}),
        "requirements": [
            {**boat, "measure": "detection", "within_h": 12, "at_least": 0.7},
            {**boat, "area": "hermandad", "measure": "detection", "within_h": 12, "at_least": 0.5},
            {**boat, "measure": "revisit", "at_most": 48},
            {"area": "hermandad", "measure": "presence", "domain": "surface", "craft": 1, "at_least": 0.9},
        ],
    }


def _box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def make_result(scenario: Scenario, *, bought: int = 12) -> dict[str, Any]:
    """A result of the form that study writes, plausible and the same each time, for any scenario."""
    orders = _orders(scenario, bought)
    allocation = _allocation(scenario, orders)
    requirements = [_requirement(scenario, i) for i in range(len(scenario.requirements))]
    years = [str(y) for y in scenario.calendar.fiscal_years]
    later = _later(scenario, bought)
    integration = 0.01 * sum(o["cost"] for o in orders)
    acquisition = sum(o["cost"] for o in (*orders, *later)) + integration
    craft = sum(o["quantity"] for o in orders) + sum(o["quantity"]["mean"] for o in later)
    used = {row["base"] for row in allocation}
    calendar, budget, support = scenario.calendar, scenario.budget.obligation, scenario.budget.support
    return {
        "fleetcraft": "0.1.0",
        "scenario": {"name": scenario.name, "hash": scenario.hash, "case": scenario.case},
        "run": "runs/x",
        "seed": 1,
        "seconds": {"solve": 31.24, "simulate": 12.5, "total": 47.0},
        "reproducible": True,
        "stopped_by": "gap",
        "status": "optimal",
        "objective": 0.7912,
        "bound": 0.7951,
        "gap": 0.0049,
        "rounding_gap": 0.0067,
        "aim": {"mode": "attainment", "attainment": None, "probability": None, "tolerance": 0.005},
        "orders": orders,
        "later": later,
        "cost": {
            "currency": scenario.currency,
            "acquisition": acquisition,
            "integration": integration,
            "gateways": 0.0,
            "replacement": 0.011 * acquisition,
            "life_cycle": acquisition * 1.61,
            "overrun": {"probability": None, "mean": None, "p90": None},
            "by_fiscal_year": {
                year: {
                    "obligation": acquisition * budget.get(int(year), 0.0) / sum(budget.values()),
                    "outlay": acquisition * (0.31, 0.45, 0.24, 0.0)[i],
                    "support": acquisition * (0.0, 0.08, 0.21, 0.23)[i],
                }
                for i, year in enumerate(years)
            },
            "budget": {
                year: {"obligation": budget.get(int(year), 0.0), "carried": 0.0, "support": support.get(int(year))}
                for year in years
            },
        },
        "requirements": requirements,
        "attainment": {"planned": 0.7863, "simulated": 0.7793, "low": 0.7741, "high": 0.7845},
        "probability_all_met": 0.0,
        "availability": {o["platform"]: 0.87 for o in orders},
        "hours": {o["platform"]: 1234.5 * o["quantity"] for o in orders},
        "losses": {o["platform"]: 0.125 for o in orders},
        "identifying_hours": {o["platform"]: 210.0 * o["quantity"] if o["domain"] == "air" else 0.0 for o in orders},
        "grounding": {"probability": 0.58, "months": 3.0, "by_platform": {o["platform"]: 0.06 for o in orders}},
        "craft": {"ordered": float(craft), "usable_in_time": 0.8 * craft},
        "late": [
            {
                **{key: orders[0][key] for key in ("platform", "name")},
                "ordered": float(orders[0]["quantity"]),
                "probability_usable_in_time": 0.41,
            },
            {
                "platform": scenario.platforms[-1].id,
                "name": scenario.platforms[-1].name,
                "ordered": 0.0,
                "probability_usable_in_time": 0.9,
            },
        ],
        "evpi": None,
        "vss": None,
        "loop": [
            {"round": 1, "worst_disagreement": 0.173, "planned": 0.801, "simulated": 0.752},
            {"round": 2, "worst_disagreement": 0.041, "planned": 0.789, "simulated": 0.777},
            {"round": 3, "worst_disagreement": 0.017, "planned": 0.786, "simulated": 0.779},
        ],
        "allocation": allocation,
        "deliveries": [row for o in _one_of_each(orders) for row in _deliveries(scenario, o)],
        "ramp_up": [row for domain in _domains(orders) for row in _ramp_up(scenario, orders, domain)],
        "first_day": [
            {
                "platform": p.id,
                "name": p.name,
                "supplier_country": p.supplier_country,
                "domain": p.domain,
                "probability_usable_in_time": _chance(i, len(scenario.platforms)),
            }
            for i, p in enumerate(scenario.platforms)
        ],
        "platforms": [p.model_dump(include=_MAKER) for p in scenario.platforms],
        "areas": [{"id": a.id, "name": a.name, "area_nm2": 9876.5, "station": _centre(a)} for a in scenario.areas],
        "places": [p.model_dump(include={"id", "name", "lat", "lon"}) for p in scenario.places if p.id in used],
        "likely_value_plan": {
            "orders": _orders(scenario, max(bought // 2, 1)),
            "claims": 0.902,
            "earns": 0.6214,
            "low": 0.6151,
            "high": 0.6277,
        },
        "assumptions": [{**a.model_dump(), "value": a.likely} for a in scenario.assumptions],
        "value_kinds": {"published": 155, "derived": 61, "structural": 45, "assumption": 657},
        "warnings": ["amami: the sweep width of mq9b exceeds half the area's mean width"],
        "not_simulated": ["weather that areas share: the weather of each is drawn for itself"],
        "dates": {
            "start": str(calendar.start),
            "news": str(calendar.news),
            "deadline": str(calendar.deadline),
            "end": str(calendar.end),
            "window_start": str(calendar.window_start),
        },
        "replications": 200,
        "stopping": {"half_width": 0.02, "reached": 0.0187, "most": 1000},
        "futures": {"solve": 20, "judge": 200},
    }


def make_manifest(result: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest of the kind a run folder holds."""
    return {
        "fleetcraft": "0.1.0",
        "verb": "plan",
        "seed": result["seed"],
        "scenario": result["scenario"],
        "options": {"replications": 200, "gap": 0.01, "futures": None},
        "packages": {"numpy": "2.3.1", "highspy": "1.11.0", "numba": "0.61.2"},
        "machine": {"cores": 2, "system": "Linux", "python": "3.11.13"},
        "seconds": result["seconds"],
        "files": {"result.json": "0123abcd" * 8},
    }


def write_run(folder: Path, **scenario: Any) -> Path:
    """A run folder around a scenario (keywords of ``write_scenario``); returns the folder."""
    result = make_result(read_scenario(write_scenario(folder / "scenario", **scenario)))
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(make_manifest(result)), encoding="utf-8")
    return folder


def _orders(scenario: Scenario, bought: int) -> list[dict[str, Any]]:
    step = max(len(scenario.platforms) // bought, 1)
    chosen = scenario.platforms[::step][:bought]
    total = sum(scenario.budget.obligation.values()) * 0.984
    weights = [1 / (1 + i) for i in range(len(chosen))]
    orders = []
    for i, platform in enumerate(chosen):
        cost, quantity = total * weights[i] / sum(weights), 4 + 7 * i % 31
        orders.append(
            {
                "platform": platform.id,
                "name": platform.name,
                "supplier": platform.supplier,
                "domain": platform.domain,
                "supplier_country": platform.supplier_country,
                "period": scenario.calendar.periods[i % 2].id,
                "quantity": quantity,
                "cost": cost,
                "unit_price": cost / quantity,
                "delivered_mean": quantity * (0.41 if i == 0 else 0.93),
            }
        )
    return orders


def _later(scenario: Scenario, bought: int) -> list[dict[str, Any]]:
    """Two types ordered after the news in some futures, a first one that is ordered before it too."""
    budget = sum(scenario.budget.obligation.values())
    return [
        {
            "platform": platform.id,
            "name": platform.name,
            "supplier_country": platform.supplier_country,
            "domain": platform.domain,
            "period": scenario.calendar.periods[-1].id,
            "probability": 0.635,
            "quantity": {"mean": 3.25, "low": 0.0, "high": 6.0},
            "cost": 1e-4 * budget,
        }
        for platform in (scenario.platforms[0], scenario.platforms[-1])[:bought]
    ]


def _one_of_each(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({o["platform"]: o for o in orders}.values())


def _allocation(scenario: Scenario, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for i, order in enumerate(orders):
        for j in range(3 if len(scenario.areas) > 5 else 1):
            area = scenario.areas[(3 * i + j) % len(scenario.areas)]
            station = _centre(area)
            base = _near(scenario, station, i)
            distance = 60 * math.hypot(station[0] - base.lon, station[1] - base.lat)
            rows.append(
                {
                    "platform": order["platform"],
                    "base": base.id,
                    "area": area.id,
                    "craft": max(order["quantity"] // 3, 1),
                    "stations": max(order["quantity"] // 6, 1),
                    "distance_nm": distance,
                    "transit_h": distance / 70,
                    "station_h": 18.4,
                    "duty": 0.37,
                    "share_in_range": 0.71 if i == 2 else 1.0,
                    "route": [
                        [base.lon, base.lat],
                        [(base.lon + station[0]) / 2 + 0.3, (base.lat + station[1]) / 2],
                        list(station),
                    ],
                }
            )
    return rows


def _near(scenario: Scenario, station: tuple[float, float], i: int) -> Any:
    """One of the three places nearest to a station, another for another row."""
    nearest = sorted(scenario.places, key=lambda p: (p.lon - station[0]) ** 2 + (p.lat - station[1]) ** 2)
    return nearest[i % min(3, len(nearest))]


def _centre(area: Any) -> tuple[float, float]:
    ring = area.polygons[0][0]
    return sum(p[0] for p in ring[:-1]) / (len(ring) - 1), sum(p[1] for p in ring[:-1]) / (len(ring) - 1)


def _requirement(scenario: Scenario, i: int) -> dict[str, Any]:
    r = scenario.requirements[i]
    name = scenario.areas[scenario.area_index[r.area]].name
    at_most = r.measure == "revisit"
    swing = 0.55 + 0.6 * ((i * 37) % 23) / 22
    planned = r.threshold * (2 - swing if at_most else swing)
    planned = planned if at_most else min(planned, 0.97)
    simulated = planned * (0.985 + 0.03 * (i % 2))
    half = 0.012 * (r.threshold if at_most else 1)
    met = simulated <= r.threshold if at_most else simulated >= r.threshold
    return {
        "id": r.id,
        "area": r.area,
        "area_name": name,
        "measure": r.measure,
        "target": r.target,
        "threshold": r.threshold,
        "weight": r.weight,
        "ceiling": planned * 0.6 if at_most else min(planned + 0.2, 1.0),
        "planned": planned,
        "simulated": simulated,
        "low": simulated - half,
        "high": simulated + half,
        "probability_met": min(max(0.5 + (0.42 if met else -0.42) + 0.002 * i, 0.0), 1.0),
        "unit": r.unit,
        "at_most": at_most,
        "domain": r.domain,
        "domains": None if r.domains is None else list(r.domains),
        "craft": r.craft,
        "within_h": r.within_h,
        "sentence": f"{r.measure} in {name}: {'at most' if at_most else 'at least'} {r.threshold:g}",
    }


def _domains(orders: list[dict[str, Any]]) -> list[str]:
    return [d for d in DOMAINS if any(o["domain"] == d for o in orders)]


def _ramp_up(scenario: Scenario, orders: list[dict[str, Any]], domain: str) -> list[dict[str, Any]]:
    """The domain's deliveries added up, from the month of its first to the end of the measured year."""
    mine = [o for o in orders if o["domain"] == domain]
    rows = [_deliveries(scenario, o) for o in mine]
    summed = [
        {key: sum(r[i][key] for r in rows) for key in ("low", "mean", "high")} | {"date": rows[0][i]["date"]}
        for i in range(len(rows[0]))
    ]
    first = next(i for i, row in enumerate(summed) if row["mean"] > 0)
    ordered = sum(o["quantity"] for o in mine)
    return [{"domain": domain, "ordered": ordered, **row} for row in summed[first - 1 :]]


def _chance(i: int, count: int) -> float:
    return 0.0 if i in (1, 5) else 1.0 if i == count - 1 else round((0.41 + 0.37 * i) % 1, 3)


def _deliveries(scenario: Scenario, order: Mapping[str, Any]) -> list[dict[str, Any]]:
    start, end = scenario.calendar.start, scenario.calendar.end
    days = [
        date(y, m, 1) for y in range(start.year, end.year + 1) for m in range(1, 13) if start <= date(y, m, 1) <= end
    ]
    rows = []
    for day in days:
        years = years_between(start, day)
        mean = order["quantity"] * min(max((years - 0.9) / 1.4, 0.0), 1.0)
        low, high = math.floor(mean * 0.7), min(math.ceil(mean * 1.2), order["quantity"])
        rows.append({"platform": order["platform"], "date": str(day), "low": low, "mean": mean, "high": high})
    return rows
