"""Scenarios while they are edited: every state is on the disk before it is answered for, and none is ever lost.

A draft is a folder in the workspace's hidden one: ``blobs`` hold contents by their hash, ``states`` which contents
make a scenario, ``head.json`` the history of states, the one that is shown and the one that was saved last. Each is
written whole. A state's hash is the draft's version: who sends an old one has not seen what others did, and is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fleetcraft.errors import RunError
from fleetcraft.studio.errors import RefusalError
from fleetcraft.studio.scenario_files import Files, checked_sizes, files_in, places_of, write_files, write_whole
from fleetcraft.studio.workspace import Workspace
from fleetcraft.study.store.disk import in_one_line
from fleetcraft.study.store.lock import locked

MOST_STATES = 200


@dataclass(frozen=True)
class State:
    """The files of a draft, its version, how it stands to what is saved, and whether there are steps to take."""

    id: str
    files: Files
    version: str
    unsaved: bool
    readonly: bool
    undo: bool = False
    redo: bool = False


@dataclass(frozen=True)
class _Head:
    """The versions from the oldest to the newest, the position of the one shown, and the one saved last.

    ``saving`` is set while files are being written: whoever finds it goes on where the writer was killed.
    """

    states: tuple[str, ...]
    at: int
    saved: str
    saving: bool = False

    @property
    def shown(self) -> str:
        return self.states[self.at]

    def then(self, version: str) -> _Head:
        """With a new state shown; what was undone before it is gone from the history."""
        if version == self.shown:
            return self
        states = (*self.states[: self.at + 1], version)[-MOST_STATES:]
        return replace(self, states=states, at=len(states) - 1)


class Drafts:
    """The drafts of a workspace. May be used from any thread and by several processes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def state(self, id_: str) -> State:
        """The draft of a scenario, which is what is saved where nobody has changed it.

        Raises RefusalError (404) where there is no such scenario.
        """
        source = self.workspace.source(id_)
        if self.workspace.kind(id_) != "workspace":
            saved = files_in(source)
            return State(id_, saved, version_of(saved), unsaved=False, readonly=True)
        store = self._store(id_)
        saved = files_in(source, store.names())
        head = store.head(saved)
        return _state(id_, head, saved if head.shown == version_of(saved) else store.files(head.shown), saved)

    def change(self, id_: str, version: str | None, change: Callable[[Files], Files]) -> State:
        """The draft with other contents of some files, or further ones: what ``change`` gives for those it has.

        ``version`` None: whatever the newest is.

        Raises RefusalError (409) where the version is not the newest or the scenario cannot be changed here, and
        ScenarioError where files are too large or too many, or where ``change`` raises it.
        """
        with self._turn(id_, version) as (store, head, saved):
            old = store.files(head.shown)
            files = checked_sizes({**old, **change(old)})
            places_of(self.workspace.source(id_), files)
            store.keep(files)
            head = head.then(version_of(files))
            store.write(head)
            return _state(id_, head, files, saved)

    def step(self, id_: str, version: str, by: int) -> State:
        """The draft as it was before its last change (-1), or as it was before that was undone (1).

        Raises RefusalError (409) as ``change`` does, and where there is nothing to undo or to do again.
        """
        with self._turn(id_, version) as (store, head, saved):
            at = head.at + by
            if not 0 <= at < len(head.states):
                raise RefusalError(409, "there is nothing to undo" if by < 0 else "there is nothing to do again")
            head = replace(head, at=at)
            store.write(head)
            return _state(id_, head, store.files(head.shown), saved)

    def save(self, id_: str, version: str, *, anyway: bool) -> State:
        """Write the draft's files into the scenario's folder; what stood there stays in the draft's history.

        Raises RefusalError (409) as ``change`` does and where, unless ``anyway``, somebody changed the saved files
        while there was a draft.
        """
        with self._turn(id_, version) as (store, head, saved):
            now = version_of(saved)
            if now not in (head.saved, head.shown):
                if not anyway:
                    line = f"the files of {id_} were changed by another program since the draft was begun"
                    raise RefusalError(409, line, "save it anyway, or discard the draft; either can be undone")
                head = replace(head, states=(*head.states[: head.at], now, head.shown)[-MOST_STATES:])
                head = replace(head, at=len(head.states) - 1)
            files = store.files(head.shown)
            places_of(self.workspace.source(id_), (*saved, *files))
            store.write(replace(head, saving=True))
            write_files(self.workspace.source(id_), saved, files)
            store.write(replace(head, saved=head.shown))
            return _state(id_, head, files, files)

    def discard(self, id_: str, version: str | None = None) -> State:
        """The draft as what is saved; undo brings back what was discarded. Raises RefusalError (409) as ``change``."""
        with self._turn(id_, version) as (store, head, saved):
            head = head.then(version_of(saved))
            store.write(replace(head, saved=head.shown))
            return _state(id_, head, saved, saved)

    @contextmanager
    def _turn(self, id_: str, version: str | None) -> Iterator[tuple[_Store, _Head, Files]]:
        """Alone with a draft, in the version that the caller has seen."""
        if self.workspace.kind(id_) != "workspace":
            of = "is an example" if self.workspace.kind(id_) == "example" else "belongs to a stored run"
            raise RefusalError(409, f"{id_} {of} and stays as it is: copy it under a name of its own and change that")
        store = self._store(id_)
        try:
            store.folder.parent.mkdir(parents=True, exist_ok=True)
            with locked(store.folder, lambda: None):
                source = self.workspace.source(id_)
                saved = files_in(source, store.names())
                head = store.head(saved)
                if head.saving:
                    files = store.files(head.shown)
                    write_files(source, saved, files)
                    head, saved = replace(head, saved=head.shown, saving=False), files
                if version is not None and version != head.shown:
                    raise RefusalError(409, f"{id_} was changed elsewhere meanwhile: load it again")
                store.keep(saved)
                yield store, head, saved
        except OSError as error:
            raise RunError(f"the draft of {id_} cannot be written: {in_one_line(error)}") from error

    def _store(self, id_: str) -> _Store:
        return _Store(self.workspace.draft_folder(id_))


