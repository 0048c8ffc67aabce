"""What killed processes leave is known by its name, and belongs to one run alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fleetcraft.study.store.folder import MANIFEST, files_of, read_manifest, write_manifest
from fleetcraft.study.store.lock import lock_file, locked
from fleetcraft.study.store.mending import POINTS, WORK, faults_at_rest, mend, mend_all, remove_work, tidy
from fleetcraft.study.store.verify import faults_of_run
from unit.study.stored import store_run

HIDDEN = ("unfinished", "try", "old", "ready")
KINDS = (*(f"fleetcraft-{what}-0a_b1c2d" for what in HIDDEN), "points-" + 16 * "0")


def left(run: Path, kind: str) -> Path:
    """An empty folder of a kind beside a run."""
    folder = run.with_name(f".{run.name}.{kind}")
    folder.mkdir()
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["a", "a.b", "a[0-9]*", "ünlü-1"])
def test_only_what_is_of_the_run_goes(tmp_path: Path, name: str) -> None:
    run = store_run(tmp_path / name)
    others = [store_run(tmp_path / other) for other in ("a0", "aXb", "b", f"{name}.fleetcraft-unfinished-01234567")]
    theirs = {left(other, kind).name for other in others for kind in KINDS}
    own = [left(run, kind) for kind in KINDS]
    (tmp_path / f".{name}.fleetcraft-unfinished-mine").mkdir()
    tidy(run)
    assert not any(folder.exists() for folder in own)
    assert names(tmp_path) == {*theirs, *(path.name for path in (run, *others)), f".{name}.fleetcraft-unfinished-mine"}
    assert faults_of_run(run) == []


def test_work_is_removed_by_its_kind(tmp_path: Path) -> None:
    points, explain = left(tmp_path / "a", "points-" + 16 * "a"), left(tmp_path / "a", "explain-" + 16 * "b")
    mend(tmp_path / "a")
    assert points.exists()
    remove_work(tmp_path / "a", POINTS)
    assert (points.exists(), explain.exists()) == (False, True)
    remove_work(tmp_path / "a", WORK)
    assert not explain.exists()


@pytest.mark.parametrize("in_its_place", ["nothing", "empty folder", "run"])
def test_a_run_that_stood_aside_returns_where_nothing_took_its_place(tmp_path: Path, in_its_place: str) -> None:
    run = tmp_path / "a"
    store_run(left(run, "fleetcraft-old-01234567") / "old", seed=1)
    if in_its_place == "empty folder":
        run.mkdir()
    elif in_its_place == "run":
        store_run(run, seed=2)
    mend_all(tmp_path)
    assert names(tmp_path) == {"a"}
    assert faults_of_run(run) == []
    assert (f'"seed": {2 if in_its_place == "run" else 1}') in (run / MANIFEST).read_text()


@pytest.mark.parametrize("moved", range(4))
def test_changes_that_were_ready_are_completed(tmp_path: Path, moved: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever of them was moved before the end came: nothing, one file, two, or all but the manifest."""
    run, ready = store_run(tmp_path / "a"), left(tmp_path / "a", "fleetcraft-ready-01234567")
    changed = store_run(tmp_path / "changed", gap=0.5, status="feasible")
    (changed / "explain.json").write_text("{}")
    write_manifest(changed, read_manifest(changed))
    shutil.copytree(changed, ready, dirs_exist_ok=True)
    moves: list[object] = []

    def replace(source: Path, target: Path) -> None:
        if len(moves) == moved:
            raise KeyboardInterrupt
        moves.append(source.rename(target))

    with monkeypatch.context() as patched:
        patched.setattr("fleetcraft.study.store.folder.os.replace", replace)
        with pytest.raises(KeyboardInterrupt):
            mend(run)
    mend(run)
    assert faults_of_run(run) == []
    assert {name: path.read_bytes() for name, path in files_of(run).items()} == {
        name: path.read_bytes() for name, path in files_of(changed).items()
    }
    assert (run / MANIFEST).read_bytes() == (changed / MANIFEST).read_bytes()
    assert names(tmp_path) == {"a", "changed"}


def test_changes_of_a_run_that_is_gone_go_too(tmp_path: Path) -> None:
    store_run(tmp_path / "a")
    (tmp_path / "a").rename(left(tmp_path / "a", "fleetcraft-ready-01234567"))
    mend_all(tmp_path)
    assert names(tmp_path) == set()


def test_what_another_process_is_at_work_on_stays(tmp_path: Path) -> None:
    run = store_run(tmp_path / "a")
    drafts = {left(run, kind).name for kind in KINDS}
    with locked(run, lambda: None):
        tidy(run)
        mend_all(tmp_path)
        assert names(tmp_path) == {"a", lock_file(run).name, *drafts}
    tidy(run)
    assert names(tmp_path) == {"a"}


def test_a_lock_that_a_killed_process_left_goes(tmp_path: Path) -> None:
    run = store_run(tmp_path / "a")
    lock_file(run).touch()
    mend_all(tmp_path)
    assert names(tmp_path) == {"a"}


def test_a_fault_is_told_once_nobody_is_at_work_and_what_is_half_done_is_completed(tmp_path: Path) -> None:
    run = store_run(tmp_path / "a")
    ready = left(run, "fleetcraft-ready-01234567")
    shutil.copytree(store_run(tmp_path / "changed", gap=0.5), ready, dirs_exist_ok=True)
    (ready / "tables/orders.csv").write_text("platform,craft\ndrone,6\n")
    write_manifest(ready, read_manifest(ready))
    (ready / "tables/orders.csv").replace(run / "tables/orders.csv")
    assert faults_of_run(run) == ["tables/orders.csv: changed after the run"]
    with locked(run, lambda: None):
        assert faults_at_rest(run) is None
    assert faults_at_rest(run) == []
    (run / "notes.txt").write_text("mine")
    assert faults_at_rest(run) == ["notes.txt: not of the run"]
    assert faults_at_rest(tmp_path / "none") == [f"{MANIFEST}: missing"]
    assert names(tmp_path) == {"a", "changed"}


def test_what_only_looks_alike_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / ".other.lock").touch()
    (tmp_path / "web").mkdir()
    (tmp_path / ".web.lock").touch()
    for kind in ("old-20260101", "ready-20260101", "unfinished-20260101", "try-20260101"):
        left(tmp_path / "web", kind)
        (tmp_path / f".web.{kind}" / "mine.txt").write_text("mine")
    there = names(tmp_path)
    mend_all(tmp_path)
    mend(tmp_path / "web")
    assert names(tmp_path) == there
    assert len(list(tmp_path.rglob("mine.txt"))) == 4


def test_a_root_that_is_not_there_needs_no_mending(tmp_path: Path) -> None:
    mend_all(tmp_path / "none")
    assert names(tmp_path) == set()
