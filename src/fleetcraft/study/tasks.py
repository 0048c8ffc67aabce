"""Many pieces of work, each stored as soon as it is done, in processes of their own.

What a task gives depends on the task and on those it comes after, never on time, order or the number of processes; so
work that was interrupted goes on where it stopped and ends in the same bytes.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from fleetcraft.errors import FleetcraftError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.store import Identity, write_json

Json = dict[str, Any]

ANSWER = "answer.json"


class Task(Protocol):
    """One piece of work: its folder's name, what it is in words, and the tasks whose answers it reads."""

    @property
    def key(self) -> str:
        """The name of its folder below the work's."""

    @property
    def what(self) -> str:
        """What is being done, for whoever waits."""

    @property
    def after(self) -> Sequence[str]:
        """Keys of the tasks that must be done before."""

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:
        """The answer as plain data; further files go into ``folder / key``, which is there."""


def work_folder(target: Path, identity: Identity) -> Path:
    """Where the work for a run is kept until the run is whole: beside it, one for each identity."""
    return target.parent / f".{target.name}.points-{identity.hash[:16]}"


def done_in(folder: Path) -> list[str]:
    """The keys of the tasks that are done."""
    return sorted(path.parent.name for path in folder.glob(f"*/{ANSWER}"))


def answer_of(folder: Path, key: str) -> Json:
    """The stored answer of a task that is done."""
    answer: Json = json.loads((folder / key / ANSWER).read_text(encoding="utf-8"))
    return answer


def is_done(folder: Path, key: str) -> bool:
    """Whether a task's answer is stored."""
    return (folder / key / ANSWER).is_file()


def do_all(theatre: Theatre, tasks: Sequence[Task], folder: Path, *, threads: int, progress: Progress) -> None:
    """Do every task that is not done yet, in up to ``threads`` processes; each answer is stored when it is there.

    Tasks come in an order in which each follows those it reads. With one thread no process is started; with more the
    caller's main module must guard what it does with ``if __name__ == "__main__"``. Raises what a task raises, once
    the others under way have been stopped.
    """
    left = [task for task in tasks if not is_done(folder, task.key)]
    if threads == 1 or len(left) < 2:
        for task in left:
            _tell(progress, [task], len(tasks) - len(left) + left.index(task), len(tasks))
            _do(theatre, task, folder, threads)
        return
    with _workers(theatre, folder, min(threads, len(left))) as idle:
        _share_out(left, idle, len(tasks), folder, threads, progress)


def _share_out(
    left: list[Task], idle: list[Connection], count: int, folder: Path, threads: int, progress: Progress
) -> None:
    """Give each idle worker the first task that is ready, until none is left."""
    busy: dict[Connection, Task] = {}
    while left or busy:
        ready = [task for task in left if all(is_done(folder, key) for key in task.after)][: len(idle)]
        at_once = len(busy) + len(ready)
        for task in ready:
            worker = idle.pop()
            worker.send((task, max(1, threads // at_once)))
            busy[worker] = task
            left.remove(task)
        _tell(progress, list(busy.values()), count - len(left) - len(busy), count)
        answered = wait(list(busy))
        for worker in [end for end in busy if end in answered]:
            _raise_failure(worker, busy.pop(worker))
            idle.append(worker)


def _tell(progress: Progress, under_way: Sequence[Task], done: int, count: int) -> None:
    progress(f"{done} of {count} done; {', '.join(task.what for task in under_way)}", done, count)


def _do(theatre: Theatre, task: Task, folder: Path, threads: int) -> None:
    place = folder / task.key
    place.mkdir(parents=True, exist_ok=True)
    write_json(place / ANSWER, task.run(theatre, folder, threads))


def _raise_failure(worker: Connection, task: Task) -> None:
    try:
        failure = worker.recv()
    except EOFError:
        raise FleetcraftError(f"the process that worked on {task.what} ended before it was done") from None
    if failure is not None:
        raise failure


@contextmanager
def _workers(theatre: Theatre, folder: Path, count: int) -> Iterator[list[Connection]]:
    """Spawned processes that do what is sent to them; they are killed at the end, whatever they are at."""
    spawn = get_context("spawn")
    processes, ends = [], []
    try:
        for _ in range(count):
            here, there = spawn.Pipe()
            process = spawn.Process(target=_work, args=(there, theatre, folder))
            process.start()
            there.close()
            processes.append(process)
            ends.append(here)
        yield list(ends)
    finally:
        for process in processes:
            process.kill()
            process.join()


def _work(tasks: Connection, theatre: Theatre, folder: Path) -> None:
    """A worker's life: task after task, until its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    while True:
        task, threads = tasks.recv()
        try:
            _do(theatre, task, folder, threads)
        except Exception as error:
            error.add_note(traceback.format_exc())
            tasks.send(error)
        else:
            tasks.send(None)


def _leave_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
