"""Values by their dotted path."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from builders import make_scenario
from fleetcraft.scenario.actuals import Actuals
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.paths import names_below, value_at
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario

from .rich import write_rich


@pytest.fixture(name="scenario")
def rich_scenario(tmp_path: Path) -> Scenario:
    return read_scenario(write_rich(tmp_path))


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("currency", ("USD",)),
        ("operations.endurance_reserve", (0.1,)),
        ("exchange.start.AUD", (0.645,)),
        ("exchange.volatility.*", (0.1058, 0.0728)),
        ("budget.obligation.2027", (10e6,)),
        ("acquisition.slip_months.likely", (2.0,)),
        ("platforms.drone.mtbf_h", (150.0,)),
        ("platforms.*.mtbf_h", (150.0, None)),
        ("places.*.repair_crews_air", (2, 2)),
        ("targets.*.speed_kn", (20.0,)),
        ("operations.classes.aircraft.upkeep_people", (2.0,)),
        ("requirements.reef-presence-1_underwater.craft", (1,)),
        ("requirements.*.weight", (1.0, 2.0, 1.0, 1.0, 1.0)),
        ("environment.bay.7.mean_wind_kn", (12.0,)),
        ("environment.*.*.p_ss3", (0.35,) * 24),
        ("areas.bay.name", ("Bay",)),
        ("policies.supplier_country_share.max", (0.6,)),
    ],
)
def test_a_path_leads_to_its_values(path: str, values: tuple[object, ...], scenario: Scenario) -> None:
    assert value_at(scenario, path) == values


@pytest.mark.parametrize(
    "path",
    ["", "nowhere", "platforms.tb2.mtbf_h", "platforms.drone.mtbf", "platforms.drone.mtbf_h.x",
     "budget.obligation.2030", "environment.bay.13.p_ss0", "policies.domestic_share.min", "currency.*"],
)  # fmt: skip
def test_a_path_that_leads_nowhere_has_no_value(path: str, scenario: Scenario) -> None:
    assert value_at(scenario, path) == ()


def test_ids_may_hold_dots() -> None:
    half_an_hour = {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 0.5, "at_least": 0.3}
    scenario = make_scenario(requirements=[half_an_hour])
    assert value_at(scenario, "requirements.bay-detection-small_craft_0.5h.at_least") == (0.3,)


def test_no_path_leads_to_what_has_happened() -> None:
    scenario = as_of(make_scenario(), Actuals(today=date(2026, 3, 1)))
    assert "actuals" not in names_below(scenario, "")
    assert {"budget", "platforms"} <= set(names_below(scenario, ""))
    assert value_at(scenario, "actuals.today") == ()
