"""Outcomes of plans that buy nothing, with values as a test wants them."""

import numpy as np

from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.records import ROW_FACTS


def requirements():
    """A detection, a presence and a revisit of one area."""
    of_bay = {"area": "bay"}
    return (
        Requirement(id="found", **of_bay, measure="detection", target="small_craft", within_h=4, at_least=0.5),
        Requirement(id="there", **of_bay, measure="presence", domain="air", craft=1, at_least=0.9),
        Requirement(id="looks", **of_bay, measure="revisit", target="small_craft", at_most=24),
    )


def outcome(values, ids=None):
    """One whose value and expected are (n, R)."""
    values = np.asarray(values, dtype=np.float64)
    ids = ids or tuple(str(i) for i in range(values.shape[1]))
    nothing = {f"row_{fact}": np.empty((len(values), 0)) for fact in ROW_FACTS}
    return Outcome(tuple(ids), (), values, values.copy(), **nothing)
