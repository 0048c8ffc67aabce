"""One solve: the best orders and allocation for given futures and corrections (model.md 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.money import discount_factors
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.capability import Capability, fixed_tranches, free_tranches, make_capability
from fleetcraft.optimise.constraints import HARD_LAWS, STRUCTURE, WATCHING, WHOLE_ORDERS
from fleetcraft.optimise.constraints.allocation import base_capacity, craft_are_placed, people, station_keeping
from fleetcraft.optimise.constraints.budgets import money_unit, support_budget, upkeep_of_craft
from fleetcraft.optimise.constraints.policies import domain_minimum, domestic_share, supplier_country_share
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.explain import conflicts
from fleetcraft.optimise.formula import allocation_of, planned_values
from fleetcraft.optimise.programme import ColumnCounter, Columns, Programme, block
from fleetcraft.optimise.solver import Limits, Relaxation, Solution, Status, StoppedBy, solve
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.plan import Order, Plan

Floats = NDArray[np.float64]

COST_TOLERANCE = 0.005
"""How much attainment the cheapest plan may give up against the best one."""
LEAST_ORDER = 0.3
"""A type that the relaxation orders less of than this is left out before rounding."""
ROUNDS_OF_DROPPING = 3
ROUNDS_OF_ROUNDING = 3
STRAGGLERS = 3
"""A type of no more craft than this must earn its integration, or leaves."""
ROUNDING_LOSS = 0.005
"""A share of the attainment that rounding may lose before rounding down is tried as well."""
ROUNDING_LIMITS = Limits(gap=0.002, nodes=500)


@dataclass(frozen=True)
class FleetSolution:
    """A plan and how good it provably is.

    ``objective`` is the incumbent of the calibrated programme with continuous allocation, ``bound`` its upper bound;
    ``planned`` the exact formula's attainment of the whole plan on the same futures.
    """

    plan: Plan
    status: Status
    stopped_by: StoppedBy
    objective: float
    bound: float
    planned: float

    @property
    def gap(self) -> float:
        """|bound - objective| / max(|objective|, 1e-9)."""
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-9)

    @property
    def rounding_gap(self) -> float:
        """The whole plan's distance to the same bound; negative where tangents and tranches were pessimistic."""
        return (self.bound - self.planned) / max(abs(self.planned), 1e-9)


def plan_fleet(theatre: Theatre, futures: Futures, corrections: Corrections, limits: Limits) -> FleetSolution:
    """The plan of best expected attainment and, within a tolerance of it, least life-cycle cost.

    Raises InfeasibleError (with the statements in conflict) or LimitError.
    """
    c = make_capability(theatre, free_tranches(theatre.scenario, futures), corrections)
    v = make_variables(c)
    programme = attainment_programme(c, v)
    relaxation = Relaxation(programme, limits)
    best, bound = _best_orders(programme, relaxation, c, v, limits)
    if best.status == "infeasible":
        raise InfeasibleError(conflicts(c, v))
    if not len(best.values):
        raise LimitError("the solver stopped at its limit before it found any plan")
    chosen = _cheapest(programme, relaxation, c, v, best, bound, limits)
    chosen = _without_stragglers(relaxation, c, v, chosen, _least_attainment(best, bound))
    plan = _allocate_what_can_be_kept(theatre, futures, corrections, c, v, chosen.values[v.ordered.index].round())
    values = planned_values(theatre, plan, deliver(theatre.scenario, plan, futures), corrections)
    proven = bound - best.objective <= limits.gap * max(best.objective, 1e-9) and best.stopped_by != "time"
    status: Status = "optimal" if proven else "feasible"
    planned = float(attainment(theatre.scenario.requirements, values).mean())
    return FleetSolution(plan, status, best.stopped_by, best.objective, bound, planned)


def attainment_programme(c: Capability, v: Variables) -> Programme:
    """Maximise the expected attainment: mean over futures of sum w[r] attained[r,f] / sum w."""
    blocks = tuple(law(c, v) for law in (*HARD_LAWS, *STRUCTURE, *WATCHING))
    return Programme(v.groups, blocks, attainment_objective(c, v))


def attainment_objective(c: Capability, v: Variables) -> Floats:
    """w[r] / (F sum w) for each attained[r,f]."""
    weight = np.array([c.theatre.scenario.requirements[g.requirement].weight for g in c.gains])
    objective = np.zeros(v.groups[-1].index[-1] + 1)
    objective[v.attained.index] = np.repeat(weight / weight.sum() / c.futures, c.futures)
    return objective


