"""A plan that adapts, told for all futures together: deliveries and money of what each of them has ordered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.plan import Order, Plan
from fleetcraft.study.accounts import Accounts, make_accounts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OrderId = tuple[str, str]
"""Platform and period."""


@dataclass(frozen=True, eq=False)
class Part:
    """Futures, by their indices, that play the same plan; its deliveries and books in them."""

    plan: Plan
    futures: Ints
    deliveries: Deliveries
    accounts: Accounts


@dataclass(frozen=True, eq=False)
class LaterOrder:
    """What single futures order of a platform in a period, beside what all of them do; ``cost`` expected over all."""

    platform: str
    period: str
    quantity: Ints  # (F,) 0 where a future orders none
    cost: float


def parts_of(theatre: Theatre, played: Mapping[Plan, Sequence[int]], futures: Futures) -> tuple[Part, ...]:
    """The parts of ``Plan.in_futures``, over the futures with the indices from 0 on."""
    parts = []
    for plan, indices in played.items():
        mine = futures.take(indices)
        deliveries = deliver(theatre.scenario, plan, mine)
        accounts = make_accounts(theatre, plan, deliveries, mine)
        parts.append(Part(plan, np.array(indices, dtype=np.int64), deliveries, accounts))
    return tuple(parts)


def common_deliveries(theatre: Theatre, plan: Plan, futures: Futures, parts: Sequence[Part]) -> Deliveries:
    """When the craft come that every future orders; those that single ones order in the same period come after them.

    ``row`` is as in a future that orders nothing more.
    """
    alone = deliver(theatre.scenario, plan.common, futures)
    arrival_h, usable_h = alone.arrival_h.copy(), alone.usable_h.copy()
    for part in parts:
        place = {craft: c for c, craft in enumerate(_craft(part.deliveries))}
        mine = [place[craft] for craft in _craft(alone)]
        arrival_h[part.futures] = part.deliveries.arrival_h[:, mine]
        usable_h[part.futures] = part.deliveries.usable_h[:, mine]
    return replace(alone, arrival_h=arrival_h, usable_h=usable_h)


def _craft(deliveries: Deliveries) -> list[tuple[int, float, int]]:
    """Each craft's platform, the moment of its order, and its number among those ordered then."""
    seen: Counter[tuple[int, float]] = Counter()
    craft = []
    for order in zip(deliveries.platform.tolist(), deliveries.order_h.tolist(), strict=True):
        craft.append((*order, seen[order]))
        seen[order] += 1
    return craft


def ordered_craft(theatre: Theatre, futures: Futures, parts: Sequence[Part]) -> Ints:
    """Craft that each future orders of each platform, (F, P)."""
    platforms = len(theatre.scenario.platforms)
    ordered = np.zeros((len(futures), platforms), dtype=np.int64)
    for part in parts:
        ordered[part.futures] = np.bincount(part.deliveries.platform, minlength=platforms)
    return ordered


def usable_craft_h(ordered: Ints, parts: Sequence[Part]) -> tuple[Floats, ...]:
    """For each platform from when its craft are usable, (F, most ordered); inf beyond a future's last one."""
    usable_h = tuple(np.full((len(ordered), most), np.inf) for most in ordered.max(axis=0, initial=0))
    for part in parts:
        for p in np.unique(part.deliveries.platform):
            mine = part.deliveries.usable_h[:, part.deliveries.platform == p]
            usable_h[p][part.futures, : mine.shape[1]] = mine
    return usable_h


def order_costs(
    plan: Plan, futures: Futures, parts: Sequence[Part]
) -> tuple[dict[Order, float], tuple[LaterOrder, ...]]:
    """Expected cost of each order that all futures place, and what single ones order besides.

    Where a future adds to an order of the same period its craft cost alike.
    """
    common = {(order.platform, order.period): order.quantity for order in plan.orders}
    cost: defaultdict[OrderId, float] = defaultdict(float)
    later_cost: defaultdict[OrderId, float] = defaultdict(float)
    quantity: dict[OrderId, Ints] = {}
    for part in parts:
        for order, amount in part.accounts.order_cost.items():
            key = order.platform, order.period
            unit = amount / order.quantity * len(part.futures) / len(futures)
            added = order.quantity - common.get(key, 0)
            cost[key] += unit * common.get(key, 0)
            if added:
                later_cost[key] += unit * added
                quantity.setdefault(key, np.zeros(len(futures), dtype=np.int64))[part.futures] = added
    return (
        {order: cost[order.platform, order.period] for order in plan.orders},
        tuple(LaterOrder(*key, quantity[key], later_cost[key]) for key in sorted(quantity)),
    )
