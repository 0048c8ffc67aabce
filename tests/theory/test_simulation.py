"""The simulation against closed forms (model.md 2 to 4 and 9)."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from scipy.stats import binomtest

from fleetcraft import rng
from fleetcraft.physics import search, weather
from fleetcraft.simulate.mission import MissionWeather
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.world import make_world
from theory.intervals import holds
from unit.simulate.missions import YEAR_H, detection, mission, played, presence, revisit, row, simulate


class TestSortie:
    @pytest.mark.parametrize(("transit", "station", "turnaround"), [(2.0, 10.0, 4.0), (5.0, 3.0, 0.5), (0.0, 7.0, 3.0)])
    def test_presence_of_one_craft_is_station_over_cycle(self, transit, station, turnaround):
        one = row(transit_h=transit, station_h=station, turnaround_h=turnaround)
        duty = station / (station + 2 * transit + turnaround)
        assert simulate(mission([one])).value[0, 0] == pytest.approx(duty, abs=station * (1 - duty) / YEAR_H)

    def test_two_craft_of_half_a_cycle_each_keep_one_station(self):
        pair = row(2, stations=1, transit_h=3.0, station_h=9.0, turnaround_h=3.0)
        outcome = simulate(mission([pair], presence(1), presence(2)))
        assert outcome.value[0].tolist() == [1.0, 0.0]
        assert outcome.row_station_h[0, 0] == YEAR_H

    def test_a_row_never_has_more_on_station_than_its_stations(self):
        many = row(9, stations=2, transit_h=3.0, station_h=9.0, turnaround_h=3.0)
        assert simulate(mission([many], presence(2), presence(3))).value[0].tolist() == [1.0, 0.0]

    @pytest.mark.parametrize("hours_before", [0.0, 1.5, 5.0, 40.0])
    def test_deliveries_are_respected_to_the_hour(self, hours_before):
        outcome = simulate(mission([row(transit_h=5.0)]), usable_h=2000.0 - hours_before)
        assert outcome.value[0, 0] == pytest.approx(1 - max(5.0 - hours_before, 0) / YEAR_H, abs=1e-12)
        assert outcome.row_usable_h[0, 0] == YEAR_H

    def test_a_craft_usable_after_the_window_opened_takes_no_part(self):
        outcome = simulate(mission([row()]), usable_h=2000.001)
        assert outcome.value[0, 0] == outcome.row_usable_h[0, 0] == outcome.row_operating_h[0, 0] == 0

    def test_utilisation_binds_at_its_yearly_hours(self):
        one = row(transit_h=1.0, station_h=18.0, turnaround_h=1.0, utilisation_h_per_year=2500.0)
        assert simulate(mission([one])).row_operating_h[0, 0] == pytest.approx(2500, abs=20)

    def test_a_sortie_longer_than_ninety_days_worth_flies_at_its_yearly_hours(self):
        glider = row(transit_h=100.0, station_h=2800.0, utilisation_h_per_year=6000.0)
        years = simulate(mission([glider], window_end_h=2000.0 + 20 * YEAR_H))
        assert years.row_operating_h[0, 0] == pytest.approx(20 * 6000, abs=3000)

    def test_scheduled_maintenance_takes_its_share(self):
        one = row(station_h=10.0, maintenance_interval_h=100.0, maintenance_h=50.0)
        outcome = simulate(mission([one]))
        assert outcome.value[0, 0] == pytest.approx(2 / 3, abs=50 / YEAR_H)
        assert outcome.row_down_h[0, 0] == pytest.approx(YEAR_H / 3, abs=50)
        assert outcome.row_station_h[0, 0] + outcome.row_down_h[0, 0] == pytest.approx(YEAR_H)

    def test_a_long_sortie_brings_several_blocks_and_carries_the_rest(self):
        one = row(station_h=270.0, maintenance_interval_h=100.0, maintenance_h=10.0)
        outcome = simulate(mission([one], window_end_h=2000.0 + 10 * YEAR_H))
        assert outcome.value[0, 0] == pytest.approx(1 / 1.1, abs=1e-3)

    @pytest.mark.parametrize(
        ("mtbf", "repair", "interval", "block"), [(40.0, 12.0, 150.0, 30.0), (300.0, 5.0, 60.0, 9.0)]
    )
    def test_availability_under_failure_and_maintenance(self, mtbf, repair, interval, block):
        """Down hours per operating hour: MTTR / MTBF + D / H, besides one turnaround a sortie; no transit."""
        station, turnaround = 30.0, 4.0
        one = row(
            station_h=station,
            turnaround_h=turnaround,
            mean_h_to_failure=mtbf,
            mean_repair_h=repair,
            maintenance_interval_h=interval,
            maintenance_h=block,
        )
        outcome = simulate(mission([one]), 600)
        sortie = mtbf * (1 - np.exp(-station / mtbf))
        working = 1 / (1 + repair / mtbf + block / interval + turnaround / sortie)
        assert holds(outcome.value[:, 0], working)
        assert holds(outcome.row_down_h[:, 0], working * (repair / mtbf + block / interval) * YEAR_H)


class TestFailures:
    @pytest.mark.parametrize(
        ("machines", "crews", "repair"),
        [(1, 1, 25), (3, 1, 25), (4, 2, 25), (5, 5, 25), (2, 1, 30), (6, 3, 90), (8, 2, 15)],
    )
    def test_machine_repair_shop(self, machines, crews, repair):
        """M/M/r//n: n machines on n stations, r crews, no transit, no turnaround; exact rationals."""
        failing, repairing = Fraction(1, 60), Fraction(1, repair)
        weight = [Fraction(1)]
        for down in range(machines):
            weight.append(weight[-1] * (machines - down) * failing / (min(down + 1, crews) * repairing))
        up = [w / sum(weight) for w in reversed(weight)]  # up[k]: probability that k machines work
        shop = mission(
            [row(machines, mean_h_to_failure=60.0, mean_repair_h=float(repair))],
            *(presence(k) for k in range(1, machines + 1)),
            repair_crews={("port", "air"): crews},
        )
        outcome = simulate(shop, 600)
        for k in range(1, machines + 1):
            assert holds(outcome.value[:, k - 1], float(sum(up[k:])), fault=0.02 if k <= 2 else 0.2)
        working = float(sum(k * p for k, p in enumerate(up)))
        assert holds(outcome.row_station_h[:, 0], working * YEAR_H)
        assert holds(outcome.row_down_h[:, 0], (machines - working) * YEAR_H)

    def test_unlimited_crews_make_machines_independent(self):
        shop = mission([row(4, mean_h_to_failure=30.0, mean_repair_h=10.0)], *(presence(k) for k in range(1, 5)))
        outcome = simulate(shop, 400)
        for k in range(1, 5):
            truth = sum(factorial(4) / factorial(j) / factorial(4 - j) * 0.75**j * 0.25 ** (4 - j) for j in range(k, 5))
            assert holds(outcome.value[:, k - 1], truth)

    def test_expected_station_and_operating_hours_of_a_sortie(self):
        """S_bar and F_bar of model.md 2: one craft, repaired at once, long cycles."""
        transit, station, rate = 6.0, 20.0, 1 / 25
        one = row(transit_h=transit, station_h=station, mean_h_to_failure=1 / rate)
        outcome = simulate(mission([one]), 600)
        station_bar = (np.exp(-rate * transit) - np.exp(-rate * (transit + station))) / rate
        out_and_back = 2 * (1 - np.exp(-rate * transit)) / rate
        assert holds(outcome.value[:, 0], station_bar / (station_bar + out_and_back))
        assert outcome.row_operating_h == pytest.approx(YEAR_H)

    def test_losses_thin_the_fleet_exponentially(self):
        fleet = mission([row(40, mean_h_to_loss=5000.0)], window_start_h=0.0, window_end_h=YEAR_H)
        outcome = simulate(fleet, 600)
        assert holds(outcome.row_losses[:, 0], 40 * (1 - np.exp(-YEAR_H / 5000)))
        assert holds(outcome.row_usable_h[:, 0], 40 * 5000 * (1 - np.exp(-YEAR_H / 5000)))
        assert outcome.row_usable_h == pytest.approx(outcome.row_operating_h)

    def test_losses_count_operating_hours_alone(self):
        """A craft that rests half its time is lost half as often."""
        fleet = mission([row(40, station_h=10.0, turnaround_h=10.0, mean_h_to_loss=5000.0)], window_start_h=0.0)
        outcome = simulate(fleet, 600)
        assert holds(outcome.row_losses[:, 0], 40 * (1 - np.exp(-(2000 + YEAR_H) / 2 / 5000)))


