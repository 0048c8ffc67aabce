"""Why no plan meets the hard constraints: the smallest conflict and the cheapest way out, in the scenario's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import Clash
from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints import HARD_LAWS, STRUCTURE
from fleetcraft.optimise.constraints.budgets import money_unit, spending
from fleetcraft.optimise.programme import Block, ColumnCounter, Programme, block
from fleetcraft.optimise.solver import Limits, Solution, solve
from fleetcraft.optimise.variables import Variables
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.scenario.scenario import Scenario

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

SEARCH_LIMITS = Limits(gap=0.001, nodes=2000)
WHOLE = ("craft",)
"""Units that come in whole numbers."""
EXACT = 1e-6
"""A statement gives way from this share of its size on."""
ROUNDING = 0.05
"""Of the last of seven digits: by so little a number may be rounded to the unsafe side, within what solvers allow."""
SHARE_STEPS = 20
"""Halvings of the range in which the least change of a share is sought."""


@dataclass(frozen=True)
class Statement:
    """One statement of the scenario, and the rows of the law that holds it.

    One ``unit_in_rows`` of the rows is one unit of the statement; ``size`` is what a change of it is measured
    against: the number stated, or where that is 0 the largest of its kind.
    """

    path: str
    value: float
    unit: str
    size: float
    law: Block
    rows: Bools
    unit_in_rows: float


def conflicts(c: Capability, v: Variables) -> tuple[Clash, ...]:
    """The statements that stand in the way, those of a smallest conflict first.

    A smallest conflict is a set of fewest statements that cannot all hold. Of each the change is told that is enough
    if all else holds. The cheapest way out may change several statements at once: it has the least sum of relative
    changes, each measured against the number stated.
    """
    statements = statements_of(c, v)
    smallest = smallest_conflict(len(statements), _Possibilities(c, v, statements))
    together = _cheapest_way_out(c, v, statements)
    named = [*smallest, *(i for i in sorted(together) if i not in smallest)]
    return tuple(
        Clash(
            path=statements[i].path,
            stated=statements[i].value,
            unit=statements[i].unit,
            in_conflict=i in smallest,
            alone=_least_change(c, v, statements, i) if i in smallest else None,
            together=together.get(i),
        )
        for i in named
    )


def smallest_conflict(count: int, without: Callable[[Collection[int]], frozenset[int] | None]) -> list[int]:
    """A set of fewest statements, numbered from 0, that cannot all hold; empty where all can.

    ``without(kept)``: statements, none of them among ``kept``, but for which all can hold; None where ``kept`` alone
    cannot. Every conflict has a member in each such set, so a set that meets all those known with fewest members is no
    larger than any conflict: once it is one itself, it is a smallest (Ignatiev and others, 2015).
    """
    corrections: list[frozenset[int]] = []
    while True:
        kept = _fewest_that_meet(count, corrections)
        correction = without(kept)
        if correction is None:
            return kept
        if not correction:
            return []
        corrections.append(correction)


def _fewest_that_meet(count: int, sets: Sequence[frozenset[int]]) -> list[int]:
    """A smallest set that has a member in each of ``sets``."""
    if not sets:
        return []
    columns = ColumnCounter()
    taken = columns.add("taken", [str(i) for i in range(count)], upper=1.0, integer=True)
    terms = [(np.full(len(s), row), taken.index[sorted(s)], 1.0) for row, s in enumerate(sets)]
    met = block("each_set_is_met", [str(row) for row in range(len(sets))], terms, lower=1.0)
    found = solve(Programme(tuple(columns.groups), (met,), -np.ones(count)), Limits(gap=0.0))
    return np.flatnonzero(found.values[taken.index] > 0.5).tolist()


@dataclass(frozen=True)
class _Possibilities:
    """Which statements give way, at the least sum of relative changes, where some must hold."""

    c: Capability
    v: Variables
    statements: Sequence[Statement]

    def __call__(self, kept: Collection[int]) -> frozenset[int] | None:
        soft = [i for i in range(len(self.statements)) if i not in kept]
        found, slack = _softened(self.c, self.v, self.statements, soft)
        return None if found.status == "infeasible" else frozenset(i for i in soft if slack[i] > 0)


def statements_of(c: Capability, v: Variables) -> list[Statement]:
    """Every statement of the scenario that a hard law holds, with the law's rows."""
    scenario, unit = c.theatre.scenario, money_unit(c)
    laws: Mapping[str, Block] = {law.__name__: law(c, v) for law in HARD_LAWS}
    found = []
    for law, label, path, value, kind, size in _stated(scenario):
        held = laws[law]
        rows = np.array([name == label or name.startswith(f"{label},") or not label for name in held.labels])
        if rows.any():
            in_rows = {scenario.currency: 1 / unit, "share": size / unit}.get(kind, 1.0)
            size = 1.0 if kind == "share" else size
            found += [Statement(path, value, kind, size, side, rows, in_rows) for side in _sides(held)]
    return found


