"""Measures against enumeration of every state of every station."""

from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad

from fleetcraft.physics.measures import (
    attainment,
    detection_share,
    erlang_loss,
    identification_share,
    layered_share,
    presence_share,
    revisit_h,
)

SHARE = np.array([0.5, 0.3, 0.2])
OCCUPANCY = np.array([[0.0, 0.7, 0.35], [0.9, 1.0, 0.1]])
STATIONS = np.array([2, 1, 3])
SEES = np.array([[True, True, True], [True, False, True], [False, False, True]])
COVERAGE = np.array([[0.4, 2.0, 0.05], [0.3, 0.0, 0.05], [0.0, 0.0, 0.01]])


def station_states(occupancy: np.ndarray) -> list[tuple[float, tuple[int, ...]]]:
    """Probability of each pattern of occupied stations, and the craft on station in each row."""
    rows = np.repeat(np.arange(STATIONS.size), STATIONS)
    states = []
    for pattern in product([0, 1], repeat=rows.size):
        on = np.array(pattern)
        chance = np.where(on, occupancy[rows], 1 - occupancy[rows]).prod()
        states.append((chance, tuple(np.bincount(rows, weights=on, minlength=STATIONS.size).astype(int))))
    return states


@pytest.mark.parametrize("craft", range(8))
def test_presence_enumerated(craft: int) -> None:
    expected = [
        sum(
            pi * chance
            for pi, sees in zip(SHARE, SEES, strict=True)
            for chance, on in station_states(future)
            if (np.array(on) * sees).sum() >= craft
        )
        for future in OCCUPANCY
    ]
    np.testing.assert_allclose(presence_share(SHARE, SEES, OCCUPANCY, STATIONS, craft), expected, rtol=0, atol=1e-14)


def test_detection_enumerated() -> None:
    expected = [
        sum(
            pi * chance * -np.expm1(-np.dot(on, coverage))
            for pi, coverage in zip(SHARE, COVERAGE, strict=True)
            for chance, on in station_states(future)
        )
        for future in OCCUPANCY
    ]
    np.testing.assert_allclose(detection_share(SHARE, COVERAGE, OCCUPANCY, STATIONS), expected, rtol=0, atol=1e-14)


MEMBERS = np.array([[True, False, True], [False, True, False]])


def test_layered_enumerated() -> None:
    expected = [
        sum(
            pi * chance
            for pi, sees in zip(SHARE, SEES, strict=True)
            for chance, on in station_states(future)
            if all((np.array(on) * sees)[domain].any() for domain in MEMBERS)
        )
        for future in OCCUPANCY
    ]
    np.testing.assert_allclose(layered_share(SHARE, SEES, OCCUPANCY, STATIONS, MEMBERS), expected, rtol=0, atol=1e-14)


def test_layers_of_one_domain_are_its_presence() -> None:
    alone = layered_share(SHARE, SEES, OCCUPANCY, STATIONS, np.ones((1, 3), dtype=bool))
    np.testing.assert_allclose(alone, presence_share(SHARE, SEES, OCCUPANCY, STATIONS, 1), rtol=0, atol=1e-15)


def test_a_domain_without_a_row_leaves_no_layers() -> None:
    nobody_of_one = np.vstack([MEMBERS, np.zeros((1, 3), dtype=bool)])
    np.testing.assert_array_equal(layered_share(SHARE, SEES, OCCUPANCY, STATIONS, nobody_of_one), [0.0, 0.0])


RATE = np.array([[0.2, 1.0, 0.02], [0.15, 0.0, 0.02], [0.0, 0.0, 0.01]])
IDENTIFIES = SEES & np.array([True, True, False])
BUSY = np.array([0.1, 0.3, 0.0])
SERVICE_H = np.array([0.5, 1.5, np.inf])


def loss_of_whole_servers(servers: int, load: float) -> float:
    """Erlang's recursion."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@pytest.mark.parametrize("load", [0.01, 0.5, 3.0, 20.0, 200.0, 900.0])
def test_erlangs_loss_is_his_recursion(load: float) -> None:
    servers = np.arange(60)
    expected = [loss_of_whole_servers(n, load) for n in servers.tolist()]
    np.testing.assert_allclose(erlang_loss(servers, load), expected, rtol=1e-4, atol=1e-12)


def by_integral(servers: float, load: float) -> float:
    """Fortet's integral: 1 / B = a int exp(-a t) (1 + t)^M dt."""
    integral, _ = quad(lambda t: np.exp(-load * t) * (1 + t) ** servers, 0, np.inf)
    return 1 / (load * integral)


@pytest.mark.parametrize("servers", [0.3, 1.5, 7.2])
@pytest.mark.parametrize("load", [0.5, 3.0, 20.0])
def test_erlangs_loss_between_whole_servers(servers: float, load: float) -> None:
    assert erlang_loss(servers, load) == pytest.approx(by_integral(servers, load), rel=1e-9)


