"""Many pieces of work, each stored as soon as it is done, in processes of their own.

What a task gives depends on the task and on those it comes after, never on time, order or the number of processes; so
work that was interrupted goes on where it stopped and ends in the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise.workers import end, hand_over, received, start
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.store.disk import make_last, refusals_told
from fleetcraft.study.store.folder import Identity, write_json
from fleetcraft.study.store.program import made_by_this_program

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
        """The answer as plain data; further files go into ``folder / key``, which is there.

        Raises RunError where the system refuses them.
        """


def work_folder(target: Path, identity: Identity) -> Path:
    """Where the work for a run is kept until the run is whole: beside it, one for each identity and program."""
    return target.parent / f".{target.name}.points-{made_by_this_program(identity.hash)}"


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
            _do(theatre, folder, task, threads)
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
            hand_over(worker, (task, max(1, threads // at_once)), f"the process for {task.what}")
            busy[worker] = task
            left.remove(task)
        _tell(progress, list(busy.values()), count - len(left) - len(busy), count)
        answered = wait(list(busy))
        for worker in [pipe for pipe in busy if pipe in answered]:
            received(worker, f"the process that worked on {busy.pop(worker).what}")
            idle.append(worker)


def _tell(progress: Progress, under_way: Sequence[Task], done: int, count: int) -> None:
    progress(f"{done} of {count} done; {', '.join(task.what for task in under_way)}", done, count)


def _do(theatre: Theatre, folder: Path, task: Task, threads: int) -> None:
    place = folder / task.key
    with refusals_told(place, folder):
        place.mkdir(parents=True, exist_ok=True)
    answer = task.run(theatre, folder, threads)
    with refusals_told(place, folder):
        make_last(place)
        write_json(place / ANSWER, answer)


@contextmanager
def _workers(theatre: Theatre, folder: Path, count: int) -> Iterator[list[Connection]]:
    """Processes that do what is sent to them; they are ended at last, whatever they are at.

    No daemons, for a task may start processes of its own.
    """
    started = start([partial(_do, theatre, folder)] * count, daemon=False)
    try:
        yield [pipe for _, pipe in started]
    finally:
        end(process for process, _ in started)
