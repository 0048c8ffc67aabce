"""Contacts followed one by one: they come in, are found, handed over and identified (model.md 4 and 5).

A contact is found when the integral of the detection rate has grown, since it came in, by an exponential number of
mean 1 that is drawn for it. Those present wait in a tournament of the integrals at which they are found, one slot for
each, taken in turn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fleetcraft.simulate.agenda import schedule
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.log import Log, note, settle
from fleetcraft.simulate.random import Words, exponential, uniform
from fleetcraft.simulate.records import (
    CAME_IN,
    CONTACTS_FULL,
    FOUND,
    GIVEN_UP,
    IDENTIFIED,
    NOBODY,
    NOT_IDENTIFIED,
    ON_STATION,
    PASSED_ON,
    RUNNING,
    TAKEN,
    Area,
    Clock,
    Contact,
    Contacts,
    Craft,
    Detection,
    Floats,
    Identifier,
    Integers,
    Node,
    Offer,
    Queue,
    Row,
    Series,
    Table,
    Tables,
)
from fleetcraft.simulate.sortie import stop_looking


@kernel
def integral_now(area: Area, series: Series, clock: Clock) -> float:
    """The integral of the detection rate at this moment."""
    return series.integral + series.rate_per_h * max(clock.now_h - max(area.counted_h, clock.watch_start_h), 0.0)


@kernel
def foresee_find(contacts: Contacts, waits: Table[Node], area: Area, series: Series, clock: Clock) -> None:
    """When the next contact is found if the rate stays as it is."""
    contacts.next_found_h = np.inf
    if waits[1].due_h < np.inf and series.rate_per_h > 0:
        counted_h = max(area.counted_h, clock.watch_start_h)
        found_h = counted_h + (waits[1].due_h - series.integral) / series.rate_per_h
        contacts.next_found_h = max(found_h, clock.now_h)


@kernel
def next_offer_h(queues: Table[Queue], offers: Tables[Offer], delays_h: Floats) -> float:
    """When the first contact on its way reaches those to whom it is handed over."""
    due_h = np.inf
    for stage in range(1, len(delays_h)):
        queue = queues[stage]
        if queue.waiting > 0:
            due_h = min(due_h, offers[stage][queue.first].found_h + delays_h[stage])
    return due_h


@kernel
def next_contact_h(contacts: Contacts, queues: Table[Queue], offers: Tables[Offer], delays_h: Floats) -> float:
    """When something next happens to contacts of this class and area."""
    comes_in_h = min(min(contacts.next_target_h, contacts.next_background_h), contacts.next_around_h)
    return min(min(comes_in_h, contacts.next_found_h), next_offer_h(queues, offers, delays_h))


@kernel
def come_in(
    contacts: Contacts,
    k: int,
    waits: Table[Node],
    present: Table[Contact],
    area: Area,
    series: Series,
    stream: int,
    streams: Words,
    is_target: bool,
    log: Log,
    clock: Clock,
) -> None:
    """A contact takes the next slot; where its last holder is still there unfound, all are taken.

    Slots are a power of two.
    """
    slots = len(present)
    slot = contacts.arrived & (slots - 1)
    if waits[slots + slot].due_h < np.inf and present[slot].arrived_h + contacts.present_h > clock.now_h:
        clock.status = CONTACTS_FULL
        return
    present[slot].arrived_h = clock.now_h
    present[slot].counts_h = clock.now_h if is_target else -np.inf
    schedule(waits, slot, integral_now(area, series, clock) + exponential(streams, stream, 1.0))
    note(log, clock, CAME_IN, k, contacts.arrived, 1.0 if is_target else 0.0)
    contacts.arrived += 1


@kernel
def count_arrival(contacts: Contacts, detections: Table[Detection], identifications: Table[Detection]) -> None:
    """One more target against which the demands are measured."""
    for d in range(contacts.first_detection, contacts.end_detection):
        detections[d].arrivals += 1
    for d in range(contacts.first_identification, contacts.end_identification):
        identifications[d].arrivals += 1


@kernel
def count_in_time(demands: Table[Detection], first: int, end: int, counts_h: float, now_h: float) -> None:
    """Count a target for every demand whose time is not over."""
    for d in range(first, end):
        demands[d].found += now_h - counts_h <= demands[d].tau_h


@kernel
def number_of(contacts: Contacts, slot: int, slots: int) -> int:
    """The number of the last contact that took a slot."""
    return contacts.arrived - 1 - ((contacts.arrived - 1 - slot) & (slots - 1))


@kernel
def target_comes_in(
    contacts: Contacts,
    k: int,
    waits: Table[Node],
    present: Table[Contact],
    area: Area,
    series: Series,
    detections: Table[Detection],
    identifications: Table[Detection],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """A target comes in, and the next is awaited as long as the window is open."""
    come_in(contacts, k, waits, present, area, series, contacts.stream, streams, True, log, clock)
    count_arrival(contacts, detections, identifications)
    contacts.next_target_h = next_target_h(contacts, clock.now_h, streams, clock)


@kernel
def be_found(
    contacts: Contacts,
    k: int,
    waits: Table[Node],
    present: Table[Contact],
    detections: Table[Detection],
    log: Log,
    clock: Clock,
) -> int:
    """The first contact of those that wait is found; its slot, or NOBODY where it left before."""
    slot = waits[1].entity
    schedule(waits, slot, np.inf)
    contact = present[slot]
    if contact.arrived_h + contacts.present_h < clock.now_h:
        return NOBODY
    note(log, clock, FOUND, k, number_of(contacts, slot, len(present)), 0.0)
    count_in_time(detections, contacts.first_detection, contacts.end_detection, contact.counts_h, clock.now_h)
    return slot


@kernel
def catch_up(
    area: Area,
    all_contacts: Table[Contacts],
    all_waits: Tables[Node],
    all_present: Tables[Contact],
    all_series: Table[Series],
    detections: Table[Detection],
    identifications: Table[Detection],
    streams: Words,
    log: Log,
    clock: Clock,
) -> None:
    """Play what befell an area's contacts that nobody hands over, one by one, since the area was last counted.

    Nothing else depends on them, and the rate has been the same all that time: they need no place on the agenda.
    """
    now_h = clock.now_h
    for k in range(area.first_contacts, area.end_contacts):
        contacts = all_contacts[k]
        if not contacts.offered:
            waits, present = all_waits[k], all_present[k]
            series = all_series[contacts.series]
            clock.now_h = max(area.counted_h, clock.watch_start_h)
            foresee_find(contacts, waits, area, series, clock)
            while min(contacts.next_target_h, contacts.next_found_h) <= now_h and clock.status == RUNNING:
                clock.events += 1
                if contacts.next_found_h <= contacts.next_target_h:
                    clock.now_h = contacts.next_found_h
                    be_found(contacts, k, waits, present, detections, log, clock)
                else:
                    clock.now_h = contacts.next_target_h
                    target_comes_in(
                        contacts, k, waits, present, area, series, detections, identifications, streams, log, clock
                    )
                foresee_find(contacts, waits, area, series, clock)
    clock.now_h = now_h


@kernel
def pick_finder(area: Area, s: int, series: Series, rows: Table[Row], rates: Floats, chance: float) -> int:
    """The type of the craft that found a contact: of each row in proportion to its part of the rate."""
    left = chance * series.rate_per_h
    finder = NOBODY
    for r in range(area.first_row, area.end_row):
        row = rows[r]
        rate_per_h = row.counted_searching * rates[row.first_rate + s - area.first_series, area.wind_band]
        if rate_per_h > 0:
            finder = row.type
            left -= rate_per_h
            if left < 0:
                break
    return finder


@kernel
def idle_craft(crafts: Table[Craft], r: int, row: Row, service_h: float, now_h: float) -> int:
    """The first craft of the row on station that is free for so long, NOBODY where there is none."""
    for c in range(row.first_craft, row.end_craft):
        craft = crafts[c]
        idle = craft.phase == ON_STATION and craft.row == r and craft.look_ends_h == np.inf
        if idle and craft.phase_ends_h - now_h >= service_h:
            return c
    return NOBODY


@kernel
def take(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    contacts: Contacts,
    k: int,
    identifiers: Table[Identifier],
    reach: Integers,
    stage: int,
    finder: int,
    number: int,
    counts_h: float,
    log: Log,
    clock: Clock,
) -> int:
    """Let the quickest free craft that the finder's system reaches by now look at the contact; its row, or NOBODY."""
    for i in range(contacts.first_identifier, contacts.end_identifier):
        identifier = identifiers[i]
        row = rows[identifier.row]
        if row.sees and row.on_station > row.looking and reach[finder, row.type] <= stage:
            c = idle_craft(crafts, identifier.row, row, identifier.service_h, clock.now_h)
            if c != NOBODY:
                craft = crafts[c]
                craft.look_ends_h = clock.now_h + identifier.service_h
                craft.look_contacts = k
                craft.look_number = number
                craft.look_counts_h = counts_h
                row.looking += 1
                note(log, clock, TAKEN, k, number, float(c))
                settle(agenda, crafts, c, log, clock)
                return identifier.row
    return NOBODY


