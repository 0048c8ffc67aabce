"""The ready craft of each row: who goes next is the one with the fullest hours account, ties by id (model.md 2).

Accounts of a row fill at one rate, so their order only changes where they reach the cap. Each row therefore holds a
tournament over its craft in one flat array: a leaf is what the craft's account would be at hour 0 (-inf: not ready), a
node the larger of its two. All accounts that have reached the cap are equally full.
"""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.records import Craft, Floats, Row, Table


@kernel
def _set_leaf(ready: Floats, row: Row, c: int, fullness_h: float) -> None:
    node = row.ready_leaves + c - row.first_craft
    ready[row.ready_root + node] = fullness_h
    while node > 1:
        node >>= 1
        left = ready[row.ready_root + 2 * node]
        right = ready[row.ready_root + 2 * node + 1]
        ready[row.ready_root + node] = max(left, right)


@kernel
def join_ready(ready: Floats, crafts: Table[Craft], c: int, row: Row) -> None:
    """Craft ``c`` of the row can launch."""
    craft = crafts[c]
    row.ready += 1
    _set_leaf(ready, row, c, craft.account_h - row.accrual_h_per_h * craft.account_read_h)


@kernel
def leave_ready(ready: Floats, c: int, row: Row) -> None:
    """Craft ``c`` launches, or serves another row."""
    row.ready -= 1
    _set_leaf(ready, row, c, -np.inf)


@kernel
def fullest_account(ready: Floats, row: Row, now_h: float) -> int:
    """The ready craft of a row with the fullest account, the first by id in a tie; the row has one."""
    full = min(ready[row.ready_root + 1], row.account_cap_h - row.accrual_h_per_h * now_h)
    node = 1
    while node < row.ready_leaves:
        node *= 2
        if ready[row.ready_root + node] < full:
            node += 1
    return row.first_craft + node - row.ready_leaves
