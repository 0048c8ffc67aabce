"""Calling the command line within the process, as a user would from a shell."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from fleetcraft.cli.main import run


@dataclass(frozen=True)
class Called:
    """What one call of the command line printed and returned."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


def call(*arguments: object) -> Called:
    """Call the command line within this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(a) for a in arguments])
    return Called(status, out.getvalue(), err.getvalue())
