"""What a future holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _none_grounded() -> Floats:
    return np.empty((1, 1, 0))


@dataclass(frozen=True)
class Futures:
    """F futures of a scenario's P platforms and C foreign currencies.

    ``embargo_h`` is the hour from which the supplier's country stops delivering (inf: never); ``unit_price`` is in
    the price currency and price year; ``rate_factor`` holds, at the start of each month of ``rate_h`` (hours from
    the calendar's start), the rate over the budget rate (with actuals over today's). ``grounding_h`` holds the moments
    at which groundings of each type begin, in order, then inf: N is the most that any type has. ``grounded_from_h`` and
    ``grounded_to_h`` hold the moments from and to which each type therefore stands down, apart and in order, then inf:
    K is the most that any type has. The three are broadcast over F and P.
    """

    lead_time_months: Floats  # (F, P)
    slip_months: Floats  # (F, P)
    integration_months: Floats  # (F, P)
    embargo_h: Floats  # (F, P)
    unit_price: Floats  # (F, P)
    currencies: tuple[str, ...]
    rate_h: Floats  # (K,)
    rate_factor: Floats  # (F, K, C)
    grounded_from_h: Floats = field(default_factory=_none_grounded)  # (F, P, K)
    grounded_to_h: Floats = field(default_factory=_none_grounded)  # (F, P, K)
    grounding_h: Floats = field(default_factory=_none_grounded)  # (F, P, N)

    def __post_init__(self) -> None:
        for name in ("grounded_from_h", "grounded_to_h", "grounding_h"):
            stated: Floats = getattr(self, name)
            shape = (*self.lead_time_months.shape, stated.shape[-1])
            object.__setattr__(self, name, np.broadcast_to(stated, shape))

    def __len__(self) -> int:
        return int(self.lead_time_months.shape[0])

    def take(self, indices: Sequence[int] | Ints) -> Futures:
        """The futures of these indices, in their order; one named twice comes twice."""
        rows = np.asarray(indices, dtype=np.int64)
        of_futures = [f.name for f in fields(self) if f.name not in ("currencies", "rate_h")]
        return replace(self, **{name: getattr(self, name)[rows] for name in of_futures})

    def grounded_share(self, start_h: float, end_h: float) -> Floats:
        """Share of [start_h, end_h] (hours, of positive length) in which each type is grounded, (F, P)."""
        from_h, to_h = (np.clip(moment, start_h, end_h) for moment in (self.grounded_from_h, self.grounded_to_h))
        share: Floats = (to_h - from_h).sum(axis=-1) / (end_h - start_h)
        return share

    def rate_factor_at(self, currency: str, hours: Floats) -> Floats:
        """``rate_factor`` at moments (F, ...), held from the month's start; 1 for the scenario's own currency."""
        if currency not in self.currencies:
            return np.ones_like(hours)
        month = np.clip(np.searchsorted(self.rate_h, hours, side="right") - 1, 0, len(self.rate_h) - 1)
        paths = self.rate_factor[:, :, self.currencies.index(currency)]
        future = np.arange(len(self)).reshape((-1,) + (1,) * (hours.ndim - 1))
        picked: Floats = paths[future, month]
        return picked
