"""Comparisons: restrictions beside open competition, their cost in attainment and in money."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.plan import Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import estimate, yearly_attainment
from fleetcraft.study import calibrate, compare, judge, points
from fleetcraft.study.compare import compare_scenario
from fleetcraft.study.decide import Options
from fleetcraft.study.judge import complete_plan, judge_plan
from fleetcraft.study.points import Point, paired
from fleetcraft.study.restrictions import Restriction, each_alone
from unit.study.test_calibrate import world

OPTIONS = Options(seed=3, replications=12, futures=6)
LATE_NEWS = {"news": date(2027, 1, 1)}
"""Nothing can be ordered after it."""
SURE = {
    f"{name}_{end}": value
    for name, value in (("unit_price", 2e6), ("lead_time_months", 9))
    for end in ("low", "likely", "high")
}
DEAR = {**SURE, **{f"unit_price_{end}": 4e6 for end in ("low", "likely", "high")}}


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that keeps nine tenths of every duty."""
    for module in (calibrate, judge):
        monkeypatch.setattr(module, "simulate_plan", world(0.9, (1.0,)))


def twins(**overrides: Any) -> Scenario:
    """Two types alike in all but their country and that the one from Ecuador costs twice as much."""
    stated: dict[str, Any] = {
        "platforms": [SURE, {**DEAR, "id": "home", "supplier": "Homemaker", "supplier_country": "EC"}],
        "requirements": [
            {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.98}
        ],
        "budget": {"obligation": {2026: 20e6}},
        "calendar": LATE_NEWS,
    }
    return make_scenario(**{**stated, **overrides})


def by_country(scenario: Scenario, folder: Path, **options: Any) -> dict[str, Any]:
    restrictions = each_alone(scenario, "supplier_country", without=False)
    return compare_scenario(scenario, restrictions, OPTIONS, folder, **options)


@pytest.mark.usefixtures("simulated")
def test_a_restriction_to_craft_that_cost_twice_as_much_costs_the_budget_again(tmp_path: Path) -> None:
    result = by_country(twins(), tmp_path)
    assert json.loads(json.dumps(result, allow_nan=False)) == json.loads(json.dumps(result))
    home, cheap = result["restrictions"]
    assert (home["name"], home["only"], home["without"]) == ("only EC", ["EC"], [])
    assert (cheap["name"], cheap["of"]) == ("only US", "supplier_country")
    assert {order["platform"] for order in result["open"]["orders"]} == {"drone"}
    assert {order["platform"] for order in home["orders"]} == {"home"}
    lost = home["difference"]
    assert lost["attainment"] == pytest.approx(
        home["attainment"]["simulated"] - result["open"]["attainment"]["simulated"]
    )
    assert lost["low"] <= lost["attainment"] <= lost["high"] < -0.05
    craft = sum(order["quantity"] for order in result["open"]["orders"])
    more = home["more_money"]
    assert more["not_enough"] < craft * 4e6 <= more["budget"] <= 1.02 * craft * 4e6
    assert more["amount"] == pytest.approx(more["budget"] - 20e6)
    assert more["difference"]["attainment"] == pytest.approx(0, abs=1e-9)
    assert cheap["difference"]["attainment"] == pytest.approx(0, abs=1e-9)
    assert cheap["more_money"]["amount"] == 0


@pytest.mark.usefixtures("simulated")
def test_where_no_budget_catches_up_the_amount_is_unknown(tmp_path: Path) -> None:
    slow = {**DEAR, "id": "home", "supplier": "Homemaker", "supplier_country": "EC", "production_rate_per_year": 1}
    home, _ = by_country(twins(platforms=[SURE, slow]), tmp_path)["restrictions"]
    assert home["more_money"]["amount"] is None
    assert home["more_money"]["searched_to"] == 80e6


@pytest.mark.usefixtures("simulated")
def test_an_infeasible_restriction_is_a_row(tmp_path: Path) -> None:
    boat = {"id": "boat", "supplier": "Boatmaker", "supplier_country": "AU", "domain": "surface"}
    scenario = twins(platforms=[SURE, boat], policies={"domain_minimum": {"air": 1}})
    only_boats, only_air = by_country(scenario, tmp_path)["restrictions"]
    assert only_boats["status"] == "infeasible"
    assert any("domain_minimum.air" in line for line in only_boats["conflict"])
    assert only_boats["attainment"] is only_boats["difference"] is only_boats["cost"] is None
    assert only_air["conflict"] == []


@pytest.mark.usefixtures("simulated")
def test_what_the_scenarios_own_policies_leave_nothing_of_is_a_row(tmp_path: Path) -> None:
    scenario = twins(policies={"supplier_countries": {"without": ["EC"]}})
    restriction = Restriction("home", "supplier_country", only=("EC",))
    (row,) = compare_scenario(scenario, [restriction], OPTIONS, tmp_path)["restrictions"]
    assert row["status"] == "infeasible"
    assert row["conflict"] == ["the scenario's own policies leave nothing of it"]


@pytest.mark.usefixtures("simulated")
def test_open_competition_without_a_plan_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InfeasibleError) as raised:
        by_country(twins(policies={"domain_minimum": {"air": 999}}), tmp_path)
    assert "domain_minimum.air" in str(raised.value)


def stopped(*_: Any, **__: Any) -> Any:
    raise LimitError("stopped at the limit")


def without_a_plan(*_: Any, **__: Any) -> Any:
    raise InfeasibleError([])


