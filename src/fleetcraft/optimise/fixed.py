"""What the programme is worth where part of it is settled: the orders before the news, or the future."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.capability import COMMON, Capability, OrderKey, Tranches, fixed_tranches, make_capability
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import plan_rows
from fleetcraft.optimise.gateways import with_gateways
from fleetcraft.optimise.objective import column_count, risk_constant
from fleetcraft.optimise.orders import Search, places_taken
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.optimise.watching import Watching, requirement_weights
from fleetcraft.plan import Plan
from fleetcraft.scenario.uncertainty import Risk

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Bracket:
    """A number known to lie between two: an optimum between the best that was found and the bound that was proven."""

    low: float
    high: float


@dataclass(frozen=True)
class Optimum:
    """Where the objective of the best whole orders lies, and those that were found."""

    objective: Bracket
    orders: Mapping[OrderKey, int]


def optimum(c: Capability, v: Variables, limits: Limits) -> Optimum | None:
    """The best whole orders of a programme; None where there are none, or none were found in time."""
    best, bound = Search(c, v, limits).best()
    if not len(best.values):
        return None
    orders = best.values[v.ordered.index].round().astype(int).tolist()
    constant = risk_constant(c)
    return Optimum(
        Bracket(best.objective + constant, max(bound, best.objective) + constant),
        {key: n for key, n in zip(v.order_key, orders, strict=True) if n},
    )


def with_common_orders(c: Capability, v: Variables, orders: Mapping[OrderKey, int]) -> Variables:
    """The columns once exactly these orders are placed before the news; what is ordered after it stays open.

    Craft beyond all that the makers could deliver in time in any of the futures are left out.
    """
    asked = np.array([orders.get(key, 0) if key[2] == COMMON else 0 for key in v.order_key], dtype=np.float64)
    taken = places_taken(c, v, asked)
    ordered = np.bincount(v.tranche_order, weights=taken, minlength=len(v.order_key))
    decided, filled = v.order_node == COMMON, c.tranches.node == COMMON
    return replace(
        v,
        ordered=replace(
            v.ordered,
            lower=np.where(decided, ordered, v.ordered.lower),
            upper=np.where(decided, ordered, v.ordered.upper),
        ),
        tranche=replace(
            v.tranche,
            lower=np.where(filled, taken, v.tranche.lower),
            upper=np.where(filled, taken, v.tranche.upper),
        ),
    )


def in_one_future(c: Capability, futures: Futures, corrections: Corrections, future: int) -> Capability:
    """The programme of somebody who knows which of the ``futures`` it will be: the same slices, that future alone."""
    tranches = _in_one_future(c.tranches, c.node, future)
    return make_capability(c.theatre, tranches, futures.take([future]), corrections, pairs=c.pair, gains=c.gains)


def _in_one_future(tranches: Tranches, node: Ints, future: int) -> Tranches:
    """The slices that can be ordered in a future, which then is the only one of the only node."""
    mine = np.flatnonzero(np.isin(tranches.node, (COMMON, node[future])))

    def own(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(value[j] for j in mine)
        of_mine = value[mine]
        return of_mine[:, [future]] if of_mine.shape[1:2] == (len(node),) else of_mine

    own_values = {field.name: own(getattr(tranches, field.name)) for field in fields(tranches)}
    return replace(tranches, **own_values | {"node": np.minimum(own_values["node"], 0)})


def attained_by(theatre: Theatre, plan: Plan, futures: Futures, corrections: Corrections) -> Floats:
    """What the programme's curves say a plan of whole rows attains in each future, (F,); without later orders."""
    theatre = with_gateways(theatre, plan.gateways)
    scenario = theatre.scenario
    orders = {(scenario.platform_index[o.platform], o.period, COMMON): o.quantity for o in plan.orders}
    rows = plan_rows(theatre, plan.allocation or ())
    c = make_capability(
        theatre,
        fixed_tranches(scenario, orders, futures),
        futures,
        corrections,
        node=np.arange(len(futures)),
        pairs=np.unique(rows.pair),
    )
    v = make_variables(c)
    craft = np.bincount(rows.pair, weights=rows.craft, minlength=len(theatre.pairs))[c.pair[v.placed_pair]]
    present = craft * c.on_station[v.placed_pair] * c.survival[v.placed_tranche, v.placed_pair]
    area = theatre.pairs.area[c.pair[v.placed_pair]]
    x = np.zeros(column_count(v))
    for k, column in enumerate(v.on_station.index):
        x[column] = present[(v.placed_tranche == v.station_tranche[k]) & (area == v.station_area[k])].sum()
    values, _ = Watching(c, v).evaluate(x)
    attained: Floats = requirement_weights(c) @ values[: len(v.attained.index)].reshape(len(c.gains), len(futures))
    return attained


def weighed(attained: Floats, risk: Risk | None) -> Floats:
    """Numbers (F,) whose mean is E[A] - weight x CVaR(1 - A) of the attainments A (F,) of equally likely futures.

    CVaR = min over t of t + E[max(1 - A - t, 0)] / (1 - alpha) (Rockafellar and Uryasev, 2000).
    """
    if risk is None:
        return attained
    short = 1.0 - attained
    tails = short[:, None] + np.maximum(short - short[:, None], 0.0) / (1.0 - risk.cvar_alpha)  # (t, F)
    worst: Floats = tails[tails.mean(axis=1).argmin()]
    return attained - risk.weight * worst
