"""fleetcraft compare: restrictions beside open competition."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from fleetcraft.cli.options import (
    CaseOption,
    DebugOption,
    FuturesOption,
    GapOption,
    JsonOption,
    OutOption,
    QuietOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    ThreadsOption,
    threads_or_all,
)


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
    futures: FuturesOption = None,
    gap: GapOption = 0.01,
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
    from fleetcraft.cli.stored import answer_points
    from fleetcraft.report.compare import compare_summary
    from fleetcraft.scenario.read import read_scenario
    from fleetcraft.study.compare import compare_scenario
    from fleetcraft.study.decide import Options
    from fleetcraft.study.identity import identity_of, plan_options
    from fleetcraft.study.restrictions import restrictions_by

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
    answer_points(
        scenario,
        case,
        stated,
        identity,
        out,
        lambda folder, progress: compare_scenario(
            stated, restrictions, options, folder, threads=threads_or_all(threads), progress=progress
        ),
        compare_summary,
        json_=json_,
        quiet=quiet,
    )
