"""What the plan is to be best at."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity


class Objective(Value):
    """The best attainment that the money buys, or the least money for an attainment."""

    mode: Literal["attainment", "cost"] = Field(
        default="attainment",
        description="attainment: the best one within the budgets, then the cheapest plan within the tolerance of it; "
        "cost: the cheapest plan that reaches the attainment with the probability",
    )
    attainment: float | None = quantity("fraction", "attainment to reach (mode cost)", None, gt=0, le=1)
    probability: float | None = quantity(
        "probability", "smallest share of futures in which it is reached (mode cost)", None, gt=0, le=1
    )
    tolerance: float = quantity(
        "fraction", "attainment given up for a cheaper plan (mode attainment)", 0.005, ge=0, le=1
    )
