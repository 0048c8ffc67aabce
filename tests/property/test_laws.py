"""What holds of the laws for any numbers: bounds, monotonicity, symmetry, scaling."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetcraft.physics.cost import discounted, escalated, wright_unit_cost
from fleetcraft.physics.measures import attainment, detection_share, presence_share, revisit_h
from fleetcraft.physics.reliability import mean_survival
from fleetcraft.physics.search import WIND_BAND_LIMITS_KN, detection_probability, relative_speed_kn
from fleetcraft.physics.sortie import (
    cycle_h,
    duty,
    expected_operating_h,
    expected_station_h,
    failure_probability,
    occupancy,
    stations,
)
from fleetcraft.physics.weather import birth_death_generator, launchable_share, rough_class, strata, weather_wait_h

SLACK = 1e-12
hours = st.floats(0.01, 5000.0)
rates = st.just(0.0) | st.floats(1e-9, 0.05)
speeds = st.just(0.0) | st.floats(0.001, 200.0)
shares = st.floats(0.0, 1.0)
scales = st.sampled_from([1e-3, 0.5, 60.0, 3600.0])
seeds = st.integers(0, 2**32 - 1)


def for_any(**numbers: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try the law on many numbers, however slow the machine is just now."""
    return lambda law: settings(max_examples=80, deadline=None)(given(**numbers)(law))


@st.composite
def sea_states(draw: st.DrawFn, least: int = 1) -> np.ndarray:
    """A row of class probabilities, with gaps."""
    weights = np.array(draw(st.lists(st.integers(0, 2000), min_size=10, max_size=10)), float)
    for c in draw(st.permutations(range(10)))[:least]:
        weights[c] += 1.0
    return weights / weights.sum()


# Sortie


@for_any(T=hours, S=hours, h=rates)
def test_a_sortie_lasts_no_longer_than_planned(T: float, S: float, h: float) -> None:
    station, operating = expected_station_h(T, S, h), expected_operating_h(T, S, h)
    assert 0 <= station <= S
    assert station <= operating <= (2 * T + S) * (1 + SLACK)
    assert 0 <= failure_probability(T, S, h) <= 1


@for_any(T=hours, S=hours, h=rates, more=st.floats(1e-6, 1.0))
def test_failing_more_often_shortens_sorties(T: float, S: float, h: float, more: float) -> None:
    for law in (expected_station_h, expected_operating_h):
        assert law(T, S, h + more) <= law(T, S, h) * (1 + SLACK)
    assert failure_probability(T, S, h + more) >= failure_probability(T, S, h)


@for_any(T=hours, S=hours, h=rates, more=hours)
def test_farther_away_less_on_station_and_longer_stays_more(T: float, S: float, h: float, more: float) -> None:
    assert expected_station_h(T + more, S, h) <= expected_station_h(T, S, h) * (1 + SLACK)
    assert expected_station_h(T, S + more, h) >= expected_station_h(T, S, h) * (1 - SLACK)


@for_any(T=hours, S=hours, h=st.floats(1e-9, 0.05), unit=scales)
def test_the_unit_of_time_does_not_matter(T: float, S: float, h: float, unit: float) -> None:
    for law in (expected_station_h, expected_operating_h):
        np.testing.assert_allclose(law(T * unit, S * unit, h / unit), law(T, S, h) * unit, rtol=1e-9)
    np.testing.assert_allclose(
        failure_probability(T * unit, S * unit, h / unit), failure_probability(T, S, h), rtol=1e-9
    )


@for_any(T=hours, S=hours, h=rates, turnaround=hours, mttr=hours, block=hours, wait=hours, use=st.floats(1.0, 8760.0))
def test_duty_is_a_share_and_waiting_lowers_it(
    T: float, S: float, h: float, turnaround: float, mttr: float, block: float, wait: float, use: float
) -> None:
    sortie = expected_station_h(T, S, h), expected_operating_h(T, S, h)
    upkeep = turnaround, failure_probability(T, S, h), mttr, 200.0, block
    at_once, waited = (duty(*sortie, cycle_h(sortie[1], *upkeep, w), use) for w in (0.0, wait))
    assert 0 <= waited <= at_once <= 1
    assert waited * sortie[1] <= use / 8760.0 * sortie[0] * (1 + SLACK)


