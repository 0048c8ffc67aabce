"""fleetcraft replan: decide the rest from today."""

from __future__ import annotations

import json
from pathlib import Path
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


def replan(
    scenario: ScenarioArgument,
    actuals: Annotated[
        Path, typer.Option("--actuals", help="What was ordered, delivered, lost and spent so far (YAML).")
    ],
    after: Annotated[
        Path | None,
        typer.Option("--after", metavar="RUN", help="The run of plan or replan whose plan was being carried out."),
    ] = None,
    case: CaseOption = None,
    out: OutOption = None,
    replications: ReplicationsOption = 200,
    half_width: HalfWidthOption = None,
    futures: FuturesOption = None,
    gap: GapOption = 0.01,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", help="Seconds the loop of solving may take.", min=1.0)
    ] = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Take what has happened as it is and decide the rest from today; tell what changed, why, and what to expect."""
    from fleetcraft.cli.answer import answer
    from fleetcraft.cli.output import print_answer
    from fleetcraft.runs.replan import replan_question
    from fleetcraft.study.decide import Options

    options = Options(seed=seed, replications=replications, half_width=half_width, gap=gap, time_limit_s=time_limit)
    question = replan_question(scenario, case, actuals, after, options, futures)
    stored = answer(question, out, threads=threads_or_all(threads), quiet=quiet, json_=json_)
    print_answer(stored.result, question.scenario, stored.folder, json_=json_, quiet=quiet)


def history(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder of replan.")],
    before: Annotated[
        list[Path] | None,
        typer.Option("--before", metavar="RUN", help="A run that the chain says was carried out; may be repeated."),
    ] = None,
    json_: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the chain of actuals and re-plans that a run ends, and verify every link; status 2 where one is broken."""
    from fleetcraft.errors import RunError
    from fleetcraft.study.replan.chain import faults_of_chain, links_of, run_before

    links, faults = links_of(run), faults_of_chain(run)
    for earlier in before or ():
        faults += run_before(earlier, links)
    if json_:
        print(json.dumps({"run": run.as_posix(), "links": links, "faults": faults}))
    else:
        for number, link in enumerate(links, 1):
            after = link["after"]
            carried = "no plan named" if after is None else f"{after['verb']} {after['run']}, plan {after['plan'][:12]}"
            print(f"{number}  {link['today']}  actuals {link['actuals'][:12]}  after {carried}")
    if faults:
        raise RunError("\n".join(f"{run}: {fault}" for fault in faults))
    if not json_:
        print("every link holds")
