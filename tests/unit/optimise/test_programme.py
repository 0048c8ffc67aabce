"""A programme is its blocks: triplets broadcast, rows and columns where they were put."""

from __future__ import annotations

import numpy as np
import pytest

from fleetcraft.optimise.programme import INFINITY, ColumnCounter, Programme, block, block_text
from fleetcraft.optimise.solver import Limits, Relaxation, solve


def two_groups() -> ColumnCounter:
    columns = ColumnCounter()
    columns.add("bought", ["a", "b"], upper=np.array([3.0, 5.0]), integer=True)
    columns.add("placed", ["x", "y", "z"], lower=-1.0)
    return columns


def test_groups_number_their_columns_in_the_order_of_declaration() -> None:
    bought, placed = two_groups().groups
    np.testing.assert_array_equal(bought.index, [0, 1])
    np.testing.assert_array_equal(placed.index, [2, 3, 4])
    np.testing.assert_array_equal(placed.upper, [INFINITY] * 3)
    np.testing.assert_array_equal(placed.lower, [-1.0] * 3)
    np.testing.assert_array_equal(bought.lower, [0.0, 0.0])


def test_terms_broadcast_rows_columns_and_values() -> None:
    """Row i: 2 x0 + 3 x1 + 4 x2, minus its own x(3 + i)."""
    rows = np.arange(2)[:, None]
    law = block(
        "sum",
        ["first", "second"],
        [(rows, np.arange(3)[None, :], np.array([2.0, 3.0, 4.0])), (np.arange(2), np.array([3, 4]), -1.0)],
        lower=np.array([1.0, -INFINITY]),
        upper=7.0,
    )
    dense = Programme((), (law,), np.zeros(5)).matrix.toarray()
    np.testing.assert_array_equal(dense, [[2, 3, 4, -1, 0], [2, 3, 4, 0, -1]])
    np.testing.assert_array_equal(law.lower, [1.0, -INFINITY])
    np.testing.assert_array_equal(law.upper, [7.0, 7.0])


def test_a_block_without_bounds_binds_nothing_and_one_without_rows_holds_nothing() -> None:
    free = block("free", ["only"], [(np.array([0]), np.array([0]), 1.0)])
    assert free.lower == -INFINITY
    assert free.upper == INFINITY
    empty = block("empty", [], [])
    assert len(empty.lower) == len(empty.row) == 0


def test_mismatched_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        block("wrong", ["one", "two"], [], upper=np.zeros(3))


def test_blocks_stack_and_equal_entries_add_up() -> None:
    columns = two_groups()
    first = block("first", ["r"], [(np.zeros(2, int), np.array([0, 0]), 1.0), (np.zeros(1, int), np.array([4]), 0.0)])
    second = block("second", ["s", "t"], [(np.array([1, 0]), np.array([2, 1]), np.array([5.0, 6.0]))], upper=9.0)
    programme = Programme(tuple(columns.groups), (first, second), np.zeros(5))
    np.testing.assert_array_equal(programme.matrix.toarray(), [[2, 0, 0, 0, 0], [0, 6, 0, 0, 0], [0, 0, 5, 0, 0]])
    assert programme.matrix.nnz == 3
    np.testing.assert_array_equal(programme.row_upper, [INFINITY, 9.0, 9.0])
    np.testing.assert_array_equal(programme.integer, [True, True, False, False, False])
    np.testing.assert_array_equal(programme.upper[:2], [3.0, 5.0])


def test_a_law_reads_as_it_is_written() -> None:
    columns = two_groups()
    law = block(
        "budget",
        ["2026", "equal", "least"],
        [(np.array([0, 0, 1, 2]), np.array([4, 0, 1, 2]), np.array([-0.5, 2.0, 1.0, 1e7]))],
        lower=np.array([-INFINITY, 3.0, 4.0]),
        upper=np.array([10.0, 3.0, INFINITY]),
    )
    assert block_text(columns.groups, law) == (
        "budget[2026]: +2 bought[a] -0.5 placed[z] <= 10\n"
        "budget[equal]: +1 bought[b] = 3\n"
        "budget[least]: 4 <= +1e+07 placed[x]\n"
    )


