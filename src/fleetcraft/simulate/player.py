"""One thread's copy of the world's tables, used again for every replication it plays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fleetcraft.errors import LimitError
from fleetcraft.physics.measures import revisit_h
from fleetcraft.simulate.jit import disk_cached, kernel_cache_folder
from fleetcraft.simulate.kernel import replicate
from fleetcraft.simulate.mission import Mission
from fleetcraft.simulate.records import (
    CONTACTS_FULL,
    DEMAND_FACTS,
    LOG_FULL,
    PATH_FULL,
    ROW_FACTS,
    TOO_MANY_EVENTS,
    TRAIL_FULL,
    Contact,
    Event,
    Floats,
    Node,
    Offer,
    Records,
    Spell,
    StandDown,
    record_dtype,
)
from fleetcraft.simulate.world import World, make_world

FIRST_TRAIL_POINTS = 2**14
FIRST_SPELLS = 2**13
FIRST_OFFERS = 2**7
FIRST_LOG_EVENTS = 2**18

_CHANGING = (
    "clock",
    "crafts",
    "rows",
    "pools",
    "areas",
    "types",
    "presences",
    "series",
    "detections",
    "identifications",
    "contacts",
    "queues",
)

StandDowns = Mapping[str, Floats]
"""For each platform the hours (replications, K, 2) from and to which it stands down, in order and apart, else inf."""


class Player:
    """Plays replications of a world; after ``play`` its tables hold what happened."""

    def __init__(self, world: World, trail_points: int = FIRST_TRAIL_POINTS, *, logged: bool = False) -> None:
        self._replicate: Any = disk_cached(replicate)
        self.contact_agenda = _agenda(len(world.contacts))
        self.trails = np.empty((len(world.series), trail_points, 3))
        self.paths = np.empty((world.climates, FIRST_SPELLS), dtype=record_dtype(Spell))
        self.log = np.empty(FIRST_LOG_EVENTS, dtype=record_dtype(Event)) if logged else None
        self.demand_facts = np.empty((world.demands, DEMAND_FACTS))
        self.turn_to(world)
        self._make_room_for_contacts(world.slots, FIRST_OFFERS)

    def turn_to(self, world: World) -> None:
        """Play another world from now on, one that measures the same, with the room that has been made so far."""
        self.world = world
        start = [getattr(world, name) for name in _CHANGING]
        self._start = np.frombuffer(b"".join(each.tobytes() for each in start), dtype=np.uint8)
        self._now = self._start.copy()
        ends = np.cumsum([each.nbytes for each in start]).tolist()
        self.tables: dict[str, Records] = {
            name: self._now[end - each.nbytes : end].view(each.dtype).reshape(each.shape)
            for name, each, end in zip(_CHANGING, start, ends, strict=True)
        }
        self.agenda = _agenda(len(world.crafts) + len(world.areas) + len(world.types))
        self.ready = np.empty(world.ready_nodes)
        self.streams = np.zeros_like(world.names)
        self.row_facts = np.empty((len(world.rows), len(ROW_FACTS)))
        if len(self.paths) < world.climates:
            self.paths = np.empty((world.climates, self.paths.shape[1]), dtype=self.paths.dtype)

    def play(self, replication: np.uint64, usable_h: Floats, stand_downs: Records | None = None) -> None:
        """Play the replication of a key with the mission's craft usable from ``usable_h`` (C,).

        ``stand_downs`` (types, K) as of ``stand_down_table``. A table too short for the replication is
        doubled and the replication played again. Raises LimitError where it would not end.
        """
        kept_home = stand_down_table(self.world, {}, 1)[0] if stand_downs is None else stand_downs
        status = self._try(replication, usable_h, kept_home)
        while status in _GROW:
            _GROW[status](self)
            status = self._try(replication, usable_h, kept_home)
        if status == TOO_MANY_EVENTS:
            raise LimitError(self._explain())

    def events(self) -> Records:
        """The log in order of time; contacts are played in stretches, area by area."""
        assert self.log is not None
        log = self.log[: self.tables["clock"]["logged"][0]]
        return log[np.argsort(log["at_h"], kind="stable")]

    def _make_room_for_contacts(self, slots: int, offers: int) -> None:
        contacts, stages = len(self.world.contacts), len(self.world.delays_h)
        self.waits = np.zeros((contacts, 2 * slots), dtype=record_dtype(Node))
        self.present = np.zeros((contacts, slots), dtype=record_dtype(Contact))
        self.offers = np.zeros((contacts, stages, offers), dtype=record_dtype(Offer))

    def _grow_trails(self) -> None:
        self.trails = np.empty((len(self.trails), 2 * self.trails.shape[1], 3))

    def _grow_paths(self) -> None:
        self.paths = np.empty((len(self.paths), 2 * self.paths.shape[1]), dtype=self.paths.dtype)

    def _grow_contacts(self) -> None:
        self._make_room_for_contacts(2 * self.present.shape[1], 2 * self.offers.shape[2])

    def _grow_log(self) -> None:
        assert self.log is not None
        self.log = np.empty(2 * len(self.log), dtype=self.log.dtype)

    def _try(self, replication: np.uint64, usable_h: Floats, stand_downs: Records) -> int:
        world, tables = self.world, self.tables
        np.copyto(self._now, self._start)
        tables["crafts"]["usable_h"] = usable_h[world.craft_order]
        self._replicate(
            tables["clock"],
            self.agenda,
            self.contact_agenda,
            tables["crafts"],
            tables["rows"],
            tables["pools"],
            self.ready,
            world.donors,
            tables["areas"],
            world.seas,
            world.months,
            self.paths,
            world.path_until_h,
            tables["types"],
            stand_downs,
            tables["presences"],
            tables["series"],
            tables["detections"],
            tables["identifications"],
            tables["contacts"],
            self.waits,
            self.present,
            tables["queues"],
            self.offers,
            world.identifiers,
            world.reach,
            world.delays_h,
            world.rates,
            self.trails,
            world.names,
            self.streams,
            self.log,
            self.row_facts,
            self.demand_facts,
            replication,
        )
        return int(tables["clock"]["status"][0])

    def _explain(self) -> str:
        limit, end_h = (self.tables["clock"][name][0] for name in ("event_limit", "end_h"))
        return (
            f"a replication made more than {limit:,} events before hour {end_h:g}: some cycle of a craft or spell of "
            "weather takes next to no time; check mtbf_h, mttr_h, turnaround_h and rough_spell_h, and hours_present of "
            "what is to be identified"
        )


_GROW = {
    TRAIL_FULL: Player._grow_trails,
    PATH_FULL: Player._grow_paths,
    CONTACTS_FULL: Player._grow_contacts,
    LOG_FULL: Player._grow_log,
}


def is_compiled(*, logged: bool = False) -> bool:
    """Whether the event loop's machine code is at hand, in this process or on the disk.

    It is compiled without a log first, then, where one is asked for, with a log.
    """
    folder = kernel_cache_folder()
    kept = 0 if folder is None else len(list(folder.rglob("*.nbc")))
    return max(len(disk_cached(replicate).signatures), kept) > int(logged)


def compile_kernel(*, logged: bool = False) -> None:
    """Compile the event loop, which takes seconds, or take it from the disk, where it is kept from then on."""
    nothing = Mission(rows=(), requirements=(), targets={}, window_start_h=0.0, window_end_h=1.0)
    Player(make_world(nothing), logged=logged).play(np.uint64(0), np.empty(0))


def _agenda(entities: int) -> Records:
    return np.zeros(2 << max(entities - 1, 0).bit_length(), dtype=record_dtype(Node))


def stand_down_table(world: World, stated: StandDowns, replications: int) -> Records:
    """Stand-downs of a world's types, (replications, types, K), from hours (replications, K, 2) by platform."""
    mine = [stated.get(platform) for platform in world.type_ids]
    longest = max((each.shape[1] for each in mine if each is not None), default=0)
    table = np.full((replications, len(mine), longest), np.inf, dtype=record_dtype(StandDown))
    for t, each in enumerate(mine):
        if each is not None:
            table["from_h"][:, t, : each.shape[1]] = each[..., 0]
            table["to_h"][:, t, : each.shape[1]] = each[..., 1]
    return table


def measures(world: World, demand_facts: Floats, *, expected: bool = False) -> Floats:
    """The years' measures of the mission's requirements, (n, R), from their facts (n, demands, 4).

    Detection and identification as the share of targets found (``expected``: of targets expected to be found), nan
    where none arrived; presence as a share of time; revisit in hours.
    """
    window_h = float(world.clock["window_end_h"][0] - world.clock["window_start_h"][0])
    counted, of = (demand_facts[..., 2 * expected + i] for i in range(2))
    share = np.divide(counted, of, out=np.full(of.shape, np.nan), where=of > 0)
    detections, presences, series = len(world.detections), len(world.presences), len(world.series)
    found = [
        share[..., :detections],
        demand_facts[..., detections : detections + presences, 0] / window_h,
        revisit_h(demand_facts[..., detections + presences : detections + presences + series, 0] / window_h, window_h),
        share[..., detections + presences + series :],
    ]
    measured: Floats = np.concatenate(found, axis=-1)[..., world.measured]
    return measured