@kernel
def hand_over(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    contacts: Contacts,
    k: int,
    queues: Table[Queue],
    offers: Tables[Offer],
    identifiers: Table[Identifier],
    reach: Integers,
    stage: int,
    found_h: float,
    finder: int,
    number: int,
    counts_h: float,
    log: Log,
    clock: Clock,
) -> int:
    """Offer a contact to those it reaches after this stage's delay; the row that takes it, or NOBODY.

    What nobody takes goes on to the next stage; after the last it is given up.
    """
    r = take(agenda, crafts, rows, contacts, k, identifiers, reach, stage, finder, number, counts_h, log, clock)
    if r != NOBODY:
        return r
    if stage + 1 == len(queues):
        note(log, clock, GIVEN_UP, k, number, 0.0)
        return NOBODY
    queue = queues[stage + 1]
    if queue.waiting == len(offers[0]):
        clock.status = CONTACTS_FULL
        return NOBODY
    offer = offers[stage + 1][(queue.first + queue.waiting) % len(offers[0])]
    offer.found_h = found_h
    offer.counts_h = counts_h
    offer.finder = finder
    offer.number = number
    queue.waiting += 1
    note(log, clock, PASSED_ON, k, number, float(stage + 1))
    return NOBODY


@kernel
def end_look(
    craft: Craft, row: Row, contacts: Table[Contacts], identifications: Table[Detection], log: Log, clock: Clock
) -> None:
    """The craft has reached its contact and stayed with it: identified, if it can see."""
    k = craft.look_contacts
    stop_looking(craft, row)
    note(log, clock, IDENTIFIED if row.sees else NOT_IDENTIFIED, k, craft.look_number, 0.0)
    if row.sees:
        mine = contacts[k]
        count_in_time(
            identifications, mine.first_identification, mine.end_identification, craft.look_counts_h, clock.now_h
        )