@pytest.mark.usefixtures("simulated")
def test_why_open_competition_has_no_plan_is_not_solved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    impossible = twins(policies={"domain_minimum": {"air": 999}})
    with pytest.raises(InfeasibleError) as raised:
        by_country(impossible, tmp_path)
    monkeypatch.setattr(points, "plan_and_calibrate", stopped)
    with pytest.raises(InfeasibleError) as again:
        by_country(impossible, tmp_path)
    assert again.value.clashes == raised.value.clashes
    with pytest.raises(LimitError, match="stopped at the limit"):
        by_country(twins(), tmp_path / "limit")


@pytest.mark.usefixtures("simulated")
def test_a_restriction_that_a_limit_left_without_a_plan_may_have_one_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert by_country(twins(), tmp_path / "whole")["reproducible"]
    decide = points.Decide.decide

    def decided(task: points.Decide, *args: Any, **options: Any) -> Any:
        return stopped() if task.key == "00" else decide(task, *args, **options)

    monkeypatch.setattr(points.Decide, "decide", decided)
    result = by_country(twins(), tmp_path / "short")
    home = result["restrictions"][0]
    assert (home["status"], home["conflict"]) == ("limit", ["stopped at the limit"])
    assert not result["reproducible"]


@pytest.mark.usefixtures("simulated")
@pytest.mark.parametrize("failing", [stopped, without_a_plan])
def test_without_a_plan_for_the_stated_budget_no_budget_is_said_to_be_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: Any
) -> None:
    monkeypatch.setattr(compare, "plan_fleet", failing)
    home, cheap = by_country(twins(), tmp_path)["restrictions"]
    assert home["more_money"] is None
    assert "no plan with the stated budget" in home["more_money_unknown"]
    assert cheap["more_money"]["amount"] == 0
    assert cheap["more_money_unknown"] is None


@pytest.mark.usefixtures("simulated")
def test_where_risk_is_weighed_nothing_is_said_of_money(tmp_path: Path) -> None:
    weighed = twins(uncertainty={"risk": {"cvar_alpha": 0.8, "weight": 0.5}})
    home, _ = by_country(weighed, tmp_path)["restrictions"]
    assert home["difference"]["high"] < 0
    assert home["more_money"] is None
    assert "mean attainment" in home["more_money_unknown"]


@pytest.mark.usefixtures("simulated")
def test_a_restriction_to_everything_is_open_competition(tmp_path: Path) -> None:
    everything = Restriction("all", "supplier_country", only=("US", "EC"))
    result = compare_scenario(twins(), [everything], OPTIONS, tmp_path)
    (row,) = result["restrictions"]
    for key in ("attainment", "cost", "orders", "objective", "bound"):
        assert row[key] == result["open"][key]
    assert row["difference"] == {"attainment": 0, "low": 0, "high": 0, "cost": 0, "acquisition": 0}


@pytest.mark.usefixtures("simulated")
def test_a_share_policy_is_set_aside_for_open_competition_too(tmp_path: Path) -> None:
    capped = by_country(twins(policies={"supplier_country_share": {"max": 0.6}}), tmp_path / "capped")
    assert capped["lifted"] == ["policies.supplier_country_share"]
    free = by_country(twins(), tmp_path / "free")
    assert capped["open"]["orders"] == free["open"]["orders"]
    assert capped["restrictions"][0]["orders"] == free["restrictions"][0]["orders"]


@pytest.mark.usefixtures("simulated")
def test_interrupted_and_gone_on_with_is_as_at_once(tmp_path: Path) -> None:
    whole = by_country(twins(), tmp_path / "at-once")
    shutil.copytree(tmp_path / "at-once", tmp_path / "again")
    (tmp_path / "again" / "00" / "answer.json").unlink()
    (tmp_path / "again" / "00-money" / "answer.json").unlink()
    assert by_country(twins(), tmp_path / "again") == whole


def answered(attained: float, *types: str) -> Point:
    """A point that attains so much in every year."""
    orders = [{"platform": type_} for type_ in types]
    years = [attained - 0.01, attained + 0.01]
    return Point("", {"yearly": years, "attainment": {"simulated": attained}, "orders": orders, "later": []})


def test_a_row_shows_the_best_plan_that_it_allows() -> None:
    scenario = twins()
    own, better, foreign = answered(0.5, "home"), answered(0.6, "home"), answered(0.7, "drone")
    found = {"a": own, "b": better, "c": foreign, "d": answered(0.4, "home")}
    home = compare.restricted(scenario, Restriction("home", "supplier_country", only=("EC",)))
    assert compare._best_allowed(home, own, found) is better
    assert compare._best_allowed(scenario, own, found) is foreign
    assert compare._best_allowed(scenario, foreign, found) is foreign
    assert compare._best_allowed(None, own, found) is own


def test_paired_years_tell_more_than_years_apart() -> None:
    """The same plan with one craft more: over the same years its worth is told far more narrowly."""
    theatre = make_theatre(twins())
    years = []
    for craft in (3, 4):
        plan = complete_plan(theatre, Plan((Order("drone", "2026Q1", craft),)), seed=1)
        outcome = judge_plan(theatre, plan, seed=1, replications=60, threads=1).outcome
        years.append(Point("", {"yearly": yearly_attainment(theatre.scenario.requirements, outcome).tolist()}))
    fewer, more = years
    difference = paired(more, fewer)
    assert difference.low > 0
    widths = [e.high - e.low for e in (estimate(fewer.yearly), estimate(more.yearly))]
    assert difference.high - difference.low < 0.8 * np.hypot(*widths)
