"""A study on a Dask cluster: how much of two workers' time goes into it, and against two processes without Dask."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.command import Measured, measure
from bench.row import Row

GOAL = 0.85
EXAMPLE = "galapagos"
POINTS, REPLICATIONS = 40, 3000
START_S = 60.0
ORDERS = [
    {"platform": "sd_voyager", "period": "2026Q1", "quantity": 4},
    {"platform": "sd_explorer", "period": "2026Q1", "quantity": 20},
]
CRAFT = sum(order["quantity"] for order in ORDERS if isinstance(order["quantity"], int))
STUDY = """\
fleetcraft: 1
name: {name}
scenario: {scenario}
verb: simulate
plan: plan.json
options:
  replications: {replications}
factors:
  - {{path: operations.endurance_reserve, low: 0.05, high: 0.2}}
design:
  kind: latin_hypercube
  points: {points}
outputs: [attainment.simulated, cost.acquisition]
"""


def run() -> list[Row]:
    """The whole command with one worker and with two, scheduler and client on the same cores; kernels are loaded.

    Efficiency is the seconds with one worker over twice those with two.
    """
    with TemporaryDirectory() as name, _cluster(Path(name)) as cluster:
        folder = Path(name)
        (folder / "plan.json").write_text(json.dumps({"fleetcraft": 1, "scenario": None, "orders": ORDERS}))
        _write_study(folder, "warm", points=6, replications=200)
        _write_study(folder, "real", points=POINTS, replications=REPLICATIONS)
        cluster.add_worker()
        one = cluster.measure("one")
        cluster.add_worker()
        two = cluster.measure("two")
        processes = measure(folder, "study", "real.yaml", "--threads", "2", "--quiet", "--out", "processes")
        found = {(folder / out / "points.csv").read_bytes() for out in ("one", "two", "processes")}
    assert len(found) == 1, "a cluster found something else"
    efficiency = one.seconds / (2 * two.seconds)
    detail = {
        "cores": os.cpu_count(),
        "one_worker_s": one.seconds,
        "two_workers_s": two.seconds,
        "points": POINTS,
        "replications": REPLICATIONS,
        "craft": CRAFT,
    }
    return [
        Row("cluster", "efficiency", "goal", efficiency / GOAL, efficiency, "of 2 workers", detail),
        Row("cluster", "workers2", "processes2", processes.seconds / two.seconds, two.seconds, "s", {}),
    ]


def _write_study(folder: Path, name: str, *, points: int, replications: int) -> None:
    text = STUDY.format(name=name, scenario=EXAMPLE, points=points, replications=replications)
    (folder / f"{name}.yaml").write_text(text)


class _Cluster:
    """A scheduler of this machine, and workers of one thread each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._address = f"tcp://127.0.0.1:{port}"
        self._start("Scheduler at:", "scheduler", "--host", "127.0.0.1", "--port", str(port))

    def add_worker(self) -> None:
        """Start one more worker, and have all of them load what they need."""
        own = ("--nthreads", "1", "--local-directory", str(self._folder / "space"))
        self._start("Registered to:", "worker", self._address, *own)
        self.measure(f"warm-{len(self.processes)}", study="warm")

    def measure(self, out: str, *, study: str = "real") -> Measured:
        """The command that a user would give."""
        return measure(self._folder, "study", f"{study}.yaml", "--cluster", self._address, "--quiet", "--out", out)

    def _start(self, ready: str, *arguments: str) -> None:
        log = self._folder / f"log-{len(self.processes)}.txt"
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        with log.open("wb") as file:
            self.processes.append(subprocess.Popen(command, stdout=file, stderr=file))
        end = time.monotonic() + START_S
        while ready not in log.read_text():
            if time.monotonic() > end:
                raise RuntimeError(f"dask {arguments[0]} did not start: {log.read_text()}")
            time.sleep(0.05)


@contextmanager
def _cluster(folder: Path) -> Iterator[_Cluster]:
    cluster = _Cluster(folder)
    try:
        yield cluster
    finally:
        for process in reversed(cluster.processes):
            process.terminate()
        for process in cluster.processes:
            process.wait()
