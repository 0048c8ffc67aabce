"""One sampled outcome of the uncertain things; drawn by key, so that optimiser and simulation see the same one.

Lead times, integration times and unit prices are PERT of shape 4 for each platform, slips PERT for each supplier,
exchange rates correlated geometric Brownian motion without drift, and an embargo by a foreign supplier country
happens with a probability from a date uniform between the first order date and the deadline. Groundings of a type
begin as a Poisson process from the calendar's start and last equally long; those that overlap are one (model.md 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from fleetcraft import rng
from fleetcraft.scenario.budget import Triangle
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH, HOURS_PER_YEAR

Floats = NDArray[np.float64]
Block = Literal["solve", "loop", "judge"]

PERT_SHAPE = 4.0
MONTHS_PER_YEAR = 12.0


def _none_grounded() -> Floats:
    return np.empty((1, 1, 0))


@dataclass(frozen=True)
class Futures:
    """F futures of a scenario's P platforms and C foreign currencies.

    ``embargo_h`` is the hour from which the supplier's country stops delivering (inf: never); ``unit_price`` is in
    the price currency and price year; ``rate_factor`` holds, at the start of each month of ``rate_h`` (hours from
    the calendar's start), the rate over the budget rate. ``grounded_from_h`` and ``grounded_to_h`` hold the moments
    from and to which each type stands down, apart and in order, then inf: K is the most that any type has; they are
    broadcast to (F, P, K).
    """

    lead_time_months: Floats  # (F, P)
    slip_months: Floats  # (F, P)
    integration_months: Floats  # (F, P)
    embargo_h: Floats  # (F, P)
    unit_price: Floats  # (F, P)
    currencies: tuple[str, ...]
    rate_h: Floats  # (K,)
    rate_factor: Floats  # (F, K, C)
    grounded_from_h: Floats = field(default_factory=_none_grounded)  # (F, P, K)
    grounded_to_h: Floats = field(default_factory=_none_grounded)  # (F, P, K)

    def __post_init__(self) -> None:
        for name in ("grounded_from_h", "grounded_to_h"):
            stated: Floats = getattr(self, name)
            shape = (*self.lead_time_months.shape, stated.shape[-1])
            object.__setattr__(self, name, np.broadcast_to(stated, shape))

    def __len__(self) -> int:
        return int(self.lead_time_months.shape[0])

    def grounded_share(self, start_h: float, end_h: float) -> Floats:
        """Share of [start_h, end_h] (hours, of positive length) in which each type is grounded, (F, P)."""
        from_h, to_h = (np.clip(moment, start_h, end_h) for moment in (self.grounded_from_h, self.grounded_to_h))
        share: Floats = (to_h - from_h).sum(axis=-1) / (end_h - start_h)
        return share

    def rate_factor_at(self, currency: str, hours: Floats) -> Floats:
        """Rate over budget rate at moments (F, ...), held from the month's start; 1 for the scenario's own currency."""
        if currency not in self.currencies:
            return np.ones_like(hours)
        month = np.clip(np.searchsorted(self.rate_h, hours, side="right") - 1, 0, len(self.rate_h) - 1)
        paths = self.rate_factor[:, :, self.currencies.index(currency)]
        future = np.arange(len(self)).reshape((-1,) + (1,) * (hours.ndim - 1))
        picked: Floats = paths[future, month]
        return picked


def pert_quantile(u: Floats, low: float, likely: float, high: float) -> Floats:
    """Quantile ``u`` of the PERT law of shape 4 on [low, high] (Beta with its mode at ``likely``)."""
    span = high - low
    if span == 0:
        return np.full_like(u, low)
    alpha = 1 + PERT_SHAPE * (likely - low) / span
    beta = 1 + PERT_SHAPE * (high - likely) / span
    quantile: Floats = low + span * betaincinv(alpha, beta, u)
    return quantile


def draw_futures(scenario: Scenario, seed: int, block: Block, indices: Sequence[int]) -> Futures:
    """The futures of a block with the given indices; each number is keyed by (seed, block, index, its name)."""

    def uniform(names: Sequence[str]) -> Floats:
        return rng.uniform(seed, block, indices, names)

    platforms = scenario.platforms
    lead_u = uniform([f"lead_time/{p.id}" for p in platforms])
    integration_u = uniform([f"integration/{p.id}" for p in platforms])
    price_u = uniform([f"price/{p.id}" for p in platforms])
    slip_u = uniform([f"slip/{p.supplier}" for p in platforms])
    lead = [(p.lead_time_months_low, p.lead_time_months_likely, p.lead_time_months_high) for p in platforms]
    price = [(p.unit_price_low, p.unit_price_likely, p.unit_price_high) for p in platforms]
    rate_h = _rate_grid(scenario)
    grounded_from_h, grounded_to_h = _groundings(scenario, len(indices), uniform)
    return Futures(
        lead_time_months=_columns(lead_u, lead),
        slip_months=_triangle(slip_u, scenario.acquisition.slip_months),
        integration_months=_triangle(integration_u, scenario.acquisition.integration_months),
        embargo_h=_embargo_h(scenario, uniform),
        unit_price=_columns(price_u, price),
        currencies=_currencies(scenario),
        rate_h=rate_h,
        rate_factor=_rate_paths(scenario, rate_h, len(indices), uniform),
        grounded_from_h=grounded_from_h,
        grounded_to_h=grounded_to_h,
    )


def likely_future(scenario: Scenario) -> Futures:
    """The single future in which all takes its likely value, rates stay, nobody stops delivering or is grounded."""
    shape = (1, len(scenario.platforms))
    rate_h = _rate_grid(scenario)
    currencies = _currencies(scenario)
    return Futures(
        lead_time_months=np.array([[p.lead_time_months_likely for p in scenario.platforms]]).reshape(shape),
        slip_months=np.full(shape, scenario.acquisition.slip_months.likely),
        integration_months=np.full(shape, scenario.acquisition.integration_months.likely),
        embargo_h=np.full(shape, np.inf),
        unit_price=np.array([[p.unit_price_likely for p in scenario.platforms]]).reshape(shape),
        currencies=currencies,
        rate_h=rate_h,
        rate_factor=np.ones((1, len(rate_h), len(currencies))),
    )


def _columns(u: Floats, triples: Sequence[tuple[float, float, float]]) -> Floats:
    drawn = [pert_quantile(u[:, i], *triple) for i, triple in enumerate(triples)]
    return np.stack(drawn, axis=1) if drawn else u


def _triangle(u: Floats, law: Triangle) -> Floats:
    return pert_quantile(u, law.low, law.likely, law.high)


def _embargo_h(scenario: Scenario, uniform: Callable[[Sequence[str]], Floats]) -> Floats:
    countries = [p.supplier_country for p in scenario.platforms]
    happens = uniform([f"embargo/{c}" for c in countries]) < scenario.uncertainty.embargo.probability
    foreign = np.array([c != scenario.country for c in countries], dtype=bool)
    moment: Floats = uniform([f"embargo_date/{c}" for c in countries]) * scenario.calendar.window_start_h
    embargo_h: Floats = np.where(happens & foreign, moment, np.inf)
    return embargo_h


def _groundings(scenario: Scenario, count: int, uniform: Callable[[Sequence[str]], Floats]) -> tuple[Floats, Floats]:
    """From and to of each type's groundings (F, P, K): those that begin in the calendar, overlapping ones merged."""
    law = scenario.uncertainty.grounding
    start_h = _grounding_starts(scenario, count, uniform)
    end_h = start_h + law.months * HOURS_PER_MONTH
    edge = np.ones_like(start_h[..., :1], dtype=bool)
    is_apart = start_h[..., 1:] > end_h[..., :-1]
    from_h = np.sort(np.where(np.concatenate([edge, is_apart], axis=-1), start_h, np.inf), axis=-1)
    to_h = np.sort(np.where(np.concatenate([is_apart, edge], axis=-1), end_h, np.inf), axis=-1)
    most = int(np.isfinite(from_h).sum(axis=-1).max(initial=0))
    return from_h[..., :most], to_h[..., :most]


def _grounding_starts(scenario: Scenario, count: int, uniform: Callable[[Sequence[str]], Floats]) -> Floats:
    """Starts (F, P, N) of a Poisson process of each type in hours from the calendar's start; inf after its end."""
    rate_per_h = scenario.uncertainty.grounding.per_type_year / HOURS_PER_YEAR
    calendar_h = scenario.calendar.hours(scenario.calendar.end + timedelta(days=1))
    starts = [np.zeros((count, len(scenario.platforms)))]
    while rate_per_h > 0 and (starts[-1] < calendar_h).any():
        gap_h = -np.log(uniform([f"grounding/{p.id}/{len(starts) - 1}" for p in scenario.platforms])) / rate_per_h
        starts.append(starts[-1] + gap_h)
    drawn = np.stack(starts, axis=-1)[..., 1:]
    return np.where(drawn < calendar_h, drawn, np.inf)


def _currencies(scenario: Scenario) -> tuple[str, ...]:
    return tuple(sorted(set(scenario.exchange.start) & {p.price_currency for p in scenario.platforms}))


def _rate_grid(scenario: Scenario) -> Floats:
    months = int(np.ceil(scenario.calendar.hours(scenario.calendar.end) / HOURS_PER_MONTH)) + 1
    return np.arange(months, dtype=np.float64) * HOURS_PER_MONTH


def _rate_paths(scenario: Scenario, rate_h: Floats, count: int, uniform: Callable[[Sequence[str]], Floats]) -> Floats:
    """exp(sum of correlated normal steps - variance / 2): a martingale, 1 at the calendar's start."""
    currencies = _currencies(scenario)
    steps, width = len(rate_h) - 1, len(currencies)
    names = [f"rate/{c}/{month}" for month in range(1, steps + 1) for c in currencies]
    normal = ndtri(uniform(names)).reshape(count, steps, width)
    exchange = scenario.exchange
    correlation = np.array([[1.0 if a == b else exchange.correlation[a][b] for b in currencies] for a in currencies])
    sigma = np.array([exchange.volatility[c] for c in currencies]) / np.sqrt(MONTHS_PER_YEAR)
    correlated = normal @ np.linalg.cholesky(correlation.reshape(width, width)).T * sigma
    log_path = np.cumsum(correlated - sigma**2 / 2, axis=1)
    start = np.zeros((count, 1, width))
    paths: Floats = np.exp(np.concatenate([start, log_path], axis=1))
    return paths
