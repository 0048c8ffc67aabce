"""One value changed, the rest as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import EVERYTHING, make_scenario
from fleetcraft.scenario.changed import changed, mapped
from fleetcraft.scenario.paths import is_number, names_below, value_at

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


@pytest.mark.parametrize("month", ["1", "*"])
@pytest.mark.parametrize("area", ["bay", "*"])
def test_months_go_by_area_and_number(area: str, month: str) -> None:
    path = f"environment.{area}.{month}.mean_wind_kn"
    other = changed(SCENARIO, path, 9.0)
    assert set(value_at(other, path)) == {9.0}
    moved = [row for row in other.environment if row.mean_wind_kn == 9.0]
    assert {row.month for row in moved} == ({1} if month == "1" else set(range(1, 13)))


@st.composite
def paths(draw: st.DrawFn) -> str:
    """A path of names that follow one another or stand for every name, with at times one that leads nowhere."""
    parts: list[str] = []
    while names := names_below(SCENARIO, ".".join(parts)):
        parts.append(draw(st.sampled_from([*names, "*"])))
    if draw(st.integers(0, 4)) == 0:
        parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from(["*", "nowhere", "1"])))
    return ".".join(parts)


@given(path=paths())
@settings(max_examples=300, deadline=None)
def test_every_number_that_a_path_leads_to_can_be_changed_and_no_other(path: str) -> None:
    before = value_at(SCENARIO, path)
    numbers = [value for value in before if is_number(value)]
    if not numbers:
        with pytest.raises(LookupError):
            mapped(SCENARIO, path, lambda number: number)
        return
    met: list[float] = []
    assert mapped(SCENARIO, path, lambda number: met.append(number) or number).hash == SCENARIO.hash  # type: ignore[func-returns-value]
    assert met == numbers


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
