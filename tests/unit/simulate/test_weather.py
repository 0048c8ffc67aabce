from dataclasses import replace

import numpy as np
import pytest

from fleetcraft.simulate.records import (
    IN_REPAIR,
    IN_SERVICE,
    INBOUND,
    ON_STATION,
    OUTBOUND,
    PHASE,
    QUEUED,
    READY,
    WAITING,
)
from fleetcraft.simulate.weather import existing_class
from fleetcraft.simulate.world import make_world
from unit.simulate.missions import by_month, detection, laws, log_of, mission, phases, played, row, simulate


@pytest.mark.parametrize(
    ("before", "after"), [(5, 5), (4, 2), (3, 2), (2, 2), (1, 2), (0, 2), (9, 5)], ids=lambda k: str(k)
)
def test_a_class_is_kept_or_moves_to_the_nearest_below_or_else_to_the_lowest(before, after):
    world = make_world(mission([row()], weather={"bay": laws({2: 0.7, 5: 0.3})}))
    assert existing_class(world.seas, 0, 0, before) == after


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
        classes.append(int(player.paths["sea_state"][0, 0]))
    assert np.bincount(classes, minlength=6) / 2000 == pytest.approx([0, 0, 0.2, 0.5, 0, 0.3], abs=0.04)


ONE_SORTIE = {"transit_h": 10.0, "station_h": 100.0, "turnaround_h": 5.0}


class TestRecoveryLimit:
    """Sea state 2 for 700 h, 6 for 700 h, 2 again; a craft that launched at hour 650 is home at 770."""

    def stated(self, **limits):
        return mission([row(**ONE_SORTIE, **limits)], window_start_h=650.0, window_end_h=1500.0, **by_month(2, 6, 2))

    def waits(self, **limits):
        return phases(played(self.stated(**limits), usable_h=650.0, logged=True), 0)

    def test_without_one_of_its_own_it_is_that_of_the_launch(self):
        told = self.waits(launch_sea_state=4)
        assert told[4:7] == [(770.0, WAITING), (1400.0, IN_SERVICE), (1405.0, READY)]

    def test_a_wider_one_lets_craft_come_home_in_weather_too_rough_to_launch(self):
        told = self.waits(launch_sea_state=4, recover_sea_state=6)
        assert told[4:7] == [(770.0, IN_SERVICE), (775.0, READY), (1400.0, OUTBOUND)]

    def test_a_narrower_one_keeps_craft_at_sea_in_weather_good_enough_to_launch(self):
        stated = mission(
            [row(2, stations=1, **ONE_SORTIE, launch_sea_state=6, recover_sea_state=4)],
            window_start_h=650.0,
            window_end_h=1500.0,
            **by_month(2, 6, 2),
        )
        player = played(stated, usable_h=650.0, logged=True)
        assert phases(player, 0)[4:6] == [(770.0, WAITING), (1400.0, IN_SERVICE)]
        assert phases(player, 1)[1:5] == [(750.0, OUTBOUND), (760.0, ON_STATION), (860.0, INBOUND), (870.0, WAITING)]

    def test_strong_wind_shuts_both(self):
        climate = laws({2: 1.0}, {2: 1.0})
        winds = np.where(np.arange(12) % 2, 1e9, 1e-9)
        windy = replace(climate, wind_scale_kn=winds)
        stated = mission(
            [row(**ONE_SORTIE, launch_wind_kn=30.0, recover_sea_state=9)],
            window_start_h=650.0,
            window_end_h=1500.0,
            weather={"bay": windy},
            months=by_month(2, 2)["months"],
        )
        told = phases(played(stated, usable_h=650.0, logged=True), 0)
        assert told[4:6] == [(770.0, WAITING), (1400.0, IN_SERVICE)]


def test_who_came_first_is_recovered_first():
    """Three craft wait for the weather, the last id first; the only crew repairs them in that order."""
    stated = mission(
        [row(3, transit_h=10.0, station_h=100.0, launch_sea_state=4, mean_h_to_failure=20.0, mean_repair_h=5.0)],
        repair_crews={("port", "air"): 1},
        window_start_h=690.0,
        window_end_h=2000.0,
        **by_month(2, 7),
    )
    orders = set()
    for index in range(8):
        player = played(stated, index=index, usable_h=[690.0, 680.0, 670.0], logged=True)
        events = log_of(player)
        told = events[events["kind"] == PHASE]
        came = told["subject"][(told["number"] == WAITING) & (told["at_h"] < 1400.0)].tolist()
        taken = told["subject"][np.isin(told["number"], [QUEUED, IN_REPAIR, IN_SERVICE]) & (told["at_h"] == 1400.0)]
        assert [c for i, c in enumerate(taken.tolist()) if c not in taken[:i]] == came
        repairs = told["subject"][(told["number"] == IN_REPAIR) & (told["at_h"] >= 1400.0)].tolist()[: len(came)]
        failed = [c for c in came if c in repairs]
        assert repairs[: len(failed)] == failed
        orders.add(tuple(came))
    assert max(len(came) for came in orders) == 3
    assert len(orders) > 1


