"""The folder of runs: what lies there, a run removed, a run's report written again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeVar

from fleetcraft.errors import RunError
from fleetcraft.study.store.alone import Tell, alone_with
from fleetcraft.study.store.folder import MANIFEST, changed_run, read_manifest, read_object, remove_run
from fleetcraft.study.store.index import Entry, entries, folders_of
from fleetcraft.study.store.lock import locked_if_free
from fleetcraft.study.store.mending import WORK, mend, mend_all, remove_work

Found = TypeVar("Found")


class AtWorkError(RunError):
    """Another process is at work on a run."""


def runs_in(root: Path) -> list[Entry]:
    """The runs of a folder, oldest first, once what kills left there is mended.

    Raises RunError where it cannot be read.
    """
    return _found(root, entries)


def run_folders_in(root: Path) -> list[Path]:
    """The folders of all runs, as ``runs_in``, those without a readable manifest included."""
    return _found(root, folders_of)


def _found(root: Path, find: Callable[[Path], list[Found]]) -> list[Found]:
    try:
        mend_all(root)
        return find(root)
    except OSError as error:
        raise RunError(f"{root}: cannot be read: {error.strerror}") from error


def require_run(folder: Path) -> None:
    """Raises RunError unless the folder, itself and no link to it, holds the manifest of a run."""
    if folder.is_symlink():
        raise RunError(f"{folder}: found a link, expected the run folder itself")
    try:
        manifest = read_object(folder / MANIFEST)
    except (OSError, ValueError):
        raise RunError(f"{folder}: found no {MANIFEST} of a run, expected a run folder; nothing was removed") from None
    if not {"fleetcraft", "verb", "files"} <= manifest.keys():
        raise RunError(f"{folder}: found another {MANIFEST} than a run's; nothing was removed")


def remove_runs(folders: Sequence[Path], removed: Callable[[Path], None]) -> None:
    """Remove runs with everything that lies in their folders, all or none; ``removed`` is told each.

    Raises RunError where one is no run or cannot be removed, AtWorkError where another process works on one.
    """
    for folder in folders:
        require_run(folder)
    with ExitStack() as held:
        for folder in folders:
            _hold(folder, held)
        for folder in folders:
            _remove(folder)
            removed(folder)


def keep_newest(root: Path, most: int, *, used: str) -> None:
    """Remove the oldest runs of a folder beyond so many; ``used`` counts as the newest. What cannot be removed stays.

    Raises OSError or RunError where the folder cannot be read.
    """
    os.utime(root / used)
    folders = sorted(run_folders_in(root), key=lambda folder: folder.stat().st_mtime_ns)
    for folder in folders[:-most]:
        with suppress(RunError):
            remove_runs([folder], lambda _: None)


def _hold(folder: Path, held: ExitStack) -> None:
    """Lock a run until all are removed."""
    try:
        free = held.enter_context(locked_if_free(folder.resolve()))
    except OSError as error:
        raise RunError(f"{folder}: cannot be removed: {error.strerror}; nothing was removed") from error
    if not free:
        raise AtWorkError(f"{folder}: another process is at work on it; nothing was removed")


def _remove(folder: Path) -> None:
    place = folder.resolve()
    try:
        mend(place)
        remove_work(place, WORK)
        remove_run(place)
    except OSError as error:
        raise RunError(f"{folder}: cannot be removed: {error.strerror}") from error


def write_report_again(run: Path, tell: Tell) -> None:
    """Write a stored run's report, tables and figures again. Raises RunError where the folder is no whole run."""
    from fleetcraft.report.write import write_report  # charts take a second to import, and the rest needs none

    read_manifest(run)
    with alone_with(run.resolve(), tell), changed_run(run.resolve()) as (draft, manifest):
        write_report(draft, manifest)
