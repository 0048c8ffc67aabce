"""Counter-based random numbers keyed by (seed, block, index, name).

A number is a function of its key alone: the same on any number of threads, processes or machines, in any order,
and common to every plan compared. Keys name things by their ids, never by their position.

The generator is SplitMix64 (Steele, Lea and Flood, 2014) used as a counter generator: draw ``n`` of a key is
``mix64(key + n * GOLDEN)``. Keys come from BLAKE2b, so streams of different names are unrelated.
Blocks 'solve', 'loop' and 'judge' are disjoint by construction. ``spread`` makes numbers of several indices a Latin
hypercube.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_TO_UNIT = 2.0**-52  # 52 bits and a half: with 53 the largest number would round to 1


def key64(seed: int, block: str, index: int, name: str) -> np.uint64:
    """The 64-bit key of one named stream."""
    return np.uint64(_keys(seed, block, [index], [name])[0, 0])


def _keys(seed: int, block: str, indices: Sequence[int], names: Sequence[str]) -> NDArray[np.uint64]:
    starts = [f"{seed}\x1f{block}\x1f{index}\x1f".encode() for index in indices]
    ends = [name.encode() for name in names]
    digests = b"".join(blake2b(start + end, digest_size=8).digest() for start in starts for end in ends)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64).reshape(len(starts), len(ends))


def uniform(seed: int, block: str, indices: Sequence[int], names: Sequence[str]) -> NDArray[np.float64]:
    """One number of (0, 1) per index and name, shape (indices, names); never 0 or 1."""
    return ((_keys(seed, block, indices, names) >> np.uint64(12)).astype(np.float64) + 0.5) * _TO_UNIT


def spread(order: NDArray[np.float64], within: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers of (0, 1), shape (n, names): of each name's n numbers one in each of n equal strata.

    ``order`` (n, names) are any numbers, whose ranks say who gets which stratum; ``within`` numbers of (0, 1) say where
    in it. Never 0 or 1.
    """
    stratum = order.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable").astype(np.float64)
    return np.minimum(stratum + within, np.nextafter(stratum + 1, 0.0)) / max(len(order), 1)
