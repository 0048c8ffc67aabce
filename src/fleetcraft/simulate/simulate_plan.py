"""The verb: play a plan many times, each time in a fresh future, and measure it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np

from fleetcraft import rng
from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Block, Futures, draw_futures
from fleetcraft.plan import Plan
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.measures import half_widths
from fleetcraft.simulate.mission import Mission, mission_of
from fleetcraft.simulate.outcome import Outcome, joined
from fleetcraft.simulate.player import Player, StandDowns, measures, stand_down_table
from fleetcraft.simulate.reassign import Reassignment
from fleetcraft.simulate.records import DEMAND_FACTS, ROW_FACTS, Floats
from fleetcraft.simulate.world import make_world

Progress = Callable[[int, int], None]

TASK = 8
"""Replications that a thread plays before it asks for more."""
FEWEST = 30
"""Replications before which no interval is trusted to stop by."""
GROWTH = 1.1
MOST_AT_ONCE = 256
"""Futures drawn at once: memory grows with the replications by their measures alone."""


def simulate_plan(
    theatre: Theatre,
    plan: Plan,
    *,
    seed: int,
    block: Block,
    replications: int,
    threads: int,
    half_width: float | None = None,
    progress: Progress | None = None,
    reassignment: Reassignment | None = None,
) -> Outcome:
    """Simulate a plan with an allocation: replication i in future i of the block, with operations noise of its own.

    Where a ``half_width`` is asked, replications end as soon as no requirement's 95% interval is wider to either side
    than that (in its own unit, of a revisit as a share of its threshold), at the earliest after 30, at the latest after
    ``replications``. The outcome is the same, byte for byte, for any number of threads. ``progress`` is called with
    (done, all) from the calling thread. Without a ``reassignment`` of craft after losses the scenario's own policy
    holds. Raises ValueError where the plan has no allocation, KeyError where it uses a pair that is not open,
    LimitError where some craft's cycle takes so little time that a replication would not end.
    """
    scenario = theatre.scenario
    nobody = deliver(scenario, plan, draw_futures(scenario, seed, block, []))
    players = Players(mission_of(theatre, plan, nobody, reassignment), threads)

    def play(few: range) -> Outcome:
        futures = draw_futures(scenario, seed, block, few)
        usable_h = usable_craft_h(deliver(scenario, plan, futures))
        keys = [rng.key64(seed, block, i, "operations") for i in few]
        return players.play(keys, usable_h, stand_downs(theatre, futures), _from(few.start, replications, progress))

    return _until_precise(play, scenario.requirements, replications, half_width)


def simulate_mission(
    mission: Mission,
    usable_h: Floats,
    *,
    seed: int,
    block: Block,
    threads: int,
    half_width: float | None = None,
    progress: Progress | None = None,
    grounded: StandDowns | None = None,
) -> Outcome:
    """Simulate a mission once for each row of ``usable_h`` (replications, craft), or fewer times for a ``half_width``.

    ``usable_h`` tells from when each craft is usable, craft in the order of the mission's rows and of their numbers;
    one that is not when the window opens takes no part. ``grounded`` gives for each platform the hours
    (replications, K, 2) from and to which it stands down, in order and apart, inf where there are fewer. Results and
    errors as of ``simulate_plan``.
    """
    players = Players(mission, threads)

    def play(few: range) -> Outcome:
        here = slice(few.start, few.stop)
        spans = {platform: hours[here] for platform, hours in (grounded or {}).items()}
        keys = [rng.key64(seed, block, i, "operations") for i in few]
        return players.play(keys, usable_h[here], spans, _from(few.start, len(usable_h), progress))

    return _until_precise(play, mission.requirements, len(usable_h), half_width)


def batches(replications: int, *, sequential: bool) -> Iterator[range]:
    """Runs of replications: as many as memory likes, or, where each may be the last, a tenth more every time."""
    done = 0
    while True:
        stop = max(FEWEST, round(done * GROWTH)) if sequential else done + MOST_AT_ONCE
        yield range(done, min(stop, replications))
        done = stop
        if done >= replications:
            return


def _until_precise(
    play: Callable[[range], Outcome], requirements: Sequence[Requirement], replications: int, half_width: float | None
) -> Outcome:
    """Play batch after batch until all are played, or no interval is wider to either side than asked."""
    outcomes: list[Outcome] = []
    for few in batches(replications, sequential=half_width is not None):
        outcomes.append(play(few))
        if half_width is not None and len(few) + few.start >= FEWEST:
            outcomes = [joined(outcomes)]
            if (half_widths(requirements, outcomes[0]) <= half_width).all():
                break
    return joined(outcomes)


def _from(start: int, of: int, progress: Progress | None) -> Callable[[int], None]:
    """Tell how many of a batch are done as how many of all are."""
    return lambda done: None if progress is None else progress(start + done, of)


def stand_downs(theatre: Theatre, futures: Futures) -> dict[str, Floats]:
    """For each platform the hours (F, K, 2) from and to which it stands down in each future."""
    spans = np.stack([futures.grounded_from_h, futures.grounded_to_h], axis=-1)
    return {platform.id: spans[:, p] for p, platform in enumerate(theatre.scenario.platforms)}


def usable_craft_h(deliveries: Deliveries) -> Floats:
    """From when each craft of the rows is usable, (F, craft), row by row and in the order of their numbers."""
    by_row = np.argsort(deliveries.row, kind="stable")
    return deliveries.usable_h[:, by_row[deliveries.row[by_row] >= 0]]


class Players:
    """Players of one mission, one for each thread, that share out replications."""

    def __init__(self, mission: Mission, threads: int) -> None:
        self.mission = mission
        self.world = make_world(mission)
        self._idle: SimpleQueue[Player] = SimpleQueue()
        self._threads = threads
        for _ in range(threads):
            self._idle.put(Player(self.world))

    def play(
        self, keys: Sequence[np.uint64], usable_h: Floats, grounded: StandDowns, on_done: Callable[[int], None]
    ) -> Outcome:
        """Play one replication for each key, with craft usable from ``usable_h`` (n, C); ``on_done`` hears how many."""
        row_facts = np.empty((len(keys), len(self.world.rows), len(ROW_FACTS)))
        demand_facts = np.empty((len(keys), self.world.demands, DEMAND_FACTS))
        kept_home = stand_down_table(self.world, grounded, len(keys))

        def play(few: range) -> int:
            player = self._idle.get()
            try:
                for i in few:
                    player.play(keys[i], usable_h[i], kept_home[i])
                    row_facts[i], demand_facts[i] = player.row_facts, player.demand_facts
            finally:
                self._idle.put(player)
            return few.stop

        tasks = [range(i, min(i + TASK, len(keys))) for i in range(0, len(keys), TASK)]
        with ThreadPoolExecutor(self._threads) as pool:
            for done in pool.map(play, tasks):
                on_done(done)
        return self._outcome(row_facts, demand_facts)

    def _outcome(self, row_facts: Floats, demand_facts: Floats) -> Outcome:
        by_row = np.empty_like(row_facts)
        by_row[:, self.world.row_order] = row_facts
        return Outcome(
            requirements=tuple(r.id for r in self.mission.requirements),
            rows=tuple((row.platform, row.base, row.area) for row in self.mission.rows),
            value=measures(self.world, demand_facts),
            expected=measures(self.world, demand_facts, expected=True),
            **{f"row_{fact}": by_row[..., i].copy() for i, fact in enumerate(ROW_FACTS)},
        )
