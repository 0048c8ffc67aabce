"""What every question about a run is asked against: its plan solved again with all that its loop has learnt frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet import money
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Pairs, Theatre, theatre_over
from fleetcraft.futures import Futures, sample_futures
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import yearly_attainment
from fleetcraft.simulate.simulate_plan import simulate_plan
from fleetcraft.study.decide import Options
from fleetcraft.study.points import limits_of, read_corrections
from fleetcraft.study.tasks import answer_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Json = dict[str, Any]

GAP = 0.02
"""Hundreds of solves are asked for differences between them: none of them needs a search tree."""
GROUND = "ground"
"""The task whose answer all others read."""


@dataclass(frozen=True)
class Solved:
    """One solve: its orders, the best attainment found, the bound on all, and what the formula gives the plan."""

    orders: tuple[Order, ...]
    objective: float
    bound: float
    planned: float

    @property
    def told(self) -> Json:
        """Plain data from which ``solved_from`` makes it again."""
        return {
            "orders": [[o.platform, o.period, o.quantity] for o in self.orders],
            "objective": self.objective,
            "bound": self.bound,
            "planned": self.planned,
        }

    def craft(self, platform: str) -> int:
        """Craft of a type ordered."""
        return sum(order.quantity for order in self.orders if order.platform == platform)


def solved_from(told: Json) -> Solved:
    """A solve from its plain data."""
    orders = tuple(Order(*each) for each in told["orders"])
    return Solved(orders, told["objective"], told["bound"], told["planned"])


@dataclass(frozen=True)
class Ground:
    """A scenario, how its run was made, and the corrections its loop has learnt."""

    theatre: Theatre
    options: Options
    corrections: Corrections

    @property
    def scenario(self) -> Scenario:
        """The run's scenario."""
        return self.theatre.scenario

    @property
    def limits(self) -> Limits:
        """When a solve may stop: at a gap that rounding nearly always closes, and never by time: answers repeat."""
        return replace(limits_of(self.options), gap=max(self.options.gap, GAP), seconds=None)

    def futures(self, scenario: Scenario) -> Futures:
        """The futures on which the run was solved, for a changed scenario: drawn by the same keys."""
        return sample_futures(scenario, self.options.seed, self.options.futures)

    def solve(self, scenario: Scenario) -> FleetSolution:
        """The plan of a changed scenario, all orders decided at once, as in the rounds of the run's loop.

        What a run leaves for after the news is ordered now here: so a solve takes seconds, and hundreds are asked for.
        Raises InfeasibleError or LimitError.
        """
        theatre = self.theatre_of(scenario)
        corrections = carried(self.corrections, self.theatre, theatre)
        return plan_fleet(theatre, self.futures(scenario), corrections, self.limits)

    def solved(self, scenario: Scenario) -> Solved | None:
        """The solve of a changed scenario; None where there is no plan."""
        try:
            return self.told(self.solve(scenario))
        except (InfeasibleError, LimitError):
            return None

    @staticmethod
    def told(solution: FleetSolution) -> Solved:
        """What is kept of a solve."""
        return Solved(solution.plan.orders, solution.objective, solution.bound, solution.planned)

    def planned(self, scenario: Scenario, plan: Plan) -> float:
        """What the formula gives a plan in a changed scenario; rows that are out of reach there bring nothing."""
        theatre = self.theatre_of(scenario)
        plan = within_reach(theatre, plan)
        deliveries = deliver(scenario, plan, self.futures(scenario))
        values = planned_values(theatre, plan, deliveries, carried(self.corrections, self.theatre, theatre))
        return float(attainment(scenario.requirements, values).mean())

    def theatre_of(self, scenario: Scenario) -> Theatre:
        """The theatre of a changed scenario, its areas and distances being the run's."""
        return theatre_over(scenario, self.theatre.geometry, self.theatre.distances)

    def yearly(self, plan: Plan, threads: int) -> Floats:
        """Attainment of each simulated year, in the futures that judged the run: paired between plans."""
        outcome = simulate_plan(
            self.theatre,
            plan,
            seed=self.options.seed,
            block="judge",
            replications=self.options.replications,
            threads=threads,
        )
        return yearly_attainment(self.scenario.requirements, outcome)

    @cached_property
    def prices(self) -> Mapping[str, float]:
        """Money one craft of each type stands for: its obligation on the first day, of a service one year's fee."""
        first = self.scenario.calendar.periods[0]
        return {
            p.id: money.fixed_support_per_year(self.scenario, p)
            if money.is_service(p)
            else money.unit_obligation(self.scenario, p, first)
            for p in self.scenario.platforms
        }

    def money_by_type(self, orders: tuple[Order, ...]) -> dict[str, float]:
        """What orders stand for at the run's own prices, integration included, by type."""
        spent: dict[str, float] = {}
        for order in orders:
            spent[order.platform] = spent.get(order.platform, 0.0) + order.quantity * self.prices[order.platform]
        once = {p.id: money.integration_cost(self.scenario, p) for p in self.scenario.platforms}
        return {platform: amount + once[platform] for platform, amount in spent.items()}

    def moved(self, one: tuple[Order, ...], other: tuple[Order, ...]) -> float:
        """Share of the money that one plan's orders spend elsewhere than another's, 0 to 1.

        At the run's own prices, so that a price that changes moves nothing by itself: the larger of what is taken away
        from types and what is added to types, over what the dearer plan spends. With totals alike it is half the sum of
        all differences.
        """
        before, after = self.money_by_type(one), self.money_by_type(other)
        change = np.array([after.get(p, 0.0) - before.get(p, 0.0) for p in sorted({*before, *after})])
        largest = max(change.clip(min=0).sum(), (-change).clip(min=0).sum())
        return float(largest / max(sum(before.values()), sum(after.values()), 1e-9))


