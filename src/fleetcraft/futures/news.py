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
    watched_months: Floats  # (F, P): for how long the type could have come since it was first ordered
    arrived: Bools  # (F, P): the type has come, which tells its integration
    slip: Bools  # (F, P): a type of the supplier has come since today, which tells its slip, or it was announced
    lead: Bools  # (F, P): the type has come since today, which tells its lead time, or what is known comes to that


def revealed(scenario: Scenario, futures: Futures) -> Revealed:
    """What the news tells of each future. Known is

    - every unit price;
    - the exchange rates of the months up to and including that of the news;
    - an embargo that began by the news, and of other countries that none did;
    - the groundings that began by the news, and that no other did;
    - the lead time and the integration of a type of which a craft ordered on the first order day would have come by the
      news (lead time + slip, and before any embargo), and the slip of its supplier; of other types that none would have
      come. The first order day is the calendar's first day; with actuals that on which the type was first ordered, or
      the next on which it can be.

    What actuals told before is known as well: of what came by then lead time + slip, but not how much is which. All
    else is hidden: later rates, embargoes and groundings, and the times of what has not come.
    """
    news_h = scenario.calendar.news_h
    facts = facts_of(scenario)
    first_order_h = np.where(np.isnan(facts.first_order_h), _next_order_h(scenario), facts.first_order_h)
    watched_h = np.minimum(futures.embargo_h, news_h) - first_order_h
    has_come = facts.told & ~facts.promised
    arrived = ((futures.lead_time_months + futures.slip_months) * HOURS_PER_MONTH <= watched_h) | has_come
    came_since = arrived & ~facts.told
    supplier = np.array([p.supplier for p in scenario.platforms])
    supplier_s_came = came_since @ (supplier[:, None] == supplier)
    lead_is_rest = facts.told & np.where(facts.announced, facts.promised, supplier_s_came)
    return Revealed(
        rate_month=news_month(scenario),
        embargo=futures.embargo_h <= news_h,
        grounding=futures.grounding_h <= news_h,
        watched_months=np.where(facts.told, -np.inf, watched_h / HOURS_PER_MONTH),
        arrived=arrived,
        slip=supplier_s_came | facts.announced,
        lead=came_since | lead_is_rest,
    )


def _next_order_h(scenario: Scenario) -> float:
    """The first day, in hours, on which a type that was never ordered can be; inf where there is none."""
    if scenario.actuals is None:
        return 0.0
    return scenario.open_periods[0].start_h if scenario.open_periods else np.inf


def hidden_anew(scenario: Scenario, futures: Futures, source: Source) -> Futures:
    """The futures with all that the news hides drawn anew from ``source``, by its law given what is known.

    Nothing that is hidden in ``futures`` has any bearing on what is drawn.
    """
    known = revealed(scenario, futures)
    facts = facts_of(scenario)
    drawn = slip_months(scenario, source, known.watched_months, facts.told_months)
    slip = np.where(known.slip, futures.slip_months, drawn)
    first = facts.told_months - facts.slip_so_far(drawn)
    lead = np.where(facts.told, first, lead_time_months(scenario, source, known.watched_months - slip))
    starts_h = _groundings_anew(scenario, futures, known, source)
    grounded_from_h, grounded_to_h = merged(scenario, starts_h)
    return replace(
        futures,
        lead_time_months=np.where(known.lead, futures.lead_time_months, lead),
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
