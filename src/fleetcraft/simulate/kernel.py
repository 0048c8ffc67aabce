"""The event loop: one replication from the calendar's start to the last target's end.

Entities are the craft and, after them, the areas (their weather). Each is due at one time, and events happen in the
total order (due time, entity).
"""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.agenda import schedule
from fleetcraft.simulate.base import become_ready, end_repair, recover
from fleetcraft.simulate.dispatch import dispatch
from fleetcraft.simulate.frame import begin, end
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import Words, open_streams
from fleetcraft.simulate.records import (
    DONE,
    IN_REPAIR,
    INBOUND,
    ON_STATION,
    OUTBOUND,
    RUNNING,
    TOO_MANY_EVENTS,
    WAITING,
    Area,
    Clock,
    Craft,
    Detection,
    Floats,
    Month,
    Node,
    Pool,
    Presence,
    Row,
    Sea,
    Series,
    Table,
)
from fleetcraft.simulate.sortie import (
    arrive,
    be_lost,
    come_home,
    fail,
    next_due_h,
    stop_covering,
    turn_home,
)
from fleetcraft.simulate.targets import sweep_all
from fleetcraft.simulate.watch import count
from fleetcraft.simulate.weather import change_class, feel, turn_month


@kernel
def move_on(
    agenda: Table[Node],
    crafts: Table[Craft],
    c: int,
    rows: Table[Row],
    pools: Table[Pool],
    streams: Words,
    clock: Clock,
) -> None:
    """What befalls a craft when the earliest of its clocks is due."""
    craft = crafts[c]
    row = rows[craft.row]
    if clock.now_h == craft.lost_h:
        be_lost(craft, row, clock)
    elif clock.now_h == craft.fails_h:
        fail(craft, row, clock.now_h)
    elif clock.now_h == craft.relief_due_h:
        stop_covering(craft, row)
    elif craft.phase == OUTBOUND:
        arrive(craft, row)
    elif craft.phase == ON_STATION:
        turn_home(craft, row, clock.now_h)
    elif craft.phase == INBOUND:
        come_home(craft, row, clock)
        recover(agenda, crafts, c, rows, pools, streams, clock)
    elif craft.phase == IN_REPAIR:
        end_repair(agenda, crafts, c, rows, pools, streams, clock)
    else:
        become_ready(craft, row)
    schedule(agenda, c, next_due_h(craft))


@kernel
def bring_in_waiting(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    row: Row,
    pools: Table[Pool],
    streams: Words,
    clock: Clock,
) -> None:
    """Recover the row's craft that wait at sea, in order of their ids."""
    for c in range(row.first_craft, row.end_craft):
        if crafts[c].phase == WAITING:
            row.waiting -= 1
            recover(agenda, crafts, c, rows, pools, streams, clock)
            schedule(agenda, c, next_due_h(crafts[c]))


@kernel
def change_weather(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    pools: Table[Pool],
    area: Area,
    a: int,
    seas: Table[Sea],
    months: Table[Month],
    streams: Words,
    clock: Clock,
) -> None:
    """Let the month turn or the sea change, then bring in who waits and launch what is due."""
    if clock.now_h == area.month_ends_h:
        turn_month(area, seas, months, streams)
    else:
        change_class(area, seas, months, streams)
    feel(area, seas, months, streams, rows, clock.now_h)
    schedule(agenda, len(crafts) + a, min(area.sea_changes_h, area.month_ends_h))
    for r in range(area.first_row, area.end_row):
        row = rows[r]
        if row.waiting > 0 and row.launchable:
            bring_in_waiting(agenda, crafts, rows, row, pools, streams, clock)
        dispatch(agenda, crafts, row, clock.now_h)


def replicate(
    clocks: Table[Clock],
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    pools: Table[Pool],
    areas: Table[Area],
    seas: Table[Sea],
    months: Table[Month],
    presences: Table[Presence],
    series: Table[Series],
    detections: Table[Detection],
    rates: Floats,
    trails: Floats,
    names: Words,
    streams: Words,
    replication: np.uint64,
) -> None:
    """Play one replication; what it measured stands in rows, presences, series and detections, its end in the clock.

    Compiled by ``jit.disk_cached``, together with every kernel it calls.
    """
    clock = clocks[0]
    open_streams(streams, names, replication)
    begin(agenda, crafts, rows, areas, seas, months, series, trails, streams, clock)
    while clock.status == RUNNING and agenda[1].due_h <= clock.end_h:
        clock.now_h = agenda[1].due_h
        clock.events += 1
        if clock.events > clock.event_limit:
            clock.status = TOO_MANY_EVENTS
        entity = agenda[1].entity
        if entity < len(crafts):
            row = rows[crafts[entity].row]
            a = row.area
            move_on(agenda, crafts, entity, rows, pools, streams, clock)
            dispatch(agenda, crafts, row, clock.now_h)
            changed = row.on_station != row.counted_on_station
        else:
            a = entity - len(crafts)
            change_weather(agenda, crafts, rows, pools, areas[a], a, seas, months, streams, clock)
            changed = True
        if changed:
            count(areas[a], rows, presences, series, rates, trails, clock)

    end(crafts, rows, areas, presences, series, rates, trails, clock)
    if clock.status == RUNNING:
        sweep_all(detections, series, trails, streams, clock)
        clock.status = DONE
