"""Laws of ordering: slices make up orders, makers deliver in order, and a type pays its integration once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.capability import COMMON, Capability, Tranches
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
    """tranche[j] <= size[j] x sum over periods t' <= t of first[p,t']: a type is first bought before it is bought.

    Of the first[p,t',n] after the news only those of the slice's own node count; of the only node they count for all.
    """
    platform, node = v.order_platform, v.order_node
    period = np.array([t for _, t, _ in v.order_key])
    own = np.arange(len(v.tranche_order))
    not_later = (platform == platform[v.tranche_order, None]) & (period <= period[v.tranche_order, None])
    seen = (c.nodes == 1) | (node == COMMON) | (node == node[v.tranche_order, None])
    row, order = np.nonzero(not_later & seen)
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
    """In each node: sum of tranche[i] over the slices i within the places of j <= size[j]: a place serves one order."""
    tranches = c.tranches
    ids = [platform.id for platform in c.theatre.scenario.platforms]
    rows: dict[tuple[int, ...], tuple[str, float]] = {}
    early = np.flatnonzero(~tranches.late)
    for end, there in c.views(tranches.node[early]):
        for j in early[there]:
            members = early[there & within(tranches, j)[early]]
            if len(members) > 1:
                rows.setdefault(
                    tuple(members), (f"{ids[tranches.platform[j]]},{tranches.slot[j]}{end}", tranches.size[j])
                )
    terms = [(np.full(len(members), row), v.tranche.index[list(members)], 1.0) for row, members in enumerate(rows)]
    labels = [label for label, _ in rows.values()]
    return block("places_are_taken_once", labels, terms, upper=np.array([size for _, size in rows.values()]))


def within(tranches: Tranches, j: int) -> NDArray[np.bool_]:
    """Which slices of the same maker's queue lie within the places of slice j."""
    first, past = tranches.slot[j], tranches.slot[j] + tranches.size[j]
    ends = tranches.slot + tranches.size
    inside: NDArray[np.bool_] = (tranches.platform == tranches.platform[j]) & (tranches.slot >= first) & (ends <= past)
    return inside


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
    """opened[j] <= sum of tranche[k] / size[i] over the slices k within the places of i, just before j's.

    A place of a maker's queue is taken only when all before it, from the first that its period can take, are; by orders
    no later.
    """
    tranches = c.tranches
    period = np.array([t for _, t, _ in v.order_key])[v.tranche_order]
    labels: list[str] = []
    terms: list[Terms] = []
    previous = _previous_of_its_order(v)
    for j in range(len(tranches.size)):
        if (i := previous[j]) >= 0:
            here = within(tranches, i) & ~tranches.late
            here &= (tranches.node == COMMON) | (tranches.node == tranches.node[j])
            before = np.flatnonzero(here & (period <= period[j]))
            row = np.array([len(labels)])
            terms.append((row, v.opened.index[[j]], 1.0))
            terms.append((row, v.tranche.index[before], -1.0 / tranches.size[i]))
            labels.append(v.tranche.labels[j])
    return block("queues_fill_in_order", labels, terms, upper=0.0)


def _previous_of_its_order(v: Variables) -> list[int]:
    """The slice before each slice of the same order, -1 for the first."""
    last: dict[int, int] = {}
    previous = []
    for j, k in enumerate(v.tranche_order.tolist()):
        previous.append(last.get(k, -1))
        last[k] = j
    return previous
