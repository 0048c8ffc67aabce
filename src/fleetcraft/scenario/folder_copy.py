"""A folder copied to another place, whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from fleetcraft.errors import RunError


def put_copy(source: Path, target: Path, left_out: str) -> None:
    """Copy a folder, links as links, to a place that holds nothing or an empty folder.

    ``left_out`` is the pattern of names that stay behind. What is copied gets its name once all of it is there. Raises
    RunError where it cannot be written; nothing of it is left then.
    """
    into = target.is_dir()
    part = target / ".part" if into else target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(source, part, symlinks=True, ignore=shutil.ignore_patterns(left_out))
        for path in part.iterdir() if into else ():
            os.replace(path, target / path.name)
        if not into:
            os.replace(part, target)
    except shutil.Error as error:  # of many files, each with what the system said of it
        raise RunError(f"{target} cannot be written: {error.args[0][0][2]}") from error
    except OSError as error:
        raise RunError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
