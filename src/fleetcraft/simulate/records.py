"""The kernel's tables: what a craft, a row, an area ... is while time runs.

Each class below is one record of a flat numpy array: its annotations are the fields (int, float and bool as int64,
float64 and bool), so that the kernels read like the rules and the type checker reads them too. Moments (``_h`` after a
verb) and durations are hours; moments count from the calendar's start, inf: not due.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Table = Sequence[T]
Tables = Sequence[Table[T]]
Records = NDArray[np.void]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ABSENT, READY, OUTBOUND, ON_STATION, INBOUND, WAITING, QUEUED, IN_REPAIR, IN_SERVICE, LOST = range(10)
"""Phases of a craft; WAITING at sea for recovery weather, QUEUED for a repair crew."""

RUNNING, DONE, TRAIL_FULL, PATH_FULL, CONTACTS_FULL, LOG_FULL, TOO_MANY_EVENTS = range(7)
"""States of a replication; the FULL ones name a table that must grow before it is played again."""

NOBODY = -1
"""No craft, no area, no row."""

AIR, SURFACE, UNDERWATER = range(3)
"""Domains."""

PHASE, LOOK, WEATHER, CAME_IN, FOUND, PASSED_ON, TAKEN, GIVEN_UP, IDENTIFIED, NOT_IDENTIFIED = range(10)
"""Kinds of events in the log."""


ROW_FACTS = ("station_h", "seeing_h", "busy_h", "usable_h", "grounded_h", "operating_h", "down_h", "losses")
"""What is told of a row, in this order."""

DEMAND_FACTS = 4
"""Numbers told of a demand (``frame.tell``)."""


class Clock:
    """The replication as a whole (one record)."""

    now_h: float
    watch_start_h: float  # from when rates are integrated and contacts followed
    window_start_h: float
    window_end_h: float
    end_h: float  # the window's end and the longest time a target is followed
    events: int
    event_limit: int
    status: int
    logged: int  # records in the log


class Node:
    """One node of the tournament among entities: the earliest due below it."""

    due_h: float
    entity: int


class Craft:
    """One craft and the clocks that can move it on."""

    row: int
    usable_h: float
    phase: int
    phase_ends_h: float
    relief_due_h: float  # when a relief must launch to arrive as this craft leaves its station
    fails_h: float
    lost_h: float
    look_ends_h: float  # when it has identified its contact
    look_contacts: int  # which contacts that one belongs to
    look_number: int
    look_counts_h: float  # when it came in, -inf where it counts in no measure
    launched_h: float
    down_since_h: float
    in_row_since_h: float
    failed: bool
    hours_to_failure: float
    hours_to_loss: float
    hours_since_maintenance: float
    account_h: float  # the hours account as it stood at account_read_h
    account_read_h: float
    next_in_queue: int
    logged_phase: int
    logged_look_h: float


class Row:
    """One row of the allocation: its rules, its present state, and what it did inside the window."""

    area: int
    pool: int
    type: int
    domain: int
    first_craft: int
    end_craft: int
    ready_root: int  # where its tournament of ready craft begins
    ready_leaves: int
    first_donor: int
    end_donor: int
    first_rate: int
    stations: int
    transit_h: float
    station_h: float
    turnaround_h: float
    mean_h_to_failure: float
    mean_repair_h: float
    mean_h_to_loss: float
    replacement_h: float
    maintenance_interval_h: float
    maintenance_h: float
    accrual_h_per_h: float
    account_cap_h: float
    launch_sea_state: int
    recover_sea_state: int
    operate_sea_state: int
    launch_wind_kn: float
    operate_wind_kn: float
    weather_window_h: float

    launchable_until_h: float  # launches are open up to this moment, -inf: closed
    recoverable: bool
    sees: bool
    grounded: bool
    ready: int
    covering: int  # craft outbound or on station that will still be there when one launched now arrives
    first_waiting: int
    last_waiting: int
    on_station: int
    looking: int  # of them, busy identifying
    counted_on_station: int  # as of counted_h
    counted_seeing: int
    counted_looking: int
    counted_searching: int
    counted_h: float

    station_total_h: float
    seeing_total_h: float
    looking_total_h: float
    usable_total_h: float
    grounded_total_h: float
    operating_total_h: float
    down_total_h: float
    losses: int


class Pool:
    """The repair crews of one base and domain, and the craft that wait for them, first come first served."""

    crews_free: int
    first: int
    last: int


class Area:
    """One area: which records are its own, its weather, and who searches in it."""

    first_row: int
    end_row: int
    first_series: int
    end_series: int
    first_presence: int
    end_presence: int
    first_contacts: int
    end_contacts: int

    climate: int  # index into the weather laws and paths, NOBODY: calm for ever
    stream: int

    spell: int
    wind_band: int
    air: int  # craft that search, by domain
    surface: int
    underwater: int
    counted_h: float


class Sea:
    """One sea-state class of one area and month: its neighbours, the rates to them, and the wind that goes with it."""

    share: float
    share_below: float
    lower: int
    upper: int
    lower_rate_per_h: float
    upper_rate_per_h: float
    wind_scale_kn: float
    wind_k: float


class Month:
    """One calendar month of the run, 0 January to 11 December."""

    starts_h: float
    of_year: int


class Spell:
    """One stay of an area's weather in one class."""

    starts_h: float
    sea_state: int
    wind_kn: float


