"""fleetcraft compare: restrictions beside open competition."""

from __future__ import annotations

import json
from dataclasses import asdict
from time import perf_counter
from typing import Annotated

import typer

from fleetcraft.cli.options import (
    CaseOption,
    DebugOption,
    JsonOption,
    OutOption,
    QuietOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    ThreadsOption,
    threads_or_all,
)
from fleetcraft.cli.progress import shown_progress
from fleetcraft.errors import InfeasibleError


def compare(
    scenario: ScenarioArgument,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="supplier_country|domain|FILE", help="Each alone; or the restrictions of a policy file."
        ),
    ] = "supplier_country",
    without: Annotated[
        bool, typer.Option("--without", help="Also everything but each; a policy file says that itself.")
    ] = False,
    case: CaseOption = None,
    out: OutOption = None,
    replications: ReplicationsOption = 200,
    futures: Annotated[
        int | None, typer.Option("--futures", help="Futures to solve on (default: the scenario's).", min=1, max=1000)
    ] = None,
    gap: Annotated[
        float, typer.Option("--gap", help="Relative gap at which a solve may stop.", min=0.0, max=1.0)
    ] = 0.01,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", help="Seconds the loop of each plan may take.", min=1.0)
    ] = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Decide and judge the best plan under each restriction, beside open competition; an interrupted run goes on."""
    from fleetcraft.cli.infeasible import infeasible_entry, telling_where
    from fleetcraft.cli.runs import identity_of, plan_options
    from fleetcraft.cli.stored import kept_when_interrupted, print_points, store_points
    from fleetcraft.report.compare import compare_files, compare_summary
    from fleetcraft.scenario.read import read_scenario
    from fleetcraft.study.compare import compare_scenario
    from fleetcraft.study.decide import Options
    from fleetcraft.study.restrictions import restrictions_by
    from fleetcraft.study.result import head
    from fleetcraft.study.store import require_writable, run_folder
    from fleetcraft.study.tasks import work_folder

    stated = read_scenario(scenario, case)
    restrictions = restrictions_by(stated, by, without=without)
    options = Options(
        seed=seed,
        replications=replications,
        futures=futures or stated.uncertainty.futures,
        gap=gap,
        time_limit_s=time_limit,
    )
    work = {**plan_options(options), "restrictions": [asdict(restriction) for restriction in restrictions]}
    identity = identity_of(stated, "compare", work, seed)
    target = run_folder(identity, out)
    require_writable(target)
    folder = work_folder(target, identity)
    start = perf_counter()
    with shown_progress(quiet or json_) as progress, kept_when_interrupted(folder):
        try:
            with telling_where(scenario, case):
                result = compare_scenario(
                    stated, restrictions, options, folder, threads=threads_or_all(threads), progress=progress
                )
        except InfeasibleError as error:
            if json_:
                print(json.dumps({**head(stated, seed, {}), **infeasible_entry(error)}))
            raise
        progress("writing the report", 0, 1)
        store_points(scenario, identity, result, target, folder, compare_files, perf_counter() - start)
    print_points(result, compare_summary(result, stated), target, json_=json_, quiet=quiet)
