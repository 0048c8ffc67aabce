from __future__ import annotations

import json
import time
from collections.abc import Iterator
from multiprocessing import Pipe, active_children
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from builders import write_scenario
from calling import call
from fleetcraft.studio.jobs import desk, lane, records, worker
from fleetcraft.studio.jobs.asking import Asked
from fleetcraft.studio.jobs.process import Answerer
from fleetcraft.studio.models.jobs import JobError, JobRequest
from unit.studio.client import at_work, client_of, ended, until

QUICK = {"replications": 2, "futures": 1}
PLAN = {"fleetcraft": 1, "scenario": None, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 3}]}
BUDGETS = [10e6, 20e6, 30e6, 40e6, 50e6, 60e6]
WORK = {"replications": 100, "futures": 4, "budgets": BUDGETS}
LONG = {"verb": "frontier", "scenario": "tiny", "options": WORK}
JUDGE = {"verb": "simulate", "scenario": "tiny", "plan": PLAN, "options": {"replications": 2}}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    write_scenario(folder / "tiny")
    write_scenario(folder / "poor", budget={"obligation": {2026: 1.0}}, policies={"domain_minimum": {"air": 1}})
    write_scenario(folder / "wrong", currency="shells")
    return folder


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[TestClient]:
    with at_work(workspace) as client:
        yield client


