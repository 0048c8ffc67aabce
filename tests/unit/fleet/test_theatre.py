"""What a theatre opens and how long craft stay, against one sortie worked out by hand."""

from __future__ import annotations

from functools import cache
from math import exp, gamma, log
from typing import Any

import numpy as np
import pytest
from scipy import integrate

from builders import a_year, make_scenario
from fleetcraft.fleet.theatre import (
    Theatre,
    hand_over_h,
    identification_service_h,
    identifies,
    make_theatre,
)
from fleetcraft.physics import weather
from fleetcraft.scenario.scenario import Scenario
from unit.fleet.theatres import theatre_of

FREE_CLASS = {"aircraft": {"utilisation_h_per_year": 8760, "maintenance_interval_h": None, "maintenance_duration_h": 0}}
REEF = [[[-92.0, 3.0], [-91.0, 3.0], [-91.0, 4.0], [-92.0, 4.0], [-92.0, 3.0]]]


def scenario_with(*platforms: dict[str, Any], **changes: Any) -> Scenario:
    return make_scenario(platforms=platforms or ({},), **changes)


# One pair


def by_hand(*, transit_h: float, station_h: float, mtbf_h: float) -> tuple[float, float, float]:
    """Expected hours on station and in operation, and the chance of a failure, integrated as they are defined."""
    h, T, S = 1 / mtbf_h, transit_h, station_h
    on_station, _ = integrate.quad(lambda x: exp(-h * x), T, T + S)
    outbound, _ = integrate.quad(lambda x: 2 * x * h * exp(-h * x), 0, T)
    watching, _ = integrate.quad(lambda x: (x + T) * h * exp(-h * x), T, T + S)
    return on_station, outbound + watching + (S + 2 * T) * exp(-h * (T + S)), 1 - exp(-h * (2 * T + S))


def test_a_sortie_by_hand() -> None:
    """24 h of endurance less a tenth, 140 nm at 70 kn: 2 h each way and 17.6 h on station."""
    pairs = theatre_of(make_scenario(), distance_nm=140).pairs
    station, operating, fails = by_hand(transit_h=2.0, station_h=17.6, mtbf_h=150)
    assert pairs.distance_nm == pytest.approx([140])
    assert pairs.transit_h == pytest.approx([2.0])
    assert pairs.station_h == pytest.approx([17.6])
    assert pairs.expected_station_h == pytest.approx([station])
    assert pairs.operating_h == pytest.approx([operating])
    assert pairs.failure_probability == pytest.approx([fails])
    # 2,500 hours a year bind before the cycle of flight, turnaround 4, repair 8 and 48 h of maintenance after 200 h
    cycle = operating + 4 + fails * 8 + operating * 48 / 200
    assert station / operating * 2500 / 8760 < station / cycle
    assert pairs.duty == pytest.approx([station / operating * 2500 / 8760])
    assert pairs.operating_h_per_h == pytest.approx([2500 / 8760])
    assert pairs.sees == pytest.approx([1.0])


def test_a_cycle_by_hand() -> None:
    unlimited = {"aircraft": {"utilisation_h_per_year": 8760}}
    pairs = theatre_of(make_scenario(operations={"classes": unlimited}), distance_nm=140).pairs
    station, operating, fails = by_hand(transit_h=2.0, station_h=17.6, mtbf_h=150)
    cycle = operating + 4 + fails * 8 + operating * 48 / 200
    assert pairs.duty == pytest.approx([station / cycle])
    assert pairs.operating_h_per_h == pytest.approx([operating / cycle])


def test_a_craft_that_never_fails_and_needs_no_upkeep() -> None:
    scenario = scenario_with({"mtbf_h": None}, operations={"classes": FREE_CLASS})
    pairs = theatre_of(scenario, distance_nm=140).pairs
    assert pairs.duty == pytest.approx([17.6 / (17.6 + 4 + 4)])
    assert pairs.failure_probability == pytest.approx([0.0])


# Which pairs are open


@pytest.mark.parametrize(("distance_nm", "opens"), [(500.0, 1), (500.001, 0), (0.0, 1), (np.inf, 0)])
def test_a_pair_is_open_within_range(distance_nm: float, opens: int) -> None:
    assert len(theatre_of(make_scenario(), distance_nm=distance_nm).pairs) == opens


