"""A run of many points, frontier or compare: its work is kept until the run is whole, and gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import RenderableType

from fleetcraft.cli.infeasible import infeasible_entry, telling_where
from fleetcraft.cli.interrupted import telling_what_is_kept
from fleetcraft.cli.output import print_run
from fleetcraft.cli.progress import Progress, shown_progress
from fleetcraft.cli.runs import found_or_made
from fleetcraft.errors import InfeasibleError
from fleetcraft.report.store_run import inputs_of, store_points
from fleetcraft.report.tokens import plural
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.result import head
from fleetcraft.study.store.folder import Identity
from fleetcraft.study.tasks import done_in, work_folder


def answer_points(
    source: str,
    case: str | None,
    scenario: Scenario,
    identity: Identity,
    out: Path | None,
    solved: Callable[[Path, Progress], dict[str, Any]],
    summary: Callable[[Mapping[str, Any], Scenario], RenderableType],
    *,
    json_: bool,
    quiet: bool,
) -> None:
    """Find the run again, or solve what is not solved yet in the work folder and store it whole; print its answer."""
    inputs = inputs_of(source)

    def solve(target: Path) -> dict[str, Any]:
        work = work_folder(target, identity)
        start = perf_counter()

        def kept() -> str:
            return f"{plural(len(done_in(work)), 'finished piece')} of the work kept in {work}"

        with shown_progress(quiet or json_) as progress, telling_what_is_kept(kept):
            try:
                with telling_where(source, case):
                    result = solved(work, progress)
            except InfeasibleError as error:
                if json_:
                    print(json.dumps({**head(scenario, identity.seed, {}), **infeasible_entry(error)}))
                raise
            progress("writing the report", 0, 1)
            return store_points(inputs, identity, result, target, work, perf_counter() - start)

    result, target = found_or_made(identity, out, solve, quiet=quiet, json_=json_)
    print_run(result, lambda: summary(result, scenario), target, json_=json_, quiet=quiet)
