"""Laws of policy: shares of countries and least numbers of craft."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints.budgets import money_unit
from fleetcraft.optimise.programme import Block, block
from fleetcraft.optimise.variables import Variables

Floats = NDArray[np.float64]


def _spending(c: Capability, v: Variables) -> Floats:
    return np.array([c.unit_cost[key] for key in v.order_key]) / money_unit(c)


def supplier_country_share(c: Capability, v: Variables) -> Block:
    """spending on a supplier country <= max share x all spending on craft."""
    scenario = c.theatre.scenario
    policy = scenario.policies.supplier_country_share
    if policy is None:
        return block("supplier_country_share", [], [])
    country = [scenario.platforms[p].supplier_country for p, _ in v.order_key]
    names = sorted(set(country))
    own = np.array([[float(c_ == name) for c_ in country] for name in names]).reshape(len(names), len(country))
    row = np.arange(len(names))[:, None]
    value = (own - policy.max) * _spending(c, v)
    return block("supplier_country_share", names, [(row, v.ordered.index[None, :], value)], upper=0.0)


def domestic_share(c: Capability, v: Variables) -> Block:
    """spending in the buyer's country, foreign makers' workshare included >= min share x all spending on craft."""
    scenario = c.theatre.scenario
    policy = scenario.policies.domestic_share
    if policy is None:
        return block("domestic_share", [], [])
    platforms = [scenario.platforms[p] for p, _ in v.order_key]
    at_home = [1.0 if p.supplier_country == scenario.country else p.domestic_workshare for p in platforms]
    value = (np.array(at_home) - policy.min) * _spending(c, v)
    row = np.zeros(len(platforms), dtype=np.int64)
    return block("domestic_share", [scenario.country], [(row, v.ordered.index, value)], lower=0.0)


def domain_minimum(c: Capability, v: Variables) -> Block:
    """craft ordered of a domain >= its least number."""
    scenario = c.theatre.scenario
    wanted = [(domain, n) for domain, n in sorted(scenario.policies.domain_minimum.items()) if n > 0]
    domain_of = [scenario.platforms[p].domain for p, _ in v.order_key]
    terms = []
    for row, (domain, _) in enumerate(wanted):
        members = v.ordered.index[np.array([d == domain for d in domain_of], dtype=bool)]
        terms.append((np.full(len(members), row), members, 1.0))
    least = np.array([float(n) for _, n in wanted])
    return block("domain_minimum", [domain for domain, _ in wanted], terms, lower=least)
