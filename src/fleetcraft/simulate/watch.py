"""Who is on station and searches: presence and detection rates over time, piecewise constant (model.md 4).

Rates are added and taken away as craft come and go. They are multiples of one quantum (``world``), so that such sums
are exact in any order.
"""

from __future__ import annotations

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.records import (
    AIR,
    SURFACE,
    TRAIL_FULL,
    Area,
    Clock,
    Floats,
    Presence,
    Row,
    Series,
    Table,
)
from fleetcraft.simulate.sortie import in_window_h


@kernel
def count_row(row: Row, clock: Clock) -> int:
    """Add the hours since the last count to the row's totals; by how many more craft search now than then."""
    hours = in_window_h(clock, row.counted_h, clock.now_h)
    row.station_total_h += row.counted_on_station * hours
    row.seeing_total_h += row.counted_seeing * hours
    row.looking_total_h += row.counted_looking * hours
    row.counted_h = clock.now_h
    row.counted_on_station = row.on_station
    row.counted_seeing = row.on_station if row.sees else 0
    row.counted_looking = row.looking if row.sees else 0
    more = row.counted_seeing - row.counted_looking - row.counted_searching
    row.counted_searching += more
    return more


@kernel
def add_searching(area: Area, domain: int, more: int) -> None:
    """So many more craft of a domain search in the area."""
    if domain == AIR:
        area.air += more
    elif domain == SURFACE:
        area.surface += more
    else:
        area.underwater += more


@kernel
def judge_presences(area: Area, presences: Table[Presence], clock: Clock) -> None:
    """See which of the area's presences are met from now on, and add up the hours of those that no longer are."""
    for p in range(area.first_presence, area.end_presence):
        presence = presences[p]
        met = area.air >= presence.air and area.surface >= presence.surface and area.underwater >= presence.underwater
        if presence.met and not met:
            presence.met_total_h += in_window_h(clock, presence.met_since_h, clock.now_h)
        elif met and not presence.met:
            presence.met_since_h = clock.now_h
        presence.met = met


@kernel
def advance(area: Area, all_series: Table[Series], clock: Clock) -> None:
    """Bring the integrals of the area's rates up to now."""
    hours = max(clock.now_h - max(area.counted_h, clock.watch_start_h), 0.0)
    if hours > 0:
        window_h = in_window_h(clock, area.counted_h, clock.now_h)
        for s in range(area.first_series, area.end_series):
            series = all_series[s]
            series.integral += series.rate_per_h * hours
            series.window_integral += series.rate_per_h * window_h
    area.counted_h = clock.now_h


@kernel
def mark(series: Series, trail: Floats, clock: Clock) -> None:
    """Append (moment, integral, rate until the next) to the trail (capacity, 3); a full one ends the replication."""
    last = series.points - 1
    if trail[last, 0] == clock.now_h:
        return
    if series.points == len(trail):
        clock.status = TRAIL_FULL
        return
    trail[last, 2] = series.rate_per_h
    trail[series.points, 0] = clock.now_h
    trail[series.points, 1] = series.integral
    series.points += 1


@kernel
def set_rate(series: Series, rate_per_h: float, trail: Floats, clock: Clock) -> None:
    """From now on targets are found at this rate."""
    if series.recorded and clock.now_h > clock.watch_start_h:
        mark(series, trail, clock)
    series.rate_per_h = rate_per_h


@kernel
def count(
    area: Area,
    row: Row,
    presences: Table[Presence],
    all_series: Table[Series],
    rates: Floats,
    trails: Floats,
    clock: Clock,
) -> None:
    """Bring an area's measures up to now after one of its rows changed.

    ``rates`` (rows x series of their areas, 3) by wind band; ``trails`` (series, capacity, 3) the breakpoints of each
    integral, between which it is linear.
    """
    more = count_row(row, clock)
    if more == 0:
        return
    advance(area, all_series, clock)
    add_searching(area, row.domain, more)
    judge_presences(area, presences, clock)
    for s in range(area.first_series, area.end_series):
        rate_per_h = rates[row.first_rate + s - area.first_series, area.wind_band]
        if rate_per_h > 0:
            series = all_series[s]
            set_rate(series, series.rate_per_h + more * rate_per_h, trails[s], clock)


@kernel
def count_all(
    area: Area,
    rows: Table[Row],
    presences: Table[Presence],
    all_series: Table[Series],
    rates: Floats,
    trails: Floats,
    clock: Clock,
) -> None:
    """Bring an area's measures up to now after its weather changed, which may concern every row."""
    advance(area, all_series, clock)
    for r in range(area.first_row, area.end_row):
        add_searching(area, rows[r].domain, count_row(rows[r], clock))
    judge_presences(area, presences, clock)
    for s in range(area.first_series, area.end_series):
        rate_per_h = 0.0
        for r in range(area.first_row, area.end_row):
            row = rows[r]
            if row.counted_searching > 0:
                rate_per_h += row.counted_searching * rates[row.first_rate + s - area.first_series, area.wind_band]
        if rate_per_h != all_series[s].rate_per_h:
            set_rate(all_series[s], rate_per_h, trails[s], clock)
