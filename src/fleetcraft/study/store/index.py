"""The runs of a folder, indexed: an SQLite file beside them that follows from the folders and may go at any time.

A refresh compares what is indexed with what lies there, reads what is new or changed, and writes the difference in one
transaction. What it answers follows from the folders it saw, so that an index that cannot be written, or that another
process writes at the same time, costs time and never truth.
"""

from __future__ import annotations

import sqlite3
import sys
import zlib
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fleetcraft.study.store.folder import MANIFEST, read_object

INDEX = "index.sqlite"
APPLICATION = 0x464C4354
"""SQLite's application_id of an index (FLCT): a file without it is another program's and is left alone."""
BUSY_S = 30.0
ELSEWHERE = {
    sqlite3.SQLITE_AUTH, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
}  # fmt: skip
"""Errors that say nothing of the file's content: another process, the disk or its rights are in the way."""

Stamp = tuple[int, int]
"""A manifest's mtime in ns and its size: where both stand, the run has not changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in one row: ``folder`` is its name in the root, ``made`` the time of its manifest (ISO, UTC).

    The attainment and its 95% interval are shares, ``acquisition`` is in ``currency``; both are None for verbs that
    give many answers, ``status`` for those that solve nothing. ``study`` is the name of a study and ``points`` how many
    it has, None for other verbs. ``bytes`` is the size of all its files.
    """

    folder: str
    identity: str
    verb: str
    scenario: str
    case: str | None
    scenario_hash: str
    seed: int | None
    version: str
    made: str
    attainment: float | None
    low: float | None
    high: float | None
    acquisition: float | None
    currency: str | None
    status: str | None
    study: str | None
    points: int | None
    bytes: int


Rows = dict[str, tuple[Stamp, Entry]]

_NAMES = (*(field.name for field in fields(Entry)), "mtime_ns", "size")
_COLUMNS = ", ".join(f'"{name}"' for name in _NAMES)
_TABLE = f"CREATE TABLE runs ({_COLUMNS}, PRIMARY KEY (folder)) -- 1"
_LAYOUT = zlib.crc32(_TABLE.encode()) & 0x7FFFFFFF
"""Changes with the columns; the number at the table's end is for a change of what they mean."""


class DamagedIndexError(Exception):
    """The index's file cannot be what this program wrote."""


def entries(root: Path) -> list[Entry]:
    """The runs that lie in ``root``, in order of the time they were made, then of their folders.

    Refreshes the index; a root that is not there holds no runs, and one that cannot be written is no error. Raises
    OSError where the root cannot be listed.
    """
    stamps = {folder.name: stamp for folder in folders_of(root) if (stamp := _stamp(folder)) is not None}
    path = root / INDEX
    try:
        known, damaged = _read(path), False
    except DamagedIndexError:
        known, damaged = {}, True
    rows = {name: row for name, row in known.items() if stamps.get(name) == row[0]}
    found = {name: (stamp, entry_of(root / name)) for name, stamp in stamps.items() if name not in rows}
    new = {name: (stamp, entry) for name, (stamp, entry) in found.items() if entry is not None}
    _keep(path, new, gone=known.keys() - rows.keys(), damaged=damaged)
    return sorted((entry for _, entry in {**rows, **new}.values()), key=lambda entry: (entry.made, entry.folder))


def folders_of(root: Path) -> list[Path]:
    """The folders in ``root`` that hold a manifest, readable or not, in order of their names; no hidden ones.

    Raises OSError where the root cannot be listed.
    """
    if not root.is_dir():
        return []
    return [path for path in sorted(root.iterdir()) if _is_text(path.name) and (path / MANIFEST).is_file()]


def entry_of(folder: Path) -> Entry | None:
    """A run's row, from its manifest and result; None where the manifest cannot be read."""
    try:
        stat = (folder / MANIFEST).stat()
        manifest = read_object(folder / MANIFEST)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except (OSError, ValueError):
        return None
    result = _result(folder)
    scenario, answered = _inner(manifest, "scenario"), _inner(result, "scenario")
    attainment, cost = _inner(result, "attainment"), _inner(result, "cost")
    study = _inner(result, "study")
    seed, points = manifest.get("seed"), study.get("points")
    return Entry(
        folder=folder.name,
        identity=_text(manifest.get("identity")) or "",
        verb=_text(manifest.get("verb")) or "",
        scenario=_text(scenario.get("name")) or "",
        case=_text(answered.get("case")),
        scenario_hash=_text(scenario.get("hash")) or "",
        seed=seed if type(seed) is int else None,
        version=_text(manifest.get("fleetcraft")) or "",
        made=_time(stat.st_mtime_ns),
        attainment=_number(attainment.get("simulated")),
        low=_number(attainment.get("low")),
        high=_number(attainment.get("high")),
        acquisition=_number(cost.get("acquisition")),
        currency=_text(cost.get("currency")) or _text(result.get("currency")),
        status=_text(result.get("status")),
        study=_text(study.get("name")),
        points=points if type(points) is int and abs(points) < 2**63 else None,
        bytes=size,
    )


