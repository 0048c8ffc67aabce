"""The points of a study: each design against what defines it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from builders import make_scenario
from fleetcraft.study.engine.blocks import Point
from fleetcraft.study.questionnaire.designs import (
    designed,
    grid,
    latin_hypercube,
    one_at_a_time,
    points_in,
    sobol_sequence,
)
from fleetcraft.study.questionnaire.questions import Design, Factor, Kind, Named, Study

RANGE = Factor("operations.endurance_reserve", 0.1, 0.5, likely=0.2)
LISTED = Factor("operations.people_limit", 100.0, 300.0, values=(100.0, 150.0, 300.0), whole=True)
WHOLE = Factor("operations.people_limit", 100.0, 300.0, whole=True)


def study_of(kind: Kind, *factors: Factor, seed: int = 1, asked: int = 1, **stated: Any) -> Study:
    scenario = make_scenario()
    return Study(
        name="study",
        verb="plan",
        options={},
        seed=seed,
        factors=factors,
        design=Design(kind, stated),
        outputs=("attainment.simulated",),
        asked=tuple(Named(str(number), None, scenario) for number in range(asked)),
    )


def test_a_grid_is_every_combination_the_last_factor_moving_fastest() -> None:
    found = grid([RANGE, LISTED, replace(RANGE, low=0.0, high=1.0)], 3)
    expected = list(product((0.1, 0.3, 0.5), (100.0, 150.0, 300.0), (0.0, 0.5, 1.0)))
    assert found.tolist() == [pytest.approx(row) for row in expected]


@given(points=st.integers(1, 60), factors=st.integers(1, 5), seed=st.integers(0, 1000))
def test_a_latin_hypercube_has_each_stratum_of_each_factor_once(points: int, factors: int, seed: int) -> None:
    shares = latin_hypercube([f"f{i}" for i in range(factors)], points, seed)
    strata = np.sort(np.floor(shares * points), axis=0)
    assert (strata == np.arange(points)[:, None]).all()


def test_a_latin_hypercube_follows_names_and_its_factors_go_their_own_ways() -> None:
    found = latin_hypercube(["a", "b", "c"], 500, 7)
    turned = latin_hypercube(["c", "a", "b"], 500, 7)
    assert (turned == found[:, [2, 0, 1]]).all()
    apart = np.corrcoef(found.T) - np.eye(3)
    assert np.abs(apart).max() < 0.15
    assert (latin_hypercube(["a", "b", "c"], 500, 8) != found).all()


def test_a_sobol_sequence_fills_the_cube_more_evenly_than_chance() -> None:
    shares = sobol_sequence(4, 256, 1)
    assert shares.shape == (256, 4)
    assert (np.sort(np.floor(shares * 256), axis=0) == np.arange(256)[:, None]).all()  # a (0, m, 1)-net in each factor
    chance = np.random.default_rng(1).random((256, 4))
    assert qmc.discrepancy(shares) < qmc.discrepancy(chance) / 5
    assert (sobol_sequence(4, 256, 1) == shares).all()
    assert (sobol_sequence(4, 256, 2) != shares).any()


def test_a_tornado_moves_one_factor_at_a_time_from_what_is_stated() -> None:
    points = designed(study_of("tornado", RANGE, WHOLE))
    assert [point.values for point in points] == [
        (None, None), (0.1, None), (0.5, None), (None, 100.0), (None, 300.0),
    ]  # fmt: skip
    assert np.isnan(one_at_a_time([RANGE])[0]).all()


def test_cases_and_plans_are_a_point_each() -> None:
    assert list(designed(study_of("cases", asked=3))) == [Point(0, (), 0), Point(1, (), 1), Point(2, (), 2)]


@pytest.mark.parametrize(
    ("kind", "stated"),
    [
        ("grid", {"levels": 4}),
        ("latin_hypercube", {"points": 20}),
        ("sobol", {"points": 16}),
        ("tornado", {}),
        ("morris", {"trajectories": 3, "levels": 4}),
        ("saltelli", {"base": 8}),
    ],
)
def test_every_design_has_as_many_points_as_it_says_within_the_ranges(kind: Kind, stated: dict[str, int]) -> None:
    factors = (RANGE, LISTED)
    points = designed(study_of(kind, *factors, **stated))
    assert len(points) == points_in(kind, factors, stated, 1) == len(list(points))
    assert [point.number for point in points] == list(range(len(points)))
    for factor, column in zip(factors, points.values.T, strict=True):
        known = column[~np.isnan(column)]
        assert ((factor.low <= known) & (known <= factor.high)).all()
    assert list(points) == list(designed(study_of(kind, *factors, **stated)))


def test_a_whole_factor_takes_whole_numbers_and_listed_values_equal_parts() -> None:
    classes = Factor("platforms.drone.max_sea_state_operate", 3.0, 6.0, whole=True)
    shares = latin_hypercube(["classes"], 600, 1)[:, 0]
    assert [[classes.at(share) for share in shares].count(value) for value in (3.0, 4.0, 5.0, 6.0)] == [150] * 4
    assert (classes.at(0.0), classes.at(1.0)) == (3.0, 6.0)
    taken = [LISTED.at(share) for share in np.arange(0, 300) / 300]
    assert [taken.count(value) for value in LISTED.values] == [100, 100, 100]
    assert LISTED.at(1.0) == 300.0
