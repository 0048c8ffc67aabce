"""Sampled futures against the laws' own moments, and what the news hides against its law given what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import integrate, stats

from fleetcraft.futures import Futures, draw_futures, likely_future, plant_tree, revealed, sample_futures, unfold
from fleetcraft.units import HOURS_PER_MONTH
from unit.futures.scenarios import AUSTRALIAN_YEAR, CORRELATION, EMBARGO, EURO_YEAR, GROUNDING, scenario_of

SCENARIO = scenario_of(grounded=True)
NEWS_H = SCENARIO.calendar.news_h
NEWS_MONTHS = NEWS_H / HOURS_PER_MONTH
MONTH = int(NEWS_MONTHS)
WINDOW_H = SCENARIO.calendar.window_start_h
SEEDS = range(1, 25)
LEAVES = 3000
LEAD, SLIP, INTEGRATION, PRICE = (6.0, 9.0, 15.0), (0.0, 2.0, 12.0), (1.0, 3.0, 6.0), (2e6, 3e6, 5e6)
Law = tuple[float, float, float]


def pert(law: Law) -> stats.rv_continuous:
    low, likely, high = law
    span = high - low
    return stats.beta(1 + 4 * (likely - low) / span, 1 + 4 * (high - likely) / span, loc=low, scale=span)


def moments_of(law: Law) -> tuple[float, float]:
    """Mean (low + 4 likely + high) / 6; variance (mean - low)(high - mean) / 7."""
    low, likely, high = law
    mean = (low + 4 * likely + high) / 6
    return mean, float(np.sqrt((mean - low) * (high - mean) / 7))


def rate_moments(volatility: float, months: float) -> tuple[float, float]:
    """Mean 1; variance e^(variance of the logarithm) - 1."""
    return 1.0, float(np.sqrt(np.expm1(volatility**2 * months / 12)))


MARGINALS: dict[str, tuple[Callable[[Futures], np.ndarray], tuple[float, float]]] = {
    "lead time": (lambda f: f.lead_time_months[:, 0], moments_of(LEAD)),
    "slip": (lambda f: f.slip_months[:, 2], moments_of(SLIP)),
    "integration": (lambda f: f.integration_months[:, 1], moments_of(INTEGRATION)),
    "price": (lambda f: f.unit_price[:, 3], moments_of(PRICE)),
    "Australian rate at the news": (lambda f: f.rate_factor[:, MONTH, 0], rate_moments(AUSTRALIAN_YEAR, MONTH)),
    "European rate at the news": (lambda f: f.rate_factor[:, MONTH, 1], rate_moments(EURO_YEAR, MONTH)),
}


# The moments of a sample


@cache
def samples(count: int) -> list[Futures]:
    return [sample_futures(SCENARIO, seed, count) for seed in SEEDS]


@cache
def independent(count: int) -> list[Futures]:
    return [draw_futures(SCENARIO, seed, "solve", range(count)) for seed in SEEDS]


def typical_errors(drawn: Sequence[Futures], marginal: str) -> np.ndarray:
    """Root mean square, over seeds, of how far mean and standard deviation lie from the law's own."""
    values, (mean, deviation) = MARGINALS[marginal]
    found = [(values(f).mean() - mean, np.sqrt(np.mean((values(f) - mean) ** 2)) - deviation) for f in drawn]
    return np.sqrt(np.mean(np.square(found), axis=0))


@pytest.mark.parametrize("marginal", MARGINALS)
@pytest.mark.parametrize(
    ("count", "mean_share", "deviation_share"), [(20, 0.25, 0.6), (50, 0.15, 0.5), (100, 0.1, 0.4)]
)
def test_a_sample_has_the_law_s_moments_far_closer_than_independent_draws_have(
    marginal: str, count: int, mean_share: float, deviation_share: float
) -> None:
    ratio = typical_errors(samples(count), marginal) / typical_errors(independent(count), marginal)
    assert ratio[0] < mean_share
    assert ratio[1] < deviation_share


def test_rates_between_are_closer_too_in_the_mean() -> None:
    for month in (5, MONTH + 6, MONTH + 12, -1):
        error = {
            name: np.mean([(f.rate_factor[:, month].mean(axis=0) - 1) ** 2 for f in drawn])
            for name, drawn in (("sampled", samples(50)), ("independent", independent(50)))
        }
        assert error["sampled"] < 0.1 * error["independent"]


