"""The verb: play a plan many times, each time in a fresh future, and measure it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from queue import SimpleQueue

import numpy as np

from fleetcraft import rng
from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.losses import at_risk_from_h
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Block, Futures, draw_futures
from fleetcraft.plan import Allocation, Later, Plan
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.measures import half_widths, known_years
from fleetcraft.simulate.mission import Mission, missions_of
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.player import Player, StandDowns, measures, stand_down_table
from fleetcraft.simulate.reassign import Reassignment
from fleetcraft.simulate.records import DEMAND_FACTS, ROW_FACTS, Floats
from fleetcraft.simulate.world import World, make_world

Progress = Callable[[int, int], None]
RowId = tuple[str, str, str]
"""Platform, base and area."""

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
    first: int = 0,
    half_width: float | None = None,
    progress: Progress | None = None,
    reassignment: Reassignment | None = None,
) -> Outcome:
    """Simulate a plan with an allocation: replication i in future i of the block, with operations noise of its own.

    So many ``replications`` from number ``first`` on; ``Outcome.followed_by`` joins parts that were played one by one.

    Where a ``half_width`` is asked, replications end as soon as no requirement's 95% interval is wider to either side
    than that (in its own unit, of a revisit as a share of its threshold), at the earliest after 30 and after
    3 / half_width years in which every requirement has a value, at the latest after ``replications``. The outcome is
    the same, byte for byte, for any number of threads. ``progress`` is called with (done, all) from the calling thread.
    Without a ``reassignment`` of craft after losses the scenario's own policy holds. In block 'judge' of the plan's
    ``later_seed`` each future's later orders are played too; the outcome then has the rows of all futures, with nothing
    in them where a future has no craft there.

    Raises ValueError where the plan has no allocation, KeyError where it uses a pair that is not open, LimitError where
    some craft's cycle takes so little time, or so many contacts come in, that a replication would not end.
    """
    scenario = theatre.scenario
    none = draw_futures(scenario, seed, block, [])
    mission_of = missions_of(theatre, plan.gateways, reassignment)

    @lru_cache(maxsize=threads)
    def world_of(played: Plan) -> World:
        return make_world(mission_of(played, deliver(scenario, played, none)))

    rows = _rows_of(plan, plan.later_in(seed, block))
    column = {row: i for i, row in enumerate(rows)}
    players = Players(world_of(plan.common), scenario.requirements, rows, threads, seed, block, replications, first)

    def play(batch: range) -> None:
        few = range(first + batch.start, first + batch.stop)
        drawn = draw_futures(scenario, seed, block, few)

        def scene(played: Plan, some: Sequence[int]) -> Scene:
            futures = drawn.take([i - few.start for i in some])
            return Scene(
                world=world_of(played),
                columns=[column[_row_id(row)] for row in played.allocation or ()],
                usable_h=at_risk_from_h(scenario, usable_craft_h(deliver(scenario, played, futures))),
                grounded=stand_downs(theatre, futures),
            )

        played = plan.in_futures(seed, block, few).items()
        players.play([(some, partial(scene, each)) for each, mine in played for some in _tasks(mine)], progress)

    return _until_precise(players, play, half_width)


def _rows_of(plan: Plan, later: Sequence[Later]) -> tuple[RowId, ...]:
    """A plan's rows, and after them, in the order of ids, those that only some futures have."""
    own = [_row_id(row) for row in plan.allocation or ()]
    added = {_row_id(row) for each in later for row in each.allocation}
    return (*own, *sorted(added.difference(own)))


def _row_id(row: Allocation) -> RowId:
    return row.platform, row.base, row.area


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
    world = make_world(mission)
    rows = tuple((row.platform, row.base, row.area) for row in mission.rows)
    players = Players(world, mission.requirements, rows, threads, seed, block, len(usable_h))

    def scene(some: Sequence[int]) -> Scene:
        spans = {platform: hours[some] for platform, hours in (grounded or {}).items()}
        return Scene(world, range(len(rows)), usable_h[some], spans)

    def play(few: range) -> None:
        players.play([(some, scene) for some in _tasks(few)], progress)

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
        if (half_widths(players.requirements, outcome) <= half_width).all():
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


def _tasks(indices: Sequence[int]) -> Iterator[Sequence[int]]:
    return (indices[i : i + TASK] for i in range(0, len(indices), TASK))


@dataclass(frozen=True, eq=False)
class Scene:
    """What some replications play: one world, when its craft are usable (n, C) and when types stand down.

    ``columns`` tells for each of the mission's rows where among the outcome's rows it stands.
    """

    world: World
    columns: Sequence[int]
    usable_h: Floats
    grounded: StandDowns


class Players:
    """Players, one for each thread, that share out replications; and what they measured.

    Worlds may differ in rows and craft, never in what they measure: those of futures to which a plan adapts.
    """

    def __init__(
        self,
        world: World,
        requirements: Sequence[Requirement],
        rows: tuple[RowId, ...],
        threads: int,
        seed: int,
        block: Block,
        most: int,
        first: int = 0,
    ) -> None:
        self.requirements = requirements
        self.most = most
        self._world = world
        self._rows = rows
        self._key = seed, block
        self._first = first
        self._threads = threads
        self._idle: SimpleQueue[Player] = SimpleQueue()
        for _ in range(threads):
            self._idle.put(Player(world))
        self._done = 0
        self._row_facts = np.zeros((len(ROW_FACTS), most, len(rows)))
        self._demand_facts = np.empty((most, world.demands, DEMAND_FACTS))

    def play(
        self, tasks: Sequence[tuple[Sequence[int], Callable[[Sequence[int]], Scene]]], progress: Progress | None
    ) -> None:
        """Play replications, some at a time; each task's scene is set by the thread that plays it."""

        def play(task: tuple[Sequence[int], Callable[[Sequence[int]], Scene]]) -> int:
            some, set_scene = task
            player = self._idle.get()
            try:
                scene = set_scene(some)
                if player.world is not scene.world:
                    player.turn_to(scene.world)
                self._play(player, scene, some)
            finally:
                self._idle.put(player)
            return len(some)

        with ThreadPoolExecutor(self._threads) as pool:
            for played in pool.map(play, tasks):
                self._done += played
                if progress is not None:
                    progress(self._done, self.most)

    def _play(self, player: Player, scene: Scene, some: Sequence[int]) -> None:
        kept_home = stand_down_table(scene.world, scene.grounded, len(some))
        columns = np.array(scene.columns, dtype=np.int64)[scene.world.row_order]
        for here, i in enumerate(some):
            player.play(rng.key64(*self._key, i, "operations"), scene.usable_h[here], kept_home[here])
            self._row_facts[:, i - self._first, columns] = player.row_facts.T
            self._demand_facts[i - self._first] = player.demand_facts

    def outcome(self, played: int) -> Outcome:
        """What the first replications measured."""
        facts = self._demand_facts[:played]
        return Outcome(
            requirements=tuple(r.id for r in self.requirements),
            rows=self._rows,
            value=measures(self._world, facts),
            expected=measures(self._world, facts, expected=True),
            **{f"row_{fact}": self._row_facts[i, :played] for i, fact in enumerate(ROW_FACTS)},
        )
