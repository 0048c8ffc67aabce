"""What the simulation is asked to play, as plain values with ids: made from a theatre and a plan, or stated by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.deliveries import Deliveries
from fleetcraft.fleet.theatre import Theatre, launch_wind_limit_kn
from fleetcraft.physics import sortie
from fleetcraft.plan import Allocation, Plan
from fleetcraft.scenario.calendar import Calendar
from fleetcraft.scenario.platform import Domain, Platform
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.units import HOURS_PER_YEAR

Floats = NDArray[np.float64]
ROUGHEST = 9


@dataclass(frozen=True, kw_only=True)
class MissionRow:
    """One row of an allocation with the rules its craft live by; defaults: no failure, loss, upkeep or weather limit.

    ``numbers`` are the craft's places in their platform's delivery queue, from 0. ``rate_per_h`` gives for each
    (measure, target class) wanted in the area the rate at which one craft that sees finds one target, or looks at a
    still point, by wind band (below 15 kn, to 25, above).
    """

    platform: str
    base: str
    area: str
    domain: Domain
    numbers: tuple[int, ...]
    stations: int
    transit_h: float
    station_h: float
    turnaround_h: float = 0.0
    mean_h_to_failure: float = np.inf
    mean_repair_h: float = 0.0
    mean_h_to_loss: float = np.inf
    maintenance_interval_h: float = np.inf
    maintenance_h: float = 0.0
    utilisation_h_per_year: float = HOURS_PER_YEAR
    launch_sea_state: int = ROUGHEST
    operate_sea_state: int = ROUGHEST
    launch_wind_kn: float = np.inf
    operate_wind_kn: float = np.inf
    rate_per_h: Mapping[tuple[str, str], tuple[float, float, float]] = field(default_factory=dict)


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


def mission_of(theatre: Theatre, plan: Plan, deliveries: Deliveries) -> Mission:
    """The mission that a plan's deliveries make possible.

    Raises ValueError where the plan has no allocation, KeyError where a row's pair is not open.
    """
    if plan.allocation is None:
        raise ValueError("a plan without allocation cannot be simulated; place its craft first")
    scenario = theatre.scenario
    calendar = scenario.calendar
    return Mission(
        rows=tuple(
            _row(theatre, row, tuple(deliveries.number[deliveries.row == i].tolist()))
            for i, row in enumerate(plan.allocation)
        ),
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
    )


def _row(theatre: Theatre, row: Allocation, numbers: tuple[int, ...]) -> MissionRow:
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
        operate_sea_state=platform.max_sea_state_operate if feels_weather else ROUGHEST,
        launch_wind_kn=launch_wind_limit_kn(platform),
        operate_wind_kn=platform.max_wind_kn if feels_weather else np.inf,
        rate_per_h=_rates(theatre, platform, row.area),
    )


def _stations(theatre: Theatre, row: Allocation, pair: int) -> int:
    if row.stations is not None:
        return row.stations
    return int(sortie.stations(row.craft, float(theatre.pairs.duty[pair])))


def _rates(theatre: Theatre, platform: Platform, area: str) -> dict[tuple[str, str], tuple[float, float, float]]:
    scenario = theatre.scenario
    a, p = scenario.area_index[area], scenario.platform_index[platform.id]
    rates: dict[tuple[str, str], tuple[float, float, float]] = {}
    for r in scenario.requirements:
        if r.area == area and r.target is not None:
            law = theatre.look_rate_per_h if r.measure == "revisit" else theatre.detection_rate_per_h
            calm, fresh, strong = law(a, r.target)[p].tolist()
            rates[r.measure, r.target] = (calm, fresh, strong)
    return rates


def _weather(theatre: Theatre) -> dict[str, MissionWeather]:
    climate = theatre.climate
    if climate is None:
        return {}
    return {
        area.id: MissionWeather(climate.sea_state[a], climate.generator[a], climate.wind_scale_kn[a], climate.wind_k[a])
        for a, area in enumerate(theatre.scenario.areas)
    }


def calendar_months(calendar: Calendar) -> tuple[tuple[float, int], ...]:
    """First hour and month of the year (from 0) of every month the calendar touches, the first from hour 0."""
    year, month = calendar.start.year, calendar.start.month
    found = [(0.0, month - 1)]
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        first = date(year, month, 1)
        if first > calendar.end:
            return tuple(found)
        found.append((calendar.hours(first), month - 1))
