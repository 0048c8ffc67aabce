"""The worlds in which the plan before is judged: what was believed, each new fact alone, all facts together.

A scenario that was changed since is the first of the facts: the others are put on the plan in the new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.fleet.deliveries import fill_order
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.scenario.actuals import Actuals, Placed, period_of
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import yearly_attainment
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.judge import Judgement, complete_plan, judge_plan
from fleetcraft.study.warnings import breaches

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Before:
    """The plan that was being carried out, and the facts that it was made on (None: it was the first).

    What it orders after the news is known in the first ``futures`` futures of its seed. ``scenario`` is the one that it
    was made for, where that is another than the one that is re-planned.
    """

    plan: Plan
    actuals: Actuals | None
    futures: int
    scenario: Scenario | None = None

    def require_known(self, seed: int, years: int) -> None:
        """Raises ScenarioError where it has later orders and what they are in so many futures of a seed is not known.

        It would be judged without them, and every difference to it be wrong.
        """
        if not self.plan.later or (self.plan.later_seed == seed and years <= self.futures):
            return
        found = f"orders after the news for {self.futures} futures of seed {self.plan.later_seed}"
        expected = (
            f"those of {years} futures of seed {seed}; re-plan with --seed {self.plan.later_seed} and at most "
            f"--replications {self.futures}, as the plan before was made"
        )
        raise ScenarioError([Fault("plan.json", 0, "later", found, expected)])


@dataclass(frozen=True)
class Played:
    """A plan judged in a world, the scenario as somebody sees it from a day."""

    world: Scenario
    plan: Plan
    judgement: Judgement
    breaches: tuple[str, ...]

    @property
    def attained(self) -> Floats:
        """Attainment of every judged year, (n,)."""
        return yearly_attainment(self.world.requirements, self.judgement.outcome)


@dataclass(frozen=True)
class Judge:
    """Judges plans in worlds, all in the same futures of block 'judge' and with the same noise."""

    seed: int
    years: int
    threads: int
    progress: Progress

    def play(self, world: Scenario, plan: Plan) -> Played:
        """The plan as it comes out in a world."""
        self.progress("judging what each fact does to the plan before", 0, 1)
        theatre = make_theatre(world)
        whole = complete_plan(theatre, plan, seed=self.seed)
        judged = judge_plan(theatre, whole, seed=self.seed, replications=self.years, threads=self.threads)
        return Played(world, whole, judged, tuple(breaches(theatre, whole, judged.accounts)))


@dataclass(frozen=True)
class Step:
    """A fact, the plan before where it holds, and where it does not."""

    fact: str
    without: Played
    having: Played


@dataclass(frozen=True)
class Story:
    """The plan before as believed on the facts ``known``, what each new one does to it, and as it is with all."""

    known: Actuals
    believed: Played
    steps: tuple[Step, ...]
    carried: Played


def story_of(scenario: Scenario, actuals: Actuals, before: Before | None, judge: Judge) -> Story:
    """The plan before in every world; without one, what was ordered so far and nothing more, as it is known now."""
    now = as_of(scenario, actuals)
    known = (None if before is None else before.actuals) or Actuals(today=scenario.calendar.start)
    if before is None:
        played = judge.play(now, Plan(placed_orders(now)))
        return Story(known, played, (), played)
    restated = judge.play(_seen(scenario, before.actuals), before.plan)
    believed = restated if before.scenario is None else judge.play(_seen(before.scenario, before.actuals), before.plan)
    plan = carried_on(now, before.plan)
    carried = judge.play(now, plan)
    other = () if before.scenario is None else (Step("scenario", believed, restated),)
    steps = (*other, *_steps(scenario, known, actuals, restated, plan, judge), Step("all", believed, carried))
    return Story(known, believed, steps, carried)


def _seen(scenario: Scenario, actuals: Actuals | None) -> Scenario:
    return scenario if actuals is None else as_of(scenario, actuals)


def _steps(
    scenario: Scenario, known: Actuals, actuals: Actuals, believed: Played, plan: Plan, judge: Judge
) -> Iterator[Step]:
    """The facts that are new since those known before, each alone.

    What has not come by today is a fact as well. Orders are booked by then, so money and rates are those of today.
    """
    booked = tuple(order if order in known.orders else _at_its_law(order) for order in actuals.orders)
    base = known.model_copy(update={"orders": booked, "gateways": actuals.gateways})

    def played(**facts: object) -> Played:
        return judge.play(as_of(scenario, base.model_copy(update=facts)), plan)

    ordered = believed
    if not _as_planned(known, actuals, believed, as_of(scenario, base), plan):
        ordered = played()
        yield Step("orders", believed, ordered)
    by_today = {"today": actuals.today, "deliveries": actuals.deliveries, "integrated": actuals.integrated}
    waited = ordered
    if actuals.today > known.today:
        waited = played(**by_today)
        yield Step("deliveries", ordered, waited)
    for fact in ("announced", "lost", "embargoes"):
        if getattr(actuals, fact) != getattr(known, fact):
            yield Step(fact, ordered, played(**{fact: getattr(actuals, fact)}))
    if actuals.exchange != known.exchange:
        yield Step("exchange", waited, played(**by_today, exchange=actuals.exchange))
    if booked != actuals.orders or actuals.spent != known.spent:
        yield Step("money", waited, played(**by_today, orders=actuals.orders, spent=actuals.spent))


def _at_its_law(order: Placed) -> Placed:
    """An order as it is booked without a contract."""
    return order.model_copy(update={"cost": None})


def _as_planned(known: Actuals, actuals: Actuals, believed: Played, world: Scenario, plan: Plan) -> bool:
    """Whether all was ordered that was planned, on the days on which it was planned, and nothing else."""
    before, calendar = believed.plan, world.calendar
    signed = {(order.platform, order.ordered) for order in actuals.orders}
    new = signed - {(order.platform, order.ordered) for order in known.orders}
    one, other = (
        {*place.operations.hand_over.gateways, *carried.gateways}
        for place, carried in ((believed.world, before), (world, plan))
    )
    alike = (plan.orders, plan.later, one) == (before.orders, before.later, other)
    return alike and all(day == period_of(calendar, day).start for _, day in new)


def placed_orders(scenario: Scenario) -> tuple[Order, ...]:
    """The orders placed before today, by period, as a plan has them."""
    craft: dict[tuple[str, str], int] = {}
    for order in () if scenario.actuals is None else scenario.actuals.orders:
        key = order.platform, period_of(scenario.calendar, order.ordered).id
        craft[key] = craft.get(key, 0) + order.quantity
    return tuple(sorted(Order(platform, period, n) for (platform, period), n in craft.items()))


def carried_on(now: Scenario, plan: Plan) -> Plan:
    """A plan as it goes on from today: what was placed in place of what was planned, the rest as it was planned.

    What single futures were to order in a period that is over is left out, with the craft's places, and gateways that
    are there are not bought.
    """
    still_open = frozenset(period.id for period in now.open_periods)
    rest = tuple(order for order in plan.orders if order.period in still_open)
    later = tuple(kept for each in plan.later if (kept := _still_open(each, still_open)).orders)
    orders = tuple(sorted((*placed_orders(now), *rest)))
    gateways = tuple(each for each in plan.gateways if each not in now.operations.hand_over.gateways)
    return replace(plan, orders=orders, later=later, later_seed=plan.later_seed if later else None, gateways=gateways)


def _still_open(each: Later, periods: frozenset[str]) -> Later:
    """What a future adds in the periods still open; of the rows those that so many craft fill first."""
    orders = tuple(order for order in each.orders if order.period in periods)
    if orders == each.orders:
        return each
    craft: Counter[str] = Counter()
    for order in orders:
        craft[order.platform] += order.quantity
    rows = [row for platform, count in craft.items() for row in _first_filled(each.allocation, platform, count)]
    return Later(each.future, orders, tuple(sorted(rows)))


def _first_filled(allocation: tuple[Allocation, ...], platform: str, craft: int) -> Iterator[Allocation]:
    """The rows that the first craft of a type fill; a row that is left with fewer has stations as the law has it."""
    mine = [(n, row) for n, row in enumerate(allocation) if row.platform == platform]
    filled = Counter(fill_order(mine)[:craft])
    for n, row in mine:
        if filled[n]:
            yield row if filled[n] == row.craft else replace(row, craft=filled[n], stations=None)
