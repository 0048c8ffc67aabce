"""A run that was made before, found again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fleetcraft.study.store.folder import MANIFEST, Identity, read_object
from fleetcraft.study.store.program import package_versions, program_hash
from fleetcraft.study.store.verify import faults_of_run


def stored_answer(folder: Path, identity: Identity) -> dict[str, Any] | None:
    """The result.json of a run folder, where computing it anew would give the same; else None.

    So it is where the folder is whole, of this identity, made by this very program with these packages, and was not
    cut short by time.
    """
    try:
        manifest, result = read_object(folder / MANIFEST), read_object(folder / "result.json")
    except (OSError, ValueError):
        return None
    made = {"identity": identity.hash, "program": program_hash(), "packages": package_versions()}
    same = all(manifest.get(key) == value for key, value in made.items())
    whole = same and result.get("reproducible", True) and not faults_of_run(folder)
    return result if whole else None
