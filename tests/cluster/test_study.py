"""A study on a cluster stores the same answers as one on this machine."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from builders import write_scenario
from calling import call
from cluster.dask import dask, free_port, until

pytest.importorskip("distributed")

STUDY = """\
fleetcraft: 1
name: Reserves
scenario: tiny
verb: {verb}
{plan}
options:
  replications: {replications}
factors:
  - {{path: operations.endurance_reserve, low: 0.05, high: 0.3}}
design:
  kind: latin_hypercube
  points: {points}
outputs: [attainment.simulated, cost.acquisition]
"""
JOURNAL = ".run.points-*/journal.sqlite"
PLAN = {"fleetcraft": 1, "scenario": None, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 6}]}


def study(folder: Path, *, verb: str = "simulate", replications: int = 40, points: int = 12) -> Path:
    """A study of the tiny scenario."""
    write_scenario(folder / "tiny")
    (folder / "plan.json").write_text(json.dumps(PLAN))
    plan = "plan: plan.json" if verb == "simulate" else ""
    file = folder / "study.yaml"
    file.write_text(STUDY.format(verb=verb, plan=plan, replications=replications, points=points))
    return file


def stored(folder: Path) -> tuple[bytes, bytes, dict[str, Any]]:
    """What was found: the points as they are stored, and the result without its times and its place."""
    result = json.loads((folder / "result.json").read_text())
    kept = {key: value for key, value in result.items() if key not in ("seconds", "run")}
    return (folder / "points.csv").read_bytes(), (folder / "points.parquet").read_bytes(), kept


@pytest.mark.parametrize("verb", ["simulate", "plan"])
def test_a_cluster_finds_what_one_process_finds(tmp_path: Path, verb: str) -> None:
    file = study(tmp_path, verb=verb, points=12 if verb == "simulate" else 3)
    assert call("study", file, "--threads", 1, "--out", tmp_path / "here", "--quiet").status == 0
    with dask(tmp_path / "dask", workers=2) as cluster:
        called = call("study", file, "--cluster", cluster.address, "--out", tmp_path / "there", "--quiet")
    assert called.status == 0, called.err
    assert called.err == ""
    assert stored(tmp_path / "there") == stored(tmp_path / "here")


def test_a_cluster_of_this_machine_finds_the_same_in_pieces(tmp_path: Path) -> None:
    """One long point, cut into replications that two workers play."""
    file = study(tmp_path, replications=3000, points=1)
    assert call("study", file, "--threads", 1, "--out", tmp_path / "here", "--quiet").status == 0
    called = call("study", file, "--local-cluster", 2, "--out", tmp_path / "there", "--quiet")
    assert called.status == 0, called.err
    assert stored(tmp_path / "there") == stored(tmp_path / "here")


def test_what_an_interrupted_cluster_found_is_gone_on_with(tmp_path: Path) -> None:
    """Ctrl-C in the middle: nothing but one line on stderr, and one process finds the rest."""
    file = study(tmp_path, replications=500, points=60)
    command = [Path(sys.executable).with_name("fleetcraft"), "study", file, "--out", tmp_path / "run", "--quiet"]
    with dask(tmp_path / "dask", workers=1) as cluster:
        process = subprocess.Popen([*command, "--cluster", cluster.address], stderr=subprocess.PIPE, text=True)
        until(lambda: answers_kept(tmp_path) > 0)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert process.returncode == 130
    assert len(told.splitlines()) == 1
    assert 0 < answers_kept(tmp_path) < 60
    assert call("study", file, "--threads", 1, "--out", tmp_path / "run", "--quiet").status == 0
    assert call("study", file, "--threads", 2, "--out", tmp_path / "here", "--quiet").status == 0
    assert stored(tmp_path / "run") == stored(tmp_path / "here")


def answers_kept(folder: Path) -> int:
    """How many answers the journal of an unfinished run holds, read from a copy, for its owner lets nobody else in."""
    with TemporaryDirectory() as copy:
        for part in sorted(folder.glob(f"{JOURNAL}*")):
            shutil.copy(part, copy)
        with closing(sqlite3.connect(Path(copy) / "journal.sqlite")) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone():
                return 0
            return int(connection.execute("SELECT count(*) FROM answers").fetchone()[0])


def test_an_address_where_nobody_is_is_one_line_and_status_2(tmp_path: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    called = call("study", study(tmp_path), "--cluster", address, "--out", tmp_path / "run")
    assert called.status == 2
    (line,) = called.err.splitlines()
    assert line.startswith(f"{address}: found no Dask scheduler (")
    assert not (tmp_path / "run").exists()
