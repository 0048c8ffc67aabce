import numpy as np
import pytest

from fleetcraft.physics import weather
from fleetcraft.simulate.mission import MissionWeather
from fleetcraft.simulate.weather import existing_class
from fleetcraft.simulate.world import make_world
from unit.simulate.missions import detection, mission, played, row, simulate


def laws(*months: dict[int, float], wind_scale_kn: float = 1e-9) -> MissionWeather:
    """Twelve months that repeat the given laws, each {class: share}."""
    share = np.zeros((12, 10))
    for month in range(12):
        for k, p in months[month % len(months)].items():
            share[month, k] = p
    generator = np.array([weather.birth_death_generator(pi, 20.0) for pi in share])
    return MissionWeather(share, generator, np.full(12, wind_scale_kn), np.full(12, 2.0))


@pytest.mark.parametrize(
    ("before", "after"), [(5, 5), (4, 2), (3, 2), (2, 2), (1, 2), (0, 2), (9, 5)], ids=lambda k: str(k)
)
def test_a_class_is_kept_or_moves_to_the_nearest_below_or_else_to_the_lowest(before, after):
    world = make_world(mission([row()], weather={"bay": laws({2: 0.7, 5: 0.3})}))
    assert existing_class(world.areas[0], world.seas, world.months, before) == after


def test_months_turn_on_their_first_hour():
    """A month of calm, a month of storm: who cannot see in a storm sees in every other month alone."""
    months = tuple((700.0 * i, i % 12) for i in range(16))
    stated = mission(
        [row(operate_sea_state=4)],
        weather={"bay": laws({2: 1.0}, {7: 1.0})},
        months=months,
        window_start_h=1400.0,
        window_end_h=1400.0 + 10 * 700.0,
    )
    outcome = simulate(stated, 2)
    assert outcome.value.tolist() == [[0.5], [0.5]]
    assert outcome.row_seeing_h.tolist() == [[3500.0], [3500.0]]
    assert outcome.row_station_h.tolist() == [[7000.0], [7000.0]]


def test_classes_between_which_one_is_missing_are_neighbours():
    """The chain steps from 1 to 4 and back where 2 and 3 never occur; all it visits are those."""
    stated = mission([row(operate_sea_state=1)], weather={"bay": laws({1: 0.5, 4: 0.5})})
    world = make_world(stated)
    assert (world.seas["upper"][1], world.seas["lower"][4]) == (4, 1)
    assert simulate(stated, 200).value.mean() == pytest.approx(0.5, abs=0.01)


def test_a_craft_caught_by_the_weather_waits_at_sea_until_it_clears():
    """The sea closes for one month while the craft is out; it comes home the moment the next month opens."""
    months = tuple((700.0 * i, i) for i in range(4))
    share = laws({2: 1.0}, {7: 1.0}, {2: 1.0})
    one = row(transit_h=10.0, station_h=100.0, turnaround_h=5.0, launch_sea_state=4)
    stated = mission([one], weather={"bay": share}, months=months, window_start_h=650.0, window_end_h=1500.0)
    outcome = simulate(stated, usable_h=650.0)
    assert outcome.row_station_h[0, 0] == 100.0 + (1500 - (1400 + 5 + 10))
    assert outcome.row_operating_h[0, 0] == 120.0 + (1500 - (1400 + 5))


def test_a_submerged_craft_sees_in_any_weather_but_needs_calm_to_launch():
    months = tuple((700.0 * i, i) for i in range(4))
    glider = row(domain="underwater", transit_h=10.0, launch_sea_state=4)
    stated = mission([glider], weather={"bay": laws({7: 1.0}, {2: 1.0}, {7: 1.0})}, months=months, window_start_h=0.0)
    outcome = simulate(stated)
    assert outcome.row_seeing_h[0, 0] == outcome.row_station_h[0, 0] == stated.window_end_h - 710.0


def test_strong_wind_and_light_wind_choose_the_rate():
    rates = {("detection", "boat"): (0.3, 0.2, 0.1)}
    for scale_kn, rate in ((1e-9, 0.3), (1e9, 0.1)):
        climate = laws({2: 0.5, 3: 0.5}, wind_scale_kn=scale_kn)
        stated = mission([row(rate_per_h=rates)], detection(2.0), weather={"bay": climate})
        assert simulate(stated).expected[0, 0] == pytest.approx(1 - np.exp(-2 * rate), abs=1e-6)


def test_the_first_class_follows_the_months_law():
    stated = mission([row()], weather={"bay": laws({2: 0.2, 3: 0.5, 5: 0.3})}, window_start_h=0.0, window_end_h=1e-6)
    player = played(stated)
    classes = []
    for key in range(2000):
        player.play(np.uint64(key), np.zeros(1))
        classes.append(int(player.tables["areas"]["sea_state"][0]))
    assert np.bincount(classes, minlength=6) / 2000 == pytest.approx([0, 0, 0.2, 0.5, 0, 0.3], abs=0.04)
