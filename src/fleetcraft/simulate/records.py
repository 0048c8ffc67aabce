"""The kernel's tables: what a craft, a row, an area ... is while time runs.

Each class below is one record of a flat numpy array: its annotations are the fields (int, float and bool as int64,
float64 and bool), so that the kernels read like the rules and the type checker reads them too. Moments (``_h`` after a
verb) and durations are hours; moments count from the calendar's start, inf: not due.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Table = Sequence[T]
Records = NDArray[np.void]
Floats = NDArray[np.float64]

ABSENT, READY, OUTBOUND, ON_STATION, INBOUND, WAITING, QUEUED, IN_REPAIR, IN_SERVICE, LOST = range(10)
"""Phases of a craft; WAITING at sea for recovery weather, QUEUED for a repair crew."""

RUNNING, DONE, TRAIL_FULL, TOO_MANY_EVENTS = range(4)
"""States of a replication."""

NOBODY = -1
"""No craft, no climate."""


class Clock:
    """The replication as a whole (one record)."""

    now_h: float
    window_start_h: float
    window_end_h: float
    end_h: float  # the window's end and the longest time a target is followed
    events: int
    event_limit: int
    status: int


class Node:
    """One node of the tournament among entities: the earliest due below it."""

    due_h: float
    entity: int


class Craft:
    """One craft and the four clocks that can move it on."""

    row: int
    usable_h: float
    phase: int
    phase_ends_h: float
    relief_due_h: float  # when a relief must launch to arrive as this craft leaves its station
    fails_h: float
    lost_h: float
    launched_h: float
    down_since_h: float
    failed: bool
    hours_to_failure: float
    hours_to_loss: float
    hours_since_maintenance: float
    account_h: float  # the hours account as it stood at account_read_h
    account_read_h: float
    next_in_queue: int


class Row:
    """One row of the allocation: its rules, its present state, and what it did inside the window."""

    area: int
    pool: int
    domain: int
    first_craft: int
    end_craft: int
    stations: int
    transit_h: float
    station_h: float
    turnaround_h: float
    mean_h_to_failure: float
    mean_repair_h: float
    mean_h_to_loss: float
    maintenance_interval_h: float
    maintenance_h: float
    accrual_h_per_h: float
    account_cap_h: float
    launch_sea_state: int
    operate_sea_state: int
    launch_wind_kn: float
    operate_wind_kn: float

    launchable: bool  # the weather lets craft launch and be recovered
    sees: bool
    ready: int
    covering: int  # craft outbound or on station that will still be there when one launched now arrives
    waiting: int
    on_station: int
    counted_on_station: int  # on_station and seeing as of the area's last count
    counted_seeing: int

    station_total_h: float
    seeing_total_h: float
    usable_total_h: float
    operating_total_h: float
    down_total_h: float
    losses: int


class Pool:
    """The repair crews of one base and domain, and the craft that wait for them, first come first served."""

    crews_free: int
    first: int
    last: int


class Area:
    """One area: which records are its own, its weather, and when it was last counted."""

    first_row: int
    end_row: int
    first_series: int
    end_series: int
    first_presence: int
    end_presence: int
    stream: int
    climate: int  # index into the seas' areas, NOBODY: calm for ever

    month: int
    month_ends_h: float
    sea_state: int
    sea_changes_h: float
    wind_quantile: float  # within the class, kept while the class lasts
    wind_band: int
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


class Series:
    """The detection rate of one kind of target in one area, and its integral since the window opened."""

    first_rate: int
    rate_per_h: float
    integral: float
    window_integral: float  # up to the window's end
    points: int


class Presence:
    """A demand for craft of a domain in an area at once."""

    domain: int
    craft: int
    met: bool
    met_total_h: float


class Detection:
    """A demand to find targets of a class in time."""

    series: int
    stream: int
    arrivals_per_h: float
    tau_h: float
    arrivals: int
    found: int
    expected: float  # sum over arrivals of 1 - exp(-integral of the rate)


_STORED = {int: np.int64, float: np.float64, bool: np.bool_}


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
