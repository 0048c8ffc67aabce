"""fleetcraft compare: restrictions beside open competition."""

from __future__ import annotations

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
    from fleetcraft.cli.answer import answer
    from fleetcraft.cli.output import print_run
    from fleetcraft.report.compare import compare_summary
    from fleetcraft.runs.compare import compare_question
    from fleetcraft.study.decide import Options

    options = Options(seed=seed, replications=replications, gap=gap, time_limit_s=time_limit)
    question = compare_question(scenario, case, by, options, futures, without=without)
    stored = answer(question, out, threads=threads_or_all(threads), quiet=quiet, json_=json_)
    print_run(
        stored.result,
        lambda: compare_summary(stored.result, question.scenario),
        stored.folder,
        json_=json_,
        quiet=quiet,
    )
