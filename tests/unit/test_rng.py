"""Numbers are functions of their keys alone, and as even as random numbers should be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from fleetcraft import rng

NAMES = [f"lead_time/{chr(97 + n)}" for n in range(20)]


def test_a_key_depends_on_each_of_its_parts() -> None:
    parts = [
        (s, b, i, n) for s in (1, 11) for b in ("solve", "loop", "judge") for i in (1, 11) for n in ("1", "11", "")
    ]
    assert len({int(rng.key64(*key)) for key in parts}) == len(parts)


def test_parts_do_not_run_into_each_other() -> None:
    assert rng.key64(1, "judge", 11, "x") != rng.key64(11, "judge", 1, "x")
    assert rng.key64(1, "judge", 1, "1x") != rng.key64(1, "judge", 11, "x")
    assert rng.key64(1, "judge1", 1, "x") != rng.key64(1, "judge", 11, "x")


def test_a_key_is_the_same_everywhere_and_for_ever() -> None:
    """Stored runs can be repeated only while this holds: BLAKE2b of 64 bits, as b2sum -l 64 gives it."""
    assert rng.key64(1, "judge", 0, "operations").tobytes().hex() == "657f68e2b1663618"


@pytest.mark.parametrize("bins", [2, 16, 1000])
def test_numbers_are_uniform(bins: int) -> None:
    drawn = rng.uniform(7, "solve", range(5000), NAMES)
    counts, _ = np.histogram(drawn, bins=bins, range=(0.0, 1.0))
    assert 0.001 < stats.chisquare(counts).pvalue < 0.999


def test_neighbours_are_unrelated() -> None:
    drawn = rng.uniform(7, "solve", range(5000), NAMES)
    by_index = stats.pearsonr(drawn[:-1].ravel(), drawn[1:].ravel())
    by_name = stats.pearsonr(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())
    by_block = stats.pearsonr(drawn.ravel(), rng.uniform(7, "loop", range(5000), NAMES).ravel())
    by_seed = stats.pearsonr(drawn.ravel(), rng.uniform(8, "solve", range(5000), NAMES).ravel())
    assert min(pair.pvalue for pair in (by_index, by_name, by_block, by_seed)) > 0.001


def test_the_grouping_of_calls_does_not_matter() -> None:
    together = rng.uniform(3, "judge", range(6), NAMES)
    for i in (5, 0, 3):
        for n in (19, 0, 7):
            assert rng.uniform(3, "judge", [i], [NAMES[n]]) == together[i, n]
    reversed_ = rng.uniform(3, "judge", range(5, -1, -1), NAMES[::-1])
    np.testing.assert_array_equal(reversed_, together[::-1, ::-1])


def test_nothing_asked_for_gives_nothing_of_the_right_shape() -> None:
    assert rng.uniform(1, "solve", [], NAMES).shape == (0, len(NAMES))
    assert rng.uniform(1, "solve", range(4), []).shape == (4, 0)


@pytest.mark.parametrize("key", [0, 2**64 - 1, 2**63, 2**63 - 1])
def test_a_number_is_never_0_or_1(monkeypatch: pytest.MonkeyPatch, key: int) -> None:
    monkeypatch.setattr(rng, "key64", lambda *_: np.uint64(key))
    (number,) = rng.uniform(1, "solve", [0], ["x"])[0]
    assert 0.0 < number < 1.0


# Latin hypercube


@pytest.mark.parametrize("count", [1, 2, 63, 64, 1000])
def test_spread_numbers_lie_one_in_each_stratum_in_the_order_given(count: int) -> None:
    order, within = (rng.uniform(seed, "solve", range(count), NAMES) for seed in (1, 2))
    spread = rng.spread(order, within)
    np.testing.assert_array_equal(spread.argsort(axis=0), order.argsort(axis=0))
    np.testing.assert_array_equal(np.sort(np.floor(spread * count), axis=0)[:, 0], np.arange(count))
    np.testing.assert_allclose(spread * count % 1, within, atol=1e-9)


@pytest.mark.parametrize("place", [2.0**-53, 1 - 2.0**-53])
@pytest.mark.parametrize("count", [1, 3, 64, 1000])
def test_a_spread_number_leaves_its_stratum_on_no_side(place: float, count: int) -> None:
    spread = rng.spread(np.arange(float(count))[:, None], np.full((count, 1), place))[:, 0]
    assert spread[0] > 0.0
    assert spread[-1] < 1.0
    assert (np.abs(spread * count - np.arange(count) - place) < 1e-9).all()
    assert (np.diff(spread) > 0).all()


def test_nothing_to_spread_gives_nothing() -> None:
    assert rng.spread(np.empty((0, 3)), np.empty((0, 3))).shape == (0, 3)
