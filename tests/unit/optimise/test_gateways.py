"""Gateways for sale: who is joined, what is offered, what it saves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from builders import make_scenario
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre, hand_over_h
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.formula import craft_mix, planned_values
from fleetcraft.optimise.gateways import joined_wait_h, mean_wait_h, offered, with_gateways
from fleetcraft.plan import Allocation, Order, Plan
from unit.fleet.theatres import futures_of, theatre_of

IDENTIFIED = {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 6, "at_least": 0.5}
GATEWAY = ("open", "proprietary/Dronemaker")
TWO_EYES = [
    {"id": "looker", "identifies": "small_craft"},
    {"id": "eye", "control_interfaces": "proprietary"},
    {"id": "other_eye", "control_interfaces": "proprietary", "supplier": "Elsewhere"},
    {"id": "friend", "supplier": "Friend"},
]


def theatre(hand_over: dict[str, Any] | None = None, **changes: Any) -> Theatre:
    rule = {"desk_h": 3, "gateway_h": 0.5, "gateway_cost": 1e5} | (hand_over or {})
    return theatre_of(
        make_scenario(
            platforms=TWO_EYES,
            targets={"small_craft": {"dwell_h": 0.5}},
            operations={"hand_over": rule},
            requirements=[IDENTIFIED],
            **changes,
        )
    )


def offered_in(t: Theatre, mix: np.ndarray | None = None) -> set[tuple[str, str]]:
    corrections = no_corrections(t)
    corrections = corrections if mix is None else replace(corrections, mix=mix)
    return set(offered(t, corrections, np.arange(len(t.pairs))))


def test_what_joins_a_finder_to_who_identifies_is_offered() -> None:
    assert offered_in(theatre()) == {GATEWAY, ("open", "proprietary/Elsewhere")}
    assert offered_in(theatre({"gateway_cost": None})) == set()
    assert offered_in(theatre({"gateways": [list(GATEWAY)]})) == {("open", "proprietary/Elsewhere")}
    assert offered_in(theatre(policies={"platforms": {"without": ["eye"]}})) == {("open", "proprietary/Elsewhere")}


def test_the_wait_is_the_mean_over_those_who_identify() -> None:
    wait_h = np.array([[0.0, 2.0, 1.0], [2.0, 0.0, 4.0], [1.0, 4.0, 0.0]])
    able = np.array([True, False, True])
    everywhere = np.arange(3)
    np.testing.assert_allclose(mean_wait_h(wait_h, able, np.array([3.0, 9.0, 1.0]), everywhere), [0.0, 2.5, 0.0])
    np.testing.assert_allclose(mean_wait_h(wait_h, able, np.zeros(3), everywhere), [0.0, 3.0, 0.0])
    np.testing.assert_allclose(mean_wait_h(wait_h, able, np.zeros(3), np.array([1, 2])), [0.0, 4.0, 0.0])


def test_one_gateway_more_is_as_if_it_were_in_place() -> None:
    t = theatre()
    scenario = t.scenario
    np.testing.assert_array_equal(
        joined_wait_h(scenario, hand_over_h(scenario), GATEWAY), hand_over_h(scenario, [GATEWAY])
    )
    bought = with_gateways(t, [GATEWAY]).scenario
    np.testing.assert_array_equal(hand_over_h(bought), hand_over_h(scenario, [GATEWAY]))
    assert bought.operations.hand_over.gateway_cost is None


def test_the_formula_knows_what_a_plan_has_bought() -> None:
    t = theatre()
    plan = Plan(
        (Order("eye", "2026Q1", 2), Order("looker", "2026Q1", 1)),
        (Allocation("eye", "baltra", "bay", 2, None), Allocation("looker", "baltra", "bay", 1, None)),
    )
    np.testing.assert_array_equal(craft_mix(t, plan)[:, 0], [1, 2, 0, 0])
    deliveries = deliver(t.scenario, plan, futures_of(t.scenario, lead_months=3))
    at_the_desk, joined = (
        float(planned_values(t, each, deliveries, no_corrections(t))[0, 0])
        for each in (plan, replace(plan, gateways=(GATEWAY,)))
    )
    assert 0 < at_the_desk < 0.95 * joined
