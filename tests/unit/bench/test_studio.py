"""The benchmark of the studio measures what it says."""

import numpy as np
import pytest
from bench.bench_studio import rate_of
from bench.studio.year import CRAFT, DAYS, TARGETS, contacts_of, craft_of

STATES = ["not there", "ready", "outbound", "on station", "inbound", "in service"]
ROWS = [{"platform": "boat", "transit_h": 5.0}, {"platform": "ship", "transit_h": 9.0}]
START_H = 1000.0


def test_every_craft_of_the_made_up_year_does_something_at_every_moment():
    craft = craft_of(ROWS, STATES, START_H)
    assert len(craft) == CRAFT
    for one in craft:
        legs = np.array(one["legs"])
        assert legs[0, 0] <= START_H
        assert legs[-1, 1] >= START_H + 24 * DAYS
        np.testing.assert_array_equal(legs[1:, 0], legs[:-1, 1])
        np.testing.assert_array_equal(legs[1:, 4], legs[:-1, 5])


@pytest.mark.parametrize("hours", [0.0, 100.0, 24.0 * DAYS - 1])
def test_so_many_targets_are_there_at_once(hours):
    contacts = contacts_of(["north", "south"], {"vessel": 24.0, "submerged": 48.0}, START_H)
    came_in_h = np.array(contacts["came_in_h"])
    there = (came_in_h <= START_H + hours) & (came_in_h + 24.0 > START_H + hours)
    assert abs(there.sum() - TARGETS) <= 1
    assert {len(column) for column in contacts.values()} == {len(came_in_h)}
    found_h, identified_h = np.array(contacts["found_h"]), np.array(contacts["identified_h"])
    assert np.nanmax(found_h - came_in_h) < 24.0
    assert (identified_h > found_h)[~np.isnan(identified_h)].all()
    assert np.isnan(found_h[np.array(contacts["fate"]) == "left unfound"]).all()


def test_frames_a_second_and_the_gaps_between_them():
    steady = [1000 / 60 * frame for frame in range(61)]
    rate, found = rate_of(steady)
    assert rate == pytest.approx(60)
    assert found["late"] == 0
    rate, found = rate_of([0, 10, 20, 30, 80])
    assert rate == pytest.approx(50)
    assert (found["median_ms"], found["late"]) == (10, 0.25)
