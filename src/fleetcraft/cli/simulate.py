"""fleetcraft simulate: judge any plan."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

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
from fleetcraft.cli.progress import shown_progress


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
    from fleetcraft.cli.output import print_answer
    from fleetcraft.cli.runs import found_or_made
    from fleetcraft.plan_file import plan_to_json, read_plan_file
    from fleetcraft.report.store_run import inputs_of, store_answer
    from fleetcraft.scenario.read import read_scenario
    from fleetcraft.study.decide import Options, simulate_scenario
    from fleetcraft.study.identity import identity_of

    stated, inputs = read_scenario(scenario, case), inputs_of(scenario)
    judged = read_plan_file(plan, stated)
    options = Options(seed=seed, replications=replications, half_width=half_width)
    content = sha256(plan_to_json(judged).encode()).hexdigest()
    work = {"replications": replications, "half_width": half_width, "trace": trace, "plan": content}
    identity = identity_of(stated, "simulate", work, seed)

    def judge(target: Path) -> dict[str, Any]:
        with shown_progress(quiet or json_) as progress:
            answer = simulate_scenario(
                stated, judged, options, threads=threads_or_all(threads), progress=progress, file=plan.name, trace=trace
            )
            progress("writing the report", 0, 1)
            return store_answer(inputs, identity, answer, target)

    result, folder = found_or_made(identity, out, judge, quiet=quiet, json_=json_)
    print_answer(result, stated, folder, json_=json_, quiet=quiet)
