"""The command line's contract: statuses, streams, one line a fault."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from calling import Called, call
from fleetcraft import __version__
from fleetcraft.cli import main as command_line
from fleetcraft.scenario.examples import copy_example
from fleetcraft.study import decide

FLEETCRAFT = [sys.executable, "-c", "from fleetcraft.cli.main import main; main()"]


def _faults(called: Called) -> list[str]:
    return called.err.splitlines()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of galapagos to spoil."""
    return copy_example("galapagos", tmp_path / "copy")


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new))


def test_version_and_help_answer() -> None:
    assert call("--version").out == f"fleetcraft {__version__}\n"
    for verb in ("plan", "simulate", "check", "init", "examples", "report", "schema"):
        shown = call(verb, "--help")
        assert shown.status == 0
        assert verb in shown.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("paln", "galapagos"),
        ("plan",),
        ("plan", "galapagos", "--futrues", "3"),
        ("plan", "galapagos", "--seed", "one"),
        ("plan", "galapagos", "--replications", "1"),
        ("plan", "galapagos", "--gap", "-0.1"),
        ("plan", "galapagos", "--half-width", "0"),
        ("simulate", "galapagos", "--plan", "plan.json", "--half-width", "-0.01"),
        ("simulate", "galapagos", "--plan", "plan.json", "--half-width", "nan"),
        ("simulate", "galapagos", "--plan", "plan.json", "--half-width", "narrow"),
        ("simulate", "galapagos", "--plan", "plan.json", "--trace", "-1"),
        ("simulate", "galapagos"),
    ],
)
def test_a_wrong_call_is_status_2_and_one_line(arguments: tuple[str, ...]) -> None:
    called = call(*arguments)
    assert called.status == 2
    assert called.out == ""
    assert len(called.err.splitlines()) == 1
    assert "Traceback" not in called.err


def test_every_example_can_be_copied_and_checked(tmp_path: Path) -> None:
    listed = call("examples", "--json").json["examples"]
    assert [entry["name"] for entry in listed] == ["galapagos", "japan-2026"]
    for entry in listed:
        made = call("init", tmp_path / entry["name"], "--from", entry["name"])
        assert made.status == 0
        checked = call("check", tmp_path / entry["name"], "--json")
        assert checked.status == 0
        assert checked.json["faults"] == []


def test_init_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    refused = call("init", tmp_path)
    assert refused.status == 2
    assert (tmp_path / "mine.txt").read_text() == "keep me"
    assert not (tmp_path / "scenario.yaml").exists()


def test_all_faults_come_at_once_with_file_and_line(copy: Path) -> None:
    statement = copy / "scenario.yaml"
    lines = statement.read_text().splitlines()
    line = next(i for i, text in enumerate(lines, 1) if "people_limit" in text)
    _edit(statement, "people_limit: 200", "people_limti: 200")
    _edit(statement, "deadline: 2028-12-31", "deadline: 2035-12-31")
    platforms = copy / "platforms.csv"
    header, *rows = platforms.read_text().splitlines()
    columns = header.split(",")
    row = next(i for i, text in enumerate(rows) if text.startswith("slocum,"))
    cells = rows[row].split(",")
    cells[columns.index("endurance_h")] = "-3"
    rows[row] = ",".join(cells)
    platforms.write_text("\n".join([header, *rows]) + "\n")
    for verb in ("check", "plan"):
        refused = call(verb, copy, *(["--out", copy / "run"] if verb == "plan" else []))
        assert refused.status == 2
        assert refused.out == ""
        found = _faults(refused)
        assert any(
            f.startswith(f"scenario.yaml:{line}: ") and "people_limti" in f and "people_limit" in f for f in found
        )
        assert any(f.startswith(f"platforms.csv:{row + 2}: endurance_h") and "-3" in f and "slocum" in f for f in found)
        assert any("deadline" in f and "2035-12-31" in f for f in found)
        assert all(": found " in f and ", expected " in f for f in found)
    assert not (copy / "run").exists()


def test_an_unknown_case_names_those_there_are() -> None:
    refused = call("check", "galapagos", "--case", "half_bugdet")
    assert refused.status == 2
    assert "half_budget" in refused.err
    assert "double_budget" in refused.err


def test_the_schema_is_a_json_schema() -> None:
    schema = call("schema").json
    Draft202012Validator.check_schema(schema)
    assert "Platform" in schema["$defs"]
    assert schema["$defs"]["Platform"]["properties"]["endurance_h"]["unit"] == "h"


def test_an_out_folder_with_something_in_it_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object, **__: object) -> None:
        raise AssertionError("planning began")

    monkeypatch.setattr(decide, "plan_scenario", work)
    (tmp_path / "old.txt").write_text("old")
    refused = call("plan", "japan-2026", "--out", tmp_path)
    assert refused.status == 2
    assert str(tmp_path) in refused.err
    assert [p.name for p in tmp_path.iterdir()] == ["old.txt"]


