"""Concave curves as straight lines: how close, how tight, against independent envelopes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from fleetcraft.optimise.tangents import LARGEST_ERROR, concave_envelope, exponential_tangents

Lines = tuple[np.ndarray, np.ndarray]


def lowest(lines: Lines, x: np.ndarray) -> np.ndarray:
    slope, intercept = lines
    return (slope[:, None] * x + intercept[:, None]).min(axis=0)


# Tangents of 1 - exp(-x)


@pytest.mark.parametrize("error", [LARGEST_ERROR, 0.05, 0.0005])
def test_tangents_are_close_above_the_curve(error: float) -> None:
    x = np.concatenate([np.linspace(0, 12, 200_001), [20, 50, 1e3]])
    above = lowest(exponential_tangents(error), x) + np.expm1(-x)
    assert above.min() >= -1e-12
    assert above.max() <= error * (1 + 1e-6)


def test_the_error_is_the_one_promised() -> None:
    assert LARGEST_ERROR == 0.005


def test_nothing_bought_earns_nothing_and_nobody_earns_more_than_all() -> None:
    assert lowest(exponential_tangents(), np.array([0.0]))[0] == 0.0
    assert lowest(exponential_tangents(), np.array([1e9]))[0] == 1.0


def test_no_tangent_can_be_left_out() -> None:
    slope, intercept = exponential_tangents()
    x = np.linspace(0, 12, 100_001)
    for left_out in range(len(slope)):
        fewer = np.delete(slope, left_out), np.delete(intercept, left_out)
        assert (lowest(fewer, x) + np.expm1(-x)).max() > LARGEST_ERROR


# Envelopes

clouds = st.lists(
    st.tuples(st.floats(0.01, 30).map(lambda v: round(v, 3)), st.floats(0, 1).map(lambda v: round(v, 4))),
    min_size=1,
    max_size=25,
)


def brute_envelope(points: list[tuple[float, float]], at: np.ndarray) -> np.ndarray:
    """Highest chord between any two points, the origin and a far point at the highest value included."""
    full = [(0.0, 0.0), *points, (1e7, max(y for _, y in points))]
    best = np.zeros_like(at)
    for x0, y0 in full:
        best = np.maximum(best, np.where(at >= x0, y0, 0.0))
        for x1, y1 in full:
            if x0 < x1:
                inside = (at >= x0) & (at <= x1)
                best = np.where(inside, np.maximum(best, y0 + (y1 - y0) * (at - x0) / (x1 - x0)), best)
    return best


@given(clouds)
@settings(max_examples=150, deadline=None)
def test_an_envelope_is_the_least_concave_curve_above_the_points(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    lines = concave_envelope(x, y)
    assert (lowest(lines, x) >= y - 1e-9).all()
    assert lowest(lines, np.zeros(1))[0] == pytest.approx(0.0, abs=1e-12)
    at = np.unique(np.concatenate([x, np.linspace(0, x.max() * 1.5, 200)]))
    np.testing.assert_allclose(lowest(lines, at), brute_envelope(points, at), atol=2e-6)
    slope, _ = lines
    assert (np.diff(slope) < 1e-12).all()
    assert slope[-1] == 0.0


def test_an_envelope_agrees_with_the_convex_hull() -> None:
    generator = np.random.default_rng(4)
    x, y = generator.uniform(0.1, 10, 300), generator.uniform(0, 1, 300)
    slope, intercept = concave_envelope(x, y)
    points = np.vstack([[0, 0], np.column_stack([x, y]), [20, y.max()], [20, -1], [0, -1]])
    upper = [eq for eq in ConvexHull(points).equations if eq[1] > 1e-9]
    facets = sorted({(round(-a / b, 9), round(-c / b, 9)) for a, b, c in upper}, reverse=True)
    np.testing.assert_allclose(np.column_stack([slope, intercept]), facets, atol=1e-8)


def test_points_without_value_bring_nothing() -> None:
    slope, intercept = concave_envelope(np.array([0.0, 1.0, 2.0]), np.zeros(3))
    np.testing.assert_array_equal(slope, [0.0])
    np.testing.assert_array_equal(intercept, [0.0])


def test_a_later_lower_point_does_not_pull_the_curve_down() -> None:
    lines = concave_envelope(np.array([1.0, 2.0]), np.array([0.9, 0.5]))
    np.testing.assert_allclose(lowest(lines, np.array([0.5, 1.0, 2.0, 9.0])), [0.45, 0.9, 0.9, 0.9])
