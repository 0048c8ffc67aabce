"""A crew on other machines: the workers of a Dask scheduler.

The job lies packed with the scheduler; each worker process fetches it when it is given its first block. Nothing is
broadcast, so a worker that joins later, stands still or belongs to other work is no special case. A block that a lost
scheduler took along is put again, and since an answer follows from job and block alone, nothing else need be known.

One thread holds the connection and all that is asked; it speaks to the caller's through a queue. Dask is needed only
where a cluster is used: ``pip install fleetcraft[cluster]``.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
import warnings
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from fleetcraft.errors import RunError
from fleetcraft.study.engine.crew import Answered, Job
from fleetcraft.study.engine.local import answered
from fleetcraft.study.engine.refusals import first_line, no_scheduler, no_worker, other, stranger
from fleetcraft.study.store.program import Makeup, makeup

HELD = 2
"""Blocks a thread has at most: one that it works on, and the next."""
JOBS_KEPT = 2
"""Jobs that a worker process keeps at hand."""
TALKATIVE = ("distributed", "tornado")
CONNECT_S = 5.0
CHECK_S = 5.0
LEAVE_S = 2.0
WATCH_S = 1.0
PATIENCE_S = 300.0
"""Seconds that a scheduler may be away, or be without any worker, before a crew gives up."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Reply:
    """What a worker makes of a block: who it is, what it counts with, and the answer, or else why there is none."""

    worker: str
    makeup: Makeup
    answered: Answered | None
    trouble: str = ""


def reply(name: str, expected: Makeup, packed: bytes) -> bytes:
    """Work on a packed block of the job that the scheduler keeps by a name; a packed ``Reply``.

    Runs in a thread of a worker. A block is not worked on by what would count otherwise than expected.
    """
    worker = _dask().get_worker().address
    if makeup() != expected:
        return pickle.dumps(Reply(worker, makeup(), None))
    try:
        job, block = _job(name), pickle.loads(packed)
    except Exception as error:
        return pickle.dumps(Reply(worker, makeup(), None, first_line(error)))
    return pickle.dumps(Reply(worker, makeup(), replace(answered(job, block), block=None)))


@lru_cache(maxsize=JOBS_KEPT)
def _job(name: str) -> Job:
    """The job that the scheduler keeps by a name, fetched once for this process."""
    worker = _dask().get_worker()
    job: Job = pickle.loads(_dask().utils.sync(worker.loop, worker.scheduler.get_metadata, keys=[name]))
    return job


@dataclass(frozen=True)
class Connection:
    """A client of the scheduler, and the name by which the scheduler keeps its job."""

    client: Any
    name: str


