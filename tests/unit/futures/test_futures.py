"""Sampled outcomes follow the laws stated for them, and belong to ids rather than to positions."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from builders import make_scenario
from fleetcraft.futures import Block, Futures, draw_futures, likely_future, pert_quantile
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH
from unit.futures.scenarios import AUSTRALIAN_YEAR, CORRELATION, EURO_YEAR, scenario_of

MANY = range(3000)


@cache
def many() -> Futures:
    return draw_futures(scenario_of(), 1, "solve", MANY)


@st.composite
def triples(draw: st.DrawFn) -> tuple[float, float, float]:
    low, likely, high = sorted(draw(st.lists(st.floats(0, 1000), min_size=3, max_size=3)))
    return low, likely, high


# PERT


@given(triples(), st.floats(0.001, 0.999))
def test_pert_is_a_stretched_beta(triple: tuple[float, float, float], u: float) -> None:
    low, likely, high = triple
    quantile = pert_quantile(np.array([u]), *triple)[0]
    assert low <= quantile <= high * (1 + 1e-15)
    if high - low > 1e-6 * (1 + high):
        span = high - low
        law = stats.beta(1 + 4 * (likely - low) / span, 1 + 4 * (high - likely) / span, loc=low, scale=span)
        assert law.cdf(quantile) == pytest.approx(u, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("triple", [(6.0, 9.0, 15.0), (0.0, 0.0, 12.0), (2.0, 7.0, 7.0), (3e6, 4e6, 9e6)])
def test_pert_has_the_moments_of_the_programme_evaluators(triple: tuple[float, float, float]) -> None:
    """Mean (low + 4 likely + high) / 6; variance (mean - low)(high - mean) / 7 (Vose, Risk Analysis)."""
    low, likely, high = triple
    mean = (low + 4 * likely + high) / 6

    def moment(n: int) -> float:
        value, _ = integrate.quad(lambda u: float(pert_quantile(np.array([u]), *triple)[0]) ** n, 0, 1, epsrel=1e-8)
        return float(value)

    assert moment(1) == pytest.approx(mean, rel=1e-6)
    assert moment(2) - moment(1) ** 2 == pytest.approx((mean - low) * (high - mean) / 7, rel=1e-4)


def test_a_certain_quantity_is_certain() -> None:
    assert (pert_quantile(np.linspace(0.01, 0.99, 9), 5.0, 5.0, 5.0) == 5.0).all()
    assert (many().unit_price[:, 4] == 3e6).all()


def kolmogorov(sample: np.ndarray, low: float, likely: float, high: float) -> float:
    span = high - low
    law = stats.beta(1 + 4 * (likely - low) / span, 1 + 4 * (high - likely) / span, loc=low, scale=span)
    return float(stats.kstest(sample, law.cdf).pvalue)


def test_times_and_prices_are_drawn_from_the_ranges_stated() -> None:
    drawn = many()
    assert kolmogorov(drawn.lead_time_months[:, 0], 6, 9, 15) > 0.001
    assert kolmogorov(drawn.integration_months[:, 2], 1, 3, 6) > 0.001
    assert kolmogorov(drawn.slip_months[:, 3], 0, 2, 12) > 0.001
    assert kolmogorov(drawn.unit_price[:, 3], 2e6, 3e6, 5e6) > 0.001


def test_slip_is_the_makers_and_lead_time_and_integration_the_types() -> None:
    drawn = many()
    np.testing.assert_array_equal(drawn.slip_months[:, 0], drawn.slip_months[:, 1])
    assert abs(stats.pearsonr(drawn.slip_months[:, 0], drawn.slip_months[:, 2]).statistic) < 0.1
    assert abs(stats.pearsonr(drawn.lead_time_months[:, 0], drawn.lead_time_months[:, 1]).statistic) < 0.1
    assert abs(stats.pearsonr(drawn.integration_months[:, 0], drawn.integration_months[:, 1]).statistic) < 0.1
    assert abs(stats.pearsonr(drawn.lead_time_months[:, 0], drawn.unit_price[:, 0]).statistic) < 0.1


# Embargo


def test_each_foreign_country_stops_delivering_as_often_as_stated() -> None:
    stops = np.isfinite(many().embargo_h)
    for platform in (0, 2, 3):
        assert stats.binomtest(int(stops[:, platform].sum()), len(MANY), 0.3).pvalue > 0.001
    assert not stops[:, 4].any()
    both = int((stops[:, 2] & stops[:, 3]).sum())
    assert stats.binomtest(both, len(MANY), 0.09).pvalue > 0.001


def test_an_embargo_stops_all_types_of_a_country_from_one_date_before_the_deadline() -> None:
    drawn, window_h = many(), scenario_of().calendar.window_start_h
    np.testing.assert_array_equal(drawn.embargo_h[:, 0], drawn.embargo_h[:, 1])
    dates = drawn.embargo_h[np.isfinite(drawn.embargo_h[:, 0]), 0]
    assert stats.kstest(dates, stats.uniform(0, window_h).cdf).pvalue > 0.001


def test_no_embargo_where_none_can_happen() -> None:
    scenario = make_scenario()
    assert np.isinf(draw_futures(scenario, 1, "judge", range(50)).embargo_h).all()


# Grounding

RATE, MONTHS = 1.5, 4.0
LENGTH_H = MONTHS * HOURS_PER_MONTH


@cache
def grounded(*order: int) -> Futures:
    """Futures in which types are grounded often and long enough for groundings to overlap."""
    return draw_futures(grounding_scenario(*order), 1, "solve", MANY)


@cache
def grounding_scenario(*order: int) -> Scenario:
    return make_scenario(
        platforms=[{"id": name} for name in [("drone", "kite", "wing")[i] for i in order or range(3)]],
        uncertainty={"grounding": {"per_type_year": RATE, "months": MONTHS}},
    )


def starts_in(length_h: float) -> float:
    """Mean number of starts of a Poisson process in so many hours."""
    return RATE * length_h / 8760


def test_groundings_are_apart_in_order_and_padded() -> None:
    drawn = grounded()
    from_h, to_h = drawn.grounded_from_h, drawn.grounded_to_h
    held = np.isfinite(from_h)
    assert from_h.shape == to_h.shape == (len(MANY), 3, held.sum(axis=-1).max())
    np.testing.assert_array_equal(held, np.isfinite(to_h))
    assert (held[..., 1:] <= held[..., :-1]).all()
    assert (to_h[held] - from_h[held] >= LENGTH_H * (1 - 1e-12)).all()
    assert (to_h[held] - from_h[held] > LENGTH_H * 1.01).any()
    both = held[..., 1:]
    assert (from_h[..., 1:][both] > to_h[..., :-1][both]).all()
    calendar = grounding_scenario().calendar
    assert from_h[held].min() > 0
    last = from_h[held].max()
    assert calendar.hours(calendar.end) - 100 < last < calendar.hours(calendar.end) + 24


def test_types_are_grounded_as_often_as_stated() -> None:
    """What begins while nothing of the type is grounded: exponential gaps of the stated rate."""
    drawn = grounded()
    first = drawn.grounded_from_h[..., 0].ravel()
    calendar = grounding_scenario().calendar
    end_h = calendar.hours(calendar.end) + 24
    stopped = np.exp(-starts_in(end_h))
    assert stats.binomtest(int(np.isinf(first).sum()), first.size, stopped).pvalue > 0.001
    law = stats.truncexpon(b=starts_in(end_h), scale=8760 / RATE)
    assert stats.kstest(first[np.isfinite(first)], law.cdf).pvalue > 0.001
    second = np.isfinite(drawn.grounded_from_h[..., 1])
    gap = drawn.grounded_from_h[..., 1][second] - drawn.grounded_to_h[..., 0][second]
    early = gap[drawn.grounded_to_h[..., 0][second] < end_h - 8760]
    within = early[early < 4000]
    assert stats.kstest(within, stats.truncexpon(b=starts_in(4000), scale=8760 / RATE).cdf).pvalue > 0.001


def test_overlapping_groundings_merge_into_one_as_long_as_a_busy_period() -> None:
    """A grounding is the busy period of a station that any start holds for a fixed time: mean (e^(rate t) - 1)/rate."""
    drawn = grounded()
    early = drawn.grounded_from_h[..., 0] < 4380
    lengths = drawn.grounded_to_h[..., 0][early] - drawn.grounded_from_h[..., 0][early]
    expected = (np.exp(starts_in(LENGTH_H)) - 1) * 8760 / RATE
    assert lengths.mean() == pytest.approx(expected, abs=4 * lengths.std() / np.sqrt(lengths.size))
    alone = np.isclose(lengths, LENGTH_H, rtol=1e-9)
    assert stats.binomtest(int(alone.sum()), lengths.size, np.exp(-starts_in(LENGTH_H))).pvalue > 0.001


def test_the_share_grounded_is_that_of_the_closed_form() -> None:
    """A moment later than one grounding's length is grounded with probability 1 - e^(-rate x length)."""
    drawn, calendar = grounded(), grounding_scenario().calendar
    start_h = calendar.window_start_h
    share = drawn.grounded_share(start_h, start_h + 8760)
    assert share.shape == (len(MANY), 3)
    assert ((share >= 0) & (share <= 1)).all()
    error = share.std() / np.sqrt(share.size)
    assert share.mean() == pytest.approx(1 - np.exp(-starts_in(LENGTH_H)), abs=4 * error)


