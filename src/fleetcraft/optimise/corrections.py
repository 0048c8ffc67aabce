"""What simulation has taught about the formulas: kappa, rho, busy, occupancy and timely (model.md 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre

Floats = NDArray[np.float64]

KAPPA_RANGE = (0.05, 1.2)
RHO_RANGE = (0.3, 1.2)
FIRST_OCCUPANCY = 0.8


@dataclass(frozen=True)
class Corrections:
    """``kappa`` (N,) multiplies the duty of each open pair, ``rho`` (R,) the planned value of each requirement.

    ``busy`` (N,) is the share of the hours on station and able to see that a craft of each open pair spends
    identifying; ``occupancy`` (P, A) the share of time a station of a platform in an area was occupied, busy or not,
    when last simulated, and ``timely`` (R,) the share of the contacts found that an identification found in time: the
    programme linearises there. ``mix`` (P, A) counts the craft of each platform in each area of that plan, all alike at
    first: whom a contact must reach hangs on it.
    """

    kappa: Floats
    rho: Floats
    busy: Floats
    occupancy: Floats
    timely: Floats
    mix: Floats


def no_corrections(theatre: Theatre) -> Corrections:
    """The formulas as they stand, before anything was simulated."""
    scenario = theatre.scenario
    return Corrections(
        kappa=np.ones(len(theatre.pairs)),
        rho=np.ones(len(scenario.requirements)),
        busy=np.zeros(len(theatre.pairs)),
        occupancy=np.full((len(scenario.platforms), len(scenario.areas)), FIRST_OCCUPANCY),
        timely=np.ones(len(scenario.requirements)),
        mix=np.ones((len(scenario.platforms), len(scenario.areas))),
    )
