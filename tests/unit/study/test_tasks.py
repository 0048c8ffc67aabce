"""Work that is stored as it is done: the same bytes whether interrupted or not, in one process or several."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from fleetcraft.errors import FleetcraftError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.study.store.folder import Identity
from fleetcraft.study.tasks import answer_of, do_all, done_in, is_done, work_folder

NO_THEATRE = cast(Theatre, None)


@dataclass(frozen=True)
class Sum:
    """One more than the sum of the answers it comes after; fails, or kills its process, while a file is there."""

    key: str
    after: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def what(self) -> str:
        return f"adding up {self.key}"

    def run(self, theatre: Theatre, folder: Path, threads: int) -> dict[str, Any]:
        assert theatre is None
        with (folder / "log").open("a") as log:
            log.write(f"{self.key} {threads}\n")
        if (folder / f"fail-{self.key}").exists():
            raise ValueError(f"{self.key} failed")
        if (folder / f"kill-{self.key}").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.seconds)
        return {"sum": 1 + sum(answer_of(folder, key)["sum"] for key in self.after)}


TREE = (Sum("a"), Sum("b", ("a",)), Sum("c", ("a",)), Sum("d", ("b", "c")))


def do(folder: Path, tasks: Sequence[Sum] = TREE, threads: int = 1) -> list[str]:
    """Do the tasks; returns what was told."""
    folder.mkdir(exist_ok=True)
    told: list[str] = []
    do_all(NO_THEATRE, tasks, folder, threads=threads, progress=lambda what, _done, _of: told.append(what))
    return told


def answers(folder: Path) -> dict[str, bytes]:
    return {key: (folder / key / "answer.json").read_bytes() for key in done_in(folder)}


def log(folder: Path) -> list[str]:
    return [line.split()[0] for line in (folder / "log").read_text().splitlines()]


def test_each_task_finds_the_answers_it_comes_after(tmp_path: Path) -> None:
    told = do(tmp_path)
    assert [answer_of(tmp_path, task.key)["sum"] for task in TREE] == [1, 2, 2, 5]
    assert told[0] == "0 of 4 done; adding up a"


def test_processes_give_the_same_bytes_as_none(tmp_path: Path) -> None:
    do(tmp_path / "one")
    do(tmp_path / "three", threads=3)
    assert answers(tmp_path / "one") == answers(tmp_path / "three")
    assert sorted(log(tmp_path / "three")) == ["a", "b", "c", "d"]


def test_threads_are_shared_by_the_tasks_under_way(tmp_path: Path) -> None:
    do(tmp_path, threads=4)
    given = dict(line.split() for line in (tmp_path / "log").read_text().splitlines())
    assert given == {"a": "4", "b": "2", "c": "2", "d": "4"}


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_done_is_not_done_again(tmp_path: Path, threads: int) -> None:
    (tmp_path / "fail-c").touch()
    with pytest.raises(ValueError, match="c failed"):
        do(tmp_path, threads=threads)
    before = done_in(tmp_path)
    assert "a" in before
    assert not {"c", "d"} & set(before)
    (tmp_path / "fail-c").unlink()
    (tmp_path / "log").unlink()
    do(tmp_path, threads=threads)
    assert sorted(log(tmp_path)) == sorted({"a", "b", "c", "d"} - set(before))
    do(tmp_path.parent / "at-once")
    assert answers(tmp_path) == answers(tmp_path.parent / "at-once")


def test_a_process_that_dies_is_told(tmp_path: Path) -> None:
    (tmp_path / "kill-b").touch()
    with pytest.raises(FleetcraftError, match="the process that worked on adding up b ended before it was done"):
        do(tmp_path, threads=2)
    assert is_done(tmp_path, "a")
    assert not is_done(tmp_path, "d")


LONG = """
import sys
from pathlib import Path
from unit.study.test_tasks import Sum, do

if __name__ == "__main__":
    do(Path(sys.argv[1]), (Sum("a"), Sum("b", seconds=60), Sum("c", seconds=60)), threads=2)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_leave_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "long.py"
    script.write_text(LONG)
    paths = os.pathsep.join(p for p in sys.path if p)
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "work")],
        env={**os.environ, "PYTHONPATH": paths},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    started = tmp_path / "work" / "log"
    while time.monotonic() < deadline and not (started.exists() and len(log(tmp_path / "work")) == 3):
        time.sleep(0.05)
    workers = children(parent.pid)
    assert len(workers) >= 2
    parent.send_signal(how)
    parent.wait(timeout=10)
    while time.monotonic() < deadline and any(is_alive(pid) for pid in workers):
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in workers)
    assert done_in(tmp_path / "work") == ["a"]


def children(parent: int) -> list[int]:
    stats = (path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists())
    fields = ((text.split()[0], text.rpartition(")")[2].split()[1]) for text in stats)
    return [int(pid) for pid, of in fields if int(of) == parent]


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_identity_has_a_work_folder_of_its_own(tmp_path: Path) -> None:
    one = Identity("Tiny", "ab", "frontier", 1, {"budgets": (1.0,)})
    other = Identity("Tiny", "ab", "frontier", 2, {"budgets": (1.0,)})
    folder = work_folder(tmp_path / "run", one)
    assert folder.parent == tmp_path
    assert folder.name.startswith(".run.points-")
    assert folder != work_folder(tmp_path / "run", other)
