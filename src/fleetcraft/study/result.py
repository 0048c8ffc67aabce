"""A run's answer as plain data: the keys of product.md, and what the report adds to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft import __version__
from fleetcraft.fleet.deliveries import grounded_share, queue_behind
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.geo.area import share_in_range
from fleetcraft.geo.distances import routes
from fleetcraft.optimise.formula import ceilings
from fleetcraft.plan import Plan
from fleetcraft.scenario.paths import value_at
from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.scenario.provenance import warnings_of
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import (
    estimate,
    half_widths,
    platform_results,
    probability_all_met,
    requirement_results,
    yearly_attainment,
)
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.study.judge import Judgement
from fleetcraft.study.warnings import (
    breaches,
    ceiling_warnings,
    hand_over_warnings,
    interface_warnings,
    overdue_warnings,
    range_warnings,
)
from fleetcraft.units import HOURS_PER_MONTH, date_after

Floats = NDArray[np.float64]
Json = dict[str, Any]

SURELY_IN_TIME = 0.95
NOT_SIMULATED = ("weather that areas share: the weather of each is drawn for itself",)
RAMP_UP_QUANTILES = LATER_QUANTILES = (0.1, 0.9)


def requirement_sentence(scenario: Scenario, requirement: Requirement) -> str:
    """A requirement in one plain line."""
    area = scenario.areas[scenario.area_index[requirement.area]].name
    if requirement.measure == "presence":
        craft = f"{requirement.craft} {requirement.domain} craft"
        return f"{craft} on station and able to see in {area} at least {requirement.threshold:.0%} of the time"
    if requirement.measure == "layered":
        *first, last = requirement.domains or ()
        craft = f"{', '.join(first)} and {last} craft"
        return f"{craft} on station and able to see in {area} at once at least {requirement.threshold:.0%} of the time"
    target = "submerged target" if requirement.target == "submerged" else str(requirement.target).replace("_", " ")
    if requirement.measure == "revisit":
        return f"a still {target} in {area} looked at every {requirement.threshold:g} h or less"
    verb = "found and identified" if requirement.measure == "identification" else "found"
    found = f"{verb} within {requirement.within_h:g} h of arriving"
    return f"a {target} in {area} {found} with probability {requirement.threshold:g} or more"


def requirement_entries(theatre: Theatre, judgement: Judgement) -> list[Json]:
    """Each requirement with its threshold, ceiling, formula and simulated measure."""
    scenario = theatre.scenario
    ceiling = ceilings(theatre)
    entries = []
    measured = requirement_results(scenario.requirements, judgement.outcome)
    for i, (r, found) in enumerate(zip(scenario.requirements, measured, strict=True)):
        entry: Json = {
            "id": r.id,
            "area": r.area,
            "area_name": scenario.areas[scenario.area_index[r.area]].name,
            "measure": r.measure,
            "target": r.target,
            "within_h": r.within_h,
            "domain": r.domain,
            "domains": None if r.domains is None else list(r.domains),
            "craft": r.craft,
            "unit": r.unit,
            "at_most": r.at_most is not None,
            "threshold": r.threshold,
            "weight": r.weight,
            "ceiling": float(ceiling[i]),
            "sentence": requirement_sentence(scenario, r),
        }
        if judgement.planned is not None:
            entry["planned"] = float(judgement.planned[i])
        entry |= {
            **found.simulated.entry("simulated"),
            "probability_met": _number(found.probability_met),
        }
        entries.append(entry)
    return entries


def attainment_entry(scenario: Scenario, judgement: Judgement) -> Json:
    """Attainment: formula, simulated mean and its 95% interval."""
    entry: Json = {} if judgement.planned_attainment is None else {"planned": judgement.planned_attainment}
    found = estimate(yearly_attainment(scenario.requirements, judgement.outcome))
    return entry | found.entry("simulated")


def yearly_entry(scenario: Scenario, judgement: Judgement) -> list[float | None]:
    """Attainment of each judged year to a millionth, in their order: runs of one seed are compared year by year.

    None of a year in which a requirement has no value.
    """
    return [_number(round(value, 6)) for value in yearly_attainment(scenario.requirements, judgement.outcome).tolist()]


def stopping_entry(scenario: Scenario, outcome: Outcome, *, half_width: float | None, most: int) -> Json:
    """The half width asked for (None: none), the largest reached, and the most replications there might have been.

    Reached is None where some requirement has no interval, so that none was reached.
    """
    reached = float(half_widths(scenario.requirements, outcome).max(initial=0.0))
    return {"half_width": half_width, "reached": _number(reached), "most": most}


def trace_entry(theatre: Theatre, judgement: Judgement, seed: int, replication: int) -> Json:
    """Which replication was traced, the rows of the plan in it, and the measures of its year.

    None where a requirement has no value in it.
    """
    outcome = judgement.outcome
    (played,) = judgement.plan.in_futures(seed, "judge", [replication])
    values = outcome.value[replication].tolist()
    measured = {id_: _number(value) for id_, value in zip(outcome.requirements, values, strict=True)}
    rows = allocation_entries(theatre, played)
    return {"replication": replication, "requirements": measured, "allocation": rows}


def fleet_entries(scenario: Scenario, judgement: Judgement) -> Json:
    """Craft ordered and usable in time, in the mean future; chance that everything is met; the judged year by platform:
    availability, operating hours and losses.
    """
    found = platform_results(judgement.outcome)
    opens_h = scenario.calendar.window_start_h
    return {
        "craft": {
            "ordered": float(judgement.ordered.sum(axis=1).mean()),
            "usable_in_time": float(sum((usable_h <= opens_h).sum() for usable_h in judgement.usable_h))
            / len(judgement.ordered),
        },
        "probability_all_met": _number(probability_all_met(scenario.requirements, judgement.outcome)),
        "availability": {p.platform: _number(p.availability) for p in found},
        "hours": {p.platform: _number(p.operating_h) for p in found},
        "losses": {p.platform: _number(p.losses) for p in found},
        "identifying_hours": _identifying_hours(judgement.outcome),
        "grounding": grounding_entry(scenario, judgement),
    }


def _identifying_hours(outcome: Outcome) -> dict[str, float]:
    """Hours that all craft of each platform spend identifying in the judged year, as means over years."""
    hours = outcome.row_busy_h.mean(axis=0)
    platforms = sorted({platform for platform, _, _ in outcome.rows})
    return {p: float(sum(h for h, row in zip(hours, outcome.rows, strict=True) if row[0] == p)) for p in platforms}


def grounding_entry(scenario: Scenario, judgement: Judgement) -> Json | None:
    """Chance that a type bought stands down in the judged year: any of them, and each; None where none ever does.

    A type that only some futures buy stands down for the plan in those alone.
    """
    if scenario.uncertainty.grounding.per_type_year == 0:
        return None
    grounded = (grounded_share(scenario, judgement.futures) > 0) & (judgement.ordered > 0)
    chances = grounded.mean(axis=0).tolist()
    return {
        "probability": float(grounded.any(axis=1).mean()),
        "months": scenario.uncertainty.grounding.months,
        "by_platform": {scenario.platforms[p].id: chances[p] for p in _bought(judgement)},
    }


def _bought(judgement: Judgement) -> list[int]:
    """Index of each platform that any future orders."""
    return [int(p) for p in np.flatnonzero(judgement.ordered.any(axis=0))]


def order_entries(theatre: Theatre, judgement: Judgement) -> list[Json]:
    """Orders common to all futures, with their cost and the craft expected to be usable when the window opens."""
    scenario, deliveries = theatre.scenario, judgement.deliveries
    usable = deliveries.usable_by(scenario.calendar.window_start_h).mean(axis=0)
    start_h = {p.id: p.start_h for p in scenario.calendar.periods}
    entries = []
    for order, cost in judgement.order_cost.items():
        index = scenario.platform_index[order.platform]
        platform = scenario.platforms[index]
        mine = (deliveries.platform == index) & (deliveries.order_h == start_h[order.period])
        entries.append(
            {
                "platform": order.platform,
                "name": platform.name,
                "supplier": platform.supplier,
                "supplier_country": platform.supplier_country,
                "domain": platform.domain,
                "period": order.period,
                "quantity": order.quantity,
                "unit_price": cost / order.quantity,
                "cost": cost,
                "delivered_mean": float(usable[mine].sum()),
            }
        )
    return entries


def later_entries(theatre: Theatre, judgement: Judgement) -> list[Json]:
    """What single futures order from the news on, by type and period: in how many, how many craft, for how much.

    Quantity and cost are over all futures, those that order none of it included.
    """
    scenario = theatre.scenario
    entries = []
    for order in judgement.later:
        platform = scenario.platforms[scenario.platform_index[order.platform]]
        low, high = np.quantile(order.quantity, LATER_QUANTILES)
        entries.append(
            {
                "platform": order.platform,
                "name": platform.name,
                "supplier_country": platform.supplier_country,
                "domain": platform.domain,
                "period": order.period,
                "probability": float((order.quantity > 0).mean()),
                "quantity": {"mean": float(order.quantity.mean()), "low": float(low), "high": float(high)},
                "cost": order.cost,
            }
        )
    return entries


def cost_entry(scenario: Scenario, judgement: Judgement) -> Json:
    """Acquisition, life cycle, overrun and the books by fiscal year beside the budget."""
    accounts, budget = judgement.accounts, scenario.budget
    return {
        "currency": scenario.currency,
        "acquisition": accounts.acquisition,
        "integration": accounts.integration,
        "gateways": accounts.gateways,
        "replacement": accounts.replacement,
        "life_cycle": accounts.life_cycle,
        "overrun": {
            "probability": accounts.overrun.probability,
            "mean": accounts.overrun.mean,
            "p90": accounts.overrun.p90,
        },
        "by_fiscal_year": {
            str(year): {
                "obligation": accounts.obligation[year],
                "outlay": accounts.outlay[year],
                "support": accounts.support[year],
            }
            for year in scenario.calendar.fiscal_years
        },
        "budget": {
            str(year): {
                budget.counts: budget.acquisition.get(year, 0.0),
                "carried": accounts.carried[year],
                "support": budget.support.get(year),
            }
            for year in scenario.calendar.fiscal_years
        },
    }


def first_day_entries(theatre: Theatre, judgement: Judgement) -> list[Json]:
    """Each type's probability of being usable when the window opens, were one ordered on the first day (or today)."""
    scenario = theatre.scenario
    entries = []
    for index, platform in enumerate(scenario.platforms):
        _, usable = queue_behind(scenario, index, np.full(1, scenario.today_h), judgement.futures)
        entries.append(
            {
                "platform": platform.id,
                "name": platform.name,
                "supplier_country": platform.supplier_country,
                "domain": platform.domain,
                "probability_usable_in_time": float((usable <= scenario.calendar.window_start_h).mean()),
            }
        )
    return entries


