"""fleetcraft explain: a run's decision, or a scenario's conflict, on stdout, as JSON and as a page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from builders import ASSUMPTION, SOURCE, write_scenario
from calling import call
from fleetcraft.study.store.folder import read_manifest
from fleetcraft.study.store.verify import faults_of_run

FLEETCRAFT = "from fleetcraft.cli.main import main\nif __name__ == '__main__':\n    main()\n"
QUICK = {
    "production_rate_per_year": 200,
    "lead_time_months_low": 3,
    "lead_time_months_likely": 4,
    "lead_time_months_high": 5,
    "sweep_width_nm_small_craft": 1,
}
PLATFORMS = [
    QUICK,
    {**QUICK, "id": "dear", "name": "Dear", "supplier": "Dearmaker", "unit_price_likely": 4e6, "max_wind_kn": 40},
    {
        **QUICK,
        "id": "worse",
        "name": "Worse",
        "supplier": "Worsemaker",
        "unit_price_likely": 4e6,
        "unit_price_low": 3e6,
    },
    {**QUICK, "id": "short", "name": "Short", "supplier": "Shortmaker", "range_nm_from_base": 50},
]
TINY: dict[str, Any] = {
    "platforms": PLATFORMS,
    "budget": {"obligation": {2026: 20e6}, "support": {2028: 90e6}},
    "assumptions": [
        ASSUMPTION,
        {**ASSUMPTION, "path": "budget.obligation.2026", "low": 9e6, "likely": 20e6, "high": 40e6},
    ],
    "platform_sources": [{**SOURCE, "field": "unit_price_likely", "value": 3e6, "low": 2e6, "high": 5e6}],
    "uncertainty": {"futures": 2},
}
IMPOSSIBLE = {"budget": {"obligation": {2026: 10e6}}, "policies": {"domain_minimum": {"air": 8}}}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain")
    write_scenario(folder / "tiny", **TINY)
    planned = call("plan", folder / "tiny", "--out", folder / "run", "--replications", 30, "--threads", 1, "--quiet")
    assert planned.status == 0, planned.err
    shutil.copytree(folder / "run", folder / "stopped")
    return folder / "run"


@pytest.fixture(scope="module")
def explained(run: Path) -> dict[str, Any]:
    called = call("explain", run, "--threads", 1, "--json")
    assert called.status == 0, called.err
    found: dict[str, Any] = json.loads(called.out)
    return found


def test_the_answer_holds_everything(explained: dict[str, Any]) -> None:
    assert {"binding", "why_not", "next_money", "alternatives", "flips"} <= explained.keys()
    reasons = {row["platform"]: row["reason"] for row in explained["why_not"]}
    assert reasons["short"] == "out_of_range"
    assert reasons["worse"] == "dominated"
    assert reasons["dear"] in ("too_dear", "close")
    assert explained["next_money"]["amount"] == 1e6
    assert {"mean", "low", "high"} == explained["next_money"]["simulated"].keys()
    assert {row["limit"] for row in explained["binding"]} >= {"budget.obligation.2026", "budget.support.2028"}
    entries = {row["path"]: row for row in explained["flips"]["entries"]}
    assert entries["budget.obligation.2026"]["flips"]
    assert entries["budget.obligation.2026"]["ends"]["low"]["bound"] < 0


def test_it_lies_in_the_run_and_the_run_stays_whole(run: Path, explained: dict[str, Any]) -> None:
    assert json.loads((run / "explain" / "explain.json").read_text()) == explained
    page = (run / "explain" / "explain.html").read_text()
    assert "What binds" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    read_manifest(run)
    files = json.loads((run / "manifest.json").read_text())["files"]
    assert {"explain/explain.json", "explain/explain.html", "result.json"} <= files.keys()
    assert faults_of_run(run) == []
    assert not list(run.parent.glob(".*"))


def test_the_report_names_what_would_change_the_plan(run: Path, explained: dict[str, Any]) -> None:
    flips = sum(entry["flips"] for entry in explained["flips"]["entries"])
    assert flips
    report = (run / "report.html").read_text()
    unexplained = (run.parent / "stopped" / "report.html").read_text()
    assert "fleetcraft explain" in unexplained
    assert "fleetcraft explain" not in report
    assert report != unexplained


def test_a_second_time_it_is_only_told(run: Path, explained: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fleetcraft.study.explain.answer.explain_run", None)
    assert json.loads(call("explain", run, "--json").out) == explained
    told = call("explain", run).out
    assert "What holds the fleet back" in told or "No limit" in told
    assert "Worse: Drone is no worse in anything and cheaper." in told
    assert str(run / "explain" / "explain.html") in told.replace("\n", "")


def test_what_was_killed_in_the_middle_ends_in_the_same_bytes(run: Path, explained: dict[str, Any]) -> None:
    stopped, script = run.parent / "stopped", run.parent / "call.py"
    script.write_text(FLEETCRAFT)
    process = subprocess.Popen(
        [sys.executable, str(script), "explain", str(stopped), "--threads", "2", "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    kept: list[Path] = []
    while len(kept) < 4 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
        kept = list(run.parent.glob(".stopped.explain-*/*/answer.json"))
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    assert 4 <= len(kept) < explained["solves"]
    assert not (stopped / "explain").exists()
    read_manifest(stopped)
    assert call("explain", stopped, "--threads", 1, "--quiet").status == 0
    assert not list(run.parent.glob(".stopped*"))
    whole = {path.name: path.read_bytes() for path in (run / "explain").iterdir()}
    assert {path.name: path.read_bytes() for path in (stopped / "explain").iterdir()} == whole


def test_a_run_that_is_no_plan_is_refused(run: Path, tmp_path: Path) -> None:
    scenario = run.parent / "tiny"
    judged = ("--plan", run / "plan.json", "--out", tmp_path / "judged", "--replications", 2, "--threads", 1)
    assert call("simulate", scenario, *judged).status == 0
    refused = call("explain", tmp_path / "judged")
    assert refused.status == 2
    assert "found a run of simulate, expected one of plan" in refused.err


def test_a_scenario_that_cannot_be_planned_for(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path / "impossible", **IMPOSSIBLE)
    lines = (folder / "scenario.yaml").read_text().splitlines()
    line = {
        text: n for n, each in enumerate(lines, 1) for text in ("2026: 1", "air: 8") if each.strip().startswith(text)
    }
    called = call("explain", folder)
    assert called.status == 3
    assert called.out == ""
    assert called.err.splitlines() == [
        "no plan meets all hard constraints; these statements cannot all hold:",
        f"  scenario.yaml:{line['2026: 1']}: budget.obligation.2026: 10,000,000 USD; "
        "alone it must rise to 24,000,000 USD (by 14,000,000 USD)",
        f"  scenario.yaml:{line['air: 8']}: policies.domain_minimum.air: 8 craft; "
        "alone it must fall to 3 craft (by 5 craft)",
        "the cheapest way out (least sum of relative changes):",
        "  policies.domain_minimum.air must fall to 3 craft (by 5 craft)",
    ]
    told = call("explain", folder, "--json")
    assert told.status == 3
    found = json.loads(told.out)
    assert found["status"] == "infeasible"
    assert [statement["path"] for statement in found["statements"] if statement["in_conflict"]] == [
        "budget.obligation.2026",
        "policies.domain_minimum.air",
    ]


def test_a_scenario_that_can_be_planned_for(tmp_path: Path) -> None:
    called = call("explain", write_scenario(tmp_path / "tiny"))
    assert called.status == 0
    assert "the hard constraints can be met" in called.out
    assert json.loads(call("explain", tmp_path / "tiny", "--json").out)["status"] == "feasible"
