"""The laws against figures of the literature, quadrature and Monte Carlo of what they are said to describe."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gamma

from fleetcraft.physics.measures import detection_share, presence_share
from fleetcraft.physics.search import detection_probability, detection_rate_per_h, mean_width_nm, relative_speed_kn
from fleetcraft.physics.sortie import (
    cycle_h,
    duty,
    expected_operating_h,
    expected_station_h,
    failure_probability,
    occupancy,
    stations,
)
from fleetcraft.physics.weather import (
    birth_death_generator,
    launchable_share,
    strata,
    weather_wait_h,
    weibull_scale,
    wind_kn,
)

WINTER = np.array([0.00026, 0.00372, 0.0557, 0.19368, 0.35962, 0.26585, 0.10625, 0.01469, 0.00023, 0.0])
WINTER /= WINTER.sum()
STANDARD_ERRORS = 4.5


def agrees(sample: np.ndarray, mean: float) -> bool:
    """Whether a mean lies within 4.5 standard errors of the sample's."""
    return bool(abs(sample.mean() - mean) < STANDARD_ERRORS * sample.std(ddof=1) / np.sqrt(sample.size))


# Search


def test_published_relative_speeds() -> None:
    assert relative_speed_kn(1.0, 1.0) == pytest.approx(1.27324, abs=5e-6)
    assert relative_speed_kn(1.0, 15.0) == pytest.approx(15.0167, abs=5e-5)
    assert relative_speed_kn(70.0, 0.0) == pytest.approx(70.0)


@pytest.mark.parametrize(("v", "u"), [(1.0, 15.0), (60.0, 12.0), (8.0, 8.5), (3.0, 3.0), (2.0, 0.0)])
def test_relative_speed_is_the_mean_over_courses(v: float, u: float) -> None:
    total, _ = quad(lambda angle: np.sqrt(v * v + u * u - 2 * v * u * np.cos(angle)), 0.0, np.pi, epsabs=1e-12)
    assert relative_speed_kn(v, u) == pytest.approx(total / np.pi, rel=1e-9)


def test_coverage_of_one_finds_sixty_three_in_a_hundred() -> None:
    assert detection_probability(detection_rate_per_h(10.0, 100.0, 5000.0), 5.0) == pytest.approx(0.63212, abs=5e-6)


def test_the_mean_width_of_a_rectangle() -> None:
    a, b = 120.0, 45.0
    shadow, _ = quad(lambda angle: a * abs(np.cos(angle)) + b * abs(np.sin(angle)), 0.0, np.pi, points=[np.pi / 2])
    assert mean_width_nm(2 * (a + b)) == pytest.approx(shadow / np.pi, rel=1e-9)


def test_random_search_of_moving_targets() -> None:
    """Koopman's law from geometry: legs with fresh positions and courses; a target is found where it passes abeam."""
    rng = np.random.default_rng(20260401)
    side_nm, width_nm, v, u, leg_h, legs, trials = 60.0, 2.0, 10.0, 6.0, 1.0, 200, 20_000
    missed = np.ones(trials, bool)
    for _ in range(legs):
        x, y = rng.uniform(-side_nm / 2, side_nm / 2, (2, trials))
        searcher, target = rng.uniform(0, 2 * np.pi, (2, trials))
        wx, wy = u * np.cos(target) - v * np.cos(searcher), u * np.sin(target) - v * np.sin(searcher)
        relative_kn = np.hypot(wx, wy)
        abeam_h = -(x * wx + y * wy) / relative_kn**2
        lateral_nm = np.abs(x * wy - y * wx) / relative_kn
        missed &= ~((abeam_h >= 0) & (abeam_h < leg_h) & (lateral_nm < width_nm / 2))
    rate = detection_rate_per_h(width_nm, relative_speed_kn(v, u), side_nm**2)
    whole_legs = (1 - rate * leg_h) ** legs
    assert agrees(missed.astype(float), float(whole_legs))
    assert 1 - whole_legs == pytest.approx(detection_probability(rate, legs * leg_h), abs=0.0015)


# Sortie


