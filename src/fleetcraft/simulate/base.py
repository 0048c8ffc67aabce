"""At the base: recover, repair if failed, maintenance, turnaround, and ready again (model.md 2)."""

from __future__ import annotations

from math import floor

import numpy as np

from fleetcraft.simulate.agenda import schedule
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import Words, exponential
from fleetcraft.simulate.records import (
    IN_REPAIR,
    IN_SERVICE,
    NOBODY,
    QUEUED,
    READY,
    WAITING,
    Clock,
    Craft,
    Node,
    Pool,
    Row,
    Table,
)
from fleetcraft.simulate.sortie import account_h, in_window_h, needed_h, next_due_h

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
    clock: Clock,
) -> None:
    """Take a craft that came home aboard, or let it wait at sea for weather in which it can be recovered."""
    craft = crafts[c]
    row = rows[craft.row]
    if not row.launchable:
        craft.phase = WAITING
        row.waiting += 1
    elif craft.failed:
        await_repair(agenda, crafts, c, rows, pools[row.pool], streams, clock)
    else:
        serve(craft, row, clock)


@kernel
def await_repair(
    agenda: Table[Node],
    crafts: Table[Craft],
    c: int,
    rows: Table[Row],
    pool: Pool,
    streams: Words,
    clock: Clock,
) -> None:
    """Start the repair where a crew is free, else join the end of the queue."""
    craft = crafts[c]
    craft.down_since_h = clock.now_h
    if pool.crews_free > 0:
        pool.crews_free -= 1
        start_repair(agenda, crafts, c, rows, streams, clock)
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
    agenda: Table[Node], crafts: Table[Craft], c: int, rows: Table[Row], streams: Words, clock: Clock
) -> None:
    """A crew sets to work; the repair takes an exponential time."""
    craft = crafts[c]
    row = rows[craft.row]
    craft.phase = IN_REPAIR
    craft.phase_ends_h = clock.now_h + draw_h(streams, c, REPAIR, row.mean_repair_h)
    row.down_total_h += in_window_h(clock, craft.down_since_h, craft.phase_ends_h)
    schedule(agenda, c, next_due_h(craft))


@kernel
def end_repair(
    agenda: Table[Node],
    crafts: Table[Craft],
    c: int,
    rows: Table[Row],
    pools: Table[Pool],
    streams: Words,
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
        start_repair(agenda, crafts, following, rows, streams, clock)


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
def become_ready(craft: Craft, row: Row) -> None:
    """Join the row's craft that can launch."""
    craft.phase = READY
    craft.phase_ends_h = np.inf
    row.ready += 1
