"""A browser for each file, and a workspace with a small plan of galapagos in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from calling import call
from studio.serving import CHROMIUM, FLAGS, Server, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose only run is a plan of galapagos, solved in a few futures."""
    workspace = tmp_path_factory.mktemp("planned")
    out = workspace / "runs" / "galapagos-plan"
    called = call("plan", "galapagos", "--futures", 3, "--replications", 20, "--out", out, "--quiet")
    assert called.status == 0, called.err
    return workspace


@pytest.fixture(scope="session")
def galapagos(planned: Path) -> Iterator[Server]:
    """A studio that shows the plan; tests that change nothing share it."""
    with served(planned, "runs/galapagos-plan") as server:
        yield server
