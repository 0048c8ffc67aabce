"""What the news reveals of a future, and what it hides drawn anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.futures.delays import integration_months, lead_time_months, slip_months
from fleetcraft.futures.events import embargo_h, grounding_h, in_order, merged
from fleetcraft.futures.facts import facts_of
from fleetcraft.futures.futures import Futures
from fleetcraft.futures.rates import news_month, rate_normals, rate_walk, whole_way_first
from fleetcraft.futures.source import Source
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Revealed:
    """What is known of F futures at the news; unit prices are known in all, for the makers have quoted."""

    rate_month: int  # the last month whose rates are known
    embargo: Bools  # (F, P): the supplier's country has stopped delivering
    grounding: Bools  # (F, P, N): this grounding has begun
    watched_h: Floats  # (F, P): until when the type could have come
    arrived: Bools  # (F, P): the type has come, which tells its lead time and its integration
    slip: Bools  # (F, P): a type of the supplier has come, which tells the supplier's slip, or it was announced
    told: Bools  # (F, P): the lead time is known, for the type has come or actuals tell when it does


def revealed(scenario: Scenario, futures: Futures) -> Revealed:
    """What the news tells of each future. Known is

    - every unit price;
    - the exchange rates of the months up to and including that of the news;
    - an embargo that began by the news, and of other countries that none did;
    - the groundings that began by the news, and that no other did;
    - the lead time and the integration of a type of which a craft ordered on the calendar's first day would have come
      by the news (lead time + slip, and before any embargo), and the slip of its supplier; of other types that none
      would have come.

    What actuals told before is known as well. All else is hidden: later rates, embargoes and groundings, and the times
    of what has not come.
    """
    news_h = scenario.calendar.news_h
    watched_h = np.minimum(futures.embargo_h, news_h)
    arrived = (futures.lead_time_months + futures.slip_months) * HOURS_PER_MONTH <= watched_h
    supplier = np.array([p.supplier for p in scenario.platforms])
    facts = facts_of(scenario)
    return Revealed(
        rate_month=news_month(scenario),
        embargo=futures.embargo_h <= news_h,
        grounding=futures.grounding_h <= news_h,
        watched_h=watched_h,
        arrived=arrived,
        slip=(arrived | facts.told) @ (supplier[:, None] == supplier) | ~np.isnan(facts.announced_months),
        told=arrived | facts.told,
    )


def hidden_anew(scenario: Scenario, futures: Futures, source: Source) -> Futures:
    """The futures with all that the news hides drawn anew from ``source``, by its law given what is known.

    Nothing that is hidden in ``futures`` has any bearing on what is drawn.
    """
    known = revealed(scenario, futures)
    watched_months = known.watched_h / HOURS_PER_MONTH
    slip = np.where(known.slip, futures.slip_months, slip_months(scenario, source, watched_months))
    lead = lead_time_months(scenario, source, watched_months - slip)
    starts_h = _groundings_anew(scenario, futures, known, source)
    grounded_from_h, grounded_to_h = merged(scenario, starts_h)
    return replace(
        futures,
        lead_time_months=np.where(known.told, futures.lead_time_months, lead),
        slip_months=slip,
        integration_months=np.where(known.arrived, futures.integration_months, integration_months(scenario, source)),
        embargo_h=np.where(known.embargo, futures.embargo_h, embargo_h(scenario, source, scenario.calendar.news_h)),
        rate_factor=_rates_anew(scenario, futures, known, source),
        grounded_from_h=grounded_from_h,
        grounded_to_h=grounded_to_h,
        grounding_h=starts_h,
    )


def _groundings_anew(scenario: Scenario, futures: Futures, known: Revealed, source: Source) -> Floats:
    """Moments (F, P, N) at which groundings begin: those known, then a Poisson process from the news on."""
    begun_h = np.where(known.grounding, futures.grounding_h, np.inf)
    later_h = grounding_h(scenario, source, np.full_like(futures.embargo_h, scenario.calendar.news_h))
    return in_order(np.concatenate([begun_h, later_h], axis=-1))


def _rates_anew(scenario: Scenario, futures: Futures, known: Revealed, source: Source) -> Floats:
    """Rates over budget rates (F, K, C): those known, then a walk from the last of them."""
    last, months = known.rate_month, len(futures.rate_h) - 1
    later = rate_walk(scenario, whole_way_first(rate_normals(scenario, source, last + 1, months)))
    return np.concatenate([futures.rate_factor[:, :last], futures.rate_factor[:, last : last + 1] * later], axis=1)
