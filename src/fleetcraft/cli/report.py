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
    from fleetcraft.cli.runs import teller
    from fleetcraft.report.write import write_report
    from fleetcraft.study.store.alone import alone_with
    from fleetcraft.study.store.folder import changed_run, read_manifest

    read_manifest(run)
    with alone_with(run.resolve(), teller(quiet=False)), changed_run(run.resolve()) as (draft, manifest):
        write_report(draft, manifest)
    print(run / "report.html")
