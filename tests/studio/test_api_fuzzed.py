"""The API asked what its document allows, and more: no answer is an error of ours, every one is as documented."""

from __future__ import annotations

from collections.abc import Callable
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

from builders import write_scenario
from calling import call
from fleetcraft.studio.app import create_app

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOST = {"Host": "127.0.0.1:8765"}
NAMED = {"name": "planned", "first": "planned", "second": "planned", "path": "result.json", "k": "0"}
"""Path parameters that name something that is there."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUR_PACE = settings(
    max_examples=6, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@schemathesis.serializer(WORKBOOK)
def as_it_is(_context: Any, value: Any) -> bytes:
    """No workbook, but bytes that somebody sends for one."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a scenario and a run that was traced, as it is put back before each request."""
    folder = tmp_path_factory.mktemp("kept")
    tiny = write_scenario(folder / "tiny")
    plan, runs = folder / "plan.json", folder / "runs"
    plan.write_text('{"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 3}]}')
    called = call("simulate", tiny, "--plan", plan, "--replications", 2, "--trace", 0, "--out", runs / "planned")
    assert called.status == 0, called.err
    return folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture(scope="module")
def api(workspace: Path) -> Any:
    """The document's operations but the stream of events, which has no end."""
    found = schemathesis.openapi.from_asgi("/api/openapi.json", create_app(workspace), headers=HOST)
    return found.exclude(path="/api/events")


def ask_all(api: Any, prepare: Callable[[Case], None]) -> int:
    """Ask every operation some generated requests; how many operations there are."""
    operations = [found.ok() for found in api.get_all_operations()]
    for operation in operations:

        @OUR_PACE
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            prepare(case)
            case.call_and_validate(headers=HOST, checks=CHECKS)

        ask()
    return len(operations)


def test_anything_may_be_asked(api: Any) -> None:
    assert ask_all(api, lambda _: None) > 25


def test_anything_may_be_asked_of_what_is_there(api: Any, kept: Path, workspace: Path) -> None:
    def name_what_is_there(case: Case) -> None:
        for part in ("tiny", "runs/planned"):
            if not (workspace / part).is_dir():
                copytree(kept / part, workspace / part)
        ids = {**NAMED, "id": "tiny" if "/scenarios/" in case.path else "none"}
        case.path_parameters = {name: ids[name] for name in case.path_parameters or {}}

    assert ask_all(api, name_what_is_there) > 25
