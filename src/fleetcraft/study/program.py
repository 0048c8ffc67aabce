"""What this program is: a hash of its own sources."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


@cache
def program_hash() -> str:
    """SHA-256 over the name and text of every source file of the package: equal where the same code runs."""
    digest = sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()
