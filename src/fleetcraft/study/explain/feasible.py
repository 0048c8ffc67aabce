"""Whether a scenario can be planned for at all."""

from __future__ import annotations

from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.futures import sample_futures
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import MOST_NODES
from fleetcraft.study.explain.ground import GAP


def require_plan(scenario: Scenario, seed: int) -> None:
    """Raises InfeasibleError, with what is in conflict, where no plan meets the hard constraints."""
    theatre = make_theatre(scenario)
    futures = sample_futures(scenario, seed, scenario.uncertainty.futures)
    plan_fleet(theatre, futures, no_corrections(theatre), Limits(gap=GAP, nodes=MOST_NODES))
