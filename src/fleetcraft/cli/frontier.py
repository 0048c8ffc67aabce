"""fleetcraft frontier: what each budget buys."""

from __future__ import annotations

import math
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

MOST_POINTS = 100


def frontier(
    scenario: ScenarioArgument,
    case: CaseOption = None,
    out: OutOption = None,
    budgets: Annotated[
        str,
        typer.Option(
            "--budgets",
            help="How many budgets, from 10% to 200% of the stated one; or their amounts, such as 50e9,100e9.",
        ),
    ] = "12",
    risk_weights: Annotated[
        str | None,
        typer.Option("--risk-weights", help="Weights of the worst futures, such as 0,0.5 (default: the scenario's)."),
    ] = None,
    replications: ReplicationsOption = 200,
    futures: FuturesOption = None,
    gap: GapOption = 0.01,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", help="Seconds the loop of each point may take.", min=1.0)
    ] = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Decide and judge a plan for each of many acquisition budgets; an interrupted run goes on where it stopped."""
    from fleetcraft.cli.answer import answer
    from fleetcraft.cli.output import print_run
    from fleetcraft.report.frontier import frontier_summary
    from fleetcraft.runs.frontier import frontier_question
    from fleetcraft.study.decide import Options

    amounts, count = _budgets(budgets)
    weights = (None,) if risk_weights is None else _numbers(risk_weights, "--risk-weights", least=0.0)
    options = Options(seed=seed, replications=replications, gap=gap, time_limit_s=time_limit)
    question = frontier_question(scenario, case, amounts or count, weights, options, futures)
    stored = answer(question, out, threads=threads_or_all(threads), quiet=quiet, json_=json_)
    print_run(
        stored.result,
        lambda: frontier_summary(stored.result, question.scenario),
        stored.folder,
        json_=json_,
        quiet=quiet,
    )


def _budgets(text: str) -> tuple[tuple[float, ...], int]:
    """Amounts, or how many; a whole number without a comma that is at most 100 is a count."""
    if text.strip().isdecimal() and 1 <= int(text) <= MOST_POINTS:
        return (), int(text)
    return _numbers(text, "--budgets", least=math.ulp(0.0)), 0


def _numbers(text: str, option: str, *, least: float) -> tuple[float, ...]:
    """The different numbers of a list, ascending."""
    try:
        found = sorted({float(part) for part in text.split(",")})
    except ValueError:
        found = [math.nan]
    if not all(least <= number < math.inf for number in found) or len(found) > MOST_POINTS:
        expected = f"a list of at most {MOST_POINTS} numbers {'above 0' if least else 'of 0 or more'}, such as 0.5,2"
        raise typer.BadParameter(f"found {text}, expected {expected}", param_hint=option)
    return tuple(found)
