"""Jobs and crews of which every answer is known."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from fleetcraft.study.engine.blocks import Join, Piece, Point, Points, answered_in_time
from fleetcraft.study.engine.crew import Answered
from fleetcraft.study.engine.local import Here, answered


def answer_of(point: Point, replications: int) -> dict[str, Any]:
    """What a point of ``Sums`` answers: a sum over its replications."""
    return {"status": "done", "values": {"sum": float(sum((point.number + 1) * i for i in range(replications)))}}


@dataclass(frozen=True)
class Sums:
    """A job whose points add up their replications, whole or in pieces."""

    replications: int

    def answer(self, block: Any) -> Any:
        if isinstance(block, Points):
            return [answer_of(point, self.replications) for point in block.points]
        if isinstance(block, Piece):
            played = range(block.first, block.first + block.count)
            return repr([(block.point.number + 1) * i for i in played]).encode()
        assert isinstance(block, Join)
        played = [number for piece in block.pieces for number in eval(piece.decode())]
        assert len(played) == self.replications
        return [{"status": "done", "values": {"sum": float(sum(played))}}]


@dataclass
class Slowing:
    """Sums on a clock of its own; points from ``slow_from`` on take ``slow_s`` seconds, others ``fast_s``."""

    replications: int
    slow_from: int
    fast_s: float
    slow_s: float
    now_s: float = 0.0

    def answer(self, block: Any) -> Any:
        if isinstance(block, Points):
            return answered_in_time(block.points, self._whole, lambda: self.now_s)
        if isinstance(block, Piece):
            self.now_s += self._point_s(block.point) * block.count / self.replications
        return Sums(self.replications).answer(block)

    def _whole(self, point: Point) -> dict[str, Any]:
        self.now_s += self._point_s(point)
        return answer_of(point, self.replications)

    def _point_s(self, point: Point) -> float:
        return self.slow_s if point.number >= self.slow_from else self.fast_s


class OnItsClock(Here):
    """A crew of this process that goes by the job's clock, and notes what each block took."""

    def __init__(self, job: Slowing) -> None:
        super().__init__(job)
        self.job = job
        self.took: list[float] = []

    def get(self) -> Answered:
        before_s = self.job.now_s
        found = super().get()
        self.took.append(self.job.now_s - before_s)
        return replace(found, seconds=self.took[-1])


@dataclass
class Unruly:
    """A crew of this process that answers in any order and says of each block that it took any time.

    It is interrupted after so many answers.
    """

    job: Any
    size: int
    draw: Random
    answers: int | None = None
    asked: list[Hashable] = field(default_factory=list)
    held: list[Hashable] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.size - len(self.held)

    def put(self, block: Hashable) -> None:
        assert self.free > 0
        self.asked.append(block)
        self.held.append(block)

    def get(self) -> Answered:
        if self.answers is not None:
            if self.answers == 0:
                raise KeyboardInterrupt
            self.answers -= 1
        found = answered(self.job, self.held.pop(self.draw.randrange(len(self.held))))
        return Answered(found.block, found.answer, 10 ** self.draw.uniform(-4, 3), found.error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


class Unsendable(Exception):  # noqa: N818 - what it is
    """An error that holds something which cannot go to another process."""


@dataclass(frozen=True)
class Deadly:
    """A job whose process is killed at some blocks: at each only so often as ``times``."""

    folder: Path
    times: int

    def answer(self, block: Any) -> Any:
        if block == "slow":
            time.sleep(0.2)
        if block == "die":
            before = len(list(self.folder.iterdir()))
            if before < self.times:
                (self.folder / str(before)).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        if block == "wrong":
            raise ValueError("no such thing")
        if block == "unsendable":
            raise Unsendable(lambda: "a function")
        return f"{block} by {type(self).__name__}"
