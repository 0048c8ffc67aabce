"""What the laws take and give: a number or an array of them in, an array out, by numpy's broadcasting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Real = float | Array
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
