"""How sure a figure is that rests on some rows of points and some batches of simulated years.

Rows (of points) and batches (of years) are both drawn again with replacement, each on its own (the pigeonhole bootstrap
of Owen, 2007, which errs on the wide side). The same years are simulated at every point, so a batch is drawn for all
points at once.

A product of two means over the same batches is too large by what their noise has in common. Products are therefore
taken between different batches only, which leaves the noise out in the mean; without noise nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from fleetcraft.rng import key64
from fleetcraft.simulate.measures import CONFIDENCE, Estimate

Floats = NDArray[np.float64]
Json = dict[str, Any]

RESAMPLES = 1000
_RESAMPLES_AT_ONCE, _ROWS_AT_ONCE = 20, 1000
"""Of which counts are drawn, and worked with, as whole numbers and floats of 8 bytes: few, for the sake of memory."""


@dataclass(frozen=True)
class Resampled:
    """The sample itself and its resamples (m of them in all, the sample first).

    ``rows`` (m, n) says how often each row is drawn, a byte each. ``batches`` (m, J) are weights that add up to 1,
    ``pairs`` (m, J, J) those of products of two different batches.
    """

    rows: NDArray[np.uint8]
    batches: Floats
    pairs: Floats

    def mean(self, values: Floats) -> Floats:
        """Mean of values (n, J) over rows and batches, (m,)."""
        return np.asarray((self._row_means(values) * self.batches).sum(axis=1))

    def mean_product(self, one: Floats, other: Floats) -> Floats:
        """Mean over rows of the product of two row means, each (n, J), free of noise, (m,)."""
        means = self._row_means(one, other)
        return np.asarray((means * self.pairs.reshape(len(means), -1)).sum(axis=1))

    def squared_mean(self, values: Floats) -> Floats:
        """Square of the mean of values (n, J) over rows, free of noise, (m,)."""
        means = self._row_means(values)
        return np.asarray(np.einsum("mj,mk,mjk->m", means, means, self.pairs))

    def _row_means(self, values: Floats, times: Floats | None = None) -> Floats:
        """Means over rows of values (n, J), (m, J); or of each product with ``times`` (n, K), (m, J K)."""
        count = len(values)
        found: Floats | float = 0.0
        for at in range(0, count, _ROWS_AT_ONCE):
            some = slice(at, at + _ROWS_AT_ONCE)
            part = values[some]
            if times is not None:
                part = (part[:, :, None] * times[some, None, :]).reshape(len(part), -1)
            found = found + (self.rows[:, some] / count) @ part
        return np.asarray(found)


def resample(rows: int, batches: int, seed: int) -> Resampled:
    """A sample of so many rows and batches with its resamples; the same seed, the same resamples."""
    draw = np.random.default_rng(int(key64(seed, "sensitivity", 0, "resample")))
    of_rows = _with_the_sample(draw, rows)
    of_batches = _with_the_sample(draw, batches)
    return Resampled(of_rows, of_batches / batches, _pairs(of_batches.astype(np.float64)))


def _with_the_sample(draw: np.random.Generator, size: int) -> NDArray[np.uint8]:
    """How often each of ``size`` is in the sample (once) and in each resample, (1 + RESAMPLES, size).

    A byte holds any count: up to 255 rows none can be more; of more rows one in 1e500 would be.
    """
    counts = np.ones((1 + RESAMPLES, size), dtype=np.uint8)
    for at in range(1, len(counts), _RESAMPLES_AT_ONCE):
        some = counts[at : at + _RESAMPLES_AT_ONCE]
        some[:] = draw.multinomial(size, np.full(size, 1.0 / size), size=len(some))
    return counts


def _pairs(counts: Floats) -> Floats:
    """Weights of the products of two different draws of batches; of the one batch with itself where there is one."""
    size = counts.shape[1]
    if size == 1:
        return np.ones((len(counts), 1, 1))
    different = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(size)
    return np.asarray(different / (size * (size - 1)))


def with_interval(drawn: Floats) -> Estimate:
    """The sample's own figure, and 1.96 standard deviations of its resamples to either side."""
    return _within(drawn, float(ndtri((1 + CONFIDENCE) / 2)))


def with_interval_of_few(drawn: Floats, rows: int) -> Estimate:
    """The same of a mean over few rows, where resamples spread by sqrt((rows - 1) / rows) too little: Student's t."""
    return _within(drawn, float(stdtrit(rows - 1, (1 + CONFIDENCE) / 2) * np.sqrt(rows / (rows - 1))))


def _within(drawn: Floats, deviations: float) -> Estimate:
    half = deviations * float(drawn[1:].std(ddof=1))
    return Estimate(float(drawn[0]), float(drawn[0]) - half, float(drawn[0]) + half)