@pytest.mark.parametrize(("station_h", "opens"), [(1.0 + 1e-9, 1), (1.0 - 1e-9, 0), (-5.0, 0)])
def test_a_pair_is_open_from_an_hour_on_station(station_h: float, opens: int) -> None:
    scenario = scenario_with({"range_nm_from_base": 5000})
    distance_nm = (0.9 * 24 - station_h) / 2 * 70
    assert len(theatre_of(scenario, distance_nm=distance_nm).pairs) == opens


@cache
def mixed() -> Theatre:
    """An aircraft, a boat and a submersible; an airfield, a port; two areas."""
    scenario = make_scenario(
        platforms=[{}, {"id": "boat", "domain": "surface"}, {"id": "diver", "domain": "underwater"}],
        places=[{"serves": "air"}, {"id": "port", "serves": "surface;underwater"}],
        areas=[{}, {"id": "reef", "name": "Reef", "coordinates": REEF}],
    )
    return theatre_of(scenario, distance_nm=[[100, 300], [110, 310]], sea_nm=[[120, 320], [150, np.inf]])


def test_a_base_opens_only_for_the_domains_it_serves() -> None:
    pairs = mixed().pair_index
    assert set(pairs) == {
        ("drone", "baltra", "bay"),
        ("drone", "baltra", "reef"),
        ("boat", "port", "bay"),
        ("diver", "port", "bay"),
    }


def test_aircraft_fly_straight_and_the_others_go_by_sea() -> None:
    theatre = mixed()
    distance = {key: theatre.pairs.distance_nm[n] for key, n in theatre.pair_index.items()}
    assert distance["drone", "baltra", "bay"] == 100
    assert distance["drone", "baltra", "reef"] == 300
    assert distance["boat", "port", "bay"] == distance["diver", "port", "bay"] == 150


def test_the_index_finds_each_pair() -> None:
    theatre = mixed()
    for (platform, base, area), n in theatre.pair_index.items():
        assert theatre.scenario.platforms[theatre.pairs.platform[n]].id == platform
        assert theatre.scenario.places[theatre.pairs.base[n]].id == base
        assert theatre.scenario.areas[theatre.pairs.area[n]].id == area


def test_measured_theatres_agree_with_the_globe() -> None:
    """The tiny scenario's bay: a degree by a degree near the equator, 147 nm due north of its base."""
    theatre = make_theatre(make_scenario())
    assert theatre.geometry.area_nm2[0] == pytest.approx(60 * 60, rel=0.02)
    assert theatre.pairs.distance_nm[0] == pytest.approx(60 * (2 + 0.4538), rel=0.01)


# Weather

CALM = {"p_ss2": 1.0, "p_ss1": 0.0, "p_ss3": 0.0, "p_ss4": 0.0, "p_ss5": 0.0, "mean_wind_kn": 0.1}
ROUGH = {"p_ss2": 0.2, "p_ss1": 0.1, "p_ss3": 0.2, "p_ss4": 0.3, "p_ss5": 0.2, "mean_wind_kn": 15}
WINDPROOF: dict[str, Any] = {"max_wind_kn": 500, "max_sea_state_operate": 4, "max_sea_state_launch": 3}


def in_weather(*months: dict[str, Any], platform: dict[str, Any] = WINDPROOF) -> Theatre:
    """The tiny scenario with the months given, repeated to a year."""
    rows = [{**row, **months[i % len(months)]} for i, row in enumerate(a_year("bay"))]
    return theatre_of(scenario_with(platform, environment=rows, operations={"classes": FREE_CLASS}))


def test_in_calm_weather_nobody_waits() -> None:
    calm = theatre_of(scenario_with(operations={"classes": FREE_CLASS}))
    assert in_weather(CALM).pairs.duty == pytest.approx(calm.pairs.duty)


def test_duty_is_the_mean_of_the_months_by_their_days() -> None:
    calm, rough = in_weather(CALM).pairs.duty, in_weather(ROUGH).pairs.duty
    assert rough < 0.8 * calm
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    expected = (days[0::2].sum() * calm + days[1::2].sum() * rough) / 365
    assert in_weather(CALM, ROUGH).pairs.duty == pytest.approx(expected)


