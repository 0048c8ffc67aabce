"""A lane: its jobs are answered one after another, by a process of their own or by one that is kept warm."""

from __future__ import annotations

import logging
from collections import deque
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import Any, Protocol

from fleetcraft.studio.errors import RefusalError
from fleetcraft.studio.jobs.asking import Asked, error_of_ours, failure
from fleetcraft.studio.jobs.process import ENDED, Answerer
from fleetcraft.studio.jobs.worker import WARM

GRACE_S = 10.0
"""How long a job that is told to stop may take to keep what it has done."""
LOOK_S = 0.1


class Told(Protocol):
    """Whoever is told what becomes of the jobs of a lane."""

    def begun(self, id_: str) -> Asked:
        """A job's turn has come; gives what to ask. Raises RefusalError where that is not there any more."""

    def heard(self, id_: str, kind: str, content: Any) -> None:
        """A process told something of its job: progress, told, stored, failed, interrupted, or that it ended."""


class Lane:
    """First come, first served. ``warm``: one process answers all, ready before it is asked."""

    def __init__(self, folder: Path, told: Told, *, warm: bool) -> None:
        self._folder, self._told, self._warm = folder, told, warm
        self._queue: deque[str] = deque()
        self._news = Condition()
        self._closed_s: float | None = None
        self._stopped: dict[str, float] = {}
        self._kept: Answerer | None = None
        self._thread = Thread(target=self._work, name=f"lane-{'quick' if warm else 'long'}", daemon=True)

    def open(self) -> None:
        """Begin with what is queued."""
        self._thread.start()

    def put(self, id_: str) -> None:
        """Queue a job."""
        with self._news:
            self._stopped.pop(id_, None)
            self._queue.append(id_)
            self._news.notify()

    def drop(self, id_: str) -> bool:
        """Take a job out of the queue; False where its turn has come already."""
        with self._news:
            waiting = id_ in self._queue
            if waiting:
                self._queue.remove(id_)
            return waiting

    def stop(self, id_: str) -> None:
        """Have a job that is answered leave off."""
        with self._news:
            self._stopped.setdefault(id_, monotonic())

    def close(self, grace_s: float) -> None:
        """Answer nothing more; the job at work has so long to keep what it has done."""
        with self._news:
            self._closed_s = monotonic() + grace_s
            self._news.notify()
        if self._thread.is_alive():
            self._thread.join()

    def make_ready(self) -> None:
        """Have the process that is kept started before it is asked."""
        with self._news:
            self._queue.append(WARM)
            self._news.notify()

    def _work(self) -> None:
        try:
            while (id_ := self._next()) is not None:
                try:
                    self._take(id_)
                except Exception as error:  # a lane outlives what goes wrong in it
                    _logger().exception("job %s", id_)
                    self._tell(id_, "failed", error_of_ours(error))
                    self._end_kept()
        finally:
            self._end_kept()

    def _take(self, id_: str) -> None:
        if id_ == WARM:
            self._ready().ask(WARM)
            return
        try:
            asked = self._told.begun(id_)
        except RefusalError as error:
            self._tell(id_, "failed", failure(*error.lines, status=2))
            return
        self._answer(id_, asked)

    def _tell(self, id_: str, kind: str, content: Any) -> None:
        """Pass on what was told of a job, whatever comes of that."""
        try:
            self._told.heard(id_, kind, content)
        except Exception:
            _logger().exception("job %s: %s", id_, kind)

    def _end_kept(self) -> None:
        if self._kept is not None:
            self._kept.end()
            self._kept = None

    def _next(self) -> str | None:
        with self._news:
            while not self._queue and self._closed_s is None:
                self._news.wait()
            return None if self._closed_s is not None else self._queue.popleft()

    def _ready(self) -> Answerer:
        """A process that can be asked."""
        if self._kept is not None and not self._kept.alive:
            self._end_kept()
        if self._kept is None:
            self._kept = Answerer(self._folder)
        return self._kept

    def _answer(self, id_: str, asked: Asked) -> None:
        answerer = self._ready()
        answerer.ask(asked)
        kind, content = self._listened(answerer, id_)
        if not self._warm or kind in (ENDED, "interrupted"):
            self._end_kept()
        self._tell(id_, kind, content)

    def _listened(self, answerer: Answerer, id_: str) -> tuple[str, Any]:
        """The last message of a job; those before it are passed on."""
        started = interrupted = False
        while True:
            limit_s = self._limit_s(id_)
            if limit_s is not None and started and not interrupted:
                answerer.interrupt()
                interrupted = True
            if limit_s is not None and monotonic() > limit_s:
                answerer.end()
                return "interrupted", None
            message = answerer.message(LOOK_S)
            if message is None:
                continue
            kind, content = message
            if kind == "started":
                started = True
            elif kind == "trace":
                _logger().info("job %s: %s", id_, content)
            elif kind in ("progress", "told"):
                self._tell(id_, kind, content)
            else:
                return kind, content

    def _limit_s(self, id_: str) -> float | None:
        """When the process at work is ended, where it has been told to stop."""
        with self._news:
            stopped_s = self._stopped.get(id_)
            limits = [limit for limit in (stopped_s and stopped_s + GRACE_S, self._closed_s) if limit is not None]
        return min(limits, default=None)


def _logger() -> logging.Logger:
    return logging.getLogger("fleetcraft.studio")
