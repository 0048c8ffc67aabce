"""fleetcraft plan: decide what to buy."""

from __future__ import annotations

from typing import Annotated

import typer

from fleetcraft.cli.options import (
    CaseOption,
    DebugOption,
    FuturesOption,
    GapOption,
    HalfWidthOption,
    JsonOption,
    OutOption,
    QuietOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    ThreadsOption,
    threads_or_all,
)


def _none_or_several(value: int) -> int:
    if value == 1:
        raise typer.BadParameter("found 1, expected 0 or at least 2", param_hint="--samples")
    return value


def plan(
    scenario: ScenarioArgument,
    case: CaseOption = None,
    out: OutOption = None,
    replications: ReplicationsOption = 200,
    half_width: HalfWidthOption = None,
    futures: FuturesOption = None,
    gap: GapOption = 0.01,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", help="Seconds the loop of solving may take.", min=1.0)
    ] = None,
    samples: Annotated[
        int,
        typer.Option(
            "--samples",
            metavar="M",
            help="Solve anew on M fresh samples of futures, at least 2: an interval for the best plan there could be.",
            min=0,
            callback=_none_or_several,
        ),
    ] = 0,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Decide which craft to buy, from whom and when; judge the plan in fresh futures; write a run folder."""
    from fleetcraft.cli.answer import answer
    from fleetcraft.cli.output import print_answer
    from fleetcraft.runs.plan import plan_question
    from fleetcraft.study.decide import Options

    options = Options(
        seed=seed,
        replications=replications,
        half_width=half_width,
        gap=gap,
        time_limit_s=time_limit,
        samples=samples,
    )
    question = plan_question(scenario, case, options, futures)
    stored = answer(question, out, threads=threads_or_all(threads), quiet=quiet, json_=json_)
    print_answer(stored.result, question.scenario, stored.folder, json_=json_, quiet=quiet)
