"""A mission as the kernel's arrays, in the order of ids: the order in which things are stated changes nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from fleetcraft.scenario.platform import DOMAINS, Domain
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.base import CRAFT_STREAMS
from fleetcraft.simulate.mission import Mission, MissionRow, MissionWeather
from fleetcraft.simulate.random import Words, name_keys
from fleetcraft.simulate.records import (
    NOBODY,
    RUNNING,
    Area,
    Clock,
    Craft,
    Detection,
    Floats,
    Month,
    Pool,
    Presence,
    Records,
    Row,
    Sea,
    Series,
    table,
)
from fleetcraft.simulate.weather import CLASSES, MONTHS
from fleetcraft.units import HOURS_PER_DAY, HOURS_PER_YEAR

Ints = NDArray[np.int64]
Fields = dict[str, object]
T = TypeVar("T", str, int)

ACCOUNT_DAYS = 90.0
EVENTS_PER_ENTITY = 200_000
"""A replication with more events than this for each craft and area is refused: some cycle takes next to no time."""


@dataclass(frozen=True, eq=False)
class World:
    """The tables of a mission as they stand before a replication; read-only.

    ``craft_order`` (C,) and ``row_order`` (rows,) tell which of the mission's craft and rows each record is;
    ``measured`` (requirements,) where a requirement's record stands in detections, presences and series, laid end to
    end.
    """

    clock: Records
    crafts: Records
    rows: Records
    pools: Records
    areas: Records
    seas: Records
    months: Records
    presences: Records
    series: Records
    detections: Records
    rates: Floats
    names: Words
    craft_order: Ints
    row_order: Ints
    measured: Ints

    def __post_init__(self) -> None:
        for each in fields(self):
            getattr(self, each.name).setflags(write=False)


def make_world(mission: Mission) -> World:
    """The arrays of a mission."""
    order = _order(mission)
    return World(
        clock=table(Clock, [_clock(mission, order)]),
        crafts=table(Craft, [{"row": craft.row} for craft in order.craft]),
        rows=table(Row, [_row(r, row, order) for r, row in enumerate(order.rows)]),
        pools=table(Pool, [_pool(mission.repair_crews.get(pool, len(order.craft))) for pool in order.pools]),
        areas=table(Area, [_area(a, area, order) for a, area in enumerate(order.areas)]),
        seas=table(Sea, [sea for area in order.climates for sea in _seas(mission.weather[area])]),
        months=table(Month, _months(mission)),
        presences=table(Presence, [_presence(r) for r in order.presences]),
        series=table(Series, _series(order)),
        detections=table(Detection, [_detection(mission, r, order) for r in order.detections]),
        rates=_rates(order),
        names=name_keys(_stream_names(order)),
        craft_order=np.array([craft.place for craft in order.craft], dtype=np.int64),
        row_order=np.array(order.row_order, dtype=np.int64),
        measured=np.array([_record(r, order) for r in mission.requirements], dtype=np.int64),
    )


class _Place(NamedTuple):
    """A craft: its row, its number in its platform's queue, its place among the mission's craft."""

    row: int
    number: int
    place: int


@dataclass(frozen=True)
class _Order:
    """Everything in a mission in the order of ids; areas first, so that an area's records lie side by side."""

    row_order: list[int]
    rows: list[MissionRow]
    craft: list[_Place]
    pools: list[tuple[str, Domain]]
    areas: list[str]
    climates: list[str]
    series: list[tuple[str, str, str]]  # area, measure, target class
    presences: list[Requirement]
    detections: list[Requirement]


def _order(mission: Mission) -> _Order:
    row_order = sorted(range(len(mission.rows)), key=lambda i: _row_key(mission.rows[i]))
    first = np.cumsum([0, *(len(row.numbers) for row in mission.rows)]).tolist()
    areas = sorted({row.area for row in mission.rows} | {r.area for r in mission.requirements})
    demands = sorted(mission.requirements, key=lambda r: (r.area, r.id))
    return _Order(
        row_order=row_order,
        rows=[mission.rows[i] for i in row_order],
        craft=[
            _Place(row, number, first[i] + k)
            for row, i in enumerate(row_order)
            for number, k in sorted((number, k) for k, number in enumerate(mission.rows[i].numbers))
        ],
        pools=sorted({(row.base, row.domain) for row in mission.rows}),
        areas=areas,
        climates=[area for area in areas if area in mission.weather],
        series=sorted({(r.area, r.measure, r.target) for r in mission.requirements if r.target is not None}),
        presences=[r for r in demands if r.measure == "presence"],
        detections=[r for r in demands if r.measure == "detection"],
    )


def _row_key(row: MissionRow) -> tuple[str, str, str]:
    return row.area, row.platform, row.base


def _span(sorted_keys: Sequence[T], key: T) -> tuple[int, int]:
    """First and end of the run of a key."""
    return bisect_left(sorted_keys, key), bisect_right(sorted_keys, key)


def _record(requirement: Requirement, order: _Order) -> int:
    """Where a requirement's record stands in detections, presences and series laid end to end."""
    if requirement.measure == "detection":
        return order.detections.index(requirement)
    if requirement.measure == "presence":
        return len(order.detections) + order.presences.index(requirement)
    return len(order.detections) + len(order.presences) + _series_index(requirement, order)


def _series_index(requirement: Requirement, order: _Order) -> int:
    assert requirement.target is not None
    return order.series.index((requirement.area, requirement.measure, requirement.target))


