"""A process that answers jobs, seen from the server."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from fleetcraft.optimise.workers import interrupts_blocked
from fleetcraft.studio.jobs.worker import serve

ENDED = "ended"


class Answerer:
    """A spawned process at work in a folder; it ends with this one, however this one ends."""

    def __init__(self, folder: Path) -> None:
        spawn = get_context("spawn")
        self._pipe: Connection
        self._pipe, there = spawn.Pipe()
        self._process: SpawnProcess = spawn.Process(target=serve, args=(there, str(folder)))
        try:
            with interrupts_blocked():
                self._process.start()
        except OSError:
            self._pipe.close()
            raise
        finally:
            there.close()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.is_alive()

    def ask(self, asked: object) -> None:
        """Send it a request; one that cannot be sent is answered by ``message``: the process has ended."""
        with suppress(OSError):
            self._pipe.send(asked)

    def message(self, timeout_s: float) -> tuple[str, Any] | None:
        """What it tells next, ``(ENDED, None)`` where it has ended; None where it tells nothing for so long."""
        try:
            return self._pipe.recv() if self._pipe.poll(timeout_s) else None
        except (EOFError, OSError):
            return ENDED, None

    def interrupt(self) -> None:
        """Have it leave what it is at; what is done is kept."""
        if self._process.pid is not None and self.alive:
            os.kill(self._process.pid, signal.SIGINT)

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._process.join()
        self._pipe.close()
