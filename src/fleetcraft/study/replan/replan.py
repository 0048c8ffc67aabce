"""The verb replan: decide the rest from today, and tell what has changed since the plan before, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.plan import Order, Plan
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.actuals import Actuals, period_of
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import Estimate, estimate, yearly_attainment
from fleetcraft.study.calibrate import Progress, no_progress
from fleetcraft.study.decide import DEFAULTS, Answer, Options, plan_scenario
from fleetcraft.study.judge import Judgement, complete_plan, judge_plan, judgement_of
from fleetcraft.study.replan import forecast
from fleetcraft.study.replan.words import decision_in_words, fact_in_words, raised_in_words
from fleetcraft.study.result import head
from fleetcraft.study.warnings import breaches

Floats = NDArray[np.float64]
Json = dict[str, Any]


SUPPORT = "budget.support."
MOST_RAISES = 4
"""How often support money is found to be too little for what stands: the futures that the loop solves on differ."""
ROOM = 0.01
"""Whole craft in whole rows need a little more than the least that the programme finds."""


@dataclass(frozen=True)
class Before:
    """The plan that was being carried out, and the facts that it was made on (None: it was the first)."""

    plan: Plan
    actuals: Actuals | None


def before_of(scenario: Scenario, run: Path, actuals: Actuals | None) -> Before:
    """The plan of a run, made on these facts.

    Raises ScenarioError where it is no plan for this scenario.
    """
    believed = scenario if actuals is None else as_of(scenario, actuals)
    return Before(read_plan_file(run / "plan.json", believed), actuals)


@dataclass(frozen=True)
class _Played:
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
class _Judge:
    """Judges plans in worlds, all in the same futures of block 'judge' and with the same noise."""

    seed: int
    years: int
    threads: int
    progress: Progress

    def play(self, world: Scenario, plan: Plan) -> _Played:
        self.progress("judging what each fact does to the plan before", 0, 1)
        theatre = make_theatre(world)
        whole = complete_plan(theatre, plan, seed=self.seed)
        judged = judge_plan(theatre, whole, seed=self.seed, replications=self.years, threads=self.threads)
        return _Played(world, whole, judged, tuple(breaches(theatre, whole, judged.accounts)))


def replan_scenario(
    scenario: Scenario,
    actuals: Actuals,
    before: Before | None = None,
    options: Options = DEFAULTS,
    *,
    threads: int = 1,
    progress: Progress = no_progress,
) -> Answer:
    """The plan of the rest, as ``plan_scenario`` makes it of the scenario as of today, with what has changed and why.

    ``before`` is set beside it; without it, what was ordered so far and nothing more. Every fact is put alone on the
    plan before and judged in the same years, so that differences are paired. Raises as ``plan_scenario`` does, but not
    where support money is too little for what stands: it is then told how much that needs.
    """
    now, answer = _decided(as_of(scenario, actuals), options, threads, progress)
    assert answer.outcome is not None
    judge = _Judge(options.seed, len(answer.outcome), threads, progress)
    theatre = make_theatre(now)
    decided = judgement_of(theatre, answer.plan, answer.outcome, seed=options.seed)
    new = _Played(now, answer.plan, decided, tuple(breaches(theatre, answer.plan, decided.accounts)))
    story = _story(scenario, actuals, before, judge)
    answer.result["scenario"] = head(scenario, options.seed, {})["scenario"]
    answer.result["orders"] = [
        {**entry, "placed": _is_placed(now, entry["period"])} for entry in answer.result["orders"]
    ]
    answer.result["replan"] = {
        "today": actuals.today.isoformat(),
        "news": now.calendar.news.isoformat(),
        "compared_with": "nothing more ordered" if before is None else "the plan carried out",
        "changed": changed_orders(now, story[0][1].plan, story[0][1].judgement, answer.plan, decided),
        "why": [*_facts(scenario, actuals, story), _decision(story[-1][1], new)],
        "forecast": forecast.forecast(story[0][1].judgement, story[0][1].world, decided, now),
        "raised": _raised(scenario, now),
        "attainment": {
            "before": _estimate_entry(story[0][1].attained),
            "with_all_facts": _estimate_entry(story[-1][1].attained),
            "decided": _estimate_entry(new.attained),
        },
    }
    answer.result["warnings"] += [raised_in_words(each, now.currency) for each in answer.result["replan"]["raised"]]
    return answer


def _decided(now: Scenario, options: Options, threads: int, progress: Progress) -> tuple[Scenario, Answer]:
    """The plan of the rest, and the scenario that it was made for.

    What stands cannot be undone. Where it alone needs more support money than there is, the rest is decided as if there
    were just enough for it.
    """
    needed: dict[str, float] = {}
    for _ in range(MOST_RAISES):
        try:
            return now, plan_scenario(now, options, threads=threads, progress=progress)
        except InfeasibleError as error:
            needed |= {clash.path: clash.together for clash in error.clashes if clash.together is not None}
            stands = any(each.ordered_h for each in now.standing)
            if not stands or not needed or not all(path.startswith(SUPPORT) for path in needed):
                raise
        except LimitError:
            if not needed:
                raise
        needed = {path: amount * (1.0 + ROOM) for path, amount in needed.items()}
        for path, amount in needed.items():
            now = changed(now, path, amount)
    return now, plan_scenario(now, options, threads=threads, progress=progress)


def _raised(scenario: Scenario, now: Scenario) -> list[Json]:
    """The support budgets that what stands needs more than."""
    stated = scenario.budget.support
    return [
        {"year": year, "stated": stated[year], "needed": amount}
        for year, amount in now.budget.support.items()
        if amount != stated[year]
    ]


def _is_placed(scenario: Scenario, period: str) -> bool:
    return period not in {each.id for each in scenario.open_periods}


# The worlds in which the plan before is judged

Story = list[tuple[str, _Played]]
"""What was believed, then each fact alone, then all facts together, each with what the plan before attains there."""


def _story(scenario: Scenario, actuals: Actuals, before: Before | None, judge: _Judge) -> Story:
    now = as_of(scenario, actuals)
    if before is None:
        return [("before", judge.play(now, Plan(placed_orders(now))))]
    believed = scenario if before.actuals is None else as_of(scenario, before.actuals)
    carried = carried_on(now, before.plan)
    story = [("before", judge.play(believed, before.plan))]
    known = before.actuals or Actuals(today=scenario.calendar.start)
    base = known.model_copy(update={"orders": actuals.orders, "gateways": actuals.gateways})
    if carried.orders != before.plan.orders or carried.later != before.plan.later:
        story.append(("orders", judge.play(as_of(scenario, base), carried)))
    for fact, changes in _changes(known, actuals):
        story.append((fact, judge.play(as_of(scenario, base.model_copy(update=changes)), carried)))
    return [*story, ("all", judge.play(now, carried))]


def _changes(known: Actuals, actuals: Actuals) -> Iterator[tuple[str, Json]]:
    """The facts that are new since those known before, each with what it alone changes.

    What has not come by today is a fact as well. Orders placed are booked by then, so a rate is that of today.
    """
    by_today = {"today": actuals.today, "deliveries": actuals.deliveries, "integrated": actuals.integrated}
    if actuals.today > known.today and actuals.orders:
        yield "deliveries", by_today
    for fact in ("announced", "lost", "exchange", "embargoes"):
        if getattr(actuals, fact) != getattr(known, fact):
            yield fact, {fact: getattr(actuals, fact)} | (by_today if fact == "exchange" else {})


def placed_orders(scenario: Scenario) -> tuple[Order, ...]:
    """The orders placed before today, by period, as a plan has them."""
    craft: dict[tuple[str, str], int] = {}
    for order in () if scenario.actuals is None else scenario.actuals.orders:
        key = order.platform, period_of(scenario.calendar, order.ordered).id
        craft[key] = craft.get(key, 0) + order.quantity
    return tuple(sorted(Order(platform, period, n) for (platform, period), n in craft.items()))


def carried_on(now: Scenario, plan: Plan) -> Plan:
    """A plan as it goes on from today: what was placed in place of what was planned, the rest as it was planned.

    What single futures were to order in a period that is over is left out, and gateways that are there are not bought.
    """
    still_open = {period.id for period in now.open_periods}
    rest = tuple(order for order in plan.orders if order.period in still_open)
    later = tuple(each for each in plan.later if all(order.period in still_open for order in each.orders))
    orders = tuple(sorted((*placed_orders(now), *rest)))
    gateways = tuple(each for each in plan.gateways if each not in now.operations.hand_over.gateways)
    return replace(plan, orders=orders, later=later, later_seed=plan.later_seed if later else None, gateways=gateways)


# What is told


def changed_orders(now: Scenario, before: Plan, judged: Judgement, after: Plan, decided: Judgement) -> list[Json]:
    """Craft of each type and period that differ between two plans, what single futures order counted in the mean."""
    one, other = _ordered(before, judged), _ordered(after, decided)
    names = {platform.id: platform.name for platform in now.platforms}
    return [
        {
            "platform": platform,
            "name": names[platform],
            "period": period,
            "placed": _is_placed(now, period),
            "before": one.get((platform, period), 0.0),
            "after": other.get((platform, period), 0.0),
            "difference": other.get((platform, period), 0.0) - one.get((platform, period), 0.0),
        }
        for platform, period in sorted({*one, *other}, key=lambda key: (key[1], key[0]))
        if one.get((platform, period), 0.0) != other.get((platform, period), 0.0)
    ]


def _ordered(plan: Plan, judgement: Judgement) -> dict[tuple[str, str], float]:
    craft = {(order.platform, order.period): float(order.quantity) for order in plan.orders}
    for later in judgement.later:
        key = later.platform, later.period
        craft[key] = craft.get(key, 0.0) + float(later.quantity.mean())
    return craft


def _facts(scenario: Scenario, actuals: Actuals, story: Story) -> list[Json]:
    """What each fact does to the plan before, and all together."""
    told = []
    believed = story[0][1]
    played_of = dict(story)
    base = played_of.get("orders", believed)
    compared = {"orders": believed, "all": believed, "exchange": played_of.get("deliveries", base)}
    for fact, played in story[1:]:
        against = compared.get(fact, base)
        entry = _difference(fact, against, played)
        words = fact_in_words(fact, scenario, actuals, entry)
        told.append(entry | {"words": words, "breaches": [each for each in played.breaches if fact == "all"]})
    return told


def _decision(carried: _Played, new: _Played) -> Json:
    """What the new decision does to all that."""
    entry = _difference("decision", carried, new)
    return entry | {"words": decision_in_words(new.world.currency, entry), "breaches": list(new.breaches)}


def _difference(fact: str, one: _Played, other: _Played) -> Json:
    """Attainment after, and how much it and the money differ, year by year of the same futures."""
    accounts = one.judgement.accounts, other.judgement.accounts
    return {
        "fact": fact,
        "attainment": _number(estimate(other.attained).mean),
        **_estimate_entry(other.attained - one.attained, mean="difference"),
        "acquisition": accounts[1].acquisition - accounts[0].acquisition,
        "paid": sum(accounts[1].outlay.values()) - sum(accounts[0].outlay.values()),
        "life_cycle": accounts[1].life_cycle - accounts[0].life_cycle,
    }


def _estimate_entry(values: Floats, *, mean: str = "mean") -> Json:
    found: Estimate = estimate(values)
    return {mean: _number(found.mean), "low": _number(found.low), "high": _number(found.high)}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
