"""When a row launches (model.md 2)."""

from __future__ import annotations

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.log import Log, settle
from fleetcraft.simulate.ready import fullest_account, leave_ready
from fleetcraft.simulate.records import Clock, Craft, Floats, Node, Row, Table
from fleetcraft.simulate.sortie import launch


@kernel
def may_launch(row: Row, now_h: float) -> bool:
    """Whether the weather is good, and will be for the row's weather window, and its type does not stand down."""
    return now_h <= row.launchable_until_h and not row.grounded


@kernel
def dispatch(agenda: Table[Node], crafts: Table[Craft], row: Row, ready: Floats, log: Log, clock: Clock) -> None:
    """Launch while fewer craft will be on station one transit from now than the row has stations."""
    while row.covering < row.stations and row.ready > 0 and may_launch(row, clock.now_h):
        c = fullest_account(ready, row, clock.now_h)
        leave_ready(ready, c, row)
        launch(crafts[c], row, clock.now_h)
        settle(agenda, crafts, c, log, clock)
