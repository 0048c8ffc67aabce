"""Doubts about where values come from: told, never refused."""

from __future__ import annotations

from typing import Any

import pytest

from builders import PLATFORM, make_scenario
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.provenance import warnings_of
from fleetcraft.scenario.read import read_scenario

MEASURED = [
    name
    for name, info in Platform.model_fields.items()
    if isinstance(info.json_schema_extra, dict) and "unit" in info.json_schema_extra and PLATFORM.get(name) is not None
]


def sources(*without: str, platform: str = "drone") -> list[dict[str, Any]]:
    return [{"id": platform, "field": name, "value": PLATFORM[name]} for name in MEASURED if name not in without]


def test_a_scenario_whose_every_value_has_its_source_raises_no_doubt() -> None:
    assert warnings_of(make_scenario(platform_sources=sources(), assumptions=[{}])) == ()


@pytest.mark.parametrize("name", ["japan-2026", "galapagos"])
def test_the_shipped_examples_raise_no_doubt(name: str) -> None:
    assert warnings_of(read_scenario(name)) == ()


def test_no_sources_at_all_is_one_line() -> None:
    assert warnings_of(make_scenario()) == ("no platform value has a source: the scenario has no platform_sources",)


def test_values_without_a_source_row_are_grouped() -> None:
    (line,) = warnings_of(make_scenario(platform_sources=sources("mtbf_h", "endurance_h")))
    assert line == "2 platform values without a source row: endurance_h of drone, mtbf_h of drone"
    (line,) = warnings_of(make_scenario(platform_sources=sources(*MEASURED[1:])))
    assert line.startswith(f"{len(MEASURED) - 1} platform values without a source row: {MEASURED[1]} of drone, ")
    assert line.endswith(f"and {len(MEASURED) - 7} more")


def test_kinds_in_one_cell_are_compared_as_the_table_has_them() -> None:
    rows = [*sources(), {"id": "drone", "field": "identifies", "value": "surface_vessel;small_craft"}]
    platform = {"identifies": "surface_vessel;small_craft"}
    assert warnings_of(make_scenario(platforms=[platform], platform_sources=rows)) == ()
    (line,) = warnings_of(make_scenario(platforms=[{"identifies": "small_craft"}], platform_sources=rows))
    assert line.endswith("identifies of drone is small_craft, its source row has surface_vessel;small_craft")


def test_demands_that_nobody_can_serve() -> None:
    demands = [
        {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 4, "at_least": 0.5},
        {"area": "bay", "measure": "layered", "domains": ["air", "surface"], "at_least": 0.5},
        {"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.5},
    ]
    platform = {"identifies": "surface_vessel"}
    scenario = make_scenario(
        platforms=[platform],
        targets={"small_craft": {"dwell_h": 0.3}},
        requirements=demands,
        platform_sources=sources(),
        assumptions=[{}],
    )
    assert warnings_of(scenario) == (
        "2 requirements that no platform can serve: bay-identification-small_craft_4h (no platform identifies "
        "small_craft), bay-layered-air_surface (no platform is of the domain surface)",
    )


def test_an_edited_price_still_runs_and_is_told() -> None:
    scenario = make_scenario(platforms=[{"unit_price_likely": 2.5e6}], platform_sources=sources())
    (line,) = warnings_of(scenario)
    assert line == (
        "1 platform value unlike the source row: unit_price_likely of drone is 2500000, its source row has 3000000.0"
    )


def test_sources_of_a_platform_that_was_taken_out() -> None:
    rows = [*sources(), *sources(*MEASURED[2:], platform="gone")]
    assert warnings_of(make_scenario(platform_sources=rows)) == (
        "source rows of 1 type not among the platforms: gone (2)",
    )


def test_assumptions_and_the_values_in_force() -> None:
    assumptions = [
        {},
        {"path": "weather.rough_spell_h", "low": 12, "likely": 30, "high": 60},
        {"path": "platforms.*.mttr_h", "low": 5, "likely": 10, "high": 20},
        {"path": "places.*.capacity_air", "low": 6, "likely": 12, "high": 24},
        {"path": "operations.people_per_post", "low": 4, "likely": 5, "high": 6},
    ]
    places = [{"capacity_air": 12}, {"id": "ayora"}]
    scenario = make_scenario(assumptions=assumptions, places=places, platform_sources=sources())
    assert warnings_of(scenario) == (
        "1 assumption about nothing in the scenario: weather.rough_spell_h",
        "1 assumption with a value outside its range: operations.people_per_post is 1, range 4 to 6",
        "1 assumption not at the likely value: platforms.*.mttr_h is 8, likely 10",
    )


def test_rates_without_volatility() -> None:
    scenario = make_scenario(
        platforms=[{"price_currency": "AUD"}], exchange={"start": {"AUD": 0.6}}, platform_sources=sources()
    )
    assert warnings_of(scenario) == ("exchange rates that do not move (no volatility is given): AUD",)