def life_cycle_cost(c: Capability, v: Variables) -> Floats:
    """Acquisition + expected support to the calendar's end, discounted, per column, in units of ``money_unit``."""
    unit = money_unit(c)
    scenario = c.theatre.scenario
    discount = discount_factors(scenario)
    years = scenario.calendar.fiscal_years
    signed = np.array([discount[years.index(int(period[:4]))] for _, period in v.order_key])
    cost = np.zeros(v.groups[-1].index[-1] + 1)
    cost[v.ordered.index] = signed * np.array([c.unit_cost[key] for key in v.order_key]) / unit
    cost[v.first.index] = signed * scenario.acquisition.integration_cost / unit
    cost[v.upkeep.index] = c.tranches.years.mean(axis=1) @ discount
    return cost


def _best_orders(
    programme: Programme, relaxation: Relaxation, c: Capability, v: Variables, limits: Limits
) -> tuple[Solution, float]:
    """Relax for the bound, round for an incumbent; branch only where the gap is still too wide."""
    relaxed = relaxation.solve(v.groups)
    if relaxed.status == "infeasible":
        return relaxed, relaxed.bound
    if relaxed.status != "optimal":
        return Solution("limit", relaxed.stopped_by, -np.inf, np.inf, np.zeros(0)), np.inf
    rounded = _rounded(relaxation, c, v, relaxed.values)
    if len(rounded.values) and relaxed.bound - rounded.objective <= limits.gap * rounded.objective:
        return rounded, relaxed.bound
    searched = solve(programme, limits, start=rounded.values if len(rounded.values) else None)
    return searched, min(relaxed.bound, searched.bound)


def _rounded(relaxation: Relaxation, c: Capability, v: Variables, relaxed: Floats) -> Solution:
    """Relax, round, fix: types in or out, then orders to the nearest whole numbers that keep the hard laws.

    Where money is tight the nearest numbers may give up many cheap craft for part of a dear one; rounding down then
    loses less.
    """
    bought = relaxed[v.ordered.index] >= LEAST_ORDER
    for _ in range(ROUNDS_OF_DROPPING):
        settled = relaxation.solve(_with_types(v, bought))
        if not len(settled.values):
            return settled
        still = bought & (settled.values[v.ordered.index] >= LEAST_ORDER)
        if (still == bought).all():
            break
        bought = still
    ordered, first = settled.values[v.ordered.index], settled.values[v.first.index]
    nearest = _fixed(relaxation, c, v, _nearest_whole(c, v, ordered, first))
    if nearest.objective >= settled.objective * (1 - ROUNDING_LOSS):
        return nearest
    fewer = _fixed(relaxation, c, v, _nearest_whole(c, v, np.floor(ordered + 1e-6), first))
    return max(nearest, fewer, key=lambda solution: solution.objective)


def _with_types(v: Variables, bought: NDArray[np.bool_]) -> tuple[Columns, ...]:
    """The columns when exactly these (platform, period) are bought; of one type's periods the first one pays."""
    pays = bought.copy()
    for i, (platform, _) in enumerate(v.order_key):
        pays[i] &= not any(bought[k] for k in range(i) if v.order_key[k][0] == platform)
    ordered = replace(v.ordered, upper=v.ordered.upper * bought)
    first = replace(v.first, lower=pays.astype(np.float64), upper=pays.astype(np.float64))
    return (ordered, first, *v.groups[2:])


def _nearest_whole(c: Capability, v: Variables, target: Floats, first: Floats) -> Floats:
    """Whole orders at the least total distance, in money, from ``target``, keeping all hard laws; else empty."""
    columns = ColumnCounter(list(v.groups), int(v.groups[-1].index[-1]) + 1)
    away = columns.add("away", v.ordered.labels)
    row = np.arange(len(v.order_key))
    over = block("at_most_away", v.ordered.labels, [(row, v.ordered.index, 1.0), (row, away.index, -1.0)], upper=target)
    under = block(
        "at_least_away", v.ordered.labels, [(row, v.ordered.index, 1.0), (row, away.index, 1.0)], lower=target
    )
    objective = np.zeros(columns.count)
    objective[away.index] = [-c.unit_cost[key] / money_unit(c) for key in v.order_key]
    fixed = replace(v.first, upper=np.round(first))
    blocks = (*(law(c, v) for law in (*HARD_LAWS, *STRUCTURE, *WHOLE_ORDERS)), over, under)
    groups = (columns.groups[0], fixed, *columns.groups[2:])
    nearest = solve(Programme(groups, blocks, objective), ROUNDING_LIMITS)
    return np.round(nearest.values[v.ordered.index]) if len(nearest.values) else nearest.values


