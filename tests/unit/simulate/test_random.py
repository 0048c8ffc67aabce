import numpy as np
import pytest
from scipy.stats import kstest

from fleetcraft.rng import GOLDEN
from fleetcraft.simulate.random import exponential, mix64, name_keys, open_streams, uniform, unit

MASK = 2**64 - 1


def python_mix64(word: int) -> int:
    """SplitMix64's finaliser in whole numbers (Steele, Lea and Flood, 2014)."""
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB & MASK
    return word ^ (word >> 31)


def test_published_sequence_of_seed_zero():
    """The first outputs of SplitMix64 seeded with 0, as in the reference implementation."""
    words = [int(mix64(np.uint64(n * int(GOLDEN) & MASK))) for n in (1, 2, 3)]
    assert words == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_a_stream_is_keyed_by_replication_and_name():
    names = name_keys(["failure/drone/0", "weather/bay"])
    streams = np.zeros(2, np.uint64)
    open_streams(streams, names, np.uint64(12345))
    assert [int(s) for s in streams] == [python_mix64(12345 + python_mix64(int(n)) & MASK) for n in names]
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


def test_uniform_and_exponential_follow_their_laws():
    streams = name_keys(["a stream"])
    assert kstest([uniform(streams, 0) for _ in range(5000)], "uniform").pvalue > 1e-3
    assert kstest([exponential(streams, 0, 3.0) for _ in range(5000)], "expon", args=(0, 3.0)).pvalue > 1e-3


def test_exponential_of_no_mean_and_of_no_end():
    streams = name_keys(["a stream"])
    assert exponential(streams, 0, 0.0) == 0.0
    assert exponential(streams, 0, np.inf) == np.inf
