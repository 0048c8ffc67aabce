"""One value changed, the rest as it was."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from builders import EVERYTHING, make_scenario
from fleetcraft.scenario.changed import changed, mapped
from fleetcraft.scenario.paths import value_at

SCENARIO = make_scenario(**EVERYTHING)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("budget.obligation.2026", 7e6),
        ("operations.people_limit", 12.0),
        ("operations.classes.craft.upkeep_people", 0.75),
        ("platforms.boat.mtbf_h", 20.0),
        ("places.baltra.capacity_air", 9),
        ("policies.domain_minimum.underwater", 3),
        ("uncertainty.embargo.probability", 0.5),
        ("environment.bay.3.mean_wind_kn", 9.0),
        ("exchange.start.EUR", 1.5),
    ],
)
def test_the_value_is_another_and_nothing_else(path: str, value: float) -> None:
    (before,) = value_at(SCENARIO, path)
    other = changed(SCENARIO, path, value)
    assert value_at(other, path) == (value,)
    assert type(value_at(other, path)[0]) is type(before)
    assert other.hash != SCENARIO.hash
    assert changed(other, path, float(str(before))).hash == SCENARIO.hash


def test_a_star_is_every_id() -> None:
    assert set(value_at(changed(SCENARIO, "platforms.*.turnaround_h", 1.5), "platforms.*.turnaround_h")) == {1.5}
    doubled = mapped(SCENARIO, "platforms.*.endurance_h", lambda h: 2 * h)
    before, after = (value_at(s, "platforms.*.endurance_h") for s in (SCENARIO, doubled))
    assert [2 * float(str(h)) for h in before] == list(after)


def test_a_whole_number_stays_one() -> None:
    assert value_at(changed(SCENARIO, "places.baltra.capacity_surface", 8.6), "places.baltra.capacity_surface") == (9,)


@pytest.mark.parametrize(
    ("which", "value", "expected"),
    [
        ("likely", 6e6, (2e6, 6e6, 6e6)),
        ("likely", 1e6, (1e6, 1e6, 5e6)),
        ("low", 4e6, (4e6, 4e6, 5e6)),
        ("high", 1e6, (1e6, 1e6, 1e6)),
    ],
)
def test_low_likely_and_high_stay_in_order(which: str, value: float, expected: tuple[float, float, float]) -> None:
    other = changed(SCENARIO, f"platforms.drone.unit_price_{which}", value)
    drone = other.platforms[0]
    assert (drone.unit_price_low, drone.unit_price_likely, drone.unit_price_high) == expected


def test_a_triangle_stays_in_order() -> None:
    slip = changed(SCENARIO, "acquisition.slip_months.likely", 12).acquisition.slip_months
    assert (slip.low, slip.likely, slip.high) == (0, 12, 12)


@pytest.mark.parametrize("path", ["budget.nothing", "platforms.none.mtbf_h", "name", "platforms.drone.name"])
def test_what_is_no_number_cannot_be_changed(path: str) -> None:
    with pytest.raises(LookupError, match=path):
        changed(SCENARIO, path, 1.0)


def test_limits_of_a_field_hold() -> None:
    with pytest.raises(ValidationError):
        changed(SCENARIO, "uncertainty.embargo.probability", 2.0)
