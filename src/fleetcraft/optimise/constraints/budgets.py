"""Laws of money: obligations or outlays, overruns and support within each fiscal year's budget."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fleetcraft.fleet import money
from fleetcraft.fleet.booked import gone_besides, integration_begun, obligation_limits
from fleetcraft.optimise.capability import COMMON, Capability
from fleetcraft.optimise.constraints.learning import first_steps, previous_orders
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def money_unit(c: Capability) -> float:
    """A power of ten that brings the money rows near 1; no result depends on it."""
    budget = c.theatre.scenario.budget
    dearest = float(c.support.max(initial=0.0))  # where there is no budget
    largest = max([*budget.acquisition.values(), *budget.support.values()], default=0.0) or dearest or 1.0
    return float(10.0 ** np.floor(np.log10(largest) - 2))


def spending(c: Capability, v: Variables) -> csr_array:
    """What each order obligates in the columns, (K, columns), in ``money_unit``.

    unit cost x ordered[k]; where it is learnt unit cost x sum over steps s of price[s] x (made[k,s] - made[i,s]), i the
    order before k.
    """
    unit = np.array([c.unit_cost[key] for key in v.order_key]) / money_unit(c)
    plain = np.setdiff1d(np.arange(len(v.order_key)), v.made_order)
    previous, first = previous_orders(v), first_steps(v)
    order = v.made_order
    cost = unit[order] * v.made_price
    later = np.flatnonzero(previous[order] >= 0)
    before = first[previous[order[later]]] + later - first[order[later]]
    row = np.concatenate([plain, order, order[later]])
    column = np.concatenate([v.ordered.index[plain], v.made.index, v.made.index[before]])
    value = np.concatenate([unit[plain], cost, -cost[later]])
    return csr_array((value, (row, column)), shape=(len(unit), sum(len(group.index) for group in v.groups)))


def summed(cost: csr_array, weight: Floats, rows: Ints) -> Terms:
    """weight (K, R) x spending (K, columns), summed over the orders into R rows."""
    total = cost.T @ weight
    column = np.flatnonzero(total.any(axis=1))
    return rows[None, :], column[:, None], total[column]


def acquisition_budget(c: Capability, v: Variables) -> Block:
    """In each node and year y: spending[p,t] + integration x first[p,t] + carried[y] - carried[y-1] <= budget of y.

    Summed over the orders of the year, in the node; gateways are bought in the first year with money. What is gone
    before today is no breach.
    """
    scenario = c.theatre.scenario
    if scenario.budget.counts != "obligation":
        return block("acquisition_budget", [], [])
    year, cost, once = _order_years(v), spending(c, v), _integration(c, v)
    labels, terms, upper = list[str](), list[Terms](), list[float]()
    limits = dict(zip(scenario.calendar.fiscal_years, obligation_limits(scenario).tolist(), strict=True))
    paid = [money.gateway_year(scenario)] if len(v.gateway.index) else []
    for y in np.union1d(year, np.array(paid, dtype=year.dtype)).tolist():
        for end, there in c.views(np.where(year == y, v.order_node, COMMON)):
            mine = np.flatnonzero(there & (year == y))
            row = np.array([len(labels)])
            terms.append(summed(cost, (there & (year == y))[:, None].astype(np.float64), row))
            terms.append((row, v.first.index[mine], once[mine]))
            if y == money.gateway_year(scenario):
                terms.append((row, v.gateway.index, gateway_price(c)))
            terms += _carried(v, y, end, row)
            labels.append(f"{y}{end}")
            upper.append(limits[y])
    return block("acquisition_budget", labels, terms, upper=np.array(upper) / money_unit(c))


def outlay_budget(c: Capability, v: Variables) -> Block:
    """In each future: payments of year y at obligated prices + carried[y] - carried[y-1] <= budget of y.

    Payments: sum over slices j of paid[j,f,y] x unit cost x tranche[j], less what their orders save by learning, at the
    mean of their slices; and integration cost x first[p,t], in t's year, and gateways in the first with money. What
    was ordered before today is paid, whatever the budget.
    """
    scenario = c.theatre.scenario
    if scenario.budget.counts != "outlay":
        return block("outlay_budget", [], [])
    year, once = _order_years(v), _integration(c, v)
    labels, terms, upper = list[str](), list[Terms](), list[Floats]()
    besides = gone_besides(scenario, "outlay")
    for i, y in enumerate(scenario.calendar.fiscal_years):
        rows = len(labels) + np.arange(c.futures)
        terms += _by_slices(c, v, c.tranches.paid[:, :, i], rows)
        for f in range(c.futures):
            mine = np.flatnonzero((year == y) & np.isin(v.order_node, (COMMON, c.node[f])))
            terms.append((rows[[f]], v.first.index[mine], once[mine]))
            if y == money.gateway_year(scenario):
                terms.append((rows[[f]], v.gateway.index, gateway_price(c)))
            terms += _carried(v, y, f",{f}", rows[[f]])
        labels += [f"{y},{f}" for f in range(c.futures)]
        due = _of_standing(c, v, c.tranches.paid[:, :, i]) * money_unit(c) + integration_begun(scenario)[i]
        upper.append(np.maximum(scenario.budget.acquisition.get(y, 0.0) - besides[i], due))
    return block("outlay_budget", labels, terms, upper=np.concatenate(upper) / money_unit(c))


def carried_money(c: Capability, v: Variables) -> Block:
    """carried[y] <= carry-over x budget of y."""
    budget, own = c.theatre.scenario.budget, np.arange(len(v.carried_key))
    most = np.array([budget.carry_over * budget.acquisition.get(y, 0.0) for y, _ in v.carried_key])
    return block("carried_money", v.carried.labels, [(own, v.carried.index, 1.0)], upper=most / money_unit(c))


def contingency(c: Capability, v: Variables) -> Block:
    """In each future: sum over slices of overrun[j,f] x unit cost x tranche[j] <= amount + most[f] x exceeded[f].

    Learning as in ``outlay_budget``. ``most``: what all acquisition money at the worst overrun would come to. Where
    what was ordered before today overruns by more than the amount, that much is no breach: nobody can take it back.
    """
    stated = c.theatre.scenario.budget.contingency
    if stated is None:
        return block("contingency", [], [])
    rows = np.arange(c.futures)
    standing = _of_standing(c, v, c.tranches.overrun)
    amount = np.maximum(stated.amount / money_unit(c), standing)
    most = np.maximum(_largest_overrun(c, v) + np.maximum(standing, 0.0) - amount, 0.0)
    terms = [*_by_slices(c, v, c.tranches.overrun, rows), (rows, v.exceeded.index, -most)]
    return block("contingency", v.exceeded.labels, terms, upper=amount)


def contingency_is_enough(c: Capability, v: Variables) -> Block:
    """mean over futures of (1 - exceeded[f]) >= the probability asked for."""
    stated = c.theatre.scenario.budget.contingency
    if stated is None:
        return block("contingency_is_enough", [], [])
    row = np.zeros(c.futures, dtype=np.int64)
    terms = [(row, v.exceeded.index, -1.0 / c.futures)]
    return block("contingency_is_enough", ["all"], terms, lower=stated.probability - 1.0)


def _largest_overrun(c: Capability, v: Variables) -> Floats:
    """No overrun of a future is larger, (F,): all acquisition money, at the worst overrun of what it pays for."""
    whole = sum(c.theatre.scenario.budget.acquisition.values()) / money_unit(c)
    paid = c.tranches.paid.sum(axis=2) if c.tranches.paid.shape[2] else np.ones(c.tranches.share.shape)
    rate = np.divide(c.tranches.overrun, paid, out=np.zeros(paid.shape), where=paid > 0)
    least = v.made_price.min(initial=1.0)
    worst = rate.max(axis=0, initial=0.0) + (1.0 - least) * (-rate).max(axis=0, initial=0.0)
    largest: Floats = whole / least * worst
    return largest


def _of_standing(c: Capability, v: Variables, share: Floats) -> Floats:
    """What was ordered before today obligated x its slices' share (J, F), without learning, in ``money_unit``: (F,)."""
    total: Floats = (c.tranches.size * c.tranches.stands * _unit_cost(c, v)[v.tranche_order]) @ share
    return total