@pytest.mark.parametrize("count", [20, 100])
def test_rates_of_a_sample_move_together_as_stated(count: int) -> None:
    """At the news, from there to the end, and from month to month."""
    for first, last in ((0, MONTH), (MONTH, -1), (4, 5), (MONTH + 3, MONTH + 4)):
        moved = [np.log(f.rate_factor[:, last] / f.rate_factor[:, first]) for f in samples(count)]
        found = np.array([np.corrcoef(m, rowvar=False)[0, 1] for m in moved])
        error = found.std(ddof=1) / np.sqrt(len(found))
        assert found.mean() == pytest.approx(CORRELATION, abs=4 * error + 0.02)
        assert 4 * error < 0.25


def test_rates_of_a_sample_have_the_law_s_volatility_every_month() -> None:
    moved = np.concatenate([np.diff(np.log(f.rate_factor), axis=1) for f in samples(100)])
    for column, volatility in ((0, AUSTRALIAN_YEAR), (1, EURO_YEAR)):
        np.testing.assert_allclose(moved[..., column].std(axis=0) * np.sqrt(12), volatility, rtol=0.06)
        steps = moved[..., column] - moved[..., column].mean(axis=0)
        beside = np.corrcoef(steps, rowvar=False) - np.eye(steps.shape[1])
        assert np.abs(beside).max() < 4.5 / np.sqrt(len(steps))


def test_embargo_dates_and_groundings_of_samples_follow_their_laws() -> None:
    drawn = samples(100)
    dates = np.concatenate([f.embargo_h[:, 2] for f in drawn])
    assert np.isfinite(dates).mean() == pytest.approx(EMBARGO, abs=0.5 / 100)
    assert stats.kstest(dates[np.isfinite(dates)], stats.uniform(0, WINDOW_H).cdf).pvalue > 0.001
    end_h = SCENARIO.calendar.hours(SCENARIO.calendar.end) + 24
    number = np.concatenate([np.isfinite(f.grounding_h).sum(axis=-1).ravel() for f in drawn])
    expected = GROUNDING["per_type_year"] * end_h / 8760
    assert number.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / number.size))
    assert number.var() == pytest.approx(expected, rel=0.06)


# What the news hides, given what is known


@cache
def waiting() -> Futures:
    """Nothing has come in ten months, no country has stopped, nobody is grounded; 3000 futures of one node."""
    stated = replace(likely_future(SCENARIO), lead_time_months=np.full((1, 5), 14.0))
    return unfold(SCENARIO, stated, 1, "judge", [0], LEAVES).futures


def slip_while_waiting(waited: float, types: int) -> Callable[[np.ndarray], np.ndarray]:
    """Distribution function of a slip s of density f(s) P(lead > waited - s)^types, by the trapezoidal rule."""

    grid = np.linspace(*SLIP[::2], 20001)
    density = pert(SLIP).pdf(grid) * pert(LEAD).sf(waited - grid) ** types
    total = integrate.cumulative_trapezoid(density, grid, initial=0)
    return lambda s: np.interp(s, grid, total / total[-1])


def test_a_slip_is_the_likelier_the_longer_the_more_types_have_not_come() -> None:
    drawn = waiting()
    for platform, types in ((0, 2), (2, 1)):
        law = slip_while_waiting(NEWS_MONTHS, types)
        assert stats.kstest(drawn.slip_months[:, platform], law).pvalue > 0.001
        assert stats.kstest(drawn.slip_months[:, platform], pert(SLIP).cdf).pvalue < 1e-6
    assert stats.kstest(drawn.slip_months[:, 0], slip_while_waiting(NEWS_MONTHS, 1)).pvalue < 1e-3


def test_what_has_not_come_takes_longer_than_was_waited() -> None:
    total = waiting().lead_time_months + waiting().slip_months
    assert (total > NEWS_MONTHS).all()
    assert total.min() < NEWS_MONTHS + 0.05


