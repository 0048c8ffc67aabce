"""The PERT law of shape 4 on [low, high]: a Beta with its mode at ``likely`` (Vose, Risk Analysis)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

Floats = NDArray[np.float64]

SHAPE = 4.0


def pert_quantile(u: Floats, low: float, likely: float, high: float) -> Floats:
    """Quantile ``u`` of the PERT law of shape 4 on [low, high] (Beta with its mode at ``likely``)."""
    span = high - low
    if span == 0:
        return np.full_like(u, low)
    quantile: Floats = low + span * betaincinv(*_powers(low, likely, high), u)
    return quantile


def pert_cdf(x: Floats, low: float, likely: float, high: float) -> Floats:
    """Probability that what follows the PERT law of shape 4 on [low, high] is at most ``x``."""
    span = high - low
    if span == 0:
        return (x >= low).astype(np.float64)
    probability: Floats = betainc(*_powers(low, likely, high), np.clip((x - low) / span, 0.0, 1.0))
    return probability


def _powers(low: float, likely: float, high: float) -> tuple[float, float]:
    span = high - low
    return 1 + SHAPE * (likely - low) / span, 1 + SHAPE * (high - likely) / span