def test_report_refuses_what_is_no_run(tmp_path: Path) -> None:
    refused = call("report", tmp_path)
    assert refused.status == 2
    assert "manifest.json" in refused.err


def test_a_hand_written_plan_without_allocation_is_judged(tmp_path: Path) -> None:
    plan = tmp_path / "mine.json"
    orders = [{"platform": "sd_explorer", "period": "2026Q1", "quantity": 12}]
    plan.write_text(json.dumps({"fleetcraft": 1, "scenario": None, "orders": orders}))
    judged = call("simulate", "galapagos", "--plan", plan, "--replications", "20", "--json", "--out", tmp_path / "run")
    assert judged.status == 0, judged.err
    result = judged.json
    assert sum(row["craft"] for row in result["allocation"]) == 12
    assert result["replications"] == 20
    assert 0 < result["attainment"]["simulated"] < 1
    assert (tmp_path / "run" / "report.html").is_file()


@pytest.fixture
def explorers(tmp_path: Path) -> Path:
    """A plan of twelve craft for galapagos."""
    plan = tmp_path / "explorers.json"
    orders = [{"platform": "sd_explorer", "period": "2026Q1", "quantity": 12}]
    plan.write_text(json.dumps({"fleetcraft": 1, "orders": orders}))
    return plan


def test_replications_end_when_the_intervals_are_narrow_enough(explorers: Path, tmp_path: Path) -> None:
    judge = ("simulate", "galapagos", "--plan", explorers, "--replications", "300", "--json")
    wide = call(*judge, "--half-width", "99", "--out", tmp_path / "wide").json
    assert wide["replications"] == 30
    assert wide["stopping"]["reached"] <= 99
    narrow = call(*judge, "--half-width", "0.0001", "--out", tmp_path / "narrow").json
    assert narrow["replications"] == narrow["stopping"]["most"] == 300
    assert narrow["stopping"]["reached"] > 0.0001
    identities = {json.loads((tmp_path / run / "manifest.json").read_text())["identity"] for run in ("wide", "narrow")}
    assert len(identities) == 2
    asked = call(
        "simulate", "galapagos", "--plan", explorers, "--replications", "30", "--out", tmp_path / "asked", "--json"
    )
    for key in ("requirements", "attainment", "cost", "deliveries", "first_day", "availability"):
        assert wide[key] == asked.json[key], "as if so many had been asked for"
    shown = call(*judge[:-1], "--half-width", "99", "--out", tmp_path / "shown").out
    assert "ended after 30 of at most 300 years" in " ".join(shown.split())


def test_a_replication_that_is_not_played_cannot_be_traced(explorers: Path, tmp_path: Path) -> None:
    judge = ("simulate", "galapagos", "--plan", explorers, "--out", tmp_path / "run")
    refused = call(*judge, "--replications", "20", "--trace", "20")
    assert refused.status == 2
    assert refused.out == ""
    (fault,) = _faults(refused)
    assert "trace:0: replication: found " in fault
    assert not (tmp_path / "run").exists()
    ended = call(*judge, "--half-width", "99", "--trace", "199")
    assert ended.status == 0
    assert "replication 199 is not followed" in " ".join(ended.out.split())
    assert not (tmp_path / "run" / "trace").exists()


def test_a_plan_with_faults_names_them_all(tmp_path: Path) -> None:
    plan = tmp_path / "mine.json"
    orders = [
        {"platform": "sd_explorre", "period": "2026Q1", "quantity": 12},
        {"platform": "slocum", "period": "1999Q1", "quantity": 2},
    ]
    plan.write_text(json.dumps({"fleetcraft": 1, "scenario": None, "orders": orders}, indent=1))
    refused = call("simulate", "galapagos", "--plan", plan, "--out", tmp_path / "run")
    assert refused.status == 2
    found = _faults(refused)
    assert any("mine.json:6: " in f and "sd_explorer" in f for f in found)
    assert any("1999Q1" in f for f in found)


def test_an_error_of_ours_is_told_plainly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("in the middle")

    monkeypatch.setattr(command_line, "app", broken)
    assert command_line.run(["plan", "galapagos"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "ZeroDivisionError: in the middle" in shown.err
    assert "Traceback" not in shown.err
    with pytest.raises(ZeroDivisionError):
        command_line.run(["plan", "galapagos", "--debug"])


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_stopped_run_leaves_nothing_that_looks_whole(stop: signal.Signals, status: int, tmp_path: Path) -> None:
    started = subprocess.Popen(
        [*FLEETCRAFT, "plan", "galapagos", "--replications", "200000", "--json"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    time.sleep(6)
    assert started.poll() is None
    started.send_signal(stop)
    out, err = started.communicate(timeout=60)
    assert started.returncode == status
    assert out == ""
    assert "Traceback" not in err
    assert not list(tmp_path.rglob("manifest.json"))
