from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builders import write_scenario
from fleetcraft.errors import InfeasibleError, ScenarioError
from fleetcraft.plan_file import plan_from_text
from fleetcraft.runs.plan import plan_question
from fleetcraft.runs.question import Question, answered
from fleetcraft.runs.simulate import simulate_question
from fleetcraft.study.decide import Options
from fleetcraft.study.store.again import Stored

QUICK = Options(replications=2)
PLAN = '{"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 3}]}'


def judged(folder: Path, plan: str = PLAN) -> Question:
    return simulate_question(
        str(folder), None, lambda scenario: plan_from_text(plan, "mine.json", scenario), QUICK, file="mine.json"
    )


def asked(question: Question, root: Path) -> tuple[Stored, list[str]]:
    """The answer, and what was being done for it."""
    told: list[str] = []

    @contextmanager
    def watch(target: Path) -> Iterator[Callable[[str, int, int], None]]:
        assert target.parent == root
        yield lambda what, _done, _of: told.append(what)

    return answered(question, root=root, threads=1, watch=watch, tell=told.append), told


def test_a_run_goes_into_the_root_and_is_found_there_again(tmp_path: Path) -> None:
    root, folder = tmp_path / "shelf", write_scenario(tmp_path / "tiny")
    made, told = asked(judged(folder), root)
    again, nothing = asked(judged(folder), root)
    assert made.folder.parent == root
    assert told[-1] == "writing the report"
    assert (again.was_there, again.result, nothing) == (True, made.result, [])


def test_what_is_asked_is_what_the_files_said_then(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path / "tiny")
    question = judged(folder)
    write_scenario(folder, name="Another")
    stored, _ = asked(question, tmp_path / "shelf")
    assert stored.result["scenario"]["name"] == question.scenario.name != "Another"
    assert "Another" not in (stored.folder / "scenario" / "scenario.yaml").read_text()


def test_faults_come_before_any_work(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path / "tiny")
    with pytest.raises(ScenarioError, match=r"mine\.json:1: .*kite"):
        judged(folder, PLAN.replace("drone", "kite"))
    write_scenario(folder, currency="shells")
    with pytest.raises(ScenarioError, match="currency"):
        plan_question(str(folder), None, QUICK, None)


def test_what_conflicts_is_told_with_its_place(tmp_path: Path) -> None:
    poor = write_scenario(
        tmp_path / "poor", budget={"obligation": {2026: 1.0}}, policies={"domain_minimum": {"air": 1}}
    )
    with pytest.raises(InfeasibleError, match=r"scenario\.yaml:\d+"):
        asked(plan_question(str(poor), None, QUICK, 1), tmp_path / "shelf")


def test_futures_are_the_scenarios_unless_stated(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path / "tiny", uncertainty={"futures": 7})
    assert plan_question(str(folder), None, QUICK, None).identity.options["futures"] == 7
    assert plan_question(str(folder), None, QUICK, 3).identity.options["futures"] == 3
