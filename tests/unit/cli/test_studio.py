from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builders import write_scenario
from calling import call
from fleetcraft.studio.service import Opened


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_scenario(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would have been served."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "fleetcraft.studio.server.serve", lambda folder, **more: calls.append({"folder": folder, **more})
    )
    return calls


def opened(served: list[dict[str, Any]], *arguments: object) -> tuple[Opened | None, Path]:
    called = call("studio", "--no-browser", *arguments)
    assert called.status == 0, called.err
    return served[-1]["opened"], served[-1]["root"]


def test_a_scenario_is_opened_by_name_by_folder_and_by_file(here: Path, served: list[dict[str, Any]]) -> None:
    tiny, root = Opened("scenario", "tiny"), here / "runs"
    assert opened(served) == (None, root)
    assert opened(served, "japan-2026") == (Opened("scenario", "japan-2026"), root)
    for name in ("tiny", "tiny/scenario.yaml", here / "tiny"):
        assert opened(served, name) == (tiny, root)


def test_a_run_is_opened_with_the_folder_that_it_lies_in(here: Path, served: list[dict[str, Any]]) -> None:
    run = here / "elsewhere" / "mine"
    assert call("plan", "tiny", "--replications", 2, "--futures", 1, "--out", run).status == 0
    assert opened(served, "elsewhere/mine") == (Opened("run", "mine"), here / "elsewhere")


def test_a_run_outside_of_the_workspace_is_refused_with_what_to_do(here: Path, served: list[dict[str, Any]]) -> None:
    assert call("plan", "tiny", "--replications", 2, "--futures", 1, "--out", here / "runs" / "mine").status == 0
    (here / "other").mkdir()
    refused = call("studio", here / "runs" / "mine", "--workspace", here / "other")
    assert (refused.status, served) == (2, [])
    assert f"--workspace {here}\n" in refused.err
    assert opened(served, here / "runs" / "mine", "--workspace", here)[0] == Opened("run", "mine")


def test_the_workspace_can_be_another_folder(served: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    other = tmp_path_factory.mktemp("other")
    write_scenario(other / "huge")
    assert opened(served, "huge", "--workspace", other) == (Opened("scenario", "huge"), other / "runs")
    assert served[-1]["folder"] == other


@pytest.mark.parametrize("target", ["nowhere", "..", "inner/deep"])
def test_what_is_not_in_the_workspace_is_refused_with_what_to_do(
    here: Path, served: list[dict[str, Any]], target: str
) -> None:
    write_scenario(here / "inner" / "deep")
    refused = call("studio", target)
    assert (refused.status, refused.out, served) == (2, "", [])
    assert len(refused.err.splitlines()) == 1
    assert "expected" in refused.err


def test_only_a_port_that_was_asked_for_is_insisted_on(served: list[dict[str, Any]]) -> None:
    call("studio", "--no-browser")
    call("studio", "--no-browser", "--port", 9000)
    assert [(one["port"], one["may_move"]) for one in served] == [(8765, True), (9000, False)]


def test_a_browser_is_opened_where_there_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("fleetcraft.studio.server.serve", lambda *_, tell, **__: tell("http://127.0.0.1:8765/"))
    monkeypatch.setattr("webbrowser.open", seen.append)
    monkeypatch.setenv("DISPLAY", ":0")
    assert call("studio").out == "fleetcraft studio: http://127.0.0.1:8765/\n"
    call("studio", "--no-browser")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    call("studio")
    assert seen == ["http://127.0.0.1:8765/"]