@for_any(craft=st.integers(0, 500), share=shares, kappa=st.floats(0.05, 1.2))
def test_stations_are_the_fewest_that_hold_the_craft(craft: int, share: float, kappa: float) -> None:
    kept = int(stations(craft, share))
    assert kept >= craft * share - 1e-8
    assert kept <= np.ceil(craft * share)
    assert 0 <= occupancy(float(craft), share, kappa, kept) <= 1


# Search


@for_any(v=speeds, u=speeds)
def test_relative_speed_is_symmetric_and_between_its_extremes(v: float, u: float) -> None:
    relative = relative_speed_kn(v, u)
    assert relative == relative_speed_kn(u, v)
    assert max(v, u) * (1 - SLACK) <= relative <= (v + u) * (1 + SLACK)
    assert relative <= np.hypot(v, u) * (1 + SLACK)


@for_any(v=st.floats(0.01, 200.0), u=speeds, unit=scales)
def test_relative_speed_scales_with_its_unit_and_rises(v: float, u: float, unit: float) -> None:
    np.testing.assert_allclose(relative_speed_kn(v * unit, u * unit), relative_speed_kn(v, u) * unit, rtol=1e-12)
    assert relative_speed_kn(v * 1.01, u) > relative_speed_kn(v, u)


@for_any(first=rates, second=rates, tau=hours)
def test_independent_searchers_miss_independently(first: float, second: float, tau: float) -> None:
    together = 1 - detection_probability(first + second, tau)
    apart = (1 - detection_probability(first, tau)) * (1 - detection_probability(second, tau))
    np.testing.assert_allclose(together, apart, atol=1e-14)


# Weather


@for_any(row=sea_states(least=2), spell=st.floats(1.0, 500.0))
def test_any_sea_state_is_reversible_with_its_own_law_and_spell(row: np.ndarray, spell: float) -> None:
    generator = birth_death_generator(row, spell)
    flow = row[:, None] * generator
    np.testing.assert_allclose(flow, flow.T, atol=1e-12 * np.abs(flow).max())
    np.testing.assert_allclose(generator.sum(axis=1), 0.0, atol=1e-12 * np.abs(generator).max())
    b = rough_class(row)
    np.testing.assert_allclose(row[b + 1 :].sum() / flow[: b + 1, b + 1 :].sum(), spell, rtol=1e-9)
    np.testing.assert_allclose(birth_death_generator(row, 2 * spell), generator / 2, rtol=1e-12)


@for_any(row=sea_states(), limit=st.integers(0, 9), wind_limit=st.floats(5.0, 60.0), k=st.floats(1.0, 4.0))
def test_launchable_share_gives_the_smaller_of_both_limits(
    row: np.ndarray, limit: int, wind_limit: float, k: float
) -> None:
    share = launchable_share(row, limit, wind_limit, 20.0, k)
    assert ((share >= 0) & (share <= 1)).all()
    both = min(row[: limit + 1].sum(), -np.expm1(-((wind_limit / 20.0) ** k)))
    np.testing.assert_allclose(row @ share, both, atol=1e-12)


@for_any(
    row=sea_states(least=2), limit=st.integers(0, 9), wind_limit=st.floats(8.0, 60.0), f=hours, t=hours, unit=scales
)
def test_waits_are_positive_and_know_no_unit(
    row: np.ndarray, limit: int, wind_limit: float, f: float, t: float, unit: float
) -> None:
    share = launchable_share(row, limit, wind_limit, 20.0, 2.0)
    generator = birth_death_generator(row, 30.0)
    wait = weather_wait_h(generator, row, share, np.array([f]), np.array([t]))
    assert wait[0] >= 0
    other = weather_wait_h(generator / unit, row, share, np.array([f]) * unit, np.array([t]) * unit)
    np.testing.assert_allclose(other, wait * unit, rtol=1e-6, atol=1e-9 * unit)


