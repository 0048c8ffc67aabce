"""Sea state, wind and waits against direct constructions of the same chain."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm

from fleetcraft.physics.weather import (
    birth_death_generator,
    launchable_share,
    rough_class,
    strata,
    weather_wait_h,
    weibull_scale,
    wind_kn,
)

ROUGH_WINTER = np.array([0.00026, 0.00372, 0.0557, 0.19368, 0.35962, 0.26585, 0.10625, 0.01469, 0.00023, 0.0])
CALM_SUMMER = np.array([0.01, 0.12, 0.45, 0.34, 0.075, 0.005, 0.0, 0.0, 0.0, 0.0])
GAPS = np.array([0.0, 0.3, 0.0, 0.0, 0.25, 0.0, 0.0, 0.35, 0.1, 0.0])


def classes(**share: float) -> np.ndarray:
    row = np.zeros(10)
    for name, p in share.items():
        row[int(name[1:])] = p
    return row


def normalised(row: np.ndarray) -> np.ndarray:
    return row / row.sum()


@pytest.mark.parametrize(
    ("row", "b"),
    [
        (normalised(ROUGH_WINTER), 4),
        (normalised(CALM_SUMMER), 2),
        (normalised(GAPS), 4),
        (classes(c2=0.3, c3=0.6, c4=0.05, c5=0.05), 3),
        (classes(c2=0.2, c3=0.75, c4=0.03, c5=0.02), 2),
        (classes(c0=0.95, c1=0.03, c2=0.02), 0),  # calm: nothing above has a tenth
        (classes(c5=0.6, c6=0.3, c8=0.1), 5),  # always rough: no spell above 4 ends
        (classes(c4=0.95, c5=0.05), 4),  # a tenth above 3, but nothing at or below it
        (classes(c3=1.0), 3),
    ],
)
def test_rough_class(row: np.ndarray, b: int) -> None:
    assert rough_class(row) == b


@pytest.mark.parametrize("row", [normalised(ROUGH_WINTER), normalised(CALM_SUMMER), GAPS, classes(c0=0.97, c4=0.03)])
def test_generator_keeps_its_law_and_its_persistence(row: np.ndarray) -> None:
    generator = birth_death_generator(row, 30.0)
    present = np.flatnonzero(row > 0)
    flow = row[:, None] * generator
    np.testing.assert_allclose(flow, flow.T, atol=1e-15)
    np.testing.assert_allclose(generator.sum(axis=1), 0.0, atol=1e-12)
    neighbours = np.abs(np.subtract.outer(np.arange(present.size), np.arange(present.size))) == 1
    np.testing.assert_array_equal(generator[np.ix_(present, present)] > 0, neighbours)
    above = present[present > rough_class(row)]
    spell_h = np.linalg.solve(-generator[np.ix_(above, above)], np.ones(above.size))[0]
    assert spell_h == pytest.approx(30.0)


def test_classes_of_probability_zero_are_absent() -> None:
    generator = birth_death_generator(GAPS, 12.0)
    absent = np.flatnonzero(GAPS == 0)
    assert not generator[absent].any()
    assert not generator[:, absent].any()
    assert generator[1, 4] > 0
    assert generator[7, 4] > 0


def test_rates_follow_the_square_root_of_the_law() -> None:
    generator = birth_death_generator(GAPS, 12.0)
    c = 0.45 / (12.0 * np.sqrt(0.25 * 0.35))
    assert generator[1, 4] == pytest.approx(c * np.sqrt(0.25 / 0.3))
    assert generator[8, 7] == pytest.approx(c * np.sqrt(0.35 / 0.1))


def test_one_class_never_changes() -> None:
    assert not birth_death_generator(classes(c3=1.0), 30.0).any()


def test_weibull_wind_has_its_mean() -> None:
    scale = weibull_scale(19.0, 2.0)
    mean, _ = quad(lambda q: float(wind_kn(q, float(scale), 2.0)), 0.0, 1.0)
    assert mean == pytest.approx(19.0, rel=1e-6)
    assert weibull_scale(19.0, 1.0) == pytest.approx(19.0)
    assert wind_kn(0.0, 20.0, 2.0) == 0.0
    assert wind_kn(1 - np.exp(-1.0), 20.0, 2.7) == pytest.approx(20.0)


def test_launchable_share_by_counting_quantiles() -> None:
    row, scale, k = normalised(ROUGH_WINTER), 21.4, 2.0
    q = (np.arange(2_000_000) + 0.5) / 2_000_000
    sea = np.searchsorted(np.cumsum(row), q)
    fits = wind_kn(q, scale, k) <= 25.0
    counted = np.bincount(sea, weights=fits, minlength=10) / np.maximum(np.bincount(sea, minlength=10), 1)
    expected = np.where(np.arange(10) <= 5, counted, 0.0)
    np.testing.assert_allclose(launchable_share(row, 5, 25.0, scale, k), expected, atol=2e-5 / 0.02)
    inside = row @ launchable_share(row, 5, 25.0, scale, k)
    assert inside == pytest.approx(min(row[:6].sum(), -np.expm1(-((25.0 / scale) ** k))), rel=1e-12)


def test_launchable_share_without_a_wind_limit_is_exactly_one_or_zero() -> None:
    share = launchable_share(normalised(ROUGH_WINTER), 5, np.inf, 21.4, 2.0)
    np.testing.assert_array_equal(share, [1, 1, 1, 1, 1, 1, 0, 0, 0, 0])


def test_launchable_share_splits_one_class_at_most() -> None:
    share = launchable_share(normalised(ROUGH_WINTER), 9, 25.0, 21.4, 2.0)[:9]
    assert np.count_nonzero((share > 0) & (share < 1)) == 1
    assert (np.diff(share) <= 0).all()


def test_launchable_share_broadcasts_over_months() -> None:
    rows = np.stack([normalised(ROUGH_WINTER), normalised(CALM_SUMMER)])
    table = launchable_share(
        rows, np.array([5, 3]), np.array([25.0, 30.0]), np.array([21.4, 12.0]), np.array([2.0, 1.8])
    )
    np.testing.assert_array_equal(table[1], launchable_share(rows[1], 3, 30.0, 12.0, 1.8))
    assert table.shape == (2, 10)


def plain_wait_h(
    row: np.ndarray, launchable: np.ndarray, spell_h: float, flight_h: float, turnaround_h: float
) -> float:
    """The same mean wait, state by state: dense matrix exponentials, the launch law settled by many cycles."""
    generator = birth_death_generator(row, spell_h)
    states = [(c, fit) for c in np.flatnonzero(row) for fit in (True, False)]
    chance = {(c, fit): launchable[c] if fit else 1 - launchable[c] for c, fit in states}
    states = [s for s in states if chance[s] > 0]
    Q = np.array([[generator[c, d] * chance[d, f] if c != d else 0.0 for d, f in states] for c, _ in states])
    Q -= np.diag(Q.sum(axis=1))
    fits = np.array([fit for _, fit in states])
    stopped = np.where(fits[:, None], 0.0, Q)
    first = expm(stopped * 1e6)
    wait_h = np.zeros(fits.size)
    wait_h[~fits] = np.linalg.solve(-Q[np.ix_(~fits, ~fits)], np.ones((~fits).sum()))
    flight, recovery_and_turnaround = expm(Q * flight_h), first @ expm(Q * turnaround_h)
    law = np.linalg.matrix_power(flight @ recovery_and_turnaround @ first, 4096)[0]
    landing = law @ flight
    ready = landing @ recovery_and_turnaround
    return float(landing @ wait_h + ready @ wait_h)


@pytest.mark.parametrize("row", [normalised(ROUGH_WINTER), GAPS, classes(c0=0.6, c6=0.4)])
@pytest.mark.parametrize(("limit", "wind_limit"), [(4, 22.0), (9, 25.0), (5, np.inf), (3, 8.0)])
def test_wait_against_a_plain_computation(row: np.ndarray, limit: int, wind_limit: float) -> None:
    launchable = launchable_share(row, limit, wind_limit, 18.0, 2.0)
    flight_h, turnaround_h = np.array([0.5, 24.0, 700.0]), np.array([4.0, 0.0, 48.0])
    waits = weather_wait_h(birth_death_generator(row, 30.0), row, launchable, flight_h, turnaround_h)
    expected = [plain_wait_h(row, launchable, 30.0, f, t) for f, t in zip(flight_h, turnaround_h, strict=True)]
    np.testing.assert_allclose(waits, expected, rtol=1e-7)


def played_wait_h(
    row: np.ndarray,
    launchable: np.ndarray,
    recoverable: np.ndarray,
    *,
    flight_h: float,
    turnaround_h: float,
    window_h: float,
) -> float:
    """The same mean wait by playing: one long path of the chain, one craft that goes and comes by the rules."""
    generator, within = birth_death_generator(row, 30.0), np.maximum(launchable, recoverable)
    random = np.random.default_rng(7)
    jumps = 150_000
    leave_after, up, fit = random.exponential(size=jumps), random.uniform(size=jumps), random.uniform(size=jumps)
    sea = np.empty(jumps, dtype=int)
    stay_h = np.empty(jumps)
    at = int(np.flatnonzero(row)[0])
    for i in range(jumps):
        sea[i] = at
        stay_h[i] = leave_after[i] / -generator[at, at]
        rates = np.cumsum(np.where(np.arange(10) == at, 0.0, generator[at]))
        at = int(np.searchsorted(rates, up[i] * rates[-1], side="right"))
    start_h = np.concatenate([[0.0], np.cumsum(stay_h)])
    calm = fit < within[sea]

    def spells(fits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], fits, [False]]).astype(int)))
        return start_h[edges[::2]], start_h[edges[1::2]]

    launch_from, launch_to = spells(calm & (launchable[sea] > 0))
    long_enough = launch_to - launch_from >= window_h
    launch_from, launch_to = launch_from[long_enough], launch_to[long_enough] - window_h
    recover_from, recover_to = spells(calm & (recoverable[sea] > 0))
    now, waited, cycles = 0.0, 0.0, 0
    while now < start_h[-1] * 0.99:
        spell = np.searchsorted(launch_to, now, side="left")
        launch = max(now, launch_from[spell])
        back = launch + flight_h
        home = max(back, recover_from[np.searchsorted(recover_to, back, side="right")])
        waited, cycles, now = waited + launch - now + home - back, cycles + 1, home + turnaround_h
    return waited / cycles


@pytest.mark.parametrize(
    ("launch", "recover", "window_h"), [(3, 5, 0.0), (3, 3, 12.0), (4, 5, 30.0), (5, 3, 6.0), (9, 9, 8.0)]
)
def test_wait_by_playing(launch: int, recover: int, window_h: float) -> None:
    """Rougher seas at recovery than at launch or the other way round, and a launch that looks ahead."""
    row, wind_limit = normalised(ROUGH_WINTER), 24.0
    launchable = launchable_share(row, launch, wind_limit, 18.0, 2.0)
    recoverable = launchable_share(row, recover, wind_limit, 18.0, 2.0)
    wait = weather_wait_h(
        birth_death_generator(row, 30.0),
        row,
        launchable,
        np.array([36.0]),
        np.array([4.0]),
        recoverable=recoverable,
        window_h=window_h,
    )
    played = played_wait_h(row, launchable, recoverable, flight_h=36.0, turnaround_h=4.0, window_h=window_h)
    assert wait == pytest.approx([played], rel=0.04)


def test_a_window_that_no_spell_lasts_is_an_infinite_wait() -> None:
    row = normalised(ROUGH_WINTER)
    launchable = launchable_share(row, 2, 20.0, 18.0, 2.0)
    hours = np.array([5.0, 9.0]), np.array([1.0, 2.0])
    waits = weather_wait_h(birth_death_generator(row, 30.0), row, launchable, *hours, window_h=5000.0)
    np.testing.assert_array_equal(waits, [np.inf, np.inf])


def test_a_window_costs_nothing_where_the_weather_always_allows_a_launch() -> None:
    row = normalised(ROUGH_WINTER)
    hours = np.array([20.0]), np.array([4.0])
    recoverable = np.where(np.arange(10) <= 4, 1.0, 0.0)
    plain = weather_wait_h(birth_death_generator(row, 30.0), row, np.ones(10), *hours, recoverable=recoverable)
    windowed = weather_wait_h(
        birth_death_generator(row, 30.0), row, np.ones(10), *hours, recoverable=recoverable, window_h=48.0
    )
    np.testing.assert_array_equal(windowed, plain)
    assert plain > 0


def test_no_wait_where_every_class_allows_a_launch() -> None:
    row = normalised(ROUGH_WINTER)
    waits = weather_wait_h(
        birth_death_generator(row, 30.0), row, np.ones(10), np.array([5.0, 9.0]), np.array([1.0, 2.0])
    )
    np.testing.assert_array_equal(waits, [0.0, 0.0])


def test_no_launch_ever_is_an_infinite_wait() -> None:
    row = classes(c5=0.5, c6=0.5)
    launchable = launchable_share(row, 4, 30.0, 20.0, 2.0)
    waits = weather_wait_h(
        birth_death_generator(row, 30.0), row, launchable, np.array([5.0, 9.0]), np.array([1.0, 2.0])
    )
    np.testing.assert_array_equal(waits, [np.inf, np.inf])


def test_in_a_month_of_one_class_the_wind_holds() -> None:
    row = classes(c2=1.0)
    generator = birth_death_generator(row, 30.0)
    for launchable, wait in ((0.0, np.inf), (0.4, 0.0), (1.0, 0.0)):
        waits = weather_wait_h(generator, row, np.full(10, launchable), np.array([5.0]), np.array([1.0]))
        np.testing.assert_array_equal(waits, [wait])


def test_a_hair_of_wind_left_over_by_rounding_changes_nothing() -> None:
    row = normalised(ROUGH_WINTER)
    generator, hours = birth_death_generator(row, 30.0), (np.array([20.0]), np.array([4.0]))
    clean = np.where(np.arange(10) <= 4, 1.0, 0.0)
    hair = np.where(np.arange(10) == 5, 1e-16, clean)
    np.testing.assert_array_equal(
        weather_wait_h(generator, row, hair, *hours), weather_wait_h(generator, row, clean, *hours)
    )


def year() -> dict[str, np.ndarray]:
    rows = np.stack([normalised(np.roll(ROUGH_WINTER, -(m % 3)) + 1e-4 * (m % 2)) for m in range(12)])
    return {
        "sea_state": rows,
        "wind_scale": 10.0 + np.arange(12.0),
        "wind_k": 1.5 + 0.1 * np.arange(12.0),
        "days": np.array([31.0, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]),
        "sea_state_limit": np.array([3, 4, 6, 4, 9]),
        "wind_limit": np.array([18.0, 30.0, 25.0, 30.0, np.inf]),
        "feels_weather": np.array([True, True, True, False, True]),
    }


def test_strata_by_counting_quantiles() -> None:
    values = year()
    pieces = strata(**values)
    q = (np.arange(40_000) + 0.5) / 40_000
    counted: dict[tuple[int, ...], float] = {}
    for m in range(12):
        sea = np.searchsorted(np.cumsum(values["sea_state"][m]), q)[:, None]
        wind = wind_kn(q, values["wind_scale"][m], values["wind_k"][m])[:, None]
        sees = (sea <= values["sea_state_limit"]) & (wind <= values["wind_limit"]) | ~values["feels_weather"]
        signature = np.hstack([sees, (wind > 15).astype(int) + (wind > 25)])
        kinds, count = np.unique(signature, axis=0, return_counts=True)
        for kind, n in zip(kinds, count, strict=True):
            key = tuple(int(x) for x in kind)
            counted[key] = counted.get(key, 0.0) + n / q.size * values["days"][m] / 365
    found = {
        (*map(int, sees), int(band)): share
        for share, sees, band in zip(pieces.share, pieces.sees, pieces.wind_band, strict=True)
    }
    assert len(found) == pieces.share.size
    assert set(found) >= set(counted)
    for key, share in found.items():
        assert share == pytest.approx(counted.get(key, 0.0), abs=1e-4)


def test_strata_add_to_one_and_nothing_is_split_twice() -> None:
    pieces = strata(**year())
    assert pieces.share.sum() == pytest.approx(1.0, abs=1e-12)
    assert (pieces.share > 0).all()
    assert pieces.sees.shape == (pieces.share.size, 5)
    assert pieces.sees.dtype == np.bool_
    assert pieces.sees[:, 3].all()


def test_strata_of_a_fleet_that_feels_no_weather_are_the_wind_bands() -> None:
    values = year()
    pieces = strata(**{**values, "feels_weather": np.zeros(5, bool)})
    np.testing.assert_array_equal(pieces.wind_band, [0, 1, 2])
    below_15 = -np.expm1(-((15.0 / values["wind_scale"]) ** values["wind_k"])) @ values["days"] / 365
    assert pieces.share[0] == pytest.approx(below_15, abs=1e-12)


def test_months_weigh_by_their_days() -> None:
    values = year()
    values["sea_state"] = np.where(np.arange(12)[:, None] == 1, classes(c8=1.0), classes(c1=1.0))
    values["wind_limit"] = np.full(5, np.inf)
    pieces = strata(**values)
    assert pieces.share @ pieces.sees[:, 0] == pytest.approx(337 / 365, abs=1e-12)
