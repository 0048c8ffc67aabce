"""Runs that several tests look at: each is made once."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fleetcraft.cli.main import run


@dataclass(frozen=True)
class Called:
    """What one call of the command line printed and returned."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


def call(*arguments: object) -> Called:
    """Call the command line within this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(a) for a in arguments])
    return Called(status, out.getvalue(), err.getvalue())


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
