"""What orders and allocation attain in every future, as concave functions of the programme's columns.

Once orders and allocation are given, nothing is left to be decided in a future: its attainment follows in closed form,
and with it the cut of the L-shaped method. So the programme's size does not grow with the futures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.gains import Curve, Gain
from fleetcraft.optimise.variables import Variables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Seen:
    """A gain and the n entries of on_station in its area."""

    gain: Gain
    column: Ints  # (n,) columns of on_station
    share: Floats  # (n, F) share of each entry's slice usable
    weight: tuple[Floats, ...]  # (S, n) of each curve

    def attained(self, x: Floats) -> tuple[Floats, Floats]:
        """min(1, scale x sum of share[s] x lowest curve) in each future (F,), and its slope in the columns (n, F)."""
        present = self.share * x[self.column, None]
        lines = [
            np.multiply.outer(curve.slope, weight @ present) + curve.intercept[:, None, None]
            for curve, weight in zip(self.gain.curves, self.weight, strict=True)
        ]
        lowest = np.stack([line.min(axis=0) for line in lines])  # (curves, S, F)
        binding = lowest.argmin(axis=0)
        value = self.gain.scale * (self.gain.share @ lowest.min(axis=0))
        slope = np.zeros_like(self.share)
        for k, (curve, line) in enumerate(zip(self.gain.curves, lines, strict=True)):
            steepness = np.where(binding == k, curve.slope[line.argmin(axis=0)], 0.0) * self.gain.share[:, None]
            slope += self.weight[k].T @ steepness
        slope *= self.share * (self.gain.scale * (value < 1.0))
        return np.minimum(value, 1.0), slope


class Watching:
    """The value functions of ``v.values``: attained[g,n], then tail and whole[f] where the scenario asks for them.

    attained[g,n] is a mean over the futures of node n; whole[f] = sum w[g] attained[g,f] / sum w; tail its mean over
    the worst share 1 - alpha of the futures, so that CVaR_alpha(1 - A) = 1 - tail (Rockafellar and Uryasev, 2000).
    """

    def __init__(self, c: Capability, v: Variables) -> None:
        self._seen = tuple(_seen(c, v, gain) for gain in c.gains)
        self._columns = sum(len(group.index) for group in v.groups)
        self._weight = requirement_weights(c)
        self._mean = (c.node[:, None] == np.arange(c.nodes)) / np.bincount(c.node, minlength=c.nodes)  # (F, N)
        risk = c.theatre.scenario.uncertainty.risk
        self._tail_share = None if risk is None else 1.0 - risk.cvar_alpha
        self._each = len(v.whole.index) > 0

    def evaluate(self, x: Floats) -> tuple[Floats, csr_array]:
        """Values (K,) and supergradients (K, columns) at a point."""
        found = [seen.attained(x) for seen in self._seen]
        attained = np.array([value for value, _ in found])  # (G, F)
        values, rows = [(attained @ self._mean).ravel()], _Rows(self._columns)
        for seen, (_, slope) in zip(self._seen, found, strict=True):
            for gradient in (slope @ self._mean).T:
                rows.add([(seen.column, gradient)])
        whole = self._weight @ attained
        over = [_worst(whole, self._tail_share)] if self._tail_share is not None else []
        over += list(np.eye(len(whole))) if self._each else []
        for chance in over:
            values.append(np.array([chance @ whole]))
            rows.add(
                [
                    (s.column, w * (slope @ chance))
                    for w, s, (_, slope) in zip(self._weight, self._seen, found, strict=True)
                ]
            )
        return np.concatenate(values), rows.matrix()


def requirement_weights(c: Capability) -> Floats:
    """w[g] / sum w, (G,)."""
    weight = np.array([c.theatre.scenario.requirements[g.requirement].weight for g in c.gains], dtype=np.float64)
    shares: Floats = weight / weight.sum()
    return shares


def _seen(c: Capability, v: Variables, gain: Gain) -> _Seen:
    here = np.flatnonzero(v.station_area == gain.area)
    via = np.flatnonzero(v.station_area[v.via_station] == gain.area)
    tranche = v.station_tranche[np.concatenate([here, v.via_station[via]])]
    return _Seen(
        gain=gain,
        column=np.concatenate([v.on_station.index[here], v.via.index[via]]),
        share=c.tranches.share[tranche],
        weight=tuple(station_weights(c, v, curve, here, via) for curve in gain.curves),
    )


def station_weights(c: Capability, v: Variables, curve: Curve, here: Ints, via: Ints) -> Floats:
    """What entries of on_station and of via add to a curve's sum, (S, n)."""
    of_tranche = c.tranches.platform[v.station_tranche]
    weight = curve.weight[:, of_tranche[here]]
    if not curve.extra.size:
        return np.concatenate([weight, np.zeros((len(weight), len(via)))], axis=1)
    return np.concatenate([weight, curve.extra[v.via_gateway[via], :, of_tranche[v.via_station[via]]].T], axis=1)


def _worst(value: Floats, share: float) -> Floats:
    """Weights (F,) of the mean over the worst ``share`` of equally likely futures; one of them may count in part."""
    left = share * len(value)
    weight = np.zeros(len(value))
    for rank, f in enumerate(np.argsort(value, kind="stable")):
        weight[f] = min(max(left - rank, 0.0), 1.0) / left
    return weight


class _Rows:
    """Sparse rows, gathered one by one."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._row: list[Ints] = []
        self._column: list[Ints] = []
        self._value: list[Floats] = []
        self._count = 0

    def add(self, parts: Sequence[tuple[Ints, Floats]]) -> None:
        """One row of (columns, values), entries of the same column added."""
        for column, value in parts:
            some = np.flatnonzero(value)
            self._row.append(np.full(len(some), self._count))
            self._column.append(column[some])
            self._value.append(value[some])
        self._count += 1

    def matrix(self) -> csr_array:
        """All rows."""
        entries = (np.concatenate(self._value), (np.concatenate(self._row), np.concatenate(self._column)))
        return csr_array(entries, shape=(self._count, self._columns))
