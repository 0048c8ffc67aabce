"""fleetcraft study: many questions as one job."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fleetcraft.cli.options import DebugOption, JsonOption, OutOption, QuietOption, threads_or_all
from fleetcraft.cli.progress import Progress

if TYPE_CHECKING:
    from fleetcraft.report.store_run import Inputs
    from fleetcraft.study.engine.crew import Crew
    from fleetcraft.study.questionnaire.answer_study import Hire
    from fleetcraft.study.questionnaire.answering import StudyJob
    from fleetcraft.study.questionnaire.file import StudyFile
    from fleetcraft.study.store.folder import Identity

SCHEDULER = "DASK_SCHEDULER_ADDRESS"


def study(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A study file.")],
    out: OutOption = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Seed of every random number (default: the file's).", min=0)
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", help="Processes (default: all cores).", min=1, max=512)
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="A Dask scheduler whose workers answer, such as tcp://10.0.0.5:8786 "
            f"(default: {SCHEDULER}, where that is set).",
        ),
    ] = None,
    local_cluster: Annotated[
        int | None,
        typer.Option(
            "--local-cluster", metavar="N", help="Try the way of a cluster with N workers here.", min=1, max=64
        ),
    ] = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Answer every point of a study file; an interrupted study goes on where it stopped."""
    from fleetcraft.cli.answer import answer
    from fleetcraft.cli.output import print_run
    from fleetcraft.report.store_run import inputs_of_study
    from fleetcraft.report.study import study_summary
    from fleetcraft.runs.question import Question
    from fleetcraft.study.identity import identity_of
    from fleetcraft.study.questionnaire.file import read_study_file
    from fleetcraft.study.tasks import work_folder

    _require_one({"--threads": threads, "--cluster": cluster, "--local-cluster": local_cluster})
    if threads is None and local_cluster is None:
        cluster = cluster or os.environ.get(SCHEDULER) or None
    stated = read_study_file(file, seed)
    inputs = inputs_of_study(stated)
    identity = identity_of(stated.study.scenario, "study", {"study": stated.study.content}, stated.study.seed)

    def make(target: Path, processes: int, progress: Progress) -> dict[str, Any]:
        hire = partial(_crew, processes, cluster, local_cluster, progress)
        return _made(stated, inputs, identity, target, hire, progress)

    def kept(target: Path) -> str:
        return f"what is answered is kept in {work_folder(target, identity)}"

    question = Question(stated.study.scenario, identity, make, kept)
    stored = answer(question, out, threads=threads_or_all(threads), quiet=quiet, json_=json_)
    print_run(
        stored.result,
        lambda: study_summary(stored.result, question.scenario),
        stored.folder,
        json_=json_,
        quiet=quiet,
    )


def _require_one(stated: dict[str, object]) -> None:
    """Raises BadParameter where the command line says in several ways who answers."""
    first, *others = [option for option, value in stated.items() if value is not None] or [""]
    if others:
        raise typer.BadParameter(f"found {first} beside it, expected one of them", param_hint=others[0])


def _crew(
    threads: int, cluster: str | None, local: int | None, progress: Progress, job: StudyJob, most: int
) -> AbstractContextManager[Crew]:
    """Who answers: a cluster where one is asked for, else processes of this machine, no more than have work."""
    if local is not None or cluster is not None:
        from fleetcraft.study.engine.cluster import Cluster, local_cluster

        def tell(what: str) -> None:
            progress(what, 0, 1)

        return local_cluster(job, local, tell=tell) if local is not None else Cluster(job, str(cluster), tell=tell)
    from fleetcraft.study.questionnaire.answer_study import hired

    return hired(job, min(threads, most))


def _made(
    file: StudyFile, inputs: Inputs, identity: Identity, target: Path, hire: Hire, progress: Progress
) -> dict[str, Any]:
    """Answer what is not answered yet and store the whole run; what is done is kept on an interruption."""
    from fleetcraft.report.store_run import store_study
    from fleetcraft.study.questionnaire.answer_study import answered_study
    from fleetcraft.study.store.mending import remove_work
    from fleetcraft.study.tasks import work_folder

    work = work_folder(target, identity)
    start = perf_counter()
    with (
        file.telling_where(),
        answered_study(file.study, work, hire, progress, perf_counter) as answer,
    ):
        progress("writing the report", 0, 1)
        result = store_study(inputs, identity, answer, target, work, perf_counter() - start)
    remove_work(target)
    return result
