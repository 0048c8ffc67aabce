"""A mission as the kernel's arrays, in the order of ids: the order in which things are stated changes nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate
from math import ceil, log2, sqrt
from typing import NamedTuple, TypeVar

import numpy as np

from fleetcraft.errors import LimitError
from fleetcraft.scenario.platform import DOMAINS, Domain
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.base import CRAFT_STREAMS
from fleetcraft.simulate.mission import Mission, MissionWeather
from fleetcraft.simulate.random import Words, name_keys
from fleetcraft.simulate.records import (
    NOBODY,
    RUNNING,
    Area,
    Clock,
    Contacts,
    Craft,
    Detection,
    Floats,
    Identifier,
    Integers,
    Month,
    Pool,
    Presence,
    Queue,
    Records,
    Row,
    Sea,
    Series,
    Type,
    record_dtype,
    table,
)
from fleetcraft.simulate.rows import MissionRow
from fleetcraft.simulate.weather import CLASSES, MONTHS
from fleetcraft.units import HOURS_PER_DAY, HOURS_PER_YEAR

Fields = dict[str, object]
T = TypeVar("T", str, int, tuple[str, str])

ACCOUNT_DAYS = 90.0
EVENTS_PER_ENTITY = 200_000
"""A replication with more events than this for each craft and area is refused: some cycle takes next to no time."""
EVENTS_PER_CONTACT = 10
MOST_CONTACTS = 10**8
MOST_PRESENT = 2**21
"""A mission with more contacts of one class and area, in a replication or at once, is refused."""
WARM_UP_STAYS = 2.0
"""Contacts are followed from so many of their stays before the window on, so that it opens on a busy sea."""
CONTACT_STREAMS = ("targets", "background", "around", "finder", "observers")
"""Observers are targets that nobody looks at: what a find sets in motion would else be counted against itself."""
SIGNIFICANT_BITS = 52


@dataclass(frozen=True, eq=False)
class World:
    """The tables of a mission as they stand before a replication; read-only.

    ``craft_order`` (C,) and ``row_order`` (rows,) tell which of the mission's craft and rows each record is;
    ``measured`` (requirements,) where a requirement's record stands in detections, presences, series and
    identifications, laid end to end. The ``..._ids`` name the records: types by platform, rows by (platform, base,
    area), craft by platform/number, contacts by (area, target class). ``path_until_h`` is how far the weather must be
    known, ``ready_nodes`` how many nodes the rows' tournaments of ready craft have together, ``slots`` (a power of two)
    how many contacts of one class and area are expected at once, ``climates`` how many areas have weather.
    """

    clock: Records
    crafts: Records
    rows: Records
    pools: Records
    donors: Integers
    areas: Records
    seas: Records
    months: Records
    types: Records
    presences: Records
    series: Records
    detections: Records
    identifications: Records
    contacts: Records
    queues: Records
    identifiers: Records
    reach: Integers
    delays_h: Floats
    rates: Floats
    names: Words
    craft_order: Integers
    row_order: Integers
    measured: Integers
    type_ids: tuple[str, ...]
    row_ids: tuple[tuple[str, str, str], ...]
    craft_ids: tuple[str, ...]
    area_ids: tuple[str, ...]
    contact_ids: tuple[tuple[str, str], ...]
    path_until_h: float
    ready_nodes: int
    slots: int
    climates: int

    @property
    def demands(self) -> int:
        """Records of demands, laid end to end."""
        return len(self.detections) + len(self.presences) + len(self.series) + len(self.identifications)

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


def make_world(mission: Mission) -> World:
    """The arrays of a mission.

    Raises LimitError where it has more contacts than could be followed, ValueError for a donor of another platform or
    base than the row it gives to.
    """
    order = _order(mission)
    _require_followable(mission, order)
    delays_h, reach = _hand_over(mission, order)
    rows = [_row(r, row, order) for r, row in enumerate(order.rows)]
    ready = [0, *accumulate(2 * leaves for leaves in (_ready_leaves(order, r) for r in range(len(rows))))]
    for row, root in zip(rows, ready, strict=False):
        row["ready_root"] = root
    clock = _clock(mission, order)
    identifiers = [_identifiers(each, order) for each in order.contacts]
    first_identifier = [0, *accumulate(len(each) for each in identifiers)]
    return World(
        clock=table(Clock, [clock]),
        crafts=table(Craft, [{"row": craft.row} for craft in order.craft]),
        rows=table(Row, rows),
        pools=table(Pool, [_pool(mission.repair_crews.get(pool, len(order.craft))) for pool in order.pools]),
        donors=np.array([donor for row in order.donors for donor in row], dtype=np.int64),
        areas=table(Area, [_area(a, area, order) for a, area in enumerate(order.areas)]),
        seas=np.concatenate([table(Sea, []), *(_seas(mission.weather[area]) for area in order.climates)]),
        months=table(Month, _months(mission)),
        types=table(Type, [{} for _ in order.types]),
        presences=table(Presence, [_presence(r) for r in order.presences]),
        series=table(Series, [{"recorded": _is_swept(mission, law)} for _, law, _ in order.series]),
        detections=table(Detection, [_detection(mission, r, order) for r in order.detections]),
        identifications=table(Detection, [_detection(mission, r, order) for r in order.identifications]),
        contacts=table(Contacts, [_contacts(mission, k, order, first_identifier) for k in range(len(order.contacts))]),
        queues=table(Queue, [{}] * (len(order.contacts) * len(delays_h))).reshape(-1, len(delays_h)),
        identifiers=table(Identifier, [each for found in identifiers for each in found]),
        reach=reach,
        delays_h=delays_h,
        rates=_exact(_rates(order), len(order.craft)),
        names=name_keys(_stream_names(order)),
        craft_order=np.array([craft.place for craft in order.craft], dtype=np.int64),
        row_order=np.array(order.row_order, dtype=np.int64),
        measured=np.array([_record(r, order) for r in mission.requirements], dtype=np.int64),
        type_ids=tuple(order.types),
        row_ids=tuple((row.platform, row.base, row.area) for row in order.rows),
        craft_ids=tuple(_craft_id(craft, order) for craft in order.craft),
        area_ids=tuple(order.areas),
        contact_ids=tuple(order.contacts),
        path_until_h=mission_end_h(mission) + max((row.weather_window_h for row in mission.rows), default=0.0),
        ready_nodes=ready[-1],
        slots=max((_slots(mission, target) for _, target in order.contacts), default=1),
        climates=len(order.climates),
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
    donors: list[list[int]]
    groups: list[int]  # of each row: rows of one group exchange craft, whose records lie side by side
    craft: list[_Place]
    pools: list[tuple[str, Domain]]
    areas: list[str]
    climates: list[str]
    types: list[str]
    series: list[tuple[str, str, str]]  # area, law, target class
    presences: list[Requirement]
    detections: list[Requirement]
    identifications: list[Requirement]
    contacts: list[tuple[str, str]]  # area, target class

    @cached_property
    def craft_groups(self) -> list[int]:
        """The group of each craft, in order."""
        return [self.groups[craft.row] for craft in self.craft]

    @cached_property
    def first_rates(self) -> list[int]:
        """Where each row's rates begin: each row has one for every series of its area."""
        series = Counter(area for area, _, _ in self.series)
        return [0, *accumulate(series[row.area] for row in self.rows)]

    @cached_property
    def first_donors(self) -> list[int]:
        """Where each row's donors begin, and where the last one's end."""
        return [0, *accumulate(len(donors) for donors in self.donors)]


