"""Money's laws on numbers worked by hand."""

import numpy as np
import pytest

from fleetcraft.physics.cost import discounted, escalated, payment_dates_h, wright_total_cost, wright_unit_cost


@pytest.mark.parametrize("slope", [0.75, 0.85, 0.95, 1.0])
def test_each_doubling_multiplies_the_unit_cost_by_the_slope(slope: float) -> None:
    further = 50.0 * (2.0 ** np.arange(1, 6) - 1.0)
    np.testing.assert_allclose(wright_unit_cost(8e6, 50.0, further, slope), 8e6 * slope ** np.arange(1, 6))


def test_wrights_own_figure() -> None:
    assert wright_unit_cost(100.0, 1.0, np.array([0, 1, 3, 7]), 0.8) == pytest.approx(np.array([100, 80, 64, 51.2]))


def test_the_total_is_the_sum_of_the_units_and_parts_count_in_proportion() -> None:
    """After the first unit, of slope 0.8: 80, 0.8^log2(3), 64 hundredths."""
    third = 0.8 ** np.log2(3)
    found = wright_total_cost(1, np.array([[0.0, 1.0, 2.0], [3.0, 0.5, 2.25]]), 0.8)
    np.testing.assert_allclose(found, [[0, 0.8, 0.8 + third], [1.44 + third, 0.4, 0.8 + third + 0.16]], rtol=1e-12)
    np.testing.assert_allclose(wright_total_cost(7, np.array([0.0, 2.5, 40.0]), 1.0), [0, 2.5, 40], rtol=1e-12)
    assert wright_total_cost(7, np.zeros(0), 0.9).shape == (0,)


def test_escalation_and_discount() -> None:
    assert escalated(100.0, 2.0, 0.025) == pytest.approx(105.0625)
    assert escalated(100.0, 0.5, 0.21) == pytest.approx(110.0)
    assert discounted(105.0625, 2.0, 0.025) == pytest.approx(100.0)
    np.testing.assert_array_equal(escalated(np.array([3.0, 4.0]), 7.0, 0.0), [3.0, 4.0])


def test_payment_dates() -> None:
    order, half_way, delivery = payment_dates_h(np.array([0.0, 2190.0]), np.array([12_000.0, 12_190.0]))
    np.testing.assert_array_equal([order, half_way, delivery], [[0, 2190], [6000, 7190], [12_000, 12_190]])


def test_one_order_many_deliveries() -> None:
    dates = payment_dates_h(100.0, np.array([[200.0], [300.0]]))
    assert [d.shape for d in dates] == [(2, 1)] * 3
    np.testing.assert_array_equal(dates[0], [[100.0], [100.0]])