def _sides(law: Block) -> list[Block]:
    """A law as it is, or one of equations as what it limits from above and from below: either may have to give way."""
    if not len(law.lower) or not (law.lower == law.upper).all():
        return [law]
    free = np.full(len(law.lower), np.inf)
    return [replace(law, lower=-free), replace(law, upper=free)]


def _stated(scenario: Scenario) -> Iterator[tuple[str, str, str, float, str, float]]:
    """Law, label of its rows, path, value, unit and size of each statement.

    The size of a share is the money it is a share of, as far as the budgets reach.
    """
    budget, policies, limit = scenario.budget, scenario.policies, scenario.operations.people_limit
    acquisition_law = {"obligation": "acquisition_budget", "outlay": "outlay_budget"}[budget.counts]
    largest = max([*budget.acquisition.values(), *budget.support.values()]) or 1.0
    for year, amount in budget.acquisition.items():
        path = f"budget.{budget.counts}.{year}"
        yield acquisition_law, str(year), path, amount, scenario.currency, amount or largest
    if budget.contingency is not None:
        amount, probability = budget.contingency.amount, budget.contingency.probability
        yield "contingency", "", "budget.contingency.amount", amount, scenario.currency, amount or largest
        path = "budget.contingency.probability"
        yield "contingency_is_enough", "", path, probability, "probability", probability or 1.0
    for year, amount in budget.support.items():
        yield "support_budget", str(year), f"budget.support.{year}", amount, scenario.currency, amount or largest
    for place in scenario.places:
        for domain in DOMAINS:
            room = place.capacity(domain)
            if room is not None:
                path = f"places.{place.id}.capacity_{domain}"
                yield "base_capacity", f"{place.id},{domain}", path, room, "craft", room or 1.0
    if limit is not None:
        yield "people", "", "operations.people_limit", limit, "people", limit or 1.0
    trained = scenario.operations.training_per_year
    if trained is not None:
        yield "training", "", "operations.training_per_year", trained, "people/year", trained or 1.0
    spent = sum(budget.acquisition.values()) or 1.0
    if policies.supplier_country_share is not None:
        most = policies.supplier_country_share.max
        yield "supplier_country_share", "", "policies.supplier_country_share.max", most, "share", spent
    if policies.domestic_share is not None:
        yield "domestic_share", "", "policies.domestic_share.min", policies.domestic_share.min, "share", spent
    for domain, least in policies.domain_minimum.items():
        yield "domain_minimum", domain, f"policies.domain_minimum.{domain}", least, "craft", least or 1.0
    for pin in policies.pinned:
        path = f"policies.pinned.{pin.id}.quantity"
        yield "pinned_orders", f"{pin.platform},{pin.period}", path, pin.quantity, "craft", pin.quantity or 1.0


def _softened(
    c: Capability, v: Variables, statements: Sequence[Statement], soft: Sequence[int]
) -> tuple[Solution, Floats]:
    """The plan in which the ``soft`` statements give way by the least sum of relative changes.

    Also by how much each gives way, (statements,), in its own unit; 0 where it need not.
    """
    columns = ColumnCounter(list(v.groups), sum(len(group.index) for group in v.groups))
    steps = [1.0 if s.unit in WHOLE else s.size for s in statements]
    slack = {i: columns.add(f"slack_{i}", ["all"], integer=statements[i].unit in WHOLE) for i in soft}
    blocks = [law(c, v) for law in STRUCTURE]
    for i, statement in enumerate(statements):
        kept = _only(statement.law, statement.rows)
        blocks.append(_giving(kept, int(slack[i].index[0]), steps[i] * statement.unit_in_rows) if i in slack else kept)
    objective = np.zeros(columns.count)
    for i, group in slack.items():
        objective[group.index] = -steps[i] / statements[i].size
    found = solve(Programme(tuple(columns.groups), tuple(blocks), objective), SEARCH_LIMITS)
    gives = np.zeros(len(statements))
    for i, group in slack.items():
        if len(found.values):
            amount = float(found.values[group.index[0]]) * steps[i]
            gives[i] = amount if amount > EXACT * statements[i].size else 0.0
    return found, gives


