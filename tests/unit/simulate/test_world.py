import numpy as np
import pytest

from fleetcraft.simulate.records import NOBODY
from fleetcraft.simulate.world import EVENTS_PER_ENTITY, make_world
from unit.simulate.missions import FOREVER_H, detection, mission, presence, revisit, row

RATES = {("detection", "boat"): (3.0, 2.0, 1.0), ("revisit", "boat"): (0.3, 0.2, 0.1)}
ROWS = (
    row(platform="z", area="bay", numbers=(4, 2), rate_per_h=RATES),
    row(platform="a", area="reef", numbers=(0,), domain="surface", utilisation_h_per_year=4380.0),
    row(platform="b", area="bay", base="isle", numbers=(1, 0, 2), rate_per_h=RATES),
)


@pytest.fixture
def world():
    demands = (presence(1, area="reef"), revisit(), detection(40.0), detection(4.0), presence(2))
    return make_world(mission(ROWS, *demands, repair_crews={("port", "air"): 2}))


def test_everything_stands_in_the_order_of_ids_area_by_area(world):
    assert world.row_order.tolist() == [2, 0, 1]  # b and z in the bay, then the reef
    assert world.craft_order.tolist() == [4, 3, 5, 1, 0, 2]  # numbers 0, 1, 2 of b; 2, 4 of z; a's only one
    assert world.crafts["row"].tolist() == [0, 0, 0, 1, 1, 2]
    assert list(zip(world.rows["first_craft"], world.rows["end_craft"], strict=True)) == [(0, 3), (3, 5), (5, 6)]
    assert list(zip(world.areas["first_row"], world.areas["end_row"], strict=True)) == [(0, 2), (2, 3)]


def test_each_requirement_finds_its_record(world):
    """Detections, then presences, then series laid end to end."""
    assert world.detections["tau_h"].tolist() == [4.0, 24.0]
    tau = world.detections["tau_h"]
    assert (tau[world.measured[2]], tau[world.measured[3]]) == (24.0, 4.0)
    presences = world.presences["air"]
    assert (presences[world.measured[0] - 2], presences[world.measured[4] - 2]) == (1, 2)
    assert world.measured[1] == 2 + 2 + 1  # the bay's series are detection and revisit


def test_demands_on_one_area_and_target_share_a_series(world):
    assert len(world.series) == 2
    assert len(set(world.detections["series"].tolist())) == 1
    for first in world.rows["first_rate"][:2]:
        assert world.rates[first : first + 2] == pytest.approx(np.array([[3.0, 2.0, 1.0], [0.3, 0.2, 0.1]]), rel=1e-14)
    assert world.rows["first_rate"].tolist() == [0, 2, 4]


def test_rates_of_all_craft_add_up_exactly_in_any_order(world):
    """Each is a whole multiple of one quantum, of which all craft together have fewer than 2^53."""
    craft = len(world.crafts)
    quantum = 2.0 ** (np.ceil(np.log2(craft * world.rates.max())) - 52)
    assert (world.rates / quantum == np.round(world.rates / quantum)).all()
    assert craft * world.rates.max() / quantum <= 2.0**53


def test_the_clock_runs_until_the_last_target_is_gone(world):
    assert world.clock["end_h"][0] == world.clock["window_end_h"][0] + 24.0
    assert world.clock["event_limit"][0] == EVENTS_PER_ENTITY * (6 + 2)


def test_the_account_holds_ninety_days_worth_or_one_sortie_where_all_hours_may_be_flown(world):
    assert world.rows["accrual_h_per_h"].tolist() == [1.0, 1.0, 0.5]
    assert world.rows["account_cap_h"].tolist() == [FOREVER_H, FOREVER_H, 1080.0]


def test_crews_not_stated_are_as_many_as_craft(world):
    assert world.pools["crews_free"].tolist() == [6, 2, 6]  # isle air, port air, port surface
    assert (world.pools["first"] == NOBODY).all()


def test_an_area_without_climate_is_calm(world):
    assert (world.areas["climate"] == NOBODY).all()
    assert len(world.seas) == 0
    assert world.months["starts_h"].tolist() == [0.0, np.inf]


def test_the_tables_cannot_be_changed(world):
    with pytest.raises(ValueError, match="read-only"):
        world.rows["stations"][0] = 7
    with pytest.raises(ValueError, match="read-only"):
        world.rates[0, 0] = 7.0
