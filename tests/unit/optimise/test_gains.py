"""What the programme is told of demand: merged weather, and curves over what craft on station add up to."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_year, make_scenario
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise.capability import free_tranches, make_capability
from fleetcraft.optimise.corrections import Corrections, no_corrections
from fleetcraft.optimise.gains import MOST_STRATA, Gain, make_gain, merge_strata
from fleetcraft.optimise.tangents import LARGEST_ERROR
from unit.fleet.theatres import futures_of, theatre_of

# Weather


@st.composite
def strata(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    size = draw(st.integers(1, 12))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share = random.dirichlet(np.ones(size))
    return share, random.uniform(0, 2, (size, 4)) * (random.random((size, 4)) < 0.6)


@given(strata())
@settings(max_examples=60, deadline=None)
def test_merging_weather_keeps_the_year_and_the_mean(case: tuple[np.ndarray, np.ndarray]) -> None:
    share, weight = case
    merged, means = merge_strata(share, weight, np.arange(4))
    assert len(merged) <= MOST_STRATA
    assert merged.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(merged @ means, share @ weight, atol=1e-12)
    # a concave curve of merged sums is never lower: the bound stays a bound
    craft = np.array([0.5, 1.0, 0.2, 3.0])
    assert merged @ -np.expm1(-means @ craft) >= share @ -np.expm1(-weight @ craft) - 1e-12


def test_equal_weather_merges_exactly_for_the_types_that_matter() -> None:
    share = np.array([0.1, 0.2, 0.3, 0.4])
    weight = np.array([[1.0, 5.0], [1.0, 6.0], [0.0, 7.0], [1.0, 8.0]])
    merged, means = merge_strata(share, weight, np.array([0]))
    order = np.argsort(merged)
    np.testing.assert_allclose(merged[order], [0.3, 0.7])
    np.testing.assert_allclose(means[order, 0], [0.0, 1.0])
    np.testing.assert_allclose(means[order, 1], [7.0, (0.5 + 1.2 + 3.2) / 0.7])


# Gains


def test_a_craft_on_station_brings_its_exposure() -> None:
    """e / o with e = -ln(1 - o (1 - exp(-b))) at the last occupancy, 0.8 at first; b = tau W v_rel / A."""
    theatre = theatre_of(make_scenario())
    corrections = no_corrections(theatre)
    futures = futures_of(theatre.scenario)
    c = make_capability(theatre, free_tranches(theatre.scenario, futures), futures, corrections)
    b = 4 * theatre.detection_rate_per_h(0, "small_craft")[0, 0]
    (gain,) = c.gains
    assert gain.curves[0].weight[0, 0] == pytest.approx(-np.log(1 - 0.8 * (1 - np.exp(-b))) / 0.8)
    assert gain.scale == pytest.approx(1 / 0.5)
    np.testing.assert_allclose(c.on_station, theatre.pairs.duty)


@pytest.mark.parametrize("craft", [1, 2, 3])
def test_presence_lines_lie_on_the_best_types_curve(craft: int) -> None:
    """Two types: no mix of them rises far above the lines, and the lines touch single types.

    The curves know only whole craft of one type; a mix can come nearer to full stations, and up to 0.03 higher.
    """
    demand = [{"area": "bay", "measure": "presence", "domain": "air", "craft": craft, "at_least": 0.9}]
    classes = {"aircraft": {"utilisation_h_per_year": 8000}}
    scenario = make_scenario(
        platforms=[{}, {"id": "slow", "cruise_speed_kn": 30}],
        requirements=demand,
        operations={"classes": classes},
    )
    theatre = theatre_of(scenario)
    corrections = no_corrections(theatre)
    futures = futures_of(scenario)
    c = make_capability(theatre, free_tranches(scenario, futures), futures, corrections)
    (gain,) = c.gains
    duty = theatre.pairs.duty
    touched = 0
    for mix in product(range(8), repeat=2):
        occupied: list[float] = []
        for n, d in zip(mix, duty, strict=True):
            stations = int(np.ceil(n * d - 1e-9))
            occupied += [min(1.0, n * d / stations)] * stations if stations else []
        chance = np.zeros(len(occupied) + 1)
        chance[0] = 1.0
        for o in occupied:
            chance = chance * (1 - o) + np.concatenate([[0.0], chance[:-1]]) * o
        line = gain.curves[0].highest(np.array(sum(occupied)))
        assert line >= chance[craft:].sum() - 0.03
        touched += abs(line - chance[craft:].sum()) < 1e-3 and sum(mix) > 0
    assert touched >= 2


def test_revisit_counts_looks() -> None:
    demand = [{"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 48}]
    theatre = theatre_of(make_scenario(requirements=demand, environment=a_year("bay")))
    futures = futures_of(theatre.scenario)
    c = make_capability(theatre, free_tranches(theatre.scenario, futures), futures, no_corrections(theatre))
    (gain,) = c.gains
    strata_ = theatre.strata[0]
    rate = theatre.look_rate_per_h(0, "small_craft")[0][strata_.wind_band] * strata_.sees[:, 0]
    assert gain.curves[0].weight[0, 0] == pytest.approx(48 * strata_.share @ rate)


def gain_of(theatre: Theatre, corrections: Corrections | None = None) -> Gain:
    return make_gain(theatre, 0, corrections or no_corrections(theatre), np.arange(len(theatre.pairs)))


def bound(gain: Gain, on_station: np.ndarray) -> float:
    """The highest value that the curves leave, with so many craft of each platform on station."""
    values = [curve.highest(curve.weight @ on_station) for curve in gain.curves]
    return float(gain.share @ np.min(values, axis=0))


TRIO = [{}, {"id": "boat", "domain": "surface"}, {"id": "diver", "domain": "underwater"}]
LAYERS = {"area": "bay", "measure": "layered", "domains": ["air", "surface", "underwater"], "at_least": 0.8}


def test_layers_are_bounded_by_every_set_of_domains() -> None:
    """Any number of stations in each of three domains, each held 0.8 of the time: never below the product.

    A close bound where the domains are watched alike: it is exact but for the tangents and, where all are thin, for
    the straight line that the curve of three begins with.
    """
    gain = gain_of(theatre_of(make_scenario(platforms=TRIO, requirements=[LAYERS])))
    assert [curve.name for curve in gain.curves] == [
        "1 air",
        "1 surface",
        "1 underwater",
        "1 air+1 surface",
        "1 air+1 underwater",
        "1 surface+1 underwater",
        "1 air+1 surface+1 underwater",
    ]
    for stations in product(range(7), repeat=3):
        present = 1 - 0.2 ** np.array(stations)
        above = bound(gain, 0.8 * np.array(stations)) - present.prod()
        assert above >= -1e-12
        assert above <= present.min() - present.prod() + LARGEST_ERROR + 1e-12
        if len(set(stations)) == 1:
            assert above <= LARGEST_ERROR + (0.006 if stations == (1, 1, 1) else 1e-9)


def test_two_layers_are_bounded_closely_where_one_is_thin() -> None:
    gain = gain_of(theatre_of(make_scenario(platforms=TRIO, requirements=[{**LAYERS, "domains": ["air", "surface"]}])))
    assert {curve.name for curve in gain.curves} >= {"1 air+4 surface", "4 air+1 surface"}
    for stations in product(range(1, 7), repeat=2):
        present = 1 - 0.2 ** np.array(stations)
        above = bound(gain, 0.8 * np.array([*stations, 0])) - present.prod()
        assert -1e-12 <= above <= 0.012


def test_a_domain_without_craft_leaves_no_layers() -> None:
    gain = gain_of(theatre_of(make_scenario(platforms=TRIO, requirements=[LAYERS])))
    assert bound(gain, np.array([9.0, 9.0, 0.0])) == 0.0
    assert bound(gain, np.array([9.0, 9.0, 9.0])) == pytest.approx(1.0, abs=1e-6)


def test_layers_hold_only_in_weather_in_which_all_see() -> None:
    """The drone sees nothing above a calm sea: the value with more and more craft is the ceiling."""
    weak = [{"max_sea_state_operate": 3}, *TRIO[1:]]
    theatre = theatre_of(make_scenario(platforms=weak, requirements=[LAYERS], environment=a_year("bay")))
    gain = gain_of(theatre)
    assert bound(gain, np.full(3, 50.0)) == pytest.approx(theatre.pairs.sees[theatre.pairs.platform == 0][0], abs=1e-6)


LOOKS: dict[str, Any] = {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 4}


def identifying(**target: float) -> Theatre:
    types = [{"identifies": "small_craft"}, {"id": "slow", "cruise_speed_kn": 20, "max_speed_kn": 30}]
    types[1]["identifies"] = "small_craft"
    return theatre_of(
        make_scenario(
            platforms=[*types, {"id": "mute"}],
            requirements=[{**LOOKS, "at_least": 0.3}],
            targets={"small_craft": {"dwell_h": 0.5, **target}},
        )
    )


def test_identification_is_bounded_by_what_is_found_and_by_hours_to_look() -> None:
    theatre = identifying(background_per_target=3)
    found, served = gain_of(theatre).curves
    assert (found.name, served.name) == ("found", "served")
    quick_h, slow_h = (0.52 * 60 / speed + 0.5 for speed in (110, 30))
    rate = theatre.detection_rate_per_h(0, "small_craft")[:, 0]
    b = (4 - quick_h) * rate
    np.testing.assert_allclose(found.weight[0], -np.log(1 - 0.8 * (1 - np.exp(-b))) / 0.8)
    contacts_per_h = 12 / 24 * (1 + 3)
    np.testing.assert_allclose(served.weight[0], [1 / (contacts_per_h * quick_h), 1 / (contacts_per_h * slow_h), 0])
    np.testing.assert_allclose(served.highest(np.array([0.0, 0.4, 3.0])), [0.0, 0.4, 1.0])
    late = replace(no_corrections(theatre), timely=np.array([0.25]))
    np.testing.assert_allclose(gain_of(theatre, late).curves[1].weight, served.weight / 4)
    # with many finders and half an identifier it is the hours that bind
    assert bound(gain_of(theatre), np.array([0.5, 0.0, 99.0])) == pytest.approx(0.5 / (contacts_per_h * quick_h))


def test_without_identifiers_nothing_is_identified() -> None:
    assert bound(gain_of(identifying()), np.array([0.0, 0.0, 50.0])) == 0.0


def test_busy_craft_neither_search_nor_count_as_present() -> None:
    demands = [
        {**LOOKS, "measure": "detection", "at_least": 0.5},
        {"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.5},
        {"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 48},
    ]
    theatre = theatre_of(make_scenario(requirements=demands))
    learnt = replace(no_corrections(theatre), busy=np.array([0.25]))
    pair = np.arange(1)
    detection, presence, revisit = (make_gain(theatre, i, learnt, pair).curves[0] for i in range(3))
    b = 4 * theatre.detection_rate_per_h(0, "small_craft")[0, 0]
    assert detection.weight[0, 0] == pytest.approx(-np.log(1 - 0.8 * 0.75 * (1 - np.exp(-b))) / 0.8)
    assert revisit.weight[0, 0] == pytest.approx(48 * 0.75 * theatre.look_rate_per_h(0, "small_craft")[0, 0])
    duty = float(theatre.pairs.duty[0])
    assert presence.highest(np.array(duty)) == pytest.approx(0.75 * duty, rel=1e-3)


def test_hours_to_look_count_busy_craft_too() -> None:
    theatre = identifying()
    busy = replace(no_corrections(theatre), busy=np.full(len(theatre.pairs), 0.5))
    (found, served), (found_busy, served_busy) = gain_of(theatre).curves, gain_of(theatre, busy).curves
    np.testing.assert_array_equal(served_busy.weight, served.weight)
    assert (found_busy.weight < found.weight).all()
