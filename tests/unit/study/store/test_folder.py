"""Run folders are whole or not there, whatever happens while one is written."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fleetcraft import __version__
from fleetcraft.errors import RunError
from fleetcraft.study.store.folder import (
    MANIFEST,
    Identity,
    manifest_of,
    new_run,
    read_manifest,
    require_writable,
    run_folder,
    write_json,
    write_manifest,
)

IDENTITY = Identity("Tiny: Ünlü case", "ab" * 32, "plan", 7, {"replications": 200, "futures": 20, "gap": 0.01})
FILES = ("plan.json", "result.json", "tables/orders.csv", "report.html")


def write_whole(folder: Path, content: str = "x") -> None:
    for name in FILES:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content * 1000)
    write_manifest(folder, manifest_of(IDENTITY, {"loop": 1.23456}))


def is_whole(folder: Path) -> bool:
    """Whether every file that the manifest promises is there with its content, and none of the run's is missing."""
    files = json.loads((folder / MANIFEST).read_text())["files"]
    return set(files) == set(FILES) and all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in files.items()
    )


# Identity


def test_the_same_question_has_the_same_identity() -> None:
    assert IDENTITY.hash == replace(IDENTITY, options=dict(reversed(IDENTITY.options.items()))).hash
    assert IDENTITY.hash == replace(IDENTITY, scenario_name="another name for the same values").hash


@pytest.mark.parametrize(
    "other",
    [
        replace(IDENTITY, scenario_hash="cd" * 32),
        replace(IDENTITY, verb="simulate"),
        replace(IDENTITY, seed=8),
        replace(IDENTITY, options={**IDENTITY.options, "gap": 0.02}),
    ],
)
def test_another_question_has_another_identity(other: Identity) -> None:
    assert other.hash != IDENTITY.hash


def test_a_run_is_filed_under_name_hash_and_seed() -> None:
    assert run_folder(IDENTITY, None) == Path("runs") / f"tiny--ünlü-case-{IDENTITY.hash[:8]}-s7"
    assert replace(IDENTITY, scenario_name="../..").folder_name.startswith("run-")


# Where a run may go


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    used = tmp_path / "used"
    used.mkdir()
    (used / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="non-empty"):
        run_folder(IDENTITY, used)
    with pytest.raises(RunError, match="existing file"):
        run_folder(IDENTITY, used / "thesis.txt")
    assert (used / "thesis.txt").read_text() == "mine"