@for_any(row=sea_states(least=2), limit=st.integers(0, 9), wind_limit=st.floats(8.0, 60.0))
def test_after_a_long_time_every_wait_is_the_stationary_one(row: np.ndarray, limit: int, wind_limit: float) -> None:
    """Nothing is remembered: both waits are the mean time to the first state within limits from the invariant law."""
    share = np.round(launchable_share(row, limit, wind_limit, 20.0, 2.0), 9)
    if not (row @ share > 0):
        return
    generator = birth_death_generator(row, 1.0)
    long = np.array([1e9])
    gated = generator * (1 - share)
    np.fill_diagonal(gated, np.diag(generator))
    shut = np.flatnonzero((share < 1) & (row > 0))
    time_shut = np.linalg.solve(-gated[np.ix_(shut, shut)], np.ones(shut.size))
    stationary = (row * (1 - share))[shut] @ time_shut
    np.testing.assert_allclose(weather_wait_h(generator, row, share, long, long), 2 * stationary, rtol=1e-6, atol=1e-12)


@for_any(seed=seeds)
def test_strata_cut_the_year_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.full(10, 0.3), 12)
    scale, k, days = rng.uniform(5, 30, 12), rng.uniform(1, 4, 12), rng.uniform(1, 31, 12)
    limit, wind_limit, feels = rng.integers(0, 10, 6), rng.uniform(5, 60, 6), rng.random(6) < 0.8
    pieces = strata(rows, scale, k, days, limit, wind_limit, feels)
    assert abs(pieces.share.sum() - 1) < 1e-12
    within_wind = -np.expm1(-((wind_limit / scale[:, None]) ** k[:, None]))
    monthly = np.where(feels, np.minimum(np.cumsum(rows, axis=1)[:, limit], within_wind), 1.0)
    np.testing.assert_allclose(pieces.share @ pieces.sees, days / days.sum() @ monthly, atol=1e-12)
    below = -np.expm1(-((np.array(WIND_BAND_LIMITS_KN) / scale[:, None]) ** k[:, None]))
    bands = np.diff(days / days.sum() @ below, prepend=0.0, append=1.0)
    np.testing.assert_allclose(np.bincount(pieces.wind_band, pieces.share, 3), bands, atol=1e-12)
    order = rng.permutation(6)
    permuted = strata(rows, scale, k, days, limit[order], wind_limit[order], feels[order])
    np.testing.assert_allclose(permuted.share @ permuted.sees, (pieces.share @ pieces.sees)[order], atol=1e-12)


# Measures


