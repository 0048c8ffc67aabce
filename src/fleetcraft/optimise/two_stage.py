"""Two-stage stochastic programmes as data: what is decided now, and what is decided in each future.

Birge and Louveaux, Introduction to Stochastic Programming (2011), chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.programme import Block, Columns, Programme

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recourse:
    """One future of positive ``probability``: maximise ``objective`` @ y with T x + W y within the blocks' limits.

    The blocks count the n columns x of the first stage from 0 and the columns y, which ``groups`` hold, from n.
    ``objective`` (columns of ``groups``,) is that of y alone.
    """

    probability: float
    groups: tuple[Columns, ...]
    blocks: tuple[Block, ...]
    objective: Floats


@dataclass(frozen=True)
class TwoStage:
    """Maximise first.objective @ x + sum over futures of probability x the best of its recourse."""

    first: Programme
    futures: tuple[Recourse, ...]

    @property
    def decided(self) -> int:
        """The number of first-stage columns."""
        return len(self.first.objective)


def extensive_form(problem: TwoStage) -> Programme:
    """The one programme that holds the columns and rows of all futures side by side."""
    n = problem.decided
    groups, blocks = list(problem.first.groups), list(problem.first.blocks)
    objective = [problem.first.objective]
    offset = 0
    for f, future in enumerate(problem.futures):
        groups += [replace(g, name=f"{g.name}_{f}", index=g.index + offset) for g in future.groups]
        blocks += [
            replace(b, name=f"{b.name}_{f}", column=np.where(b.column < n, b.column, b.column + offset))
            for b in future.blocks
        ]
        objective.append(future.probability * future.objective)
        offset += len(future.objective)
    return Programme(tuple(groups), tuple(blocks), np.concatenate(objective))
