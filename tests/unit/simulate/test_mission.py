from datetime import date

import numpy as np
import pytest

from builders import EVERYTHING, PLATFORM, a_year, make_scenario, replace
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.futures import likely_future
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.simulate.mission import calendar_months, mission_of
from fleetcraft.simulate.reassign import fixed, greedy

SUBMARINE = {
    "id": "glider",
    "domain": "underwater",
    "endurance_h": 400,
    "cruise_speed_kn": 3,
    "max_sea_state_operate": 2,
    "max_sea_state_launch": 3,
    "max_wind_kn": 25,
    "mtbf_h": None,
    "loss_per_100k_h": 0,
    "submerged_sensor": "passive_acoustic",
    "sweep_width_nm_submerged": 4,
    "sweep_width_nm_small_craft": 0,
}


@pytest.fixture(scope="module")
def theatre():
    return make_theatre(
        make_scenario(
            platforms=[{}, SUBMARINE],
            places=[{"repair_crews_surface": None}],
            environment=a_year("bay"),
            requirements=[
                {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.5},
                {"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 48},
                {"area": "bay", "measure": "presence", "domain": "underwater", "craft": 1, "at_least": 0.5},
            ],
        )
    )


def stated(theatre, *rows: Allocation, orders: dict[str, int]):
    plan = Plan(tuple(Order(p, "2026Q1", n) for p, n in orders.items()), rows)
    return mission_of(theatre, plan, deliver(theatre.scenario, plan, likely_future(theatre.scenario)))


def test_a_row_lives_by_its_platforms_rules(theatre):
    found = stated(theatre, Allocation("drone", "baltra", "bay", 3, 2), orders={"drone": 3}).rows[0]
    pair = theatre.pair_index["drone", "baltra", "bay"]
    assert (found.platform, found.base, found.area, found.domain) == ("drone", "baltra", "bay", "air")
    assert (found.stations, found.numbers) == (2, (0, 1, 2))
    assert found.transit_h == theatre.pairs.transit_h[pair]
    assert found.station_h == pytest.approx(24 * 0.9 - 2 * found.transit_h)
    assert (found.turnaround_h, found.mean_h_to_failure, found.mean_repair_h) == (4, 150, 8)
    assert found.mean_h_to_loss == 20_000
    assert (found.maintenance_interval_h, found.maintenance_h, found.utilisation_h_per_year) == (200, 48, 2500)
    assert (found.launch_sea_state, found.operate_sea_state) == (9, 9)
    assert (found.launch_wind_kn, found.operate_wind_kn) == (30, 30)


def test_an_underwater_craft_feels_the_sea_at_launch_alone(theatre):
    found = stated(theatre, Allocation("glider", "baltra", "bay", 1, 1), orders={"glider": 1}).rows[0]
    assert (found.launch_sea_state, found.operate_sea_state) == (3, 9)
    assert found.launch_wind_kn == found.operate_wind_kn == np.inf
    assert found.mean_h_to_failure == found.mean_h_to_loss == np.inf


def test_rates_are_those_of_the_measure(theatre):
    found = stated(theatre, Allocation("drone", "baltra", "bay", 1, 1), orders={"drone": 1}).rows[0]
    detection = theatre.detection_rate_per_h(0, "small_craft")[0]
    still = theatre.look_rate_per_h(0, "small_craft")[0]
    assert found.rate_per_h == {
        ("detection", "small_craft"): tuple(detection),
        ("revisit", "small_craft"): tuple(still),
    }
    assert (still < detection).all()


def test_stations_not_stated_follow_the_duty(theatre):
    found = stated(theatre, Allocation("drone", "baltra", "bay", 7, None), orders={"drone": 7}).rows[0]
    pair = theatre.pair_index["drone", "baltra", "bay"]
    assert found.stations == np.ceil(7 * theatre.pairs.duty[pair])


def test_only_stated_crews_limit_repairs(theatre):
    found = stated(theatre, orders={})
    assert found.repair_crews == {("baltra", "air"): 2, ("baltra", "underwater"): 2}


def test_the_window_and_the_months_are_the_calendars(theatre):
    found = stated(theatre, orders={})
    assert (found.window_start_h, found.window_end_h) == (730 * 24, 1095 * 24)
    assert found.months[:3] == ((0.0, 0), (31 * 24.0, 1), (59 * 24.0, 2))
    assert found.months[-1][0] >= found.window_end_h - 31 * 24


def test_months_of_a_calendar_that_starts_in_mid_month():
    calendar = make_scenario(calendar={"start": date(2026, 1, 15)}).calendar
    assert calendar_months(calendar)[:2] == ((0.0, 0), (17 * 24.0, 1))


def test_every_craft_without_weather_is_calm():
    calm = make_theatre(make_scenario())
    assert stated(calm, orders={}).weather == {}


def test_craft_that_no_row_takes_stay_out(theatre):
    found = stated(theatre, Allocation("drone", "baltra", "bay", 2, 1), orders={"drone": 5})
    assert found.rows[0].numbers == (0, 1)


def test_a_plan_without_allocation_is_refused(theatre):
    plan = Plan((Order("drone", "2026Q1", 1),))
    with pytest.raises(ValueError, match="place its craft first"):
        mission_of(theatre, plan, deliver(theatre.scenario, plan, likely_future(theatre.scenario)))


def test_a_pair_that_is_not_open_is_refused():
    near = make_theatre(make_scenario(platforms=[{**PLATFORM, "range_nm_from_base": 10}], targets=replace(BOATS)))
    with pytest.raises(KeyError):
        stated(near, Allocation("drone", "baltra", "bay", 1, 1), orders={"drone": 1})


@pytest.fixture(scope="module")
def whole():
    return make_theatre(make_scenario(**EVERYTHING))


class TestEverything:
    """A scenario that uses every feature there is."""

    def mission(self, theatre, policy=None):
        rows = (
            Allocation("boat", "baltra", "bay", 2, 1),
            Allocation("drone", "baltra", "bay", 3, 2),
            Allocation("drone", "baltra", "reef", 2, 1),
        )
        plan = Plan((Order("boat", "2026Q1", 2), Order("drone", "2026Q1", 5)), rows)
        return mission_of(theatre, plan, deliver(theatre.scenario, plan, likely_future(theatre.scenario)), policy)

    def test_rows_know_the_windows_and_replacements_of_their_class(self, whole):
        boat, drone, _ = self.mission(whole).rows
        assert (drone.weather_window_h, boat.weather_window_h) == (6.0, 0.0)
        assert drone.replacement_h == pytest.approx(3 * 365.25 / 12 * 24)
        assert boat.replacement_h == np.inf

    def test_recovery_limits_are_the_platforms(self, whole):
        for found in self.mission(whole).rows:
            platform = whole.scenario.platforms[whole.scenario.platform_index[found.platform]]
            assert found.recover_sea_state == platform.max_sea_state_recover

    def test_a_row_identifies_what_is_asked_for_in_its_area_and_its_platform_can(self, whole):
        scenario = whole.scenario
        wanted = {(r.area, r.target) for r in scenario.requirements if r.measure == "identification"}
        assert wanted
        for found in self.mission(whole).rows:
            platform = scenario.platforms[scenario.platform_index[found.platform]]
            here = {target for area, target in wanted if area == found.area}
            assert set(found.service_h) == {t for t in here if scenario.swept_as(t) in platform.identifies}
            area_nm2 = whole.geometry.area_nm2[scenario.area_index[found.area]]
            for target, hours in found.service_h.items():
                way_h = 0.52 * np.sqrt(area_nm2) / platform.max_speed_kn
                assert hours == pytest.approx(way_h + scenario.targets[target].dwell_h, rel=0.01)
        assert any(found.service_h for found in self.mission(whole).rows)

    def test_hand_over_is_stated_for_every_pair_of_types(self, whole):
        hours = self.mission(whole).hand_over_h
        ids = [platform.id for platform in whole.scenario.platforms]
        assert set(hours) == {(one, other) for one in ids for other in ids}
        assert all(hours[one, one] == 0.0 for one in ids)
        assert set(hours.values()) <= {0.0, 0.1, 1.0}

    def test_the_policy_is_the_scenarios_unless_one_is_given(self, whole):
        rows = self.mission(whole).rows
        assert self.mission(whole).donors == greedy(rows, whole.scenario.requirements)
        assert self.mission(whole, fixed).donors == ()


BOATS = {"small_craft": {"speed_kn": 20, "arrivals_per_day": 12, "hours_present": 24}}
