"""Outputs by their dotted path in a verb's JSON."""

from __future__ import annotations

from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.study.questionnaire.outputs import UnknownOutputError, has_interval, interval_of, output_of, output_unit

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
    "restrictions": [{"name": "only US", "attainment": {"simulated": 0.7}}],
}
KNOWN = ("drone", "boat", "glider")


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
        ("orders.1.quantity", 1.0),
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
        ("attainement.simulated", "found no attainement, expected attainment"),
        ("attainment", "found no number, expected the path of one further in: one of simulated, low, high"),
        ("attainment.simulated.mean", "found nothing below attainment.simulated, expected the path of a number"),
        ("orders.3.quantity", "found no 3, expected one of drone, boat"),
        ("orders.dron.quantity", "found no dron, expected drone"),
        ("requirements.bay.simulated", "found no bay, expected bay-detection_4h.v2"),
        ("requirements.0.area", "found bay, expected a number"),
        ("requirements.0.at_most", "found False, expected a number"),
        ("", "found no , expected one of attainment"),
    ],
)
def test_an_output_that_no_answer_has_is_told_with_the_nearest_name(output: str, told: str) -> None:
    with pytest.raises(UnknownOutputError) as error:
        output_of(RESULT, output, KNOWN)
    assert told in str(error.value)


def test_simulated_outputs_have_their_interval() -> None:
    assert has_interval("attainment.simulated")
    assert not has_interval("cost.acquisition")
    assert interval_of(RESULT, "attainment.simulated") == (0.4, 0.6)
    assert interval_of(RESULT, "requirements.bay-detection_4h.v2.simulated") == (0.2, 0.35)


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
    }
    assert {output: output_unit(scenario, output) for output in units} == units
