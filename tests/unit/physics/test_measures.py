"""Measures against enumeration of every state of every station."""

from itertools import product

import numpy as np
import pytest

from fleetcraft.physics.measures import attainment, detection_share, presence_share, revisit_h

SHARE = np.array([0.5, 0.3, 0.2])
OCCUPANCY = np.array([[0.0, 0.7, 0.35], [0.9, 1.0, 0.1]])
STATIONS = np.array([2, 1, 3])
SEES = np.array([[True, True, True], [True, False, True], [False, False, True]])
COVERAGE = np.array([[0.4, 2.0, 0.05], [0.3, 0.0, 0.05], [0.0, 0.0, 0.01]])


def station_states(occupancy: np.ndarray) -> list[tuple[float, tuple[int, ...]]]:
    """Probability of each pattern of occupied stations, and the craft on station in each row."""
    rows = np.repeat(np.arange(STATIONS.size), STATIONS)
    states = []
    for pattern in product([0, 1], repeat=rows.size):
        on = np.array(pattern)
        chance = np.where(on, occupancy[rows], 1 - occupancy[rows]).prod()
        states.append((chance, tuple(np.bincount(rows, weights=on, minlength=STATIONS.size).astype(int))))
    return states


@pytest.mark.parametrize("craft", range(8))
def test_presence_enumerated(craft: int) -> None:
    expected = [
        sum(
            pi * chance
            for pi, sees in zip(SHARE, SEES, strict=True)
            for chance, on in station_states(future)
            if (np.array(on) * sees).sum() >= craft
        )
        for future in OCCUPANCY
    ]
    np.testing.assert_allclose(presence_share(SHARE, SEES, OCCUPANCY, STATIONS, craft), expected, rtol=0, atol=1e-14)


def test_detection_enumerated() -> None:
    expected = [
        sum(
            pi * chance * -np.expm1(-np.dot(on, coverage))
            for pi, coverage in zip(SHARE, COVERAGE, strict=True)
            for chance, on in station_states(future)
        )
        for future in OCCUPANCY
    ]
    np.testing.assert_allclose(detection_share(SHARE, COVERAGE, OCCUPANCY, STATIONS), expected, rtol=0, atol=1e-14)


def test_leading_axes_are_kept() -> None:
    occupancy = np.linspace(0, 1, 4 * 5 * 3).reshape(4, 5, 3)
    for law, weather in ((presence_share, SEES), (detection_share, COVERAGE)):
        extra = (2,) if law is presence_share else ()
        table = law(SHARE, weather, occupancy, STATIONS, *extra)
        assert table.shape == (4, 5)
        assert table[3, 2] == pytest.approx(float(law(SHARE, weather, occupancy[3, 2], STATIONS, *extra)), abs=1e-15)


def test_nobody_there() -> None:
    nobody = np.zeros((2, 0)), np.zeros(0, dtype=np.int64)
    np.testing.assert_array_equal(detection_share(SHARE, np.zeros((3, 0)), *nobody), [0.0, 0.0])
    np.testing.assert_array_equal(presence_share(SHARE, np.zeros((3, 0), bool), *nobody, 1), [0.0, 0.0])
    np.testing.assert_array_equal(presence_share(SHARE, np.zeros((3, 0), bool), *nobody, 0), [1.0, 1.0])
    np.testing.assert_array_equal(presence_share(SHARE, SEES, np.zeros((2, 3)), STATIONS, 1), [0.0, 0.0])


def test_stations_always_occupied_by_a_perfect_sensor_find_all() -> None:
    always = np.ones(3)
    assert detection_share(SHARE, np.full((3, 3), np.inf), always, STATIONS) == 1.0
    assert presence_share(SHARE, np.ones((3, 3), bool), always, STATIONS, 6) == 1.0
    assert presence_share(SHARE, np.ones((3, 3), bool), always, STATIONS, 7) == 0.0


def test_arguments_are_left_alone() -> None:
    occupancy = OCCUPANCY.copy()
    presence_share(SHARE, SEES, occupancy, STATIONS, 2)
    detection_share(SHARE, COVERAGE, occupancy, STATIONS)
    np.testing.assert_array_equal(occupancy, OCCUPANCY)


def test_revisit_is_the_mean_gap_within_the_window() -> None:
    np.testing.assert_array_equal(revisit_h(np.array([0.0, 1e-9, 0.02, 4.0]), 8760.0), [8760.0, 8760.0, 50.0, 0.25])


def test_attainment() -> None:
    value = np.array([0.0, 0.2, 0.4, 0.9])
    np.testing.assert_allclose(attainment(value, 0.4, False), [0.0, 0.5, 1.0, 1.0])
    hours = np.array([0.0, 24.0, 48.0, 96.0, 8760.0])
    np.testing.assert_allclose(attainment(hours, 48.0, True), [1.0, 1.0, 1.0, 0.5, 48 / 8760])


def test_attainment_of_many_requirements_at_once() -> None:
    value = np.array([[0.4, 60.0, np.nan], [0.8, 30.0, 0.1]])
    met = attainment(value, np.array([0.8, 48.0, 0.2]), np.array([False, True, False]))
    np.testing.assert_allclose(met, [[0.5, 0.8, np.nan], [1.0, 1.0, 0.5]])
