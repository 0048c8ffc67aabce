"""What a plan is to be best at: attainment and its risk, or cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints import HARD_LAWS, STRUCTURE, WATCHING
from fleetcraft.optimise.constraints.budgets import gateway_price, money_unit, spending
from fleetcraft.optimise.programme import Programme
from fleetcraft.optimise.variables import Variables
from fleetcraft.optimise.watching import requirement_weights

Floats = NDArray[np.float64]


def attainment_programme(c: Capability, v: Variables) -> Programme:
    """Maximise the expected attainment, less the weighted shortfall of the worst futures, under all laws."""
    blocks = tuple(law(c, v) for law in (*HARD_LAWS, *STRUCTURE, *WATCHING))
    return Programme(v.groups, blocks, attainment_objective(c, v))


def attainment_objective(c: Capability, v: Variables) -> Floats:
    """w[r] / sum w x chance of the node for each attained[r,n]; the risk's weight for tail.

    E[A] - weight x CVaR(1 - A) = E[A] + weight x tail - weight; the constant is left to ``risk_constant``.
    """
    objective = np.zeros(column_count(v))
    objective[v.attained.index] = np.outer(requirement_weights(c), c.chance).ravel()
    risk = c.theatre.scenario.uncertainty.risk
    objective[v.tail.index] = 0.0 if risk is None else risk.weight
    return objective


def risk_constant(c: Capability) -> float:
    """What the objective's columns leave out: -weight of the risk."""
    risk = c.theatre.scenario.uncertainty.risk
    return 0.0 if risk is None else -risk.weight


def life_cycle_cost(c: Capability, v: Variables) -> Floats:
    """Acquisition + expected support to the calendar's end, discounted, per column, in units of ``money_unit``.

    What is ordered in one node counts by the node's chance; its support years are 0 in the futures of others.
    """
    unit = money_unit(c)
    scenario = c.theatre.scenario
    discount = money.discount_factors(scenario)
    years = scenario.calendar.fiscal_years
    chance = np.append(c.chance, 1.0)[v.order_node]  # COMMON is the last
    signed: Floats = chance * np.array([discount[years.index(int(period[:4]))] for _, period, _ in v.order_key])
    once = np.array([money.integration_cost(scenario, scenario.platforms[p]) for p in v.order_platform])
    cost: Floats = spending(c, v).T @ signed
    cost[v.first.index] = signed * once / unit
    cost[v.gateway.index] = gateway_price(c) * discount[0]
    cost[v.upkeep.index] = c.tranches.years.mean(axis=1) @ discount
    return cost


def column_count(v: Variables) -> int:
    """Columns of all groups."""
    return sum(len(group.index) for group in v.groups)
