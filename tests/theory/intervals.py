"""Whether a sample of years bears out an exact value, and whether it could tell otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def holds(values: NDArray[np.float64], truth: float, *, errors: float = 4.0, fault: float = 0.02) -> bool:
    """Whether the truth lies within so many standard errors (four miss once in 16,000) of the values' mean.

    The sample must be large enough to tell: a ``fault`` of that share of the truth has to show.
    """
    error = values.std(ddof=1) / np.sqrt(values.size)
    assert errors * error <= fault * abs(truth) + 1e-12, f"{errors * error:.3g} cannot tell {fault:.0%} of {truth:.3g}"
    return bool(abs(values.mean() - truth) <= errors * error + 1e-12)
