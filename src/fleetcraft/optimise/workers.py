"""Objects that answer calls in processes of their own, so that many small programmes are solved at once.

Processes are spawned, never forked: a fork after HiGHS has run once returned nothing. A script that uses more than one
guards its start with ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Self, TypeVar

from fleetcraft.errors import FleetcraftError

Piece = TypeVar("Piece")


class Crew:
    """One object for each piece, made by ``make(piece)``, spread over processes; with one process they live here.

    Answers come in the order of the pieces and do not depend on the number of processes. ``make`` and the pieces must
    be picklable where there is more than one process.
    """

    def __init__(self, make: Callable[[Piece], object], pieces: Sequence[Piece], processes: int = 1) -> None:
        self._count = len(pieces)
        alone = min(processes, len(pieces)) <= 1
        self._here = [make(piece) for piece in pieces] if alone else []
        shares = [] if alone else [pieces[k::processes] for k in range(min(processes, len(pieces)))]
        self._processes = [_start(make, share) for share in shares]

    def call(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What ``method`` of each object answers to its own arguments.

        Raises FleetcraftError where one of them failed or a process ended.
        """
        if not self._processes:
            return [getattr(own, method)(*each) for own, each in zip(self._here, arguments, strict=True)]
        step = len(self._processes)
        for k, (_, pipe) in enumerate(self._processes):
            pipe.send((method, arguments[k::step]))
        answers: list[Any] = [None] * self._count
        for k, (_, pipe) in enumerate(self._processes):
            answers[k::step] = _received(pipe)
        return answers

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the processes, whatever they are at."""
        for process, pipe in self._processes:
            pipe.close()
            process.terminate()
        for process, _ in self._processes:
            process.join()


def _start(make: Callable[[Piece], object], pieces: Sequence[Piece]) -> tuple[SpawnProcess, Connection]:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, make, pieces), daemon=True)
    process.start()
    there.close()
    return process, here


def _received(pipe: Connection) -> list[Any]:
    try:
        answer = pipe.recv()
    except EOFError:
        raise FleetcraftError("a process of the solver ended before it had answered") from None
    if isinstance(answer, FleetcraftError):
        raise answer
    return list(answer)


def _serve(pipe: Connection, make: Callable[[Piece], object], pieces: Sequence[Piece]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle, which then ends this process
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    objects = [make(piece) for piece in pieces]
    while True:
        try:
            method, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send([getattr(own, method)(*each) for own, each in zip(objects, arguments, strict=True)])
        except FleetcraftError as error:
            pipe.send(error)


def _leave_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