def _order(mission: Mission) -> _Order:
    row_order = sorted(range(len(mission.rows)), key=lambda i: _row_key(mission.rows[i]))
    rows = [mission.rows[i] for i in row_order]
    groups = _groups(mission, rows)
    first = np.cumsum([0, *(len(row.numbers) for row in mission.rows)]).tolist()
    areas = sorted({row.area for row in mission.rows} | {r.area for r in mission.requirements})
    demands = sorted(mission.requirements, key=lambda r: (r.area, r.target or "", r.id))
    followed = [r for r in demands if r.measure == "identification" or _is_followed(mission, r)]
    return _Order(
        row_order=row_order,
        rows=rows,
        donors=_donors(mission, row_order),
        groups=groups,
        craft=[
            _Place(row, number, first[row_order[row]] + k)
            for _, row in sorted((group, row) for row, group in enumerate(groups))
            for number, k in sorted((number, k) for k, number in enumerate(rows[row].numbers))
        ],
        pools=sorted({(row.base, row.domain) for row in mission.rows}),
        areas=areas,
        climates=[area for area in areas if area in mission.weather],
        types=sorted({row.platform for row in mission.rows}),
        series=sorted({(r.area, law_of(r.measure), r.target) for r in demands if r.target is not None}),
        presences=[r for r in demands if r.measure in ("presence", "layered")],
        detections=[r for r in demands if r.measure == "detection"],
        identifications=[r for r in demands if r.measure == "identification"],
        contacts=sorted({(r.area, r.target) for r in followed if r.target is not None}),
    )


