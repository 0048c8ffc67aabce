"""From a run folder to its report: HTML, tables, GeoJSON, figures, and the trace of one replication."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fleetcraft.optimise.workers import meanwhile
from fleetcraft.report.compare import compare_files
from fleetcraft.report.drawings import draw_figures
from fleetcraft.report.frontier import frontier_files
from fleetcraft.report.geojson import areas_geojson, routes_geojson
from fleetcraft.report.html import render
from fleetcraft.report.png import to_pngs
from fleetcraft.report.run import Run, read_run
from fleetcraft.report.study import study_files
from fleetcraft.report.tables import all_tables, csv_bytes, parquet_bytes
from fleetcraft.report.trace import trace_files
from fleetcraft.simulate.trace import Trace


def write_report(
    run_folder: str | Path,
    manifest: Mapping[str, Any] | None = None,
    trace: Trace | None = None,
    *,
    processes: int = 1,
) -> Path:
    """Write every file of a run's report into its folder; returns the path of report.html, which is written last.

    ``manifest`` stands in for manifest.json in a run that is still being written, which gets its own file last; such a
    run's ``trace`` is written too, and kept when the report is made again. With more than one of ``processes`` another
    one draws the PNGs of a plan's figures meanwhile.
    Raises RunError where manifest.json or result.json is missing, ScenarioError where the scenario cannot be read.
    """
    run_folder = Path(run_folder)
    run = read_run(run_folder, manifest)
    for name, content in _files(run, run_folder, trace, processes).items():
        _replace(run_folder / name, content)
    return run_folder / "report.html"


def _files(run: Run, folder: Path, trace: Trace | None, processes: int) -> Mapping[str, bytes]:
    """What runs of its verb hold."""
    verb = run.manifest["verb"]
    if verb == "study":
        return study_files(run, folder)
    return _FILES[verb](run) if verb in _FILES else report_files(run, trace, processes=processes)


def report_files(run: Run, trace: Trace | None = None, *, processes: int = 1) -> Mapping[str, bytes]:
    """Contents by path relative to the run folder: the same run, the same bytes."""
    figures = draw_figures(run.result, run.scenario)
    content: dict[str, bytes] = {}
    with meanwhile(processes, to_pngs, list(figures.values())) as pngs:
        if trace is not None:
            content |= trace_files(trace, run)
        for name, table in all_tables(run.result, run.scenario).items():
            content[f"tables/{name}.csv"] = csv_bytes(table)
            content[f"tables/{name}.parquet"] = parquet_bytes(table)
        content |= {f"figures/{name}.svg": svg.encode() for name, svg in figures.items()}
        content["areas.geojson"] = _json(areas_geojson(run.result, run.scenario))
        content["routes.geojson"] = _json(routes_geojson(run.result))
        page = render(run, figures).encode()
        content |= {f"figures/{name}.png": png for name, png in zip(figures, pngs(), strict=True)}
    return {**content, "report.html": page}


_FILES: Mapping[str, Callable[[Run], Mapping[str, bytes]]] = {"frontier": frontier_files, "compare": compare_files}
"""What runs of other verbs hold in place of a plan's report."""


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file and rename: a killed report leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
