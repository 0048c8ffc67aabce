"""Whether a run folder is what the run wrote: every file listed, there and unchanged."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.study.store.disk import in_one_line
from fleetcraft.study.store.folder import MANIFEST, checksum, files_of, read_object


def faults_of_run(folder: Path) -> list[str]:
    """What is wrong with a run folder, as ``file: what`` in order of the files; empty where it is whole and unchanged.

    A file of the manifest's list that is missing, unreadable or of another SHA-256; a file that is there but not
    listed; a manifest that cannot be read or holds no list.
    """
    try:
        listed = read_object(folder / MANIFEST).get("files")
    except FileNotFoundError:
        return [f"{MANIFEST}: missing"]
    except (OSError, ValueError) as error:
        return [f"{MANIFEST}: cannot be read: {in_one_line(error)}"]
    if not isinstance(listed, dict):
        return [f"{MANIFEST}: holds no list of files"]
    there = files_of(folder)
    faults = {name: _fault(there.get(name), listed.get(name)) for name in sorted({*there, *listed})}
    return [f"{name}: {fault}" for name, fault in faults.items() if fault]


def _fault(path: Path | None, expected: object) -> str:
    """What is wrong with one file; ``path`` is None where it is not there, ``expected`` where it is not listed."""
    if path is None:
        return "missing"
    if expected is None:
        return "not of the run"
    try:
        return "" if checksum(path) == expected else "changed after the run"
    except OSError as error:
        return f"cannot be read: {in_one_line(error)}"
