"""Bytes kept on disk between runs, by name; a name says all that the bytes depend on, so nothing grows stale.

Files are written under a temporary name and renamed when whole, so that processes may share the folder; each begins
with the SHA-256 digest of the rest, and one that does not match it counts as missing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

DIGEST_BYTES = 32


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder for cached files, made if need be; None where it cannot be written to.

    It is $FLEETCRAFT_CACHE, else $XDG_CACHE_HOME/fleetcraft, else .cache/fleetcraft in the home folder.
    """
    try:
        folder = _stated_folder(environment)
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def _stated_folder(environment: Mapping[str, str]) -> Path:
    if own := environment.get("FLEETCRAFT_CACHE"):
        return Path(own)
    if shared := environment.get("XDG_CACHE_HOME"):
        return Path(shared) / "fleetcraft"
    return Path.home() / ".cache" / "fleetcraft"


def load(name: str) -> bytes | None:
    """What was stored under a name; None where there is nothing, or nothing whole."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return None
    digest, payload = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    return payload if sha256(payload).digest() == digest else None


def store(name: str, payload: bytes) -> None:
    """Keeps bytes under a name where the folder can be written to; a full disk is no error either."""
    folder = cache_folder()
    if folder is None:
        return
    with suppress(OSError):
        handle, temporary = tempfile.mkstemp(prefix=name, suffix=".tmp", dir=folder)
        try:
            with open(handle, "wb") as file:
                file.write(sha256(payload).digest() + payload)
            os.replace(temporary, folder / name)
        except OSError:
            os.unlink(temporary)
            raise
