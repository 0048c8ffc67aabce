"""Embargoes and groundings: what happens at a moment, given that it has not happened up to another."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from fleetcraft.futures.facts import facts_of
from fleetcraft.futures.source import Source
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH, HOURS_PER_YEAR

Floats = NDArray[np.float64]


def embargo_h(scenario: Scenario, source: Source, from_h: float = 0.0) -> Floats:
    """Hour from which each platform's supplier country stops delivering, given that it did not by ``from_h``, (F, P).

    With probability p it stops at a moment uniform on [0, w], w the window's start; so given that it did not by
    ``from_h`` with probability p (1 - from_h / w) / (1 - p from_h / w), at a moment uniform on [from_h, w]. Else inf.
    What has stopped by today stays as it is, and of others none did.
    """
    from_h = max(from_h, scenario.today_h)
    countries = [p.supplier_country for p in scenario.platforms]
    window_h = scenario.calendar.window_start_h
    before, stated = from_h / window_h, scenario.uncertainty.embargo.probability
    happens = source.uniform([f"embargo/{c}" for c in countries]) * (1 - stated * before) < stated * (1 - before)
    foreign = np.array([c != scenario.country for c in countries], dtype=bool)
    moment: Floats = from_h + source.uniform([f"embargo_date/{c}" for c in countries]) * (window_h - from_h)
    known_h = facts_of(scenario).embargo_h
    return np.where(np.isnan(known_h), np.where(happens & foreign, moment, np.inf), known_h)


def grounding_h(scenario: Scenario, source: Source, from_h: Floats) -> Floats:
    """Moments (F, P, N) after ``from_h`` (F, P) at which each type's groundings begin, then inf: a Poisson process."""
    rate_per_h = scenario.uncertainty.grounding.per_type_year / HOURS_PER_YEAR
    calendar_h = scenario.calendar.hours(scenario.calendar.end + timedelta(days=1))
    starts = [from_h]
    while rate_per_h > 0 and (starts[-1] < calendar_h).any():
        number = len(starts) - 1
        gap_h = -np.log(source.uniform([f"grounding/{p.id}/{number}" for p in scenario.platforms])) / rate_per_h
        starts.append(starts[-1] + gap_h)
    drawn = np.stack(starts, axis=-1)[..., 1:]
    return in_order(np.where(drawn < calendar_h, drawn, np.inf))


def merged(scenario: Scenario, start_h: Floats) -> tuple[Floats, Floats]:
    """From and to (F, P, K) of the groundings that begin at ``start_h`` (F, P, N); those that overlap are one."""
    end_h = start_h + scenario.uncertainty.grounding.months * HOURS_PER_MONTH
    edge = np.ones_like(start_h[..., :1], dtype=bool)
    is_apart = start_h[..., 1:] > end_h[..., :-1]
    from_h = np.where(np.concatenate([edge, is_apart], axis=-1), start_h, np.inf)
    to_h = np.where(np.concatenate([is_apart, edge], axis=-1), end_h, np.inf)
    return in_order(from_h), in_order(to_h)


def in_order(moments: Floats) -> Floats:
    """Moments in order along the last axis, then inf, no longer than the most there are anywhere."""
    most = int(np.isfinite(moments).sum(axis=-1).max(initial=0))
    return np.sort(moments, axis=-1)[..., :most]
