"""Where every craft was at every moment of a traced replication, compact enough to be played back in a browser.

A craft's time is cut into legs. On each it moves evenly along the route of its row, from one share of the way out to
another: 0 is the base, 1 the station. So a reader interpolates, and needs to know nothing of why craft turn back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from fleetcraft.geo.sphere import arc_nm, wrapped
from fleetcraft.report.geojson import collection, feature
from fleetcraft.report.tables import Result
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.records import ABSENT, INBOUND, LOST, ON_STATION, OUTBOUND
from fleetcraft.simulate.trace import STATES, Columns, Trace

Playback = Mapping[str, Any]
Leg = Sequence[float]
Row = tuple[str, str, str]

DECIMALS = 4
"""Of hours (a third of a second) and of shares of a way."""
UNITS = {"time": "hours from the epoch", "position": "degrees east and north (WGS 84)", "share": "of the way out"}


def playback(trace: Trace, result: Result, scenario: Scenario) -> dict[str, Any]:
    """The craft of a trace as plain data; ``result`` is that of its run, which has the routes.

    ``epoch`` is the calendar's start, ``window_h`` the hours measured. ``routes`` by base/area/domain: ``points`` (lon,
    lat) and the ``shares`` of the way at which they lie. ``rows``: platform, base, area, their route, and ``transit_h``
    of a whole way. ``craft``: id and legs [start_h, end_h, state, row, share at the start, share at the end], state and
    row as indices of ``states`` and ``rows``; legs follow each other without a gap.
    """
    domains = {p.id: p.domain for p in scenario.platforms}
    calendar = scenario.calendar
    rows, routes = [], {}
    for row in result.get("trace", {}).get("allocation", result["allocation"]):  # with the rows of later orders
        route = f"{row['base']}/{row['area']}/{domains[row['platform']]}"
        routes[route] = _route(row["route"])
        rows.append({**{key: row[key] for key in ("platform", "base", "area", "transit_h")}, "route": route})
    return {
        "epoch": f"{calendar.start.isoformat()}T00:00:00Z",
        "units": UNITS,
        "end_h": trace.end_h,
        "window_h": [calendar.window_start_h, calendar.window_start_h + calendar.window_h],
        "states": list(STATES.values()),
        "routes": routes,
        "rows": rows,
        "craft": _craft(trace.craft, rows),
    }


def _route(points: Sequence[Sequence[float]]) -> dict[str, Any]:
    way = np.array(points, dtype=np.float64)
    along = np.concatenate([[0.0], np.cumsum(arc_nm(way[:-1], way[1:]))])
    shares = along / along[-1] if along[-1] > 0 else np.linspace(0.0, 1.0, len(way))
    return {"points": points, "shares": [round(share, 6) for share in shares.tolist()]}


def _craft(told: Columns, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    index = {(row["platform"], row["base"], row["area"]): i for i, row in enumerate(rows)}
    code = {name: state for state, name in STATES.items()}
    lines = zip(*(told[key] for key in ("craft", "platform", "base", "area", "state", "start_h", "end_h")), strict=True)
    craft = []
    for id_, mine in groupby(lines, key=itemgetter(0)):
        spells = [(start_h, end_h, code[state], index[p, b, a]) for _, p, b, a, state, start_h, end_h in mine]
        if legs := _legs(spells, rows):
            craft.append({"id": id_, "legs": legs})
    return craft


def _legs(spells: Iterable[tuple[float, float, int, int]], rows: Sequence[Mapping[str, Any]]) -> list[Leg]:
    """One craft's legs; spells (start_h, end_h, state, row) that take no time are left out."""
    legs: list[Leg] = []
    share = 0.0
    for start_h, end_h, state, row in spells:
        first, share = _shares(state, end_h - start_h, rows[row]["transit_h"], share)
        when = round(start_h, DECIMALS), round(end_h, DECIMALS)
        if when[0] < when[1]:
            legs.append([*when, state, row, round(first, DECIMALS), round(share, DECIMALS)])
    return legs


def _shares(state: int, hours: float, transit_h: float, share: float) -> tuple[float, float]:
    """Where on its way a leg begins and ends; ``share`` is where the one before it ended.

    A craft that turns back on the way out comes home from there, so that its way back is no whole transit.
    """
    part = hours / transit_h if transit_h > 0 else 1.0
    if state == OUTBOUND:
        return 0.0, min(part, 1.0)
    if state == ON_STATION:
        return 1.0, 1.0
    if state == INBOUND:
        return share, max(share - part, 0.0)
    return 0.0, 0.0


def positions_at(playback: Playback, hours: float) -> dict[str, Any]:
    """Every craft at a moment (hours from the epoch) as GeoJSON; one that is not there yet, or lost, has no geometry.

    Properties: craft, platform, base, area, state. Raises ValueError outside the playback.
    """
    if not 0 <= hours <= playback["end_h"]:
        raise ValueError(f"found hour {hours}, expected one of 0 to {playback['end_h']}")
    return collection(_feature_at(playback, craft, hours) for craft in playback["craft"])


def _feature_at(playback: Playback, craft: Mapping[str, Any], hours: float) -> dict[str, Any]:
    legs = craft["legs"]
    number = bisect_right(legs, hours, key=itemgetter(0)) - 1
    start_h, end_h, state, index, first, last = legs[max(number, 0)]
    state = state if number >= 0 else ABSENT
    row = playback["rows"][index]
    share = first + (last - first) * min((hours - start_h) / (end_h - start_h), 1.0)
    place = None if state in (ABSENT, LOST) else _point(playback["routes"][row["route"]], share)
    told = {key: row[key] for key in ("platform", "base", "area")}
    return feature(place, craft=craft["id"], **told, state=playback["states"][state])


def _point(route: Mapping[str, Any], share: float) -> dict[str, Any]:
    lon, lat = (np.interp(share, route["shares"], values) for values in zip(*route["points"], strict=True))
    return {"type": "Point", "coordinates": [float(wrapped(lon)), float(lat)]}
