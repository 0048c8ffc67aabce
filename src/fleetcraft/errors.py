"""What can go wrong, as a tree.

FleetcraftError
├── ScenarioError      the scenario, a plan file or a call is wrong (status 2); carries every fault at once
├── InfeasibleError    no plan meets the hard constraints (status 3); carries the statements in conflict
├── LimitError         stopped at a limit with nothing to show (status 4)
└── RunError           a run folder is missing, incomplete or in the way (status 2)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One thing wrong with what the user stated.

    ``file`` is relative to the scenario's folder, ``line`` counts from 1 (0: the file as a whole);
    ``where`` names the key or the row and column in the user's own words.
    """

    file: str
    line: int
    where: str
    found: str
    expected: str

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}: {self.where}: found {self.found}, expected {self.expected}"
        return " ".join(text.split())


class FleetcraftError(Exception):
    """Anything fleetcraft refuses to do; ``status`` is the exit status the command line gives it."""

    status = 1


class ScenarioError(FleetcraftError):
    """The scenario (or plan file, or call) is wrong; ``faults`` holds all that was found."""

    status = 2

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again from its faults, not its text, where it comes from another process."""
        return type(self), (self.faults,), vars(self)


class RunError(FleetcraftError):
    """A run folder is missing, incomplete or in the way."""

    status = 2


@dataclass(frozen=True)
class Clash:
    """A statement of the scenario that stands in the way of every plan, and what it would have to become.

    ``path`` names it as the scenario does, ``place`` is its file and line where they are known. ``stated``, ``alone``
    and ``together`` are in ``unit`` (``share``: a fraction, told in percent). ``in_conflict``: it belongs to the
    smallest set that cannot all hold. ``alone``: what it must become if nothing else gives (None: no value of it is
    enough); ``together``: what it becomes in the cheapest way out (None: it stays).
    """

    path: str
    stated: float
    unit: str
    in_conflict: bool
    alone: float | None
    together: float | None
    place: str = ""

    @property
    def named(self) -> str:
        """The statement with its place: ``scenario.yaml:37: budget.obligation.2026: 10,000,000 USD``."""
        return f"{self.place}: {self._named}" if self.place else self._named

    @property
    def _named(self) -> str:
        return f"{self.path}: {amount_in_words(self.stated, self.unit)}"

    @property
    def demand(self) -> str:
        """What it alone would have to become."""
        return (
            "no change of this alone is enough" if self.alone is None else f"alone it must {self._change(self.alone)}"
        )

    @property
    def concession(self) -> str:
        """The statement and what becomes of it in the cheapest way out."""
        assert self.together is not None
        return f"{self.path} must {self._change(self.together)}"

    def _change(self, needed: float) -> str:
        verb = "rise" if needed > self.stated else "fall"
        by = "percentage points" if self.unit == "share" else self.unit
        size = abs(needed - self.stated) * (100.0 if self.unit == "share" else 1.0)
        return f"{verb} to {amount_in_words(needed, self.unit)} (by {size:,.9g} {by})"


def amount_in_words(value: float, unit: str) -> str:
    """A number with its unit as people read it; a share in percent."""
    return f"{100 * value:,.4g}%" if unit == "share" else f"{value:,.12g} {unit}"


class InfeasibleError(FleetcraftError):
    """No plan meets the hard constraints; ``clashes`` are the statements that stand in the way."""

    status = 3

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = tuple(clashes)
        told = ["no plan meets all hard constraints; these statements cannot all hold:"]
        told += [f"  {line}" for line in self.conflicts]
        if self.way_out:
            told += ["the cheapest way out (least sum of relative changes):", *(f"  {line}" for line in self.way_out)]
        super().__init__("\n".join(told))

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again from its clashes, not its text, where it comes from another process."""
        return type(self), (self.clashes,), vars(self)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The smallest set of statements that cannot all hold, a line each."""
        return tuple(f"{clash.named}; {clash.demand}" for clash in self.clashes if clash.in_conflict)

    @property
    def way_out(self) -> tuple[str, ...]:
        """The cheapest combination of changes that makes a plan possible, a line each."""
        return tuple(clash.concession for clash in self.clashes if clash.together is not None)


class LimitError(FleetcraftError):
    """A time or node limit left nothing to show."""

    status = 4
