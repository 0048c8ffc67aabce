"""Taut ways are shortest among their neighbours and keep off the land."""

from __future__ import annotations

import numpy as np
import pytest

from fleetcraft.geo.land import crosses_shore, land
from fleetcraft.geo.sphere import arc_nm, length_nm, unit_vectors
from fleetcraft.geo.taut import CLEARANCE_NM, capes, pulled_taut, rounded, straightened

ROUND_KII = np.array([[134.2, 32.6], [134.6, 33.0], [135.3, 32.9], [135.8, 32.8], [136.6, 33.2], [137.0, 33.9]])
ROUND_NOTO = np.array([[136.2, 36.9], [136.0, 37.7], [137.0, 38.2], [138.2, 37.9], [137.5, 37.2]])
ROUND_KYUSHU = np.array([[129.4, 34.0], [128.0, 33.0], [128.8, 30.6], [130.6, 30.7], [132.4, 31.4], [132.4, 32.7]])
ROUND_WRANGEL = np.array([[176.5, 71.3], [179.0, 72.5], [-176.0, 72.2], [-175.5, 70.6]])
WAYS = [ROUND_KII, ROUND_NOTO, ROUND_KYUSHU, ROUND_WRANGEL]


def crosses(way: np.ndarray) -> bool:
    return bool(crosses_shore(way[:-1], way[1:]).any())


@pytest.mark.parametrize("way", WAYS)
def test_a_taut_way_is_shorter_keeps_its_ends_and_stays_on_water(way: np.ndarray) -> None:
    (taut,) = pulled_taut([way])
    assert not crosses(way)
    assert not crosses(taut)
    assert length_nm(taut) < length_nm(way)
    assert np.array_equal(taut[[0, -1]], way[[0, -1]])


@pytest.mark.parametrize("way", WAYS)
def test_every_bend_of_a_taut_way_is_at_a_cape(way: np.ndarray) -> None:
    (taut,) = pulled_taut([way])
    chord, _ = land().shore_points.query(unit_vectors(*taut[1:-1].T))
    assert (chord * 3440.0 < 3 * CLEARANCE_NM).all()


@pytest.mark.parametrize("way", WAYS)
def test_no_nearby_way_is_shorter(way: np.ndarray) -> None:
    """Moving bends by up to a mile either lengthens the way or runs it ashore, but for the clearance."""
    (taut,) = pulled_taut([way])
    rng = np.random.default_rng(5)
    for _ in range(300):
        moved = taut.copy()
        moved[1:-1] += rng.normal(0.0, 1 / 120, moved[1:-1].shape)
        if not crosses(moved):
            assert length_nm(moved) > length_nm(taut) - 4 * CLEARANCE_NM * len(taut)


def test_pulling_again_changes_nothing() -> None:
    once = pulled_taut(WAYS)
    again = pulled_taut(once)
    assert [length_nm(w) for w in again] == pytest.approx([length_nm(w) for w in once], abs=0.02)


def test_ways_are_pulled_each_for_itself() -> None:
    together = pulled_taut(WAYS)
    for way, taut in zip(WAYS, together, strict=True):
        assert length_nm(pulled_taut([way])[0]) == pytest.approx(length_nm(taut), abs=0.02)


def test_bends_on_open_water_go() -> None:
    wandering = np.array([[-150.0, 10.0], [-149.0, 14.0], [-146.0, 9.0], [-143.0, 15.0], [-140.0, 12.0]])
    (straight,) = straightened([wandering])
    assert np.array_equal(straight, wandering[[0, -1]])
    assert np.array_equal(pulled_taut([wandering])[0], wandering[[0, -1]])


def test_straight_ways_and_no_ways_stay_as_they_are() -> None:
    straight = np.array([[-150.0, 10.0], [-140.0, 12.0]])
    assert pulled_taut([]) == []
    assert np.array_equal(pulled_taut([straight])[0], straight)
    assert np.array_equal(pulled_taut([straight[:1]])[0], straight[:1])


def test_capes_of_one_bend_go_round_its_own_side() -> None:
    """From the west of Noto over its north to the east: two legs that touch the northernmost cape."""
    before, bend, after = np.array([136.5, 37.4]), np.array([137.2, 38.2]), np.array([137.6, 37.2])
    assert not crosses(np.stack([before, bend, after]))
    turn = capes(before, bend, after)
    assert np.array_equal(turn[[0, -1]], np.stack([before, after]))
    assert length_nm(turn) < length_nm(np.stack([before, bend, after]))
    assert not crosses(turn)
    assert turn[1:-1, 1].max() > 37.4


def test_a_bend_with_no_land_inside_is_cut_off() -> None:
    before, bend, after = np.array([-150.0, 10.0]), np.array([-149.0, 12.0]), np.array([-148.0, 10.0])
    assert np.array_equal(capes(before, bend, after), np.stack([before, after]))


def test_a_flat_bend_is_left_alone() -> None:
    flat = np.array([[140.0, 0.0], [141.0, 0.0], [142.0, 0.0]])
    assert len(rounded([flat], first=1)[0]) <= 3
    assert length_nm(rounded([flat], first=1)[0]) == pytest.approx(120.0, rel=0.01)


def test_legs_too_long_for_a_plane_are_left_alone() -> None:
    before, bend, after = np.array([0.0, 0.0]), np.array([85.0, 5.0]), np.array([170.0, 0.0])
    assert arc_nm(before, bend) > 5000.0
    assert np.array_equal(capes(before, bend, after), np.stack([before, bend, after]))
