"""Orders after the news keep each year's acquisition money in judged futures, and certificates hold beside a plan."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest

from fleetcraft.futures import draw_futures, sample_futures
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan import Plan
from fleetcraft.study.calibrate import no_progress
from fleetcraft.study.recourse import adapt_plan
from property.test_features import FUTURES, GAP, Case, case_of, limits_broken

JUDGED = 10
BESIDE = ("carry over", "gateways", "learning", "integration", "lease", "country share", "risk")
MIXES = [
    ("recourse",),
    *(("recourse", f) for f in BESIDE),
    *(("recourse", *two) for two in combinations(BESIDE[:4], 2)),
]


@cache
def solved(features: tuple[str, ...]) -> tuple[Case, FleetSolution, Plan]:
    """A plan on a tree, beside one that orders all at once, adapted to judged futures."""
    case = case_of(*features)
    learnt, limits = no_corrections(case.theatre), Limits(gap=GAP)
    at_once = plan_fleet(case.theatre, sample_futures(case.scenario, 1, FUTURES), learnt, limits).plan
    found = plan_fleet(case.theatre, case.futures, learnt, limits, node=case.node, beside=at_once)
    plan = found.plan
    if found.adapter is not None:
        plan = adapt_plan(found.adapter, seed=5, replications=JUDGED, processes=1, progress=no_progress)
    return case, found, plan


@pytest.mark.parametrize("features", MIXES, ids="+".join)
def test_judged_futures_keep_the_acquisition_money(features: tuple[str, ...]) -> None:
    case, _, plan = solved(features)
    for index in range(JUDGED):
        own = draw_futures(case.scenario, 5, "judge", [index])
        faults = [f for f in limits_broken(case, plan.in_future(index), own) if f.startswith("acquisition")]
        assert faults == [], (index, plan.in_future(index).orders)


@pytest.mark.parametrize("features", MIXES, ids="+".join)
def test_no_plan_is_worth_more_than_its_bound(features: tuple[str, ...]) -> None:
    _, found, _ = solved(features)
    assert found.objective <= found.bound + 1e-6
    assert found.earned is not None
    assert found.earned <= found.planned + 1e-12


def test_the_orders_of_a_plan_beside_are_those_before_the_news() -> None:
    case, found, _ = solved(("recourse",))
    periods = {p.id: p for p in case.scenario.calendar.periods}
    assert all(periods[order.period].start < case.scenario.calendar.news for order in found.plan.orders)


def test_some_judged_futures_order_after_the_news() -> None:
    assert any(solved(features)[2].later for features in MIXES)
