"""The API asked what its document allows, and more: no answer is an error of ours, every one is as documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from builders import write_scenario
from calling import call
from fleetcraft.studio.app import create_app
from fleetcraft.studio.errors import BY_OPERATION
from fleetcraft.studio.jobs import desk

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOST = {"Host": "127.0.0.1:8765"}
LONG = "x" * 300
RUNS = ("planned", "damaged", "faulty", LONG)
SCENARIOS = ("tiny", "run:planned", "run:faulty", LONG)
NAMED = {
    "name": RUNS,
    "first": RUNS,
    "second": RUNS[::-1],
    "path": ("result.json", LONG, "report.html"),
    "k": ("0",),
    "id": SCENARIOS,
}
"""Values of path parameters that name something that is there, and some that are too long for a name."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUR_PACE = settings(
    max_examples=6, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@schemathesis.serializer(WORKBOOK)
def as_it_is(_context: Any, value: Any) -> bytes:
    """No workbook, but bytes that somebody sends for one."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


class StillLane:
    """A lane whose jobs stay queued."""

    def __init__(self, *_: object, warm: bool) -> None:
        self.warm = warm

    def open(self) -> None: ...

    def put(self, _id: str) -> None: ...

    def drop(self, _id: str) -> bool:
        return True

    def close(self, _grace_s: float) -> None: ...


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a scenario, a run that was traced and a damaged one, as it is put back before each request."""
    folder = tmp_path_factory.mktemp("kept")
    tiny = write_scenario(folder / "tiny")
    plan, runs = folder / "plan.json", folder / "runs"
    plan.write_text('{"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 3}]}')
    called = call("simulate", tiny, "--plan", plan, "--replications", 2, "--trace", 0, "--out", runs / "planned")
    assert called.status == 0, called.err
    for name in ("damaged", "faulty"):
        copytree(runs / "planned", runs / name)
    (runs / "faulty" / "scenario" / "scenario.yaml").write_text("{")
    for name in ("result.json", "plan.json"):
        (runs / "damaged" / name).write_text("{")
    for table in (runs / "damaged" / "trace").rglob("*.parquet"):
        table.write_bytes(b"PAR1")
    return folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture(scope="module")
def app(workspace: Path) -> Iterator[Any]:
    """A studio as it is while it is served, but that its jobs stay queued."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(desk, "Lane", StillLane)
        yield create_app(workspace)


@pytest.fixture(scope="module")
def api(app: Any) -> Any:
    """The document's operations but the stream of events, which has no end."""
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=HOST).exclude(path="/api/events")


def ask(operation: Any, prepare: Callable[[Case, int], None]) -> None:
    """Ask an operation some generated requests, each prepared by its number."""
    turns = count()

    @OUR_PACE
    @given(case=operation.as_strategy())
    def ask_once(case: Case) -> None:
        prepare(case, next(turns))
        case.call_and_validate(headers=HOST, checks=CHECKS)

    ask_once()


def ask_all(api: Any, prepare: Callable[[Case, int], None]) -> int:
    """Ask every operation; how many there are."""
    operations = [found.ok() for found in api.get_all_operations()]
    for operation in operations:
        ask(operation, prepare)
    return len(operations)


def test_refusals_are_stated_of_operations_that_there_are(app: Any) -> None:
    operations = [operation for path in app.openapi()["paths"].values() for operation in path.values()]
    stated = {operation["operationId"]: set(operation["responses"]) for operation in operations}
    assert BY_OPERATION.keys() <= stated.keys()
    assert {"400", "401", "403"} <= set.intersection(*stated.values())
    assert "404" not in stated["list_runs"]
    assert {"404", "423"} <= stated["remove_run"]


def test_anything_may_be_asked(api: Any) -> None:
    assert ask_all(api, lambda *_: None) > 25


def test_anything_may_be_asked_of_what_is_there(api: Any, app: Any, kept: Path, workspace: Path) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8765")

    def job(state: str) -> str:
        """The id of a job in that state, handed in anew where requests have changed it."""
        listed = client.get("/api/jobs").json()
        found = next((job["id"] for job in listed if job["state"] == state), None)
        if found is None:
            found = client.post("/api/jobs", json={"verb": "plan", "scenario": "tiny"}).json()["id"]
            if state == "cancelled":
                client.post(f"/api/jobs/{found}/cancel")
        return str(found)

    def ask_in_earnest(body: dict[str, Any], named: dict[str, str]) -> None:
        """Have a body name the scenario, one of its files and the draft's newest version."""
        if "version" in body and named.get("id") == "tiny":
            body["version"] = client.get("/api/scenarios/tiny/draft").json()["version"]
        if "scenario" in body:
            body["scenario"] = "tiny"
        for file in body.get("files", ()):
            if isinstance(file, dict):
                file["name"] = "scenario.yaml"

    def name_what_is_there(case: Case, turn: int) -> None:
        for part in ("tiny", "runs/planned", "runs/damaged", "runs/faulty"):
            if not (workspace / part).is_dir():
                copytree(kept / part, workspace / part)
        named = {name: NAMED[name][turn % len(NAMED[name])] for name in case.path_parameters or {}}
        if case.path.startswith("/api/jobs/"):
            named = {"id": job("queued" if turn % 2 else "cancelled") if turn % 3 else LONG}
        case.path_parameters = named
        if isinstance(case.body, dict):
            ask_in_earnest(case.body, named)

    assert ask_all(api, name_what_is_there) > 25
