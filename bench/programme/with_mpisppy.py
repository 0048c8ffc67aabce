"""Progressive hedging by mpi-sppy on the benchmark's programme, serial, as its documentation does it without MPI.

``python -m bench.programme.with_mpisppy FUTURES SECONDS`` prints what it found as one line of JSON, the last one.
"""

from __future__ import annotations

import json
import logging
import sys
import time

import mpisppy.utils.sputils as sputils
import pyomo.environ as pyo
from mpisppy.extensions.xhatlooper import XhatLooper
from mpisppy.opt.ph import PH

from bench.programme.instance import Instance, make_instance
from bench.programme.with_pyomo import pyomo_model

RHO = 0.01
"""About what one craft more is worth."""
GAP = 0.005
CANDIDATES = 3
"""Futures whose first stages are tried in all others at the end."""
PASSES = 4
"""No future is solved for longer than lets all be solved so often: at first, in a round, for the bound, at the end."""


def progressive_hedging(i: Instance, seconds: float) -> dict[str, float]:
    """Its best first stage's objective, its bound, its rounds and its time, models included."""
    start = time.perf_counter()
    logging.getLogger("pyomo").setLevel(logging.ERROR)  # it warns of every solve that its time limit ends
    solver = {"mip_rel_gap": GAP, "time_limit": seconds / (PASSES * len(i.lead))}
    options = {
        "solver_name": "appsi_highs",
        "PHIterLimit": 1000,
        "defaultPHrho": RHO,
        "convthresh": 1e-4,
        "time_limit": seconds * (1 - 2 / PASSES),
        "verbose": False,
        "display_progress": False,
        "solver_options_layers": [sputils.solver_options_layer("default", solver)],
        "linearize_proximal_terms": True,
        "linearize_binary_proximal_terms": True,
        "xhat_looper_options": {"xhat_solver_options": solver, "scen_limit": CANDIDATES},
    }
    names = [f"future{f}" for f in range(len(i.lead))]
    ph = PH(options, names, _future, scenario_creator_kwargs={"instance": i}, extensions=XhatLooper)
    _, _, bound = ph.ph_main(finalize=False)
    rounds = ph._PHIter
    ph._disable_prox()
    ph.solve_loop(solver_options=solver)
    bound = max(bound, ph.Ebound())
    ph.extobject.post_everything()
    objective = ph.extobject._xhat_looper_obj_final
    return {
        "objective": -objective if objective is not None else 0.0,
        "bound": -bound,
        "rounds": rounds,
        "seconds": time.perf_counter() - start,
    }


def _future(name: str, instance: Instance) -> pyo.ConcreteModel:
    """One future to minimise, with its first stage named."""
    m = pyomo_model(instance, [int(sputils.extract_num(name))])
    m.attained.set_value(-m.attained.expr)
    m.attained.sense = pyo.minimize
    m._mpisppy_probability = 1.0 / len(instance.lead)
    sputils.attach_root_node(m, 0.0, [m.integrated, m.ordered])
    return m


if __name__ == "__main__":
    print(json.dumps(progressive_hedging(make_instance(int(sys.argv[1])), float(sys.argv[2]))))
