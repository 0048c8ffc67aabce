from math import exp, log

import numpy as np
import pytest

from fleetcraft import rng
from fleetcraft.errors import LimitError
from fleetcraft.rng import GOLDEN
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.random import name_keys
from fleetcraft.simulate.records import IN_SERVICE, INBOUND, ON_STATION, OUTBOUND
from fleetcraft.simulate.world import make_world
from unit.simulate.missions import YEAR_H, detection, mission, played, presence, revisit, row, simulate
from unit.simulate.test_random import MASK, python_mix64

RATES = {("detection", "boat"): (0.1, 0.05, 0.02), ("revisit", "boat"): (0.04, 0.04, 0.04)}


def busy_mission():
    flying = row(4, stations=2, transit_h=3.0, station_h=12.0, turnaround_h=4.0, rate_per_h=RATES)
    weak = row(3, platform="weak", transit_h=1.0, station_h=5.0, mean_h_to_failure=30.0, rate_per_h=RATES)
    return mission([flying, weak], detection(4.0), detection(30.0), presence(3), revisit())


def numbers(key: int):
    """The unit numbers of a stream, drawn in plain Python."""
    n = 0
    while True:
        n += 1
        yield ((python_mix64(key + n * int(GOLDEN) & MASK) >> 12) + 0.5) * 2.0**-52


def stream_key(replication: np.uint64, name: str) -> int:
    return python_mix64(int(replication) + python_mix64(int(name_keys([name])[0])) & MASK)


class TestMeasuresRecomputed:
    """From the recorded trail and the stream's law alone, in plain Python."""

    def setup_method(self):
        self.stated = busy_mission()
        self.player = played(self.stated)
        self.key = rng.key64(1, "judge", 0, "operations")
        series = self.player.tables["series"]
        self.trails = [self.player.trails[s, : series["points"][s]] for s in range(len(series))]

    def test_trails_reach_from_the_opening_to_the_last_targets_end_and_never_fall(self):
        for trail in self.trails:
            assert trail[0].tolist() == [2000.0, 0.0]
            assert trail[-1, 0] == 2000.0 + YEAR_H + 24.0
            assert (np.diff(trail[:, 0]) > 0).all()
            assert (np.diff(trail[:, 1]) >= 0).all()

    @pytest.mark.parametrize(("requirement", "tau"), [(0, 4.0), (1, 24.0)])
    def test_detection(self, requirement, tau):
        moments, integral = self.trails[0].T
        drawn = numbers(stream_key(self.key, "targets/bay/boat"))
        moment = 2000.0 - log(next(drawn)) / 0.5
        arrivals, found, expected = 0, 0, 0.0
        while moment < 2000.0 + YEAR_H:
            exposure = np.interp(moment + tau, moments, integral) - np.interp(moment, moments, integral)
            arrivals += 1
            expected += 1 - exp(-exposure)
            found += next(drawn) < 1 - exp(-exposure)
            moment -= log(next(drawn)) / 0.5
        assert self.player.value()[requirement] == found / arrivals
        assert self.player.expected()[requirement] == pytest.approx(expected / arrivals, rel=1e-9)

    def test_the_integral_is_what_the_rows_saw(self):
        seeing_h = sum(self.player.row_totals("seeing_total_h"))
        assert self.player.tables["series"]["window_integral"] == pytest.approx([0.1 * seeing_h, 0.04 * seeing_h])
        moments, integral = self.trails[0].T
        assert np.interp(2000.0 + YEAR_H, moments, integral) == pytest.approx(0.1 * seeing_h, rel=1e-9)
        assert self.player.value()[3] == pytest.approx(YEAR_H / (0.04 * seeing_h))

    def test_presence(self):
        """With one rate for all craft, the trail's slope tells how many are on station."""
        moments, integral = self.trails[0].T
        inside = np.clip(moments, 2000.0, 2000.0 + YEAR_H)
        on_station = np.rint(np.diff(integral) / np.diff(moments) / 0.1)
        assert self.player.value()[2] == pytest.approx(np.diff(inside)[on_station >= 3].sum() / YEAR_H, abs=1e-9)


def test_a_trail_that_is_too_short_is_doubled_and_played_again():
    stated = busy_mission()
    usable = np.zeros(7)
    key = rng.key64(1, "judge", 0, "operations")
    long, short = Player(make_world(stated)), Player(make_world(stated), trail_points=2)
    long.play(key, usable)
    short.play(key, usable)
    assert short.trails.shape[1] > 1000
    assert short.value().tobytes() == long.value().tobytes()
    assert short.expected().tobytes() == long.expected().tobytes()


def test_a_player_forgets_the_replication_before():
    player = played(busy_mission(), index=0)
    player.play(rng.key64(1, "judge", 5, "operations"), np.zeros(7))
    assert player.value().tobytes() == played(busy_mission(), index=5).value().tobytes()


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
        key = stream_key(rng.key64(1, "judge", 0, "operations"), f"failure/drone/{number}")
        return -mean_h * log(next(numbers(key)))

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
        key = stream_key(rng.key64(1, "judge", 0, "operations"), "loss/drone/0")
        lost = -20.0 * log(next(numbers(key)))
        player = self.stopped(lost + 1e-6, 2, stations=1, station_h=1000.0, mean_h_to_loss=20.0)
        crafts = player.tables["crafts"]
        assert crafts["launched_h"][1] == pytest.approx(lost)
        assert player.row_totals("losses").tolist() == [1.0]
        assert player.row_totals("usable_total_h")[0] == pytest.approx(2 * lost, abs=1e-5)

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
