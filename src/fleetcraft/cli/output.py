"""Printing an answer: one JSON object, or the tables a person reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleetcraft.report.terminal import plan_summary
from fleetcraft.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import RenderableType


def print_answer(result: dict[str, Any], scenario: Scenario, folder: Path, *, json_: bool, quiet: bool) -> None:
    """Print the result of one plan on stdout, as ``print_run`` does."""
    print_run(result, lambda: plan_summary(result, scenario), folder, json_=json_, quiet=quiet)


def print_run(
    result: dict[str, Any], summary: Callable[[], RenderableType], folder: Path, *, json_: bool, quiet: bool
) -> None:
    """Print a run's result on stdout: JSON alone, or its summary and where the report lies."""
    if json_:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from rich.console import Console

        width = None if sys.stdout.isatty() else 100
        Console(width=width, markup=False, highlight=False, emoji=False).print(summary())
    print(f"report: {folder / 'report.html'}")
    if "trace" in result:
        print(f"trace: {folder / 'trace'}")
