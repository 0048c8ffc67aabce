"""Sensitivity and scenario discovery against functions whose answers are known in closed form."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from SALib.analyze import sobol as salib_sobol

from fleetcraft.simulate.measures import Estimate
from fleetcraft.study.sensitivity.discovery import discover
from fleetcraft.study.sensitivity.morris import morris_effects, morris_sample
from fleetcraft.study.sensitivity.sobol import sobol_indices, sobol_sample

Floats = NDArray[np.float64]

BATCHES = 10
A, B = 7.0, 0.1
G_FUNCTION = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(u: Floats) -> Floats:
    x = (2 * u - 1) * np.pi
    return np.asarray(np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0]))


def ishigami_indices() -> tuple[Floats, Floats]:
    """First and total indices (Ishigami and Homma, 1990)."""
    first, second = (1 + B * np.pi**4 / 5) ** 2 / 2, A**2 / 8
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = first + second + both
    return np.array([first, second, 0.0]) / variance, np.array([first + both, second, both]) / variance


def g_function(u: Floats) -> Floats:
    return np.asarray(((np.abs(4 * u - 2) + G_FUNCTION) / (1 + G_FUNCTION)).prod(axis=1))


def g_indices() -> tuple[Floats, Floats]:
    """First and total indices of Sobol's g function (Saltelli and Sobol, 1995)."""
    alone = 1 / (3 * (1 + G_FUNCTION) ** 2)
    variance = np.prod(1 + alone) - 1
    return alone / variance, alone * (np.prod(1 + alone) / (1 + alone)) / variance


def noisy(values: Floats, deviation: float, seed: int) -> Floats:
    """Batches of years that differ by noise of their own at each point."""
    return np.asarray(
        values[:, None] + np.random.default_rng(seed).normal(0.0, deviation, (len(values), BATCHES)), dtype=np.float64
    )


def independent_rows(factors: int, base: int, seed: int) -> Floats:
    """Base rows as Sobol indices need them, of independent points."""
    draw = np.random.default_rng(seed)
    a, b = draw.random((base, factors)), draw.random((base, factors))
    rows = np.repeat(a[:, None], factors + 2, axis=1)
    for factor in range(factors):
        rows[:, factor + 1, factor] = b[:, factor]
    rows[:, -1] = b
    return np.asarray(rows.reshape(-1, factors))


def holds(estimate: Estimate, truth: float) -> bool:
    return estimate.low <= truth <= estimate.high


@pytest.mark.parametrize(
    ("function", "factors", "truth"),
    [(ishigami, 3, ishigami_indices()), (g_function, 8, g_indices())],
    ids=["ishigami", "g"],
)
def test_sobol_indices_are_those_of_the_closed_form(
    function: Callable[[Floats], Floats], factors: int, truth: tuple[Floats, Floats]
) -> None:
    base = 2048
    batches = noisy(function(sobol_sample(factors, base, 1)), 0.5, 1)
    found = sobol_indices(batches, base, factors, 1)
    for estimates, exact in zip((found.first, found.total), truth, strict=True):
        for estimate, value in zip(estimates, exact, strict=True):
            assert holds(estimate, value)
            assert estimate.mean == pytest.approx(value, abs=0.03)


def test_sobol_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    repeats, base = 80, 128
    first, total = ishigami_indices()
    hits = np.zeros((2, 3))
    for seed in range(repeats):
        found = sobol_indices(noisy(ishigami(independent_rows(3, base, seed)), 3.0, seed + 1000), base, 3, seed)
        hits[0] += [holds(e, v) for e, v in zip(found.first, first, strict=True)]
        hits[1] += [holds(e, v) for e, v in zip(found.total, total, strict=True)]
    assert (hits / repeats >= 0.87).all(), hits / repeats
    assert 0.92 <= hits.mean() / repeats <= 0.985, hits / repeats


def test_noise_of_years_does_not_raise_a_total_index() -> None:
    repeats, base, deviation = 30, 128, 8.0
    exact = ishigami_indices()[1]
    ours, theirs = np.zeros(3), np.zeros(3)
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
    for seed in range(repeats):
        batches = noisy(ishigami(independent_rows(3, base, seed)), deviation, seed + 1000)
        ours += [e.mean for e in sobol_indices(batches, base, 3, seed).total]
        theirs += salib_sobol.analyze(
            problem, batches.mean(axis=1), calc_second_order=False, num_resamples=2, seed=seed
        )["ST"]
    assert np.abs(ours / repeats - exact).max() < 0.04
    assert (theirs / repeats - exact)[2] > 0.1


