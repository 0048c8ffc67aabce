"""An impossible scenario names a smallest set that cannot hold together, and the cheapest way out."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_scenario
from fleetcraft.errors import Clash, InfeasibleError
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.explain import smallest_conflict
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.scenario import Scenario
from unit.fleet.theatres import futures_of, theatre_of

ROOMY: dict[str, Any] = {"operations": {"people_limit": 5000.0}, "budget": {"obligation": {2026: 500e6}}}
MONEY, AIR = "budget.obligation.2026", "policies.domain_minimum.air"


def scenario_of(**changes: Any) -> Scenario:
    return make_scenario(**(ROOMY | changes))


def solved(scenario: Scenario) -> FleetSolution:
    theatre = theatre_of(scenario, distance_nm=np.arange(100, 100 + 10 * len(scenario.places), 10)[:, None])
    return plan_fleet(theatre, futures_of(scenario, count=2), no_corrections(theatre), Limits())


def clashes(scenario: Scenario) -> tuple[Clash, ...]:
    with pytest.raises(InfeasibleError) as caught:
        solved(scenario)
    return caught.value.clashes


def conflict(scenario: Scenario) -> dict[str, float | None]:
    """The smallest conflict: what each member must become if nothing else gives."""
    return {clash.path: clash.alone for clash in clashes(scenario) if clash.in_conflict}


def with_way_out(scenario: Scenario) -> Scenario:
    """The scenario after the cheapest way out."""
    for clash in clashes(scenario):
        if clash.together is not None:
            scenario = changed(scenario, clash.path, clash.together)
    return scenario


def minimum(craft: int, **more: Any) -> dict[str, Any]:
    return {"policies": {"domain_minimum": {"air": craft}, **more}}


def test_money_against_a_least_number() -> None:
    """Eight drones of 3 M for 10 M: three can be had, or 24 M are needed."""
    scenario = scenario_of(budget={"obligation": {2026: 10e6}}, **minimum(8))
    found = conflict(scenario)
    assert found == {MONEY: pytest.approx(24e6, rel=1e-5), AIR: 3}
    assert solved(changed(scenario, MONEY, found[MONEY] or 0)).plan.ordered("drone") == 8
    assert solved(changed(scenario, AIR, 3)).plan.ordered("drone") == 3
    assert len(conflict(changed(scenario, MONEY, 23.9e6))) == 2
    assert len(conflict(changed(scenario, AIR, 4))) == 2


def test_the_cheapest_way_out_is_measured_against_what_is_stated() -> None:
    """Of 8 craft 5 are 62%, of 10 M the 14 M lacking 140%; one craft is 12.5% and 1 M on top of 20 M are 5%."""
    ways = {}
    for money in (10e6, 20e6):
        found = clashes(scenario_of(budget={"obligation": {2026: money}}, **minimum(8)))
        ways[money] = {clash.path: clash.together for clash in found if clash.together is not None}
    assert ways == {10e6: {AIR: 3}, 20e6: {AIR: 7, MONEY: 21e6}}


def test_the_cheapest_way_out_may_be_several_changes() -> None:
    """Room for two, money for ten, twelve asked for: all three may give."""
    scenario = scenario_of(places=[{"capacity_air": 10}], budget={"obligation": {2026: 33e6}}, **minimum(12))
    found = {c.path: c.together for c in clashes(scenario) if c.together is not None}
    assert found == {AIR: 10}
    two = {**minimum(12)["policies"], "domain_minimum": {"air": 12, "surface": 12}}
    scenario = scenario_of(
        platforms=[{}, {"id": "boat", "domain": "surface"}],
        places=[{"capacity_air": 10, "capacity_surface": 11}],
        policies=two,
    )
    found = {c.path: c.together for c in clashes(scenario) if c.together is not None}
    assert found == {AIR: 10, "policies.domain_minimum.surface": 11}
    assert len(conflict(scenario)) == 2, "either domain is a conflict; one of them is told"
    assert solved(with_way_out(scenario)).plan.ordered("drone") == 10


def test_integration_counts_as_money() -> None:
    once: dict[str, Any] = {"acquisition": {"integration_cost": 2e6}}
    found = conflict(scenario_of(budget={"obligation": {2026: 10e6}}, **once, **minimum(3)))
    assert found == {MONEY: pytest.approx(11e6, rel=1e-5), AIR: 2}


def test_room_at_the_bases_against_a_least_number() -> None:
    places = [{"capacity_air": 2}, {"id": "ayora", "name": "Ayora", "capacity_air": 1}]
    scenario = scenario_of(places=places, **minimum(5))
    assert conflict(scenario) == {"places.baltra.capacity_air": 4, "places.ayora.capacity_air": 3, AIR: 3}
    assert solved(changed(scenario, "places.baltra.capacity_air", 4)).plan.ordered("drone") == 5
    assert solved(changed(scenario, AIR, 3)).plan.ordered("drone") == 3
    assert solved(with_way_out(scenario)).plan.ordered("drone") == 3


def test_every_base_is_tried_before_room_is_denied() -> None:
    places = [{"id": f"base_{i}", "name": f"Base {i}", "capacity_air": 1} for i in range(5)]
    assert solved(scenario_of(places=places, **minimum(5))).plan.ordered("drone") == 5
    assert len(conflict(scenario_of(places=places, **minimum(6)))) == 6


def test_people_against_a_least_number() -> None:
    scenario = scenario_of(operations={"people_limit": 10.0, "people_per_post": 5}, **minimum(4))
    found = conflict(scenario)
    assert set(found) == {"operations.people_limit", AIR}
    enough = found["operations.people_limit"] or 0
    assert solved(changed(scenario, "operations.people_limit", enough)).plan.ordered("drone") == 4
    assert len(conflict(changed(scenario, "operations.people_limit", enough - 0.01))) == 2
    fewer = found[AIR] or 0
    assert solved(changed(scenario, AIR, fewer)).plan.ordered("drone") == fewer


def test_support_against_a_least_number() -> None:
    year = "budget.support.2028"
    scenario = scenario_of(budget={"obligation": {2026: 500e6}, "support": {2027: 900e6, 2028: 3e6}}, **minimum(4))
    found = conflict(scenario)
    assert set(found) == {year, AIR}
    assert solved(changed(scenario, year, found[year] or 0)).plan.ordered("drone") == 4
    assert len(conflict(changed(scenario, year, 0.99 * (found[year] or 0)))) == 2


def test_a_share_against_a_least_number() -> None:
    """All drones come from one country: its cap alone forbids what the domain demands."""
    cap = "policies.supplier_country_share.max"
    scenario = scenario_of(**minimum(2, supplier_country_share={"max": 0.5}))
    assert conflict(scenario) == {cap: pytest.approx(1.0, abs=1e-5), AIR: 0}
    diluted = [{}, {"id": "boat", "domain": "surface", "supplier": "Norse", "supplier_country": "NO"}]
    plan = solved(scenario_of(platforms=diluted, **minimum(2, supplier_country_share={"max": 0.5}))).plan
    assert plan.ordered("drone") == plan.ordered("boat") >= 2


def test_the_least_change_of_a_share_is_found() -> None:
    """Three drones of 3 M from one country and 12 M in all: at most one boat of 3 M beside them, three quarters."""
    cap = "policies.supplier_country_share.max"
    platforms = [{}, {"id": "boat", "domain": "surface", "supplier": "Norse", "supplier_country": "NO"}]
    scenario = scenario_of(
        platforms=platforms,
        budget={"obligation": {2026: 12e6}},
        **minimum(3, supplier_country_share={"max": 0.5}),
    )
    found = conflict(scenario)
    assert found == {cap: pytest.approx(0.75, abs=1e-5), AIR: 2, MONEY: pytest.approx(18e6, rel=1e-5)}
    assert solved(changed(scenario, cap, found[cap] or 0)).plan.ordered("drone") == 3
    assert solved(with_way_out(scenario))


def test_a_domestic_share_against_a_least_number() -> None:
    found = conflict(scenario_of(**minimum(2, domestic_share={"min": 0.3})))
    assert found == {"policies.domestic_share.min": pytest.approx(0.0, abs=1e-5), AIR: 0}


def test_two_least_numbers_that_money_cannot_serve_together() -> None:
    platforms = [{}, {"id": "boat", "domain": "surface"}]
    policies = {"domain_minimum": {"air": 2, "surface": 2}}
    found = conflict(scenario_of(platforms=platforms, budget={"obligation": {2026: 10e6}}, policies=policies))
    assert found == {MONEY: pytest.approx(12e6, rel=1e-5), AIR: 1, "policies.domain_minimum.surface": 1}


def test_a_domain_nobody_makes_is_impossible_by_itself() -> None:
    found = conflict(scenario_of(policies={"domain_minimum": {"underwater": 1}}))
    assert found == {"policies.domain_minimum.underwater": 0}


def test_the_conflict_has_as_few_members_as_any() -> None:
    """Three bases and the number are a conflict of four; money and the number are one of two."""
    places = [{"id": f"base_{i}", "name": f"Base {i}", "capacity_air": 1} for i in range(3)]
    scenario = scenario_of(places=places, budget={"obligation": {2026: 10e6}}, **minimum(8))
    assert set(conflict(scenario)) == {MONEY, AIR}
    assert solved(with_way_out(scenario)).plan.ordered("drone") == 3


def test_what_is_printed() -> None:
    told = InfeasibleError(
        [
            Clash("budget.obligation.2026", 10e6, "USD", True, 24e6, None, "scenario.yaml:37"),
            Clash("policies.domain_minimum.air", 8, "craft", True, 3, 3),
            Clash("policies.domestic_share.min", 0.3, "share", False, None, 0.125),
        ]
    )
    assert str(told) == (
        "no plan meets all hard constraints; these statements cannot all hold:\n"
        "  scenario.yaml:37: budget.obligation.2026: 10,000,000 USD; "
        "alone it must rise to 24,000,000 USD (by 14,000,000 USD)\n"
        "  policies.domain_minimum.air: 8 craft; alone it must fall to 3 craft (by 5 craft)\n"
        "the cheapest way out (least sum of relative changes):\n"
        "  policies.domain_minimum.air must fall to 3 craft (by 5 craft)\n"
        "  policies.domestic_share.min must fall to 12.5% (by 17.5 percentage points)"
    )


SETS = st.lists(st.frozensets(st.integers(0, 6), min_size=1, max_size=4), max_size=6)


@given(conflicts=SETS)
def test_smallest_conflict_against_every_subset(conflicts: list[frozenset[int]]) -> None:
    """For any family of conflicts: a conflict, and of no more members than any subset that is one."""
    count = 7

    def impossible(kept: Collection[int]) -> bool:
        return any(each <= set(kept) for each in conflicts)

    def without(kept: Collection[int]) -> frozenset[int] | None:
        if impossible(kept):
            return None
        held = set(kept)
        for i in range(count):
            if not impossible(held | {i}):
                held.add(i)
        return frozenset(range(count)) - held

    found = smallest_conflict(count, without)
    fewest = next((n for n in range(count + 1) for s in combinations(range(count), n) if impossible(s)), None)
    if fewest is None:
        assert found == []
    else:
        assert impossible(found)
        assert len(found) == fewest