class Cluster:
    """A crew of all worker threads that a Dask scheduler has, now or later.

    A worker that dies is replaced by any other; a scheduler that is lost is waited for, up to ``patience_s``, and so
    are workers where there are none. ``tell`` hears, in the caller's thread, what is waited for. Entering and ``get``
    raise RunError where Dask is not installed, no scheduler answers, patience is at its end, a worker would count
    otherwise than this process, or worker after worker dies of the same block.
    """

    def __init__(self, job: Job, address: str, *, tell: Tell, patience_s: float = PATIENCE_S) -> None:
        self._job = pickle.dumps(job)
        self._address = address
        self._patience_s = patience_s
        self._tell = tell
        self._threads = 0
        self._held = 0
        self._news: SimpleQueue[Answered | Exception | str | None] = SimpleQueue()  # None: connected
        self._stop = asyncio.Event()
        self._asked: set[asyncio.Task[None]] = set()
        self._thread = Thread(target=self._run, name="fleetcraft-cluster", daemon=True)

    @property
    def size(self) -> int:
        """Threads of all workers there are now; at least 1."""
        return max(1, self._threads)

    @property
    def free(self) -> int:
        """How many more blocks the workers can hold, each thread the one it works on and the next."""
        return HELD * self.size - self._held

    def put(self, block: Hashable) -> None:
        """Hand a block over."""
        self._held += 1
        self._loop.call_soon_threadsafe(self._begin, block)

    def get(self) -> Answered:
        """Wait for the next answer, in any order. Raises RunError as the class says."""
        while (found := self._next()) is None:
            pass  # connected again
        self._held -= 1
        return found

    def __enter__(self) -> Self:
        _dask()
        self._loop = asyncio.new_event_loop()
        self._connection: asyncio.Future[Connection] = self._loop.create_future()
        self._thread.start()
        try:
            self._next()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leaves the cluster; what its workers are at comes to nothing."""
        self._leave()

    def _next(self) -> Answered | None:
        while True:
            news = self._news.get()
            if isinstance(news, Exception):
                raise news
            if not isinstance(news, str):
                return news
            self._tell(news)

    def _leave(self) -> None:
        with suppress(RuntimeError):  # the loop is closed where the work ended by itself
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._work())

    async def _work(self) -> None:
        """Stay connected until told to stop."""
        connected, stopped = asyncio.create_task(self._stay_connected()), asyncio.create_task(self._stop.wait())
        await asyncio.wait({connected, stopped}, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        with suppress(asyncio.CancelledError):
            try:
                await connected
            except Exception as error:
                self._news.put(error)

    async def _stay_connected(self) -> None:
        """Hold a connection; where it is lost, wait for the next."""
        patience_s = 0.0
        with _quiet():
            while True:
                async with await self._connect(patience_s) as client:
                    with suppress(*_lost()):
                        await self._serve(client)
                self._news.put(f"lost the scheduler at {self._address}; waiting up to {self._patience_s:.0f} s for it")
                patience_s = self._patience_s

    async def _connect(self, patience_s: float) -> Any:
        """A client of the scheduler. Raises RunError where none answers in so many seconds."""
        until = time.monotonic() + patience_s
        while True:
            try:
                return await _client(self._address)
            except (OSError, ValueError, TypeError) as error:
                if time.monotonic() >= until:
                    raise no_scheduler(self._address, error) from error
            await asyncio.sleep(WATCH_S)

    async def _serve(self, client: Any) -> None:
        """Have blocks worked on through a client until its scheduler is lost."""
        connection = Connection(client, f"fleetcraft-{client.id}")
        await client.set_metadata(connection.name, self._job)
        try:
            self._threads = await self._some_threads(client)
            await _check(client)
            self._connection.set_result(connection)
            self._news.put(None)
            while self._is_good(connection):
                self._threads = await self._some_threads(client)
                await asyncio.sleep(WATCH_S)
        finally:
            with suppress(*_lost()):
                await asyncio.wait_for(client.set_metadata(connection.name, None), LEAVE_S)

    async def _some_threads(self, client: Any) -> int:
        """How many threads the workers have in all; where there are none, they are waited for."""
        until: float | None = None
        while not (threads := (await client.scheduler.identity(n_workers=0))["total_threads"]):
            if until is None:
                until = time.monotonic() + self._patience_s
                self._news.put(f"no worker at {self._address}; waiting up to {self._patience_s:.0f} s for one")
            if time.monotonic() >= until:
                raise no_worker(self._address, self._patience_s)
            await asyncio.sleep(WATCH_S)
        return int(threads)

    def _begin(self, block: Hashable) -> None:
        asking = self._loop.create_task(self._ask(block))
        self._asked.add(asking)
        asking.add_done_callback(self._asked.discard)

    async def _ask(self, block: Hashable) -> None:
        """Have a block worked on, over as many connections as it takes, and pass its answer on."""
        packed = pickle.dumps(block)
        while True:
            connection = await self._connection
            try:
                future = connection.client.submit(reply, connection.name, makeup(), packed, pure=False)
                self._news.put(_taken(block, pickle.loads(await future)))
                return
            except _lost():
                self._lose(connection)
            except RunError as error:
                self._news.put(error)
                return
            except Exception as error:
                self._news.put(_no_reply(self._address, error))
                return

    def _lose(self, connection: Connection) -> None:
        """Whoever asks from now on waits for the next connection."""
        if self._connection.done() and self._connection.result() is connection:
            self._connection = self._loop.create_future()

    def _is_good(self, connection: Connection) -> bool:
        """Whether blocks can be asked for through a connection."""
        if connection.client.status != "running":
            self._lose(connection)
        return self._connection.done()


@contextmanager
def local_cluster(job: Job, workers: int, *, tell: Tell) -> Iterator[Cluster]:
    """A crew of a scheduler and worker processes of one thread each, started here for the purpose and ended with it.

    A script that uses it guards its start with ``if __name__ == "__main__"``.
    """
    with (
        _quiet(),
        _dask().LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
        ) as started,
        Cluster(job, started.scheduler_address, tell=tell) as crew,
    ):
        yield crew


async def _client(address: str) -> Any:
    """A client that is connected. Raises OSError where nobody answers, ValueError or TypeError at a bad address."""
    client = _dask().Client(address, asynchronous=True, timeout=CONNECT_S, set_as_default=False)
    try:
        return await client
    except BaseException:
        await client.close()
        raise


async def _check(client: Any) -> None:
    """Raise RunError where a worker that is there would count otherwise; one that does not answer is checked later."""
    with suppress(TimeoutError):
        found = await asyncio.wait_for(client.run(makeup, on_error="return"), CHECK_S)
        for worker, theirs in sorted(found.items()):
            if isinstance(theirs, Exception):
                raise stranger(worker, first_line(theirs))
            if theirs != makeup():
                raise other(worker, theirs)


def _taken(block: Hashable, found: Reply) -> Answered:
    """The answer of a block. Raises RunError where the worker would not give one."""
    if found.answered is None:
        raise other(found.worker, found.makeup) if found.makeup != makeup() else stranger(found.worker, found.trouble)
    return replace(found.answered, block=block)


def _no_reply(address: str, error: Exception) -> RunError:
    """What went wrong between here and a worker; what a block itself raises is part of its answer."""
    if isinstance(error, _dask().KilledWorker):
        return RunError(
            f"{address}: found that {error.allowed_failures + 1} workers ended while they worked on the same block, "
            "expected an answer; give each worker more memory, and look at what it logs"
        )
    return RunError(f"{address}: found that a block could not be worked on ({first_line(error)}), expected an answer")


def _lost() -> tuple[type[Exception], ...]:
    """What is raised by all that waits for a scheduler that is gone."""
    return (CancelledError, _dask().client.ClosedClientError, OSError)


def _dask() -> Any:
    """The library. Raises RunError where it is not installed."""
    try:
        import distributed
    except ImportError as error:
        raise RunError("a cluster needs Dask, which is not installed: pip install fleetcraft[cluster]") from error
    return distributed


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask logs and warns of much that is told here in other words, or is no fault."""
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith(TALKATIVE)]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=rf"distributed|{__name__}")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
