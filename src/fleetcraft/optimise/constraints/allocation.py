"""Laws of allocation: every craft has a base and an area, bases are full at their capacity, people are limited."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables
from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.units import HOURS_PER_YEAR

Ints = NDArray[np.int64]


def craft_are_placed(c: Capability, v: Variables) -> Block:
    """sum over pairs m of placed[j,m] = tranche[j], for every slice whose platform has a pair."""
    placeable = np.isin(np.arange(len(c.tranches.size)), v.placed_tranche)
    row = np.cumsum(placeable) - 1
    keep = np.flatnonzero(placeable)
    return block(
        "craft_are_placed",
        [v.tranche.labels[j] for j in keep],
        [(row[v.placed_tranche], v.placed.index, 1.0), (row[keep], v.tranche.index[keep], -1.0)],
        lower=0.0,
        upper=0.0,
    )


def base_capacity(c: Capability, v: Variables) -> Block:
    """In each node: sum of placed[j,m] over pairs of a base and platforms of a domain <= its capacity for it."""
    scenario, pairs = c.theatre.scenario, c.theatre.pairs
    limits = {
        (b, d): place.capacity(domain)
        for b, place in enumerate(scenario.places)
        for d, domain in enumerate(DOMAINS)
        if place.capacity(domain) is not None
    }
    domain = np.array([DOMAINS.index(p.domain) for p in scenario.platforms])
    base_of = pairs.base[c.pair[v.placed_pair]]
    domain_of = domain[pairs.platform[c.pair[v.placed_pair]]]
    labels, terms, upper = list[str](), list[Terms](), list[float]()
    views = c.views(c.tranches.node[v.placed_tranche])
    for (b, d), limit in limits.items():
        for end, there in views:
            members = v.placed.index[(base_of == b) & (domain_of == d) & there]
            if len(members):
                terms.append((np.full(len(members), len(labels)), members, 1.0))
                labels.append(f"{scenario.places[b].id},{DOMAINS[d]}{end}")
                upper.append(float(limit or 0))
    return block("base_capacity", labels, terms, upper=np.array(upper))


def people(c: Capability, v: Variables) -> Block:
    """In each node: sum of (people a post x posts x duty + upkeep) x placed[j,m] <= people_limit."""
    limit = c.theatre.scenario.operations.people_limit
    if limit is None:
        return block("people", [], [])
    views = c.views(c.tranches.node[v.placed_tranche])
    terms = [
        (np.full(there.sum(), row), v.placed.index[there], c.people[v.placed_pair[there]])
        for row, (_, there) in enumerate(views)
    ]
    return block("people", [f"all{end}" for end, _ in views], terms, upper=limit)


def crews_of_craft(c: Capability, v: Variables) -> Block:
    """crew[j] = sum over pairs m of people x placed[j,m], where training is limited."""
    own = np.arange(len(v.crew.index))
    if not len(own):
        return block("crews_of_craft", [], [])
    terms: list[Terms] = [(v.placed_tranche, v.placed.index, c.people[v.placed_pair]), (own, v.crew.index, -1.0)]
    return block("crews_of_craft", v.crew.labels, terms, lower=0.0, upper=0.0)


def training(c: Capability, v: Variables) -> Block:
    """In each future, by the end of year y: sum of trained[j,f,y] x crew[j] / years since the start <= limit."""
    scenario = c.theatre.scenario
    limit = scenario.operations.training_per_year
    if limit is None:
        return block("training", [], [])
    labels, terms = list[str](), list[Terms]()
    for i, (year, end_h) in enumerate(zip(scenario.calendar.fiscal_years, money.year_ends_h(scenario), strict=True)):
        rows = len(labels) + np.arange(c.futures)
        a_year = c.tranches.trained[:, :, i] * HOURS_PER_YEAR / end_h
        terms.append((rows[None, :], v.crew.index[:, None], a_year))
        labels += [f"{year},{f}" for f in range(c.futures)]
    return block("training", labels, terms, upper=limit)


def contacts_take_one_gateway(_c: Capability, v: Variables) -> Block:
    """sum over gateways g of via[j,a,g] <= on_station[j,a]."""
    station = np.unique(v.via_station)
    row = np.searchsorted(station, v.via_station)
    return block(
        "contacts_take_one_gateway",
        [v.on_station.labels[i] for i in station],
        [(row, v.via.index, 1.0), (np.arange(len(station)), v.on_station.index[station], -1.0)],
        upper=0.0,
    )


def gateways_are_bought(c: Capability, v: Variables) -> Block:
    """via[j,a,g] <= most of slice j that can be on station in a x gateway[g]."""
    most = np.zeros(len(v.on_station.index))
    there = c.on_station[v.placed_pair] * c.survival[v.placed_tranche, v.placed_pair] * v.placed.upper
    np.maximum.at(most, _station_rows(c, v), there)
    row = np.arange(len(v.via.index))
    return block(
        "gateways_are_bought",
        v.via.labels,
        [(row, v.via.index, 1.0), (row, v.gateway.index[v.via_gateway], -most[v.via_station])],
        upper=0.0,
    )


def station_keeping(c: Capability, v: Variables) -> Block:
    """on_station[j,a] = sum over pairs m of j in a of duty x kappa x survival x placed[j,m]."""
    row = _station_rows(c, v)
    value = c.on_station[v.placed_pair] * c.survival[v.placed_tranche, v.placed_pair]
    own = np.arange(len(v.station_tranche))
    return block(
        "station_keeping",
        v.on_station.labels,
        [(row, v.placed.index, value), (own, v.on_station.index, -1.0)],
        lower=0.0,
        upper=0.0,
    )


def _station_rows(c: Capability, v: Variables) -> Ints:
    """The entry of on_station that each entry of placed adds to."""
    key = {(int(j), int(a)): i for i, (j, a) in enumerate(zip(v.station_tranche, v.station_area, strict=True))}
    area = c.theatre.pairs.area[c.pair[v.placed_pair]]
    return np.array([key[int(j), int(a)] for j, a in zip(v.placed_tranche, area, strict=True)], dtype=np.int64)
