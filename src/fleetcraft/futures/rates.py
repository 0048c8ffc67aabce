"""Exchange rates: correlated geometric Brownian motion without drift, month by month, over the rate at the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import helmert

from fleetcraft.futures.source import Source
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]

MONTHS_PER_YEAR = 12.0


def foreign_currencies(scenario: Scenario) -> tuple[str, ...]:
    """The foreign currencies in which some platform is priced, in order of their codes."""
    return tuple(sorted(set(scenario.exchange.start) & {p.price_currency for p in scenario.platforms}))


def rate_grid(scenario: Scenario) -> Floats:
    """Hours from the calendar's start to the start of each month, to its end."""
    months = int(np.ceil(scenario.calendar.hours(scenario.calendar.end) / HOURS_PER_MONTH)) + 1
    return np.arange(months, dtype=np.float64) * HOURS_PER_MONTH


def news_month(scenario: Scenario) -> int:
    """The month of the rate grid in which the news comes."""
    return int(np.searchsorted(rate_grid(scenario), scenario.calendar.news_h, side="right")) - 1


def today_month(scenario: Scenario) -> int:
    """The month of the rate grid in which today lies: the first without actuals."""
    return int(np.searchsorted(rate_grid(scenario), scenario.today_h, side="right")) - 1


def from_today(scenario: Scenario, walk: Floats) -> Floats:
    """A walk (F, n, C) that begins in today's month, with today's rates in the months before: (F, K, C)."""
    past = np.repeat(walk[:, :1], today_month(scenario), axis=1)
    return np.concatenate([past, walk], axis=1)


def rate_normals(scenario: Scenario, source: Source, first: int, last: int) -> Floats:
    """Standard normals (F, months, C) of the months first..last, correlated between currencies as stated."""
    currencies, exchange = foreign_currencies(scenario), scenario.exchange
    width = len(currencies)
    correlation = np.array([[1.0 if a == b else exchange.correlation[a][b] for b in currencies] for a in currencies])
    names = [[f"rate/{c}/{month}" for c in currencies] for month in range(first, last + 1)]
    return source.normal(names, np.linalg.cholesky(correlation.reshape(width, width)))


def whole_way_first(normals: Floats) -> Floats:
    """Steps (F, n, C) of a walk whose whole way is the first of the given normals, times √n; n at least 1.

    An orthonormal turn (Helmert's) of independent standard normals, hence again independent standard normals: it
    only decides which of them carries what, so that stratified ones give stratified ends of the walk.
    """
    steps: Floats = helmert(normals.shape[1], full=True).T @ normals
    return steps


def rate_walk(scenario: Scenario, steps: Floats) -> Floats:
    """Rates over the first (F, n + 1, C): exp of the sum of normal steps - variance / 2, a martingale from 1."""
    volatility = [scenario.exchange.volatility[c] for c in foreign_currencies(scenario)]
    sigma = np.array(volatility) / np.sqrt(MONTHS_PER_YEAR)
    log_path = np.cumsum(steps * sigma - sigma**2 / 2, axis=1)
    start = np.zeros_like(log_path[:, :1])
    walk: Floats = np.exp(np.concatenate([start, log_path], axis=1))
    return walk
