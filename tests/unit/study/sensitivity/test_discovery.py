from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from numpy.typing import NDArray

from fleetcraft.study.sensitivity import discovery
from fleetcraft.study.sensitivity.discovery import discover, independent_points
from fleetcraft.study.sensitivity.morris import morris_sample
from fleetcraft.study.sensitivity.prim import Box, balance, chance_of_limit, density, find_box, open_box, peel
from fleetcraft.study.sensitivity.sobol import sobol_sample

Floats = NDArray[np.float64]


def noisy(values: Floats, deviation: float, seed: int) -> Floats:
    return np.asarray(values[:, None] + np.random.default_rng(seed).normal(0.0, deviation, (len(values), 10)))


def best_of_all_boxes(x: Floats, failed: NDArray[np.bool_]) -> float:
    """The best balance of all boxes of two factors whose sides lie on values, by trying every one."""
    sides = [list(combinations_with_replacement(np.unique(column), 2)) for column in x.T]
    boxes = (Box(np.array([a, c]), np.array([b, d])) for a, b in sides[0] for c, d in sides[1])
    return max(balance(box, x, failed) for box in boxes)


@pytest.mark.parametrize("seed", range(4))
def test_the_box_is_nearly_as_good_as_the_best_of_all(seed: int) -> None:
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 10, (120, 2)) / 10
    failed = ((x[:, 0] > 0.45) & (x[:, 1] < 0.65)) ^ (draw.random(120) < 0.1)
    assert balance(find_box(x, failed), x, failed) >= 0.97 * best_of_all_boxes(x, failed)


def test_the_first_slice_is_the_one_that_gains_most_for_each_point_given_up() -> None:
    draw = np.random.default_rng(3)
    x = draw.random((40, 3))
    failed = draw.random(40) < 0.2 + 0.6 * x[:, 1]
    gains = {}
    for factor in range(3):
        for name, kept in (("low", x[:, factor].argsort()[4:]), ("high", x[:, factor].argsort()[:-4])):
            gains[factor, name] = (failed[kept].mean() - failed.mean()) / 4
    factor, side = max(gains, key=lambda key: gains[key])
    first = peel(x, failed)[1]
    limits = first.low if side == "low" else first.high
    assert first.restricted == (factor,)
    assert np.isfinite(limits[factor])
    assert density(first, x, failed) == pytest.approx(failed.mean() + 4 * gains[factor, side])


def test_points_of_one_value_are_given_up_together() -> None:
    x = np.repeat([[0.0], [1.0], [2.0]], 20, axis=0)
    failed = x[:, 0] == 1.0
    boxes = peel(x, failed)
    assert {int(box.holds(x).sum()) for box in boxes} == {60, 40, 20}
    assert (boxes[-1].low[0], boxes[-1].high[0]) == (0.5, 1.5)


def test_chance_of_a_limit_is_that_of_the_box_without_it() -> None:
    x = np.array([[v / 10, w / 10] for v in range(10) for w in range(10)])
    failed = x[:, 0] < 0.5
    box = open_box(2).limited(0, "high", 0.45).limited(1, "low", 0.45)
    assert chance_of_limit(box, 0, x, failed) == pytest.approx(0.5**25)
    assert chance_of_limit(box, 1, x, failed) == 1.0
    assert find_box(x, failed).restricted == (0,)


def test_a_threshold_is_looked_at_from_either_side() -> None:
    x = np.random.default_rng(1).random((128, 3))
    batches = noisy(np.where(x[:, 2] > 0.7, 0.9, 0.5), 0.05, 1)
    above, below = discover(x, batches, 0.7, False, 1), discover(x, -batches, -0.7, True, 1)
    assert above == below
    (limit,) = above.boxes[0].limits
    assert (limit.factor, limit.low, limit.high) == (2, pytest.approx(0.7, abs=0.03), None)


def test_two_regions_are_told_one_after_the_other() -> None:
    x = np.random.default_rng(2).random((300, 3))
    batches = noisy(np.where((x[:, 0] < 0.25) | (x[:, 1] > 0.8), 0.4, 0.7), 0.05, 1)
    found = discover(x, batches, 0.55, True, 1)
    assert {limit.factor for box in found.boxes for limit in box.limits} == {0, 1}
    assert len(found.boxes) == 2
    assert sum(box.coverage.mean for box in found.boxes) == pytest.approx(1.0, abs=0.1)
    assert sum(box.coverage.mean for box in found.boxes) <= 1.0 + 1e-12


