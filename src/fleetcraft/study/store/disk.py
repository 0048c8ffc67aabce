"""What a disk may refuse, told in one line; and what it has taken, made to last."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeGuard

from fleetcraft.errors import RunError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def refusals_told(folder: Path, kept: Path | None = None) -> Iterator[None]:
    """Raises RunError, in one line with a way out, for what the system refuses in the block that writes ``folder``.

    A file elsewhere that is in the way is told by its own name: it could not be read. ``kept`` is where the work lies
    that the same command goes on from.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if _is_elsewhere(error, folder):
            told = f"{os.fsdecode(error.filename)}: cannot be read: {in_one_line(error)}"
        else:
            told = f"{folder}: cannot be written: {in_one_line(error)}; {_way_out(error)}"
        if kept is not None:
            told += f"; what is done is kept in {kept}, and the same command goes on from there"
        raise RunError(told) from error


def _is_elsewhere(error: Exception, folder: Path) -> TypeGuard[OSError]:
    """Whether the system names a file that is neither the folder, above or in it, nor hidden beside it for its sake."""
    if not isinstance(error, OSError) or not isinstance(error.filename, str | bytes):
        return False
    path, place = Path(os.fsdecode(error.filename)).absolute(), folder.absolute()
    inside = path.relative_to(place.parent).parts[:1] if path.is_relative_to(place.parent) else ("",)
    return not place.is_relative_to(path) and not (inside[0] == place.name or inside[0].startswith(f".{place.name}."))


def in_one_line(error: Exception) -> str:
    """What went wrong, without the path that the line names already."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())


def _way_out(error: Exception) -> str:
    full = getattr(error, "errno", None) in FULL or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return "make room there" if full else "choose another folder with --out"


def make_last(folder: Path) -> None:
    """Wait until a folder and everything in it is on the disk, so that a loss of power takes nothing of it."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno != errno.EINVAL:  # what some network file systems say of any folder
            raise
    finally:
        os.close(file)
