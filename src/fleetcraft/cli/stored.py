"""A study of many points as a run folder: its work is kept until the run is whole, and gone on with."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import typer
from rich.console import Console, RenderableType

from fleetcraft.cli.infeasible import infeasible_entry, telling_where
from fleetcraft.cli.progress import Progress, shown_progress
from fleetcraft.cli.runs import found_or_made
from fleetcraft.errors import InfeasibleError
from fleetcraft.report.run import Run, read_run
from fleetcraft.report.tokens import plural
from fleetcraft.scenario.copying import copy_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.result import head
from fleetcraft.study.store.folder import Identity, manifest_of, new_run, write_json, write_manifest
from fleetcraft.study.store.mending import remove_work
from fleetcraft.study.tasks import done_in, work_folder

INTERRUPTED = 130

Files = Callable[[Run], Mapping[str, bytes]]


@contextmanager
def kept_when_interrupted(work: Path) -> Iterator[None]:
    """Tells on an interruption what is kept, and exits with status 130."""
    try:
        yield
    except KeyboardInterrupt:
        kept = plural(len(done_in(work)), "finished piece")
        told = f"interrupted; {kept} of the work kept in {work}; the same command goes on from there"
        print(f"fleetcraft: {told}", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def answer_points(
    source: str,
    case: str | None,
    scenario: Scenario,
    identity: Identity,
    out: Path | None,
    solved: Callable[[Path, Progress], dict[str, Any]],
    files: Files,
    summary: Callable[[Mapping[str, Any], Scenario], RenderableType],
    *,
    json_: bool,
    quiet: bool,
) -> None:
    """Find the run again, or solve what is not solved yet in the work folder and store it whole; print its answer."""

    def solve(target: Path) -> dict[str, Any]:
        work = work_folder(target, identity)
        start = perf_counter()
        with shown_progress(quiet or json_) as progress, kept_when_interrupted(work):
            try:
                with telling_where(source, case):
                    result = solved(work, progress)
            except InfeasibleError as error:
                if json_:
                    print(json.dumps({**head(scenario, identity.seed, {}), **infeasible_entry(error)}))
                raise
            progress("writing the report", 0, 1)
            return _store(source, identity, result, target, work, files, perf_counter() - start)

    result, target = found_or_made(identity, out, solve, quiet=quiet, json_=json_)
    _print(result, summary(result, scenario), target, json_=json_, quiet=quiet)


def _store(
    source: str, identity: Identity, result: dict[str, Any], target: Path, work: Path, files: Files, seconds: float
) -> dict[str, Any]:
    """Write a whole run: the scenario's copy, every point, result, report and manifest; the work folder goes."""
    result["run"] = target.as_posix()
    with new_run(target, work) as draft:
        copy_scenario(source, draft / "scenario")
        for key in done_in(work):
            shutil.copytree(work / key, draft / "points" / key, ignore=shutil.ignore_patterns("*.part", "part.npz"))
        write_json(draft / "result.json", result)
        manifest = manifest_of(identity, {"all": seconds})
        for name, content in files(read_run(draft, manifest)).items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        write_manifest(draft, manifest)
    remove_work(target)
    return result


def _print(result: Mapping[str, Any], summary: RenderableType, target: Path, *, json_: bool, quiet: bool) -> None:
    """Print the result on stdout: JSON alone, or the table and where the report lies."""
    if json_:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        width = None if sys.stdout.isatty() else 100
        Console(width=width, markup=False, highlight=False, emoji=False).print(summary)
    print(f"report: {target / 'report.html'}")
