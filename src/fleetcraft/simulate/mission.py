"""What the simulation is asked to play, as plain values with ids: made from a theatre and a plan, or stated by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.deliveries import Deliveries
from fleetcraft.fleet.theatre import Theatre, hand_over_h, identification_service_h, launch_wind_limit_kn
from fleetcraft.physics import sortie
from fleetcraft.plan import Allocation, Plan
from fleetcraft.scenario.calendar import WINDOW_DAYS, Calendar
from fleetcraft.scenario.platform import Domain, Platform
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.reassign import POLICIES, Reassignment
from fleetcraft.simulate.rows import ROUGHEST, MissionRow
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Rates = dict[tuple[str, str], list[tuple[float, float, float]]]


@dataclass(frozen=True, eq=False)
class MissionWeather:
    """Weather laws of one area by month of the year."""

    sea_state: Floats  # (12, 10)
    generator: Floats  # (12, 10, 10) per hour
    wind_scale_kn: Floats  # (12,)
    wind_k: Floats  # (12,)


@dataclass(frozen=True, kw_only=True)
class Mission:
    """The rows, areas and demands of one simulation, in the order in which its outcome tells them.

    ``weather`` by area id, calm where none is stated; ``repair_crews`` by (base, domain), unlimited where none are
    stated; ``months`` the (first hour, month of the year from 0) of every calendar month, the first one holding hour 0.
    ``hand_over_h`` by (platform that found a contact, platform that takes it), 0 where none is stated; whoever is
    reached by then is offered a contact when it is found and ``offered_after_h`` each of these delays. ``donors`` for
    each row the rows of the same platform and base that give it a craft when it loses one, first asked first (empty:
    nobody does). ``targets_in_loop``: targets that must be detected are followed as events, one by one, instead of
    being swept after the run, with the same result.
    Moments are hours from the calendar's start.
    """

    rows: tuple[MissionRow, ...]
    requirements: tuple[Requirement, ...]
    targets: Mapping[str, TargetClass]
    window_start_h: float
    window_end_h: float
    weather: Mapping[str, MissionWeather] = field(default_factory=dict)
    repair_crews: Mapping[tuple[str, Domain], int] = field(default_factory=dict)
    months: tuple[tuple[float, int], ...] = ((0.0, 0),)
    hand_over_h: Mapping[tuple[str, str], float] = field(default_factory=dict)
    offered_after_h: tuple[float, ...] = ()
    donors: tuple[tuple[int, ...], ...] = ()
    targets_in_loop: bool = False


def mission_of(
    theatre: Theatre, plan: Plan, deliveries: Deliveries, reassignment: Reassignment | None = None
) -> Mission:
    """The mission that a plan's deliveries make possible; without a ``reassignment`` the scenario's own policy holds.

    Raises ValueError where the plan has no allocation, KeyError where a row's pair is not open.
    """
    return missions_of(theatre, plan.gateways, reassignment)(plan, deliveries)


def missions_of(
    theatre: Theatre, gateways: Sequence[tuple[str, str]], reassignment: Reassignment | None = None
) -> Callable[[Plan, Deliveries], Mission]:
    """``mission_of`` for many plans that buy the same gateways: what all of them share is worked out once."""
    scenario = theatre.scenario
    calendar = scenario.calendar
    policy = reassignment or POLICIES[scenario.operations.reassignment]
    rates = {area.id: _rates(theatre, area.id) for area in scenario.areas}
    nobody = Mission(
        rows=(),
        requirements=scenario.requirements,
        targets=scenario.targets,
        window_start_h=calendar.window_start_h,
        window_end_h=calendar.window_start_h + calendar.window_h,
        weather=_weather(theatre),
        repair_crews={
            (place.id, domain): crews
            for place in scenario.places
            for domain in place.serves
            if (crews := place.repair_crews(domain)) is not None
        },
        months=calendar_months(calendar),
        hand_over_h=_hand_over(scenario, gateways),
        offered_after_h=(scenario.operations.hand_over.gateway_h, scenario.operations.hand_over.desk_h),
    )

    def mission(plan: Plan, deliveries: Deliveries) -> Mission:
        if plan.allocation is None:
            raise ValueError("a plan without allocation cannot be simulated; place its craft first")
        rows = tuple(
            _row(theatre, row, tuple(deliveries.number[deliveries.row == i].tolist()), rates[row.area])
            for i, row in enumerate(plan.allocation)
        )
        return replace(nobody, rows=rows, donors=policy(rows, scenario.requirements))

    return mission


def _hand_over(scenario: Scenario, bought: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    hours = hand_over_h(scenario, bought)
    ids = [platform.id for platform in scenario.platforms]
    return {(a, b): float(hours[i, j]) for i, a in enumerate(ids) for j, b in enumerate(ids)}


def _row(theatre: Theatre, row: Allocation, numbers: tuple[int, ...], rates: Rates) -> MissionRow:
    scenario = theatre.scenario
    pair = theatre.pair_index[row.platform, row.base, row.area]
    platform = scenario.platforms[scenario.platform_index[row.platform]]
    craft_class = scenario.operations.classes[platform.craft_class]
    feels_weather = platform.domain != "underwater"
    return MissionRow(
        platform=row.platform,
        base=row.base,
        area=row.area,
        domain=platform.domain,
        numbers=numbers,
        stations=_stations(theatre, row, pair),
        transit_h=float(theatre.pairs.transit_h[pair]),
        station_h=float(theatre.pairs.station_h[pair]),
        turnaround_h=platform.turnaround_h,
        mean_h_to_failure=np.inf if platform.mtbf_h is None else platform.mtbf_h,
        mean_repair_h=platform.mttr_h,
        mean_h_to_loss=1e5 / platform.loss_per_100k_h if platform.loss_per_100k_h > 0 else np.inf,
        maintenance_interval_h=craft_class.maintenance_interval_h or np.inf,
        maintenance_h=craft_class.maintenance_duration_h,
        utilisation_h_per_year=craft_class.utilisation_h_per_year,
        launch_sea_state=platform.max_sea_state_launch,
        recover_sea_state=platform.max_sea_state_recover,
        operate_sea_state=platform.max_sea_state_operate if feels_weather else ROUGHEST,
        launch_wind_kn=launch_wind_limit_kn(platform),
        operate_wind_kn=platform.max_wind_kn if feels_weather else np.inf,
        weather_window_h=craft_class.weather_window_h,
        replacement_h=(
            np.inf if craft_class.replacement_months is None else craft_class.replacement_months * HOURS_PER_MONTH
        ),
        service_h=_service_h(theatre, platform, row.area),
        rate_per_h={law: by_platform[scenario.platform_index[platform.id]] for law, by_platform in rates.items()},
    )


def _service_h(theatre: Theatre, platform: Platform, area: str) -> dict[str, float]:
    """The classes to be identified in the area that the platform can identify, each with its hours."""
    scenario = theatre.scenario
    a, p = scenario.area_index[area], scenario.platform_index[platform.id]
    wanted = {r.target for r in scenario.requirements if r.area == area and r.measure == "identification"}
    hours = {target: float(identification_service_h(theatre, a, target)[p]) for target in wanted if target is not None}
    return {target: service_h for target, service_h in hours.items() if service_h < np.inf}


def _stations(theatre: Theatre, row: Allocation, pair: int) -> int:
    if row.stations is not None:
        return row.stations
    return int(sortie.stations(row.craft, float(theatre.pairs.duty[pair])))


def _rates(theatre: Theatre, area: str) -> Rates:
    """By law and target class the rates of every platform in an area, calm, fresh and strong."""
    found: Rates = {}
    for r in theatre.scenario.requirements:
        if r.area == area and r.target is not None:
            is_look = r.measure == "revisit"
            law = theatre.look_rate_per_h if is_look else theatre.detection_rate_per_h
            by_platform = law(theatre.scenario.area_index[area], r.target).tolist()
            found["revisit" if is_look else "detection", r.target] = [(c, f, s) for c, f, s in by_platform]
    return found


def _weather(theatre: Theatre) -> dict[str, MissionWeather]:
    climate = theatre.climate
    if climate is None:
        return {}
    return {
        area.id: MissionWeather(climate.sea_state[a], climate.generator[a], climate.wind_scale_kn[a], climate.wind_k[a])
        for a, area in enumerate(theatre.scenario.areas)
    }


def calendar_months(calendar: Calendar) -> tuple[tuple[float, int], ...]:
    """First hour and month of the year (from 0) of every month to a year past the calendar, the first from hour 0."""
    year, month = calendar.start.year, calendar.start.month
    found = [(0.0, month - 1)]
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        first = date(year, month, 1)
        if first > calendar.end + timedelta(days=WINDOW_DAYS):
            return tuple(found)
        found.append((calendar.hours(first), month - 1))
