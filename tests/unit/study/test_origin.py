"""What a plan was made for, told from its hash."""

from __future__ import annotations

import pytest

from builders import make_scenario, replace
from fleetcraft.plan import Plan
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.frontier import even_budgets, stated_money, with_budget
from fleetcraft.study.origin import origin_warnings
from fleetcraft.study.points import with_parts


def told(scenario: Scenario, hash_: str | None) -> list[str]:
    return origin_warnings(scenario, Plan(orders=(), scenario=hash_), "plan.json")


@pytest.mark.parametrize(
    "scenario", [read_scenario("galapagos"), make_scenario(budget={"obligation": {2026: 30e6, 2027: 12_345_679.0}})]
)
@pytest.mark.parametrize("count", [7, 12])
def test_a_plan_of_the_frontier_is_told_by_its_share_of_the_money(scenario: Scenario, count: int) -> None:
    money = stated_money(scenario)
    for budget in even_budgets(scenario, count):
        made_for = with_budget(scenario, budget / money)
        expected = [f"plan.json was made for {budget / money:.0%} of this scenario's acquisition money"]
        assert told(scenario, made_for.hash) == ([] if budget == money else expected)


def test_money_by_outlay_counts_as_well() -> None:
    scenario = make_scenario(budget=replace({"counts": "outlay", "outlay": {2026: 30e6}}))
    assert told(scenario, with_budget(scenario, 0.5).hash) == [
        "plan.json was made for 50% of this scenario's acquisition money"
    ]


def test_a_plan_of_nobody_or_of_this_very_scenario_is_not_told_of() -> None:
    scenario = make_scenario()
    assert told(scenario, None) == told(scenario, scenario.hash) == []


def test_a_plan_of_another_scenario_is_told_by_both_hashes() -> None:
    scenario = make_scenario()
    other = with_parts(with_budget(scenario, 0.5), name="Other").hash
    assert told(scenario, other) == [
        f"plan.json was made for another scenario ({other[:8]}), not for this one ({scenario.hash[:8]})"
    ]
