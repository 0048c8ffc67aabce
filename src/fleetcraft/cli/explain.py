"""fleetcraft explain: why a run decided as it did, or why a scenario cannot be planned for."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

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

INTERRUPTED = 130


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
    from fleetcraft.study.store import MANIFEST

    if (Path(target) / MANIFEST).is_file():
        _explain_run(Path(target), threads_or_all(threads), json_=json_, quiet=quiet)
    else:
        _explain_scenario(target, case, seed, json_=json_, quiet=quiet)


def _explain_run(run: Path, threads: int, *, json_: bool, quiet: bool) -> None:
    from fleetcraft.report.explain import explain_files, explain_summary
    from fleetcraft.report.run import read_run
    from fleetcraft.study.explain.answer import explain_run, options_of
    from fleetcraft.study.store import read_manifest, write_manifest

    manifest = read_manifest(run)
    options = options_of(run, manifest)
    scenario = read_run(run, manifest).scenario
    folder = run / "explain"
    found = _explained_before(folder, manifest)
    if found is None:
        work = run.parent / f".{run.name}.explain-{manifest['identity'][:16]}"
        with shown_progress(quiet or json_) as progress:
            try:
                answer = explain_run(run, scenario, options, work, threads=threads, progress=progress)
            except KeyboardInterrupt:
                print(f"fleetcraft: interrupted; what is solved is kept in {work}, and gone on with", file=sys.stderr)
                raise typer.Exit(INTERRUPTED) from None
            progress("writing the page", 0, 1)
            found = {"run": manifest["identity"], **answer}
            _write(folder, {"explain.json": _json(found), **explain_files(found, scenario)})
        write_manifest(run, manifest)
        shutil.rmtree(work, ignore_errors=True)
    if json_:
        print(json.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from rich.console import Console

        width = None if sys.stdout.isatty() else 100
        Console(width=width, markup=False, highlight=False, emoji=False).print(explain_summary(found, scenario))
    print(f"page: {folder / 'explain.html'}")


def _explained_before(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The explanation of this very run, where there is one."""
    try:
        found = json.loads((folder / "explain.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("run") == manifest["identity"] else None


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """The answer comes last: a killed explanation leaves none that looks whole."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(files, key=lambda name: name == "explain.json"):
        part = folder / f"{name}.part"
        part.write_bytes(files[name])
        os.replace(part, folder / name)


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
