"""The sortie: out, on station, home, and ready again (model.md 2).

====== ===================================================== =====
symbol meaning                                               unit
====== ===================================================== =====
T      transit, each way                                     h
U      usable endurance                                      h
S      time on station of a sortie without failure           h
h      failures per operating hour, 1/MTBF                   1/h
S_bar  expected time on station                              h
F_bar  expected operating hours                              h
p_f    probability of a failure in a sortie                  -
C_bar  expected cycle, launch to launch                      h
delta  duty: share of time one unhindered craft is on station  -
====== ===================================================== =====

The first failure comes exponentially in operating hours. Failing outbound, a craft turns back at once; failing on
station, it goes home; failing inbound, it is going home anyway. A second failure on the way home is ignored.
Renewal-reward (Ross, Stochastic Processes, 1996, theorem 3.6.1) turns means of one cycle into long-run shares.
"""

from __future__ import annotations

import numpy as np
from scipy.special import exprel

from fleetcraft.physics.arrays import Array, Integers, Real
from fleetcraft.units import HOURS_PER_YEAR

_WHOLE_STATION = 1e-9  # a share of a station this small is rounding, not demand for one more


def transit_h(distance_nm: Real, cruise_speed_kn: Real) -> Array:
    """Transit T = d / v (h), each way, over a distance d (nm) at cruise speed v (kn)."""
    return np.asarray(distance_nm, float) / cruise_speed_kn


def usable_endurance_h(endurance_h: Real, reserve: Real) -> Array:
    """Usable endurance U = (1 - reserve) E (h); ``reserve`` is the fraction of endurance kept in hand."""
    return (1.0 - np.asarray(reserve, float)) * endurance_h


def station_h(endurance_h: Real, reserve: Real, transit_h: Real) -> Array:
    """Time on station S = U - 2T (h); negative where the craft cannot get there and back."""
    return usable_endurance_h(endurance_h, reserve) - np.multiply(2.0, transit_h)


def expected_station_h(transit_h: Real, station_h: Real, failure_rate_per_h: Real) -> Array:
    """Expected time on station S_bar (h) of a sortie with T >= 0, S >= 0 (h) and failure rate h >= 0 (1/h).

    S_bar = int_T^(T+S) exp(-h x) dx = (exp(-hT) - exp(-h(T+S))) / h, written exp(-hT) S (1 - exp(-hS))/(hS) so that
    it is exact as h -> 0, where it is S.
    """
    rate = np.asarray(failure_rate_per_h, float)
    return np.exp(-rate * transit_h) * station_h * exprel(-rate * station_h)


def expected_operating_h(transit_h: Real, station_h: Real, failure_rate_per_h: Real) -> Array:
    """Expected operating hours F_bar (h) of a sortie with T >= 0, S >= 0 (h) and failure rate h >= 0 (1/h).

    F_bar = int_0^T 2x h e^(-hx) dx + int_T^(T+S) (x+T) h e^(-hx) dx + (S+2T) e^(-h(T+S)).
    By parts, F_bar = int_0^T 2 e^(-hx) dx + S_bar: each hour outbound costs its hour home. As h -> 0, S + 2T.
    """
    rate = np.asarray(failure_rate_per_h, float)
    out_and_back = 2.0 * exprel(-rate * transit_h) * transit_h
    return out_and_back + expected_station_h(transit_h, station_h, failure_rate_per_h)


def failure_probability(transit_h: Real, station_h: Real, failure_rate_per_h: Real) -> Array:
    """Probability p_f = 1 - exp(-h(2T+S)) that a sortie of T, S (h) at failure rate h (1/h) ends with a repair."""
    return -np.expm1(-np.asarray(failure_rate_per_h, float) * (np.multiply(2.0, transit_h) + station_h))


def cycle_h(
    operating_h: Real,
    turnaround_h: Real,
    failure_probability: Real,
    mttr_h: Real,
    maintenance_interval_h: Real,
    maintenance_duration_h: Real,
    weather_wait_h: Real,
) -> Array:
    """Expected cycle C_bar = F_bar + turnaround + p_f MTTR + F_bar D/H + W_bar (h).

    ``maintenance_duration_h`` D after each ``maintenance_interval_h`` H > 0 operating hours (inf: none);
    ``weather_wait_h`` W_bar, the wait for weather at recovery and launch (inf: never launched, an infinite cycle).
    """
    operating = np.asarray(operating_h, float)
    maintenance = operating * (np.asarray(maintenance_duration_h, float) / maintenance_interval_h)
    repair = np.asarray(failure_probability, float) * mttr_h
    return operating + turnaround_h + repair + maintenance + weather_wait_h


def duty(station_h: Real, operating_h: Real, cycle_h: Real, utilisation_h_per_year: Real) -> Array:
    """Duty delta = min(S_bar / C_bar, (S_bar / F_bar) utilisation_h / 8760): share of time on station.

    ``station_h`` and ``operating_h`` are the expected S_bar and F_bar > 0 (h), ``cycle_h`` C_bar > 0 (h, inf: duty 0),
    ``utilisation_h_per_year`` the operating hours a craft may use in a year of 365 days. The clock binds in the first
    term, engines, budgets and people in the second.
    """
    station = np.asarray(station_h, float)
    return np.minimum(station / cycle_h, station / operating_h * (np.asarray(utilisation_h_per_year) / HOURS_PER_YEAR))


def stations(craft: Real | Integers, duty: Real) -> Integers:
    """Stations that ``craft`` at ``duty`` keep: ceil(craft delta - 1e-9), at least one where both are above 0."""
    kept = np.asarray(craft, float) * duty
    return np.where(kept > 0, np.maximum(np.ceil(kept - _WHOLE_STATION), 1), 0).astype(np.int64)


def occupancy(usable_craft: Real, duty: Real, kappa: Real, stations: Real | Integers) -> Array:
    """Share of time a station is occupied, o = min(1, n delta kappa / stations) (model.md 4); 0 where no station.

    ``usable_craft`` n is the row's usable craft less expected losses, ``kappa`` the loop's correction (1: none).
    """
    on_station = np.asarray(usable_craft, float) * duty * kappa
    kept = np.asarray(stations, float)
    return np.where(kept > 0, np.minimum(on_station / np.maximum(kept, 1.0), 1.0), 0.0)
