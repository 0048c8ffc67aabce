"""What a scenario's actuals tell of its futures, type by type; nothing where it has none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """What is known of each of P types by today; nan where nothing is."""

    told_months: Floats  # (P,) lead time + slip of its maker's line: how long the first craft took, or is to take
    promised: Bools  # (P,) what is told is a promise: the first craft has not come
    first_order_h: Floats  # (P,) when the first craft of its maker's line was ordered
    waited_months: Floats  # (P,) for how long nothing has come of its maker's line; -inf where nothing is awaited
    announced_months: Floats  # (P,) slip of all that its supplier has still to deliver
    integration_months: Floats  # (P,) how long its integration took
    integrating_months: Floats  # (P,) for how long it has gone on; 0 where it has not begun
    embargo_h: Floats  # (P,) when its supplier's country stopped delivering

    @property
    def announced(self) -> Bools:
        """Of which types the supplier has announced a slip, (P,)."""
        return ~np.isnan(self.announced_months)

    def slip_so_far(self, drawn_months: Floats) -> Floats:
        """Slip (..., P) of the first craft of each type, where ``drawn_months`` is what its supplier's was so far.

        A slip announced is that of what is still to come: of a craft promised, not of one that has come.
        """
        return np.where(self.promised & self.announced, self.announced_months, drawn_months)

    @property
    def told(self) -> Bools:
        """Of which types lead time + slip is known, (P,)."""
        return ~np.isnan(self.told_months)


def facts_of(scenario: Scenario) -> Facts:
    """The facts by today. The first craft of a licensed type tell of the line they come from, unless it tells itself.

    A craft that a maker has promised for a day tells as one that came on it.
    """
    count = len(scenario.platforms)
    told, waited = np.full(count, np.nan), np.full(count, -np.inf)
    integration, integrating = np.full(count, np.nan), np.zeros(count)
    promised, first_order = np.zeros(count, dtype=bool), np.full(count, np.nan)
    for p, stands in enumerate(scenario.standing):
        line = _first_line(scenario, p)
        if stands.ordered_h:
            first_order[line] = np.fmin(first_order[line], stands.ordered_h[0])
        if stands.known_h and (line == p or np.isnan(told[line])):
            told[line] = (stands.known_h[0] - stands.ordered_h[0]) / HOURS_PER_MONTH
            promised[line] = not stands.delivered_h
        elif stands.ordered_h and not stands.known_h:
            waited[line] = max(waited[line], (scenario.today_h - stands.ordered_h[0]) / HOURS_PER_MONTH)
        if stands.integrated_h is not None:
            integration[p] = (stands.integrated_h - stands.delivered_h[0]) / HOURS_PER_MONTH
        elif stands.delivered_h:
            integrating[p] = (scenario.today_h - stands.delivered_h[0]) / HOURS_PER_MONTH
    return Facts(told, promised, first_order, waited, *_of_suppliers(scenario, integration, integrating))


def _first_line(scenario: Scenario, platform: int) -> int:
    licensed_from = scenario.platforms[platform].licensed_from
    return platform if licensed_from is None else scenario.platform_index[licensed_from]


def _of_suppliers(scenario: Scenario, integration: Floats, integrating: Floats) -> tuple[Floats, ...]:
    actuals, platforms = scenario.actuals, scenario.platforms
    said = [None if actuals is None else actuals.slip_months(p.supplier) for p in platforms]
    stopped = [None if actuals is None else actuals.embargoes.get(p.supplier_country) for p in platforms]
    announced = np.array([np.nan if months is None else months for months in said])
    embargo = np.array([np.nan if day is None else scenario.calendar.hours(day) for day in stopped])
    return announced, integration, integrating, embargo
