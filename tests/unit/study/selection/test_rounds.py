"""Rounds of simulated years: the same years and answers whoever plays them, and after any interruption."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from fleetcraft.study.engine.blocks import Join, Piece, Point, joined, packed
from fleetcraft.study.engine.journal import open_journal
from fleetcraft.study.engine.local import Here, Processes
from fleetcraft.study.engine.pace import Pace
from fleetcraft.study.engine.survey import survey
from fleetcraft.study.selection.contest import ATTAINMENT, Contest, selection_entry
from fleetcraft.study.selection.rounds import YEARLY, Rounds
from unit.study.outcomes import outcome

CONTEST = Contest(3, ATTAINMENT, 0.02, 0.95, 6000)


@dataclass(frozen=True)
class Years:
    """A job whose plans have years with the stated means; year i of each shares a part of its noise."""

    means: tuple[float, ...] = (0.60, 0.58, 0.30)

    def answer(self, block):
        number = block.point.number
        if isinstance(block, Join):
            return [{"status": "done", "mean": float(joined(block.pieces).expected.mean())}]
        numbers = range(block.first, block.first + block.count)
        noise = [np.random.default_rng([i, plan]).standard_normal() for i in numbers for plan in (99, number)]
        values = self.means[number] + 0.4 * np.array(noise).reshape(-1, 2) @ [0.8, 0.6]
        return packed(outcome(values[:, None]))


@dataclass
class Told:
    """What a survey said of its progress; may interrupt it."""

    stop_after: int | None = None
    calls: list[tuple[str, int, int]] = field(default_factory=list)

    def __call__(self, what, done, of):
        self.calls.append((what, done, of))
        if len(self.calls) == self.stop_after:
            raise KeyboardInterrupt


def run(folder: Path, crew, told=None, contest=CONTEST):
    """Goes on with what the folder holds; returns each plan's stored answer."""
    points = [Point(number) for number in range(contest.plans)]
    with open_journal(folder) as journal, crew:
        rounds = Rounds(points, journal, contest, lambda found: found.expected[:, 0])
        survey(rounds, crew, Pace(lambda: 0.0, rounds.done), told or Told())
        return dict(journal.answers())


def entry(answers):
    yearly = [np.array(answers[number][YEARLY]) for number in sorted(answers)]
    return selection_entry(CONTEST, ["a", "b", "c"], yearly)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return run(tmp_path_factory.mktemp("whole"), Here(Years()))


def test_the_worst_goes_first_and_the_best_is_left(whole):
    found = entry(whole)
    assert (found["best"], found["guaranteed"]) == ("a", True)
    first, second, third = found["plans"]
    assert third["eliminated_after"] == third["years"] == CONTEST.first_years
    assert third["years"] < second["eliminated_after"] <= second["years"] == first["years"] <= 6000


def test_each_plan_s_whole_answer_rests_on_all_its_years(whole):
    for number, answer in whole.items():
        block = Piece(Point(number), 0, len(answer[YEARLY]))
        alone = joined([Years().answer(block)]).expected[:, 0]
        assert answer[YEARLY] == alone.tolist()
        assert answer["mean"] == pytest.approx(alone.mean())


def test_two_processes_give_the_same(whole, tmp_path):
    assert run(tmp_path, Processes(Years(), 2)) == whole


@pytest.mark.parametrize("stop_after", [1, 2, 4, 7, 11, 16])
def test_it_goes_on_where_it_was_interrupted(whole, tmp_path, stop_after):
    told = Told(stop_after)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Here(Years()), told)
    again = Told()
    assert run(tmp_path, Here(Years()), again) == whole
    assert again.calls[0][1] == told.calls[-1][1]


class UntilTheSecondAnswer(Here):
    """A crew that is interrupted after one plan's whole answer."""

    answers = 0

    def get(self):
        found = super().get()
        self.answers += isinstance(found.block, Join)
        if self.answers == 2:
            raise KeyboardInterrupt
        return found


def test_it_goes_on_between_whole_answers(whole, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, UntilTheSecondAnswer(Years()))
    with open_journal(tmp_path) as journal:
        assert list(journal.answered()) == [0]
    again = Told()
    assert run(tmp_path, Here(Years()), again) == whole
    assert len(again.calls) == 3


def test_a_finished_contest_asks_for_nothing_more(whole, tmp_path):
    run(tmp_path, Here(Years()))
    told = Told()
    assert run(tmp_path, Here(Years()), told) == whole
    assert len(told.calls) == 1


def test_what_is_told_ends_with_all_of_it(tmp_path):
    told = Told()
    run(tmp_path, Here(Years()), told)
    done = [call[1] for call in told.calls]
    assert done == sorted(done)
    assert told.calls[-1][1] == told.calls[-1][2]
    assert all(call[1] <= call[2] for call in told.calls)
    assert told.calls[0][2] == 3 * CONTEST.first_years


def test_a_limit_ends_it(tmp_path):
    contest = Contest(3, ATTAINMENT, 0.02, 0.95, 235)
    answers = run(tmp_path, Here(Years((0.5, 0.5, 0.5))), contest=contest)
    found = selection_entry(contest, ["a", "b", "c"], [np.array(answers[i][YEARLY]) for i in range(3)])
    assert not found["guaranteed"]
    assert {each["years"] for each in found["plans"]} == {230}


def test_no_piece_is_smaller_than_a_batch_and_a_crew_shares_a_round(tmp_path):
    with open_journal(tmp_path) as journal:
        rounds = Rounds([Point(i) for i in range(3)], journal, CONTEST, lambda found: found.expected[:, 0])
        asked = []
        while (block := rounds.next(crew=4)) is not None:
            asked.append(block)
    assert len(asked) >= 4
    assert all(block.count >= 10 or block.first + block.count == CONTEST.first_years for block in asked)
    played = sorted(
        (block.point.number, year) for block in asked for year in range(block.first, block.first + block.count)
    )
    assert played == [(number, year) for number in range(3) for year in range(CONTEST.first_years)]
