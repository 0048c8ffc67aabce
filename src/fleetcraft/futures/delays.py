"""Lead times, slips and integration: their laws, and what is left of them for who has waited in vain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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
    """Integration of each type, (F, P)."""
    law = scenario.acquisition.integration_months
    u = source.uniform([f"integration/{p.id}" for p in scenario.platforms])
    return pert_quantile(u, law.low, law.likely, law.high)


def lead_time_months(scenario: Scenario, source: Source, waited_months: Floats) -> Floats:
    """Lead time of each type given that it exceeds ``waited_months`` (F, P): F⁻¹(F(waited) + u (1 - F(waited)))."""
    u = source.uniform([f"lead_time/{p.id}" for p in scenario.platforms])
    months = np.empty_like(u)
    for i, law in enumerate(map(lead_time_law, scenario.platforms)):
        past = pert_cdf(waited_months[:, i], *law)
        months[:, i] = pert_quantile(past + u[:, i] * (1 - past), *law)
    return months


def slip_months(scenario: Scenario, source: Source, waited_months: Floats) -> Floats:
    """Slip of each type's supplier given that none of its types came within ``waited_months`` (F, P)."""
    suppliers = np.array([p.supplier for p in scenario.platforms])
    u = source.uniform([f"slip/{supplier}" for supplier in suppliers])
    months = np.empty_like(u)
    for supplier in np.unique(suppliers):
        types = np.flatnonzero(suppliers == supplier)
        leads = [lead_time_law(scenario.platforms[i]) for i in types]
        slip = _slip_of_a_supplier(u[:, types[0]], slip_law(scenario), leads, waited_months[:, types])
        months[:, types] = slip[:, None]
    return months


def _slip_of_a_supplier(u: Floats, law: Law, leads: Sequence[Law], waited_months: Floats) -> Floats:
    """Quantiles u (F,) of the slip of a supplier of whose types nothing came within ``waited_months`` (F, types)."""
    months = np.empty_like(u)
    for waited in np.unique(waited_months, axis=0):
        alike = (waited_months == waited).all(axis=1)
        months[alike] = _waiting_slip(u[alike], law, leads, waited)
    return months


def _waiting_slip(u: Floats, law: Law, leads: Sequence[Law], waited_months: Floats) -> Floats:
    """Quantiles u of the slip s of density proportional to f(s) P(lead > waited - s for each type).

    f is the slip's own density. Within each of ``PARTS`` parts of equal length the density counts as even.
    """
    low, _, high = law
    least = max(low, *(waited - lead[2] for waited, lead in zip(waited_months, leads, strict=True)))
    edges = np.linspace(min(least, high), high, PARTS + 1)
    slip = (edges[1:] + edges[:-1]) / 2
    still_waiting = [1 - pert_cdf(waited - slip, *lead) for waited, lead in zip(waited_months, leads, strict=True)]
    weight = np.diff(pert_cdf(edges, *law)) * np.prod(still_waiting, axis=0)
    share = np.cumsum(np.concatenate([[0.0], weight + np.finfo(np.float64).tiny]))  # tiny: all may be too rare to tell
    return np.interp(u, share / share[-1], edges)
