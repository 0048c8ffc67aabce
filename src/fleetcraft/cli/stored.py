"""A study of many points as a run folder: its work is kept until the run is whole, and gone on with."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console, RenderableType

from fleetcraft.report.run import Run, read_run
from fleetcraft.report.tokens import plural
from fleetcraft.scenario.copying import copy_scenario
from fleetcraft.study.store import Identity, manifest_of, new_run, write_json, write_manifest
from fleetcraft.study.tasks import done_in

INTERRUPTED = 130

Files = Callable[[Run], Mapping[str, bytes]]


@contextmanager
def kept_when_interrupted(work: Path) -> Iterator[None]:
    """Tells on an interruption what is kept, and exits with status 130."""
    try:
        yield
    except KeyboardInterrupt:
        kept = plural(len(done_in(work)), "finished piece")
        told = f"interrupted; {kept} of the work kept in {work}; the same command goes on from there"
        print(f"fleetcraft: {told}", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def store_points(
    source: str, identity: Identity, result: dict[str, Any], target: Path, work: Path, files: Files, seconds: float
) -> None:
    """Write a whole run: the scenario's copy, every point, result, report and manifest; the work folder goes."""
    result["run"] = target.as_posix()
    with new_run(target) as draft:
        copy_scenario(source, draft / "scenario")
        for key in done_in(work):
            shutil.copytree(work / key, draft / "points" / key, ignore=shutil.ignore_patterns("*.part", "part.npz"))
        write_json(draft / "result.json", result)
        manifest = manifest_of(identity, {"all": seconds})
        for name, content in files(read_run(draft, manifest)).items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        write_manifest(draft, manifest)
    shutil.rmtree(work, ignore_errors=True)


def print_points(result: Mapping[str, Any], summary: RenderableType, target: Path, *, json_: bool, quiet: bool) -> None:
    """Print the result on stdout: JSON alone, or the table and where the report lies."""
    if json_:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        width = None if sys.stdout.isatty() else 100
        Console(width=width, markup=False, highlight=False, emoji=False).print(summary)
    print(f"report: {target / 'report.html'}")
