"""Laws of policy: shares of countries, least numbers of craft, and orders that are settled."""

from __future__ import annotations

import numpy as np

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints.budgets import spending, summed
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables


def supplier_country_share(c: Capability, v: Variables) -> Block:
    """In each node: spending on a supplier country <= max share x all spending on craft."""
    scenario = c.theatre.scenario
    policy = scenario.policies.supplier_country_share
    if policy is None:
        return block("supplier_country_share", [], [])
    country = np.array([scenario.platforms[p].supplier_country for p in v.order_platform])
    cost = spending(c, v)
    labels, terms = list[str](), list[Terms]()
    for name in np.unique(country):
        for end, there in c.views(v.order_node):
            terms.append(summed(cost, (((country == name) - policy.max) * there)[:, None], np.array([len(labels)])))
            labels.append(f"{name}{end}")
    return block("supplier_country_share", labels, terms, upper=0.0)


def domestic_share(c: Capability, v: Variables) -> Block:
    """In each node: spending in the buyer's country, workshare of foreign makers included >= min share x all of it."""
    scenario = c.theatre.scenario
    policy = scenario.policies.domestic_share
    if policy is None:
        return block("domestic_share", [], [])
    platforms = [scenario.platforms[p] for p in v.order_platform]
    at_home = [1.0 if p.supplier_country == scenario.country else p.domestic_workshare for p in platforms]
    views = c.views(v.order_node)
    cost, counted = spending(c, v), np.array(at_home) - policy.min
    terms = [summed(cost, (counted * there)[:, None], np.array([row])) for row, (_, there) in enumerate(views)]
    return block("domestic_share", [f"{scenario.country}{end}" for end, _ in views], terms, lower=0.0)


def domain_minimum(c: Capability, v: Variables) -> Block:
    """In each node: craft ordered of a domain >= its least number."""
    scenario = c.theatre.scenario
    domain_of = np.array([scenario.platforms[p].domain for p in v.order_platform])
    labels, terms, least = list[str](), list[Terms](), list[float]()
    for domain, wanted in sorted(scenario.policies.domain_minimum.items()):
        for end, there in c.views(v.order_node) if wanted else ():
            members = v.ordered.index[there & (domain_of == domain)]
            terms.append((np.full(len(members), len(labels)), members, 1.0))
            labels.append(f"{domain}{end}")
            least.append(float(wanted))
    return block("domain_minimum", labels, terms, lower=np.array(least))


def pinned_orders(c: Capability, v: Variables) -> Block:
    """ordered[p,t] = the quantity pinned, of every platform p and open period t for which one is stated."""
    scenario = c.theatre.scenario
    still_open = {period.id for period in scenario.open_periods}
    pins = [pin for pin in scenario.policies.pinned if pin.period in still_open]
    column = {(p, t): v.ordered.index[k] for k, (p, t, _) in enumerate(v.order_key)}
    keys = [(scenario.platform_index[pin.platform], pin.period) for pin in pins]
    terms = [(np.array([row]), column[key], 1.0) for row, key in enumerate(keys) if key in column]
    settled = np.array([float(pin.quantity) for pin in pins])
    return block("pinned_orders", [f"{pin.platform},{pin.period}" for pin in pins], terms, lower=settled, upper=settled)
