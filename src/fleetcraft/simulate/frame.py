"""How a replication begins and ends."""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.agenda import clear, settle_all
from fleetcraft.simulate.base import enter_service
from fleetcraft.simulate.contacts import catch_up, next_around_h, next_target_h
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.log import Log, note
from fleetcraft.simulate.losses import end_membership
from fleetcraft.simulate.random import Words, exponential
from fleetcraft.simulate.records import (
    ABSENT,
    INBOUND,
    LOST,
    NOBODY,
    ON_STATION,
    OUTBOUND,
    PATH_FULL,
    QUEUED,
    TOO_MANY_EVENTS,
    WEATHER,
    Area,
    Clock,
    Contact,
    Contacts,
    Craft,
    Detection,
    Floats,
    Month,
    Node,
    Presence,
    Row,
    Sea,
    Series,
    Spell,
    StandDown,
    Table,
    Tables,
    Type,
)
from fleetcraft.simulate.sortie import in_window_h
from fleetcraft.simulate.stand_down import next_change_h
from fleetcraft.simulate.watch import advance, count_row, mark
from fleetcraft.simulate.weather import draw_path, feel

MOST_SPELLS = 2**21
"""An area whose weather changes oftener than this is refused (two million changes, 48 MiB)."""


@kernel
def begin_craft(agenda: Table[Node], crafts: Table[Craft], rows: Table[Row], streams: Words, clock: Clock) -> None:
    """Every craft that is usable when the window opens enters at that moment, with one sortie on its account."""
    for c in range(len(crafts)):
        craft = crafts[c]
        entry_h = craft.usable_h if craft.usable_h <= clock.window_start_h else np.inf
        enter_service(crafts, c, rows[craft.row], entry_h, streams)
        craft.logged_look_h = np.inf
        agenda[len(agenda) // 2 + c].due_h = entry_h


@kernel
def begin_areas(
    agenda: Table[Node],
    first_entity: int,
    rows: Table[Row],
    areas: Table[Area],
    seas: Table[Sea],
    months: Table[Month],
    paths: Tables[Spell],
    path_until_h: float,
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """The weather starts with the calendar, so that every plan compared meets the same."""
    for a in range(len(areas)):
        area = areas[a]
        if area.climate != NOBODY:
            path = paths[area.climate]
            if not draw_path(path, seas, area.climate, months, area.stream, streams, path_until_h):
                clock.status = PATH_FULL if len(path) < MOST_SPELLS else TOO_MANY_EVENTS
                return
            feel(area, path, rows)
            note(log, clock, WEATHER, a, path[0].sea_state, path[0].wind_kn)
            agenda[len(agenda) // 2 + first_entity + a].due_h = path[1].starts_h


@kernel
def begin_types(agenda: Table[Node], first_entity: int, types: Table[Type], stand_downs: Tables[StandDown]) -> None:
    """Each type waits for its first stand-down."""
    for t in range(len(types)):
        agenda[len(agenda) // 2 + first_entity + t].due_h = next_change_h(types[t], stand_downs[t])


@kernel
def begin_contacts(
    contact_agenda: Table[Node],
    all_contacts: Table[Contacts],
    all_waits: Tables[Node],
    streams: Words,
    clock: Clock,
) -> None:
    """Targets come from the window's opening on, what looks like them from the watch's beginning."""
    for k in range(len(all_contacts)):
        contacts = all_contacts[k]
        clear(all_waits[k])
        contacts.next_found_h = np.inf
        contacts.next_target_h = next_target_h(contacts, clock.window_start_h, streams, clock)
        contacts.next_background_h = clock.watch_start_h + exponential(
            streams, contacts.background_stream, contacts.mean_h_to_background
        )
        clock.now_h = clock.watch_start_h
        contacts.next_around_h = next_around_h(contacts, streams, clock)
        clock.now_h = 0.0
        if contacts.offered:
            contact_agenda[len(contact_agenda) // 2 + k].due_h = min(
                min(contacts.next_target_h, contacts.next_background_h), contacts.next_around_h
            )
    settle_all(contact_agenda)


@kernel
def begin(
    agenda: Table[Node],
    contact_agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    areas: Table[Area],
    seas: Table[Sea],
    months: Table[Month],
    paths: Tables[Spell],
    path_until_h: float,
    types: Table[Type],
    stand_downs: Tables[StandDown],
    all_contacts: Table[Contacts],
    all_waits: Tables[Node],
    all_series: Table[Series],
    trails: Floats,
    ready: Floats,
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """Set every entity's first event, and every trail's first point."""
    ready[:] = -np.inf
    clear(agenda)
    clear(contact_agenda)
    begin_craft(agenda, crafts, rows, streams, clock)
    first = len(crafts)
    begin_areas(agenda, first, rows, areas, seas, months, paths, path_until_h, streams, log, clock)
    first += len(areas)
    begin_types(agenda, first, types, stand_downs)
    begin_contacts(contact_agenda, all_contacts, all_waits, streams, clock)
    settle_all(agenda)
    for s in range(len(all_series)):
        trails[s, 0, 0] = clock.watch_start_h
        trails[s, 0, 1] = 0.0
        all_series[s].points = 1


@kernel
def count_craft(crafts: Table[Craft], rows: Table[Row], stand_downs: Tables[StandDown], clock: Clock) -> None:
    """Count what is still under way when the clock stops."""
    for c in range(len(crafts)):
        craft = crafts[c]
        row = rows[craft.row]
        if craft.phase == OUTBOUND or craft.phase == ON_STATION or craft.phase == INBOUND:
            row.operating_total_h += in_window_h(clock, craft.launched_h, clock.end_h)
        elif craft.phase == QUEUED:
            row.down_total_h += in_window_h(clock, craft.down_since_h, clock.end_h)
        if craft.phase != ABSENT and craft.phase != LOST:
            end_membership(craft, row, stand_downs[row.type], clock, clock.end_h)


@kernel
def end(
    crafts: Table[Craft],
    rows: Table[Row],
    areas: Table[Area],
    stand_downs: Tables[StandDown],
    presences: Table[Presence],
    all_series: Table[Series],
    trails: Floats,
    all_contacts: Table[Contacts],
    all_waits: Tables[Node],
    all_present: Tables[Contact],
    detections: Table[Detection],
    identifications: Table[Detection],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """Bring every measure and every trail up to the end."""
    clock.now_h = clock.end_h
    count_craft(crafts, rows, stand_downs, clock)
    for r in range(len(rows)):
        count_row(rows[r], clock)
    for a in range(len(areas)):
        catch_up(
            areas[a], all_contacts, all_waits, all_present, all_series, detections, identifications, streams, log, clock
        )
        advance(areas[a], all_series, clock)
    for p in range(len(presences)):
        presence = presences[p]
        if presence.met:
            presence.met_total_h += in_window_h(clock, presence.met_since_h, clock.end_h)
    for s in range(len(all_series)):
        if all_series[s].recorded:
            mark(all_series[s], trails[s], clock)


@kernel
def tell(
    rows: Table[Row],
    presences: Table[Presence],
    all_series: Table[Series],
    detections: Table[Detection],
    identifications: Table[Detection],
    row_facts: Floats,
    demand_facts: Floats,
) -> None:
    """Write what was measured: ``ROW_FACTS`` of each row, and four numbers of each demand.

    Demands are laid end to end: detections, presences, series, identifications. The numbers are a sum (targets found,
    hours in which a presence was met, integral of the rate over the window) and the targets it is of, then the targets
    expected to be found and those these are of.
    """
    for r in range(len(rows)):
        row = rows[r]
        row_facts[r, 0] = row.station_total_h
        row_facts[r, 1] = row.seeing_total_h
        row_facts[r, 2] = row.looking_total_h
        row_facts[r, 3] = row.usable_total_h
        row_facts[r, 4] = row.grounded_total_h
        row_facts[r, 5] = row.operating_total_h
        row_facts[r, 6] = row.down_total_h
        row_facts[r, 7] = row.losses
    demand_facts[:] = 0.0
    d = 0
    for i in range(len(detections)):
        detection = detections[i]
        demand_facts[d, 0] = detection.found
        demand_facts[d, 1] = detection.arrivals
        demand_facts[d, 2] = detection.expected if detection.observers > 0 else detection.found
        demand_facts[d, 3] = detection.observers if detection.observers > 0 else detection.arrivals
        d += 1
    for i in range(len(presences)):
        demand_facts[d, 0] = presences[i].met_total_h
        d += 1
    for i in range(len(all_series)):
        demand_facts[d, 0] = all_series[i].window_integral
        d += 1
    for i in range(len(identifications)):
        demand_facts[d, 0] = identifications[i].found
        demand_facts[d, 1] = identifications[i].arrivals
        demand_facts[d, 2] = identifications[i].found
        demand_facts[d, 3] = identifications[i].arrivals
        d += 1
