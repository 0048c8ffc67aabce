"""A traced year made up to be as full as asked, in the files of a stored run's trace."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fleetcraft.report.run import read_run
from fleetcraft.report.tables import parquet_bytes
from fleetcraft.report.trace import trace_table
from fleetcraft.simulate.trace import UNFOUND, Columns

CRAFT, TARGETS = 300, 1000
DAYS = 12
"""From the window's start; more than is played."""
STATION_H, SERVICE_H = 24.0, 6.0
FOUND_SHARE, IDENTIFIED_SHARE = 0.8, 0.4
SEED = 6


def fill_trace(run: Path) -> None:
    """Replace what a traced run tells of craft and contacts: CRAFT craft, TARGETS targets at once, for DAYS days."""
    stored = read_run(run)
    path = run / "trace" / "playback.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    start_h = told["window_h"][0]
    told["craft"] = craft_of(told["rows"], told["states"], start_h)
    path.write_text(json.dumps(told), encoding="utf-8")
    classes = {name: target.hours_present for name, target in stored.scenario.targets.items()}
    columns = contacts_of([area.id for area in stored.scenario.areas], classes, start_h)
    table = trace_table("contacts", columns, stored.scenario.calendar.start)
    (run / "trace" / "contacts.parquet").write_bytes(parquet_bytes(table, compression="zstd"))


def craft_of(rows: Sequence[Mapping[str, Any]], states: Sequence[str], start_h: float) -> list[dict[str, Any]]:
    """CRAFT craft, each on one of the rows over and over: out, on station, home, serviced; legs as in playback.json."""
    code = {name: number for number, name in enumerate(states)}
    craft = []
    for number in range(CRAFT):
        row = number % len(rows)
        transit_h = max(float(rows[row]["transit_h"]), 0.5)
        round_ = [
            (code["outbound"], transit_h, 0.0, 1.0),
            (code["on station"], STATION_H, 1.0, 1.0),
            (code["inbound"], transit_h, 1.0, 0.0),
            (code["in service"], SERVICE_H, 0.0, 0.0),
        ]
        now_h = start_h - number % 24
        legs = []
        while now_h < start_h + 24 * DAYS:
            for state, hours, first, last in round_:
                legs.append([round(now_h, 4), round(now_h + hours, 4), state, row, first, last])
                now_h += hours
        craft.append({"id": f"{rows[row]['platform']}/{number}", "legs": legs})
    return craft


def contacts_of(areas: Sequence[str], classes: Mapping[str, float], start_h: float) -> Columns:
    """Contacts of the class that stays shortest, coming so evenly that TARGETS are there at once from the start on."""
    draw = np.random.default_rng(SEED)
    name, stay_h = min(classes.items(), key=lambda item: item[1])
    came_in_h = np.arange(start_h - stay_h, start_h + 24 * DAYS, stay_h / TARGETS)
    count = len(came_in_h)
    found = draw.random(count) < FOUND_SHARE
    found_h = np.where(found, came_in_h + stay_h * draw.uniform(0.1, 0.6, count), np.nan)
    identified = found & (draw.random(count) < IDENTIFIED_SHARE / FOUND_SHARE)
    identified_h = np.where(identified, found_h + stay_h * draw.uniform(0.05, 0.3, count), np.nan)
    fate = np.where(identified, "identified", np.where(found, "found", UNFOUND))
    return {
        "contact": tuple(range(count)),
        "area": tuple(areas[number % len(areas)] for number in range(count)),
        "class": (name,) * count,
        "counts": (True,) * count,
        "came_in_h": tuple(came_in_h.tolist()),
        "found_h": tuple(found_h.tolist()),
        "identified_h": tuple(identified_h.tolist()),
        "fate": tuple(fate.tolist()),
    }
