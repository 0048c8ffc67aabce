"""One writer at a time for each run: a lock on a hidden file beside its folder.

The system releases the lock of a process that ends, however it ends; the file alone means nothing. Runs of other
names have locks of their own.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def lock_file(target: Path) -> Path:
    """The hidden file that whoever writes a run holds locked."""
    return target.with_name(f".{target.name}.lock")


@contextmanager
def locked(target: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Alone with a run; ``waiting`` is called once where another process must be waited for.

    Raises OSError where the file cannot be made or the file system has no locks.
    """
    path = lock_file(target)
    try:
        file = _take(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        file = _take(path, fcntl.LOCK_EX)
    with _held(file, path):
        yield


@contextmanager
def locked_if_free(target: Path) -> Iterator[bool]:
    """Alone with a run where nobody writes it: gives whether that is so. Raises OSError as ``locked`` does."""
    path = lock_file(target)
    try:
        file = _take(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    with _held(file, path):
        yield True


def _take(path: Path, how: int) -> int:
    """Lock the file of this name: who waits may get one that the last holder has removed, and takes the next."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(file, how)
            named = _is_named(file, path)
        except BaseException:
            os.close(file)
            raise
        if named:
            return file
        os.close(file)


def _is_named(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def _held(file: int, path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(file)
