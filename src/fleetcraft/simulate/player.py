"""One thread's copy of the world's tables, used again for every replication it plays."""

from __future__ import annotations

from typing import Any

import numpy as np

from fleetcraft.errors import LimitError
from fleetcraft.physics.measures import revisit_h
from fleetcraft.simulate.jit import disk_cached
from fleetcraft.simulate.kernel import replicate
from fleetcraft.simulate.records import TOO_MANY_EVENTS, TRAIL_FULL, Floats, Node, Records, record_dtype
from fleetcraft.simulate.world import World

FIRST_TRAIL_POINTS = 2**14

_CHANGING = ("clock", "crafts", "rows", "pools", "areas", "presences", "series", "detections")


class Player:
    """Plays replications of a world; after ``play`` its tables hold what happened."""

    def __init__(self, world: World, trail_points: int = FIRST_TRAIL_POINTS) -> None:
        self.world = world
        self._replicate: Any = disk_cached(replicate)
        self.tables: dict[str, Records] = {name: np.empty_like(getattr(world, name)) for name in _CHANGING}
        entities = len(world.crafts) + len(world.areas)
        leaves = 1 << max(entities - 1, 0).bit_length()
        self.agenda = np.zeros(2 * leaves, dtype=record_dtype(Node))
        self.streams = np.zeros_like(world.names)
        self.trails = np.empty((len(world.series), trail_points, 2))

    def play(self, replication: np.uint64, usable_h: Floats) -> None:
        """Play the replication of a key with the mission's craft usable from ``usable_h`` (C,).

        A trail too short for the replication is doubled and the replication played again. Raises LimitError where it
        would not end.
        """
        status = self._try(replication, usable_h)
        while status == TRAIL_FULL:
            self.trails = np.empty((len(self.trails), 2 * self.trails.shape[1], 2))
            status = self._try(replication, usable_h)
        if status == TOO_MANY_EVENTS:
            raise LimitError(self._explain())

    def _try(self, replication: np.uint64, usable_h: Floats) -> int:
        world, tables = self.world, self.tables
        for name, mine in tables.items():
            np.copyto(mine, getattr(world, name))
        tables["crafts"]["usable_h"] = usable_h[world.craft_order]
        leaves = len(self.agenda) // 2
        self.agenda["due_h"] = np.inf
        self.agenda["entity"][leaves:] = np.arange(leaves)
        self._replicate(
            tables["clock"],
            self.agenda,
            tables["crafts"],
            tables["rows"],
            tables["pools"],
            tables["areas"],
            world.seas,
            world.months,
            tables["presences"],
            tables["series"],
            tables["detections"],
            world.rates,
            self.trails,
            world.names,
            self.streams,
            replication,
        )
        return int(tables["clock"]["status"][0])

    def row_totals(self, name: str) -> Floats:
        """A total of each of the mission's rows, shape (rows,)."""
        totals = np.empty(len(self.world.rows))
        totals[self.world.row_order] = self.tables["rows"][name]
        return totals

    def value(self) -> Floats:
        """The year's measure of each requirement, shape (R,); detection as the share of targets found."""
        return self._measures(self.tables["detections"]["found"])

    def expected(self) -> Floats:
        """The same, detection as the mean probability over its arrivals."""
        return self._measures(self.tables["detections"]["expected"])

    def _measures(self, detected: Floats) -> Floats:
        arrivals = self.tables["detections"]["arrivals"]
        share = np.divide(detected, arrivals, out=np.full(len(arrivals), np.nan), where=arrivals > 0)
        clock = self.tables["clock"]
        window_h = float(clock["window_end_h"][0] - clock["window_start_h"][0])
        present = self.tables["presences"]["met_total_h"] / window_h
        revisit = revisit_h(self.tables["series"]["window_integral"] / window_h, window_h)
        measures: Floats = np.concatenate([share, present, revisit])[self.world.measured]
        return measures

    def _explain(self) -> str:
        limit, end_h = (self.tables["clock"][name][0] for name in ("event_limit", "end_h"))
        return (
            f"a replication made more than {limit:,} events before hour {end_h:g}: some cycle of a craft or spell of "
            "weather takes next to no time; check mtbf_h, mttr_h, turnaround_h and rough_spell_h"
        )
