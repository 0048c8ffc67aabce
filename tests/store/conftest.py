"""A store, and a process that calls the command line in copies of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builders import write_scenario
from store.states import ASKED, BYSTANDER, DRONES, EXPLAIN, FRONTIER, PLAN, RUN, STUDY


@dataclass
class Caller:
    """The process of ``calls``; ``learnt`` is the folder where it made every call once."""

    process: subprocess.Popen[str]
    learnt: Path

    def call(self, cwd: Path, *arguments: str, **asked: Any) -> dict[str, Any]:
        """A call of the command line in a folder: its status, what it printed and how often it changed the disk."""
        told: dict[str, Any] = self.ask({"cwd": str(cwd), "arguments": arguments, **asked})
        return told

    def ask(self, asked: dict[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, "the process that calls has ended"
        return json.loads(line)


@pytest.fixture(scope="session")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    top = tmp_path_factory.mktemp("store")
    write_scenario(top / "tiny")
    (top / "plan.json").write_text(json.dumps(DRONES))
    (top / "study.yaml").write_text(ASKED)
    (top / "learnt").mkdir()
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("calls.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    ) as process:  # fmt: skip
        caller = Caller(process, top / "learnt")
        commands = (PLAN, BYSTANDER, FRONTIER, EXPLAIN, STUDY)
        assert caller.ask({"cwd": str(caller.learnt), "commands": commands}) == "ready"
        yield caller
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="session")
def plain(caller: Caller) -> Path:
    """A folder with two runs, indexed: a plan that nobody asks for again, and RUN."""
    folder = caller.learnt.parent / "plain"
    folder.mkdir()
    for command in (PLAN, BYSTANDER, ("runs",)):
        told = caller.call(folder, *command)
        assert told["status"] == 0, told["err"]
    assert (folder / RUN).is_dir()
    return folder


@pytest.fixture
def fresh(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where copies of ``plain`` may be put, beside the scenario that they ask for."""
    folder = Path(tmp_path_factory.mktemp("copies", numbered=True))
    for name in ("tiny", "plan.json", "study.yaml"):
        (folder / name).symlink_to(plain.parent / name)
    yield folder
    shutil.rmtree(folder)
