"""The installed command, run and measured from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).with_name("fleetcraft")


@dataclass(frozen=True)
class Measured:
    """Wall-clock and processor seconds and the largest resident memory of one run, and what it printed."""

    seconds: float
    processor_s: float
    memory_gib: float
    stdout: str


def measure(folder: Path, *arguments: str, cache: Path | None = None) -> Measured:
    """Run ``fleetcraft ARGUMENTS`` in ``folder``, with its cache in ``cache`` (None: where it always is).

    Memory and processor time are those of the process and of the children it waited for, as the kernel counts it.
    Raises CalledProcessError where the command fails.
    """
    environment = os.environ if cache is None else {**os.environ, "FLEETCRAFT_CACHE": str(cache)}
    printed = folder / "stdout.txt"
    start = time.perf_counter()
    with printed.open("w") as stdout:
        process = subprocess.Popen([COMMAND, *arguments], cwd=folder, env=environment, stdout=stdout)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20, printed.read_text())
