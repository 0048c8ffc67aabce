"""What binds is what is used up; what more of it is worth is what solving again says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fleetcraft.plan import Order
from fleetcraft.scenario.changed import changed
from fleetcraft.study.explain.binding import Limit, binding_entries, broken, limits_of, relaxed, tasks_for
from fleetcraft.study.explain.ground import Ground, Json
from fleetcraft.study.store.folder import write_json
from unit.study.explain.grounds import MAKER, OPTIONS, another, ground_of, priced

DRONE = {**MAKER, **priced(1e6), "sweep_width_nm_small_craft": 0.5}
MONEY = "budget.obligation.2026"


@pytest.fixture(scope="module")
def tight() -> Ground:
    """Money for eight drones of a million; support and people for far more; places for twenty."""
    budget = {"obligation": {2026: 8e6}, "support": {2028: 500e6}}
    return ground_of(platforms=[DRONE], places=[{"capacity_air": 20}], budget=budget)


def by_path(ground: Ground) -> dict[str, Limit]:
    plan = ground.solve(ground.scenario).plan
    return {limit.path: limit for limit in limits_of(ground, plan)}


def test_used_and_left(tight: Ground) -> None:
    limits = by_path(tight)
    assert (limits[MONEY].used, limits[MONEY].limit) == (8e6, 8e6)
    assert limits[MONEY].asked
    assert limits["places.baltra.capacity_air"].used == 8
    assert not limits["places.baltra.capacity_air"].asked
    support = limits["budget.support.2028"]
    assert 0 < support.used < support.limit
    people = limits["operations.people_limit"]
    assert 0 < people.used < people.limit == 5000


def test_what_more_of_it_is_worth(tmp_path: Path) -> None:
    """Two drones more: the answer of the task is the difference of two solves' bounds; places left are not asked."""
    drone = {**DRONE, **priced(0.25e6), "sweep_width_nm_small_craft": 0.1}
    ground = ground_of(platforms=[drone], places=[{"capacity_air": 50}], budget={"obligation": {2026: 8e6}})
    limits = list(by_path(ground).values())
    tasks = tasks_for(ground, limits, OPTIONS)
    assert {task.key for task in tasks} == {f"binding-{MONEY}", "binding-operations.people_limit"}
    store(tmp_path, "ground", {"relaxed": ground.bound(ground.scenario)})
    for task in tasks:
        store(tmp_path, task.key, {"bound": ground.bound(task.scenario)})
    first, *others = binding_entries(ground.scenario, limits, tmp_path)
    base, more = ground.solve(ground.scenario), ground.solve(changed(ground.scenario, MONEY, 8.5e6))
    assert (first["limit"], first["step"]) == (MONEY, pytest.approx(0.5e6))
    assert first["marginal"] == pytest.approx(more.bound - base.bound, abs=2e-4)
    assert first["marginal"] > 0.005
    assert {entry["marginal"] for entry in others} == {0.0}


def test_where_cost_is_the_aim_more_is_worth_what_it_saves(tmp_path: Path) -> None:
    """A cheaper type is had up to a fifth of the money: each point more of it saves the other's higher price."""
    objective = {"mode": "cost", "attainment": 0.2, "probability": 0.5}
    cheap = another("other", supplier_country="NO", **priced(0.5e6))
    share = {"supplier_country_share": {"max": 0.6}}
    ground = ground_of(
        platforms=[DRONE, cheap], budget={"obligation": {2026: 30e6}}, objective=objective, policies=share
    )
    limits = list(by_path(ground).values())
    store(tmp_path, "ground", {"relaxed": ground.bound(ground.scenario)})
    for task in tasks_for(ground, limits, OPTIONS):
        store(tmp_path, task.key, {"bound": ground.bound(task.scenario)})
    first, *_ = binding_entries(ground.scenario, limits, tmp_path)
    assert first["limit"] == "policies.supplier_country_share.max"
    assert 0 < first["marginal"] < ground.solve(ground.scenario).objective


def store(folder: Path, key: str, answer: Json) -> None:
    (folder / key).mkdir()
    write_json(folder / key / "answer.json", answer)


def test_shares_read_alike() -> None:
    policies = {"supplier_country_share": {"max": 0.6}, "domestic_share": {"min": 0.25}}
    home = another("home", supplier_country="EC", **priced(1e6))
    ground = ground_of(platforms=[DRONE, home], budget={"obligation": {2026: 8e6}}, policies=policies)
    limits = by_path(ground)
    cap, floor = limits["policies.supplier_country_share.max"], limits["policies.domestic_share.min"]
    assert 0.4 <= cap.used <= cap.limit == 0.6
    assert floor.used == 0.25 <= floor.limit
    wider = relaxed(ground.scenario, cap).policies.supplier_country_share
    lower = relaxed(ground.scenario, floor).policies.domestic_share
    assert wider is not None
    assert lower is not None
    assert (wider.max, lower.min) == (pytest.approx(0.65), pytest.approx(0.2))


def test_a_plan_that_breaks_a_limit_is_seen(tight: Ground) -> None:
    plan = tight.solve(tight.scenario).plan
    assert not broken(tight, plan)
    for path, value in ((MONEY, 7e6), ("places.baltra.capacity_air", 7), ("operations.people_limit", 1.0)):
        other = changed(tight.scenario, path, value)
        poorer = replace(tight, theatre=replace(tight.theatre, scenario=other))
        assert broken(poorer, plan), path


def test_money_moved_is_counted_at_the_runs_prices() -> None:
    """Of eight drones two become two others of twice the price: four of then ten millions are added."""
    ground = ground_of(platforms=[DRONE, another("other", **priced(2e6))])
    drones = orders(drone=8)
    assert ground.moved(drones, orders(drone=6, other=2)) == pytest.approx(0.4)
    assert ground.moved(drones, orders(drone=6, other=1)) == pytest.approx(0.25)
    assert ground.moved(drones, orders(other=4)) == pytest.approx(1.0)
    assert ground.moved(drones, orders(drone=32)) == pytest.approx(0.75)
    assert ground.moved((), drones) == ground.moved(drones, ()) == 1.0
    assert ground.moved(drones, drones) == 0.0


def orders(**craft: int) -> tuple[Order, ...]:
    return tuple(Order(platform, "2026Q1", n) for platform, n in craft.items())