def test_the_share_counts_only_what_lies_between_the_moments() -> None:
    stated = replace(
        likely_future(make_scenario()),
        grounded_from_h=np.array([[[100.0, 500.0, np.inf]]]),
        grounded_to_h=np.array([[[200.0, 900.0, np.inf]]]),
    )
    spans = {(0, 100): 0.0, (100, 200): 1.0, (150, 250): 0.5, (0, 1000): 0.5, (600, 700): 1.0, (950, 1e6): 0.0}
    for (start_h, end_h), share in spans.items():
        assert stated.grounded_share(start_h, end_h) == pytest.approx(share)


def test_types_are_grounded_apart_from_one_another() -> None:
    drawn = grounded()
    first = np.minimum(drawn.grounded_from_h[..., 0], 3 * 8760)
    assert abs(stats.pearsonr(first[:, 0], first[:, 1]).statistic) < 0.1
    turned = grounded(2, 0, 1)
    np.testing.assert_array_equal(turned.grounded_from_h, drawn.grounded_from_h[:, [2, 0, 1]])
    np.testing.assert_array_equal(turned.grounded_to_h, drawn.grounded_to_h[:, [2, 0, 1]])


def test_a_future_drawn_alone_has_the_same_groundings() -> None:
    drawn, one = grounded(), draw_futures(grounding_scenario(), 1, "solve", [7])
    most = one.grounded_from_h.shape[-1]
    np.testing.assert_array_equal(one.grounded_from_h[0], drawn.grounded_from_h[7, :, :most])
    np.testing.assert_array_equal(one.grounded_to_h[0], drawn.grounded_to_h[7, :, :most])
    assert np.isinf(drawn.grounded_from_h[7, :, most:]).all()


