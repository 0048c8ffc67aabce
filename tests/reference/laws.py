"""What the model page says of weather, search and hand-over, written out anew for the reference model.

Nothing here calls the package's physics: the mean over courses is an integral, the mean rough spell a linear system.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import cos, gamma, log1p, pi, sqrt

import numpy as np
from scipy.integrate import quad

from fleetcraft.scenario.calendar import Calendar
from fleetcraft.scenario.operations import HandOver
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.requirement import TargetClass

SHARE_OF_SWEEP_WIDTH = {
    "small_craft": (1.0, 0.5, 0.25),
    "surface_vessel": (1.0, 0.9, 0.9),
    "submerged": (1.0, 1.0, 1.0),
}
"""What wind below 15 kn, from 15 to 25 kn and above leaves of a sweep width."""


def wind_band(wind_kn: float) -> int:
    return (wind_kn > 15) + (wind_kn > 25)


def mean_relative_speed_kn(searcher_kn: float, target_kn: float) -> float:
    """The mean over an angle between courses that is uniform."""

    def relative(angle: float) -> float:
        return sqrt(searcher_kn**2 + target_kn**2 - 2 * searcher_kn * target_kn * cos(angle))

    return float(quad(relative, 0, pi, epsabs=1e-10)[0]) / pi


def kind_of(name: str, target: TargetClass) -> str:
    return target.swept_as or name


def rates_per_h(
    platform: Platform, kind: str, target_kn: float, area_nm2: float, perimeter_nm: float
) -> tuple[float, ...]:
    """Rate at which one craft finds one target of a kind, by wind band."""
    width = getattr(platform, f"sweep_width_nm_{kind}")
    if kind == "submerged" and platform.submerged_sensor != "passive_acoustic":
        width = 0.0
    left = (1.0, 1.0, 1.0) if platform.domain == "underwater" else SHARE_OF_SWEEP_WIDTH[kind]
    relative_kn = mean_relative_speed_kn(platform.cruise_speed_kn, target_kn)
    return tuple(min(width * share, perimeter_nm / pi) * relative_kn / area_nm2 for share in left)


# Weather


@dataclass(frozen=True)
class MonthLaw:
    """Sea state and wind of one month: shares of the classes, jump rates between them, Weibull wind."""

    share: tuple[float, ...]
    rate_per_h: dict[int, dict[int, float]]
    wind_scale_kn: float
    wind_k: float

    def wind_kn(self, sea_state: int, uniform: float) -> float:
        quantile = sum(self.share[:sea_state]) + uniform * self.share[sea_state]
        return self.wind_scale_kn * (-log1p(-quantile)) ** (1 / self.wind_k)


@dataclass(frozen=True)
class Spell:
    """A stretch of one sea state and one wind."""

    start_h: float
    sea_state: int
    wind_kn: float


def month_law(share: Sequence[float], mean_wind_kn: float, wind_k: float, rough_spell_h: float) -> MonthLaw:
    scale_kn = mean_wind_kn / gamma(1 + 1 / wind_k)
    return MonthLaw(tuple(share), jump_rates_per_h(share, rough_spell_h), scale_kn, wind_k)


def jump_rates_per_h(share: Sequence[float], rough_spell_h: float) -> dict[int, dict[int, float]]:
    """c sqrt(pi_j / pi_i) to neighbours, c such that a visit above the rough class lasts as long as stated."""
    present = [k for k in range(10) if share[k] > 0]
    shape = {
        k: {n: sqrt(share[n] / share[k]) for n in (*present[max(i - 1, 0) : i], *present[i + 1 : i + 2])}
        for i, k in enumerate(present)
    }
    c = mean_visit_above(shape, rough_class(share)) / rough_spell_h if len(present) > 1 else 0.0
    return {k: {n: c * rate for n, rate in neighbours.items()} for k, neighbours in shape.items()}


def rough_class(share: Sequence[float]) -> int:
    """The highest class up to 4 with a tenth of the time above it and some of the time not; else the lowest."""
    fits = [b for b in range(5) if sum(share[b + 1 :]) >= 0.1 and sum(share[: b + 1]) > 0]
    return fits[-1] if fits else next(k for k in range(10) if share[k] > 0)


def mean_visit_above(rates: dict[int, dict[int, float]], b: int) -> float:
    """Mean time from entering the classes above b, at their lowest, until leaving them."""
    above = [k for k in rates if k > b]
    system = np.zeros((len(above), len(above)))
    for i, k in enumerate(above):
        system[i, i] = sum(rates[k].values())
        for n, rate in rates[k].items():
            if n > b:
                system[i, above.index(n)] -= rate
    return float(np.linalg.solve(system, np.ones(len(above)))[0])


def months_of(calendar: Calendar, until_h: float) -> list[tuple[float, int]]:
    """First hour and month (from 0) of every month from hour 0 to ``until_h``."""
    found = [(0.0, calendar.start.month - 1)]
    while found[-1][0] < until_h:
        month = found[-1][1] + 1
        year = calendar.start.year + (calendar.start.month - 1 + len(found)) // 12
        first = date(year, month % 12 + 1, 1)
        found.append(((first - calendar.start).days * 24.0, month % 12))
    return found


def weather_path(
    laws: Sequence[MonthLaw], months: Sequence[tuple[float, int]], rng: np.random.Generator
) -> list[Spell]:
    """One year after another of one area, until the last month given begins."""
    law = laws[months[0][1]]
    sea_state, v, now = int(rng.choice(10, p=law.share)), rng.uniform(), 0.0
    path = [Spell(now, sea_state, law.wind_kn(sea_state, v))]
    for (_, of_year), (ends_h, next_of_year) in pairwise(months):
        law = laws[of_year]
        while (leaving := sum(law.rate_per_h[sea_state].values())) > 0:
            now += rng.exponential(1 / leaving)
            if now >= ends_h:
                break
            neighbours = list(law.rate_per_h[sea_state].items())
            sea_state = int(rng.choice([n for n, _ in neighbours], p=[rate / leaving for _, rate in neighbours]))
            v = rng.uniform()
            path.append(Spell(now, sea_state, law.wind_kn(sea_state, v)))
        now, law = ends_h, laws[next_of_year]
        if law.share[sea_state] == 0:
            sea_state, v = nearest_class(law.share, sea_state), rng.uniform()
        path.append(Spell(now, sea_state, law.wind_kn(sea_state, v)))
    return path


def nearest_class(share: Sequence[float], sea_state: int) -> int:
    """The nearest class below that the month has, or its lowest."""
    present = [k for k in range(10) if share[k] > 0]
    return max((k for k in present if k < sea_state), default=present[0])


CALM = [Spell(0.0, 0, 0.0)]


class Openings:
    """When the weather of an area keeps within limits, known ahead."""

    def __init__(self, path: Sequence[Spell], fits: Callable[[Spell], bool]) -> None:
        self.starts: list[float] = []
        self.ends: list[float] = []
        for spell, end_h in zip(path, [*(s.start_h for s in path[1:]), np.inf], strict=True):
            if not fits(spell):
                continue
            if self.ends and self.ends[-1] == spell.start_h:
                self.ends[-1] = end_h
            else:
                self.starts.append(spell.start_h)
                self.ends.append(end_h)

    def holds(self, now_h: float, hours: float = 0.0) -> bool:
        """Whether it fits now and for so many hours to come."""
        i = bisect_right(self.starts, now_h) - 1
        return i >= 0 and now_h < self.ends[i] and now_h + hours <= self.ends[i]

    def next_h(self, now_h: float) -> float:
        """The first moment from now on at which it fits."""
        if self.holds(now_h):
            return now_h
        i = bisect_right(self.starts, now_h)
        return self.starts[i] if i < len(self.starts) else np.inf


# Hand-over


def interface_names(platform: Platform) -> set[str]:
    names = set()
    for token in platform.control_interfaces.split(";"):
        name = token.split("(")[0].split("claimed")[0].strip()
        if name.startswith("proprietary"):
            name = f"proprietary/{platform.supplier}"
        names |= {name} - {""}
    return names


def hand_over_h(finder: Platform, identifier: Platform, rule: HandOver) -> float:
    """How long a contact found by one type takes to reach another."""
    mine, theirs = interface_names(finder), interface_names(identifier)
    if finder.id == identifier.id or mine & theirs:
        return 0.0
    if any((a in mine and b in theirs) or (b in mine and a in theirs) for a, b in rule.gateways):
        return rule.gateway_h
    return rule.desk_h


def service_h(platform: Platform, area_nm2: float, dwell_h: float) -> float:
    """To a contact anywhere in the area at full speed, and the look at it."""
    return 0.52 * sqrt(area_nm2) / platform.max_speed_kn + dwell_h
