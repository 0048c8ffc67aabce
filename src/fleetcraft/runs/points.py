"""A run of many points, frontier or compare: its work is kept until the run is whole, and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from fleetcraft.report.store_run import inputs_of, store_points
from fleetcraft.report.tokens import plural
from fleetcraft.runs.infeasible import telling_where
from fleetcraft.runs.question import Json, Question
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.store.folder import Identity
from fleetcraft.study.tasks import done_in, work_folder

Solve = Callable[[Path, int, Progress], Json]
"""Does what is not done yet in a work folder, in up to so many processes; gives the whole result."""


def points_question(source: str, case: str | None, scenario: Scenario, identity: Identity, solve: Solve) -> Question:
    """The question whose points ``solve`` answers; what is done is gone on with by whoever asks it again."""
    inputs = inputs_of(source)

    def make(target: Path, threads: int, progress: Progress) -> Json:
        work = work_folder(target, identity)
        start = perf_counter()
        with telling_where(source, case):
            result = solve(work, threads, progress)
        progress("writing the report", 0, 1)
        return store_points(inputs, identity, result, target, work, perf_counter() - start)

    def kept(target: Path) -> str:
        work = work_folder(target, identity)
        return f"{plural(len(done_in(work)), 'finished piece')} of the work kept in {work}"

    return Question(scenario, identity, make, kept)
