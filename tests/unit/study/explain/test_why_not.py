"""One reason for each type that is not bought, known beforehand; a price at which it is, solved on both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fleetcraft.study.explain import ground as grounds
from fleetcraft.study.explain.ground import GROUND, Ground, Json, Solved
from fleetcraft.study.explain.why_not import BRACKET, WhyNot, at_price, dominates, tasks_for
from fleetcraft.study.tasks import Task
from unit.study.explain.grounds import MAKER, OPTIONS, another, ground_of, priced

BUDGET = {"obligation": {2026: 12e6}}
DRONE = {**MAKER, **priced(3e6)}


def reason(ground: Ground, platform: str, monkeypatch: pytest.MonkeyPatch) -> Json:
    """The answer of the type's task, on a ground made by hand."""
    base = ground.solved(ground.scenario)
    assert base is not None
    monkeypatch.setattr("fleetcraft.study.explain.why_not.read_ground", lambda *_: ground)
    monkeypatch.setattr("fleetcraft.study.explain.why_not.read_base", lambda *_: base)
    task = WhyNot("key", "what", platform, OPTIONS)
    return task.run(ground.theatre, Path(), 1)


def two_types(**columns: Any) -> Ground:
    return ground_of(platforms=[DRONE, another("other", **columns)], budget=BUDGET)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"range_nm_from_base": 60}, "out_of_range"),
        ({"endurance_h": 3.5}, "out_of_range"),
        ({"lead_time_months_low": 40, "lead_time_months_likely": 41, "lead_time_months_high": 42}, "late"),
        ({"sweep_width_nm_small_craft": 0}, "serves_nothing"),
        (priced(4e6), "dominated"),
    ],
)
def test_the_first_reason_that_holds(columns: dict[str, Any], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = reason(two_types(**columns), "other", monkeypatch)
    assert found["reason"] == expected
    assert found["by"] == ("drone" if expected == "dominated" else None)


def test_how_far_and_how_long_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    far = reason(two_types(range_nm_from_base=60), "other", monkeypatch)["detail"]
    assert (far["nearest_nm"], far["range_nm"]) == (100, 60)
    brief = reason(two_types(endurance_h=3.5), "other", monkeypatch)["detail"]
    assert brief["station_h"] == pytest.approx(0.9 * 3.5 - 2 * 100 / 70)


def test_no_base_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    platforms = [DRONE, another("boat", domain="surface")]
    ground = ground_of(platforms=platforms, places=[{"serves": "air"}], budget=BUDGET)
    assert reason(ground, "boat", monkeypatch)["reason"] == "no_base"


def test_a_policy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = {"supplier_countries": {"without": ["NO"]}}
    platforms = [DRONE, another("other", supplier_country="NO", **priced(1e6))]
    found = reason(ground_of(platforms=platforms, policies=policies, budget=BUDGET), "other", monkeypatch)
    assert (found["reason"], found["by"]) == ("excluded", "policies.supplier_countries")


def test_a_type_alike_enters_at_the_others_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """More wind than ever blows makes it no better, only not dominated: it is bought once it is the cheaper one.

    Of two types alike that one buys 24 times the dearer one is left out at the latest when 25 of the other are had.
    """
    dull = {"sweep_width_nm_small_craft": 0.5}
    platforms = [{**DRONE, **dull, **priced(0.5e6)}, another("other", max_wind_kn=60, **dull, **priced(2e6))]
    ground = ground_of(platforms=platforms, budget=BUDGET)
    found = reason(ground, "other", monkeypatch)
    assert found["reason"] == "too_dear"
    assert found["price_now"] == 2e6
    below, above = found["verified"]["below"], found["verified"]["above"]
    assert found["price"] == below["price"]
    assert 12e6 / 25 / BRACKET <= below["price"] < 0.5e6 * BRACKET
    assert below["price"] < above["price"] <= below["price"] * BRACKET
    for price, buys in ((below["price"], True), (above["price"], False)):
        again = ground.solved(at_price(ground.scenario, "other", price / 2e6))
        assert again is not None
        assert bool(again.craft("other")) == buys
    assert below["craft"] > 0 == above["craft"]


def test_what_stands_in_the_way_of_a_gift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its hours cost more than all support money; with ten times as much it would be taken."""
    other = another("other", max_wind_kn=60, operating_cost_per_hour=40_000, **priced(8e6))
    budget = BUDGET | {"support": {2027: 30e6, 2028: 30e6}}
    found = reason(ground_of(platforms=[DRONE, other], budget=budget), "other", monkeypatch)
    assert (found["reason"], found["by"]) == ("not_as_a_gift", "budget.support.*")


def test_a_type_that_is_bought_after_all_is_a_close_call(monkeypatch: pytest.MonkeyPatch) -> None:
    found = reason(two_types(max_wind_kn=60, **priced(2e6)), "other", monkeypatch)
    assert found["reason"] == "close"
    assert found["detail"]["craft"] > 0


WORSE = {
    "endurance_h": 23,
    "sweep_width_nm_small_craft": 5,
    "lead_time_months_likely": 4.5,
    "production_rate_per_year": 900,
    "operating_cost_per_hour": 1300,
    "mtbf_h": 140,
    "identifies": "",
}


@pytest.mark.parametrize("column", WORSE)
def test_who_is_worse_in_one_field_dominates_nobody(column: str) -> None:
    drone = {**DRONE, "identifies": "small_craft"}
    dearer = another("other", **{**priced(4e6), "identifies": "small_craft"})
    theatre = ground_of(platforms=[drone, dearer]).theatre
    assert dominates(theatre, 0, 1)
    assert not dominates(theatre, 1, 0)
    assert not dominates(ground_of(platforms=[{**drone, column: WORSE[column]}, dearer]).theatre, 0, 1)


def test_every_type_that_is_not_bought_is_asked() -> None:
    ground = two_types()
    tasks: list[Task] = [*tasks_for(ground, {"drone"}, OPTIONS)]
    assert [task.key for task in tasks] == ["why-not-other"]
    assert tasks[0].after == (GROUND,)
    assert grounds.solved_from(Solved((), 0.1, 0.2, 0.3).told) == Solved((), 0.1, 0.2, 0.3)