@st.composite
def fleets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(share (S,), coverage (S, n) with blind rows, occupancy (F, n), stations (n,))"""
    rng = np.random.default_rng(draw(seeds))
    strata_n, rows, futures = rng.integers(1, 6, 3)
    coverage = rng.exponential(1.0, (strata_n, rows)) * (rng.random((strata_n, rows)) < 0.7)
    return rng.dirichlet(np.ones(strata_n)), coverage, rng.random((futures, rows)), rng.integers(0, 6, rows)


@for_any(fleet=fleets(), craft=st.integers(0, 12))
def test_measures_are_shares(fleet: tuple[np.ndarray, ...], craft: int) -> None:
    share, coverage, occupied, kept = fleet
    present = presence_share(share, coverage > 0, occupied, kept, craft)
    assert ((present >= 0) & (present <= 1 + SLACK)).all()
    assert (presence_share(share, coverage > 0, occupied, kept, craft + 1) <= present + SLACK).all()
    found = detection_share(share, coverage, occupied, kept)
    assert ((found >= 0) & (found <= 1 + SLACK)).all()
    assert (found <= presence_share(share, coverage > 0, occupied, kept, 1) + SLACK).all()


@for_any(fleet=fleets(), craft=st.integers(1, 4), more=shares)
def test_more_on_station_never_hurts(fleet: tuple[np.ndarray, ...], craft: int, more: float) -> None:
    share, coverage, occupied, kept = fleet
    fuller = occupied + more * (1 - occupied)
    for busier in ((fuller, kept), (occupied, kept + 1)):
        assert (
            detection_share(share, coverage, *busier) >= detection_share(share, coverage, occupied, kept) - SLACK
        ).all()
        present = presence_share(share, coverage > 0, occupied, kept, craft)
        assert (presence_share(share, coverage > 0, *busier, craft) >= present - SLACK).all()


@for_any(fleet=fleets(), craft=st.integers(1, 4), seed=seeds)
def test_rows_may_be_permuted_and_split(fleet: tuple[np.ndarray, ...], craft: int, seed: int) -> None:
    share, coverage, occupied, kept = fleet
    order = np.random.default_rng(seed).permutation(kept.size)
    split = np.repeat(np.arange(kept.size), kept)
    whole_found = detection_share(share, coverage, occupied, kept)
    whole_present = presence_share(share, coverage > 0, occupied, kept, craft)
    for rows, stations_of in ((order, kept[order]), (split, np.ones(split.size, dtype=np.int64))):
        found = detection_share(share, coverage[:, rows], occupied[:, rows], stations_of)
        np.testing.assert_allclose(found, whole_found, atol=1e-12)
        present = presence_share(share, coverage[:, rows] > 0, occupied[:, rows], stations_of, craft)
        np.testing.assert_allclose(present, whole_present, atol=1e-12)


@for_any(value=st.floats(0.0, 1e4), threshold=st.floats(1e-3, 1e3), more=st.floats(0.0, 100.0))
def test_attainment_is_one_exactly_where_the_threshold_is_met(value: float, threshold: float, more: float) -> None:
    least, most = attainment(value, threshold, False), attainment(value, threshold, True)
    assert 0 <= least <= 1
    assert 0 <= most <= 1
    assert (least == 1) == (value >= threshold)
    assert (most == 1) == (value <= threshold)
    assert attainment(value + more, threshold, False) >= least
    assert attainment(value + more, threshold, True) <= most


@for_any(rate=st.floats(0.0, 10.0), more=st.floats(0.0, 10.0))
def test_more_looks_shorten_the_gap(rate: float, more: float) -> None:
    assert 0 < revisit_h(rate + more, 8760.0) <= revisit_h(rate, 8760.0) <= 8760.0


# Losses and money


@for_any(rate=st.floats(0.0, 0.01), start=st.floats(0.0, 1e4), use=shares, window=hours)
def test_survival_lies_between_its_ends(rate: float, start: float, use: float, window: float) -> None:
    survival = mean_survival(rate, start, use, window)
    assert np.exp(-rate * (start + use * window)) * (1 - SLACK) <= survival <= np.exp(-rate * start) * (1 + SLACK)


@for_any(made=st.floats(1.0, 1e4), n=st.integers(0, 10_000), slope=st.floats(0.5, 1.0))
def test_learning_never_raises_a_price_and_knows_no_starting_point(made: float, n: int, slope: float) -> None:
    cost = wright_unit_cost(1e6, made, n, slope)
    assert 0 < cost <= 1e6
    assert wright_unit_cost(1e6, made, n + 1, slope) <= cost
    np.testing.assert_allclose(wright_unit_cost(cost, made + n, made + n, slope), cost * slope, rtol=1e-12)


@for_any(amount=st.floats(1.0, 1e12), years=st.floats(-5.0, 30.0), rate=st.floats(0.0, 0.3))
def test_discounting_undoes_escalation(amount: float, years: float, rate: float) -> None:
    np.testing.assert_allclose(discounted(escalated(amount, years, rate), years, rate), amount, rtol=1e-12)