def _row_key(row: MissionRow) -> tuple[str, str, str]:
    return row.area, row.platform, row.base


def _donors(mission: Mission, row_order: list[int]) -> list[list[int]]:
    if not mission.donors:
        return [[] for _ in row_order]
    kinds = [(row.platform, row.base) for row in mission.rows]
    strangers = [(donor, i) for i, donors in enumerate(mission.donors) for donor in donors if kinds[donor] != kinds[i]]
    if strangers:
        raise ValueError(f"donor row {strangers[0][0]} is not of the platform and base of row {strangers[0][1]}")
    place = {i: r for r, i in enumerate(row_order)}
    return [[place[donor] for donor in mission.donors[i]] for i in row_order]


def _groups(mission: Mission, rows: list[MissionRow]) -> list[int]:
    """Each row its own group, or, where craft are reassigned, one for each (platform, base)."""
    if not mission.donors:
        return list(range(len(rows)))
    keys = [(row.platform, row.base) for row in rows]
    return [keys.index(key) for key in keys]


def law_of(measure: str) -> str:
    """Which rates a measure of targets rests on: those of looks at a still point, or of finding a target."""
    return "revisit" if measure == "revisit" else "detection"


def _is_followed(mission: Mission, requirement: Requirement) -> bool:
    return mission.targets_in_loop and requirement.measure == "detection"


def _is_swept(mission: Mission, law: str) -> bool:
    return law == "detection" and not mission.targets_in_loop


def _span(sorted_keys: Sequence[T], key: T) -> tuple[int, int]:
    """First and end of the run of a key."""
    return bisect_left(sorted_keys, key), bisect_right(sorted_keys, key)


def _record(requirement: Requirement, order: _Order) -> int:
    """Where a requirement's record stands in detections, presences, series and identifications laid end to end."""
    if requirement.measure == "detection":
        return order.detections.index(requirement)
    if requirement.measure in ("presence", "layered"):
        return len(order.detections) + order.presences.index(requirement)
    before = len(order.detections) + len(order.presences)
    if requirement.measure == "revisit":
        return before + _series_index(requirement, order)
    return before + len(order.series) + order.identifications.index(requirement)


def _series_index(requirement: Requirement, order: _Order) -> int:
    assert requirement.target is not None
    return order.series.index((requirement.area, law_of(requirement.measure), requirement.target))


def _stream_names(order: _Order) -> list[str]:
    """Three streams for each craft, one for each area's weather and each series' targets, five for contacts."""
    craft = [_craft_id(craft, order) for craft in order.craft]
    return [
        *(f"{kind}/{name}" for name in craft for kind in CRAFT_STREAMS),
        *(f"weather/{area}" for area in order.areas),
        *(f"targets/{area}/{target}" for area, _, target in order.series),
        *(f"{kind}/{area}/{target}" for area, target in order.contacts for kind in CONTACT_STREAMS),
    ]


