"""A Latin hypercube has one draw of each uncertain thing in each stratum, by name and not by position."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import numpy as np
import pytest
from scipy import stats

from fleetcraft.futures import Futures, draw_futures, sample_futures
from fleetcraft.futures.pert import pert_cdf
from fleetcraft.units import HOURS_PER_MONTH
from unit.futures.scenarios import AUSTRALIAN_YEAR, EMBARGO, EURO_YEAR, GROUNDING, scenario_of

COUNTS = [1, 7, 20, 100]


@cache
def sample(count: int, *order: int, seed: int = 1) -> Futures:
    return sample_futures(scenario_of(*order, grounded=True), seed, count)


def assert_one_in_each_stratum(probability: np.ndarray) -> None:
    """Each column (F,) of probabilities under a thing's own law, one in each of F equal strata."""
    count = len(probability)
    stratum = np.sort(np.floor(probability * count), axis=0)
    np.testing.assert_array_equal(stratum, np.broadcast_to(np.arange(count)[:, None], stratum.shape))


def rates_at_news(drawn: Futures) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the rates over the budget rate in the month of the news, and how far they move from there."""
    news_h = scenario_of().calendar.news_h
    month = int(news_h // HOURS_PER_MONTH)
    log = np.log(drawn.rate_factor)
    return log[:, month], log[:, -1] - log[:, month]


def standard(moved: np.ndarray, months: int) -> np.ndarray:
    """Probability of a log move (F, 2) over so many months under its law, N(-variance / 2, variance)."""
    sigma = np.array([AUSTRALIAN_YEAR, EURO_YEAR]) * np.sqrt(months / 12)
    return np.asarray(stats.norm.cdf(moved, -(sigma**2) / 2, sigma))


@pytest.mark.parametrize("count", COUNTS)
def test_times_and_prices_have_one_draw_in_each_stratum(count: int) -> None:
    drawn = sample(count)
    assert len(drawn) == count
    assert_one_in_each_stratum(pert_cdf(drawn.lead_time_months, 6, 9, 15))
    assert_one_in_each_stratum(pert_cdf(drawn.slip_months, 0, 2, 12))
    assert_one_in_each_stratum(pert_cdf(drawn.integration_months, 1, 3, 6))
    assert_one_in_each_stratum(pert_cdf(drawn.unit_price[:, :4], 2e6, 3e6, 5e6))


@pytest.mark.parametrize("count", COUNTS)
def test_rates_have_one_draw_in_each_stratum_at_the_news_and_from_there_to_the_end(count: int) -> None:
    drawn = sample(count)
    by_news, after = rates_at_news(drawn)
    months = int(scenario_of().calendar.news_h // HOURS_PER_MONTH)
    assert 0 < months < len(drawn.rate_h) - 1
    assert_one_in_each_stratum(standard(by_news, months))
    assert_one_in_each_stratum(standard(after, len(drawn.rate_h) - 1 - months))
    assert (drawn.rate_factor[:, 0] == 1).all()


def test_where_the_news_comes_in_the_first_month_rates_are_stratified_at_the_end() -> None:
    scenario = scenario_of(news=scenario_of().calendar.start)
    drawn = sample_futures(scenario, 1, 20)
    assert_one_in_each_stratum(standard(np.log(drawn.rate_factor[:, -1]), len(drawn.rate_h) - 1))


@pytest.mark.parametrize("count", COUNTS)
def test_embargoes_are_as_frequent_as_stated_to_within_one_stratum(count: int) -> None:
    stops = np.isfinite(sample(count).embargo_h).sum(axis=0)
    assert (np.abs(stops[:4] - EMBARGO * count) < 1).all()
    assert stops[4] == 0


@pytest.mark.parametrize("count", COUNTS)
def test_first_groundings_have_one_draw_in_each_stratum(count: int) -> None:
    """Those after the calendar's end are not kept: they are the last strata of an exponential time."""
    first_h = np.sort(sample(count).grounding_h[..., 0], axis=0)
    probability = np.exp(-first_h * GROUNDING["per_type_year"] / 8760)
    for column in probability.T:
        kept = column[column > 0]
        assert len(kept) > 0.9 * count - 1
        np.testing.assert_array_equal(np.floor(kept * count), np.arange(count)[::-1][: len(kept)])


def test_stratum_and_future_have_nothing_to_do_with_each_other() -> None:
    drawn = sample(2000)
    columns = [drawn.lead_time_months, drawn.integration_months, drawn.unit_price[:, :4], drawn.slip_months[:, 1:]]
    values = np.concatenate([*columns, np.arange(2000.0)[:, None]], axis=1)
    found = np.corrcoef(values, rowvar=False) - np.eye(values.shape[1])
    assert np.abs(found).max() < 4.5 / np.sqrt(2000)


def test_a_maker_slips_with_all_its_types_and_a_country_stops_with_all_its_makers() -> None:
    drawn = sample(50)
    np.testing.assert_array_equal(drawn.slip_months[:, 0], drawn.slip_months[:, 1])
    np.testing.assert_array_equal(drawn.embargo_h[:, 0], drawn.embargo_h[:, 1])


def test_no_platform_changes_another_s_numbers() -> None:
    together, few = sample(30), sample(30, 4, 0, 3)
    for name in ("lead_time_months", "slip_months", "integration_months", "embargo_h", "unit_price"):
        np.testing.assert_array_equal(getattr(few, name), getattr(together, name)[:, [4, 0, 3]], err_msg=name)
    most = few.grounding_h.shape[-1]
    np.testing.assert_array_equal(few.grounding_h, together.grounding_h[:, [4, 0, 3], :most])


def test_samples_of_different_seeds_and_the_independent_draws_share_no_number() -> None:
    drawn = [sample(20), sample(20, seed=2), draw_futures(scenario_of(grounded=True), 1, "solve", range(20))]
    leads = np.concatenate([d.lead_time_months.ravel() for d in drawn])
    assert len(np.unique(leads)) == leads.size


def test_a_sample_is_the_same_each_time() -> None:
    again = sample_futures(scenario_of(grounded=True), 1, 20)
    assert all(np.array_equal(getattr(again, f.name), getattr(sample(20), f.name)) for f in fields(Futures))
