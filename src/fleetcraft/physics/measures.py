"""The planned value of each measure (model.md 4), exact for a whole plan.

Rows are the plan's (platform, base, area) rows that count towards one requirement. Each station of a row is occupied a
share o of the time, independently of the others; the weather is common to all, one stratum at a time.
Array letters: S strata, n rows, ... any leading axes (futures).
"""

from __future__ import annotations

import numpy as np

from fleetcraft.physics.arrays import Array, Booleans, Integers, Real


def detection_share(share: Array, coverage: Array, occupancy: Array, stations: Integers) -> Array:
    """Share of targets detected, shape (...): sum_s pi_s (1 - prod_i (1 - o_i (1 - exp(-b_si)))^stations_i).

    ``share`` (S,) pi; ``coverage`` (S, n) b = tau W_eff v_rel / A of one craft on station through tau, the time in
    which a target must be found, 0 where the craft is blind; ``occupancy`` (..., n) o in [0, 1]; ``stations`` (n,).
    """
    found_by_one = -np.expm1(-np.asarray(coverage, float))
    missed: Array = np.power(1.0 - np.asarray(occupancy, float)[..., None, :] * found_by_one, stations)
    detected: Array = np.vecdot(1.0 - missed.prod(axis=-1), share)
    return detected


def presence_share(share: Array, sees: Booleans, occupancy: Array, stations: Integers, craft: int) -> Array:
    """Share of time, shape (...), with at least ``craft`` craft on station and able to see.

    ``share`` (S,); ``sees`` (S, n): rows able to see; ``occupancy`` (..., n) o in [0, 1]; ``stations`` (n,). In each
    stratum the number present is Poisson-binomial (Wang 1993) over the stations of the rows that see, convolved exactly
    one station after the other, ``craft`` and more counted as one.
    """
    present = np.asarray(occupancy, float)[..., None, :] * np.asarray(sees)
    counted = np.zeros((craft + 1, *present.shape[:-1]))
    counted[0] = 1.0
    for row, kept in enumerate(stations):
        for _ in range(kept):
            arrives = counted[:-1] * present[..., row]
            counted[:-1] -= arrives
            counted[1:] += arrives
    enough: Array = np.vecdot(counted[craft], share)
    return enough


def revisit_h(rate_per_h: Real, window_h: Real) -> Array:
    """Mean hours between looks at a still point: 1/rate, the rate of looks (1/h) at u = 0; at most the window (h)."""
    rate = np.asarray(rate_per_h, float)
    return np.where(rate * window_h > 1.0, 1.0 / np.maximum(rate, 1.0 / np.asarray(window_h, float)), window_h)


def attainment(value: Real, threshold: Real, at_most: bool | Booleans) -> Array:
    """How far a value >= 0 meets a threshold > 0: clip(value/threshold, 0, 1), of the inverse where ``at_most``.

    nan, a measure without a value, stays nan.
    """
    reached, demanded = np.asarray(value, float), np.asarray(threshold, float)
    below, above = np.clip(reached, 0.0, demanded), np.maximum(reached, demanded)
    met: Array = np.where(at_most, demanded / above, below / demanded)
    return met
