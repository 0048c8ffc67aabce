"""Two-stage programmes solved future by future, with a bound and an incumbent.

The relaxation by the L-shaped method (Van Slyke and Wets, 1969), whole first stages by branching on the same cuts,
whole recourse by one small programme a future. Where that leaves a gap, cuts are tightened by the Lagrangian bound of
each future's whole programme (strengthened Benders cuts: Zou, Ahmed and Sun, 2019), which is the bound of dual
decomposition (Carøe and Schultz, 1999) at the same prices; only else the extensive form is branched on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from fleetcraft.errors import LimitError
from fleetcraft.optimise.l_shaped import Master
from fleetcraft.optimise.programme import Block, ColumnCounter, Columns, Programme, rows_of
from fleetcraft.optimise.recourse import Worth, make_future
from fleetcraft.optimise.solver import Deadline, Limits, Solution, Status, StoppedBy, deadline_of, solve
from fleetcraft.optimise.strengthen import split_fixed_charges
from fleetcraft.optimise.two_stage import TwoStage, extensive_form
from fleetcraft.optimise.workers import Workers

Floats = NDArray[np.float64]

MOST_TURNS = 200
STEP = 0.25
"""The share of the asked gap that each step of the search may use up."""
LEAST_STEP = 1e-9
LEAST_GAIN = 0.1
"""Tightening goes on while a round of it closes this share of the gap."""
FEASIBLE = 1e-6
"""The total by which rows may fail."""


@dataclass(frozen=True)
class TwoStageSolution:
    """The first stage ``first`` (n,) and each future's recourse ``later``; both empty where there is no incumbent.

    ``objective`` is the incumbent's expected worth and ``bound`` what no solution exceeds.
    """

    status: Status
    stopped_by: StoppedBy
    objective: float
    bound: float
    first: Floats
    later: tuple[Floats, ...]

    @property
    def gap(self) -> float:
        """|bound - objective| / max(|objective|, 1e-9)."""
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-9)


def solve_two_stage(problem: TwoStage, limits: Limits, *, processes: int = 1) -> TwoStageSolution:
    """The best first stage and recourse, to the gap of ``limits``; the same for any number of processes.

    Raises FleetcraftError where a future's recourse has no bound or the solver fails.
    """
    tight = strengthened(problem)
    pieces = [(tight.first, future) for future in tight.futures]
    with Workers(make_future, pieces, processes) as crew:
        return _Search(tight, limits, crew).run()


def strengthened(problem: TwoStage) -> TwoStage:
    """The same programme with its fixed charges split."""
    first = replace(problem.first, blocks=_with_splits(problem.first.blocks, problem.first.groups))
    futures = tuple(
        replace(f, blocks=_with_splits(f.blocks, (*problem.first.groups, *f.groups))) for f in problem.futures
    )
    return TwoStage(first, futures)


def _with_splits(blocks: tuple[Block, ...], groups: tuple[Columns, ...]) -> tuple[Block, ...]:
    splits = (split_fixed_charges(law, groups) for law in blocks)
    return (*blocks, *(split for split in splits if split is not None))


class _Values:
    """The relaxed recourse of all futures as functions of the master's columns: worth first, then what is lacking.

    ``last`` is what the futures answered last.
    """

    def __init__(self, crew: Workers, deadline: Deadline, ceiling: Floats, decided: int) -> None:
        self._crew = crew
        self._deadline = deadline
        self._ceiling = ceiling
        self._n = decided
        self.last: list[Worth] = []

    def evaluate(self, x: Floats) -> tuple[Floats, csr_array]:
        """Worth and minus shortfall (2 F,), and their gradients; a future without recourse knows no worth.

        Raises LimitError where the time is over.
        """
        if self._deadline.passed:
            raise LimitError("no time is left for further cuts")
        self.last = self._crew.call("worth", [(x[: self._n],)] * len(self._ceiling))
        worth = [w.value if w.short == 0 else c for w, c in zip(self.last, self._ceiling, strict=True)]
        gradient = np.array([w.gradient for w in self.last] + [-w.short_gradient for w in self.last])
        rest = csr_array((len(gradient), len(x) - self._n))
        return np.array(worth + [-w.short for w in self.last]), hstack([csr_array(gradient), rest], format="csr")


class _Search:
    """Bound and incumbent of one programme while they close in on each other."""

    def __init__(self, problem: TwoStage, limits: Limits, crew: Workers) -> None:
        self._problem = problem
        self._n = problem.decided
        self._gap = limits.gap
        self._step = max(STEP * limits.gap, LEAST_STEP)
        self._deadline = deadline_of(limits)
        self._crew = crew
        self._probability = np.array([f.probability for f in problem.futures])
        self._bound, self._objective = np.inf, -np.inf
        self._first: Floats = np.zeros(0)
        self._later: tuple[Floats, ...] = ()
        self._tightened: list[Block] = []
        self._most_worth = -np.inf
        self._start: Floats | None = None

    def run(self) -> TwoStageSolution:
        """Relax, branch on the first stage, tighten, and only else branch on everything."""
        ceiling = np.array(self._crew.call("ceiling", [()] * len(self._probability)))
        if np.isneginf(ceiling).any():
            return self._infeasible()
        self._make_master(ceiling)
        try:
            self._bound = self._master.solve().bound
            self._settle()
            self._tighten()
        except LimitError:
            pass  # out of time, which the answer tells, or the cuts did not close: then branching must
        if not self._over:
            self._branch_on_everything()
        return self._infeasible() if np.isneginf(self._bound) else self._answer()

    @property
    def _closed(self) -> bool:
        return len(self._first) > 0 and self._bound - self._objective <= self._gap * max(abs(self._objective), 1e-9)

    @property
    def _over(self) -> bool:
        return self._closed or self._deadline.passed or bool(np.isneginf(self._bound))

    def _make_master(self, ceiling: Floats) -> None:
        """Maximise c x + sum of p_f theta_f, with theta_f at most the worth of f, and nothing lacking in any future."""
        first, names = self._problem.first, [str(f) for f in range(len(ceiling))]
        columns = ColumnCounter(list(first.groups), self._n)
        columns.add("worth", names, lower=-np.inf, upper=ceiling)
        columns.add("short", names, upper=0.0)
        objective = np.concatenate([first.objective, self._probability, np.zeros(len(ceiling))])
        self._programme = Programme(tuple(columns.groups), first.blocks, objective)
        self._values = _Values(self._crew, self._deadline, ceiling, self._n)
        tolerance = self._step * max(abs(float(self._probability @ ceiling)), LEAST_STEP)
        weight = np.concatenate([self._probability, np.full(len(ceiling), tolerance / FEASIBLE)])
        theta = replace(columns.groups[-2], index=np.arange(self._n, columns.count))
        self._master = Master(self._programme, theta, self._values, weight, self._deadline, tolerance=tolerance)

    def _settle(self) -> None:
        """Whole first stages, each cut where the master thinks too well of it, until the best one is known."""
        for _ in range(MOST_TURNS):
            if self._over:
                return
            known = self._master.with_cuts(self._programme)
            known = replace(known, blocks=(*known.blocks, *self._tightened))
            found = solve(known, self._deadline.limits(self._step), start=self._start)
            self._bound = min(self._bound, found.bound)
            if not len(found.values):
                return
            x = self._whole(found.values[: self._n])
            self._master.exact(replace(found, values=np.concatenate([x, found.values[self._n :]])))
            values = [w.value for w in self._values.last]
            worth = self._expected(x, values)
            if worth > self._objective:
                self._try(x)
            if worth > self._most_worth:
                self._most_worth, self._start = worth, np.concatenate([x, values, np.zeros(len(values))])
            if worth >= found.bound - self._step * abs(found.bound):
                return

    def _tighten(self) -> None:
        """Lagrangian bounds at the prices of the last first stage, while they help."""
        while self._values.last and not self._over:
            before = self._bound
            price = np.array([w.gradient for w in self._values.last])
            most = np.array(self._crew.call("priced", [(p, self._step, self._deadline) for p in price]))
            known = np.flatnonzero(np.isfinite(most))
            own = csr_array((np.ones(len(known)), (np.arange(len(known)), known)), shape=(len(known), 2 * len(most)))
            rows = hstack([csr_array(-price[known]), own], format="csr")
            self._tightened.append(rows_of(f"tightened_{len(self._tightened)}", rows, most[known]))
            self._settle()
            if before - self._bound < LEAST_GAIN * (before - self._objective):
                return

    def _try(self, x: Floats) -> None:
        """The recourse of all futures at a first stage, kept where it is better than what is known."""
        found: list[Solution] = self._crew.call("best", [(x, self._step, self._deadline)] * len(self._probability))
        objective = self._expected(x, [each.objective for each in found])
        if objective > self._objective:
            self._objective, self._first, self._later = objective, x, tuple(each.values for each in found)

    def _branch_on_everything(self) -> None:
        """The extensive form from the incumbent: the last resort, and exact."""
        start = np.concatenate([self._first, *self._later]) if len(self._first) else None
        found = solve(extensive_form(self._problem), self._deadline.limits(self._gap), start=start)
        self._bound = min(self._bound, found.bound)
        if found.objective > self._objective:
            ends = np.cumsum([self._n, *(len(f.objective) for f in self._problem.futures)])
            self._first, *later = np.split(found.values, ends[:-1])
            self._objective, self._later = found.objective, tuple(later)

    def _expected(self, x: Floats, later: list[float]) -> float:
        return float(self._problem.first.objective @ x + self._probability @ np.array(later))

    def _whole(self, x: Floats) -> Floats:
        return np.where(self._problem.first.integer, np.round(x), x)

    def _answer(self) -> TwoStageSolution:
        stopped_by: StoppedBy = "gap" if self._closed else "time" if self._deadline.passed else "nodes"
        status: Status = "optimal" if self._closed else "feasible" if len(self._first) else "limit"
        return TwoStageSolution(status, stopped_by, self._objective, self._bound, self._first, self._later)

    def _infeasible(self) -> TwoStageSolution:
        return TwoStageSolution("infeasible", "gap", -np.inf, -np.inf, np.zeros(0), ())
