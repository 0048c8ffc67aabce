"""Means of equal batches of simulated years: what tells a difference from the noise of the simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.attainment import mean_value
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.measures import yearly_attainment
from fleetcraft.simulate.outcome import Outcome

Floats = NDArray[np.float64]

BATCHES = 10


def batches_of(requirements: Sequence[Requirement], outcome: Outcome) -> Mapping[str, list[float | None]]:
    """Means of 10 batches of years, as equal as can be and in their order, by the name of the output.

    Of the attainment and of each requirement; the same years in every point of a study. A batch without a value has
    None; fewer than 10 years are a batch each.
    """
    count = min(BATCHES, len(outcome))
    yearly = yearly_attainment(requirements, outcome)
    found = {"attainment.simulated": [_mean(years) for years in np.array_split(yearly, count)]}
    for i, requirement in enumerate(requirements):
        years = np.array_split(outcome.expected[:, i], count)
        found[f"requirements.{requirement.id}.simulated"] = [_mean_of(requirement, each) for each in years]
    return found


def _mean(years: Floats) -> float | None:
    known = years[~np.isnan(years)]
    return float(known.mean()) if len(known) else None


def _mean_of(requirement: Requirement, years: Floats) -> float | None:
    known = years[~np.isnan(years)]
    return float(mean_value([requirement], known[:, None])[0]) if len(known) else None
