"""The main job: ``fleetcraft plan japan-2026``, cold and warm, and what it takes to answer at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.command import Measured, measure
from bench.row import Row

EXAMPLE = "japan-2026"
COLD_GOAL_S = 120.0
WARM_GOAL_S = 60.0
MEMORY_GOAL_GIB = 2.0
ANSWER_GOAL_S = 1.0
REPEATS = 3


def run() -> list[Row]:
    """Cold is with an empty cache folder, warm with the one that the cold run filled; goals are those on two cores."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        cache = folder / "cache"
        cold = measure(folder, "plan", EXAMPLE, "--json", "--out", "cold", cache=cache)
        warm = measure(folder, "plan", EXAMPLE, "--json", "--out", "warm", cache=cache)
        check = [measure(folder, "check", EXAMPLE, cache=cache) for _ in range(REPEATS)]
        helps = [measure(folder, "--help", cache=cache) for _ in range(REPEATS)]
    most_gib = max(cold.memory_gib, warm.memory_gib)
    return [
        Row("main", "cold", "goal", COLD_GOAL_S / cold.seconds, cold.seconds, "s", _answer(cold)),
        Row("main", "warm", "goal", WARM_GOAL_S / warm.seconds, warm.seconds, "s", _answer(warm)),
        Row("main", "memory", "goal", MEMORY_GOAL_GIB / most_gib, most_gib, "GiB", {"cores": os.cpu_count()}),
        _quick("check", check),
        _quick("help", helps),
    ]


def _answer(measured: Measured) -> dict[str, object]:
    result = json.loads(measured.stdout)
    stated = {key: result[key] for key in ("status", "gap", "stopped_by", "seconds")}
    machine = {"cores": os.cpu_count(), "processor_s": measured.processor_s}
    return {**machine, "attainment": result["attainment"]["simulated"], **stated}


def _quick(variant: str, runs: list[Measured]) -> Row:
    seconds = median(r.seconds for r in runs)
    processor_s = median(r.processor_s for r in runs)
    detail = {"median of": len(runs), "processor_s": processor_s}
    return Row("main", variant, "goal", ANSWER_GOAL_S / seconds, seconds, "s", detail)