class StandDown:
    """One time in which all craft of a type stay at home."""

    from_h: float
    to_h: float


class Type:
    """One type of craft: which of its stand-downs is next or under way."""

    next: int
    grounded: bool


class Series:
    """The detection rate of one kind of target in one area, and its integral since the watch began."""

    recorded: bool  # its trail is kept for a sweep
    rate_per_h: float
    integral: float
    window_integral: float  # inside the window
    points: int


class Presence:
    """A demand for craft of some domains in an area at once."""

    air: int
    surface: int
    underwater: int
    met: bool
    met_since_h: float
    met_total_h: float


class Detection:
    """A demand to find (or to identify) targets of a class in time."""

    series: int
    stream: int
    arrivals_per_h: float
    tau_h: float
    followed: bool  # one by one in the run
    arrivals: int
    found: int
    observers: int  # targets swept after the run
    expected: float  # sum over observers of 1 - exp(-integral of the rate)


class Contacts:
    """Targets of one class in one area, and what looks like them, followed one by one."""

    area: int
    series: int
    stream: int
    background_stream: int
    around_stream: int
    finder_stream: int
    mean_h_to_target: float
    mean_h_to_background: float  # inf: there is none
    mean_h_to_around: float  # like targets, but outside the window, so that it opens and closes on a busy sea
    present_h: float
    offered: bool  # handed over for identification
    first_detection: int
    end_detection: int
    first_identification: int
    end_identification: int
    first_identifier: int
    end_identifier: int

    next_target_h: float
    next_background_h: float
    next_around_h: float
    next_found_h: float
    arrived: int  # how many came in so far; the slot of each is its number modulo the slots


class Contact:
    """One contact: when it came in, and its arrival once more, or -inf where it counts in no measure."""

    arrived_h: float
    counts_h: float


class Offer:
    """One contact found, waiting to be handed over."""

    found_h: float
    counts_h: float
    finder: int  # type of the craft that found it
    number: int


class Queue:
    """Offers on their way with one delay, a ring in order of finding."""

    first: int
    waiting: int


class Identifier:
    """One row that can identify contacts of a class: how long a look takes; quickest first."""

    row: int
    service_h: float


class Event:
    """One line of the log: what happened to whom; number and detail say more, by kind."""

    at_h: float
    kind: int
    subject: int
    number: int
    detail: float


_STORED = {int: np.int64, float: np.float64, bool: np.bool_}


@cache
def record_dtype(record: type) -> np.dtype[np.void]:
    """The structured dtype of a record class."""
    return np.dtype([(name, _STORED[kind]) for name, kind in get_type_hints(record).items()], align=True)


def table(record: type, rows: Sequence[dict[str, object]]) -> Records:
    """A table with one record for each mapping of field names to values; fields not named are 0."""
    made = np.zeros(len(rows), dtype=record_dtype(record))
    for i, row in enumerate(rows):
        for name, value in row.items():
            made[name][i] = value
    return made
