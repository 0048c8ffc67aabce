"""The event loop: one replication from the calendar's start to the last target's end.

Entities are the craft and, after them, the areas (their weather), the types (their stand-downs) and the contacts.
Each is due at one time, and events happen in the total order (due time, entity). Contacts, few but often due, have an
agenda of their own; those that nobody hands over change nothing for others, so they wait until their area's rate is
about to change and are then played in one go.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fleetcraft.simulate.agenda import schedule
from fleetcraft.simulate.base import become_ready, bring_in_waiting, end_repair, recover
from fleetcraft.simulate.contacts import catch_up, end_look, follow, reschedule_contacts
from fleetcraft.simulate.dispatch import dispatch
from fleetcraft.simulate.frame import begin, end, tell
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.log import Log, note, settle
from fleetcraft.simulate.losses import be_lost, fill_gap
from fleetcraft.simulate.random import Words, open_streams
from fleetcraft.simulate.records import (
    DONE,
    IN_REPAIR,
    INBOUND,
    NOBODY,
    ON_STATION,
    OUTBOUND,
    RUNNING,
    TOO_MANY_EVENTS,
    WEATHER,
    Area,
    Clock,
    Contact,
    Contacts,
    Craft,
    Detection,
    Floats,
    Identifier,
    Integers,
    Month,
    Node,
    Offer,
    Pool,
    Presence,
    Queue,
    Row,
    Sea,
    Series,
    Spell,
    StandDown,
    Table,
    Tables,
    Type,
)
from fleetcraft.simulate.sortie import arrive, come_home, fail, stop_covering, turn_home
from fleetcraft.simulate.stand_down import change_grounding
from fleetcraft.simulate.targets import sweep_all
from fleetcraft.simulate.watch import count, count_all
from fleetcraft.simulate.weather import feel


@kernel
def move_on(
    agenda: Table[Node],
    crafts: Table[Craft],
    c: int,
    rows: Table[Row],
    pools: Table[Pool],
    ready: Floats,
    donors: Integers,
    stand_downs: Tables[StandDown],
    all_contacts: Table[Contacts],
    identifications: Table[Detection],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """What befalls a craft when the earliest of its clocks is due."""
    craft = crafts[c]
    r = craft.row
    row = rows[r]
    if clock.now_h == craft.lost_h:
        be_lost(crafts, c, row, stand_downs[row.type], streams, log, clock)
        fill_gap(crafts, c, rows, r, donors, ready, stand_downs[row.type], log, clock)
    elif clock.now_h == craft.fails_h:
        fail(craft, row, clock.now_h)
    elif clock.now_h == craft.look_ends_h:
        end_look(craft, row, all_contacts, identifications, log, clock)
    elif clock.now_h == craft.relief_due_h:
        stop_covering(craft, row)
    elif craft.phase == OUTBOUND:
        arrive(craft, row)
    elif craft.phase == ON_STATION:
        turn_home(craft, row, clock.now_h)
    elif craft.phase == INBOUND:
        come_home(craft, row, clock)
        recover(agenda, crafts, c, rows, pools, streams, log, clock)
    elif craft.phase == IN_REPAIR:
        end_repair(agenda, crafts, c, rows, pools, streams, log, clock)
    else:
        become_ready(crafts, c, row, ready)
    settle(agenda, crafts, c, log, clock)


@kernel
def change_weather(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    pools: Table[Pool],
    ready: Floats,
    area: Area,
    a: int,
    path: Table[Spell],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """Let the next spell begin, then bring in who waits and launch what is due."""
    area.spell += 1
    feel(area, path, rows)
    note(log, clock, WEATHER, a, path[area.spell].sea_state, path[area.spell].wind_kn)
    schedule(agenda, len(crafts) + a, path[area.spell + 1].starts_h)
    for r in range(area.first_row, area.end_row):
        row = rows[r]
        if row.first_waiting != NOBODY and row.recoverable:
            bring_in_waiting(agenda, crafts, rows, row, pools, streams, log, clock)
        dispatch(agenda, crafts, row, ready, log, clock)


def replicate(
    clocks: Table[Clock],
    agenda: Table[Node],
    contact_agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    pools: Table[Pool],
    ready: Floats,
    donors: Integers,
    areas: Table[Area],
    seas: Table[Sea],
    months: Table[Month],
    paths: Tables[Spell],
    path_until_h: float,
    types: Table[Type],
    stand_downs: Tables[StandDown],
    presences: Table[Presence],
    series: Table[Series],
    detections: Table[Detection],
    identifications: Table[Detection],
    contacts: Table[Contacts],
    waits: Tables[Node],
    present: Tables[Contact],
    queues: Tables[Queue],
    offers: Sequence[Tables[Offer]],
    identifiers: Table[Identifier],
    reach: Integers,
    delays_h: Floats,
    rates: Floats,
    trails: Floats,
    names: Words,
    streams: Words,
    log: Log,
    row_facts: Floats,
    demand_facts: Floats,
    replication: np.uint64,
) -> None:
    """Play one replication; what it measured stands in the facts (see ``tell``), how it ended in the clock.

    Compiled by ``jit.disk_cached``, together with every kernel it calls.
    """
    clock = clocks[0]
    open_streams(streams, names, replication)
    begin(
        agenda, contact_agenda, crafts, rows, areas, seas, months, paths, path_until_h, types, stand_downs,
        contacts, waits, series, trails, ready, streams, log, clock,
    )  # fmt: skip
    first_area = len(crafts)
    first_type = first_area + len(areas)
    while clock.status == RUNNING and min(agenda[1].due_h, contact_agenda[1].due_h) <= clock.end_h:
        clock.events += 1
        if clock.events > clock.event_limit:
            clock.status = TOO_MANY_EVENTS
        changed = NOBODY
        entity = agenda[1].entity
        if contact_agenda[1].due_h < agenda[1].due_h:
            clock.now_h = contact_agenda[1].due_h
            k = contact_agenda[1].entity
            area = areas[contacts[k].area]
            changed = follow(
                agenda, crafts, rows, area, contacts, k, waits, present, queues, offers, identifiers, reach, delays_h,
                series, detections, identifications, rates, streams, log, clock,
            )  # fmt: skip
            if changed == NOBODY:
                reschedule_contacts(contact_agenda, area, contacts, waits, queues, offers, delays_h, series, clock)
        elif entity < first_area:
            clock.now_h = agenda[1].due_h
            changed = crafts[entity].row
            row = rows[changed]
            move_on(
                agenda, crafts, entity, rows, pools, ready, donors, stand_downs,
                contacts, identifications, streams, log, clock,
            )  # fmt: skip
            dispatch(agenda, crafts, row, ready, log, clock)
            if row.on_station == row.counted_on_station and row.looking == row.counted_looking:
                changed = NOBODY
        elif entity < first_type:
            clock.now_h = agenda[1].due_h
            area = areas[entity - first_area]
            path = paths[area.climate]
            change_weather(agenda, crafts, rows, pools, ready, area, entity - first_area, path, streams, log, clock)
            catch_up(area, contacts, waits, present, series, detections, identifications, streams, log, clock)
            count_all(area, rows, presences, series, rates, trails, clock)
            reschedule_contacts(contact_agenda, area, contacts, waits, queues, offers, delays_h, series, clock)
        else:
            clock.now_h = agenda[1].due_h
            t = entity - first_type
            change_grounding(agenda, entity, crafts, rows, types, t, stand_downs[t], log, clock)
            for r in range(len(rows)):
                if rows[r].type == t:
                    dispatch(agenda, crafts, rows[r], ready, log, clock)
            for a in range(len(areas)):
                catch_up(areas[a], contacts, waits, present, series, detections, identifications, streams, log, clock)
                count_all(areas[a], rows, presences, series, rates, trails, clock)
                reschedule_contacts(contact_agenda, areas[a], contacts, waits, queues, offers, delays_h, series, clock)
        if changed != NOBODY:
            row = rows[changed]
            area = areas[row.area]
            catch_up(area, contacts, waits, present, series, detections, identifications, streams, log, clock)
            count(area, row, presences, series, rates, trails, clock)
            reschedule_contacts(contact_agenda, area, contacts, waits, queues, offers, delays_h, series, clock)

    end(
        crafts, rows, areas, stand_downs, presences, series, trails,
        contacts, waits, present, detections, identifications, streams, log, clock,
    )  # fmt: skip
    if clock.status == RUNNING:
        sweep_all(detections, series, trails, streams, clock)
        tell(rows, presences, series, detections, identifications, row_facts, demand_facts)
        clock.status = DONE
