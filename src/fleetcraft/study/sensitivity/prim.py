"""PRIM, the patient rule induction method (Friedman and Fisher, 1999): a box of factors in which points fail.

Peeling takes a thin slice off one face at a time, the one whose loss raises the share of failing points most for each
point given up (the measure by points of Kwakkel and Jaxa-Rozen, 2016, since slices of listed values are not all as
thick). Of the boxes on the way the one is chosen with the largest harmonic mean of coverage (share of all failing
points that it holds) and density (share of its points that fail). In place of pasting slices back its faces then go,
one at a time, where that mean is highest, which finds limits in fewer points. As long as chance explains a limit
(Bryant and Lempert, 2010) the factor is given up that is missed least.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from fleetcraft.study.sensitivity.resampled import Floats

Booleans = NDArray[np.bool_]
Side = Literal["low", "high"]

SLICE = 0.1
"""Share of a box's points that a slice holds."""
LEAST_MASS, FEWEST_POINTS = 0.05, 5
"""A box holds at least this share of all points, and so many."""
_FACES: tuple[tuple[Side, float], ...] = (("low", -1.0), ("high", 1.0))
CHANCE = 0.05
"""A limit is kept where chance explains it with less than this probability."""


@dataclass(frozen=True)
class Box:
    """Limits of each factor, (D,) each, infinite where it may have any value."""

    low: Floats
    high: Floats

    def holds(self, x: Floats) -> Booleans:
        """Which points (n, D) lie in it, (n,)."""
        return np.asarray(((x >= self.low) & (x <= self.high)).all(axis=1))

    @property
    def restricted(self) -> tuple[int, ...]:
        """The factors with a limit."""
        return tuple(int(f) for f in np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high)))

    def limited(self, factor: int, side: Side, limit: float) -> Box:
        """The box with one face elsewhere."""
        faces = (self.low if side == "low" else self.high).copy()
        faces[factor] = limit
        return replace(self, low=faces) if side == "low" else replace(self, high=faces)

    def freed(self, factor: int) -> Box:
        """The box with a factor that may have any value."""
        return self.limited(factor, "low", -np.inf).limited(factor, "high", np.inf)


def open_box(factors: int) -> Box:
    """The box that holds every point."""
    return Box(np.full(factors, -np.inf), np.full(factors, np.inf))


def find_box(x: Floats, failed: Booleans) -> Box:
    """The box of points ``x`` (n, D) in which points fail, (n,); the open one where no limit tells anything."""
    chosen = max(peel(x, failed), key=lambda box: balance(box, x, failed))
    return _without_chance(settle(chosen, x, failed), x, failed)


def balance(box: Box, x: Floats, failed: Booleans) -> float:
    """Harmonic mean of coverage and density: 2 k / (failing in all + points in the box), k of which fail in it."""
    inside = box.holds(x)
    return float(2 * (failed & inside).sum() / max(failed.sum() + inside.sum(), 1))


def density(box: Box, x: Floats, failed: Booleans) -> float:
    """Share of a box's points that fail; nan where it holds none."""
    inside = box.holds(x)
    return float(failed[inside].mean()) if inside.any() else np.nan


def peel(x: Floats, failed: Booleans) -> list[Box]:
    """The boxes from the open one down to the least mass, or to one in which every point fails."""
    boxes = [open_box(x.shape[1])]
    fewest = max(ceil(LEAST_MASS * len(x)), FEWEST_POINTS)
    inside = np.ones(len(x), dtype=bool)
    while not failed[inside].all():
        slices = [s for s in _slices(x[inside], failed[inside]) if s.left >= fewest]
        if not slices:
            break
        best = max(slices, key=lambda s: s.gain)
        boxes.append(boxes[-1].limited(best.factor, best.side, best.limit))
        inside = boxes[-1].holds(x)
    return boxes


@dataclass(frozen=True, slots=True)
class _Slice:
    """A face moved inwards: what is left of the box, and what the density gains for each point given up."""

    factor: int
    side: Side
    limit: float
    left: int
    gain: float


def _slices(x: Floats, failed: Booleans) -> Iterator[_Slice]:
    """A slice off each face of a box whose points are given; points of one value go together."""
    count, factors = x.shape
    thick = ceil(SLICE * count)
    order = x.argsort(axis=0, kind="stable")
    values = np.take_along_axis(x, order, axis=0)
    failing = np.vstack([np.zeros((1, factors)), failed[order].cumsum(axis=0)])
    share = failing[-1, 0] / count
    for factor in range(factors):
        ranked = values[:, factor]
        below = int(np.searchsorted(ranked, ranked[thick - 1], side="right"))
        above = int(np.searchsorted(ranked, ranked[count - thick], side="left"))
        if below < count:
            left = count - below
            kept = (failing[count, factor] - failing[below, factor]) / left
            yield _Slice(factor, "low", _between(ranked, below), left, (kept - share) / below)
        if above > 0:
            kept = failing[above, factor] / above
            yield _Slice(factor, "high", _between(ranked, above), above, (kept - share) / (count - above))


def _between(ranked: Floats, at: int) -> float:
    """Half way between a value and the one before it."""
    return float(ranked[at - 1] + ranked[at]) / 2


def chance_of_limit(box: Box, factor: int, x: Floats, failed: Booleans) -> float:
    """The probability that at least as many points of the box fail if a factor's limits told nothing.

    Each of its points then fails with the density of the box without them (the quasi-p-value of Bryant and Lempert).
    """
    inside = box.holds(x)
    return float(binom.sf(failed[inside].sum() - 1, inside.sum(), density(box.freed(factor), x, failed)))


def _without_chance(box: Box, x: Floats, failed: Booleans) -> Box:
    """The box after giving up one factor after the other, the least missed first, until no limit left is chance."""
    while any(chance_of_limit(box, factor, x, failed) > CHANCE for factor in box.restricted):
        freed = (settle(box.freed(factor), x, failed) for factor in box.restricted)
        box = max(freed, key=lambda other: balance(other, x, failed))
    return box


def settle(box: Box, x: Floats, failed: Booleans) -> Box:
    """The box after its faces, one at a time, have gone where the balance of coverage and density is highest."""
    while True:
        moved = max(_moved(box, x, failed), key=lambda other: balance(other, x, failed), default=box)
        if balance(moved, x, failed) <= balance(box, x, failed):
            return box
        box = moved


def _moved(box: Box, x: Floats, failed: Booleans) -> Iterator[Box]:
    """The box with each face of its restricted factors where it is best, all others as they are."""
    for factor in box.restricted:
        for side, outward in _FACES:
            within = box.limited(factor, side, outward * np.inf).holds(x)
            yield box.limited(factor, side, outward * _best_limit(outward * x[within, factor], failed[within], failed))


def _best_limit(values: Floats, fails: Booleans, failed: Booleans) -> float:
    """The upper limit of values with the best balance, infinite where that is all of them."""
    order = values.argsort(kind="stable")
    ranked, held = values[order], np.arange(1, len(values) + 1)
    reached = 2 * fails[order].cumsum() / (failed.sum() + held)
    reached[:-1][ranked[1:] == ranked[:-1]] = -1.0
    best = int(reached.argmax())
    return _between(ranked, best + 1) if best + 1 < len(ranked) else np.inf
