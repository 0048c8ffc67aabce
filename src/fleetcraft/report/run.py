"""A stored run, read back for reporting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleetcraft.errors import RunError
from fleetcraft.report.tables import Result
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario

EXPLANATION = "explain/explain.json"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run folder holds: the manifest, the result, the scenario it answers, and why, where it was explained."""

    manifest: Mapping[str, Any]
    result: Result
    scenario: Scenario
    explained: Result | None = None


def read_run(folder: Path, manifest: Mapping[str, Any] | None = None) -> Run:
    """Read manifest.json (unless ``manifest`` stands in for it), result.json and the scenario's copy.

    Raises RunError where the folder is not a whole run, ScenarioError where its scenario cannot be read.
    """
    manifest = _json(folder, "manifest.json") if manifest is None else manifest
    result = _json(folder, "result.json")
    case = result.get("scenario", {}).get("case")
    return Run(manifest, result, read_scenario(folder / "scenario", case), _explained(folder, manifest))


def _explained(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The explanation of this very run, where there is one."""
    if not (folder / EXPLANATION).is_file():
        return None
    found = _json(folder, EXPLANATION)
    return found if found.get("run") == manifest.get("identity") else None


def _json(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder}: found no {name}, expected a whole run folder") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: found {error}, expected JSON") from error
    if not isinstance(value, dict):
        raise RunError(f"{path}: found {type(value).__name__}, expected a JSON object")
    return value
