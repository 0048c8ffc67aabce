"""Scenario discovery: under which assumptions a plan fails (Bryant and Lempert, 2010), told honestly.

A point fails where the mean of its simulated years is beyond a threshold. A box that was searched for looks better on
the points on which it was found than it is. It is therefore also found on halves of the points and judged on the other
halves: what it holds there, how often a factor is limited again, and whether chance alone would do as well. Only a box
that passes is told; then the next is looked for among the points outside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

from fleetcraft.rng import key64
from fleetcraft.simulate.measures import CONFIDENCE, Estimate, estimate
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
from fleetcraft.study.sensitivity.resampled import RESAMPLES, Floats, Json, told

SPLITS = 20
MOST_BOXES = 3
_POINTS_AT_ONCE = 1000
"""Of which the years are drawn again at once: memory does not grow with the points."""

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

    ``trajectory`` has coverage, density and number of limits of each box on the way of peeling.
    """

    limits: tuple[Limit, ...]
    coverage: Estimate
    density: Estimate
    mass: float
    points: int
    tested: Tested
    trajectory: tuple[tuple[float, float, int], ...]

    def entry(self, factors: Sequence[str]) -> Json:
        """As plain data, the limit that tells most first."""
        return {
            "limits": [limit.entry(factors) for limit in self.limits],
            "coverage": told(self.coverage),
            "density": told(self.density),
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
        if not box.restricted or tested.chance > CHANCE:
            return
        inside = left & box.holds(x)
        coverage, how_dense = _with_intervals(batches, threshold, inside, draw)
        yield FoundBox(
            limits=_limits(box, x[left], failed[left], found_again),
            coverage=coverage,
            density=how_dense,
            mass=float(inside.mean()),
            points=int(inside.sum()),
            tested=tested,
            trajectory=tuple(_told(each, x[left], failed[left]) for each in peel(x[left], failed[left])),
        )
        left &= ~inside


def _told(box: Box, x: Floats, failed: Booleans) -> tuple[float, float, int]:
    """Coverage, density and number of limits of a box on the way."""
    inside = box.holds(x)
    return float(failed[inside].sum() / failed.sum()), float(failed[inside].mean()), len(box.restricted)


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
    counts = np.array([_counts(box, x[other], failed[other]) for box, (_, other) in zip(boxes, halves, strict=True)])
    failing_inside, inside, failing, points = counts.T
    chances = hypergeom.sf(failing_inside - 1, points, failing, inside)
    tested = Tested(
        coverage=float(failing_inside.sum() / failing.sum()),
        density=float(failing_inside.sum() / max(inside.sum(), 1)),
        chance=float(min(2 * np.median(chances), 1.0)),
    )
    again = np.array([[factor in box.restricted for factor in range(x.shape[1])] for box in boxes])
    return tested, np.asarray(again.mean(axis=0))


def _counts(box: Box, x: Floats, failed: Booleans) -> tuple[int, int, int, int]:
    """Points that fail in the box, points in it, points that fail, points."""
    inside = box.holds(x)
    return int((failed & inside).sum()), int(inside.sum()), int(failed.sum()), len(x)


def _with_intervals(
    batches: Floats, threshold: float, inside: Booleans, draw: np.random.Generator
) -> tuple[Estimate, Estimate]:
    """Coverage and density of the points inside, with 95% intervals over points and simulated years.

    For each resample of the years a share is drawn from Jeffreys' posterior of the counts that they give. Years drawn
    again are noisier than those simulated and blur the edge of the box; their counts are moved back to the sample's.
    """
    size = batches.shape[1]
    years = np.vstack([np.ones(size), draw.multinomial(size, np.full(size, 1 / size), size=RESAMPLES)]) / size
    in_box, beside = (_failing(batches[which], threshold, years) for which in (inside, ~inside))
    in_box = np.minimum(_moved_back(in_box), inside.sum())
    return _share(in_box, _moved_back(beside), draw), _share(in_box, inside.sum() - in_box, draw)


def _moved_back(counts: Floats) -> Floats:
    """The sample's count, then those of the resamples moved so that their mean is the sample's."""
    moved = counts[1:] - counts[1:].mean() + counts[0]
    return np.asarray(np.maximum(np.append(counts[:1], moved), 0.0))


def _failing(batches: Floats, threshold: float, years: Floats) -> Floats:
    """How many points fail in each resample of the years, (m,)."""
    parts = (batches[at : at + _POINTS_AT_ONCE] @ years.T < threshold for at in range(0, len(batches), _POINTS_AT_ONCE))
    return np.asarray(sum((part.sum(axis=0) for part in parts), np.zeros(len(years))))


def _share(inside: Floats, beside: Floats, draw: np.random.Generator) -> Estimate:
    """Share of those inside: the sample's own (first) with the middle 95% of what is drawn for the resamples."""
    drawn = draw.beta(inside[1:] + 0.5, beside[1:] + 0.5)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    share = float(inside[0] / (inside[0] + beside[0]))
    return Estimate(share, min(float(low), share), max(float(high), share))
