"""fleetcraft explain: why a run decided as it did, or why a scenario cannot be planned for."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from fleetcraft.cli.interrupted import telling_what_is_kept
from fleetcraft.cli.options import (
    CaseOption,
    DebugOption,
    JsonOption,
    QuietOption,
    SeedOption,
    ThreadsOption,
    threads_or_all,
)
from fleetcraft.cli.progress import shown_progress
from fleetcraft.errors import InfeasibleError

FOLDER, ANSWER = "explain", "explain.json"


def explain(
    target: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="A run folder that fleetcraft plan has made; or a scenario that cannot be planned for."
        ),
    ],
    case: CaseOption = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Say what binds, why not the other types, what more money buys, what would flip the plan; or what conflicts.

    An interrupted explanation goes on where it stopped. --case and --seed are for a scenario; a run has its own.
    """
    from fleetcraft.study.store.folder import MANIFEST

    if (Path(target) / MANIFEST).is_file():
        _explain_run(Path(target), threads_or_all(threads), json_=json_, quiet=quiet)
    else:
        _explain_scenario(target, case, seed, json_=json_, quiet=quiet)


def _explain_run(run: Path, threads: int, *, json_: bool, quiet: bool) -> None:
    from fleetcraft.cli.runs import teller
    from fleetcraft.report.explain import explain_summary
    from fleetcraft.report.run import read_run
    from fleetcraft.study.explain.answer import options_of
    from fleetcraft.study.store.alone import alone_with
    from fleetcraft.study.store.folder import read_manifest

    manifest = read_manifest(run)
    options_of(run, manifest)
    found = _explained_before(run)
    if found is None:
        with alone_with(run.resolve(), teller(quiet=quiet)):
            found = _explained_before(run)
            if found is None:
                found = _explain_anew(run.resolve(), threads, silent=quiet or json_)
    else:
        teller(quiet=quiet or json_)(f"explained before, found again in {run / FOLDER}")
    if json_:
        print(json.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from rich.console import Console

        width = None if sys.stdout.isatty() else 100
        summary = explain_summary(found, read_run(run, manifest).scenario)
        Console(width=width, markup=False, highlight=False, emoji=False).print(summary)
    print(f"page: {run / FOLDER / 'explain.html'}")


def _explained_before(run: Path) -> dict[str, Any] | None:
    """The explanation of this very run by this very program, where there is a whole one."""
    from fleetcraft.study.store.folder import read_manifest, read_object
    from fleetcraft.study.store.program import made_by_this_program
    from fleetcraft.study.store.verify import faults_of_run

    try:
        manifest, found = read_manifest(run), read_object(run / FOLDER / ANSWER)
    except (OSError, ValueError):
        return None
    of_run, by_program = found.get("run"), manifest.get("explained_by")
    same = of_run == manifest["identity"] and by_program == made_by_this_program(of_run)
    whole = not any(fault.startswith(f"{FOLDER}/") for fault in faults_of_run(run))
    return found if same and whole else None


def _explain_anew(run: Path, threads: int, *, silent: bool) -> dict[str, Any]:
    """Explain a run and store that in its folder."""
    from fleetcraft.report.explain import explain_files
    from fleetcraft.report.run import read_run
    from fleetcraft.study.explain.answer import explain_run, options_of
    from fleetcraft.study.store.folder import changed_run, read_manifest, write_json
    from fleetcraft.study.store.mending import EXPLAIN, remove_work
    from fleetcraft.study.store.program import made_by_this_program

    manifest = read_manifest(run)
    scenario, options = read_run(run, manifest).scenario, options_of(run, manifest)
    program = made_by_this_program(manifest["identity"])
    work = run.parent / f".{run.name}.explain-{program}"
    with shown_progress(silent) as progress:
        with telling_what_is_kept(lambda: f"what is solved is kept in {work}"):
            answer = explain_run(run, scenario, options, work, threads=threads, progress=progress)
        progress("writing the page", 0, 1)
        found = {"run": manifest["identity"], **answer}
        with changed_run(run, work) as (draft, manifest):
            shutil.rmtree(draft / FOLDER, ignore_errors=True)
            (draft / FOLDER).mkdir()
            for name, content in explain_files(found, scenario).items():
                (draft / FOLDER / name).write_bytes(content)
            write_json(draft / FOLDER / ANSWER, found)
            manifest["explained_by"] = program
    remove_work(run, EXPLAIN)
    return found


def _explain_scenario(source: str, case: str | None, seed: int, *, json_: bool, quiet: bool) -> None:
    from fleetcraft.cli.infeasible import infeasible_entry, telling_where
    from fleetcraft.scenario.read import read_scenario
    from fleetcraft.study.explain.feasible import require_plan

    scenario = read_scenario(source, case)
    with shown_progress(quiet or json_) as progress:
        progress("looking for any plan", 0, 1)
        try:
            with telling_where(source, case):
                require_plan(scenario, seed)
        except InfeasibleError as error:
            if json_:
                print(json.dumps(infeasible_entry(error), ensure_ascii=False))
            raise
    if json_:
        print(json.dumps({"status": "feasible", "conflicts": [], "way_out": [], "statements": []}))
    elif not quiet:
        print(f"{scenario.name}: the hard constraints can be met; to have a plan explained, explain its run folder")
