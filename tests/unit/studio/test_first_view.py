"""What is asked ahead of the page is what it will ask, and is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import write_scenario
from calling import call
from fleetcraft.studio.app import create_app
from fleetcraft.studio.first_view import ask_ahead
from fleetcraft.studio.security import Access
from fleetcraft.studio.service import Opened


def statuses(workspace: Path, opened: Opened | None = None, access: Access | None = None) -> dict[str, int]:
    app = create_app(workspace, opened=opened, access=access)
    return ask_ahead(app, access or Access(), app.state.studio)


@pytest.mark.parametrize("access", [Access(), Access("0.0.0.0", 9000, "secret"), Access("192.0.2.7", 9000, "secret")])
def test_what_the_opened_scenario_shows_first_is_answered(tmp_path: Path, access: Access) -> None:
    write_scenario(tmp_path / "tiny")
    found = statuses(tmp_path, Opened("scenario", "tiny"), access)
    assert {"/scenarios/tiny/frontier", "/scenarios/tiny/map", "/scenarios/tiny/draft", "/runs"} <= found.keys()
    assert {*found.values()} == {200}


def test_an_opened_run_is_asked_for(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny")
    out = tmp_path / "runs" / "mine"
    called = call("plan", tmp_path / "tiny", "--out", out, "--replications", 2, "--futures", 2, "--threads", 1)
    assert called.status == 0, called.err
    found = statuses(tmp_path, Opened("run", "mine"))
    assert {"/runs/mine", "/runs/mine/map", "/runs/mine/plan"} <= found.keys()
    assert {*found.values()} == {200}


def test_a_run_that_is_not_there_any_more_is_not_asked_for(tmp_path: Path) -> None:
    assert not [path for path in statuses(tmp_path, Opened("run", "gone")) if "gone" in path]