def test_a_new_or_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new", "deep/down"):
        target = run_folder(IDENTITY, tmp_path / name)
        with new_run(target) as draft:
            write_whole(draft)
        assert is_whole(target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "empty", "new"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"), new_run(tmp_path / "file" / "run"):
        pass


# Whole or not there


def write_and_fail(target: Path, content: str = "x") -> None:
    with new_run(target) as draft:
        write_whole(draft, content)
        raise KeyboardInterrupt


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_its_manifest_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not finished"), new_run(tmp_path / "run") as draft:
        (draft / "plan.json").write_text("{}")
    assert list(tmp_path.iterdir()) == []


def test_the_same_run_again_replaces_the_old_one(tmp_path: Path) -> None:
    for content in ("old", "new"):
        with new_run(tmp_path / "run") as draft:
            write_whole(draft, content)
    assert is_whole(tmp_path / "run")
    assert (tmp_path / "run" / "plan.json").read_text().startswith("newnew")
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_an_old_run_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    with new_run(tmp_path / "run") as draft:
        write_whole(draft, "old")
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(tmp_path / "run", "new")
    assert (tmp_path / "run" / "plan.json").read_text().startswith("oldold")
    assert is_whole(tmp_path / "run")


ENDLESS = """
import sys
from pathlib import Path
from fleetcraft.study.store.folder import new_run
from unit.study.store.test_folder import write_whole

turn = 0
print("writing", flush=True)
while True:
    turn += 1
    with new_run(Path(sys.argv[1]) / "run") as draft:
        write_whole(draft, str(turn % 10))
"""


def test_a_killed_run_leaves_no_folder_that_looks_whole_and_is_not(tmp_path: Path) -> None:
    """Writers killed at random moments: every folder with a manifest, hidden ones too, is whole."""
    random = np.random.default_rng(5)
    paths = os.pathsep.join(p for p in sys.path if p)
    whole = unfinished = 0
    for turn in range(8):
        folder = tmp_path / str(turn)
        folder.mkdir()
        writer = subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        while turn % 2 and not (folder / "run" / MANIFEST).exists():
            time.sleep(0.001)
        time.sleep(random.uniform(0.002, 0.05))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for manifest in folder.rglob(MANIFEST):
            assert is_whole(manifest.parent), manifest
            whole += 1
        unfinished += sum(".fleetcraft-unfinished-" in path.name for path in folder.iterdir())
        with new_run(folder / "run") as draft:
            write_whole(draft)
        assert is_whole(folder / "run")
    assert whole > 0
    assert unfinished > 0


# Manifest


def test_a_manifest_tells_what_made_the_run_and_every_files_checksum(tmp_path: Path) -> None:
    write_whole(tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert manifest["fleetcraft"] == __version__
    assert manifest["identity"] == IDENTITY.hash
    assert (manifest["verb"], manifest["seed"]) == ("plan", 7)
    assert manifest["options"] == IDENTITY.options
    assert manifest["scenario"] == {"name": IDENTITY.scenario_name, "hash": IDENTITY.scenario_hash}
    assert manifest["seconds"] == {"loop": 1.235}
    assert manifest["packages"]["numpy"] == np.__version__
    assert is_whole(tmp_path)
    (tmp_path / "plan.json").write_text("changed")
    assert not is_whole(tmp_path)


def test_a_manifest_is_read_back_without_its_checksums(tmp_path: Path) -> None:
    write_whole(tmp_path)
    found = read_manifest(tmp_path)
    assert "files" not in found
    assert found["identity"] == IDENTITY.hash


@pytest.mark.parametrize("content", [None, "", "{", "[1]", b"\xff\xfe\x00"])
def test_what_is_no_run_is_refused(tmp_path: Path, content: str | bytes | None) -> None:
    if isinstance(content, bytes):
        (tmp_path / MANIFEST).write_bytes(content)
    elif content is not None:
        (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(RunError):
        read_manifest(tmp_path)


def test_json_refuses_what_is_no_number_and_keeps_the_old_file(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"ü": 1.5})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"ü": 1.5}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_another_run_removes_nothing_of_the_users(tmp_path: Path) -> None:
    """A plan edited in the folder, a file put beside it: refused before any work, nothing is touched."""
    target = tmp_path / "run"
    with new_run(target) as draft:
        (draft / "plan.json").write_text("{}")
        (draft / "report.html").write_text("first")
        write_manifest(draft, {})
    require_writable(target)
    (target / "report.html").write_text("made again by another version")
    require_writable(target)
    (target / "plan.json").write_text('{"mine": 1}')
    (target / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"found notes.txt, plan.json, added or changed since the run was made"):
        require_writable(target)
    assert (target / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("manifest", [None, "{", "{}", "[]", '{"files": 3}'])
def test_a_folder_whose_manifest_tells_nothing_is_the_users(tmp_path: Path, manifest: str | None) -> None:
    (tmp_path / "run").mkdir()
    require_writable(tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    if manifest is not None:
        (tmp_path / "run" / MANIFEST).write_text(manifest)
    with pytest.raises(RunError, match=r"no readable manifest.json and so what may be your own"):
        require_writable(tmp_path / "run")


def test_a_file_in_a_runs_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(RunError, match=r"what may be your own"):
        require_writable(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def link_to_nothing(place: Path) -> None:
    place.symlink_to("nowhere")


def link_to_an_empty_folder(place: Path) -> None:
    (place.parent / "elsewhere").mkdir()
    place.symlink_to("elsewhere")


@pytest.mark.parametrize("put", [Path.touch, link_to_nothing, link_to_an_empty_folder])
def test_what_came_into_a_runs_place_steps_aside(tmp_path: Path, put: Callable[[Path], None]) -> None:
    with new_run(tmp_path / "run") as draft:
        write_whole(draft)
        put(tmp_path / "run")
    assert is_whole(tmp_path / "run")
    assert not (tmp_path / "run").is_symlink()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
