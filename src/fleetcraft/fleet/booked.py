"""What is gone of the acquisition budgets by today: placed orders, their integration, and what is stated besides."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]


def booked_by_year(scenario: Scenario) -> Floats:
    """What the placed orders and the integration of their types come to in each fiscal year, (Y,)."""
    years = scenario.calendar.fiscal_years
    total = integration_begun(scenario)
    for p in range(len(scenario.platforms)):
        for period, cost in money.booked(scenario, p).items():
            total[years.index(int(period[:4]))] += cost
    return total


def integration_begun(scenario: Scenario) -> Floats:
    """Integration of the types of which orders were placed, in the fiscal year of the first, (Y,)."""
    years = scenario.calendar.fiscal_years
    total = np.zeros(len(years))
    for type_, stands in zip(scenario.platforms, scenario.standing, strict=True):
        if stands.period:
            total[years.index(int(stands.period[0][:4]))] += money.integration_cost(scenario, type_)
    return total


def gone_besides(scenario: Scenario, kind: Literal["obligation", "outlay"]) -> Floats:
    """Acquisition money gone in each fiscal year, (Y,), beside what its placed orders come to by their own books.

    Of a year of which it is stated what is gone, the difference to the orders (of outlays, to what ``money.payments``
    still counts of them); else the gateways bought in it.
    """
    years = scenario.calendar.fiscal_years
    besides = np.zeros(len(years))
    if scenario.actuals is None:
        return besides
    for gateway in scenario.actuals.gateways:
        besides[years.index(scenario.calendar.fiscal_year(gateway.ordered))] += (
            scenario.operations.hand_over.gateway_cost or 0.0
        )
    of_orders = booked_by_year(scenario) if kind == "obligation" else integration_begun(scenario)
    for year, spent in scenario.actuals.spent.items():
        stated = spent.obligation if kind == "obligation" else spent.outlay
        if stated is not None:
            besides[years.index(year)] = stated - of_orders[years.index(year)]
    return besides


def obligation_limits(scenario: Scenario) -> Floats:
    """Most that all orders of each fiscal year, the placed ones and what is carried on counted, may obligate, (Y,).

    The year's budget less what else is gone of it; what is gone already is never too much.
    """
    budget = np.array([scenario.budget.acquisition.get(year, 0.0) for year in scenario.calendar.fiscal_years])
    besides = gone_besides(scenario, "obligation")
    gone = booked_by_year(scenario) + besides
    limits: Floats = np.maximum(budget, gone - money.carried_over(scenario, gone)) - besides
    return limits
