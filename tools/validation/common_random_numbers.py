"""What common random numbers are worth: the variance of a difference between two plans, with them and without.

``.venv/bin/python -m tools.validation.common_random_numbers`` decides a plan for japan-2026, takes a few of its dearest
craft away, simulates both plans in the same futures with the same noise, the second once more in others, and writes
docs/background/validation/common_random_numbers.csv and the page's table.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tools.validation.page import DATA, write_page

from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.plan import Order, Plan
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.simulate_plan import simulate_plan
from fleetcraft.study.decide import Options, plan_scenario

Floats = NDArray[np.float64]

SCENARIO = "japan-2026"
SEED, OTHER_SEED = 1, 2
REPLICATIONS = 400
FEWER = 3
FEWEST_YEARS = 100
ROUNDING = 1e-9
RESAMPLES = 2000


def main() -> None:
    """Measure, write the data, renew the page."""
    parser = argparse.ArgumentParser(description="the variance that common random numbers save")
    parser.add_argument("--plan", type=Path, help="a plan.json of the scenario (default: decide one)")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    scenario = read_scenario(SCENARIO)
    theatre = make_theatre(scenario)
    if given.plan is not None:
        plan = read_plan_file(given.plan, scenario)
    else:
        plan = plan_scenario(scenario, Options(seed=SEED), threads=given.threads).plan
    factors(theatre, plan, fewer_craft(scenario, plan, FEWER), given.threads).to_csv(
        DATA / "common_random_numbers.csv", index=False
    )
    write_page()


def fewer_craft(scenario: Scenario, plan: Plan, types: int) -> Plan:
    """The plan with one craft less of each of its ``types`` dearest types, out of the type's largest row."""
    assert plan.allocation is not None
    price = {p.id: p.unit_price_likely * scenario.rate(p.price_currency) for p in scenario.platforms}
    dearest = sorted({row.platform for row in plan.allocation}, key=lambda platform: (-price[platform], platform))
    orders, allocation = plan.orders, list(plan.allocation)
    for platform in dearest[:types]:
        largest = max((row for row in allocation if row.platform == platform), key=lambda row: row.craft)
        allocation[allocation.index(largest)] = replace(largest, craft=largest.craft - 1, stations=None)
        orders = _one_less(orders, platform)
    return replace(plan, orders=orders, allocation=tuple(row for row in allocation if row.craft > 0))


def _one_less(orders: tuple[Order, ...], platform: str) -> tuple[Order, ...]:
    """One craft less in the platform's last order."""
    last = max(order for order in orders if order.platform == platform)
    shorter = (replace(order, quantity=order.quantity - 1) if order is last else order for order in orders)
    return tuple(order for order in shorter if order.quantity > 0)


def factors(theatre: Theatre, plan: Plan, other: Plan, threads: int) -> pd.DataFrame:
    """Mean difference of two plans and its variance by year, a row for the attainment and each requirement.

    Only years in which both plans have a value count; a requirement that the two plans serve alike in nearly every
    year is left out.
    """
    ours = _measures(theatre, plan, SEED, threads)
    common, independent = (_measures(theatre, other, seed, threads) for seed in (SEED, OTHER_SEED))
    differ = [name for name in ours if np.sum(np.abs(ours[name] - common[name]) > ROUNDING) >= FEWEST_YEARS]
    return pd.DataFrame([_row(name, ours[name], common[name], independent[name]) for name in differ])


def _measures(theatre: Theatre, plan: Plan, seed: int, threads: int) -> dict[str, Floats]:
    """Each year's attainment and expected requirement values, shape (REPLICATIONS,) each."""
    outcome = simulate_plan(theatre, plan, seed=seed, block="judge", replications=REPLICATIONS, threads=threads)
    requirements = theatre.scenario.requirements
    values = {r.id: outcome.expected[:, i] for i, r in enumerate(requirements)}
    return {"attainment": attainment(requirements, outcome.expected), **values}


def _row(name: str, ours: Floats, common: Floats, independent: Floats) -> Mapping[str, object]:
    paired, unpaired = ours - common, ours - independent
    known = ~np.isnan(paired) & ~np.isnan(unpaired)
    paired, unpaired = paired[known], unpaired[known]
    low, high = _factor_interval(paired, unpaired)
    return {
        "measure": name,
        "years": len(paired),
        "difference": paired.mean(),
        "variance_common": paired.var(ddof=1),
        "variance_independent": unpaired.var(ddof=1),
        "factor": unpaired.var(ddof=1) / paired.var(ddof=1),
        "factor_low": low,
        "factor_high": high,
    }


def _factor_interval(paired: Floats, unpaired: Floats) -> tuple[float, float]:
    """95% interval of the ratio of variances, years drawn again with replacement."""
    years = np.random.default_rng(SEED).integers(len(paired), size=(RESAMPLES, len(paired)))
    ratios = unpaired[years].var(axis=1) / paired[years].var(axis=1)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