def _only(law: Block, rows: Bools) -> Block:
    renumbered = np.cumsum(rows) - 1
    entries = rows[law.row]
    return replace(
        law,
        labels=tuple(label for label, kept in zip(law.labels, rows, strict=True) if kept),
        lower=law.lower[rows],
        upper=law.upper[rows],
        row=renumbered[law.row[entries]],
        column=law.column[entries],
        value=law.value[entries],
    )


def _giving(law: Block, slack: int, step: float) -> Block:
    """lower - step x slack <= row <= upper + step x slack."""
    row = np.arange(len(law.labels))
    sign = np.where(np.isfinite(law.upper), -step, step)
    terms = [(law.row, law.column, law.value), (row, np.full(len(row), slack), sign)]
    return block(law.name, law.labels, terms, lower=law.lower, upper=law.upper)


def _cheapest_way_out(c: Capability, v: Variables, statements: Sequence[Statement]) -> dict[int, float]:
    """What each statement that gives way in the cheapest way out becomes."""
    found, gives = _softened(c, v, statements, range(len(statements)))
    if not len(found.values):
        return {}
    cost = spending(c, v)
    spent = float((cost @ found.values[: cost.shape[1]]).sum()) * money_unit(c)
    in_units = [
        give * statement.unit_in_rows * money_unit(c) / max(spent, 1e-9) if statement.unit == "share" else give
        for give, statement in zip(gives, statements, strict=True)
    ]
    return {i: _given(statements[i], amount) for i, amount in enumerate(in_units) if gives[i]}


def _least_change(c: Capability, v: Variables, statements: Sequence[Statement], i: int) -> float | None:
    """What one statement must become if all others hold; None where no value of it is enough."""
    if statements[i].unit == "share":
        return _least_share(c, v, statements, i)
    found, gives = _softened(c, v, statements, [i])
    if not len(found.values):
        return None
    least = _given(statements[i], float(gives[i]))
    return least if least >= 0 else None


def _least_share(c: Capability, v: Variables, statements: Sequence[Statement], i: int) -> float | None:
    """The share nearest to the one stated that lets a plan be, by halving the range to the share that asks nothing."""
    stated = statements[i].value
    free = 1.0 if statements[i].path.endswith(".max") else 0.0
    near, far = 0.0, 1.0
    if not _possible_with_share(c, v, statements, i, free):
        return None
    for _ in range(SHARE_STEPS):
        middle = (near + far) / 2
        if _possible_with_share(c, v, statements, i, stated + middle * (free - stated)):
            far = middle
        else:
            near = middle
    return stated + far * (free - stated)


def _possible_with_share(c: Capability, v: Variables, statements: Sequence[Statement], i: int, share: float) -> bool:
    """Whether a plan is possible where a share is another."""
    path = statements[i].path
    elsewhere = changed(c.theatre.scenario, path, share)
    there = replace(c, theatre=replace(c.theatre, scenario=elsewhere))
    other = next(s for s in statements_of(there, v) if s.path == path)
    found, _ = _softened(c, v, [*statements[:i], other, *statements[i + 1 :]], [])
    return found.status != "infeasible"


def _given(statement: Statement, amount: float) -> float:
    """The statement's number after it gave way: whole craft, other numbers on the safe side to seven digits."""
    demands = not np.isfinite(statement.law.upper[statement.rows]).any()
    if statement.unit in WHOLE:
        return statement.value + (-round(amount) if demands else round(amount))
    new = statement.value - amount if demands else statement.value + amount
    if new <= 0:
        return new
    step = 10.0 ** (math.floor(math.log10(new)) - 6)
    return (math.floor(new / step + ROUNDING) if demands else math.ceil(new / step - ROUNDING)) * step
