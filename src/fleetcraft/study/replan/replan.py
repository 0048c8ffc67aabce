"""The verb replan: decide the rest from today, and tell what has changed since the plan before, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fleetcraft.errors import InfeasibleError, LimitError, RunError
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.plan import Plan
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.actuals import Actuals
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import estimate
from fleetcraft.study.calibrate import Progress, no_progress
from fleetcraft.study.decide import DEFAULTS, Answer, Options, plan_scenario
from fleetcraft.study.judge import Judgement, judgement_of
from fleetcraft.study.replan import forecast
from fleetcraft.study.replan.chain import made_for_another
from fleetcraft.study.replan.facts import happened
from fleetcraft.study.replan.story import Before, Judge, Played, story_of
from fleetcraft.study.result import head
from fleetcraft.study.store.folder import read_object
from fleetcraft.study.warnings import breaches

Json = dict[str, Any]


SUPPORT = "budget.support."
MOST_RAISES = 4
"""How often support money is found to be too little for what stands: the futures that the loop solves on differ."""
ROOM = 0.01
"""Whole craft in whole rows need a little more than the least that the programme finds: so much more each turn."""


def before_of(scenario: Scenario, run: Path, actuals: Actuals | None) -> Before:
    """The plan of a run, made on these facts.

    Raises ScenarioError where it is no plan for this scenario, RunError where its result does not tell how many futures
    it was made for, or its money is that of another currency.
    """
    believed = scenario if actuals is None else as_of(scenario, actuals)
    plan = read_plan_file(run / "plan.json", believed)
    try:
        result = read_object(run / "result.json")
        futures, case = int(result["stopping"]["most"]), result["scenario"]["case"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{run / 'result.json'}: found {error}, expected the result of a run of plan or replan"
        ) from error
    if not made_for_another(run, scenario):
        return Before(plan, actuals, futures)
    other = read_scenario(run / "scenario", case)
    if other.currency != scenario.currency:
        raise RunError(f"{run}: found a plan in {other.currency}, expected one in {scenario.currency}")
    return Before(plan, actuals, futures, other)


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
    where support money is too little for what stands: it is then told how much that needs. Raises ScenarioError where
    what the plan before orders after the news is not known in the futures that are judged.
    """
    if before is not None:
        before.require_known(options.seed, options.replications)
    now, needed, answer = _decided(as_of(scenario, actuals), options, threads, progress)
    assert answer.outcome is not None
    theatre = make_theatre(now)
    decided = judgement_of(theatre, answer.plan, answer.outcome, seed=options.seed)
    new = Played(now, answer.plan, decided, tuple(breaches(theatre, answer.plan, decided.accounts)))
    story = story_of(scenario, actuals, before, Judge(options.seed, len(answer.outcome), threads, progress))
    answer.result["scenario"] = head(scenario, options.seed, {})["scenario"]
    answer.result["orders"] = [
        {**entry, "placed": _is_placed(now, entry["period"])} for entry in answer.result["orders"]
    ]
    believed = story.believed
    answer.result["replan"] = {
        "today": actuals.today.isoformat(),
        "news": now.calendar.news.isoformat(),
        "compared_with": "nothing more ordered" if before is None else "the plan carried out",
        "changed": changed_orders(now, believed.plan, believed.judgement, answer.plan, decided),
        "why": [
            *(
                _difference(step.fact, step.without, step.having)
                | {"happened": happened(step, scenario, story.known, actuals)}
                for step in story.steps
            ),
            _difference("decision", story.carried, new) | {"happened": {}},
        ],
        "breaches": {"carried_on": list(story.carried.breaches), "decided": list(new.breaches)},
        "forecast": forecast.forecast(believed.judgement, believed.world, decided, now),
        "raised": _raised(scenario, needed),
        "attainment": {
            "before": estimate(believed.attained).entry(),
            "with_all_facts": estimate(story.carried.attained).entry(),
            "decided": estimate(new.attained).entry(),
        },
    }
    answer.result["warnings"] += _raised_warnings(answer.result["replan"]["raised"], now.currency)
    return answer


def _decided(
    now: Scenario, options: Options, threads: int, progress: Progress
) -> tuple[Scenario, Mapping[str, float], Answer]:
    """The plan of the rest, the scenario it was made for, and the support money by its path that what stands needs.

    What stands cannot be undone. Where it alone needs more support money than there is, the rest is decided as if there
    were just enough for it.
    """
    needed: dict[str, float] = {}
    enough = now
    for turn in range(1, MOST_RAISES + 1):
        try:
            return enough, needed, plan_scenario(enough, options, threads=threads, progress=progress)
        except InfeasibleError as error:
            needed |= {clash.path: clash.together for clash in error.clashes if clash.together is not None}
            stands = any(each.ordered_h for each in now.standing)
            if not stands or not needed or not all(path.startswith(SUPPORT) for path in needed):
                raise
        except LimitError:
            if not needed:
                raise
        enough = now
        for path, amount in needed.items():
            enough = changed(enough, path, amount * (1.0 + ROOM * turn))
    return enough, needed, plan_scenario(enough, options, threads=threads, progress=progress)


def _raised(scenario: Scenario, needed: Mapping[str, float]) -> list[Json]:
    """The support budgets that what stands needs more than."""
    amounts = {int(path.removeprefix(SUPPORT)): amount for path, amount in sorted(needed.items())}
    stated = scenario.budget.support
    return [{"year": year, "stated": stated[year], "needed": amount} for year, amount in amounts.items()]


def _raised_warnings(raised: list[Json], currency: str) -> list[str]:
    return [
        f"support {each['year']}: what was ordered before today needs up to {currency} {each['needed']:,.0f}, of "
        f"{each['stated']:,.0f} that there are; the rest is decided as if there were enough for it"
        for each in raised
    ]


def _is_placed(scenario: Scenario, period: str) -> bool:
    return period not in {each.id for each in scenario.open_periods}


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


def _difference(fact: str, one: Played, other: Played) -> Json:
    """Attainment after, and how much it and the money differ, year by year of the same futures."""
    accounts = one.judgement.accounts, other.judgement.accounts
    return {
        "fact": fact,
        "attainment": _number(estimate(other.attained).mean),
        **estimate(other.attained - one.attained).entry("difference"),
        "acquisition": accounts[1].acquisition - accounts[0].acquisition,
        "paid": sum(accounts[1].outlay.values()) - sum(accounts[0].outlay.values()),
        "life_cycle": accounts[1].life_cycle - accounts[0].life_cycle,
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
