"""Real schedulers and workers of Dask, each a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

TESTS = Path(__file__).parents[1]
PATIENCE_S = 300.0


def until(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    end = monotonic() + PATIENCE_S
    while not true():
        assert monotonic() < end, "waited too long"
        sleep(0.02)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Dask:
    """A scheduler at a port of this machine, and workers of it; ``folder`` takes their files and what they log."""

    folder: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def scheduler(self, *, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Start the scheduler and wait until it listens."""
        started = self._start(["scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"], path)
        until(self._listens)
        return started

    def worker(self, nanny: str = "--no-nanny", *, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a worker of one thread and wait until the scheduler has it.

        ``path`` comes first among the folders that it imports from.
        """
        place = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder / "space")]
        started = self._start(["worker", self.address, nanny, *place], path)
        log = self._log(len(self.processes) - 1)
        until(lambda: "Registered to:" in log.read_text())
        return started

    def end(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGCONT)
            process.kill()
        for process in self.processes:
            process.wait()

    def _start(self, arguments: list[str], path: Path | None) -> subprocess.Popen[bytes]:
        folders = [str(folder) for folder in (path, TESTS) if folder is not None]
        folders += filter(None, [os.environ.get("PYTHONPATH")])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
        with self._log(len(self.processes)).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], env=environment, stdout=log, stderr=log, cwd=self.folder
            )
        self.processes.append(process)
        return process

    def _log(self, number: int) -> Path:
        return self.folder / f"log-{number}.txt"

    def _listens(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def dask(folder: Path, *, workers: int = 0) -> Iterator[Dask]:
    """A scheduler with so many workers, ended at last."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Dask(folder)
    try:
        cluster.scheduler()
        for _ in range(workers):
            cluster.worker()
        yield cluster
    finally:
        cluster.end()