def asked(client: TestClient, request: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/jobs", json=request)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def done(client: TestClient, request: dict[str, Any]) -> dict[str, Any]:
    job = ended(client, asked(client, request))
    assert job["state"] == "done", job
    return job


def test_a_plan_is_the_run_that_the_command_line_makes(
    client: TestClient, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = done(client, {"verb": "plan", "scenario": "tiny", "options": QUICK})
    assert not job["found_again"]
    run = client.get(f"/api/runs/{job['run']}").json()
    assert run["entry"]["scenario_id"] == "tiny"
    monkeypatch.chdir(tmp_path)
    called = call("plan", workspace / "tiny", "--replications", 2, "--futures", 1, "--json", "--quiet")
    assert called.json["run"] == f"runs/{job['run']}" == run["result"]["run"]
    for key in ("orders", "attainment", "requirements", "cost", "scenario"):
        assert called.json[key] == run["result"][key]
    again = done(client, {"verb": "plan", "scenario": "tiny", "options": QUICK})
    assert (again["run"], again["found_again"]) == (job["run"], True)


def test_a_plan_of_hand_or_of_a_run_is_judged(client: TestClient) -> None:
    first = done(client, JUDGE)
    of_run = {**JUDGE, "plan": None, "plan_of": {"run": first["run"]}, "options": {"replications": 3}}
    second = done(client, of_run)
    results = [client.get(f"/api/runs/{job['run']}").json()["result"] for job in (first, second)]
    assert results[0]["orders"] == results[1]["orders"]
    assert client.get(f"/api/jobs/{first['id']}").json()["request"]["plan"] == PLAN
    assert all(job["request"]["plan"] is None for job in client.get("/api/jobs").json())


def test_points_of_a_frontier_are_judged_too(client: TestClient) -> None:
    budgets = {"verb": "frontier", "scenario": "tiny", "options": {**QUICK, "budgets": [40e6, 20e6]}}
    run = done(client, budgets)["run"]
    points = client.get(f"/api/runs/{run}").json()["result"]["points"]
    assert [point["budget"] for point in points] == [20e6, 40e6]
    of = {"run": run, "point": points[1]["key"]}
    judged = done(client, {**JUDGE, "plan": None, "plan_of": of})
    assert client.get(f"/api/runs/{judged['run']}").json()["entry"]["verb"] == "simulate"


def test_restrictions_are_compared_and_a_run_is_explained(client: TestClient) -> None:
    compared = done(client, {"verb": "compare", "scenario": "tiny", "options": {**QUICK, "by": "domain"}})
    assert client.get(f"/api/runs/{compared['run']}").json()["result"]["restrictions"]
    planned = done(client, {"verb": "plan", "scenario": "tiny", "options": QUICK})
    assert client.get(f"/api/runs/{planned['run']}/explain").status_code == 404
    explained = done(client, {"verb": "explain", "scenario": f"run:{planned['run']}"})
    assert explained["run"] == planned["run"]
    assert client.get(f"/api/runs/{planned['run']}/explain").json()["run"]
    assert client.get(f"/api/runs/{planned['run']}").json()["entry"]["explained"]


def test_no_plan_is_told_as_the_command_line_tells_it(client: TestClient, workspace: Path) -> None:
    job = ended(client, asked(client, {"verb": "plan", "scenario": "poor", "options": QUICK}))
    called = call("plan", workspace / "poor", "--replications", 2, "--futures", 1, "--out", workspace / "none")
    assert job["state"] == "failed"
    assert job["error"]["status"] == called.status == 3
    assert job["error"]["lines"] == called.err.splitlines()
    assert job["error"]["infeasible"]["conflicts"]


def test_faults_are_told_with_file_and_line(client: TestClient) -> None:
    job = ended(client, asked(client, {"verb": "plan", "scenario": "wrong"}))
    (fault,) = job["error"]["faults"]
    assert (job["state"], job["error"]["status"]) == ("failed", 2)
    assert (fault["file"], fault["where"]) == ("scenario.yaml", "currency")
    wrong = {**PLAN, "orders": [{"platform": "kite", "period": "2026Q1", "quantity": 3}]}
    (fault,) = ended(client, asked(client, {**JUDGE, "plan": wrong}))["error"]["faults"]
    assert fault["file"] == "plan.json"
    assert "kite" in fault["found"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"verb": "arm", "scenario": "tiny"}, 400),
        ({"verb": "plan", "scenario": "tiny", "speed": 1}, 400),
        ({"verb": "plan", "scenario": "tiny", "options": {"replications": 1}}, 400),
        ({"verb": "plan", "scenario": "tiny", "options": {"budgets": [0]}}, 400),
        ({"verb": "plan", "scenario": "tiny", "plan": PLAN}, 400),
        ({"verb": "simulate", "scenario": "tiny"}, 400),
        ({"verb": "simulate", "scenario": "tiny", "plan": PLAN, "plan_of": {"run": "x"}}, 400),
        ({"verb": "explain", "scenario": "tiny"}, 400),
        ({"verb": "plan", "scenario": "tiny", "trial": True}, 400),
        ({"verb": "plan", "scenario": "nowhere"}, 404),
        ({"verb": "plan", "scenario": "../tiny"}, 404),
        ({"verb": "plan", "scenario": "/etc"}, 404),
        ({"verb": "explain", "scenario": "run:nowhere"}, 404),
        ({"verb": "explain", "scenario": "run:../runs/x"}, 404),
        ({"verb": "simulate", "scenario": "tiny", "plan_of": {"run": ".."}}, 404),
        ({"verb": "simulate", "scenario": "tiny", "plan_of": {"run": "x", "point": "../../tiny"}}, 404),
    ],
)
def test_what_cannot_be_asked_is_refused_and_no_job(client: TestClient, request_: dict[str, Any], status: int) -> None:
    before = len(client.get("/api/jobs").json())
    refused = client.post("/api/jobs", json=request_)
    assert refused.status_code == status
    assert refused.json()["lines"]
    assert len(client.get("/api/jobs").json()) == before


