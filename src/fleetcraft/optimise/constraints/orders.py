"""Laws of ordering: slices make up orders, makers deliver in order, and a type pays its integration once."""

from __future__ import annotations

import numpy as np

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.programme import Block, Terms, block
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


def integration_comes_with_an_order(_c: Capability, v: Variables) -> Block:
    """first[p,t] <= ordered[p,t]: a type is integrated in a period in which it is ordered, out of that year's money."""
    row = np.arange(len(v.order_key))
    return block(
        "integration_comes_with_an_order",
        v.ordered.labels,
        [(row, v.first.index, 1.0), (row, v.ordered.index, -1.0)],
        upper=0.0,
    )


def places_are_taken_once(c: Capability, v: Variables) -> Block:
    """sum over periods of tranche[j] of one platform and slot <= size: a place in a maker's queue serves one order."""
    tranches = c.tranches
    place = np.stack([tranches.platform, tranches.slot], axis=1)[~tranches.late]
    members = v.tranche.index[~tranches.late]
    taken, row, periods = np.unique(place, axis=0, return_inverse=True, return_counts=True)
    size = np.zeros(len(taken))
    size[row] = tranches.size[~tranches.late]
    shared = periods > 1
    kept = shared[row]
    ids = [platform.id for platform in c.theatre.scenario.platforms]
    return block(
        "places_are_taken_once",
        [f"{ids[p]},{slot}" for p, slot in taken[shared]],
        [((np.cumsum(shared) - 1)[row[kept]], members[kept], 1.0)],
        upper=size[shared],
    )


def slices_are_opened(c: Capability, v: Variables) -> Block:
    """tranche[j] <= size[j] x opened[j]."""
    own = np.arange(len(c.tranches.size))
    return block(
        "slices_are_opened",
        v.tranche.labels,
        [(own, v.tranche.index, 1.0), (own, v.opened.index, -c.tranches.size)],
        upper=0.0,
    )


def queues_fill_in_order(c: Capability, v: Variables) -> Block:
    """opened[j] <= sum of tranche[i] / size[i] over the slices i of the places just before j's, ordered no later.

    A place of a maker's queue is taken only when all before it, from the first that its period can take, are.
    """
    tranches = c.tranches
    period = np.array([t for _, t in v.order_key])[v.tranche_order]
    labels: list[str] = []
    terms: list[Terms] = []
    for j in range(1, len(tranches.size)):
        if v.tranche_order[j] == v.tranche_order[j - 1]:
            here = (tranches.platform == tranches.platform[j]) & (tranches.slot == tranches.slot[j - 1])
            before = np.flatnonzero(here & ~tranches.late & (period <= period[j]))
            row = np.array([len(labels)])
            terms.append((row, v.opened.index[[j]], 1.0))
            terms.append((row, v.tranche.index[before], -1.0 / tranches.size[before]))
            labels.append(v.tranche.labels[j])
    return block("queues_fill_in_order", labels, terms, upper=0.0)
