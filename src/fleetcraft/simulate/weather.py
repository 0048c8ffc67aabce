"""Sea state and wind of an area over time, and what they allow (model.md 3)."""

from __future__ import annotations

from math import log1p

from fleetcraft.physics.search import WIND_BAND_LIMITS_KN
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import Words, exponential, uniform
from fleetcraft.simulate.records import Area, Month, Row, Sea, Table

CLASSES = 10
MONTHS = 12
LIGHT_WIND_KN, STRONG_WIND_KN = WIND_BAND_LIMITS_KN


@kernel
def sea_of(seas: Table[Sea], months: Table[Month], area: Area, sea_state: int) -> Sea:
    """The record of a class in the area's present month."""
    return seas[(area.climate * MONTHS + months[area.month].of_year) * CLASSES + sea_state]


@kernel
def enter_class(area: Area, sea_state: int, streams: Words) -> None:
    """A class brings a wind quantile of its own, kept while it lasts."""
    area.sea_state = sea_state
    area.wind_quantile = uniform(streams, area.stream)


@kernel
def draw_class(area: Area, seas: Table[Sea], months: Table[Month], streams: Words) -> None:
    """Begin in the first month, in a class drawn from its own law."""
    area.month = 0
    area.month_ends_h = months[1].starts_h
    quantile = uniform(streams, area.stream)
    sea_state = CLASSES - 1
    while sea_state > 0 and quantile < sea_of(seas, months, area, sea_state).share_below:
        sea_state -= 1
    enter_class(area, existing_class(area, seas, months, sea_state), streams)


@kernel
def existing_class(area: Area, seas: Table[Sea], months: Table[Month], sea_state: int) -> int:
    """The class itself, the nearest below it that the month has, or the lowest of all where there is none below."""
    kept = sea_state
    while kept > 0 and sea_of(seas, months, area, kept).share <= 0:
        kept -= 1
    while sea_of(seas, months, area, kept).share <= 0:
        kept += 1
    return kept


@kernel
def turn_month(area: Area, seas: Table[Sea], months: Table[Month], streams: Words) -> None:
    """Begin the next month in the same class, or in the nearest that the new month has."""
    area.month += 1
    area.month_ends_h = months[area.month + 1].starts_h
    kept = existing_class(area, seas, months, area.sea_state)
    if kept != area.sea_state:
        enter_class(area, kept, streams)


@kernel
def change_class(area: Area, seas: Table[Sea], months: Table[Month], streams: Words) -> None:
    """Step to a neighbouring class, each as likely as its rate."""
    sea = sea_of(seas, months, area, area.sea_state)
    rate_per_h = sea.lower_rate_per_h + sea.upper_rate_per_h
    goes_down = uniform(streams, area.stream) * rate_per_h < sea.lower_rate_per_h
    enter_class(area, sea.lower if goes_down else sea.upper, streams)


@kernel
def feel(area: Area, seas: Table[Sea], months: Table[Month], streams: Words, rows: Table[Row], now_h: float) -> None:
    """How long the class lasts, the wind that goes with it, and which rows can launch and see in both."""
    sea = sea_of(seas, months, area, area.sea_state)
    mean_h = 1.0 / (sea.lower_rate_per_h + sea.upper_rate_per_h)
    area.sea_changes_h = now_h + exponential(streams, area.stream, mean_h)
    quantile = sea.share_below + area.wind_quantile * sea.share
    wind_kn = sea.wind_scale_kn * (-log1p(-quantile)) ** (1.0 / sea.wind_k)
    area.wind_band = int(wind_kn > LIGHT_WIND_KN) + int(wind_kn > STRONG_WIND_KN)
    for r in range(area.first_row, area.end_row):
        row = rows[r]
        row.launchable = area.sea_state <= row.launch_sea_state and wind_kn <= row.launch_wind_kn
        row.sees = area.sea_state <= row.operate_sea_state and wind_kn <= row.operate_wind_kn