def test_the_same_request_is_one_job_until_the_scenario_changes(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny")
    client = client_of(tmp_path)
    first, second = asked(client, LONG), asked(client, LONG)
    other = asked(client, {**LONG, "options": {**WORK, "seed": 2}})
    write_scenario(tmp_path / "tiny", currency="EUR")
    third = asked(client, LONG)
    assert first["id"] == second["id"]
    assert len({first["id"], other["id"], third["id"]}) == 3


def test_a_job_in_the_queue_is_cancelled_resumed_and_forgotten(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny")
    client = client_of(tmp_path)
    desk = client.app.state.studio.jobs  # type: ignore[attr-defined]
    with client:
        running, waiting = asked(client, LONG), asked(client, {**LONG, "options": {**WORK, "seed": 2}})
        until(client, running, lambda job: job["state"] == "running")
        assert client.delete(f"/api/jobs/{waiting['id']}").status_code == 409
        assert client.post(f"/api/jobs/{waiting['id']}/resume").status_code == 409
        assert client.post(f"/api/jobs/{waiting['id']}/cancel").json()["state"] == "cancelled"
        assert client.post(f"/api/jobs/{waiting['id']}/cancel").status_code == 409
        resumed = client.post(f"/api/jobs/{waiting['id']}/resume").json()
        assert (resumed["id"], resumed["state"]) == (waiting["id"], "queued")
        client.post(f"/api/jobs/{waiting['id']}/cancel")
        assert client.delete(f"/api/jobs/{waiting['id']}").status_code == 204
        assert client.get(f"/api/jobs/{waiting['id']}").status_code == 404
    assert desk.job(running["id"]).state == "interrupted", "a server that stops leaves what can be resumed"


def test_what_takes_seconds_does_not_wait_and_a_cancelled_job_goes_on_where_it_stopped(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny")
    with at_work(tmp_path) as client:
        long = asked(client, LONG)
        done(client, JUDGE)
        assert client.get(f"/api/jobs/{long['id']}").json()["state"] == "running", "the quick lane did not wait for it"
        until(client, long, lambda _: list(tmp_path.glob("runs/.*.points-*/*/answer.json")))
        began = time.monotonic()
        client.post(f"/api/jobs/{long['id']}/cancel")
        assert ended(client, long)["state"] == "cancelled"
        assert time.monotonic() - began < 11.0
        kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/.*.points-*/*/answer.json")}
        assert kept
        assert client.post(f"/api/jobs/{long['id']}/resume").status_code == 202
        finished = ended(client, long)
        assert finished["state"] == "done", finished
        for path, when in kept.items():
            stored = tmp_path / "runs" / finished["run"] / "points" / path.parent.name / path.name
            assert json.loads(stored.read_text())
            assert stored.stat().st_mtime_ns == when, "copied with its time: it was not answered again"


def test_only_so_many_jobs_that_ended_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "KEPT", 2)
    write_scenario(tmp_path / "wrong", currency="shells")
    with at_work(tmp_path) as client:
        for seed in range(4):
            request = {"verb": "simulate", "scenario": "wrong", "plan": PLAN, "options": {"seed": seed}}
            ended(client, asked(client, request))
        assert [job["request"]["options"]["seed"] for job in client.get("/api/jobs").json()] == [2, 3]
    folder = tmp_path / ".fleetcraft-studio" / "jobs"
    assert [job.request.options.seed for job in records.read_jobs(folder)] == [2, 3]


def test_an_error_of_ours_fails_its_job_alone(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny")
    (tmp_path / "runs").write_text("in the way of every run")
    with at_work(tmp_path) as client:
        job = ended(client, asked(client, JUDGE))
        assert job["state"] == "failed"
        assert job["error"]["lines"]
        (tmp_path / "runs").unlink()
        done(client, JUDGE)


def test_a_process_that_is_killed_fails_its_job_and_the_next_one_is_answered(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny")
    with at_work(tmp_path) as client:
        others = set(active_children())
        job = asked(client, LONG)
        until(client, job, lambda now: now["progress"] is not None)
        for process in set(active_children()) - others:
            process.kill()
        killed = ended(client, job)
        assert (killed["state"], killed["error"]["status"]) == ("failed", 1)
        assert "ended before it was done" in killed["error"]["lines"][0]
        done(client, JUDGE)


def test_what_nobody_expected_is_told_in_a_line_and_kept_for_debugging(tmp_path: Path) -> None:
    here, there = Pipe()
    worker._answer(Asked({"verb": "none"}, "tiny", tmp_path, 1), there)
    assert here.recv() == ("started", None)
    kind, trace = here.recv()
    assert (kind, "Traceback" in trace) == ("trace", True)
    kind, content = here.recv()
    assert kind == "failed"
    assert JobError.model_validate(content).lines == ["an error of ours, not yours: KeyError: 'none'"]


def test_a_file_that_is_no_job_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / ".fleetcraft-studio" / "jobs"
    folder.mkdir(parents=True)
    (folder / "half.json").write_text('{"id": "half"')
    (folder / "other.json").write_text("[]")
    with at_work(tmp_path) as client:
        assert client.get("/api/jobs").json() == []


def test_numbers_that_no_file_can_hold_are_refused() -> None:
    for plan in ('{"a": NaN}', '{"a": "\\ud800"}'):
        with pytest.raises(ValueError, match="plan"):
            JobRequest.model_validate({"verb": "simulate", "scenario": "x", "plan": json.loads(plan)})


def test_the_run_of_a_trial_is_found_by_its_name_and_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "TRIALS", 2)
    write_scenario(tmp_path / "tiny")
    with at_work(tmp_path) as client:
        trials = [{**JUDGE, "trial": True, "options": {"replications": 2, "seed": seed}} for seed in (1, 2)]
        first, second = (done(client, trial)["run"] for trial in trials)
        assert client.get("/api/runs").json()["runs"] == []
        assert not (tmp_path / "runs").exists()
        run = client.get(f"/api/runs/{first}").json()
        assert (run["entry"]["verb"], run["entry"]["scenario_id"]) == ("simulate", "tiny")
        for of in ("plan", "map", "files", "files/result.json", "download", f"beside/{second}"):
            assert client.get(f"/api/runs/{first}/{of}").status_code == 200, of
        assert client.post(f"/api/runs/{first}/verify").json() == {"faults": []}
        assert client.get(f"/api/scenarios/run:{first}/draft").status_code == 200
        again = done(client, {**JUDGE, "plan": None, "plan_of": {"run": first}})
        assert [entry["folder"] for entry in client.get("/api/runs").json()["runs"]] == [again["run"]]
        assert done(client, trials[0])["found_again"]
        third = done(client, {**JUDGE, "trial": True, "options": {"replications": 3}})["run"]
        kept = {path.name for path in (tmp_path / ".fleetcraft-studio" / "trials").glob("[!.]*") if path.is_dir()}
        assert kept == {first, third}, "the one that was asked for longest ago goes"
        assert client.delete(f"/api/runs/{third}").status_code == 204
        assert client.get(f"/api/runs/{third}").status_code == 404


def refuses(*_: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_disk_that_refuses_is_told_and_the_job_at_work_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_scenario(tmp_path / "tiny")
    with at_work(tmp_path) as client:
        job = asked(client, LONG)
        until(client, job, lambda now: now["state"] == "running")
        monkeypatch.setattr(desk, "write_job", refuses)
        refused = client.post("/api/jobs", json=JUDGE)
        assert (refused.status_code, refused.json()["lines"]) == (
            400,
            ["the job cannot be kept: No space left on device; nothing was begun"],
        )
        assert len(client.get("/api/jobs").json()) == 1
        client.post(f"/api/jobs/{job['id']}/cancel")
        assert ended(client, job)["state"] == "cancelled"
        assert client.post(f"/api/jobs/{job['id']}/resume").status_code == 400
        assert client.get(f"/api/jobs/{job['id']}").json()["state"] == "cancelled"
        monkeypatch.undo()
        done(client, JUDGE)


def test_a_process_that_cannot_be_started_fails_its_job_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_scenario(tmp_path / "tiny")
    tries: list[Path] = []

    def none_at_first(folder: Path) -> Answerer:
        tries.append(folder)
        if len(tries) == 1:
            raise OSError(11, "Resource temporarily unavailable")
        return Answerer(folder)

    monkeypatch.setattr(lane, "Answerer", none_at_first)
    others = set(active_children())
    with at_work(tmp_path) as client:
        failed = ended(client, asked(client, JUDGE))
        assert (failed["state"], "temporarily" in failed["error"]["lines"][0]) == ("failed", True)
        done(client, JUDGE)
    assert set(active_children()) <= others, "the warm process ends with the lane"


def test_a_scenario_that_went_while_its_job_waited_is_told_in_words(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny")
    write_scenario(tmp_path / "other")
    with at_work(tmp_path) as client:
        first, second = asked(client, LONG), asked(client, {**LONG, "scenario": "other"})
        assert client.delete("/api/scenarios/other").status_code == 204
        client.post(f"/api/jobs/{first['id']}/cancel")
        job = ended(client, second)
    assert (job["state"], job["error"]["lines"]) == ("failed", ["there is no scenario other"])


def test_what_is_heard_of_a_job_that_is_forgotten_is_nothing(tmp_path: Path) -> None:
    jobs = client_of(tmp_path).app.state.studio.jobs  # type: ignore[attr-defined]
    jobs.heard("none", "stored", ("run", False))
    assert jobs.jobs() == []