def _stream_names(order: _Order) -> list[str]:
    """Three streams for each craft, one for the weather of each area, one for the targets of each series."""
    craft = [f"{order.rows[craft.row].platform}/{craft.number}" for craft in order.craft]
    return [
        *(f"{kind}/{name}" for name in craft for kind in CRAFT_STREAMS),
        *(f"weather/{area}" for area in order.areas),
        *(f"targets/{area}/{target}" for area, _, target in order.series),
    ]


def _clock(mission: Mission, order: _Order) -> Fields:
    followed_h = max((_tau_h(mission, r) for r in order.detections), default=0.0)
    return {
        "window_start_h": mission.window_start_h,
        "window_end_h": mission.window_end_h,
        "end_h": mission.window_end_h + followed_h,
        "event_limit": EVENTS_PER_ENTITY * (len(order.craft) + len(order.areas)),
        "status": RUNNING,
    }


def _row(r: int, row: MissionRow, order: _Order) -> Fields:
    first, end = _span([craft.row for craft in order.craft], r)
    return {
        "area": order.areas.index(row.area),
        "pool": order.pools.index((row.base, row.domain)),
        "domain": DOMAINS.index(row.domain),
        "first_craft": first,
        "end_craft": end,
        "stations": row.stations,
        "transit_h": row.transit_h,
        "station_h": row.station_h,
        "turnaround_h": row.turnaround_h,
        "mean_h_to_failure": row.mean_h_to_failure,
        "mean_repair_h": row.mean_repair_h,
        "mean_h_to_loss": row.mean_h_to_loss,
        "maintenance_interval_h": row.maintenance_interval_h,
        "maintenance_h": row.maintenance_h,
        "accrual_h_per_h": row.utilisation_h_per_year / HOURS_PER_YEAR,
        "account_cap_h": row.utilisation_h_per_year / HOURS_PER_YEAR * ACCOUNT_DAYS * HOURS_PER_DAY,
        "launch_sea_state": row.launch_sea_state,
        "operate_sea_state": row.operate_sea_state,
        "launch_wind_kn": row.launch_wind_kn,
        "operate_wind_kn": row.operate_wind_kn,
        "launchable": True,
        "sees": True,
    }


def _pool(crews: int) -> Fields:
    return {"crews_free": crews, "first": NOBODY, "last": NOBODY}


def _area(a: int, area: str, order: _Order) -> Fields:
    first_row, end_row = _span([row.area for row in order.rows], area)
    first_series, end_series = _span([each for each, _, _ in order.series], area)
    first_presence, end_presence = _span([r.area for r in order.presences], area)
    return {
        "first_row": first_row,
        "end_row": end_row,
        "first_series": first_series,
        "end_series": end_series,
        "first_presence": first_presence,
        "end_presence": end_presence,
        "stream": len(CRAFT_STREAMS) * len(order.craft) + a,
        "climate": order.climates.index(area) if area in order.climates else NOBODY,
    }


def _seas(weather: MissionWeather) -> list[Fields]:
    """Twelve months of ten classes; a class has at most one neighbour of positive rate on either side."""
    share = weather.sea_state
    below = np.cumsum(share, axis=1) - share
    return [
        {
            "share": share[month, k],
            "share_below": below[month, k],
            "lower": int(np.argmax(weather.generator[month, k, :k])) if k else 0,
            "upper": k + 1 + int(np.argmax(weather.generator[month, k, k + 1 :])) if k < CLASSES - 1 else k,
            "lower_rate_per_h": weather.generator[month, k, :k].sum(),
            "upper_rate_per_h": weather.generator[month, k, k + 1 :].sum(),
            "wind_scale_kn": weather.wind_scale_kn[month],
            "wind_k": weather.wind_k[month],
        }
        for month in range(MONTHS)
        for k in range(CLASSES)
    ]


def _months(mission: Mission) -> list[Fields]:
    """The months and, past the last of them, a moment that never comes."""
    starts = [*mission.months, (np.inf, 0)]
    return [{"starts_h": start_h, "of_year": of_year} for start_h, of_year in starts]


def _presence(requirement: Requirement) -> Fields:
    assert requirement.domain is not None
    return {"domain": DOMAINS.index(requirement.domain), "craft": requirement.craft}


def _series(order: _Order) -> list[Fields]:
    """Each series holds one rate for each row of its area."""
    row_areas = [row.area for row in order.rows]
    counts = [end - first for first, end in (_span(row_areas, area) for area, _, _ in order.series)]
    return [{"first_rate": sum(counts[:s])} for s in range(len(counts))]


def _rates(order: _Order) -> Floats:
    found = [
        row.rate_per_h[measure, target]
        for area, measure, target in order.series
        for row in order.rows
        if row.area == area
    ]
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _tau_h(mission: Mission, requirement: Requirement) -> float:
    """How long a target is followed: until it must be found, or leaves."""
    assert requirement.within_h is not None
    assert requirement.target is not None
    return min(requirement.within_h, mission.targets[requirement.target].hours_present)


def _detection(mission: Mission, requirement: Requirement, order: _Order) -> Fields:
    assert requirement.target is not None
    series = _series_index(requirement, order)
    return {
        "series": series,
        "stream": len(CRAFT_STREAMS) * len(order.craft) + len(order.areas) + series,
        "arrivals_per_h": mission.targets[requirement.target].arrivals_per_day / HOURS_PER_DAY,
        "tau_h": _tau_h(mission, requirement),
    }
