"""Futures of a scenario: independent draws, a Latin hypercube, the future of likely values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fleetcraft import rng
from fleetcraft.futures.delays import Law, delays, integration_months
from fleetcraft.futures.events import embargo_h, grounding_h, merged
from fleetcraft.futures.facts import facts_of
from fleetcraft.futures.futures import Futures
from fleetcraft.futures.pert import pert_quantile
from fleetcraft.futures.rates import (
    foreign_currencies,
    from_today,
    news_month,
    rate_grid,
    rate_normals,
    rate_walk,
    today_month,
    whole_way_first,
)
from fleetcraft.futures.source import Block, Independent, Source, Stratified
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]


def draw_futures(scenario: Scenario, seed: int, block: Block, indices: Sequence[int]) -> Futures:
    """The futures of a block with the given indices; each number is keyed by (seed, block, index, its name)."""
    source = Independent(partial(rng.uniform, seed, block, indices))
    return _futures(scenario, source, _rate_normals(scenario, source))


def sample_futures(scenario: Scenario, seed: int, count: int, *, sample: int = 0) -> Futures:
    """``count`` futures of block 'solve' as a Latin hypercube: of each uncertain thing one draw in each stratum.

    Strata and places in them are keyed by (seed, 'solve', future, name); those of a further ``sample`` have nothing to
    do with them. Rates are stratified where they stand at the news, in how far they move from there to the calendar's
    end, and in what lies between.
    """
    source = Stratified(partial(rng.uniform, seed, sample_block(sample), range(count)))
    normals = _rate_normals(scenario, source)
    until_news = news_month(scenario) - today_month(scenario)
    sections = [section for section in np.split(normals, [until_news], axis=1) if section.shape[1]]
    return _futures(scenario, source, np.concatenate([whole_way_first(section) for section in sections], axis=1))


def sample_block(sample: int) -> str:
    """The block in which the numbers of a sample are keyed: 'solve', of further samples 'solve/1', 'solve/2' ..."""
    return f"solve/{sample}" if sample else "solve"


def likely_future(scenario: Scenario) -> Futures:
    """The single future in which all takes its likely value, rates stay, nobody stops delivering or is grounded.

    What actuals tell is as they tell it; what is awaited for longer than is likely comes today.
    """
    shape = (1, len(scenario.platforms))
    rate_h = rate_grid(scenario)
    currencies = foreign_currencies(scenario)
    facts = facts_of(scenario)
    so_far = scenario.acquisition.slip_months.likely
    slip = np.where(facts.announced, facts.announced_months, so_far)
    stated = np.array([p.lead_time_months_likely for p in scenario.platforms])
    first = facts.told_months - facts.slip_so_far(np.full(len(stated), so_far))
    lead = np.where(facts.told, first, np.maximum(stated, facts.waited_months - slip))
    likely = np.maximum(scenario.acquisition.integration_months.likely, facts.integrating_months)
    return Futures(
        lead_time_months=lead.reshape(shape),
        slip_months=slip.reshape(shape),
        integration_months=np.where(np.isnan(facts.integration_months), likely, facts.integration_months).reshape(
            shape
        ),
        embargo_h=np.where(np.isnan(facts.embargo_h), np.inf, facts.embargo_h).reshape(shape),
        unit_price=np.array([[p.unit_price_likely for p in scenario.platforms]]).reshape(shape),
        currencies=currencies,
        rate_h=rate_h,
        rate_factor=np.ones((1, len(rate_h), len(currencies))),
    )


def _rate_normals(scenario: Scenario, source: Source) -> Floats:
    """Normals of the rates' months from today's to the calendar's end."""
    return rate_normals(scenario, source, today_month(scenario) + 1, len(rate_grid(scenario)) - 1)


def _futures(scenario: Scenario, source: Source, rate_steps: Floats) -> Futures:
    platforms = scenario.platforms
    price_u = source.uniform([f"price/{p.id}" for p in platforms])
    lead, slip = delays(scenario, source)
    price = [(p.unit_price_low, p.unit_price_likely, p.unit_price_high) for p in platforms]
    starts_h = grounding_h(scenario, source, np.full_like(lead, scenario.today_h))
    grounded_from_h, grounded_to_h = merged(scenario, starts_h)
    return Futures(
        lead_time_months=lead,
        slip_months=slip,
        integration_months=integration_months(scenario, source),
        embargo_h=embargo_h(scenario, source),
        unit_price=_columns(price_u, price),
        currencies=foreign_currencies(scenario),
        rate_h=rate_grid(scenario),
        rate_factor=from_today(scenario, rate_walk(scenario, rate_steps)),
        grounded_from_h=grounded_from_h,
        grounded_to_h=grounded_to_h,
        grounding_h=starts_h,
    )


def _columns(u: Floats, laws: Sequence[Law]) -> Floats:
    drawn = [pert_quantile(u[:, i], *law) for i, law in enumerate(laws)]
    return np.stack(drawn, axis=1) if drawn else u
