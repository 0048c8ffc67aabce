"""Craft by month, the share at the deadline and the day of the last one, against days that are known for certain."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.plan import Plan
from fleetcraft.scenario.actuals import Actuals, Delivered, Lost, Placed
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.judge import complete_plan, judge_plan
from fleetcraft.study.replan.forecast import forecast
from fleetcraft.study.replan.story import placed_orders

TODAY = date(2027, 12, 31)
QUANTILES = ("p05", "p50", "p95")


@cache
def scenario() -> Scenario:
    return make_scenario(platforms=[{}], budget={"obligation": {2026: 60e6}})


def told(**facts: Any) -> Any:
    """The forecast of four craft ordered, two that came in May and two in October 2027, on both sides."""
    came = (
        Delivered(platform="drone", date=date(2027, 5, 10), quantity=2),
        Delivered(platform="drone", date=date(2027, 10, 1), quantity=2),
    )
    actuals = {
        "today": TODAY,
        "orders": (Placed(platform="drone", ordered=date(2026, 1, 10), quantity=4),),
        "deliveries": came,
        "integrated": {"drone": date(2027, 6, 1)},
    }
    now = as_of(scenario(), Actuals(**actuals | facts))
    theatre = make_theatre(now)
    plan = complete_plan(theatre, Plan(placed_orders(now)), seed=1)
    judged = judge_plan(theatre, plan, seed=1, replications=10, threads=1)
    return forecast(judged, now, judged, now)


def test_craft_are_counted_by_month() -> None:
    """Two are usable when their type's integration ends, on the first of June, two on the first of October."""
    months = told()["craft"]
    assert [months[0]["date"], months[-1]["date"], len(months)] == ["2026-01-01", "2028-12-01", 36]
    expected = [0] * 17 + [2] * 4 + [4] * 15
    for stage in ("before", "after"):
        for key in ("mean", "low", "high"):
            assert [month[stage][key] for month in months] == expected


def test_losses_to_come_are_not_counted_and_those_known_are() -> None:
    """One of four is lost: three quarters are there, whatever the window may still take."""
    lost = (Lost(platform="drone", date=date(2027, 7, 1), quantity=1),)
    found = told(lost=lost)
    assert found["usable_share_at_deadline"]["after"] == pytest.approx(dict.fromkeys(("mean", "low", "high"), 0.75))
    assert found["craft"][-1]["after"]["mean"] == 3


def test_a_lost_craft_does_not_keep_the_fleet_from_being_complete() -> None:
    lost = (Lost(platform="drone", date=date(2027, 7, 1), quantity=1),)
    whole, drone = told(lost=lost)["complete"]
    for row in (whole, drone):
        assert row["after"] == dict.fromkeys(QUANTILES, "2027-10-01")
        assert row["lost"] == 1
    assert told()["complete"][0]["lost"] == 0


def test_a_type_all_of_which_is_lost_has_no_last_craft() -> None:
    lost = (Lost(platform="drone", date=TODAY, quantity=4),)
    whole, drone = told(lost=lost)["complete"]
    assert (whole["after"], drone["after"], drone["lost"]) == (None, None, 4)


def test_what_an_embargo_keeps_back_never_comes() -> None:
    found = told(deliveries=(), integrated={}, embargoes={"US": date(2027, 1, 1)})
    assert found["complete"][0]["after"] == dict.fromkeys(QUANTILES)
    assert np.isclose(found["usable_share_at_deadline"]["after"]["mean"], 0.0)
