"""Lead times, slips and integration: their laws, and what is left of them for who has waited in vain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetcraft.futures.facts import facts_of
from fleetcraft.futures.pert import pert_cdf, pert_quantile
from fleetcraft.futures.source import Source
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Law = tuple[float, float, float]  # low, likely, high of a PERT law

PARTS = 512  # into which the range of a slip is cut


def lead_time_law(platform: Platform) -> Law:
    """Low, likely and high lead time of a type, in months."""
    return platform.lead_time_months_low, platform.lead_time_months_likely, platform.lead_time_months_high


def slip_law(scenario: Scenario) -> Law:
    """Low, likely and high slip of any supplier, in months."""
    slip = scenario.acquisition.slip_months
    return slip.low, slip.likely, slip.high


def integration_months(scenario: Scenario, source: Source) -> Floats:
    """Integration of each type, (F, P): what is known of it, or drawn given for how long it has gone on already."""
    law = scenario.acquisition.integration_months
    u = source.uniform([f"integration/{p.id}" for p in scenario.platforms])
    if scenario.actuals is None:
        return pert_quantile(u, law.low, law.likely, law.high)
    facts = facts_of(scenario)
    past = pert_cdf(facts.integrating_months, law.low, law.likely, law.high)
    drawn = pert_quantile(past + u * (1 - past), law.low, law.likely, law.high)
    lasting = np.maximum(drawn, facts.integrating_months)  # longer than the law allows: it ends today
    return np.where(np.isnan(facts.integration_months), lasting, facts.integration_months)


def delays(scenario: Scenario, source: Source) -> tuple[Floats, Floats]:
    """Lead time and slip of each type, (F, P), by their laws given what is known today.

    Of a line that has begun to deliver the sum of both is known: the slip s has the density f(s) g(sum - s), f and g
    those of slip and lead time, and the lead time is the rest. Where the supplier has announced a slip, that is what
    the craft still to come are late by, a first one that is promised for a day among them; the lead time of what has
    come stays what it was.
    """
    platforms = scenario.platforms
    slip_u = source.uniform([f"slip/{p.supplier}" for p in platforms])
    if scenario.actuals is None:
        lead_u = source.uniform([f"lead_time/{p.id}" for p in platforms])
        leads = [pert_quantile(lead_u[:, i], *lead_time_law(p)) for i, p in enumerate(platforms)]
        return np.stack(leads, axis=1) if leads else lead_u, pert_quantile(slip_u, *slip_law(scenario))
    facts = facts_of(scenario)
    waited = np.broadcast_to(facts.waited_months, slip_u.shape)
    drawn = slip_months(scenario, source, waited, facts.told_months)
    slip = np.where(facts.announced, facts.announced_months, drawn)
    first = facts.told_months - facts.slip_so_far(drawn)
    lead = np.where(facts.told, first, lead_time_months(scenario, source, waited - slip))
    return lead, slip


def lead_time_months(scenario: Scenario, source: Source, waited_months: Floats) -> Floats:
    """Lead time of each type given that it exceeds ``waited_months`` (F, P): F⁻¹(F(waited) + u (1 - F(waited)))."""
    u = source.uniform([f"lead_time/{p.id}" for p in scenario.platforms])
    months = np.empty_like(u)
    for i, law in enumerate(map(lead_time_law, scenario.platforms)):
        past = pert_cdf(waited_months[:, i], *law)
        months[:, i] = pert_quantile(past + u[:, i] * (1 - past), *law)
    return months


def slip_months(scenario: Scenario, source: Source, waited_months: Floats, told_months: Floats | None = None) -> Floats:
    """Slip of each type's supplier given that none of its types came within ``waited_months`` (F, P).

    ``told_months`` (P,): of a type with a number, lead time + slip is known to be that.
    """
    told = np.full(len(scenario.platforms), np.nan) if told_months is None else told_months
    suppliers = np.array([p.supplier for p in scenario.platforms])
    u = source.uniform([f"slip/{supplier}" for supplier in suppliers])
    months = np.empty_like(u)
    for supplier in np.unique(suppliers):
        types = np.flatnonzero(suppliers == supplier)
        leads = [lead_time_law(scenario.platforms[i]) for i in types]
        slip = _slip_of_a_supplier(u[:, types[0]], slip_law(scenario), leads, waited_months[:, types], told[types])
        months[:, types] = slip[:, None]
    return months


def _slip_of_a_supplier(
    u: Floats, law: Law, leads: Sequence[Law], waited_months: Floats, told_months: Floats
) -> Floats:
    """Quantiles u (F,) of the slip of a supplier of whose types nothing came within ``waited_months`` (F, types)."""
    months = np.empty_like(u)
    for waited in np.unique(waited_months, axis=0):
        alike = (waited_months == waited).all(axis=1)
        if np.isinf(waited).all() and np.isnan(told_months).all():
            months[alike] = pert_quantile(u[alike], *law)
        else:
            months[alike] = _slip_given(u[alike], law, leads, waited, told_months)
    return months


def _slip_given(u: Floats, law: Law, leads: Sequence[Law], waited_months: Floats, told_months: Floats) -> Floats:
    """Quantiles u of the slip s of density proportional to f(s) P(lead > waited - s) g(told - s) for each type.

    f is the slip's own density, g the lead time's, of the types with a number to be ``told``. Within each of ``PARTS``
    parts of equal length the density counts as even.
    """
    low, _, high = law
    least = max(low, *(waited - lead[2] for waited, lead in zip(waited_months, leads, strict=True)))
    edges = np.linspace(min(least, high), high, PARTS + 1)
    slip = (edges[1:] + edges[:-1]) / 2
    likely = [1 - pert_cdf(waited - slip, *lead) for waited, lead in zip(waited_months, leads, strict=True)]
    for told, lead in zip(told_months, leads, strict=True):
        if not np.isnan(told):
            likely.append(pert_cdf(told - edges[:-1], *lead) - pert_cdf(told - edges[1:], *lead))
    weight = np.diff(pert_cdf(edges, *law)) * np.prod(likely, axis=0)
    share = np.cumsum(np.concatenate([[0.0], weight + np.finfo(np.float64).tiny]))  # tiny: all may be too rare to tell
    return np.interp(u, share / share[-1], edges)
