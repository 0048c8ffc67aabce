"""The verb study: many questions asked as one job that can be interrupted and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from fleetcraft.simulate.player import compile_kernel, is_compiled
from fleetcraft.study.calibrate import Progress, no_progress
from fleetcraft.study.decide import Options, simulate_scenario
from fleetcraft.study.engine.crew import Crew
from fleetcraft.study.engine.journal import Journal, open_journal
from fleetcraft.study.engine.local import Here, Processes
from fleetcraft.study.engine.pace import Pace
from fleetcraft.study.engine.survey import EveryPoint, survey
from fleetcraft.study.questionnaire.answering import StudyJob
from fleetcraft.study.questionnaire.designs import Designed, designed
from fleetcraft.study.questionnaire.findings import study_result
from fleetcraft.study.questionnaire.outputs import platform_names, require_outputs
from fleetcraft.study.questionnaire.points_table import write_points
from fleetcraft.study.questionnaire.questions import Study
from fleetcraft.study.selection.rounds import Rounds, require_playable, rounds_of

Json = dict[str, Any]
Hire = Callable[[StudyJob, int], AbstractContextManager[Crew]]
"""Gives a crew for a job, of no more processes than so many blocks could use."""

TRIED = 2
"""Replications that show which outputs an answer has."""


@dataclass(frozen=True)
class StudyAnswer:
    """What a study has found: result.json, and its points while the work folder is open."""

    study: Study
    points: Designed
    journal: Journal
    result: Json

    def write_points(self, folder: Path) -> None:
        """Write points.parquet and points.csv."""
        write_points(self.study, self.points, self.journal.answers(), folder)


def answer_study(study: Study, folder: Path, *, threads: int = 1, progress: Progress = no_progress) -> Json:
    """Answer every point in up to ``threads`` processes; gives what a run's result.json holds.

    Each answer is kept in ``folder``, at last as points.parquet and points.csv; what it holds already is not asked
    again. With more than one process the caller's main module guards its start with ``if __name__ == "__main__"``.
    Raises as ``answered_study`` does.
    """

    def hire(job: StudyJob, most: int) -> AbstractContextManager[Crew]:
        return hired(job, min(threads, most))

    with answered_study(study, folder, hire, progress, perf_counter) as answer:
        answer.write_points(folder)
        return answer.result


def hired(job: StudyJob, count: int) -> AbstractContextManager[Crew]:
    """Processes of this machine; one is this one."""
    return Here(job) if count == 1 else Processes(job, count)


@contextmanager
def answered_study(
    study: Study, work: Path, hire: Hire, progress: Progress, clock: Callable[[], float]
) -> Iterator[StudyAnswer]:
    """Ask what the journal in ``work`` has no answer of, with the crew that ``hire`` gives; then what it all says.

    The result and the points are the same bytes whoever answers, however often it was interrupted. Raises
    UnknownOutputsError (of ``simulate``, which tries them all first) or UnknownOutputError where no answer has an
    output, RunError where the work cannot be kept.
    """
    _make_ready(study, progress)
    points = designed(study)
    with open_journal(work) as journal:
        job = StudyJob(study, _had(study, journal))
        if study.design.kind == "plans":
            asking: EveryPoint | Rounds = rounds_of(study, points, journal)
        else:
            asking = EveryPoint(points, journal, job.replications)
        if asking.done < asking.of:
            with hire(job, asking.most_blocks) as crew:
                survey(asking, crew, Pace(clock, asking.done), progress)
        progress("putting the points together", 0, 1)
        yield StudyAnswer(study, points, journal, study_result(study, points, journal))


def _make_ready(study: Study, progress: Progress) -> None:
    """Compile the event loop once for all processes, and try the outputs where an answer is cheap."""
    if not is_compiled():
        progress("compiling the simulation, once after installation (some 15 s)", 0, 1)
        compile_kernel()
    if study.design.kind == "plans":
        require_playable(study)
    first = study.asked[0]
    if study.verb == "simulate" and first.plan is not None:
        progress("trying the outputs", 0, 1)
        options = Options(seed=study.seed, replications=TRIED)
        found = simulate_scenario(first.scenario, first.plan, options, file=first.file).result
        require_outputs(found, study.outputs, platform_names(first.scenario))


def _had(study: Study, journal: Journal) -> frozenset[str]:
    """The outputs that an answer is known to have: those that were tried, or were found before an interruption."""
    if study.verb == "simulate":
        return frozenset(study.outputs)
    found: set[str] = set()
    for _, answer in journal.answers():
        found.update(name for name, value in answer.get("values", {}).items() if value is not None)
        if len(found) == len(study.outputs):
            break
    return frozenset(found)
