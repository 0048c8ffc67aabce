"""Jobs whose blocks leave a mark where they are worked on, so that a test can see and disturb it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fleetcraft.errors import LimitError


@dataclass(frozen=True)
class Cubes:
    """The cube of a number, after a pause; ``folder`` gets a file for each time that a block is begun.

    ``key`` is made up, for nothing is stored.
    """

    folder: Path
    pause_s: float = 0.0

    def answer(self, block: int) -> int:
        begun = len(list(self.folder.glob(f"{block}-*")))
        (self.folder / f"{block}-{begun}").write_text(str(os.getpid()))
        if block < 0:
            raise LimitError(f"no cube of {block}")
        time.sleep(self.pause_s)
        return block**3

    def begun(self) -> Iterator[tuple[int, int]]:
        """Which block was begun by which process, once for each time."""
        for path in self.folder.iterdir():
            if text := path.read_text():
                yield int(path.name.rpartition("-")[0]), int(text)


@dataclass(frozen=True)
class Deadly:
    """A block that ends the process that works on it."""

    def answer(self, block: int) -> int:
        os._exit(block)


@dataclass(frozen=True)
class Received:
    """A job that leaves a file in ``folder`` each time that it is unpacked, named after the process."""

    folder: Path

    def __reduce__(self) -> tuple[object, ...]:
        return _receive, (self.folder,)

    def answer(self, block: bytes) -> int:
        return len(block)


def _receive(folder: Path) -> Received:
    (folder / f"{os.getpid()}-{time.monotonic_ns()}").touch()
    return Received(folder)
