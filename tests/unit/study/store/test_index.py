"""The index follows from the folders: whatever becomes of its file, the answer is what lies there."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fleetcraft import __version__
from fleetcraft.study.store import index
from fleetcraft.study.store.folder import MANIFEST
from fleetcraft.study.store.index import INDEX, Entry, entries
from unit.study.stored import store_run

NOBODY = 65534


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three runs, made a second apart, the last name first."""
    for i, name in enumerate(("c", "b", "a")):
        dated(store_run(tmp_path / "runs" / name, seed=i), 1000 + i)
    return tmp_path / "runs"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were read, by name, as it goes on."""
    names: list[str] = []
    entry_of = index.entry_of

    def noting(folder: Path) -> Entry | None:
        names.append(folder.name)
        return entry_of(folder)

    monkeypatch.setattr(index, "entry_of", noting)
    return names


def dated(run: Path, second: float) -> Path:
    os.utime(run / MANIFEST, (second, second))
    return run


def listed(root: Path) -> list[str]:
    return [entry.folder for entry in entries(root)]


def indexed(root: Path) -> set[str]:
    """The folders that the file on disk holds."""
    with closing(sqlite3.connect(root / INDEX)) as file:
        return {name for (name,) in file.execute("SELECT folder FROM runs")}


def test_an_entry_tells_what_the_run_is_and_found(root: Path) -> None:
    run = dated(store_run(root / "d", seed=2**70), 86400.25)
    found = next(entry for entry in entries(root) if entry.folder == "d")
    assert found.identity != next(entry for entry in entries(root) if entry.folder == "c").identity
    assert replace(found, identity="") == Entry(
        folder="d", identity="", verb="plan", scenario="Tiny", case="wet", scenario_hash="ab" * 32, seed=2**70,
        version=__version__, made="1970-01-02T00:00:00.250000+00:00", attainment=0.75, low=0.7, high=0.8,
        acquisition=12.5e6, currency="USD", status="optimal", study=None, points=None,
        bytes=sum(p.stat().st_size for p in run.rglob("*.*")),
    )  # fmt: skip
    assert datetime.fromisoformat(found.made).tzinfo == UTC
    assert found in entries(root), "the same from the index"


def test_an_entry_of_a_study_tells_its_name_and_how_many_points_it_has(root: Path) -> None:
    store_run(root / "d", verb="study", study={"name": "What matters", "points": 2**70})
    store_run(root / "e", verb="study", study={"name": "What matters", "points": 12})
    for _ in range(2):  # read, then from the index
        found = {entry.folder: (entry.study, entry.points) for entry in entries(root)}
        assert (found["d"], found["e"]) == (("What matters", None), ("What matters", 12))


def test_runs_are_in_order_of_their_time_then_of_their_folders(root: Path) -> None:
    assert listed(root) == ["c", "b", "a"]
    for name in "abc":
        dated(root / name, 5000)
    assert listed(root) == ["a", "b", "c"]


def test_only_what_changed_is_read_again(root: Path, read: list[str]) -> None:
    first = entries(root)
    assert sorted(read) == ["a", "b", "c"]
    read.clear()
    assert entries(root) == first
    assert read == []
    dated(store_run(root / "b", attainment={"simulated": 0.5, "low": 0.4, "high": 0.6}), 1001.5)
    assert [entry.attainment for entry in entries(root)] == [0.75, 0.5, 0.75]
    assert read == ["b"]


def test_folders_that_are_gone_leave(root: Path) -> None:
    entries(root)
    shutil.rmtree(root / "b")
    (root / "c" / MANIFEST).unlink()
    assert listed(root) == ["a"]
    assert indexed(root) == {"a"}


def test_what_is_no_run_is_not_listed(root: Path) -> None:
    shutil.copytree(root / "a", root / ".a.fleetcraft-unfinished-x")
    shutil.copytree(root / "a", root / "outer" / "inner")
    for name, content in (("cut", "{"), ("list", "[]")):
        (root / name).mkdir()
        (root / name / MANIFEST).write_text(content)
    (root / os.fsdecode(b"no-text-\xff")).mkdir()
    shutil.copy(root / "a" / MANIFEST, root / os.fsdecode(b"no-text-\xff"))
    assert listed(root) == ["c", "b", "a"]


def test_a_run_with_odd_values_is_listed_without_them(root: Path) -> None:
    dated(store_run(root / "odd", status=3, attainment=[], cost={"acquisition": 10**400, "currency": "\u00a5"}), 1)
    (root / "odd" / MANIFEST).write_text('{"seed": "x", "verb": "\\ud800", "scenario": 3}')
    found = next(entry for entry in entries(root) if entry.folder == "odd")
    assert (found.seed, found.verb, found.status, found.attainment, found.acquisition) == (None, "", None, None, None)
    (root / "odd" / "result.json").write_text("{")
    (root / "odd" / MANIFEST).write_text("{}")
    assert next(entry for entry in entries(root) if entry.folder == "odd").currency is None


def test_no_root_and_no_runs_are_no_entries_and_no_file(tmp_path: Path) -> None:
    assert entries(tmp_path / "none") == []
    assert entries(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def broken_pages(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xee" * (len(content) - 100))


def other_layout(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("DROP TABLE runs")
        file.execute("CREATE TABLE runs (folder, colour)")
        file.execute("INSERT INTO runs VALUES ('a', 'blue')")
        file.commit()


def other_meaning(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 5")


def a_view(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("DROP TABLE runs")
        file.execute("CREATE VIEW runs AS SELECT 1 AS folder")


def nonsense(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("INSERT INTO runs (folder, seed) VALUES ('ghost', 'no number')")
        file.commit()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [Path.unlink, broken_pages, other_layout, other_meaning, a_view, nonsense, emptied])
def test_an_index_that_is_lost_or_spoilt_is_made_anew(root: Path, read: list[str], spoil) -> None:
    first = entries(root)
    spoil(root / INDEX)
    read.clear()
    assert entries(root) == first
    assert sorted(read) == ["a", "b", "c"]
    read.clear()
    assert entries(root) == first
    assert read == [], "the index made anew is in use"


def no_database(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def short(path: Path) -> None:
    path.write_bytes(b"note")


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE runs (folder, miles)")
        file.execute("INSERT INTO runs VALUES ('a', 26.2)")
        file.commit()


@pytest.mark.parametrize("make", [no_database, short, of_another_program])
def test_another_programs_file_of_that_name_is_left_alone(root: Path, make: Callable[[Path], None]) -> None:
    first = entries(root)
    make(root / INDEX)
    content = (root / INDEX).read_bytes()
    store_run(root / "d")
    for _ in range(2):
        assert [entry.folder for entry in entries(root)] == [*(entry.folder for entry in first), "d"]
    assert (root / INDEX).read_bytes() == content


def test_two_processes_refresh_at_once(root: Path, read: list[str]) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        answers = [pool.submit(entries, root) for _ in range(20)]
        for i in range(20):
            dated(store_run(root / f"r{i:02}"), 2000 + i)
            answers += [pool.submit(entries, root) for _ in range(4)]
        shutil.rmtree(root / "a")
        answers.append(pool.submit(entries, root))
        found = [[entry.folder for entry in answer.result()] for answer in answers]
    whole = ["c", "b", *(f"r{i:02}" for i in range(20))]
    for names in found:
        assert {"b", "c"} <= set(names) <= {"a", *whole}
        assert [name for name in names if name in whole] == [name for name in whole if name in names]
    assert listed(root) == whole
    read.clear()
    assert listed(root) == whole
    assert read == []
    assert indexed(root) == set(whole)


def test_an_index_that_another_process_writes_is_waited_for_and_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = entries(root)
    monkeypatch.setattr(index, "BUSY_S", 0.01)
    store_run(root / "new")
    with closing(sqlite3.connect(root / INDEX, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert [entry.folder for entry in entries(root)] == [*(entry.folder for entry in first), "new"]
        other.execute("COMMIT")
    assert indexed(root) == {"a", "b", "c"}, "neither written nor thrown away"
    assert len(entries(root)) == 4
    assert indexed(root) == {"a", "b", "c", "new"}


@pytest.fixture
def read_only(root: Path) -> Iterator[Path]:
    """The runs in a folder in which this process, be it root's, cannot write."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(root, folder, dirs_exist_ok=True)
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    yield folder
    os.seteuid(user)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_root_that_cannot_be_written_is_no_error(read_only: Path) -> None:
    with pytest.raises(PermissionError):
        (read_only / "x").touch()
    assert listed(read_only) == ["c", "b", "a"]
    assert listed(read_only) == ["c", "b", "a"]
    assert not (read_only / INDEX).exists()


@pytest.fixture
def outdated(root: Path) -> None:
    """An index that lists two of the three runs and one that is gone."""
    store_run(root / "gone")
    os.rename(root / "a", root.parent / "a")
    entries(root)
    os.rename(root.parent / "a", root / "a")
    shutil.rmtree(root / "gone")


@pytest.mark.usefixtures("outdated")
def test_an_outdated_index_that_cannot_be_written_is_read_and_mended_in_the_answer(
    request: pytest.FixtureRequest, read: list[str]
) -> None:
    read_only: Path = request.getfixturevalue("read_only")
    content = (read_only / INDEX).read_bytes()
    read.clear()
    assert listed(read_only) == ["c", "b", "a"]
    assert read == ["a"]
    assert (read_only / INDEX).read_bytes() == content


def test_a_damaged_index_that_cannot_be_written_is_passed_over(root: Path, request: pytest.FixtureRequest) -> None:
    entries(root)
    broken_pages(root / INDEX)
    read_only: Path = request.getfixturevalue("read_only")
    assert listed(read_only) == ["c", "b", "a"]
