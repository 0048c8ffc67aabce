"""Replications that are still to be played, given out in pieces of about two seconds."""

from __future__ import annotations

from collections import deque
from math import ceil

from fleetcraft.study.engine.blocks import BLOCK_S, Piece, Point

LEAST_PIECE = 10
"""Replications of a piece as long as their speed is not known; for the sake of a fair share none is made smaller."""


class Gaps:
    """Replications ``first`` to ``first + count - 1`` of points, in the order in which they were added."""

    def __init__(self) -> None:
        self._gaps: deque[tuple[Point, int, int]] = deque()

    def __len__(self) -> int:
        """How many replications are left."""
        return sum(count for _, _, count in self._gaps)

    def add(self, point: Point, first: int, count: int) -> None:
        """These replications of a point are to be played."""
        self._gaps.append((point, first, count))

    def next(self, sharers: int, each_s: float | None) -> Piece:
        """The next piece: what fits into two seconds where a replication takes ``each_s`` (None: not known yet).

        It is no more than a fair share of what is left for so many processes.
        """
        fit = LEAST_PIECE if each_s is None else max(int(BLOCK_S / max(each_s, 1e-9)), 1)
        size = min(fit, max(ceil(len(self) / sharers), LEAST_PIECE))
        point, first, count = self._gaps.popleft()
        if size < count:
            self._gaps.appendleft((point, first + size, count - size))
        return Piece(point, first, min(size, count))
