"""Killed at any change it makes on the disk, a call loses nothing finished and leaves nothing that only looks whole."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from fleetcraft.study.store.verify import faults_of_run
from store.conftest import Caller
from store.states import HISTORIES, OTHER, RUN, History, hidden, that_look_whole, tree

IN_PLACE = ("report", "explain")
"""Calls that change a run's files one by one; the next call of any kind completes what a kill leaves of that."""


def killed_at(caller: Caller, plain: Path, fresh: Path, history: History, kills: Sequence[tuple[float, bool]]) -> None:
    """Kill the call at these shares of its changes, and hold what is left against a call that nothing disturbed.

    With ``torn`` a file that it was about to write is left as the beginning of something else.
    """
    undisturbed = history.begin(plain, fresh / "undisturbed")
    before = tree(undisturbed / "runs", hidden=False)
    told = caller.call(undisturbed, *history.command, statements=True)
    assert told["status"] == 0, told["err"]
    after, count = tree(undisturbed / "runs"), told["changes"]
    assert not hidden(undisturbed / "runs")
    for i, (share, torn) in enumerate(kills):
        at = 1 + int(share * count)
        cwd = history.begin(plain, fresh / str(i))
        found = caller.call(cwd, *history.command, kill=at, torn=torn, statements=True)
        assert found["status"] == -signal.SIGKILL, (at, found)
        where = f"{history.name} killed at change {at} of {count}"
        for folder in that_look_whole(cwd / "runs"):
            if history.name not in IN_PLACE or folder != cwd / RUN:
                assert faults_of_run(folder) == [], where
        verified = caller.call(cwd, "runs", "verify")
        assert verified["status"] == 0, (where, verified["err"])
        left = tree(cwd / "runs", hidden=False)
        for name, content in left.items():
            assert content in (before.get(name), after.get(name)), (where, name)
        kept = before.keys() & after.keys()
        assert kept <= left.keys(), where
        assert {name for name in kept if name.startswith(Path(OTHER).name)}
        if history.name == "remove" and not (cwd / RUN).exists():
            assert left == after, where
            continue
        again = caller.call(cwd, *history.command)
        assert again["status"] == 0, (where, again["err"])
        assert again["out"] == told["out"], where
        assert tree(cwd / "runs") == after, where
        assert not hidden(cwd / "runs"), where


def kills_of(seed: int, count: int) -> list[tuple[float, bool]]:
    random = np.random.default_rng(seed)
    return [(float(share), bool(torn < 0.5)) for share, torn in random.random((count, 2))]


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
def test_a_kill_at_one_change_loses_nothing(caller: Caller, plain: Path, fresh: Path, history: History) -> None:
    killed_at(caller, plain, fresh, history, kills_of(HISTORIES.index(history), 1))


@pytest.mark.soak
@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
def test_kills_at_hundreds_of_changes_lose_nothing(caller: Caller, plain: Path, fresh: Path, history: History) -> None:
    killed_at(caller, plain, fresh, history, kills_of(100 + HISTORIES.index(history), 60))
