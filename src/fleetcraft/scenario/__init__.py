"""What the user states: its nouns, how they are read, and where their values come from."""

from fleetcraft.scenario.examples import copy_example, example_folder, example_names
from fleetcraft.scenario.paths import value_at
from fleetcraft.scenario.provenance import warnings_of
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.schema import Effective, effective_values, scenario_schema

__all__ = [
    "Effective",
    "Scenario",
    "copy_example",
    "effective_values",
    "example_folder",
    "example_names",
    "read_scenario",
    "scenario_schema",
    "value_at",
    "warnings_of",
]
