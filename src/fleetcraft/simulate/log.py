"""The log of one replication: every change of a craft's phase, of the weather and of a contact, in order of time.

Replications that keep no log are given None; the code below is then compiled away.
"""

from __future__ import annotations

from fleetcraft.simulate.agenda import schedule
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.records import LOG_FULL, LOOK, PHASE, Clock, Craft, Event, Node, Table
from fleetcraft.simulate.sortie import next_due_h

Log = Table[Event] | None


@kernel
def note(log: Log, clock: Clock, kind: int, subject: int, number: int, detail: float) -> None:
    """Append an event; a full log ends the replication."""
    if log is not None:
        if clock.logged == len(log):
            clock.status = LOG_FULL
            return
        event = log[clock.logged]
        event.at_h = clock.now_h
        event.kind = kind
        event.subject = subject
        event.number = number
        event.detail = detail
        clock.logged += 1


@kernel
def settle(agenda: Table[Node], crafts: Table[Craft], c: int, log: Log, clock: Clock) -> None:
    """Put a craft on the agenda as it now stands, and its new phase or look into the log."""
    craft = crafts[c]
    if log is not None:
        if craft.phase != craft.logged_phase:
            note(log, clock, PHASE, c, craft.phase, float(craft.row))
            craft.logged_phase = craft.phase
        if craft.look_ends_h != craft.logged_look_h:
            note(log, clock, LOOK, c, craft.look_number, craft.look_ends_h)
            craft.logged_look_h = craft.look_ends_h
    schedule(agenda, c, next_due_h(craft))
