"""Scenario discovery: under which assumptions a plan fails (Bryant and Lempert, 2010), told honestly.

A point fails where the mean of its simulated years is beyond a threshold. A search always finds a box. It is therefore
repeated on halves of the points and judged on the other halves: what the boxes hold there, how often a factor is
limited again, and whether chance alone would do as well. Only a box that passes is told, with the coverage and density
that it has on other points (``box_shares``); then the next is looked for among the points outside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import hypergeom

from fleetcraft.rng import key64
from fleetcraft.simulate.measures import Estimate, estimate
from fleetcraft.study.sensitivity.box_shares import counts, coverage_and_density, optimism, shares_of_box
from fleetcraft.study.sensitivity.prim import (
    CHANCE,
    FEWEST_POINTS,
    Booleans,
    Box,
    chance_of_limit,
    density,
    find_box,
    peel,
)
from fleetcraft.study.sensitivity.resampled import Floats, Json

SPLITS = 20
MOST_BOXES = 3

TOO_FEW = "too few points to look for a box"
NONE_FAILS = "no point fails"
ALL_FAIL = "every point fails"
NO_BOX = "no part of the ranges has more failures, on points not used to find it, than chance explains"


@dataclass(frozen=True)
class Limit:
    """What a box asks of one factor, in its unit; None where that end is open.

    ``chance``: probability of such a density if the limit told nothing. ``density_without``: the box's density
    without it. ``found_again``: share of the half samples whose box limits the factor too.
    """

    factor: int
    low: float | None
    high: float | None
    chance: float
    density_without: float
    found_again: float

    def entry(self, factors: Sequence[str]) -> Json:
        """As plain data, named by the factor's path."""
        return {
            "factor": factors[self.factor],
            "low": self.low,
            "high": self.high,
            "chance": self.chance,
            "density_without": self.density_without,
            "found_again": self.found_again,
        }


@dataclass(frozen=True)
class Tested:
    """What boxes found on half of the points hold on the other half, over all splits; ``chance`` would do as well."""

    coverage: float
    density: float
    chance: float

    def entry(self) -> Json:
        """As plain data."""
        return {"coverage": self.coverage, "density": self.density, "chance": self.chance}


@dataclass(frozen=True)
class FoundBox:
    """A box in which points fail; ``mass`` is its share of all points, ``points`` how many it holds.

    ``coverage`` and ``density`` are those to be had on other points; of the points on which it was found ``on_its_own``
    fail. ``trajectory`` has coverage, density and number of limits of each box on the way of peeling, on the points on
    which they were found. Coverage is everywhere of all points that fail, those in boxes told before included.
    """

    limits: tuple[Limit, ...]
    coverage: Estimate
    density: Estimate
    on_its_own: float
    mass: float
    points: int
    tested: Tested
    trajectory: tuple[tuple[float, float, int], ...]

    def entry(self, factors: Sequence[str]) -> Json:
        """As plain data, the limit that tells most first."""
        return {
            "limits": [limit.entry(factors) for limit in self.limits],
            "coverage": self.coverage.entry("value"),
            "density": self.density.entry("value"),
            "on_its_own": self.on_its_own,
            "mass": self.mass,
            "points": self.points,
            "tested": self.tested.entry(),
            "trajectory": [{"coverage": c, "density": d, "limits": n} for c, d, n in self.trajectory],
        }


@dataclass(frozen=True)
class Discovery:
    """Boxes of assumptions under which points fail, the first found first; ``reason`` says why there is none.

    ``share`` of the ``points`` with an answer fails (None where there is none); ``dropped`` points have no answer. Of
    ``unsure`` points the 95% interval holds the threshold: other years might have told otherwise.
    """

    share: float | None
    points: int
    dropped: int
    unsure: int
    boxes: tuple[FoundBox, ...]
    reason: str | None

    def entry(self, output: str, threshold: float, below: bool, factors: Sequence[str]) -> Json:
        """As plain data, with factors named by their paths."""
        return {
            "output": output,
            "below" if below else "above": threshold,
            "share": self.share,
            "points": self.points,
            "dropped": self.dropped,
            "unsure": self.unsure,
            "reason": self.reason,
            "boxes": [box.entry(factors) for box in self.boxes],
        }


def independent_points(kind: str, points: int, factors: int) -> Booleans:
    """Which of a design's points (n,) were drawn apart from the others: a box is judged on points unlike its own.

    Of rows made for Sobol indices (``saltelli``) the first and last, of Morris' walks (``morris``) the first; else all.
    """
    at = np.arange(points)
    if kind == "saltelli":
        return np.asarray(np.isin(at % (factors + 2), (0, factors + 1)))
    return np.asarray(at % (factors + 1) == 0) if kind == "morris" else np.ones(points, dtype=bool)


