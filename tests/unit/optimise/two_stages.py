"""Small random programmes of two stages, and their optima by trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np

from fleetcraft.optimise.programme import ColumnCounter, Programme, block
from fleetcraft.optimise.solver import Limits, solve
from fleetcraft.optimise.two_stage import Recourse, TwoStage

EXACT = Limits(gap=1e-9)
TYPES = 3


def small_fleet(
    seed: int, *, futures: int = 3, whole_now: bool = True, whole_later: bool = True, needed: float = 0.0
) -> TwoStage:
    """Types to integrate, orders now and later, and what they earn; ``needed``: a demand each future must meet."""
    rng = np.random.default_rng(seed)
    columns = ColumnCounter()
    types = columns.add("type", [str(p) for p in range(TYPES)], upper=1.0, integer=whole_now)
    now = columns.add("now", [str(p) for p in range(TYPES)], upper=3.0, integer=whole_now)
    price, once = rng.uniform(1, 4, TYPES), rng.uniform(0.5, 3, TYPES)
    p, one = np.arange(TYPES), np.zeros(TYPES, dtype=np.int64)
    charged = block("charged", types.labels, [(p, now.index, 1.0), (p, types.index, -6.0)], upper=0.0)
    budget = block("budget", ["now"], [(one, now.index, price), (one, types.index, once)], upper=9.0)
    first = Programme(tuple(columns.groups), (charged, budget), -0.05 * np.concatenate([once, price]))
    chances = rng.dirichlet(np.full(futures, 5.0))
    return TwoStage(first, tuple(_future(rng, float(c), first, price, whole_later, needed) for c in chances))


def _future(
    rng: np.random.Generator, probability: float, first: Programme, price: np.ndarray, whole: bool, needed: float
) -> Recourse:
    types, now = first.groups
    columns = ColumnCounter(count=len(first.objective))
    later = columns.add("later", types.labels, upper=2.0, integer=whole)
    seen = columns.add("seen", ["0", "1"], upper=5.0)
    p, one = np.arange(TYPES), np.zeros(TYPES, dtype=np.int64)
    charged = block("charged_later", types.labels, [(p, later.index, 1.0), (p, types.index, -6.0)], upper=0.0)
    budget = block("budget", ["later"], [(one, later.index, price * rng.uniform(0.7, 1.6, TYPES))], upper=6.0)
    watch = rng.uniform(0.2, 1.5, (2, TYPES))
    arrives = rng.random(TYPES) < 0.8
    row, craft = np.divmod(np.arange(2 * TYPES), TYPES)
    terms = [
        (np.arange(2), seen.index, 1.0),
        (row, now.index[craft], -watch[row, craft] * arrives[craft]),
        (row, later.index[craft], -watch[row, craft]),
    ]
    sight = block("sight", seen.labels, terms, upper=0.0)
    met = block("met", ["all"], [(np.zeros(2, dtype=np.int64), seen.index, 1.0)], lower=needed)
    return Recourse(
        probability, tuple(columns.groups), (charged, budget, sight, met), np.array([*-0.02 * price, 1.0, 0.6])
    )


def best_by_trying(problem: TwoStage) -> float:
    """The optimum over every whole first stage, each future solved alone; -inf where none is possible."""
    first = problem.first
    choices = map(np.array, product(*(range(int(most) + 1) for most in first.upper)))
    possible = [x for x in choices if (first.matrix @ x <= first.row_upper + 1e-9).all()]
    return max(first.objective @ x + sum(f.probability * _worth(f, x) for f in problem.futures) for x in possible)


def _worth(future: Recourse, x: np.ndarray) -> float:
    """The recourse by trying all whole orders: what is seen is then as much as can be."""
    n, later = len(x), future.groups[0]
    own = Programme(future.groups, future.blocks, np.zeros(n + len(future.objective)))
    matrix, upper, lower = own.matrix.toarray(), own.row_upper, own.row_lower
    best = -np.inf
    for orders in product(*(range(int(u) + 1) for u in later.upper)):
        y = np.concatenate([x, orders, np.zeros(2)])
        seen = np.minimum(-(matrix @ y)[-3:-1], 5.0)
        y[-2:] = seen
        total = matrix @ y
        if (total <= upper + 1e-9).all() and (total >= lower - 1e-9).all():
            best = max(best, float(future.objective @ y[n:]))
    return best


def extensive_optimum(form: Programme) -> float:
    """The objective of the extensive form, solved whole."""
    return solve(form, EXACT).objective
