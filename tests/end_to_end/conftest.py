"""Runs that several tests look at: each is made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from calling import call


@dataclass(frozen=True)
class Planned:
    """A stored run of an example and the JSON it printed."""

    folder: Path
    result: dict[str, Any]


def _planned(example: str, folder: Path) -> Planned:
    called = call("plan", example, "--json", "--out", folder)
    assert called.status == 0, called.err
    return Planned(folder, called.json)


@pytest.fixture(scope="session")
def japan(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """fleetcraft plan japan-2026 --json."""
    return _planned("japan-2026", tmp_path_factory.mktemp("japan") / "run")


@pytest.fixture(scope="session")
def galapagos(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """fleetcraft plan galapagos --json."""
    return _planned("galapagos", tmp_path_factory.mktemp("galapagos") / "run")


@pytest.fixture(params=["japan", "galapagos"])
def planned(request: pytest.FixtureRequest) -> Planned:
    """Each example's run in turn."""
    value: Planned = request.getfixturevalue(request.param)
    return value
