"""The kernel's random numbers drawn once more in plain Python.

The ziggurat is written from Marsaglia and Tsang (2000), section 3: strips of equal area V under exp(-x), the base strip
with the tail beyond R; a word's low byte picks the strip, its upper 52 bits the place in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

import numpy as np

from fleetcraft import rng
from fleetcraft.rng import GOLDEN
from fleetcraft.simulate.random import name_keys

MASK = 2**64 - 1

R = 7.69711747013104972  # where the tail begins, as published for 256 strips
V = (R + 1.0) * exp(-R)


def python_mix64(word: int) -> int:
    """SplitMix64's finaliser in whole numbers (Steele, Lea and Flood, 2014)."""
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB & MASK
    return word ^ (word >> 31)


def stream_key(replication: int, name: str) -> int:
    """Where the stream of a name starts in a replication."""
    return python_mix64(int(replication) + python_mix64(int(name_keys([name])[0])) & MASK)


def operations_key(index: int = 0, seed: int = 1) -> np.uint64:
    """The replication's key that ``simulate`` and ``played`` use."""
    return rng.key64(seed, "judge", index, "operations")


def _strips() -> list[tuple[float, float]]:
    """Left neighbour's and own right edge of each strip from the one above the base upwards."""
    strips, right = [], R
    for strip in range(255):
        left = -log(exp(-right) + V / right) if strip < 254 else 0.0
        strips.append((left, right))
        right = left
    return strips


STRIPS = _strips()


def unit(word: int) -> float:
    return ((word >> 12) + 0.5) * 2.0**-52


class Stream:
    """One stream of a replication."""

    def __init__(self, replication: int, name: str) -> None:
        self.state = stream_key(replication, name)

    def word(self) -> int:
        self.state = self.state + int(GOLDEN) & MASK
        return python_mix64(self.state)

    def uniform(self) -> float:
        return unit(self.word())

    def exponential(self, mean: float) -> float:
        word = self.word()
        strip = word & 255
        if strip == 0:
            x = unit(word) * V / exp(-R)
            return mean * x if x < R else mean * R + self.exponential(mean)  # the tail is the law itself, shifted
        left, right = STRIPS[strip - 1]
        x = unit(word) * right
        if x < left:
            return mean * x
        height = exp(-right) + self.uniform() * (exp(-left) - exp(-right))
        return mean * x if height < exp(-x) else self.exponential(mean)

    def exponentials(self, mean: float) -> Iterator[float]:
        while True:
            yield self.exponential(mean)
