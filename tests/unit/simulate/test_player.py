from itertools import accumulate
from math import exp

import numpy as np
import pytest

from fleetcraft.errors import LimitError
from fleetcraft.scenario.requirement import TargetClass
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.records import IN_SERVICE, INBOUND, ON_STATION, OUTBOUND
from fleetcraft.simulate.world import make_world
from unit.simulate.missions import (
    YEAR_H,
    by_month,
    detection,
    expected,
    identification,
    laws,
    log_of,
    mission,
    played,
    presence,
    revisit,
    row,
    simulate,
    total,
    value,
)
from unit.simulate.streams import Stream, operations_key

RATES = {("detection", "boat"): (0.1, 0.05, 0.02), ("revisit", "boat"): (0.04, 0.04, 0.04)}


def busy_mission():
    flying = row(4, stations=2, transit_h=3.0, station_h=12.0, turnaround_h=4.0, rate_per_h=RATES)
    weak = row(3, platform="weak", transit_h=1.0, station_h=5.0, mean_h_to_failure=30.0, rate_per_h=RATES)
    return mission([flying, weak], detection(4.0), detection(30.0), presence(3), revisit())


class TestMeasuresRecomputed:
    """From the recorded trail and the stream's law alone, in plain Python."""

    def setup_method(self):
        self.stated = busy_mission()
        self.player = played(self.stated)
        series = self.player.tables["series"]
        self.trails = [self.player.trails[s, : series["points"][s]] for s in np.flatnonzero(series["recorded"])]

    def test_trails_reach_from_the_opening_to_the_last_targets_end_and_never_fall(self):
        for trail in self.trails:
            assert trail[0, :2].tolist() == [2000.0, 0.0]
            assert trail[-1, 0] == 2000.0 + YEAR_H + 24.0
            assert (np.diff(trail[:, 0]) > 0).all()
            assert (trail[:-1, 2] >= 0).all()

    def test_each_segment_rises_at_its_own_rate(self):
        for trail in self.trails:
            moments, integral, rate = trail.T
            assert integral[1:] == pytest.approx(list(accumulate(rate[:-1] * np.diff(moments))), rel=1e-12)

    @pytest.mark.parametrize(("requirement", "tau"), [(0, 4.0), (1, 24.0)])
    def test_detection(self, requirement, tau):
        moments, integral, _ = self.trails[0].T
        drawn = Stream(operations_key(), "targets/bay/boat")
        moment = 2000.0 + drawn.exponential(2.0)
        arrivals, found, chance = 0, 0, 0.0
        while moment < 2000.0 + YEAR_H:
            exposure = np.interp(moment + tau, moments, integral) - np.interp(moment, moments, integral)
            arrivals += 1
            chance += 1 - exp(-exposure)
            found += drawn.exponential(1.0) < exposure
            moment += drawn.exponential(2.0)
        assert value(self.player)[requirement] == found / arrivals
        assert expected(self.player)[requirement] == pytest.approx(chance / arrivals, rel=1e-9)

    def test_demands_on_one_kind_of_target_see_the_same_targets(self):
        """More time finds more of the same targets."""
        short, long = sorted(self.player.tables["detections"], key=lambda d: d["tau_h"])
        assert short["arrivals"] == long["arrivals"]
        assert short["found"] < long["found"]
        alone = played(mission(self.stated.rows, detection(30.0)))
        assert value(alone)[0] == value(self.player)[1]

    def test_the_integral_is_what_the_rows_saw(self):
        seeing_h = total(self.player, "seeing_h").sum()
        assert self.player.tables["series"]["window_integral"] == pytest.approx([0.1 * seeing_h, 0.04 * seeing_h])
        moments, integral, _ = self.trails[0].T
        assert np.interp(2000.0 + YEAR_H, moments, integral) == pytest.approx(0.1 * seeing_h, rel=1e-9)
        assert value(self.player)[3] == pytest.approx(YEAR_H / (0.04 * seeing_h))

    def test_presence(self):
        """With one rate for all craft, the trail's slope tells how many are on station."""
        moments, integral, _ = self.trails[0].T
        inside = np.clip(moments, 2000.0, 2000.0 + YEAR_H)
        on_station = np.rint(np.diff(integral) / np.diff(moments) / 0.1)
        assert value(self.player)[2] == pytest.approx(np.diff(inside)[on_station >= 3].sum() / YEAR_H, abs=1e-9)


