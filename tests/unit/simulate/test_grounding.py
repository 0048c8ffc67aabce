"""Stand-downs of a whole type, by hand: a craft goes out 10 h, stays 100 h, comes home, is turned round in 5 h."""

import numpy as np
import pytest

from fleetcraft.simulate.mission import Mission
from fleetcraft.simulate.records import IN_SERVICE, INBOUND, ON_STATION, OUTBOUND, READY
from fleetcraft.simulate.simulate_plan import simulate_mission
from unit.simulate.missions import by_month, mission, phases, played, presence, row, simulate, total

CYCLE = {"transit_h": 10.0, "station_h": 100.0, "turnaround_h": 5.0}


def one_craft(**stated) -> Mission:
    return mission([row(**CYCLE)], **{"window_start_h": 0.0, "window_end_h": 1000.0} | stated)


def test_a_craft_on_station_turns_home_at_once_and_waits_for_the_end():
    """40 h on station before; then from hour 200 a sortie every 125 h: 6 x 100 h and 40 h until the window closes."""
    outcome = simulate(one_craft(), grounded={"drone": [(50.0, 200.0)]})
    assert outcome.row_station_h.tolist() == [[40.0 + 640.0]]
    assert outcome.row_seeing_h.tolist() == [[40.0 + 640.0]]
    assert outcome.row_operating_h.tolist() == [[60.0 + 6 * 120.0 + 50.0]]
    assert outcome.row_grounded_h.tolist() == [[150.0]]
    assert outcome.row_usable_h.tolist() == [[1000.0]]
    assert outcome.value.tolist() == [[0.68]]


def test_a_craft_outbound_needs_as_long_home_as_it_was_out():
    player = played(one_craft(), grounded={"drone": [(4.0, 200.0)]}, logged=True)
    assert phases(player, 0)[:6] == [
        (0.0, READY),
        (0.0, OUTBOUND),
        (4.0, INBOUND),
        (8.0, IN_SERVICE),
        (13.0, READY),
        (200.0, OUTBOUND),
    ]
    assert total(player, "operating_h").tolist() == [8.0 + 6 * 120.0 + 50.0]


def test_a_craft_on_its_way_home_already_goes_on():
    player = played(one_craft(), grounded={"drone": [(113.0, 114.0)]}, logged=True)
    assert phases(player, 0)[3:6] == [(110.0, INBOUND), (120.0, IN_SERVICE), (125.0, READY)]


def test_each_stand_down_begins_and_ends():
    """The first is in force when the window opens; the last outlasts it."""
    stated = one_craft(window_start_h=100.0)
    spans = {"drone": [(50.0, 150.0), (300.0, 301.0), (900.0, 5000.0)]}
    player = played(stated, grounded=spans, logged=True)
    launches = [moment for moment, phase in phases(player, 0) if phase == OUTBOUND]
    assert launches == [0.0, 150.0, 275.0, 315.0, 440.0, 565.0, 690.0, 815.0]
    assert [m for m, phase in phases(player, 0) if phase == INBOUND] == [50.0, 260.0, 300.0, 425, 550, 675, 800, 900.0]
    assert total(player, "grounded_h").tolist() == [50.0 + 1.0 + 100.0]
    assert total(player, "station_h").tolist() == [100.0 + 15.0 + 4 * 100.0 + 75.0]


def test_only_the_type_that_is_grounded_stays_home():
    stated = mission(
        [row(**CYCLE), row(platform="other", **CYCLE), row(area="strait", **CYCLE)],
        presence(2),
        window_start_h=0.0,
        window_end_h=1000.0,
    )
    outcome = simulate(stated, grounded={"drone": [(50.0, 200.0)]})
    assert outcome.row_station_h.tolist() == [[680.0, 800.0, 680.0]]
    assert outcome.row_grounded_h.tolist() == [[150.0, 0.0, 150.0]]
    both = [(10.0, 50.0), (210.0, 235.0), (260.0, 310.0), (335.0, 360.0), (385.0, 435.0), (460.0, 485.0)]
    both += [(510.0, 560.0), (585.0, 610.0), (635.0, 685.0), (710.0, 735.0), (760.0, 810.0), (835.0, 860.0)]
    both += [(885.0, 935.0), (960.0, 985.0)]
    assert outcome.value[0, 0] == pytest.approx(sum(end - start for start, end in both) / 1000.0)


def test_grounded_hours_are_those_of_craft_that_are_there():
    """50 h of the first stand-down and all of the second lie in the window; a craft that is late does not count."""
    stated = mission([row(2, stations=1, **CYCLE)], window_start_h=200.0, window_end_h=1200.0)
    spans = {"drone": [(150.0, 250.0), (700.0, 750.0)]}
    early, late = simulate(stated, usable_h=[100.0, 5000.0], grounded=spans), simulate(stated, grounded=spans)
    assert early.row_grounded_h.tolist() == [[50.0 + 50.0]]
    assert late.row_grounded_h.tolist() == [[2 * 100.0]]


def test_each_year_has_its_own_stand_downs():
    stated = one_craft()
    one, other = ({"drone": [span]} for span in ((50.0, 200.0), (113.0, 114.0)))
    grounded = {"drone": np.array([[(50.0, 200.0)], [(113.0, 114.0)], [(np.inf, np.inf)]])}
    found = simulate_mission(stated, np.zeros((3, 1)), seed=1, block="judge", threads=2, grounded=grounded)
    apart = [simulate(stated, grounded=spans).row_station_h[0, 0] for spans in (one, other, None)]
    assert found.row_station_h[:, 0].tolist() == apart
    assert found.row_grounded_h[:, 0].tolist() == [150.0, 1.0, 0.0]


def test_hours_flown_in_a_sortie_cut_short_are_charged_alone():
    """At half the year's hours a sortie of 60 h is earned back 60 h after it: ready at 120, not at 240."""
    thrifty = row(transit_h=10.0, station_h=100.0, utilisation_h_per_year=4380.0)
    stated = mission([thrifty], window_start_h=0.0, window_end_h=1000.0)
    player = played(stated, grounded={"drone": [(50.0, 51.0)]}, logged=True)
    assert phases(player, 0)[2:6] == [(10.0, ON_STATION), (50.0, INBOUND), (60.0, IN_SERVICE), (120.0, READY)]


def test_the_weather_stays_shut_after_the_end():
    stated = mission([row(launch_sea_state=4, **CYCLE)], window_start_h=0.0, window_end_h=1500.0, **by_month(2, 7, 2))
    player = played(stated, grounded={"drone": [(600.0, 900.0)]}, logged=True)
    launches = [moment for moment, phase in phases(player, 0) if phase == OUTBOUND]
    assert launches == [0.0, 125.0, 250.0, 375.0, 500.0, 1400.0]


def test_a_relief_under_way_turns_home_as_well():
    stated = mission([row(2, stations=1, **CYCLE)], window_start_h=0.0, window_end_h=300.0)
    player = played(stated, grounded={"drone": [(105.0, 106.0)]}, logged=True)
    assert phases(player, 0)[3:6] == [(105.0, INBOUND), (115.0, IN_SERVICE), (120.0, READY)]
    assert phases(player, 1)[1:6] == [
        (100.0, OUTBOUND),
        (105.0, INBOUND),
        (110.0, IN_SERVICE),
        (115.0, READY),
        (115.0, OUTBOUND),
    ]
