"""What questions are asked of: another theatre only where craft fly otherwise; a first look before a whole solve."""

from __future__ import annotations

import numpy as np
import pytest

from builders import EVERYTHING
from fleetcraft.fleet.theatre import theatre_over
from fleetcraft.scenario.changed import mapped
from fleetcraft.study.explain.ground import PAPERWORK_OF_TYPES, Ground, fly_alike
from unit.study.explain.grounds import MAKER, another, ground_of, priced

SECTIONS = (
    "budget.support.*",
    "exchange.start.AUD",
    "acquisition.escalation_per_year",
    "policies.supplier_country_share.max",
    "objective.tolerance",
    "uncertainty.embargo.probability",
    "requirements.*.at_least",
    "targets.small_craft.dwell_h",
)


@pytest.fixture(scope="module")
def everything() -> Ground:
    return ground_of(**EVERYTHING)


@pytest.mark.parametrize("path", [*SECTIONS, *(f"platforms.drone.{column}" for column in sorted(PAPERWORK_OF_TYPES))])
def test_paperwork_changes_no_sortie(everything: Ground, path: str) -> None:
    other = mapped(everything.scenario, path, lambda value: value * 0.9)
    assert fly_alike(other, everything.scenario)
    rebuilt = theatre_over(other, everything.theatre.geometry, everything.theatre.distances)
    there = everything.at(other)
    assert there.scenario == other
    for name, values in vars(rebuilt.pairs).items():
        assert np.array_equal(getattr(there.theatre.pairs, name), values), name


@pytest.mark.parametrize(
    "path", ["platforms.drone.endurance_h", "platforms.drone.cruise_speed_kn", "operations.endurance_reserve"]
)
def test_what_changes_sorties_makes_another_theatre(everything: Ground, path: str) -> None:
    other = mapped(everything.scenario, path, lambda value: value * 0.9)
    assert not fly_alike(other, everything.scenario)
    rebuilt = theatre_over(other, everything.theatre.geometry, everything.theatre.distances)
    assert np.array_equal(everything.at(other).theatre.pairs.duty, rebuilt.pairs.duty)
    assert not np.array_equal(rebuilt.pairs.duty, everything.theatre.pairs.duty)


def test_a_first_look_agrees_with_the_whole_solve() -> None:
    """Of two types alike the cheaper one gets all the money: in parts, in whole craft, and in the plan."""
    dull = {"sweep_width_nm_small_craft": 0.5}
    drone = {**MAKER, **dull, **priced(0.5e6)}
    ground = ground_of(platforms=[drone, another("other", **dull, **priced(1e6))], budget={"obligation": {2026: 12e6}})
    solved = ground.solved(ground.scenario)
    bound = ground.bound(ground.scenario)
    assert solved is not None
    assert bound is not None
    assert bound >= solved.objective - 1e-9
    for platform in ("drone", "other"):
        assert ground.might_buy(ground.scenario, platform) == (solved.craft(platform) > 0)
        assert (ground.share(ground.scenario, platform) > 0.5) == (solved.craft(platform) > 0)
