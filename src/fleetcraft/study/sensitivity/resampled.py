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
from scipy.special import ndtri

from fleetcraft.rng import key64
from fleetcraft.simulate.measures import CONFIDENCE, Estimate

Floats = NDArray[np.float64]
Json = dict[str, Any]

RESAMPLES = 1000


@dataclass(frozen=True)
class Resampled:
    """The sample itself and its resamples (m of them in all, the sample first), as weights.

    ``rows`` (m, n) and ``batches`` (m, J) add up to 1; ``pairs`` (m, J, J) weigh products of two different batches.
    """

    rows: Floats
    batches: Floats
    pairs: Floats

    def mean(self, values: Floats) -> Floats:
        """Mean of values (n, J) over rows and batches, (m,)."""
        return np.asarray(((self.rows @ values) * self.batches).sum(axis=1))

    def mean_product(self, one: Floats, other: Floats) -> Floats:
        """Mean over rows of the product of two row means, each (n, J), free of noise, (m,)."""
        products = (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)
        return np.asarray(((self.rows @ products) * self.pairs.reshape(len(self.rows), -1)).sum(axis=1))

    def squared_mean(self, values: Floats) -> Floats:
        """Square of the mean of values (n, J) over rows, free of noise, (m,)."""
        means = self.rows @ values
        return np.asarray(np.einsum("mj,mk,mjk->m", means, means, self.pairs))


def resample(rows: int, batches: int, seed: int) -> Resampled:
    """A sample of so many rows and batches with its resamples; the same seed, the same resamples."""
    draw = np.random.default_rng(int(key64(seed, "sensitivity", 0, "resample")))
    of_rows = _with_the_sample(draw, rows)
    of_batches = _with_the_sample(draw, batches)
    return Resampled(of_rows / rows, of_batches / batches, _pairs(of_batches))


def _with_the_sample(draw: np.random.Generator, size: int) -> Floats:
    """How often each of ``size`` is in the sample (once) and in each resample, (1 + RESAMPLES, size)."""
    drawn = draw.multinomial(size, np.full(size, 1.0 / size), size=RESAMPLES)
    return np.vstack([np.ones((1, size)), drawn])


def _pairs(counts: Floats) -> Floats:
    """Weights of the products of two different draws of batches; of the one batch with itself where there is one."""
    size = counts.shape[1]
    if size == 1:
        return np.ones((len(counts), 1, 1))
    different = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(size)
    return np.asarray(different / (size * (size - 1)))


def with_interval(drawn: Floats) -> Estimate:
    """The sample's own figure, and 1.96 standard deviations of its resamples to either side."""
    half = float(ndtri((1 + CONFIDENCE) / 2) * drawn[1:].std(ddof=1))
    return Estimate(float(drawn[0]), float(drawn[0]) - half, float(drawn[0]) + half)


def told(found: Estimate) -> Json:
    """An estimate as plain data; None for what cannot be told."""
    figures = {"value": found.mean, "low": found.low, "high": found.high}
    return {name: None if np.isnan(figure) else figure for name, figure in figures.items()}
