"""What makes a run of a scenario the run it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import Options
from fleetcraft.study.store.folder import Identity


def identity_of(scenario: Scenario, verb: str, options: Mapping[str, Any], seed: int) -> Identity:
    """The identity of what a verb with these options answers for a scenario."""
    return Identity(scenario.name, scenario.hash, verb, seed, options)


def plan_options(options: Options) -> dict[str, Any]:
    """The options of a plan that are part of its identity."""
    return {
        "replications": options.replications,
        "half_width": options.half_width,
        "futures": options.futures,
        "gap": options.gap,
        "time_limit_s": options.time_limit_s,
        "samples": options.samples,
    }
