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
    from fleetcraft.report.write import write_report
    from fleetcraft.study.store import read_manifest, write_manifest

    manifest = read_manifest(run)
    path = write_report(run, manifest)
    write_manifest(run, manifest)
    print(path)
