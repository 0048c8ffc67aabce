"""Morris' screening: how much an output moves where a factor is moved alone, at many places of the other factors.

An elementary effect is the change of the output for a change of one factor by its whole range (Morris, 1991). mu is
their mean, mu* the mean of their sizes (Campolongo et al., 2007), sigma their standard deviation: a sigma as large as
mu* says that a factor's effect depends on the others or bends.

Noise makes every size look larger than it is. A batch's effect therefore takes its sign from the other batches of
years: where there is an effect this is its size, where there is none it is 0 in the mean, and it never overstates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fleetcraft.simulate.measures import Estimate
from fleetcraft.study.sensitivity.library import salib_needed, unit_problem
from fleetcraft.study.sensitivity.resampled import Floats, Json, resample, with_interval_of_few

FEWEST_TRAJECTORIES = 4
TOO_FEW = "fewer than four trajectories have an answer at all their points"


@dataclass(frozen=True)
class MorrisEffects:
    """mu* with its 95% interval, mu and sigma of each factor, in the output's unit for the factor's whole range.

    From ``rows`` trajectories; ``dropped`` had a point without answer. Where there are none, ``reason`` says why.
    """

    mu_star: tuple[Estimate, ...]
    mu: tuple[Estimate, ...]
    sigma: tuple[float, ...]
    rows: int
    dropped: int
    reason: str | None = None

    def entry(self, factors: Sequence[str]) -> list[Json]:
        """A row for each factor, named by its path, as plain data."""
        if self.reason is not None:
            return [{"factor": factor, "mu_star": None, "mu": None, "sigma": None} for factor in factors]
        return [
            {"factor": factor, "mu_star": mu_star.entry("value"), "mu": mu.entry("value"), "sigma": sigma}
            for factor, mu_star, mu, sigma in zip(factors, self.mu_star, self.mu, self.sigma, strict=True)
        ]


def morris_sample(factors: int, trajectories: int, levels: int, seed: int) -> Floats:
    """Design points in the unit cube, (trajectories * (factors + 1), factors), a trajectory at a time.

    Trajectories are independent, so that their spread tells how sure the effects are. ``levels`` is even. Raises
    RunError where SALib is missing.
    """
    with salib_needed():
        from SALib.sample import morris
    points = morris.sample(unit_problem(factors), trajectories, num_levels=levels, seed=seed)
    return np.asarray(points, dtype=np.float64)


def morris_effects(x: Floats, batches: Floats, trajectories: int, seed: int) -> MorrisEffects:
    """The effects of an output with values ``batches`` (n, J) at points ``x`` (n, D), a trajectory at a time.

    ``x`` are the places in the factors' ranges that the points really have: those of ``morris_sample``, as far as a
    factor can take them. A trajectory with a point without an answer (nan), or in which a factor stays, is left out.
    """
    effects = _elementary_effects(x, batches, trajectories)
    effects = effects[~np.isnan(effects).any(axis=(1, 2))]
    count, factors, size = effects.shape
    dropped = trajectories - count
    if count < FEWEST_TRAJECTORIES:
        return MorrisEffects((), (), (), count, dropped, TOO_FEW)
    draws = resample(count, size, seed)
    sizes = effects * _sign_of_others(effects)
    each = range(factors)
    apart = effects - effects.mean(axis=0)
    variance = [float(draws.mean_product(apart[:, f], apart[:, f])[0]) * count / (count - 1) for f in each]
    return MorrisEffects(
        mu_star=tuple(with_interval_of_few(draws.mean(sizes[:, f]), count) for f in each),
        mu=tuple(with_interval_of_few(draws.mean(effects[:, f]), count) for f in each),
        sigma=tuple(float(np.sqrt(max(v, 0.0))) for v in variance),
        rows=count,
        dropped=dropped,
    )


def _elementary_effects(x: Floats, batches: Floats, trajectories: int) -> Floats:
    """Effect of each factor in each trajectory and batch, (trajectories, D, J); nan where a factor stays."""
    factors = x.shape[1]
    steps = np.diff(x.reshape(trajectories, factors + 1, factors), axis=1)
    changes = np.diff(batches.reshape(trajectories, factors + 1, -1), axis=1)
    moving = np.abs(steps).argmax(axis=1)[:, None]
    size = np.take_along_axis(steps, moving, axis=1)[:, 0, :, None]
    moved = np.take_along_axis(changes, moving[:, 0, :, None], axis=1)
    return np.asarray(np.divide(moved, size, out=np.full_like(moved, np.nan), where=size != 0))


def _sign_of_others(effects: Floats) -> Floats:
    """The sign of the mean of all other batches, of the same one where there is only one."""
    if effects.shape[2] == 1:
        return np.asarray(np.sign(effects))
    return np.asarray(np.sign(effects.sum(axis=2, keepdims=True) - effects))
