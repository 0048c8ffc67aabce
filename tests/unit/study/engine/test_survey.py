"""The way of a study: every point is answered, whoever answers and however often it is interrupted."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fleetcraft.errors import FleetcraftError
from fleetcraft.study.engine.blocks import BLOCK_S, Join, Piece, Point, Points
from fleetcraft.study.engine.journal import Journal, open_journal
from fleetcraft.study.engine.local import Here
from fleetcraft.study.engine.pace import Pace, left_in_words
from fleetcraft.study.engine.survey import LONG_S, EveryPoint, survey
from unit.study.engine.jobs import OnItsClock, Slowing, Sums, Unruly, answer_of


def told_nothing(_what: str, _done: int, _of: int) -> None:
    pass


def still() -> float:
    return 0.0


def some_points(count: int) -> list[Point]:
    return [Point(number, (float(number),)) for number in range(count)]


def ask(points: Sequence[Point], journal: Journal, crew: Any, replications: int | None) -> EveryPoint:
    asking = EveryPoint(points, journal, replications)
    survey(asking, crew, Pace(still, asking.done), told_nothing)
    return asking


@pytest.mark.parametrize("seed", range(16))
def test_every_point_is_answered_alike_by_any_crew_after_any_interruptions(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    points, replications = some_points(draw.randint(1, 60)), draw.choice([None, 8, 120])
    job = Sums(replications or 7)
    for _ in range(draw.randint(0, 5)):
        crew = Unruly(job, draw.randint(1, 6), draw, answers=draw.randint(0, 20))
        with suppress(KeyboardInterrupt), open_journal(tmp_path) as journal:
            ask(points, journal, crew, replications)
    with open_journal(tmp_path) as journal:
        asking = ask(points, journal, Unruly(job, draw.randint(1, 6), draw), replications)
        assert list(journal.answers()) == [(p.number, answer_of(p, job.replications)) for p in points]
        assert list(journal.pieces()) == []
    assert asking.done == asking.of == len(points)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_asked_twice_and_pieces_cover_a_point_once(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    points, replications = some_points(draw.randint(1, 12)), 300
    asked: list[Any] = []
    for answers in (3, 5, None):
        crew = Unruly(Sums(replications), 4, draw, answers)
        with suppress(KeyboardInterrupt), open_journal(tmp_path) as journal:
            kept = {point for point, _ in journal.answers()}
            covered = {(point, i) for point, first, count in journal.pieces() for i in range(first, first + count)}
            ask(points, journal, crew, replications)
        asked = crew.asked
        whole = [p.number for block in asked if isinstance(block, Points) for p in block.points]
        pieces = [b for b in asked if isinstance(b, Piece)]
        parts = [(b.point.number, i) for b in pieces for i in range(b.first, b.first + b.count)]
        assert len(set(whole)) == len(whole)
        assert kept.isdisjoint(whole)
        assert len(set(parts)) == len(parts)
        assert covered.isdisjoint(parts)
        assert all(0 <= i < replications for _, i in parts)


class Timed(Unruly):
    """Says that everything takes so long for each replication."""

    second_per_replication = 0.0

    def get(self) -> Any:
        found = super().get()
        count = found.block.count if isinstance(found.block, Piece) else 1000
        return type(found)(found.block, found.answer, self.second_per_replication * count)


def test_a_long_point_is_cut_into_pieces_of_two_seconds_and_a_short_one_is_not(tmp_path: Path) -> None:
    crew = Timed(Sums(1000), 2, Random(1))
    crew.second_per_replication = 2 * LONG_S / 1000
    with open_journal(tmp_path / "long") as journal:
        ask(some_points(9), journal, crew, 1000)
    counts = [block.count for block in crew.asked if isinstance(block, Piece)]
    assert counts
    assert max(counts) * crew.second_per_replication == pytest.approx(2.0, rel=0.1)
    crew = Timed(Sums(1000), 2, Random(1))
    crew.second_per_replication = 0.02 / 1000
    with open_journal(tmp_path / "short") as journal:
        ask(some_points(500), journal, crew, 1000)
    assert {block.point.number for block in crew.asked if not isinstance(block, Points)} == {0}  # to learn the speed
    assert len(crew.asked) < 80


@pytest.mark.parametrize(("replications", "slow_s"), [(None, 100.0), (20, 100.0), (20, 5.0)])
def test_a_block_is_short_though_points_become_slow_all_at_once(
    replications: int | None, slow_s: float, tmp_path: Path
) -> None:
    crew = OnItsClock(Slowing(20, slow_from=300, fast_s=1e-5 * slow_s, slow_s=slow_s))
    with open_journal(tmp_path) as journal:
        ask(some_points(400), journal, crew, replications)
        assert list(journal.answers()) == [(n, answer_of(Point(n), 20)) for n in range(400)]
    assert max(crew.took) <= slow_s + 2 * BLOCK_S
    assert sum(crew.took) == pytest.approx(100 * slow_s, rel=0.01)  # nothing was worked out twice


@pytest.mark.parametrize("crew_size", [1, 2, 64])
@pytest.mark.parametrize("played", [0, 2000])
def test_one_very_long_point_is_cut_from_the_start_and_again_when_gone_on_with(
    crew_size: int, played: int, tmp_path: Path
) -> None:
    job = Sums(20_000)
    crew = Timed(job, crew_size, Random(1))
    crew.second_per_replication = 0.05
    with open_journal(tmp_path) as journal:
        if played:
            journal.keep_piece(0, 0, played, job.answer(Piece(Point(0), 0, played)))
        ask(some_points(1), journal, crew, job.replications)
        assert dict(journal.answers()) == {0: answer_of(Point(0), job.replications)}
    counts = [block.count for block in crew.asked if isinstance(block, Piece)]
    assert sum(counts) == job.replications - played
    assert max(counts) * crew.second_per_replication <= BLOCK_S
    assert len(counts) < 1.2 * sum(counts) * crew.second_per_replication / BLOCK_S + 10 * crew_size


def test_one_point_is_shared_out_among_all_processes(tmp_path: Path) -> None:
    crew = Unruly(Sums(1000), 4, Random(2))
    with open_journal(tmp_path) as journal:
        ask(some_points(1), journal, crew, 1000)
    first = crew.asked[:4]
    assert all(isinstance(block, Piece) for block in first)
    assert sum(block.count for block in crew.asked if isinstance(block, Piece)) == 1000
    assert isinstance(crew.asked[-1], Join)


def test_what_answering_raises_ends_the_survey_and_what_came_in_is_kept(tmp_path: Path) -> None:
    class Broken(Sums):
        def answer(self, block: Any) -> Any:
            if any(point.number == 3 for point in block.points):
                raise FleetcraftError("the third")
            return super().answer(block)

    with open_journal(tmp_path) as journal, pytest.raises(FleetcraftError, match="the third"):
        ask(some_points(9), journal, Here(Broken(5)), None)
    with open_journal(tmp_path) as journal:
        assert 0 < len(list(journal.answered())) < 9


def test_the_time_left_is_that_of_this_session_from_its_first_answer_on(tmp_path: Path) -> None:
    told: list[str] = []
    moments: Iterator[float] = iter([0.0, 1000.0, *(1000.0 + 60.0 * i for i in range(1000))])
    crew = Timed(Sums(5), 1, Random(3))
    crew.second_per_replication = 60.0 / 1000  # the first answer took a minute of the 1,000 s until it was in
    with open_journal(tmp_path) as journal:
        journal.keep({number: answer_of(Point(number), 5) for number in range(90)})
        asking = EveryPoint(some_points(100), journal, None)
        pace = Pace(lambda: next(moments), asking.done)
        survey(asking, crew, pace, lambda what, done, of: told.append(f"{what} {done} {of}"))
    assert told[:3] == [
        "90 of 100 points 90 100",  # nothing before something came in
        "91 of 100 points; about 9 min left 91 100",
        "92 of 100 points; about 8 min left 92 100",
    ]
    assert told[-1].startswith("100 of 100 points")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (3.0, "; about 10 s left"),
        (44.0, "; about 40 s left"),
        (600.0, "; about 10 min left"),
        (7200.0, "; about 2.0 h left"),
    ],
)
def test_the_time_left_is_told_in_round_numbers(seconds: float | None, words: str) -> None:
    assert left_in_words(seconds) == words


class Many(Sequence[Point]):
    """So many points, none of which is held."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: Any) -> Any:
        return Point(number, (float(number),))


def test_memory_does_not_grow_with_the_points(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        with open_journal(tmp_path / str(count)) as journal:
            tracemalloc.start()
            ask(Many(count), journal, Here(Sums(3)), None)
            assert sum(1 for _ in journal.answers()) == count
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return most

    peak(2000)
    few, many = peak(6_000), peak(24_000)
    assert many - few < 100_000  # the points between them: a byte each to remember them, not their answers
