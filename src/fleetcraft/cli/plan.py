"""fleetcraft plan: decide what to buy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

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
from fleetcraft.cli.progress import shown_progress
from fleetcraft.errors import InfeasibleError


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
    from fleetcraft.cli.infeasible import infeasible_entry, telling_where
    from fleetcraft.cli.output import print_answer
    from fleetcraft.cli.runs import found_or_made
    from fleetcraft.report.store_run import inputs_of, store_answer
    from fleetcraft.scenario.read import read_scenario
    from fleetcraft.study.decide import Options, plan_scenario
    from fleetcraft.study.identity import identity_of, plan_options
    from fleetcraft.study.result import head

    stated, inputs = read_scenario(scenario, case), inputs_of(scenario)
    options = Options(
        seed=seed,
        replications=replications,
        half_width=half_width,
        futures=futures or stated.uncertainty.futures,
        gap=gap,
        time_limit_s=time_limit,
        samples=samples,
    )
    identity = identity_of(stated, "plan", plan_options(options), seed)

    def decide(target: Path) -> dict[str, Any]:
        with shown_progress(quiet or json_) as progress:
            try:
                with telling_where(scenario, case):
                    answer = plan_scenario(stated, options, threads=threads_or_all(threads), progress=progress)
            except InfeasibleError as error:
                if json_:
                    print(json.dumps({**head(stated, seed, {}), **infeasible_entry(error)}))
                raise
            progress("writing the report", 0, 1)
            return store_answer(inputs, identity, answer, target)

    result, folder = found_or_made(identity, out, decide, quiet=quiet, json_=json_)
    print_answer(result, stated, folder, json_=json_, quiet=quiet)
