"""What the simulation measured of a plan, year by year."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """The measures of n replications (each one year, the window) of a mission with R requirements and some rows.

    ``value`` (n, R): detection and identification, the share of the year's targets found or identified in time (nan
    where none arrived); presence and layered, the share of time; revisit, hours between looks, at most the window.
    ``expected`` (n, R): for detection the mean over the arrivals of 1 - exp(-integral of the rate), else as ``value``.
    The ``row_...`` arrays (n, rows) are hours (or craft lost) inside the window, summed over a row's craft: on station;
    on station and able to see; of these, busy identifying; usable and not lost; of these, grounded; operating; down for
    repair (the wait for a crew included) or maintenance.
    """

    requirements: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]  # platform, base, area
    value: Floats
    expected: Floats
    row_station_h: Floats
    row_seeing_h: Floats
    row_busy_h: Floats
    row_usable_h: Floats
    row_grounded_h: Floats
    row_operating_h: Floats
    row_down_h: Floats
    row_losses: Floats

    def __post_init__(self) -> None:
        for each in vars(self).values():
            if isinstance(each, np.ndarray):
                each.setflags(write=False)

    def __len__(self) -> int:
        return int(self.value.shape[0])

    def years(self, first: int, end: int) -> Outcome:
        """The replications from the first up to, but without, the end."""
        parts = {name: getattr(self, name)[first:end] for name in _BY_YEAR}
        return Outcome(self.requirements, self.rows, **parts)

    def followed_by(self, later: Outcome) -> Outcome:
        """These replications, and after them those of the same mission that were played later.

        Raises ValueError where the other outcome is of other requirements or rows.
        """
        if (later.requirements, later.rows) != (self.requirements, self.rows):
            raise ValueError("outcomes of different missions cannot follow one another")
        parts = {name: np.concatenate([getattr(self, name), getattr(later, name)]) for name in _BY_YEAR}
        return Outcome(self.requirements, self.rows, **parts)


_BY_YEAR = tuple(field.name for field in fields(Outcome) if field.name not in ("requirements", "rows"))
