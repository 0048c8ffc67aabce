"""Work on a Dask cluster: the answers are those found here, whatever happens to scheduler and workers."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import fleetcraft
from cluster.dask import Dask, dask, free_port, until
from cluster.jobs import Cubes, Deadly, Received
from fleetcraft.errors import LimitError, RunError
from fleetcraft.study.engine.cluster import Cluster, local_cluster
from fleetcraft.study.engine.crew import Crew

pytest.importorskip("distributed")

NO_MODULE = "import sys; sys.modules[{module!r}] = None\n"


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """Two workers that nothing is done to."""
    with dask(tmp_path_factory.mktemp("steady"), workers=2) as cluster:
        yield cluster


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Dask]:
    """A scheduler of the test's own, without workers."""
    with dask(tmp_path / "dask") as cluster:
        yield cluster


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def answers(crew: Crew, blocks: Iterable[Hashable]) -> dict[Any, Any]:
    """Have all blocks worked on; each comes back once."""
    waiting, under_way, found = list(blocks), 0, {}
    while waiting or under_way:
        while waiting and crew.free > 0:
            crew.put(waiting.pop(0))
            under_way += 1
        got = crew.get()
        under_way -= 1
        assert got.error is None
        assert got.block not in found
        found[got.block] = got.answer
    return found


def cubes(count: int) -> dict[int, int]:
    return {block: block**3 for block in range(count)}


def ignore(_: str) -> None:
    pass


def nothing(words: str) -> None:
    raise AssertionError(f"told: {words}")


def test_answers_are_those_of_the_job(steady: Dask, marks: Path, capfd: pytest.CaptureFixture[str]) -> None:
    threads, levels = set(threading.enumerate()), logging.getLogger("distributed.client").level
    with Cluster(Cubes(marks, pause_s=0.01), steady.address, tell=nothing) as crew:
        assert answers(crew, range(30)) == cubes(30)
    assert {block for block, _ in Cubes(marks).begun()} == set(range(30))
    assert len({process for _, process in Cubes(marks).begun()}) == 2
    assert os.getpid() not in {process for _, process in Cubes(marks).begun()}
    assert set(threading.enumerate()) == threads
    assert logging.getLogger("distributed.client").level == levels
    assert capfd.readouterr() == ("", "")


def test_what_a_block_raises_is_its_answer(steady: Dask, marks: Path) -> None:
    with Cluster(Cubes(marks), steady.address, tell=nothing) as crew:
        crew.put(-3)
        got = crew.get()
        assert got.block == -3
        assert isinstance(got.error, LimitError)
        assert str(got.error) == "no cube of -3"
        assert answers(crew, range(3)) == cubes(3)
    assert Counter(block for block, _ in Cubes(marks).begun())[-3] == 1


def test_a_thread_holds_two_blocks(steady: Dask, marks: Path) -> None:
    with Cluster(Cubes(marks, pause_s=0.3), steady.address, tell=nothing) as crew:
        until(lambda: crew.size == 2)
        for left in (3, 2, 1, 0):
            crew.put(left)
            assert crew.free == left
        crew.get()
        assert crew.free == 1


