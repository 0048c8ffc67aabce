"""A plan as good that spends the money elsewhere is found where there is one."""

from __future__ import annotations

from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import LimitError
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.different import plan_different
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan import Order
from unit.fleet.theatres import futures_of, theatre_of

QUICK: dict[str, Any] = {"production_rate_per_year": 1000, "lead_time_months_low": 3, "lead_time_months_likely": 4}
TWIN = {**QUICK, "id": "twin", "supplier": "Twinmaker"}


def craft_of(orders: tuple[Order, ...], platform: str) -> int:
    return sum(order.quantity for order in orders if order.platform == platform)


@pytest.mark.parametrize(("speed", "share"), [(70, 1.0), (40, 0.5)])
def test_away_from_what_is_bought(speed: float, share: float) -> None:
    """A twin takes all orders; a much worse type cannot, and then what there is stays."""
    scenario = make_scenario(
        platforms=[QUICK, {**TWIN, "cruise_speed_kn": speed}],
        operations={"people_limit": 5000.0},
        budget={"obligation": {2026: 15e6}},
    )
    theatre = theatre_of(scenario)
    futures, corrections, limits = futures_of(scenario, count=2), no_corrections(theatre), Limits(gap=0.001)
    best = plan_fleet(theatre, futures, corrections, limits)
    bought = max(("drone", "twin"), key=best.plan.ordered)
    found = plan_different(
        theatre,
        futures,
        corrections,
        limits,
        directions=[{bought: 1.0}, {"drone": 1.0, "twin": 1.0}],
        apart=lambda orders: -craft_of(orders, bought),
        nearly=0.99,
    )
    assert found.objective >= 0.99 * best.objective
    moved = 1 - found.plan.ordered(bought) / best.plan.ordered(bought)
    assert moved == 1.0 if share == 1.0 else moved < share


def test_more_than_the_best_cannot_be_had() -> None:
    scenario = make_scenario(platforms=[QUICK], operations={"people_limit": 5000.0}, budget={"obligation": {2026: 6e6}})
    theatre = theatre_of(scenario)
    with pytest.raises(LimitError):
        plan_different(
            theatre,
            futures_of(scenario, count=2),
            no_corrections(theatre),
            Limits(gap=0.001),
            directions=[{"drone": 1.0}],
            apart=lambda _: 0.0,
            nearly=1.1,
        )
