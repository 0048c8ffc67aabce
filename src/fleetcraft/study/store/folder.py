"""Run folders: written under a temporary name, renamed when whole (product.md, 'A run folder')."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleetcraft import __version__
from fleetcraft.errors import RunError
from fleetcraft.study.store.disk import make_last, refusals_told, sync
from fleetcraft.study.store.program import package_versions, program_hash

MANIFEST = "manifest.json"
OLD = "old"
ROOT = Path("runs")
"""Where runs go that are given no folder."""
SOURCES = ("result.json", "plan.json", "study.yaml", "points.parquet")


@dataclass(frozen=True)
class Identity:
    """What makes a run the run it is: values, not formatting."""

    scenario_name: str
    scenario_hash: str
    verb: str
    seed: int
    options: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """SHA-256 over scenario values, version, verb, seed and options."""
        text = json.dumps(
            [self.scenario_hash, __version__, self.verb, self.seed, dict(self.options)], sort_keys=True, default=str
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def folder_name(self) -> str:
        """NAME-HASH8-sSEED, with the name in letters a file system takes."""
        name = "".join(ch if ch.isalnum() else "-" for ch in self.scenario_name.lower()).strip("-") or "run"
        return f"{name}-{self.hash[:8]}-s{self.seed}"


def run_folder(identity: Identity, out: Path | None, root: Path = ROOT) -> Path:
    """Where a run goes: ``out``, else NAME-HASH8-sSEED in ``root``.

    Raises RunError where ``out`` exists and is not an empty folder.
    """
    if out is None:
        return root / identity.folder_name
    if out.name in ("", ".."):
        raise RunError(f"{out}: found a folder without a name of its own, expected another for --out")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"{out}: found an existing file or non-empty folder, expected a new or empty one for --out")
    return out


def require_writable(target: Path) -> None:
    """Raises RunError, before any work is done, where a run's folder could not be made or holds the user's own."""
    yours = _not_of_the_run(target) if holds_something(target) else ""
    if yours:
        raise RunError(
            f"{target}: found {yours}, which another run would remove; move what you want to keep, remove what is "
            "there, or choose another folder with --out"
        )
    with refusals_told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_prefix(target, "try"), dir=target.parent):
            pass


@contextmanager
def new_run(target: Path, kept: Path | None = None) -> Iterator[Path]:
    """A folder to write a run into, which becomes ``target`` at the end of the block and is removed on any error.

    For whoever holds the run's lock. An earlier run of the same name stands until then. ``kept`` is where the work for
    it lies. Raises RunError where the system refuses what is written, be the disk full or read-only.
    """
    with refusals_told(target, kept):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _draft(target) as draft:
            yield draft
            draft.chmod(0o755)
            if not (draft / MANIFEST).is_file():
                raise RunError(f"{target}: the run was not finished")
            make_last(draft)
            _replace(draft, target)
            sync(target.parent)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A hidden folder beside a run, which is removed where it still has its name at the end."""
    draft = _hidden(target, "unfinished")
    try:
        yield draft
    finally:
        with suppress(OSError):
            discard(draft)


def _hidden(target: Path, what: str) -> Path:
    """A new hidden folder beside a run; ``mending`` knows what each is."""
    return Path(tempfile.mkdtemp(prefix=_prefix(target, what), dir=target.parent))


def _prefix(target: Path, what: str) -> str:
    """How the names of a run's hidden folders begin: as nobody else's do, for whatever bears one may be removed."""
    return f".{target.name}.fleetcraft-{what}-"


def _replace(draft: Path, target: Path) -> None:
    """Put the finished folder in its place; an older one steps aside first and is removed after."""
    if not holds_something(target):
        os.replace(draft, target)
        return
    aside = _hidden(target, "old")
    try:
        os.replace(target, aside / OLD)
        os.replace(draft, target)
    finally:
        settle(aside, target)


def settle(aside: Path, target: Path) -> None:
    """What stepped aside returns where nothing took its place, and is removed where something did."""
    if os.path.lexists(aside / OLD) and not holds_something(target):
        os.replace(aside / OLD, target)
    discard(aside / OLD)
    shutil.rmtree(aside, ignore_errors=True)


def holds_something(path: Path) -> bool:
    """Whether there is a file, a link, or a folder that is not empty."""
    return path.is_symlink() or path.is_file() or (path.exists() and any(path.iterdir()))


