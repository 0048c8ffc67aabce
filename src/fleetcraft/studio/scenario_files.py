"""The files of a scenario that the studio edits: text by name, limited in size and number, confined to its folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.copying import FILE_KEYS
from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.wording import clipped
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.studio.errors import RefusalError

SUFFIXES = (".yaml", ".yml", ".csv", ".geojson", ".json", ".md")
LARGEST_BYTES = 5 * 2**20
MOST_FILES = 64
LONGEST_NAME = 120
DEEPEST = 3

Files = Mapping[str, bytes]


def files_in(folder: Path, also: Iterable[str] = ()) -> dict[str, bytes]:
    """The files of a scenario's folder: the statement, what it names, other text files beside it and ``also`` these.

    Raises ScenarioError where one of them is larger than 5 MiB, or where there are more than 64.
    """
    found = {SCENARIO_FILE: _bytes_of(folder / SCENARIO_FILE, SCENARIO_FILE)}
    for name in (*_names(folder, found[SCENARIO_FILE]), *also):
        path = inside(folder, name)
        if name not in found and path is not None and path.is_file():
            found[name] = _bytes_of(path, name)
    return checked_sizes(found)


def checked_sizes(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files, unless they are too large or too many (ScenarioError)."""
    faults = [
        Fault(clipped(name), 0, "file", "more than 5 MiB", "at most 5 MiB")
        for name, data in files.items()
        if len(data) > LARGEST_BYTES
    ]
    if len(files) > MOST_FILES:
        faults.append(Fault(SCENARIO_FILE, 0, "scenario", f"{len(files)} files", f"at most {MOST_FILES}"))
    if faults:
        raise ScenarioError(faults)
    return dict(files)


def checked_name(name: str) -> str:
    """The name of a file that may be edited. Raises RefusalError (400)."""
    parts = name.split("/")
    plain = all(part.isprintable() and part and not part.startswith(".") for part in parts) and "\\" not in name
    if not plain or ":" in name or len(name) > LONGEST_NAME or len(parts) > DEEPEST or not name.endswith(SUFFIXES):
        expected = f"a path inside the scenario's folder that ends with one of {', '.join(SUFFIXES)}"
        raise RefusalError(400, f"{clipped(name)!r} cannot be a file of a scenario; expected {expected}")
    return name


def inside(folder: Path, name: str) -> Path | None:
    """The file of a name, or None where it lies outside the folder (links followed)."""
    try:
        path = (folder / name).resolve()
    except (OSError, ValueError, RuntimeError):
        return None
    return path if path.is_relative_to(folder.resolve()) else None


def texts_of(files: Files) -> dict[str, str]:
    """The files that are UTF-8 text, a byte order mark included."""
    return {name: text for name, data in files.items() if (text := _decoded(data)) is not None}


def write_files(folder: Path, before: Files, after: Files) -> None:
    """Make the files of a folder what they should be: each by one rename, so that none is ever half written.

    Raises OSError, and RefusalError (409) as ``places_of`` does.
    """
    paths = places_of(folder, (*before, *after))
    for name, data in after.items():
        if before.get(name) != data:
            paths[name].parent.mkdir(parents=True, exist_ok=True)
            write_whole(paths[name], data)
    for name in before.keys() - after.keys():
        paths[name].unlink(missing_ok=True)


def places_of(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """Where files of these names lie.

    Raises RefusalError (409) where a link leads out of the folder, or where a file and a folder would have one name.
    """
    places = {}
    for name in names:
        path = inside(folder, name)
        if path is None:
            raise RefusalError(409, f"{clipped(name)} is a link that leads out of the scenario's folder")
        places[name] = path
    for name, path in places.items():
        above = [each for each in path.parents if each.is_relative_to(folder.resolve())]
        if path.is_dir() or any(each in places.values() or each.is_file() for each in above):
            raise RefusalError(409, f"{clipped(name)} has the name of a folder, or lies in a file")
    return places


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name, wait for the disk, and give it its name."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _names(folder: Path, statement: bytes) -> Iterator[str]:
    beside = sorted(path.name for path in folder.iterdir() if path.suffix in SUFFIXES and not path.name.startswith("."))
    root = read_yaml(statement.decode("utf-8-sig", "replace"), SCENARIO_FILE).root
    named = (node.value for key in FILE_KEYS if (node := root.get(*key)) is not None)
    yield from (str(PurePosixPath(name)) for name in named if isinstance(name, str) and name.isprintable() and name)
    yield from beside


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ScenarioError([Fault(name, 0, "file", error.strerror or "no such file", "a readable file")]) from error
