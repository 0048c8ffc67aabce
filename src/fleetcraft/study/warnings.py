"""What a reader should doubt: thresholds out of reach, areas partly out of range, searches beyond their law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise.formula import ceilings
from fleetcraft.scenario.scenario import Scenario

IN_RANGE = 0.8


def ceiling_warnings(theatre: Theatre) -> list[str]:
    """Requirements that no number of craft could meet."""
    warnings = []
    for requirement, ceiling in zip(theatre.scenario.requirements, ceilings(theatre), strict=True):
        beyond = ceiling > requirement.threshold if requirement.at_most is not None else ceiling < requirement.threshold
        if beyond:
            warnings.append(
                f"{requirement.id}: the threshold {requirement.threshold:g} {requirement.unit} is out of reach; "
                f"with unlimited craft in every open pair the value would be {ceiling:.3f}"
            )
    return warnings


def range_warnings(theatre: Theatre, allocation: Sequence[Mapping[str, Any]]) -> list[str]:
    """Rows whose area lies partly out of range, and searches wider than the law holds for."""
    warnings = [
        f"{row['platform']} from {row['base']}: only {row['share_in_range']:.0%} of {row['area']} lies in its range"
        for row in allocation
        if row["share_in_range"] < IN_RANGE
    ]
    scenario = theatre.scenario
    half_width = theatre.geometry.perimeter_nm / np.pi / 2
    wide = {
        (row["platform"], row["area"], r.target)
        for row in allocation
        for r in scenario.requirements
        if r.area == row["area"] and r.target is not None
        if _sweep(scenario, row["platform"], r.target) > half_width[scenario.area_index[row["area"]]]
    }
    return warnings + [
        f"{platform} in {area}: its sweep width against {target} exceeds half the area's mean width, "
        "beyond where the random-search law is valid"
        for platform, area, target in sorted(wide)
    ]


def _sweep(scenario: Scenario, platform: str, target: str) -> float:
    return scenario.platforms[scenario.platform_index[platform]].sweep_width_nm(scenario.swept_as(target))
