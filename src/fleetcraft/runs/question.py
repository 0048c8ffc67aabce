"""A verb asked about files as they are now, and its answer: a run found again or made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.store import again
from fleetcraft.study.store.again import Stored
from fleetcraft.study.store.alone import Tell
from fleetcraft.study.store.folder import ROOT, Identity

Json = dict[str, Any]
Watch = Callable[[Path], AbstractContextManager[Progress]]
"""Opened around the making of a run in a folder; gives what its progress is told to."""


def nothing(_target: Path) -> str | None:
    """Of a verb that keeps no unfinished work."""
    return None


@dataclass(frozen=True)
class Question:
    """What is asked: of which scenario, as which run, and how it is answered.

    ``make(target, threads, progress)`` answers it and stores the whole run in its folder. ``kept(target)`` says, in a
    sentence, what an interruption leaves to go on with; None where that is nothing.
    """

    scenario: Scenario
    identity: Identity
    make: Callable[[Path, int, Progress], Json]
    kept: Callable[[Path], str | None] = nothing


def answered(
    question: Question, *, out: Path | None = None, root: Path = ROOT, threads: int, watch: Watch, tell: Tell
) -> Stored:
    """The stored run that answers a question, found again in ``root`` or made there; in ``out`` it is always made.

    Raises RunError where the folder cannot be used, and what the question's verb raises.
    """

    def make(target: Path) -> Json:
        with watch(target) as progress:
            return question.make(target, threads, progress)

    return again.found_or_made(question.identity, out, make, tell, root)