class _Store:
    """One draft's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def head(self, saved: Files) -> _Head:
        """The history; where nothing is unsaved, what another program did to the saved files is its newest state."""
        now = version_of(saved)
        head = self._stored()
        if head is None:
            return _Head((now,), 0, now)
        if head.shown == head.saved and now != head.saved and not head.saving:
            return replace(head.then(now), saved=now)
        return head

    def names(self) -> tuple[str, ...]:
        """The files of the state shown and of the one saved last, wherever in the scenario's folder they lie."""
        head = self._stored()
        return () if head is None else tuple({**self._listed(head.shown), **self._listed(head.saved)})

    def _stored(self) -> _Head | None:
        """The history as it was written; None where there is none, or none that can be read."""
        try:
            data = json.loads((self.folder / "head.json").read_bytes())
            head = _Head(tuple(data["states"]), data["at"], data["saved"], data["saving"])
            self.files(head.shown)
            self._listed(head.saved)
        except (FileNotFoundError, ValueError, KeyError, IndexError):
            return None
        return head

    def files(self, version: str) -> dict[str, bytes]:
        """The files of a state."""
        return {name: (self.folder / "blobs" / digest).read_bytes() for name, digest in self._listed(version).items()}

    def keep(self, files: Files) -> None:
        """Keep a state and its contents."""
        listed = _listed(files)
        for name, digest in listed.items():
            self._write_once(self.folder / "blobs" / digest, files[name])
        self._write_once(self.folder / "states" / version_of(files), json.dumps(listed).encode())

    def write(self, head: _Head) -> None:
        """Make a history the draft's own, and forget the states that are in it no more."""
        data = {"states": head.states, "at": head.at, "saved": head.saved, "saving": head.saving}
        write_whole(self.folder / "head.json", json.dumps(data).encode())
        kept = {*head.states, head.saved}
        if sum(1 for _ in (self.folder / "states").iterdir()) > 2 * MOST_STATES:
            self._forget_all_but(kept)

    def _forget_all_but(self, kept: set[str]) -> None:
        used = {digest for version in kept for digest in self._listed(version).values()}
        for folder, names in (("states", kept), ("blobs", used)):
            for path in (self.folder / folder).iterdir():
                if path.name not in names:
                    path.unlink()

    def _listed(self, version: str) -> dict[str, str]:
        listed: dict[str, str] = json.loads((self.folder / "states" / version).read_bytes())
        return listed

    def _write_once(self, path: Path, data: bytes) -> None:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)


def version_of(files: Files) -> str:
    """The version of a state: a hash of names and contents, 32 hexadecimal digits."""
    return hashlib.sha256(json.dumps(_listed(files), sort_keys=True).encode()).hexdigest()[:32]


def _listed(files: Files) -> Mapping[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def _state(id_: str, head: _Head, files: Files, saved: Files) -> State:
    return State(
        id_,
        files,
        version_of(files),
        unsaved=version_of(files) != version_of(saved),
        readonly=False,
        undo=head.at > 0,
        redo=head.at + 1 < len(head.states),
    )
