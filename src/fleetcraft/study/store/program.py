"""What this program is: a hash of its own sources, and the packages it computes with."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
PACKAGES = ("SALib", "highspy", "numba", "numpy", "pandas", "pyarrow", "pydantic", "pyproj", "scipy", "shapely")
ASIDE = {"__pycache__", "examples", "studio"}
"""Folders of the package that it does not compute with: an example is an input, the studio asks and shows."""

Makeup = Mapping[str, str]


@cache
def program_hash() -> str:
    """SHA-256 over the names and content of the package's files, sources and data: equal where the same code runs."""
    digest = sha256()
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE)
        if path.is_file() and ASIDE.isdisjoint(name.parts):
            content = path.read_bytes()
            digest.update(f"{name.as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def package_versions() -> dict[str, str]:
    """The versions of the packages that answers are computed with, by name."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


@cache
def makeup() -> Makeup:
    """What answers follow from beside the question: this program, the packages it counts with, and the machine."""
    return {
        "program": program_hash()[:16],
        "Python": platform.python_version(),
        **package_versions(),
        "processor": platform.machine(),
        "C library": " ".join(platform.libc_ver()).strip() or platform.system(),
    }


def made_by_this_program(identity: str) -> str:
    """Sixteen hexadecimal digits for a run's identity and what computes it: another program's work has others."""
    return sha256(f"{identity} {sorted(makeup().items())}".encode()).hexdigest()[:16]
