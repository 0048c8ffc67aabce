"""fleetcraft explain: why a run decided as it did, or why a scenario cannot be planned for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

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
from fleetcraft.cli.progress import Progress, shown_progress
from fleetcraft.errors import InfeasibleError


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
    from fleetcraft.cli.answer import teller
    from fleetcraft.report.explain import explain_summary
    from fleetcraft.report.run import read_run
    from fleetcraft.runs.explain import FOLDER, PAGE, explained, kept_of_explaining
    from fleetcraft.study.store.folder import read_manifest

    @contextmanager
    def watch(place: Path) -> Iterator[Progress]:
        with shown_progress(quiet or json_) as progress, telling_what_is_kept(lambda: kept_of_explaining(place)):
            yield progress

    stored = explained(run, threads=threads, watch=watch, tell=teller(quiet=quiet))
    if stored.was_there:
        teller(quiet=quiet or json_)(f"explained before, found again in {run / FOLDER}")
    if json_:
        print(json.dumps(stored.result, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from rich.console import Console

        width = None if sys.stdout.isatty() else 100
        summary = explain_summary(stored.result, read_run(run, read_manifest(run)).scenario)
        Console(width=width, markup=False, highlight=False, emoji=False).print(summary)
    print(f"page: {run / FOLDER / PAGE}")


def _explain_scenario(source: str, case: str | None, seed: int, *, json_: bool, quiet: bool) -> None:
    from fleetcraft.runs.explain import require_feasible
    from fleetcraft.runs.infeasible import infeasible_entry
    from fleetcraft.scenario.read import read_scenario

    scenario = read_scenario(source, case)
    with shown_progress(quiet or json_) as progress:
        try:
            require_feasible(source, case, scenario, seed, progress)
        except InfeasibleError as error:
            if json_:
                print(json.dumps(infeasible_entry(error), ensure_ascii=False))
            raise
    if json_:
        print(json.dumps({"status": "feasible", "conflicts": [], "way_out": [], "statements": []}))
    elif not quiet:
        print(f"{scenario.name}: the hard constraints can be met; to have a plan explained, explain its run folder")
