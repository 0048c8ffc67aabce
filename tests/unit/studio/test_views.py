"""Maps, frontiers, plans and traces, as the API answers them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from threading import Thread

import pytest
from starlette.testclient import TestClient

from builders import write_scenario
from calling import call
from fleetcraft.studio.kept import Kept
from fleetcraft.studio.models.frontier import FrontierData, PlanWithRoutes
from fleetcraft.studio.models.map import MapData
from fleetcraft.studio.models.trace import TraceChunk, TraceHead
from unit.studio.client import client_of

PLAN = {"fleetcraft": 1, "scenario": None, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 2}]}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("views")
    write_scenario(folder / "tiny")
    (folder / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    few = ("--replications", "2", "--quiet")
    traced = ("--plan", folder / "plan.json", "--trace", "0", "--out", folder / "runs" / "traced")
    assert call("simulate", folder / "tiny", *traced, *few).status == 0
    costs = ("--budgets", "10e6,20e6", "--futures", "3", "--out", folder / "runs" / "costs")
    assert call("frontier", folder / "tiny", *costs, *few).status == 0
    return folder


@pytest.fixture(scope="module")
def client(workspace: Path) -> TestClient:
    return client_of(workspace)


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/scenarios/tiny/map", MapData),
        ("/scenarios/galapagos/map", MapData),
        ("/scenarios/run:traced/map", MapData),
        ("/runs/traced/map", MapData),
        ("/scenarios/tiny/frontier", FrontierData),
        ("/scenarios/galapagos/frontier", FrontierData),
        ("/runs/traced/plan", PlanWithRoutes),
        ("/runs/costs/plan?point=00-01", PlanWithRoutes),
        ("/runs/shipped:galapagos/plan?point=00-04", PlanWithRoutes),
        ("/runs/traced/trace", TraceHead),
        ("/runs/traced/trace/60", TraceChunk),
    ],
)
def test_answers_have_the_shape_that_is_documented(client: TestClient, path: str, shape: type) -> None:
    answer = client.get(f"/api{path}")
    assert answer.status_code == 200, answer.text
    shape.model_validate_json(answer.content)  # type: ignore[attr-defined]
    assert client.get(f"/api{path}").content == answer.content


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/scenarios/nowhere/map", 404),
        ("/scenarios/tiny/map?case=none", 422),
        ("/scenarios/nowhere/frontier", 404),
        ("/runs/nowhere/map", 404),
        ("/runs/nowhere/plan", 404),
        ("/runs/costs/plan", 404),
        ("/runs/costs/plan?point=00-09", 404),
        ("/runs/costs/plan?point=../00-00", 404),
        ("/runs/shipped:galapagos/plan", 404),
        ("/runs/shipped:nowhere/plan?point=00-00", 404),
        ("/runs/costs/trace", 404),
        ("/runs/traced/trace/9999", 404),
        ("/runs/traced/trace/-1", 400),
        ("/runs/traced/trace/x", 400),
        ("/runs/.hidden/plan", 404),
        ("/runs/..%2F..%2Ftiny/plan", 404),
    ],
)
def test_what_is_not_there_is_refused_in_words(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"/api{path}")
    assert answer.status_code == status, answer.text
    assert answer.json()["lines"]


def test_a_link_out_of_the_folder_of_runs_is_no_run(workspace: Path, client: TestClient) -> None:
    (workspace / "runs" / "linked").symlink_to(workspace / "runs" / "traced")
    assert client.get("/api/runs/linked/plan").status_code == 404


def test_a_frontier_shows_a_run_as_soon_as_it_is_stored(workspace: Path) -> None:
    client = client_of(workspace)
    before = client.get("/api/scenarios/tiny/frontier").json()
    assert [point["budget"] for point in before["points"]] == [10e6, 20e6]
    more = ("--budgets", "30e6", "--futures", "3", "--replications", "2", "--quiet")
    assert call("frontier", workspace / "tiny", "--out", workspace / "runs" / "more", *more).status == 0
    after = client.get("/api/scenarios/tiny/frontier").json()
    assert [point["budget"] for point in after["points"]] == [10e6, 20e6, 30e6]


def test_a_value_is_made_once_and_the_latest_used_stay() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        time.sleep(0.05)
        made.append(key)
        return key * 2

    kept = Kept[str](2)
    threads = [Thread(target=kept.get, args=("a", lambda: make("a"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["a"]
    for key in ("b", "a", "c", "a", "b"):
        assert kept.get(key, lambda key=key: make(key)) == key * 2  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]


def test_what_fails_is_not_kept() -> None:
    kept = Kept[int](2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 7) == 7
