"""Printing an answer: one JSON object, or the tables a person reads."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fleetcraft.report.terminal import plan_summary
from fleetcraft.scenario.scenario import Scenario


def print_answer(result: dict[str, Any], scenario: Scenario, folder: Path, *, json_: bool, quiet: bool) -> None:
    """Print the result on stdout: JSON alone, or tables and where the report lies."""
    if json_:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from rich.console import Console

        width = None if sys.stdout.isatty() else 100
        console = Console(width=width, markup=False, highlight=False, emoji=False)
        console.print(plan_summary(result, scenario))
    print(f"report: {folder / 'report.html'}")
    if "trace" in result:
        print(f"trace: {folder / 'trace'}")
