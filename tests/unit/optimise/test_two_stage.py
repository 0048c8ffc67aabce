"""Two-stage programmes: the decomposition against the extensive form, against trying everything, and its properties."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fleetcraft.errors import Clash, FleetcraftError, InfeasibleError
from fleetcraft.optimise.decomposition import solve_two_stage, strengthened
from fleetcraft.optimise.programme import ColumnCounter, Programme, block
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.strengthen import split_fixed_charges
from fleetcraft.optimise.two_stage import Recourse, TwoStage, extensive_form
from fleetcraft.optimise.workers import Workers
from unit.optimise.two_stages import EXACT, best_by_trying, extensive_optimum, small_fleet

SEEDS = range(4)


def worth_of(problem: TwoStage, first: np.ndarray, later: tuple[np.ndarray, ...]) -> float:
    """The expected worth of a solution that keeps every row and bound."""
    form = extensive_form(problem)
    x = np.concatenate([first, *later])
    assert (x >= form.lower - 1e-6).all()
    assert (x <= form.upper + 1e-6).all()
    assert x[form.integer] == pytest.approx(np.round(x[form.integer]), abs=1e-6)
    assert (form.matrix @ x <= form.row_upper + 1e-6).all()
    assert (form.matrix @ x >= form.row_lower - 1e-6).all()
    return float(form.objective @ x)


# Optima


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_orders_now_and_later_are_the_best_of_all(seed: int) -> None:
    problem = small_fleet(seed)
    found = solve_two_stage(problem, EXACT)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best_by_trying(problem), abs=1e-6)
    assert found.bound == pytest.approx(found.objective, abs=1e-6)
    assert worth_of(problem, found.first, found.later) == pytest.approx(found.objective, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("whole_now", "whole_later"), [(False, False), (True, False), (False, True)])
def test_other_kinds_of_columns_agree_with_the_extensive_form(seed: int, whole_now: bool, whole_later: bool) -> None:
    problem = small_fleet(seed, futures=5, whole_now=whole_now, whole_later=whole_later)
    found = solve_two_stage(problem, EXACT)
    assert found.objective == pytest.approx(extensive_optimum(extensive_form(problem)), abs=1e-6)
    assert worth_of(problem, found.first, found.later) == pytest.approx(found.objective, abs=1e-6)


@pytest.mark.parametrize(("seed", "possible"), [(0, True), (1, True), (2, False), (3, True)])
def test_a_demand_that_few_first_stages_can_meet(seed: int, possible: bool) -> None:
    """Each future alone could see what is asked; most first stages leave some future short of it, or all of them do."""
    free = small_fleet(seed)
    most = min(most_seen(free, f) for f in range(3))
    problem = small_fleet(seed, needed=0.9 * most)
    found = solve_two_stage(problem, EXACT)
    assert found.status == ("optimal" if possible else "infeasible")
    assert found.objective == pytest.approx(best_by_trying(problem), abs=1e-6)


def most_seen(problem: TwoStage, future: int) -> float:
    """The most that one future can see in all."""
    seen = np.array([0.0, 0.0, 0.0, 1.0, 1.0])
    first = replace(problem.first, objective=np.zeros(6))
    alone = TwoStage(first, (replace(problem.futures[future], probability=1.0, objective=seen),))
    return extensive_optimum(extensive_form(alone))


def test_demands_that_no_first_stage_can_meet() -> None:
    found = solve_two_stage(small_fleet(0, needed=10.1), EXACT)
    assert found.status == "infeasible"
    assert len(found.first) == 0


def test_futures_that_can_be_met_each_alone_but_not_together() -> None:
    """What is decided now is 1 in one future and 2 in the other."""
    columns = ColumnCounter()
    x = columns.add("x", ["0"], upper=3.0, integer=True)
    first = Programme(tuple(columns.groups), (block("none", [], []),), np.ones(1))

    def future(wanted: float) -> Recourse:
        own = ColumnCounter(count=1).add("y", ["0"], upper=1.0)
        row = block("wanted", ["0"], [(np.zeros(1, dtype=int), x.index, 1.0)], lower=wanted, upper=wanted)
        return Recourse(0.5, (own,), (row,), np.ones(1))

    assert solve_two_stage(TwoStage(first, (future(1.0), future(1.0))), EXACT).objective == pytest.approx(2.0)
    assert solve_two_stage(TwoStage(first, (future(1.0), future(2.0))), EXACT).status == "infeasible"


def test_recourse_that_earns_without_limit_is_refused() -> None:
    columns = ColumnCounter()
    columns.add("x", ["0"], upper=1.0)
    first = Programme(tuple(columns.groups), (block("none", [], []),), np.zeros(1))
    own = ColumnCounter(count=1).add("y", ["0"])
    row = block("loose", ["0"], [(np.zeros(1, dtype=int), own.index, 1.0)], lower=0.0)
    with pytest.raises(FleetcraftError, match="no bound"):
        solve_two_stage(TwoStage(first, (Recourse(1.0, (own,), (row,), np.ones(1)),)), EXACT)


# Properties


def test_one_future_is_the_deterministic_programme() -> None:
    problem = small_fleet(5, futures=1)
    found = solve_two_stage(problem, EXACT)
    own = problem.futures[0]
    both = np.concatenate([problem.first.objective, own.objective])
    together = Programme((*problem.first.groups, *own.groups), (*problem.first.blocks, *own.blocks), both)
    assert found.objective == pytest.approx(extensive_optimum(together), abs=1e-6)


def test_the_order_of_the_futures_changes_nothing() -> None:
    problem = small_fleet(6, futures=4)
    turned = replace(problem, futures=problem.futures[::-1])
    assert solve_two_stage(turned, EXACT).objective == pytest.approx(
        solve_two_stage(problem, EXACT).objective, abs=1e-6
    )


def test_a_future_in_two_halves_is_one_future() -> None:
    problem = small_fleet(7)
    half = replace(problem.futures[0], probability=problem.futures[0].probability / 2)
    split = replace(problem, futures=(half, *problem.futures[1:], half))
    assert solve_two_stage(split, EXACT).objective == pytest.approx(solve_two_stage(problem, EXACT).objective, abs=1e-6)


def test_waiting_is_worth_no_less_than_deciding_now() -> None:
    problem = small_fleet(8, futures=4)
    alone = [
        solve_two_stage(TwoStage(problem.first, (replace(f, probability=1.0),)), EXACT).objective
        for f in problem.futures
    ]
    chances = [f.probability for f in problem.futures]
    assert np.dot(chances, alone) >= solve_two_stage(problem, EXACT).objective - 1e-6


def test_the_number_of_processes_changes_nothing() -> None:
    problem = small_fleet(9, futures=5)
    one, two = (solve_two_stage(problem, Limits(gap=0.001), processes=n) for n in (1, 2))
    assert (one.objective, one.bound) == (two.objective, two.bound)
    assert one.first.tolist() == two.first.tolist()
    assert [y.tolist() for y in one.later] == [y.tolist() for y in two.later]


def test_a_wide_gap_is_kept_and_told() -> None:
    problem = small_fleet(10, futures=6)
    best = extensive_optimum(extensive_form(problem))
    found = solve_two_stage(problem, Limits(gap=0.2))
    assert found.status == "optimal"
    assert found.stopped_by == "gap"
    assert found.gap <= 0.2
    assert found.objective <= best + 1e-6 <= found.bound + 2e-6


@pytest.mark.parametrize("whole", [True, False])
def test_no_time_leaves_a_true_bound_and_no_claim(whole: bool) -> None:
    problem = small_fleet(11, futures=6, whole_now=whole, whole_later=whole)
    found = solve_two_stage(problem, Limits(gap=1e-9, seconds=0.0))
    assert found.status in ("limit", "feasible")
    assert found.stopped_by == "time"
    assert found.bound >= extensive_optimum(extensive_form(problem)) - 1e-6


# Strengthening


@pytest.mark.parametrize("seed", SEEDS)
def test_split_charges_cut_no_whole_solution_and_tighten_the_relaxation(seed: int) -> None:
    problem = small_fleet(seed)
    loose, tight = extensive_form(problem), extensive_form(strengthened(problem))
    assert extensive_optimum(tight) == pytest.approx(extensive_optimum(loose), abs=1e-6)
    assert extensive_optimum(relaxed(tight)) < extensive_optimum(relaxed(loose)) - 1e-6


def relaxed(programme: Programme) -> Programme:
    return replace(programme, groups=tuple(replace(g, integer=False) for g in programme.groups))


def charge(
    *, limit: float = 0.0, at_least: float = -np.inf, whole: bool = True, from_: float = 0.0
) -> tuple[object, ...]:
    columns = ColumnCounter()
    x = columns.add("x", ["a", "b"], lower=from_, upper=np.array([2.0, 9.0]))
    z = columns.add("z", ["z"], upper=1.0, integer=whole)
    row = np.zeros(2, dtype=np.int64)
    law = block("charge", ["it"], [(row, x.index, 2.0), (row[:1], z.index, -8.0)], lower=at_least, upper=limit)
    return split_fixed_charges(law, tuple(columns.groups)), columns


def test_only_columns_that_their_own_bound_limits_are_split() -> None:
    """2 a + 2 b <= 8 z: a <= 2 z says more than the row; b <= 4 z does not."""
    split, _ = charge()
    assert split.labels == ("it,0",)
    assert (split.column.tolist(), split.value.tolist(), split.upper.tolist()) == ([0, 2], [1.0, -2.0], [0.0])


@pytest.mark.parametrize("other", [{"limit": 1.0}, {"at_least": -5.0}, {"whole": False}, {"from_": -1.0}])
def test_what_is_no_fixed_charge_is_left_alone(other: dict[str, float]) -> None:
    assert charge(**other)[0] is None


# Workers


class Counter:
    """Says where it lives and how often it was asked."""

    def __init__(self, start: int) -> None:
        self.count = start

    def add(self, n: int) -> tuple[int, int]:
        self.count += n
        return self.count, os.getpid()

    def fail(self) -> None:
        raise FleetcraftError(f"{self.count} cannot")

    def fail_otherwise(self) -> None:
        raise InfeasibleError([Clash("budget", 1.0, "USD", True, 2.0, 2.0)])

    def leave(self) -> None:
        os._exit(3)

    def hears(self) -> bool:
        return hears_interrupts(os.getpid())


def hears_interrupts(process: int) -> bool:
    status = Path(f"/proc/{process}/status").read_text()
    deaf = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith(("SigBlk", "SigIgn"))]
    return not any(mask >> (signal.SIGINT - 1) & 1 for mask in deaf)


def refuse(piece: int) -> Counter:
    raise ValueError(f"{piece} is not to be had")


def test_a_crew_keeps_its_objects_and_answers_in_order() -> None:
    with Workers(Counter, [10, 20, 30], processes=2) as crew:
        crew.call("add", [(1,), (2,), (3,)])
        answers = crew.call("add", [(1,), (1,), (1,)])
    assert [count for count, _ in answers] == [12, 23, 34]
    assert answers[0][1] == answers[2][1] != answers[1][1]
    assert os.getpid() not in [process for _, process in answers]


def test_alone_a_crew_stays_in_this_process() -> None:
    with Workers(Counter, [1, 2]) as crew:
        assert crew.call("add", [(1,), (1,)]) == [(2, os.getpid()), (3, os.getpid())]


def test_what_fails_in_a_process_fails_here() -> None:
    with Workers(Counter, [1, 2], processes=2) as crew, pytest.raises(FleetcraftError, match="1 cannot"):
        crew.call("fail", [(), ()])


def test_any_exception_of_a_process_is_raised_here_and_tells_where_it_was_raised() -> None:
    with Workers(Counter, [1, 2], processes=2) as crew:
        with pytest.raises(InfeasibleError, match="budget") as caught:
            crew.call("fail_otherwise", [(), ()])
        assert "in fail_otherwise" in caught.value.__notes__[0]
    with Workers(Counter, [1, 2], processes=2) as crew, pytest.raises(TypeError, match="str"):
        crew.call("add", [("one",), (1,)])
    with Workers(refuse, [1, 2], processes=2) as crew, pytest.raises(ValueError, match="1 is not to be had"):
        crew.call("add", [(1,), (1,)])


def test_a_process_never_hears_an_interrupt_not_even_while_it_imports() -> None:
    before = hears_interrupts(os.getpid())
    with Workers(Counter, [1, 2], processes=2) as crew:
        assert not any(hears_interrupts(process.pid) for process, _ in crew._processes if process.pid)
        assert crew.call("hears", [(), ()]) == [False, False]
    assert hears_interrupts(os.getpid()) == before


def test_a_process_that_ends_is_told() -> None:
    with Workers(Counter, [1, 2], processes=2) as crew, pytest.raises(FleetcraftError, match="ended"):
        crew.call("leave", [(), ()])


ORPHAN = """
import os, signal, time
from fleetcraft.optimise.workers import Workers

class Sleeper:
    def __init__(self, piece): pass
    def process(self): return os.getpid()
    def sleep(self): time.sleep(600)

if __name__ == "__main__":
    crew = Workers(Sleeper, [0, 1], processes=2)
    print(*crew.call("process", [(), ()]), flush=True)
    for process, pipe in crew._processes:
        pipe.send(("sleep", [()]))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_leave_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN)
    printed = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, text=True, check=False).stdout
    left = [int(process) for process in printed.split()]
    assert len(left) == 2
    while left:  # each leaves as soon as it is told; one that stayed would keep this test from ending
        left = [process for process in left if running(process)]
        time.sleep(0.05)


def running(process: int) -> bool:
    """Whether a process is there and is no zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