# The solver, on a knapsack solved by hand


def knapsack() -> Programme:
    """Maximise 5a + 4b + 3c over whole a, b, c in 0..1 with 2a + 3b + c <= 5 and 4a + b + 2c <= 5."""
    columns = ColumnCounter()
    columns.add("take", ["a", "b", "c"], upper=1.0, integer=True)
    row = np.zeros(3, int)
    one = block("one", ["r"], [(row, np.arange(3), np.array([2.0, 3.0, 1.0]))], upper=5.0)
    two = block("two", ["r"], [(row, np.arange(3), np.array([4.0, 1.0, 2.0]))], upper=5.0)
    return Programme(tuple(columns.groups), (one, two), np.array([5.0, 4.0, 3.0]))


def test_solve_finds_the_best_whole_numbers_and_proves_it() -> None:
    found = solve(knapsack(), Limits(gap=0.0))
    assert (found.status, found.stopped_by) == ("optimal", "gap")
    assert found.objective == pytest.approx(9.0)
    assert found.bound == pytest.approx(9.0)
    np.testing.assert_allclose(found.values, [1, 1, 0], atol=1e-6)


def test_a_relaxation_bounds_it_and_follows_its_bounds() -> None:
    programme = knapsack()
    relaxation = Relaxation(programme, Limits())
    free = relaxation.solve(programme.groups)
    assert free.status == "optimal"
    assert free.objective == free.bound >= 9.0
    (take,) = programme.groups
    none = np.zeros(3)
    fixed = type(take)(take.name, take.index, take.labels, none, none, take.integer)
    assert relaxation.solve((fixed,)).objective == pytest.approx(0.0)
    assert relaxation.solve(programme.groups).objective == pytest.approx(free.objective)
    impossible = type(take)(take.name, take.index, take.labels, none + 1, none + 1, take.integer)
    assert relaxation.solve((impossible,)).status == "infeasible"


def test_solve_says_what_cannot_be() -> None:
    programme = knapsack()
    least = block("least", ["r"], [(np.zeros(3, int), np.arange(3), 1.0)], lower=4.0)
    found = solve(Programme(programme.groups, (*programme.blocks, least), programme.objective), Limits())
    assert found.status == "infeasible"
    assert len(found.values) == 0


def hard(size: int = 30) -> Programme:
    """Many equal weights and an odd capacity: no quick proof of the best."""
    columns = ColumnCounter()
    columns.add("take", [str(i) for i in range(size)], upper=1.0, integer=True)
    generator = np.random.default_rng(3)
    weight = generator.integers(1000, 9999, (5, size)).astype(float)
    rows = [
        block(f"w{k}", ["r"], [(np.zeros(size, int), np.arange(size), weight[k])], upper=weight[k].sum() / 2)
        for k in range(5)
    ]
    return Programme(tuple(columns.groups), tuple(rows), weight.sum(axis=0))


def test_a_limit_is_never_called_optimal() -> None:
    stopped = solve(hard(), Limits(gap=0.0, nodes=1))
    assert stopped.status in ("feasible", "limit")
    assert stopped.stopped_by == "nodes"
    relaxed = Relaxation(hard(), Limits()).solve(hard().groups)
    assert stopped.objective < stopped.bound <= relaxed.objective * (1 + 1e-9)
    timed = solve(hard(200), Limits(gap=0.0, seconds=0.05))
    assert timed.status in ("feasible", "limit")
    assert timed.stopped_by == "time"


def test_a_start_is_kept_or_improved() -> None:
    found = solve(knapsack(), Limits(gap=0.0, nodes=0), start=np.array([1.0, 0.0, 0.0]))
    assert found.objective >= 5.0 - 1e-9
