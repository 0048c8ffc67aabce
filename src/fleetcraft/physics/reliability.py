"""Hull losses, exponential in operating hours, and their replacement (model.md 2).

Source: Cox, Renewal Theory (1962), chapter 7, alternating renewal processes; here with a fixed time of replacement.
"""

from __future__ import annotations

import numpy as np
from scipy.special import exprel, gammainc

from fleetcraft.physics.arrays import Array, Real


def loss_rate_per_h(loss_per_100k_h: Real) -> Array:
    """Hull losses per operating hour from losses per 100,000 operating hours, the figure air safety boards give."""
    return np.asarray(loss_per_100k_h, float) / 1e5


def mean_survival(loss_rate_per_h: Real, operating_h_at_start: Real, operating_h_per_h: Real, window_h: Real) -> Array:
    """Probability that a craft is not lost, averaged over the window: (1/w) int_0^w exp(-r (h0 + x t)) dt.

    ``loss_rate_per_h`` r per operating hour; ``operating_h_at_start`` h0 flown when the window opens;
    ``operating_h_per_h`` x operating hours per hour of the clock; ``window_h`` w. In closed form
    exp(-r h0) (1 - exp(-r x w)) / (r x w), 1 where nothing is lost.
    """
    rate = np.asarray(loss_rate_per_h, float)
    return np.exp(-rate * operating_h_at_start) * exprel(-rate * operating_h_per_h * window_h)


def mean_presence(
    loss_rate_per_h: Real, before_h: Real, operating_h_per_h: Real, window_h: Real, replacement_h: Real
) -> Array:
    """Probability that a place in the fleet is filled, averaged over the window, each loss replaced after a fixed time.

    ``loss_rate_per_h`` r per operating hour; ``before_h`` b between the first craft's start and the window's;
    ``operating_h_per_h`` x; ``window_h`` w; ``replacement_h`` D, from a loss to the new craft's start (inf: never).
    At t after the first start the k-th replacement is at work if exactly k losses fall into the t - kD hours not spent
    waiting: P(filled at t) = sum_k (l (t-kD))^k exp(-l (t-kD)) / k! over kD <= t, with l = r x. Averaged over [b, b+w]:
    (1/(l w)) sum_k (P(k+1, l (b+w-kD)) - P(k+1, l (b-kD))), P the regularised incomplete gamma function and no hours
    less than 0. Without replacement it is ``mean_survival``; long after the start it tends to 1 / (1 + l D).
    """
    rate, before, replacement = np.broadcast_arrays(
        np.asarray(loss_rate_per_h, float) * operating_h_per_h,
        np.asarray(before_h, float),
        np.asarray(replacement_h, float),
    )
    end = before + window_h
    filled_h = mean_survival(1.0, rate * before, rate, window_h) * window_h
    for k in range(1, _most_replacements(rate, end, replacement) + 1):
        first, last = np.maximum(before - k * replacement, 0.0), np.maximum(end - k * replacement, 0.0)
        filled_h = filled_h + _hours_with(k, rate, last) - _hours_with(k, rate, first)
    return filled_h / window_h


def _most_replacements(rate: Array, end_h: Array, replacement_h: Array) -> int:
    """How many a place can have had by ``end_h``; more losses than counted are rarer than 1e-9."""
    losses = float((rate * end_h).max(initial=0.0))
    in_time = np.divide(end_h, replacement_h, out=np.full(end_h.shape, np.inf), where=replacement_h > 0)
    return int(min(losses + 10.0 * np.sqrt(losses) + 10.0, in_time.max(initial=0.0)))


def _hours_with(k: int, rate: Array, hours: Array) -> Array:
    """Mean hours, of the first ``hours``, in which exactly k >= 1 events have happened at ``rate``."""
    return np.where(rate > 0, gammainc(k + 1, rate * hours) / np.where(rate > 0, rate, 1.0), 0.0)


def losses_per_h(loss_rate_per_h: Real, operating_h_per_h: Real, replacement_h: Real) -> Array:
    """Losses per hour of a place in the fleet whose craft are replaced, in the long run: l / (1 + l D), l = r x.

    Renewal-reward: one loss in each cycle of 1/l hours at work and ``replacement_h`` D hours of waiting; arguments as
    of ``mean_presence``.
    """
    rate = np.asarray(loss_rate_per_h, float) * operating_h_per_h
    return rate / (1.0 + rate * replacement_h)
