"""Concave curves as the lower envelope of straight lines."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]

LARGEST_ERROR = 0.005


@cache
def product_tangents(
    weights: tuple[float, ...] = (1.0,), largest_error: float = LARGEST_ERROR
) -> tuple[Floats, Floats]:
    """Slopes and intercepts of lines over prod_d (1 - exp(-x_d)), as functions of t = sum_d w_d x_d: they bound it.

    They are the fewest tangents of the most that the product can be at t (``_most``) that stay within an error above
    its least concave cover. The first passes through the origin, so that nothing bought earns nothing; the last is the
    horizontal line 1. A product of two or more starts convex: there the cover is the first tangent.
    """
    touches = [_first_touch(weights)]
    while _overshoot(weights, touches[-1]) > largest_error:
        last = touches[-1]
        touches.append(
            brentq(lambda t, last=last: _crossing_error(weights, last, t) - largest_error, last + 1e-6, last + 50)
        )
    value, slope = np.array([_most(weights, t) for t in touches]).T
    intercept = value - slope * np.array(touches)
    intercept[0] = 0.0
    return np.append(slope, 0.0), np.append(intercept, 1.0)


def _most(weights: tuple[float, ...], total: float) -> tuple[float, float]:
    """The largest prod_d (1 - exp(-x_d)) with sum_d w_d x_d = total, and its slope in the total.

    By Lagrange: 1 - exp(-x_d) = 1 / (1 + m w_d) at a multiplier m, and the slope is m times the product.
    """
    if total == 0:
        return 0.0, float(len(weights) == 1)
    w = np.array(weights)
    log_m = brentq(lambda s: w @ np.log1p(np.exp(-s) / w) - total, -700.0, 700.0)
    product = float(np.prod(1.0 / (1.0 + w * np.exp(log_m))))
    return product, product * float(np.exp(log_m))


def _first_touch(weights: tuple[float, ...]) -> float:
    """The total at which the tangent passes through the origin; the origin itself for a single factor."""
    if len(weights) == 1:
        return 0.0

    def intercept(total: float) -> float:
        product, slope = _most(weights, total)
        return product - slope * total

    return float(brentq(intercept, 0.1, 50.0))


def _overshoot(weights: tuple[float, ...], total: float) -> float:
    """How far below 1 the curve is where its tangent has reached 1."""
    product, slope = _most(weights, total)
    return 1.0 - _most(weights, total + (1.0 - product) / slope)[0]


def _crossing_error(weights: tuple[float, ...], t0: float, t1: float) -> float:
    """How far above the curve its tangents at two totals cross."""
    (y0, s0), (y1, s1) = _most(weights, t0), _most(weights, t1)
    total = (y1 - y0 + s0 * t0 - s1 * t1) / (s0 - s1)
    return y0 + s0 * (total - t0) - _most(weights, total)[0]


def concave_envelope(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Slopes and intercepts of the least concave non-decreasing curve above (0, 0) and the points (x, y).

    The last line is horizontal at the highest y. Upper convex hull by Andrew's monotone chain.
    """
    points = sorted({(0.0, 0.0), *((float(a), float(b)) for a, b in zip(x, y, strict=True) if b > 0)})
    hull: list[tuple[float, float]] = []
    for px, py in points:
        if hull and py <= hull[-1][1]:
            continue
        while len(hull) > 1 and _is_below(hull[-2], hull[-1], (px, py)):
            hull.pop()
        if hull and hull[-1][0] == px:
            hull.pop()
        hull.append((px, py))
    lines = [((y1 - y0) / (x1 - x0), x0, y0) for (x0, y0), (x1, y1) in pairwise(hull)]
    slope = np.array([s for s, _, _ in lines] + [0.0])
    intercept = np.array([y0 - s * x0 for s, x0, y0 in lines] + [hull[-1][1]])
    return slope, intercept


def _is_below(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Whether b lies on or below the line from a to c."""
    return (b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0])
