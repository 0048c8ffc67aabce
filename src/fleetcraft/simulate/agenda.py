"""What happens next: a tournament among entities, totally ordered by (due time, entity).

A complete binary tree in one flat table: leaf ``len // 2 + entity`` holds the entity's due time, every inner node the
earlier of its two children, the left one in a tie. Node 1 is the next event.
"""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.records import Node, Table


@kernel
def clear(agenda: Table[Node]) -> None:
    """Nothing is due."""
    leaves = len(agenda) // 2
    for node in range(len(agenda)):
        agenda[node].due_h = np.inf
        agenda[node].entity = max(node - leaves, 0)


@kernel
def settle_all(agenda: Table[Node]) -> None:
    """Play the whole tournament, once every leaf has its due time."""
    for node in range(len(agenda) // 2 - 1, 0, -1):
        left, right = agenda[2 * node], agenda[2 * node + 1]
        first = left if left.due_h <= right.due_h else right
        agenda[node].due_h, agenda[node].entity = first.due_h, first.entity


@kernel
def schedule(agenda: Table[Node], entity: int, due_h: float) -> None:
    """Set when an entity is due next (inf: not at all) and play its matches up to the root."""
    node = len(agenda) // 2 + entity
    agenda[node].due_h = due_h
    while node > 1:
        rival = agenda[node ^ 1]
        loses = (rival.due_h < due_h) | ((rival.due_h == due_h) & (rival.entity < entity))
        due_h = rival.due_h if rival.due_h < due_h else due_h
        entity = rival.entity if loses else entity
        node >>= 1
        agenda[node].due_h = due_h
        agenda[node].entity = entity
