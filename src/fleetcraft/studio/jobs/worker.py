"""The process of a job: it asks what it is sent, tells how far it is, and sends what came of it.

Messages to it are ``Asked`` or ``WARM``; from it ``(kind, content)``: started, progress, told, trace, stored,
failed, interrupted. A process in which nothing is asked lets interrupts pass; one that is asked something ends it.
"""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from types import FrameType

from fleetcraft.errors import FleetcraftError
from fleetcraft.studio.jobs.asking import Asked, answer, error_entry, error_of_ours

WARM = "warm"
LEAST_PAUSE_S = 0.1
"""Between two tellings of progress in the same step."""


def serve(pipe: Connection, folder: str) -> None:
    """Answer what comes through the pipe, in a folder, until that ends or the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.setpgrp()  # an interrupt typed in the server's terminal is for the server
    os.chdir(folder)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    try:
        while True:
            asked = pipe.recv()
            if asked == WARM:
                _warm()
            else:
                _answer(asked, pipe)
    except (EOFError, OSError):
        return  # there is nobody left to answer to


def _answer(asked: Asked, pipe: Connection) -> None:
    """Answer one request; an interrupt is taken while it is worked on, at no other time."""
    try:
        with _interruptible():
            pipe.send(("started", None))
            stored = answer(asked, lambda target: _watched(target, pipe), lambda line: pipe.send(("told", line)))
    except KeyboardInterrupt:
        pipe.send(("interrupted", None))
    except FleetcraftError as error:
        pipe.send(("failed", error_entry(error)))
    except Exception as error:
        pipe.send(("trace", traceback.format_exc()))
        pipe.send(("failed", error_of_ours(error)))
    else:
        pipe.send(("stored", (stored.folder.name, stored.was_there)))


@contextmanager
def _interruptible() -> Iterator[None]:
    interrupted = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        if not interrupted:  # one is enough: the second would break into the tidying after the first
            interrupted = True
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _watched(_target: Path, pipe: Connection) -> Iterator[Callable[[str, int, int], None]]:
    """Sends progress at most ten times a second, and whenever another thing is done."""
    told_s, told = 0.0, ""

    def progress(what: str, done: int, of: int) -> None:
        nonlocal told_s, told
        if what != told or done == of or monotonic() - told_s >= LEAST_PAUSE_S:
            told_s, told = monotonic(), what
            pipe.send(("progress", (what, done, of)))

    yield progress


def _warm() -> None:
    """Load what a simulation needs, and have its event loop compiled, with a log of events and without."""
    import fleetcraft.runs.simulate  # noqa: F401 - its imports take seconds
    from fleetcraft.simulate.player import compile_kernel

    compile_kernel(logged=False)
    compile_kernel(logged=True)


def _leave_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
