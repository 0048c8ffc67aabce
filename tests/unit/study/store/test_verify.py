"""A run is whole and unchanged, or every file that is not so is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fleetcraft.study.store.folder import MANIFEST
from fleetcraft.study.store.verify import faults_of_run
from unit.study.stored import store_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return store_run(tmp_path / "run")


def test_a_run_as_it_was_made_has_no_faults(run: Path) -> None:
    assert faults_of_run(run) == []


def test_every_file_that_is_lost_changed_or_added_is_named(run: Path) -> None:
    (run / "tables" / "orders.csv").write_text("platform,craft\ndrone,6\n")
    (run / "result.json").unlink()
    (run / "tables" / MANIFEST).write_text("{}")
    (run / "notes.txt").write_text("mine")
    assert faults_of_run(run) == [
        "notes.txt: not of the run",
        "result.json: missing",
        f"tables/{MANIFEST}: not of the run",
        "tables/orders.csv: changed after the run",
    ]


def test_a_file_outside_the_run_is_none_of_its_files(run: Path) -> None:
    outside = run.parent / "outside.txt"
    outside.write_text("x")
    manifest = json.loads((run / MANIFEST).read_text())
    manifest["files"]["../outside.txt"] = "00"
    (run / MANIFEST).write_text(json.dumps(manifest))
    assert faults_of_run(run) == ["../outside.txt: missing"]


def test_a_file_that_cannot_be_read_is_a_fault(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("fleetcraft.study.store.verify.checksum", refuse)
    assert faults_of_run(run) == [
        f"{name}: cannot be read: Permission denied" for name in ("result.json", "tables/orders.csv")
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "cannot be read: Expecting"),
        ("[]", "cannot be read: list"),
        ("[" * 100_000, "cannot be read: values nested too deeply"),
        ('{"files": []}', "holds no list of files"),
        ("\xff", "cannot be read: 'utf-8' codec"),
    ],
    ids=["cut", "list", "deep", "no files", "no text"],
)
def test_a_manifest_that_is_none_is_the_only_fault(run: Path, content: str, fault: str) -> None:
    (run / MANIFEST).write_bytes(content.encode("latin-1"))
    (found,) = faults_of_run(run)
    assert found.startswith(f"{MANIFEST}: {fault}")
    assert "\n" not in found


def test_a_run_without_manifest_is_not_whole(run: Path) -> None:
    (run / MANIFEST).unlink()
    assert faults_of_run(run) == [f"{MANIFEST}: missing"]