def _fixed(relaxation: Relaxation, c: Capability, v: Variables, orders: Floats) -> Solution:
    """The best continuous allocation of whole orders, which take their makers' places in order."""
    if not len(orders):
        return Solution("limit", "nodes", -np.inf, np.inf, orders)
    taken = _places_taken(c, v, orders)
    ordered = replace(v.ordered, lower=orders, upper=orders)
    tranche = replace(v.tranche, lower=taken, upper=taken)
    opened = replace(v.opened, lower=(taken > 0).astype(np.float64))
    return relaxation.solve((ordered, _with_types(v, orders > 0)[1], tranche, opened, *v.groups[4:]))


def _places_taken(c: Capability, v: Variables, orders: Floats) -> Floats:
    """Craft of each slice when whole orders take the first free places of their makers' queues."""
    taken = np.zeros(len(c.tranches.size))
    full: dict[tuple[int, int], float] = {}
    left = orders.copy()
    for j, k in enumerate(v.tranche_order):
        place = int(c.tranches.platform[j]), int(c.tranches.slot[j])
        free = c.tranches.size[j] - (0.0 if c.tranches.late[j] else full.get(place, 0.0))
        taken[j] = min(left[k], free)
        left[k] -= taken[j]
        if not c.tranches.late[j]:
            full[place] = full.get(place, 0.0) + taken[j]
    return taken


def _cheapest(
    programme: Programme,
    relaxation: Relaxation,
    c: Capability,
    v: Variables,
    best: Solution,
    bound: float,
    limits: Limits,
) -> Solution:
    """The least life-cycle cost within a tolerance of the best attainment, over the types of the best plan.

    Where rounding the cheapest relaxation loses too much, the relaxation is asked for that much more, and in the last
    round it is rounded up.
    """
    cost = life_cycle_cost(c, v)
    least = _least_attainment(best, bound)
    asked = least
    for turn in range(1, ROUNDS_OF_ROUNDING + 1):
        relaxed = _cheapest_relaxation(programme, c, v, best, asked, limits)
        if not len(relaxed.values):
            return best
        target, first = relaxed.values[v.ordered.index], relaxed.values[v.first.index]
        if turn == ROUNDS_OF_ROUNDING:
            target = np.ceil(target - 1e-6)
        whole = _fixed(relaxation, c, v, _nearest_whole(c, v, target, first))
        if whole.objective >= least and cost @ whole.values <= cost @ best.values:
            return whole
        asked = min(asked + least - whole.objective, best.objective)
    return best


def _least_attainment(best: Solution, bound: float) -> float:
    """What a cheaper plan must still attain."""
    return best.objective - max(COST_TOLERANCE, bound - best.objective)


def _without_stragglers(
    relaxation: Relaxation, c: Capability, v: Variables, chosen: Solution, least: float
) -> Solution:
    """Types of very few craft leave, the fewest first, while the rest attains enough: each pays an integration."""
    orders = chosen.values[v.ordered.index].round()
    platform = np.array([p for p, _ in v.order_key], dtype=np.int64)
    craft = np.bincount(platform, weights=orders, minlength=len(c.theatre.scenario.platforms))
    few = np.flatnonzero((craft > 0) & (craft <= STRAGGLERS))
    for type_ in few[np.argsort(craft[few], kind="stable")]:
        fewer = np.where(platform == type_, 0.0, orders)
        if not _follow_policies(c, v, fewer):
            continue
        without = _fixed(relaxation, c, v, fewer)
        if len(without.values) and without.objective >= least:
            chosen, orders = without, fewer
    return chosen


def _cheapest_relaxation(
    programme: Programme, c: Capability, v: Variables, best: Solution, least: float, limits: Limits
) -> Solution:
    attained = np.flatnonzero(programme.objective)
    row = np.zeros(len(attained), dtype=np.int64)
    keep = block("attainment_is_kept", ["all"], [(row, attained, programme.objective[attained])], lower=least)
    cheaper = Programme(v.groups, (*programme.blocks, keep), -life_cycle_cost(c, v))
    return Relaxation(cheaper, limits).solve(_with_types(v, best.values[v.ordered.index].round() > 0))


