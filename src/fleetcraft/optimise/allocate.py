"""Where whole craft serve: whole numbers for the rows of decided orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import LimitError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.capability import COMMON, Capability, OrderKey, fixed_tranches, make_capability
from fleetcraft.optimise.constraints import WATCHING
from fleetcraft.optimise.constraints.allocation import (
    base_capacity,
    craft_are_placed,
    crews_of_craft,
    people,
    station_keeping,
    training,
)
from fleetcraft.optimise.constraints.budgets import support_budget, upkeep_of_craft
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.decided import too_dear
from fleetcraft.optimise.formula import allocation_of
from fleetcraft.optimise.gateways import with_gateways
from fleetcraft.optimise.l_shaped import Master
from fleetcraft.optimise.objective import attainment_objective
from fleetcraft.optimise.orders import ROUNDING_LIMITS, follow_policies
from fleetcraft.optimise.programme import Columns, Programme
from fleetcraft.optimise.solver import Solution, deadline_of, solve
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.optimise.watching import Watching
from fleetcraft.plan import Order, Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS_OF_CUTS = 2
"""How often whole rows are sought: each time with the cuts that the rows found before have brought."""
ALLOCATION_TOLERANCE = 0.0005

ALLOCATION_LAWS = (
    base_capacity,
    people,
    training,
    support_budget,
    craft_are_placed,
    station_keeping,
    upkeep_of_craft,
    crews_of_craft,
    *WATCHING,
)
"""The laws that still bind once orders are decided."""


def allocate_what_can_be_kept(
    theatre: Theatre, futures: Futures, corrections: Corrections, c: Capability, v: Variables, values: Floats
) -> Plan:
    """The plan of the orders and gateways that the columns' ``values`` decide.

    Where they prove too many for the budgets, one craft fewer at a time: the slices tell the mean of their craft, and
    integration as if each period's order were the type's first. The true queue can bring a craft sooner, which then
    costs support sooner, and it can be paid in another year. Raises LimitError where policies forbid fewer.
    """
    orders = values[v.ordered.index].round()
    gateways = tuple(g for g, bought in zip(c.gateways, values[v.gateway.index], strict=True) if bought > 0.5)
    joined = with_gateways(theatre, gateways)
    while True:
        dear = too_dear(c, v, futures, orders, len(gateways))
        if len(dear):
            orders = _one_craft_fewer(c, v, orders, dear)
            continue
        bought = {key: int(n) for key, n in zip(v.order_key, orders, strict=True) if n}
        plan = _allocate(joined, futures, corrections, bought, c.node)
        if plan is not None:
            return replace(plan, gateways=gateways, scenario=theatre.scenario.hash)
        orders = _one_craft_fewer(c, v, orders, np.flatnonzero(orders))


def _one_craft_fewer(c: Capability, v: Variables, orders: Floats, among: Ints) -> Floats:
    """Orders without one craft of the type dearest to keep, its last order first, that still follow the policies.

    ``among``: the orders of which one loses a craft; not one that was placed before today.
    """
    dearest = np.zeros(len(c.theatre.scenario.platforms))
    np.maximum.at(dearest, c.theatre.pairs.platform[c.pair], c.support)
    open_ = [k for k in among if orders[k] > v.ordered.lower[k]]
    for k in sorted(open_, key=lambda k: (dearest[v.order_key[k][0]], v.order_key[k]), reverse=True):
        fewer = orders.copy()
        fewer[k] -= 1
        if follow_policies(c, v, fewer):
            return fewer
    policies = c.theatre.scenario.policies
    kept = ("supplier_country_share", "domestic_share", "domain_minimum", "pinned")
    binding = ", ".join(f"policies.{name}" for name in kept if getattr(policies, name))
    raise LimitError(
        "no plan was found: the orders that the programme chose cannot be paid or kept within the budgets once each "
        f"craft comes at its own place of its maker's queue, and fewer would break {binding or 'a law'}; allow more "
        "acquisition or support money, or ask for less there"
    )


def _allocate(
    theatre: Theatre, futures: Futures, corrections: Corrections, orders: Mapping[OrderKey, int], node: Ints
) -> Plan | None:
    """Whole craft in whole rows for decided orders, over the pairs that the continuous allocation uses; else None.

    Craft fill every row pro rata, so each platform is one tranche. Relax, then round by a small integer programme in
    which each row lies between its floor and one above its ceiling; where none fits, over all kept pairs. What is
    ordered after the news stays continuous: it only tells what the common craft need not do.
    """
    tranches = fixed_tranches(theatre.scenario, orders, futures, node)
    c = make_capability(theatre, tranches, futures, corrections, node=node)
    v = make_variables(c)
    bought = replace(v.tranche, lower=v.tranche.upper)
    programme = _allocation_programme(c, v, (bought,))
    master = Master(
        programme,
        v.values,
        Watching(c, v),
        programme.objective[v.values.index],
        deadline_of(ROUNDING_LIMITS),
        tolerance=ALLOCATION_TOLERANCE,
    )
    relaxed = master.solve()
    if relaxed.status != "optimal":
        return None
    placed = relaxed.values[v.placed.index]
    near = replace(
        v.placed, lower=np.floor(placed + 1e-6), upper=np.where(placed > 1e-6, np.ceil(placed - 1e-6) + 1, 0.0)
    )
    common = tranches.node[v.placed_tranche] == COMMON
    rounded = _whole_rows(master, c, v, bought, _only_where(common, near, v.placed), common)
    if not len(rounded.values):
        rounded = _whole_rows(master, c, v, bought, v.placed, common)
    if not len(rounded.values):
        return None
    craft = np.where(common, np.round(rounded.values[v.placed.index]), 0.0).astype(int)
    return _plan(c, v, {key: n for key, n in orders.items() if key[2] == COMMON}, craft)


def _only_where(some: NDArray[np.bool_], changed: Columns, placed: Columns) -> Columns:
    """The bounds of ``changed`` for some columns, within those of ``placed``, which the others keep."""
    return replace(
        placed,
        lower=np.where(some, changed.lower, placed.lower),
        upper=np.where(some, np.minimum(changed.upper, placed.upper), placed.upper),
    )


def _whole_rows(
    master: Master, c: Capability, v: Variables, bought: Columns, placed: Columns, whole: NDArray[np.bool_]
) -> Solution:
    """The best rows within the bounds of ``placed`` of which some are to be ``whole``, empty where there are none."""
    best = Solution("limit", "nodes", -np.inf, np.inf, np.zeros(0))
    programme = _allocation_programme(c, v, (bought, replace(placed, integer=whole)))
    for _ in range(ROUNDS_OF_CUTS):
        found = solve(master.with_cuts(programme), ROUNDING_LIMITS)
        if not len(found.values):
            break
        exact = master.exact(found)
        best = max(best, exact, key=lambda solution: solution.objective)
        if found.objective - exact.objective <= ALLOCATION_TOLERANCE:
            break
    return best


def _allocation_programme(c: Capability, v: Variables, changed: Sequence[Columns]) -> Programme:
    replaced = {group.name: group for group in changed}
    groups = tuple(replaced.get(group.name, group) for group in v.groups)
    return Programme(groups, tuple(law(c, v) for law in ALLOCATION_LAWS), attainment_objective(c, v))


def _plan(c: Capability, v: Variables, orders: Mapping[OrderKey, int], craft: NDArray[np.int64]) -> Plan:
    scenario = c.theatre.scenario
    by_pair = np.bincount(v.placed_pair, weights=craft, minlength=len(c.pair)).astype(np.int64)
    signed = [Order(scenario.platforms[p].id, period, n) for (p, period, _), n in orders.items()]
    return Plan(tuple(sorted(signed)), allocation_of(c.theatre, c.pair, by_pair), scenario.hash)
