"""Concave curves as straight lines: how close, how tight, against independent envelopes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from fleetcraft.optimise.tangents import LARGEST_ERROR, concave_envelope, product_tangents

Lines = tuple[np.ndarray, np.ndarray]


def lowest(lines: Lines, x: np.ndarray) -> np.ndarray:
    slope, intercept = lines
    return (slope[:, None] * x + intercept[:, None]).min(axis=0)


# Tangents of 1 - exp(-x)


@pytest.mark.parametrize("error", [LARGEST_ERROR, 0.05, 0.0005])
def test_tangents_are_close_above_the_curve(error: float) -> None:
    x = np.concatenate([np.linspace(0, 12, 200_001), [20, 50, 1e3]])
    above = lowest(product_tangents(largest_error=error), x) + np.expm1(-x)
    assert above.min() >= -1e-12
    assert above.max() <= error * (1 + 1e-6)


def test_the_error_is_the_one_promised() -> None:
    assert LARGEST_ERROR == 0.005


def test_nothing_bought_earns_nothing_and_nobody_earns_more_than_all() -> None:
    assert lowest(product_tangents(), np.array([0.0]))[0] == 0.0
    assert lowest(product_tangents(), np.array([1e9]))[0] == 1.0


def test_no_tangent_can_be_left_out() -> None:
    slope, intercept = product_tangents()
    x = np.linspace(0, 12, 100_001)
    for left_out in range(len(slope)):
        fewer = np.delete(slope, left_out), np.delete(intercept, left_out)
        assert (lowest(fewer, x) + np.expm1(-x)).max() > LARGEST_ERROR


# Products


def most(weights: tuple[float, ...], total: np.ndarray) -> np.ndarray:
    """The largest product of 1 - exp(-x_d) at each weighted sum of the x_d, by trying every way to share it out."""
    if len(weights) == 1:
        return -np.expm1(-total / weights[0])
    first = np.linspace(0, 1, 401)[1:-1, None] * total / weights[0]
    rest = most(weights[1:], (total - weights[0] * first).ravel()).reshape(first.shape)
    best: np.ndarray = (-np.expm1(-first) * rest).max(axis=0)
    return best


@pytest.mark.parametrize("weights", [(0.5, 0.5), (0.2, 0.8), (1 / 3, 1 / 3, 1 / 3)])
def test_lines_over_a_product_cover_the_most_it_can_be(weights: tuple[float, ...]) -> None:
    """It starts convex: covered by a line through the origin, then by tangents within the error."""
    total = np.linspace(0, 9, 91)
    curve = most(weights, total)
    cover = brute_envelope(list(zip(total[1:], curve[1:], strict=True)), total)
    lines = product_tangents(weights)
    above = lowest(lines, total) - cover
    assert above.min() >= -1e-3  # the cover is that of some points of the curve
    assert above.max() <= LARGEST_ERROR + 1e-3
    assert (lowest(lines, total) >= curve - 1e-12).all()
    slope, intercept = lines
    assert intercept[0] == 0.0
    assert (slope[-1], intercept[-1]) == (0.0, 1.0)
    assert (np.diff(slope) < 0).all()


@given(st.lists(st.floats(0, 12), min_size=2, max_size=3))
@settings(max_examples=100, deadline=None)
def test_no_product_rises_above_its_lines(x: list[float]) -> None:
    product = np.prod(-np.expm1(-np.array(x)))
    for weights in [(1 / len(x),) * len(x), *([(0.2, 0.8)] if len(x) == 2 else [])]:
        assert lowest(product_tangents(weights), np.array([np.dot(weights, x)]))[0] >= product - 1e-12


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
