"""Why no plan meets the hard constraints, in the scenario's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints import HARD_LAWS, STRUCTURE
from fleetcraft.optimise.constraints.budgets import money_unit
from fleetcraft.optimise.programme import Block, ColumnCounter, Programme, block
from fleetcraft.optimise.solver import Limits, solve
from fleetcraft.optimise.variables import Variables

Bools = NDArray[np.bool_]

SEARCH_LIMITS = Limits(gap=0.001, nodes=2000)


@dataclass(frozen=True)
class Statement:
    """Rows of one law that come from one statement of the scenario; ``unit`` turns their slack into its unit."""

    words: str
    law: Block
    rows: Bools
    unit: float
    unit_name: str


def conflicts(c: Capability, v: Variables) -> tuple[str, ...]:
    """A smallest set of statements that cannot all hold, each with what it alone would have to give.

    Deletion filter: a statement whose absence leaves the rest impossible is not needed for the conflict. Then each
    member in turn is given a slack, and the least slack that makes the whole possible is told.
    """
    everything = _statements(c, v)
    needed = list(everything)
    for statement in everything:
        rest = [s for s in needed if s is not statement]
        if not _possible(c, v, rest):
            needed = rest
    return tuple(_told(statement, _least_slack(c, v, everything, statement)) for statement in needed)


def _told(statement: Statement, slack: float) -> str:
    if not np.isfinite(slack):
        return f"{statement.words} (no change of this alone is enough)"
    amount = slack * statement.unit
    return f"{statement.words} (alone, it would have to give by {amount:,.6g} {statement.unit_name})"


def _statements(c: Capability, v: Variables) -> list[Statement]:
    scenario, unit = c.theatre.scenario, money_unit(c)
    laws: Mapping[str, Block] = {law.__name__: law(c, v) for law in HARD_LAWS}
    found = []

    def add(law: str, words: str, label: str, unit: float, unit_name: str) -> None:
        block_ = laws[law]
        rows = np.array([name == label or name.startswith(f"{label},") or not label for name in block_.labels])
        if rows.any():
            found.append(Statement(words, block_, rows, unit, unit_name))

    for year, amount in scenario.budget.obligation.items():
        add("acquisition_budget", f"budget.obligation.{year}: {amount:g}", str(year), unit, scenario.currency)
    for year, amount in scenario.budget.support.items():
        add("support_budget", f"budget.support.{year}: {amount:g}", str(year), unit, scenario.currency)
    for place in scenario.places:
        add("base_capacity", f"places: capacities of {place.id}", place.id, 1.0, "craft")
    limit = scenario.operations.people_limit
    add("people", f"operations.people_limit: {limit if limit is not None else 0:g}", "", 1.0, "people")
    policies = scenario.policies
    if policies.supplier_country_share is not None:
        words = f"policies.supplier_country_share.max: {policies.supplier_country_share.max:g}"
        add("supplier_country_share", words, "", unit, scenario.currency)
    if policies.domestic_share is not None:
        words = f"policies.domestic_share.min: {policies.domestic_share.min:g}"
        add("domestic_share", words, "", unit, scenario.currency)
    for domain, n in policies.domain_minimum.items():
        add("domain_minimum", f"policies.domain_minimum.{domain}: {n}", domain, 1.0, "craft")
    return found


def _programme(c: Capability, v: Variables, statements: Sequence[Statement], soft: Statement | None) -> Programme:
    """Only the hard laws named, and one of them with a slack to be kept small."""
    columns = ColumnCounter(list(v.groups), int(v.groups[-1].index[-1]) + 1)
    blocks = [law(c, v) for law in STRUCTURE]
    slack = columns.add("slack", ["all"])
    for statement in statements:
        kept = _only(statement.law, statement.rows)
        if statement is soft:
            kept = _softened(kept, int(slack.index[0]))
        blocks.append(kept)
    objective = np.zeros(columns.count)
    objective[slack.index] = -1.0
    return Programme(tuple(columns.groups), tuple(blocks), objective)


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


def _softened(law: Block, slack: int) -> Block:
    """lower - slack <= row <= upper + slack."""
    row = np.arange(len(law.labels))
    sign = np.where(np.isfinite(law.upper), -1.0, 1.0)
    terms = [(law.row, law.column, law.value), (row, np.full(len(row), slack), sign)]
    return block(law.name, law.labels, terms, lower=law.lower, upper=law.upper)


def _possible(c: Capability, v: Variables, statements: Sequence[Statement]) -> bool:
    return solve(_programme(c, v, statements, None), SEARCH_LIMITS).status != "infeasible"


def _least_slack(c: Capability, v: Variables, statements: Sequence[Statement], soft: Statement) -> float:
    found = solve(_programme(c, v, statements, soft), SEARCH_LIMITS)
    return -found.objective if len(found.values) else np.inf
