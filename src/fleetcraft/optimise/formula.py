"""The exact formula: what a whole plan is expected to achieve in given futures (model.md 4 and 8).

``planned`` in every output is this formula on the plan as it stands, never a tangent's value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.deliveries import Deliveries
from fleetcraft.fleet.losses import at_risk_from_h, loss_rate_per_h, replacement_h
from fleetcraft.fleet.theatre import Theatre, hand_over_h, identification_service_h, identifies
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.physics import measures, reliability, sortie
from fleetcraft.plan import Allocation, Plan
from fleetcraft.scenario.platform import Domain
from fleetcraft.scenario.requirement import Measure, Requirement
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


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


def expected_craft(theatre: Theatre, rows: Rows, deliveries: Deliveries) -> Floats:
    """Craft of each row at work, averaged over the window, (F, rows).

    Each craft usable in time counts less its expected losses, with those replaced that its class replaces, and less
    the share of the window in which its type is grounded.
    """
    window_h = theatre.scenario.calendar.window_start_h
    placed = np.flatnonzero(deliveries.row >= 0)
    row, platform = deliveries.row[placed], deliveries.platform[placed]
    usable = deliveries.usable_h[:, placed]
    in_time = usable <= window_h
    filled = reliability.mean_presence(
        loss_rate_per_h(theatre.scenario)[platform],
        np.where(in_time, window_h - at_risk_from_h(theatre.scenario, usable), 0.0),
        theatre.pairs.operating_h_per_h[rows.pair][row],
        theatre.scenario.calendar.window_h,
        replacement_h(theatre.scenario)[platform],
    )
    flying = 1.0 - deliveries.grounded_share[:, placed]
    belongs = (row[:, None] == np.arange(len(rows.pair))).astype(np.float64)
    craft: Floats = (np.where(in_time, filled, 0.0) * flying) @ belongs
    return craft


def occupancy(theatre: Theatre, rows: Rows, deliveries: Deliveries, kappa: Floats) -> Floats:
    """Share of time each station of a row is occupied, by craft busy or not, (F, rows)."""
    craft = expected_craft(theatre, rows, deliveries)
    return sortie.occupancy(craft, theatre.pairs.duty[rows.pair], kappa[rows.pair], rows.stations)


def planned_values(theatre: Theatre, plan: Plan, deliveries: Deliveries, corrections: Corrections) -> Floats:
    """Value of every requirement in every future, (F, R), in the measure's own unit."""
    watches = _watches(theatre, plan, deliveries, corrections)
    values = [_LAWS[r.measure](watch, r) for watch, r in zip(watches, _requirements(theatre), strict=True)]
    window_h = theatre.scenario.calendar.window_h
    is_revisit = np.array([r.measure == "revisit" for r in _requirements(theatre)], dtype=bool)
    bare = np.stack(values, axis=1)
    never_looked_at = is_revisit & (bare >= window_h)
    corrected: Floats = np.minimum(bare * corrections.rho, np.where(is_revisit, window_h, 1.0))
    return np.where(never_looked_at, bare, corrected)


def timely_shares(theatre: Theatre, plan: Plan, deliveries: Deliveries, corrections: Corrections) -> Floats:
    """Of all targets that a plan finds the share found in time for hand-over and quickest look, (R,).

    1 for measures other than identification, and where nothing is found.
    """
    shares = np.ones(len(_requirements(theatre)))
    for index, watch in enumerate(_watches(theatre, plan, deliveries, corrections)):
        requirement = _requirements(theatre)[index]
        if requirement.measure == "identification" and requirement.target is not None:
            look_h = quickest_look_h(theatre, requirement, watch.platform)
            hours = longest_search_h(theatre, requirement) - look_h - watch.mean_delay_h(requirement.target)
            in_time = float(_found(watch, requirement.target, np.maximum(hours, 0.0)).mean())
            present_h = theatre.scenario.targets[requirement.target].hours_present
            ever = float(_found(watch, requirement.target, present_h).mean())
            shares[index] = in_time / ever if ever > 0 else 1.0
    return shares


