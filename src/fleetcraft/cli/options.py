"""Flags that several verbs share."""

from __future__ import annotations

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
    int, typer.Option("--replications", help="Simulated years, each in a fresh future.", min=2, max=1_000_000)
]


def threads_or_all(threads: int | None) -> int:
    """The stated number of threads, else every core this process may use."""
    return threads or len(os.sched_getaffinity(0))
