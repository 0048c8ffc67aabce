"""What a study has found so far: an SQLite file in its work folder, one transaction a block.

A transaction is on the disk when it returns, so that what was answered once is there after an interruption, a kill or a
full disk. The file belongs to one process at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from fleetcraft.errors import RunError
from fleetcraft.study.store.disk import refusals_told

Json = dict[str, Any]

JOURNAL = "journal.sqlite"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS answers (point INTEGER PRIMARY KEY, answer TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS pieces"
    " (point INTEGER, first INTEGER, count INTEGER, outcome BLOB NOT NULL, PRIMARY KEY (point, first)) WITHOUT ROWID",
)


class Journal:
    """Answers by the number of their point, and pieces of points that are not whole yet."""

    def __init__(self, file: sqlite3.Connection, path: Path) -> None:
        self._file = file
        self._path = path

    def keep(self, answers: Mapping[int, Json]) -> None:
        """Store points' answers; their pieces go."""
        rows = [(number, json.dumps(answer, allow_nan=False)) for number, answer in answers.items()]
        with self._transaction():
            self._file.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)
            self._file.executemany("DELETE FROM pieces WHERE point = ?", [(number,) for number in answers])

    def keep_piece(self, point: int, first: int, count: int, outcome: bytes) -> None:
        """Store the packed outcome of some replications of a point."""
        with self._transaction():
            self._file.execute("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?)", (point, first, count, outcome))

    def answered(self) -> Iterator[int]:
        """The numbers of the points that have an answer, ascending."""
        return (number for (number,) in self._rows("SELECT point FROM answers ORDER BY point"))

    def answers(self) -> Iterator[tuple[int, Json]]:
        """Every point that has an answer, in order of their numbers."""
        rows = self._rows("SELECT point, answer FROM answers ORDER BY point")
        return ((number, json.loads(answer)) for number, answer in rows)

    def pieces(self) -> Iterator[tuple[int, int, int]]:
        """Point, first replication and count of every piece, in order."""
        rows = self._rows("SELECT point, first, count FROM pieces ORDER BY point, first")
        return ((point, first, count) for point, first, count in rows)

    def outcomes(self, point: int) -> tuple[bytes, ...]:
        """The packed outcomes of a point's pieces, in order of their replications."""
        rows = self._rows(f"SELECT outcome FROM pieces WHERE point = {int(point)} ORDER BY first")
        return tuple(outcome for (outcome,) in rows)

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        with _told(self._path):
            yield from self._file.execute(query)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _told(self._path), self._file:
            self._file.execute("BEGIN IMMEDIATE")
            yield


@contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """The journal of the work in a folder, made where it is not there.

    Raises RunError where the folder cannot be written, or the file is damaged or in another process's hands.
    """
    path = folder / JOURNAL
    with refusals_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _told(path):
        file = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    with closing(file):
        with _told(path):
            for setting in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
                file.execute(f"PRAGMA {setting}")
            for table in _TABLES:
                file.execute(table)
        yield Journal(file, path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raises RunError, in one line, for what SQLite says."""
    try:
        with refusals_told(path.parent, path.parent):
            yield
    except sqlite3.DatabaseError as error:
        raise RunError(f"{path}: {error}; remove {path.parent} to begin anew") from error