def _craft_id(craft: _Place, order: _Order) -> str:
    return f"{order.rows[craft.row].platform}/{craft.number}"


def _area_stream(order: _Order, a: int) -> int:
    return len(CRAFT_STREAMS) * len(order.craft) + a


def _series_stream(order: _Order, s: int) -> int:
    return _area_stream(order, len(order.areas)) + s


def _contact_stream(order: _Order, k: int, kind: str) -> int:
    return _series_stream(order, len(order.series)) + len(CONTACT_STREAMS) * k + CONTACT_STREAMS.index(kind)


def mission_end_h(mission: Mission) -> float:
    """When the last target that came in the window needs to be followed no more."""
    in_time = [_tau_h(mission, r) for r in mission.requirements if r.within_h is not None]
    return mission.window_end_h + max(in_time, default=0.0)


def _watch_start_h(mission: Mission) -> float:
    """The window's opening, or where contacts are handed over a while before."""
    looked_at = {r.target for r in mission.requirements if r.measure == "identification"}
    stays_h = [mission.targets[target].hours_present for target in looked_at if target is not None]
    return max(mission.window_start_h - WARM_UP_STAYS * max(stays_h, default=0.0), 0.0)


def _clock(mission: Mission, order: _Order) -> Fields:
    watch_start_h, end_h = _watch_start_h(mission), mission_end_h(mission)
    contacts = sum(_contacts_per_h(mission, target) for _, target in order.contacts) * (end_h - watch_start_h)
    return {
        "watch_start_h": watch_start_h,
        "window_start_h": mission.window_start_h,
        "window_end_h": mission.window_end_h,
        "end_h": end_h,
        "event_limit": EVENTS_PER_ENTITY * (len(order.craft) + len(order.areas)) + EVENTS_PER_CONTACT * ceil(contacts),
        "status": RUNNING,
    }


def _contacts_per_h(mission: Mission, target: str) -> float:
    stated = mission.targets[target]
    return stated.arrivals_per_day / HOURS_PER_DAY * (1.0 + stated.background_per_target)


def _require_followable(mission: Mission, order: _Order) -> None:
    for area, target in order.contacts:
        in_all = _contacts_per_h(mission, target) * (mission_end_h(mission) - _watch_start_h(mission))
        at_once = _slots(mission, target)
        if in_all > MOST_CONTACTS or at_once > MOST_PRESENT:
            raise LimitError(
                f"{in_all:.3g} contacts of {target} in {area} in one replication, {at_once:.3g} of them at once: more "
                f"than can be followed one by one ({MOST_CONTACTS:,} and {MOST_PRESENT:,}); check arrivals_per_day, "
                "background_per_target and hours_present"
            )


def _slots(mission: Mission, target: str) -> int:
    """A power of two that the contacts present at once (a Poisson number) hardly ever exceed."""
    mean = _contacts_per_h(mission, target) * mission.targets[target].hours_present
    return 1 << ceil(log2(mean + 8.0 * sqrt(mean) + 8.0))


def _ready_leaves(order: _Order, r: int) -> int:
    first, end = _craft_span(order, r)
    return 1 << max(end - first - 1, 0).bit_length()


def _craft_span(order: _Order, r: int) -> tuple[int, int]:
    return _span(order.craft_groups, order.groups[r])


