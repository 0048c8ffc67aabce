"""The folder that is served, and the scenarios in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from fleetcraft.errors import FleetcraftError, RunError
from fleetcraft.scenario.examples import SCENARIO_FILE, copy_example, example_folder, example_names
from fleetcraft.scenario.folder_copy import put_copy
from fleetcraft.scenario.read import read_scenario
from fleetcraft.studio.errors import RefusalError, missing
from fleetcraft.studio.kept import Kept
from fleetcraft.studio.runs_folder import run_folder

RUN = "run:"
HOME = ".fleetcraft-studio"
"""What the studio keeps in the workspace, hidden: drafts, jobs and what was removed."""
NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
HASHES = 256

Kind = Literal["example", "workspace", "run"]
Stamp = frozenset[tuple[str, int, int]]


class Workspace:
    """Scenarios by id: an example's name, a folder's name in the workspace, or ``run:NAME`` for a run's copy.

    ``root`` is the folder of runs. Nothing outside the two folders and the examples is read or written: names that
    would lead elsewhere, by links too, name nothing. A folder of the name of an example comes before the example.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder, self.root = folder, root
        self._hashes = Kept[str | None](HASHES)

    @property
    def home(self) -> Path:
        """The hidden folder in which the studio keeps its own files."""
        return self.folder / HOME

    @property
    def trials(self) -> Path:
        """The folder of the runs of trials, which are not listed."""
        return self.home / "trials"

    def run(self, name: str) -> Path:
        """The folder of a stored run, else of a trial's. Raises RefusalError (404) where there is none of that name."""
        return run_folder(name, self.root, self.trials)

    def ids(self) -> tuple[str, ...]:
        """The examples, then the scenarios of the workspace."""
        own = self._own()
        return (*(name for name in example_names() if name not in own), *own)

    def kind(self, id_: str) -> Kind:
        """What an id names. Raises RefusalError (404) where it names nothing."""
        self.source(id_)
        if id_.startswith(RUN):
            return "run"
        return "workspace" if id_ in self._own() else "example"

    def source(self, id_: str) -> Path:
        """The folder of a scenario as it is saved. Raises RefusalError (404) where there is none."""
        if id_.startswith(RUN):
            for root in (self.root, self.trials) if _is_plain(id_.removeprefix(RUN)) else ():
                copy = root / id_.removeprefix(RUN) / "scenario"
                if self._is_scenario(copy, root):
                    return copy
        elif id_ in self._own():
            return self.folder / id_
        elif id_ in example_names():
            return example_folder(id_)
        raise missing(f"scenario {id_}")

    def hash_of(self, id_: str, case: str | None = None) -> str | None:
        """The hash of a scenario's values as saved; None where it has faults."""
        source = self.source(id_)
        return self._hashes.get((id_, case, stamp_of(source)), lambda: _hash_in(source, case))

    def copy(self, id_: str, name: str) -> None:
        """Copy a scenario, as saved, into a new folder of the workspace.

        Raises RefusalError where the name is none (400), is taken (409) or where there is no such scenario (404).
        """
        if not re.fullmatch(NAME, name):
            raise RefusalError(400, f"{name!r} is no name: 1 to 40 lower-case letters, digits and -, no - first")
        source, target = self.source(id_), self.folder / name
        if name in example_names() or target.exists() or self.root.is_relative_to(target):
            raise RefusalError(409, f"{name} exists already: choose another name")
        if self.kind(id_) == "example":
            copy_example(id_, target)
            return
        put_copy(source, target, ".*")

    def remove(self, id_: str) -> None:
        """Move a scenario of the workspace, with its draft, to where removed ones are kept.

        Raises RefusalError: 404 where there is none, 409 where it is an example or belongs to a run.
        """
        if self.kind(id_) != "workspace":
            raise RefusalError(409, f"{id_} is not a scenario of the workspace and is not removed here")
        kept = self.home / "removed" / f"{id_}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        try:
            kept.mkdir(parents=True)
            (self.folder / id_).rename(kept / id_)
            draft = self.draft_folder(id_)
            if draft.exists():
                draft.rename(kept / "draft")
        except OSError as error:
            raise RunError(f"{id_} cannot be moved: {error.strerror}") from error

    def draft_folder(self, id_: str) -> Path:
        """Where a scenario's draft is kept, should it have one."""
        return self.home / "drafts" / id_

    def _own(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in self._folders() if self._is_scenario(path, self.folder)))

    def _folders(self) -> Iterator[Path]:
        try:
            yield from (path for path in self.folder.iterdir() if _is_plain(path.name) and path != self.root)
        except OSError:
            return

    def _is_scenario(self, folder: Path, within: Path) -> bool:
        """Whether a folder holds a statement and lies where it seems to, links followed."""
        try:
            statement = (folder / SCENARIO_FILE).resolve(strict=True)
            return statement.is_file() and statement.is_relative_to(within.resolve())
        except (OSError, ValueError, RuntimeError):
            return False


def stamp_of(folder: Path) -> Stamp:
    """What changes when a file in a folder does: names, times of change and sizes."""
    found = []
    for path in folder.rglob("*"):
        with suppress(OSError):  # gone since it was listed
            stat = path.stat()
            found.append((str(path.relative_to(folder)), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def _hash_in(source: Path, case: str | None) -> str | None:
    try:
        return read_scenario(source, case).hash
    except FleetcraftError:
        return None


def _is_plain(name: str) -> bool:
    """Whether a name is that of one visible folder: no path, nothing a terminal would act on, no other kind of id."""
    odd = name.startswith((".", RUN)) or set(name) & set("/\\")
    return bool(name) and name.isprintable() and not odd
