"""The sortie's laws on numbers worked by hand, and at their limits."""

import numpy as np
import pytest

from fleetcraft.physics.sortie import (
    cycle_h,
    duty,
    expected_operating_h,
    expected_station_h,
    failure_probability,
    occupancy,
    station_h,
    stations,
    transit_h,
    usable_endurance_h,
)


def test_transit_endurance_and_station_time() -> None:
    assert transit_h(180.0, 60.0) == 3.0
    assert usable_endurance_h(30.0, 0.1) == pytest.approx(27.0)
    assert station_h(30.0, 0.1, 3.0) == pytest.approx(21.0)
    assert station_h(5.0, 0.0, 3.0) == pytest.approx(-1.0)


def test_a_craft_that_never_fails_spends_what_was_planned() -> None:
    assert expected_station_h(3.0, 21.0, 0.0) == 21.0
    assert expected_operating_h(3.0, 21.0, 0.0) == 27.0
    assert failure_probability(3.0, 21.0, 0.0) == 0.0


@pytest.mark.parametrize("rate", [1e-15, 1e-12, 1e-9, 1e-6])
def test_small_failure_rates_follow_the_series(rate: float) -> None:
    T, S = 3.0, 21.0
    assert expected_station_h(T, S, rate) == pytest.approx(S - rate * S * (T + S / 2), rel=1e-9)
    lost_per_rate = 2 * T**2 / 2 + S * (T + S / 2)
    assert (2 * T + S - expected_operating_h(T, S, rate)) / rate == pytest.approx(
        lost_per_rate, rel=1e-3, abs=5 / rate * 1e-14
    )
    assert failure_probability(T, S, rate) == pytest.approx(rate * (2 * T + S), rel=1e-4)


def test_failures_take_station_hours_first() -> None:
    station, operating = expected_station_h(3.0, 21.0, 1 / 50), expected_operating_h(3.0, 21.0, 1 / 50)
    assert station == pytest.approx((np.exp(-3 / 50) - np.exp(-24 / 50)) * 50)
    assert operating == pytest.approx(station + 2 * (1 - np.exp(-3 / 50)) * 50)


def test_cycle_adds_its_parts() -> None:
    assert cycle_h(27.0, 4.0, 0.25, 8.0, 200.0, 48.0, 1.5) == pytest.approx(27 + 4 + 2 + 27 * 0.24 + 1.5)
    assert cycle_h(27.0, 4.0, 0.25, 8.0, np.inf, 48.0, 0.0) == pytest.approx(33.0)


def test_the_clock_or_the_hours_account_bounds_the_duty() -> None:
    assert duty(20.0, 25.0, 40.0, 8760.0) == pytest.approx(0.5)
    assert duty(20.0, 25.0, 40.0, 2190.0) == pytest.approx(0.2)
    assert duty(20.0, 25.0, np.inf, 8760.0) == 0.0


@pytest.mark.parametrize(
    ("craft", "share", "kept"),
    [(0, 0.5, 0), (3, 0.0, 0), (2, 0.5, 1), (3, 1 / 3, 1), (10, 0.3, 3), (10, 0.31, 4), (1, 1e-12, 1), (7, 1.0, 7)],
)
def test_stations(craft: int, share: float, kept: int) -> None:
    assert stations(craft, share) == kept
    assert stations(craft, share).dtype == np.int64


def test_occupancy_is_capped_and_broadcasts_over_futures() -> None:
    usable = np.array([[0.0, 4.0], [1.5, 8.0], [3.0, 20.0]])
    shares = occupancy(usable, np.array([0.5, 0.25]), np.array([0.8, 1.0]), np.array([2, 3]))
    np.testing.assert_allclose(shares, [[0.0, 1 / 3], [0.3, 2 / 3], [0.6, 1.0]])
    assert occupancy(5.0, 0.5, 1.0, 0) == 0.0


def test_laws_broadcast() -> None:
    T, S, rate = np.array([1.0, 2.0, 3.0])[:, None], np.array([5.0, 10.0]), np.array(1 / 40)
    for law in (expected_station_h, expected_operating_h, failure_probability):
        table = law(T, S, rate)
        assert table.shape == (3, 2)
        assert table[2, 1] == law(3.0, 10.0, 1 / 40)
