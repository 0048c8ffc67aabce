"""The largest scenario that the product must still plan for: 60 platforms, 30 areas, 16 quarters, 100 futures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from bench.large.scenario import AREAS, BASES, PLATFORMS
from bench.row import Row

GOAL_S = 600.0
MEMORY_GOAL_GIB = 4.0
FUTURES = 100


def run() -> list[Row]:
    """Seconds and memory of one solve, from the scenario to the plan, in a process of its own and on one core."""
    found = in_own_process(PLATFORMS, BASES, AREAS, FUTURES)
    seconds, memory_gib = found.pop("seconds"), found.pop("memory_gib")
    detail = {"cores": os.cpu_count(), "futures": FUTURES, **found}
    return [
        Row("large", "plan", "goal", GOAL_S / seconds, seconds, "s", detail),
        Row("large", "memory", "goal", MEMORY_GOAL_GIB / memory_gib, memory_gib, "GiB", {"cores": os.cpu_count()}),
    ]


def in_own_process(*sizes: int) -> dict[str, Any]:
    """What ``bench.large.plan`` prints for so many platforms, bases, areas and futures."""
    command = [sys.executable, "-m", "bench.large.plan", *map(str, sizes)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return found
