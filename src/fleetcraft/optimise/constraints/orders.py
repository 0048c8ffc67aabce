"""Laws of ordering: slices make up orders, and a type pays its integration once."""

from __future__ import annotations

import numpy as np

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.programme import Block, block
from fleetcraft.optimise.variables import Variables


def orders_fill_tranches(c: Capability, v: Variables) -> Block:
    """ordered[p,t] = sum over slices j of (p,t) of tranche[j]."""
    row, own = np.arange(len(v.order_key)), np.arange(len(c.tranches.size))
    return block(
        "orders_fill_tranches",
        v.ordered.labels,
        [(row, v.ordered.index, -1.0), (v.tranche_order, v.tranche.index[own], 1.0)],
        lower=0.0,
        upper=0.0,
    )


def types_are_integrated_once(c: Capability, v: Variables) -> Block:
    """tranche[j] <= size[j] x sum over periods t' <= t of first[p,t']: a type is first bought before it is bought."""
    platform = np.array([p for p, _ in v.order_key], dtype=np.int64)
    period = np.array([t for _, t in v.order_key])
    own = np.arange(len(v.tranche_order))
    not_later = (platform == platform[v.tranche_order, None]) & (period <= period[v.tranche_order, None])
    row, order = np.nonzero(not_later)
    return block(
        "types_are_integrated_once",
        v.tranche.labels,
        [(own, v.tranche.index, 1.0), (row, v.first.index[order], -c.tranches.size[row])],
        upper=0.0,
    )