def test_a_job_is_sent_once_to_each_process(
    steady: Dask, marks: Path, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    """However large the blocks are; nothing is said about that."""
    large = [bytes([number]) * 12_000_000 for number in range(2)]
    small = [b"%d" % number for number in range(20)]
    with Cluster(Received(marks), steady.address, tell=nothing) as crew:
        assert answers(crew, [*small, *large]) == {block: len(block) for block in [*small, *large]}
    receivers = Counter(path.name.partition("-")[0] for path in marks.iterdir())
    assert set(receivers.values()) == {1}
    assert len(receivers) <= 2
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("nanny", ["--no-nanny", pytest.param("--nanny", marks=pytest.mark.soak)])
def test_a_worker_that_is_killed_changes_nothing(own: Dask, marks: Path, nanny: str) -> None:
    """Its block is worked on again, by another worker or by the one that takes its place."""
    own.worker(nanny)
    job = Cubes(marks, pause_s=0.3)
    with Cluster(job, own.address, tell=ignore) as crew:
        killing = threading.Thread(target=kill_who_works, args=(job,))
        killing.start()
        if nanny == "--no-nanny":
            own.worker(nanny)
        assert answers(crew, range(8)) == cubes(8)
        killing.join()
    times = Counter(block for block, _ in job.begun())
    assert max(times.values()) == 2


def kill_who_works(job: Cubes) -> None:
    until(lambda: list(job.begun()))
    _, process = next(job.begun())
    os.kill(process, signal.SIGKILL)


def test_a_block_that_ends_every_worker_is_given_up(own: Dask) -> None:
    own.worker("--nanny")
    with Cluster(Deadly(), own.address, tell=ignore) as crew:
        crew.put(3)
        with pytest.raises(RunError, match="4 workers ended while they worked on the same block"):
            crew.get()


def test_a_scheduler_that_is_restarted_changes_nothing(own: Dask, marks: Path) -> None:
    own.worker()
    job, told = Cubes(marks, pause_s=0.2), list[str]()
    with Cluster(job, own.address, tell=told.append) as crew:
        restarting = threading.Thread(target=restart, args=(own, job))
        restarting.start()
        assert answers(crew, range(12)) == cubes(12)
        restarting.join()
    assert told[0] == f"lost the scheduler at {own.address}; waiting up to 300 s for it"
    assert len({process for _, process in job.begun()}) == 2


def restart(cluster: Dask, job: Cubes) -> None:
    until(lambda: len(list(job.begun())) > 3)
    for process in cluster.processes:
        process.kill()
        process.wait()
    cluster.scheduler()
    cluster.worker()


@pytest.mark.soak
def test_a_scheduler_that_stays_away_is_waited_for_no_longer_than_said(own: Dask, marks: Path) -> None:
    own.worker()
    with Cluster(Cubes(marks, pause_s=60), own.address, tell=ignore, patience_s=0.5) as crew:
        crew.put(1)
        until(lambda: list(Cubes(marks).begun()))
        own.processes[0].kill()
        with pytest.raises(RunError, match=rf"^{own.address}: found no Dask scheduler \(.*\), expected one"):
            crew.get()


def test_workers_that_all_end_are_waited_for_no_longer_than_said(own: Dask, marks: Path) -> None:
    worker = own.worker()
    told = list[str]()
    with Cluster(Cubes(marks, pause_s=60), own.address, tell=told.append, patience_s=1) as crew:
        crew.put(1)
        until(lambda: list(Cubes(marks).begun()))
        worker.kill()
        with pytest.raises(RunError, match=f"^{own.address}: found no worker for 1 s, expected one or more, each"):
            crew.get()
    assert told[-1] == f"no worker at {own.address}; waiting up to 1 s for one"


def test_workers_may_come_later(own: Dask, marks: Path) -> None:
    told = list[str]()

    def tell(words: str) -> None:
        told.append(words)
        own.worker()

    with Cluster(Cubes(marks, pause_s=0.2), own.address, tell=tell) as crew:
        own.worker()
        until(lambda: crew.size == 2)
        assert answers(crew, range(12)) == cubes(12)
    assert told == [f"no worker at {own.address}; waiting up to 300 s for one"]
    assert len({process for _, process in Cubes(marks).begun()}) == 2


def test_a_worker_that_stands_still_for_a_while_changes_nothing(own: Dask, marks: Path) -> None:
    own.worker()
    own.worker()
    job = Cubes(marks, pause_s=0.2)
    with Cluster(job, own.address, tell=nothing) as crew:
        until(lambda: crew.size == 2)
        still, going = own.processes[1:]
        still.send_signal(signal.SIGSTOP)
        waking = threading.Thread(target=wake, args=(still, going, job))
        waking.start()
        assert answers(crew, range(16)) == cubes(16)
        waking.join()


def wake(still: subprocess.Popen[bytes], going: subprocess.Popen[bytes], job: Cubes) -> None:
    """Once the other has worked on some blocks."""
    until(lambda: Counter(process for _, process in job.begun())[going.pid] > 5)
    still.send_signal(signal.SIGCONT)


def test_another_program_is_refused_at_once(own: Dask, marks: Path, tmp_path: Path) -> None:
    own.worker(path=changed_program(tmp_path))
    with pytest.raises(RunError, match=OTHER), Cluster(Cubes(marks), own.address, tell=ignore):
        pass
    assert not list(marks.iterdir())


def test_another_program_that_joins_later_is_refused_at_its_first_block(own: Dask, marks: Path, tmp_path: Path) -> None:
    worker = own.worker()
    with Cluster(Cubes(marks), own.address, tell=ignore) as crew:
        assert answers(crew, range(3)) == cubes(3)
        own.worker(path=changed_program(tmp_path))
        until(lambda: crew.size == 2)
        worker.kill()
        crew.put(4)
        with pytest.raises(RunError, match=OTHER):
            crew.get()
    assert {process for _, process in Cubes(marks).begun()} == {worker.pid}


OTHER = (
    r"^worker tcp://[\d.:]+: found program [0-9a-f]{16}, expected program [0-9a-f]{16} as here, else answers could "
    "differ; start the workers from the environment that the study is started from, best from one container image$"
)


def changed_program(folder: Path) -> Path:
    """A folder with a copy of the package in which one file is a line longer."""
    package = folder / "changed" / "fleetcraft"
    shutil.copytree(Path(fleetcraft.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / "units.py").open("a") as file:
        file.write("# one line more\n")
    return package.parent


def test_a_worker_without_fleetcraft_is_refused(own: Dask, marks: Path, tmp_path: Path) -> None:
    own.worker(path=without(tmp_path, "fleetcraft"))
    with (
        pytest.raises(RunError, match=r"^worker tcp://[\d.:]+: found ModuleNotFoundError.*, expected fleetcraft "),
        Cluster(Cubes(marks), own.address, tell=ignore),
    ):
        pass


def test_a_worker_that_cannot_unpack_the_job_is_told_of(own: Dask, marks: Path, tmp_path: Path) -> None:
    own.worker(path=without(tmp_path, "cluster.jobs"))
    with Cluster(Cubes(marks), own.address, tell=ignore) as crew:
        crew.put(1)
        with pytest.raises(RunError, match=r"^worker tcp://[\d.:]+: found ModuleNotFoundError: .*cluster.jobs.*, exp"):
            crew.get()


def without(folder: Path, module: str) -> Path:
    """A folder that hides a module from the Python processes that import from it first."""
    hiding = folder / "hiding"
    hiding.mkdir()
    (hiding / "sitecustomize.py").write_text(NO_MODULE.format(module=module))
    return hiding


def test_a_scheduler_without_fleetcraft_is_told_of(tmp_path: Path, marks: Path) -> None:
    cluster = Dask(tmp_path)
    try:
        cluster.scheduler(path=without(tmp_path, "fleetcraft"))
        cluster.worker()
        with Cluster(Cubes(marks), cluster.address, tell=ignore) as crew:
            crew.put(1)
            with pytest.raises(RunError, match="found that a block could not be worked on"):
                crew.get()
    finally:
        cluster.end()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:PORT", "http://127.0.0.1:PORT", "tcp://", "nonsense", "tls://:x"])
def test_an_address_where_nobody_is(marks: Path, address: str, capfd: pytest.CaptureFixture[str]) -> None:
    address = address.replace("PORT", str(free_port()))
    threads = set(threading.enumerate())
    with pytest.raises(RunError) as raised, Cluster(Cubes(marks), address, tell=nothing):
        pass
    assert str(raised.value).startswith(f"{address}: found no Dask scheduler (")
    assert len(str(raised.value).splitlines()) == 1
    assert raised.value.status == 2
    assert set(threading.enumerate()) == threads
    assert capfd.readouterr() == ("", "")


def test_dask_that_is_not_installed_is_told_of(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(RunError, match=r"pip install fleetcraft\[cluster\]"),
        Cluster(Cubes(marks), "tcp://127.0.0.1:1", tell=nothing),
    ):
        pass


def test_an_interrupt_leaves_at_once(steady: Dask, marks: Path, capfd: pytest.CaptureFixture[str]) -> None:
    threads = set(threading.enumerate())
    job = Cubes(marks, pause_s=3)
    interrupting = threading.Thread(target=interrupt, args=(job,))
    interrupting.start()
    with pytest.raises(KeyboardInterrupt), Cluster(job, steady.address, tell=nothing) as crew:
        answers(crew, range(4))
    interrupting.join()
    until(lambda: set(threading.enumerate()) == threads)
    assert capfd.readouterr() == ("", "")
    with Cluster(Cubes(marks), steady.address, tell=nothing) as crew:
        assert answers(crew, range(5)) == cubes(5)


def test_a_scheduler_that_stands_still_is_left_at_once(own: Dask, marks: Path) -> None:
    own.worker()
    threads = set(threading.enumerate())
    with Cluster(Cubes(marks), own.address, tell=ignore):
        own.processes[0].send_signal(signal.SIGSTOP)
    assert set(threading.enumerate()) == threads


def interrupt(job: Cubes) -> None:
    until(lambda: list(job.begun()))
    os.kill(os.getpid(), signal.SIGINT)


def test_a_cluster_of_this_machine(marks: Path, capfd: pytest.CaptureFixture[str]) -> None:
    threads = set(threading.enumerate())
    job = Cubes(marks, pause_s=0.1)
    with local_cluster(job, 2, tell=nothing) as crew:
        killing = threading.Thread(target=kill_who_works, args=(job,))
        killing.start()
        assert answers(crew, range(12)) == cubes(12)
        killing.join()
    workers = {process for _, process in job.begun()}
    assert len(workers) >= 2
    assert not [process for process in workers if Path(f"/proc/{process}").exists()]
    assert {thread.name for thread in set(threading.enumerate()) - threads} <= {"Dask-Offload_0"}  # idle, kept by Dask
    assert capfd.readouterr() == ("", "")
