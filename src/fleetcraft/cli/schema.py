"""fleetcraft schema: the scenario's JSON Schema."""

from __future__ import annotations

import json


def schema() -> None:
    """Print the scenario's JSON Schema, with units and meanings."""
    from fleetcraft.scenario.schema import scenario_schema

    print(json.dumps(scenario_schema(), indent=2, ensure_ascii=False))
