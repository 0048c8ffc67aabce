"""One measurable demand on one area, and what it looks for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity
from fleetcraft.scenario.platform import Domain, SweptAs

Measure = Literal["detection", "presence", "revisit"]


class TargetClass(Value):
    """What must be seen."""

    swept_as: SweptAs | None = Field(default=None, description="whose sweep widths apply (null: its own name's)")
    speed_kn: float = quantity("kn", "speed", ge=0)
    arrivals_per_day: float = quantity("1/day", "Poisson arrivals in each area", gt=0)
    hours_present: float = quantity("h", "how long one stays in the area", gt=0)
    dwell_h: float | None = quantity(
        "h", "time to identify one (descriptive: identification is not simulated yet)", None, ge=0
    )


class Requirement(Value):
    """A demand: ``measure`` of ``area`` at least (or at most) a threshold over the 365 days after the deadline."""

    id: str = Field(default="", description="its name (empty: made from area, measure and target or domain)")
    area: str = Field(description="id of an area")
    measure: Measure = Field(
        description="detection: share of targets found in time; presence: share of time with enough craft of a domain "
        "on station and able to see; revisit: mean hours between looks at a still point"
    )
    target: str | None = Field(default=None, description="target class (detection, revisit)")
    within_h: float | None = quantity("h", "time to find a target after its arrival (detection)", None, gt=0)
    domain: Domain | None = Field(default=None, description="domain whose craft count (presence)")
    craft: int | None = quantity("craft", "craft of the domain at once (presence)", None, ge=1)
    at_least: float | None = quantity("fraction", "threshold of detection and presence", None, gt=0, le=1)
    at_most: float | None = quantity("h", "threshold of revisit", None, gt=0)
    weight: float = quantity("", "weight in the attainment", 1.0, gt=0)

    @property
    def threshold(self) -> float:
        """The number demanded, in the measure's own unit (fraction, or hours for revisit)."""
        threshold = self.at_least if self.at_least is not None else self.at_most
        assert threshold is not None
        return threshold

    @property
    def unit(self) -> str:
        """Unit of the measure's value and threshold."""
        return "h" if self.measure == "revisit" else "fraction"


def default_requirement_id(requirement: Requirement) -> str:
    """``area-measure-what``, what a reader would call it."""
    if requirement.measure == "presence":
        what = f"{requirement.craft}_{requirement.domain}"
    elif requirement.measure == "detection":
        what = f"{requirement.target}_{requirement.within_h:g}h"
    else:
        what = f"{requirement.target}"
    return f"{requirement.area}-{requirement.measure}-{what}"
