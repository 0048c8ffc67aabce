"""Who fills the gap when a row loses a craft: policies that an analyst may replace by one of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.rows import MissionRow

Donors = tuple[tuple[int, ...], ...]


class Reassignment(Protocol):
    """A policy: for each row the rows (by index) that give it a craft when it loses one, first asked first.

    A row and its donors have the same platform and base. The first donor with a craft at the base gives one.
    """

    def __call__(self, rows: Sequence[MissionRow], requirements: Sequence[Requirement], /) -> Donors:
        """The donors of every row, or an empty tuple where nobody gives."""


def fixed(_rows: Sequence[MissionRow], _requirements: Sequence[Requirement]) -> Donors:
    """Craft stay in their rows."""
    return ()


def greedy(rows: Sequence[MissionRow], requirements: Sequence[Requirement]) -> Donors:
    """Rows that serve less weight of requirements give, the one that serves least first, ties in order of areas."""
    worth = [sum(r.weight for r in requirements if serves(row, r)) for row in rows]

    def donors(i: int) -> tuple[int, ...]:
        same = [
            (worth[j], row.area, j)
            for j, row in enumerate(rows)
            if (row.platform, row.base) == (rows[i].platform, rows[i].base) and worth[j] < worth[i]
        ]
        return tuple(j for *_, j in sorted(same))

    return tuple(donors(i) for i in range(len(rows)))


def serves(row: MissionRow, requirement: Requirement) -> bool:
    """Whether craft of a row count towards a requirement."""
    if row.area != requirement.area:
        return False
    if requirement.measure == "presence":
        return row.domain == requirement.domain
    if requirement.measure == "layered":
        return row.domain in (requirement.domains or ())
    target = requirement.target or ""
    law = "revisit" if requirement.measure == "revisit" else "detection"
    finds = any(rate > 0 for rate in row.rate_per_h.get((law, target), ()))
    return finds or (requirement.measure == "identification" and target in row.service_h)


POLICIES: Mapping[str, Reassignment] = {"fixed": fixed, "greedy": greedy}
"""The policies a scenario can name in ``operations.reassignment``."""