def craft_mix(theatre: Theatre, plan: Plan) -> Floats:
    """Craft of each platform in each area of a plan with an allocation, (P, A)."""
    rows = plan_rows(theatre, plan.allocation or ())
    mix = np.zeros((len(theatre.scenario.platforms), len(theatre.scenario.areas)))
    np.add.at(mix, (theatre.pairs.platform[rows.pair], theatre.pairs.area[rows.pair]), rows.craft)
    return mix


def quickest_look_h(theatre: Theatre, requirement: Requirement, platform: Ints) -> float:
    """Shortest time in which any of some platforms identifies what an identification asks for; inf where none can."""
    assert requirement.target is not None
    area = theatre.scenario.area_index[requirement.area]
    return float(identification_service_h(theatre, area, requirement.target)[platform].min(initial=np.inf))


def _requirements(theatre: Theatre) -> tuple[Requirement, ...]:
    return theatre.scenario.requirements


@dataclass(frozen=True)
class _Watch:
    """What watches one requirement's area: its weather and the n rows of the plan that serve it."""

    theatre: Theatre
    area: int
    share: Floats  # (S,)
    wind_band: Ints  # (S,)
    sees: Bools  # (S, n)
    platform: Ints  # (n,)
    occupied: Floats  # (F, n), busy or not
    busy: Floats  # (n,)
    stations: Ints  # (n,)
    delay_h: Floats  # (n, n) from who finds to who identifies

    @classmethod
    def of(
        cls,
        theatre: Theatre,
        requirement: Requirement,
        rows: Rows,
        occupied: Floats,
        busy: Floats,
        hand_over: Floats,
    ) -> _Watch:
        area = theatre.scenario.area_index[requirement.area]
        strata = theatre.strata[area]
        mine = np.flatnonzero(theatre.pairs.area[rows.pair] == area)
        platform = theatre.pairs.platform[rows.pair[mine]]
        return cls(
            theatre=theatre,
            area=area,
            share=strata.share,
            wind_band=strata.wind_band,
            sees=strata.sees[:, platform],
            platform=platform,
            occupied=occupied[:, mine],
            busy=busy[rows.pair[mine]],
            stations=rows.stations[mine],
            delay_h=hand_over[np.ix_(platform, platform)],
        )

    @property
    def searching(self) -> Floats:
        """Share of time each station is occupied by a craft that is not busy, (F, n)."""
        return self.occupied * (1.0 - self.busy)

    def mean_delay_h(self, target: str) -> Floats:
        """Hours until what each row finds reaches those who identify, in the mean of their stations, (n,)."""
        able = identifies(self.theatre.scenario, target)[self.platform]
        weight = np.where(able, self.stations, 0)
        return np.where(able, 0.0, self.delay_h @ weight / max(weight.sum(), 1))

    def of_domain(self, domain: Domain | None) -> Bools:
        """Which rows are of a domain, (n,)."""
        return of_domain(self.theatre.scenario, domain)[self.platform]

    def rate_per_h(self, by_platform: Floats) -> Floats:
        """A rate (P, 3) by wind band as that of each row in each stratum, 0 where it cannot see, (S, n)."""
        return np.where(self.sees, by_platform[self.platform].T[self.wind_band], 0.0)


def _watches(theatre: Theatre, plan: Plan, deliveries: Deliveries, corrections: Corrections) -> list[_Watch]:
    """What watches each requirement's area."""
    assert plan.allocation is not None
    rows = plan_rows(theatre, plan.allocation)
    occupied = occupancy(theatre, rows, deliveries, corrections.kappa)
    wait_h = hand_over_h(theatre.scenario, plan.gateways)
    return [_Watch.of(theatre, r, rows, occupied, corrections.busy, wait_h) for r in _requirements(theatre)]


def _presence(watch: _Watch, requirement: Requirement) -> Floats:
    assert requirement.craft is not None
    counts = watch.of_domain(requirement.domain)
    return measures.presence_share(
        watch.share, watch.sees[:, counts], watch.searching[:, counts], watch.stations[counts], requirement.craft
    )


def _layered(watch: _Watch, requirement: Requirement) -> Floats:
    assert requirement.domains is not None
    members = np.stack([watch.of_domain(domain) for domain in requirement.domains])
    return measures.layered_share(watch.share, watch.sees, watch.searching, watch.stations, members)