def test_a_craft_sees_up_to_its_sea_state_and_wind() -> None:
    assert in_weather(ROUGH).pairs.sees == pytest.approx([0.8])
    assert in_weather(CALM, ROUGH).pairs.sees[0] == pytest.approx(1 - 0.2 * (28 + 30 + 30 + 31 + 31 + 31) / 365)
    # the wind's median binds before the sea: class and wind come together
    median_kn = 15 / gamma(1 + 1 / 2.2) * log(2) ** (1 / 2.2)
    windy = in_weather(ROUGH, platform=WINDPROOF | {"max_wind_kn": median_kn, "max_sea_state_operate": 9})
    assert windy.pairs.sees == pytest.approx([0.5])


def test_a_submerged_craft_sees_in_any_weather_and_needs_no_wind_to_launch() -> None:
    diver = {"domain": "underwater", "max_sea_state_operate": 0, "max_wind_kn": 0.1, "max_sea_state_launch": 9}
    assert in_weather(ROUGH, platform=diver).pairs.sees == pytest.approx([1.0])
    calm = theatre_of(scenario_with({"domain": "underwater"}, operations={"classes": FREE_CLASS}))
    assert in_weather(ROUGH, platform=diver).pairs.duty == pytest.approx(calm.pairs.duty)


def test_a_craft_that_can_never_launch_has_no_duty() -> None:
    grounded = in_weather(ROUGH, platform=WINDPROOF | {"max_sea_state_launch": 0})
    assert grounded.pairs.duty == pytest.approx([0.0])
    assert grounded.pairs.operating_h_per_h == pytest.approx([0.0])


# Rates


def test_a_still_point_is_looked_at_by_width_times_speed_over_area() -> None:
    rate = theatre_of(make_scenario(), area_nm2=3600, perimeter_nm=240).look_rate_per_h(0, "small_craft")
    np.testing.assert_allclose(rate, np.array([[6, 3, 1.5]]) * 70 / 3600)


def test_a_target_is_found_at_the_mean_relative_speed() -> None:
    """At equal speeds the mean relative speed is 4/pi of either."""
    scenario = scenario_with({"cruise_speed_kn": 20, "endurance_h": 60})
    rate = theatre_of(scenario, area_nm2=3600).detection_rate_per_h(0, "small_craft")
    np.testing.assert_allclose(rate, np.array([[6, 3, 1.5]]) * 20 * 4 / np.pi / 3600)


def test_a_sweep_is_no_wider_than_the_area() -> None:
    rate = theatre_of(make_scenario(), area_nm2=50, perimeter_nm=4 * np.pi).look_rate_per_h(0, "small_craft")
    np.testing.assert_allclose(rate, np.array([[4, 3, 1.5]]) * 70 / 50)


SUBMERGED = {"submerged": {"speed_kn": 6, "arrivals_per_day": 1, "hours_present": 48}}


@pytest.mark.parametrize(("sensor", "width_nm"), [("passive_acoustic", 2.0), ("seabed", 0.0), ("none", 0.0)])
def test_only_passive_acoustics_hear_the_submerged(sensor: str, width_nm: float) -> None:
    platform = {"domain": "underwater", "sweep_width_nm_submerged": 2, "submerged_sensor": sensor}
    scenario = scenario_with(platform, targets=SUBMERGED)
    rate = theatre_of(scenario, area_nm2=3600).look_rate_per_h(0, "submerged")
    np.testing.assert_allclose(rate, np.full((1, 3), width_nm * 70 / 3600))


# Identifying


def identifying_scenario(**changes: Any) -> Scenario:
    """Four types of three makers: two share an open interface, one has its maker's own, one has none."""
    return scenario_with(
        {"control_interfaces": "open (assumed);link", "identifies": "small_craft;surface_vessel"},
        {"id": "boat", "domain": "surface", "control_interfaces": "open claimed since 2025", "cruise_speed_kn": 20},
        {"id": "twin", "supplier": "Other", "control_interfaces": "proprietary", "identifies": "small_craft"},
        {"id": "mute", "control_interfaces": None},
        targets={
            "small_craft": {"dwell_h": 0.25},
            "dhow": {"swept_as": "surface_vessel", "speed_kn": 8, "arrivals_per_day": 2, "hours_present": 24},
        },
        **changes,
    )


