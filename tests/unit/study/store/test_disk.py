"""What the system refuses is told of the file that it refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from fleetcraft.errors import RunError
from fleetcraft.study.store.disk import refusals_told


def refused(folder: Path, file: Path | None) -> str:
    """What is told of a refusal of a file while a folder is written."""
    named = () if file is None else (str(file),)
    with pytest.raises(RunError) as told, refusals_told(folder):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), *named)
    return str(told.value)


@pytest.mark.parametrize(
    "file", [None, "runs/a", "runs/a/b/c.json", "runs", ".", "runs/.a.fleetcraft-old-01234567/old", "runs/.a.lock"]
)
def test_what_is_written_is_told_by_the_runs_folder(tmp_path: Path, file: str | None) -> None:
    told = refused(tmp_path / "runs/a", None if file is None else tmp_path / file)
    assert told == f"{tmp_path / 'runs/a'}: cannot be written: Permission denied; choose another folder with --out"


@pytest.mark.parametrize("file", ["plan.json", "runs/b", "runs/ab/c", "runs/.b.lock", "/elsewhere/a"])
def test_what_lies_elsewhere_is_told_by_its_own_name(tmp_path: Path, file: str) -> None:
    assert refused(tmp_path / "runs/a", tmp_path / file) == f"{tmp_path / file}: cannot be read: Permission denied"


def test_a_relative_place_is_the_same_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cannot be written" in refused(Path("o"), tmp_path / "o" / "x")
    assert refused(Path("o"), Path("plan.json")) == "plan.json: cannot be read: Permission denied"
