"""Where the numbers of F futures come from, by name: independent of one another, or spread as a Latin hypercube."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from fleetcraft import rng

Floats = NDArray[np.float64]
Uniform = Callable[[Sequence[str]], Floats]  # independent numbers of (0, 1) by name, (F, names)

Block = Literal["solve", "loop", "judge"]


class Source(Protocol):
    """Numbers of F futures by name."""

    def uniform(self, names: Sequence[str]) -> Floats:
        """Numbers of (0, 1), shape (F, names)."""

    def normal(self, names: Sequence[Sequence[str]], root: Floats) -> Floats:
        """Standard normal numbers of n rows of C names, shape (F, n, C), correlated within a row as root rootᵀ."""


@dataclass(frozen=True)
class Independent:
    """Each future's numbers have nothing to do with another's."""

    numbers: Uniform

    def uniform(self, names: Sequence[str]) -> Floats:
        """Numbers of (0, 1), shape (F, names)."""
        return self.numbers(names)

    def normal(self, names: Sequence[Sequence[str]], root: Floats) -> Floats:
        """Standard normal numbers of n rows of C names, shape (F, n, C), correlated within a row as root rootᵀ."""
        drawn = self.numbers([name for row in names for name in row])
        correlated: Floats = ndtri(drawn).reshape(len(drawn), len(names), len(root)) @ root.T
        return correlated


@dataclass(frozen=True)
class Stratified:
    """Of the F numbers of a name one lies in each of F equal strata: a Latin hypercube.

    Which future gets which stratum, and where in it, are numbers of their own for each name, so that no name changes
    another's (McKay, Beckman and Conover, 1979). Correlated numbers take their strata from the ranks of correlated
    independent ones (Iman and Conover, 1982).
    """

    numbers: Uniform

    def uniform(self, names: Sequence[str]) -> Floats:
        """Numbers of (0, 1), shape (F, names)."""
        return self._spread(self.numbers([f"order/{name}" for name in names]), names)

    def normal(self, names: Sequence[Sequence[str]], root: Floats) -> Floats:
        """Standard normal numbers of n rows of C names, shape (F, n, C), correlated within a row as root rootᵀ."""
        ordered = Independent(self.numbers).normal([[f"order/{name}" for name in row] for row in names], root)
        drawn = self._spread(ordered.reshape(len(ordered), -1), [name for row in names for name in row])
        spread: Floats = ndtri(drawn).reshape(ordered.shape)
        return spread

    def _spread(self, order: Floats, names: Sequence[str]) -> Floats:
        return rng.spread(order, self.numbers([f"within/{name}" for name in names]))
