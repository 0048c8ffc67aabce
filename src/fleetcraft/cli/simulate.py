"""fleetcraft simulate: judge any plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fleetcraft.cli.options import (
    CaseOption,
    DebugOption,
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


def simulate(
    scenario: ScenarioArgument,
    plan: Annotated[Path, typer.Option("--plan", help="A plan.json, made by fleetcraft or by hand.")],
    case: CaseOption = None,
    out: OutOption = None,
    replications: ReplicationsOption = 200,
    half_width: HalfWidthOption = None,
    trace: Annotated[
        int | None,
        typer.Option(
            "--trace",
            metavar="N",
            help="Follow this replication, from 0, event by event: tables and positions go into trace/.",
            min=0,
        ),
    ] = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Judge a plan by simulation in fresh futures; without an allocation the greedy rule places its craft."""
    from fleetcraft.cli.answer import answer
    from fleetcraft.cli.output import print_answer
    from fleetcraft.plan_file import read_plan_file
    from fleetcraft.runs.simulate import simulate_question
    from fleetcraft.study.decide import Options

    options = Options(seed=seed, replications=replications, half_width=half_width)
    question = simulate_question(
        scenario, case, lambda stated: read_plan_file(plan, stated), options, file=plan.name, trace=trace
    )
    stored = answer(question, out, threads=threads_or_all(threads), quiet=quiet, json_=json_)
    print_answer(stored.result, question.scenario, stored.folder, json_=json_, quiet=quiet)
