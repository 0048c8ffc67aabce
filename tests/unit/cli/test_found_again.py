"""The same scenario, options and seed by the same program are the same run, found again at once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import chdir
from importlib import import_module
from pathlib import Path

import pytest

from builders import write_scenario
from calling import Called, call
from fleetcraft.scenario.copying import scenario_files
from fleetcraft.study.store.folder import MANIFEST, checksum, write_json
from fleetcraft.study.store.verify import faults_of_run

QUICK = ("--replications", 2, "--threads", 1)
PLAN = ("plan", "tiny", "--futures", 1, *QUICK)
CALLS = {
    "plan": PLAN,
    "simulate": ("simulate", "tiny", "--plan", "mine.json", "--trace", 1, *QUICK),
    "frontier": ("frontier", "tiny", "--budgets", "20e6", "--futures", 1, *QUICK),
    "compare": ("compare", "tiny", "--futures", 1, *QUICK),
}
WORK = {
    "plan": "fleetcraft.study.decide.plan_scenario",
    "simulate": "fleetcraft.study.decide.simulate_scenario",
    "frontier": "fleetcraft.study.frontier.frontier_scenario",
    "compare": "fleetcraft.study.compare.compare_scenario",
}


class ComputedError(Exception):
    """Something was computed."""


def compute(*_: object, **__: object) -> None:
    raise ComputedError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_scenario(tmp_path / "tiny")
    orders = [{"platform": "drone", "period": "2026Q1", "quantity": 3}]
    (tmp_path / "mine.json").write_text(json.dumps({"fleetcraft": 1, "orders": orders}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a plan was made."""
    folder = tmp_path_factory.mktemp("made")
    write_scenario(folder / "tiny")
    with chdir(folder):
        called = call(*PLAN)
    assert called.status == 0, called.err
    return folder / "runs"


@pytest.fixture
def run(made: Path, here: Path) -> Path:
    """The plan, in the folder of runs of this one."""
    shutil.copytree(made, here / "runs")
    (run,) = Path("runs").iterdir()
    return run


def computed_again(monkeypatch: pytest.MonkeyPatch, *more: object, verb: str = "plan") -> bool:
    """Whether the same call, with what is added, computes anything."""
    with monkeypatch.context() as patched:
        patched.setattr(WORK[verb], compute)
        called = call(*CALLS[verb], *more)
    assert called.status in (0, 1), called.err
    assert ("ComputedError" in called.err) == (called.status == 1)
    return called.status == 1


