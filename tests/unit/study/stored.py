"""Tiny run folders, stored as the verbs store them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fleetcraft.study.store.folder import Identity, manifest_of, new_run, write_json, write_manifest

ATTAINMENT = {"simulated": 0.75, "low": 0.7, "high": 0.8}
RESULT: Mapping[str, Any] = {
    "scenario": {"name": "Tiny", "hash": "ab" * 32, "case": "wet"},
    "status": "optimal",
    "attainment": ATTAINMENT,
    "cost": {"currency": "USD", "acquisition": 12.5e6},
    "orders": [
        {"platform": "drone", "period": "2026Q1", "quantity": 3},
        {"platform": "drone", "period": "2026Q2", "quantity": 2},
        {"platform": "boat", "period": "2026Q1", "quantity": 4},
    ],
}


def store_run(folder: Path, *, verb: str = "plan", seed: int = 1, gap: float = 0.01, **changed: Any) -> Path:
    """A whole run folder whose result is RESULT with ``changed`` keys (None: absent); returns the folder."""
    identity = Identity("Tiny", "ab" * 32, verb, seed, {"replications": 200, "gap": gap})
    result = {key: value for key, value in {**RESULT, **changed}.items() if value is not None}
    with new_run(folder) as draft:
        (draft / "tables").mkdir()
        (draft / "tables" / "orders.csv").write_text("platform,craft\ndrone,5\n")
        write_json(draft / "result.json", result)
        write_manifest(draft, manifest_of(identity, {}))
    return folder
