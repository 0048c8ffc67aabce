"""Means of equal batches of simulated years: what tells a difference from the noise of the simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.measures import (
    estimate,
    platform_results,
    probability_all_met,
    requirement_results,
    yearly_attainment,
)
from fleetcraft.simulate.outcome import Outcome

BATCHES = 10

_OF_PLATFORMS = ("availability", "hours", "losses")
_IN_BATCHES = ("simulated", "probability_met", "probability_all_met", *_OF_PLATFORMS)
_AS_A_WHOLE = ("cvar", "p10", "reached")
_ENDS, _WITH_ENDS = ("low", "high"), ("attainment", "requirements", "risk")


def noise_can_be_told(verb: str, output: str) -> bool:
    """Whether what years differ by can be told from what factors do to an output.

    It can where the output does not rest on simulated years, or can be had of a part of the years too, as means can:
    not the ends of an interval or the worst years, nor anything of the many answers of frontier and compare.
    """
    *above, last = output.split(".")
    if last in _AS_A_WHOLE or above[:1] == ["identifying_hours"] or (last in _ENDS and {*above} & {*_WITH_ENDS}):
        return False
    return verb in ("plan", "simulate") or not {*above, last} & {*_IN_BATCHES}


def batches_of(requirements: Sequence[Requirement], outcome: Outcome) -> Mapping[str, list[float | None]]:
    """Each simulated output of 10 batches of years, as equal as can be and in their order, by its name.

    The same years in every point of a study. A batch without a value has None; fewer than 10 years are a batch each.
    """
    ends = np.cumsum([0, *map(len, np.array_split(np.arange(len(outcome)), min(BATCHES, len(outcome))))]).tolist()
    found = [_outputs(requirements, outcome.years(*years)) for years in pairwise(ends)]
    return {name: [_number(each[name]) for each in found] for name in found[0]}


def _outputs(requirements: Sequence[Requirement], outcome: Outcome) -> dict[str, float]:
    """The simulated outputs, as a study names them: a requirement by its position or its id."""
    found = {
        "attainment.simulated": estimate(yearly_attainment(requirements, outcome)).mean,
        "probability_all_met": probability_all_met(requirements, outcome),
    }
    measured = requirement_results(requirements, outcome)
    for names in (map(str, range(len(measured))), [each.id for each in measured]):
        for name, each in zip(names, measured, strict=True):
            found[f"requirements.{name}.simulated"] = each.simulated.mean
            found[f"requirements.{name}.probability_met"] = each.probability_met
    for of in platform_results(outcome):
        figures = of.availability, of.operating_h, of.losses
        found |= {f"{name}.{of.platform}": figure for name, figure in zip(_OF_PLATFORMS, figures, strict=True)}
    return found


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
