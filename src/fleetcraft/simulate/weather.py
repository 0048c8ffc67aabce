"""Sea state and wind of an area over time, and what they allow (model.md 3).

Weather depends on nothing that craft do, so each area's path is drawn before the events begin; whoever looks ahead
looks along it.
"""

from __future__ import annotations

from math import log1p

import numpy as np

from fleetcraft.physics.search import WIND_BAND_LIMITS_KN
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import Words, exponential, uniform
from fleetcraft.simulate.records import Area, Month, Row, Sea, Spell, Table

CLASSES = 10
MONTHS = 12
LIGHT_WIND_KN, STRONG_WIND_KN = WIND_BAND_LIMITS_KN


@kernel
def sea_of(seas: Table[Sea], climate: int, of_year: int, sea_state: int) -> Sea:
    """The record of a class in an area's month."""
    return seas[(climate * MONTHS + of_year) * CLASSES + sea_state]


@kernel
def first_class(seas: Table[Sea], climate: int, of_year: int, quantile: float) -> int:
    """The class of a month's own law at a quantile."""
    sea_state = CLASSES - 1
    while sea_state > 0 and quantile < sea_of(seas, climate, of_year, sea_state).share_below:
        sea_state -= 1
    return existing_class(seas, climate, of_year, sea_state)


@kernel
def existing_class(seas: Table[Sea], climate: int, of_year: int, sea_state: int) -> int:
    """The class itself, the nearest below it that the month has, or the lowest of all where there is none below."""
    kept = sea_state
    while kept > 0 and sea_of(seas, climate, of_year, kept).share <= 0:
        kept -= 1
    while sea_of(seas, climate, of_year, kept).share <= 0:
        kept += 1
    return kept


@kernel
def wind_kn(sea: Sea, quantile_in_class: float) -> float:
    """Wind at the quantile P(below the class) + v pi_class of its Weibull law."""
    quantile = sea.share_below + quantile_in_class * sea.share
    speed_kn: float = sea.wind_scale_kn * (-log1p(-quantile)) ** (1.0 / sea.wind_k)
    return speed_kn


@kernel
def draw_path(
    path: Table[Spell],
    seas: Table[Sea],
    climate: int,
    months: Table[Month],
    stream: int,
    streams: Words,
    until_h: float,
) -> bool:
    """Draw the weather from hour 0 until after ``until_h``; False where the path has no room for it.

    A class lasts an exponential time and gives way to a neighbour, each as likely as its rate. At a month's end it is
    kept where the new month has it. A wind quantile is drawn on entering a class and kept while it lasts.
    """
    month = 0
    sea_state = first_class(seas, climate, months[0].of_year, uniform(streams, stream))
    quantile = uniform(streams, stream)
    starts_h = 0.0
    for i in range(len(path)):
        sea = sea_of(seas, climate, months[month].of_year, sea_state)
        path[i].starts_h = starts_h
        path[i].sea_state = sea_state
        path[i].wind_kn = wind_kn(sea, quantile)
        if starts_h > until_h:
            path[i].starts_h = np.inf
            return True
        rate_per_h = sea.lower_rate_per_h + sea.upper_rate_per_h
        ends_h = starts_h + exponential(streams, stream, 1.0 / rate_per_h)
        if ends_h < months[month + 1].starts_h:
            goes_down = uniform(streams, stream) * rate_per_h < sea.lower_rate_per_h
            starts_h, following = ends_h, sea.lower if goes_down else sea.upper
        else:
            month += 1
            starts_h = months[month].starts_h
            following = existing_class(seas, climate, months[month].of_year, sea_state) if starts_h < np.inf else 0
        if following != sea_state:
            sea_state = following
            quantile = uniform(streams, stream)
    return False


@kernel
def can_launch(row: Row, spell: Spell) -> bool:
    """Sea and wind within the launch limits."""
    return spell.sea_state <= row.launch_sea_state and spell.wind_kn <= row.launch_wind_kn


@kernel
def launchable_until_h(row: Row, path: Table[Spell], present: int) -> float:
    """The last moment of the present spell at which the row's weather window is open, -inf: not at all."""
    if not can_launch(row, path[present]):
        return -np.inf
    closes = present + 1
    while closes < len(path) and path[closes].starts_h - path[present + 1].starts_h <= row.weather_window_h:
        if not can_launch(row, path[closes]):
            return path[closes].starts_h - row.weather_window_h
        closes += 1
    return np.inf


@kernel
def feel(area: Area, path: Table[Spell], rows: Table[Row]) -> None:
    """What the present spell allows the area's rows."""
    spell = path[area.spell]
    area.wind_band = int(spell.wind_kn > LIGHT_WIND_KN) + int(spell.wind_kn > STRONG_WIND_KN)
    for r in range(area.first_row, area.end_row):
        row = rows[r]
        row.launchable_until_h = launchable_until_h(row, path, area.spell)
        row.recoverable = spell.sea_state <= row.recover_sea_state and spell.wind_kn <= row.launch_wind_kn
        row.sees = spell.sea_state <= row.operate_sea_state and spell.wind_kn <= row.operate_wind_kn
