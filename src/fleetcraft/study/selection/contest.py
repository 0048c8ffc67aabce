"""Which of several plans is best, by simulated years, with a stated confidence.

An observation is the mean of ten years, so that it is nearly normal. Year i of every plan is played in the same future,
weather and targets, so that plans are compared year by year. ``study.selection`` says how many years are needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import LimitError
from fleetcraft.fleet.attainment import attainment
from fleetcraft.plan import Plan
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.measures import estimate
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.study.questionnaire.questions import Study
from fleetcraft.study.selection.kim_nelson import Procedure, Screening, fewest_years, screened

Floats = NDArray[np.float64]
Json = dict[str, Any]

BATCH_YEARS = 10
FEWEST_BATCHES = 10
ATTAINMENT = "attainment.simulated"
MOST_YEARS = 10_000
"""Years of a plan after which a contest ends at the latest, where the study file states no other."""


@dataclass(frozen=True)
class Contest:
    """What is asked of a selection among ``plans`` plans: ``indifference`` in the output's unit, a share of 1."""

    plans: int
    output: str
    indifference: float
    confidence: float
    most_years: int

    @property
    def first_years(self) -> int:
        """Years of every plan before any is eliminated: a whole number of batches."""
        fewest = fewest_years(self.indifference, self.confidence, self.plans)
        return BATCH_YEARS * max(FEWEST_BATCHES, math.ceil(fewest / BATCH_YEARS))

    @property
    def procedure(self) -> Procedure:
        """The same, counted in batches.

        Raises ValueError where ``most_years`` are fewer than ``first_years``, or a number makes no sense.
        """
        first, most = self.first_years // BATCH_YEARS, self.most_years // BATCH_YEARS
        return Procedure(self.indifference, self.confidence, first, most)

    def tally(self, yearly: Sequence[Floats]) -> Tally:
        """Where it stands after some years of every plan, (years,) each, whole batches; nan where a year has no value.

        A batch in which a plan that played it has no value counts for none.
        """
        counts = np.array([len(values) // BATCH_YEARS for values in yearly])
        played = np.arange(counts.max()) < counts[:, None]
        means = np.full(played.shape, np.nan)
        for plan, values in enumerate(yearly):
            means[plan, : counts[plan]] = _means(values.reshape(-1, BATCH_YEARS))
        valued = ~(played & np.isnan(means)).any(axis=0)
        return Tally(screened(means[:, valued], self.procedure), tuple(np.flatnonzero(valued).tolist()))


def contest_of(study: Study) -> Contest:
    """The contest that a study's design of plans states; its first output, where it names none."""
    stated = study.design.stated
    return Contest(
        plans=len(study.asked),
        output=stated.get("output", study.outputs[0]),
        indifference=stated["indifference"],
        confidence=stated["confidence"],
        most_years=stated.get("most_years", most_years_of([each.plan for each in study.asked])),
    )


def most_years_of(plans: Sequence[Plan | None]) -> int:
    """Years after which a contest ends where none are stated: as many as later orders are known for."""
    return min([MOST_YEARS, *(told for plan in plans if plan is not None and (told := plan.futures_told) is not None)])


@dataclass(frozen=True)
class Tally:
    """A screening of the batches that have a value, and which of all batches they are."""

    screening: Screening
    batches: tuple[int, ...]

    def years(self, observations: int) -> int:
        """Years played until there were so many batches with a value."""
        return (self.batches[observations - 1] + 1) * BATCH_YEARS


def _means(batches: Floats) -> Floats:
    """Mean of each row's known values, nan where it has none."""
    known = ~np.isnan(batches)
    sums = np.where(known, batches, 0.0).sum(axis=1)
    means: Floats = np.divide(sums, known.sum(axis=1), out=np.full(len(batches), np.nan), where=known.any(axis=1))
    return means


def outputs_to_select_by(requirements: Sequence[Requirement]) -> tuple[str, ...]:
    """The outputs that are means of years, more of which is better; hours between looks are neither."""
    return (ATTAINMENT, *(_simulated(r) for r in requirements if r.measure != "revisit"))


def _simulated(requirement: Requirement) -> str:
    return f"requirements.{requirement.id}.simulated"


def yearly_output(requirements: Sequence[Requirement], outcome: Outcome, output: str) -> Floats:
    """The value of one of ``outputs_to_select_by`` in each year, (n,), nan where a year has none.

    It is the same to the last bit whichever years were played along with it.
    """
    if output == ATTAINMENT:
        return attainment(requirements, outcome.expected)
    return outcome.expected[:, [_simulated(r) for r in requirements].index(output)]


def selection_entry(contest: Contest, names: Sequence[str], yearly: Sequence[Floats]) -> Json:
    """The key ``selection`` of a study's result: the plan selected, whether that is guaranteed, and all plans' figures.

    ``yearly`` as of ``Contest.tally``. Differences are those of paired years, each with its own 95% interval.
    Raises LimitError where too few years had a value to begin with.
    """
    tally = contest.tally(yearly)
    found = tally.screening
    if found.best is None:
        raise LimitError(
            f"{contest.output} has a value in too few of the {contest.most_years} years of each plan that there may be "
            "at most: no plan can be selected; state more as most_years"
        )
    best = yearly[found.best]
    plans = [
        {
            "name": name,
            "years": len(values),
            **estimate(values).entry(),
            "eliminated_after": None if after is None else tally.years(after),
            "difference_from_best": None if values is best else _paired(values, best),
        }
        for name, values, after in zip(names, yearly, found.eliminated_after, strict=True)
    ]
    return {
        "output": contest.output,
        "indifference": contest.indifference,
        "confidence": contest.confidence,
        "guaranteed": found.guaranteed,
        "best": names[found.best],
        "first_years": contest.first_years,
        "most_years": contest.most_years,
        "plans": plans,
    }


def _paired(values: Floats, best: Floats) -> Json:
    """A plan's years less those of the best, as far as both were played."""
    common = min(len(values), len(best))
    return estimate(values[:common] - best[:common]).entry()
