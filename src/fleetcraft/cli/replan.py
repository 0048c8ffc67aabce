"""fleetcraft replan: decide the rest from today."""

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
    from fleetcraft.cli.infeasible import infeasible_entry, telling_where
    from fleetcraft.cli.output import print_answer
    from fleetcraft.cli.runs import found_or_made
    from fleetcraft.report.store_run import inputs_of, store_answer
    from fleetcraft.scenario.actuals_file import read_actuals, scenario_warning
    from fleetcraft.scenario.read import read_scenario
    from fleetcraft.study.decide import Options
    from fleetcraft.study.identity import identity_of, plan_options
    from fleetcraft.study.replan.chain import Chain, chain_of, last_actuals, made_for_another, require_link
    from fleetcraft.study.replan.replan import before_of, replan_scenario
    from fleetcraft.study.result import head
    from fleetcraft.study.store.folder import checksum

    stated, inputs = read_scenario(scenario, case), inputs_of(scenario)
    file = read_actuals(actuals, stated)
    chain, before, doubts = Chain(), None, scenario_warning(file, str(actuals), stated)
    if after is not None:
        chain = chain_of(after)
        earlier = last_actuals(chain, after, stated)
        require_link(str(actuals), file, chain, earlier, after)
        before = before_of(stated, after, earlier)
        doubts += made_for_another(after, stated)
    chain = chain.and_then(file, after)
    options = Options(
        seed=seed,
        replications=replications,
        half_width=half_width,
        futures=futures or stated.uncertainty.futures,
        gap=gap,
        time_limit_s=time_limit,
    )
    carried_out = None if after is None else checksum(after / "plan.json")
    planned_for = None if before is None else (before.scenario or stated).hash
    work = plan_options(options) | {
        "actuals": file.sha256,
        "carried_out": carried_out,
        "planned_for": planned_for,
    }
    identity = identity_of(stated, "replan", work, seed)

    def decide(target: Path) -> dict[str, Any]:
        with shown_progress(quiet or json_) as progress:
            try:
                with telling_where(scenario, case):
                    answer = replan_scenario(
                        stated, file.actuals, before, options, threads=threads_or_all(threads), progress=progress
                    )
            except InfeasibleError as error:
                if json_:
                    print(json.dumps({**head(stated, seed, {}), **infeasible_entry(error)}))
                raise
            progress("writing the report", 0, 1)
            told = {"note": file.note, "actuals": file.sha256, "follows": file.follows, "chain": list(chain.links)}
            answer.result["replan"] |= told
            answer.result["warnings"] += doubts
            return store_answer(inputs, identity, answer, target, chain)

    result, folder = found_or_made(identity, out, decide, quiet=quiet, json_=json_)
    print_answer(result, stated, folder, json_=json_, quiet=quiet)


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
