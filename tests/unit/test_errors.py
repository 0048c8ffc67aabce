"""Errors that cross from one process to another."""

from __future__ import annotations

import pickle

import pytest

from fleetcraft.errors import Clash, Fault, FleetcraftError, InfeasibleError, LimitError, ScenarioError

FAULTS = [Fault("platforms.csv", line, "row 1, mtbf_h", "-2", "more than 0") for line in (3, 2)]
CLASHES = [
    Clash("budget.obligation.2026", 1e7, "USD", True, 2e7, None, "scenario.yaml:37"),
    Clash("policies.domestic_share.min", 0.5, "share", False, None, 0.25),
]


@pytest.mark.parametrize(
    "error", [ScenarioError(FAULTS), InfeasibleError(CLASHES), LimitError("stopped"), FleetcraftError("it cannot")]
)
def test_an_error_is_the_same_in_another_process(error: FleetcraftError) -> None:
    error.add_note("where it was raised")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert again.__notes__ == ["where it was raised"]
