"""Killed at any time between its start and its end, a call loses nothing finished: real processes, real work."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders import write_scenario
from fleetcraft.study.store.verify import faults_of_run
from store.processes import started
from store.states import FRONTIER, PLAN, hidden, that_look_whole, tree

LONG = {PLAN: 5.0, FRONTIER: 7.0}
"""Seconds after which the call may have ended; some kills are to come too late."""


def finished(cwd: Path, command: tuple[str, ...]) -> dict[str, Any]:
    process = started(cwd, *command, "--json")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    result: dict[str, Any] = json.loads(out)
    return result


def but_times(files: dict[str, bytes]) -> dict[str, Any]:
    """Files without the seconds that they were made in, nor what tells those: checksums and the page."""
    told: dict[str, Any] = {name: content for name, content in files.items() if not name.endswith("report.html")}
    for name in files:
        if name.endswith(("/result.json", "/manifest.json")):
            value = json.loads(files[name])
            told[name] = {key: value[key] for key in value if key not in ("seconds", "files")}
    return told


def killed(tmp_path: Path, command: tuple[str, ...], seed: int, count: int) -> None:
    write_scenario(tmp_path / "tiny")
    (tmp_path / "undisturbed").mkdir()
    result = finished(tmp_path / "undisturbed", command)
    whole = but_times(tree(tmp_path / "undisturbed" / "runs"))
    for i, share in enumerate(np.random.default_rng(seed).random(count)):
        cwd = tmp_path / str(i)
        cwd.mkdir()
        process = started(cwd, *command)
        time.sleep(share * LONG[command])
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        if (cwd / "runs").exists():
            for folder in that_look_whole(cwd / "runs"):
                assert faults_of_run(folder) == []
        again = finished(cwd, command)
        assert again | {"seconds": None} == result | {"seconds": None}
        assert but_times(tree(cwd / "runs")) == whole
        assert not hidden(cwd / "runs")


def test_a_kill_at_a_random_time_loses_nothing(tmp_path: Path) -> None:
    killed(tmp_path, PLAN, seed=3, count=1)


@pytest.mark.soak
@pytest.mark.parametrize("command", LONG, ids=["plan", "frontier"])
def test_kills_at_random_times_lose_nothing(tmp_path: Path, command: tuple[str, ...]) -> None:
    killed(tmp_path, command, seed=4, count=20)
