"""Random numbers inside the kernels: SplitMix64 as a counter generator (Steele, Lea and Flood, 2014).

The law is that of ``fleetcraft.rng``: draw n = 1, 2, ... of a stream is mix64(key + n GOLDEN). A stream's key is
mix64(replication's key + mix64(name's key)), where the replication's key comes from (seed, block, index) and the name
tells whose numbers they are by ids ('failure/<platform>/<number>', 'weather/<area>', ...), never by position.

Exponential numbers come from the ziggurat of Marsaglia and Tsang (2000) with 256 layers of equal area under exp(-x):
nearly always one draw and one multiplication.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from fleetcraft.rng import GOLDEN
from fleetcraft.simulate.jit import called_kernel, kernel

Words = NDArray[np.uint64]

_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_DROPPED = np.uint64(12)
_TO_UNIT = 2.0**-52

_LAYERS = 256
_LAYER = np.uint64(_LAYERS - 1)


def _edges() -> NDArray[np.float64]:
    """Right edges of the layers, (257,): of the base drawn as a rectangle, of layers 1 to 255, and 0.

    The tail beyond ``edges[1]`` and every layer have one area; ``edges[1]`` is the value (by bisection) for which the
    topmost layer ends at x = 0, where exp(-x) is 1.
    """
    low, high = 7.0, 8.0
    while True:
        middle = (low + high) / 2
        area = (middle + 1.0) * exp(-middle)
        edges = [middle + 1.0, middle]
        while len(edges) <= _LAYERS and edges[-1] > 0.0:
            edges.append(-log(min(exp(-edges[-1]) + area / edges[-1], 1.0)))
        if middle in (low, high):
            return np.array([*edges[:_LAYERS], 0.0])
        low, high = (low, middle) if edges[-1] > 0.0 else (middle, high)


_EDGE = _edges()
_HEIGHT = np.exp(-_EDGE)
_WIDTH = _EDGE[:-1] * _TO_UNIT


def name_keys(names: Sequence[str]) -> Words:
    """A 64-bit key for each name, shape (names,)."""
    digests = [blake2b(name.encode(), digest_size=8).digest() for name in names]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


@kernel
def mix64(word: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: a bijection of 64-bit words in which every bit depends on every bit."""
    word = (word ^ (word >> _SHIFTS[0])) * _FIRST
    word = (word ^ (word >> _SHIFTS[1])) * _SECOND
    return word ^ (word >> _SHIFTS[2])


@kernel
def open_streams(streams: Words, names: Words, replication: np.uint64) -> None:
    """Set every stream (N,) to the start of its replication."""
    for i in range(len(names)):
        streams[i] = mix64(replication + mix64(names[i]))


@kernel
def unit(word: np.uint64) -> float:
    """The number of (0, 1) that the word's upper 52 bits make; exact, never 0 or 1."""
    return (np.float64(word >> _DROPPED) + 0.5) * _TO_UNIT


@kernel
def uniform(streams: Words, i: int) -> float:
    """The next number of (0, 1) of stream ``i``."""
    streams[i] += GOLDEN
    return unit(mix64(streams[i]))


@called_kernel
def exponential(streams: Words, i: int, mean: float) -> float:
    """The next exponential number of stream ``i``; inf for a mean of inf, 0 for 0."""
    beyond = 0.0
    while True:
        streams[i] += GOLDEN
        word = mix64(streams[i])
        layer = int(word & _LAYER)
        x = (np.float64(word >> _DROPPED) + 0.5) * _WIDTH[layer]
        if x < _EDGE[layer + 1]:
            break
        if layer == 0:
            beyond += _EDGE[1]
        elif _HEIGHT[layer] + uniform(streams, i) * (_HEIGHT[layer + 1] - _HEIGHT[layer]) < exp(-x):
            break
    drawn: float = mean * (beyond + x)
    return drawn
