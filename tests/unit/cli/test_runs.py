"""fleetcraft runs, as a user calls it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from calling import call
from fleetcraft.report.tokens import NBSP
from fleetcraft.study.store import folder as store
from fleetcraft.study.store.folder import MANIFEST
from fleetcraft.study.store.lock import locked
from unit.study.stored import RESULT, store_run


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two plans and a comparison in the default root of the current folder."""
    monkeypatch.chdir(tmp_path)
    cheaper = [{"platform": "drone", "period": "2026Q1", "quantity": 2}]
    point = {"attainment": {"simulated": 0.4, "low": 0.3, "high": 0.5}}
    restrictions = [{"name": "only AU", **point}, {"name": "only EC", "attainment": None}]
    store_run(Path("runs/first"))
    store_run(Path("runs/second"), verb="simulate", gap=0.02, seed=7, orders=cheaper, status=None)
    store_run(
        Path("runs/third"), verb="compare", attainment=None, cost=None, open=dict(RESULT), restrictions=restrictions
    )
    for i, name in enumerate(("first", "second", "third")):
        os.utime(Path("runs") / name / MANIFEST, (60 * i, 60 * i))
    return Path("runs")


class Terminal(io.StringIO):
    """Someone at a terminal who types what they type."""

    def isatty(self) -> bool:
        return True


def rows(shown: str) -> list[list[str]]:
    """The cells of a table's lines, apart by two spaces at least."""
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()] for line in shown.replace(NBSP, " ").splitlines()
    ]


# List


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("words", [(), ("list",)])
def test_runs_are_listed_in_the_order_they_were_made(words: tuple[str, ...]) -> None:
    called = call("runs", *words)
    assert (called.status, called.err) == (0, "")
    _, _, *lines = called.out.splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "first plan Tiny, wet 1 1970-01-01 00:00 75.0% (70.0 to 80.0%) $12.5 M",
        "second simulate Tiny, wet 7 1970-01-01 00:01 75.0% (70.0 to 80.0%) $12.5 M",
        "third compare Tiny, wet 1 1970-01-01 00:02 – –",
    ]
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize("words", [(), ("list",)])
def test_a_list_as_json_is_one_object(root: Path, words: tuple[str, ...]) -> None:
    called = call("runs", *words, "--json", "--root", root.resolve())
    found = called.json["runs"]
    assert [run["folder"] for run in found] == ["first", "second", "third"]
    assert found[0]["acquisition"] == 12.5e6
    assert found[2]["attainment"] is None
    assert called.err == ""


def test_a_root_without_runs_is_a_plain_line(tmp_path: Path) -> None:
    for words in ((), ("list",), ("verify",)):
        called = call("runs", *words, "--root", tmp_path / "none")
        assert (called.status, called.out, called.err) == (0, f"{tmp_path / 'none'}: no runs\n", "")
    assert call("runs", "--root", tmp_path / "none", "--json").json["runs"] == []


def test_options_before_the_word_are_refused_not_passed_over(root: Path) -> None:
    for options in (("--json",), ("--root", root.resolve())):
        called = call("runs", *options, "list")
        assert called.status == 2
        assert called.out == ""
        assert called.err.count("\n") == 1
        assert "after list" in called.err


# Compare


def test_two_plans_are_beside_each_other_with_what_differs(root: Path) -> None:
    called = call("runs", "compare", root / "first", "second")
    assert (called.status, called.err) == (0, "")
    shown = rows(called.out)
    assert ["Run", "runs/first", "runs/second"] in shown
    assert ["Verb", "plan", "simulate"] in shown
    assert ["Seed", "1", "7"] in shown
    assert ["Attained", "75.0% (70.0 to 80.0%)", "75.0% (70.0 to 80.0%)"] in shown
    assert ["Cost", "$12.5 M", "$12.5 M"] in shown
    assert ["gap", "0.01", "0.02"] in shown
    assert ["boat", "4", "0"] in shown
    assert ["drone", "5", "2"] in shown
    assert "replications" not in called.out, "the same in both"


def test_a_run_does_not_differ_from_itself(root: Path) -> None:
    shown = call("runs", "compare", root / "first", root / "first").out
    assert "Options: the same in both" in shown
    assert "Craft ordered: the same in both" in shown


