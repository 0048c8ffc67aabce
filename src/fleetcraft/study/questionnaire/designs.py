"""Which points a study asks: rows of factor values, drawn or listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from fleetcraft import rng
from fleetcraft.study.engine.blocks import Point
from fleetcraft.study.questionnaire.questions import Factor, Study
from fleetcraft.study.sensitivity.morris import morris_sample
from fleetcraft.study.sensitivity.sobol import sobol_sample

Floats = NDArray[np.float64]

MOST_POINTS = 1_000_000


@dataclass(frozen=True, eq=False)
class Designed(Sequence[Point]):
    """The points of a study in order: ``values`` (n, D), nan where a factor stays as the scenario states it.

    ``each`` tells that point i is about the i-th plan or case rather than about factors.
    """

    values: Floats
    each: bool = False

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, number: int) -> Point: ...
    @overload
    def __getitem__(self, number: slice) -> list[Point]: ...
    def __getitem__(self, number: int | slice) -> Point | list[Point]:
        if isinstance(number, slice):
            return [self[i] for i in range(len(self))[number]]
        values = tuple(None if np.isnan(value) else float(value) for value in self.values[number])
        return Point(number, values, number if self.each else 0)


def designed(study: Study) -> Designed:
    """The points of a study; the same study, the same points. Raises RunError where SALib is needed and missing."""
    factors, stated, kind = study.factors, study.design.stated, study.design.kind
    if kind in ("cases", "plans"):
        return Designed(np.empty((len(study.asked), 0)), each=True)
    if kind == "grid":
        return Designed(grid(factors, stated.get("levels")))
    if kind == "tornado":
        return Designed(one_at_a_time(factors))
    if kind == "latin_hypercube":
        shares = latin_hypercube([factor.column for factor in factors], stated["points"], study.seed)
    elif kind == "sobol":
        shares = sobol_sequence(len(factors), stated["points"], study.seed)
    elif kind == "morris":
        shares = morris_sample(len(factors), stated["trajectories"], stated["levels"], study.seed)
    else:
        shares = sobol_sample(len(factors), stated["base"], study.seed)
    return Designed(_at(factors, shares))


def points_in(kind: str, factors: Sequence[Factor], stated: dict[str, int], asked: int) -> int:
    """How many points a design has."""
    if kind == "grid":
        return int(np.prod([float(len(f.values) or stated.get("levels", 1)) for f in factors]))
    if kind == "morris":
        return stated["trajectories"] * (len(factors) + 1)
    if kind == "saltelli":
        return stated["base"] * (len(factors) + 2)
    if kind == "tornado":
        return 1 + 2 * len(factors)
    return stated.get("points", asked)


def grid(factors: Sequence[Factor], levels: int | None) -> Floats:
    """Every combination of the factors' values, the last factor moving fastest; ranges in so many even levels."""
    axes = [factor.values or [factor.at(share) for share in np.linspace(0, 1, levels or 1)] for factor in factors]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1).astype(np.float64)


def one_at_a_time(factors: Sequence[Factor]) -> Floats:
    """All as stated (nan), then each factor at its low and at its high, (1 + 2 D, D)."""
    values = np.full((1 + 2 * len(factors), len(factors)), np.nan)
    for i, factor in enumerate(factors):
        values[1 + 2 * i, i], values[2 + 2 * i, i] = factor.low, factor.high
    return values


def latin_hypercube(names: Sequence[str], points: int, seed: int) -> Floats:
    """Shares (points, names): of each factor one point in each of as many equal strata (McKay and others, 1979).

    A factor's numbers follow from its name, wherever it stands.
    """
    order = rng.uniform(seed, "study", range(points), [f"order {name}" for name in names])
    within = rng.uniform(seed, "study", range(points), [f"within {name}" for name in names])
    return rng.spread(order, within)


def sobol_sequence(factors: int, points: int, seed: int) -> Floats:
    """Shares (points, factors) of a scrambled Sobol sequence; ``points`` is a power of two."""
    drawn = np.random.default_rng(int(rng.key64(seed, "study", 0, "sobol")))
    shares: Floats = qmc.Sobol(factors, scramble=True, rng=drawn).random_base2(points.bit_length() - 1)
    return shares


def _at(factors: Sequence[Factor], shares: Floats) -> Floats:
    """The factors' values at shares of their ranges, (n, D)."""
    columns = [[factor.at(share) for share in shares[:, i]] for i, factor in enumerate(factors)]
    return np.array(columns, dtype=np.float64).T.reshape(shares.shape)
