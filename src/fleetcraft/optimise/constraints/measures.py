"""Laws of watching: what craft on station add up to, and what that attains."""

from __future__ import annotations

import numpy as np

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables


def craft_add_up(c: Capability, v: Variables) -> Block:
    """summed[g,f,s] = sum over slices j of weight[g,s,p] x share usable[j,f] x on_station[j,a], for each curve of g."""
    start = np.searchsorted(v.summed_curve, np.arange(v.summed_curve.max(initial=-1) + 1))
    terms: list[Terms] = [(np.arange(len(v.summed.index)), v.summed.index, -1.0)]
    curves = [(gain, curve) for gain in c.gains for curve in gain.curves]
    for first, (gain, curve) in zip(start, curves, strict=True):
        here = np.flatnonzero(v.station_area == gain.area)
        tranche = v.station_tranche[here]
        strata = len(gain.share)
        row = first + np.arange(c.futures)[:, None, None] * strata + np.arange(strata)[None, :, None]
        weight = curve.weight[:, c.tranches.platform[tranche]]  # (S, here)
        value = c.tranches.share[tranche].T[:, None, :] * weight[None, :, :]
        useful = np.broadcast_to(value > 0, value.shape)
        rows = np.broadcast_to(row, value.shape)[useful]
        columns = np.broadcast_to(v.on_station.index[here], value.shape)[useful]
        terms.append((rows, columns, value[useful]))
    return block("craft_add_up", v.summed.labels, terms, lower=0.0, upper=0.0)


def values_lie_on_curves(c: Capability, v: Variables) -> Block:
    """reached[g,f,s] <= slope x summed[g,f,s] + intercept, for every sloping line of every curve of g."""
    curves = [curve for gain in c.gains for curve in gain.curves]
    lines = [
        (i, line, slope, intercept)
        for i, k in enumerate(v.summed_curve.tolist())
        for line, (slope, intercept) in enumerate(zip(curves[k].slope, curves[k].intercept, strict=True))
        if slope > 0
    ]
    row, of = np.arange(len(lines)), np.array([i for i, *_ in lines], dtype=np.int64)
    return block(
        "values_lie_on_curves",
        [f"{v.summed.labels[i]},{line}" for i, line, *_ in lines],
        [
            (row, v.reached.index[v.summed_reached[of]], 1.0),
            (row, v.summed.index[of], np.array([-slope for *_, slope, _ in lines])),
        ],
        upper=np.array([intercept for *_, intercept in lines]),
    )


def attainment_is_earned(c: Capability, v: Variables) -> Block:
    """attained[g,f] <= scale x sum over strata s of share[s] x reached[g,f,s]."""
    row = v.reached_gain * c.futures + v.reached_future
    value = np.array(
        [c.gains[g].scale * c.gains[g].share[s] for g, s in zip(v.reached_gain, v.reached_stratum, strict=True)]
    )
    own = np.arange(len(v.attained.index))
    return block(
        "attainment_is_earned",
        v.attained.labels,
        [(row, v.reached.index, -value), (own, v.attained.index, 1.0)],
        upper=0.0,
    )
