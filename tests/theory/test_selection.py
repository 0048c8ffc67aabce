"""Ranking and selection on problems whose answer is known: how often the procedure is right."""

import numpy as np
import pytest
from scipy.stats import binomtest

from fleetcraft.study.selection.kim_nelson import Procedure, screened

REPETITIONS = 1500
MOST = 4000
UNEQUAL = np.array([3.0, 2.0, 4.0, 5.0])


def normal(random, mean, deviation, shared):
    """Observations (k, MOST); ``shared`` of each system's variance is common to all."""
    common = np.sqrt(shared) * random.standard_normal(MOST)
    own = np.sqrt(1 - shared) * random.standard_normal((len(mean), MOST))
    return mean[:, None] + deviation[:, None] * (common + own)


def skewed(random, mean, deviation, shared):
    """Means of ten years of which most are alike and few far worse: exponential losses, mean of batches of ten."""
    common = shared * random.standard_exponential((MOST, 10)).mean(axis=1)
    own = (1 - shared) * random.standard_exponential((len(mean), MOST, 10)).mean(axis=2)
    return mean[:, None] - deviation[:, None] * (common + own - 1.0) * np.sqrt(10)


def selected(observed, mean, deviation, shared, procedure, repetitions=REPETITIONS):
    """The systems selected in so many repetitions, and how many observations of all systems each took."""
    random = np.random.default_rng(20260401)
    chosen, spent = [], []
    for _ in range(repetitions):
        found = screened(observed(random, mean, deviation, shared), procedure)
        assert found.guaranteed
        chosen.append(found.best)
        ended = max(after for after in found.eliminated_after if after is not None)
        spent.append(sum(ended if after is None else after for after in found.eliminated_after))
    return np.array(chosen), np.array(spent)


def is_right_often_enough(right, confidence):
    """Refused where a procedure that keeps its word would be right so seldom once in a thousand times."""
    return binomtest(int(right.sum()), len(right), confidence, alternative="less").pvalue > 1e-3


@pytest.mark.parametrize("observed", [normal, skewed])
@pytest.mark.parametrize("shared", [0.0, 0.6])
@pytest.mark.parametrize("best", [0, 3])
def test_the_best_is_selected_as_often_as_promised(observed, shared, best):
    """The hardest case: all others alike, delta below the best; the noisiest or a calm one is best."""
    mean = np.where(np.arange(4) == best, 1.0, 0.0)
    chosen, _ = selected(observed, mean, UNEQUAL, shared, Procedure(1.0, 0.9, 10, MOST))
    assert is_right_often_enough(chosen == best, 0.9)


def test_a_guess_after_the_first_observations_would_not_do():
    """The problem is hard enough to tell: the largest mean of the first stage is often another system's."""
    random = np.random.default_rng(3)
    mean = np.array([1.0, 0.0, 0.0, 0.0])
    first = [normal(random, mean, UNEQUAL, 0.0)[:, :10].mean(axis=1).argmax() == 0 for _ in range(REPETITIONS)]
    assert not is_right_often_enough(np.array(first), 0.9)


def test_of_two_systems_the_error_is_all_that_was_allowed():
    """With small steps the pair's error is exactly alpha (Fabian's bound is met by Brownian motion): no waste."""
    alpha = 0.2
    chosen, _ = selected(
        normal, np.array([0.25, 0.0]), np.array([3.0, 3.0]), 0.0, Procedure(0.25, 1 - alpha, 20, MOST), 1000
    )
    wrong = int((chosen == 1).sum())
    assert binomtest(wrong, len(chosen), alpha, alternative="greater").pvalue > 1e-3
    assert binomtest(wrong, len(chosen), 0.85 * alpha, alternative="less").pvalue > 1e-3


def test_among_close_systems_one_within_the_indifference_is_selected():
    """Means crowd below the best: what is selected may be any of those less than delta behind it."""
    mean = np.array([1.0, 0.8, 0.5, -0.2])
    chosen, _ = selected(normal, mean, UNEQUAL, 0.3, Procedure(1.0, 0.9, 10, MOST))
    assert is_right_often_enough(mean[chosen] > 0.0, 0.9)


def test_systems_that_lie_further_apart_take_less():
    slippage, spread = np.array([1.0, 0.0, 0.0, 0.0]), np.array([3.0, 2.0, 1.0, 0.0])
    _, hard = selected(normal, slippage, UNEQUAL, 0.0, Procedure(1.0, 0.9, 10, MOST), 200)
    chosen, easy = selected(normal, spread, UNEQUAL, 0.0, Procedure(1.0, 0.9, 10, MOST), 200)
    assert easy.mean() < 0.8 * hard.mean()
    assert is_right_often_enough(chosen == 0, 0.9)


def test_common_random_numbers_spare_observations():
    mean = np.array([1.0, 0.0, 0.0, 0.0])
    alike = np.full(4, 4.0)
    _, apart = selected(normal, mean, alike, 0.0, Procedure(1.0, 0.9, 10, MOST), 200)
    chosen, paired = selected(normal, mean, alike, 0.8, Procedure(1.0, 0.9, 10, MOST), 200)
    assert paired.mean() < 0.4 * apart.mean()
    assert is_right_often_enough(chosen == 0, 0.9)


def test_a_larger_indifference_takes_less():
    mean = np.array([1.0, 0.4, 0.0, -0.3])
    spent = [
        selected(normal, mean, UNEQUAL, 0.3, Procedure(delta, 0.9, 10, MOST), 100)[1].mean() for delta in (0.7, 1, 2, 4)
    ]
    assert spent == sorted(spent, reverse=True)
