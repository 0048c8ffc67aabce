"""Finding a run again, or making it, and telling so."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fleetcraft.study.store import again
from fleetcraft.study.store.folder import Identity

Json = dict[str, Any]


def found_or_made(
    identity: Identity, out: Path | None, make: Callable[[Path], Json], *, quiet: bool, json_: bool
) -> tuple[Json, Path]:
    """A run's result and folder, as ``again.found_or_made`` gives them; tells on stderr what it waits for or found."""
    stored = again.found_or_made(identity, out, make, teller(quiet=quiet))
    if stored.was_there:
        teller(quiet=quiet or json_)(f"computed before, found again in {stored.folder}")
    return stored.result, stored.folder


def teller(*, quiet: bool) -> Callable[[str], None]:
    """Prints a line on stderr, or nothing."""

    def tell(sentence: str) -> None:
        if not quiet:
            print(f"fleetcraft: {sentence}", file=sys.stderr)

    return tell
