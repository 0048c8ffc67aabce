"""Pinned orders in a solve: exactly so many, in every future, or a conflict that names them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError
from fleetcraft.optimise.capability import COMMON, free_tranches, later_periods, order_periods
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.scenario.policy import Choice
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.points import with_parts
from unit.fleet.theatres import futures_of, theatre_of

TWO_YEARS = {"obligation": {2026: 30e6, 2027: 30e6}}


def scenario_of(*pins: tuple[str, int], **changes: Any) -> Scenario:
    stated = [{"platform": "drone", "period": period, "quantity": quantity} for period, quantity in pins]
    policies = {"pinned": stated, **changes.pop("policies", {})}
    return make_scenario(**{"budget": TWO_YEARS, **changes}, policies=policies)


def solved(scenario: Scenario, *, adapting: bool = False) -> FleetSolution:
    theatre = theatre_of(scenario, distance_nm=150)
    futures = futures_of(scenario, lead_months=[[6], [9]], count=2)
    node = np.arange(2) if adapting else None
    return plan_fleet(theatre, futures, no_corrections(theatre), Limits(), node=node)


def orders(solution: FleetSolution) -> dict[str, int]:
    return {order.period: order.quantity for order in solution.plan.orders}


def test_exactly_so_many_are_ordered_then() -> None:
    free = orders(solved(scenario_of()))
    for many in {0, 1, free["2026Q1"] - 1, free["2026Q1"] + 1}:
        assert orders(solved(scenario_of(("2026Q1", many)))).get("2026Q1", 0) == many


def test_a_quarter_in_which_nothing_would_be_ordered_can_be_pinned() -> None:
    scenario = scenario_of(("2026Q2", 2))
    assert [p.id for p in order_periods(scenario, scenario.platforms[0])] == ["2026Q1", "2026Q2", "2027Q1"]
    assert orders(solved(scenario))["2026Q2"] == 2


def test_craft_too_late_to_help_are_ordered_too() -> None:
    """Those of the last quarter come a year after the window opens."""
    assert orders(solved(scenario_of(("2027Q4", 3))))["2027Q4"] == 3


def test_a_type_that_serves_nothing_is_based_all_the_same() -> None:
    boat = {"id": "boat", "domain": "surface", "sweep_width_nm_small_craft": 0.0}
    stated = {"pinned": [{"platform": "boat", "period": "2026Q1", "quantity": 2}]}
    found = solved(make_scenario(platforms=[{}, boat], budget=TWO_YEARS, policies=stated))
    assert found.plan.ordered("boat") == 2
    assert sum(row.craft for row in found.plan.allocation or () if row.platform == "boat") == 2


def test_after_the_news_it_is_the_same_in_every_future() -> None:
    scenario = scenario_of(("2027Q1", 2), ("2026Q3", 0))
    tranches = free_tranches(scenario, futures_of(scenario, lead_months=[[6], [9]], count=2), np.arange(2))
    of = {(p.id, n) for p, n in zip(tranches.period, tranches.node.tolist(), strict=True) if p.id == "2027Q1"}
    assert of == {("2027Q1", COMMON)}
    assert "2027Q1" not in [p.id for p in later_periods(scenario, scenario.platforms[0])]
    found = solved(scenario, adapting=True)
    assert orders(found)["2027Q1"] == 2
    assert "2026Q3" not in orders(found)
    if found.adapter is not None:
        added, _ = found.adapter.added(futures_of(scenario, lead_months=6, count=1))
        assert not {"2026Q3", "2027Q1"} & {order.period for order in added}


def test_others_adapt_beside_it() -> None:
    """What is pinned after the news stands in a future, and what the future adds comes on top."""
    scenario = scenario_of(("2027Q2", 1), ("2026Q1", 0))
    found = solved(scenario, adapting=True)
    assert orders(found) == {"2027Q2": 1}
    assert found.adapter is not None
    added, rows = found.adapter.added(futures_of(scenario, lead_months=6, count=1))
    assert sum(order.quantity for order in added) > 0
    assert {order.period for order in added} <= {"2026Q3", "2027Q1"}
    assert sum(row.craft for row in rows) == sum(order.quantity for order in added)


def test_too_many_are_a_conflict_with_the_money() -> None:
    with pytest.raises(InfeasibleError) as caught:
        solved(scenario_of(("2026Q1", 12)))
    found = {clash.path: clash.alone for clash in caught.value.clashes if clash.in_conflict}
    assert found == {
        "budget.obligation.2026": pytest.approx(36e6, rel=1e-5),
        "policies.pinned.drone.2026Q1.quantity": 10,
    }


def test_too_few_are_a_conflict_that_rises() -> None:
    scenario = scenario_of(("2026Q1", 0), ("2027Q1", 1), policies={"domain_minimum": {"air": 3}})
    with pytest.raises(InfeasibleError) as caught:
        solved(scenario)
    found = {clash.path: clash.alone for clash in caught.value.clashes if clash.in_conflict}
    assert found["policies.domain_minimum.air"] == 1
    raised = {path: value for path, value in found.items() if path.startswith("policies.pinned")}
    assert raised == {"policies.pinned.drone.2026Q1.quantity": 2, "policies.pinned.drone.2027Q1.quantity": 3}


def test_what_the_policies_forbid_is_no_order() -> None:
    """As where a comparison restricts to other types: a scenario's own files are refused before."""
    scenario = scenario_of(("2026Q1", 2))
    closed = scenario.policies.model_copy(update={"platforms": Choice(without=("drone",))})
    with pytest.raises(InfeasibleError) as caught:
        solved(with_parts(scenario, policies=closed))
    assert [clash.path for clash in caught.value.clashes] == ["policies.pinned.drone.2026Q1.quantity"]