def test_what_all_points_share_in_a_year_changes_nothing() -> None:
    values = ishigami(sobol_sample(3, 64, 1))
    quiet = sobol_indices(np.repeat(values[:, None], BATCHES, axis=1), 64, 3, 1)
    shared = sobol_indices(values[:, None] + np.linspace(-50, 50, BATCHES), 64, 3, 1)
    for one, other in zip((*quiet.first, *quiet.total), (*shared.first, *shared.total), strict=True):
        assert (one.mean, one.low, one.high) == pytest.approx((other.mean, other.low, other.high), abs=1e-9)


def test_noise_alone_has_no_indices_and_a_factor_without_effect_one_that_may_be_0() -> None:
    base = 64
    u = sobol_sample(3, base, 1)
    told = [sobol_indices(noisy(np.zeros(len(u)), 1.0, seed), base, 3, seed) for seed in range(20)]
    assert sum(found.reason is not None for found in told) >= 17
    idle = [sobol_indices(noisy(5 * u[:, 0], 1.0, seed), base, 3, seed) for seed in range(20)]
    for factor in (1, 2):
        assert sum(holds(found.total[factor], 0.0) for found in idle) >= 17
        assert sum(holds(found.first[factor], 0.0) for found in idle) >= 17


def test_morris_is_exact_on_a_linear_function() -> None:
    weights = np.array([3.0, -2.0, 0.5, 0.0])
    x = morris_sample(4, 6, 4, 1)
    found = morris_effects(x, (x @ weights)[:, None], 6, 1)
    assert [e.mean for e in found.mu] == pytest.approx(weights, abs=1e-12)
    assert [e.mean for e in found.mu_star] == pytest.approx(np.abs(weights), abs=1e-12)
    assert found.sigma == pytest.approx([0.0] * 4, abs=1e-6)


def morris_function(u: Floats) -> Floats:
    """The test function of Morris (1991): twenty factors in three groups."""
    w = 2 * (u - 0.5)
    for factor in (2, 4, 6):
        w[:, factor] = 2 * (1.1 * u[:, factor] / (u[:, factor] + 0.1) - 0.5)
    small = np.random.default_rng(7)
    linear = np.concatenate([np.full(10, 20.0), small.normal(size=10)])
    y = small.normal() + w @ linear
    for i, j in combinations(range(20), 2):
        y = y + (-15.0 if j < 6 else small.normal()) * w[:, i] * w[:, j]
    for group in combinations(range(5), 3):
        y = y - 10.0 * w[:, group].prod(axis=1)
    return np.asarray(y + 5.0 * w[:, :4].prod(axis=1))


def test_morris_sets_the_groups_of_its_own_test_function_apart() -> None:
    trajectories = 20
    x = morris_sample(20, trajectories, 4, 3)
    found = morris_effects(x, noisy(morris_function(x), 1.0, 3), trajectories, 3)
    mu_star, sigma = np.array([e.mean for e in found.mu_star]), np.array(found.sigma)
    bent, straight, idle = slice(0, 7), slice(7, 10), slice(10, 20)
    assert mu_star[:10].min() > 2 * mu_star[idle].max()
    assert (sigma[bent] > 0.3 * mu_star[bent]).all()
    assert (sigma[straight] < 0.3 * mu_star[straight]).all()


def test_morris_effects_of_noise_may_be_0_and_those_of_a_line_may_be_its_slope() -> None:
    repeats, trajectories = 100, 10
    hits = np.zeros((2, 2))
    for seed in range(repeats):
        x = morris_sample(2, trajectories, 4, seed)
        found = morris_effects(x, noisy(2.0 * x[:, 0], 1.0, seed), trajectories, seed)
        hits[0] += [holds(e, v) for e, v in zip(found.mu_star, (2.0, 0.0), strict=True)]
        hits[1] += [holds(e, v) for e, v in zip(found.mu, (2.0, 0.0), strict=True)]
    assert (hits / repeats >= 0.88).all(), hits