def test_nobody_is_grounded_where_none_can_be_nor_in_the_likely_future() -> None:
    never = draw_futures(make_scenario(), 1, "judge", range(50))
    for drawn, count in ((never, 50), (likely_future(grounding_scenario()), 1)):
        platforms = drawn.lead_time_months.shape[1]
        assert drawn.grounded_from_h.shape == drawn.grounded_to_h.shape == (count, platforms, 0)
        np.testing.assert_array_equal(drawn.grounded_share(0, 8760), np.zeros((count, platforms)))


# Exchange rates


def steps_of(currency: str) -> np.ndarray:
    drawn = many()
    return np.diff(np.log(drawn.rate_factor[:, :, drawn.currencies.index(currency)]), axis=1)


def test_rates_start_at_the_budget_rate_and_stay_there_on_average() -> None:
    drawn = many()
    assert drawn.currencies == ("AUD", "EUR")
    assert (drawn.rate_factor[:, 0] == 1.0).all()
    error = drawn.rate_factor.std(axis=0) / np.sqrt(len(MANY))
    assert (np.abs(drawn.rate_factor.mean(axis=0) - 1.0) <= 4.5 * error).all()


@pytest.mark.parametrize(("currency", "volatility"), [("AUD", AUSTRALIAN_YEAR), ("EUR", EURO_YEAR)])
def test_rates_move_by_the_stated_volatility(currency: str, volatility: float) -> None:
    drawn, moved = many(), steps_of(currency)
    years = np.diff(drawn.rate_h) / (12 * HOURS_PER_MONTH)
    np.testing.assert_allclose(moved.var(axis=0) / years, volatility**2, rtol=0.15)
    assert moved.var() / years[0] == pytest.approx(volatility**2, rel=0.02)
    assert stats.kstest(moved[:, 5], stats.norm(moved[:, 5].mean(), moved[:, 5].std()).cdf).pvalue > 0.001
    assert abs(stats.pearsonr(moved[:, 3], moved[:, 4]).statistic) < 0.08


def test_rates_move_together_as_stated() -> None:
    found = stats.pearsonr(steps_of("AUD").ravel(), steps_of("EUR").ravel()).statistic
    assert found == pytest.approx(CORRELATION, abs=0.01)


