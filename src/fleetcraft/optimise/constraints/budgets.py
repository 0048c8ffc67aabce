"""Laws of money: obligations and support within each fiscal year's budget."""

from __future__ import annotations

import numpy as np

from fleetcraft.fleet import money
from fleetcraft.optimise.capability import COMMON, Capability
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables


def money_unit(c: Capability) -> float:
    """A power of ten that brings the money rows near 1; no result depends on it."""
    largest = max([*c.theatre.scenario.budget.acquisition.values(), 1.0])
    return float(10.0 ** np.floor(np.log10(largest) - 2))


def acquisition_budget(c: Capability, v: Variables) -> Block:
    """In each node: sum of unit cost x ordered[p,t] + integration cost x first[p,t] <= budget of t's fiscal year."""
    scenario = c.theatre.scenario
    year_of = {p.id: p.fiscal_year for p in scenario.calendar.periods}
    year = np.array([year_of[t] for _, t, _ in v.order_key], dtype=np.int64)
    unit = money_unit(c)
    cost = np.array([c.unit_cost[key] for key in v.order_key]) / unit
    once = np.array([money.integration_cost(scenario, scenario.platforms[p]) for p, _, _ in v.order_key]) / unit
    labels, terms, upper = list[str](), list[Terms](), list[float]()
    for y in np.unique(year):
        for end, there in c.views(np.where(year == y, v.order_node, COMMON)):
            mine = there & (year == y)
            row = np.full(mine.sum(), len(labels))
            terms += [(row, v.ordered.index[mine], cost[mine]), (row, v.first.index[mine], once[mine])]
            labels.append(f"{y}{end}")
            upper.append(scenario.budget.acquisition.get(int(y), 0.0))
    return block("acquisition_budget", labels, terms, upper=np.array(upper) / unit)


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
    """In each future and fiscal year: sum of usable years[j,f,y] x upkeep[j] <= support budget of y."""
    scenario = c.theatre.scenario
    years = [(i, y) for i, y in enumerate(scenario.calendar.fiscal_years) if y in scenario.budget.support]
    labels = [f"{year},{f}" for _, year in years for f in range(c.futures)]
    row = np.arange(len(labels)).reshape(len(years), c.futures)
    terms = [(row[k][None, :], v.upkeep.index[:, None], c.tranches.years[:, :, i]) for k, (i, _) in enumerate(years)]
    limit = np.repeat([scenario.budget.support[year] for _, year in years], c.futures) / money_unit(c)
    return block("support_budget", labels, terms, upper=limit)