def _result(folder: Path) -> Mapping[str, Any]:
    """A run's answer; nothing where it is lost or damaged, which verifying tells."""
    try:
        return read_object(folder / "result.json")
    except (OSError, ValueError):
        return {}


def _inner(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = whole.get(key)
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and _is_writable(value) else None


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) <= sys.float_info.max else None


def _is_text(name: str) -> bool:
    """Whether a folder's name can be a run's: not hidden, as unfinished runs are, and of whole characters."""
    return not name.startswith(".") and _is_writable(name)


def _is_writable(text: str) -> bool:
    return not any("\ud800" <= ch <= "\udfff" for ch in text)


def _time(mtime_ns: int) -> str:
    """ISO time, UTC, to the microsecond: of one length, so that texts are in order of time."""
    made = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=mtime_ns // 1000)
    return made.isoformat(timespec="microseconds")


def _stamp(folder: Path) -> Stamp | None:
    try:
        stat = (folder / MANIFEST).stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _read(path: Path) -> Rows:
    """What is indexed; nothing where there is no index, none of this layout, or none that can be opened.

    Raises DamagedIndexError where the content of this program's file is broken.
    """
    if not path.exists() or _is_anothers(path):
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY_S, uri=True)) as index:
            found = index.execute("SELECT * FROM runs").fetchall() if _has_layout(index) else []
            return {row[0]: ((row[-2], row[-1]), _entry(row[:-2])) for row in found}
    except (sqlite3.Error, ValueError, TypeError) as error:
        if _is_elsewhere(error):
            return {}
        raise DamagedIndexError from error


def _is_anothers(path: Path) -> bool:
    """Whether there is a file of this name that no fleetcraft has made, by the application's number in its header."""
    try:
        with path.open("rb") as file:
            header = file.read(72)
    except OSError:
        return False
    return bool(header) and header[68:] != APPLICATION.to_bytes(4)


def _has_layout(index: sqlite3.Connection) -> bool:
    """Whether the index has this program's layout."""
    names = tuple(row[1] for row in index.execute("PRAGMA table_info(runs)"))
    return names == _NAMES and index.execute("PRAGMA user_version").fetchone() == (_LAYOUT,)


def _is_elsewhere(error: Exception) -> bool:
    """Whether an error says nothing of the file's content."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in ELSEWHERE


def _entry(row: tuple[Any, ...]) -> Entry:
    """The entry of a row; a seed is kept as text, for it may be larger than SQLite's numbers."""
    values = dict(zip(_NAMES, row, strict=False))
    return Entry(**{**values, "seed": None if values["seed"] is None else int(values["seed"])})


def _row(stamp: Stamp, entry: Entry) -> tuple[Any, ...]:
    values = dict(zip(_NAMES, (*astuple(entry), *stamp), strict=True))
    return tuple({**values, "seed": None if entry.seed is None else str(entry.seed)}.values())


def _keep(path: Path, new: Rows, *, gone: set[str], damaged: bool) -> None:
    """Write what has changed, beginning anew where the file is damaged; nothing where it is another's or read-only."""
    if not (new or gone or damaged) or _is_anothers(path):
        return
    with suppress(OSError, sqlite3.Error):
        if damaged:
            _remove(path)
        try:
            _write(path, new, gone)
        except sqlite3.Error as error:
            if _is_elsewhere(error):
                return
            _remove(path)
            _write(path, new, gone)


def _write(path: Path, new: Rows, gone: set[str]) -> None:
    """One transaction: the table made where it is not there or of another layout, rows that left, rows that came."""
    with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as index:
        index.execute("BEGIN IMMEDIATE")
        if not _has_layout(index):
            index.execute("DROP TABLE IF EXISTS runs")
            index.execute(_TABLE)
            index.execute(f"PRAGMA application_id = {APPLICATION}")
            index.execute(f"PRAGMA user_version = {_LAYOUT}")
        index.executemany("DELETE FROM runs WHERE folder = ?", [(name,) for name in gone])
        marks = ", ".join("?" * len(_NAMES))
        index.executemany(f"INSERT OR REPLACE INTO runs VALUES ({marks})", [_row(*row) for row in new.values()])
        index.execute("COMMIT")


def _remove(path: Path) -> None:
    """Remove the index with its journal, which must not be played into another."""
    for name in (f"{path.name}-journal", path.name):
        path.with_name(name).unlink(missing_ok=True)
