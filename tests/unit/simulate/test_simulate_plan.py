import numpy as np
import pytest

from builders import a_year, make_scenario
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.futures import draw_futures
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import half_widths
from fleetcraft.simulate.simulate_plan import FEWEST, MOST_AT_ONCE, TASK, batches, simulate_plan

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


def test_parts_played_one_by_one_make_the_whole(theatre):
    whole = simulate(theatre, replications=20)
    later = simulate_plan(theatre, PLAN, seed=1, block="judge", first=12, replications=8, threads=1)
    joined = simulate(theatre, replications=12).followed_by(later)
    assert vars(joined).keys() == vars(whole).keys()
    for name, value in vars(whole).items():
        assert np.array_equal(getattr(joined, name), value), name
    with pytest.raises(ValueError, match="different missions"):
        whole.followed_by(simulate(theatre, Plan(PLAN.orders, PLAN.allocation[:2])))


def test_blocks_and_seeds_are_worlds_apart(theatre):
    first = simulate(theatre).value
    assert not np.isin(simulate(theatre, seed=2).value, first).all()
    assert not np.isin(simulate(theatre, block="loop").value, first).all()


def test_progress_counts_every_replication(theatre):
    told: list[tuple[int, int]] = []
    simulate(theatre, replications=TASK + 3, threads=2, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(TASK, TASK + 3), (TASK + 3, TASK + 3)]


class TestPrecision:
    """Replications end as soon as every interval is narrow enough."""

    def precise(self, theatre, half_width, **stated):
        asked = {"seed": 1, "block": "judge", "replications": 200, "threads": 2}
        return simulate_plan(theatre, PLAN, half_width=half_width, **asked | stated)

    def test_it_stops_at_the_first_batch_that_is_narrow_enough(self, theatre):
        whole = self.precise(theatre, None)
        found = self.precise(theatre, 0.09)
        requirements = theatre.scenario.requirements
        assert FEWEST < len(found) < 200
        assert (half_widths(requirements, found) <= 0.09).all()
        assert found.value.tobytes() == whole.value[: len(found)].tobytes()
        ends = [few.stop for few in batches(200, sequential=True)]
        before = ends[ends.index(len(found)) - 1]
        assert half_widths(requirements, self.precise(theatre, None, replications=before)).max() > 0.09

    def test_never_before_thirty_and_never_after_as_many_as_stated(self, theatre):
        assert len(self.precise(theatre, 1e9)) == FEWEST
        assert len(self.precise(theatre, 1e-9, replications=50)) == 50
        assert len(self.precise(theatre, 1e9, replications=7)) == 7

    def test_batches_cover_all_replications_once(self):
        for sequential in (False, True):
            runs = list(batches(3000, sequential=sequential))
            assert [i for few in runs for i in few] == list(range(3000))
        assert max(len(few) for few in batches(3000, sequential=False)) == MOST_AT_ONCE

    def test_progress_goes_on_from_batch_to_batch(self, theatre):
        told: list[tuple[int, int]] = []
        self.precise(theatre, 1e-9, replications=40, progress=lambda done, whole: told.append((done, whole)))
        assert [done for done, _ in told] == sorted({done for done, _ in told})
        assert told[-1] == (40, 40)


def test_an_empty_plan_sees_nothing(theatre):
    found = simulate(theatre, Plan((), ()), replications=3)
    assert found.value.tolist() == [[0.0, 0.0, 0.0, 8760.0]] * 3
    assert found.row_usable_h.shape == (3, 0)


def test_craft_that_are_all_late_see_nothing(theatre):
    late = Plan((Order("drone", "2027Q4", 6),), (Allocation("drone", "baltra", "bay", 6, 2),))
    found = simulate(theatre, late, replications=5)
    assert found.value[:, 0].max() == found.row_usable_h.max() == 0.0


def test_types_stand_down_as_their_future_says():
    """Replication i lives through the groundings of future i; what it counts is the share of the window."""
    shaky = make_theatre(scenario(uncertainty={"grounding": {"per_type_year": 1.0, "months": 2}}))
    found = simulate(shaky, replications=12)
    futures = draw_futures(shaky.scenario, 1, "judge", range(12))
    start_h = shaky.scenario.calendar.window_start_h
    share = futures.grounded_share(start_h, start_h + 8760.0)
    usable = deliver(shaky.scenario, PLAN, futures).usable_by(start_h)
    assert usable.any()
    column = [shaky.scenario.platform_index[platform] for platform, _, _ in found.rows]
    for r, p in enumerate(column):
        kept = found.row_usable_h[:, r] >= 8760.0 * usable[:, deliver(shaky.scenario, PLAN, futures).row == r].sum(
            axis=1
        )
        assert kept.any()
        assert found.row_grounded_h[kept, r] == pytest.approx(share[kept, p] * found.row_usable_h[kept, r])
    assert found.row_grounded_h.sum() > 0


def test_a_policy_of_ones_own_is_asked(theatre):
    asked = []

    def nobody(rows, requirements):
        asked.append((len(rows), len(requirements)))
        return ()

    simulate_plan(theatre, PLAN, seed=1, block="judge", replications=2, threads=1, reassignment=nobody)
    assert asked == [(3, 4)]
