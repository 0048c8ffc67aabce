"""Laws of watching: what craft on station add up to, and what that attains."""

from __future__ import annotations

import numpy as np

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.programme import Block, Terms, block
from fleetcraft.optimise.variables import Variables


def craft_add_up(c: Capability, v: Variables) -> Block:
    """summed[g,f,s] = sum over slices j of weight[g,s,p] x share usable[j,f] x on_station[j,a]."""
    start = np.searchsorted(v.curve_gain, np.arange(len(c.gains)))
    terms: list[Terms] = [(np.arange(len(v.summed.index)), v.summed.index, -1.0)]
    for g, gain in enumerate(c.gains):
        here = np.flatnonzero(v.station_area == gain.area)
        tranche = v.station_tranche[here]
        strata = len(gain.share)
        row = start[g] + np.arange(c.futures)[:, None, None] * strata + np.arange(strata)[None, :, None]
        weight = gain.weight[:, c.tranches.platform[tranche]]  # (S, here)
        value = c.tranches.share[tranche].T[:, None, :] * weight[None, :, :]
        useful = np.broadcast_to(value > 0, value.shape)
        rows = np.broadcast_to(row, value.shape)[useful]
        columns = np.broadcast_to(v.on_station.index[here], value.shape)[useful]
        terms.append((rows, columns, value[useful]))
    return block("craft_add_up", v.summed.labels, terms, lower=0.0, upper=0.0)


def values_lie_on_curves(c: Capability, v: Variables) -> Block:
    """reached[g,f,s] <= slope x summed[g,f,s] + intercept, for every sloping line of the curve."""
    rows_of, labels, upper, slopes = [], [], [], []
    for i, (g, s) in enumerate(zip(v.curve_gain.tolist(), v.curve_stratum.tolist(), strict=True)):
        gain = c.gains[g]
        for line, (slope, intercept) in enumerate(zip(gain.slope[s], gain.intercept[s], strict=True)):
            if slope > 0:
                rows_of.append(i)
                labels.append(f"{v.reached.labels[i]},{line}")
                upper.append(intercept)
                slopes.append(-slope)
    row, of = np.arange(len(labels)), np.array(rows_of, dtype=np.int64)
    return block(
        "values_lie_on_curves",
        labels,
        [(row, v.reached.index[of], 1.0), (row, v.summed.index[of], np.array(slopes))],
        upper=np.array(upper),
    )


def attainment_is_earned(c: Capability, v: Variables) -> Block:
    """attained[g,f] <= scale x sum over strata s of share[s] x reached[g,f,s]."""
    row = v.curve_gain * c.futures + v.curve_future
    value = np.array(
        [c.gains[g].scale * c.gains[g].share[s] for g, s in zip(v.curve_gain, v.curve_stratum, strict=True)]
    )
    own = np.arange(len(v.attained.index))
    return block(
        "attainment_is_earned",
        v.attained.labels,
        [(row, v.reached.index, -value), (own, v.attained.index, 1.0)],
        upper=0.0,
    )
