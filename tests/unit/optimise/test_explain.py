"""An impossible scenario names exactly what cannot hold together, and what would give way."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from unit.fleet.theatres import futures_of, theatre_of

ROOMY: dict[str, Any] = {"operations": {"people_limit": 5000.0}, "budget": {"obligation": {2026: 500e6}}}


def solved(**changes: Any) -> FleetSolution:
    scenario = make_scenario(**(ROOMY | changes))
    theatre = theatre_of(scenario, distance_nm=np.arange(100, 100 + 10 * len(scenario.places), 10)[:, None])
    return plan_fleet(theatre, futures_of(scenario, count=2), no_corrections(theatre), Limits())


def conflicts(**changes: Any) -> dict[str, float]:
    """Statements in conflict and by how much each alone would have to give (inf: no change of it is enough)."""
    with pytest.raises(InfeasibleError) as caught:
        solved(**changes)
    found = {}
    for text in caught.value.conflicts:
        words, _, rest = text.partition(" (")
        amount = re.match(r"alone, it would have to give by ([\d,.e+]+) (\S+)\)", rest)
        found[words] = float(amount[1].replace(",", "")) if amount else np.inf
    return found


def minimum(craft: int, **more: Any) -> dict[str, Any]:
    return {"policies": {"domain_minimum": {"air": craft}, **more}}


def test_money_against_a_least_number() -> None:
    """Eight drones of 3 M for 10 M: three can be had."""
    budget = {"obligation": {2026: 10e6}}
    found = conflicts(budget=budget, **minimum(8))
    assert found == {
        "budget.obligation.2026: 1e+07": pytest.approx(14e6, rel=1e-5),
        "policies.domain_minimum.air: 8": pytest.approx(5),
    }
    enough = {"obligation": {2026: 10e6 + 14e6 + 1}}
    assert solved(budget=enough, **minimum(8)).plan.ordered("drone") == 8
    assert solved(budget=budget, **minimum(3)).plan.ordered("drone") == 3
    assert len(conflicts(budget={"obligation": {2026: 23.9e6}}, **minimum(8))) == 2
    assert len(conflicts(budget=budget, **minimum(4))) == 2


def test_integration_counts_as_money() -> None:
    once: dict[str, Any] = {"acquisition": {"integration_cost": 2e6}}
    assert conflicts(budget={"obligation": {2026: 10e6}}, **once, **minimum(3)) == {
        "budget.obligation.2026: 1e+07": pytest.approx(1e6, rel=1e-5),
        "policies.domain_minimum.air: 3": pytest.approx(1),
    }


def test_room_at_the_bases_against_a_least_number() -> None:
    places = [{"capacity_air": 2}, {"id": "ayora", "name": "Ayora", "capacity_air": 1}]
    found = conflicts(places=places, **minimum(5))
    assert found == {
        "places: capacities of baltra": pytest.approx(2),
        "places: capacities of ayora": pytest.approx(2),
        "policies.domain_minimum.air: 5": pytest.approx(2),
    }
    assert solved(places=[{"capacity_air": 4}, places[1]], **minimum(5)).plan.ordered("drone") == 5
    assert solved(places=places, **minimum(3)).plan.ordered("drone") == 3


def test_every_base_is_tried_before_room_is_denied() -> None:
    places = [{"id": f"base_{i}", "name": f"Base {i}", "capacity_air": 1} for i in range(5)]
    assert solved(places=places, **minimum(5)).plan.ordered("drone") == 5
    assert len(conflicts(places=places, **minimum(6))) == 6


def test_people_against_a_least_number() -> None:
    operations = {"people_limit": 10.0, "people_per_post": 5}
    found = conflicts(operations=operations, **minimum(4))
    assert list(found) == ["operations.people_limit: 10", "policies.domain_minimum.air: 4"]
    enough = 10.0 + found["operations.people_limit: 10"] + 1e-3
    assert solved(operations={**operations, "people_limit": enough}, **minimum(4)).plan.ordered("drone") == 4
    fewer = 4 - found["policies.domain_minimum.air: 4"]
    assert solved(operations=operations, **minimum(int(fewer + 1e-6))).plan.ordered("drone") == fewer


def test_support_against_a_least_number() -> None:
    budget = {"obligation": {2026: 500e6}, "support": {2027: 900e6, 2028: 3e6}}
    found = conflicts(budget=budget, **minimum(4))
    assert list(found) == ["budget.support.2028: 3e+06", "policies.domain_minimum.air: 4"]
    enough = budget["support"] | {2028: 3e6 + found["budget.support.2028: 3e+06"] + 100}
    assert solved(budget=budget | {"support": enough}, **minimum(4)).plan.ordered("drone") == 4
    short = budget["support"] | {2028: 3e6 + 0.99 * found["budget.support.2028: 3e+06"]}
    assert len(conflicts(budget=budget | {"support": short}, **minimum(4))) == 2


def test_a_share_against_a_least_number() -> None:
    """All drones come from one country: its cap alone forbids what the domain demands."""
    found = conflicts(**minimum(2, supplier_country_share={"max": 0.5}))
    assert set(found) == {"policies.supplier_country_share.max: 0.5", "policies.domain_minimum.air: 2"}
    diluted = [{}, {"id": "boat", "domain": "surface", "supplier": "Norse", "supplier_country": "NO"}]
    plan = solved(platforms=diluted, **minimum(2, supplier_country_share={"max": 0.5})).plan
    assert plan.ordered("drone") == plan.ordered("boat") >= 2


def test_a_domestic_share_against_a_least_number() -> None:
    found = conflicts(**minimum(2, domestic_share={"min": 0.3}))
    assert set(found) == {"policies.domestic_share.min: 0.3", "policies.domain_minimum.air: 2"}


def test_two_least_numbers_that_money_cannot_serve_together() -> None:
    platforms = [{}, {"id": "boat", "domain": "surface"}]
    policies = {"domain_minimum": {"air": 2, "surface": 2}}
    found = conflicts(platforms=platforms, budget={"obligation": {2026: 10e6}}, policies=policies)
    assert found == {
        "budget.obligation.2026: 1e+07": pytest.approx(2e6, rel=1e-5),
        "policies.domain_minimum.air: 2": pytest.approx(1),
        "policies.domain_minimum.surface: 2": pytest.approx(1),
    }


def test_a_domain_nobody_makes_is_impossible_by_itself() -> None:
    found = conflicts(policies={"domain_minimum": {"underwater": 1}})
    assert found == {"policies.domain_minimum.underwater: 1": pytest.approx(1)}


def test_two_quarrels_at_once_name_one_that_is_a_quarrel() -> None:
    """Money and room both forbid eight; either with the least number is a whole conflict."""
    found = conflicts(places=[{"capacity_air": 2}], budget={"obligation": {2026: 10e6}}, **minimum(8))
    assert "policies.domain_minimum.air: 8" in found
    assert len(found) == 2
