from math import exp

import numpy as np
import pytest
from scipy.stats import kstest

from fleetcraft.rng import GOLDEN
from fleetcraft.simulate import random
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import exponential, mix64, name_keys, open_streams, uniform, unit
from unit.simulate.streams import MASK, R, Stream, python_mix64, stream_key

DRAWS = 2_000_000


@kernel
def fill(streams, mean, drawn):
    for i in range(len(drawn)):
        drawn[i] = exponential(streams, 0, mean)


@pytest.fixture(scope="module")
def drawn():
    """Two million exponential numbers of mean 1."""
    numbers = np.empty(DRAWS)
    fill(name_keys(["a stream"]), 1.0, numbers)
    return numbers


def test_published_sequence_of_seed_zero():
    """The first outputs of SplitMix64 seeded with 0, as in the reference implementation."""
    words = [int(mix64(np.uint64(n * int(GOLDEN) & MASK))) for n in (1, 2, 3)]
    assert words == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_a_stream_is_keyed_by_replication_and_name():
    names = name_keys(["failure/drone/0", "weather/bay"])
    streams = np.zeros(2, np.uint64)
    open_streams(streams, names, np.uint64(12345))
    assert [int(s) for s in streams] == [stream_key(12345, name) for name in ("failure/drone/0", "weather/bay")]
    start = int(streams[1])
    drawn = [uniform(streams, 1) for _ in range(3)]
    words = [python_mix64(start + n * int(GOLDEN) & MASK) for n in (1, 2, 3)]
    assert drawn == [((w >> 12) + 0.5) * 2.0**-52 for w in words]


def test_names_give_unlike_keys():
    names = [f"failure/drone/{n}" for n in range(1000)] + [f"repair/drone/{n}" for n in range(1000)]
    assert len(set(name_keys(names).tolist())) == 2000
    assert name_keys([]).shape == (0,)


@pytest.mark.parametrize("word", [0, 1, MASK - 1, MASK])
def test_a_unit_number_is_never_0_or_1(word):
    assert 0.0 < unit(np.uint64(word)) < 1.0


def test_uniform_follows_its_law():
    streams = name_keys(["a stream"])
    assert kstest([uniform(streams, 0) for _ in range(5000)], "uniform").pvalue > 1e-3


class TestExponential:
    def test_it_is_the_ziggurat_of_marsaglia_and_tsang(self):
        """Number for number, wedges and tail among them, and with as many words."""
        streams = np.zeros(1, np.uint64)
        open_streams(streams, name_keys(["a name"]), np.uint64(7))
        other = Stream(7, "a name")
        ours = np.empty(50_000)
        fill(streams, 3.0, ours)
        theirs = np.array([other.exponential(3.0) for _ in ours])
        assert ours == pytest.approx(theirs, rel=1e-11)
        assert ours.max() > 3.0 * R
        assert int(streams[0]) == other.state

    def test_all_layers_have_one_area(self):
        """As wide as the right edge, as high as the curve climbs from there to the left edge; the tail is e^-r."""
        edges = random._EDGE
        assert edges[1] == pytest.approx(R, rel=1e-14)
        assert edges[-1] == 0.0
        assert (np.diff(edges) < 0).all()
        base = edges[1] * exp(-edges[1]) + exp(-edges[1])
        assert edges[0] * exp(-edges[1]) == pytest.approx(base, rel=1e-14)
        assert edges[1:-1] * np.diff(np.exp(-edges[1:])) == pytest.approx(np.full(255, base), rel=1e-9)

    def test_it_follows_its_law(self, drawn):
        assert kstest(drawn, "expon").pvalue > 1e-3

    @pytest.mark.parametrize(("power", "moment"), [(1, 1.0), (2, 2.0), (3, 6.0), (4, 24.0)])
    def test_moments(self, drawn, power, moment):
        values = drawn**power
        assert values.mean() == pytest.approx(moment, abs=4.5 * values.std() / np.sqrt(DRAWS))

    @pytest.mark.parametrize("beyond", [R - 1.0, R, R + 0.5, R + 2.0, 12.0])
    def test_the_tail(self, drawn, beyond):
        share = exp(-beyond)
        assert (drawn > beyond).sum() == pytest.approx(DRAWS * share, abs=4.5 * np.sqrt(DRAWS * share))

    def test_the_smallest_numbers(self, drawn):
        """The topmost layer, where the density is 1."""
        edge = random._EDGE[-2]
        share = 1 - exp(-edge)
        assert (drawn < edge).sum() == pytest.approx(DRAWS * share, abs=4.5 * np.sqrt(DRAWS * share))

    def test_neighbours_have_nothing_to_do_with_each_other(self, drawn):
        first, second = drawn[:-1] - 1.0, drawn[1:] - 1.0
        assert (first * second).mean() == pytest.approx(0.0, abs=4.5 / np.sqrt(DRAWS))

    def test_of_no_mean_and_of_no_end(self):
        streams = name_keys(["a stream"])
        assert exponential(streams, 0, 0.0) == 0.0
        assert exponential(streams, 0, np.inf) == np.inf
