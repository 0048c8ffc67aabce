"""HiGHS on the benchmark's extensive form as it is stated.

``python -m bench.programme.with_highs FUTURES SECONDS THREADS GAP`` prints what it found as one line of JSON. In a
process of its own, since the number of threads is that of the first solve for good.
"""

from __future__ import annotations

import json
import sys
import time

from bench.programme.instance import Instance, make_instance, two_stage
from fleetcraft.optimise.solver import Limits, solve
from fleetcraft.optimise.two_stage import extensive_form


def branched(i: Instance, seconds: float, threads: int, gap: float) -> dict[str, float]:
    """Objective, bound and time, building included; where it knows nothing yet, no fleet attains 0 and none over 1."""
    start = time.perf_counter()
    found = solve(extensive_form(two_stage(i)), Limits(gap=gap, seconds=seconds), threads=threads)
    spent = time.perf_counter() - start
    return {"objective": max(found.objective, 0.0), "bound": min(found.bound, 1.0), "seconds": spent}


if __name__ == "__main__":
    futures, seconds, threads, gap = map(float, sys.argv[1:])
    print(json.dumps(branched(make_instance(int(futures)), seconds, int(threads), gap)))
