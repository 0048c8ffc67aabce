"""The way of a study: ask what is missing, keep what comes in, until nothing is missing."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from itertools import islice
from math import ceil
from typing import Any, Protocol

from fleetcraft.study.calibrate import Progress
from fleetcraft.study.engine.blocks import BLOCK_S, Join, Piece, Point, Points
from fleetcraft.study.engine.crew import Answered, Crew
from fleetcraft.study.engine.gaps import LEAST_PIECE, Gaps
from fleetcraft.study.engine.journal import Journal
from fleetcraft.study.engine.pace import Pace, left_in_words

Block = Points | Piece | Join

LONG_S = 60.0
"""A point that takes longer is cut into pieces, so that a kill costs little."""
TAIL_S = 8.0
"""One of the last points is cut where it takes longer, so that all processes end together."""
MOST_POINTS = 1000
"""Points of a block."""


class Asking(Protocol):
    """What is to be asked of a crew; the next question may depend on what has come in."""

    @property
    def done(self) -> float:
        """How much is done, of ``of``."""

    @property
    def of(self) -> float:
        """How much there is to do, as far as is known."""

    @property
    def what(self) -> str:
        """What ``done`` and ``of`` count."""

    def next(self, crew: int) -> Hashable | None:
        """The next block for a crew of so many; None where nothing can be asked before more has come in."""

    def take(self, answered: Answered) -> None:
        """Keep an answer."""


def survey(asking: Asking, crew: Crew, pace: Pace, progress: Progress) -> None:
    """Ask until there is nothing more to ask and every answer is kept.

    Raises what answering a block raised; what came in before is kept.
    """
    under_way = came_in = 0
    while True:
        while crew.free > 0 and (block := asking.next(crew.size)) is not None:
            crew.put(block)
            under_way += 1
        left_s = pace.left_s(asking.done, asking.of) if came_in >= crew.size else None
        told = f"{asking.done:,.0f} of {asking.of:,.0f} {asking.what}{left_in_words(left_s)}"
        progress(told, int(asking.done), int(asking.of))
        if not under_way:
            return
        found = crew.get()
        under_way -= 1
        came_in += 1
        if came_in == 1:
            pace.first_took(found.seconds)
        if found.error is not None:
            raise found.error
        asking.take(found)


class EveryPoint:
    """Asks for every point that the journal has no answer of, in blocks of about two seconds.

    ``replications`` of each, where points can be cut into pieces. Long ones are; as long as no speed is known, and so
    at the start of each session, all are. How the work is cut follows from measured speed; what is found does not.
    """

    what = "points"

    def __init__(self, points: Sequence[Point], journal: Journal, replications: int | None) -> None:
        self._points = points
        self._journal = journal
        self._replications = replications
        self._has_answer = bytearray(len(points))
        for number in journal.answered():
            self._has_answer[number] = True
        self._count = sum(self._has_answer)
        self._played: dict[int, int] = {}  # replications of the points in pieces that are there
        self._gaps = Gaps()
        self._joins: deque[int] = deque()
        self._point_s: float | None = None
        self._asked_to = 0
        self._again: deque[int] = deque()  # points that were asked for and came back without an answer
        for number, gaps in _gaps(journal, replications or 0).items():
            self._played[number] = (replications or 0) - sum(count for _, count in gaps)
            for first, count in gaps:
                self._gaps.add(points[number], first, count)
            self._join_if_whole(number)
        self._not_asked = len(points) - self._count - len(self._played)

    @property
    def done(self) -> float:
        """Points, those in pieces in part."""
        return self._count + sum(self._played.values()) / (self._replications or 1)

    @property
    def of(self) -> float:
        """All points."""
        return len(self._points)

    @property
    def most_blocks(self) -> int:
        """How many processes could work at the same time."""
        return (len(self._points) - self._count) * max((self._replications or 0) // LEAST_PIECE, 1)

    def next(self, crew: int) -> Block | None:
        """A join where one is due, else a piece, else more points."""
        if self._joins:
            number = self._joins.popleft()
            return Join(self._points[number], self._journal.outcomes(number))
        if not self._gaps and self._is_to_be_cut(crew):
            for number in islice(self._missing(), 1):
                self._played[number] = 0
                self._gaps.add(self._points[number], 0, self._replications or 0)
        if self._gaps:
            each_s = None if self._point_s is None else self._point_s / (self._replications or 1)
            return self._gaps.next(1 if self._not_asked else crew, each_s)
        return self._some(crew)

    def take(self, answered: Answered) -> None:
        """Store the answer of a block."""
        block = answered.block
        if isinstance(block, Piece):
            self._journal.keep_piece(block.point.number, block.first, block.count, answered.answer)
            self._played[block.point.number] += block.count
            assert self._replications is not None
            self._measure(answered.seconds * self._replications / block.count)
            self._join_if_whole(block.point.number)
            return
        assert isinstance(block, Points | Join)
        points = block.points if isinstance(block, Points) else (block.point,)
        answers: list[dict[str, Any]] = answered.answer
        points, later = points[: len(answers)], points[len(answers) :]
        self._journal.keep({point.number: answer for point, answer in zip(points, answers, strict=True)})
        for point in points:
            self._has_answer[point.number] = True
            self._played.pop(point.number, None)
        self._count += len(points)
        self._again.extend(point.number for point in later)
        self._not_asked += len(later)
        if isinstance(block, Points):
            self._measure(answered.seconds / len(points))

    def _measure(self, point_s: float) -> None:
        """What a point takes: as much the last ones as those before."""
        self._point_s = point_s if self._point_s is None else (self._point_s + point_s) / 2

    def _is_to_be_cut(self, crew: int) -> bool:
        """Whether the next point is played in pieces."""
        if self._replications is None:
            return False
        return self._point_s is None or self._point_s > (TAIL_S if self._not_asked <= crew else LONG_S)

    def _join_if_whole(self, number: int) -> None:
        if self._played[number] == self._replications:
            self._joins.append(number)

    def _some(self, crew: int) -> Points | None:
        """The next points: as many as two seconds hold, yet no more than a fair share of what is left."""
        wanted = 1 if self._point_s is None else max(int(BLOCK_S / max(self._point_s, 1e-9)), 1)
        share = ceil(self._not_asked / (2 * crew))
        numbers = tuple(islice(self._missing(), min(wanted, share, MOST_POINTS)))
        return Points(tuple(self._points[number] for number in numbers)) if numbers else None

    def _missing(self) -> Iterator[int]:
        """Points that were neither answered nor asked for; taking one is asking for it."""
        while self._not_asked:
            if self._again:
                number = self._again.popleft()
            else:
                number = self._has_answer.find(0, self._asked_to)
                self._asked_to = number + 1
            if number not in self._played:
                self._not_asked -= 1
                yield number


def _gaps(journal: Journal, replications: int) -> dict[int, list[tuple[int, int]]]:
    """For each point with pieces in the journal, the replications (first, count) that are not there."""
    gaps: dict[int, list[tuple[int, int]]] = {}
    ends: dict[int, int] = {}
    for point, first, count in journal.pieces():
        gap = first - ends.get(point, 0)
        gaps.setdefault(point, []).extend([(first - gap, gap)] if gap else [])
        ends[point] = first + count
    for point, end in ends.items():
        gaps[point].extend([(end, replications - end)] if end < replications else [])
    return gaps
