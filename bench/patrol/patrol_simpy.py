"""The Patrol model as a SimPy program: a process for each craft, each area's weather and each target.

Six areas, each with one station slot that five craft of its own keep occupied in turn; two neighbouring areas share a
base with its repair crews. Targets arrive, are found while the slot is occupied, or leave.
"""

from __future__ import annotations

from collections.abc import Generator
from random import Random
from typing import Any, NamedTuple

import simpy

Events = Generator[simpy.Event, Any, Any]

AREAS = 6
AREAS_PER_BASE = 2
CRAFT_PER_AREA = 5
YEAR_H = 8760.0

ENDURANCE_H = 24.0
TURNAROUND_H = 3.0
MEAN_H_TO_FAILURE = 200.0
MEAN_REPAIR_H = 48.0
REPAIR_CREWS = 2
MAINTENANCE_INTERVAL_H = 400.0
MAINTENANCE_H = 72.0
MEAN_GOOD_H = 100.0
MEAN_BAD_H = 20.0

ARRIVALS_PER_H = 0.5
PRESENT_H = 10.0
FOUND_PER_H = 0.3
_ROUNDING_H = 1e-9


class Year(NamedTuple):
    """What one replication measured: shares by area, and operating hours of all craft."""

    occupied: list[float]
    detected: list[float]
    operating_h: float


class Area:
    """One area: its slot, its weather, its craft that are ready, its targets."""

    def __init__(self, env: simpy.Environment, rng: Random, crews: simpy.Resource, transit_h: float) -> None:
        self.env, self.rng, self.crews = env, rng, crews
        self.transit_h = transit_h
        self.station_h = ENDURANCE_H - 2 * transit_h
        self.good = rng.random() < MEAN_GOOD_H / (MEAN_GOOD_H + MEAN_BAD_H)
        self.ready: set[Craft] = set()
        self.covering: Craft | None = None  # who will hold the slot when a craft launched now arrives
        self.occupied = False
        self.since_h = 0.0
        self.watched_h = 0.0
        self.taken_up = env.event()
        self.arrived = 0
        self.found = 0
        self.fleet = [Craft(self, number) for number in range(CRAFT_PER_AREA)]
        env.process(self.weather())
        env.process(self.targets())

    def launch(self) -> None:
        """Send the lowest-numbered ready craft where the slot is not covered and the weather lets it go."""
        if self.covering is None and self.good and self.ready:
            self.covering = min(self.ready, key=lambda craft: craft.number)
            self.ready.remove(self.covering)
            self.covering.go.succeed()

    def uncover(self, craft: Craft) -> None:
        """A craft no longer covers the slot; the next is sent."""
        if self.covering is craft:
            self.covering = None
            self.launch()

    def occupy(self) -> None:
        """A craft takes the slot."""
        self.occupied = True
        self.since_h = self.env.now
        self.taken_up.succeed()
        self.taken_up = self.env.event()

    def vacate(self) -> None:
        """The craft leaves the slot."""
        self.occupied = False
        self.watched_h += self.env.now - self.since_h

    def watched_so_far_h(self) -> float:
        """Hours in which the slot was occupied."""
        return self.watched_h + (self.env.now - self.since_h if self.occupied else 0.0)

    def weather(self) -> Events:
        """Good and bad spells in turn."""
        while True:
            yield self.env.timeout(self.rng.expovariate(1 / (MEAN_GOOD_H if self.good else MEAN_BAD_H)))
            self.good = not self.good
            self.launch()

    def targets(self) -> Events:
        """Targets arrive until the year ends."""
        while True:
            yield self.env.timeout(self.rng.expovariate(ARRIVALS_PER_H))
            if self.env.now >= YEAR_H:
                return
            self.env.process(self.target())

    def target(self) -> Events:
        """One target: found once the slot was occupied for as long as its chance asks, or gone before."""
        self.arrived += 1
        leaves_h = self.env.now + PRESENT_H
        found_at_h = self.watched_so_far_h() + self.rng.expovariate(FOUND_PER_H)
        while self.env.now < leaves_h:
            if self.occupied:
                missing_h = found_at_h - self.watched_so_far_h()
                if missing_h <= _ROUNDING_H:
                    self.found += 1
                    return
                yield self.env.timeout(min(missing_h, leaves_h - self.env.now))
            else:
                yield self.taken_up | self.env.timeout(leaves_h - self.env.now)