def late_entries(theatre: Theatre, judgement: Judgement) -> list[Json]:
    """Types that may miss the window, the likeliest to miss it first.

    Of a type that is ordered, in all futures or in some, the share of its craft usable in time; of others the chance of
    a first-day order. ``ordered`` is how many craft of it the mean future orders.
    """
    opens_h = theatre.scenario.calendar.window_start_h
    late = []
    for index, entry in enumerate(first_day_entries(theatre, judgement)):
        probability = entry["probability_usable_in_time"]
        ordered = judgement.ordered[:, index]
        if ordered.any():
            probability = int((judgement.usable_h[index] <= opens_h).sum()) / int(ordered.sum())
        if probability < SURELY_IN_TIME:
            told = {"platform": entry["platform"], "name": entry["name"], "ordered": float(ordered.mean())}
            late.append({**told, "probability_usable_in_time": probability})
    return sorted(late, key=lambda e: (e["probability_usable_in_time"], e["platform"]))


def allocation_entries(theatre: Theatre, plan: Plan) -> list[Json]:
    """Rows of a plan with their sortie and the route to the area."""
    scenario, pairs = theatre.scenario, theatre.pairs
    rows = plan.allocation or ()
    platforms = [scenario.platforms[scenario.platform_index[row.platform]] for row in rows]
    legs = [(row.base, row.area, platform.domain) for row, platform in zip(rows, platforms, strict=True)]
    found = routes(scenario.places, scenario.areas, theatre.geometry, legs)
    entries = []
    for row, platform, leg in zip(rows, platforms, legs, strict=True):
        n = theatre.pair_index[row.platform, row.base, row.area]
        base, area = scenario.places[pairs.base[n]], scenario.areas[pairs.area[n]]
        entries.append(
            {
                "platform": row.platform,
                "base": row.base,
                "area": row.area,
                "craft": row.craft,
                "stations": row.stations,
                "distance_nm": float(pairs.distance_nm[n]),
                "transit_h": float(pairs.transit_h[n]),
                "station_h": float(pairs.station_h[n]),
                "duty": float(pairs.duty[n]),
                "share_in_range": share_in_range(area, base.lon, base.lat, platform.range_nm_from_base),
                "route": [[round(lon, 4), round(lat, 4)] for lon, lat in found[leg].points],
            }
        )
    return entries


