"""fleetcraft frontier, as a user calls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from builders import write_scenario
from calling import call
from fleetcraft.cli.frontier import _budgets
from fleetcraft.study.store.folder import read_manifest

QUICK = ("--replications", 8, "--futures", 4)
FLEETCRAFT = "from fleetcraft.cli.main import main\nif __name__ == '__main__':\n    main()\n"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scenario(tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture(scope="module")
def run(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A frontier of three budgets: its folder and what --json prints."""
    folder = tmp_path_factory.mktemp("runs") / "frontier"
    called = call("frontier", scenario, "--budgets", 3, "--out", folder, "--threads", 1, "--json", *QUICK)
    assert called.status == 0, called.err
    return folder, called.json


def test_json_holds_what_the_contract_promises(run: tuple[Path, dict[str, Any]]) -> None:
    folder, found = run
    assert found == json.loads((folder / "result.json").read_text())
    assert found["scenario"]["name"] == "Tiny"
    assert len(found["points"]) == 3
    for row in found["points"]:
        keys = {"budget", "scale", "status", "gap", "bound", "objective", "probability_all_met", "orders", "kept_from"}
        assert set(row) >= keys
        assert set(row["cost"]) >= {"acquisition", "life_cycle"}
        assert set(row["attainment"]) == {"planned", "simulated", "low", "high"}
        assert set(row["risk"]) == {"p10", "cvar", "low", "high"}
    assert set(found) >= {"points", "efficient", "next", "enough", "budget", "currency"}


def test_the_run_is_whole_and_its_plans_can_be_judged_again(run: tuple[Path, dict[str, Any]], scenario: Path) -> None:
    folder, found = run
    assert read_manifest(folder)["verb"] == "frontier"
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]
    for name in ("report.html", "tables/points.csv", "tables/next.parquet", "figures/frontier_0.svg", "scenario"):
        assert (folder / name).exists(), name
    row = found["points"][1]
    plan = folder / "points" / row["key"] / "plan.json"
    judged = call(
        "simulate", scenario, "--plan", plan, "--out", folder.parent / "judged", "--threads", 1, "--json",
        "--replications", 8,
    )  # fmt: skip
    assert judged.json["attainment"]["simulated"] == pytest.approx(row["attainment"]["simulated"])


def test_the_page_and_the_terminal_tell_every_budget(
    run: tuple[Path, dict[str, Any]], scenario: Path, tmp_path: Path
) -> None:
    folder, found = run
    page = (folder / "report.html").read_text()
    assert "What each budget buys" in page
    assert page.count("<svg") == 3
    assert "<script" not in page
    shown = call("frontier", scenario, "--budgets", 3, "--out", tmp_path / "again", "--threads", 1, *QUICK)
    assert shown.status == 0
    for row in found["points"]:
        assert f"{row['budget'] / 1e6:.1f}" in shown.out
    assert "support budgets stay as stated" in " ".join(shown.out.split())


def test_another_call_gives_the_same_bytes_in_processes(
    run: tuple[Path, dict[str, Any]], scenario: Path, tmp_path: Path
) -> None:
    folder, found = run
    other = tmp_path / "frontier"
    again = call("frontier", scenario, "--budgets", 3, "--out", other, "--threads", 2, "--json", *QUICK)
    assert {**again.json, "run": ""} == {**found, "run": ""}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.name not in ("manifest.json", "result.json"):
            assert (other / name).read_bytes() == path.read_bytes(), name


def test_amounts_and_risk_weights_can_be_stated(scenario: Path, tmp_path: Path) -> None:
    called = call(
        "frontier", scenario, "--budgets", "40e6,20e6", "--risk-weights", "0,1", "--out", tmp_path / "run",
        "--threads", 1, "--json", *QUICK,
    )  # fmt: skip
    assert called.status == 0, called.err
    rows = [(row["risk_weight"], row["budget"]) for row in called.json["points"]]
    assert rows == [(0.0, 20e6), (0.0, 40e6), (1.0, 20e6), (1.0, 40e6)]
    assert (tmp_path / "run" / "figures" / "frontier_1.svg").exists()


@pytest.mark.parametrize(
    ("text", "amounts", "count"),
    [("12", (), 12), ("1", (), 1), ("5e9", (5e9,), 0), ("3e9,1e9,3e9", (1e9, 3e9), 0), ("200", (200.0,), 0)],
)
def test_a_small_whole_number_is_how_many(text: str, amounts: tuple[float, ...], count: int) -> None:
    assert _budgets(text) == (amounts, count)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--budgets", "many"),
        ("--budgets", "0"),
        ("--budgets", "1e9,-1"),
        ("--budgets", "inf"),
        ("--risk-weights", "-0.5"),
        ("--risk-weights", "nan"),
        ("--replications", "1"),
    ],
)
def test_a_wrong_call_is_status_2_and_one_line(scenario: Path, arguments: tuple[str, ...]) -> None:
    called = call("frontier", scenario, *arguments)
    assert called.status == 2
    assert called.out == ""
    assert len(called.err.splitlines()) == 1
    assert arguments[0] in called.err


def started(scenario: Path, folder: Path) -> subprocess.Popen[bytes]:
    """A frontier in a process of its own, once its first point is done."""
    script = folder / "call.py"
    script.write_text(FLEETCRAFT)
    arguments = ["frontier", str(scenario), "--budgets", "12", "--out", str(folder / "run"), "--threads", "2"]
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments, "--replications", "400", "--futures", "8"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not list(folder.glob(".run.points-*/*/answer.json")):
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_is_finished_when_it_is_stopped_is_kept_and_nothing_looks_whole(
    scenario: Path, tmp_path: Path, how: signal.Signals
) -> None:
    process = started(scenario, tmp_path)
    os.kill(process.pid, how)
    _, told = process.communicate(timeout=30)
    assert not (tmp_path / "run").exists()
    assert not list(tmp_path.rglob("manifest.json"))
    kept = list(tmp_path.glob(".run.points-*/*/answer.json"))
    assert kept
    if how == signal.SIGINT:
        assert process.returncode == 130
        (line,) = told.decode().splitlines()
        assert line.startswith(f"fleetcraft: interrupted; {len(kept)} finished piece")
        assert line.endswith("; the same command goes on from there")
