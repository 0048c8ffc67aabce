"""Two tabs, a reload, a killed server: nothing that was typed, started or stored is lost."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from studio.serving import Server, served, visit


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, "galapagos") as server:
        yield server


def asked(server: Server, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.address}/api/{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def until(true: Any, seconds: float = 120.0) -> Any:
    end = monotonic() + seconds
    while not (found := true()):
        assert monotonic() < end, "waited too long"
        sleep(0.1)
    return found


def job(server: Server, identity: str) -> Any:
    return asked(server, f"jobs/{identity}")


def test_a_killed_server_keeps_what_was_asked_and_the_page_goes_on(browser: Browser, empty: Server) -> None:
    visitor = visit(browser, empty)
    page = visitor.page
    options = {"futures": 3, "replications": 30, "budgets": [60e6, 100e6, 140e6, 168e6]}
    started = asked(empty, "jobs", {"verb": "frontier", "scenario": "galapagos", "options": options})
    until(lambda: (job(empty, started["id"])["progress"] or {}).get("done", 0) >= 1)
    empty.kill()
    page.get_by_role("alert").filter(has_text="does not answer").wait_for()
    empty.start()
    assert job(empty, started["id"])["state"] == "interrupted"
    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_have_count(0)
    page.get_by_role("button", name="Resume").first.click()
    done = until(lambda: (found := job(empty, started["id"]))["state"] == "done" and found)
    assert asked(empty, f"runs/{done['run']}")["result"]["points"][0]["budget"] == 60e6
    page.context.close()


def test_what_was_typed_survives_a_reload_and_a_killed_server(browser: Browser, empty: Server) -> None:
    asked(empty, "scenarios", {"from": "galapagos", "name": "mine"})
    page = visit(browser, empty, path="/#/scenario?scenario=mine").page
    name = page.get_by_role("textbox", name="Name", exact=False).first
    name.fill("Islands of mine")
    name.blur()
    until(lambda: asked(empty, "scenarios/mine/draft")["unsaved"])
    empty.kill()
    empty.start()
    page.reload()
    expect(page.get_by_role("textbox", name="Name", exact=False).first).to_have_value("Islands of mine")
    draft = asked(empty, "scenarios/mine/draft")
    assert draft["unsaved"]
    assert "Islands of mine" not in (empty.workspace / "mine" / "scenario.yaml").read_text()
    page.context.close()


def test_two_tabs_never_overwrite_each_other(browser: Browser, empty: Server) -> None:
    asked(empty, "scenarios", {"from": "galapagos", "name": "shared"})
    first = visit(browser, empty, path="/#/scenario?scenario=shared")
    second = visit(browser, empty, path="/#/scenario?scenario=shared", context=first.page.context)
    notes = [visitor.page.get_by_role("textbox", name="Note").first for visitor in (first, second)]
    old = asked(empty, "scenarios/shared/draft")
    notes[0].fill("said by the first")
    notes[0].blur()
    expect(notes[1]).to_have_value("said by the first")
    notes[1].fill("said by the second")
    notes[1].blur()
    expect(notes[0]).to_have_value("said by the second")
    with pytest.raises(urllib.error.HTTPError, match="409"):
        asked(empty, "scenarios/shared/draft/undo", {"version": old["version"]})
    draft = asked(empty, "scenarios/shared/draft")
    undone = asked(empty, "scenarios/shared/draft/undo", {"version": draft["version"]})
    assert "said by the first" in json.dumps(undone["files"])
    first.page.context.close()
