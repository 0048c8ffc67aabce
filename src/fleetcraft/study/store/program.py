"""What this program is: a hash of its own sources, and the packages it computes with."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
PACKAGES = ("highspy", "numba", "numpy", "pandas", "pyarrow", "pydantic", "pyproj", "scipy", "shapely")


@cache
def program_hash() -> str:
    """SHA-256 over the name and text of every source file of the package: equal where the same code runs."""
    digest = sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()


def package_versions() -> dict[str, str]:
    """The versions of the packages that answers are computed with, by name."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def made_by_this_program(identity: str) -> str:
    """Sixteen hexadecimal digits for a run's identity and what computes it: another program's work has others."""
    return sha256(f"{identity} {program_hash()} {package_versions()}".encode()).hexdigest()[:16]