def test_who_identifies_what() -> None:
    scenario = identifying_scenario()
    np.testing.assert_array_equal(identifies(scenario, "small_craft"), [True, False, True, False])
    np.testing.assert_array_equal(identifies(scenario, "dhow"), [True, False, False, False])


def test_a_contact_is_reached_and_looked_at() -> None:
    """An area of 60 by 60 nm: a mean way of 0.52 x 60 nm at top speed, then a quarter of an hour on the spot."""
    theatre = theatre_of(identifying_scenario(), area_nm2=3600.0)
    hours = identification_service_h(theatre, 0, "small_craft")
    np.testing.assert_allclose(hours, [0.52 * 60 / 110 + 0.25, np.inf, 0.52 * 60 / 110 + 0.25, np.inf])


def test_contacts_are_handed_over_by_interface_gateway_or_desk() -> None:
    rules = {"desk_h": 1.5, "gateway_h": 0.1, "gateways": [["link", "proprietary/Other"]]}
    scenario = identifying_scenario(operations={"hand_over": rules})
    np.testing.assert_array_equal(
        hand_over_h(scenario),
        [
            [0.0, 0.0, 0.1, 1.5],
            [0.0, 0.0, 1.5, 1.5],
            [0.1, 1.5, 0.0, 1.5],
            [1.5, 1.5, 1.5, 0.0],
        ],
    )


def test_without_a_rule_contacts_are_handed_over_at_once() -> None:
    np.testing.assert_array_equal(hand_over_h(identifying_scenario()), np.zeros((4, 4)))


# Weather at launch and recovery


def rough(**platform: Any) -> Theatre:
    """A drone over a sea too rough for its launch a third of the time, with what its class looks ahead for."""
    window_h = platform.pop("weather_window_h", 0.0)
    classes = {"aircraft": {"utilisation_h_per_year": 8760, "weather_window_h": window_h}}
    sea = {"p_ss3": 0.4, "p_ss4": 0.2, "p_ss5": 0.1, "p_ss2": 0.25}
    return theatre_of(
        make_scenario(
            platforms=[{"max_sea_state_launch": 3, **platform}],
            environment=[{**row, **sea} for row in a_year("bay")],
            operations={"classes": classes},
        ),
        distance_nm=140,
    )


def wait_h(theatre: Theatre, launch: int, recover: int, window_h: float) -> float:
    climate = theatre.climate
    assert climate is not None
    pi, wind = climate.sea_state[0, 0], (climate.wind_scale_kn[0, 0], climate.wind_k[0, 0])
    limits = [weather.launchable_share(pi, limit, 30.0, *wind) for limit in (launch, recover)]
    flight_h, turnaround_h = np.array([2 * 2.0 + 17.6]), np.array([4.0])
    waits = weather.weather_wait_h(
        climate.generator[0, 0], pi, limits[0], flight_h, turnaround_h, recoverable=limits[1], window_h=window_h
    )
    return float(waits[0])


@pytest.mark.parametrize(("recover", "window_h"), [(None, 0.0), (5, 0.0), (None, 12.0), (2, 6.0)])
def test_duty_waits_for_the_weather_of_launch_and_recovery(recover: int | None, window_h: float) -> None:
    theatre = rough(max_sea_state_recover=recover, weather_window_h=window_h)
    station, operating, fails = by_hand(transit_h=2.0, station_h=17.6, mtbf_h=150)
    wait = wait_h(theatre, 3, 3 if recover is None else recover, window_h)
    cycle = operating + 4 + fails * 8 + operating * 48 / 200 + wait
    assert wait > 1
    assert theatre.pairs.duty == pytest.approx([station / cycle])


def test_a_rougher_recovery_shortens_the_wait_and_a_look_ahead_lengthens_it() -> None:
    plain, tough, wary = rough(), rough(max_sea_state_recover=5), rough(weather_window_h=12.0)
    assert tough.pairs.duty > plain.pairs.duty > wary.pairs.duty
