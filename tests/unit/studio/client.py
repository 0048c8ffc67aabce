"""A studio over a folder of a test, asked within the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from starlette.testclient import TestClient

from fleetcraft.studio.app import create_app
from fleetcraft.studio.security import Access

ADDRESS = "http://127.0.0.1:8765"
PATIENCE_S = 120.0


def client_of(workspace: Path, access: Access | None = None, **options: Any) -> TestClient:
    """A studio whose jobs stay queued: nothing is at work behind it."""
    return TestClient(create_app(workspace, access=access), base_url=ADDRESS, follow_redirects=False, **options)


@contextmanager
def at_work(workspace: Path) -> Iterator[TestClient]:
    """A studio that answers its jobs."""
    with client_of(workspace) as client:
        yield client


def ended(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """A job once it has come to its end."""
    return until(client, job, lambda now: now["state"] not in ("queued", "running"))


def until(client: TestClient, job: dict[str, Any], holds: Any) -> dict[str, Any]:
    """A job once something holds of it."""
    deadline = monotonic() + PATIENCE_S
    now: dict[str, Any] = job
    while not holds(now):
        assert monotonic() < deadline, now
        sleep(0.02)
        now = client.get(f"/api/jobs/{job['id']}").json()
    return now
