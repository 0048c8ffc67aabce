"""The exact formula: what a whole plan is expected to achieve in given futures (model.md 4 and 8).

``planned`` in every output is this formula on the plan as it stands, never a tangent's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.deliveries import Deliveries
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.physics import measures, reliability, sortie
from fleetcraft.plan import Allocation, Plan
from fleetcraft.scenario.requirement import Requirement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """A plan's allocation as arrays: the pair of each row, its craft and its stations."""

    pair: Ints
    craft: Ints
    stations: Ints


def plan_rows(theatre: Theatre, allocation: Sequence[Allocation]) -> Rows:
    """The rows of an allocation; stations are ceil(craft x duty) where the plan leaves them open.

    Raises KeyError for a row whose pair is not open (``study`` refuses such plans before).
    """
    pair = np.array([theatre.pair_index[r.platform, r.base, r.area] for r in allocation], dtype=np.int64)
    craft = np.array([r.craft for r in allocation], dtype=np.int64)
    law = sortie.stations(craft, theatre.pairs.duty[pair])
    stated = np.array([-1 if r.stations is None else r.stations for r in allocation], dtype=np.int64)
    return Rows(pair, craft, np.where(stated < 0, law, stated).astype(np.int64))


def allocation_of(theatre: Theatre, pair: Ints, craft: Ints) -> tuple[Allocation, ...]:
    """Rows, ordered by id, of whole craft in pairs, each with ceil(craft x duty) stations; empty rows are left out."""
    scenario, pairs = theatre.scenario, theatre.pairs
    rows = [
        Allocation(
            platform=scenario.platforms[pairs.platform[n]].id,
            base=scenario.places[pairs.base[n]].id,
            area=scenario.areas[pairs.area[n]].id,
            craft=int(count),
            stations=int(sortie.stations(count, pairs.duty[n])),
        )
        for n, count in zip(pair, craft, strict=True)
        if count
    ]
    return tuple(sorted(rows))


def surviving_craft(theatre: Theatre, rows: Rows, deliveries: Deliveries) -> Floats:
    """Usable craft of each row less expected hull losses, averaged over the window, (F, rows).

    A craft that has operated since it became usable survives with exp(-loss rate x operating hours).
    """
    window_h = theatre.scenario.calendar.window_start_h
    placed = np.flatnonzero(deliveries.row >= 0)
    row = deliveries.row[placed]
    hours_per_h = theatre.pairs.operating_h_per_h[rows.pair][row]
    losses = np.array([p.loss_per_100k_h for p in theatre.scenario.platforms])
    loss_rate = reliability.loss_rate_per_h(losses[deliveries.platform[placed]])
    usable = deliveries.usable_h[:, placed]
    in_time = usable <= window_h
    before = np.where(in_time, window_h - usable, 0.0) * hours_per_h
    survival = reliability.mean_survival(loss_rate, before, hours_per_h, theatre.scenario.calendar.window_h)
    belongs = (row[:, None] == np.arange(len(rows.pair))).astype(np.float64)
    craft: Floats = np.where(in_time, survival, 0.0) @ belongs
    return craft


def occupancy(theatre: Theatre, rows: Rows, deliveries: Deliveries, kappa: Floats) -> Floats:
    """Share of time each station of a row is occupied, (F, rows)."""
    craft = surviving_craft(theatre, rows, deliveries)
    return sortie.occupancy(craft, theatre.pairs.duty[rows.pair], kappa[rows.pair], rows.stations)


def planned_values(theatre: Theatre, plan: Plan, deliveries: Deliveries, corrections: Corrections) -> Floats:
    """Value of every requirement in every future, (F, R), in the measure's own unit."""
    assert plan.allocation is not None
    rows = plan_rows(theatre, plan.allocation)
    occupied = occupancy(theatre, rows, deliveries, corrections.kappa)
    values = [_value(theatre, requirement, rows, occupied) for requirement in theatre.scenario.requirements]
    window_h = theatre.scenario.calendar.window_h
    is_revisit = np.array([r.measure == "revisit" for r in _requirements(theatre)], dtype=bool)
    bare = np.stack(values, axis=1)
    never_looked_at = is_revisit & (bare >= window_h)
    corrected: Floats = np.minimum(bare * corrections.rho, np.where(is_revisit, window_h, 1.0))
    return np.where(never_looked_at, bare, corrected)


def _requirements(theatre: Theatre) -> tuple[Requirement, ...]:
    return theatre.scenario.requirements


def _value(theatre: Theatre, requirement: Requirement, rows: Rows, occupied: Floats) -> Floats:
    """Uncorrected value of one requirement in every future, (F,)."""
    area = theatre.scenario.area_index[requirement.area]
    strata = theatre.strata[area]
    mine = np.flatnonzero(theatre.pairs.area[rows.pair] == area)
    platform = theatre.pairs.platform[rows.pair[mine]]
    occupied, stations = occupied[:, mine], rows.stations[mine]
    sees = strata.sees[:, platform]
    if requirement.measure == "presence":
        domains = np.array([p.domain for p in theatre.scenario.platforms])
        counts = domains[platform] == requirement.domain
        assert requirement.craft is not None
        return measures.presence_share(
            strata.share, sees[:, counts], occupied[:, counts], stations[counts], requirement.craft
        )
    assert requirement.target is not None
    if requirement.measure == "revisit":
        rate = np.where(sees, theatre.look_rate_per_h(area, requirement.target)[platform].T[strata.wind_band], 0.0)
        mean_rate = (occupied * stations) @ (strata.share @ rate)
        return measures.revisit_h(mean_rate, theatre.scenario.calendar.window_h)
    rate = np.where(sees, theatre.detection_rate_per_h(area, requirement.target)[platform].T[strata.wind_band], 0.0)
    return measures.detection_share(strata.share, longest_search_h(theatre, requirement) * rate, occupied, stations)


def longest_search_h(theatre: Theatre, requirement: Requirement) -> float:
    """tau = min(within_h, hours present): how long a target can be searched for in time."""
    assert requirement.within_h is not None
    assert requirement.target is not None
    return min(requirement.within_h, theatre.scenario.targets[requirement.target].hours_present)


def ceilings(theatre: Theatre) -> Floats:
    """Each requirement's value with unlimited craft in every open pair, (R,)."""
    return np.array([_ceiling(theatre, r) for r in _requirements(theatre)])


def _ceiling(theatre: Theatre, requirement: Requirement) -> float:
    area = theatre.scenario.area_index[requirement.area]
    platform = np.unique(theatre.pairs.platform[theatre.pairs.area == area])
    strata = theatre.strata[area]
    sees = strata.sees[:, platform]
    if requirement.measure == "presence":
        domains = np.array([p.domain for p in theatre.scenario.platforms])
        return float(strata.share @ (sees & (domains[platform] == requirement.domain)).any(axis=1))
    assert requirement.target is not None
    if requirement.measure == "revisit":
        able = (theatre.look_rate_per_h(area, requirement.target)[platform].T[strata.wind_band] > 0) & sees
        return 0.0 if able.any() else theatre.scenario.calendar.window_h
    able = (theatre.detection_rate_per_h(area, requirement.target)[platform].T[strata.wind_band] > 0) & sees
    return float(strata.share @ able.any(axis=1))
