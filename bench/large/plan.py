"""Plan for the large scenario and print what it took as one line of JSON.

python -m bench.large.plan PLATFORMS BASES AREAS FUTURES
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

from bench.large.scenario import large_scenario
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.futures import Tree, plant_tree
from fleetcraft.optimise.capability import free_tranches, make_capability
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.objective import attainment_programme
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.variables import make_variables
from fleetcraft.study.calibrate import nodes_of

LIMITS = Limits(gap=0.01, nodes=100)
SEED = 1


def planned(platforms: int, bases: int, areas: int, futures: int, nodes: int | None = None) -> dict[str, Any]:
    """Seconds from the scenario to its plan, peak memory of this process until then, the plan's proof and its size.

    ``nodes`` of the tree of futures (None: as many as the loop of plan and simulation takes).
    """
    start = time.perf_counter()
    theatre = make_theatre(large_scenario(platforms=platforms, bases=bases, areas=areas))
    geography_s = time.perf_counter() - start
    tree = plant_tree(theatre.scenario, SEED, futures, nodes=nodes or nodes_of(theatre, futures))
    found = plan_fleet(theatre, tree.futures, no_corrections(theatre), LIMITS, node=tree.node)
    seconds = time.perf_counter() - start
    memory_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "seconds": seconds,
        "geography_s": geography_s,
        "processor_s": time.process_time(),
        "memory_gib": memory_gib,
        "status": found.status,
        "stopped_by": found.stopped_by,
        "gap": found.gap,
        "objective": found.objective,
        "bound": found.bound,
        "planned": found.planned,
        "craft": sum(order.quantity for order in found.plan.orders),
        "nodes": tree.nodes,
        **_size(theatre, tree),
    }


def _size(theatre: Theatre, tree: Tree) -> dict[str, int]:
    """The master programme before any cut."""
    tranches = free_tranches(theatre.scenario, tree.futures, tree.node)
    c = make_capability(theatre, tranches, tree.futures, no_corrections(theatre), node=tree.node)
    matrix = attainment_programme(c, make_variables(c)).matrix
    return {"rows": matrix.shape[0], "columns": matrix.shape[1], "nonzeros": int(matrix.nnz)}


if __name__ == "__main__":
    print(json.dumps(planned(*map(int, sys.argv[1:]))))