class TestWeatherWindow:
    """Calm until hour 700, a storm until 1400, calm until 2100, a little sea until 2800, a storm, and so on."""

    def launches(self, usable_h: float, window_h: float, *months: int) -> list[float]:
        stated = mission(
            [row(**ONE_SORTIE, launch_sea_state=4, weather_window_h=window_h)],
            window_start_h=660.0,
            window_end_h=4000.0,
            **by_month(*(months or (2, 7, 2, 3, 7))),
        )
        told = phases(played(stated, usable_h=usable_h, logged=True), 0)
        return [moment for moment, phase in told if phase == OUTBOUND]

    def test_a_launch_needs_the_whole_window(self):
        assert self.launches(649.5, 50.0)[0] == 649.5
        assert self.launches(650.0, 50.0)[0] == 650.0, "exactly as long as it lasts"
        assert self.launches(np.nextafter(650.0, 651.0), 51.0)[0] == 1400.0
        assert self.launches(650.0, 50.0 + 1e-9)[0] == 1400.0

    def test_it_may_reach_through_weather_of_more_than_one_kind(self):
        """A storm begins at 2800. Who launched at 650 waits at sea and goes again from 1405 on every 125 h; who may not
        launch then goes from 1400 on.
        """

        def last_before_the_storm(window_h: float) -> float:
            return max(moment for moment in self.launches(650.0, window_h) if moment < 2800.0)

        assert last_before_the_storm(20.0) == 2780.0
        assert last_before_the_storm(50.0) == 2655.0
        assert last_before_the_storm(150.0) == 2650.0
        assert last_before_the_storm(150.5) == 2525.0

    def test_without_one_a_launch_needs_the_moment_alone(self):
        assert self.launches(640.0, 0.0)[0] == 640.0
        assert self.launches(650.0, 0.0, 2, 7)[1] == 1405.0

    def test_one_longer_than_any_spell_keeps_all_craft_at_home(self):
        assert self.launches(0.0, 700.0, 2, 7)[0] == 0.0
        assert [m % 1400.0 for m in self.launches(0.0, 700.0, 2, 7)] == [0.0, 0.0, 0.0]
        assert self.launches(0.0, 701.0, 2, 7) == []

    def test_the_weather_past_the_end_counts(self):
        """A craft is ready every 125 h, at 4000 too: a storm that begins at 4200, after the end, forbids 300 h."""
        stated = mission(
            [row(**ONE_SORTIE, launch_sea_state=4, weather_window_h=300.0)],
            window_start_h=650.0,
            window_end_h=4180.0,
            **by_month(2, 2, 2, 2, 2, 2, 7),
        )
        shorter = replace(stated, rows=(replace(stated.rows[0], weather_window_h=200.0),))
        told = [phases(played(each, logged=True), 0) for each in (stated, shorter)]
        last = [[moment for moment, phase in each if phase == OUTBOUND][-1] for each in told]
        assert last == [3875.0, 4000.0]


@pytest.mark.parametrize("stated", [6.0, 23.0])
def test_every_launch_has_its_window_and_none_is_missed(stated):
    """Against the path itself, read backwards in plain Python."""
    climate = laws({1: 0.3, 3: 0.3, 4: 0.2, 5: 0.2}, {3: 0.6, 5: 0.4}, wind_scale_kn=12.0)
    one = row(3, stations=2, transit_h=2.0, station_h=9.0, turnaround_h=1.5, weather_window_h=stated)
    limits = replace(one, launch_sea_state=4, launch_wind_kn=18.0)
    player = played(
        mission([limits], weather={"bay": climate}, months=by_month(0)["months"], window_end_h=4000.0), logged=True
    )
    path = player.paths[0]
    path = path[: np.flatnonzero(path["starts_h"] == np.inf)[0]]
    good = (path["sea_state"] <= 4) & (path["wind_kn"] <= 18.0)
    begins = path["starts_h"]
    shuts = np.empty(len(path))
    until = np.inf
    for i in reversed(range(len(path))):
        shuts[i] = until if good[i] else -np.inf
        until = until if good[i] else begins[i]

    def open_at(moment: float) -> bool:
        i = np.searchsorted(begins, moment, side="right") - 1
        return bool(moment + stated <= shuts[i] + 1e-9)

    events = log_of(player)
    told = events[events["kind"] == PHASE]
    launches = told["at_h"][told["number"] == OUTBOUND]
    assert len(launches) > 50
    assert all(open_at(moment) for moment in launches)

    ready = 0
    due: list[float] = []
    moments = np.union1d(told["at_h"], np.concatenate([begins, launches + 9.0]))
    for moment in moments[moments < 4000.0]:
        here = told["number"][told["at_h"] == moment]
        due += [moment + 9.0] * int((here == OUTBOUND).sum())
        due = [at for at in due if at > moment]
        ready += int((here == READY).sum()) - int((here == OUTBOUND).sum())
        assert not (ready and len(due) < 2 and open_at(moment)), moment
