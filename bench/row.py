"""One measured figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """What ``variant`` of a benchmark measured, set against something; a ratio above 1 is better than that."""

    benchmark: str
    variant: str
    against: str
    ratio: float
    value: float
    unit: str
    detail: Mapping[str, Any]