@pytest.mark.usefixtures("root")
def test_a_comparison_as_json_is_one_object() -> None:
    found = call("runs", "compare", "first", "second", "--json").json
    assert [run["folder"] for run in found["runs"]] == ["runs/first", "runs/second"]
    assert found["options"] == [{"name": "gap", "first": 0.01, "second": 0.02}]
    assert found["orders"] == [
        {"name": "boat", "first": 4, "second": 0},
        {"name": "drone", "first": 5, "second": 2},
    ]


def study_of(name: str, points: int, mean: float, **paths: str) -> dict[str, Any]:
    """The result of a study of an output or more, by their path with their unit."""
    outputs = [{"path": path, "name": path.replace("_", " "), "unit": unit} for path, unit in paths.items()]
    study = {"name": name, "points": points, "design": {"kind": "sobol"}, "outputs": outputs}
    return {
        "verb": "study", "attainment": None, "cost": None, "orders": None, "study": study,
        "points": {"done": points}, "summary": [{"output": path, "mean": mean} for path in paths],
    }  # fmt: skip


def test_studies_are_told_apart_in_the_list_and_beside_each_other(root: Path) -> None:
    store_run(root / "s1", **study_of("What matters", 12, 0.5, share="fraction"))
    store_run(root / "s2", **study_of("What fails", 1, 0.25, share="fraction", cost="USD"))
    listed = " ".join(call("runs").out.split())
    assert "s1 study Tiny, wet: What matters (12 points) 1" in listed
    assert "s2 study Tiny, wet: What fails (1 point) 1" in listed
    called = call("runs", "compare", "s1", "s2")
    shown = rows(called.out)
    assert ["Study", "What matters", "What fails"] in shown
    assert ["Design", "sobol", "sobol"] in shown
    assert ["Points", "12", "1"] in shown
    assert ["share", "50.0%", "25.0%"] in shown
    assert any(row[:2] == ["cost", "–"] for row in shown)
    assert "Attained in" not in called.out


def test_a_replan_is_beside_the_plan_with_what_it_orders_differently(root: Path) -> None:
    more = [{"platform": "drone", "period": "2026Q1", "quantity": 9}]
    store_run(root / "again", verb="replan", orders=more)
    shown = rows(call("runs", "compare", "first", "again").out)
    assert ["drone", "5", "9"] in shown
    assert ["boat", "4", "0"] in shown


def test_runs_of_many_plans_show_the_attainment_of_each(root: Path) -> None:
    points = [
        {"budget": 2e6, "risk_weight": None, "attainment": {"simulated": 0.2, "low": 0.1, "high": 0.3}},
        {"budget": 3e6, "risk_weight": 0.5, "conflict": ["x"]},
    ]
    store_run(root / "fourth", verb="frontier", attainment=None, currency="USD", points=points)
    called = call("runs", "compare", "third", "fourth")
    shown = rows(called.out)
    assert ["open competition", "75.0% (70.0 to 80.0%)"] in shown
    assert ["only AU", "40.0% (30.0 to 50.0%)"] in shown
    assert ["only EC", "–"] in shown
    assert ["budget 2,000,000 USD", "20.0% (10.0 to 30.0%)"] in shown
    assert ["budget 3,000,000 USD, risk weight 0.5", "–"] in shown
    assert "Options" not in called.out
    found = call("runs", "compare", "first", "fourth", "--json").json
    assert (found["options"], found["orders"]) == (None, None)
    assert found["runs"][0]["attainments"] == [{"name": "plan", "simulated": 0.75, "low": 0.7, "high": 0.8}]


def test_what_is_no_whole_run_is_not_compared(root: Path) -> None:
    (root / "second" / "result.json").write_text("{}")
    for other in ("second", "nowhere"):
        called = call("runs", "compare", "first", other)
        assert (called.status, called.out) == (2, "")
        assert called.err.count("\n") == 1
        assert other in called.err


# Verify


@pytest.mark.usefixtures("root")
def test_whole_runs_are_told_a_line_each() -> None:
    called = call("runs", "verify")
    assert (called.status, called.err) == (0, "")
    assert called.out.splitlines() == ["runs/first: whole", "runs/second: whole", "runs/third: whole"]
    assert call("runs", "verify", "third", "first").out.splitlines() == ["runs/third: whole", "runs/first: whole"]