class TestTargets:
    @pytest.mark.parametrize(("within", "tau"), [(3.0, 3.0), (8.0, 8.0), (100.0, 24.0)])
    def test_poisson_targets_under_constant_rate(self, within, tau):
        """1 - exp(-lambda tau), tau = min(within, hours present), for every single target."""
        searcher = row(2, rate_per_h={("detection", "boat"): (0.06, 0.06, 0.06)})
        stated = mission([searcher], detection(within))
        truth = 1 - np.exp(-0.12 * tau)
        outcome = simulate(stated, 20)
        assert outcome.expected == pytest.approx(truth, abs=1e-12)
        found = [int(played(stated, index=i).tables["detections"]["found"][0]) for i in range(20)]
        arrivals = [int(played(stated, index=i).tables["detections"]["arrivals"][0]) for i in range(20)]
        assert binomtest(sum(found), sum(arrivals), truth).pvalue > 1e-4
        assert outcome.value[:, 0] == pytest.approx(np.array(found) / np.array(arrivals))

    @pytest.mark.parametrize(("coverage", "truth"), [(0.5, 0.3934693), (1.0, 0.6321206), (2.0, 0.8646647)])
    def test_random_search_at_a_coverage(self, coverage, truth):
        """Koopman: a swept area of half, once and twice the sea finds 1 - exp(-coverage) of still targets."""
        speed_kn, width_nm, area_nm2 = 60.0, 5.0, 3000.0
        hours = coverage * area_nm2 / (speed_kn * width_nm)
        rate = float(search.detection_rate_per_h(width_nm, search.relative_speed_kn(speed_kn, 0.0), area_nm2))
        stated = mission([row(rate_per_h={("detection", "boat"): (rate,) * 3})], detection(hours))
        outcome = simulate(stated, 60)
        assert outcome.expected == pytest.approx(truth, abs=1e-6)
        assert holds(outcome.value[:, 0], truth)

    def test_arrivals_are_poisson(self):
        stated = mission([row(rate_per_h={("detection", "boat"): (0.1, 0.1, 0.1)})], detection(3.0))
        arrivals = np.array([played(stated, index=i).tables["detections"]["arrivals"][0] for i in range(200)], float)
        mean = 365 * 12.0
        assert holds(arrivals, mean)
        assert arrivals.var(ddof=1) == pytest.approx(mean, rel=0.4)

    def test_revisit_is_the_inverse_of_the_mean_rate(self):
        """Half the time on station at 0.1 looks an hour: one look every 20 hours."""
        one = row(station_h=10.0, turnaround_h=10.0, rate_per_h={("revisit", "boat"): (0.1, 0.1, 0.1)})
        assert simulate(mission([one], revisit())).value[0, 0] == pytest.approx(20.0, rel=2e-3)

    def test_revisit_without_craft_is_the_whole_window(self):
        assert simulate(mission([], revisit())).value[0, 0] == YEAR_H


