"""Sea state, wind, and what they allow (model.md 3).

Sea state is a birth-death Markov chain in continuous time on the WMO classes 0 to 9 of positive probability. Entering a
class draws a uniform v, kept while the class lasts, that fixes the wind's quantile, P(below the class) + v pi_class.
Sea and wind are so one quantile q of (0, 1): rough sea and strong wind come together, each with its own distribution.

Sources: Norris, Markov Chains (1997), chapters 3 (hitting times, invariant laws, reversibility); Keilson, Markov Chain
Models (1979), for the spectral form of a reversible chain; Justus et al. (1978) for Weibull wind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.special import gamma

from fleetcraft.physics.arrays import Array, Booleans, Integers, Real
from fleetcraft.physics.search import WIND_BAND_LIMITS_KN

CLASSES = 10
ROUGH_CLASS_MAX = 4
ROUGH_SHARE_MIN = 0.1
_SHARE_DIGITS = 9  # a smaller share of a class is rounding of the wind's quantile
_NEVER = 1e-9  # a chance so small that a spell lasts its window that none does in any calendar


def rough_class(sea_state: Array) -> int:
    """Class b above which the sea counts as rough: the highest class <= 4 with P(above b) >= 0.1.

    ``sea_state`` (10,): probabilities of the WMO classes, adding to 1. A spell above b must be able to end, so a class
    at or below b must have positive probability. Where no class qualifies (a calm place, or one that never falls to 4)
    b is the lowest class of positive probability: what lies above it is the largest share that comes and goes.
    """
    share = np.asarray(sea_state, float)
    from_below = np.cumsum(share)
    above = np.append(np.cumsum(share[:0:-1])[::-1], 0.0)
    qualify = (above >= ROUGH_SHARE_MIN) & (from_below > 0) & (np.arange(CLASSES) <= ROUGH_CLASS_MAX)
    return int(np.flatnonzero(qualify)[-1] if qualify.any() else np.argmax(share > 0))


def birth_death_generator(sea_state: Array, rough_spell_h: float) -> Array:
    """Generator (10, 10) (1/h) of the sea state with law pi = ``sea_state`` (10,) and the stated persistence.

    Rates c sqrt(pi_j / pi_i) join neighbours among the classes of positive probability; rows and columns of the others
    are 0, and all are where there is one class only. The chain is reversible, and c makes the mean spell above
    b = rough_class equal to ``rough_spell_h`` (> 0): the share above over the flow out of it, P(above b) / (c sqrt(pi_-
    pi_+)), with - and + the classes on either side of the boundary.
    """
    share = np.asarray(sea_state, float)
    generator = np.zeros((CLASSES, CLASSES))
    present = np.flatnonzero(share > 0)
    if present.size == 1:
        return generator
    edge = np.searchsorted(present, rough_class(share), side="right")
    share_above = share[present[edge:]].sum()
    rate: float = share_above / (rough_spell_h * np.sqrt(share[present[edge - 1]] * share[present[edge]]))
    lower, upper = present[:-1], present[1:]
    generator[lower, upper] = rate * np.sqrt(share[upper] / share[lower])
    generator[upper, lower] = rate * np.sqrt(share[lower] / share[upper])
    np.fill_diagonal(generator, -generator.sum(axis=1))
    return generator


def weibull_scale(mean: Real, k: Real) -> Array:
    """Scale of the Weibull distribution of shape ``k`` > 0 whose mean is ``mean``: mean / Gamma(1 + 1/k)."""
    return np.asarray(mean, float) / gamma(1.0 + 1.0 / np.asarray(k, float))


def wind_kn(quantile: Real, scale: Real, k: Real) -> Array:
    """Wind (kn) of a ``quantile`` in [0, 1): scale (-ln(1 - q))^(1/k), Weibull of ``scale`` (kn) and shape ``k``."""
    reduced: Array = np.power(-np.log1p(-np.asarray(quantile, float)), 1.0 / np.asarray(k, float))
    return scale * reduced


def _wind_quantile(limit_kn: Real, scale_kn: Real, k: Real) -> Array:
    """P(wind <= limit) = 1 - exp(-(limit/scale)^k); 1 for a limit of inf."""
    return -np.expm1(-np.power(np.asarray(limit_kn, float) / scale_kn, k))


def _class_edges(sea_state: Array) -> Array:
    """Quantiles (..., 11) between the classes, 0 and 1 included; exactly 1 above the highest class there is."""
    upper = np.cumsum(sea_state, axis=-1)
    return np.concatenate([np.zeros_like(upper[..., :1]), upper / upper[..., -1:]], axis=-1)


def launchable_share(
    sea_state: Array, sea_state_limit: int | Integers, wind_limit_kn: Real, wind_scale_kn: Real, wind_k: Real
) -> Array:
    """P(class and wind within the limits | class), shape (..., 10): 0 above the limit class, then by wind's quantile.

    ``sea_state`` (..., 10): probabilities of the classes; ``sea_state_limit``: roughest class for launch and recovery;
    ``wind_limit_kn`` (inf: wind does not matter); ``wind_scale_kn``, ``wind_k``: the month's Weibull wind. The limits
    and the wind broadcast over the leading axes. 0 for classes of probability 0.
    """
    edges = _class_edges(np.asarray(sea_state, float))
    lower, upper = edges[..., :-1], edges[..., 1:]
    windless = np.asarray(_wind_quantile(wind_limit_kn, wind_scale_kn, wind_k))[..., None]
    width = np.where(upper > lower, upper - lower, np.inf)
    share = np.clip((np.minimum(windless, upper) - lower) / width, 0.0, 1.0)
    return np.where(np.arange(CLASSES) <= np.asarray(sea_state_limit)[..., None], share, 0.0)


def weather_wait_h(
    generator: Array,
    sea_state: Array,
    launchable: Array,
    flight_h: Array,
    turnaround_h: Array,
    *,
    recoverable: Array | None = None,
    window_h: float = 0.0,
) -> Array:
    """Mean wait W_bar (n,) (h) for weather in one cycle: at sea until recovery, then at the base until launch.

    ``generator`` (10, 10) (1/h) and ``sea_state`` (10,): the month's chain and its law; ``launchable`` and
    ``recoverable`` (10,): P(within limits | class) at launch and at recovery (None: the same), equal where both are
    above 0, since one wind decides; ``flight_h`` (n,) > 0 and ``turnaround_h`` (n,) >= 0; ``window_h``: a craft
    launches only where the weather will stay within limits for so long, which is known ahead.

    The weather at launch follows the law mu that one cycle maps to itself: mu -> exp(Q flight) -> first state fit for
    recovery -> exp(Q turnaround) -> first state fit for launch. W_bar adds the mean times to those two first states.
    Q runs on (class, within limits or not), the second drawn anew with each class; it is reversible, so that one
    symmetric eigen-decomposition serves every duration. inf where no class is ever within limits. With one class the
    wind holds all month and a craft that can launch at all never waits: 0. A window conditions the weather that
    follows the launch; one longer than the flight is taken to end with it.
    """
    share = np.asarray(sea_state, float)
    present = np.flatnonzero(share > 0)
    at_launch = np.round(np.asarray(launchable, float)[present], _SHARE_DIGITS)
    at_recovery = np.round(
        np.asarray(launchable if recoverable is None else recoverable, float)[present], _SHARE_DIGITS
    )
    if not (at_launch > 0).any() or not (at_recovery > 0).any():
        return np.full(np.shape(flight_h), np.inf)
    if present.size == 1 or (np.minimum(at_launch, at_recovery) == 1).all():
        return np.zeros(np.shape(flight_h))
    chain = _gated_chain(generator, share, present, at_launch, at_recovery)
    calm = _calm_spell(chain, window_h)
    if np.isinf(calm.wait_h).all():
        return np.full(np.shape(flight_h), np.inf)
    left_h = np.maximum(flight_h - calm.hours, 0.0)
    flight = _cross(chain, chain.launch, left_h, _first_state(chain, chain.recovery))
    turnaround = _cross(chain, chain.recovery, turnaround_h, _first_state(chain, chain.launch))
    ready, waited_h = turnaround[..., :-1], turnaround[..., -1:]
    launch = np.concatenate([ready @ calm.law, waited_h + (ready @ calm.wait_h)[..., None]], axis=-1)
    return _cycle_wait_h(flight, launch)


@dataclass(frozen=True, slots=True, eq=False)
class _GatedChain:
    """The chain on its m states (class, wind within limits or not), in spectral form.

    ``rates_per_h`` (m, m); exp(rates t) = ``start`` diag(exp(decay t)) ``end``; ``launch``, ``recovery``: the states
    that allow either.
    """

    rates_per_h: Array
    decay_per_h: Array
    start: Array
    end: Array
    launch: NDArray[np.intp]
    recovery: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _CalmSpell:
    """From each of k states fit for launch: the law (k, k) of the state ``hours`` after the launch, the wait (k,)."""

    law: Array
    wait_h: Array
    hours: float


def _gated_chain(
    generator: Array, share: Array, present: NDArray[np.intp], at_launch: Array, at_recovery: Array
) -> _GatedChain:
    """The chain on the states (class, within limits) first, then (class, not within), each that has a probability."""
    within = np.maximum(at_launch, at_recovery)
    open_, shut = within > 0, within < 1
    classes = np.concatenate([present[open_], present[shut]])
    drawn = np.concatenate([within[open_], 1.0 - within[shut]])
    rates = generator[classes[:, None], classes] * drawn
    rates[classes[:, None] == classes] = 0.0
    np.fill_diagonal(rates, generator[classes, classes])
    root = np.sqrt(share[classes] * drawn)
    decay_per_h, vectors = np.linalg.eigh(rates * (root[:, None] / root))
    decay_per_h[-1] = 0.0  # the invariant law does not fade, however long the flight
    return _GatedChain(
        rates_per_h=rates,
        decay_per_h=decay_per_h,
        start=vectors / root[:, None],
        end=vectors.T * root,
        launch=np.flatnonzero(at_launch[open_] > 0),
        recovery=np.flatnonzero(at_recovery[open_] > 0),
    )


def _first_state(chain: _GatedChain, states: NDArray[np.intp]) -> Array:
    """(m, k + 1): from each state the law of the first of k ``states`` that is met and, last, the mean time to it."""
    first = np.zeros((len(chain.rates_per_h), states.size + 1))
    first[states, np.arange(states.size)] = 1.0
    others = np.setdiff1d(np.arange(len(first)), states)
    into = np.hstack([chain.rates_per_h[np.ix_(others, states)], np.ones((others.size, 1))])
    first[others] = np.linalg.solve(-chain.rates_per_h[np.ix_(others, others)], into)
    return first


def _calm_spell(chain: _GatedChain, window_h: float) -> _CalmSpell:
    """The wait, from a state fit for launch, until the weather will stay so for ``window_h``.

    With C the rates among those states, a spell lasts the window with the law exp(C w); it ends before, in a state
    outside, with C^-1 (exp(C w) - 1) times the rates out of it, after a mean time of its own; then the wait begins
    anew at the next state fit for launch.
    """
    k = chain.launch.size
    others = np.setdiff1d(np.arange(len(chain.rates_per_h)), chain.launch)
    if window_h == 0 or not others.size:
        return _CalmSpell(np.eye(k), np.zeros(k), 0.0)
    calm = chain.rates_per_h[np.ix_(chain.launch, chain.launch)]
    lasts = expm(calm * window_h)
    if lasts.sum() < _NEVER:
        return _CalmSpell(np.zeros((k, k)), np.full(k, np.inf), window_h)
    spent = np.linalg.solve(calm, lasts - np.eye(k))
    ends = spent @ chain.rates_per_h[np.ix_(chain.launch, others)]
    next_ = _first_state(chain, chain.launch)[others]
    ended_h = spent.sum(axis=1) - window_h * lasts.sum(axis=1) + ends @ next_[:, -1]
    law_and_wait = np.linalg.solve(np.eye(k) - ends @ next_[:, :-1], np.column_stack([lasts, ended_h]))
    return _CalmSpell(law_and_wait[:, :-1], law_and_wait[:, -1], window_h)


def _cross(chain: _GatedChain, states: NDArray[np.intp], hours: Array, first: Array) -> Array:
    """(n, len(states), k + 1): from each of ``states``, ``hours`` (n,) and then the wait: law of the end, mean wait."""
    faded = np.exp(np.multiply.outer(hours, chain.decay_per_h))[:, None, :]
    return (chain.start[states] * faded) @ (chain.end @ first)


def _cycle_wait_h(flight: Array, turnaround: Array) -> Array:
    """Mean wait (n,) of the cycle whose launch law is invariant under flight, recovery, turnaround and launch."""
    cycle = flight[..., :-1] @ turnaround[..., :-1]
    k = cycle.shape[-1]
    launch = np.linalg.solve(np.eye(k) - cycle.swapaxes(-1, -2) + 1.0, np.ones((k, 1)))[..., 0]
    recovered = (launch[:, None, :] @ flight)[:, 0, :]
    launched: Array = np.vecdot(recovered[:, :-1], turnaround[..., -1])
    return recovered[:, -1] + launched


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """The year's weather cut into pieces in which each platform sees or does not and the wind keeps to one band.

    ``share`` (S,): share of the year, adding to 1; ``sees`` (S, P): whether each platform can search;
    ``wind_band`` (S,): 0 below 15 kn, 1 from 15 to 25 kn, 2 above.
    """

    share: Array
    sees: Booleans
    wind_band: Integers


def strata(
    sea_state: Array,
    wind_scale: Array,
    wind_k: Array,
    days: Array,
    sea_state_limit: Integers,
    wind_limit: Array,
    feels_weather: Booleans,
) -> Strata:
    """Cut the year exactly: per month one quantile q of (0, 1) gives class and wind, and so who sees.

    ``sea_state`` (12, 10); ``wind_scale`` (kn), ``wind_k``, ``days`` (12,); ``sea_state_limit``, ``wind_limit`` (kn),
    ``feels_weather`` (P,). A platform sees where it does not feel weather, or class and wind are within its limits.
    Months weigh by their days; pieces that differ in nothing are one.
    """
    share, signatures = [], []
    for month, days_of_month in enumerate(np.asarray(days, float)):
        edges = _class_edges(np.asarray(sea_state[month], float))
        calm_below = _wind_quantile(np.asarray(wind_limit, float), wind_scale[month], wind_k[month])
        bands = _wind_quantile(np.array(WIND_BAND_LIMITS_KN), wind_scale[month], wind_k[month])
        cuts = np.unique(np.concatenate([edges, calm_below, bands]))
        middle = (cuts[:-1] + cuts[1:])[:, None] / 2.0
        sea = np.searchsorted(edges[1:], middle, side="right")
        sees = ~np.asarray(feels_weather) | ((sea <= sea_state_limit) & (middle <= calm_below))
        band = (middle > bands).sum(axis=1, keepdims=True)
        share.append(np.diff(cuts) * days_of_month / np.sum(days))
        signatures.append(np.hstack([band, sees]))
    kinds, kind = np.unique(np.concatenate(signatures), axis=0, return_inverse=True)
    return Strata(
        share=np.bincount(kind.ravel(), weights=np.concatenate(share)).astype(float),
        sees=kinds[:, 1:].astype(bool),
        wind_band=kinds[:, 0].astype(np.int64),
    )
