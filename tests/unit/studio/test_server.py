"""A studio in a process of its own: on an address, killed, stopped, started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from builders import write_scenario

PATIENCE_S = 60.0
BUDGETS = [10e6, 20e6, 30e6, 40e6, 50e6, 60e6]
FRONTIER = {
    "verb": "frontier",
    "scenario": "tiny",
    "options": {"replications": 100, "futures": 4, "budgets": BUDGETS},
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    write_scenario(tmp_path / "tiny")
    return tmp_path


def started(workspace: Path, *arguments: object) -> tuple[subprocess.Popen[str], str]:
    """A studio and the address that it prints."""
    fleetcraft = Path(sys.executable).with_name("fleetcraft")
    command = [fleetcraft, "studio", "--no-browser", *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("fleetcraft studio: http://"), process.communicate()
    return process, line.split()[-1]


@contextmanager
def running(workspace: Path, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    process, address = started(workspace, *arguments)
    try:
        with httpx.Client(base_url=address.split("?")[0], timeout=30.0) as client:
            yield process, client
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def state(client: httpx.Client, id_: str) -> str:
    return str(client.get(f"/api/jobs/{id_}").json()["state"])


def wait_until(holds: object, what: str) -> None:
    deadline = monotonic() + PATIENCE_S
    while not holds():  # type: ignore[operator]
        assert monotonic() < deadline, what
        sleep(0.05)


def descendants(pid: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def gone(processes: set[int]) -> bool:
    """Whether none of some processes is at work any more; one that has ended may still be listed."""
    return not any(cmdline(process) for process in processes)


def cmdline(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_killed_server_takes_its_processes_along_and_its_job_is_resumed_by_the_next(workspace: Path) -> None:
    with running(workspace) as (process, client):
        job = client.post("/api/jobs", json=FRONTIER).json()
        wait_until(lambda: list(workspace.glob("runs/.*.points-*/*/answer.json")), "no point was answered")
        children = descendants(process.pid)
        assert len(children) > 1
        process.kill()
        process.wait()
    wait_until(lambda: gone(children), "a process outlived the server")
    with running(workspace) as (_, client):
        assert state(client, job["id"]) == "interrupted"
        kept = {path.parent.name for path in workspace.glob("runs/.*.points-*/*/answer.json")}
        assert kept
        client.post(f"/api/jobs/{job['id']}/resume")
        wait_until(lambda: state(client, job["id"]) not in ("queued", "running"), "the job did not end")
        done = client.get(f"/api/jobs/{job['id']}").json()
        assert done["state"] == "done", done
        assert kept <= {path.name for path in (workspace / "runs" / done["run"] / "points").iterdir()}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_is_asked_to_end_stops_cleanly_and_leaves_what_can_be_resumed(workspace: Path, how: signal.Signals) -> None:
    with running(workspace) as (process, client):
        job = client.post("/api/jobs", json=FRONTIER).json()
        wait_until(lambda: state(client, job["id"]) == "running", "the job did not begin")
        with client.stream("GET", "/api/events") as events:
            next(events.iter_lines())
            children = descendants(process.pid)
            began = monotonic()
            process.send_signal(how)
            _, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        assert monotonic() - began < 15.0
        assert len(err.splitlines()) == 1, err
        assert "can be resumed" in err
    wait_until(lambda: gone(children), "a process outlived the server")
    (record,) = (workspace / ".fleetcraft-studio" / "jobs").glob("*.json")
    assert json.loads(record.read_text())["state"] == "interrupted"


def test_an_impatient_interrupt_ends_it_too(workspace: Path) -> None:
    with running(workspace) as (process, client):
        job = client.post("/api/jobs", json=FRONTIER).json()
        wait_until(lambda: state(client, job["id"]) == "running", "the job did not begin")
        children = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        sleep(0.2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
    wait_until(lambda: gone(children), "a process outlived the server")


def test_the_stream_tells_of_jobs_and_runs(workspace: Path) -> None:
    with running(workspace) as (_, client), client.stream("GET", "/api/events") as events:
        lines = events.iter_lines()
        assert next(lines) == ": connected"
        plan = {"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 1}]}
        request = {"verb": "simulate", "scenario": "tiny", "plan": plan, "options": {"replications": 2}}
        job = client.post("/api/jobs", json=request).json()
        states, kinds = [], set()
        for line in lines:
            name, _, content = line.partition(": ")
            if name == "event":
                kinds.add(content)
            if name == "data" and json.loads(content).get("id") == job["id"]:
                states.append(json.loads(content)["state"])
            if "runs" in kinds:
                break
        assert states[-1] == "done"
        assert list(dict.fromkeys(states)) in (["queued", "running", "done"], ["running", "done"])


def test_one_studio_a_workspace_and_a_taken_port_is_told_in_a_line(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fleetcraft = Path(sys.executable).with_name("fleetcraft")
    with running(workspace) as (_, client):
        port = client.base_url.port
        other = tmp_path_factory.mktemp("other")
        for folder, arguments in ((workspace, ()), (other, ("--port", str(port)))):
            command = [fleetcraft, "studio", "--no-browser", *arguments]
            refused = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S)
            assert (refused.returncode, refused.stdout) == (2, "")
            assert len(refused.stderr.splitlines()) == 1, refused.stderr
        with running(other) as (_, second):
            assert second.base_url.port != port
            assert second.get("/api/session").json()["workspace"] == str(other)


def test_an_address_that_others_reach_has_a_token(workspace: Path) -> None:
    process, address = started(workspace, "--host", "0.0.0.0")
    try:
        base, token = address.split("/?token=")
        port = int(base.rpartition(":")[2])
        here = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{here}/api/session").status_code == 401
        assert httpx.get(f"{here}/api/session", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        with httpx.Client(base_url=here, follow_redirects=True) as browser:
            assert browser.get(f"/?token={token}").url.path == "/"
            assert browser.get("/api/session").status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)


def test_it_is_bound_to_this_machine_alone(workspace: Path) -> None:
    with running(workspace) as (_, client), socket.socket() as other:
        other.bind(("127.0.0.2", int(client.base_url.port or 0)))
