"""Orders that are settled beforehand: how they are stated, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.paths import value_at

PIN = {"platform": "drone", "period": "2026Q1", "quantity": 2}


def pinned(*pins: dict[str, Any], **policies: Any) -> dict[str, Any]:
    return {"policies": {"pinned": [{**PIN, **pin} for pin in pins], **policies}}


def test_a_scenario_without_pins_keeps_its_hash() -> None:
    """That of the tiny scenario, as it was before orders could be pinned."""
    assert "pinned" not in make_scenario().content["policies"]
    assert make_scenario(policies={"domain_minimum": {"air": 1}}).content["policies"].keys() == {
        "supplier_country_share", "domestic_share", "domain_minimum", "supplier_countries", "domains", "platforms"
    }  # fmt: skip


def test_each_pin_is_part_of_the_hash() -> None:
    hashes = {make_scenario(**pinned({"quantity": n})).hash for n in (0, 1, 2)} | {make_scenario().hash}
    assert len(hashes) == 4


def test_a_pin_has_a_path() -> None:
    scenario = make_scenario(**pinned({}, {"period": "2026Q3"}))
    assert value_at(scenario, "policies.pinned.drone.2026Q3.quantity") == (2,)
    moved = changed(scenario, "policies.pinned.drone.2026Q3.quantity", 5)
    assert [pin.quantity for pin in moved.policies.pinned] == [2, 5]


@pytest.mark.parametrize(
    ("stated", "where", "expected"),
    [
        (pinned({"platform": "dron"}), "platform", "the id of a platform"),
        (pinned({"period": "2028Q1"}), "period", "a period in which orders are placed"),
        (pinned({"period": "2027Q1"}), "period", "a fiscal year with acquisition money"),
        (pinned({}, platforms={"without": ["drone"]}), "platform", "a platform that policies allow"),
        (pinned({}, domains={"without": ["air"]}), "platform", "a platform that policies allow"),
        (pinned({}, {"quantity": 3}), "policies.pinned.1", "each platform and period once"),
        (pinned({"quantity": -1}), "quantity", "a whole number from 0"),
    ],
    ids=["platform", "period", "money", "type", "domain", "twice", "negative"],
)
def test_what_cannot_be_is_one_fault(stated: dict[str, Any], where: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        make_scenario(platforms=[{}, {"id": "boat", "domain": "surface"}], **stated)
    (fault,) = caught.value.faults
    assert where in fault.where
    assert expected in fault.expected
    assert fault.line > 0


def test_nothing_can_be_pinned_of_what_cannot_be_bought() -> None:
    scenario = make_scenario(**pinned({"quantity": 0, "period": "2027Q1"}))
    assert scenario.policies.pinned_in("drone", "2027Q1") == 0
    assert scenario.policies.pinned_in("drone", "2026Q1") is None


def test_a_service_can_be_hired_without_acquisition_money() -> None:
    scenario = make_scenario(platforms=[{"acquisition": "service"}], **pinned({"period": "2027Q1"}))
    assert scenario.policies.is_pinned("drone")
