"""What follows from whole orders: columns that they settle, and whether the true books can bear them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.fleet.booked import gone_besides
from fleetcraft.fleet.deliveries import queue
from fleetcraft.futures import Futures
from fleetcraft.optimise.capability import COMMON, Capability
from fleetcraft.optimise.constraints.budgets import contingency
from fleetcraft.optimise.constraints.learning import units_made
from fleetcraft.optimise.programme import Block, Columns
from fleetcraft.optimise.variables import Variables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KEPT_TO = 1e-6
"""A limit is kept that is exceeded by no more than this share of it, what solvers allow."""


def settled(c: Capability, v: Variables, orders: Floats, taken: Floats, gateways: Floats) -> tuple[Columns, ...]:
    """The columns when orders (K,) are placed, their craft take places of slices (J,), and gateways are bought."""
    point = order_columns(v, orders)
    point[v.tranche.index] = taken
    point[v.gateway.index] = gateways
    made = point[v.made.index]
    point[v.full.index] = made[v.full_made] >= v.made_width[v.full_made]
    point[v.exceeded.index] = _exceeded(contingency(c, v), point)
    fixed = ("ordered", "tranche", "made", "full", "exceeded", "gateway")
    opened = replace(v.opened, lower=(taken > 0).astype(np.float64))
    groups = (opened if group.name == "opened" else group for group in v.groups)
    return tuple(replace(g, lower=point[g.index], upper=point[g.index]) if g.name in fixed else g for g in groups)


def order_columns(v: Variables, orders: Floats) -> Floats:
    """The values of all columns of which nothing but the orders (K,) is known, 0 for the others."""
    point = np.zeros(sum(len(group.index) for group in v.groups))
    point[v.ordered.index] = orders
    point[v.made.index] = units_made(v, orders)
    return point


def _exceeded(law: Block, point: Floats) -> NDArray[np.bool_]:
    total = np.bincount(law.row, law.value * point[law.column], len(law.labels))
    exceeded: NDArray[np.bool_] = total > law.upper * (1.0 + KEPT_TO)
    return exceeded


def too_dear(c: Capability, v: Variables, futures: Futures, orders: Floats, gateways: int) -> Ints:
    """Orders that take part in a limit of money that whole orders break, one limit at a time; none: all are kept.

    The programme knows slices of queues and steps of learning curves; here each craft is paid when it truly arrives,
    at its own place in the count of units made. So many ``gateways`` are paid besides. What was ordered before today
    is not too dear by itself.
    """
    scenario = c.theatre.scenario
    once = gateways * (scenario.operations.hand_over.gateway_cost or 0.0)
    exceeded = 0
    for n in range(c.nodes):
        mine = np.flatnonzero((orders > 0) & np.isin(v.order_node, (COMMON, n)))
        here = futures.take(np.flatnonzero(c.node == n))
        spent, overrun = _books(c, v, here, orders, mine)
        signed = np.array([int(v.order_key[k][1][:4]) for k in mine])
        spent[scenario.calendar.fiscal_years.index(money.gateway_year(scenario))] += once
        standing, stands = _books(c, v, here, v.ordered.lower, np.flatnonzero(v.ordered.lower))
        year = _first_year_beyond(c, spent, standing)
        if year is not None:
            counts_later = scenario.budget.counts == "outlay"
            dear: Ints = mine[(signed == year) | ((signed < year) & counts_later)]
            return dear
        exceeded += _beyond_contingency(c, overrun, stands)
    stated = scenario.budget.contingency
    if stated is not None and exceeded > (1.0 - stated.probability + KEPT_TO) * len(futures):
        return np.flatnonzero(orders > 0)
    return np.zeros(0, dtype=np.int64)


def _books(c: Capability, v: Variables, futures: Futures, orders: Floats, mine: Ints) -> tuple[Floats, Floats]:
    """What the acquisition budget counts in each fiscal year (Y, F), and the overrun (F,), of the orders of a node."""
    scenario = c.theatre.scenario
    years = scenario.calendar.fiscal_years
    start_h = {p.id: p.start_h for p in scenario.calendar.periods}
    spent, overrun = np.zeros((len(years), len(futures))), np.zeros(len(futures))
    for platform, keys in _by_platform(v, mine):
        type_ = scenario.platforms[platform]
        each = np.repeat(keys, orders[keys].round().astype(np.int64))
        learnt = np.diff(money.learnt_cost(scenario, type_, np.arange(len(each) + 1, dtype=np.float64)))
        cost = np.array([c.unit_cost[v.order_key[k]] for k in each]) * learnt
        order_h = np.array([start_h[v.order_key[k][1]] for k in each])
        arrival_h, _ = queue(scenario, platform, order_h, futures)
        if scenario.budget.counts == "outlay":
            paid = money.payment_shares_by_year(scenario, order_h, arrival_h)
            spent += np.einsum("fny,n->yf", paid, cost)
        else:
            signed = [years.index(int(v.order_key[k][1][:4])) for k in each]
            spent += np.bincount(signed, weights=cost, minlength=len(years))[:, None]
        spent[years.index(int(v.order_key[keys[0]][1][:4]))] += money.integration_cost(scenario, type_)
        overrun += money.overrun_per_unit(scenario, futures, platform, order_h, arrival_h) @ cost
    return spent, overrun


def _by_platform(v: Variables, mine: Ints) -> Iterator[tuple[int, Ints]]:
    """Some orders by their type, in time."""
    for platform in np.unique(v.order_platform[mine]).tolist():
        keys = mine[v.order_platform[mine] == platform]
        yield platform, keys[np.argsort([v.order_key[k][1] for k in keys], kind="stable")]


def _first_year_beyond(c: Capability, orders: Floats, standing: Floats) -> int | None:
    """The first year in which what the orders come to, (Y, F), and what else is gone exceed budget and ``standing``."""
    scenario = c.theatre.scenario
    years = scenario.calendar.fiscal_years
    besides = gone_besides(scenario, scenario.budget.counts)[:, None]
    spent = orders + besides
    own = np.array([scenario.budget.acquisition.get(year, 0.0) for year in years])[:, None]
    room = np.maximum(own + money.carried_over(scenario, spent), standing + besides)
    beyond = (spent > room * (1.0 + KEPT_TO)).any(axis=1)
    return years[int(beyond.argmax())] if beyond.any() else None


def _beyond_contingency(c: Capability, overrun: Floats, stands: Floats) -> int:
    """In how many futures the overrun (F,) exceeds the contingency, and that of what ``stands`` (F,)."""
    stated = c.theatre.scenario.budget.contingency
    return 0 if stated is None else int((overrun > np.maximum(stated.amount, stands) * (1.0 + KEPT_TO)).sum())
