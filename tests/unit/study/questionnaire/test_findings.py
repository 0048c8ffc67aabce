"""What a study's points say together, from answers that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest

from fleetcraft.study.engine.journal import Journal
from fleetcraft.study.questionnaire.designs import Designed, designed
from fleetcraft.study.questionnaire.findings import study_result
from fleetcraft.study.questionnaire.questions import Factor, Study
from unit.study.questionnaire.test_designs import study_of

WHOLE = Factor("operations.people_limit", 0.0, 4.0, whole=True)
LISTED = Factor("operations.endurance_reserve", 0.0, 0.4, values=(0.0, 0.2, 0.4))
IDLE = Factor("platforms.drone.mtbf_h", 50.0, 300.0)
OUTPUT = "attainment.simulated"


@dataclass(frozen=True)
class Answers:
    """Stands for a journal every point of which is answered."""

    points: Designed
    batches: Callable[[tuple[float | None, ...], int], list[float]]

    def answers(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for point in self.points[:]:
            batches = self.batches(point.values, point.number)
            values = {OUTPUT: float(np.mean(batches))}
            yield point.number, {"status": "done", "values": values, "batches": {OUTPUT: batches}}


def found(study: Study, batches: Callable[[tuple[float | None, ...], int], list[float]]) -> dict[str, Any]:
    points = designed(study)
    return study_result(study, points, cast(Journal, Answers(points, batches)))


def test_effects_of_whole_and_listed_factors_are_those_of_the_steps_they_took() -> None:
    study = study_of("morris", WHOLE, LISTED, trajectories=8, levels=4)
    told = found(study, lambda at, _: [0.1 * cast(float, at[0]) + cast(float, at[1])])
    whole, listed = told["sensitivity"]["outputs"][OUTPUT]
    assert (whole["mu_star"]["value"], listed["mu_star"]["value"]) == pytest.approx((0.4, 0.4))
    assert (whole["sigma"], listed["sigma"]) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_a_factor_without_effect_is_not_told_from_the_noise_of_years() -> None:
    def chance_of_all(at: tuple[float | None, ...], number: int) -> list[float]:
        years = np.random.default_rng(number).random((10, 20)) < 0.3 + 0.1 * cast(float, at[0])
        return [float(share) for share in years.mean(axis=1)]

    told = []
    for seed in range(10):
        study = study_of("saltelli", WHOLE, IDLE, seed=seed, base=64)
        (works, idle) = found(study, chance_of_all)["sensitivity"]["outputs"][OUTPUT]
        assert works["total"]["low"] > 0
        told.append(idle["total"]["low"] > 0)
    assert sum(told) <= 1