def delivery_entries(theatre: Theatre, judgement: Judgement) -> list[Json]:
    """Craft usable at the start of each month, by platform: mean and 5% and 95% quantiles over the judged futures."""
    calendar = theatre.scenario.calendar
    months = _month_starts(calendar.start, calendar.end)
    entries = []
    for index in _bought(judgement):
        usable_h = judgement.usable_h[index]
        for month in months:
            count = (usable_h <= calendar.hours(month)).sum(axis=1)
            low, high = np.quantile(count, [0.05, 0.95])
            entries.append(
                {
                    "platform": theatre.scenario.platforms[index].id,
                    "date": month.isoformat(),
                    "low": float(low),
                    "mean": float(count.mean()),
                    "high": float(high),
                }
            )
    return entries


def ramp_up_entries(theatre: Theatre, judgement: Judgement) -> list[Json]:
    """Craft of each domain usable at the start of each month, late ones included, over the judged futures.

    From the month of the first delivery in any future to the window's end: mean, 10% and 90% quantiles; beside them how
    many are ordered, in the mean of the futures.
    """
    scenario, calendar = theatre.scenario, theatre.scenario.calendar
    bought = _bought(judgement)
    came = [judgement.usable_h[p][np.isfinite(judgement.usable_h[p])] for p in bought]
    earliest = min((float(hours.min()) for hours in came if hours.size), default=None)
    if earliest is None:
        return []
    first = date_after(calendar.start, earliest).replace(day=1)
    last = date_after(calendar.window_start, calendar.window_h)
    entries = []
    for domain in DOMAINS:
        mine = [p for p in bought if scenario.platforms[p].domain == domain]
        if not mine:
            continue
        usable_h = np.concatenate([judgement.usable_h[p] for p in mine], axis=1)
        ordered = float(judgement.ordered[:, mine].sum(axis=1).mean())
        for month in _month_starts(first, last):
            count = (usable_h <= calendar.hours(month)).sum(axis=1)
            low, high = np.quantile(count, RAMP_UP_QUANTILES)
            entries.append(
                {
                    "domain": domain,
                    "date": month.isoformat(),
                    "low": float(low),
                    "mean": float(count.mean()),
                    "high": float(high),
                    "ordered": ordered,
                }
            )
    return entries


