"""The recourse of judged futures, written into the plan."""

from __future__ import annotations

import numpy as np
import pytest

from fleetcraft.plan import Plan
from fleetcraft.study.calibrate import no_progress
from fleetcraft.study.recourse import adapt_plan
from unit.optimise.test_adapt import STANDING, adapter, theatre


def adapted(replications: int, processes: int = 1, seed: int = 3) -> Plan:
    return adapt_plan(
        adapter(theatre()), seed=seed, replications=replications, processes=processes, progress=no_progress
    )


def test_the_common_part_stands_in_every_future() -> None:
    plan = adapted(12)
    assert (plan.orders, plan.allocation) == (STANDING.orders, STANDING.allocation)
    assert plan.later_seed == 3
    assert plan.later
    for n in range(12):
        assert plan.in_future(n).ordered("drone") >= 1
    assert all(order.period >= "2026Q3" for each in plan.later for order in each.orders)


def test_a_future_is_answered_alike_whoever_asks_besides() -> None:
    few, many = adapted(5), adapted(12)
    assert few.later == tuple(each for each in many.later if each.future < 5)
    assert adapted(12, processes=2) == many


def test_another_seed_brings_other_futures() -> None:
    assert adapted(12).later != adapted(12, seed=4).later


@pytest.mark.parametrize("replications", [1, 8, 9])
def test_progress_counts_the_futures(replications: int) -> None:
    told: list[tuple[int, int]] = []
    adapt_plan(
        adapter(theatre()),
        seed=1,
        replications=replications,
        processes=1,
        progress=lambda _, done, of: told.append((done, of)),
    )
    assert told[0] == (0, replications)
    assert np.all(np.diff([done for done, _ in told]) > 0)
