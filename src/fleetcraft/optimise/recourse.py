"""What one future of a two-stage programme answers when it is asked about a first stage."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import FleetcraftError
from fleetcraft.optimise.programme import Block, Columns, Programme
from fleetcraft.optimise.solver import Deadline, Limits, Relaxation, Solution, solve
from fleetcraft.optimise.two_stage import Recourse

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """The relaxed recourse at a first stage x: ``value`` (-inf: there is none) and its supergradient (n,).

    ``short`` is the least total by which rows fail, with its subgradient: 0 where there is recourse.
    """

    value: float
    gradient: Floats
    short: float
    short_gradient: Floats


class FutureProgramme:
    """The recourse programme of one future, kept in the solver while the first stage changes."""

    def __init__(self, first: Programme, future: Recourse) -> None:
        self._n = len(first.objective)
        self._first = first
        self._future = future
        self._objective = np.concatenate([np.zeros(self._n), future.objective])
        self._relaxation: Relaxation | None = None
        self._shortfall: Relaxation | None = None

    def ceiling(self) -> float:
        """The most that the relaxed recourse is worth for any relaxed first stage; -inf where there is none.

        Raises FleetcraftError where it has no bound.
        """
        groups = tuple(replace(g, integer=False) for g in (*self._first.groups, *self._future.groups))
        found = solve(Programme(groups, (*self._first.blocks, *self._future.blocks), self._objective), Limits())
        if found.status not in ("optimal", "infeasible"):
            raise FleetcraftError("the recourse of a future has no bound")
        return found.objective

    def worth(self, x: Floats) -> Worth:
        """The relaxed recourse at x (n,)."""
        if self._relaxation is None:
            programme = Programme(self._at(x), self._future.blocks, self._objective)
            self._relaxation = Relaxation(programme, Limits())
        found = self._relaxation.solve(self._at(x))
        none = np.zeros(self._n)
        if found.status == "infeasible":
            return Worth(-np.inf, none, *self._short(x))
        return Worth(found.objective, self._relaxation.marginals()[1][: self._n], 0.0, none)

    def best(self, x: Floats, gap: float, deadline: Deadline) -> Solution:
        """The recourse at x (n,), its whole columns whole; ``values`` are those of its own columns."""
        programme = Programme(self._at(x), self._future.blocks, self._objective)
        found = solve(programme, deadline.limits(gap))
        return replace(found, values=found.values[self._n :])

    def priced(self, price: Floats, gap: float, deadline: Deadline) -> float:
        """A bound of recourse less ``price`` (n,) @ x over every whole first stage x that its own laws allow."""
        objective = self._objective.copy()
        objective[: self._n] = -price
        groups = (*self._first.groups, *self._future.groups)
        blocks = (*self._first.blocks, *self._future.blocks)
        return solve(Programme(groups, blocks, objective), deadline.limits(gap)).bound

    def _at(self, x: Floats) -> tuple[Columns, ...]:
        decided = tuple(replace(g, lower=x[g.index], upper=x[g.index], integer=False) for g in self._first.groups)
        return (*decided, *self._future.groups)

    def _short(self, x: Floats) -> tuple[float, Floats]:
        """The least sum of what rows lack or exceed, by a programme with a slack of each kind in every row."""
        if self._shortfall is None:
            self._shortfall = Relaxation(_with_slacks(self._at(x), self._future.blocks), Limits())
        found = self._shortfall.solve((*self._at(x), *_slacks(len(self._objective), self._future.blocks)))
        return -found.objective, -self._shortfall.marginals()[1][: self._n]


def make_future(piece: tuple[Programme, Recourse]) -> FutureProgramme:
    """The programme of a first stage and one future."""
    return FutureProgramme(*piece)


def _slacks(start: int, blocks: tuple[Block, ...]) -> tuple[Columns, Columns]:
    labels = tuple(f"{law.name},{label}" for law in blocks for label in law.labels)
    count = len(labels)
    lower, upper = np.zeros(count), np.full(count, np.inf)
    index = start + np.arange(count)
    return (
        Columns("lacking", index, labels, lower, upper, False),
        Columns("exceeding", index + count, labels, lower, upper, False),
    )


def _with_slacks(groups: tuple[Columns, ...], blocks: tuple[Block, ...]) -> Programme:
    start = int(sum(len(g.index) for g in groups))
    lacking, exceeding = _slacks(start, blocks)
    loose, done = [], 0
    for law in blocks:
        own = np.arange(len(law.labels))
        loose.append(
            replace(
                law,
                row=np.concatenate([law.row, own, own]),
                column=np.concatenate([law.column, lacking.index[done + own], exceeding.index[done + own]]),
                value=np.concatenate([law.value, np.ones(len(own)), -np.ones(len(own))]),
            )
        )
        done += len(own)
    objective = np.concatenate([np.zeros(start), -np.ones(2 * done)])
    return Programme((*groups, lacking, exceeding), tuple(loose), objective)