class TestTablesGrow:
    """A table that is too short is doubled and the replication played again: the same bytes."""

    def same(self, stated, craft: int, shrink, *, grown, logged: bool = False) -> None:
        world = make_world(stated)
        usual, small = Player(world, logged=logged), Player(world, logged=logged)
        shrink(small)
        for index in range(3):
            usual.play(operations_key(index), np.zeros(craft))
            small.play(operations_key(index), np.zeros(craft))
            assert small.row_facts.tobytes() == usual.row_facts.tobytes()
            assert small.demand_facts.tobytes() == usual.demand_facts.tobytes()
            if logged:
                assert log_of(small).tobytes() == log_of(usual).tobytes()
        assert grown(small)

    def test_trails(self):
        def shrink(player):
            player.trails = np.empty((2, 2, 3))

        self.same(busy_mission(), 7, shrink, grown=lambda player: player.trails.shape[1] > 1000)

    def test_weather_paths(self):
        stormy = mission(
            [row(2, stations=1, transit_h=3.0, station_h=12.0, launch_sea_state=3, weather_window_h=9.0)],
            weather={"bay": laws({2: 0.4, 3: 0.3, 4: 0.3}, {3: 0.5, 5: 0.5})},
            months=by_month(0)["months"],
        )

        def shrink(player):
            player.paths = np.empty((1, 2), dtype=player.paths.dtype)

        self.same(stormy, 2, shrink, grown=lambda player: player.paths.shape[1] > 200)

    def test_the_log(self):
        def shrink(player):
            player.log = np.empty(2, dtype=player.log.dtype)

        self.same(busy_mission(), 7, shrink, grown=lambda player: len(player.log) > 1000, logged=True)

    def watching(self):
        """Few of many contacts are found, and many of those wait for the desk."""
        rates = {("detection", "boat"): (0.02, 0.02, 0.02)}
        eyes = row(2, platform="eye", transit_h=3.0, station_h=20.0, stations=2, rate_per_h=rates)
        looker = row(3, stations=2, transit_h=3.0, station_h=40.0, mean_h_to_failure=30.0, service_h={"boat": 0.7})
        busy = TargetClass(
            swept_as="small_craft", speed_kn=20.0, arrivals_per_day=48.0, hours_present=9.0, background_per_target=3.0
        )
        delays = {("eye", "drone"): 2.3, ("drone", "eye"): 2.3}
        return mission([eyes, looker], identification(6.0), detection(6.0), targets={"boat": busy}, hand_over_h=delays)

    def test_contacts_and_their_hand_over(self):
        def shrink(player):
            player._make_room_for_contacts(2, 2)

        self.same(self.watching(), 5, shrink, grown=lambda player: player.present.shape[1] >= 32, logged=True)

    def test_room_to_spare_for_contacts(self):
        """Otherwise what a thread plays would depend on what it played before."""

        def stretch(player):
            player._make_room_for_contacts(2**12, 2**10)

        self.same(self.watching(), 5, stretch, grown=lambda player: player.present.shape[1] == 2**12)


def test_a_player_forgets_the_replication_before():
    player = played(busy_mission(), index=0)
    player.play(operations_key(5), np.zeros(7))
    assert value(player).tobytes() == value(played(busy_mission(), index=5)).tobytes()


@pytest.mark.parametrize("mean_h_to_failure", [1e-3, 1e-300])
def test_a_cycle_of_next_to_no_length_is_refused(mean_h_to_failure):
    endless = mission([row(2, mean_h_to_failure=mean_h_to_failure, mean_repair_h=0.0)])
    with pytest.raises(LimitError, match="check mtbf_h, mttr_h, turnaround_h and rough_spell_h"):
        simulate(endless)


def test_a_craft_that_always_fails_at_once_is_never_on_station():
    frail = row(2, transit_h=5.0, station_h=10.0, mean_h_to_failure=1e-3, mean_repair_h=8.0, turnaround_h=4.0)
    outcome = simulate(mission([frail]))
    assert outcome.row_station_h[0, 0] == 0
    assert outcome.row_operating_h[0, 0] < 10


class TestStoppedEarly:
    """Worlds stopped while craft are under way."""

    def stopped(self, at_h: float, craft: int, **rules) -> Player:
        stated = mission([row(craft, **rules)], window_start_h=0.0, window_end_h=at_h)
        return played(stated)

    def failure_h(self, number: int, mean_h: float) -> float:
        return Stream(operations_key(), f"failure/drone/{number}").exponential(mean_h)

    def test_a_failure_outbound_is_known_at_once_and_the_next_craft_goes(self):
        fails = self.failure_h(0, 20.0)
        assert fails < 50.0
        crafts = self.stopped(
            fails + 1e-6, 2, stations=1, transit_h=50.0, station_h=100.0, mean_h_to_failure=20.0
        ).tables["crafts"]
        assert crafts["phase"].tolist() == [INBOUND, OUTBOUND]
        assert crafts["launched_h"][1] == pytest.approx(fails)
        assert crafts["phase_ends_h"][0] == pytest.approx(2 * fails)

    def test_a_loss_is_known_at_once_and_the_next_craft_goes(self):
        lost = Stream(operations_key(), "loss/drone/0").exponential(20.0)
        player = self.stopped(lost + 1e-6, 2, stations=1, station_h=1000.0, mean_h_to_loss=20.0)
        crafts = player.tables["crafts"]
        assert crafts["launched_h"][1] == pytest.approx(lost)
        assert total(player, "losses").tolist() == [1.0]
        assert total(player, "usable_h")[0] == pytest.approx(2 * lost, abs=1e-5)

    def test_the_relief_leaves_to_arrive_as_the_incumbent_goes(self):
        crafts = self.stopped(12.5, 2, stations=1, transit_h=3.0, station_h=10.0).tables["crafts"]
        assert crafts["launched_h"].tolist() == [0.0, 10.0]
        assert crafts["phase"].tolist() == [ON_STATION, OUTBOUND]

    def test_the_fullest_account_goes_first_and_the_lower_id_in_a_tie(self):
        """At half the year's hours: 0, 1, 2 go in turn; at hour 30 only craft 0 has earned ten hours again."""
        rules = {"stations": 1, "station_h": 10.0, "utilisation_h_per_year": 4380.0}
        assert self.stopped(25.0, 3, **rules).tables["crafts"]["launched_h"].tolist() == [0.0, 10.0, 20.0]
        assert self.stopped(35.0, 3, **rules).tables["crafts"]["launched_h"].tolist() == [30.0, 10.0, 20.0]

    def test_a_launch_is_charged_the_planned_hours_and_the_unused_ones_come_back(self):
        """Half the year's hours: a sortie cut short after f hours is earned again f hours later."""
        fails = self.failure_h(0, 20.0)
        rules = {"station_h": 1000.0, "mean_h_to_failure": 20.0, "utilisation_h_per_year": 4380.0}
        crafts = self.stopped(fails + 1e-6, 1, **rules).tables["crafts"]
        assert crafts["phase"].tolist() == [IN_SERVICE]
        assert crafts["phase_ends_h"][0] == pytest.approx(2 * fails)
