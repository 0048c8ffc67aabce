"""The frontier of the main job: 12 budgets of japan-2026, each decided, simulated and judged."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.command import measure
from bench.row import Row

EXAMPLE = "japan-2026"
GOAL_S = 360.0
BUDGETS = 12


def run() -> list[Row]:
    """Seconds of ``fleetcraft frontier`` on all cores, its kernels compiled before; the goal is for two."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        cache = folder / "cache"
        measure(folder, "plan", "galapagos", "--replications", "2", "--json", cache=cache)
        found = measure(folder, "frontier", EXAMPLE, "--budgets", str(BUDGETS), "--json", "--out", "run", cache=cache)
    result = json.loads(found.stdout)
    points = result["points"]
    detail = {
        "cores": os.cpu_count(),
        "budgets": len(points),
        "worst_gap": max(row["gap"] for row in points if "gap" in row),
        "kept": sum(row["kept_from"] is not None for row in points),
        "attainment": [round(row["attainment"]["simulated"], 4) for row in points if "attainment" in row],
        "memory_gib": found.memory_gib,
    }
    return [Row("frontier", f"{BUDGETS} budgets", "goal", GOAL_S / found.seconds, found.seconds, "s", detail)]
