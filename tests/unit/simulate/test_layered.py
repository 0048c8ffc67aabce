"""Layered presence, computed by hand: share of time in which every listed domain has a craft that searches."""

import pytest

from unit.simulate.missions import by_month, layered, mission, presence, row, simulate

HOURS = {"window_start_h": 0.0, "window_end_h": 1000.0}
SORTIE = {"transit_h": 10.0, "station_h": 100.0, "turnaround_h": 80.0}
"""A cycle of 200 h, of which 10 to 110 are spent on station: 500 h of 1000."""


def share(rows, *demands, **stated):
    return simulate(mission(rows, *demands, **HOURS | stated)).value[0].tolist()


def test_all_domains_must_be_there_at_once():
    """Air is there from 10 to 110 of every 200 h, the boat from 60 to 160 (usable from 50 on): 50 h of each cycle."""
    rows = [row(**SORTIE), row(platform="boat", domain="surface", **SORTIE)]
    demands = [layered("air", "surface"), presence(1), presence(1, domain="surface")]
    stated = mission(rows, *demands, window_start_h=200.0, window_end_h=1200.0)
    assert simulate(stated, usable_h=[0.0, 50.0]).value[0].tolist() == [0.25, 0.5, 0.5]


def test_a_domain_that_nobody_serves_leaves_nothing():
    rows = [row(2), row(platform="boat", domain="surface")]
    demands = [layered("air", "surface", "underwater"), layered("air", "underwater"), layered("air", "surface")]
    assert share(rows, *demands) == [0.0, 0.0, 1.0]


def test_three_domains():
    rows = [row(), row(platform="boat", domain="surface", **SORTIE), row(platform="glider", domain="underwater")]
    assert share(rows, layered("air", "surface", "underwater"), layered("underwater", "air")) == [0.5, 1.0]


def test_one_craft_of_each_is_enough_whatever_the_type():
    """Two types of aircraft relieve each other, half the time each."""
    rows = [row(**SORTIE), row(platform="late", **SORTIE), row(platform="boat", domain="surface")]
    stated = mission(rows, layered("air", "surface"), window_start_h=200.0, window_end_h=1200.0)
    assert simulate(stated, usable_h=[0.0, 100.0, 0.0]).value[0, 0] == pytest.approx(1.0)
    assert simulate(stated, usable_h=[0.0, 50.0, 0.0]).value[0, 0] == pytest.approx(0.75)


def test_craft_must_see():
    """The boat sees in the months of calm alone, 700 of the first 1400 h."""
    rows = [row(), row(platform="boat", domain="surface", operate_sea_state=4)]
    stated = {"window_end_h": 1400.0, **by_month(2, 7)}
    assert share(rows, layered("air", "surface"), **stated) == [0.5]


def test_other_areas_do_not_count():
    rows = [row(), row(platform="boat", domain="surface", area="strait")]
    assert share(rows, layered("air", "surface"), layered("air", "surface", area="strait")) == [0.0, 0.0]