def _month_starts(start: date, end: date) -> list[date]:
    count = int((end - start).days * 24 / HOURS_PER_MONTH) + 2
    months = [date(start.year + (start.month - 1 + i) // 12, (start.month - 1 + i) % 12 + 1, 1) for i in range(count)]
    return [m for m in months if start <= m <= end]


def scenario_entries(theatre: Theatre, judgement: Judgement, allocation: Sequence[Mapping[str, Any]]) -> Json:
    """What the report needs to know of the scenario itself."""
    scenario = theatre.scenario
    calendar, geometry = scenario.calendar, theatre.geometry
    bases = {row["base"] for row in allocation}
    kinds = [source.kind for source in scenario.platform_sources]
    return {
        "platforms": [p.model_dump(include=_PLATFORM_KEYS) for p in scenario.platforms],
        "areas": [
            {
                "id": a.id,
                "name": a.name,
                "area_nm2": float(geometry.area_nm2[k]),
                "station": [float(geometry.station_lon[k]), float(geometry.station_lat[k])],
            }
            for k, a in enumerate(scenario.areas)
        ],
        "places": [{"id": b.id, "name": b.name, "lat": b.lat, "lon": b.lon} for b in scenario.places if b.id in bases],
        "assumptions": [
            a.model_dump(include=_ASSUMPTION_KEYS) | {"value": _value_in_force(scenario, a.path)}
            for a in scenario.assumptions
        ],
        "value_kinds": {kind: kinds.count(kind) for kind in ("published", "derived", "structural", "assumption")},
        "not_simulated": list(NOT_SIMULATED),
        "dates": {
            "start": calendar.start.isoformat(),
            "news": calendar.news.isoformat(),
            "deadline": calendar.deadline.isoformat(),
            "end": calendar.end.isoformat(),
            "window_start": calendar.window_start.isoformat(),
        },
        "warnings": [
            *breaches(theatre, judgement.plan, judgement.accounts),
            *ceiling_warnings(theatre),
            *hand_over_warnings(theatre, allocation),
            *interface_warnings(scenario),
            *overdue_warnings(scenario),
            *range_warnings(theatre, allocation),
            *warnings_of(scenario),
        ],
    }


_PLATFORM_KEYS = {"id", "name", "supplier", "supplier_country", "domain"}
_ASSUMPTION_KEYS = {"path", "low", "likely", "high", "unit", "reason", "source"}


def _value_in_force(scenario: Scenario, path: str) -> float | None:
    values = {float(v) for v in value_at(scenario, path) if isinstance(v, int | float)}
    return values.pop() if len(values) == 1 else None


def head(scenario: Scenario, seed: int, seconds: Mapping[str, float]) -> Json:
    """What run this is."""
    return {
        "fleetcraft": __version__,
        "scenario": {"name": scenario.name, "hash": scenario.hash, "case": scenario.case},
        "seed": seed,
        "seconds": {stage: round(value, 2) for stage, value in seconds.items()},
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