def test_coverage_of_a_second_box_is_of_all_failures_too() -> None:
    x = np.random.default_rng(2).random((300, 3))
    failed = (x[:, 0] < 0.25) | (x[:, 1] > 0.8)
    first, second = discover(x, noisy(np.where(failed, 0.4, 0.7), 0.05, 1), 0.55, True, 1).boxes
    left = 1 - first.points * first.on_its_own / failed.sum()
    assert second.trajectory[0][0] == pytest.approx(left)
    assert second.tested.coverage <= left
    assert second.coverage.mean <= left


def test_factors_in_another_order_have_the_same_box() -> None:
    x = np.random.default_rng(1).random((128, 4))
    batches = noisy(np.where((x[:, 0] < 0.5) & (x[:, 3] > 0.4), 0.4, 0.7), 0.1, 1)
    order = [3, 1, 0, 2]
    one, other = discover(x, batches, 0.55, True, 1), discover(x[:, order], batches, 0.55, True, 1)
    before = {limit.factor: (limit.low, limit.high) for limit in one.boxes[0].limits}
    after = {order[limit.factor]: (limit.low, limit.high) for limit in other.boxes[0].limits}
    assert before == after
    assert one.boxes[0].density.mean == pytest.approx(other.boxes[0].density.mean, abs=0.02)
    assert one.boxes[0].on_its_own == other.boxes[0].on_its_own


def test_where_there_is_no_box_the_reason_is_said() -> None:
    x = np.random.default_rng(1).random((64, 2))
    batches = noisy(x[:, 0], 0.01, 1)
    assert discover(x, batches, -1.0, True, 1).reason == discovery.NONE_FAILS
    assert discover(x, batches, 2.0, True, 1).reason == discovery.ALL_FAIL
    assert discover(x[:10], batches[:10], 0.5, True, 1).reason == discovery.TOO_FEW
    empty = discover(x, np.full_like(batches, np.nan), 0.5, True, 1)
    assert (empty.share, empty.points, empty.dropped, empty.reason) == (None, 0, 64, discovery.TOO_FEW)


def test_points_without_an_answer_are_left_out_and_counted() -> None:
    x = np.random.default_rng(1).random((128, 2))
    batches = noisy(np.where(x[:, 0] < 0.4, 0.4, 0.7), 0.05, 1)
    broken = batches.copy()
    broken[::4] = np.nan
    kept = np.arange(128) % 4 != 0
    found = discover(x, broken, 0.55, True, 1)
    assert found.boxes == discover(x[kept], batches[kept], 0.55, True, 1).boxes
    assert (found.points, found.dropped) == (96, 32)


def test_points_are_unsure_where_their_years_reach_across_the_threshold() -> None:
    x = np.linspace(0.0, 1.0, 41)[:, None]
    wide = np.tile([-0.1, 0.1], 5)
    found = discover(x, x + wide, 0.5, True, 1)
    half = 2.262 * wide.std(ddof=1) / np.sqrt(10)
    assert found.unsure == int((np.abs(x - 0.5) < half).sum())


def test_an_entry_names_factors_and_leaves_open_ends_empty() -> None:
    x = np.random.default_rng(1).random((128, 2))
    entry = discover(x, noisy(np.where(x[:, 1] < 0.4, 0.4, 0.7), 0.05, 1), 0.55, True, 1).entry(
        "attainment.simulated", 0.55, True, ["a", "b"]
    )
    assert (entry["output"], entry["below"], entry["reason"]) == ("attainment.simulated", 0.55, None)
    (box,) = entry["boxes"]
    (limit,) = box["limits"]
    assert (limit["factor"], limit["low"]) == ("b", None)
    assert limit["high"] == pytest.approx(0.4, abs=0.03)
    assert box["trajectory"][0] == {"coverage": 1.0, "density": entry["share"], "limits": 0}
    assert box["points"] == round(box["mass"] * 128)
    assert set(box["tested"]) == {"coverage", "density", "chance"}


def test_points_that_share_no_value_are_drawn_apart() -> None:
    rows = sobol_sample(3, 8, 1)
    apart = rows[independent_points("saltelli", len(rows), 3)]
    assert len(apart) == 16
    assert all(len(np.unique(column)) == 16 for column in apart.T)
    walks = morris_sample(3, 5, 4, 1)
    assert (walks[independent_points("morris", len(walks), 3)] == walks.reshape(5, 4, 3)[:, 0]).all()
    assert independent_points("latin_hypercube", 7, 3).all()