def _row(r: int, row: MissionRow, order: _Order) -> Fields:
    first, end = _craft_span(order, r)
    return {
        "area": order.areas.index(row.area),
        "pool": order.pools.index((row.base, row.domain)),
        "type": order.types.index(row.platform),
        "domain": DOMAINS.index(row.domain),
        "first_craft": first,
        "end_craft": end,
        "ready_leaves": _ready_leaves(order, r),
        "first_donor": order.first_donors[r],
        "end_donor": order.first_donors[r + 1],
        "first_rate": order.first_rates[r],
        "stations": row.stations,
        "transit_h": row.transit_h,
        "station_h": row.station_h,
        "turnaround_h": row.turnaround_h,
        "mean_h_to_failure": row.mean_h_to_failure,
        "mean_repair_h": row.mean_repair_h,
        "mean_h_to_loss": row.mean_h_to_loss,
        "replacement_h": row.replacement_h,
        "maintenance_interval_h": row.maintenance_interval_h,
        "maintenance_h": row.maintenance_h,
        "accrual_h_per_h": row.utilisation_h_per_year / HOURS_PER_YEAR,
        "account_cap_h": _account_cap_h(row),
        "launch_sea_state": row.launch_sea_state,
        "recover_sea_state": row.launch_sea_state if row.recover_sea_state is None else row.recover_sea_state,
        "operate_sea_state": row.operate_sea_state,
        "launch_wind_kn": row.launch_wind_kn,
        "operate_wind_kn": row.operate_wind_kn,
        "weather_window_h": row.weather_window_h,
        "launchable_until_h": np.inf,
        "recoverable": True,
        "sees": True,
        "first_waiting": NOBODY,
        "last_waiting": NOBODY,
    }


def _account_cap_h(row: MissionRow) -> float:
    """Ninety days' worth; one sortie, so that all accounts are always full, where a craft may operate all hours."""
    if row.utilisation_h_per_year >= HOURS_PER_YEAR:
        return 2.0 * row.transit_h + row.station_h
    return row.utilisation_h_per_year / HOURS_PER_YEAR * ACCOUNT_DAYS * HOURS_PER_DAY


def _pool(crews: int) -> Fields:
    return {"crews_free": crews, "first": NOBODY, "last": NOBODY}


def _area(a: int, area: str, order: _Order) -> Fields:
    first_row, end_row = _span([row.area for row in order.rows], area)
    first_series, end_series = _span([each for each, _, _ in order.series], area)
    first_presence, end_presence = _span([r.area for r in order.presences], area)
    first_contacts, end_contacts = _span([each for each, _ in order.contacts], area)
    return {
        "first_row": first_row,
        "end_row": end_row,
        "first_series": first_series,
        "end_series": end_series,
        "first_presence": first_presence,
        "end_presence": end_presence,
        "first_contacts": first_contacts,
        "end_contacts": end_contacts,
        "stream": _area_stream(order, a),
        "climate": order.climates.index(area) if area in order.climates else NOBODY,
    }


def _seas(weather: MissionWeather) -> Records:
    """Twelve months of ten classes; a class has at most one neighbour of positive rate on either side."""
    share, classes = weather.sea_state, np.arange(CLASSES)
    down, up = np.tril(weather.generator, -1), np.triu(weather.generator, 1)
    seas = np.zeros((MONTHS, CLASSES), dtype=record_dtype(Sea))
    seas["share"], seas["share_below"] = share, np.cumsum(share, axis=1) - share
    seas["lower"] = down.argmax(axis=2)
    seas["upper"] = np.where(up.any(axis=2), up.argmax(axis=2), np.minimum(classes + 1, CLASSES - 1))
    seas["lower_rate_per_h"], seas["upper_rate_per_h"] = down.sum(axis=2), up.sum(axis=2)
    seas["wind_scale_kn"], seas["wind_k"] = weather.wind_scale_kn[:, None], weather.wind_k[:, None]
    return seas.ravel()


def _months(mission: Mission) -> list[Fields]:
    """The months and, past the last of them, a moment that never comes."""
    starts = [*mission.months, (np.inf, 0)]
    return [{"starts_h": start_h, "of_year": of_year} for start_h, of_year in starts]


def _presence(requirement: Requirement) -> Fields:
    """How many craft of each domain must search at once."""
    if requirement.measure == "layered":
        return {domain: int(domain in (requirement.domains or ())) for domain in DOMAINS}
    return {domain: requirement.craft if domain == requirement.domain else 0 for domain in DOMAINS}


