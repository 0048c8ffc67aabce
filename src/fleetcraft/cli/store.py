"""fleetcraft runs: list, compare, verify and remove stored runs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fleetcraft.cli.options import DebugOption, JsonOption
from fleetcraft.errors import RunError

if TYPE_CHECKING:
    from rich.console import RenderableType

ROOT = Path("runs")

RootOption = Annotated[Path, typer.Option("--root", metavar="DIR", help="The folder that holds the runs.")]
RunArgument = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run folder, or the name of one in the folder of runs.")
]
RunsArgument = Annotated[
    list[Path], typer.Argument(metavar="RUN...", help="Run folders, or names of some in the folder of runs.")
]

runs = typer.Typer(
    name="runs",
    help="List, compare, verify and remove stored runs; without a word more, list them.",
    add_completion=False,
    rich_markup_mode=None,
)


@runs.callback(invoke_without_command=True)
def _runs(
    context: typer.Context, root: RootOption = ROOT, json_: JsonOption = False, debug: DebugOption = False
) -> None:
    if context.invoked_subcommand is None:
        _list(root, json_)
    elif root != ROOT or json_:
        raise typer.BadParameter(f"give --root and --json after {context.invoked_subcommand}")


@runs.command("list")
def list_runs(root: RootOption = ROOT, json_: JsonOption = False, debug: DebugOption = False) -> None:
    """List the runs: scenario, seed, when they were made, what they attain and cost."""
    _list(root, json_)


def _list(root: Path, json_: bool) -> None:
    from fleetcraft.runs.shelf import runs_in

    found = runs_in(root)
    if json_:
        _print_json({"root": root.as_posix(), "runs": [asdict(entry) for entry in found]})
    elif found:
        from fleetcraft.report.stored import runs_table

        _print(runs_table(found))
    else:
        print(f"{root}: no runs")


@runs.command()
def compare(
    first: RunArgument,
    second: RunArgument,
    root: RootOption = ROOT,
    json_: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Set two runs beside each other: what they attain and cost, how their options and orders differ."""
    from fleetcraft.study.store.beside import beside

    found = beside(_named(first, root), _named(second, root))
    if json_:
        _print_json(found)
        return
    from fleetcraft.report.stored import beside_summary

    _print(beside_summary(found))


@runs.command()
def verify(
    run: RunsArgument = [],  # noqa: B006 - typer's way to say none
    root: RootOption = ROOT,
    json_: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Check every file of the named runs, or of all, against its checksum; status 2 where any has a fault."""
    from fleetcraft.runs.shelf import run_folders_in
    from fleetcraft.study.store.mending import faults_at_rest

    there = run_folders_in(root)
    folders = [_named(path, root) for path in run] or there
    faults = {folder: faults_at_rest(folder) for folder in folders}
    if json_:
        rows = [
            {"folder": f.as_posix(), "faults": found or [], "at_work": found is None} for f, found in faults.items()
        ]
        _print_json({"runs": rows})
    else:
        told = {folder: "at work" if found is None else "whole" for folder, found in faults.items() if not found}
        for line in [f"{folder}: {how}" for folder, how in told.items()] or _none(root, folders):
            print(line)
    if any(faults.values()):
        raise RunError("\n".join(f"{folder}: {fault}" for folder, found in faults.items() for fault in found or ()))


def _none(root: Path, folders: list[Path]) -> list[str]:
    return [] if folders else [f"{root}: no runs"]


@runs.command()
def remove(
    run: RunsArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    root: RootOption = ROOT,
    debug: DebugOption = False,
) -> None:
    """Remove stored runs, with everything that lies in their folders."""
    from fleetcraft.runs.shelf import remove_runs, require_run

    folders = list(dict.fromkeys(_named(path, root) for path in run))
    for folder in folders:
        require_run(folder)
    if not yes and not _agreed(folders):
        print("nothing was removed")
        return
    remove_runs(folders, lambda folder: print(f"{folder}: removed"))


def _agreed(folders: list[Path]) -> bool:
    """Ask on a terminal; raises RunError where there is none."""
    if not sys.stdin.isatty():
        raise RunError("runs remove: found no terminal to ask on, expected --yes; nothing was removed")
    named = ", ".join(map(str, folders))
    return typer.confirm(f"Remove {named}?", err=True)


def _named(path: Path, root: Path) -> Path:
    """The folder that the user named: by its path, or by its name in the root."""
    from fleetcraft.study.store.folder import MANIFEST

    inside = root / path
    return inside if not (path / MANIFEST).is_file() and (inside / MANIFEST).is_file() else path


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _print(table: RenderableType) -> None:
    from rich.console import Console

    width = None if sys.stdout.isatty() else 110
    Console(width=width, markup=False, highlight=False, emoji=False).print(table)
