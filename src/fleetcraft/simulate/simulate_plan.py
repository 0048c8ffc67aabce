"""The verb: play a plan many times, each time in a fresh future, and measure it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np

from fleetcraft import rng
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Block, draw_futures
from fleetcraft.plan import Plan
from fleetcraft.simulate.mission import Mission, mission_of
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.records import Floats
from fleetcraft.simulate.world import make_world

Progress = Callable[[int, int], None]


def simulate_plan(
    theatre: Theatre,
    plan: Plan,
    *,
    seed: int,
    block: Block,
    replications: int,
    threads: int,
    progress: Progress | None = None,
) -> Outcome:
    """Simulate a plan with an allocation: replication i in future i of the block, with operations noise of its own.

    The outcome is the same, byte for byte, for any number of threads. ``progress`` is called with (done, all) from the
    calling thread. Raises ValueError where the plan has no allocation, KeyError where it uses a pair that is not open,
    LimitError where some craft's cycle takes so little time that a replication would not end.
    """
    futures = draw_futures(theatre.scenario, seed, block, range(replications))
    deliveries = deliver(theatre.scenario, plan, futures)
    mission = mission_of(theatre, plan, deliveries)
    by_row = np.argsort(deliveries.row, kind="stable")
    usable_h = deliveries.usable_h[:, by_row[deliveries.row[by_row] >= 0]]
    return simulate_mission(mission, usable_h, seed=seed, block=block, threads=threads, progress=progress)


def simulate_mission(
    mission: Mission,
    usable_h: Floats,
    *,
    seed: int,
    block: Block,
    threads: int,
    progress: Progress | None = None,
) -> Outcome:
    """Simulate a mission once for each row of ``usable_h`` (replications, craft).

    ``usable_h`` tells from when each craft is usable, craft in the order of the mission's rows and of their numbers;
    one that is not when the window opens takes no part. Results and errors as of ``simulate_plan``.
    """
    world = make_world(mission)
    replications = len(usable_h)
    outcome = _blank(mission, replications)
    idle: SimpleQueue[Player] = SimpleQueue()
    for _ in range(threads):
        idle.put(Player(world))

    def play(i: int) -> None:
        player = idle.get()
        try:
            player.play(rng.key64(seed, block, i, "operations"), usable_h[i])
            _write(outcome, i, player)
        finally:
            idle.put(player)

    with ThreadPoolExecutor(threads) as pool:
        for done, _ in enumerate(pool.map(play, range(replications)), 1):
            if progress is not None:
                progress(done, replications)
    return _frozen(outcome)


def _blank(mission: Mission, replications: int) -> Outcome:
    measures, rows = (replications, len(mission.requirements)), (replications, len(mission.rows))
    return Outcome(
        requirements=tuple(r.id for r in mission.requirements),
        rows=tuple((row.platform, row.base, row.area) for row in mission.rows),
        value=np.empty(measures),
        expected=np.empty(measures),
        row_station_h=np.empty(rows),
        row_seeing_h=np.empty(rows),
        row_usable_h=np.empty(rows),
        row_operating_h=np.empty(rows),
        row_down_h=np.empty(rows),
        row_losses=np.empty(rows),
    )


def _write(outcome: Outcome, i: int, player: Player) -> None:
    """Put a replication's measures into its own row."""
    outcome.value[i] = player.value()
    outcome.expected[i] = player.expected()
    outcome.row_station_h[i] = player.row_totals("station_total_h")
    outcome.row_seeing_h[i] = player.row_totals("seeing_total_h")
    outcome.row_usable_h[i] = player.row_totals("usable_total_h")
    outcome.row_operating_h[i] = player.row_totals("operating_total_h")
    outcome.row_down_h[i] = player.row_totals("down_total_h")
    outcome.row_losses[i] = player.row_totals("losses")


def _frozen(outcome: Outcome) -> Outcome:
    for value in vars(outcome).values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return outcome