def test_erlangs_loss_at_its_limits() -> None:
    np.testing.assert_allclose(
        erlang_loss([0, 0, 2, 0.5, 3], [0, 5, 0, 1e6, 1e5]), [1, 1, 0, 1 - 0.5e-6, 1 - 3e-5], rtol=1e-12
    )


def by_hand(future: np.ndarray, longest_h: float, contacts_per_h: float) -> float:
    """Stratum by stratum, over every state of every station: found by a free craft in time, and looked at."""
    total = 0.0
    for pi, rate, identifies in zip(SHARE, RATE, IDENTIFIES, strict=True):
        identifiers = (future * STATIONS)[identifies]
        if not identifiers.sum():
            continue
        service = np.average(SERVICE_H[identifies], weights=identifiers)
        free = station_states(future * (1 - BUSY))
        found, ever = (
            sum(chance * -np.expm1(-hours * np.dot(on, rate)) for chance, on in free)
            for hours in (max(longest_h - service, 0.0), 24.0)
        )
        load = contacts_per_h * ever * service
        anybody = 1 - np.prod((1 - future[identifies]) ** STATIONS[identifies])
        finds = future * (1 - BUSY) * STATIONS * rate
        own = finds[identifies].sum() / finds.sum() if finds.sum() else 0.0
        looked_at = own + (1 - own) * anybody * (1 - by_integral(identifiers.sum() / anybody, load))
        total += pi * found * min(looked_at, identifiers.sum() / load)
    return total


@pytest.mark.parametrize("contacts_per_h", [0.5, 4.0, 40.0])
@pytest.mark.parametrize("longest_h", [0.4, 1.0, 4.0])
def test_identification_enumerated(longest_h: float, contacts_per_h: float) -> None:
    values = identification_share(
        SHARE, RATE, IDENTIFIES, OCCUPANCY, BUSY, STATIONS, SERVICE_H, longest_h, 24.0, contacts_per_h
    )
    expected = [by_hand(future, longest_h, contacts_per_h) for future in OCCUPANCY]
    np.testing.assert_allclose(values, expected, rtol=1e-8, atol=1e-12)


def looked_at(contacts_per_h: float, service_h: float, longest_h: float) -> float:
    """One craft always there that finds at 0.5 an hour what stays for 24 h, and another that looks at it."""
    value = identification_share(
        share=np.ones(1),
        rate_per_h=np.array([[0.5, 0.0]]),
        identifies=np.array([[False, True]]),
        occupancy=np.ones(2),
        busy=np.zeros(2),
        stations=np.ones(2, dtype=np.int64),
        service_h=np.array([np.inf, service_h]),
        longest_h=longest_h,
        present_h=24.0,
        contacts_per_h=contacts_per_h,
    )
    return float(value)


def test_identification_is_what_is_found_in_time_and_not_lost() -> None:
    found, ever = 1 - np.exp(-0.5 * (4 - 2)), 1 - np.exp(-0.5 * 24)
    assert looked_at(1e-9, 2.0, 4.0) == pytest.approx(found)
    assert looked_at(2.5, 2.0, 4.0) == pytest.approx(found / (1 + 2.5 * 2.0 * ever))  # B(1, a) = a / (1 + a)
    assert looked_at(2.5, 2.0, 1.9) == 0.0


def test_who_finds_and_identifies_is_free_to_look() -> None:
    """A lone craft that is there half of the time and busy a fifth of that looks at all it finds, hours permitting."""
    lone = (np.ones(1), np.full((1, 1), 0.5), np.ones((1, 1), dtype=bool), np.array([0.5]), np.array([0.2]))
    rest = (np.ones(1, dtype=np.int64), np.array([2.0]), 4.0, 24.0)
    found, ever = (0.5 * 0.8 * -np.expm1(-0.5 * hours) for hours in (4 - 2, 24))
    assert identification_share(*lone, *rest, 1e-9) == pytest.approx(found)
    assert identification_share(*lone, *rest, 5.0) == pytest.approx(found * 0.5 / (5.0 * ever * 2.0))


def test_an_identifier_that_is_seldom_there_looks_at_little() -> None:
    """However few contacts come, none is looked at while nobody is on station who could."""
    pair = (np.ones(1), np.array([[0.5, 0.0]]), np.array([[False, True]]), np.array([1.0, 0.2]), np.zeros(2))
    value = identification_share(*pair, np.ones(2, dtype=np.int64), np.array([np.inf, 2.0]), 4.0, 24.0, 1e-9)
    assert value == pytest.approx(0.2 * -np.expm1(-0.5 * 2))


