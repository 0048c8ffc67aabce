"""Gateways as purchases: which of them the programme is offered, and how much sooner contacts reach who identifies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre, hand_over_h, identifies
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Gateway = tuple[str, str]

MOST_OFFERED = 8
"""Gateways that a programme may choose from: those that shorten most, as the fleet was last mixed."""


def with_gateways(theatre: Theatre, bought: Sequence[Gateway]) -> Theatre:
    """The theatre of somebody who has these gateways beside those in place, and is offered no more."""
    scenario = theatre.scenario
    rule = scenario.operations.hand_over
    joined = rule.model_copy(update={"gateways": (*rule.gateways, *bought), "gateway_cost": None})
    operations = scenario.operations.model_copy(update={"hand_over": joined})
    return replace(theatre, scenario=scenario.model_copy(update={"operations": operations}))


def mean_wait_h(wait_h: Floats, able: Bools, mix: Floats, local: Ints) -> Floats:
    """Hours until what a craft of each type finds reaches those who identify, in the mean of their mix, (P,).

    ``wait_h`` (P, P) from type to type; ``able`` (P,) to identify; ``mix`` (P,) counts craft of each type; the types
    ``local`` alone may be there, all alike where the mix has none that identifies. 0 for a type that identifies.
    """
    there = able & np.isin(np.arange(len(able)), local)
    weight = np.where(there, mix, 0.0)
    weight = weight if weight.any() else there.astype(np.float64)
    return np.where(able, 0.0, wait_h @ weight / max(weight.sum(), 1.0))


def joined_wait_h(scenario: Scenario, wait_h: Floats, gateway: Gateway) -> Floats:
    """Hand-over ``wait_h`` (P, P) with one gateway more."""
    one, other = (np.array([name in p.interfaces for p in scenario.platforms]) for name in gateway)
    joined = np.logical_and.outer(one, other)
    return np.where(joined | joined.T, np.minimum(wait_h, scenario.operations.hand_over.gateway_h), wait_h)


def offered(theatre: Theatre, corrections: Corrections, pair: Ints) -> tuple[Gateway, ...]:
    """The gateways for sale that shorten most, none of which another in the list replaces; at most ``MOST_OFFERED``."""
    if theatre.scenario.operations.hand_over.gateway_cost is None:
        return ()
    sites = list(_sites(theatre, pair))
    wait_h = hand_over_h(theatre.scenario)

    def waits(hours: Floats) -> Floats:
        """Of what each type finds at each site that it may serve."""
        mean = [mean_wait_h(hours, able, corrections.mix[:, area], local)[local] for area, able, local in sites]
        return np.concatenate([*mean, np.zeros(0)])

    now = waits(wait_h)
    for_sale = {gateway for _, able, local in sites for gateway in _for_sale(theatre.scenario, able, local)}
    saved = {gateway: now - waits(joined_wait_h(theatre.scenario, wait_h, gateway)) for gateway in sorted(for_sale)}
    chosen: list[Gateway] = []
    for gateway in sorted(saved, key=lambda g: (-saved[g].sum(), g)):
        replaced = any((saved[gateway] <= saved[other]).all() for other in chosen)
        if saved[gateway].any() and not replaced and len(chosen) < MOST_OFFERED:
            chosen.append(gateway)
    return tuple(chosen)


def _sites(theatre: Theatre, pair: Ints) -> Iterator[tuple[int, Bools, Ints]]:
    """Area, types that can identify, and types that may serve there, of every identification."""
    for requirement in theatre.scenario.requirements:
        if requirement.measure == "identification" and requirement.target is not None:
            area = theatre.scenario.area_index[requirement.area]
            here = pair[theatre.pairs.area[pair] == area]
            able = identifies(theatre.scenario, requirement.target)
            yield area, able, np.unique(theatre.pairs.platform[here])


def _for_sale(scenario: Scenario, able: Bools, local: Ints) -> Iterator[Gateway]:
    """Pairs of interfaces of a type that cannot identify and of one that can, both for sale, with none in common."""
    buyable = [p for p in local.tolist() if scenario.policies.allows(scenario.platforms[p])]
    for finder in (p for p in buyable if not able[p]):
        ours = scenario.platforms[finder].interfaces
        for identifier in (p for p in buyable if able[p]):
            theirs = scenario.platforms[identifier].interfaces
            if not ours & theirs:
                yield from ((min(a, b), max(a, b)) for a in ours for b in theirs)
