"""Processes that use one folder of runs at the same time."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builders import write_scenario
from fleetcraft.study.store.lock import lock_file, locked
from fleetcraft.study.store.verify import faults_of_run
from store.conftest import Caller
from store.processes import started
from store.states import OTHER, PLAN, QUICK, RUN, hidden, that_look_whole, tree

WAITING = f"fleetcraft: another process is at work on {RUN}; waiting for it\n"
FOUND = f"fleetcraft: computed before, found again in {RUN}\n"


def answers(*processes: subprocess.Popen[str]) -> list[tuple[str, str]]:
    """What each printed, once all have ended well."""
    told = [process.communicate(timeout=240) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), told
    return told


@contextmanager
def at_work(run: Path) -> Iterator[None]:
    """Another process, which this one stands for, holds the run's lock."""
    run.parent.mkdir(exist_ok=True)
    with locked(run, lambda: pytest.fail("nobody else is at work")):
        yield


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    write_scenario(tmp_path / "tiny")
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


def test_of_two_that_ask_the_same_one_computes(cwd: Path) -> None:
    """The second finds what the first has made, whether it had to wait for it or came too late to."""
    (one, first), (other, second) = answers(started(cwd, *PLAN), started(cwd, *PLAN))
    assert one == other
    assert sorted([first, second], key=len)[0] == ""
    assert "computed before, found again in" in max(first, second, key=len)
    assert [faults_of_run(run) for run in that_look_whole(cwd / "runs")] == [[]]
    assert not hidden(cwd / "runs")


def test_who_waits_says_so_once_and_goes_on_when_the_other_ends(cwd: Path) -> None:
    with at_work(cwd / RUN):
        waits = started(cwd, *PLAN)
        assert waits.stderr is not None
        assert waits.stderr.readline() == WAITING
        assert waits.poll() is None
        assert not (cwd / RUN).exists()
    ((_, err),) = answers(waits)
    assert err == "", "it computes: the other left nothing"
    assert faults_of_run(cwd / RUN) == []
    assert not hidden(cwd / "runs")


def test_a_finished_run_is_found_while_another_process_is_at_work_on_it(caller: Caller, plain: Path) -> None:
    with at_work(plain / RUN):
        told = caller.call(plain, *PLAN)
    assert (told["status"], told["err"]) == (0, FOUND)


def test_an_out_folder_that_was_filled_meanwhile_is_refused(cwd: Path) -> None:
    with at_work(cwd / "mine"):
        waits = started(cwd, *PLAN, "--out", "mine")
        assert waits.stderr is not None
        waits.stderr.readline()
        (cwd / "mine").mkdir()
        (cwd / "mine" / "thesis.txt").write_text("all of it")
    _, err = waits.communicate(timeout=60)
    assert waits.returncode == 2
    assert err == "mine: found an existing file or non-empty folder, expected a new or empty one for --out\n"
    assert tree(cwd / "mine") == {"thesis.txt": b"all of it"}


def test_different_runs_do_not_wait_for_each_other_and_can_be_listed(cwd: Path) -> None:
    seeds = ("5", "6")
    with at_work(cwd / RUN):
        processes = [started(cwd, "plan", "../tiny", "--seed", seed, *QUICK) for seed in seeds]
        lists = [started(cwd, "runs", "list", "--json") for _ in range(2)]
        assert [err for _, err in answers(*processes, *lists)] == [""] * 4
    ((out, _),) = answers(started(cwd, "runs", "--json"))
    assert sorted(str(run["seed"]) for run in json.loads(out)["runs"]) == list(seeds)
    assert [faults_of_run(run) for run in that_look_whole(cwd / "runs")] == [[], []]
    assert not hidden(cwd / "runs")


def test_a_run_at_work_is_not_removed_nor_mended(caller: Caller, plain: Path, fresh: Path) -> None:
    cwd = fresh / "here"
    shutil.copytree(plain, cwd)
    draft = cwd / f"runs/.{Path(RUN).name}.fleetcraft-unfinished-0123abcd"
    draft.mkdir()
    before = tree(cwd / "runs", hidden=False)
    with at_work(cwd / RUN):
        told = caller.call(cwd, "runs", "remove", OTHER, RUN, "--yes")
        assert (told["status"], told["out"]) == (2, "")
        assert told["err"] == f"{RUN}: another process is at work on it; nothing was removed\n"
        assert tree(cwd / "runs", hidden=False) == before
        assert caller.call(cwd, "runs", "verify")["status"] == 0
        assert draft.is_dir()
    assert caller.call(cwd, "runs", "verify")["status"] == 0
    assert not hidden(cwd / "runs")
    assert caller.call(cwd, "runs", "remove", OTHER, RUN, "--yes")["status"] == 0
    assert tree(cwd / "runs") == {}


def test_what_is_kept_to_go_on_with_goes_with_its_run(caller: Caller, plain: Path, fresh: Path) -> None:
    cwd = fresh / "here"
    shutil.copytree(plain, cwd)
    of_run = [cwd / f"runs/.{Path(RUN).name}.{kind}-0123456789abcdef" for kind in ("points", "explain")]
    of_other = cwd / f"runs/.{Path(OTHER).name}.points-0123456789abcdef"
    for work in (*of_run, of_other):
        work.mkdir()
    assert caller.call(cwd, "runs", "remove", RUN, "--yes")["status"] == 0
    assert hidden(cwd / "runs") == [of_other.name]


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    """A counter read and written by four at once loses no count, though the lock's file comes and goes."""
    counter = tmp_path / "counter"
    counter.write_text("0")

    def count() -> None:
        for _ in range(100):
            with locked(tmp_path / "run", lambda: None):
                value = int(counter.read_text())
                counter.write_text("")
                counter.write_text(str(value + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text() == "400"
    assert not lock_file(tmp_path / "run").exists()
