"""A run that was made before, found again; else made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleetcraft.study.store.alone import Tell, alone_with
from fleetcraft.study.store.folder import MANIFEST, ROOT, Identity, read_object, require_writable, run_folder
from fleetcraft.study.store.mending import tidy
from fleetcraft.study.store.program import package_versions, program_hash
from fleetcraft.study.store.verify import faults_of_run

Json = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """A run's result and folder, and whether it lay there before."""

    result: Json
    folder: Path
    was_there: bool


def found_or_made(
    identity: Identity, out: Path | None, make: Callable[[Path], Json], tell: Tell, root: Path = ROOT
) -> Stored:
    """What is stored in ``root`` where this very run was made before, else the result that ``make(folder)`` stores.

    With ``out`` it is always made. Processes that ask for the same run wait, which they ``tell``, for the one that
    makes it. Raises RunError where the folder cannot be used, and what ``make`` raises.
    """
    target = run_folder(identity, out, root)
    found = _found_again(identity, out, root)
    if found is None:
        with alone_with(target, tell):
            run_folder(identity, out, root)  # another process may have filled it in the meantime
            found = _found_again(identity, out, root)
            if found is None:
                require_writable(target)
                return Stored(make(target), target, was_there=False)
    tidy(target)
    return Stored(found, target, was_there=True)


def _found_again(identity: Identity, out: Path | None, root: Path) -> Json | None:
    """The stored result of this very run, in the folder it has without ``out``; None where it has to be made."""
    target = run_folder(identity, out, root)
    found = None if out is not None else stored_answer(target, identity)
    return None if found is None else found | {"run": target.as_posix()}


def stored_answer(folder: Path, identity: Identity) -> Json | None:
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
