"""The verb: play a plan many times, each time in a fresh future, and measure it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np

from fleetcraft import rng
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Block, Futures, draw_futures
from fleetcraft.plan import Plan
from fleetcraft.simulate.mission import Mission, mission_of
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.player import Player, StandDowns, measures, stand_down_table
from fleetcraft.simulate.reassign import Reassignment
from fleetcraft.simulate.records import DEMAND_FACTS, ROW_FACTS, Floats
from fleetcraft.simulate.world import World, make_world

Progress = Callable[[int, int], None]

TASK = 8
"""Replications that a thread plays before it asks for more."""


def simulate_plan(
    theatre: Theatre,
    plan: Plan,
    *,
    seed: int,
    block: Block,
    replications: int,
    threads: int,
    progress: Progress | None = None,
    reassignment: Reassignment | None = None,
) -> Outcome:
    """Simulate a plan with an allocation: replication i in future i of the block, with operations noise of its own.

    The outcome is the same, byte for byte, for any number of threads. ``progress`` is called with (done, all) from the
    calling thread. Without a ``reassignment`` of craft after losses the scenario's own policy holds. Raises ValueError
    where the plan has no allocation, KeyError where it uses a pair that is not open, LimitError where some craft's
    cycle takes so little time that a replication would not end.
    """
    futures = draw_futures(theatre.scenario, seed, block, range(replications))
    deliveries = deliver(theatre.scenario, plan, futures)
    mission = mission_of(theatre, plan, deliveries, reassignment)
    by_row = np.argsort(deliveries.row, kind="stable")
    usable_h = deliveries.usable_h[:, by_row[deliveries.row[by_row] >= 0]]
    grounded = stand_downs(theatre, futures)
    return simulate_mission(
        mission, usable_h, seed=seed, block=block, threads=threads, progress=progress, grounded=grounded
    )


def stand_downs(theatre: Theatre, futures: Futures) -> dict[str, Floats]:
    """For each platform the hours (F, K, 2) from and to which it stands down in each future."""
    spans = np.stack([futures.grounded_from_h, futures.grounded_to_h], axis=-1)
    return {platform.id: spans[:, p] for p, platform in enumerate(theatre.scenario.platforms)}


def simulate_mission(
    mission: Mission,
    usable_h: Floats,
    *,
    seed: int,
    block: Block,
    threads: int,
    progress: Progress | None = None,
    grounded: StandDowns | None = None,
) -> Outcome:
    """Simulate a mission once for each row of ``usable_h`` (replications, craft).

    ``usable_h`` tells from when each craft is usable, craft in the order of the mission's rows and of their numbers;
    one that is not when the window opens takes no part. ``grounded`` gives for each platform the hours
    (replications, K, 2) from and to which it stands down, in order and apart, inf where there are fewer. Results and
    errors as of ``simulate_plan``.
    """
    world = make_world(mission)
    replications = len(usable_h)
    idle: SimpleQueue[Player] = SimpleQueue()
    for _ in range(threads):
        idle.put(Player(world))
    row_facts = np.empty((replications, len(world.rows), len(ROW_FACTS)))
    demand_facts = np.empty((replications, world.demands, DEMAND_FACTS))
    kept_home = stand_down_table(world, grounded or {}, replications)

    def play(few: range) -> int:
        player = idle.get()
        try:
            for i in few:
                player.play(rng.key64(seed, block, i, "operations"), usable_h[i], kept_home[i])
                row_facts[i], demand_facts[i] = player.row_facts, player.demand_facts
        finally:
            idle.put(player)
        return few.stop

    tasks = [range(i, min(i + TASK, replications)) for i in range(0, replications, TASK)]
    with ThreadPoolExecutor(threads) as pool:
        for done in pool.map(play, tasks):
            if progress is not None:
                progress(done, replications)
    return _outcome(mission, world, row_facts, demand_facts)


def _outcome(mission: Mission, world: World, row_facts: Floats, demand_facts: Floats) -> Outcome:
    by_row = np.empty_like(row_facts)
    by_row[:, world.row_order] = row_facts
    return _frozen(
        Outcome(
            requirements=tuple(r.id for r in mission.requirements),
            rows=tuple((row.platform, row.base, row.area) for row in mission.rows),
            value=measures(world, demand_facts),
            expected=measures(world, demand_facts, expected=True),
            **{f"row_{fact}": by_row[..., i].copy() for i, fact in enumerate(ROW_FACTS)},
        )
    )


def _frozen(outcome: Outcome) -> Outcome:
    for value in vars(outcome).values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return outcome