@kernel
def follow(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    area: Area,
    all_contacts: Table[Contacts],
    k: int,
    all_waits: Tables[Node],
    all_present: Tables[Contact],
    all_queues: Tables[Queue],
    all_offers: Sequence[Tables[Offer]],
    identifiers: Table[Identifier],
    reach: Integers,
    delays_h: Floats,
    all_series: Table[Series],
    detections: Table[Detection],
    identifications: Table[Detection],
    rates: Floats,
    streams: Words,
    log: Log,
    clock: Clock,
) -> int:
    """What befalls the contacts of a class and area when something is due; the row that took one, or NOBODY."""
    contacts = all_contacts[k]
    waits, present = all_waits[k], all_present[k]
    queues, offers = all_queues[k], all_offers[k]
    series = all_series[contacts.series]
    now_h = clock.now_h
    took = NOBODY
    if now_h == contacts.next_found_h:
        slot = be_found(contacts, k, waits, present, detections, log, clock)
        if slot != NOBODY:
            number = number_of(contacts, slot, len(present))
            chance = uniform(streams, contacts.finder_stream)
            finder = pick_finder(area, contacts.series, series, rows, rates, chance)
            took = hand_over(
                agenda, crafts, rows, contacts, k, queues, offers, identifiers, reach,
                0, now_h, finder, number, present[slot].counts_h, log, clock,
            )  # fmt: skip
    elif now_h == contacts.next_target_h:
        target_comes_in(contacts, k, waits, present, area, series, detections, identifications, streams, log, clock)
    elif now_h == contacts.next_background_h:
        come_in(contacts, k, waits, present, area, series, contacts.background_stream, streams, False, log, clock)
        contacts.next_background_h = now_h + exponential(
            streams, contacts.background_stream, contacts.mean_h_to_background
        )
    elif now_h == contacts.next_around_h:
        come_in(contacts, k, waits, present, area, series, contacts.around_stream, streams, False, log, clock)
        contacts.next_around_h = next_around_h(contacts, streams, clock)
    else:
        for stage in range(1, len(delays_h)):
            queue = queues[stage]
            if queue.waiting > 0 and offers[stage][queue.first].found_h + delays_h[stage] == now_h:
                offer = offers[stage][queue.first]
                queue.first = (queue.first + 1) % len(offers[0])
                queue.waiting -= 1
                took = hand_over(
                    agenda, crafts, rows, contacts, k, queues, offers, identifiers, reach,
                    stage, offer.found_h, offer.finder, offer.number, offer.counts_h, log, clock,
                )  # fmt: skip
                break
    return took


@kernel
def next_target_h(contacts: Contacts, after_h: float, streams: Words, clock: Clock) -> float:
    """The next target that comes in the window, inf: none."""
    next_h = after_h + exponential(streams, contacts.stream, contacts.mean_h_to_target)
    return next_h if next_h < clock.window_end_h else np.inf


@kernel
def next_around_h(contacts: Contacts, streams: Words, clock: Clock) -> float:
    """The next contact that is like a target but comes outside the window."""
    mean_h = contacts.mean_h_to_around
    if mean_h == np.inf:
        return np.inf
    next_h = clock.now_h + exponential(streams, contacts.around_stream, mean_h)
    if clock.now_h <= clock.window_start_h <= next_h:
        next_h = clock.window_end_h + exponential(streams, contacts.around_stream, mean_h)
    return next_h


@kernel
def reschedule_contacts(
    contact_agenda: Table[Node],
    area: Area,
    all_contacts: Table[Contacts],
    all_waits: Tables[Node],
    all_queues: Tables[Queue],
    all_offers: Sequence[Tables[Offer]],
    delays_h: Floats,
    all_series: Table[Series],
    clock: Clock,
) -> None:
    """Put the contacts of an area on their agenda again, after who searches there, or they themselves, changed."""
    for k in range(area.first_contacts, area.end_contacts):
        contacts = all_contacts[k]
        if not contacts.offered:
            continue
        foresee_find(contacts, all_waits[k], area, all_series[contacts.series], clock)
        due_h = next_contact_h(contacts, all_queues[k], all_offers[k], delays_h)
        schedule(contact_agenda, k, due_h)
