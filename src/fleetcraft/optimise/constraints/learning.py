"""Laws of learning: units count in the order in which they are made, step by step of the learning curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.capability import COMMON, Capability
from fleetcraft.optimise.programme import Block, block
from fleetcraft.optimise.variables import Variables

Floats = NDArray[np.float64]


def units_are_counted(_c: Capability, v: Variables) -> Block:
    """sum over steps s of made[k,s] = sum over orders i of the type, up to k and in its node, of ordered[i]."""
    learnt = np.unique(v.made_order)
    counted = [(row, i) for row, k in enumerate(learnt.tolist()) for i in counted_orders(v, k)]
    row, order = np.array(counted, dtype=np.int64).reshape(-1, 2).T
    return block(
        "units_are_counted",
        [v.ordered.labels[k] for k in learnt],
        [(np.searchsorted(learnt, v.made_order), v.made.index, 1.0), (row, v.ordered.index[order], -1.0)],
        lower=0.0,
        upper=0.0,
    )


def steps_are_full(_c: Capability, v: Variables) -> Block:
    """width[s] x full[k,s] <= made[k,s]."""
    row = np.arange(len(v.full_made))
    return block(
        "steps_are_full",
        v.full.labels,
        [(row, v.made.index[v.full_made], 1.0), (row, v.full.index, -v.made_width[v.full_made])],
        lower=0.0,
    )


def steps_begin_in_order(_c: Capability, v: Variables) -> Block:
    """made[k,s+1] <= width[s+1] x full[k,s]: costs are concave, so that later steps would else be taken first."""
    row, then = np.arange(len(v.full_made)), v.full_made + 1
    return block(
        "steps_begin_in_order",
        [v.made.labels[i] for i in then],
        [(row, v.made.index[then], 1.0), (row, v.full.index, -v.made_width[then])],
        upper=0.0,
    )


def what_is_made_stays_made(_c: Capability, v: Variables) -> Block:
    """made[i,s] <= made[k,s], i the order before k: no order costs less than its units at the curve's last price."""
    previous = previous_orders(v)
    later = np.flatnonzero(previous[v.made_order] >= 0)
    first, order = first_steps(v), v.made_order[later]
    before = first[previous[order]] + later - first[order]
    row = np.arange(len(later))
    return block(
        "what_is_made_stays_made",
        [v.made.labels[i] for i in later],
        [(row, v.made.index[before], 1.0), (row, v.made.index[later], -1.0)],
        upper=0.0,
    )


def counted_orders(v: Variables, k: int) -> list[int]:
    """The orders of a type that have been placed with order k, itself the last, in its node."""
    platform, period, node = v.order_key[k]
    mine = np.flatnonzero((v.order_platform == platform) & np.isin(v.order_node, (COMMON, node))).tolist()
    return sorted((i for i in mine if v.order_key[i][1] <= period), key=lambda i: v.order_key[i][1])


def previous_orders(v: Variables) -> NDArray[np.int64]:
    """The order of the same type before each that is learnt, in its node: (K,), -1 for the first and for the rest."""
    previous = np.full(len(v.order_key), -1, dtype=np.int64)
    for k in np.unique(v.made_order).tolist():
        previous[k] = ([-1, *counted_orders(v, k)])[-2]
    return previous


def first_steps(v: Variables) -> NDArray[np.int64]:
    """The entry of made at which the steps of each order begin, (K,); of no meaning where nothing is learnt."""
    return np.searchsorted(v.made_order, np.arange(len(v.order_key)))


def units_made(v: Variables, orders: Floats) -> Floats:
    """The values of made when the orders (K,) are placed."""
    total = np.zeros(len(v.order_key))
    for k in np.unique(v.made_order).tolist():
        total[k] = orders[counted_orders(v, k)].sum()
    start = np.cumsum(v.made_width) - v.made_width
    start -= start[first_steps(v)[v.made_order]]
    made: Floats = np.clip(total[v.made_order] - start, 0.0, v.made_width)
    return made
