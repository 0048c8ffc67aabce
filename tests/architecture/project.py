"""The repository as its readers see it: text files and Python modules, without what git ignores."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "fleetcraft"


def text_files() -> Iterator[tuple[str, str]]:
    """Each file that is not ignored and not binary: its path from the root, and its text."""
    ignored = [".git", *(line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line)]
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if not _matches(here / name, ignored)]
        for path in sorted(here / name for name in names if not _matches(here / name, ignored)):
            content = (ROOT / path).read_bytes()
            if b"\0" not in content:
                yield path.as_posix(), content.decode("utf-8")


def _matches(path: Path, ignored: list[str]) -> bool:
    return any(fnmatch(path.name, pattern) or fnmatch(path.as_posix(), pattern) for pattern in ignored)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package: its path from the root, and its syntax tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
