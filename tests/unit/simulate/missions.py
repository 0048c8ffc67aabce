"""Small missions stated by hand: one area, calm unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft import rng
from fleetcraft.physics import weather
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.simulate.mission import Mission, MissionWeather
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.player import Player, measures, stand_down_table
from fleetcraft.simulate.records import PHASE, ROW_FACTS
from fleetcraft.simulate.rows import MissionRow
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


def identification(within_h: float, *, target: str = "boat", area: str = "bay") -> Requirement:
    return Requirement(
        id=f"{area}-{target}-identified-{within_h:g}",
        area=area,
        measure="identification",
        target=target,
        within_h=within_h,
        at_least=0.3,
    )


def layered(*domains: Any, area: str = "bay") -> Requirement:
    return Requirement(
        id=f"{area}-{'-'.join(domains)}", area=area, measure="layered", domains=tuple(domains), at_least=0.5
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


def laws(*months: dict[int, float], wind_scale_kn: float = 1e-9) -> MissionWeather:
    """Twelve months that repeat the given laws, each {class: share}."""
    share = np.zeros((12, 10))
    for month in range(12):
        for k, p in months[month % len(months)].items():
            share[month, k] = p
    generator = np.array([weather.birth_death_generator(pi, 20.0) for pi in share])
    return MissionWeather(share, generator, np.full(12, wind_scale_kn), np.full(12, 2.0))


def by_month(*sea_states: int, hours: float = 700.0) -> dict[str, Any]:
    """What a mission states for weather in the bay that is known: one sea state in each month of so many hours."""
    climate = laws(*({state: 1.0} for state in sea_states))
    months = tuple((hours * i, i % len(sea_states)) for i in range(40))
    return {"weather": {"bay": climate}, "months": months}


Spans = Mapping[str, Sequence[tuple[float, float]]]


def stand_downs(spans: Spans | None, years: int) -> dict[str, NDArray[np.float64]]:
    """By platform (years, K, 2): the same (from, to) hours in every year."""
    return {
        platform: np.tile(np.array(each, dtype=np.float64).reshape(1, -1, 2), (years, 1, 1))
        for platform, each in (spans or {}).items()
    }


def simulate(
    stated: Mission,
    years: int = 1,
    *,
    usable_h: Sequence[float] | float = 0.0,
    seed: int = 1,
    threads: int = 1,
    grounded: Spans | None = None,
) -> Outcome:
    """Simulate with every craft usable from ``usable_h`` (one moment, or one for each craft) in every year."""
    usable = np.broadcast_to(np.asarray(usable_h, dtype=np.float64), (years, craft_of(stated)))
    kept_home = stand_downs(grounded, years)
    return simulate_mission(stated, usable, seed=seed, block="judge", threads=threads, grounded=kept_home)


def played(
    stated: Mission,
    *,
    index: int = 0,
    seed: int = 1,
    usable_h: Sequence[float] | float = 0.0,
    grounded: Spans | None = None,
    logged: bool = False,
) -> Player:
    """A player that has just played one replication."""
    player = Player(make_world(stated), logged=logged)
    usable: NDArray[np.float64] = np.full(craft_of(stated), usable_h, dtype=np.float64)
    spans = stand_down_table(player.world, stand_downs(grounded, 1), 1)[0]
    player.play(rng.key64(seed, "judge", index, "operations"), usable, spans)
    return player


def value(player: Player) -> NDArray[np.float64]:
    """The played year's measures, (R,)."""
    return measures(player.world, player.demand_facts)


def expected(player: Player) -> NDArray[np.float64]:
    return measures(player.world, player.demand_facts, expected=True)


def total(player: Player, fact: str) -> NDArray[np.float64]:
    """A fact of each of the mission's rows, (rows,)."""
    totals = np.empty(len(player.world.rows))
    totals[player.world.row_order] = player.row_facts[:, ROW_FACTS.index(fact)]
    return totals


def log_of(player: Player) -> NDArray[np.void]:
    """The events that a logging player wrote down."""
    assert player.log is not None
    written: NDArray[np.void] = player.events()
    return written


def phases(player: Player, craft: int) -> list[tuple[float, int]]:
    """The (moment, phase) of every change of a craft's phase, craft in the order of the world."""
    events = log_of(player)
    mine = events[(events["kind"] == PHASE) & (events["subject"] == craft)]
    return list(zip(mine["at_h"].tolist(), mine["number"].tolist(), strict=True))
