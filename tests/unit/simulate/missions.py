"""Small missions stated by hand: one area, calm unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft import rng
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.simulate.mission import Mission, MissionRow
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.simulate_plan import simulate_mission
from fleetcraft.simulate.world import make_world

FOREVER_H = 1e6
YEAR_H = 8760.0
BOAT = TargetClass(swept_as="small_craft", speed_kn=20.0, arrivals_per_day=12.0, hours_present=24.0)


def row(craft: int = 1, **rules: Any) -> MissionRow:
    """A row of ``craft`` craft with one station each, always on station unless ``rules`` say otherwise."""
    stated: dict[str, Any] = {
        "platform": "drone",
        "base": "port",
        "area": "bay",
        "domain": "air",
        "numbers": tuple(range(craft)),
        "stations": craft,
        "transit_h": 0.0,
        "station_h": FOREVER_H,
    }
    return MissionRow(**stated | rules)


def presence(craft: int = 1, *, domain: Any = "air", area: str = "bay") -> Requirement:
    return Requirement(
        id=f"{area}-{domain}-{craft}", area=area, measure="presence", domain=domain, craft=craft, at_least=0.5
    )


def detection(within_h: float, *, target: str = "boat", area: str = "bay") -> Requirement:
    return Requirement(
        id=f"{area}-{target}-{within_h:g}",
        area=area,
        measure="detection",
        target=target,
        within_h=within_h,
        at_least=0.5,
    )


def revisit(*, target: str = "boat", area: str = "bay") -> Requirement:
    return Requirement(id=f"{area}-revisit", area=area, measure="revisit", target=target, at_most=48.0)


def mission(rows: Sequence[MissionRow], *requirements: Requirement, **stated: Any) -> Mission:
    """A mission whose window opens after 2,000 hours and stays open for a year, unless ``stated`` says otherwise."""
    values: dict[str, Any] = {
        "rows": tuple(rows),
        "requirements": requirements or (presence(),),
        "targets": {"boat": BOAT},
        "window_start_h": 2000.0,
        "window_end_h": 2000.0 + YEAR_H,
    }
    return Mission(**values | stated)


def craft_of(stated: Mission) -> int:
    return sum(len(r.numbers) for r in stated.rows)


def simulate(
    stated: Mission, years: int = 1, *, usable_h: Sequence[float] | float = 0.0, seed: int = 1, threads: int = 1
) -> Outcome:
    """Simulate with every craft usable from ``usable_h`` (one moment, or one for each craft) in every year."""
    usable = np.broadcast_to(np.asarray(usable_h, dtype=np.float64), (years, craft_of(stated)))
    return simulate_mission(stated, usable, seed=seed, block="judge", threads=threads)


def played(stated: Mission, *, index: int = 0, seed: int = 1, usable_h: Sequence[float] | float = 0.0) -> Player:
    """A player that has just played one replication."""
    player = Player(make_world(stated))
    usable: NDArray[np.float64] = np.full(craft_of(stated), usable_h, dtype=np.float64)
    player.play(rng.key64(seed, "judge", index, "operations"), usable)
    return player
