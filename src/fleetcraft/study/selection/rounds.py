"""The simulated years of a contest between plans: asked for round by round, of the plans that are still in."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.study.engine.blocks import Join, Piece, Point, joined
from fleetcraft.study.engine.crew import Answered
from fleetcraft.study.engine.gaps import Gaps
from fleetcraft.study.engine.journal import Journal
from fleetcraft.study.judge import complete_plan
from fleetcraft.study.questionnaire.questions import Study
from fleetcraft.study.selection.contest import (
    BATCH_YEARS,
    Contest,
    Floats,
    Json,
    contest_of,
    selection_entry,
    yearly_output,
)
from fleetcraft.study.warnings import unplaced_warnings

YEARLY = "yearly"
"""The key of a point's answer that holds the output of each of its years, None where a year has no value."""


class Rounds:
    """Asks for years until the contest is over, then for each plan's whole answer.

    ``points`` are the plans, numbered from 0; ``yearly`` reads the output's years from an outcome. Which years are
    played follows from what they bring, never from the crew.
    """

    what = "simulated years, as far as is known"

    def __init__(
        self, points: Sequence[Point], journal: Journal, contest: Contest, yearly: Callable[[Outcome], Floats]
    ) -> None:
        self._points = points
        self._journal = journal
        self._contest = contest
        self._yearly = yearly
        self._most = contest.most_years // BATCH_YEARS * BATCH_YEARS
        self._values = np.empty((len(points), self._most))
        self._is_played = np.zeros((len(points), self._most), dtype=np.bool_)
        self._has_answer = [False] * len(points)
        self._gaps = Gaps()
        self._joins: deque[int] = deque()
        self._year_s: float | None = None
        self._read_journal()
        self._asked_to = 0
        self._screening = contest.tally(self._played_to(0)).screening
        self._go_on()

    @property
    def done(self) -> float:
        """Years of all plans that are played; a plan's last one is done once its whole answer is stored."""
        return max(0.0, float(self._is_played.sum()) - self._has_answer.count(False))

    @property
    def of(self) -> float:
        """Years of all plans, were those still in to stay in as long as they may."""
        left = list(self._screening.left)
        longest = len(left) * self._screening.latest * BATCH_YEARS
        played = float(self._is_played.sum())
        return max(played, played - float(self._is_played[left].sum()) + longest)

    @property
    def most_blocks(self) -> int:
        """How many processes could work at the same time: on a batch each of the first years."""
        return len(self._points) * self._contest.first_years // BATCH_YEARS

    def next(self, crew: int) -> Piece | Join | None:
        """Some years of a plan still in; at the end each plan's whole answer."""
        if self._gaps:
            return self._gaps.next(crew, self._year_s)
        if self._joins:
            number = self._joins.popleft()
            return Join(self._points[number], self._journal.outcomes(number))
        return None

    def take(self, answered: Answered) -> None:
        """Store the answer of a block; with a round's last one the next round begins."""
        block = answered.block
        if isinstance(block, Join):
            values = self._values[block.point.number, self._is_played[block.point.number]]
            yearly = [None if math.isnan(value) else value for value in values.tolist()]
            self._journal.keep({block.point.number: {**answered.answer[0], YEARLY: yearly}})
            self._has_answer[block.point.number] = True
            return
        assert isinstance(block, Piece)
        self._journal.keep_piece(block.point.number, block.first, block.count, answered.answer)
        self._keep(block.point.number, block.first, self._yearly(joined([answered.answer])))
        self._year_s = answered.seconds / block.count
        if self._is_round_played():
            self._go_on()

    def _go_on(self) -> None:
        """Ask for the next round that is not played yet; once the contest is over, for the whole answers."""
        while self._is_round_played():
            self._screening = self._contest.tally(self._played_to(self._asked_to)).screening
            more = min(len(self._screening.asked) * BATCH_YEARS, self._most - self._asked_to)
            if not more:
                self._joins.extend(number for number, there in enumerate(self._has_answer) if not there)
                return
            self._asked_to += more
        for number in self._screening.left:
            for first, count in self._missing(number):
                self._gaps.add(self._points[number], first, count)

    def _is_round_played(self) -> bool:
        return bool(self._is_played[list(self._screening.left), : self._asked_to].all())

    def _missing(self, number: int) -> list[tuple[int, int]]:
        """Runs of years (first, count) that a plan lacks of what is asked."""
        years = np.flatnonzero(~self._is_played[number, : self._asked_to])
        runs = np.split(years, np.flatnonzero(np.diff(years) > 1) + 1)
        return [(int(run[0]), len(run)) for run in runs if len(run)]

    def _played_to(self, year: int) -> list[Floats]:
        """Each plan's values of the years played before ``year``; a plan's years have no gap there."""
        return [values[:year][played[:year]] for values, played in zip(self._values, self._is_played, strict=True)]

    def _keep(self, number: int, first: int, values: Floats) -> None:
        years = slice(first, first + len(values))
        self._values[number, years] = values
        self._is_played[number, years] = True

    def _read_journal(self) -> None:
        for number, answer in self._journal.answers():
            self._keep(number, 0, np.array(answer[YEARLY], dtype=np.float64))
            self._has_answer[number] = True
        firsts: dict[int, list[int]] = {}
        for number, first, _ in self._journal.pieces():
            firsts.setdefault(number, []).append(first)
        for number, starts in firsts.items():
            for first, outcome in zip(starts, self._journal.outcomes(number), strict=True):
                self._keep(number, first, self._yearly(joined([outcome])))


def rounds_of(study: Study, points: Sequence[Point], journal: Journal) -> Rounds:
    """The rounds of a study whose design is of plans."""
    contest, requirements = contest_of(study), study.scenario.requirements
    return Rounds(points, journal, contest, lambda outcome: yearly_output(requirements, outcome, contest.output))


def selection_of(study: Study, journal: Journal) -> Json:
    """The key ``selection`` of the result, from the plans' whole answers (see ``selection_entry``)."""
    yearly = [np.array(answer[YEARLY], dtype=np.float64) for _, answer in journal.answers()]
    names = [each.name for each in study.asked]
    warnings = [w for each in study.asked if each.plan is not None for w in unplaced_warnings(each.plan, each.name)]
    return {**selection_entry(contest_of(study), names, yearly), "warnings": warnings}


def require_playable(study: Study) -> None:
    """Raises ScenarioError with every row of every plan that cannot be flown."""
    theatre = make_theatre(study.scenario)
    faults: list[Fault] = []
    for each in study.asked:
        assert each.plan is not None
        try:
            complete_plan(theatre, each.plan, seed=study.seed, file=each.name)
        except ScenarioError as error:
            faults.extend(error.faults)
    if faults:
        raise ScenarioError(faults)
