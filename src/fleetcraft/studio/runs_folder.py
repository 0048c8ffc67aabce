"""Names that requests bring, and the folders and files they stand for: none outside, none hidden, none by a link."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.studio.errors import missing
from fleetcraft.study.store.folder import MANIFEST


def run_folder(root: Path, name: str) -> Path:
    """The folder of a stored run. Raises RefusalError (404) where there is none of that name."""
    folder = root / name
    if not _is_plain(name) or folder.is_symlink() or not _is_file(folder / MANIFEST):
        raise missing(f"run {name}")
    return folder


def point_folder(run: Path, key: str) -> Path:
    """The folder of a point of a run. Raises RefusalError (404) where there is none."""
    folder = run / "points" / key
    if not _is_plain(key) or folder.is_symlink() or not _is_file(folder / "plan.json"):
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
