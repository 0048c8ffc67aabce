"""What stands when the rest is decided anew: survivors, types wholly lost, money nobody can take back, silent lines."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.futures import draw_futures
from fleetcraft.optimise.capability import COMMON, fixed_tranches
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.formula import planned_values
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.actuals import Actuals, Announced, Delivered, Lost, Placed, Spent
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import yearly_attainment
from fleetcraft.study.decide import Options
from fleetcraft.study.judge import complete_plan, judge_plan
from fleetcraft.study.replan.replan import replan_scenario
from fleetcraft.study.warnings import breaches, overdue_warnings

OPTIONS = Options(replications=20, futures=4)
TODAY = date(2026, 9, 15)
SLOW: dict[str, Any] = {
    "id": "slow",
    "supplier": "Other",
    "supplier_country": "TR",
    "cruise_speed_kn": 50,
    "unit_price_low": 1e6,
    "unit_price_likely": 1.5e6,
    "unit_price_high": 2e6,
    "price_currency": "EUR",
}


def placed(quantity: int, platform: str = "drone", **facts: Any) -> Placed:
    return Placed(platform=platform, quantity=quantity, **{"ordered": date(2026, 1, 10), **facts})


def came(quantity: int, day: date, platform: str = "drone") -> Delivered:
    return Delivered(platform=platform, date=day, quantity=quantity)


def two_types(**changes: Any) -> Scenario:
    return make_scenario(platforms=[{}, SLOW], exchange={"start": {"EUR": 1.0}}, **changes)


def test_craft_that_are_there_today_were_not_lost_before() -> None:
    """Losses have no memory: whoever came early and whoever came yesterday has the same chance from today on."""
    scenario = make_scenario(platforms=[{"loss_per_100k_h": 60}])
    last = date(2027, 12, 31)
    futures = draw_futures(scenario, 1, "judge", range(4))
    simulated, planned, before_h = [], [], []
    for day in (date(2026, 6, 1), last):
        facts = Actuals(today=last, orders=(placed(5),), deliveries=(came(5, day),), integrated={"drone": day})
        world = as_of(scenario, facts)
        theatre = make_theatre(world)
        plan = complete_plan(theatre, Plan((Order("drone", "2026Q1", 5),), None), seed=1)
        judged = judge_plan(theatre, plan, seed=1, replications=20, threads=1)
        simulated.append(yearly_attainment(world.requirements, judged.outcome))
        planned.append(planned_values(theatre, plan, judged.deliveries, no_corrections(theatre)))
        before_h.append(fixed_tranches(world, {(0, "2026Q1", COMMON): 5}, futures).before_h[0])
    np.testing.assert_array_equal(simulated[0], simulated[1])
    np.testing.assert_array_equal(planned[0], planned[1])
    np.testing.assert_array_equal(before_h, np.full((2, 20), 24.0))


@pytest.mark.parametrize("other", [0, 3])
def test_a_type_of_which_all_craft_are_lost_is_no_hindrance(other: int) -> None:
    orders = (placed(1, "slow"), *((placed(other),) if other else ()))
    lost = Lost(platform="slow", date=date(2026, 9, 5), quantity=1)
    facts = Actuals(today=TODAY, orders=orders, deliveries=(came(1, date(2026, 9, 1), "slow"),), lost=(lost,))
    answer = replan_scenario(two_types(budget={"obligation": {2026: 14e6}}), facts, None, OPTIONS)
    assert Order("slow", "2026Q1", 1) in answer.plan.orders
    assert answer.result["replan"]["attainment"]["decided"]["mean"] > 0


def test_an_overrun_of_orders_placed_is_no_reason_to_decide_nothing() -> None:
    """14 craft at a stated cost, of which the euro alone makes more than the contingency."""
    scenario = two_types(budget={"obligation": {2026: 30e6}, "contingency": {"amount": 3e6, "probability": 0.9}})
    facts = Actuals(today=TODAY, orders=(placed(14, "slow", cost=21e6),), exchange={"EUR": 1.6})
    answer = replan_scenario(scenario, facts, None, OPTIONS)
    assert Order("slow", "2026Q1", 14) in answer.plan.orders


@pytest.mark.parametrize("counts", ["obligation", "outlay"])
def test_money_that_is_gone_is_no_breach(counts: str) -> None:
    budget = {"counts": counts, "obligation": None, counts: {2026: 5e6, 2027: 5e6}}
    spent = {2026: Spent(obligation=35e6, outlay=35e6)}
    world = as_of(make_scenario(budget=budget), Actuals(today=TODAY, orders=(placed(4),), spent=spent))
    theatre = make_theatre(world)
    for more in (0, 9):
        orders = [Order("drone", "2026Q1", 4), *([Order("drone", "2027Q1", more)] if more else [])]
        plan = complete_plan(theatre, Plan(tuple(orders), None), seed=1)
        judged = judge_plan(theatre, plan, seed=1, replications=5, threads=1)
        found = [line for line in breaches(theatre, plan, judged.accounts) if line.startswith(counts)]
        assert bool(found) == bool(more), found


def test_a_line_that_falls_silent_is_told() -> None:
    """24 a year: the second craft was due half a month after the first."""
    scenario = make_scenario()
    first = Actuals(today=date(2027, 9, 1), orders=(placed(4),), deliveries=(came(1, date(2026, 7, 1)),))

    def told(**changes: Any) -> list[str]:
        return overdue_warnings(as_of(scenario, first.model_copy(update=changes)))

    assert [line.split(" and ")[0] for line in told()] == ["drone: the next craft was due on 2026-07-16"]
    assert told(today=date(2026, 7, 30)) == []
    assert told(orders=(placed(1),)) == []
    assert told(announced=(Announced(supplier="Dronemaker", slip_months=3.0),)) == []
    assert told(announced=(Announced(platform="drone", next_delivery=date(2027, 10, 1)),)) == []
    assert told(embargoes={"US": date(2026, 7, 2)}) == []
    assert overdue_warnings(scenario) == []
