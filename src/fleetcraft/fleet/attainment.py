"""What years amount to, and how far their values reach what is demanded (model.md 4 and 8)."""

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
    requirement without a value (nan) leaves both sums, and A is nan where none has one. A year's attainment is the same
    to the last bit whichever years stand beside it, as no matrix product's would be.
    """
    weight = np.array([r.weight for r in requirements], dtype=np.float64)
    threshold = np.array([r.threshold for r in requirements], dtype=np.float64)
    at_most = np.array([r.at_most is not None for r in requirements], dtype=bool)
    never = at_most & (values >= HOURS_PER_YEAR)
    reached = np.where(never, 0.0, measures.attainment(values, threshold, at_most))
    known = ~np.isnan(reached)
    weights = _row_sums(np.where(known, weight, 0.0))
    total = _row_sums(np.where(known, weight * reached, 0.0))
    shares: Floats = np.divide(total, weights, out=np.full(np.shape(total), np.nan), where=weights > 0)
    return shares


def _row_sums(terms: Floats) -> Floats:
    """Sums over the last axis, each in the order of its terms however the array lies in memory."""
    sums: Floats = np.ascontiguousarray(terms).sum(axis=-1)
    return sums


def mean_value(requirements: Sequence[Requirement], values: Floats) -> Floats:
    """Mean over futures or years (n, R) of each requirement's value, (R,); years without a value are left out.

    A revisit is a mean time between looks, so its mean is the hours of all years over their looks: 1 / mean(1 / value).
    A requirement without any value has 0.
    """
    summable = looks_or_share(requirements, values)
    known = ~np.isnan(summable)
    mean: Floats = np.where(known, summable, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return looks_or_share(requirements, mean)


def looks_or_share(requirements: Sequence[Requirement], values: Floats) -> Floats:
    """What can be averaged over years, (..., R): looks per hour for a revisit, the share itself otherwise.

    Its own inverse; 0 stays 0.
    """
    revisits = np.array([r.measure == "revisit" for r in requirements], dtype=bool)
    inverse = np.divide(1.0, values, out=np.zeros_like(values), where=revisits & (values != 0))
    turned: Floats = np.where(revisits, inverse, values)
    return turned
