"""Flags that several verbs share."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Annotated

import typer

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A shipped example's name, a folder with scenario.yaml, or the file.")
]
CaseOption = Annotated[str | None, typer.Option("--case", help="A named case of the scenario.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="The run folder, new or empty (default: runs/NAME-HASH8-sSEED).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else there.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of every random number.", min=0)]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", help="Threads of the simulation (default: all cores).", min=1, max=512)
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress and no tables.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
ReplicationsOption = Annotated[
    int,
    typer.Option(
        "--replications",
        help="Simulated years, each in a fresh future; with --half-width the most there may be.",
        min=2,
        max=1_000_000,
    ),
]


FuturesOption = Annotated[
    int | None, typer.Option("--futures", help="Futures to solve on (default: the scenario's).", min=1, max=1000)
]
GapOption = Annotated[float, typer.Option("--gap", help="Relative gap at which a solve may stop.", min=0.0, max=1.0)]


def _above_zero(value: float | None) -> float | None:
    if value is not None and not 0 < value < math.inf:
        raise typer.BadParameter(f"found {value}, expected a number above 0", param_hint="--half-width")
    return value


HalfWidthOption = Annotated[
    float | None,
    typer.Option(
        "--half-width",
        metavar="X",
        help="End the simulated years once no requirement's 95% interval is wider than this to either side "
        "(a revisit's as a share of its threshold); never before 30 years, nor before 3/X years, "
        "after --replications at the latest.",
        callback=_above_zero,
    ),
]


def threads_or_all(threads: int | None) -> int:
    """The stated number of threads, else every core this process may use."""
    return threads or len(os.sched_getaffinity(0))