def test_lead_times_and_slips_are_those_of_all_futures_in_which_nothing_came() -> None:
    """Against rejection: of many futures those in which neither type of a maker came by the news."""
    drawn = draw_futures(SCENARIO, 3, "loop", range(4000))
    total = drawn.lead_time_months + drawn.slip_months
    for platform, makers in ((0, [0, 1]), (2, [2])):
        kept = (total[:, makers] > NEWS_MONTHS).all(axis=1)
        assert kept.sum() > 1000
        for name in ("lead_time_months", "slip_months"):
            ours, theirs = getattr(waiting(), name)[:, platform], getattr(drawn, name)[kept, platform]
            assert stats.ks_2samp(ours, theirs).pvalue > 0.001
        ours, theirs = (waiting().lead_time_months + waiting().slip_months)[:, platform], total[kept, platform]
        assert stats.ks_2samp(ours, theirs).pvalue > 0.001


def test_a_lead_time_is_cut_where_the_maker_s_slip_is_known() -> None:
    """The first type came after 8 + 2 months, so its sister, of the same slip, takes more than 8.97."""
    stated = replace(
        likely_future(SCENARIO),
        lead_time_months=np.array([[8.0, 14.0, 14.0, 14.0, 14.0]]),
        slip_months=np.full((1, 5), 2.0),
    )
    drawn = unfold(SCENARIO, stated, 1, "judge", [0], LEAVES).futures
    assert (drawn.slip_months[:, 1] == 2.0).all()
    least = NEWS_MONTHS - 2.0
    before = pert(LEAD).cdf(least)
    law = stats.kstest(drawn.lead_time_months[:, 1], lambda x: (pert(LEAD).cdf(x) - before) / (1 - before))
    assert law.pvalue > 0.001
    assert drawn.lead_time_months[:, 1].min() > least
    assert stats.kstest(drawn.integration_months[:, 1], pert(INTEGRATION).cdf).pvalue > 0.001


def test_after_an_embargo_waiting_tells_nothing_more() -> None:
    """Stopped after nine months: what did not come in nine is as likely as ever to have been due in the tenth."""
    stated = replace(
        likely_future(SCENARIO),
        lead_time_months=np.full((1, 5), 14.0),
        embargo_h=np.array([[9.0, 9.0, 9.0, np.inf, np.inf]]) * HOURS_PER_MONTH,
    )
    drawn = unfold(SCENARIO, stated, 1, "judge", [0], LEAVES).futures
    assert stats.kstest(drawn.slip_months[:, 0], slip_while_waiting(9.0, 2)).pvalue > 0.001
    assert stats.kstest(drawn.slip_months[:, 2], slip_while_waiting(9.0, 1)).pvalue > 0.001
    assert stats.kstest(drawn.slip_months[:, 3], slip_while_waiting(NEWS_MONTHS, 1)).pvalue > 0.001


def test_a_country_that_has_not_stopped_may_still_stop() -> None:
    """With probability p (1 - t/w) / (1 - p t/w) after t of w hours, at a moment uniform on the rest."""
    before = NEWS_H / WINDOW_H
    chance = EMBARGO * (1 - before) / (1 - EMBARGO * before)
    for platform in (0, 2, 3):
        moments = waiting().embargo_h[:, platform]
        stopped = np.isfinite(moments)
        assert stats.binomtest(int(stopped.sum()), LEAVES, chance).pvalue > 0.001
        assert stats.binomtest(int(stopped.sum()), LEAVES, EMBARGO).pvalue < 1e-6
        assert stats.kstest(moments[stopped], stats.uniform(NEWS_H, WINDOW_H - NEWS_H).cdf).pvalue > 0.001


def test_groundings_go_on_as_a_poisson_process_from_the_news() -> None:
    end_h = SCENARIO.calendar.hours(SCENARIO.calendar.end) + 24
    first = waiting().grounding_h[..., 0]
    per_h = GROUNDING["per_type_year"] / 8760
    assert stats.binomtest(int(np.isinf(first).sum()), first.size, np.exp(-per_h * (end_h - NEWS_H))).pvalue > 0.001
    law = stats.truncexpon(b=per_h * (end_h - NEWS_H), loc=NEWS_H, scale=1 / per_h)
    assert stats.kstest(first[np.isfinite(first)], law.cdf).pvalue > 0.001


