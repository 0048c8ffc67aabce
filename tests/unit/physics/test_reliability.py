"""Losses averaged over the window, against quadrature and at their limits."""

import numpy as np
import pytest
from scipy.integrate import quad

from fleetcraft.physics.reliability import loss_rate_per_h, mean_survival


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
