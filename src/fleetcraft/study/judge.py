"""Judge a plan with all corrections frozen, in futures it has never seen (model.md 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.fleet.attainment import attainment, mean_value
from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, draw_futures
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import plan_rows, planned_values
from fleetcraft.optimise.greedy import place_craft
from fleetcraft.plan import Plan
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import Progress, simulate_plan
from fleetcraft.study.accounts import Accounts, make_accounts

Floats = NDArray[np.float64]

GREEDY_FUTURES = 20


@dataclass(frozen=True)
class Judgement:
    """A plan, its simulated outcome on block 'judge', and the same futures' deliveries, accounts and formula."""

    plan: Plan
    outcome: Outcome
    futures: Futures
    deliveries: Deliveries
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
    futures = draw_futures(theatre.scenario, seed, "judge", range(len(outcome)))
    deliveries = deliver(theatre.scenario, plan, futures)
    planned = None if corrections is None else planned_values(theatre, plan, deliveries, corrections)
    return Judgement(
        plan=plan,
        outcome=outcome,
        futures=futures,
        deliveries=deliveries,
        accounts=make_accounts(theatre, plan, deliveries, futures),
        planned=None if planned is None else mean_value(theatre.scenario.requirements, planned),
        planned_attainment=None
        if planned is None
        else float(attainment(theatre.scenario.requirements, planned).mean()),
    )


def complete_plan(theatre: Theatre, plan: Plan, *, seed: int, file: str = "plan.json") -> Plan:
    """A plan every row of which can be flown: without an allocation the greedy rule places the craft.

    Raises ScenarioError with every row whose (platform, base, area) is not open.
    """
    if plan.allocation is None:
        return place_craft(theatre, plan, draw_futures(theatre.scenario, seed, "solve", range(GREEDY_FUTURES)))
    closed = [r for r in plan.allocation if (r.platform, r.base, r.area) not in theatre.pair_index]
    if closed:
        raise ScenarioError([_closed(file, r.platform, r.base, r.area) for r in closed])
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