def test_a_rate_holds_from_its_month_and_the_own_currency_never_moves() -> None:
    drawn = draw_futures(scenario_of(), 1, "judge", range(2))
    path = drawn.rate_factor[:, :, 1]
    moments = np.array([-5.0, 0.0, HOURS_PER_MONTH - 1e-6, HOURS_PER_MONTH, 2.5 * HOURS_PER_MONTH, 1e9])
    hours = np.tile(moments, (2, 1))
    np.testing.assert_array_equal(drawn.rate_factor_at("EUR", hours), path[:, [0, 0, 0, 1, 2, -1]])
    np.testing.assert_array_equal(drawn.rate_factor_at("USD", hours), np.ones_like(hours))
    per_future = np.array([0.0, HOURS_PER_MONTH])
    np.testing.assert_array_equal(drawn.rate_factor_at("EUR", per_future), [path[0, 0], path[1, 1]])


def test_rates_cover_the_calendar() -> None:
    calendar = scenario_of().calendar
    assert many().rate_h[-1] >= calendar.hours(calendar.end)


# Keys


def same(a: Futures, b: Futures) -> bool:
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name)) for f in fields(Futures))


def columns(drawn: Futures, order: list[int]) -> dict[str, np.ndarray]:
    names = ("lead_time_months", "slip_months", "integration_months", "embargo_h", "unit_price")
    return {name: getattr(drawn, name)[:, order] for name in names}


def test_the_order_of_platforms_and_their_company_change_nothing() -> None:
    drawn = columns(draw_futures(scenario_of(), 5, "judge", range(8)), [3, 0, 4])
    alone = draw_futures(scenario_of(3, 0, 4), 5, "judge", range(8))
    for name, expected in drawn.items():
        np.testing.assert_array_equal(getattr(alone, name), expected, err_msg=name)
    turned = draw_futures(scenario_of(4, 3, 2, 1, 0), 5, "judge", range(8))
    for name, expected in columns(turned, [4, 3, 2, 1, 0]).items():
        np.testing.assert_array_equal(
            expected, getattr(draw_futures(scenario_of(), 5, "judge", range(8)), name), err_msg=name
        )
    np.testing.assert_array_equal(turned.rate_factor, draw_futures(scenario_of(), 5, "judge", range(8)).rate_factor)


def test_any_subset_of_indices_gives_the_same_futures() -> None:
    drawn, one = draw_futures(scenario_of(), 1, "judge", range(10)), draw_futures(scenario_of(), 1, "judge", [7])
    assert len(drawn) == 10
    assert len(one) == 1
    rows = {f.name: getattr(drawn, f.name)[7:8] for f in fields(Futures) if f.name not in ("currencies", "rate_h")}
    assert same(one, replace(drawn, **rows))


def test_seeds_and_blocks_share_no_number() -> None:
    blocks: tuple[Block, ...] = ("solve", "loop", "judge")
    drawn = [draw_futures(scenario_of(), seed, block, range(50)) for seed in (1, 2) for block in blocks]
    leads = np.concatenate([d.lead_time_months.ravel() for d in drawn])
    assert len(np.unique(leads)) == leads.size


def test_futures_are_taken_by_index_as_often_as_asked() -> None:
    drawn = draw_futures(scenario_of(grounded=True), 1, "judge", range(6))
    chosen = drawn.take([4, 1, 4])
    assert len(chosen) == 3
    assert chosen.currencies == drawn.currencies
    np.testing.assert_array_equal(chosen.rate_h, drawn.rate_h)
    of_futures = [f.name for f in fields(Futures) if f.name not in ("currencies", "rate_h")]
    for name in of_futures:
        np.testing.assert_array_equal(getattr(chosen, name), getattr(drawn, name)[[4, 1, 4]], err_msg=name)
    assert len(drawn.take([])) == 0


# The likely future


def test_in_the_likely_future_all_is_likely() -> None:
    scenario, future = scenario_of(), likely_future(scenario_of())
    assert len(future) == 1
    assert (future.lead_time_months == 9).all()
    assert (future.slip_months == 2).all()
    assert (future.integration_months == 3).all()
    assert np.isinf(future.embargo_h).all()
    assert (future.unit_price == 3e6).all()
    assert (future.rate_factor == 1).all()
    assert future.rate_factor.shape == (1, len(future.rate_h), 2)
    assert future.lead_time_months.shape == (1, len(scenario.platforms))
