"""The plans that lie in a run's folder: its own, and those of its points."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.errors import RunError
from fleetcraft.report.shipped import POINTS, is_key
from fleetcraft.study.points import PLAN


def stored_plan(folder: Path, key: str | None) -> str:
    """The text of plan.json of a run, or of the point ``key`` of it. Raises RunError where there is none."""
    if key is not None and not is_key(key):
        raise RunError(f"{folder.name}: there is no point {key}")
    path = folder / PLAN if key is None else folder / POINTS / key / PLAN
    if not path.is_file():
        raise RunError(f"{folder.name}: there is no {'plan' if key is None else f'point {key} with a plan'}")
    return path.read_text(encoding="utf-8")