def _revisit(watch: _Watch, requirement: Requirement) -> Floats:
    assert requirement.target is not None
    rate = watch.rate_per_h(watch.theatre.look_rate_per_h(watch.area, requirement.target))
    mean_rate = (watch.searching * watch.stations) @ (watch.share @ rate)
    return measures.revisit_h(mean_rate, watch.theatre.scenario.calendar.window_h)


def _detection(watch: _Watch, requirement: Requirement) -> Floats:
    assert requirement.target is not None
    return _found(watch, requirement.target, longest_search_h(watch.theatre, requirement))


def _found(watch: _Watch, target: str, hours: float | Floats) -> Floats:
    """Share of targets found within some hours of arriving, of all rows or of each (n,): (F,)."""
    rate = watch.rate_per_h(watch.theatre.detection_rate_per_h(watch.area, target))
    return measures.detection_share(watch.share, hours * rate, watch.searching, watch.stations)


def _identification(watch: _Watch, requirement: Requirement) -> Floats:
    assert requirement.target is not None
    theatre, target = watch.theatre, requirement.target
    return measures.identification_share(
        share=watch.share,
        rate_per_h=watch.rate_per_h(theatre.detection_rate_per_h(watch.area, target)),
        identifies=watch.sees & identifies(theatre.scenario, target)[watch.platform],
        occupancy=watch.occupied,
        busy=watch.busy,
        stations=watch.stations,
        service_h=identification_service_h(theatre, watch.area, target)[watch.platform],
        longest_h=longest_search_h(theatre, requirement),
        present_h=theatre.scenario.targets[target].hours_present,
        contacts_per_h=contacts_per_h(theatre.scenario, target),
        delay_h=watch.delay_h,
    )


_LAWS: Mapping[Measure, Callable[[_Watch, Requirement], Floats]] = {
    "detection": _detection,
    "identification": _identification,
    "presence": _presence,
    "layered": _layered,
    "revisit": _revisit,
}


def longest_search_h(theatre: Theatre, requirement: Requirement) -> float:
    """tau = min(within_h, hours present): how long a target can be searched for, and looked at, in time."""
    assert requirement.within_h is not None
    assert requirement.target is not None
    return min(requirement.within_h, theatre.scenario.targets[requirement.target].hours_present)


def contacts_per_h(scenario: Scenario, target: str) -> float:
    """Arrivals per hour in each area of targets of a class and of what looks like them."""
    class_ = scenario.targets[target]
    return class_.arrivals_per_day * (1.0 + class_.background_per_target) / HOURS_PER_DAY


def of_domain(scenario: Scenario, domain: Domain | None) -> Bools:
    """Which platforms are of a domain, (P,)."""
    return np.array([p.domain == domain for p in scenario.platforms], dtype=bool)


def ceilings(theatre: Theatre) -> Floats:
    """Each requirement's value with unlimited craft in every open pair, (R,)."""
    return np.array([_ceiling(theatre, r) for r in _requirements(theatre)])


def _ceiling(theatre: Theatre, requirement: Requirement) -> float:
    """Share of the year in which somebody could do all that the measure asks for (of a revisit, its least hours)."""
    scenario = theatre.scenario
    area = scenario.area_index[requirement.area]
    platform = np.unique(theatre.pairs.platform[theatre.pairs.area == area])
    strata = theatre.strata[area]
    sees = strata.sees[:, platform]
    if requirement.measure in ("presence", "layered"):
        wanted = requirement.domains or (requirement.domain,)
        there = [(sees & of_domain(scenario, domain)[platform]).any(axis=1) for domain in wanted]
        return float(strata.share @ np.all(there, axis=0))
    assert requirement.target is not None
    if requirement.measure == "revisit":
        able = (theatre.look_rate_per_h(area, requirement.target)[platform].T[strata.wind_band] > 0) & sees
        return 0.0 if able.any() else scenario.calendar.window_h
    able = (theatre.detection_rate_per_h(area, requirement.target)[platform].T[strata.wind_band] > 0) & sees
    able_share = able.any(axis=1)
    if requirement.measure == "identification":
        service_h = identification_service_h(theatre, area, requirement.target)[platform]
        able_share &= (sees & (service_h < longest_search_h(theatre, requirement))).any(axis=1)
    return float(strata.share @ able_share)
