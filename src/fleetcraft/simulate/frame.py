"""How a replication begins and ends."""

from __future__ import annotations

import numpy as np

from fleetcraft.simulate.agenda import settle_all
from fleetcraft.simulate.base import FAILURE, LOSS, draw_h
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import Words
from fleetcraft.simulate.records import (
    ABSENT,
    INBOUND,
    LOST,
    NOBODY,
    ON_STATION,
    OUTBOUND,
    QUEUED,
    Area,
    Clock,
    Craft,
    Floats,
    Month,
    Node,
    Presence,
    Row,
    Sea,
    Series,
    Table,
)
from fleetcraft.simulate.sortie import in_window_h, needed_h
from fleetcraft.simulate.watch import count, mark
from fleetcraft.simulate.weather import draw_class, feel


@kernel
def begin_craft(agenda: Table[Node], crafts: Table[Craft], rows: Table[Row], streams: Words, clock: Clock) -> None:
    """Every craft that is usable when the window opens enters at that moment, with one sortie on its account."""
    for c in range(len(crafts)):
        craft = crafts[c]
        row = rows[craft.row]
        craft.phase = ABSENT
        craft.phase_ends_h = craft.usable_h if craft.usable_h <= clock.window_start_h else np.inf
        craft.relief_due_h = np.inf
        craft.fails_h = np.inf
        craft.lost_h = np.inf
        craft.hours_to_failure = draw_h(streams, c, FAILURE, row.mean_h_to_failure)
        craft.hours_to_loss = draw_h(streams, c, LOSS, row.mean_h_to_loss)
        craft.account_h = needed_h(row)
        craft.account_read_h = craft.usable_h
        agenda[len(agenda) // 2 + c].due_h = craft.phase_ends_h


@kernel
def begin_areas(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    areas: Table[Area],
    seas: Table[Sea],
    months: Table[Month],
    streams: Words,
) -> None:
    """The weather starts with the calendar, so that every plan compared meets the same."""
    for a in range(len(areas)):
        area = areas[a]
        if area.climate != NOBODY:
            draw_class(area, seas, months, streams)
            feel(area, seas, months, streams, rows, 0.0)
            agenda[len(agenda) // 2 + len(crafts) + a].due_h = min(area.sea_changes_h, area.month_ends_h)


@kernel
def count_craft(crafts: Table[Craft], rows: Table[Row], clock: Clock) -> None:
    """Count what is still under way when the clock stops."""
    for c in range(len(crafts)):
        craft = crafts[c]
        row = rows[craft.row]
        if craft.phase in (OUTBOUND, ON_STATION, INBOUND):
            row.operating_total_h += in_window_h(clock, craft.launched_h, clock.end_h)
        elif craft.phase == QUEUED:
            row.down_total_h += in_window_h(clock, craft.down_since_h, clock.end_h)
        if craft.phase not in (ABSENT, LOST):
            row.usable_total_h += in_window_h(clock, craft.usable_h, clock.end_h)


@kernel
def begin(
    agenda: Table[Node],
    crafts: Table[Craft],
    rows: Table[Row],
    areas: Table[Area],
    seas: Table[Sea],
    months: Table[Month],
    all_series: Table[Series],
    trails: Floats,
    streams: Words,
    clock: Clock,
) -> None:
    """Set every entity's first event, and every trail's first point at the window's opening."""
    begin_craft(agenda, crafts, rows, streams, clock)
    begin_areas(agenda, crafts, rows, areas, seas, months, streams)
    settle_all(agenda)
    for s in range(len(all_series)):
        mark(all_series[s], trails[s], clock.window_start_h, clock)


@kernel
def end(
    crafts: Table[Craft],
    rows: Table[Row],
    areas: Table[Area],
    presences: Table[Presence],
    all_series: Table[Series],
    rates: Floats,
    trails: Floats,
    clock: Clock,
) -> None:
    """Bring every measure and every trail up to the end."""
    clock.now_h = clock.end_h
    count_craft(crafts, rows, clock)
    for a in range(len(areas)):
        count(areas[a], rows, presences, all_series, rates, trails, clock)
    for s in range(len(all_series)):
        mark(all_series[s], trails[s], clock.end_h, clock)
