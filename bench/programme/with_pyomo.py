"""The benchmark's programme as an operations researcher states it in Pyomo: rules over sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers import Highs

from bench.programme.instance import HALF_YEARS, NOW, TOUCHES, Instance


def pyomo_model(i: Instance, futures: Sequence[int]) -> pyo.ConcreteModel:
    """The extensive form over some futures of equal probability; over one of them, its deterministic programme."""
    m = pyo.ConcreteModel()
    platforms, areas, sorts = range(len(i.price)), range(i.weight.shape[0]), range(i.weight.shape[1])
    later, times, years = range(NOW, HALF_YEARS), range(1, HALF_YEARS), range(1, HALF_YEARS // 2)
    pairs = range(len(i.platform))
    of_platform, at_base, of_area = (_members(keys) for keys in (i.platform, i.base, i.area))
    sees = i.sees[i.platform] * i.duty[:, None]
    slope, intercept = np.exp(-TOUCHES), 1 - (1 + TOUCHES) * np.exp(-TOUCHES)

    m.integrated = pyo.Var(platforms, domain=pyo.Binary)
    m.ordered = pyo.Var(platforms, range(NOW), domain=pyo.NonNegativeIntegers)
    m.later = pyo.Var(futures, platforms, later, domain=pyo.NonNegativeIntegers)
    for (*_, p, _), order in (*m.ordered.items(), *m.later.items()):
        order.setub(int(i.most[p]))
    m.placed = pyo.Var(futures, pairs, times, domain=pyo.NonNegativeReals)
    m.exposure = pyo.Var(futures, areas, sorts, times, domain=pyo.NonNegativeReals)
    m.reached = pyo.Var(futures, areas, sorts, times, bounds=(0, 1))

    @m.Constraint(platforms)
    def types_now(m, p):
        return sum(m.ordered[p, t] for t in range(NOW)) <= NOW * i.most[p] * m.integrated[p]

    @m.Constraint(futures, platforms)
    def types_later(m, f, p):
        return sum(m.later[f, p, t] for t in later) <= (HALF_YEARS - NOW) * i.most[p] * m.integrated[p]

    @m.Constraint()
    def budget_now(m):
        bought = sum(i.price[p] * m.ordered[p, t] for p in platforms for t in range(NOW))
        return bought + sum(i.integration[p] * m.integrated[p] for p in platforms) <= i.budget[0]

    @m.Constraint(futures, years)
    def budget_later(m, f, y):
        price = i.price * i.change[f]
        return sum(price[p] * m.later[f, p, t] for p in platforms for t in (2 * y, 2 * y + 1)) <= i.budget[y]

    @m.Constraint(futures, platforms, times)
    def craft_are_there(m, f, p, t):
        if p not in of_platform:
            return pyo.Constraint.Skip
        signed = range(t + 1 - int(i.lead[f, p]))
        arrived = sum(m.ordered[p, s] if s < NOW else m.later[f, p, s] for s in signed)
        return sum(m.placed[f, k, t] for k in of_platform[p]) <= arrived

    @m.Constraint(futures, at_base, times)
    def base_capacity(m, f, b, t):
        return sum(m.placed[f, k, t] for k in at_base[b]) <= i.capacity[b]

    @m.Constraint(futures, areas, sorts, times)
    def exposures_add(m, f, a, c, t):
        return m.exposure[f, a, c, t] == sum(sees[k, c] * m.placed[f, k, t] for k in of_area[a] if sees[k, c])

    @m.Constraint(futures, areas, sorts, times, range(len(TOUCHES)))
    def values_lie_on_tangents(m, f, a, c, t, k):
        return m.reached[f, a, c, t] <= slope[k] * m.exposure[f, a, c, t] + intercept[k]

    worth = sum(i.weight[a, c] * m.reached[f, a, c, t] for f in futures for a in areas for c in sorts for t in times)
    m.attained = pyo.Objective(expr=worth / len(futures), sense=pyo.maximize)
    return m


def handed_to_highs(i: Instance) -> Highs:
    """Built and passed to the solver, not solved."""
    solver = Highs()
    solver.set_instance(pyomo_model(i, range(len(i.lead))))
    return solver


def _members(keys: np.ndarray) -> dict[int, list[int]]:
    members = defaultdict(list)
    for k, key in enumerate(keys.tolist()):
        members[key].append(k)
    return dict(members)
