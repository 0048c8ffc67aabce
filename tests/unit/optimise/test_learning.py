"""The learning curve as steps."""

from __future__ import annotations

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet import money
from fleetcraft.optimise.learning import CHORD_ERROR, SINGLE_UNITS, breakpoints, is_learnt


@pytest.mark.parametrize("slope", [0.6, 0.8, 0.95])
@pytest.mark.parametrize("made", [1, 40, 2000])
@pytest.mark.parametrize("most", [1, 3, 4, 60, 700])
def test_no_number_of_units_is_misjudged(slope: float, made: int, most: int) -> None:
    scenario = make_scenario(platforms=[{"units_made": made}], acquisition={"learning_slope": slope})
    points = breakpoints(scenario, 0, most)
    units = np.arange(most + 1, dtype=np.float64)
    cost = money.learnt_cost(scenario, scenario.platforms[0], units)
    known = money.learnt_cost(scenario, scenario.platforms[0], points)
    assert points[0] == 0
    assert points[-1] == most
    assert set(range(min(SINGLE_UNITS, most) + 1)) <= set(points)
    np.testing.assert_allclose(np.interp(units, points, known), cost, rtol=CHORD_ERROR)
    assert len(points) <= 110


def test_what_is_not_bought_or_not_cheaper_is_not_learnt() -> None:
    hired = {"id": "hired", "acquisition": "service", "units_made": 3}
    scenario = make_scenario(platforms=[{"units_made": 4}, hired], acquisition={"learning_slope": 0.8})
    assert [is_learnt(scenario, p) for p in range(2)] == [True, False]
    assert not is_learnt(make_scenario(), 0)
