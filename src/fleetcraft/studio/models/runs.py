"""Stored runs, as ``fleetcraft runs --json`` tells them, and what lies in their folders."""

from __future__ import annotations

from typing import Any

from fleetcraft.studio.models.base import Shape


class RunEntry(Shape):
    """A stored run in one row; ``scenario_id``: the scenario that has these values now (null: none)."""

    folder: str
    identity: str
    verb: str
    scenario: str
    case: str | None
    scenario_hash: str
    seed: int | None
    version: str
    made: str
    attainment: float | None
    low: float | None
    high: float | None
    acquisition: float | None
    currency: str | None
    status: str | None
    study: str | None
    points: int | None
    bytes: int
    scenario_id: str | None
    traced: bool
    explained: bool


class RunList(Shape):
    """The folder of runs and the runs in it, oldest first."""

    root: str
    runs: list[RunEntry]


class Run(Shape):
    """One run: its row, its manifest without the checksums, its result.json."""

    name: str
    entry: RunEntry
    manifest: dict[str, Any]
    result: dict[str, Any]


class Verified(Shape):
    """What is wrong with a run's files; nothing where it is whole."""

    faults: list[str]


class RunFile(Shape):
    """A file of a run by its path in the run's folder."""

    path: str
    bytes: int


class RunFiles(Shape):
    """The files of a run in order of their names."""

    files: list[RunFile]


class Beside(Shape):
    """Two runs beside each other, as ``fleetcraft runs compare --json`` tells it."""

    runs: list[dict[str, Any]]
    options: list[dict[str, Any]] | None
    orders: list[dict[str, Any]] | None
    outputs: list[dict[str, Any]]
