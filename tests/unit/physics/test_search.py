"""Search laws on published figures and at their limits."""

import numpy as np
import pytest

from fleetcraft.physics.search import (
    detection_probability,
    detection_rate_per_h,
    effective_sweep_width_nm,
    identification_service_h,
    mean_width_nm,
    relative_speed_kn,
    weather_factor,
)


@pytest.mark.parametrize("v", [1e-9, 0.7, 15.0, 119.0])
def test_relative_speed_limits(v: float) -> None:
    assert relative_speed_kn(v, 0.0) == pytest.approx(v, rel=1e-14)
    assert relative_speed_kn(0.0, v) == pytest.approx(v, rel=1e-14)
    assert relative_speed_kn(v, v) == pytest.approx(4 / np.pi * v, rel=1e-14)


def test_nothing_moves() -> None:
    np.testing.assert_array_equal(relative_speed_kn(np.array([0.0, 3.0]), np.array([0.0, 0.0])), [0.0, 3.0])


@pytest.mark.parametrize("v", [70.0, 1 / 3, 0.1])
def test_relative_speed_next_to_equal_speeds(v: float) -> None:
    close = np.array([np.nextafter(v, 0.0), np.nextafter(v, np.inf)])
    np.testing.assert_allclose(relative_speed_kn(v, close), 4 / np.pi * v, rtol=1e-13)


def test_mean_width_of_a_circle_is_its_diameter() -> None:
    assert mean_width_nm(2 * np.pi * 25.0) == pytest.approx(50.0)


def test_weather_factors() -> None:
    np.testing.assert_array_equal(weather_factor("small_craft", "air"), [1.0, 0.5, 0.25])
    np.testing.assert_array_equal(weather_factor("surface_vessel", "surface"), [1.0, 0.9, 0.9])
    np.testing.assert_array_equal(weather_factor("submerged", "surface"), [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(weather_factor("small_craft", "underwater"), [1.0, 1.0, 1.0])
    with pytest.raises(KeyError):
        weather_factor("whale", "air")


def test_effective_sweep_width_is_bounded_by_the_area() -> None:
    np.testing.assert_allclose(effective_sweep_width_nm(12.0, weather_factor("small_craft", "air"), 5.0), [5, 5, 3])


def test_detection_rate_and_probability() -> None:
    rate = detection_rate_per_h(4.0, 50.0, 10_000.0)
    assert rate == pytest.approx(0.02)
    assert detection_probability(rate, 50.0) == pytest.approx(0.6321205588)
    assert detection_probability(0.0, 100.0) == 0.0
    assert detection_probability(1e-18, 1.0) == pytest.approx(1e-18)


def test_identifying_takes_the_way_and_the_look() -> None:
    generator = np.random.default_rng(3)
    craft, contact = generator.uniform(0, 60, (2, 200_000, 2))
    mean_way_nm = np.hypot(*(craft - contact).T).mean()
    assert identification_service_h(3600.0, 24.0, 0.5) == pytest.approx(mean_way_nm / 24 + 0.5, rel=0.005)
    np.testing.assert_allclose(identification_service_h(3600.0, np.array([24.0, np.inf]), 0.5), [1.8, 0.5])
