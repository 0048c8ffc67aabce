"""One question asked many times over, in as many processes as there are cores for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fleetcraft.optimise.workers import Workers

Told = Callable[[int, int], None]
"""Called with how many answers there are, of how many."""


def tell_nobody(_done: int, _of: int) -> None:
    """Say nothing."""


def ask(whom: object, method: str, questions: Sequence[Any], *, processes: int, told: Told) -> list[Any]:
    """What ``method`` of an object answers to each question, in their order, whatever the number of processes.

    The object is copied into every process. Raises FleetcraftError where a question has no answer.
    """
    crew_size = max(min(processes, len(questions)), 1)
    answers: list[Any] = []
    with Workers(_itself, [whom] * crew_size, crew_size) as crew:
        while len(answers) < len(questions):
            told(len(answers), len(questions))
            asked = questions[len(answers) : len(answers) + crew_size]
            idle = [asked[-1]] * (crew_size - len(asked))
            answers += crew.call(method, [(question,) for question in (*asked, *idle)])[: len(asked)]
    return answers


def _itself(whom: object) -> object:
    return whom
