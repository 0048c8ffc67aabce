"""The shipped rule of placing craft: within every base's room, never more than ordered, where it helps most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.formula import allocation_of, planned_values
from fleetcraft.optimise.greedy import place_craft
from fleetcraft.plan import Allocation, Order, Plan
from unit.fleet.theatres import futures_of, theatre_of

REEF = [[[-92.0, 3.0], [-91.0, 3.0], [-91.0, 4.0], [-92.0, 4.0], [-92.0, 3.0]]]
FIND: dict[str, Any] = {"measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.9}


def theatre_with(*, distance_nm: Any = 100.0, **changes: Any) -> Theatre:
    stated: dict[str, Any] = {
        "platforms": [{}, {"id": "boat", "domain": "surface"}],
        "places": [{"capacity_air": 3}, {"id": "ayora", "name": "Ayora", "capacity_air": 2, "capacity_surface": 1}],
        "areas": [{}, {"id": "reef", "name": "Reef", "coordinates": REEF}],
        "requirements": [{"area": "bay", **FIND}, {"area": "reef", **FIND, "weight": 2}],
    }
    return theatre_of(make_scenario(**(stated | changes)), distance_nm=distance_nm, area_nm2=20_000)


def in_time(theatre: Theatre) -> Futures:
    return futures_of(theatre.scenario, lead_months=6, count=2)


def orders(**quantities: int) -> Plan:
    return Plan(tuple(Order(platform, "2026Q1", n) for platform, n in quantities.items()), None, "made for it")


def value(theatre: Theatre, plan: Plan) -> float:
    futures = in_time(theatre)
    values = planned_values(theatre, plan, deliver(theatre.scenario, plan, futures), no_corrections(theatre))
    return float(attainment(theatre.scenario.requirements, values).mean())


@pytest.mark.parametrize("quantities", [{"drone": 3, "boat": 1}, {"drone": 9, "boat": 9}, {"boat": 2}, {"drone": 1}])
def test_no_base_is_overfull_and_no_craft_invented(quantities: dict[str, int]) -> None:
    theatre = theatre_with()
    plan = place_craft(theatre, orders(**quantities), in_time(theatre))
    assert plan.allocation is not None
    room = {("drone", "baltra"): 3, ("drone", "ayora"): 2, ("boat", "ayora"): 1, ("boat", "baltra"): np.inf}
    for (platform, base), most in room.items():
        assert sum(r.craft for r in plan.allocation if (r.platform, r.base) == (platform, base)) <= most
    for platform, most in {"drone": 5, "boat": np.inf}.items():
        placed = sum(r.craft for r in plan.allocation if r.platform == platform)
        assert placed == min(quantities.get(platform, 0), most)
    assert plan.orders == orders(**quantities).orders
    assert plan.scenario == "made for it"
    assert list(plan.allocation) == sorted(plan.allocation)


def test_a_craft_goes_where_it_helps_most() -> None:
    """The reef weighs twice the bay; the third drone finds both half watched and goes to the bay again or the reef."""
    theatre = theatre_with()
    one = place_craft(theatre, orders(drone=1), in_time(theatre))
    assert one.allocation is not None
    assert [r.area for r in one.allocation] == ["reef"]


def test_each_step_is_the_best_step() -> None:
    """Against every place for the next craft, valued by the exact formula (weak searches: curves and formula agree)."""
    theatre = theatre_with(distance_nm=[[60, 250], [200, 120]])
    allocation: dict[tuple[str, str, str], int] = {}
    for count in range(1, 5):
        plan = place_craft(theatre, orders(drone=count), in_time(theatre))
        assert plan.allocation is not None
        found = value(theatre, plan)
        best = 0.0
        for key, n in theatre.pair_index.items():
            if key[0] == "drone":
                tried = allocation | {key: allocation.get(key, 0) + 1}
                if sum(c for k, c in tried.items() if k[1] == key[1]) <= {"baltra": 3, "ayora": 2}[key[1]]:
                    pair = np.array([theatre.pair_index[k] for k in tried])
                    rows = allocation_of(theatre, pair, np.array(list(tried.values())))
                    best = max(best, value(theatre, Plan(plan.orders, rows)))
            assert n >= 0
        assert found >= best - 2e-3
        allocation = {(r.platform, r.base, r.area): r.craft for r in plan.allocation}


def test_placing_is_deterministic() -> None:
    theatre = theatre_with()
    first, second = (place_craft(theatre, orders(drone=4, boat=3), in_time(theatre)) for _ in range(2))
    assert first == second


def test_equal_bases_fill_in_turn() -> None:
    theatre = theatre_with(platforms=[{}])
    plan = place_craft(theatre, orders(drone=5), in_time(theatre))
    assert plan.allocation is not None
    assert {r.base: sum(q.craft for q in plan.allocation if q.base == r.base) for r in plan.allocation} == {
        "baltra": 3,
        "ayora": 2,
    }


def test_a_far_base_is_used_where_the_near_ones_are_full() -> None:
    places = [{"id": f"base_{i}", "name": f"Base {i}", "capacity_air": 1} for i in range(5)]
    theatre = theatre_with(
        platforms=[{}], places=places, distance_nm=np.linspace(100, 200, 5)[:, None] + np.zeros((5, 2))
    )
    plan = place_craft(theatre, orders(drone=5), in_time(theatre))
    assert plan.allocation is not None
    assert {r.base for r in plan.allocation} == {place["id"] for place in places}


def test_craft_that_can_reach_nothing_stay_unplaced() -> None:
    theatre = theatre_with(distance_nm=900.0)
    assert place_craft(theatre, orders(drone=2), in_time(theatre)).allocation == ()


def test_nothing_ordered_is_nothing_placed() -> None:
    theatre = theatre_with()
    assert place_craft(theatre, Plan(), in_time(theatre)) == Plan((), ())


def test_craft_without_use_are_still_based() -> None:
    """Nothing is asked of boats; they stand at a base all the same, as the plan's owner bought them."""
    theatre = theatre_with(platforms=[{}, {"id": "boat", "domain": "surface", "sweep_width_nm_small_craft": 0}])
    plan = place_craft(theatre, orders(boat=1), in_time(theatre))
    assert plan.allocation is not None
    assert [(r.platform, r.craft) for r in plan.allocation] == [("boat", 1)]
    assert all(isinstance(r, Allocation) for r in plan.allocation)
