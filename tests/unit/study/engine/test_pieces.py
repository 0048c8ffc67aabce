"""A point answered in pieces is the point answered whole, byte for byte."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from builders import EVERYTHING, make_scenario
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_plan
from fleetcraft.study.engine.blocks import Join, Piece, Point, Points, joined, packed
from fleetcraft.study.judge import complete_plan
from fleetcraft.study.questionnaire import answering
from fleetcraft.study.questionnaire.answering import StudyJob
from fleetcraft.study.questionnaire.questions import Design, Factor, Named, Study

PLAN = Plan(orders=(Order("drone", "2026Q1", 4),))
OUTPUTS = (
    "attainment.simulated",
    "cost.acquisition",
    "losses.drone",
    "requirements.0.simulated",
    "probability_all_met",
)


def study_of(scenario: Scenario, plan: Plan, replications: int, **options: Any) -> Study:
    return Study(
        name="pieces",
        verb="simulate",
        options={"replications": replications, "half_width": None, **options},
        seed=3,
        factors=(Factor("platforms.drone.mtbf_h", 50.0, 300.0),),
        design=Design("grid", {"levels": 3}),
        outputs=OUTPUTS,
        asked=(Named("plan.json", plan, scenario),),
    )


def as_bytes(answer: Any) -> bytes:
    return json.dumps(answer, sort_keys=True).encode()


def in_pieces(job: StudyJob, point: Point, edges: list[int]) -> Any:
    pieces = [Piece(point, a, b - a) for a, b in pairwise(edges)]
    return job.answer(Join(point, tuple(job.answer(piece) for piece in pieces)))


@pytest.mark.parametrize("edges", [[0, 33], [0, 1, 33], [0, 8, 16, 32, 33], list(range(34))])
def test_pieces_of_any_size_join_to_the_whole(edges: list[int]) -> None:
    job = StudyJob(study_of(make_scenario(), PLAN, 33))
    point = Point(1, (70.0,))
    assert as_bytes(in_pieces(job, point, edges)) == as_bytes(job.answer(Points((point,))))


def test_pieces_of_a_plan_that_adapts_to_the_news_join_to_the_whole() -> None:
    scenario = make_scenario(**EVERYTHING)
    theatre = make_theatre(scenario)
    placed = complete_plan(theatre, PLAN, seed=3)
    base, area = placed.allocation[0].base, placed.allocation[0].area  # type: ignore[index]
    later = tuple(
        Later(future, (Order("drone", "2026Q4", 2),), (Allocation("drone", base, area, 2, None),))
        for future in (1, 5, 8)
    )
    job = StudyJob(study_of(scenario, replace(placed, later=later, later_seed=3), 10))
    point = Point(0, (150.0,))
    whole = as_bytes(job.answer(Points((point,))))
    assert as_bytes(in_pieces(job, point, [0, 4, 6, 10])) == whole
    assert b'"done"' in whole


def test_a_point_that_cannot_be_answered_says_so_alike_in_pieces_and_whole() -> None:
    scenario = make_scenario()
    far = Factor("platforms.drone.range_nm_from_base", 10.0, 500.0)
    plan = Plan(orders=PLAN.orders, allocation=(Allocation("drone", "baltra", "bay", 4, None),))
    job = StudyJob(replace(study_of(scenario, plan, 20), factors=(far,)))
    point = Point(0, (10.0,))
    whole = job.answer(Points((point,)))
    assert whole[0]["status"] == "failed"  # type: ignore[index]
    assert "out of its range" in whole[0]["reason"]  # type: ignore[index]
    assert as_bytes(in_pieces(job, point, [0, 10, 20])) == as_bytes(whole)
    refused = Point(0, (-1.0,))
    assert as_bytes(in_pieces(job, refused, [0, 20])) == as_bytes(job.answer(Points((refused,))))
    assert job.answer(Points((refused,)))[0]["status"] == "failed"  # type: ignore[index]


def test_an_outcome_comes_back_from_its_bytes_as_it_was() -> None:
    scenario = make_scenario(**EVERYTHING)
    theatre = make_theatre(scenario)
    plan = complete_plan(theatre, PLAN, seed=1)

    def play(first: int, count: int) -> Outcome:
        return simulate_plan(theatre, plan, seed=1, block="judge", replications=count, threads=1, first=first)

    whole, back = play(0, 6), joined([packed(play(0, 2)), packed(play(2, 4))])
    for field in fields(Outcome):
        one, other = getattr(whole, field.name), getattr(back, field.name)
        if isinstance(one, np.ndarray):
            assert one.tobytes() == other.tobytes()
            assert one.dtype == other.dtype
        else:
            assert one == other


def test_points_that_play_until_an_interval_is_narrow_are_never_cut() -> None:
    scenario = make_scenario()
    assert StudyJob(study_of(scenario, PLAN, 50)).replications == 50
    assert StudyJob(study_of(scenario, PLAN, 50, half_width=0.1)).replications is None
    assert StudyJob(replace(study_of(scenario, PLAN, 50), verb="plan")).replications is None


def test_points_that_take_long_are_not_answered_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.1, 4.5])
    monkeypatch.setattr(answering, "perf_counter", lambda: next(moments))
    job = StudyJob(study_of(make_scenario(), PLAN, 3))
    points = tuple(Point(number, (70.0 + number,)) for number in range(9))
    answers = job.answer(Points(points))
    monkeypatch.undo()
    assert answers == [*job.answer(Points(points[:1])), *job.answer(Points(points[1:2]))]


def test_a_study_is_known_by_all_it_holds_also_where_its_job_is_sent() -> None:
    study = study_of(make_scenario(), PLAN, 20)
    assert pickle.loads(pickle.dumps(StudyJob(study))).study.hash == study.hash
    others = [
        replace(study, seed=4),
        replace(study, outputs=OUTPUTS[:1]),
        replace(study, factors=()),
        replace(study, asked=(replace(study.asked[0], plan=Plan(orders=(Order("drone", "2026Q1", 5),))),)),
        replace(study, asked=(replace(study.asked[0], scenario=make_scenario(budget={"obligation": {2026: 49e6}})),)),
    ]
    assert len({each.hash for each in [study, *others]}) == 6
