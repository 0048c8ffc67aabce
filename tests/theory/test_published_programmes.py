"""Stochastic programmes of the literature with known optima, through the product's own decomposition.

Birge and Louveaux, Introduction to Stochastic Programming (2011): the farmer (1.1) and the example of the L-shaped
method (5.1). Both minimise cost, so that their optima appear here with the other sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from fleetcraft.optimise.decomposition import solve_two_stage
from fleetcraft.optimise.programme import Block, ColumnCounter, Programme, block
from fleetcraft.optimise.solver import Limits, solve
from fleetcraft.optimise.two_stage import Recourse, TwoStage, extensive_form

EXACT = Limits(gap=1e-9)

YIELDS = ((3.0, 3.6, 24.0), (2.5, 3.0, 20.0), (2.0, 2.4, 16.0))
"""Tons an acre of wheat, corn and sugar beets in good, average and bad years."""
BEETS_AT_THE_HIGH_PRICE = 6000.0


def farmer(yields: Sequence[Sequence[float]]) -> TwoStage:
    """500 acres; 200 t of wheat and 240 t of corn are needed, and can be bought; beets sell well up to a quota."""
    columns = ColumnCounter()
    acres = columns.add("acres", ["wheat", "corn", "beets"])
    land = block("land", ["all"], [(np.zeros(3, dtype=int), acres.index, 1.0)], upper=500.0)
    first = Programme(tuple(columns.groups), (land,), -np.array([150.0, 230.0, 260.0]))
    return TwoStage(first, tuple(_year(acres.index, tons, 1 / len(yields)) for tons in yields))


def _year(acres: np.ndarray, tons: Sequence[float], probability: float) -> Recourse:
    columns = ColumnCounter(count=3)
    bought = columns.add("bought", ["wheat", "corn"])
    sold = columns.add("sold", ["wheat", "corn", "beets", "beets beyond the quota"])
    sold.upper[2] = BEETS_AT_THE_HIGH_PRICE
    row = np.arange(3)
    kept = [
        (row, acres, np.array(tons)),
        (row[:2], bought.index, 1.0),
        (np.array([0, 1, 2, 2]), sold.index, -1.0),
    ]
    fed = block("fed", ["wheat", "corn", "beets"], kept, lower=np.array([200.0, 240.0, 0.0]))
    income = np.array([-238.0, -210.0, 170.0, 150.0, 36.0, 10.0])
    return Recourse(probability, tuple(columns.groups), (fed,), income)


def two_futures() -> TwoStage:
    """min 100 x1 + 150 x2 + E[q y], 40 <= x1, 20 <= x2, x1 + x2 <= 120, 6 y1 + 10 y2 <= 60 x1, 8 y1 + 5 y2 <= 80 x2."""
    columns = ColumnCounter()
    x = columns.add("x", ["1", "2"], lower=np.array([40.0, 20.0]))
    limit = block("limit", ["all"], [(np.zeros(2, dtype=int), x.index, 1.0)], upper=120.0)
    first = Programme(tuple(columns.groups), (limit,), np.array([-100.0, -150.0]))
    futures = ((0.4, (500.0, 100.0), (24.0, 28.0)), (0.6, (300.0, 300.0), (28.0, 32.0)))
    return TwoStage(first, tuple(_demand(*future) for future in futures))


def needed_demands() -> TwoStage:
    """min 3 x1 + 2 x2 - E[15 y1 + 12 y2], 3 y1 + 2 y2 <= x1, 2 y1 + 5 y2 <= x2, 0.8 d <= y <= d, d = (4 | 6, 4 | 8)."""
    columns = ColumnCounter()
    columns.add("x", ["1", "2"])
    first = Programme(tuple(columns.groups), (block("none", [], []),), np.array([-3.0, -2.0]))
    return TwoStage(first, tuple(_needed(np.array([d1, d2])) for d1 in (4.0, 6.0) for d2 in (4.0, 8.0)))


def _needed(demand: np.ndarray) -> Recourse:
    columns = ColumnCounter(count=2)
    columns.add("y", ["1", "2"], lower=0.8 * demand, upper=demand)
    row, column = np.array([0, 0, 0, 1, 1, 1]), np.array([2, 3, 0, 2, 3, 1])
    kept = block("kept", ["1", "2"], [(row, column, np.array([3.0, 2.0, -1.0, 2.0, 5.0, -1.0]))], upper=0.0)
    return Recourse(0.25, tuple(columns.groups), (kept,), np.array([15.0, 12.0]))


def _demand(probability: float, demand: tuple[float, float], earned: tuple[float, float]) -> Recourse:
    columns = ColumnCounter(count=2)
    columns.add("y", ["1", "2"], upper=np.array(demand))
    return Recourse(probability, tuple(columns.groups), (_capacity(),), np.array(earned))


def _capacity() -> Block:
    row, column = np.array([0, 0, 0, 1, 1, 1]), np.array([2, 3, 0, 2, 3, 1])
    value = np.array([6.0, 10.0, -60.0, 8.0, 5.0, -80.0])
    return block("capacity", ["1", "2"], [(row, column, value)], upper=0.0)


def test_the_farmers_best_land_use() -> None:
    found = solve_two_stage(farmer(YIELDS), EXACT)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(108_390, abs=0.01)
    assert found.bound == pytest.approx(108_390, abs=0.01)
    assert found.first == pytest.approx([170, 80, 250], abs=1e-4)


def test_what_knowing_the_yield_is_worth_to_the_farmer() -> None:
    """Wait and see earns 115,406 in the mean, so that knowing is worth 7,016; one year is an ordinary programme."""
    alone = [solve_two_stage(farmer([tons]), EXACT).objective for tons in YIELDS]
    assert alone == pytest.approx([167_666.67, 118_600, 59_950], abs=0.01)
    assert np.mean(alone) - 108_390 == pytest.approx(7_015.56, abs=0.01)


def test_what_planning_for_all_yields_is_worth_to_the_farmer() -> None:
    """Who plans for the average year earns 107,240: planning for all three is worth 1,150."""
    problem = farmer(YIELDS)
    average = solve_two_stage(farmer([YIELDS[1]]), EXACT).first
    acres = replace(problem.first.groups[0], lower=average, upper=average)
    planned_on_it = replace(problem, first=replace(problem.first, groups=(acres,)))
    assert solve_two_stage(planned_on_it, EXACT).objective == pytest.approx(107_240, abs=0.01)


def test_the_example_of_the_l_shaped_method() -> None:
    found = solve_two_stage(two_futures(), EXACT)
    assert found.objective == pytest.approx(855.8333, abs=1e-4)
    assert found.first == pytest.approx([46.6667, 36.25], abs=1e-3)
    assert np.array(found.later) == pytest.approx(np.array([[300, 100], [300, 100]]), abs=1e-3)


def test_the_example_of_feasibility_cuts() -> None:
    """At least four fifths of each demand must be met, which few first stages can: the bounds come from cuts alone."""
    problem = needed_demands()
    found = solve_two_stage(problem, EXACT)
    assert found.status == "optimal"
    assert (found.first >= [3 * 4.8 + 2 * 6.4 - 1e-6, 2 * 4.8 + 5 * 6.4 - 1e-6]).all()
    assert found.objective == pytest.approx(solve(extensive_form(problem), EXACT).objective, rel=1e-9)


@pytest.mark.parametrize("problem", [farmer(YIELDS), two_futures()], ids=["farmer", "two futures"])
def test_the_extensive_form_agrees(problem: TwoStage) -> None:
    assert solve(extensive_form(problem), EXACT).objective == pytest.approx(
        solve_two_stage(problem, EXACT).objective, rel=1e-9
    )
