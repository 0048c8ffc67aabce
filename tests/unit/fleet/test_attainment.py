"""Attainment by hand: weights, both directions, years without a value."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_scenario
from fleetcraft.fleet.attainment import attainment, looks_or_share, mean_value
from fleetcraft.scenario.requirement import Requirement

ON_THE_BAY: dict[str, Any] = {"area": "bay", "target": "small_craft"}


@cache
def requirements() -> tuple[Requirement, ...]:
    return make_scenario(
        requirements=[
            {**ON_THE_BAY, "measure": "detection", "within_h": 4, "at_least": 0.5, "weight": 3},
            {"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.8},
            {**ON_THE_BAY, "measure": "revisit", "at_most": 48, "weight": 2},
        ]
    ).requirements


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.25, 0.4, 96.0], (3 * 0.5 + 0.5 + 2 * 0.5) / 6),
        ([0.5, 0.8, 48.0], 1.0),
        ([0.9, 1.0, 1.0], 1.0),
        ([np.nan, 0.4, 96.0], (0.5 + 2 * 0.5) / 3),
        ([0.25, np.nan, np.nan], 0.5),
    ],
)
def test_attainment_is_the_weighted_share_of_what_is_demanded(values: list[float], expected: float) -> None:
    assert attainment(requirements(), np.array(values)) == pytest.approx(expected)


def test_each_year_has_its_own_attainment() -> None:
    values = np.array([[0.25, 0.4, 96.0], [0.5, 0.8, 48.0], [np.nan] * 3])
    found = attainment(requirements(), values)
    np.testing.assert_allclose(found[:2], [0.5, 1.0])
    assert np.isnan(found[2])


def test_an_area_never_looked_at_attains_nothing() -> None:
    """Without craft the time between looks is the whole window, and attainment 0 (model.md 9)."""
    assert attainment(requirements(), np.array([0.0, 0.0, 8760.0])) == 0.0


shares = st.floats(0.0, 1.0)


@given(shares, shares, st.floats(0.1, 8760.0))
def test_attainment_stays_between_nothing_and_all(detection: float, presence: float, revisit: float) -> None:
    assert 0.0 <= attainment(requirements(), np.array([detection, presence, revisit])) <= 1.0


@given(shares, shares, st.floats(0.1, 8760.0), st.floats(0.0, 1.0))
def test_better_values_never_attain_less(detection: float, presence: float, revisit: float, more: float) -> None:
    before = attainment(requirements(), np.array([detection, presence, revisit]))
    better = np.array([min(detection + more, 1.0), min(presence + more, 1.0), revisit * (1 - more / 2)])
    assert attainment(requirements(), better) >= before - 1e-12


# Means over years


def test_means_leave_out_years_without_a_value() -> None:
    values = np.array([[0.2, np.nan, 48.0], [0.4, np.nan, np.nan], [np.nan, np.nan, np.nan]])
    np.testing.assert_allclose(mean_value(requirements(), values), [0.3, 0.0, 48.0])


def test_a_mean_revisit_is_all_hours_over_all_looks() -> None:
    """A year of 365 looks and one of a single look: 366 looks in 17,520 hours, not the mean of 24 and 8,760."""
    values = np.array([[0.5, 0.5, 24.0], [0.5, 0.5, 8760.0]])
    assert mean_value(requirements(), values)[2] == pytest.approx(2 * 8760 / 366)


@given(shares, shares, st.floats(0.1, 8760.0))
def test_looks_are_their_own_inverse(detection: float, presence: float, revisit: float) -> None:
    values = np.array([detection, presence, revisit])
    twice = looks_or_share(requirements(), looks_or_share(requirements(), values))
    np.testing.assert_allclose(twice, values, rtol=1e-12)
    np.testing.assert_array_equal(looks_or_share(requirements(), np.zeros(3)), 0.0)
