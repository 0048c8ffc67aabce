"""The grounding of a whole type: who is out turns home at once, nobody launches until it ends (model.md 2)."""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.agenda import schedule
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.log import Log, settle
from fleetcraft.simulate.records import ON_STATION, OUTBOUND, Clock, Craft, Node, Row, StandDown, Table, Type
from fleetcraft.simulate.sortie import turn_home


@kernel
def next_change_h(type_: Type, stand_downs: Table[StandDown]) -> float:
    """When the type's present or next stand-down ends or begins."""
    if type_.next == len(stand_downs):
        return np.inf
    return stand_downs[type_.next].to_h if type_.grounded else stand_downs[type_.next].from_h


@kernel
def call_home(agenda: Table[Node], crafts: Table[Craft], r: int, row: Row, log: Log, clock: Clock) -> None:
    """Turn home every craft of the row that is outbound or on station."""
    for c in range(row.first_craft, row.end_craft):
        craft = crafts[c]
        if craft.row == r and (craft.phase == OUTBOUND or craft.phase == ON_STATION):
            turn_home(craft, row, clock.now_h)
            settle(agenda, crafts, c, log, clock)


@kernel
def change_grounding(
    agenda: Table[Node],
    entity: int,
    crafts: Table[Craft],
    rows: Table[Row],
    types: Table[Type],
    t: int,
    stand_downs: Table[StandDown],
    log: Log,
    clock: Clock,
) -> None:
    """Begin the type's next stand-down, or end the present one."""
    type_ = types[t]
    if type_.grounded:
        type_.next += 1
    type_.grounded = not type_.grounded
    schedule(agenda, entity, next_change_h(type_, stand_downs))
    for r in range(len(rows)):
        row = rows[r]
        if row.type == t:
            row.grounded = type_.grounded
            if type_.grounded:
                call_home(agenda, crafts, r, row, log, clock)
