"""What a buyer's own orders have taught a maker, as a linear programme can hold it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]

SINGLE_UNITS = 4
"""Up to here the learnt cost is exact at every unit."""
CHORD_ERROR = 1e-4
"""Beyond, a step of several units may misjudge the cost of a number within it by this share."""


def is_learnt(scenario: Scenario, platform: int) -> bool:
    """Whether a type costs less the more of it this buyer has had made."""
    return scenario.acquisition.learning_slope < 1.0 and not money.is_service(scenario.platforms[platform])


def breakpoints(scenario: Scenario, platform: int, most: int) -> Floats:
    """Numbers of units, from 0 to ``most``, between which the learnt cost is taken to be straight.

    Every unit up to ``SINGLE_UNITS``, then the longest steps that misjudge no number of units by more than
    ``CHORD_ERROR`` of its cost.
    """
    units = np.arange(most + 1, dtype=np.float64)
    cost = money.learnt_cost(scenario, scenario.platforms[platform], units)
    points = list(range(min(SINGLE_UNITS, most) + 1))
    while points[-1] < most:
        points.append(_longest_step(cost, points[-1]))
    return np.array(points, dtype=np.float64)


def _longest_step(cost: Floats, start: int) -> int:
    """The farthest end of a chord from ``start`` along which no cost is misjudged; at least the next unit."""
    near, far = start + 1, len(cost) - 1
    while near < far:
        middle = (near + far + 1) // 2
        chord = np.linspace(cost[start], cost[middle], middle - start + 1)
        if (np.abs(chord / cost[start : middle + 1] - 1.0) <= CHORD_ERROR).all():
            near = middle
        else:
            far = middle - 1
    return near
