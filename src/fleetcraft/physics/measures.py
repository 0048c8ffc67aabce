"""The planned value of each measure (model.md 4), exact for a whole plan.

Rows are the plan's (platform, base, area) rows that count towards one requirement. Each station of a row is occupied a
share o of the time, independently of the others; the weather is common to all, one stratum at a time. A craft that is
busy identifying neither searches nor counts as present: where that matters o is the share occupied and not busy.
Array letters: S strata, n rows, D domains, ... any leading axes (futures).
"""

from __future__ import annotations

from collections.abc import Iterator

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
    delay_h: Real = 0.0,
) -> Array:
    """Share of targets found and then identified in time, (...): sum_s pi_s min(1, M_s / (a_s L_s)) I_s.

    I_s = sum over finders i of w_i x sum over delays d of (T_i(d) - T_i(d-)) D_s(tau_s - d), L_s the same without D_s.

    D_s(t) is the chance that a craft not busy finds a target within t hours; tau_s = longest - service_s, the time that
    the look leaves; w_i the share of the finds that are i's, by their rates. A finder that can identify is free, for it
    searches, and looks at once: T_i = 1. What others find is taken within d with probability T_i(d) by those whom it
    reaches by then (``_taken``). The load a_s is nu x D_s(present) x service_s, all contacts found, in time or not. No
    more is looked at than there are hours for, M_s / a_s of what is found, M_s the craft on station that identify.
    ``share`` (S,) pi; ``rate_per_h`` (S, n) at which one craft on station finds a target, 0 where it is blind;
    ``identifies`` (S, n): rows that see and can identify; ``occupancy`` (..., n) o in [0, 1], busy hours included;
    ``busy`` (n,) share of those hours spent identifying; ``stations`` (n,); ``service_h`` (n,), of rows that identify;
    ``longest_h`` from arrival to the end of the look; ``present_h`` that a contact stays; ``contacts_per_h`` nu,
    targets and what looks alike; ``delay_h`` (n, n) from the finder's row to the identifier's.

    """
    on_station = (np.asarray(occupancy, float)[..., None, :] * stations * identifies).astype(float)
    identifiers = on_station.sum(axis=-1)
    work_h = (on_station * np.where(np.isfinite(service_h), service_h, 0.0)).sum(axis=-1)
    service = np.divide(work_h, identifiers, out=np.zeros_like(work_h), where=identifiers > 0)
    free = np.asarray(occupancy, float) * (1.0 - np.asarray(busy, float))
    ever = _found(present_h * np.asarray(rate_per_h, float), free, stations)
    absent = np.power(1.0 - np.asarray(occupancy, float)[..., None, :] * identifies, stations)
    load = contacts_per_h * ever * service

    def in_time(delay: float) -> Array:
        return _found(np.maximum(longest_h - service - delay, 0.0)[..., None] * rate_per_h, free, stations)

    searching = free[..., None, :] * stations * np.asarray(rate_per_h, float)
    all_finds = searching.sum(axis=-1, keepdims=True)
    finds = np.divide(searching, all_finds, out=np.zeros_like(searching), where=all_finds > 0)
    looked_at = (finds * identifies).sum(axis=-1)
    timely = looked_at * in_time(0.0)
    for found, reached in _alike(finds, np.any(identifies, axis=0), np.broadcast_to(delay_h, (stations.size,) * 2)):
        for delay, step in _taken(on_station, absent, reached, load, found):
            looked_at = looked_at + found * step
            timely = timely + found * step * in_time(delay)
    hours = looked_at * load
    served = np.divide(identifiers, hours, out=np.ones_like(load), where=hours > identifiers)
    identified: Array = np.vecdot(timely * served, share)
    return identified


def _alike(finds: Array, able: Booleans, delay_h: Array) -> Iterator[tuple[Array, Array]]:
    """Rows that cannot identify, those together that reach the same others alike.

    Their share of the finds (..., S), and the delay to each row (n,), inf to those that cannot identify.
    """
    others = np.flatnonzero(~able)
    reached = np.where(able, delay_h[others], np.inf)
    for pattern in np.unique(reached, axis=0):
        mine = others[(reached == pattern).all(axis=1)]
        yield finds[..., mine].sum(axis=-1), pattern


def _taken(
    on_station: Array, absent: Array, reached: Array, load: Array, found: Array
) -> Iterator[tuple[float, Array]]:
    """The delays (h) after which contacts reach more craft, and the probability that one of these then takes them.

    A contact that found nobody is offered again at each further delay, to all it reaches by then. Two limits bound what
    that is worth. If nothing changes meanwhile, what M' craft reached lose is Erlang's B(M', a'): T = q (1 - B(M'/q,
    a')), q the probability that anybody of them is there, M' their mean number on station. If all is changed, each
    offer is a new chance: with u the probability that nobody reached is free, R that nobody was at any offer so far,
    T = 1 - R, where the nearest meet what comes back as well, a' (1 + B), and each who are reached later what is left
    of it, a R u. Taken is their mean, which errs by less than 0.03 of what is identified against the simulation.

    a' = a (w + (1 - w) M'/M): of all finds these rows' share w goes to those they reach, the rest to whomever.
    """
    delays = np.unique(reached[np.isfinite(reached)])
    everybody = on_station.sum(axis=-1)
    before, nobody_free, never = np.zeros_like(load), np.ones_like(load), np.ones_like(load)
    for k, delay in enumerate(delays.tolist()):
        near, new = reached <= delay, reached == delay
        craft = on_station[..., near].sum(axis=-1)
        part = np.divide(craft, everybody, out=np.zeros_like(craft), where=everybody > 0)
        offered = load * (found + (1.0 - found) * part)
        unchanged = _lost(craft, absent[..., near], offered)
        again = offered * (1.0 + unchanged) if len(delays) > 1 else offered
        fresh = on_station[..., new].sum(axis=-1)
        nobody_free = nobody_free * _lost(fresh, absent[..., new], load * never * nobody_free if k else again)
        never = never * nobody_free
        taken = np.maximum(1.0 - (unchanged + never) / 2.0, before)
        yield delay, taken - before
        before = taken


def _lost(craft: Array, absent: Array, load: Array) -> Array:
    """Probability that of some craft, so many in the mean, nobody is there or all are at work."""
    there = 1.0 - np.prod(absent, axis=-1)
    some = np.divide(craft, there, out=np.zeros_like(craft), where=there > 0)
    lost: Array = 1.0 - there * (1.0 - erlang_loss(some, load))
    return lost


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
