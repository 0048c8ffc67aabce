"""Who is on station and sees: presence and detection rates over time, piecewise constant (model.md 4)."""

from __future__ import annotations

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.records import TRAIL_FULL, Area, Clock, Floats, Presence, Row, Series, Table
from fleetcraft.simulate.sortie import in_window_h


@kernel
def count_rows(area: Area, rows: Table[Row], hours: float) -> None:
    """Add the hours since the last count to the rows, then count who is on station and who of them sees."""
    for r in range(area.first_row, area.end_row):
        row = rows[r]
        row.station_total_h += row.counted_on_station * hours
        row.seeing_total_h += row.counted_seeing * hours
        row.counted_on_station = row.on_station
        row.counted_seeing = row.on_station if row.sees else 0


@kernel
def count_presence(area: Area, presence: Presence, rows: Table[Row], hours: float) -> None:
    """Add the hours to a presence that was met, then see whether it is met now."""
    if presence.met:
        presence.met_total_h += hours
    craft = 0
    for r in range(area.first_row, area.end_row):
        if rows[r].domain == presence.domain:
            craft += rows[r].counted_seeing
    presence.met = craft >= presence.craft


@kernel
def detection_rate_per_h(area: Area, series: Series, rows: Table[Row], rates: Floats) -> float:
    """Sum over the area's craft on station and able to see of W_eff v_rel / A in the present wind."""
    rate = 0.0
    for r in range(area.first_row, area.end_row):
        rate += rows[r].counted_seeing * rates[series.first_rate + r - area.first_row, area.wind_band]
    return rate


@kernel
def mark(series: Series, trail: Floats, moment_h: float, clock: Clock) -> None:
    """Append (moment, integral) to the trail (capacity, 2) of a series; a full trail ends the replication."""
    if series.points > 0 and trail[series.points - 1, 0] == moment_h:
        return
    if series.points == len(trail):
        clock.status = TRAIL_FULL
        return
    trail[series.points, 0] = moment_h
    trail[series.points, 1] = series.integral
    series.points += 1


@kernel
def count(
    area: Area,
    rows: Table[Row],
    presences: Table[Presence],
    all_series: Table[Series],
    rates: Floats,
    trails: Floats,
    clock: Clock,
) -> None:
    """Bring an area's measures up to now, after its craft or its weather changed.

    ``rates`` (rates, 3) by wind band; ``trails`` (series, capacity, 2) the breakpoints of each integral from the
    window's opening on, between which it is linear.
    """
    hours = in_window_h(clock, area.counted_h, clock.now_h)
    hours_since_opening = max(clock.now_h - max(area.counted_h, clock.window_start_h), 0.0)
    count_rows(area, rows, hours)
    for p in range(area.first_presence, area.end_presence):
        count_presence(area, presences[p], rows, hours)
    for s in range(area.first_series, area.end_series):
        series = all_series[s]
        series.integral += series.rate_per_h * hours_since_opening
        series.window_integral += series.rate_per_h * hours
        rate_per_h = detection_rate_per_h(area, series, rows, rates)
        if rate_per_h != series.rate_per_h and clock.now_h > clock.window_start_h:
            mark(series, trails[s], clock.now_h, clock)
        series.rate_per_h = rate_per_h
    area.counted_h = clock.now_h
