"""Units and conversions; a name's suffix tells its unit.

====== ============================ ======
suffix unit                         symbol
====== ============================ ======
_h     hours                        h
_kn    knots                        kn
_nm    nautical miles               nm
_nm2   square nautical miles        nm²
_m     metres                       m
_month months of 365.25/12 days     month
_per_h per hour                     1/h
====== ============================ ======
"""

from __future__ import annotations

from datetime import date, timedelta

HOURS_PER_DAY = 24.0
HOURS_PER_YEAR = 8760.0  # utilisation and the window count 365 days
DAYS_PER_MONTH = 365.25 / 12
HOURS_PER_MONTH = DAYS_PER_MONTH * HOURS_PER_DAY
METRES_PER_NM = 1852.0


def hours_between(start: date, end: date) -> float:
    """Hours from the first moment of ``start`` to the first moment of ``end``."""
    return (end - start).days * HOURS_PER_DAY


def date_after(start: date, hours: float) -> date:
    """The day on which the moment ``hours`` after the first moment of ``start`` falls."""
    return start + timedelta(hours=hours)


def years_between(start: date, end: date) -> float:
    """Years of 365.25 days from ``start`` to ``end``."""
    return (end - start).days / 365.25
