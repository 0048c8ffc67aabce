import numpy as np
import pytest
from scipy.stats import t

from fleetcraft.simulate.measures import (
    estimate,
    half_widths,
    platform_results,
    probability_all_met,
    requirement_results,
    yearly_attainment,
)
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.records import ROW_FACTS
from unit.simulate.missions import detection, presence, revisit

NAN = np.nan
DEMANDS = (detection(4.0), presence(1).model_copy(update={"weight": 3.0, "at_least": 0.8}), revisit())


def outcome(value, expected=None, **rows) -> Outcome:
    value = np.array(value, dtype=float)
    years = len(value)
    totals = {f"row_{name}": np.array(rows.get(name, np.zeros((years, 0))), dtype=float) for name in ROW_FACTS}
    return Outcome(
        requirements=tuple(r.id for r in DEMANDS),
        rows=tuple(rows.get("rows", ())),
        value=value,
        expected=value if expected is None else np.array(expected, dtype=float),
        **totals,
    )


def test_estimate_is_students_interval():
    values = np.array([0.2, 0.5, 0.4, NAN, 0.9])
    found = estimate(values)
    known = values[~np.isnan(values)]
    low, high = t.interval(0.95, 3, loc=known.mean(), scale=known.std(ddof=1) / 2)
    assert (found.mean, found.low, found.high) == pytest.approx((known.mean(), low, high))


def test_estimate_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    found = [estimate(rng.normal(3.0, 2.0, 8)) for _ in range(4000)]
    assert np.mean([f.low <= 3.0 <= f.high for f in found]) == pytest.approx(0.95, abs=0.012)


def test_estimate_of_too_few_years():
    assert str(estimate(np.array([]))) == "Estimate(mean=nan, low=nan, high=nan)"
    assert str(estimate(np.array([0.5, NAN]))) == "Estimate(mean=0.5, low=nan, high=nan)"


def test_means_come_from_the_expected_share_and_probabilities_from_the_sampled_one():
    found = requirement_results(
        DEMANDS,
        outcome(
            [[0.4, 0.9, 50.0], [0.6, 0.7, 20.0], [NAN, 0.8, 48.0]],
            [[0.6, 0.9, 50.0], [0.6, 0.7, 20.0], [NAN, 0.8, 48.0]],
        ),
    )
    assert [r.id for r in found] == ["bay-boat-4", "bay-air-1", "bay-revisit"]
    mean_time_between_looks = 3 / (1 / 50 + 1 / 20 + 1 / 48)
    assert [r.simulated.mean for r in found] == pytest.approx([0.6, 0.8, mean_time_between_looks])
    assert [r.probability_met for r in found] == pytest.approx([1 / 2, 2 / 3, 2 / 3])


def test_intervals_stay_within_what_a_measure_can_be():
    """A year without a look counts as 8760 h; shares end at 0 and 1."""
    years = outcome([[0.01, 1.0, 8760.0], [0.2, 1.0, 40.0], [0.0, 0.9, 8760.0]])
    boat, air, revisit = (r.simulated for r in requirement_results(DEMANDS, years))
    assert boat.low == 0.0
    assert air.high == 1.0
    assert 0 < revisit.low < revisit.mean < revisit.high == 8760.0


def test_attainment_weighs_what_has_a_value():
    """Weights 1, 3, 1; thresholds 0.5, 0.8 and at most 48 hours."""
    years = outcome([[0.25, 0.8, 96.0], [NAN, 0.4, 24.0], [0.9, NAN, NAN], [NAN, NAN, NAN]])
    expected = [(0.5 + 3 + 0.5) / 5, (3 * 0.5 + 1) / 4, 1.0, NAN]
    assert yearly_attainment(DEMANDS, years) == pytest.approx(expected, nan_ok=True)


def test_all_met_looks_at_what_has_a_value():
    years = outcome([[0.5, 0.8, 48.0], [NAN, 0.9, 10.0], [0.6, 0.7, 10.0], [NAN, NAN, NAN]])
    assert probability_all_met(DEMANDS, years) == pytest.approx(2 / 3)
    assert np.isnan(probability_all_met(DEMANDS, outcome([[NAN, NAN, NAN]])))


def test_a_threshold_is_met_in_spite_of_rounding():
    full = (presence(1).model_copy(update={"at_least": 1.0}),)
    years = outcome([[1.0 - 1e-13], [1.0 - 1e-6]])
    assert requirement_results(full, years)[0].probability_met == 0.5


def test_platforms_add_their_rows_up():
    rows = [("b", "port", "bay"), ("a", "port", "bay"), ("b", "port", "strait")]
    found = platform_results(
        outcome(
            np.zeros((2, 3)),
            rows=rows,
            usable_h=[[100.0, 50.0, 100.0], [100.0, 0.0, 0.0]],
            down_h=[[10.0, 25.0, 20.0], [0.0, 0.0, 0.0]],
            operating_h=[[60.0, 10.0, 70.0], [50.0, 0.0, 0.0]],
            losses=[[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]],
        )
    )
    assert [(p.platform, p.availability, p.operating_h, p.losses) for p in found] == [
        ("a", 0.5, 5.0, 0.0),
        ("b", pytest.approx(0.9), 90.0, 1.5),
    ]


def test_a_platform_without_usable_craft_has_no_availability():
    found = platform_results(
        outcome(
            np.zeros((1, 3)),
            rows=[("a", "port", "bay")],
            usable_h=[[0.0]],
            down_h=[[0.0]],
            operating_h=[[0.0]],
            losses=[[0.0]],
        )
    )
    assert np.isnan(found[0].availability)


def test_half_widths_reach_to_the_wider_side_a_revisit_s_as_a_share_of_its_threshold():
    years = outcome([[0.5, 0.8, 40.0], [0.6, 0.7, 20.0], [0.4, 0.75, 30.0], [0.5, 0.75, 30.0]])
    boat, air, looks = (r.simulated for r in requirement_results(DEMANDS, years))
    halves = [(boat.high - boat.low) / 2, (air.high - air.low) / 2, (looks.high - looks.mean) / 48.0]
    assert half_widths(DEMANDS, years) == pytest.approx(halves)


def test_one_year_has_no_interval():
    year = outcome([[0.5, 0.8, 40.0]])
    for found in requirement_results(DEMANDS, year):
        assert np.isnan([found.simulated.low, found.simulated.high]).all(), found.id
    assert np.isnan(half_widths(DEMANDS, year)).all()
