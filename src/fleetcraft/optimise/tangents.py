"""Concave curves as the lower envelope of straight lines."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]

LARGEST_ERROR = 0.005


def _crossing_error(x0: float, x1: float) -> float:
    """How far above 1 - exp(-x) the tangents at x0 and x1 cross."""
    y0, y1, s0, s1 = 1 - np.exp(-x0), 1 - np.exp(-x1), np.exp(-x0), np.exp(-x1)
    x = (y1 - y0 + s0 * x0 - s1 * x1) / (s0 - s1)
    return float(y0 + s0 * (x - x0) - (1 - np.exp(-x)))


@cache
def exponential_tangents(largest_error: float = LARGEST_ERROR) -> tuple[Floats, Floats]:
    """Slopes and intercepts of the fewest tangents of 1 - exp(-x) that stay within ``largest_error`` above it.

    The first touches at 0, so that nothing bought earns nothing; the last is the horizontal line 1.
    """
    points = [0.0]
    while np.exp(-points[-1] - 1) > largest_error:  # the tangent at x meets 1 at x + 1
        last = points[-1]
        points.append(brentq(lambda x, last=last: _crossing_error(last, x) - largest_error, last + 1e-6, last + 50))
    x = np.array(points)
    slope = np.append(np.exp(-x), 0.0)
    intercept = np.append(1 - np.exp(-x) - np.exp(-x) * x, 1.0)
    return slope, intercept


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
