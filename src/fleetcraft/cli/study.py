"""fleetcraft study: many questions as one job."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fleetcraft.cli.options import DebugOption, JsonOption, OutOption, QuietOption, threads_or_all
from fleetcraft.cli.progress import Progress, shown_progress

if TYPE_CHECKING:
    from fleetcraft.scenario.scenario import Scenario
    from fleetcraft.study.engine.crew import Crew
    from fleetcraft.study.questionnaire.answer_study import Hire, StudyAnswer
    from fleetcraft.study.questionnaire.answering import StudyJob
    from fleetcraft.study.questionnaire.file import StudyFile
    from fleetcraft.study.store.folder import Identity

INTERRUPTED = 130


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
            envvar="DASK_SCHEDULER_ADDRESS",
            help="A Dask scheduler whose workers answer, such as tcp://10.0.0.5:8786.",
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
    from fleetcraft.cli.runs import found_or_made, identity_of
    from fleetcraft.study.questionnaire.file import read_study_file

    if local_cluster is not None and threads is not None:
        raise typer.BadParameter("found --threads beside it, expected one of them", param_hint="--local-cluster")
    stated = read_study_file(file, seed)
    identity = identity_of(stated.study.scenario, "study", {"study": stated.study.content}, stated.study.seed)

    def make(target: Path) -> dict[str, Any]:
        with shown_progress(quiet or json_) as progress:
            hire = partial(_crew, threads_or_all(threads), cluster, local_cluster, progress)
            return _made(stated, identity, target, hire, progress)

    result, folder = found_or_made(identity, out, make, quiet=quiet, json_=json_)
    _print(result, stated.study.scenario, folder, json_=json_, quiet=quiet)


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


def _made(file: StudyFile, identity: Identity, target: Path, hire: Hire, progress: Progress) -> dict[str, Any]:
    """Answer what is not answered yet and store the whole run; what is done is kept on an interruption."""
    from fleetcraft.study.questionnaire.answer_study import answered_study
    from fleetcraft.study.store.mending import remove_work
    from fleetcraft.study.tasks import work_folder

    work = work_folder(target, identity)
    start = perf_counter()
    try:
        with file.telling_where(), answered_study(file.study, work, hire, progress, perf_counter) as answer:
            progress("writing the report", 0, 1)
            _store(file, identity, answer, target, work, start)
    except KeyboardInterrupt:
        told = f"interrupted; what is answered is kept in {work}; the same command goes on from there"
        print(f"fleetcraft: {told}", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    remove_work(target)
    return answer.result


def _store(file: StudyFile, identity: Identity, answer: StudyAnswer, target: Path, work: Path, start: float) -> None:
    """Write a whole run: copies of the study, its scenario and plans, points, result, report and manifest."""
    from fleetcraft.report.write import write_report
    from fleetcraft.scenario.copying import copy_scenario
    from fleetcraft.study.store.folder import manifest_of, new_run, write_json, write_manifest

    answer.result["run"] = target.as_posix()
    with new_run(target, work) as draft:
        copy_scenario(file.source, draft / "scenario")
        shutil.copyfile(file.path, draft / "study.yaml")
        for number, plan in enumerate(file.plans):
            (draft / "plans").mkdir(exist_ok=True)
            shutil.copyfile(plan, draft / "plans" / f"{number:03d}.json")
        answer.write_points(draft)
        write_json(draft / "result.json", answer.result)
        manifest = manifest_of(identity, {"all": perf_counter() - start})
        write_report(draft, manifest)
        write_manifest(draft, manifest)


def _print(result: dict[str, Any], scenario: Scenario, folder: Path, *, json_: bool, quiet: bool) -> None:
    """Print the result on stdout: JSON alone, or the table and where the report lies."""
    if json_:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from rich.console import Console

        from fleetcraft.report.study import study_summary

        width = None if sys.stdout.isatty() else 100
        Console(width=width, markup=False, highlight=False, emoji=False).print(study_summary(result, scenario))
    print(f"report: {folder / 'report.html'}")