def remove_run(folder: Path) -> None:
    """Remove a run: at once from the runs, then what it held, which a kill leaves to ``mending``.

    Raises RunError where some of it could not be removed, OSError where nothing was.
    """
    aside = _hidden(folder, "unfinished")
    os.replace(folder, aside)
    discard(aside)
    if aside.exists():
        raise RunError(f"{folder}: is no run any more, but some of it could not be removed and lies in {aside}")


def discard(folder: Path) -> None:
    """Remove a folder, its manifest first: what a kill leaves of it does not look whole. A link or file goes alone."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
        return
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def write_json(path: Path, value: Any) -> None:
    """One JSON document, refusing numbers that are not finite; the file is the old one or the new one, never half."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    sync(part)
    os.replace(part, path)


def manifest_of(identity: Identity, seconds: Mapping[str, float]) -> dict[str, Any]:
    """What a run is and what made it."""
    return {
        "fleetcraft": __version__,
        "program": program_hash(),
        "identity": identity.hash,
        "scenario": {"name": identity.scenario_name, "hash": identity.scenario_hash},
        "verb": identity.verb,
        "seed": identity.seed,
        "options": dict(identity.options),
        "packages": package_versions(),
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """The last file of a run: its manifest and the checksum of every other file."""
    checksums = {name: checksum(path) for name, path in files_of(folder).items()}
    write_json(folder / MANIFEST, {**manifest, "files": checksums})


@contextmanager
def changed_run(run: Path, kept: Path | None = None) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A copy of a finished run to write more files into, which are put into the run at the end, and its manifest.

    For whoever holds the run's lock. What is added to the manifest is kept. The user's own files stay, and stay no part
    of the run. What a kill leaves half done ``put_into`` completes. Raises RunError unless the run is whole, or where
    the system refuses what is written.
    """
    manifest = read_manifest(run)
    listed = read_object(run / MANIFEST)["files"]
    with refusals_told(run, kept), _draft(run) as draft:
        for name, path in files_of(run).items():
            if name in listed:
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, draft / name)
        yield draft, manifest
        write_manifest(draft, manifest)
        make_last(draft)
        ready = _hidden(run, "ready")
        os.replace(draft, ready)
        put_into(ready, run)


def put_into(ready: Path, run: Path) -> None:
    """Move the files of a copy into their run, the manifest last: while it is there, there is something to move."""
    if (ready / MANIFEST).is_file() and (run / MANIFEST).is_file():
        for path in [*files_of(ready).values(), ready / MANIFEST]:
            place = run / path.relative_to(ready)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, place)
    discard(ready)


def checksum(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(folder: Path) -> dict[str, Path]:
    """Every file of a run folder but its manifest, by path relative to the folder, in order of their names."""
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {name: files[name] for name in sorted(files) if name != MANIFEST}


def read_manifest(folder: Path) -> dict[str, Any]:
    """A finished run's manifest without its checksums.

    Raises RunError unless the folder is a whole run.
    """
    if not (folder / MANIFEST).is_file():
        raise RunError(f"{folder}: found no {MANIFEST}, expected a finished run folder (made by fleetcraft plan)")
    try:
        manifest = read_object(folder / MANIFEST)
    except (OSError, ValueError) as error:
        raise RunError(f"{folder / MANIFEST}: found {error}, expected the manifest of a run") from error
    _require_unchanged(folder, manifest.get("files", {}))
    return {key: value for key, value in manifest.items() if key != "files"}


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object that a file holds.

    Raises OSError where it cannot be read, ValueError where it holds anything else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("values nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError(type(value).__name__)
    return value


def _not_of_the_run(folder: Path) -> str:
    """What lies in a run's place that no run of its identity would make again, in words; nothing where all is made."""
    try:
        checksums = read_object(folder / MANIFEST)["files"]
        files = files_of(folder).items()
        yours = [
            name
            for name, path in files
            if name not in checksums or (_is_source(name) and checksum(path) != checksums[name])
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return f"no readable {MANIFEST} and so what may be your own"
    return f"{', '.join(yours)}, added or changed since the run was made" if yours else ""


def _is_source(name: str) -> bool:
    """Whether a report is made from a file, or a study was read from it; the rest can be made again."""
    return name in SOURCES or name.startswith(("scenario/", "plans/"))


def _require_unchanged(folder: Path, checksums: Mapping[str, str]) -> None:
    """Raises RunError where what a report is made from is not what the run wrote."""
    for name, expected in checksums.items():
        if _is_source(name) and (not (folder / name).is_file() or checksum(folder / name) != expected):
            raise RunError(
                f"{folder / name}: found a file that was changed or lost after the run, expected the run's own"
            )
