"""A point's answer: at the values that are recorded of it, and never the end of the study for one point's sake."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import FleetcraftError, LimitError, RunError
from fleetcraft.plan import Order, Plan
from fleetcraft.study import decide
from fleetcraft.study.engine.blocks import Point, Points
from fleetcraft.study.engine.journal import open_journal
from fleetcraft.study.questionnaire import answer_study as answers
from fleetcraft.study.questionnaire import answering
from fleetcraft.study.questionnaire.answering import StudyJob, ValuesClashError, scenario_at
from fleetcraft.study.questionnaire.outputs import UnknownOutputError
from fleetcraft.study.questionnaire.questions import Design, Factor, Named, Study, Verb

PLATFORM = "platforms.drone"
LOW = Factor(f"{PLATFORM}.lead_time_months_low", 2.0, 12.0, likely=6.0)
HIGH = Factor(f"{PLATFORM}.lead_time_months_high", 6.0, 20.0, likely=15.0)
SCALE = Factor(f"{PLATFORM}.lead_time_months_low", 0.5, 2.0, likely=1.0, is_scale=True)
PLAN = Plan((Order("drone", "2026Q1", 4),))
POINT = Point(0, (), 0)


def study_of(*factors: Factor, verb: Verb = "plan", **stated: Any) -> Study:
    study = Study(
        name="study",
        verb=verb,
        options={},
        seed=1,
        factors=factors,
        design=Design("grid", {"levels": 2}),
        outputs=("cost.acquisition",),
        asked=(Named("", PLAN, make_scenario(), "fleet.json"),),
    )
    return replace(study, **stated)


@pytest.mark.parametrize(("low", "high"), list(product((2.0, 6.0, 12.0), (6.0, 12.0, 20.0))))
def test_a_point_has_the_values_that_are_recorded_of_it_or_none(low: float, high: float) -> None:
    study = study_of(LOW, HIGH)
    if low > high:
        with pytest.raises(ValuesClashError, match="lead_time_months_low at 12 became 6"):
            scenario_at(study, Point(0, (low, high), 0))
        (answer,) = StudyJob(study).answer(Points((Point(0, (low, high), 0),)))
        assert answer["status"] == "failed"
        assert "these values do not go together" in answer["reason"]
        return
    drone = scenario_at(study, Point(0, (low, high), 0)).platforms[0]
    assert (drone.lead_time_months_low, drone.lead_time_months_high) == (low, high)
    assert low <= drone.lead_time_months_likely <= high


def test_a_scale_and_a_value_left_as_stated_hold_too() -> None:
    drone = scenario_at(study_of(SCALE, HIGH), Point(0, (2.0, 12.0), 0)).platforms[0]
    assert (drone.lead_time_months_low, drone.lead_time_months_high) == (12.0, 12.0)
    for factors, values in (((SCALE, HIGH), (2.0, 8.0)), ((HIGH, SCALE), (8.0, 2.0)), ((LOW, HIGH), (None, 3.0))):
        with pytest.raises(ValuesClashError):
            scenario_at(study_of(*factors), Point(0, values, 0))


def answered(monkeypatch: pytest.MonkeyPatch, found: Any, had: frozenset[str] = frozenset(), **stated: Any) -> Any:
    """The answer of one point, for which the verb plan finds or raises something."""

    def plan(*_: Any) -> Any:
        if isinstance(found, Exception):
            raise found
        return found, None

    monkeypatch.setitem(answering._ANSWERS, "plan", plan)  # type: ignore[arg-type]
    (answer,) = StudyJob(study_of(**stated), had).answer(Points((POINT,)))
    return answer


@pytest.mark.parametrize(("limit_s", "reproducible"), [(60.0, False), (None, True)])
def test_a_point_that_time_has_stopped_is_not_reproducible(
    monkeypatch: pytest.MonkeyPatch, limit_s: float | None, reproducible: bool
) -> None:
    answer = answered(monkeypatch, LimitError("no time"), options={"time_limit_s": limit_s})
    assert answer == {"status": "failed", "reason": "no time", "reproducible": reproducible}


def test_a_point_that_cannot_be_solved_does_not_end_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answered(monkeypatch, FleetcraftError("the solver failed:\nUnknown"))
    assert answer == {"status": "failed", "reason": "the solver failed: Unknown"}


def test_what_fails_on_the_machine_is_not_kept_as_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunError):
        answered(monkeypatch, RunError("the disk is full"))


def test_a_point_may_lack_what_another_has(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = {"orders": [], "cost": {"acquisition": 1.0}}
    assert answered(monkeypatch, found, outputs=("orders.0.quantity",))["values"] == {"orders.0.quantity": None}
    assert answered(monkeypatch, found, frozenset({"odd.one"}), outputs=("odd.one",))["values"] == {"odd.one": None}
    with pytest.raises(UnknownOutputError, match="found odd"):
        answered(monkeypatch, found, outputs=("odd.one",))


def test_an_interrupted_study_knows_which_outputs_there_are(tmp_path: Path) -> None:
    study = study_of(outputs=("a", "b", "c"))
    with open_journal(tmp_path) as journal:
        assert answers._had(study, journal) == frozenset()
        journal.keep({0: {"status": "failed", "reason": "x"}, 1: {"status": "done", "values": {"a": 1.0, "b": None}}})
        assert answers._had(study, journal) == {"a"}
        assert answers._had(replace(study, verb="simulate"), journal) == {"a", "b", "c"}


def test_the_fault_of_a_plan_names_its_file_not_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []

    def simulate(*_: Any, file: str, **__: Any) -> Any:
        named.append(file)
        return decide.Answer(PLAN, {"cost": {"acquisition": 1.0}})

    monkeypatch.setattr(answering, "simulate_scenario", simulate)
    case = Named("rich", PLAN, make_scenario(), "fleet.json")
    StudyJob(study_of(verb="simulate", options={"replications": 2}, asked=(case,))).answer(Points((POINT,)))
    assert named == ["fleet.json"]