def test_identification_by_playing() -> None:
    """Contacts come, are found, and are looked at where the craft is free, event by event."""
    generator = np.random.default_rng(5)
    contacts_per_h, service_h, longest_h, hours = 1.2, 0.8, 4.0, 60_000.0
    arrival = np.sort(generator.uniform(0, hours, generator.poisson(contacts_per_h * hours)))
    found = arrival + generator.exponential(2.0, arrival.size)
    free_from, identified = 0.0, 0
    for i in np.argsort(found):
        if found[i] - arrival[i] < 24 and found[i] >= free_from:
            free_from = found[i] + service_h
            identified += free_from - arrival[i] <= longest_h
    assert looked_at(contacts_per_h, service_h, longest_h) == pytest.approx(identified / arrival.size, rel=0.01)


def test_identifiers_alone_find_nothing_and_finders_alone_identify_nothing() -> None:
    arguments = OCCUPANCY, BUSY, STATIONS, SERVICE_H, 4.0, 24.0, 0.5
    blind = identification_share(SHARE, np.zeros((3, 3)), IDENTIFIES, *arguments)
    mute = identification_share(SHARE, RATE, np.zeros((3, 3), dtype=bool), *arguments)
    np.testing.assert_array_equal([blind, mute], np.zeros((2, 2)))


def test_leading_axes_are_kept() -> None:
    occupancy = np.linspace(0, 1, 4 * 5 * 3).reshape(4, 5, 3)
    for law, weather in ((presence_share, SEES), (detection_share, COVERAGE)):
        extra = (2,) if law is presence_share else ()
        table = law(SHARE, weather, occupancy, STATIONS, *extra)
        assert table.shape == (4, 5)
        assert table[3, 2] == pytest.approx(float(law(SHARE, weather, occupancy[3, 2], STATIONS, *extra)), abs=1e-15)


def test_nobody_there() -> None:
    nobody = np.zeros((2, 0)), np.zeros(0, dtype=np.int64)
    np.testing.assert_array_equal(detection_share(SHARE, np.zeros((3, 0)), *nobody), [0.0, 0.0])
    np.testing.assert_array_equal(presence_share(SHARE, np.zeros((3, 0), bool), *nobody, 1), [0.0, 0.0])
    np.testing.assert_array_equal(presence_share(SHARE, np.zeros((3, 0), bool), *nobody, 0), [1.0, 1.0])
    np.testing.assert_array_equal(presence_share(SHARE, SEES, np.zeros((2, 3)), STATIONS, 1), [0.0, 0.0])
    no_rows = np.zeros((3, 0), dtype=bool)
    np.testing.assert_array_equal(layered_share(SHARE, no_rows, *nobody, np.zeros((2, 0), dtype=bool)), [0.0, 0.0])
    looking = identification_share(
        SHARE, np.zeros((3, 0)), no_rows, nobody[0], np.zeros(0), nobody[1], np.zeros(0), 4, 24, 1
    )
    np.testing.assert_array_equal(looking, [0.0, 0.0])


def test_stations_always_occupied_by_a_perfect_sensor_find_all() -> None:
    always = np.ones(3)
    assert detection_share(SHARE, np.full((3, 3), np.inf), always, STATIONS) == 1.0
    assert presence_share(SHARE, np.ones((3, 3), bool), always, STATIONS, 6) == 1.0
    assert presence_share(SHARE, np.ones((3, 3), bool), always, STATIONS, 7) == 0.0


def test_arguments_are_left_alone() -> None:
    occupancy = OCCUPANCY.copy()
    presence_share(SHARE, SEES, occupancy, STATIONS, 2)
    detection_share(SHARE, COVERAGE, occupancy, STATIONS)
    np.testing.assert_array_equal(occupancy, OCCUPANCY)


def test_revisit_is_the_mean_gap_within_the_window() -> None:
    np.testing.assert_array_equal(revisit_h(np.array([0.0, 1e-9, 0.02, 4.0]), 8760.0), [8760.0, 8760.0, 50.0, 0.25])


def test_attainment() -> None:
    value = np.array([0.0, 0.2, 0.4, 0.9])
    np.testing.assert_allclose(attainment(value, 0.4, False), [0.0, 0.5, 1.0, 1.0])
    hours = np.array([0.0, 24.0, 48.0, 96.0, 8760.0])
    np.testing.assert_allclose(attainment(hours, 48.0, True), [1.0, 1.0, 1.0, 0.5, 48 / 8760])


def test_attainment_of_many_requirements_at_once() -> None:
    value = np.array([[0.4, 60.0, np.nan], [0.8, 30.0, 0.1]])
    met = attainment(value, np.array([0.8, 48.0, 0.2]), np.array([False, True, False]))
    np.testing.assert_allclose(met, [[0.5, 0.8, np.nan], [1.0, 1.0, 0.5]])