def discover(x: Floats, batches: Floats, threshold: float, below: bool, seed: int) -> Discovery:
    """Where points ``x`` (n, D), in the factors' units, with values ``batches`` (n, J) fall below or rise above.

    Points without an answer (nan) are left out. The same seed, the same answer.
    """
    answered = ~np.isnan(batches).any(axis=1)
    points, sided = x[answered], (batches if below else -batches)[answered]
    failed = np.asarray(sided.mean(axis=1) < (threshold if below else -threshold))
    share = float(failed.mean()) if len(failed) else None
    reason = _why_none(failed)
    found = () if reason else tuple(_boxes(points, sided, threshold if below else -threshold, seed))
    return Discovery(
        share=share,
        points=len(points),
        dropped=int((~answered).sum()),
        unsure=sum(one.low < threshold < one.high for one in map(estimate, batches[answered])),
        boxes=found,
        reason=reason or (None if found else NO_BOX),
    )


def _why_none(failed: Booleans) -> str | None:
    if len(failed) < 4 * FEWEST_POINTS:
        return TOO_FEW
    if not failed.any():
        return NONE_FAILS
    return ALL_FAIL if failed.all() else None


def _boxes(x: Floats, batches: Floats, threshold: float, seed: int) -> Iterator[FoundBox]:
    """Boxes of points whose mean is below the threshold, each among the points outside those before it."""
    failed = np.asarray(batches.mean(axis=1) < threshold)
    left = np.ones(len(x), dtype=bool)
    for number in range(MOST_BOXES):
        draw = np.random.default_rng(int(key64(seed, "sensitivity", number, "discovery")))
        if failed[left].sum() in (0, left.sum()) or left.sum() < 4 * FEWEST_POINTS:
            return
        box = find_box(x[left], failed[left])
        tested, found_again = _tested(x[left], failed[left], draw)
        of_all = float(failed[left].sum() / failed.sum())
        if not box.restricted or tested.chance > CHANCE:
            return
        inside = left & box.holds(x)
        too_large = optimism(x[left], failed[left], draw) * [of_all, 1.0]
        coverage, how_dense = shares_of_box(batches, threshold, inside, too_large, draw)
        yield FoundBox(
            limits=_limits(box, x[left], failed[left], found_again),
            coverage=coverage,
            density=how_dense,
            on_its_own=float(failed[inside].mean()),
            mass=float(inside.mean()),
            points=int(inside.sum()),
            tested=replace(tested, coverage=tested.coverage * of_all),
            trajectory=tuple(_told(each, x[left], failed[left], of_all) for each in peel(x[left], failed[left])),
        )
        left &= ~inside


def _told(box: Box, x: Floats, failed: Booleans, of_all: float) -> tuple[float, float, int]:
    """Coverage, density and number of limits of a box on the way; of all that fail these points hold ``of_all``."""
    coverage, how_dense = coverage_and_density([counts(box, x, failed)])
    return float(coverage * of_all), float(how_dense), len(box.restricted)


def _limits(box: Box, x: Floats, failed: Booleans, found_again: Floats) -> tuple[Limit, ...]:
    """The limits of a box, the one without which its density would be least first."""
    limits = [
        Limit(
            factor=factor,
            low=_finite(box.low[factor]),
            high=_finite(box.high[factor]),
            chance=chance_of_limit(box, factor, x, failed),
            density_without=density(box.freed(factor), x, failed),
            found_again=float(found_again[factor]),
        )
        for factor in box.restricted
    ]
    return tuple(sorted(limits, key=lambda limit: limit.density_without))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _tested(x: Floats, failed: Booleans, draw: np.random.Generator) -> tuple[Tested, Floats]:
    """What boxes found on a half hold on the other half, and the share of them that limit each factor, (D,).

    ``chance`` is twice the median over the splits of the probability that as many points drawn blindly from the other
    half would hold as many failures (Meinshausen, Meier and Buehlmann, 2009).
    """
    size = len(x) // 2
    orders = [draw.permutation(len(x)) for _ in range(SPLITS)]
    halves = [half for order in orders for half in ((order[:size], order[size:]), (order[size:], order[:size]))]
    boxes = [find_box(x[found], failed[found]) for found, _ in halves]
    counted = [counts(box, x[other], failed[other]) for box, (_, other) in zip(boxes, halves, strict=True)]
    coverage, how_dense = coverage_and_density(counted)
    failing_inside, inside, failing, points = np.transpose(counted)
    chances = hypergeom.sf(failing_inside - 1, points, failing, inside)
    tested = Tested(float(coverage), float(how_dense), chance=float(min(2 * np.median(chances), 1.0)))
    again = np.array([[factor in box.restricted for factor in range(x.shape[1])] for box in boxes])
    return tested, np.asarray(again.mean(axis=0))
