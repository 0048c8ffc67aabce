"""fleetcraft report: write a run's report again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fleetcraft.cli.options import DebugOption


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    debug: DebugOption = False,
) -> None:
    """Write a run's HTML report, tables, GeoJSON and figures again."""
    from fleetcraft.cli.answer import teller
    from fleetcraft.runs.shelf import write_report_again

    write_report_again(run, teller(quiet=False))
    print(run / "report.html")
