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
from fleetcraft.optimise.capability import free_tranches, make_capability
from fleetcraft.optimise.constraints.budgets import money_unit
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.least_cost import LeastCost
from fleetcraft.optimise.objective import risk_constant
from fleetcraft.optimise.orders import Search
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits, Solution
from fleetcraft.optimise.variables import make_variables
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.platform import Platform
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
LEAST_ENTRY = 0.3
"""Of a type of which the relaxation orders less than this in all, rounding buys none."""
PAPERWORK = frozenset(
    {
        "budget",
        "exchange",
        "acquisition",
        "policies",
        "objective",
        "uncertainty",
        "requirements",
        "targets",
        "assumptions",
    }
)
"""Parts of a scenario that say nothing of how craft fly and sail."""
PAPERWORK_OF_TYPES = frozenset(
    {
        "unit_price_low",
        "unit_price_likely",
        "unit_price_high",
        "lead_time_months_low",
        "lead_time_months_likely",
        "lead_time_months_high",
        "production_rate_per_year",
        "annual_support_cost_fraction",
        "operating_cost_per_hour",
        "crew_per_vehicle_on_station",
        "loss_per_100k_h",
        "sweep_width_nm_surface_vessel",
        "sweep_width_nm_small_craft",
        "sweep_width_nm_submerged",
    }
)
"""The same of a type: what it costs, when it comes, who serves it, what it finds once it is there."""
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
        if scenario is self.scenario:
            return self._futures
        return sample_futures(scenario, self.options.seed, self.options.futures)

    @cached_property
    def _futures(self) -> Futures:
        return sample_futures(self.scenario, self.options.seed, self.options.futures)

    def solve(self, scenario: Scenario) -> FleetSolution:
        """The plan of a changed scenario, all orders decided at once, as in the rounds of the run's loop.

        What a run leaves for after the news is ordered now here: so a solve takes seconds, and hundreds are asked for.
        Raises InfeasibleError or LimitError.
        """
        there = self.at(scenario)
        return plan_fleet(there.theatre, there.futures(scenario), there.corrections, self.limits)

    def bound(self, scenario: Scenario) -> float | None:
        """What no plan of a changed scenario can beat: the best with craft bought in parts; None where there is none.

        Attainment less risk, or life-cycle cost where that is the aim; a fifth of a solve's work.
        """
        search = self.at(scenario)._search()
        found = search.master.solve()
        if found.status != "optimal":
            return None
        by_cost = scenario.objective.mode == "cost"
        return -found.bound * money_unit(search.c) if by_cost else found.bound + risk_constant(search.c)

    def might_buy(self, scenario: Scenario, platform: str) -> bool:
        """Whether a type is in the best whole orders of a changed scenario; the plan then buys it or a cheaper one.

        Most types leave with the relaxation already; the rest of a solve, which seeks the cheapest plan among the best
        one's types, is left out.
        """
        search = self.at(scenario)._search()
        index = scenario.platform_index[platform]
        relaxed = search.master.solve()
        if relaxed.status != "optimal" or _craft(search, relaxed, index) < LEAST_ENTRY:
            return False
        best, _ = search.best()
        return len(best.values) > 0 and _craft(search, best, index) > LEAST_ENTRY

    def share(self, scenario: Scenario, platform: str) -> float:
        """Share of the money that goes to a type in a changed scenario, craft in parts; 0 where it has no plan."""
        search = self.at(scenario)._search()
        relaxed = search.master.solve()
        if relaxed.status != "optimal":
            return 0.0
        craft = [_craft(search, relaxed, index) for index in range(len(scenario.platforms))]
        spent = dict(zip(scenario.platform_index, np.array(craft) * list(self.prices.values()), strict=True))
        return float(spent[platform] / max(sum(spent.values()), 1e-9))

    def _search(self) -> Search:
        scenario, futures = self.scenario, self.futures(self.scenario)
        c = make_capability(self.theatre, free_tranches(scenario, futures), futures, self.corrections)
        search = LeastCost if scenario.objective.mode == "cost" else Search
        return search(c, make_variables(c), self.limits)

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
        there = self.at(scenario)
        plan = within_reach(there.theatre, plan)
        deliveries = deliver(scenario, plan, there.futures(scenario))
        values = planned_values(there.theatre, plan, deliveries, there.corrections)
        return float(attainment(scenario.requirements, values).mean())

    def at(self, scenario: Scenario) -> Ground:
        """The ground of a changed scenario, its areas and distances being the run's."""
        if scenario is self.scenario:
            return self
        if fly_alike(scenario, self.scenario):
            return replace(self, theatre=replace(self.theatre, scenario=scenario))
        theatre = theatre_over(scenario, self.theatre.geometry, self.theatre.distances)
        return Ground(theatre, self.options, carried(self.corrections, self.theatre, theatre))

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


def _craft(search: Search, solution: Solution, platform: int) -> float:
    """Craft of a type that a solution orders."""
    mine = search.v.ordered.index[search.v.order_platform == platform]
    return float(solution.values[mine].sum())


def fly_alike(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in paperwork alone, so that every sortie is the same in both."""
    fields = Scenario.model_fields.keys() - PAPERWORK - {"platforms"}
    columns = Platform.model_fields.keys() - PAPERWORK_OF_TYPES
    return all(getattr(one, name) == getattr(other, name) for name in fields) and all(
        a == b or all(getattr(a, name) == getattr(b, name) for name in columns)
        for a, b in zip(one.platforms, other.platforms, strict=True)
    )


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
