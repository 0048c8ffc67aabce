"""What killed processes left beside a run: the run put back where it stood aside, all that is unfinished removed.

Only for whoever holds the run's lock, for what lies there may be another's who is at work.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from fleetcraft.study.store.folder import MANIFEST, discard, put_into, settle
from fleetcraft.study.store.lock import lock_file, locked_if_free
from fleetcraft.study.store.verify import faults_of_run

DRAFT, ASIDE, READY = (rf"fleetcraft-{what}-\w{{8}}" for what in ("(?:unfinished|try)", "old", "ready"))
UNDONE = f"{DRAFT}|{ASIDE}|{READY}"
POINTS, EXPLAIN = r"points-[0-9a-f]{16}", r"explain-[0-9a-f]{16}"
WORK = f"{POINTS}|{EXPLAIN}"


def mend(target: Path) -> None:
    """Put back a run that a kill left aside, complete one that it left half changed, and remove what is unfinished.

    Raises OSError where the system refuses that.
    """
    for aside in _beside(target, ASIDE):
        settle(aside, target)
    for ready in _beside(target, READY):
        put_into(ready, target)
    for draft in _beside(target, DRAFT):
        discard(draft)


def remove_work(target: Path, kind: str = POINTS) -> None:
    """Remove the work that is kept to go on with, of every program: the run is whole, or goes."""
    for folder in _beside(target, kind):
        shutil.rmtree(folder, ignore_errors=True)


def tidy(target: Path) -> None:
    """Remove what a kill left beside a run that is whole, unless somebody works on it or it cannot be removed."""
    if lock_file(target).exists() or _beside(target, f"{UNDONE}|{POINTS}"):
        with suppress(OSError), locked_if_free(target) as mine:
            if mine:
                mend(target)
                remove_work(target)


def faults_at_rest(run: Path) -> list[str] | None:
    """What is wrong with a run folder once what a kill left half changed is mended; None while somebody works on it."""
    faults = faults_of_run(run)
    if not faults or not run.is_dir():
        return faults
    place = run.resolve()
    with suppress(OSError), locked_if_free(place) as mine:
        if not mine:
            return None
        mend(place)
        faults = faults_of_run(run)
    return faults


def mend_all(root: Path) -> None:
    """Mend every run of a folder that a kill left traces of, where nobody works on it and the folder can be written.

    A lock alone is the trace of a run only where that run is there: other programs have locks of such names, too.
    Raises OSError where the folder cannot be listed.
    """
    listed = _listed(root)
    undone = (re.fullmatch(rf"\.(.+)\.(?:{UNDONE})", path.name, re.ASCII) for path in listed)
    locked = (path.name for path in listed if (path / MANIFEST).is_file() and lock_file(path).exists())
    for name in sorted({trace[1] for trace in undone if trace}.union(locked)):
        with suppress(OSError), locked_if_free(root / name) as mine:
            if mine:
                mend(root / name)


def _beside(target: Path, kind: str) -> list[Path]:
    """Hidden folders of one kind that belong to a run."""
    named = re.compile(rf"\.{re.escape(target.name)}\.({kind})", re.ASCII)
    return [path for path in _listed(target.parent) if named.fullmatch(path.name)]


def _listed(folder: Path) -> Iterable[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