def test_every_fault_is_a_line_and_the_status_is_2(root: Path) -> None:
    (root / "second" / "result.json").unlink()
    (root / "second" / "mine.txt").write_text("x")
    (root / "third" / MANIFEST).write_text("{}")
    called = call("runs", "verify")
    assert called.status == 2
    assert called.out.splitlines() == ["runs/first: whole"]
    faults = [
        "runs/second: mine.txt: not of the run",
        "runs/second: result.json: missing",
        f"runs/third: {MANIFEST}: holds no list of files",
    ]
    assert called.err.splitlines() == faults
    told = call("runs", "verify", "--json")
    assert told.status == 2
    assert [(run["folder"], len(run["faults"])) for run in told.json["runs"]] == [
        ("runs/first", 0), ("runs/second", 2), ("runs/third", 1),
    ]  # fmt: skip
    assert call("runs", "verify", "nowhere").status == 2


def test_a_run_that_is_being_changed_is_at_work_and_no_fault(root: Path) -> None:
    (root / "second" / "report.html").write_text("half of what is being written")
    with locked((root / "second").resolve(), lambda: None):
        called = call("runs", "verify")
        told = call("runs", "verify", "second", "--json")
    assert (called.status, called.err) == (0, "")
    assert called.out.splitlines() == ["runs/first: whole", "runs/second: at work", "runs/third: whole"]
    assert told.json == {"runs": [{"folder": "runs/second", "faults": [], "at_work": True}]}
    assert call("runs", "verify", "second").err == "runs/second: report.html: not of the run\n"


# Remove


def test_without_a_terminal_a_removal_wants_yes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    called = call("runs", "remove", "first")
    assert (called.status, called.out) == (2, "")
    assert called.err.count("\n") == 1
    assert "--yes" in called.err
    assert (root / "first" / MANIFEST).exists()


def test_yes_removes_the_named_runs_alone(root: Path) -> None:
    called = call("runs", "remove", "first", root / "second", "runs/first", "--yes")
    assert (called.status, called.err) == (0, "")
    assert called.out.splitlines() == ["runs/first: removed", "runs/second: removed"]
    assert [run["folder"] for run in call("runs", "--json").json["runs"]] == ["third"]
    assert not (root / "first").exists()


@pytest.mark.parametrize(("typed", "left"), [("y\n", False), ("n\n", True), ("\n", True)])
def test_on_a_terminal_it_asks(root: Path, monkeypatch: pytest.MonkeyPatch, typed: str, left: bool) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    called = call("runs", "remove", "first")
    assert called.status == 0
    assert "Remove runs/first?" in called.err
    assert called.out.strip() == ("nothing was removed" if left else "runs/first: removed")
    assert (root / "first").exists() is left


def test_what_could_not_be_removed_is_no_run_any_more_and_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(store.shutil, "rmtree", lambda _folder, **_: None)
        called = call("runs", "remove", "first", "--yes")
    assert called.status == 2
    assert "runs/first: is no run any more, but some of it could not be removed and lies in " in called.err
    (left,) = root.glob(".first.*")
    assert (left / "result.json").exists()
    assert not (left / MANIFEST).exists()
    assert [run["folder"] for run in call("runs", "--json").json["runs"]] == ["second", "third"]
    assert not left.exists(), "cleared by the next look at the runs"


def test_what_is_no_run_is_refused_and_nothing_removed(root: Path) -> None:
    (root / "mine").mkdir()
    (root / "web").mkdir()
    (root / "web" / MANIFEST).write_text(json.dumps({"name": "something else", "files": {}}))
    (root / "link").symlink_to("first")
    for name in ("mine", "web", "link", "nowhere"):
        called = call("runs", "remove", "first", root / name, "--yes")
        assert (called.status, called.out) == (2, "")
        assert called.err.count("\n") == 1
        assert called.err.startswith(f"runs/{name}: found ")
    assert (root / "first" / MANIFEST).exists()
    assert (root / "web" / MANIFEST).exists()
    assert (root / "mine").exists()
