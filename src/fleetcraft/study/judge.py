"""Judge a plan with all corrections frozen, in futures it has never seen (model.md 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.fleet.attainment import attainment, mean_value
from fleetcraft.fleet.deliveries import Deliveries
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, draw_futures, sample_futures
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import plan_rows, planned_values
from fleetcraft.optimise.greedy import place_craft
from fleetcraft.plan import Order, Plan
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import Progress, simulate_plan
from fleetcraft.study.accounts import Accounts, mean_accounts
from fleetcraft.study.parts import (
    LaterOrder,
    Part,
    common_deliveries,
    order_costs,
    ordered_craft,
    parts_of,
    usable_craft_h,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GREEDY_FUTURES = 20


@dataclass(frozen=True)
class Judgement:
    """A plan, its simulated outcome on block 'judge', and the same futures' deliveries, accounts and formula.

    ``deliveries`` and ``order_cost`` are those of the orders that all futures place, ``later`` what single ones order
    besides. All orders are in ``ordered``, the craft by platform (F, P), in ``usable_h``, from when each platform's
    craft are usable (F, n), inf beyond a future's last one, and in ``accounts``, expected over futures.
    """

    plan: Plan
    outcome: Outcome
    futures: Futures
    deliveries: Deliveries
    order_cost: Mapping[Order, float]
    later: tuple[LaterOrder, ...]
    ordered: Ints
    usable_h: tuple[Floats, ...]
    accounts: Accounts
    planned: Floats | None  # (R,) the formula's mean; None where the plan was not calibrated
    planned_attainment: float | None


def judge_plan(
    theatre: Theatre,
    plan: Plan,
    *,
    seed: int,
    replications: int,
    threads: int,
    half_width: float | None = None,
    corrections: Corrections | None = None,
    progress: Progress | None = None,
) -> Judgement:
    """Simulate ``replications`` fresh futures; with corrections the formula is evaluated on the same deliveries.

    With a ``half_width`` there may be fewer (see ``simulate_plan``); all else rests on those that were played.
    """
    outcome = simulate_plan(
        theatre,
        plan,
        seed=seed,
        block="judge",
        replications=replications,
        threads=threads,
        half_width=half_width,
        progress=progress,
    )
    return judgement_of(theatre, plan, outcome, seed=seed, corrections=corrections)


def judgement_of(
    theatre: Theatre, plan: Plan, outcome: Outcome, *, seed: int, corrections: Corrections | None = None
) -> Judgement:
    """What is told of a plan whose simulation on block 'judge' came out so."""
    requirements = theatre.scenario.requirements
    futures = draw_futures(theatre.scenario, seed, "judge", range(len(outcome)))
    parts = parts_of(theatre, plan.in_futures(seed, "judge", range(len(outcome))), futures)
    planned = None if corrections is None else _planned(theatre, futures, parts, corrections)
    order_cost, later = order_costs(plan, futures, parts)
    ordered = ordered_craft(theatre, futures, parts)
    return Judgement(
        plan=plan,
        outcome=outcome,
        futures=futures,
        deliveries=common_deliveries(theatre, plan, futures, parts),
        order_cost=order_cost,
        later=later,
        ordered=ordered,
        usable_h=usable_craft_h(ordered, parts),
        accounts=mean_accounts([part.accounts for part in parts], [len(part.futures) for part in parts]),
        planned=None if planned is None else mean_value(requirements, planned),
        planned_attainment=None if planned is None else float(attainment(requirements, planned).mean()),
    )


def _planned(theatre: Theatre, futures: Futures, parts: Sequence[Part], corrections: Corrections) -> Floats:
    """The formula's value of every requirement in every future, (F, R)."""
    values = np.empty((len(futures), len(theatre.scenario.requirements)))
    for part in parts:
        values[part.futures] = planned_values(theatre, part.plan, part.deliveries, corrections)
    return values


def complete_plan(theatre: Theatre, plan: Plan, *, seed: int, file: str = "plan.json") -> Plan:
    """A plan every row of which can be flown: without an allocation the greedy rule places the craft.

    Raises ScenarioError with every row whose (platform, base, area) is not open.
    """
    added = [row for each in plan.later for row in each.allocation]
    closed = [r for r in (*(plan.allocation or ()), *added) if (r.platform, r.base, r.area) not in theatre.pair_index]
    if closed:
        raise ScenarioError(
            [_closed(file, *ids) for ids in dict.fromkeys((r.platform, r.base, r.area) for r in closed)]
        )
    if plan.allocation is None:
        solved = sample_futures(theatre.scenario, seed, GREEDY_FUTURES)
        return replace(plan, allocation=place_craft(theatre, plan.common, solved).allocation)
    kept = plan_rows(theatre, plan.allocation).stations.tolist()
    rows = tuple(replace(row, stations=n) for row, n in zip(plan.allocation, kept, strict=True))
    return replace(plan, allocation=rows)


def _closed(file: str, platform: str, base: str, area: str) -> Fault:
    return Fault(
        file,
        0,
        "allocation",
        f"{platform} at {base} for {area}, which is out of its range or leaves it less than an hour on station",
        "a base from which the area is within range and endurance",
    )
