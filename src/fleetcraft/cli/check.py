"""fleetcraft check: every fault at once, and what a sound scenario leaves to defaults."""

from __future__ import annotations

import json
from dataclasses import asdict

from fleetcraft.cli.options import CaseOption, DebugOption, JsonOption, QuietOption, ScenarioArgument
from fleetcraft.errors import ScenarioError


def check(
    scenario: ScenarioArgument,
    case: CaseOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Check a scenario: all its faults at once (status 2), or its warnings and the defaults in force."""
    from fleetcraft.fleet.theatre import make_theatre
    from fleetcraft.scenario.read import read_scenario
    from fleetcraft.scenario.schema import effective_values
    from fleetcraft.study.warnings import check_warnings

    try:
        stated = read_scenario(scenario, case)
    except ScenarioError as error:
        if json_:
            print(json.dumps({"faults": [asdict(fault) for fault in error.faults]}, ensure_ascii=False))
        raise
    defaults = effective_values(stated)
    warnings = check_warnings(make_theatre(stated))
    if json_:
        shown = [{"path": d.path, "value": d.value, "unit": d.unit} for d in defaults]
        content: dict[str, object] = {"scenario": stated.name, "case": stated.case, "hash": stated.hash, "faults": []}
        print(json.dumps({**content, "warnings": warnings, "defaults": shown}, ensure_ascii=False, default=str))
        return
    if quiet:
        return
    sizes = f"{len(stated.platforms)} platforms, {len(stated.places)} places, {len(stated.areas)} areas"
    print(f"{stated.name}: no faults; {sizes}, {len(stated.requirements)} requirements")
    for warning in warnings:
        print(f"warning: {warning}")
    for default in defaults:
        print(f"default: {default.path} = {_shown(default.value, default.unit)}")


def _shown(value: object, unit: str | None) -> str:
    if value is None or value == {} or value == ():
        return "none"
    return f"{value} {unit}" if unit else str(value)
