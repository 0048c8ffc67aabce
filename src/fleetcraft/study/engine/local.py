"""Crews on this machine: this process itself, or processes of their own."""

from __future__ import annotations

import pickle
import time
import traceback
from collections import deque
from collections.abc import Hashable
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from fleetcraft.errors import FleetcraftError
from fleetcraft.optimise.workers import end, hand_over, start
from fleetcraft.study.engine.crew import Answered, Job

MOST_DEATHS = 3
"""Processes that may end while they are at the same block, before it is thought to be its fault."""


def answered(job: Job, block: Hashable) -> Answered:
    """A block's answer with the seconds it took; what answering it raises is part of the answer."""
    began = time.perf_counter()
    try:
        answer = job.answer(block)
    except Exception as error:
        return Answered(block, None, time.perf_counter() - began, _sendable(error, traceback.format_exc()))
    return Answered(block, answer, time.perf_counter() - began)


def _sendable(error: Exception, trace: str) -> Exception:
    """The error with where it came from; another with its words where it cannot go from process to process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        error = FleetcraftError(f"{type(error).__name__}: {' '.join(str(error).split())}")
    error.add_note(trace)
    return error


class Here:
    """A crew of this process alone: a block is answered when its answer is asked for."""

    size = 1

    def __init__(self, job: Job) -> None:
        self._job = job
        self._waiting: deque[Hashable] = deque()

    @property
    def free(self) -> int:
        """One block at a time."""
        return 1 - len(self._waiting)

    def put(self, block: Hashable) -> None:
        """Hand a block over."""
        self._waiting.append(block)

    def get(self) -> Answered:
        """Answer the next block."""
        return answered(self._job, self._waiting.popleft())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """There is nothing to end."""


class Processes:
    """A crew of spawned processes, each with a block at a time; one that ends before it has answered is replaced.

    A script that uses it guards its start with ``if __name__ == "__main__"``.
    """

    def __init__(self, job: Job, count: int) -> None:
        self.size = count
        self._answer = partial(answered, job)
        self._busy: dict[Connection, Hashable] = {}
        self._deaths: dict[Hashable, int] = {}
        self._processes: dict[Connection, SpawnProcess] = {}
        self._idle: deque[Connection] = deque()
        self._hire(count)

    @property
    def free(self) -> int:
        """How many processes have nothing to do."""
        return len(self._idle)

    def put(self, block: Hashable) -> None:
        """Give a block to a process that has nothing to do."""
        worker = self._idle.popleft()
        self._busy[worker] = block
        try:
            hand_over(worker, (block,), "a process of the study")
        except FleetcraftError:
            self._replace(worker)

    def get(self) -> Answered:
        """Wait for the next answer.

        Raises FleetcraftError where several processes ended while they were at the same block.
        """
        while True:
            for worker in [pipe for pipe in wait(list(self._busy)) if isinstance(pipe, Connection)]:
                try:
                    found = worker.recv()
                except (EOFError, OSError):
                    self._replace(worker)
                    continue
                del self._busy[worker]
                self._idle.append(worker)
                if isinstance(found, Exception):
                    raise found
                assert isinstance(found, Answered)
                return found

    def _hire(self, count: int) -> None:
        for process, pipe in start([self._answer] * count, daemon=False):
            self._processes[pipe] = process
            self._idle.append(pipe)

    def _replace(self, worker: Connection) -> None:
        """Give the block of a process that ended to a new one."""
        block = self._busy.pop(worker)
        end([self._processes.pop(worker)])
        worker.close()
        self._deaths[block] = self._deaths.get(block, 0) + 1
        if self._deaths[block] == MOST_DEATHS:
            raise FleetcraftError(
                f"{MOST_DEATHS} processes of the study ended, each while it worked on the same part, which may need "
                "more memory than there is; try fewer with --threads"
            )
        self._hire(1)
        self.put(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Ends the processes, whatever they are at."""
        end(self._processes.values())
        for pipe in self._processes:
            pipe.close()
