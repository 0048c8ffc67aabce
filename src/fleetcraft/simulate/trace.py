"""One replication told event by event: what every craft, every contact and the weather did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from fleetcraft import rng
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.losses import at_risk_from_h
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Block, draw_futures
from fleetcraft.plan import Plan
from fleetcraft.simulate.mission import Mission, mission_of
from fleetcraft.simulate.player import Player, StandDowns, stand_down_table
from fleetcraft.simulate.reassign import Reassignment
from fleetcraft.simulate.records import (
    ABSENT,
    CAME_IN,
    FOUND,
    GIVEN_UP,
    IDENTIFIED,
    IN_REPAIR,
    IN_SERVICE,
    INBOUND,
    LOOK,
    LOST,
    NOT_IDENTIFIED,
    ON_STATION,
    OUTBOUND,
    PHASE,
    QUEUED,
    READY,
    TAKEN,
    WAITING,
    WEATHER,
    Floats,
    Integers,
    Records,
)
from fleetcraft.simulate.simulate_plan import stand_downs, usable_craft_h
from fleetcraft.simulate.world import World, make_world

STATES: Mapping[int, str] = {
    ABSENT: "not there",
    READY: "ready",
    OUTBOUND: "outbound",
    ON_STATION: "on station",
    INBOUND: "inbound",
    WAITING: "waiting at sea",
    QUEUED: "waiting for repair",
    IN_REPAIR: "in repair",
    IN_SERVICE: "in service",
    LOST: "lost",
}
"""What a craft is said to do; in service: maintenance, turnaround, or waiting for hours on its account."""

FATES: Mapping[int, str] = {
    FOUND: "found",
    GIVEN_UP: "given up",
    IDENTIFIED: "identified",
    NOT_IDENTIFIED: "not identified",
}

UNFOUND, STILL_THERE = "left unfound", "still there"
"""The fate of a contact that nobody found before it left, or before the trace ends."""

Columns = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Trace:
    """A replication as tidy tables, each {column: values}; moments are hours from the calendar's start.

    ``craft``: one row for each time a craft spent in one state (craft, platform, base, area, state, from, to, start_h,
    end_h). ``looks``: each time a craft went to identify a contact. ``contacts``: each target, and what looks like one
    where it is to be identified: whether the measures count it, when it came in, was found and was identified (nan:
    never), and its fate; area, class and contact name one.
    ``weather``: each spell of an area's sea state and wind. Everything before ``end_h`` is told.
    """

    end_h: float
    craft: Columns
    looks: Columns
    contacts: Columns
    weather: Columns


def trace_plan(
    theatre: Theatre, plan: Plan, *, seed: int, block: Block, index: int, reassignment: Reassignment | None = None
) -> Trace:
    """Replication ``index`` of ``simulate_plan`` with the same seed and block, told event by event.

    Targets to be detected are followed one by one, with the same result as in a sweep. Raises as ``simulate_plan``
    does.
    """
    (played,) = plan.in_futures(seed, block, [index])
    futures = draw_futures(theatre.scenario, seed, block, [index])
    deliveries = deliver(theatre.scenario, played, futures)
    mission = replace(mission_of(theatre, played, deliveries, reassignment), targets_in_loop=True)
    usable_h = at_risk_from_h(theatre.scenario, usable_craft_h(deliveries)[0])
    return trace_mission(mission, usable_h, seed=seed, block=block, index=index, grounded=stand_downs(theatre, futures))


def trace_mission(
    mission: Mission, usable_h: Floats, *, seed: int, block: Block, index: int, grounded: StandDowns | None = None
) -> Trace:
    """Replication ``index`` of ``simulate_mission`` with craft usable from ``usable_h`` (C,), told event by event."""
    world = make_world(mission)
    player = Player(world, logged=True)
    key = rng.key64(seed, block, index, "operations")
    player.play(key, usable_h, stand_down_table(world, grounded or {}, 1)[0])
    log = player.events()
    end_h = float(world.clock["end_h"][0])
    return Trace(
        end_h=end_h,
        craft=_craft(world, log, end_h),
        looks=_looks(world, log, end_h),
        contacts=_contacts(world, log, end_h),
        weather=_weather(world, log, end_h),
    )


def _columns(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Columns:
    return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())


def _craft(world: World, log: Records, end_h: float) -> Columns:
    rows = []
    phases = log[log["kind"] == PHASE]
    for c in np.unique(phases["subject"]).tolist():
        mine = phases[phases["subject"] == c]
        moments = [*mine["at_h"].tolist(), end_h]
        for event, (start_h, stop_h) in zip(mine, pairwise(moments), strict=True):
            platform, base, area = world.row_ids[int(event["detail"])]
            state = int(event["number"])
            if start_h == stop_h and state != LOST:
                continue
            ways = {OUTBOUND: (base, area), ON_STATION: (area, area), INBOUND: (area, base)}
            origin, goal = ways.get(state, (base, base))
            rows.append((world.craft_ids[c], platform, base, area, STATES[state], origin, goal, start_h, stop_h))
    return _columns(("craft", "platform", "base", "area", "state", "from", "to", "start_h", "end_h"), rows)


def _looks(world: World, log: Records, end_h: float) -> Columns:
    """From when a contact was taken until its craft was free again."""
    rows, begun = [], {}
    for event in log[np.isin(log["kind"], [TAKEN, LOOK])]:
        if event["kind"] == TAKEN:
            area, target = world.contact_ids[event["subject"]]
            begun[int(event["detail"])] = area, target, int(event["number"]), float(event["at_h"])
        elif event["detail"] == np.inf and event["subject"] in begun:
            c = int(event["subject"])
            rows.append((world.craft_ids[c], *begun.pop(c), float(event["at_h"])))
    rows += [(world.craft_ids[c], *look, end_h) for c, look in begun.items()]
    return _columns(("craft", "area", "class", "contact", "start_h", "end_h"), rows)


def _contacts(world: World, log: Records, end_h: float) -> Columns:
    came = log[log["kind"] == CAME_IN]
    told = log[np.isin(log["kind"], list(FATES))]
    of = _rows_of(came, told)
    found_h, identified_h = np.full(len(came), np.nan), np.full(len(came), np.nan)
    for moment, kind in ((found_h, FOUND), (identified_h, IDENTIFIED)):
        moment[of[told["kind"] == kind]] = told["at_h"][told["kind"] == kind]
    stays = came["at_h"] + world.contacts["present_h"][came["subject"]] > end_h
    fate = np.where(stays, STILL_THERE, UNFOUND).astype(object)
    fate[of] = [FATES[kind] for kind in told["kind"].tolist()]  # of several the last holds
    names = [world.contact_ids[k] for k in came["subject"].tolist()]
    return {
        "contact": tuple(came["number"].astype(np.int64).tolist()),
        "area": tuple(area for area, _ in names),
        "class": tuple(target for _, target in names),
        "counts": tuple((came["detail"] != 0).tolist()),
        "came_in_h": tuple(came["at_h"].tolist()),
        "found_h": _or_never(found_h),
        "identified_h": _or_never(identified_h),
        "fate": tuple(fate.tolist()),
    }


def _or_never(moments: Floats) -> tuple[float, ...]:
    """Moments as plain numbers; never is one and the same nan, so that equal traces compare as equal."""
    return tuple(np.nan if moment != moment else moment for moment in moments.tolist())


def _rows_of(came: Records, told: Records) -> Integers:
    """For each event of ``told`` the position in ``came`` of the contact that it tells of."""
    digits = np.int64(max(came["number"].max(initial=0), told["number"].max(initial=0))) + 1
    key, sought = (each["subject"].astype(np.int64) * digits + each["number"].astype(np.int64) for each in (came, told))
    order = np.argsort(key)
    rows: Integers = order[np.searchsorted(key, sought, sorter=order)]
    return rows


def _weather(world: World, log: Records, end_h: float) -> Columns:
    rows = []
    spells = log[log["kind"] == WEATHER]
    for a in np.unique(spells["subject"]).tolist():
        mine = spells[spells["subject"] == a]
        moments = [*mine["at_h"].tolist(), end_h]
        for event, (start_h, stop_h) in zip(mine, pairwise(moments), strict=True):
            rows.append((world.area_ids[a], int(event["number"]), float(event["detail"]), start_h, stop_h))
    return _columns(("area", "sea_state", "wind_kn", "start_h", "end_h"), rows)
