"""Processes that answer, and objects in them that are called, so that many small programmes are solved at once.

Processes are spawned, never forked: a fork after HiGHS has run once returned nothing. A script that uses more than one
guards its start with ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Self, TypeVar

from fleetcraft.errors import FleetcraftError

Piece = TypeVar("Piece")
Result = TypeVar("Result")


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
        self._processes = [start(daemon=True) for _ in shares]
        for (_, pipe), share in zip(self._processes, shares, strict=True):
            pipe.send(_Share(make, share).call)

    def call(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What ``method`` of each object answers to its own arguments.

        Raises what one of them raises, or FleetcraftError where a process ended.
        """
        if not self._processes:
            return [getattr(own, method)(*each) for own, each in zip(self._here, arguments, strict=True)]
        step = len(self._processes)
        for k, (_, pipe) in enumerate(self._processes):
            pipe.send((method, arguments[k::step]))
        answers: list[Any] = [None] * self._count
        for k, (_, pipe) in enumerate(self._processes):
            answers[k::step] = received(pipe, "a process of the solver")
        return answers

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the processes, whatever they are at."""
        end(process for process, _ in self._processes)


class _Share:
    """The objects of one process; made there, at its first call."""

    def __init__(self, make: Callable[[Any], object], pieces: Sequence[Any]) -> None:
        self._make, self._pieces = make, pieces

    @cached_property
    def _objects(self) -> list[object]:
        return [self._make(piece) for piece in self._pieces]

    def call(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [getattr(own, method)(*each) for own, each in zip(self._objects, arguments, strict=True)]


@contextmanager
def meanwhile(processes: int, answer: Callable[..., Result], *asked: object) -> Iterator[Callable[[], Result]]:
    """Have ``answer(*asked)`` worked out in another process while this one goes on; what is given waits for it.

    With one process it is worked out here, once it is waited for.
    """
    if processes <= 1:
        yield partial(answer, *asked)
        return
    process, pipe = start(daemon=True)
    try:
        pipe.send(answer)
        pipe.send(asked)
        yield partial(received, pipe, "a process of the solver")
    finally:
        end([process])


def start(*, daemon: bool) -> tuple[SpawnProcess, Connection]:
    """A process and its pipe. The first thing sent is a function; then ``function(*asked)``, or what that raises, is
    sent back for each ``asked``.

    What it works on goes through the pipe and not with its start, which would wait until the process has imported
    Python. It ends with this one, to which it leaves every interrupt. A daemon cannot start processes itself.
    """
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(there,), daemon=daemon)
    with interrupts_blocked():
        process.start()
    there.close()
    return process, here


def received(pipe: Connection, whose: str) -> Any:
    """The next answer of a process. Raises it where it is an exception, FleetcraftError where the process ended."""
    try:
        answer = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise FleetcraftError(f"{whose} ended before it was done") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def end(processes: Iterable[SpawnProcess]) -> None:
    """End processes, whatever they are at."""
    ending = list(processes)
    for process in ending:
        process.kill()
    for process in ending:
        process.join()


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """A process started in here never sees an interrupt, not even while it imports; this one sees it a moment later."""
    resource_tracker.ensure_running()  # else its own start, within that of the first process, would unblock them
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    try:
        answer = pipe.recv()
        while True:
            pipe.send(_answered(answer, pipe.recv()))
    except (EOFError, ConnectionResetError, BrokenPipeError):
        return  # there is nobody left to answer to


def _answered(answer: Callable[..., Any], asked: tuple[Any, ...]) -> Any:
    try:
        return answer(*asked)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return error


def _leave_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
