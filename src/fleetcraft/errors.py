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


class RunError(FleetcraftError):
    """A run folder is missing, incomplete or in the way."""

    status = 2


class InfeasibleError(FleetcraftError):
    """No plan meets the hard constraints; ``conflicts`` names the statements that cannot all hold."""

    status = 3

    def __init__(self, conflicts: Sequence[str]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("no plan meets all hard constraints:\n" + "\n".join(f"  {c}" for c in self.conflicts))


class LimitError(FleetcraftError):
    """A time or node limit left nothing to show."""

    status = 4
