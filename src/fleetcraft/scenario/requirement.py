"""One measurable demand on one area, and what it looks for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity
from fleetcraft.scenario.platform import Domain, SweptAs

Measure = Literal["detection", "identification", "presence", "layered", "revisit"]


class TargetClass(Value):
    """What must be seen."""

    swept_as: SweptAs | None = Field(default=None, description="whose sweep widths apply (null: its own name's)")
    speed_kn: float = quantity("kn", "speed", ge=0)
    arrivals_per_day: float = quantity("1/day", "Poisson arrivals in each area", gt=0, le=1e5)
    hours_present: float = quantity("h", "how long one stays in the area", gt=0, le=8760)
    dwell_h: float | None = quantity("h", "time on the spot to identify one (needed by identification)", None, ge=0)
    background_per_target: float = quantity(
        "contacts",
        "contacts that look alike, for each target: found and identified like it, and counted in no measure",
        0.0,
        ge=0,
        le=1e4,
    )


class Requirement(Value):
    """A demand: ``measure`` of ``area`` at least (or at most) a threshold over the 365 days after the deadline."""

    id: str = Field(default="", description="its name (empty: made from area, measure and target or domain)")
    area: str = Field(description="id of an area")
    measure: Measure = Field(
        description="detection: share of targets found in time; identification: share found and then identified in "
        "time; presence: share of time with enough craft of a domain on station, able to see and not busy "
        "identifying; layered: share of time with one such craft of every listed domain at once; revisit: mean hours "
        "between looks at a still point"
    )
    target: str | None = Field(default=None, description="target class (detection, identification, revisit)")
    within_h: float | None = quantity(
        "h",
        "time after its arrival to find a target (detection), or to have it identified (identification)",
        None,
        gt=0,
    )
    domain: Domain | None = Field(default=None, description="domain whose craft count (presence)")
    domains: tuple[Domain, ...] | None = Field(
        default=None,
        description="domains of which each must have a craft, at least two (layered)",
        json_schema_extra={"minItems": 2, "uniqueItems": True},
    )
    craft: int | None = quantity("craft", "craft of the domain at once (presence)", None, ge=1)
    at_least: float | None = quantity("fraction", "threshold of every measure but revisit", None, gt=0, le=1)
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
    elif requirement.measure == "layered":
        what = "_".join(requirement.domains or ())
    elif requirement.measure in ("detection", "identification"):
        what = f"{requirement.target}_{requirement.within_h:g}h"
    else:
        what = f"{requirement.target}"
    return f"{requirement.area}-{requirement.measure}-{what}"
