"""fleetcraft examples and init: what is shipped, and a copy of it to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fleetcraft.cli.options import DebugOption, JsonOption


def examples(json_: JsonOption = False) -> None:
    """List the shipped examples."""
    import json

    from fleetcraft.scenario.examples import example_names
    from fleetcraft.scenario.read import read_scenario

    found = {name: read_scenario(name) for name in example_names()}
    if json_:
        entries = [{"name": name, "title": s.name, "note": s.note} for name, s in found.items()]
        print(json.dumps({"examples": entries}, ensure_ascii=False))
        return
    width = max(map(len, found))
    for name, scenario in found.items():
        size = f"{len(scenario.platforms)} platforms, {len(scenario.areas)} areas"
        print(f"{name:<{width}}  {scenario.name}: {size}, {len(scenario.requirements)} requirements")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    example: Annotated[str, typer.Option("--from", help="The example to copy.")] = "japan-2026",
    debug: DebugOption = False,
) -> None:
    """Copy a shipped example to start from."""
    from fleetcraft.scenario.examples import copy_example

    copy_example(example, folder)
    print(f"{folder}: a copy of {example}; change it, then run: fleetcraft check {folder}")