def steady(sea_state: list[float], *, spell_h: float = 20.0, wind_scale_kn: float = 1e-9) -> MissionWeather:
    """The same weather in every month."""
    share = np.tile(np.array(sea_state) / np.sum(sea_state), (12, 1))
    generator = np.tile(weather.birth_death_generator(share[0], spell_h), (12, 1, 1))
    return MissionWeather(share, generator, np.full(12, wind_scale_kn), np.full(12, 2.0))


SEA = [0.0, 0.05, 0.15, 0.3, 0.25, 0.15, 0.1, 0.0, 0.0, 0.0]


class TestWeather:
    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
    def test_sea_state_keeps_its_law(self, limit):
        seen = mission([row(operate_sea_state=limit)], weather={"bay": steady(SEA)})
        assert holds(simulate(seen, 1000).value[:, 0], sum(SEA[: limit + 1]), fault=0.04 if limit == 1 else 0.02)

    @pytest.mark.parametrize("limit_kn", [6.0, 12.0, 20.0])
    def test_wind_keeps_its_own_distribution(self, limit_kn):
        seen = mission([row(operate_wind_kn=limit_kn)], weather={"bay": steady(SEA, wind_scale_kn=13.0)})
        assert holds(simulate(seen, 1000).value[:, 0], 1 - np.exp(-((limit_kn / 13.0) ** 2)))

    def test_rough_sea_and_strong_wind_come_together(self):
        """Comonotone: both limits at the same quantile cut out the same time."""
        limit_kn = float(weather.wind_kn(sum(SEA[:5]), 13.0, 2.0))
        both = row(operate_sea_state=4, operate_wind_kn=limit_kn)
        outcome = simulate(mission([both], weather={"bay": steady(SEA, wind_scale_kn=13.0)}), 600)
        assert holds(outcome.value[:, 0], sum(SEA[:5]))

    @pytest.mark.parametrize("opens_h", [0.0, 200.0, 5000.0])
    def test_the_law_holds_at_every_moment(self, opens_h):
        """Stationary from the calendar's start on, through the turn of months that are alike."""
        months = tuple((730.0 * i, i % 12) for i in range(24))
        window = {"window_start_h": opens_h, "window_end_h": opens_h + 5.0, "months": months}
        seen = mission([row(operate_sea_state=3)], weather={"bay": steady(SEA)}, **window)
        assert holds(simulate(seen, 20_000).value[:, 0], sum(SEA[:4]), fault=0.03)

    @pytest.mark.parametrize("spell_h", [8.0, 20.0, 60.0])
    def test_mean_rough_spell(self, spell_h):
        searcher = row(operate_sea_state=4, rate_per_h={("detection", "boat"): (1.0, 1.0, 1.0)})
        stated = mission([searcher], detection(4.0), weather={"bay": steady(SEA, spell_h=spell_h)})
        assert holds(blind_spells_h(stated, replications=int(25 * spell_h)), spell_h, fault=0.03)

    def test_detection_rate_follows_the_wind_band(self):
        """A blind eye in the two stronger bands sees as long as the wind stays below 15 kn."""
        rates = {("revisit", "boat"): (0.1, 0.0, 0.0), ("detection", "boat"): (0.0, 0.0, 0.0)}
        stated = mission([row(rate_per_h=rates)], revisit(), weather={"bay": steady(SEA, wind_scale_kn=13.0)})
        looks = 1 / simulate(stated, 600).value[:, 0]
        assert holds(looks, 0.1 * (1 - np.exp(-((15 / 13.0) ** 2))))

    def test_launch_and_recovery_wait_for_the_weather(self):
        """model.md 2: cycle = sortie + turnaround + W_bar, the wait of the law that one cycle maps to itself."""
        station, turnaround, limit = 30.0, 6.0, 3
        climate = steady(SEA, spell_h=20.0)
        one = row(station_h=station, turnaround_h=turnaround, launch_sea_state=limit)
        outcome = simulate(mission([one], weather={"bay": climate}), 1000)
        launchable = weather.launchable_share(climate.sea_state[0], limit, np.inf, 1e-9, 2.0)
        wait = weather.weather_wait_h(
            climate.generator[0], climate.sea_state[0], launchable, np.array([station]), np.array([turnaround])
        )
        assert wait[0] > 5
        assert holds(outcome.value[:, 0], station / (station + turnaround + float(wait[0])))

    def test_waits_at_sea_count_no_operating_hours(self):
        one = row(station_h=30.0, turnaround_h=6.0, launch_sea_state=3)
        outcome = simulate(mission([one], weather={"bay": steady(SEA)}), 5)
        assert outcome.row_operating_h == pytest.approx(outcome.row_station_h)


def blind_spells_h(stated, replications):
    """Lengths of the whole spells in which the area's only searcher saw nothing."""
    player, found = Player(make_world(stated)), []
    for index in range(replications):
        player.play(rng.key64(1, "judge", index, "operations"), np.zeros(1))
        steps = np.diff(player.trails[0, : player.tables["series"]["points"][0], :2], axis=0)
        found.append(steps[1:-1, 0][steps[1:-1, 1] == 0])
    return np.concatenate(found)
