"""Losses averaged over the window, against quadrature and at their limits."""

import numpy as np
import pytest
from scipy.integrate import quad

from fleetcraft.physics.reliability import loss_rate_per_h, losses_per_h, mean_presence, mean_survival


def test_loss_rate_is_per_operating_hour() -> None:
    assert loss_rate_per_h(5.0) == pytest.approx(5e-5)


@pytest.mark.parametrize(("rate", "start", "use"), [(5e-5, 300.0, 0.3), (1e-3, 0.0, 0.9), (1e-2, 50.0, 1.0)])
def test_mean_survival_is_the_integral(rate: float, start: float, use: float) -> None:
    total, _ = quad(lambda t: np.exp(-rate * (start + use * t)), 0.0, 8760.0, limit=200)
    assert mean_survival(rate, start, use, 8760.0) == pytest.approx(total / 8760.0, rel=1e-9)


def test_nothing_lost_without_a_rate_or_without_use() -> None:
    assert mean_survival(0.0, 1e5, 1.0, 8760.0) == 1.0
    assert mean_survival(1e-3, 0.0, 0.0, 8760.0) == 1.0
    assert mean_survival(1e-3, 500.0, 0.0, 8760.0) == pytest.approx(np.exp(-0.5))


def test_futures_and_rows_broadcast() -> None:
    start = np.array([[0.0, 100.0], [200.0, 300.0], [400.0, 500.0]])
    table = mean_survival(np.array([1e-4, 2e-4]), start, np.array([0.2, 0.4]), 8760.0)
    assert table.shape == (3, 2)
    assert table[1, 1] == mean_survival(2e-4, 300.0, 0.4, 8760.0)


def played_presence(
    rate: float, use: float, replacement_h: float, before_h: float, window_h: float
) -> tuple[float, float]:
    """Share of the window in which a place is filled, over many places, and the standard error of that mean."""
    random = np.random.default_rng(11)
    places = 40_000
    start, filled_h = np.zeros(places), np.zeros(places)
    while (start < before_h + window_h).any():
        end = start + random.exponential(1 / (rate * use), places)
        filled_h += np.clip(np.minimum(end, before_h + window_h) - np.maximum(start, before_h), 0.0, None)
        start = end + replacement_h
    share = filled_h / window_h
    return share.mean(), share.std() / np.sqrt(places)


@pytest.mark.parametrize(
    ("rate", "use", "replacement_h", "before_h"),
    [(5e-4, 0.4, 4383.0, 900.0), (2e-3, 0.5, 730.0, 0.0), (1e-3, 1.0, 20_000.0, 300.0), (2e-3, 0.3, 24.0, 5000.0)],
)
def test_replacement_by_playing(rate: float, use: float, replacement_h: float, before_h: float) -> None:
    mean, error = played_presence(rate, use, replacement_h, before_h, 8760.0)
    assert abs(mean_presence(rate, before_h, use, 8760.0, replacement_h) - mean) < 4 * error


def test_without_replacement_it_is_survival() -> None:
    before = np.array([[0.0, 100.0], [200.0, 300.0]])
    rate, use = np.array([1e-4, 2e-3]), np.array([0.2, 0.4])
    np.testing.assert_allclose(
        mean_presence(rate, before, use, 8760.0, np.inf), mean_survival(rate, before * use, use, 8760.0), rtol=1e-12
    )


def test_replaced_at_once_nobody_is_missed() -> None:
    np.testing.assert_allclose(mean_presence(np.array([0.0, 1e-3, 0.5]), 50.0, 0.9, 8760.0, 0.0), 1.0, rtol=1e-9)


def test_nothing_is_missed_where_nothing_is_lost() -> None:
    assert mean_presence(0.0, 3000.0, 0.4, 8760.0, 4383.0) == 1.0
    assert mean_presence(1e-3, 3000.0, 0.0, 8760.0, 4383.0) == 1.0
    assert losses_per_h(0.0, 0.4, 4383.0) == 0.0


def test_long_after_the_start_losses_and_replacements_are_in_balance() -> None:
    rate, use, replacement_h = 1e-3, 0.5, 2000.0
    steady = mean_presence(rate, 1e6, use, 8760.0, replacement_h)
    assert steady == pytest.approx(1 / (1 + rate * use * replacement_h), rel=1e-6)
    assert losses_per_h(rate, use, replacement_h) == pytest.approx(rate * use * steady, rel=1e-6)
