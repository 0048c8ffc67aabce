"""Laws of the least cost: the attainment asked for is reached in the stated share of the futures."""

from __future__ import annotations

import numpy as np

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables


def futures_reach_what_is_asked(c: Capability, v: Variables) -> Block:
    """whole[f] >= asked x (1 - missed[f])."""
    asked = c.theatre.scenario.objective.attainment or 0.0
    row = np.arange(len(v.whole.index))
    terms = [(row, v.whole.index, 1.0), (row, v.missed.index, asked)]
    return block("futures_reach_what_is_asked", v.whole.labels, terms, lower=asked)


def few_futures_miss_it(c: Capability, v: Variables) -> Block:
    """sum of missed[f] <= (1 - probability) x futures, rounded down."""
    row = np.zeros(len(v.missed.index), dtype=np.int64)
    labels = ["all"] if len(row) else []
    return block("few_futures_miss_it", labels, [(row, v.missed.index, 1.0)], upper=float(most_missed(c)))


def futures_make_up_the_mean(c: Capability, v: Variables) -> Block:
    """mean of whole[f] <= sum of w[g] x chance[n] x attained[g,n]."""
    weight = np.array([c.theatre.scenario.requirements[g.requirement].weight for g in c.gains], dtype=np.float64)
    share = np.outer(weight / weight.sum(), c.chance).ravel()
    row = np.zeros(1, dtype=np.int64)
    terms: list[Terms] = [(row, v.whole.index, 1.0 / c.futures), (row, v.attained.index, -share)]
    asked = len(v.whole.index) > 0
    return block("futures_make_up_the_mean", ["all"] if asked else [], terms if asked else [], upper=0.0)


def most_missed(c: Capability) -> int:
    """Futures that may fall short of the attainment asked for."""
    probability = c.theatre.scenario.objective.probability
    return 0 if probability is None else int((1.0 - probability) * c.futures + 1e-9)