def read_ground(theatre: Theatre, folder: Path, options: Options) -> Ground:
    """The ground that the task ``GROUND`` has stored."""
    corrections = read_corrections(folder, GROUND)
    assert corrections is not None
    return Ground(theatre, options, corrections)


def read_base(folder: Path) -> Solved:
    """The run's scenario solved again."""
    return solved_from(answer_of(folder, GROUND))


def within_reach(theatre: Theatre, plan: Plan) -> Plan:
    """A plan without the rows that are out of reach."""
    rows = plan.allocation or ()
    return replace(
        plan, allocation=tuple(row for row in rows if (row.platform, row.base, row.area) in theatre.pair_index)
    )


def told_years(yearly: Floats) -> list[float | None]:
    """Attainment by year as plain data; None where a year has none."""
    return [None if np.isnan(value) else float(value) for value in yearly]


def years_of(told: Sequence[float | None]) -> Floats:
    """Attainment by year from its plain data."""
    return np.array(told, dtype=np.float64)


def carried(corrections: Corrections, old: Theatre, new: Theatre) -> Corrections:
    """Corrections for the pairs of a changed scenario of the same types, places and areas.

    A pair keeps its own; one that was not open before takes the mean of its type's pairs, else of all.
    """
    known = {key: n for n, key in enumerate(zip(*_keys(old.pairs), strict=True))}
    keys = list(zip(*_keys(new.pairs), strict=True))
    if list(known) == keys:
        return corrections
    place = np.array([known.get(key, -1) for key in keys], dtype=np.int64)
    return replace(
        corrections,
        kappa=_spread(corrections.kappa, old.pairs.platform, new.pairs.platform, place),
        busy=_spread(corrections.busy, old.pairs.platform, new.pairs.platform, place),
    )


def _keys(pairs: Pairs) -> tuple[list[int], list[int], list[int]]:
    return pairs.platform.tolist(), pairs.base.tolist(), pairs.area.tolist()


def _spread(values: Floats, old: Ints, new: Ints, place: Ints) -> Floats:
    """Values by old pair taken over by new pairs; ``place`` is the pair's own old one, -1 where it had none."""
    mean = {p: float(values[old == p].mean()) for p in np.unique(old).tolist()}
    return np.array(
        [values[n] if n >= 0 else mean.get(p, float(values.mean())) for p, n in zip(new, place, strict=True)]
    )
