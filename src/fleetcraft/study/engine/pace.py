"""How fast work goes, and so how long the rest will take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Pace:
    """Measures this session alone, from when the first answer was begun.

    What was found done before (``before``) and how long processes took to start say nothing of its speed.
    """

    clock: Callable[[], float]
    before: float

    def __post_init__(self) -> None:
        self._began_s = self.clock()

    def first_took(self, seconds: float) -> None:
        """The first answer has come in now, and took so long."""
        self._began_s = self.clock() - seconds

    def left_s(self, done: float, of: float) -> float | None:
        """Seconds that the rest takes at the session's speed; None where nothing was done yet."""
        spent_s = self.clock() - self._began_s
        return (of - done) * spent_s / (done - self.before) if done > self.before else None


def left_in_words(seconds: float | None) -> str:
    """``; about 12 min left``; nothing where that is not known."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"; about {max(round(seconds, -1), 10.0):.0f} s left"
    return f"; about {seconds / 60:.0f} min left" if seconds < 90 * 60 else f"; about {seconds / 3600:.1f} h left"
