import numpy as np
import pytest

from builders import a_year, make_scenario
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.futures import draw_futures
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.simulate_plan import simulate_plan

PLATFORMS = [
    {"lead_time_months_low": 6, "lead_time_months_likely": 18, "lead_time_months_high": 40},
    {"id": "other", "supplier": "Else", "endurance_h": 12, "max_wind_kn": 20, "mtbf_h": 40},
]
PLACES = [{}, {"id": "isabela", "name": "Isabela", "lat": -0.94, "lon": -90.95}]
SHIFTED = [[[-92.0, 1.5], [-91.2, 1.5], [-91.2, 2.5], [-92.0, 2.5], [-92.0, 1.5]]]
AREAS = [{}, {"id": "reef", "name": "Reef", "coordinates": SHIFTED}]
REQUIREMENTS = [
    {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.5},
    {"area": "reef", "measure": "detection", "target": "small_craft", "within_h": 8, "at_least": 0.5},
    {"area": "bay", "measure": "presence", "domain": "air", "craft": 2, "at_least": 0.5},
    {"area": "reef", "measure": "revisit", "target": "small_craft", "at_most": 48},
]
PLAN = Plan(
    (Order("drone", "2026Q1", 6), Order("other", "2026Q2", 5)),
    (
        Allocation("drone", "baltra", "bay", 4, 2),
        Allocation("drone", "isabela", "reef", 2, 1),
        Allocation("other", "baltra", "bay", 5, 2),
    ),
)


def scenario(**changes) -> Scenario:
    stated = {
        "platforms": PLATFORMS,
        "places": PLACES,
        "areas": AREAS,
        "environment": a_year("bay", "reef"),
        "requirements": REQUIREMENTS,
    }
    return make_scenario(**stated | changes)


@pytest.fixture(scope="module")
def theatre():
    return make_theatre(scenario())


def simulate(theatre, plan=PLAN, *, seed=1, replications=8, threads=1, progress=None, block="judge"):
    return simulate_plan(
        theatre, plan, seed=seed, block=block, replications=replications, threads=threads, progress=progress
    )


def test_the_outcome_is_told_in_the_order_of_scenario_and_plan(theatre):
    found = simulate(theatre)
    assert found.requirements == tuple(r.id for r in theatre.scenario.requirements)
    assert found.rows == (("drone", "baltra", "bay"), ("drone", "isabela", "reef"), ("other", "baltra", "bay"))
    assert len(found) == 8
    assert found.value.shape == found.expected.shape == (8, 4)
    assert found.row_seeing_h.shape == (8, 3)


def test_replication_i_lives_in_future_i():
    """Rows have just the craft that their own future delivers in time."""
    safe = make_theatre(scenario(platforms=[p | {"loss_per_100k_h": 0} for p in PLATFORMS]))
    found = simulate(safe, replications=12)
    deliveries = deliver(safe.scenario, PLAN, draw_futures(safe.scenario, 1, "judge", range(12)))
    usable = deliveries.usable_by(safe.scenario.calendar.window_start_h)
    craft = np.stack([usable[:, deliveries.row == r].sum(axis=1) for r in range(3)], axis=1)
    assert len(np.unique(craft[:, 0])) > 1
    assert found.row_usable_h == pytest.approx(craft * 8760.0)


def test_permuting_platforms_bases_and_areas_changes_no_bit(theatre):
    turned = make_theatre(scenario(platforms=PLATFORMS[::-1], places=PLACES[::-1], areas=AREAS[::-1]))
    assert simulate(turned).value.tobytes() == simulate(theatre).value.tobytes()
    assert simulate(turned).row_seeing_h.tobytes() == simulate(theatre).row_seeing_h.tobytes()


def test_the_same_bytes_on_any_number_of_threads(theatre):
    assert simulate(theatre, threads=3).value.tobytes() == simulate(theatre).value.tobytes()


def test_blocks_and_seeds_are_worlds_apart(theatre):
    first = simulate(theatre).value
    assert not np.isin(simulate(theatre, seed=2).value, first).all()
    assert not np.isin(simulate(theatre, block="loop").value, first).all()


def test_progress_counts_every_replication(theatre):
    told: list[tuple[int, int]] = []
    simulate(theatre, threads=2, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(i, 8) for i in range(1, 9)]


def test_an_empty_plan_sees_nothing(theatre):
    found = simulate(theatre, Plan((), ()), replications=3)
    assert found.value.tolist() == [[0.0, 0.0, 0.0, 8760.0]] * 3
    assert found.row_usable_h.shape == (3, 0)


def test_craft_that_are_all_late_see_nothing(theatre):
    late = Plan((Order("drone", "2027Q4", 6),), (Allocation("drone", "baltra", "bay", 6, 2),))
    found = simulate(theatre, late, replications=5)
    assert found.value[:, 0].max() == found.row_usable_h.max() == 0.0