def sorties(T: float, S: float, rate: float, size: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Station hours, operating hours and failure of each of many sorties, by the rule and not by the formula."""
    fails_at = rng.exponential(1 / rate, size)
    outbound, on_station = fails_at < T, fails_at < T + S
    station = np.select([outbound, on_station], [0.0, fails_at - T], S)
    operating = np.select([outbound, on_station], [2 * fails_at, fails_at + T], S + 2 * T)
    return station, operating, fails_at < 2 * T + S


@pytest.mark.parametrize(
    ("T", "S", "mtbf_h"), [(3.0, 18.0, 200.0), (6.0, 12.0, 15.0), (40.0, 2000.0, 900.0), (0.0, 5.0, 5.0)]
)
def test_expected_sortie_by_quadrature_and_by_rule(T: float, S: float, mtbf_h: float) -> None:
    h = 1 / mtbf_h
    station, _ = quad(lambda x: np.exp(-h * x), T, T + S, epsabs=1e-12)
    out, _ = quad(lambda x: 2 * x * h * np.exp(-h * x), 0, T, epsabs=1e-12)
    there, _ = quad(lambda x: (x + T) * h * np.exp(-h * x), T, T + S, epsabs=1e-12)
    operating = out + there + (S + 2 * T) * np.exp(-h * (T + S))
    assert expected_station_h(T, S, h) == pytest.approx(station, rel=1e-10)
    assert expected_operating_h(T, S, h) == pytest.approx(operating, rel=1e-10)
    sampled = sorties(T, S, h, 200_000, np.random.default_rng(1))
    laws = expected_station_h, expected_operating_h, failure_probability
    assert all(agrees(sample.astype(float), float(law(T, S, h))) for sample, law in zip(sampled, laws, strict=True))


def test_duty_is_the_long_run_share_of_one_craft() -> None:
    """A craft's life, cycle by cycle: failures, exponential repair, maintenance by carried hours, turnaround."""
    rng = np.random.default_rng(7)
    T, S, h, mttr_h, turnaround_h, interval_h, block_h = 4.0, 16.0, 1 / 60, 30.0, 5.0, 100.0, 36.0
    lives, cycles = 400, 2000
    station, operating, failed = (x.reshape(lives, cycles) for x in sorties(T, S, h, lives * cycles, rng))
    repair = failed * rng.exponential(mttr_h, (lives, cycles))
    maintenance = np.floor(operating.sum(axis=1) / interval_h) * block_h
    clock = (operating + repair + turnaround_h).sum(axis=1) + maintenance
    station_h, operating_h = expected_station_h(T, S, h), expected_operating_h(T, S, h)
    whole = cycle_h(operating_h, turnaround_h, failure_probability(T, S, h), mttr_h, interval_h, block_h, 0.0)
    assert agrees(station.sum(axis=1) / clock, float(duty(station_h, operating_h, whole, 8760.0)))


def test_one_craft_that_never_fails() -> None:
    T, S, turnaround_h = 2.0, 20.0, 6.0
    share = duty(S, S + 2 * T, cycle_h(S + 2 * T, turnaround_h, 0.0, 8.0, np.inf, 0.0, 0.0), 8760.0)
    assert share == pytest.approx(S / (S + 2 * T + turnaround_h))
    kept = stations(1, share)
    always = np.ones(1), np.ones((1, 1), bool)
    assert presence_share(*always, np.atleast_1d(occupancy(1.0, share, 1.0, kept)), np.atleast_1d(kept), 1) == share


def test_two_craft_of_half_a_cycle_keep_one_station() -> None:
    kept = stations(2, 0.5)
    assert kept == 1
    assert (
        presence_share(np.ones(1), np.ones((1, 1), bool), occupancy(np.array([2.0]), 0.5, 1.0, 1), np.array([kept]), 1)
        == 1
    )


def test_the_hours_account_is_what_a_year_allows() -> None:
    station_h, operating_h = 20.0, 26.0
    share = duty(station_h, operating_h, 30.0, 945.0)
    assert share * 8760.0 * operating_h / station_h == pytest.approx(945.0)


# Weather


def test_two_class_wait_in_closed_form() -> None:
    """Launch in the calm only: P(rough t later) = pi_rough (1 - exp(-(a+b) t)), and then 1/b to wait on average."""
    row = np.zeros(10)
    row[[2, 6]] = 0.7, 0.3
    spell_h, calm_to_rough = 30.0, 0.3 / 0.7 / 30.0
    flight_h, turnaround_h = np.array([1.0, 20.0, 500.0]), np.array([0.0, 6.0, 48.0])
    rough_landing, rough_launch = (
        0.3 * -np.expm1(-(calm_to_rough + 1 / spell_h) * hours) for hours in (flight_h, turnaround_h)
    )
    calm_only = np.where(np.arange(10) <= 4, 1.0, 0.0)
    waits = weather_wait_h(birth_death_generator(row, spell_h), row, calm_only, flight_h, turnaround_h)
    np.testing.assert_allclose(waits, (rough_landing + rough_launch) * spell_h, rtol=1e-12)


def sampled_chain(generator: np.ndarray, rng: np.random.Generator, jumps: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes visited and the stay (h) in each."""
    leave = -np.diag(generator)
    upward = np.divide(np.append(np.diag(generator, 1), 0.0), leave, out=np.zeros(10), where=leave > 0).tolist()
    classes, current = np.empty(jumps, int), 3
    for i, draw in enumerate(rng.random(jumps).tolist()):
        classes[i] = current
        current += 1 if draw < upward[current] else -1
    return classes, rng.exponential(size=jumps) / leave[classes]


def test_sea_state_spells_and_shares_of_the_sampled_chain() -> None:
    generator = birth_death_generator(WINTER, 30.0)
    classes, stays_h = sampled_chain(generator, np.random.default_rng(3), jumps=300_000)
    share = np.bincount(classes, weights=stays_h, minlength=10) / stays_h.sum()
    np.testing.assert_allclose(share, WINTER, atol=0.02)
    rough = classes > 4
    starts = np.flatnonzero(rough & ~np.roll(rough, 1))
    spells_h = np.add.reduceat(stays_h * rough, starts)
    assert agrees(spells_h[1:-1], 30.0)


def sampled_waits_h(fits: np.ndarray, stays_h: np.ndarray, legs_h: tuple[float, ...]) -> np.ndarray:
    """Wait of each cycle of one craft: after each leg, until the first stay that fits."""
    ends = np.cumsum(stays_h)
    opens = np.minimum.accumulate(np.where(fits, ends - stays_h, np.inf)[::-1])[::-1].tolist()
    now, waits = 0.0, []
    while now < ends[-1] - 5000.0:
        waits.append(0.0)
        for leg_h in legs_h:
            now += leg_h
            opened = max(now, opens[int(np.searchsorted(ends, now, side="right"))])
            waits[-1] += opened - now
            now = opened
    return np.array(waits)


@pytest.mark.parametrize(("limit", "wind_limit_kn"), [(4, 22.0), (9, 24.0)])
def test_wait_of_the_sampled_chain(limit: int, wind_limit_kn: float) -> None:
    """One craft cycling for years in one month's weather: sea state by jumps, wind drawn anew with each class."""
    rng = np.random.default_rng(5)
    k, scale = 2.0, float(weibull_scale(19.0, 2.0))
    generator = birth_death_generator(WINTER, 30.0)
    classes, stays_h = sampled_chain(generator, rng, jumps=400_000)
    below = np.concatenate([[0.0], np.cumsum(WINTER)])
    quantile = below[classes] + rng.random(classes.size) * WINTER[classes]
    fits = (classes <= limit) & (wind_kn(quantile, scale, k) <= wind_limit_kn)
    waits_h = sampled_waits_h(fits, stays_h, (18.0, 5.0))
    batches = waits_h[: waits_h.size // 50 * 50].reshape(50, -1).mean(axis=1)
    launchable = launchable_share(WINTER, limit, wind_limit_kn, scale, k)
    law = weather_wait_h(generator, WINTER, launchable, np.array([18.0]), np.array([5.0]))
    assert agrees(batches, float(law[0]))


def test_the_wind_keeps_its_own_distribution() -> None:
    """Sea and wind share one quantile, yet each kind of limit sees its own distribution alone."""
    k, scale = 2.0, float(weibull_scale(19.0, 2.0))
    assert scale == pytest.approx(19.0 / gamma(1.5))
    for wind_limit_kn in (10.0, 20.0, 25.0, 30.0):
        share = WINTER @ launchable_share(WINTER, 9, wind_limit_kn, scale, k)
        assert share == pytest.approx(-np.expm1(-((wind_limit_kn / scale) ** k)), rel=1e-12)


def test_strata_give_each_platform_its_own_seeing_share() -> None:
    months = np.ones((12, 1)) * WINTER
    scale = np.full(12, weibull_scale(19.0, 2.0))
    limit, wind_limit_kn = np.array([3, 5, 6, 9]), np.array([40.0, 20.0, 34.0, 25.0])
    pieces = strata(months, scale, np.full(12, 2.0), np.full(12, 365 / 12), limit, wind_limit_kn, np.ones(4, bool))
    within_wind = -np.expm1(-((wind_limit_kn / scale[0]) ** 2.0))
    np.testing.assert_allclose(
        pieces.share @ pieces.sees, np.minimum(np.cumsum(WINTER)[limit], within_wind), rtol=1e-12
    )


# Measures


def test_gaps_on_station_stay_outside_the_exponent() -> None:
    """A strong sensor on station half the time finds about half; the mean coverage in one exponent would claim more."""
    share, coverage = np.ones(1), np.array([[3.0]])
    found = detection_share(share, coverage, np.array([0.5]), np.array([1]))
    assert found == pytest.approx(0.5 * -np.expm1(-3.0))
    assert -np.expm1(-1.5) / found > 1.6


def test_measures_of_sampled_weather_and_stations() -> None:
    rng = np.random.default_rng(11)
    share = np.array([0.55, 0.3, 0.15])
    occupied, kept = np.array([0.6, 0.9, 0.3]), np.array([3, 1, 2])
    sees = np.array([[1, 1, 1], [1, 0, 1], [0, 0, 1]], bool)
    coverage = np.array([[0.5, 1.2, 0.2], [0.3, 0.0, 0.2], [0.0, 0.0, 0.2]])
    weather = rng.choice(3, 200_000, p=share)
    on = rng.binomial(kept, occupied, (weather.size, 3))
    enough = (on * sees[weather]).sum(axis=1) >= 3
    assert agrees(enough.astype(float), float(presence_share(share, sees, occupied, kept, 3)))
    found = rng.random(weather.size) < -np.expm1(-(on * coverage[weather]).sum(axis=1))
    assert agrees(found.astype(float), float(detection_share(share, coverage, occupied, kept)))
