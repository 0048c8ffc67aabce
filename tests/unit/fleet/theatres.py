"""Theatres and futures stated by hand: areas of a stated size at stated distances, delays of a stated length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fleetcraft.fleet.theatre import Theatre, theatre_over
from fleetcraft.futures import Futures, likely_future
from fleetcraft.geo.area import AreaGeometry
from fleetcraft.geo.distances import Distances
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]


def theatre_of(
    scenario: Scenario,
    *,
    distance_nm: ArrayLike = 100.0,
    sea_nm: ArrayLike | None = None,
    area_nm2: ArrayLike = 3600.0,
    perimeter_nm: ArrayLike = 240.0,
) -> Theatre:
    """A theatre without maps: distances (B, A) by air, and by sea where they differ; sizes (A,)."""
    areas = len(scenario.areas)
    shape = (len(scenario.places), areas)

    def full(value: ArrayLike, size: tuple[int, ...]) -> Floats:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), size).copy()

    nowhere = np.zeros(areas)
    geometry = AreaGeometry(full(area_nm2, (areas,)), full(perimeter_nm, (areas,)), nowhere, nowhere)
    distances = Distances(full(distance_nm, shape), full(distance_nm if sea_nm is None else sea_nm, shape))
    return theatre_over(scenario, geometry, distances)


def futures_of(
    scenario: Scenario,
    *,
    lead_months: ArrayLike | None = None,
    slip_months: ArrayLike = 0.0,
    integration_months: ArrayLike = 0.0,
    embargo_h: ArrayLike = np.inf,
    price_factor: ArrayLike = 1.0,
    grounded_h: Sequence[tuple[int, int, float, float]] = (),
    count: int = 1,
) -> Futures:
    """Futures stated by hand, each argument broadcast to (futures, platforms); rates stay.

    ``grounded_h``: (future, platform, from, to) of each grounding, at most one for each of them.
    """
    likely = likely_future(scenario)
    shape = (count, len(scenario.platforms))

    def full(value: ArrayLike) -> Floats:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), shape).copy()

    grounded = np.full((2, *shape, 1), np.inf)
    for future, platform, *hours in grounded_h:
        grounded[:, future, platform, 0] = hours
    return Futures(
        lead_time_months=full(likely.lead_time_months if lead_months is None else lead_months),
        slip_months=full(slip_months),
        integration_months=full(integration_months),
        embargo_h=full(embargo_h),
        unit_price=full(price_factor) * likely.unit_price,
        currencies=likely.currencies,
        rate_h=likely.rate_h,
        rate_factor=np.ones((count, len(likely.rate_h), len(likely.currencies))),
        grounded_from_h=grounded[0],
        grounded_to_h=grounded[1],
    )


def with_platforms(scenario: Scenario, platforms: Sequence[Platform]) -> Scenario:
    """A copy of a scenario with other platforms, unchecked."""
    return scenario.model_copy(update={"platforms": tuple(platforms)})
