"""What the guide to clusters tells the reader to type works, but for what needs a cluster of others."""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cluster.dask import free_port, until
from docs.test_guides import ACTIVATE, blocks, guide, typed

pytest.importorskip("distributed")


def test_the_guide_works_as_it_stands(tmp_path: Path) -> None:
    """Scheduler and workers by hand go on, as in terminals of their own, while the study is sent there."""
    text = guide("cluster").replace("8786", str(free_port()))
    activate, local, *by_hand, _ = blocks(text, "sh")
    (plan,), (study, kubernetes) = blocks(text, "json"), blocks(text, "yaml")
    assert activate == ACTIVATE
    (tmp_path / "plan.json").write_text(plan)
    (tmp_path / "reserves.yaml").write_text(study)
    typed(tmp_path, "bash", "-euo", "pipefail", "-c", local)
    *others, send = by_hand
    started = []
    try:
        for number, command in enumerate(others):
            log = tmp_path / f"log-{number}.txt"
            with log.open("wb") as file:
                words = [sys.executable, "-m", *shlex.split(command)]
                environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
                started.append(subprocess.Popen(words, cwd=tmp_path, stdout=file, stderr=file, env=environment))
            ready = ("Scheduler at:", "Registered to:")[number]
            until(lambda log=log, ready=ready: ready in log.read_text())
        typed(tmp_path, "bash", "-euo", "pipefail", "-c", send)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
    assert (tmp_path / "by-hand" / "points.csv").read_bytes() == (tmp_path / "tried" / "points.csv").read_bytes()
    images = {
        container["image"]
        for part in (yaml.safe_load(kubernetes)["spec"][name] for name in ("worker", "scheduler"))
        for container in part["spec"]["containers"]
    }
    assert len(images) == 1
    ast.parse(*blocks(text, "python"))


def test_the_sizing_follows_from_its_numbers() -> None:
    """The table of costs, reckoned again."""
    text = guide("cluster")
    slow, fast = (v * 480 for v in (72, 100))
    assert f"{round(slow, -3):,} to {fast:,}" in text
    for craft_years, unit_s, money in ((1e6, 1.0, 4), (1e9, 3600.0, 2), (4.8e9, 3600.0, 2)):
        low, high = craft_years / fast, craft_years / slow
        time = " to ".join(f"{seconds / unit_s:#.2g}".rstrip(".") for seconds in (low, high))
        cheap, dear = 0.02 * low / 3600, 0.06 * high / 3600
        line = f"{time} {'s' if unit_s == 1 else 'h'} | {cheap:.{money}f} to {dear:.{money if dear < 1 else 1}f} USD |"
        assert line in text, line
    minutes = [10e6 / (v * 64 * 0.85) / 60 for v in (100, 72)]
    assert f"takes {minutes[0]:.0f} to {minutes[1]:.0f} minutes" in text