def test_morris_intervals_of_few_trajectories_hold_the_truth_about_as_often_as_they_say() -> None:
    def curved(x: Floats) -> Floats:
        return np.asarray(x[:, 0] + 2 * x[:, 1] ** 2 + x[:, 0] * x[:, 2])

    x = morris_sample(3, 4000, 4, 123)
    steps = np.abs(np.diff(x.reshape(4000, 4, 3), axis=1)).argmax(axis=2)
    changes = np.abs(np.diff(curved(x).reshape(4000, 4), axis=1)) * 3 / 2
    truth = [float(changes[steps == factor].mean()) for factor in range(3)]
    repeats = 150
    for trajectories, least in ((4, 0.82), (6, 0.88), (10, 0.9)):
        hits = np.zeros(3)
        for seed in range(repeats):
            x = morris_sample(3, trajectories, 4, seed)
            found = morris_effects(x, curved(x)[:, None], trajectories, seed)
            hits += [e.low - 1e-9 <= v <= e.high + 1e-9 for e, v in zip(found.mu_star, truth, strict=True)]
        assert (hits / repeats >= least).all(), (trajectories, hits / repeats)


def in_the_box(x: Floats) -> Floats:
    """An answer that fails (below 0.55) in a box of the first and fourth factor."""
    return np.where((x[:, 0] < 0.4) & (x[:, 3] > 0.5), 0.45, 0.65)


@pytest.mark.parametrize("seed", range(4))
def test_the_box_in_which_a_plan_fails_is_found(seed: int) -> None:
    x = np.random.default_rng(seed).random((256, 6))
    found = discover(x, noisy(in_the_box(x), 0.1, seed), 0.55, True, seed)
    (box,) = found.boxes
    limits = {limit.factor: (limit.low, limit.high) for limit in box.limits}
    assert limits == {0: (None, pytest.approx(0.4, abs=0.03)), 3: (pytest.approx(0.5, abs=0.03), None)}
    assert box.coverage.mean > 0.9
    assert box.density.mean > 0.9
    assert box.tested.density > 0.8
    assert min(limit.found_again for limit in box.limits) > 0.9


def test_no_box_is_told_where_failures_are_noise() -> None:
    draw = np.random.default_rng(1)
    told = [
        discover(draw.random((128, 5)), draw.normal(0.0, 1.0, (128, BATCHES)), 0.1, True, seed) for seed in range(40)
    ]
    assert sum(bool(found.boxes) for found in told) <= 2


def test_intervals_of_a_box_hold_what_it_holds_of_all_points() -> None:
    draw = np.random.default_rng(5)
    everywhere = draw.random((20_000, 4))
    failing = in_the_box(everywhere) + draw.normal(0.0, 0.2 / np.sqrt(BATCHES), len(everywhere)) < 0.55
    hits = np.zeros(2)
    repeats = 15
    for seed in range(repeats):
        x = draw.random((128, 4))
        (box, *_) = discover(x, noisy(in_the_box(x), 0.2, seed), 0.55, True, seed).boxes
        inside = np.ones(len(everywhere), dtype=bool)
        for limit in box.limits:
            column = everywhere[:, limit.factor]
            inside &= (column >= (limit.low or 0.0)) & (column <= (1.0 if limit.high is None else limit.high))
        hits += [
            holds(box.density, failing[inside].mean()),
            holds(box.coverage, failing[inside].sum() / failing.sum()),
        ]
    assert (hits / repeats >= 0.85).all(), hits / repeats


def test_density_of_a_box_is_that_of_points_on_which_it_was_not_found() -> None:
    def straight(x: Floats) -> Floats:
        return np.asarray(x @ [1.0, 0.7, 0.4, 0.0, 0.0])

    everywhere = np.random.default_rng(5).random((20_000, 5))
    repeats, hits, told, on_its_own = 16, 0, 0.0, 0.0
    for seed in range(repeats):
        x = np.random.default_rng(seed).random((128, 5))
        (box, *_) = discover(x, noisy(straight(x), 0.05, seed), 0.8, True, seed).boxes
        inside = np.ones(len(everywhere), dtype=bool)
        for limit in box.limits:
            column = everywhere[:, limit.factor]
            inside &= (column >= (limit.low or 0.0)) & (column <= (1.0 if limit.high is None else limit.high))
        truth = float((straight(everywhere)[inside] < 0.8).mean())
        hits += holds(box.density, truth)
        told += (box.density.mean - truth) / repeats
        on_its_own += (box.on_its_own - truth) / repeats
    assert on_its_own > 0.06
    assert abs(told) < 0.04
    assert hits / repeats >= 0.8
