"""Hull losses, their replacement, and the craft that fill the gap meanwhile (model.md 2)."""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.base import enter_service
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.log import Log, note
from fleetcraft.simulate.random import Words
from fleetcraft.simulate.ready import join_ready, leave_ready
from fleetcraft.simulate.records import (
    IN_REPAIR,
    IN_SERVICE,
    LOST,
    NOBODY,
    ON_STATION,
    PHASE,
    QUEUED,
    READY,
    Clock,
    Craft,
    Floats,
    Integers,
    Row,
    StandDown,
    Table,
)
from fleetcraft.simulate.sortie import in_window_h, needed_h, stop_covering, stop_looking


@kernel
def end_membership(craft: Craft, row: Row, stand_downs: Table[StandDown], clock: Clock, until_h: float) -> None:
    """Count the time a craft has been of its row, and how much of that its type stood down."""
    row.usable_total_h += in_window_h(clock, craft.in_row_since_h, until_h)
    for i in range(len(stand_downs)):
        start_h = max(craft.in_row_since_h, stand_downs[i].from_h)
        row.grounded_total_h += in_window_h(clock, start_h, min(until_h, stand_downs[i].to_h))


@kernel
def be_lost(
    crafts: Table[Craft], c: int, row: Row, stand_downs: Table[StandDown], streams: Words, log: Log, clock: Clock
) -> None:
    """Leave the fleet, for good or until a new craft takes its place."""
    craft = crafts[c]
    row.operating_total_h += in_window_h(clock, craft.launched_h, clock.now_h)
    row.losses += clock.window_start_h <= clock.now_h < clock.window_end_h
    if craft.phase == ON_STATION:
        row.on_station -= 1
        stop_looking(craft, row)
    stop_covering(craft, row)
    end_membership(craft, row, stand_downs, clock, clock.now_h)
    enter_service(crafts, c, row, clock.now_h + row.replacement_h, streams)
    note(log, clock, PHASE, c, LOST, float(craft.row))
    craft.logged_phase = LOST
    if row.replacement_h == np.inf:
        craft.phase = LOST


@kernel
def craft_at_base(crafts: Table[Craft], r: int, row: Row) -> int:
    """A craft of the row that is at its base, the readiest first; NOBODY where all are at sea."""
    for phase in (READY, IN_SERVICE, IN_REPAIR, QUEUED):
        for c in range(row.first_craft, row.end_craft):
            if crafts[c].row == r and crafts[c].phase == phase:
                return c
    return NOBODY


@kernel
def fill_gap(
    crafts: Table[Craft],
    lost: int,
    rows: Table[Row],
    r: int,
    donors: Integers,
    ready: Floats,
    stand_downs: Table[StandDown],
    log: Log,
    clock: Clock,
) -> None:
    """Give row ``r``, which lost a craft, one from the first of its donors that has one at the base.

    What replaces the lost craft then goes to the donor, so that rows do not drift apart.
    """
    row = rows[r]
    for i in range(row.first_donor, row.end_donor):
        donor = rows[donors[i]]
        c = craft_at_base(crafts, donors[i], donor)
        if c != NOBODY:
            craft = crafts[c]
            end_membership(craft, donor, stand_downs, clock, clock.now_h)
            craft.in_row_since_h = clock.now_h
            craft.row = r
            note(log, clock, PHASE, c, craft.phase, float(r))
            if craft.phase == READY:
                leave_ready(ready, c, donor)
                join_ready(ready, crafts, c, row)
            if row.replacement_h < np.inf:
                crafts[lost].row = donors[i]
                crafts[lost].account_h = needed_h(donor)
            return
