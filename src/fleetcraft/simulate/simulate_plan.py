"""The verb: play a plan many times, each time in a fresh future, and measure it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np

from fleetcraft import rng
from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Block, Futures, draw_futures
from fleetcraft.plan import Plan
from fleetcraft.simulate.measures import half_widths, known_years
from fleetcraft.simulate.mission import Mission, mission_of
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.player import Player, StandDowns, measures, stand_down_table
from fleetcraft.simulate.reassign import Reassignment
from fleetcraft.simulate.records import DEMAND_FACTS, ROW_FACTS, Floats
from fleetcraft.simulate.world import make_world

Progress = Callable[[int, int], None]

TASK = 8
"""Replications that a thread plays before it asks for more."""
FEWEST = 30
"""Replications before which no interval is trusted to stop by."""
RULE_OF_THREE = 3.0
"""Events not seen in n years happen, at 95% confidence, in less than 3 / n of all years (Hanley and others, 1983)."""
GROWTH = 1.1
MOST_AT_ONCE = 1024
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
    than that (in its own unit, of a revisit as a share of its threshold), at the earliest after 30 and after
    3 / half_width years in which every requirement has a value, at the latest after ``replications``. The outcome is
    the same, byte for byte, for any number of threads. ``progress`` is called with (done, all) from the calling thread.
    Without a ``reassignment`` of craft after losses the scenario's own policy holds.

    Raises ValueError where the plan has no allocation, KeyError where it uses a pair that is not open, LimitError where
    some craft's cycle takes so little time, or so many contacts come in, that a replication would not end.
    """
    scenario = theatre.scenario
    nobody = deliver(scenario, plan, draw_futures(scenario, seed, block, []))
    players = Players(mission_of(theatre, plan, nobody, reassignment), threads, seed, block, replications)

    def play(few: range) -> None:
        futures = draw_futures(scenario, seed, block, few)
        usable_h = usable_craft_h(deliver(scenario, plan, futures))
        players.play(few, usable_h, stand_downs(theatre, futures), progress)

    return _until_precise(players, play, half_width)


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
    players = Players(mission, threads, seed, block, len(usable_h))

    def play(few: range) -> None:
        here = slice(few.start, few.stop)
        spans = {platform: hours[here] for platform, hours in (grounded or {}).items()}
        players.play(few, usable_h[here], spans, progress)

    return _until_precise(players, play, half_width)


def batches(replications: int, *, sequential: bool) -> Iterator[range]:
    """Runs of replications: as many as memory likes, or, where each may be the last, a tenth more every time."""
    done = 0
    while True:
        stop = max(FEWEST, round(done * GROWTH)) if sequential else done + MOST_AT_ONCE
        yield range(done, min(stop, replications))
        done = stop
        if done >= replications:
            return


def _until_precise(players: Players, play: Callable[[range], None], half_width: float | None) -> Outcome:
    """Play batch after batch until all are played, or no interval is wider to either side than asked.

    An interval is not trusted before 30 years of known values, nor before 3 / half_width of them: what happens in fewer
    than one year in so many, and weighs as much as the half width, may not have been seen yet (the rule of three).
    """
    for few in batches(players.most, sequential=half_width is not None):
        play(few)
        outcome = players.outcome(few.stop)
        if half_width is None or known_years(outcome) < max(FEWEST, RULE_OF_THREE / half_width):
            continue
        if (half_widths(players.mission.requirements, outcome) <= half_width).all():
            break
    return outcome


def stand_downs(theatre: Theatre, futures: Futures) -> dict[str, Floats]:
    """For each platform the hours (F, K, 2) from and to which it stands down in each future."""
    spans = np.stack([futures.grounded_from_h, futures.grounded_to_h], axis=-1)
    return {platform.id: spans[:, p] for p, platform in enumerate(theatre.scenario.platforms)}


def usable_craft_h(deliveries: Deliveries) -> Floats:
    """From when each craft of the rows is usable, (F, craft), row by row and in the order of their numbers."""
    by_row = np.argsort(deliveries.row, kind="stable")
    return deliveries.usable_h[:, by_row[deliveries.row[by_row] >= 0]]


class Players:
    """Players of one mission, one for each thread, that share out replications; and what they measured."""

    def __init__(self, mission: Mission, threads: int, seed: int, block: Block, most: int) -> None:
        self.mission = mission
        self.world = make_world(mission)
        self.most = most
        self._key = seed, block
        self._threads = threads
        self._idle: SimpleQueue[Player] = SimpleQueue()
        for _ in range(threads):
            self._idle.put(Player(self.world))
        self._row_facts = np.empty((len(ROW_FACTS), most, len(mission.rows)))
        self._demand_facts = np.empty((most, self.world.demands, DEMAND_FACTS))

    def play(self, indices: range, usable_h: Floats, grounded: StandDowns, progress: Progress | None) -> None:
        """Play the replications of ``indices``, the first axis of ``usable_h`` (n, C) and of ``grounded``."""
        kept_home = stand_down_table(self.world, grounded, len(indices))

        def play(few: range) -> int:
            player = self._idle.get()
            try:
                for i in few:
                    here = i - indices.start
                    player.play(rng.key64(*self._key, i, "operations"), usable_h[here], kept_home[here])
                    self._row_facts[:, i, self.world.row_order] = player.row_facts.T
                    self._demand_facts[i] = player.demand_facts
            finally:
                self._idle.put(player)
            return few.stop

        tasks = [range(i, min(i + TASK, indices.stop)) for i in range(indices.start, indices.stop, TASK)]
        with ThreadPoolExecutor(self._threads) as pool:
            for done in pool.map(play, tasks):
                if progress is not None:
                    progress(done, self.most)

    def outcome(self, played: int) -> Outcome:
        """What the first replications measured."""
        facts = self._demand_facts[:played]
        return Outcome(
            requirements=tuple(r.id for r in self.mission.requirements),
            rows=tuple((row.platform, row.base, row.area) for row in self.mission.rows),
            value=measures(self.world, facts),
            expected=measures(self.world, facts, expected=True),
            **{f"row_{fact}": self._row_facts[i, :played] for i, fact in enumerate(ROW_FACTS)},
        )