def test_rates_go_on_as_a_martingale_from_where_they_stand() -> None:
    rates = likely_future(SCENARIO)
    stands = np.array([1.2, 0.9])
    stated = replace(rates, rate_factor=rates.rate_factor * stands)
    later = unfold(SCENARIO, stated, 1, "judge", [0], LEAVES).futures.rate_factor[:, MONTH:] / stands
    years = np.arange(later.shape[1]) / 12
    for column, volatility in ((0, AUSTRALIAN_YEAR), (1, EURO_YEAR)):
        log = np.log(later[..., column])
        for k in (1, 7, later.shape[1] - 1):
            law = stats.norm(-(volatility**2) * years[k] / 2, volatility * np.sqrt(years[k]))
            assert stats.kstest(log[:, k], law.cdf).pvalue > 0.001
        assert abs(stats.pearsonr(log[:, 4] - log[:, 3], log[:, 5] - log[:, 4]).statistic) < 4.5 / np.sqrt(LEAVES)
    moved = np.log(later[:, -1])
    assert stats.pearsonr(moved[:, 0], moved[:, 1]).statistic == pytest.approx(CORRELATION, abs=0.05)


# Both stages together


def both_stages() -> list[Futures]:
    """One leaf of each of many futures, and the leaves of planted trees."""
    own = draw_futures(SCENARIO, 1, "judge", range(LEAVES))
    trees = [plant_tree(SCENARIO, seed, 60, nodes=30).futures for seed in range(1, 51)]
    drawn = ("lead_time_months", "slip_months", "integration_months", "embargo_h", "unit_price", "rate_factor")
    planted = replace(
        likely_future(SCENARIO), **{name: np.concatenate([getattr(t, name) for t in trees]) for name in drawn}
    )
    return [unfold(SCENARIO, own, 1, "judge", range(LEAVES), 1).futures, planted]


def test_news_and_what_it_hides_together_follow_the_laws_before_the_news() -> None:
    """What is known and then what is drawn given it is again a draw of the whole."""
    for drawn in both_stages():
        assert 0.1 < revealed(SCENARIO, drawn).arrived.mean() < 0.9
        assert stats.kstest(drawn.lead_time_months[:, 0], pert(LEAD).cdf).pvalue > 0.001
        assert stats.kstest(drawn.lead_time_months[:, 3], pert(LEAD).cdf).pvalue > 0.001
        assert stats.kstest(drawn.slip_months[:, 0], pert(SLIP).cdf).pvalue > 0.001
        assert stats.kstest(drawn.slip_months[:, 2], pert(SLIP).cdf).pvalue > 0.001
        assert stats.kstest(drawn.integration_months[:, 1], pert(INTEGRATION).cdf).pvalue > 0.001
        apart = ((drawn.slip_months[:, 0], drawn.lead_time_months[:, 0]), drawn.lead_time_months[:, :2].T)
        for one, other in apart:
            assert abs(stats.pearsonr(one, other).statistic) < 4 / np.sqrt(LEAVES)
        stops = drawn.embargo_h[:, 2]
        assert stats.binomtest(int(np.isfinite(stops).sum()), LEAVES, EMBARGO).pvalue > 0.001
        assert stats.kstest(stops[np.isfinite(stops)], stats.uniform(0, WINDOW_H).cdf).pvalue > 0.001
        years = (len(drawn.rate_h) - 1) / 12
        law = stats.norm(-(AUSTRALIAN_YEAR**2) * years / 2, AUSTRALIAN_YEAR * np.sqrt(years))
        assert stats.kstest(np.log(drawn.rate_factor[:, -1, 0]), law.cdf).pvalue > 0.001


def test_groundings_before_and_after_the_news_together_are_one_poisson_process() -> None:
    own = draw_futures(SCENARIO, 1, "judge", range(LEAVES))
    drawn = unfold(SCENARIO, own, 1, "judge", range(LEAVES), 1).futures
    end_h = SCENARIO.calendar.hours(SCENARIO.calendar.end) + 24
    number = np.isfinite(drawn.grounding_h).sum(axis=-1).ravel()
    expected = GROUNDING["per_type_year"] * end_h / 8760
    assert number.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / number.size))
    assert number.var() == pytest.approx(expected, rel=0.06)
    share, stated = (f.grounded_share(WINDOW_H, WINDOW_H + 8760).ravel() for f in (drawn, own))
    assert stats.ks_2samp(share, stated).pvalue > 0.001
    assert share.mean() == pytest.approx(stated.mean(), rel=0.05)
