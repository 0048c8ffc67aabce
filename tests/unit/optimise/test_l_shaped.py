"""The L-shaped master against concave functions whose maximum is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fleetcraft.errors import LimitError
from fleetcraft.optimise import l_shaped
from fleetcraft.optimise.l_shaped import Master
from fleetcraft.optimise.programme import Block, ColumnCounter, Programme, block
from fleetcraft.optimise.solver import Limits, deadline_of

Floats = NDArray[np.float64]


@dataclass
class Roots:
    """value_k(x) = sqrt(1 + x_k), of which the first columns are the x; counts how often it was asked."""

    count: int
    columns: int
    asked: int = 0

    def evaluate(self, x: Floats) -> tuple[Floats, csr_array]:
        self.asked += 1
        value = np.sqrt(1.0 + x[: self.count])
        slope = np.zeros((self.count, self.columns))
        slope[np.arange(self.count), np.arange(self.count)] = 0.5 / value
        return value, csr_array(slope)


def master_of(
    count: int, *, budget: float, tolerance: float = 1e-6, price: float = 0.0
) -> tuple[Master, Programme, Roots]:
    """Maximise sum of sqrt(1 + x_k) - price x_k with sum x_k <= budget and sum x_k >= at_least (at first nothing)."""
    columns = ColumnCounter()
    x = columns.add("x", [str(k) for k in range(count)], upper=100.0)
    theta = columns.add("theta", [str(k) for k in range(count)], upper=1e3)
    row = np.zeros(count, dtype=np.int64)
    laws: tuple[Block, ...] = (
        block("budget", ["all"], [(row, x.index, 1.0)], upper=budget),
        block("at_least", ["all"], [(row, x.index, 1.0)]),
    )
    objective = np.concatenate([np.full(count, -price), np.ones(count)])
    programme = Programme((x, theta), laws, objective)
    value = Roots(count, columns.count)
    return Master(programme, theta, value, np.ones(count), deadline_of(Limits()), tolerance=tolerance), programme, value


@pytest.mark.parametrize(("count", "budget"), [(1, 3.0), (2, 6.0), (5, 15.0)])
def test_money_is_shared_alike_where_returns_fall_alike(count: int, budget: float) -> None:
    master, _, _ = master_of(count, budget=budget)
    found = master.solve()
    assert found.objective == pytest.approx(count * np.sqrt(1 + budget / count), abs=2e-4)
    np.testing.assert_allclose(found.values[:count], budget / count, atol=0.2)


def test_the_bound_is_above_and_the_objective_is_the_functions_own() -> None:
    master, _, _ = master_of(3, budget=9.0, tolerance=0.05)
    found = master.solve()
    truth = 3 * np.sqrt(1 + 3.0)
    assert found.objective <= truth <= found.bound
    assert found.bound - found.objective <= 0.05 + 1e-9
    assert found.objective == pytest.approx(np.sqrt(1 + found.values[:3]).sum())


def test_what_a_unit_of_money_is_worth() -> None:
    """d sqrt(1 + b) / db = 1 / (2 sqrt(1 + b)) = 1/4 at b = 3."""
    master, _, _ = master_of(1, budget=3.0, tolerance=1e-6)
    master.solve()
    assert master.marginals().row["budget", "all"] == pytest.approx(0.25, abs=1e-3)


def test_cuts_are_kept_when_the_objective_changes() -> None:
    """With a price of 1/4 a unit, sqrt(1 + x) - x / 4 is best at x = 3; the first optimum is found again at once."""
    master, programme, value = master_of(1, budget=50.0, tolerance=1e-6)
    first = master.solve()
    priced = programme.objective.copy()
    priced[0] = -0.25
    assert master.solve(objective=priced).values[0] == pytest.approx(3.0, abs=0.01)
    before = value.asked
    again = master.solve()
    assert again.objective == pytest.approx(first.objective, abs=1e-6)
    assert value.asked == before + 1


def test_a_lower_limit_can_be_set_and_lifted() -> None:
    master, _, _ = master_of(1, budget=50.0, tolerance=1e-6, price=1.0)
    assert master.solve().values[0] == pytest.approx(0.0, abs=1e-6)
    master.set_lower("at_least", 8.0)
    assert master.solve().values[0] == pytest.approx(8.0)
    master.set_lower("at_least", -np.inf)
    assert master.solve().values[0] == pytest.approx(0.0, abs=1e-6)


def test_the_cuts_as_rows_bound_the_same_programme() -> None:
    master, programme, _ = master_of(2, budget=6.0)
    found = master.solve()
    rows = master.with_cuts(programme)
    assert len(rows.row_upper) > len(programme.row_upper)
    assert (rows.matrix @ found.values <= rows.row_upper + 1e-6).all()


def test_an_impossible_master_says_so() -> None:
    master, _, _ = master_of(1, budget=3.0)
    master.set_lower("at_least", 5.0)
    assert master.solve().status == "infeasible"


def test_cuts_that_do_not_close_are_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(l_shaped, "MOST_TURNS", 2)
    master, _, _ = master_of(5, budget=15.0)
    with pytest.raises(LimitError, match="2 turns"):
        master.solve()
