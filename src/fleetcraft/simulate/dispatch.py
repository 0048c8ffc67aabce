"""When a row launches, and which craft goes (model.md 2)."""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.agenda import schedule
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.records import NOBODY, READY, Craft, Node, Row, Table
from fleetcraft.simulate.sortie import account_h, launch, next_due_h


@kernel
def fullest_account(crafts: Table[Craft], row: Row, now_h: float) -> int:
    """The ready craft of a row with the fullest hours account, the first by id in a tie."""
    best = NOBODY
    most_h = -np.inf
    for c in range(row.first_craft, row.end_craft):
        if crafts[c].phase == READY:
            hours = account_h(crafts[c], row, now_h)
            if hours > most_h:
                best, most_h = c, hours
    return best


@kernel
def dispatch(agenda: Table[Node], crafts: Table[Craft], row: Row, now_h: float) -> None:
    """Launch while fewer craft will be on station one transit from now than the row has stations."""
    while row.covering < row.stations and row.ready > 0 and row.launchable:
        c = fullest_account(crafts, row, now_h)
        launch(crafts[c], row, now_h)
        schedule(agenda, c, next_due_h(crafts[c]))
