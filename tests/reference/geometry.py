"""The truth that the random-search law approximates: discs and points on straight courses in a rectangle.

Every searcher carries a disc of one sweep width in diameter; a target is found at the first moment at which a disc
covers it. All courses are straight between turns, so that moment is the root of a quadratic and no time step enters.

Lengths are in units of sqrt(A), the root of the area, and times in units of sqrt(A) / v, v the searchers' speed; that
leaves the sweep width W / sqrt(A) and the speed ratio u / v as the only scales.

Courses: at the border a craft turns back on a fresh course, the sine of its angle to the border's normal uniform
(Lambert's cosine law). Positions then stay uniform over the area and courses uniform over all directions for ever,
whatever its shape (Comets, Popov, Schutz and Vachkovskaia 2009, Billiards in a general domain with random
reflections), which is what the law assumes; all craft start in that state. Random waypoints would not do: they spend
0.45 of the time in the middle quarter of a square. Mirror reflection (``specular``) keeps the uniform state too, but a
craft never forgets its course. ``wandering`` turns at random on open water as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Literal, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from fleetcraft.physics.search import (
    detection_probability,
    detection_rate_per_h,
    effective_sweep_width_nm,
    mean_width_nm,
    relative_speed_kn,
)

Floats = NDArray[np.float64]
Arrival = Literal["inside", "border"]
Courses = Literal["diffuse", "specular", "wandering"]

WANDERING_LEG = 0.25
"""Mean length of a leg on open water in units of sqrt(A), where courses are ``wandering``."""
_OPEN_WATER = 4
_NJIT: Any = numba.njit(nogil=True)
_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(function: _F) -> _F:
    return cast(_F, _NJIT(function))


@dataclass(frozen=True, kw_only=True)
class Search:
    """Searchers and one target in a rectangle of area 1; lengths in sqrt(A), speeds in those of the searchers.

    ``arrival`` inside: the target appears anywhere in the area; border: it comes in over the border, anywhere along
    it, its course by the cosine law. It then stays, turning back at the border as the searchers do.
    """

    width: float
    speed_ratio: float
    searchers: int = 1
    aspect: float = 1.0
    arrival: Arrival = "inside"
    courses: Courses = "diffuse"

    @property
    def sides(self) -> tuple[float, float]:
        """Length and breadth of the area."""
        return float(np.sqrt(self.aspect)), float(1 / np.sqrt(self.aspect))

    @property
    def law_rate(self) -> float:
        """Detection rate of all searchers by the law that the product uses: W_eff v_rel / A each."""
        return self._rate(float(effective_sweep_width_nm(self.width, 1.0, mean_width_nm(2 * sum(self.sides)))))

    @property
    def law_rate_unbounded(self) -> float:
        """The same with the whole sweep width, W v_rel / A, not cut to the area's mean width."""
        return self._rate(self.width)

    def _rate(self, width: float) -> float:
        return self.searchers * float(detection_rate_per_h(width, relative_speed_kn(1.0, self.speed_ratio), 1.0))

    def law_share(self, coverage: float) -> float:
        """What the law says is found once rate times duration is ``coverage``."""
        return float(detection_probability(self.law_rate, coverage / self.law_rate))

    @property
    def border_factor(self) -> float:
        """Share of an unbounded plane's meetings that happens in the area: P(x + R e inside), x uniform, R = W / 2."""
        return _stays_inside(self.sides, self.width / 2)

    @property
    def found_at_arrival(self) -> float:
        """Probability that one searcher's disc covers a target that appears anywhere: integral of 2 pi r P(r) to R."""
        return _covered_share(self.sides, self.width / 2)


@dataclass(frozen=True)
class Share:
    """A share of trials with its 95% interval (Wilson)."""

    value: float
    low: float
    high: float
    trials: int

    @property
    def standard_error(self) -> float:
        """Of the share; never 0, since a share of none or all may be so by chance."""
        return float((self.high - self.low) / 2 / norm.ppf(0.975))


