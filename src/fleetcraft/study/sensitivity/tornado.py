"""A tornado: how far an output moves where one factor at a time goes to either end of its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fleetcraft.simulate.measures import Estimate, estimate
from fleetcraft.study.sensitivity.resampled import Floats, Json


@dataclass(frozen=True)
class Bar:
    """A factor and what moving it to either end changes, with 95% intervals over the same simulated years."""

    factor: int
    low: Estimate
    high: Estimate

    @property
    def swing(self) -> float:
        """The larger of both changes, whatever its sign; 0 where neither end has an answer."""
        return float(np.nan_to_num(np.abs([self.low.mean, self.high.mean])).max())


@dataclass(frozen=True)
class Tornado:
    """An output with all factors as they are likely, and what each changes, the largest change first."""

    base: Estimate
    bars: tuple[Bar, ...]

    def entry(self, factors: Sequence[str], low: Sequence[float], high: Sequence[float]) -> Json:
        """As plain data; ``low`` and ``high`` are the ends of each factor's range."""
        return {
            "base": self.base.entry("value"),
            "bars": [
                {
                    "factor": factors[bar.factor],
                    "low": {"at": float(low[bar.factor]), **bar.low.entry("value")},
                    "high": {"at": float(high[bar.factor]), **bar.high.entry("value")},
                }
                for bar in self.bars
            ],
        }


def tornado(batches: Floats) -> Tornado:
    """The tornado of an output with values ``batches`` (1 + 2 D, J): all as likely, then each at its low and its high.

    A change's interval is that of the paired differences between batches of the same years; nan without an answer, and
    nan ends with a single batch.
    """
    changes = [estimate(row) for row in batches[1:] - batches[0]]
    bars = [Bar(f, low, high) for f, (low, high) in enumerate(zip(changes[::2], changes[1::2], strict=True))]
    return Tornado(estimate(batches[0]), tuple(sorted(bars, key=lambda bar: -bar.swing)))
