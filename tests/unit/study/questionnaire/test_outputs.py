"""Outputs by their dotted path in a verb's JSON."""

from __future__ import annotations

from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.study.questionnaire.outputs import (
    AbsentOutputError,
    UnknownOutputError,
    has_interval,
    interval_of,
    output_of,
    output_unit,
)

RESULT: dict[str, Any] = {
    "attainment": {"simulated": 0.5, "low": 0.4, "high": 0.6},
    "evpi": None,
    "probability_all_met": None,
    "losses": {"drone": 1.5},
    "orders": [
        {"platform": "drone", "period": "2026Q1", "quantity": 4},
        {"platform": "boat", "period": "2026Q1", "quantity": 1},
        {"platform": "drone", "period": "2026Q2", "quantity": 3},
    ],
    "requirements": [
        {"id": "bay-detection_4h.v2", "area": "bay", "simulated": 0.3, "low": 0.2, "high": 0.35, "at_most": False},
    ],
    "later": [
        {
            "platform": "boat",
            "period": "2026Q3",
            "probability": 0.1,
            "quantity": {"mean": 0.2, "low": 0.0, "high": 1.0},
        },
        {
            "platform": "boat",
            "period": "2026Q4",
            "probability": 0.3,
            "quantity": {"mean": 0.5, "low": 0.0, "high": 2.0},
        },
    ],
    "late": [{"platform": "boat", "ordered": 1.0, "probability_usable_in_time": 0.2}],
    "deliveries": [
        {"platform": "drone", "date": "2026-06-01", "mean": 1.0},
        {"platform": "drone", "date": "2026-07-01", "mean": 2.0},
    ],
    "points": [
        {"key": "00", "conflict": [], "orders": []},
        {"key": "01", "status": "infeasible", "conflict": ["no money"]},
    ],
    "loop": [],
    "restrictions": [{"name": "only US", "attainment": {"simulated": 0.7}}],
}
KNOWN = ("drone", "boat", "glider", "Sea Glider")


@pytest.mark.parametrize(
    ("output", "value"),
    [
        ("attainment.simulated", 0.5),
        ("evpi", None),
        ("evpi.value", None),
        ("probability_all_met", None),
        ("losses.drone", 1.5),
        ("losses.glider", None),  # nothing is told of a type that is not bought
        ("orders.drone.quantity", 7.0),  # several of one name add up
        ("orders.boat.quantity", 1.0),
        ("orders.glider.quantity", 0.0),  # none is bought
        ("orders.Sea Glider.quantity", 0.0),
        ("orders.1.quantity", 1.0),
        ("later.boat.quantity.mean", 0.7),
        ("later.drone.quantity.mean", 0.0),
        ("late.boat.probability_usable_in_time", 0.2),
        ("late.drone.probability_usable_in_time", None),  # surely in time: the list leaves it out
        ("deliveries.1.mean", 2.0),
        ("points.00.orders.drone.quantity", 0.0),
        ("points.01.attainment.simulated", None),  # there is no plan
        ("requirements.bay-detection_4h.v2.simulated", 0.3),  # an id may hold dots
        ("requirements.0.simulated", 0.3),
        ("restrictions.only US.attainment.simulated", 0.7),
    ],
)
def test_an_output_is_found_by_names_and_positions(output: str, value: float | None) -> None:
    assert output_of(RESULT, output, KNOWN) == value


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("attainement.simulated", "found attainement, expected attainment"),
        ("attainment", "found no number, expected the path of one further in: one of simulated, low, high"),
        ("attainment.simulated.mean", "found nothing below attainment.simulated, expected the path of a number"),
        ("orders.3.quantity", "found 3, expected a position below 3"),
        (
            "orders.drone.unit_price",
            "found unit_price of all orders of that name, expected a number that adds up: one of",
        ),
        ("orders.boat.unit_price", "or one of orders by its position, such as orders.0.unit_price"),
        ("later.boat.probability", "found probability of all later of that name"),
        ("deliveries.drone.mean", "expected one of deliveries by its position, such as deliveries.0.mean"),
        ("requirements.drone.simulated", "found drone, expected bay-detection_4h.v2"),
        ("loop.first.simulated", "found first, expected one of"),
        ("orders.dron.quantity", "found dron, expected drone"),
        ("requirements.bay.simulated", "found bay, expected bay-detection_4h.v2"),
        ("requirements.0.area", "found bay, expected a number"),
        ("requirements.0.at_most", "found False, expected a number"),
        ("", "found an empty name, expected one of attainment"),
    ],
)
def test_an_output_that_no_answer_has_is_told_with_the_nearest_name(output: str, told: str) -> None:
    with pytest.raises(UnknownOutputError) as error:
        output_of(RESULT, output, KNOWN)
    assert told in str(error.value)


def test_only_another_answer_can_have_what_a_list_is_too_short_for() -> None:
    with pytest.raises(AbsentOutputError):
        output_of(RESULT, "loop.0.simulated", KNOWN)
    with pytest.raises(UnknownOutputError) as error:
        output_of({"loop": []}, "loop.first.simulated")
    assert not isinstance(error.value, AbsentOutputError)
    assert "found first, expected a number; there are none" in str(error.value)


def test_simulated_outputs_have_their_interval() -> None:
    assert has_interval("attainment.simulated")
    assert not has_interval("cost.acquisition")
    assert interval_of(RESULT, "attainment.simulated") == (0.4, 0.6)
    assert interval_of(RESULT, "requirements.bay-detection_4h.v2.simulated") == (0.2, 0.35)
    assert interval_of({"loop": [{"simulated": 0.5}]}, "loop.0.simulated") == (None, None)


def test_outputs_have_units() -> None:
    scenario = make_scenario()
    id_ = scenario.requirements[0].id
    units = {
        "attainment.simulated": "fraction",
        "cost.acquisition": "USD",
        "cost.overrun.probability": "fraction",
        "points.1.cost.acquisition": "USD",
        f"requirements.{id_}.simulated": "fraction",
        f"requirements.{id_}.probability_met": "fraction",
        "probability_all_met": "fraction",
        "orders.drone.quantity": "",
        "orders.drone.cost": "USD",
        "cost": "USD",
        "requirements": "",
        "attainment": "fraction",
    }
    assert {output: output_unit(scenario, output) for output in units} == units
