"""One sampled outcome of the uncertain things; drawn by key, so that optimiser and simulation see the same one.

Lead times, integration times and unit prices are PERT of shape 4 for each platform, slips PERT for each supplier,
exchange rates correlated geometric Brownian motion without drift, and an embargo by a foreign supplier country
happens with a probability from a date uniform between the first order date and the deadline (model.md 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from fleetcraft import rng
from fleetcraft.scenario.budget import Triangle
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Block = Literal["solve", "loop", "judge"]

PERT_SHAPE = 4.0
MONTHS_PER_YEAR = 12.0


@dataclass(frozen=True)
class Futures:
    """F futures of a scenario's P platforms and C foreign currencies.

    ``embargo_h`` is the hour from which the supplier's country stops delivering (inf: never); ``unit_price`` is in
    the price currency and price year; ``rate_factor`` holds, at the start of each month of ``rate_h`` (hours from
    the calendar's start), the rate over the budget rate.
    """

    lead_time_months: Floats  # (F, P)
    slip_months: Floats  # (F, P)
    integration_months: Floats  # (F, P)
    embargo_h: Floats  # (F, P)
    unit_price: Floats  # (F, P)
    currencies: tuple[str, ...]
    rate_h: Floats  # (K,)
    rate_factor: Floats  # (F, K, C)

    def __len__(self) -> int:
        return int(self.lead_time_months.shape[0])

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
    return Futures(
        lead_time_months=_columns(lead_u, lead),
        slip_months=_triangle(slip_u, scenario.acquisition.slip_months),
        integration_months=_triangle(integration_u, scenario.acquisition.integration_months),
        embargo_h=_embargo_h(scenario, uniform),
        unit_price=_columns(price_u, price),
        currencies=_currencies(scenario),
        rate_h=rate_h,
        rate_factor=_rate_paths(scenario, rate_h, len(indices), uniform),
    )


def likely_future(scenario: Scenario) -> Futures:
    """The single future in which everything takes its likely value, rates stay and nobody stops delivering."""
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
