"""Ranking and selection: which of some systems is best, with a stated confidence (Kim and Nelson's procedure KN).

Observation j of all systems comes from the same random numbers. Of k systems the one with the largest mean is sought;
means less than the indifference delta apart count as alike. With alpha = 1 - confidence and n0 first observations:

- eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2 and h^2 = 2 eta (n0 - 1);
- S_il^2 is the variance of X_ij - X_lj over the first n0 observations;
- after r = n0, n0 + 1, ... observations system i is eliminated where, for some l that was still in,
  mean_i(r) < mean_l(r) - W_il(r), with W_il(r) = max(0, delta / (2 r) (h^2 S_il^2 / delta^2 - r));
- it ends when one system is left, or all that are left have equal means and no W above 0.

Where observations are normal and the best mean is at least delta above all others, it is the one left with a
probability of at least 1 - alpha, whatever the correlation between systems: errors of the k - 1 pairs with the best
add up to alpha at most. Where others are closer, one of those within delta should be left; the tests measure this.

Source: S.-H. Kim and B. L. Nelson, A fully sequential procedure for indifference-zone selection in simulation, ACM
Transactions on Modeling and Computer Simulation 11 (2001) 251-273, with c = 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

GROWTH = 1.1
"""Observations are asked for in rounds, a tenth more every time; where a system is eliminated does not depend on it."""


@dataclass(frozen=True)
class Procedure:
    """What is asked of a selection.

    ``indifference`` in the observations' unit; ``first`` observations of every system come before any is eliminated,
    after ``most`` of them it ends whoever is left. Raises ValueError where any of these makes no sense.
    """

    indifference: float
    confidence: float
    first: int
    most: int

    def __post_init__(self) -> None:
        if not 0 < self.indifference < math.inf:
            raise ValueError(f"indifference: found {self.indifference}, expected a number above 0")
        if not 0.5 < self.confidence < 1:
            raise ValueError(f"confidence: found {self.confidence}, expected between 0.5 and 1")
        if not 2 <= self.first <= self.most:
            raise ValueError(f"first: found {self.first}, expected from 2 to the {self.most} there are at most")

    def h2(self, systems: int) -> float:
        """The constant h^2 that scales how far systems may drift apart before one is eliminated."""
        freedom = self.first - 1
        eta = (math.pow(2 * (1 - self.confidence) / (systems - 1), -2 / freedom) - 1) / 2
        return 2 * eta * freedom


@dataclass(frozen=True)
class Screening:
    """Where a selection stands.

    ``eliminated_after`` tells of each system after how many observations it was eliminated, None where it is still in.
    ``asked`` are the numbers of the observations to make next, of those still in; empty where it has ended. As far as
    is known, it has ended after ``latest`` observations.
    ``best`` has the largest mean of those still in; ``guaranteed`` whether it is the procedure's selection.
    """

    eliminated_after: tuple[int | None, ...]
    asked: range
    latest: int
    best: int | None
    guaranteed: bool

    @property
    def left(self) -> tuple[int, ...]:
        """The systems still in."""
        return tuple(i for i, after in enumerate(self.eliminated_after) if after is None)


def screened(observations: Floats, procedure: Procedure) -> Screening:
    """Where the selection stands after observations (k, n), nan where a system was eliminated before.

    It follows from the observations alone: those made past an elimination, or past the end, change nothing.
    Raises ValueError where there are fewer than two systems, or one still in has no observation.
    """
    systems, made = observations.shape
    if systems < 2:
        raise ValueError("a selection needs at least two systems")
    if made < procedure.first:
        asked = range(made, procedure.first)
        return Screening((None,) * systems, asked, procedure.first, None, guaranteed=False)
    reach = _reach(observations[:, : procedure.first], procedure)
    means = observations.cumsum(axis=1) / np.arange(1, made + 1)
    left = np.ones(systems, dtype=np.bool_)
    after: list[int | None] = [None] * systems
    for r in range(procedure.first, min(made, procedure.most) + 1):
        mean = means[:, r - 1]
        if np.isnan(mean[left]).any():
            raise ValueError(f"a system that is still in has no observation {r - 1}")
        for i in np.flatnonzero(left & _beaten(mean, reach, left, procedure.indifference, r)):
            after[i], left[i] = r, False
        if left.sum() == 1 or (reach[np.ix_(left, left)] <= r).all():
            return Screening(tuple(after), range(0), r, _best(mean, left), guaranteed=True)
    latest = min(procedure.most, math.floor(reach[np.ix_(left, left)].max()) + 1)
    asked = range(made, min(latest, max(made + 1, round(made * GROWTH))))
    return Screening(tuple(after), asked, latest, _best(mean, left), guaranteed=False)


def _reach(first: Floats, procedure: Procedure) -> Floats:
    """h^2 S_il^2 / delta^2, (k, k): after so many observations no drift between i and l is let pass any more."""
    variance = (first[:, None] - first[None, :]).var(axis=2, ddof=1)
    reach: Floats = procedure.h2(len(first)) * variance / procedure.indifference**2
    return reach


def _beaten(mean: Floats, reach: Floats, left: Booleans, indifference: float, r: int) -> Booleans:
    """Which systems lie further behind one that is still in than the continuation region lets them, (k,)."""
    margin = np.maximum(0.0, indifference / (2 * r) * (reach - r))
    return np.asarray((left & (mean[:, None] < mean[None, :] - margin)).any(axis=1))


def _best(mean: Floats, left: Booleans) -> int:
    return int(np.argmax(np.where(left, mean, -np.inf)))


def fewest_years(share: float, confidence: float, systems: int) -> int:
    """Years in which what happens with that share of years is seen at least once, of each other system.

    (1 - share)^n <= (1 - confidence) / (systems - 1): what costs a system no more than 1 a year, and delta on average,
    happens in at least a share delta of its years. Years too few to see it would look alike, with no variance.
    """
    return math.ceil(math.log((1 - confidence) / (systems - 1)) / math.log1p(-share))