def _by_slices(c: Capability, v: Variables, share: Floats, rows: Ints) -> list[Terms]:
    """Terms of what is obligated for each slice x its share (J, F), in the rows of the futures."""
    unit = _unit_cost(c, v)
    terms: list[Terms] = [(rows[None, :], v.tranche.index[:, None], unit[v.tranche_order, None] * share)]
    if len(v.made_order):
        mean = _of_orders(c, v, share)
        mean[np.setdiff1d(np.arange(len(unit)), v.made_order)] = 0.0
        terms.append(summed(spending(c, v), mean, rows))
        terms.append((rows[None, :], v.ordered.index[:, None], -unit[:, None] * mean))
    return terms


def _of_orders(c: Capability, v: Variables, share: Floats) -> Floats:
    """Means of the slices' shares (J, F) over each order, by size: (K, F)."""
    size = c.tranches.size
    belongs = csr_array((size, (v.tranche_order, np.arange(len(size)))), shape=(len(v.order_key), len(size)))
    total: Floats = np.asarray(belongs @ share)
    return total / belongs.sum(axis=1)[:, None]


def _unit_cost(c: Capability, v: Variables) -> Floats:
    return np.array([c.unit_cost[key] for key in v.order_key]) / money_unit(c)


def gateway_price(c: Capability) -> float:
    """What a gateway costs, in ``money_unit``."""
    return (c.theatre.scenario.operations.hand_over.gateway_cost or 0.0) / money_unit(c)


