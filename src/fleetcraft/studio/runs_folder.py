"""Names that requests bring, and the folders and files they stand for: none outside, none hidden, none by a link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fleetcraft.errors import FleetcraftError
from fleetcraft.studio.errors import RefusalError, missing
from fleetcraft.study.store.folder import MANIFEST

DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading raises where files do not hold what a run wrote."""


def run_folder(name: str, *roots: Path) -> Path:
    """The folder of a stored run, in the first of the roots that has it.

    Raises RefusalError (404) where there is none of that name.
    """
    for root in roots if _is_plain(name) else ():
        if _is_file(root / name / MANIFEST) and not (root / name).is_symlink():
            return root / name
    raise missing(f"run {name}")


@contextmanager
def reading(*runs: Path) -> Iterator[None]:
    """Has what cannot be read of runs refused in words: 404 where one is there no more, 400 where one is damaged."""
    try:
        yield
    except (FleetcraftError, *DAMAGE) as error:
        gone = next((run for run in runs if not _is_file(run / MANIFEST)), None)
        if gone is not None:
            raise missing(f"run {gone.name}") from error
        if isinstance(error, FleetcraftError):
            raise
        names = " or ".join(run.name for run in runs)
        raise RefusalError(400, f"run {names} cannot be read; to verify it tells more") from error


def point_folder(run: Path, key: str) -> Path:
    """The folder of a point of a run. Raises RefusalError (404) where there is none."""
    folder = run / "points" / key
    if not _is_plain(key) or not _is_file(folder / "plan.json") or folder.is_symlink():
        raise missing(f"point {key} of run {run.name}")
    return folder


def file_in(run: Path, path: str) -> Path:
    """A file of a run. Raises RefusalError (404) where there is none of that path."""
    parts = path.split("/")
    file = run.joinpath(*parts) if all(map(_is_plain, parts)) else run
    if not _is_file(file) or file.resolve() != run.resolve().joinpath(*parts):
        raise missing(f"file {path} in run {run.name}")
    return file


def _is_plain(name: str) -> bool:
    """Whether it names something that lies in a folder, and nothing hidden."""
    return bool(name) and not name.startswith(".") and not set(name) & {"/", "\\", "\0"} and name.isprintable()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
