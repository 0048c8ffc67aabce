"""The shipped rule that places the craft of a plan without an allocation: one at a time, where it helps most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.capability import COMMON, Capability, fixed_tranches, make_capability
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.formula import allocation_of
from fleetcraft.optimise.gains import Gain
from fleetcraft.plan import Plan
from fleetcraft.scenario.platform import DOMAINS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def place_craft(theatre: Theatre, plan: Plan, futures: Futures) -> Plan:
    """A copy of ``plan`` with an allocation, by greedy marginal attainment in the mean of the given futures.

    Each step gives one craft to the (platform, area) whose weighted attainment grows most by the programme's own
    curves, at the open base of highest duty that has room (ties by position). Craft for which no base has room stay
    unplaced and serve nothing.
    """
    periods = {p.id for p in theatre.scenario.calendar.periods}
    assert all(o.period in periods for o in plan.orders)
    index = theatre.scenario.platform_index
    orders = {(index[o.platform], o.period, COMMON): o.quantity for o in plan.orders}
    tranches = fixed_tranches(theatre.scenario, orders, futures)
    c = make_capability(theatre, tranches, futures, no_corrections(theatre), pairs=np.arange(len(theatre.pairs)))
    left = np.bincount(tranches.platform, weights=tranches.size, minlength=len(index)).astype(np.int64)
    usable = np.zeros(len(index))
    usable[tranches.platform] = tranches.share.mean(axis=1)
    room = _Room(theatre)
    summed = [[np.zeros(len(gain.share)) for _ in gain.curves] for gain in c.gains]
    craft = np.zeros(len(c.pair), dtype=np.int64)
    while True:
        best = _best_base(theatre, c, room, left)
        if not (best >= 0).any():
            break
        gain = _marginal_attainment(c, summed, usable, best)
        platform, area = np.unravel_index(int(np.where(best >= 0, gain, -1.0).argmax()), gain.shape)
        m = int(best[platform, area])
        craft[m] += 1
        left[platform] -= 1
        room.take(int(c.pair[m]))
        for g, already in zip(c.gains, summed, strict=True):
            if g.area == area:
                for curve, total in zip(g.curves, already, strict=True):
                    total += curve.weight[:, platform] * c.on_station[m] * usable[platform]
    return Plan(plan.orders, allocation_of(theatre, c.pair, craft), plan.scenario)


@dataclass
class _Room:
    """Craft that each base can still take, by domain."""

    theatre: Theatre

    def __post_init__(self) -> None:
        places = self.theatre.scenario.places
        limits = [[place.capacity(d) for d in DOMAINS] for place in places]
        self.free = np.array([[np.inf if n is None else float(n) for n in row] for row in limits])
        self.domain = np.array([DOMAINS.index(p.domain) for p in self.theatre.scenario.platforms])

    def at(self, pair: Ints) -> Floats:
        """Free places at the bases of pairs."""
        pairs = self.theatre.pairs
        free: Floats = self.free[pairs.base[pair], self.domain[pairs.platform[pair]]]
        return free

    def take(self, pair: int) -> None:
        """One craft more at the base of a pair."""
        pairs = self.theatre.pairs
        self.free[pairs.base[pair], self.domain[pairs.platform[pair]]] -= 1


def _best_base(theatre: Theatre, c: Capability, room: _Room, left: Ints) -> Ints:
    """The kept pair of highest duty with room for each (platform, area), -1 where there is none or no craft left."""
    pairs = theatre.pairs
    best = np.full((len(theatre.scenario.platforms), len(theatre.scenario.areas)), -1, dtype=np.int64)
    duty = np.zeros(best.shape)
    open_ = np.flatnonzero((room.at(c.pair) >= 1) & (left[pairs.platform[c.pair]] > 0))
    for m in open_:
        key = pairs.platform[c.pair[m]], pairs.area[c.pair[m]]
        if c.on_station[m] > duty[key]:
            best[key], duty[key] = m, c.on_station[m]
    return best


def _marginal_attainment(c: Capability, summed: list[list[Floats]], usable: Floats, best: Ints) -> Floats:
    """Growth of the weighted attainment by one more craft, (P, A)."""
    growth = np.zeros(best.shape)
    on_station = np.where(best >= 0, c.on_station[best], 0.0) * usable[:, None]
    for g, already in zip(c.gains, summed, strict=True):
        now = [total[:, None] for total in already]
        then = [t + curve.weight * on_station[:, g.area] for t, curve in zip(now, g.curves, strict=True)]
        weight = c.theatre.scenario.requirements[g.requirement].weight
        growth[:, g.area] += weight * (_attained(g, then) - _attained(g, now))
    return growth


def _attained(gain: Gain, summed: list[Floats]) -> Floats:
    """Attainment of a requirement, (n,), at (S, n) sums of each of its curves."""
    values = [curve.highest(total) for curve, total in zip(gain.curves, summed, strict=True)]
    attained: Floats = np.minimum(gain.scale * (gain.share @ np.min(values, axis=0)), 1.0)
    return attained
