"""From an outcome to what is told of it: means, intervals, probabilities, attainment (model.md 4 and 8).

Means and intervals of a detection rest on its expected share (less noisy), the probability of meeting a threshold on
the share of targets found. A year in which a requirement has no value is left out of that requirement's figures. The
mean of a revisit is the hours of all years over their looks; no interval reaches beyond what its measure can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from fleetcraft.fleet.attainment import attainment, looks_or_share
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.outcome import Floats, Outcome
from fleetcraft.units import HOURS_PER_YEAR

Booleans = NDArray[np.bool_]

CONFIDENCE = 0.95
_ROUNDING = 1e-9  # a sum of a year's hours may miss the year by this much of it


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over years and its 95% interval; nan where there are too few years to tell."""

    mean: float
    low: float
    high: float

    def entry(self, name: str = "mean") -> dict[str, float | None]:
        """As plain data, the mean by a name; None for what cannot be told."""
        figures = {name: self.mean, "low": self.low, "high": self.high}
        return {key: None if np.isnan(figure) else float(figure) for key, figure in figures.items()}


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """What the simulation says of one requirement, in its own unit."""

    id: str
    simulated: Estimate
    probability_met: float


@dataclass(frozen=True, slots=True)
class PlatformResult:
    """What a platform's craft did in the window, all together, as means over years.

    ``availability`` is the share of their usable time in which they were not down for repair or maintenance, nan where
    none was usable.
    """

    platform: str
    availability: float
    operating_h: float
    losses: float


def estimate(values: Floats) -> Estimate:
    """Mean of independent yearly values (n,) and its 95% interval (Student's t); nan values are left out."""
    known = values[~np.isnan(values)]
    mean = _mean(known)
    if len(known) < 2:
        return Estimate(mean, np.nan, np.nan)
    half = float(stdtrit(len(known) - 1, (1 + CONFIDENCE) / 2) * known.std(ddof=1) / np.sqrt(len(known)))
    return Estimate(mean, mean - half, mean + half)


def _estimate_of(requirement: Requirement, values: Floats) -> Estimate:
    """The estimate of a measure within its bounds: shares 0 to 1, a revisit through its looks, at most the year."""
    found = estimate(looks_or_share([requirement], values[:, None])[:, 0])
    if requirement.measure == "revisit":
        fewest = 1.0 / HOURS_PER_YEAR
        mean, low, high = (1.0 / np.maximum(looks, fewest) for looks in (found.mean, found.high, found.low))
        return Estimate(float(mean), float(low), float(high)) if np.isfinite(found.mean) else found
    return Estimate(found.mean, float(np.clip(found.low, 0.0, 1.0)), float(np.clip(found.high, 0.0, 1.0)))


def half_widths(requirements: Sequence[Requirement], outcome: Outcome) -> Floats:
    """How far each 95% interval reaches to its wider side, (R,), nan without one; of a revisit over its threshold."""
    return np.array([_half_width(r, outcome.expected[:, i]) for i, r in enumerate(requirements)], dtype=np.float64)


def _half_width(requirement: Requirement, values: Floats) -> float:
    if requirement.measure == "revisit":
        found = _estimate_of(requirement, values)
        return max(found.mean - found.low, found.high - found.mean) / requirement.threshold
    found = estimate(values)
    return found.high - found.mean


def known_years(outcome: Outcome) -> int:
    """Years in which the requirement that has a value most rarely has one."""
    return int((~np.isnan(outcome.expected)).sum(axis=0).min(initial=len(outcome)))


def requirement_results(requirements: Sequence[Requirement], outcome: Outcome) -> tuple[RequirementResult, ...]:
    """One result for each requirement, in the outcome's order."""
    met, known = _met(requirements, outcome), ~np.isnan(outcome.value)
    return tuple(
        RequirementResult(
            id=requirement.id,
            simulated=_estimate_of(requirement, outcome.expected[:, r]),
            probability_met=_mean(met[known[:, r], r]),
        )
        for r, requirement in enumerate(requirements)
    )


def yearly_attainment(requirements: Sequence[Requirement], outcome: Outcome) -> Floats:
    """A = sum of w clip(value / threshold, 0, 1) / sum of w of each year, shape (n,).

    A requirement without a value in a year leaves both sums; nan in a year without any value.
    """
    return attainment(requirements, outcome.expected)


def probability_all_met(requirements: Sequence[Requirement], outcome: Outcome) -> float:
    """Share of years that meet every requirement with a value; nan where no year has any value."""
    known = ~np.isnan(outcome.value)
    all_met: Booleans = np.all(_met(requirements, outcome) | ~known, axis=1)
    return _mean(all_met[np.any(known, axis=1)])


def platform_results(outcome: Outcome) -> tuple[PlatformResult, ...]:
    """One result for each platform that has a row, by id."""
    of_row = [platform for platform, _, _ in outcome.rows]
    return tuple(_platform_result(outcome, p, [of == p for of in of_row]) for p in sorted(set(of_row)))


def _platform_result(outcome: Outcome, platform: str, rows: list[bool]) -> PlatformResult:
    usable_h = float(outcome.row_usable_h[:, rows].sum())
    down_h = float(outcome.row_down_h[:, rows].sum())
    return PlatformResult(
        platform=platform,
        availability=1.0 - down_h / usable_h if usable_h > 0 else np.nan,
        operating_h=_mean(outcome.row_operating_h[:, rows].sum(axis=1)),
        losses=_mean(outcome.row_losses[:, rows].sum(axis=1)),
    )


def _demands(requirements: Sequence[Requirement]) -> tuple[Floats, Booleans]:
    """Thresholds (R,), and whether a measure must stay below its own."""
    threshold = np.array([r.threshold for r in requirements], dtype=np.float64)
    return threshold, np.array([r.at_most is not None for r in requirements], dtype=bool)


def _met(requirements: Sequence[Requirement], outcome: Outcome) -> Booleans:
    """Which thresholds each year met, (n, R); False where there is no value."""
    threshold, at_most = _demands(requirements)
    slack = _ROUNDING * threshold
    met: Booleans = np.where(at_most, outcome.value <= threshold + slack, outcome.value >= threshold - slack)
    return met


def _mean(values: Floats | Booleans) -> float:
    return float(values.mean()) if len(values) else np.nan
