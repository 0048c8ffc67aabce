"""Who does the work: processes that answer blocks of one job, here or on other machines.

A job is sent once to each process; a block is small and says which part of the job is asked for. What a block's answer
is follows from job and block alone, never from who answers, in which order or how often.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self


class Job(Protocol):
    """What all blocks of some work share; picklable."""

    def answer(self, block: Any) -> Any:
        """The answer to a block, picklable as blocks are."""


@dataclass(frozen=True)
class Answered:
    """A block's answer, or what answering it raised, and the seconds it took where it was worked out."""

    block: Hashable
    answer: Any
    seconds: float
    error: Exception | None = None


class Crew(Protocol):
    """Processes that answer the blocks of one job; a context manager that ends them, whatever they are at."""

    @property
    def size(self) -> int:
        """How many blocks are worked on at the same time."""

    @property
    def free(self) -> int:
        """How many more blocks can be put now: a few are held beside those worked on, so that nobody waits."""

    def put(self, block: Hashable) -> None:
        """Hand a block over; each is put once and got once."""

    def get(self) -> Answered:
        """Wait for the next answer, in any order.

        A block whose process died is given to another one. Raises FleetcraftError where nobody is left to work.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
