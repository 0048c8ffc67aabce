"""A sortie: out, on station, home; a failure turns the craft home, a loss ends it (model.md 2)."""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.records import INBOUND, ON_STATION, OUTBOUND, Clock, Craft, Row


@kernel
def in_window_h(clock: Clock, start_h: float, end_h: float) -> float:
    """Hours of [start, end] inside the window."""
    return max(min(end_h, clock.window_end_h) - max(start_h, clock.window_start_h), 0.0)


@kernel
def planned_h(row: Row) -> float:
    """Operating hours of a sortie without failure."""
    return 2.0 * row.transit_h + row.station_h


@kernel
def account_h(craft: Craft, row: Row, now_h: float) -> float:
    """Operating hours the craft may use: what it had, and what accrued since, up to the cap."""
    return min(craft.account_h + row.accrual_h_per_h * (now_h - craft.account_read_h), row.account_cap_h)


@kernel
def book(craft: Craft, row: Row, now_h: float, hours: float) -> None:
    """Add hours to the account (negative: charge them)."""
    craft.account_h = min(account_h(craft, row, now_h) + hours, row.account_cap_h)
    craft.account_read_h = now_h


@kernel
def needed_h(row: Row) -> float:
    """What the account must hold for a launch."""
    return min(planned_h(row), row.account_cap_h)


@kernel
def next_due_h(craft: Craft) -> float:
    """The earliest of the craft's clocks."""
    sortie_h = min(min(craft.fails_h, craft.lost_h), min(craft.relief_due_h, craft.look_ends_h))
    return min(craft.phase_ends_h, sortie_h)


@kernel
def launch(craft: Craft, row: Row, now_h: float) -> None:
    """Set out; a relief is due one transit before the planned end on station."""
    craft.phase = OUTBOUND
    craft.launched_h = now_h
    craft.phase_ends_h = now_h + row.transit_h
    craft.relief_due_h = now_h + row.station_h
    craft.fails_h = now_h + craft.hours_to_failure
    craft.lost_h = now_h + craft.hours_to_loss
    book(craft, row, now_h, -planned_h(row))
    row.covering += 1


@kernel
def arrive(craft: Craft, row: Row) -> None:
    """Take station until the planned end."""
    craft.phase = ON_STATION
    craft.phase_ends_h = craft.launched_h + row.transit_h + row.station_h
    row.on_station += 1


@kernel
def stop_covering(craft: Craft, row: Row) -> None:
    """No longer there when a craft launched now arrives."""
    if craft.relief_due_h < np.inf:
        craft.relief_due_h = np.inf
        row.covering -= 1


@kernel
def stop_looking(craft: Craft, row: Row) -> None:
    """No longer busy with a contact."""
    if craft.look_ends_h < np.inf:
        craft.look_ends_h = np.inf
        row.looking -= 1


@kernel
def turn_home(craft: Craft, row: Row, now_h: float) -> None:
    """Head home: as long as the way out took so far, or a whole transit from the station."""
    if craft.phase == OUTBOUND:
        craft.phase_ends_h = now_h + (now_h - craft.launched_h)
    else:
        craft.phase_ends_h = now_h + row.transit_h
        row.on_station -= 1
        stop_looking(craft, row)
    craft.phase = INBOUND
    stop_covering(craft, row)


@kernel
def fail(craft: Craft, row: Row, now_h: float) -> None:
    """Turn home with a fault, unless on the way home already; a second failure is ignored."""
    craft.failed = True
    craft.fails_h = np.inf
    if craft.phase != INBOUND:
        turn_home(craft, row, now_h)


@kernel
def come_home(craft: Craft, row: Row, clock: Clock) -> None:
    """End the sortie: its hours are counted, the unused ones returned to the account."""
    hours = clock.now_h - craft.launched_h
    row.operating_total_h += in_window_h(clock, craft.launched_h, clock.now_h)
    book(craft, row, clock.now_h, planned_h(row) - hours)
    craft.hours_since_maintenance += hours
    craft.hours_to_failure = craft.fails_h - clock.now_h
    craft.hours_to_loss = craft.lost_h - clock.now_h
    craft.fails_h = np.inf
    craft.lost_h = np.inf
    craft.phase_ends_h = np.inf
