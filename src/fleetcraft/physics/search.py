"""Random search (model.md 4).

Sources: Koopman, Search and Screening (1946, 1980), the random-search formula and mean relative speed; Washburn, Search
and Detection (2014), sweep width; IAMSAR Manual, volume II, weather correction factors; Mathai, An Introduction to
Geometrical Probability (1999), the mean distance of two points of a square, 0.5214 of its side.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import ellipe

from fleetcraft.physics.arrays import Array, Real

WIND_BAND_LIMITS_KN = (15.0, 25.0)
MEAN_DISTANCE_IN_SQUARE = 0.52
_WEATHER_FACTOR: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {"surface_vessel": (1.0, 0.9, 0.9), "small_craft": (1.0, 0.5, 0.25), "submerged": (1.0, 1.0, 1.0)}
)


def relative_speed_kn(v: Real, u: Real) -> Array:
    """Mean relative speed (kn) of a searcher at ``v`` and a target at ``u`` (kn), courses independent and uniform.

    v_rel = (2/pi) (v + u) E(m), m = 4uv/(u+v)^2 = 1 - ((v-u)/(v+u))^2, E the complete elliptic integral of the second
    kind (Koopman 1980). v_rel(v, 0) = v; v_rel(v, v) = 1.27324 v; 0 where both stand still.
    """
    searcher = np.asarray(v, float)
    total = searcher + u
    contrast = (searcher - u) / np.where(total > 0, total, 1.0)
    return 2.0 / np.pi * total * ellipe(1.0 - contrast**2)


def mean_width_nm(perimeter_nm: Real) -> Array:
    """Mean width (nm) of a convex area over all directions: perimeter / pi (Cauchy)."""
    return np.asarray(perimeter_nm, float) / np.pi


def weather_factor(swept_as: str, domain: str) -> Array:
    """What wind leaves of a sweep width, shape (3,) by band: below 15 kn, from 15 to 25 kn, above (IAMSAR).

    ``swept_as`` is surface_vessel, small_craft or submerged; every sensor of an ``underwater`` craft keeps all of it.
    Raises KeyError for another class.
    """
    factor = np.array(_WEATHER_FACTOR[swept_as])
    return np.ones_like(factor) if domain == "underwater" else factor


def effective_sweep_width_nm(sweep_width_nm: Real, factor: Real, mean_width_nm: Real) -> Array:
    """Sweep width W_eff = min(W factor, mean width of the area) (nm)."""
    return np.minimum(np.asarray(sweep_width_nm, float) * factor, mean_width_nm)


def detection_rate_per_h(width_nm: Real, relative_speed_kn: Real, area_nm2: Real) -> Array:
    """Detection rate (1/h) of one searcher on one target: W_eff v_rel / A, with A > 0 in nm2 (Koopman)."""
    return np.asarray(width_nm, float) * relative_speed_kn / area_nm2


def detection_probability(rate_per_h: Real, hours: Real) -> Array:
    """Probability 1 - exp(-rate hours) that random search at ``rate_per_h`` finds a target within ``hours``."""
    return -np.expm1(-np.asarray(rate_per_h, float) * hours)


def identification_service_h(area_nm2: Real, max_speed_kn: Real, dwell_h: Real) -> Array:
    """Hours 0.52 sqrt(A) / v_max + dwell that a craft takes to reach a contact in its area and identify it.

    Craft and contact lie anywhere in an area of ``area_nm2`` A, counted as a square, independently of each other.
    """
    way_nm: Array = MEAN_DISTANCE_IN_SQUARE * np.sqrt(np.asarray(area_nm2, float))
    return way_nm / max_speed_kn + dwell_h
