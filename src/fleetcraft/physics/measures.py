"""The planned value of each measure (model.md 4), exact for a whole plan.

Rows are the plan's (platform, base, area) rows that count towards one requirement. Each station of a row is occupied a
share o of the time, independently of the others; the weather is common to all, one stratum at a time. A craft that is
busy identifying neither searches nor counts as present: where that matters o is the share occupied and not busy.
Array letters: S strata, n rows, D domains, ... any leading axes (futures).
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincc, gammaln

from fleetcraft.physics.arrays import Array, Booleans, Integers, Real

_HEAVY = 600.0  # a load so far above its servers leaves Erlang's numbers too small to hold


def detection_share(share: Array, coverage: Array, occupancy: Array, stations: Integers) -> Array:
    """Share of targets detected, shape (...): sum_s pi_s (1 - prod_i (1 - o_i (1 - exp(-b_si)))^stations_i).

    ``share`` (S,) pi; ``coverage`` (S, n) b = tau W_eff v_rel / A of one craft on station through tau, the time in
    which a target must be found, 0 where the craft is blind; ``occupancy`` (..., n) o in [0, 1]; ``stations`` (n,).
    """
    detected: Array = np.vecdot(_found(coverage, occupancy, stations), share)
    return detected


def _found(coverage: Array, occupancy: Array, stations: Integers) -> Array:
    """Chance in each stratum that some station finds a target, (..., S); ``coverage`` (S, n) or (..., S, n)."""
    found_by_one = -np.expm1(-np.asarray(coverage, float))
    missed: Array = np.power(1.0 - np.asarray(occupancy, float)[..., None, :] * found_by_one, stations)
    found: Array = 1.0 - missed.prod(axis=-1)
    return found


def presence_share(share: Array, sees: Booleans, occupancy: Array, stations: Integers, craft: int) -> Array:
    """Share of time, shape (...), with at least ``craft`` craft on station and able to see.

    ``share`` (S,); ``sees`` (S, n): rows able to see; ``occupancy`` (..., n) o in [0, 1]; ``stations`` (n,). In each
    stratum the number present is Poisson-binomial (Wang 1993) over the stations of the rows that see, convolved exactly
    one station after the other, ``craft`` and more counted as one.
    """
    present = np.asarray(occupancy, float)[..., None, :] * np.asarray(sees)
    counted = np.zeros((craft + 1, *present.shape[:-1]))
    counted[0] = 1.0
    for row, kept in enumerate(stations):
        for _ in range(kept):
            arrives = counted[:-1] * present[..., row]
            counted[:-1] -= arrives
            counted[1:] += arrives
    enough: Array = np.vecdot(counted[craft], share)
    return enough


def layered_share(share: Array, sees: Booleans, occupancy: Array, stations: Integers, members: Booleans) -> Array:
    """Share of time, shape (...), in which every domain has a craft on station and able to see.

    sum_s pi_s prod_d (1 - prod over the rows of d that see in s of (1 - o)^stations): given the weather, domains are
    independent. ``members`` (D, n) tells which rows are of each domain; ``share`` (S,); ``sees`` (S, n);
    ``occupancy`` (..., n) o in [0, 1]; ``stations`` (n,). 0 where a domain has no row.
    """
    absent: Array = np.power(1.0 - np.asarray(occupancy, float)[..., None, :] * np.asarray(sees), stations)
    layers = [1.0 - absent[..., domain].prod(axis=-1) for domain in np.asarray(members)]
    together: Array = np.vecdot(np.prod(layers, axis=0), share)
    return together


def identification_share(
    share: Array,
    rate_per_h: Array,
    identifies: Booleans,
    occupancy: Array,
    busy: Array,
    stations: Integers,
    service_h: Array,
    longest_h: float,
    present_h: float,
    contacts_per_h: float,
) -> Array:
    """Share of targets found and then identified in time, (...): sum_s pi_s D_s(tau_s) L_s.

    L_s = min(w_s + (1 - w_s) q_s (1 - B(M_s / q_s, a_s)), M_s / a_s).

    D_s(t) is the chance that a craft not busy finds a target within t hours; tau_s = max(longest - service_s, 0), the
    time that the look leaves. A finder that can identify is free, for it searches: a share w_s of the finds, theirs by
    their rates, is looked at. For the others with probability q_s somebody is on station who can, and then M_s / q_s of
    them in the mean, M_s the mean number, busy or not; each with a mean service_s, they leave a contact the probability
    of Erlang's loss formula B to find none free, the load a_s = nu D_s(present) service_s being all contacts found, in
    time or not. No more is looked at than there are hours for, M_s / a_s of what is found.
    ``share`` (S,) pi; ``rate_per_h`` (S, n) at which one craft on station finds a target, 0 where it is blind;
    ``identifies`` (S, n): rows that see and can identify; ``occupancy`` (..., n) o in [0, 1], busy hours included;
    ``busy`` (n,) share of those hours spent identifying; ``stations`` (n,); ``service_h`` (n,), of rows that identify;
    ``longest_h`` from arrival to the end of the look; ``present_h`` that a contact stays; ``contacts_per_h`` nu,
    targets and what looks alike.
    """
    on_station = np.asarray(occupancy, float)[..., None, :] * stations * identifies
    identifiers = on_station.sum(axis=-1)
    work_h = (on_station * np.where(np.isfinite(service_h), service_h, 0.0)).sum(axis=-1)
    service = np.divide(work_h, identifiers, out=np.zeros_like(work_h), where=identifiers > 0)
    free = np.asarray(occupancy, float) * (1.0 - np.asarray(busy, float))
    in_time = _found(np.maximum(longest_h - service, 0.0)[..., None] * rate_per_h, free, stations)
    ever = _found(present_h * np.asarray(rate_per_h, float), free, stations)
    anybody = 1.0 - np.prod(np.power(1.0 - np.asarray(occupancy, float)[..., None, :] * identifies, stations), axis=-1)
    some = np.divide(identifiers, anybody, out=np.zeros_like(identifiers), where=anybody > 0)
    load = contacts_per_h * ever * service
    searching = free[..., None, :] * stations * np.asarray(rate_per_h, float)
    all_finds, own_finds = searching.sum(axis=-1), (searching * identifies).sum(axis=-1)
    own = np.divide(own_finds, all_finds, out=np.zeros_like(all_finds), where=all_finds > 0)
    looked_at = own + (1.0 - own) * anybody * (1.0 - erlang_loss(some, load))
    served = np.divide(identifiers, load, out=np.ones_like(load), where=load > identifiers)
    identified: Array = np.vecdot(in_time * np.minimum(looked_at, served), share)
    return identified


def erlang_loss(servers: Real, load: Real) -> Array:
    """Erlang's loss formula B (1917): share of arrivals that find no server free, for any real number of servers >= 0.

    B(M, a) = a^M exp(-a) / Gamma(M + 1, a), its continuation from whole numbers (Jagerman 1974); ``load`` a >= 0 is
    arrivals per hour x mean service (h), whose distribution does not matter. Without a server all are lost.
    """
    m, a = np.broadcast_arrays(np.asarray(servers, float), np.asarray(load, float))
    worked = np.clip(a, 1e-300, m + _HEAVY)
    blocked = np.exp(m * np.log(worked) - worked - gammaln(m + 1.0)) / gammaincc(m + 1.0, worked)
    heavy = 1.0 - m / np.maximum(a, 1.0)  # all servers always at work
    return np.where(m > 0, np.where(a > worked, heavy, blocked), 1.0)


def revisit_h(rate_per_h: Real, window_h: Real) -> Array:
    """Mean hours between looks at a still point: 1/rate, the rate of looks (1/h) at u = 0; at most the window (h)."""
    rate = np.asarray(rate_per_h, float)
    return np.where(rate * window_h > 1.0, 1.0 / np.maximum(rate, 1.0 / np.asarray(window_h, float)), window_h)


def attainment(value: Real, threshold: Real, at_most: bool | Booleans) -> Array:
    """How far a value >= 0 meets a threshold > 0: clip(value/threshold, 0, 1), of the inverse where ``at_most``.

    nan, a measure without a value, stays nan.
    """
    reached, demanded = np.asarray(value, float), np.asarray(threshold, float)
    below, above = np.clip(reached, 0.0, demanded), np.maximum(reached, demanded)
    met: Array = np.where(at_most, demanded / above, below / demanded)
    return met