def _allocate_what_can_be_kept(
    theatre: Theatre, futures: Futures, corrections: Corrections, c: Capability, v: Variables, orders: Floats
) -> Plan:
    """The plan of decided orders; where they prove too many for the support budgets, one craft fewer at a time.

    The slices tell the mean of their craft, and integration as if each period's order were the type's first: the true
    queue can bring a craft sooner, which then costs support sooner. Raises LimitError where policies forbid fewer.
    """
    while True:
        bought = {key: int(n) for key, n in zip(v.order_key, orders, strict=True) if n}
        plan = _allocate(theatre, futures, corrections, bought)
        if plan is not None:
            return plan
        orders = _one_craft_fewer(c, v, orders)


def _one_craft_fewer(c: Capability, v: Variables, orders: Floats) -> Floats:
    """Orders without one craft of the type dearest to keep, its last order first, that still follow the policies."""
    dearest = np.zeros(len(c.theatre.scenario.platforms))
    np.maximum.at(dearest, c.theatre.pairs.platform[c.pair], c.support)
    for k in sorted(np.flatnonzero(orders), key=lambda k: (dearest[v.order_key[k][0]], v.order_key[k]), reverse=True):
        fewer = orders.copy()
        fewer[k] -= 1
        if _follow_policies(c, v, fewer):
            return fewer
    raise LimitError("the orders found cannot be kept at any base within the support budgets")


def _follow_policies(c: Capability, v: Variables, orders: Floats) -> bool:
    columns = np.zeros(v.groups[-1].index[-1] + 1)
    columns[v.ordered.index] = orders
    laws = [law(c, v) for law in (supplier_country_share, domestic_share, domain_minimum)]
    totals = [np.bincount(law.row, law.value * columns[law.column], len(law.labels)) for law in laws]
    return all(
        (law.lower - 1e-6 <= total).all() and (total <= law.upper + 1e-6).all()
        for law, total in zip(laws, totals, strict=True)
    )


def _allocate(
    theatre: Theatre, futures: Futures, corrections: Corrections, orders: Mapping[tuple[int, str], int]
) -> Plan | None:
    """Whole craft in whole rows for decided orders, over the pairs that the continuous allocation uses; else None.

    Craft fill every row pro rata, so each platform is one tranche. Relax, then round by a small integer programme in
    which each row lies between its floor and one above its ceiling; where none fits, over all kept pairs.
    """
    c = make_capability(theatre, fixed_tranches(theatre.scenario, orders, futures), corrections)
    v = make_variables(c)
    bought = replace(v.tranche, lower=v.tranche.upper)
    continuous = _allocation_programme(c, v, (bought,))
    relaxed = Relaxation(continuous, ROUNDING_LIMITS).solve(continuous.groups)
    if relaxed.status != "optimal":
        return None
    placed = relaxed.values[v.placed.index]
    whole = replace(
        v.placed,
        lower=np.floor(placed + 1e-6),
        upper=np.where(placed > 1e-6, np.minimum(np.ceil(placed - 1e-6) + 1, v.placed.upper), 0.0),
        integer=True,
    )
    rounded = solve(_allocation_programme(c, v, (bought, whole)), ROUNDING_LIMITS)
    if not len(rounded.values):
        wider = replace(v.placed, integer=True)
        rounded = solve(_allocation_programme(c, v, (bought, wider)), ROUNDING_LIMITS)
    if not len(rounded.values):
        return None
    return _plan(c, v, orders, np.round(rounded.values[v.placed.index]).astype(int))


ALLOCATION_LAWS = (base_capacity, people, support_budget, craft_are_placed, station_keeping, upkeep_of_craft, *WATCHING)
"""The laws that still bind once orders are decided."""


def _allocation_programme(c: Capability, v: Variables, changed: Sequence[Columns]) -> Programme:
    replaced = {group.name: group for group in changed}
    groups = tuple(replaced.get(group.name, group) for group in v.groups)
    return Programme(groups, tuple(law(c, v) for law in ALLOCATION_LAWS), attainment_objective(c, v))


def _plan(c: Capability, v: Variables, orders: Mapping[tuple[int, str], int], craft: NDArray[np.int64]) -> Plan:
    scenario = c.theatre.scenario
    by_pair = np.bincount(v.placed_pair, weights=craft, minlength=len(c.pair)).astype(np.int64)
    signed = [Order(scenario.platforms[p].id, period, n) for (p, period), n in orders.items()]
    return Plan(tuple(sorted(signed)), allocation_of(c.theatre, c.pair, by_pair), scenario.hash)
