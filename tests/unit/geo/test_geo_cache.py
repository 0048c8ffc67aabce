"""What is kept between runs comes back whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from fleetcraft.geo.cache import cache_folder, load, store

PAYLOADS = [bytes([i]) * 200_000 for i in range(4)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLEETCRAFT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_folder_is_the_one_stated_first(tmp_path: Path) -> None:
    own, shared = str(tmp_path / "own"), str(tmp_path / "shared")
    assert cache_folder({"FLEETCRAFT_CACHE": own, "XDG_CACHE_HOME": shared}) == tmp_path / "own"
    assert cache_folder({"FLEETCRAFT_CACHE": "", "XDG_CACHE_HOME": shared}) == tmp_path / "shared" / "fleetcraft"
    assert (tmp_path / "shared" / "fleetcraft").is_dir()


def test_without_either_it_lies_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert cache_folder({}) == tmp_path / ".cache" / "fleetcraft"


def test_no_home_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert cache_folder({}) is None


def test_what_is_stored_is_loaded(folder: Path) -> None:
    assert load("name") is None
    store("name", b"content")
    assert load("name") == b"content"
    store("name", b"")
    assert load("name") == b""
    assert [path.name for path in folder.iterdir()] == ["name"]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "shorter": lambda content: content[:-1],
    "longer": lambda content: content + b"x",
    "empty": lambda content: content[:0],
    "changed": lambda content: content[:40] + b"x" + content[41:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_counts_as_missing(folder: Path, damage: str) -> None:
    store("name", b"a content of some length")
    path = folder / "name"
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert load("name") is None
    store("name", b"again")
    assert load("name") == b"again"


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FLEETCRAFT_CACHE", str(tmp_path / "file" / "cache"))
    assert cache_folder() is None
    store("name", b"content")
    assert load("name") is None


@pytest.mark.usefixtures("folder")
def test_a_folder_that_cannot_be_written_to_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert cache_folder() is None


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    store("name", b"content")
    assert load("name") is None
    assert list(folder.iterdir()) == []


def write_and_read(which: int) -> bool:
    """Stores one payload again and again while others store theirs; whatever is read back is one of them, whole."""
    whole = True
    for _ in range(50):
        store("shared", PAYLOADS[which])
        whole &= load("shared") in PAYLOADS
    return whole


def test_processes_share_the_folder(folder: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(write_and_read, range(2))) == [True, True]
    assert load("shared") in PAYLOADS[:2]
    assert [path.name for path in folder.iterdir()] == ["shared"]
