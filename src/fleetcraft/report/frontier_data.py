"""What a page needs to move along a frontier without asking again: every known point of a scenario, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.geo.area import AreaGeometry, measure_areas
from fleetcraft.geo.distances import routes
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.report.explain_words import limit_in_words
from fleetcraft.report.frontier_runs import KnownPoint, Work, known_points, runs_of, with_plans_shown, work_shown
from fleetcraft.scenario.platform import Domain
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.binding import Limit, limits_of
from fleetcraft.study.explain.ground import Ground
from fleetcraft.study.frontier import USUAL_BUDGETS, even_budgets, stated_money, with_budget
from fleetcraft.study.result import requirement_sentence

Json = dict[str, Any]
Row = Mapping[str, Any]

DECIMALS = 4
"""Of degrees on a route: 0.006 nm."""
OF_THE_ANSWER = ("attainment", "risk", "cost", "probability_all_met", "orders", "later")


def frontier_data(theatre: Theatre, root: Path) -> Json:
    """Every known point of a scenario's frontier by ascending budget, one a budget.

    They are those of the shipped frontiers and of the runs in ``root`` whose points were given the same work
    (``options``): the usual, or that of which the most budgets are known. ``usual`` are the budgets that
    ``fleetcraft frontier`` computes by itself. Raises ScenarioError where there is no acquisition money to scale.
    """
    scenario = theatre.scenario
    stated = stated_money(scenario)
    runs = runs_of(scenario.hash, root)
    work = work_shown(scenario, runs)
    pairs = with_plans_shown(scenario, known_points(runs, work))
    rows = [row for _, shown in pairs if shown.point.found for row in rows_of(shown.plan)]
    points = [_point(theatre, work, stated, own, shown) for own, shown in pairs]
    return {
        "currency": scenario.currency,
        "stated": stated,
        "counts": scenario.budget.counts,
        "options": {key: value for key, value in asdict(work).items() if value is not None},
        "points": points,
        "routes": routes_of(scenario, theatre.geometry, rows),
        "usual": list(even_budgets(scenario, USUAL_BUDGETS)),
    }


def _point(theatre: Theatre, work: Work, stated: float, own: KnownPoint, shown: KnownPoint) -> Json:
    """A point: its status is that of its own solve, the rest its plan's; ``run`` and ``key`` say where that lies."""
    answer = shown.point.answer
    told = {
        "run": shown.run.name,
        "key": shown.point.key,
        "budget": own.budget,
        "scale": own.budget / stated,
        "kept_from": None if own is shown else shown.budget,
        "status": own.point.answer["status"],
        **{key: answer.get(key) for key in OF_THE_ANSWER},
        "conflict": list(answer.get("conflict", ())),
        "yearly": [None if year is None else round(year, 5) for year in answer.get("yearly", ())],
    }
    if not shown.point.found:
        return told | {"orders": [], "later": [], "allocation": [], "requirements": [], "binding": []}
    plan = shown.plan
    return told | {
        "allocation": plan["allocation"],
        "requirements": _requirements(theatre.scenario, answer["requirements"]),
        "binding": _binding(theatre, work, own.budget / stated, plan, answer["cost"]),
    }


def _requirements(scenario: Scenario, found: Sequence[Row]) -> list[Json]:
    """What a point attains of each requirement, with what is asked."""
    by_id = {row["id"]: row for row in found}
    return [_requirement(scenario, asked) | dict(by_id[asked.id]) for asked in scenario.requirements]


def _requirement(scenario: Scenario, asked: Requirement) -> Json:
    return {
        "id": asked.id,
        "area": asked.area,
        "measure": asked.measure,
        "target": asked.target,
        "within_h": asked.within_h,
        "unit": asked.unit,
        "at_most": asked.at_most is not None,
        "threshold": asked.threshold,
        "weight": asked.weight,
        "sentence": requirement_sentence(scenario, asked),
    }


def _binding(theatre: Theatre, work: Work, scale: float, plan: Row, cost: Row) -> list[Json]:
    """Each limit and what the plan uses of it, the fullest first.

    Acquisition money counts what single futures order after the news, in their mean; the rest is that of the orders
    that all futures place, support in the dearest future (``study.explain.binding``).
    """
    scenario = with_budget(theatre.scenario, scale)
    options = Options(seed=work.seed, replications=work.replications, futures=work.futures, gap=work.gap)
    ground = Ground(replace(theatre, scenario=scenario), options, no_corrections(theatre))
    limits = [_with_later_orders(limit, cost) for limit in limits_of(ground, _common(plan))]
    return [
        {
            "limit": limit.path,
            "label": _capitalised(limit_in_words({**asdict(limit), "limit": limit.path, "marginal": 0.0}, scenario)),
            "used": limit.used,
            "of": limit.limit,
            "unit": limit.unit,
        }
        for limit in sorted(limits, key=_fullness, reverse=True)
    ]


def _with_later_orders(limit: Limit, cost: Row) -> Limit:
    if limit.kind != "acquisition":
        return limit
    _, counts, year = limit.path.split(".")
    return replace(limit, used=cost["by_fiscal_year"][year][counts])


def _fullness(limit: Limit) -> float:
    """Share of a limit that is used; one of nothing that is not used is empty."""
    return limit.used / limit.limit if limit.limit > 0 else float(limit.used > 0)


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _common(plan: Row) -> Plan:
    """What all futures of a plan have, from its text; a stored run's needs no checking again."""
    return Plan(
        orders=tuple(Order(o["platform"], o["period"], o["quantity"]) for o in plan["orders"]),
        allocation=tuple(
            Allocation(a["platform"], a["base"], a["area"], a["craft"], a.get("stations")) for a in plan["allocation"]
        ),
        gateways=tuple((one, other) for one, other in plan.get("gateways", ())),
    )


def rows_of(plan: Row) -> list[Row]:
    """The rows of a plan.json's allocation, those that single futures add among them."""
    return [*(plan.get("allocation") or ()), *(row for each in plan.get("later", ()) for row in each["allocation"])]


def routes_of(scenario: Scenario, geometry: AreaGeometry, rows: Iterable[Row]) -> dict[str, list[list[float]]]:
    """The routes that rows of an allocation take, by base/area/domain: points (lon, lat) in degrees."""
    domains: dict[str, Domain] = {p.id: p.domain for p in scenario.platforms}
    legs = dict.fromkeys((row["base"], row["area"], domains[row["platform"]]) for row in rows)
    found = routes(scenario.places, scenario.areas, geometry, legs)
    return {
        "/".join(leg): [[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat in found[leg].points] for leg in legs
    }


def with_routes(scenario: Scenario, plan: Row) -> Json:
    """A plan.json with the routes that its craft take."""
    return {**plan, "routes": routes_of(scenario, measure_areas(scenario.areas), rows_of(plan))}