def find_times(search: Search, duration: float, trials: int, seed: int) -> Floats:
    """When the target of each trial is first found, shape (trials,); inf where that is not within ``duration``."""
    return _play(search, duration, trials, seed, whole=False)[0]


def meetings(search: Search, duration: float, trials: int, seed: int) -> NDArray[np.int64]:
    """How often a disc comes over the target of each trial, shape (trials,), found before or not."""
    return _play(search, duration, trials, seed, whole=True)[1]


def found_within(times: Floats, durations: Iterable[float]) -> list[Share]:
    """The share found within each duration."""
    ordered = np.sort(times)
    return [wilson(int(np.searchsorted(ordered, d, side="right")), len(ordered)) for d in durations]


def wilson(hits: int, trials: int) -> Share:
    """Share of hits with Wilson's 95% interval."""
    z = float(norm.ppf(0.975))
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    return Share(share, max(middle - half, 0.0), min(middle + half, 1.0), trials)


def mean_distance(aspect: float) -> float:
    """Mean distance of two uniform points of a rectangle, in sqrt(A) (Mathai 1999)."""
    a, b = np.sqrt(aspect), 1 / np.sqrt(aspect)
    d = np.hypot(a, b)
    ends = a**3 / b**2 + b**3 / a**2 + d * (3 - a**2 / b**2 - b**2 / a**2)
    return float((ends + 2.5 * (b**2 / a * np.log((a + d) / b) + a**2 / b * np.log((b + d) / a))) / 15)


@cache
def _covered_share(sides: tuple[float, float], reach: float) -> float:
    """P that two uniform points of the rectangle lie within ``reach``, by Gauss-Legendre quadrature over distance."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    r = reach * (nodes + 1) / 2
    within = np.array([_stays_inside(sides, radius) for radius in r.tolist()])
    return float(np.sum(weights * within * 2 * np.pi * r) * reach / 2)


@cache
def _stays_inside(sides: tuple[float, float], distance: float) -> float:
    """P that a uniform point of the rectangle, moved by ``distance`` in a uniform direction, is still in it."""
    angles = (np.arange(4096) + 0.5) * np.pi / 2 / 4096
    a, b = sides
    along, across = np.maximum(a - distance * np.cos(angles), 0), np.maximum(b - distance * np.sin(angles), 0)
    return float(np.mean(along * across) / (a * b))


def _play(search: Search, duration: float, trials: int, seed: int, *, whole: bool) -> tuple[Floats, NDArray[np.int64]]:
    """First find and number of meetings of each trial; random numbers follow from ``seed`` and the search alone."""
    key = blake2b(f"{seed} {search}".encode(), digest_size=8).digest()
    found = np.full(trials, np.inf)
    met = np.zeros(trials, np.int64)
    _trials(
        np.random.default_rng(int.from_bytes(key, "little")),
        np.array(search.sides),
        np.array([search.speed_ratio, *[1.0] * search.searchers]),
        search.width / 2,
        duration,
        search.arrival == "border",
        search.courses == "specular",
        WANDERING_LEG if search.courses == "wandering" else np.inf,
        whole,
        found,
        met,
    )
    return found, met


@_compiled
def _trials(
    rng: np.random.Generator,
    sides: Floats,
    speed: Floats,
    reach: float,
    duration: float,
    over_border: bool,
    specular: bool,
    leg: float,
    whole: bool,
    found: Floats,
    met: NDArray[np.int64],
) -> None:
    """Play ``len(found)`` trials; mover 0 is the target, the others search."""
    movers = len(speed)
    at, velocity = np.empty((movers, 2)), np.empty((movers, 2))
    turns_in, wall = np.empty(movers), np.empty(movers, np.int64)
    for trial in range(len(found)):
        for k in range(movers):
            at[k, 0], at[k, 1] = rng.random() * sides[0], rng.random() * sides[1]
            wall[k] = _OPEN_WATER
            if k == 0 and over_border:
                wall[k] = _put_on_border(rng, at[k], sides)
            _turn(rng, velocity[k], speed[k], wall[k], False)
            turns_in[k], wall[k] = _next_turn(rng, at[k], velocity[k], speed[k], sides, leg)
        for k in range(1, movers):
            if (at[k, 0] - at[0, 0]) ** 2 + (at[k, 1] - at[0, 1]) ** 2 <= reach * reach:
                found[trial] = 0.0
        now = 0.0
        while now < duration and (whole or found[trial] == np.inf):
            first = np.argmin(turns_in)
            step = min(turns_in[first], duration - now)
            for k in range(1, movers):
                after = _covered_after(at[k], velocity[k], at[0], velocity[0], reach)
                if after < step:
                    met[trial] += 1
                    found[trial] = min(found[trial], now + after)
            for k in range(movers):
                at[k, 0] += velocity[k, 0] * step
                at[k, 1] += velocity[k, 1] * step
                turns_in[k] -= step
            now += step
            if turns_in[first] <= 0:
                if wall[first] != _OPEN_WATER:
                    at[first, wall[first] // 2] = sides[wall[first] // 2] * (wall[first] % 2)
                _turn(rng, velocity[first], speed[first], wall[first], specular)
                turns_in[first], wall[first] = _next_turn(rng, at[first], velocity[first], speed[first], sides, leg)


@_compiled
def _covered_after(at: Floats, velocity: Floats, target_at: Floats, target_velocity: Floats, reach: float) -> float:
    """When a searcher's disc comes over the target if both keep their courses; inf: never, or it is there already."""
    x, y = at[0] - target_at[0], at[1] - target_at[1]
    vx, vy = velocity[0] - target_velocity[0], velocity[1] - target_velocity[1]
    apart, towards = x * x + y * y - reach * reach, x * vx + y * vy
    room = towards * towards - (vx * vx + vy * vy) * apart
    if apart <= 0 or towards >= 0 or room <= 0:
        return np.inf
    after: float = (-towards - np.sqrt(room)) / (vx * vx + vy * vy)
    return after


