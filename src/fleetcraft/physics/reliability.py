"""Hull losses: exponential in operating hours (model.md 2)."""

from __future__ import annotations

import numpy as np
from scipy.special import exprel

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
