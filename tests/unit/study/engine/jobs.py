"""Jobs and crews of which every answer is known."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from fleetcraft.study.engine.blocks import Join, Piece, Point, Points
from fleetcraft.study.engine.crew import Answered
from fleetcraft.study.engine.local import answered


def answer_of(point: Point, replications: int) -> dict[str, Any]:
    """What a point of ``Sums`` answers: a sum over its replications."""
    return {"status": "done", "values": {"sum": float(sum((point.number + 1) * i for i in range(replications)))}}


@dataclass(frozen=True)
class Sums:
    """A job whose points add up their replications, whole or in pieces."""

    replications: int
    key: str = "sums"

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
    key: str = "deadly"

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
