"""Laws of watching: what craft on station add up to, and what that attains."""

from __future__ import annotations

import numpy as np

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables
from fleetcraft.optimise.watching import station_weights


def craft_add_up(c: Capability, v: Variables) -> Block:
    """summed[g,s] = sum over slices j of weight[g,s,p] x mean share[j] x on_station[j,a], for each curve of g.

    And of what each gateway adds, its extra[g,s,p] x mean share[j] x via[j,a,gateway].
    """
    start = np.searchsorted(v.summed_curve, np.arange(v.summed_curve.max(initial=-1) + 1))
    terms: list[Terms] = [(np.arange(len(v.summed.index)), v.summed.index, -1.0)]
    curves = [(gain, curve) for gain in c.gains for curve in gain.curves]
    for first, (gain, curve) in zip(start, curves, strict=True):
        here = np.flatnonzero(v.station_area == gain.area)
        via = np.flatnonzero(v.station_area[v.via_station] == gain.area)
        tranche = v.station_tranche[np.concatenate([here, v.via_station[via]])]
        column = np.concatenate([v.on_station.index[here], v.via.index[via]])
        value = station_weights(c, v, curve, here, via) * c.mean_share[tranche]  # (S, here and via)
        row = np.broadcast_to(first + np.arange(len(gain.share))[:, None], value.shape)
        useful = value > 0
        terms.append((row[useful], np.broadcast_to(column, value.shape)[useful], value[useful]))
    return block("craft_add_up", v.summed.labels, terms, lower=0.0, upper=0.0)


def values_lie_on_curves(c: Capability, v: Variables) -> Block:
    """reached[g,s] <= slope x summed[g,s] + intercept, for every sloping line of every curve of g."""
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
    """sum over nodes of chance[n] x attained[g,n] <= scale x sum over strata s of share[s] x reached[g,s].

    The curves are concave, so the mean of futures attains no less than futures attain in the mean (Jensen).
    """
    gains = range(len(c.gains))
    value = np.array(
        [c.gains[g].scale * c.gains[g].share[s] for g, s in zip(v.reached_gain, v.reached_stratum, strict=True)]
    )
    row = np.repeat(gains, c.nodes)
    return block(
        "attainment_is_earned",
        [c.theatre.scenario.requirements[gain.requirement].id for gain in c.gains],
        [(v.reached_gain, v.reached.index, -value), (row, v.attained.index, np.tile(c.chance, len(c.gains)))],
        upper=0.0,
    )
