"""Opening the files of a scenario's folder, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os.path import exists
from pathlib import Path
from typing import TypeVar, cast

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.node import Node
from fleetcraft.scenario.wording import clipped, fault_at

Content = TypeVar("Content")
Reader = Callable[[str, str], tuple[Content | None, list[Fault]]]

LARGEST_BYTES = 64 * 2**20


def text_of(path: Path, name: str) -> str:
    """The text of a UTF-8 file, without a byte order mark; ``name`` is what faults call it.

    Raises ScenarioError where the file is missing, empty, binary, not UTF-8 or larger than 64 MiB.
    """

    def refuse(found: str) -> ScenarioError:
        return ScenarioError([Fault(name, 0, "file", found, "a readable file")])

    try:
        if not path.is_file():
            raise refuse("something that is not a file" if path.exists() else "no such file")
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise refuse(clipped(getattr(error, "strerror", None) or str(error))) from error
    return text_from(data, name)


def text_from(data: bytes, name: str) -> str:
    """The text that a file's bytes hold, without a byte order mark. Raises ScenarioError as ``text_of`` does."""

    def refuse(found: str, expected: str, line: int = 0) -> ScenarioError:
        return ScenarioError([Fault(name, line, "file", found, expected)])

    if len(data) > LARGEST_BYTES:
        raise refuse("more than 64 MiB", "at most 64 MiB")
    if not data.strip():
        raise refuse("an empty file", "text")
    if b"\0" in data:
        raise refuse("a binary file", "text in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(f"the byte {data[error.start]:#04x}", "text in UTF-8", line) from error


class Folder:
    """A scenario's folder: each of its files is read once, however many cases ask for it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._read: dict[tuple[str, object], tuple[object, tuple[Fault, ...]]] = {}

    def content(
        self, named: Node, where: str, reader: Reader[Content], key: object
    ) -> tuple[Content | None, tuple[Fault, ...]]:
        """What ``reader`` makes of the file that a node names, with its faults; None where it cannot be opened.

        ``key`` tells readers of the same file apart.
        """
        name = str(named.value)
        if (name, key) not in self._read:
            self._read[name, key] = self._open(named, where, name, reader)
        return cast(tuple[Content | None, tuple[Fault, ...]], self._read[name, key])

    def _open(
        self, named: Node, where: str, name: str, reader: Reader[Content]
    ) -> tuple[Content | None, tuple[Fault, ...]]:
        path = self.inside(name)
        if path is None:
            return None, (fault_at(named, where, "a file inside the scenario's folder"),)
        if not self._exists(path):
            return None, (fault_at(named, where, "a file that exists"),)
        try:
            content, faults = reader(self._text(path, clipped(name)), clipped(name))
        except ScenarioError as error:
            return None, error.faults
        return content, tuple(faults)

    def inside(self, name: str) -> Path | None:
        """The file that a name means, or None where it lies outside the folder (links followed)."""
        try:
            path = (self.path / name).resolve()
        except (OSError, ValueError, RuntimeError):  # a name too long, a null byte, links in a circle
            return None
        return path if path.is_relative_to(self.path) else None

    def _exists(self, path: Path) -> bool:
        return exists(path)

    def _text(self, path: Path, name: str) -> str:
        return text_of(path, name)


class FolderInMemory(Folder):
    """A folder whose files are given as bytes by name; nothing is read from the disk."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(Path("scenario-in-memory"))
        self._files = {self.path / name: data for name, data in files.items()}

    def _exists(self, path: Path) -> bool:
        return path in self._files

    def _text(self, path: Path, name: str) -> str:
        return text_from(self._files[path], name)
