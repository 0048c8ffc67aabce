"""The L-shaped method: a linear master programme whose value columns are bounded by concave functions, cut by cut.

Van Slyke and Wets (1969), Benders (1962); many cuts a turn after Birge and Louveaux (1988). What the functions are is
not known here: a sum over futures in closed form, or the value of a linear programme for each future.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fleetcraft.errors import LimitError
from fleetcraft.optimise.programme import Columns, Programme, rows_of
from fleetcraft.optimise.solver import Deadline, Limits, Relaxation, Solution

Floats = NDArray[np.float64]

MOST_TURNS = 200
LEAST_EXCESS = 1e-9


class ValueFunction(Protocol):
    """K concave functions of a programme's n columns."""

    def evaluate(self, x: Floats) -> tuple[Floats, csr_array]:
        """Values (K,) and supergradients (K, n) at a point x (n,)."""


@dataclass(frozen=True)
class Marginals:
    """What one unit more is worth: of each row's limit, by law and label, and of each column's bound."""

    row: dict[tuple[str, str], float]
    column: Floats


class Master:
    """Maximise over x, with ``theta[k] <= value_k(x)`` for K concave functions, kept open between solves.

    The functions are known by cuts value_k(x0) + gradient_k (x - x0), which hold for every x: they stay when bounds or
    the objective change. ``weight`` (K,) says what an error of each is worth; a solve ends when the weighted excess of
    theta over the functions is at most ``tolerance``.
    """

    def __init__(
        self,
        programme: Programme,
        theta: Columns,
        value: ValueFunction,
        weight: Floats,
        deadline: Deadline,
        *,
        tolerance: float,
    ) -> None:
        self._programme = programme
        self._theta = theta
        self._value = value
        self._weight = weight
        self._tolerance = tolerance
        self._deadline = deadline
        self._relaxation = Relaxation(programme, Limits())
        self._objective = programme.objective
        self._cuts: list[csr_array] = []
        self._limits: list[Floats] = []

    def solve(
        self, groups: tuple[Columns, ...] | None = None, objective: Floats | None = None, *, least: float = -np.inf
    ) -> Solution:
        """The optimum with the bounds of ``groups`` and an objective, the programme's own unless stated.

        ``objective`` of the answer is that of its values, whose theta are the functions' own; ``bound`` is the
        master's. It has no values once the bound is below ``least``, for then it is not worth knowing more closely, nor
        where time is over before the cuts close; the last bound still holds. Raises
        LimitError where the cuts do not close within ``MOST_TURNS``.
        """
        self._set_objective(self._programme.objective if objective is None else objective)
        groups = groups or self._programme.groups
        bound = np.inf
        for _ in range(MOST_TURNS):
            found = self._relaxation.solve(groups, self._deadline.limits(0.0).seconds)
            if found.status == "infeasible":
                return found
            if found.status != "optimal":
                break
            bound = found.bound
            if bound < least:
                return Solution("limit", "gap", -np.inf, bound, np.zeros(0))
            settled, excess = self._cut(found)
            if self._weight @ excess <= self._tolerance:
                return replace(settled, bound=bound)
            if self._deadline.passed:
                break
        else:
            raise LimitError(f"the cuts of the programme did not close within {MOST_TURNS} turns")
        return Solution("limit", "time", -np.inf, bound, np.zeros(0))

    def exact(self, found: Solution) -> Solution:
        """A point with its theta put on the functions; where they were above, cuts are added."""
        return self._cut(found)[0]

    def with_cuts(self, programme: Programme) -> Programme:
        """A programme of the same columns with every cut found so far as rows."""
        cuts = [rows_of(f"cuts_{turn}", gradient, limit) for turn, (gradient, limit) in enumerate(self._pairs)]
        return replace(programme, blocks=(*programme.blocks, *cuts))

    def set_lower(self, law: str, lower: float) -> None:
        """Another lower limit for the rows of a law."""
        first = 0
        for each in self._programme.blocks:
            if each.name == law:
                self._relaxation.set_lower(np.arange(first, first + len(each.labels)), lower)
            first += len(each.labels)

    def marginals(self) -> Marginals:
        """The dual values at the last solve."""
        row, column = self._relaxation.marginals()
        names = [(law.name, label) for law in self._programme.blocks for label in law.labels]
        return Marginals(dict(zip(names, row[: len(names)].tolist(), strict=True)), column)

    @property
    def _pairs(self) -> list[tuple[csr_array, Floats]]:
        return list(zip(self._cuts, self._limits, strict=True))

    def _set_objective(self, objective: Floats) -> None:
        if objective is not self._objective:
            self._relaxation.set_objective(objective)
            self._objective = objective

    def _cut(self, found: Solution) -> tuple[Solution, Floats]:
        """theta_k - gradient_k x <= value_k - gradient_k x0 wherever theta lies above."""
        x = found.values
        value, gradient = self._value.evaluate(x)
        excess = np.maximum(x[self._theta.index] - value, 0.0)
        above = np.flatnonzero((excess > LEAST_EXCESS) & (self._weight > 0))
        if len(above):
            own = csr_array(
                (np.ones(len(above)), (np.arange(len(above)), self._theta.index[above])), gradient[above].shape
            )
            rows = csr_array(own - gradient[above])
            limit = value[above] - gradient[above] @ x
            self._relaxation.add_rows(rows, limit)
            self._cuts.append(rows)
            self._limits.append(limit)
        settled = x.copy()
        settled[self._theta.index] -= excess
        return replace(found, values=settled, objective=float(self._objective @ settled)), excess
