"""Alone with a run's folder: another process that works on it is waited for, and what a kill left of it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fleetcraft.study.store.disk import refusals_told
from fleetcraft.study.store.lock import locked
from fleetcraft.study.store.mending import mend

Tell = Callable[[str], None]
"""Takes a sentence for whoever waits."""


@contextmanager
def alone_with(target: Path, tell: Tell) -> Iterator[None]:
    """Hold the lock of a run's folder; ``tell`` is called once where another process must be waited for.

    Raises RunError where the place cannot be written.
    """
    with ExitStack() as held:
        with refusals_told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            waiting = f"another process is at work on {target}; waiting for it"
            held.enter_context(locked(target, lambda: tell(waiting)))
            mend(target)
        yield
