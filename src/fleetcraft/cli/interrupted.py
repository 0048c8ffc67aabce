"""Ctrl-C: what was done is kept, and the exit status says that it is not all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

INTERRUPTED = 130


@contextmanager
def telling_what_is_kept(kept: Callable[[], str | None]) -> Iterator[None]:
    """Tells on an interruption what is ``kept``, where something is, and exits with status 130."""
    try:
        yield
    except KeyboardInterrupt:
        told = kept()
        if told is None:
            raise
        print(f"fleetcraft: interrupted; {told}; the same command goes on from there", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
