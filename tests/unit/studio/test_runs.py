from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from starlette.testclient import TestClient

from builders import write_scenario
from calling import call
from fleetcraft.studio.workspace import Workspace
from fleetcraft.study.store.lock import locked_if_free
from unit.studio.client import client_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a scenario and two runs of it."""
    folder = tmp_path_factory.mktemp("workspace")
    write_scenario(folder / "tiny")
    for name, seed in (("first", 1), ("second", 2)):
        out = folder / "runs" / name
        called = call("plan", folder / "tiny", "--replications", 2, "--futures", 1, "--seed", seed, "--out", out)
        assert called.status == 0, called.err
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    return Path(copytree(made, tmp_path / "workspace"))


@pytest.fixture
def client(workspace: Path) -> Iterator[TestClient]:
    return client_of(workspace)


def test_runs_are_listed_as_the_command_line_lists_them(client: TestClient, workspace: Path) -> None:
    listed = client.get("/api/runs").json()
    called = call("runs", "--json", "--root", workspace / "runs").json
    assert listed["root"] == called["root"]
    more = {"scenario_id": "tiny", "traced": False, "explained": False}
    assert listed["runs"] == [{**entry, **more} for entry in called["runs"]]


def test_a_scenario_that_changed_is_a_runs_no_more(client: TestClient, workspace: Path) -> None:
    write_scenario(workspace / "tiny", currency="EUR")
    assert {entry["scenario_id"] for entry in client.get("/api/runs").json()["runs"]} == {None}


def test_a_run_is_its_entry_manifest_and_result(client: TestClient, workspace: Path) -> None:
    run = client.get("/api/runs/first").json()
    assert run["entry"] == client.get("/api/runs").json()["runs"][0]
    assert run["manifest"]["verb"] == "plan"
    assert "files" not in run["manifest"]
    assert run["result"] == json.loads((workspace / "runs" / "first" / "result.json").read_text())


def test_every_file_is_listed_and_given(client: TestClient, workspace: Path) -> None:
    folder = workspace / "runs" / "first"
    listed = {file["path"]: file["bytes"] for file in client.get("/api/runs/first/files").json()["files"]}
    there = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert listed == there
    for name in listed:
        assert client.get(f"/api/runs/first/files/{name}").content == (folder / name).read_bytes()


@pytest.mark.parametrize("asked", ["bytes=0-3", "bytes=999999999-", "lines=1"])
def test_a_file_is_sent_whole_whatever_range_is_asked_for(client: TestClient, asked: str) -> None:
    url = "/api/runs/first/files/result.json"
    answer = client.get(url, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.content == client.get(url).content
    assert answer.headers["accept-ranges"] == "none"


def test_a_report_is_shown_as_a_page_of_nobodys(client: TestClient) -> None:
    page = client.get("/api/runs/first/files/report.html")
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script" not in policy
    table = client.get("/api/runs/first/files/tables/orders.parquet")
    assert table.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "first/files/../second/result.json",
        "first/files/%2e%2e/second/result.json",
        "first/files/..%2fsecond%2fresult.json",
        "first/files//etc/passwd",
        "first/files/%2fetc%2fpasswd",
        "first/files/link.json",
        "first/files/linked/result.json",
        "first/files/.hidden",
        "first/files/scenario",
        "first/files/none",
        "first/files/a%00b",
        "..%2fruns%2ffirst",
        "%2e%2e",
        "linked",
        ".hidden",
        "index.sqlite",
        "none",
    ],
)
def test_nothing_outside_of_a_run_is_given(client: TestClient, workspace: Path, path: str) -> None:
    runs = workspace / "runs"
    (runs / "first" / "link.json").symlink_to("/etc/passwd")
    (runs / "first" / "linked").symlink_to(runs / "second")
    (runs / "first" / ".hidden").write_text("mine")
    (runs / "linked").symlink_to(runs / "first")
    (runs / "first").rename(runs / ".hidden") if path == ".hidden" else None
    assert client.get(f"/api/runs/{path}").status_code == 404


def test_a_download_is_the_folder_without_what_links_lead_to(client: TestClient, workspace: Path) -> None:
    folder = workspace / "runs" / "first"
    (folder / "secret").symlink_to("/etc/passwd")
    answer = client.get("/api/runs/first/download")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        packed = {name.removeprefix("first/"): archive.read(name) for name in archive.namelist()}
    own = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert packed == {path.relative_to(folder).as_posix(): path.read_bytes() for path in own}


def test_two_runs_beside_each_other(client: TestClient, workspace: Path) -> None:
    found = client.get("/api/runs/first/beside/second").json()
    called = call("runs", "compare", "first", "second", "--root", workspace / "runs", "--json").json
    assert [side["folder"] for side in found["runs"]] == ["first", "second"]
    assert {**found, "runs": None} == {**called, "runs": None}
    assert client.get("/api/runs/first/beside/none").status_code == 404


def test_a_changed_file_is_a_fault_and_a_report_can_be_written_again(client: TestClient, workspace: Path) -> None:
    assert client.post("/api/runs/first/verify").json() == {"faults": []}
    page = workspace / "runs" / "first" / "report.html"
    whole = page.read_bytes()
    page.write_text("changed")
    assert len(client.post("/api/runs/first/verify").json()["faults"]) == 1
    assert client.post("/api/runs/first/report").status_code == 204
    assert page.read_bytes() == whole
    assert client.post("/api/runs/first/verify").json() == {"faults": []}


def test_a_run_is_removed_with_all_in_its_folder(client: TestClient, workspace: Path) -> None:
    assert client.delete("/api/runs/first").status_code == 204
    assert [entry["folder"] for entry in client.get("/api/runs").json()["runs"]] == ["second"]
    assert not (workspace / "runs" / "first").exists()
    assert client.delete("/api/runs/first").status_code == 404


def test_a_run_that_somebody_works_on_is_left_alone(client: TestClient, workspace: Path) -> None:
    folder = workspace / "runs" / "first"
    with locked_if_free(folder):
        assert client.delete("/api/runs/first").status_code == 423
        assert client.post("/api/runs/first/report").status_code == 423
        (folder / "report.html").write_text("half")
        assert client.post("/api/runs/first/verify").status_code == 423
    assert folder.is_dir()


def test_a_damaged_run_is_listed_no_result_and_no_error_of_ours(client: TestClient, workspace: Path) -> None:
    (workspace / "runs" / "first" / "result.json").write_text("[1, 2")
    assert client.get("/api/runs").status_code == 200
    assert client.get("/api/runs/first").status_code == 404
    (workspace / "runs" / "second" / "manifest.json").write_text("{")
    assert client.get("/api/runs/second").status_code == 404
    assert client.get("/api/runs/first/beside/second").status_code == 400


READS = ("", "/plan", "/map", "/explain", "/trace", "/trace/0", "/files", "/files/result.json", "/download")


@pytest.fixture(scope="module")
def traced(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a run of which a year was followed."""
    folder = Path(copytree(made, tmp_path_factory.mktemp("traced") / "workspace"))
    plan = folder / "runs" / "first" / "plan.json"
    out = folder / "runs" / "traced"
    called = call("simulate", folder / "tiny", "--plan", plan, "--replications", 2, "--trace", 0, "--out", out)
    assert called.status == 0, called.err
    return folder


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("result.json", None),
        ("result.json", b"{"),
        ("result.json", b"[]"),
        ("result.json", b"{}"),
        ("result.json", b'{"scenario": 1}'),
        ("plan.json", b"{"),
        ("plan.json", b"[]"),
        ("plan.json", b"\xff"),
        ("manifest.json", b"{}"),
        ("manifest.json", b'{"verb": "plan", "fleetcraft": "1", "files": []}'),
        ("playback.json", b"{}"),
        ("*.parquet", b"PAR1"),
        ("*.parquet", None),
        ("scenario.yaml", b"currency: ["),
        ("*", None),
    ],
)
def test_no_damage_is_an_error_of_ours(traced: Path, tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = Path(copytree(traced, tmp_path / "workspace"))
    run = folder / "runs" / "traced"
    with client_of(folder) as client:
        for path in [path for path in run.rglob(name) if path.is_file()]:
            path.unlink() if content is None else path.write_bytes(content)
        told = {of: client.get(f"/api/runs/traced{of}") for of in (*READS, "/beside/first")}
        told |= {of: client.post(f"/api/runs/traced/{of}") for of in ("verify", "report")}
        told["list"] = client.get("/api/runs")
        told["removed"] = client.delete("/api/runs/traced")
    assert {of: answer.status_code for of, answer in told.items() if answer.status_code >= 500} == {}
    refused = [answer.json() for answer in told.values() if answer.status_code >= 400]
    assert all(answer["lines"] for answer in refused)


def test_a_long_name_is_of_no_run(client: TestClient) -> None:
    for path in ("a" * 300, f"first/plan?point={'a' * 300}", f"first/files/{'a' * 300}"):
        assert client.get(f"/api/runs/{path}").status_code == 404


def test_a_file_that_is_older_than_zips_is_packed(client: TestClient, workspace: Path) -> None:
    os.utime(workspace / "runs" / "first" / "result.json", (157766400, 157766400))  # 1975
    answer = client.get("/api/runs/first/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("first/result.json").date_time[0] == 1980


def test_runs_are_listed_while_a_scenario_is_removed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = Workspace.ids
    monkeypatch.setattr(Workspace, "ids", lambda self: ("gone", *ids(self)))
    assert client.get("/api/runs").json()["runs"][0]["scenario_id"] == "tiny"
    assert "tiny" in {entry["id"] for entry in client.get("/api/scenarios").json()}


def test_a_folder_without_runs_is_an_empty_list(tmp_path: Path) -> None:
    assert client_of(tmp_path).get("/api/runs").json()["runs"] == []
    assert not (tmp_path / "runs").exists()
