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

SOLVER = "a process of the solver"


class Workers:
    """One object for each piece, made by ``make(piece)``, spread over processes; with one process they live here.

    Answers come in the order of the pieces and do not depend on the number of processes. ``make`` and the pieces must
    be picklable where there is more than one process.
    """

    def __init__(self, make: Callable[[Piece], object], pieces: Sequence[Piece], processes: int = 1) -> None:
        self._count = len(pieces)
        alone = min(processes, len(pieces)) <= 1
        self._here = [make(piece) for piece in pieces] if alone else []
        shares = [] if alone else [pieces[k::processes] for k in range(min(processes, len(pieces)))]
        self._processes = start([_Share(make, share).call for share in shares], daemon=True)

    def call(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What ``method`` of each object answers to its own arguments.

        Raises what one of them raises, or FleetcraftError where a process ended.
        """
        if not self._processes:
            return [getattr(own, method)(*each) for own, each in zip(self._here, arguments, strict=True)]
        step = len(self._processes)
        for k, (_, pipe) in enumerate(self._processes):
            hand_over(pipe, (method, arguments[k::step]), SOLVER)
        answers: list[Any] = [None] * self._count
        for k, (_, pipe) in enumerate(self._processes):
            answers[k::step] = received(pipe, SOLVER)
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
    ((process, pipe),) = start([answer], daemon=True)
    try:
        hand_over(pipe, asked, SOLVER)
        yield partial(received, pipe, SOLVER)
    finally:
        end([process])


def start(answers: Sequence[Callable[..., Any]], *, daemon: bool) -> list[tuple[SpawnProcess, Connection]]:
    """A process for each function, and its pipe: it sends back ``function(*asked)``, or what that raises, for each
    ``asked`` sent to it.

    All are started before any gets its function, for to take it in each first has to import Python. A process ends with
    this one, to which it leaves every interrupt. A daemon cannot start processes itself. Raises FleetcraftError where
    one ends at once.
    """
    started: list[tuple[SpawnProcess, Connection]] = []
    try:
        with interrupts_blocked():  # one between a start and its place in the list would leave a process behind
            started.extend(_start(daemon) for _ in answers)
        for (_, pipe), answer in zip(started, answers, strict=True):
            hand_over(pipe, answer, SOLVER)
    except BaseException:
        end(process for process, _ in started)
        raise
    return started


def _start(daemon: bool) -> tuple[SpawnProcess, Connection]:
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(there,), daemon=daemon)
    process.start()
    there.close()
    return process, here


def hand_over(pipe: Connection, thing: object, whose: str) -> None:
    """Send something to a process. Raises FleetcraftError where the process ended."""
    try:
        pipe.send(thing)
    except OSError:
        raise FleetcraftError(f"{whose} ended before it was done") from None


def received(pipe: Connection, whose: str) -> Any:
    """The next answer of a process. Raises it where it is an exception, FleetcraftError where the process ended."""
    try:
        answer = pipe.recv()
    except (EOFError, OSError):
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
