"""How often each type loses a craft, and how long its replacement takes (model.md 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.physics import reliability
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]


def loss_rate_per_h(scenario: Scenario) -> Floats:
    """Hull losses of each type per operating hour, (P,)."""
    return reliability.loss_rate_per_h(np.array([p.loss_per_100k_h for p in scenario.platforms]))


def at_risk_from_h(scenario: Scenario, usable_h: Floats) -> Floats:
    """From when craft usable from ``usable_h`` may be lost: those that are there today were not lost before."""
    return np.maximum(usable_h, scenario.today_h)


def replacement_h(scenario: Scenario) -> Floats:
    """Hours from a loss to the new craft's first day, (P,); inf where the type's class is not replaced."""
    months = [scenario.operations.classes[p.craft_class].replacement_months for p in scenario.platforms]
    return np.array([np.inf if m is None else m * HOURS_PER_MONTH for m in months])