@_compiled
def _put_on_border(rng: np.random.Generator, at: Floats, sides: Floats) -> int:
    """Move a point to a uniform place of the border; returns its wall: 2 axis + (0 low, 1 high)."""
    along = rng.random() * (sides[0] + sides[1])
    axis = 0 if along < sides[1] else 1
    high = 1 if rng.random() < 0.5 else 0
    at[axis] = sides[axis] * high
    return 2 * axis + high


@_compiled
def _turn(rng: np.random.Generator, velocity: Floats, speed: float, wall: int, specular: bool) -> None:
    """A fresh course: off a wall by the cosine law or its mirror image, on open water in any direction."""
    if wall == _OPEN_WATER:
        course = rng.random() * 2 * np.pi
        velocity[0], velocity[1] = speed * np.cos(course), speed * np.sin(course)
        return
    axis, inward = wall // 2, 1 - 2 * (wall % 2)
    if specular:
        velocity[axis] = inward * abs(velocity[axis])
    else:
        sine = 2 * rng.random() - 1
        velocity[axis], velocity[1 - axis] = inward * speed * np.sqrt(1 - sine**2), speed * sine


@_compiled
def _next_turn(
    rng: np.random.Generator, at: Floats, velocity: Floats, speed: float, sides: Floats, leg: float
) -> tuple[float, int]:
    """Time to the next turn and the wall it is at; never for a craft that lies still."""
    soonest, wall = np.inf, _OPEN_WATER
    if speed > 0 and leg < np.inf:
        soonest = -np.log(1 - rng.random()) * leg / speed
    for axis in range(2):
        if velocity[axis] != 0:
            room = sides[axis] - at[axis] if velocity[axis] > 0 else at[axis]
            if room / abs(velocity[axis]) < soonest:
                soonest, wall = room / abs(velocity[axis]), 2 * axis + (1 if velocity[axis] > 0 else 0)
    return soonest, wall
