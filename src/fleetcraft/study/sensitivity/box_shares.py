"""Coverage and density of a box that was searched for: what other points would show, not those it was found on.

The points on which a box was found make it look better than it is. By how much is seen where the search is made again
on nine tenths of the points and what it finds is looked at on the other tenth (Efron, 1983); that much is taken off.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fleetcraft.simulate.measures import CONFIDENCE, Estimate
from fleetcraft.study.sensitivity.prim import Booleans, Box, find_box
from fleetcraft.study.sensitivity.resampled import RESAMPLES, Floats

FOLDS, REPEATS = 10, 2
_POINTS_AT_ONCE = 1000
"""Of which the years are drawn again at once: memory does not grow with the points."""


def counts(box: Box, x: Floats, failed: Booleans) -> tuple[int, int, int, int]:
    """Points that fail in the box, points in it, points that fail, points."""
    inside = box.holds(x)
    return int((failed & inside).sum()), int(inside.sum()), int(failed.sum()), len(x)


def coverage_and_density(counted: Sequence[tuple[int, int, int, int]]) -> Floats:
    """Coverage and density of some boxes together, (2,)."""
    failing_inside, inside, failing, _ = np.sum(counted, axis=0)
    return np.array([failing_inside / max(failing, 1), failing_inside / max(inside, 1)])


def optimism(x: Floats, failed: Booleans, draw: np.random.Generator) -> Floats:
    """By how much coverage and density are larger on the points on which a box was found than on others, (2,)."""
    seen, unseen = [], []
    for _ in range(REPEATS):
        fold = draw.permutation(len(x)) % FOLDS
        for number in range(FOLDS):
            other = fold == number
            box = find_box(x[~other], failed[~other])
            seen.append(counts(box, x[~other], failed[~other]))
            unseen.append(counts(box, x[other], failed[other]))
    return coverage_and_density(seen) - coverage_and_density(unseen)


def shares_of_box(
    batches: Floats, threshold: float, inside: Booleans, too_large: Floats, draw: np.random.Generator
) -> tuple[Estimate, Estimate]:
    """Coverage and density, less what they are ``too_large`` (2,), with 95% intervals over points and years.

    For each resample of the years a share is drawn from Jeffreys' posterior of the counts that they give. Years drawn
    again are noisier than those simulated and blur the edge of the box; their counts are moved back to the sample's.
    """
    size = batches.shape[1]
    years = np.vstack([np.ones(size), draw.multinomial(size, np.full(size, 1 / size), size=RESAMPLES)]) / size
    in_box, beside = (_failing(batches[which], threshold, years) for which in (inside, ~inside))
    in_box = np.minimum(_moved_back(in_box), inside.sum())
    coverage, density = (
        _share(in_box, in_box + _moved_back(beside), too_large[0], draw),
        _share(in_box, np.full_like(in_box, inside.sum()), too_large[1], draw),
    )
    return coverage, density


def _moved_back(found: Floats) -> Floats:
    """The sample's count, then those of the resamples moved so that their mean is the sample's."""
    moved = found[1:] - found[1:].mean() + found[0]
    return np.asarray(np.maximum(np.append(found[:1], moved), 0.0))


def _failing(batches: Floats, threshold: float, years: Floats) -> Floats:
    """How many points fail in each resample of the years, (m,)."""
    parts = (batches[at : at + _POINTS_AT_ONCE] @ years.T < threshold for at in range(0, len(batches), _POINTS_AT_ONCE))
    return np.asarray(sum((part.sum(axis=0) for part in parts), np.zeros(len(years))))


def _share(found: Floats, of: Floats, too_large: float, draw: np.random.Generator) -> Estimate:
    """The sample's own share (first) with the middle 95% of what is drawn for the resamples."""
    held = np.clip(found - too_large * of, 0.0, of)
    drawn = draw.beta(held[1:] + 0.5, of[1:] - held[1:] + 0.5)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    share = float(held[0] / of[0])
    return Estimate(share, min(float(low), share), max(float(high), share))
