"""What a theatre is computed from is what tells theatres apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from architecture.reads import Watch, nouns_of
from builders import EVERYTHING, write_scenario
from fleetcraft.fleet.theatre import MADE_OF, MONEY_COLUMNS, make_theatre, theatre_key
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario


def test_a_theatre_reads_nothing_that_its_key_leaves_out(tmp_path: Path) -> None:
    scenario = read_scenario(write_scenario(tmp_path / "everything", **EVERYTHING))
    watch = Watch(nouns_of(Scenario))
    with pytest.MonkeyPatch.context() as patch:
        watch.set_up(patch)
        make_theatre(scenario)
    read = {tuple(field.split(".")) for field, modules in watch.readers.items() if modules - {""}}
    of_scenario = {field for noun, field in read if noun == "Scenario"}
    assert of_scenario
    assert of_scenario <= {*MADE_OF}
    of_platforms = {field for noun, field in read if noun == "Platform"}
    assert {"cruise_speed_kn", "range_nm_from_base", "mtbf_h"} <= of_platforms
    assert not {field for field in of_platforms if field.startswith(MONEY_COLUMNS)}


def test_every_money_column_is_one_of_platforms_and_every_part_one_of_scenarios() -> None:
    assert all(any(name.startswith(column) for name in Platform.model_fields) for column in MONEY_COLUMNS)
    assert {*MADE_OF} <= Scenario.model_fields.keys()


def test_money_changes_no_key_and_speed_does(tmp_path: Path) -> None:
    scenario = read_scenario(write_scenario(tmp_path / "tiny"))
    dearer = changed(scenario, "platforms.drone.unit_price_likely", 9e6)
    faster = changed(scenario, "platforms.drone.cruise_speed_kn", 77.0)
    assert theatre_key(dearer) == theatre_key(scenario) != theatre_key(faster)