class Craft:
    """One craft: sortie after sortie, its failures and its upkeep."""

    def __init__(self, area: Area, number: int) -> None:
        self.area, self.env, self.number = area, area.env, number
        self.go = self.env.event()
        self.failed = False
        self.hours_to_failure = area.rng.expovariate(1 / MEAN_H_TO_FAILURE)
        self.hours_since_maintenance = 0.0
        self.launched_h: float | None = None
        self.operating_h = 0.0
        self.env.process(self.live())

    def hours_so_far(self) -> float:
        """Operating hours up to now."""
        return self.operating_h + (0.0 if self.launched_h is None else self.env.now - self.launched_h)

    def live(self) -> Events:
        """Ready, away, at the base; for ever."""
        while True:
            self.area.ready.add(self)
            self.area.launch()
            yield self.go
            self.go = self.env.event()
            yield from self.sortie()
            yield from self.upkeep()

    def sortie(self) -> Events:
        """Out, on station with the relief called one transit before its end, home; a failure turns the craft home."""
        area = self.area
        self.launched_h = self.env.now
        yield from self.fly(area.transit_h)
        if self.failed:
            way_home_h = self.env.now - self.launched_h
            area.uncover(self)
        else:
            way_home_h = area.transit_h
            area.occupy()
            yield from self.fly(area.station_h - area.transit_h)
            area.uncover(self)
            if not self.failed:
                yield from self.fly(area.transit_h)
            area.vacate()
        yield self.env.timeout(way_home_h)
        self.hours_to_failure -= way_home_h
        self.failed = self.hours_to_failure <= 0.0
        hours = self.env.now - self.launched_h
        self.operating_h += hours
        self.hours_since_maintenance += hours
        self.launched_h = None

    def fly(self, hours: float) -> Events:
        """Fly for so long, or until the craft fails."""
        flown_h = min(hours, self.hours_to_failure)
        yield self.env.timeout(flown_h)
        self.hours_to_failure -= flown_h
        self.failed = flown_h < hours

    def upkeep(self) -> Events:
        """Repair where it failed, maintenance where it is due, turnaround."""
        rng = self.area.rng
        if self.failed:
            with self.area.crews.request() as crew:
                yield crew
                yield self.env.timeout(rng.expovariate(1 / MEAN_REPAIR_H))
            self.failed = False
            self.hours_to_failure = rng.expovariate(1 / MEAN_H_TO_FAILURE)
        if self.hours_since_maintenance >= MAINTENANCE_INTERVAL_H:
            self.hours_since_maintenance -= MAINTENANCE_INTERVAL_H
            yield self.env.timeout(MAINTENANCE_H)
        yield self.env.timeout(TURNAROUND_H)


def play(seed: int) -> Year:
    """One replication: a year, all craft ready at its start, and the last targets followed to their end."""
    env, rng = simpy.Environment(), Random(seed)
    bases = [simpy.Resource(env, REPAIR_CREWS) for _ in range(AREAS // AREAS_PER_BASE)]
    areas = [Area(env, rng, bases[a // AREAS_PER_BASE], a + 1.0) for a in range(AREAS)]
    env.run(until=YEAR_H)
    occupied = [area.watched_so_far_h() / YEAR_H for area in areas]
    operating_h = sum(craft.hours_so_far() for area in areas for craft in area.fleet)
    env.run(until=YEAR_H + PRESENT_H)
    return Year(occupied, [area.found / area.arrived for area in areas], operating_h)
