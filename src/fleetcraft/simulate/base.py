"""At the base: recover, repair if failed, maintenance, turnaround, and ready again (model.md 2)."""

from __future__ import annotations

from math import floor

import numpy as np

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.log import Log, settle
from fleetcraft.simulate.random import Words, exponential
from fleetcraft.simulate.ready import join_ready
from fleetcraft.simulate.records import (
    ABSENT,
    IN_REPAIR,
    IN_SERVICE,
    NOBODY,
    QUEUED,
    READY,
    WAITING,
    Clock,
    Craft,
    Floats,
    Node,
    Pool,
    Row,
    Table,
)
from fleetcraft.simulate.sortie import account_h, in_window_h, needed_h

CRAFT_STREAMS = ("failure", "repair", "loss")
FAILURE, REPAIR, LOSS = range(len(CRAFT_STREAMS))


@kernel
def draw_h(streams: Words, craft: int, kind: int, mean_h: float) -> float:
    """The next exponential duration of a craft's own stream of a kind."""
    return exponential(streams, len(CRAFT_STREAMS) * craft + kind, mean_h)


@kernel
def recover(
    agenda: Table[Node],
    crafts: Table[Craft],
    c: int,
    rows: Table[Row],
    pools: Table[Pool],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """Take a craft that came home aboard, or let it wait at sea for weather in which it can be recovered."""
    craft = crafts[c]
    row = rows[craft.row]
    if not row.recoverable:
        wait_at_sea(crafts, c, row)
    elif craft.failed:
        await_repair(agenda, crafts, c, rows, pools[row.pool], streams, log, clock)
    else:
        serve(craft, row, clock)


@kernel
def wait_at_sea(crafts: Table[Craft], c: int, row: Row) -> None:
    """Join the end of the row's craft that wait for weather in which they can be recovered."""
    crafts[c].phase = WAITING
    crafts[c].next_in_queue = NOBODY
    if row.first_waiting == NOBODY:
        row.first_waiting = c
    else:
        crafts[row.last_waiting].next_in_queue = c
    row.last_waiting = c


@kernel
def bring_in_waiting(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    row: Row,
    pools: Table[Pool],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """Recover the row's craft that wait at sea, in the order in which they came."""
    c = row.first_waiting
    row.first_waiting = NOBODY
    while c != NOBODY:
        following = crafts[c].next_in_queue
        recover(agenda, crafts, c, rows, pools, streams, log, clock)
        settle(agenda, crafts, c, log, clock)
        c = following


@kernel
def await_repair(
    agenda: Table[Node],
    crafts: Table[Craft],
    c: int,
    rows: Table[Row],
    pool: Pool,
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """Start the repair where a crew is free, else join the end of the queue."""
    craft = crafts[c]
    craft.down_since_h = clock.now_h
    if pool.crews_free > 0:
        pool.crews_free -= 1
        start_repair(agenda, crafts, c, rows, streams, log, clock)
        return
    craft.phase = QUEUED
    craft.next_in_queue = NOBODY
    if pool.first == NOBODY:
        pool.first = c
    else:
        crafts[pool.last].next_in_queue = c
    pool.last = c


@kernel
def start_repair(
    agenda: Table[Node], crafts: Table[Craft], c: int, rows: Table[Row], streams: Words, log: Log, clock: Clock
) -> None:
    """A crew sets to work; the repair takes an exponential time."""
    craft = crafts[c]
    row = rows[craft.row]
    craft.phase = IN_REPAIR
    craft.phase_ends_h = clock.now_h + draw_h(streams, c, REPAIR, row.mean_repair_h)
    row.down_total_h += in_window_h(clock, craft.down_since_h, craft.phase_ends_h)
    settle(agenda, crafts, c, log, clock)


@kernel
def end_repair(
    agenda: Table[Node],
    crafts: Table[Craft],
    c: int,
    rows: Table[Row],
    pools: Table[Pool],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """The craft goes on to maintenance and turnaround, the crew to the next in the queue."""
    craft = crafts[c]
    row = rows[craft.row]
    pool = pools[row.pool]
    craft.failed = False
    craft.hours_to_failure = draw_h(streams, c, FAILURE, row.mean_h_to_failure)
    serve(craft, row, clock)
    if pool.first == NOBODY:
        pool.crews_free += 1
    else:
        following = pool.first
        pool.first = crafts[following].next_in_queue
        start_repair(agenda, crafts, following, rows, streams, log, clock)


@kernel
def serve(craft: Craft, row: Row, clock: Clock) -> None:
    """Whole blocks of scheduled maintenance, the turnaround, and the wait until the hours account allows a sortie."""
    craft.phase = IN_SERVICE
    ends_h = clock.now_h
    if craft.hours_since_maintenance >= row.maintenance_interval_h:
        blocks = floor(craft.hours_since_maintenance / row.maintenance_interval_h)
        craft.hours_since_maintenance -= blocks * row.maintenance_interval_h
        ends_h += blocks * row.maintenance_h
        row.down_total_h += in_window_h(clock, clock.now_h, ends_h)
    missing_h = needed_h(row) - account_h(craft, row, clock.now_h)
    craft.phase_ends_h = max(ends_h + row.turnaround_h, clock.now_h + missing_h / row.accrual_h_per_h)


@kernel
def become_ready(crafts: Table[Craft], c: int, row: Row, ready: Floats) -> None:
    """Join the row's craft that can launch."""
    crafts[c].phase = READY
    crafts[c].phase_ends_h = np.inf
    join_ready(ready, crafts, c, row)


@kernel
def enter_service(crafts: Table[Craft], c: int, row: Row, usable_h: float, streams: Words) -> None:
    """A new craft: not there before ``usable_h``, then ready, with one sortie on its account."""
    craft = crafts[c]
    craft.phase = ABSENT
    craft.phase_ends_h = usable_h
    craft.relief_due_h = np.inf
    craft.look_ends_h = np.inf
    craft.fails_h = np.inf
    craft.lost_h = np.inf
    craft.failed = False
    craft.hours_to_failure = draw_h(streams, c, FAILURE, row.mean_h_to_failure)
    craft.hours_to_loss = draw_h(streams, c, LOSS, row.mean_h_to_loss)
    craft.hours_since_maintenance = 0.0
    craft.account_h = needed_h(row)
    craft.account_read_h = usable_h
    craft.in_row_since_h = usable_h
