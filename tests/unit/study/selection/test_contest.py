"""A contest between plans: what its figures say of simulated years, and what it refuses."""

import json

import numpy as np
import pytest

from fleetcraft.errors import LimitError
from fleetcraft.simulate.measures import estimate, yearly_attainment
from fleetcraft.study.selection.contest import (
    ATTAINMENT,
    BATCH_YEARS,
    Contest,
    outputs_to_select_by,
    selection_entry,
    yearly_output,
)
from unit.study.outcomes import outcome, requirements

DETECTION, PRESENCE, REVISIT = requirements()


def contest(plans=2, indifference=0.05, most_years=2000):
    return Contest(plans, ATTAINMENT, indifference, 0.95, most_years)


def years(mean, count, seed=1, spread=0.05):
    return mean + spread * np.random.default_rng(seed).standard_normal(count)


def test_more_of_every_output_to_select_by_is_better_and_a_mean_of_years():
    found = outputs_to_select_by([DETECTION, PRESENCE, REVISIT])
    assert found == (
        "attainment.simulated",
        "requirements.found.simulated",
        "requirements.there.simulated",
    )


def test_years_of_an_output_are_those_that_are_told_of():
    random = np.random.default_rng(1)
    played = outcome(random.uniform(0.1, 0.9, size=(30, 3)))
    stated = [DETECTION, PRESENCE, REVISIT]
    assert yearly_output(stated, played, ATTAINMENT) == pytest.approx(yearly_attainment(stated, played), abs=1e-15)
    presence = yearly_output(stated, played, "requirements.there.simulated")
    assert presence.tolist() == played.expected[:, 1].tolist()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 37, 100])
def test_a_year_s_value_is_the_same_in_any_company(size):
    many = [DETECTION.model_copy(update={"id": str(i), "weight": 1 + i / 7}) for i in range(33)]
    values = np.random.default_rng(2).uniform(0, 1, size=(200, 33))
    ids = tuple(each.id for each in many)
    whole = yearly_output(many, outcome(values, ids), ATTAINMENT)
    parts = [yearly_output(many, outcome(values[i : i + size], ids), ATTAINMENT) for i in range(0, 200, size)]
    assert np.concatenate(parts).tobytes() == whole.tobytes()


@pytest.mark.parametrize(
    ("indifference", "plans", "first"), [(0.05, 2, 100), (0.01, 2, 300), (0.01, 3, 370), (0.002, 3, 1850)]
)
def test_there_are_enough_first_years_to_see_what_matters(indifference, plans, first):
    assert contest(plans, indifference).first_years == first


def test_a_limit_below_the_first_years_is_refused():
    with pytest.raises(ValueError, match="at most"):
        _ = contest(indifference=0.01, most_years=290).procedure


def test_the_entry_tells_each_plan_and_its_difference_year_by_year():
    shared = years(0.0, 400, seed=2, spread=0.2)
    good, worse, alike = 0.7 + shared, 0.5 + shared[:200] + years(0.0, 200, seed=3, spread=0.01), 0.7 + shared
    found = selection_entry(contest(3), ["good", "worse", "alike"], [good, worse, alike])
    assert (found["best"], found["guaranteed"]) == ("good", True)
    first, second, third = found["plans"]
    whole = estimate(good)
    assert (first["mean"], first["low"], first["high"]) == (whole.mean, whole.low, whole.high)
    assert first["difference_from_best"] is None
    paired = estimate(worse - good[:200])
    assert second["difference_from_best"] == {"mean": paired.mean, "low": paired.low, "high": paired.high}
    assert paired.high - paired.low < 0.01 < whole.high - whole.low
    assert [each["eliminated_after"] for each in found["plans"]] == [None, found["first_years"], None]
    assert third["difference_from_best"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert [each["years"] for each in found["plans"]] == [400, 200, 400]
    json.dumps(found, allow_nan=False)


def test_years_without_a_value_are_left_out_and_a_batch_of_them_counts_for_none():
    one, other = years(0.9, 120, seed=4), years(0.3, 120, seed=5)
    whole = contest().tally([one, other])
    gone = one.copy(), other.copy()
    for values in gone:
        values[20:30] = np.nan
        values[47] = np.nan
    kept = contest().tally(list(gone))
    assert kept.screening.eliminated_after == whole.screening.eliminated_after == (None, 10)
    assert (whole.years(10), kept.years(10)) == (100, 110)


def test_the_mean_of_a_batch_is_that_of_its_known_years():
    one, other = years(0.5, 100, seed=6), years(0.5, 100, seed=7)
    one[::2] = np.nan
    tally = contest().tally([one, other])
    assert tally.batches == tuple(range(100 // BATCH_YEARS))
    told = np.repeat(np.nanmean(one.reshape(-1, BATCH_YEARS), axis=1), BATCH_YEARS)
    assert tally.screening == contest().tally([told, other]).screening


def test_nothing_is_selected_by_years_without_a_value():
    nothing = np.full(2000, np.nan)
    with pytest.raises(LimitError, match="too few of the 2000 years"):
        selection_entry(contest(), ["a", "b"], [nothing, nothing])


def test_where_the_years_end_before_one_is_left_it_says_so():
    noisy = [years(0.5, 120, seed, spread=0.3) for seed in (1, 9)]
    found = selection_entry(contest(indifference=0.03, most_years=120), ["a", "b"], noisy)
    assert not found["guaranteed"]
    assert [each["eliminated_after"] for each in found["plans"]] == [None, None]
    apart = next(each for each in found["plans"] if each["name"] != found["best"])["difference_from_best"]
    assert apart["low"] < apart["mean"] <= 0 < apart["high"]
