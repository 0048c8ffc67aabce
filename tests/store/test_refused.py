"""A disk that is full, or folders that cannot be written, cost one plain line and nothing that was finished."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fleetcraft.study.store.verify import faults_of_run
from store.conftest import Caller
from store.states import FRONTIER, HISTORIES, PLAN, RUN, STUDY, History, hidden, never_planned, that_look_whole, tree

REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES)
STORING = [history for history in HISTORIES if history.name not in ("remove", "list", "plan left aside")]


def refused_at(caller: Caller, plain: Path, fresh: Path, history: History, shares: list[float]) -> None:
    """Refuse one change of the call, at these shares of its changes; then let it be called again."""
    undisturbed = history.begin(plain, fresh / "undisturbed")
    before = tree(undisturbed / "runs", hidden=False)
    told = caller.call(undisturbed, *history.command)
    after, finished = tree(undisturbed / "runs"), tree(undisturbed / "runs", hidden=False)
    statuses = []
    for i, share in enumerate(shares):
        at, why = 1 + int(share * told["changes"]), REFUSALS[i % len(REFUSALS)]
        where = f"{history.name} refused change {at} of {told['changes']}: {os.strerror(why)}"
        cwd = history.begin(plain, fresh / str(i))
        found = caller.call(cwd, *history.command, refuse=at, why=why)
        assert found["status"] in (0, 2), (where, found)
        statuses.append(found["status"])
        if found["status"] == 2:
            told_in_one_line(found["err"], os.strerror(why))
        assert caller.call(cwd, "runs", "verify")["status"] == 0, where
        left = tree(cwd / "runs", hidden=False)
        assert all(content in (before.get(name), after.get(name)) for name, content in left.items()), where
        assert before.keys() <= left.keys(), where
        if found["status"] == 0:  # refused was a folder that is there, or the clearing up; the answer is whole
            assert left == finished, where
        again = caller.call(cwd, *history.command)
        assert (again["status"], again["out"]) == (0, told["out"]), (where, again["err"])
        assert tree(cwd / "runs") == after, where
        assert not hidden(cwd / "runs"), where
    assert 2 in statuses or len(shares) < 10, "every refusal was passed over"


def told_in_one_line(err: str, reason: str) -> None:
    assert err.count("\n") == 1, err
    assert f"cannot be written: {reason}; " in err
    assert ("make room there" in err) == (reason in ("No space left on device", "Disk quota exceeded"))


@pytest.mark.parametrize("history", STORING, ids=lambda history: history.name)
def test_a_refused_change_is_told_and_loses_nothing(caller: Caller, plain: Path, fresh: Path, history: History) -> None:
    shares = np.random.default_rng(STORING.index(history)).random(2)
    refused_at(caller, plain, fresh, history, [float(share) for share in shares])


@pytest.mark.soak
@pytest.mark.parametrize("history", STORING, ids=lambda history: history.name)
def test_many_refused_changes_are_told_and_lose_nothing(
    caller: Caller, plain: Path, fresh: Path, history: History
) -> None:
    shares = np.random.default_rng(10 + STORING.index(history)).random(40)
    refused_at(caller, plain, fresh, history, [float(share) for share in shares])


@pytest.mark.parametrize("limit", [0, 3_000, 20_000])
@pytest.mark.parametrize("command", [PLAN, FRONTIER, STUDY], ids=["plan", "frontier", "study"])
def test_files_that_cannot_grow_are_told_with_what_is_kept(
    caller: Caller, plain: Path, fresh: Path, command: tuple[str, ...], limit: int
) -> None:
    cwd = fresh / "here"
    shutil.copytree(plain, cwd)
    never_planned(cwd)
    before = tree(cwd / "runs")
    found = caller.call(cwd, *command, limit=limit)
    assert (found["status"], found["out"]) == (2, "")
    assert found["err"].count("\n") == 1
    journal_fails = command == STUDY
    reason = "disk I/O error; choose another" if journal_fails else "File too large; make room there"
    assert f"cannot be written: {reason}" in found["err"]
    assert tree(cwd / "runs", hidden=False) == before
    if command in (FRONTIER, STUDY):
        (kept,) = hidden(cwd / "runs")
        assert found["err"].endswith(
            f"; what is done is kept in runs/{kept}, and the same command goes on from there\n"
        )
    else:
        assert hidden(cwd / "runs") == []
    assert caller.call(cwd, *command)["status"] == 0
    assert all(faults_of_run(run) == [] for run in that_look_whole(cwd / "runs"))
    assert not hidden(cwd / "runs")


# Folders that cannot be written


@pytest.fixture
def read_only(plain: Path) -> Iterator[Path]:
    """The runs of ``plain`` in a folder that everybody may read and nobody, be it root, is let write."""
    with tempfile.TemporaryDirectory() as top:
        Path(top).chmod(0o755)
        shutil.copytree(plain.parent / "tiny", Path(top) / "tiny")
        cwd = Path(top) / "here"
        shutil.copytree(plain, cwd)
        for folder in (cwd, *(path for path in cwd.rglob("*") if path.is_dir())):
            folder.chmod(0o555)
        yield cwd
        for folder in (cwd, *(path for path in cwd.rglob("*") if path.is_dir())):
            folder.chmod(0o755)


def test_what_lies_in_a_read_only_folder_is_found_and_listed(caller: Caller, read_only: Path) -> None:
    for command in (PLAN, ("runs",), ("runs", "verify"), ("runs", "compare", RUN, RUN)):
        told = caller.call(read_only, *command, nobody=True)
        assert told["status"] == 0, told["err"]


@pytest.mark.parametrize(
    "command",
    [
        FRONTIER,
        (*PLAN, "--gap", "0.02"),
        ("report", RUN),
        ("explain", RUN),
    ],
    ids=["frontier", "plan", "report", "explain"],
)
def test_a_call_that_cannot_write_says_so_before_any_work(
    caller: Caller, read_only: Path, command: tuple[str, ...]
) -> None:
    """The call would have to compute what was not learnt, were it not refused first."""
    told = caller.call(read_only, *command, nobody=True)
    assert (told["status"], told["out"]) == (2, "")
    assert told["err"].endswith(": cannot be written: Permission denied; choose another folder with --out\n")
    assert told["err"].count("\n") == 1
    removed = caller.call(read_only, "runs", "remove", RUN, "--yes", nobody=True)
    assert removed["status"] == 2
    assert removed["err"] == f"{RUN}: cannot be removed: Permission denied; nothing was removed\n"
    assert faults_of_run(read_only / RUN) == []
