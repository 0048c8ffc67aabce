"""What it would be worth to know the future, and what it is worth not to plan on likely values alone.

Birge and Louveaux, Introduction to Stochastic Programming (2011), chapter 4, for a maximum: EEV <= RP <= WS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, likely_future
from fleetcraft.optimise.capability import Capability, free_tranches, make_capability
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.fixed import Bracket, Optimum, in_one_future, optimum, weighed, with_common_orders
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.variables import make_variables
from fleetcraft.scenario.uncertainty import Risk

Ints = NDArray[np.int64]
Json = dict[str, Any]


@dataclass(frozen=True)
class ValueOfInformation:
    """Objectives of one programme on one set of futures, each between what was found and what was proven.

    ``here_and_now`` (RP) is the plan that has to serve all futures, ``wait_and_see`` (WS) a plan for each of them
    alone: None where a contingency binds all futures together. ``on_likely_values`` (EEV) is the plan of the likely
    future, of which the orders before the news are kept: None where it breaks a hard law in one of the futures. Either
    is None where the limits left no plan.
    """

    here_and_now: Bracket
    wait_and_see: Bracket | None
    on_likely_values: Bracket | None

    @property
    def evpi(self) -> Bracket | None:
        """Expected value of perfect information, WS - RP; None without WS."""
        return None if self.wait_and_see is None else _gain(self.wait_and_see, self.here_and_now)

    @property
    def vss(self) -> Bracket | None:
        """Value of the stochastic solution, RP - EEV; None without EEV."""
        return None if self.on_likely_values is None else _gain(self.here_and_now, self.on_likely_values)


@dataclass(frozen=True)
class _Prophet:
    """Plans for whoever knows which of the futures of a programme it will be."""

    c: Capability
    futures: Futures
    corrections: Corrections
    limits: Limits

    def best(self, future: int) -> Optimum | None:
        """The best orders for one future alone."""
        known = in_one_future(self.c, self.futures, self.corrections, future)
        return optimum(known, make_variables(known), self.limits)


def better_and_worse_informed(
    theatre: Theatre, futures: Futures, corrections: Corrections, limits: Limits, node: Ints | None
) -> tuple[Bracket | None, Bracket | None]:
    """WS and EEV, as ``ValueOfInformation`` tells them; ``node`` (F,) of each future as for ``plan_fleet``."""
    c = make_capability(theatre, free_tranches(theatre.scenario, futures, node), futures, corrections, node=node)
    likely = _on_likely_values(theatre, corrections, limits, adapting=node is not None)
    kept = None if likely is None else optimum(c, with_common_orders(c, make_variables(c), likely.orders), limits)
    together = theatre.scenario.budget.contingency is not None
    prophet = _Prophet(c, futures, corrections, limits)
    return None if together else _wait_and_see(prophet), None if kept is None else kept.objective


def _wait_and_see(prophet: _Prophet) -> Bracket | None:
    found = [prophet.best(future) for future in range(prophet.c.futures)]
    best = [each.objective for each in found if each is not None]
    if len(best) < len(found):
        return None
    risk = prophet.c.theatre.scenario.uncertainty.risk
    return Bracket(_together([b.low for b in best], risk), _together([b.high for b in best], risk))


def _on_likely_values(theatre: Theatre, corrections: Corrections, limits: Limits, *, adapting: bool) -> Optimum | None:
    likely = likely_future(theatre.scenario)
    node = np.zeros(1, dtype=np.int64) if adapting else None
    c = make_capability(theatre, free_tranches(theatre.scenario, likely, node), likely, corrections, node=node)
    return optimum(c, make_variables(c), limits)


def _together(objectives: Sequence[float], risk: Risk | None) -> float:
    """The objective over futures of which each has its own plan.

    That of one future is A - weight x (1 - A); the risk is that of all of them, weighed once.
    """
    weight = 0.0 if risk is None else risk.weight
    attained = (np.array(objectives) + weight) / (1.0 + weight)
    return float(weighed(attained, risk).mean())


def _gain(more: Bracket, less: Bracket) -> Bracket:
    """more - less, which theory says is never negative."""
    return Bracket(max(more.low - less.high, 0.0), max(more.high - less.low, 0.0))


def information_entry(found: ValueOfInformation) -> Json:
    """For result.json: ``evpi`` and ``vss`` as numbers, and where each of them and of their parts lies."""
    parts = {"evpi": found.evpi, "vss": found.vss}
    return {
        **{name: None if part is None else _middle(part) for name, part in parts.items()},
        "value_of_information": {
            **{name: _interval(part) for name, part in parts.items()},
            "here_and_now": _interval(found.here_and_now),
            "wait_and_see": _interval(found.wait_and_see),
            "on_likely_values": _interval(found.on_likely_values),
        },
    }


def _middle(bracket: Bracket) -> float:
    return (bracket.low + bracket.high) / 2


def _interval(bracket: Bracket | None) -> Json | None:
    return None if bracket is None else {"value": _middle(bracket), "low": bracket.low, "high": bracket.high}
