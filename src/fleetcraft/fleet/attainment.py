"""How far a year's values reach what is demanded (model.md 8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetcraft.physics import measures
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.units import HOURS_PER_YEAR

Floats = NDArray[np.float64]


def attainment(requirements: Sequence[Requirement], values: Floats) -> Floats:
    """A = sum of w clip(value / threshold, 0, 1) / sum of w over the last axis of ``values`` (..., R).

    threshold / value for a demand of at most, and 0 where no look falls into the window (the value is all of it). A
    requirement without a value (nan) leaves both sums, and A is nan where none has one.
    """
    weight = np.array([r.weight for r in requirements], dtype=np.float64)
    threshold = np.array([r.threshold for r in requirements], dtype=np.float64)
    at_most = np.array([r.at_most is not None for r in requirements], dtype=bool)
    never = at_most & (values >= HOURS_PER_YEAR)
    reached = np.where(never, 0.0, measures.attainment(values, threshold, at_most))
    known = ~np.isnan(reached)
    weights: Floats = known @ weight
    total = np.where(known, reached, 0.0) @ weight
    shares: Floats = np.divide(total, weights, out=np.full(np.shape(total), np.nan), where=weights > 0)
    return shares