def _rates(order: _Order) -> Floats:
    """For each row, one after the other, its rate in each series of its area, by wind band."""
    found = [
        row.rate_per_h.get((law, target), (0.0, 0.0, 0.0))
        for row in order.rows
        for area, law, target in order.series
        if row.area == area
    ]
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _exact(rates: Floats, craft: int) -> Floats:
    """Rates rounded to multiples of one quantum, so small that all craft's rates add up exactly in any order."""
    largest = craft * float(rates.max(initial=0.0))
    if largest == 0:
        return rates
    quantum = 2.0 ** (ceil(log2(largest)) - SIGNIFICANT_BITS)
    return np.round(rates / quantum) * quantum


def _tau_h(mission: Mission, requirement: Requirement) -> float:
    """How long a target is followed: until it must be found or identified, or leaves."""
    assert requirement.within_h is not None
    assert requirement.target is not None
    return min(requirement.within_h, mission.targets[requirement.target].hours_present)


def _detection(mission: Mission, requirement: Requirement, order: _Order) -> Fields:
    assert requirement.target is not None
    series = _series_index(requirement, order)
    contacts = (requirement.area, requirement.target)
    offered = contacts in {(r.area, r.target) for r in order.identifications}
    stream = _contact_stream(order, order.contacts.index(contacts), "observers") if offered else None
    return {
        "series": series,
        "stream": _series_stream(order, series) if stream is None else stream,
        "arrivals_per_h": mission.targets[requirement.target].arrivals_per_day / HOURS_PER_DAY,
        "tau_h": _tau_h(mission, requirement),
        "followed": offered or mission.targets_in_loop,
    }


def _contacts(mission: Mission, k: int, order: _Order, first_identifier: list[int]) -> Fields:
    area, target = order.contacts[k]
    stated = mission.targets[target]
    mean_h = HOURS_PER_DAY / stated.arrivals_per_day
    identifications = _span([(r.area, r.target or "") for r in order.identifications], (area, target))
    detections = _span([(r.area, r.target or "") for r in order.detections], (area, target))
    offered = identifications[0] < identifications[1]
    looks_alike = offered and stated.background_per_target > 0
    return {
        "area": order.areas.index(area),
        "series": order.series.index((area, "detection", target)),
        "stream": _contact_stream(order, k, "targets"),
        "background_stream": _contact_stream(order, k, "background"),
        "around_stream": _contact_stream(order, k, "around"),
        "finder_stream": _contact_stream(order, k, "finder"),
        "mean_h_to_target": mean_h,
        "mean_h_to_background": mean_h / stated.background_per_target if looks_alike else np.inf,
        "mean_h_to_around": mean_h if offered else np.inf,
        "present_h": stated.hours_present,
        "offered": offered,
        "first_detection": detections[0],
        "end_detection": detections[1] if offered or mission.targets_in_loop else detections[0],
        "first_identification": identifications[0],
        "end_identification": identifications[1],
        "first_identifier": first_identifier[k],
        "end_identifier": first_identifier[k + 1],
    }


def _identifiers(contacts: tuple[str, str], order: _Order) -> list[Fields]:
    """The rows that can identify a class of contact in an area, the quickest first, ties by id."""
    area, target = contacts
    found = [
        (row.service_h[target], r) for r, row in enumerate(order.rows) if row.area == area and target in row.service_h
    ]
    return [{"row": r, "service_h": service_h} for service_h, r in sorted(found)]


def _hand_over(mission: Mission, order: _Order) -> tuple[Floats, Integers]:
    """The delays there are, shortest first, and for each pair of types which of them it takes, (types, types)."""
    types = order.types
    hours = np.array([[mission.hand_over_h.get((finder, taker), 0.0) for taker in types] for finder in types])
    hours = hours.reshape(len(types), len(types))
    delays_h = np.unique([0.0, *mission.offered_after_h, *mission.hand_over_h.values()])
    reach = np.searchsorted(delays_h, hours)
    return delays_h, reach.astype(np.int64)
