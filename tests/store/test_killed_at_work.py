"""Killed at any time between its start and its end, a call loses nothing finished: real processes, real work."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders import write_scenario
from fleetcraft.study.store.verify import faults_of_run
from store.processes import started
from store.states import ASKED, DRONES, FRONTIER, PLAN, STUDY, hidden, that_look_whole, tree

COMMANDS = {"plan": PLAN, "frontier": FRONTIER, "study": STUDY}
MORE = "options: {replications: 20000}"


def at_work(process: subprocess.Popen[str], cwd: Path) -> bool:
    """Wait until a call has begun to write, which is well after Python has begun; gives whether it is still at it."""
    while process.poll() is None:
        if (cwd / "runs").exists() and hidden(cwd / "runs"):
            return True
        time.sleep(0.001)
    return False


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
    (tmp_path / "plan.json").write_text(json.dumps(DRONES))
    (tmp_path / "study.yaml").write_text(ASKED.replace("options: {replications: 4}", MORE))
    (tmp_path / "undisturbed").mkdir()
    process = started(tmp_path / "undisturbed", *command)
    assert at_work(process, tmp_path / "undisturbed")
    began = time.monotonic()
    assert process.wait(timeout=120) == 0
    long_s = time.monotonic() - began
    result = finished(tmp_path / "undisturbed", command)
    whole = but_times(tree(tmp_path / "undisturbed" / "runs"))
    unfinished = 0
    for i, share in enumerate(np.random.default_rng(seed).random(count)):
        cwd = tmp_path / str(i)
        cwd.mkdir()
        process = started(cwd, *command)
        at_work(process, cwd)
        time.sleep(0.9 * share * long_s)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        unfinished += bool(hidden(cwd / "runs"))
        for folder in that_look_whole(cwd / "runs"):
            assert faults_of_run(folder) == []
        again = finished(cwd, command)
        assert again | {"seconds": None} == result | {"seconds": None}
        assert but_times(tree(cwd / "runs")) == whole
        assert not hidden(cwd / "runs")
    assert unfinished > 0, "no kill came while there was something to lose"


def test_a_kill_at_a_random_time_loses_nothing(tmp_path: Path) -> None:
    killed(tmp_path, PLAN, seed=3, count=1)


@pytest.mark.soak
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_kills_at_random_times_lose_nothing(tmp_path: Path, command: tuple[str, ...]) -> None:
    killed(tmp_path, command, seed=4, count=20)
