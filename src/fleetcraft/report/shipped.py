"""Frontiers that come with the examples: each a stored run's manifest, result and points, packed into one file."""

from __future__ import annotations

import json
import zipfile
from importlib.resources.abc import Traversable
from pathlib import Path

from fleetcraft.errors import RunError
from fleetcraft.scenario.examples import FRONTIER, SHIPPED_NAME, example_folder, example_names
from fleetcraft.study.points import PLAN
from fleetcraft.study.store.folder import MANIFEST, read_manifest, read_object
from fleetcraft.study.tasks import ANSWER

POINTS, RESULT = "points", "result.json"
_MOMENT = (2026, 1, 1, 0, 0, 0)
"""The time that packed files bear, so that the same run packs into the same bytes."""


def shipped_frontier(name: str) -> Traversable | None:
    """The frontier of an example, read like a run's folder; None where there is no such example, or it has none."""
    path = example_folder(name) / FRONTIER if name in example_names() else None
    return zipfile.Path(path) if path is not None and path.is_file() else None


def shipped_plan(name: str, key: str) -> str:
    """The text of plan.json of a point of an example's frontier. Raises RunError where there is none."""
    run = shipped_frontier(name)
    plan = None if run is None or not is_key(key) else run / POINTS / key / PLAN
    if plan is None or not plan.is_file():
        raise RunError(f"{SHIPPED_NAME}{name}: there is no point {key} with a plan")
    return plan.read_text(encoding="utf-8")


def is_key(key: str) -> bool:
    """Whether a key names one folder: letters, digits and hyphens."""
    return key.replace("-", "").isalnum()


def pack_frontier(run: Path, target: Path) -> None:
    """Pack what is asked of a stored frontier run: its manifest and result without paths, every point with its plan.

    Raises RunError unless the run is a whole one of the verb frontier.
    """
    manifest = read_manifest(run)
    if manifest["verb"] != "frontier":
        raise RunError(f"{run}: found a run of {manifest['verb']}, expected one of frontier")
    result = {key: value for key, value in read_object(run / RESULT).items() if key != "run"}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        _write(packed, MANIFEST, manifest)
        _write(packed, RESULT, result)
        for path in sorted((run / POINTS).glob("*/*.json")):
            if path.name in (ANSWER, PLAN):
                _write(packed, path.relative_to(run).as_posix(), read_object(path))


def _write(packed: zipfile.ZipFile, name: str, value: object) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(entry, json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
