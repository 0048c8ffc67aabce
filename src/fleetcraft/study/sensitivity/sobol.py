"""Sobol indices: which share of an output's variance a factor brings in, alone (first) and with all others (total).

Estimators of Saltelli et al. (2010) for the first and of Jansen (1999) for the total index, as in SALib, with the
simulation's noise taken out (``resampled``): an index is that of the output's mean over all years there could be, the
factors being independent and each value of a range as likely as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fleetcraft.simulate.measures import Estimate
from fleetcraft.study.sensitivity.library import salib_needed, unit_problem
from fleetcraft.study.sensitivity.resampled import Floats, Json, Resampled, resample, with_interval

FEWEST_ROWS = 2
TOO_FEW = "fewer than two base rows have an answer at all their points"
CONSTANT = "it is the same at every point"
NOT_TOLD = "its variance over the points cannot be told from 0: too few points, or too much noise between years"


@dataclass(frozen=True)
class SobolIndices:
    """First and total index of each factor with 95% intervals, from ``rows`` base rows; ``dropped`` had no answer.

    Where there are none, ``reason`` says why and both are empty. An interval may reach below 0 or beyond 1.
    """

    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]
    rows: int
    dropped: int
    reason: str | None = None

    def entry(self, factors: Sequence[str]) -> list[Json]:
        """A row for each factor, named by its path, as plain data."""
        if self.reason is not None:
            return [{"factor": factor, "first": None, "total": None} for factor in factors]
        return [
            {"factor": factor, "first": first.entry("value"), "total": total.entry("value")}
            for factor, first, total in zip(factors, self.first, self.total, strict=True)
        ]


def sobol_sample(factors: int, base: int, seed: int) -> Floats:
    """Design points in the unit cube, (base * (factors + 2), factors), a base row (A, AB of each factor, B) at a time.

    A scrambled Sobol sequence; ``base`` is a power of two. Raises RunError where SALib is missing.
    """
    with salib_needed():
        from SALib.sample import sobol
    points = sobol.sample(unit_problem(factors), base, calc_second_order=False, scramble=True, seed=seed)
    return np.asarray(points, dtype=np.float64)


def sobol_indices(batches: Floats, base: int, factors: int, seed: int) -> SobolIndices:
    """The indices of an output with values ``batches`` (base * (factors + 2), J), in the order of ``sobol_sample``.

    A base row with a point without an answer (nan) is left out.
    """
    blocks = batches.reshape(base, factors + 2, -1)
    rows = blocks[~np.isnan(blocks).any(axis=(1, 2))]
    dropped = base - len(rows)
    if len(rows) < FEWEST_ROWS:
        return SobolIndices((), (), len(rows), dropped, TOO_FEW)
    rows = rows - rows.mean(axis=(0, 1))
    a, b = rows[:, 0], rows[:, -1]
    draws = resample(len(rows), rows.shape[2], seed)
    variance = _variance(draws, a, b)
    if not np.ptp(rows.mean(axis=2)):
        return SobolIndices((), (), len(rows), dropped, CONSTANT)
    if with_interval(variance).low <= 0:
        return SobolIndices((), (), len(rows), dropped, NOT_TOLD)
    moved = [rows[:, f] for f in range(1, factors + 1)]
    first = tuple(with_interval(draws.mean_product(b, ab - a) / variance) for ab in moved)
    total = tuple(with_interval(draws.mean_product(ab - a, ab - a) / (2 * variance)) for ab in moved)
    return SobolIndices(first, total, len(rows), dropped)


def _variance(draws: Resampled, a: Floats, b: Floats) -> Floats:
    """Variance of the points of A and B, without that of the simulated years, (m,)."""
    return (draws.mean_product(a, a) + draws.mean_product(b, b)) / 2 - draws.squared_mean((a + b) / 2)