@pytest.mark.parametrize("verb", CALLS)
def test_the_same_call_tells_the_same_without_computing(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = [call(*CALLS[verb], *more) for more in ([], [], ["--json"], ["--quiet"])]
    first, again, as_json, quiet = calls
    assert [called.status for called in calls] == [0] * 4
    assert again.out == first.out
    (run,) = Path("runs").iterdir()
    assert again.err == f"fleetcraft: computed before, found again in {run}\n"
    assert first.err == as_json.err == quiet.err == ""
    assert as_json.json == json.loads((run / "result.json").read_text())
    assert first.out.endswith(quiet.out)
    assert not computed_again(monkeypatch, verb=verb)
    assert list(Path("runs").iterdir()) == [run]


def test_the_first_answer_and_the_one_found_again_are_the_same_bytes() -> None:
    assert call(*PLAN, "--json").out == call(*PLAN, "--json").out


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("more", [("--seed", 2), ("--gap", 0.02), ("--replications", 3), ("--out", "elsewhere")])
def test_another_question_or_folder_is_computed(more: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    assert computed_again(monkeypatch, *more)


@pytest.mark.usefixtures("run")
def test_other_formatting_is_the_same_question(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = here / "tiny" / "scenario.yaml"
    statement.write_text("# read again\n" + statement.read_text().replace("at_least: 0.5", "at_least: 0.50"))
    assert not computed_again(monkeypatch)
    statement.write_text(statement.read_text().replace("at_least: 0.50", "at_least: 0.51"))
    assert computed_again(monkeypatch)


@pytest.mark.parametrize("verb", CALLS)
def test_a_scenario_that_is_edited_meanwhile_is_kept_as_it_was_read(
    verb: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, name = WORK[verb].rpartition(".")
    statement = here / "tiny" / "scenario.yaml"
    read = statement.read_bytes()
    work = getattr(import_module(module), name)

    def edited(*arguments: object, **named: object) -> object:
        statement.write_text("fleetcraft: 1\n")
        return work(*arguments, **named)

    monkeypatch.setattr(WORK[verb], edited)
    called = call(*CALLS[verb])
    assert called.status == 0, called.err
    (run,) = Path("runs").iterdir()
    assert (run / "scenario" / "scenario.yaml").read_bytes() == read


def test_a_scenario_that_changes_while_it_is_read_is_not_stored(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(source: str | Path) -> dict[str, bytes]:
        statement = here / "tiny" / "scenario.yaml"
        statement.write_text(statement.read_text().replace("at_least: 0.5", "at_least: 0.51"))
        return scenario_files(source)

    monkeypatch.setattr("fleetcraft.report.store_run.scenario_files", other)
    called = call(*PLAN)
    assert called.status == 2
    assert called.err == "the scenario's files were changed while they were read; nothing was stored, ask again\n"
    assert not list(Path("runs").iterdir())


def told(run: Path, name: str, **changed: object) -> None:
    """Change keys of a run's file and let its manifest vouch for that."""
    write_json(run / name, {**json.loads((run / name).read_text()), **changed})
    manifest = json.loads((run / MANIFEST).read_text())
    if name != MANIFEST:
        manifest["files"][name] = checksum(run / name)
        write_json(run / MANIFEST, manifest)
    assert faults_of_run(run) == []


SPOILT: dict[str, Callable[[Path], object]] = {
    "report changed": lambda run: (run / "report.html").write_text("x"),
    "table lost": lambda run: (run / "tables" / "orders.csv").unlink(),
    "another program": lambda run: told(run, MANIFEST, program="another"),
    "other packages": lambda run: told(run, MANIFEST, packages={"numpy": "1.0"}),
    "another identity": lambda run: told(run, MANIFEST, identity="ab" * 32),
    "stopped by time": lambda run: told(run, "result.json", reproducible=False),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_another_computation_might_not_give_is_computed(
    run: Path, spoil: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(run)
    assert computed_again(monkeypatch)


def test_a_damaged_run_is_replaced(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (run / "tables" / "orders.csv").unlink()
    assert call(*PLAN).err == ""
    assert faults_of_run(run) == []
    assert not computed_again(monkeypatch)
    assert [path.name for path in Path("runs").iterdir()] == [run.name]


def test_a_plan_of_the_users_in_the_folder_is_refused(run: Path) -> None:
    (run / "plan.json").write_text('{"mine": 1}')
    called: Called = call(*PLAN)
    assert called.status == 2
    assert called.err.startswith(f"{run}: found plan.json, added or changed since the run was made")
    assert (run / "plan.json").read_text() == '{"mine": 1}'


def test_a_run_without_a_readable_manifest_is_refused_with_all_it_holds(run: Path) -> None:
    (run / "notes.txt").write_text("mine")
    for spoil in (lambda: (run / MANIFEST).write_text("{"), (run / MANIFEST).unlink):
        spoil()
        called: Called = call(*PLAN)
        assert called.status == 2
        assert called.err.startswith(f"{run}: found no readable manifest.json and so what may be your own, ")
        assert (run / "notes.txt").read_text() == "mine"


def test_a_report_made_again_is_of_the_run_and_the_users_own_files_are_not(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((run / MANIFEST).read_text())
    (run / "tables" / "orders.csv").unlink()
    (run / "report.html").write_text("spoilt")
    assert call("report", run).status == 0
    assert json.loads((run / MANIFEST).read_text()) == manifest
    assert not computed_again(monkeypatch)
    (run / "notes.txt").write_text("mine")
    assert call("report", run).status == 0
    assert faults_of_run(run) == ["notes.txt: not of the run"]
    assert (run / "notes.txt").read_text() == "mine"
    assert [path.name for path in Path("runs").iterdir()] == [run.name]


def test_an_explanation_is_of_its_run_and_of_its_program(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = call("explain", run, "--threads", 1)
    assert first.status == 0, first.err
    assert not computed_again(monkeypatch), "the run is still found"
    with monkeypatch.context() as patched:
        patched.setattr("fleetcraft.study.explain.answer.explain_run", compute)
        again = call("explain", run)
        assert again.out == first.out
        assert again.err == f"fleetcraft: explained before, found again in {run / 'explain'}\n"
        (run / "explain" / "explain.html").write_text("spoilt")
        assert "ComputedError" in call("explain", run).err
    assert call("explain", run, "--threads", 1).out == first.out
    assert faults_of_run(run) == []
    monkeypatch.setattr("fleetcraft.study.store.program.makeup", lambda: {"program": "another"})
    monkeypatch.setattr("fleetcraft.study.explain.answer.explain_run", compute)
    assert "ComputedError" in call("explain", run).err


def test_a_folder_without_a_name_is_refused() -> None:
    for out in (".", "tiny/.."):
        called = call(*PLAN, "--out", out)
        assert called.status == 2
        assert "without a name of its own" in called.err or "non-empty" in called.err