def _integration(c: Capability, v: Variables) -> Floats:
    scenario = c.theatre.scenario
    once = [money.integration_cost(scenario, scenario.platforms[p]) for p in v.order_platform]
    return np.array(once) / money_unit(c)


def _order_years(v: Variables) -> Ints:
    return np.array([int(t[:4]) for _, t, _ in v.order_key], dtype=np.int64)


def _carried(v: Variables, year: int, end: str, row: Ints) -> list[Terms]:
    """What is carried out of a year's budget, and into it: in a node also what is left of a year before the news."""
    position = {key: i for i, key in enumerate(v.carried_key)}
    into = position.get((year - 1, end), position.get((year - 1, "")))
    terms: list[Terms] = []
    if (year, end) in position:
        terms.append((row, v.carried.index[[position[year, end]]], 1.0))
    if into is not None:
        terms.append((row, v.carried.index[[into]], -1.0))
    return terms


def upkeep_of_craft(c: Capability, v: Variables) -> Block:
    """upkeep[j] = sum over pairs m of support a year x placed[j,m] (fixed support alone where j has no pair)."""
    scenario, unit = c.theatre.scenario, money_unit(c)
    own = np.arange(len(c.tranches.size))
    idle = np.flatnonzero(~np.isin(own, v.placed_tranche))
    fixed = np.array([money.fixed_support_per_year(scenario, scenario.platforms[p]) for p in c.tranches.platform[idle]])
    return block(
        "upkeep_of_craft",
        v.upkeep.labels,
        [
            (v.placed_tranche, v.placed.index, c.support[v.placed_pair] / unit),
            (idle, v.tranche.index[idle], fixed / unit),
            (own, v.upkeep.index, -1.0),
        ],
        lower=0.0,
        upper=0.0,
    )


def support_budget(c: Capability, v: Variables) -> Block:
    """In each future and fiscal year not over: sum of usable years[j,f,y] x upkeep[j] <= support budget of y."""
    scenario = c.theatre.scenario
    ends = enumerate(zip(scenario.calendar.fiscal_years, money.year_ends_h(scenario), strict=True))
    years = [(i, y) for i, (y, end_h) in ends if y in scenario.budget.support and end_h > scenario.today_h]
    labels = [f"{year},{f}" for _, year in years for f in range(c.futures)]
    row = np.arange(len(labels)).reshape(len(years), c.futures)
    terms = [(row[k][None, :], v.upkeep.index[:, None], c.tranches.years[:, :, i]) for k, (i, _) in enumerate(years)]
    limit = np.repeat([scenario.budget.support[year] for _, year in years], c.futures) / money_unit(c)
    return block("support_budget", labels, terms, upper=limit)
