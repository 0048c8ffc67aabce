"""fleetcraft study, as a user calls it."""

from __future__ import annotations

import json
import math
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from builders import write_scenario
from calling import Called, call
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study.store.folder import read_manifest
from fleetcraft.study.store.verify import faults_of_run

FLEETCRAFT = "from fleetcraft.cli.main import main\nif __name__ == '__main__':\n    main()\n"
PLAN = {"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 4}]}
RESERVE, MTBF = "operations.endurance_reserve", "platforms.drone.mtbf_h"
TEXT = f"""\
fleetcraft: 1
name: What moves the drones
scenario: tiny
verb: simulate
plan: plan.json
options: {{replications: 12}}
factors:
  - {{path: {MTBF}, low: 50, high: 300}}
  - {{path: {RESERVE}, values: [0.05, 0.2]}}
design: {{kind: grid, levels: 3}}
outputs: [attainment.simulated, cost.acquisition]
"""
LONG = TEXT.replace("replications: 12", "replications: 300").replace("levels: 3", "levels: 15")
FILES = ("points.parquet", "points.csv", "report.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_scenario(folder / "tiny", assumptions=[{}], cases={"rich": {"budget.obligation.2026": 90e6}})
    (folder / "plan.json").write_text(json.dumps(PLAN))
    return folder


def study_file(folder: Path, text: str, name: str = "study.yaml") -> Path:
    (folder / name).write_text(text)
    return folder / name


def answer(folder: Path, out: Path, text: str, *options: object) -> dict[str, Any]:
    called = call("study", study_file(folder, text), "--out", out, "--threads", 1, "--json", *options)
    assert called.status == 0, called.err
    return called.json


def same_run(one: Path, other: Path) -> bool:
    results = [json.loads((run / "result.json").read_text()) | {"run": ""} for run in (one, other)]
    return results[0] == results[1] and all((one / name).read_bytes() == (other / name).read_bytes() for name in FILES)


@pytest.fixture(scope="module")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "grid"
    answer(folder, out, TEXT)
    return out


def test_a_study_answers_every_point_as_the_verb_does(run: Path, folder: Path, tmp_path: Path) -> None:
    found = json.loads((run / "result.json").read_text())
    assert found["points"] == {"done": 6, "infeasible": 0, "failed": 0}
    assert found["study"]["points"] == 6
    points = pd.read_parquet(run / "points.parquet")
    assert list(points["point"]) == list(range(6))
    assert list(zip(points[MTBF], points[RESERVE], strict=True)) == [
        (mtbf, reserve) for mtbf in (50.0, 175.0, 300.0) for reserve in (0.05, 0.2)
    ]
    row = points.iloc[3]
    asked = {"platforms": [{"mtbf_h": 175}], "operations": {"endurance_reserve": 0.2}}
    write_scenario(tmp_path / "asked", assumptions=[{}], **asked)
    one = call(
        "simulate", tmp_path / "asked", "--plan", folder / "plan.json", "--replications", 12, "--json", "--threads", 1,
        "--out", tmp_path / "one",
    )  # fmt: skip
    for key in ("simulated", "low", "high"):
        column = "attainment.simulated" + ("" if key == "simulated" else f".{key}")
        assert row[column] == one.json["attainment"][key]
    batches = list(row["attainment.simulated.batches"])
    assert len(batches) == 10
    weights = [2, 2, *[1] * 8]  # 12 years in 10 batches
    assert math.isclose(sum(w * b for w, b in zip(weights, batches, strict=True)) / 12, row["attainment.simulated"])


def test_the_summary_is_that_of_the_points(run: Path) -> None:
    found = json.loads((run / "result.json").read_text())
    points = pd.read_csv(run / "points.csv")
    for row in found["summary"]:
        column = points[row["output"]]
        assert row["mean"] == pytest.approx(column.mean())
        assert (row["min"], row["max"]) == (column.min(), column.max())
        assert row["p05"] == pytest.approx(column.quantile(0.05))


def test_the_run_is_whole_and_its_report_can_be_written_again(run: Path) -> None:
    assert faults_of_run(run) == []
    assert read_manifest(run)["verb"] == "study"
    assert (run / "study.yaml").read_text() == TEXT
    assert json.loads((run / "plans" / "000.json").read_text())["orders"] == PLAN["orders"]
    page = (run / "report.html").read_text()
    assert "What moves the drones" in page
    assert "<script" not in page
    assert page.count("<svg") == 1
    assert call("report", run).status == 0
    assert (run / "report.html").read_text() == page
    assert faults_of_run(run) == []


def test_studies_can_be_set_beside_each_other(run: Path) -> None:
    called = call("runs", "compare", run, run)
    assert called.status == 0, called.err
    assert "study" in called.out


def test_it_tells_on_the_terminal_how_the_outputs_are_spread(folder: Path, tmp_path: Path) -> None:
    called = call("study", study_file(folder, TEXT), "--out", tmp_path / "told", "--threads", 1)
    told = " ".join(called.out.split())
    assert "6 points: every combination of the factors' values; all in the same futures." in told
    assert "Attainment goes from" in told
    assert "Acquisition cost is $12.0 M in every point." in told


@pytest.mark.parametrize("count", [2, 3])
def test_the_same_bytes_from_any_number_of_processes(run: Path, folder: Path, tmp_path: Path, count: int) -> None:
    called = call("study", study_file(folder, TEXT), "--out", tmp_path / "more", "--threads", count, "--quiet")
    assert called.status == 0, called.err
    assert same_run(tmp_path / "more", run)


def test_the_same_study_is_found_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = study_file(folder, TEXT.replace("replications: 12", "replications: 2"))
    first = call("study", path, "--threads", 1, "--json")
    again = call("study", path, "--threads", 2, "--json")
    assert (first.status, again.status) == (0, 0)
    assert first.out == again.out
    assert "found again" in call("study", path, "--threads", 1).err
    other = call("study", path, "--threads", 1, "--json", "--seed", 2)
    assert other.json["run"] != first.json["run"]
    assert len(list((tmp_path / "runs").glob("tiny-*"))) == 2


def started(folder: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FLEETCRAFT, "study", str(study_file(folder, LONG)), "--out", str(out), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(pid: int) -> list[int]:
    """The processes of a study, without multiprocessing's own tracker."""
    named = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children(pid)}
    return [child for child, line in named.items() if b"spawn_main" in line]


def journals(out: Path) -> list[Path]:
    return list(out.parent.glob(f".{out.name}.points-*/journal.sqlite-wal"))


def wait_for_answers(out: Path, process: subprocess.Popen[str], bytes_: int) -> None:
    """Wait until so much was kept, or the study ended."""
    while process.poll() is None and not any(path.stat().st_size > bytes_ for path in journals(out)):
        time.sleep(0.01)


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "run"
    answer(folder, out, LONG)
    return out


@pytest.mark.parametrize(
    ("how", "kept_bytes"),
    [
        (signal.SIGKILL, 30_000),
        (signal.SIGINT, 40_000),
        *(pytest.param(signal.SIGKILL, size, marks=pytest.mark.soak) for size in range(20_000, 70_000, 5_000)),
    ],
)
def test_a_study_that_is_stopped_goes_on_and_ends_in_the_same_bytes(
    folder: Path, undisturbed: Path, tmp_path: Path, how: signal.Signals, kept_bytes: int
) -> None:
    out = tmp_path / "stopped"
    process = started(folder, out, "--threads", "2", "--quiet")
    wait_for_answers(out, process, kept_bytes)
    own = workers(process.pid)
    os.kill(process.pid, how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (-how if how == signal.SIGKILL else 130)
    if how == signal.SIGINT:
        assert "the same command goes on from there" in err
    assert not out.exists()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in own) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in own)
    (journal,) = out.parent.glob(f".{out.name}.points-*/journal.sqlite")
    with closing(sqlite3.connect(journal)) as file:
        answers, pieces = (
            file.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("answers", "pieces")
        )
    assert answers + pieces > 0
    assert answers < 30
    answer(folder, out, LONG)
    assert same_run(out, undisturbed)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_killed_worker_changes_nothing(folder: Path, undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "worker"
    process = started(folder, out, "--threads", "2", "--quiet")
    wait_for_answers(out, process, 20_000)
    os.kill(workers(process.pid)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert same_run(out, undisturbed)


def test_a_plan_is_decided_at_every_point_and_what_cannot_be_is_a_row(folder: Path, tmp_path: Path) -> None:
    text = (
        "fleetcraft: 1\nname: Money\nscenario: tiny\nverb: plan\noptions: {replications: 6, futures: 2}\n"
        "factors:\n  - {path: budget.obligation.2026, values: [20e6, 50e6]}\n"
        "  - {path: operations.people_limit, values: [2, 500]}\n"
        "design: {kind: grid}\n"
        "outputs: [attainment.simulated, craft.ordered, cost.acquisition]\n"
    )
    write_scenario(folder / "minimum", operations={"people_limit": 500}, policies={"domain_minimum": {"air": 2}})
    found = answer(folder, tmp_path / "plans", text.replace("scenario: tiny", "scenario: minimum"))
    points = pd.read_csv(tmp_path / "plans" / "points.csv")
    assert list(points["status"]) == ["infeasible", "done", "infeasible", "done"]
    assert points["reason"].notna().tolist() == [True, False, True, False]
    assert found["points"] == {"done": 2, "infeasible": 2, "failed": 0}
    done = points[points["status"] == "done"]
    assert (done["craft.ordered"] >= 2).all()
    assert done["cost.acquisition"].is_monotonic_increasing
    page = (tmp_path / "plans" / "report.html").read_text()
    assert "Why points have no answer" in page


@pytest.mark.parametrize(
    ("verb", "options", "output"),
    [
        ("frontier", "{replications: 4, futures: 2, budgets: 2}", "points.1.attainment.simulated"),
        ("compare", "{replications: 4, futures: 2}", "restrictions.only US.attainment.simulated"),
    ],
)
def test_other_verbs_answer_too(folder: Path, tmp_path: Path, verb: str, options: str, output: str) -> None:
    text = (
        f"fleetcraft: 1\nname: Other\nscenario: tiny\nverb: {verb}\noptions: {options}\n"
        f"design: {{kind: cases, cases: [rich]}}\noutputs: ['{output}']\n"
    )
    found = answer(folder, tmp_path / "other", text)
    assert found["points"]["done"] == 1
    assert 0 < found["summary"][0]["mean"] <= 1


def test_an_output_that_no_answer_has_is_told_at_its_line_before_anything_runs(folder: Path, tmp_path: Path) -> None:
    """Every one of them."""
    text = TEXT.replace("attainment.simulated", "attainment.simulate").replace("cost.acquisition", "costs")
    wrong = study_file(folder, text)
    called: Called = call("study", wrong, "--out", tmp_path / "none", "--threads", 1)
    assert called.status == 2
    first, second = called.err.splitlines()
    assert first == (
        f"{wrong}:11: outputs: attainment.simulate: found simulate, "
        "expected simulated (the nearest of simulated, low, high)"
    )
    assert second.startswith(f"{wrong}:11: outputs: costs: found costs, expected cost (the nearest of")
    assert not (tmp_path / "none").exists()


def test_a_wrong_file_or_call_is_status_2(folder: Path, tmp_path: Path) -> None:
    path = study_file(folder, TEXT.replace("mtbf_h", "mtbf").replace("verb: simulate", "verb: sail"))
    called = call("study", path, "--out", tmp_path / "none")
    assert called.status == 2
    assert len(called.err.strip().splitlines()) == 2
    assert call("study", tmp_path / "nowhere.yaml").status == 2


WAYS = {"--threads": 2, "--cluster": "tcp://127.0.0.1:9", "--local-cluster": 2}


@pytest.mark.parametrize("ways", [*combinations(WAYS, 2), tuple(WAYS)], ids="+".join)
def test_who_answers_is_said_in_one_way(folder: Path, ways: tuple[str, ...]) -> None:
    called = call("study", study_file(folder, TEXT), *(word for way in ways for word in (way, WAYS[way])))
    assert called.status == 2
    assert called.err.count("\n") == 1
    assert ways[0] in called.err
    assert ways[1] in called.err


def test_a_flag_wins_over_the_environment(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "no address")
    file = study_file(folder, TEXT)
    assert "no address" in call("study", file, "--out", tmp_path / "cluster").err
    assert call("study", file, "--out", tmp_path / "here", "--threads", 1).status == 0


@pytest.mark.parametrize(
    ("design", "key"),
    [
        ("tornado", "tornado"),
        ("morris, trajectories: 4, levels: 4", "sensitivity"),
        ("saltelli, base: 8", "sensitivity"),
    ],
)
def test_designs_for_sensitivity_tell_what_drives_each_output(
    folder: Path, tmp_path: Path, design: str, key: str
) -> None:
    text = TEXT.replace("grid, levels: 3", design)
    found = answer(folder, tmp_path / "driven", text)
    of_output = (found[key]["outputs"] if key == "sensitivity" else found[key])["attainment.simulated"]
    told = of_output if key == "sensitivity" else of_output["bars"]
    assert {row["factor"] for row in told} == {MTBF, RESERVE}


def test_a_tornado_starts_from_the_scenario_as_stated(folder: Path, tmp_path: Path) -> None:
    found = answer(folder, tmp_path / "tornado", TEXT.replace("grid, levels: 3", "tornado"))
    base = found["tornado"]["attainment.simulated"]["base"]["value"]
    one = call(
        "simulate", folder / "tiny", "--plan", folder / "plan.json", "--replications", 12, "--json", "--threads", 1,
        "--out", tmp_path / "one",
    )  # fmt: skip
    points = pd.read_csv(tmp_path / "tornado" / "points.csv")
    assert points["attainment.simulated"][0] == one.json["attainment"]["simulated"]
    assert base == pytest.approx(one.json["attainment"]["simulated"], rel=0.05)  # batches of unequal years
    assert points[MTBF][0] == 150.0
    stated = read_scenario(folder / "tiny")
    assert changed(stated, MTBF, 150.0).hash == stated.hash
