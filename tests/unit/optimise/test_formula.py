"""The planned values against every pattern of occupied stations, counted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import integrate

from builders import a_year, make_scenario
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise.corrections import Corrections, no_corrections
from fleetcraft.optimise.formula import (
    Rows,
    allocation_of,
    ceilings,
    expected_craft,
    plan_rows,
    planned_values,
    timely_shares,
)
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.requirement import Requirement
from unit.fleet.theatres import futures_of, theatre_of

REEF = [[[-92.0, 3.0], [-91.0, 3.0], [-91.0, 4.0], [-92.0, 4.0], [-92.0, 3.0]]]
ROUGH = {"p_ss3": 0.5, "p_ss5": 0.25, "p_ss2": 0.05, "p_ss1": 0.05, "p_ss4": 0.15, "mean_wind_kn": 16}
BAY: dict[str, Any] = {"area": "bay", "target": "small_craft"}
REQUIREMENTS: list[dict[str, Any]] = [
    {**BAY, "measure": "detection", "within_h": 4, "at_least": 0.5},
    {**BAY, "measure": "detection", "within_h": 40, "at_least": 0.5},
    {"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.8},
    {"area": "bay", "measure": "presence", "domain": "air", "craft": 2, "at_least": 0.8},
    {"area": "bay", "measure": "presence", "domain": "surface", "craft": 1, "at_least": 0.8},
    {**BAY, "measure": "revisit", "at_most": 48},
    {"area": "reef", "target": "small_craft", "measure": "detection", "within_h": 4, "at_least": 0.5},
    {"area": "reef", "target": "small_craft", "measure": "revisit", "at_most": 48},
    {"area": "bay", "measure": "layered", "domains": ["surface", "air"], "at_least": 0.8},
    {**BAY, "measure": "identification", "within_h": 4, "at_least": 0.3},
    {**BAY, "measure": "identification", "within_h": 40, "at_least": 0.3},
    {"area": "reef", "measure": "layered", "domains": ["surface", "air"], "at_least": 0.8},
]
NEVER = [0, 0, 0, 0, 0, 8760, 0, 8760, 0, 0, 0, 0]
"""What nobody there is worth."""
PLAN = Plan(
    orders=(Order("drone", "2026Q1", 6), Order("boat", "2026Q1", 2), Order("kite", "2026Q1", 1)),
    allocation=(
        Allocation("drone", "baltra", "bay", 3, None),
        Allocation("drone", "ayora", "bay", 2, 1),
        Allocation("drone", "baltra", "reef", 1, None),
        Allocation("boat", "baltra", "bay", 2, None),
        Allocation("kite", "ayora", "bay", 1, None),
    ),
)


@cache
def theatre() -> Theatre:
    """A drone and a kite that bear different weather, a boat; two bases; weather in the bay and the reef."""
    shared = {"loss_per_100k_h": 0, "production_rate_per_year": 1000, "max_sea_state_launch": 6}
    scenario = make_scenario(
        platforms=[
            {**shared, "max_sea_state_operate": 4, "max_wind_kn": 40, "identifies": "small_craft"},
            {**shared, "id": "kite", "max_sea_state_operate": 9, "max_wind_kn": 20, "sweep_width_nm_small_craft": 20},
            {
                **shared,
                "identifies": "small_craft;surface_vessel",
                "id": "boat",
                "domain": "surface",
                "cruise_speed_kn": 30,
                "max_speed_kn": 45,
                "max_sea_state_operate": 3,
            },
        ],
        places=[{}, {"id": "ayora", "name": "Ayora"}],
        areas=[{}, {"id": "reef", "name": "Reef", "coordinates": REEF}],
        environment=[{**row, **ROUGH} for row in a_year("bay", "reef")],
        requirements=REQUIREMENTS,
        targets={"small_craft": {"dwell_h": 0.5, "background_per_target": 4}},
    )
    return theatre_of(scenario, distance_nm=[[100, 200], [60, 250]], area_nm2=[3600, 2000])


@cache
def learnt() -> Corrections:
    """Corrections that differ for every pair and requirement."""
    t = theatre()
    return replace(
        no_corrections(t),
        kappa=np.linspace(0.5, 1.1, len(t.pairs)),
        rho=np.linspace(0.7, 1.1, len(t.scenario.requirements)),
        busy=np.linspace(0.0, 0.6, len(t.pairs)),
    )


@dataclass(frozen=True)
class Station:
    """One place of a row: its platform, and how likely it is occupied, and occupied by a craft that is not busy."""

    platform: int
    occupied: float
    free: float


def stations_of(area: str, craft: list[float], corrections: Corrections) -> list[Station]:
    t = theatre()
    assert PLAN.allocation is not None
    stations = []
    for row, usable in zip(PLAN.allocation, craft, strict=True):
        n = t.pair_index[row.platform, row.base, row.area]
        wanted = row.stations if row.stations is not None else int(np.ceil(row.craft * t.pairs.duty[n] - 1e-9))
        occupied = min(1.0, usable * t.pairs.duty[n] * corrections.kappa[n] / wanted)
        if row.area == area:
            free = occupied * (1 - corrections.busy[n])
            stations += [Station(t.scenario.platform_index[row.platform], occupied, free)] * wanted
    return stations


def patterns(stations: list[Station], sees: np.ndarray) -> Iterator[tuple[float, list[int]]]:
    """Probability of each pattern of stations held by craft that are not busy, and the platforms then watching."""
    for pattern in product([False, True], repeat=len(stations)):
        chance = np.prod([s.free if on else 1 - s.free for on, s in zip(pattern, stations, strict=True)])
        yield float(chance), [s.platform for on, s in zip(pattern, stations, strict=True) if on and sees[s.platform]]


def found_and_lost(
    stations: list[Station], sees: np.ndarray, rate: np.ndarray, longest_h: float
) -> tuple[float, float]:
    """What is found in the time that a mean look leaves, and what finds no identifier free (Erlang, by integral)."""
    speed, looks = {0: 110.0, 2: 45.0}, [s for s in stations if s.platform in (0, 2) and sees[s.platform]]
    number = sum(s.occupied for s in looks)
    if number == 0:
        return 0.0, 1.0
    service = sum(s.occupied * (0.52 * 60 / speed[s.platform] + 0.5) for s in looks) / number
    found, ever = (
        sum(chance * (1 - np.exp(-hours * rate[there].sum())) for chance, there in patterns(stations, sees))
        for hours in (max(longest_h - service, 0.0), 24.0)
    )
    load = 12 / 24 * 5 * ever * service
    anybody = 1 - float(np.prod([1 - s.occupied for s in looks]))
    kept, _ = integrate.quad(lambda t: load * np.exp(-load * t) * (1 + t) ** (number / anybody), 0, np.inf)
    finds = [s.free * rate[s.platform] * sees[s.platform] for s in stations]
    own = sum(f for f, s in zip(finds, stations, strict=True) if s in looks) / sum(finds)
    return float(found), 1 - min(own + (1 - own) * anybody * (1 - 1 / kept), number / load)


def by_patterns(requirement: Requirement, craft: list[float], corrections: Corrections) -> float:
    """The value from every pattern of occupied stations in every piece of weather, the model's own definition."""
    t = theatre()
    area = t.scenario.area_index[requirement.area]
    strata = t.strata[area]
    stations = stations_of(requirement.area, craft, corrections)
    assert len(stations) > 0
    domains = [p.domain for p in t.scenario.platforms]
    looks, total = 0.0, 0.0
    for share, sees, band in zip(strata.share, strata.sees, strata.wind_band, strict=True):
        rate = t.detection_rate_per_h(area, "small_craft")[:, band]
        tau = min(requirement.within_h or 0.0, 24.0)
        if requirement.measure == "identification":
            found, lost = found_and_lost(stations, sees, rate, tau)
            total += share * found * (1 - lost)
            continue
        for chance, watching in patterns(stations, sees):
            there = [domains[p] for p in watching]
            if requirement.measure == "presence":
                total += share * chance * (there.count(requirement.domain or "air") >= (requirement.craft or 0))
            elif requirement.measure == "layered":
                total += share * chance * (set(requirement.domains or ()) <= set(there))
            elif requirement.measure == "detection":
                total += share * chance * (1 - np.exp(-rate[watching].sum() * tau))
            else:
                looks += share * chance * sum(t.look_rate_per_h(area, "small_craft")[p, band] for p in watching)
    return 1 / looks if requirement.measure == "revisit" else total


@pytest.mark.parametrize("index", range(len(REQUIREMENTS)))
def test_planned_values_count_every_pattern_of_stations(index: int) -> None:
    t = theatre()
    planned = planned_values(t, PLAN, deliver(t.scenario, PLAN, futures_of(t.scenario)), learnt())
    requirement = t.scenario.requirements[index]
    expected = by_patterns(requirement, [3, 2, 1, 2, 1], learnt()) * learnt().rho[index]
    assert planned[0, index] == pytest.approx(expected, rel=1e-9)


def test_weather_and_kinds_of_craft_matter_in_the_case_counted() -> None:
    """The cases above are worth counting: several pieces of weather, different eyes, no value at its limit."""
    t = theatre()
    assert len(t.strata[0].share) >= 5
    assert len({tuple(column) for column in t.strata[0].sees.T}) == 3
    planned = planned_values(t, PLAN, deliver(t.scenario, PLAN, futures_of(t.scenario)), no_corrections(t))
    shares = planned[0, [0, 1, 2, 3, 4, 8, 9, 10]]
    assert (shares > 0.02).all()
    assert (shares < 0.98).all()
    stations, strata = stations_of("bay", [3, 2, 1, 2, 1], learnt()), t.strata[0]
    rates = t.detection_rate_per_h(0, "small_craft").T[strata.wind_band]
    lost = [found_and_lost(stations, sees, rate, 4.0)[1] for sees, rate in zip(strata.sees, rates, strict=True)]
    assert 0.15 < min(lost) < 0.9  # some looks are had, some are not


def test_only_craft_usable_when_the_window_opens_count() -> None:
    """One future delivers all in time, one the boats too late, one nothing: the kite's maker is barred in it."""
    t = theatre()
    late = t.scenario.calendar.window_start_h / 730.5 + 1
    futures = futures_of(
        t.scenario, lead_months=[[9, 9, 9], [9, 9, late], [late, late, late]], count=3, embargo_h=np.inf
    )
    planned = planned_values(t, PLAN, deliver(t.scenario, PLAN, futures), no_corrections(t))
    for index, requirement in enumerate(t.scenario.requirements):
        for future, craft in enumerate([[3, 2, 1, 2, 1], [3, 2, 1, 0, 1]]):
            assert planned[future, index] == pytest.approx(by_patterns(requirement, craft, no_corrections(t)))
    np.testing.assert_array_equal(planned[2], NEVER)


def test_partial_deliveries_fill_rows_pro_rata() -> None:
    """Of six drones for rows of 3, 2 and 1, the first four in the queue go 3:2, 2:2 ... by the rule of model.md 1."""
    t = theatre()
    monthly = 12 / 1000 * 730.5
    window = t.scenario.calendar.window_start_h
    embargo = np.where(np.arange(3) == 0, 9 * 730.5 + 3.5 * monthly, np.inf)
    deliveries = deliver(t.scenario, PLAN, futures_of(t.scenario, embargo_h=embargo))
    assert deliveries.usable_by(window)[0].tolist() == [True] * 4 + [False] * 2 + [True] * 3
    assert PLAN.allocation is not None
    craft = expected_craft(t, plan_rows(t, PLAN.allocation), deliveries)
    # keys 1/6 1/4 1/2 1/2 of baltra-bay, ayora-bay, then the tie of baltra-bay and baltra-reef by area
    np.testing.assert_allclose(craft, [[2, 1, 1, 2, 1]])


def test_timely_is_what_is_found_in_time_of_all_that_is_found() -> None:
    t = theatre()
    deliveries = deliver(t.scenario, PLAN, futures_of(t.scenario))
    found = timely_shares(t, PLAN, deliveries, learnt())
    stations, strata = stations_of("bay", [3, 2, 1, 2, 1], learnt()), t.strata[0]
    rates = t.detection_rate_per_h(0, "small_craft").T[strata.wind_band]

    def share(hours: float) -> float:
        return sum(
            pi * chance * (1 - np.exp(-hours * rate[there].sum()))
            for pi, sees, rate in zip(strata.share, strata.sees, rates, strict=True)
            for chance, there in patterns(stations, sees)
        )

    look_h = 0.52 * 60 / 110 + 0.5
    expected = np.ones(len(REQUIREMENTS))
    expected[[9, 10]] = [share(4 - look_h) / share(24), share(24 - look_h) / share(24)]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    nothing = Plan((), ())
    none = timely_shares(t, nothing, deliver(t.scenario, nothing, futures_of(t.scenario)), learnt())
    np.testing.assert_array_equal(none, np.ones(len(REQUIREMENTS)))


def test_corrections_never_lift_a_value_over_its_limit() -> None:
    t = theatre()
    lifted = replace(no_corrections(t), rho=np.full(len(REQUIREMENTS), 1e6))
    planned = planned_values(t, PLAN, deliver(t.scenario, PLAN, futures_of(t.scenario)), lifted)
    np.testing.assert_array_equal(planned, [[1, 1, 1, 1, 1, 8760, 1, 8760, 1, 1, 1, 0]])


def test_an_area_never_looked_at_stays_so_whatever_the_correction() -> None:
    t = theatre()
    nothing = Plan((), ())
    lowered = replace(no_corrections(t), rho=np.full(len(REQUIREMENTS), 0.5))
    planned = planned_values(t, nothing, deliver(t.scenario, nothing, futures_of(t.scenario, count=2)), lowered)
    np.testing.assert_array_equal(planned, [NEVER] * 2)


# Losses


def test_losses_thin_the_fleet_over_the_window() -> None:
    """The share not lost, averaged over the window, of a craft that has worked since it became usable."""
    scenario = make_scenario(platforms=[{"loss_per_100k_h": 40}])
    t = theatre_of(scenario)
    plan = Plan((Order("drone", "2026Q1", 2),), (Allocation("drone", "baltra", "bay", 2, None),))
    deliveries = deliver(scenario, plan, futures_of(scenario, lead_months=9))
    assert plan.allocation is not None
    found = expected_craft(t, plan_rows(t, plan.allocation), deliveries)[0, 0]
    hours_per_h = float(t.pairs.operating_h_per_h[0])
    window = scenario.calendar.window_start_h
    expected = 0.0
    for usable in deliveries.usable_h[0]:
        lasting, _ = integrate.quad(lambda h, u=usable: np.exp(-40e-5 * hours_per_h * (window + h - u)), 0, 8760)
        expected += lasting / 8760
    assert found == pytest.approx(expected, rel=1e-9)
    assert 0.3 < found < 0.9


def test_a_lost_craft_is_replaced() -> None:
    """Half a year after its loss another takes its place: the mean of the window, played many times."""
    classes = {"aircraft": {"replacement_months": 6}}
    scenario = make_scenario(platforms=[{"loss_per_100k_h": 60}], operations={"classes": classes})
    t = theatre_of(scenario)
    plan = Plan((Order("drone", "2026Q1", 1),), (Allocation("drone", "baltra", "bay", 1, None),))
    deliveries = deliver(scenario, plan, futures_of(scenario, lead_months=9))
    assert plan.allocation is not None
    found = expected_craft(t, plan_rows(t, plan.allocation), deliveries)[0, 0]
    random = np.random.default_rng(2)
    opens = scenario.calendar.window_start_h
    start, there_h = np.full(40_000, deliveries.usable_h[0, 0]), np.zeros(40_000)
    while (start < opens + 8760).any():
        end = start + random.exponential(1 / (60e-5 * t.pairs.operating_h_per_h[0]), len(start))
        there_h += np.clip(np.minimum(end, opens + 8760) - np.maximum(start, opens), 0, None)
        start = end + 6 * 730.5
    share = there_h / 8760
    assert abs(found - share.mean()) < 4 * share.std() / 200
    assert 0.3 < found < 0.95


def test_a_grounded_type_is_missed_for_its_share_of_the_window() -> None:
    t = theatre()
    start = t.scenario.calendar.window_start_h
    drone, boat = t.scenario.platform_index["drone"], t.scenario.platform_index["boat"]
    grounded = [(1, drone, start, start + 0.25 * 8760), (2, boat, start - 500, start + 9000)]
    deliveries = deliver(t.scenario, PLAN, futures_of(t.scenario, grounded_h=grounded, count=3))
    assert PLAN.allocation is not None
    craft = expected_craft(t, plan_rows(t, PLAN.allocation), deliveries)
    np.testing.assert_allclose(craft, [[3, 2, 1, 2, 1], [2.25, 1.5, 0.75, 2, 1], [3, 2, 1, 0, 1]])


# Rows and allocations


def test_stations_left_open_are_as_many_as_the_craft_can_keep() -> None:
    t = theatre()
    assert PLAN.allocation is not None
    rows = plan_rows(t, PLAN.allocation)
    assert isinstance(rows, Rows)
    duty = t.pairs.duty[rows.pair]
    np.testing.assert_array_equal(rows.craft, [3, 2, 1, 2, 1])
    np.testing.assert_array_equal(rows.stations, [np.ceil(3 * duty[0]), 1, 1, np.ceil(2 * duty[3]), 1])


def test_rows_are_written_in_the_order_of_ids_without_empty_ones() -> None:
    t = theatre()
    keys = sorted(t.pair_index, reverse=True)
    pair = np.array([t.pair_index[key] for key in keys])
    craft = np.arange(len(keys))
    rows = allocation_of(t, pair, craft)
    assert [(r.platform, r.base, r.area) for r in rows] == sorted(keys[1:])
    assert {(r.platform, r.base, r.area): r.craft for r in rows} == dict(zip(keys[1:], craft[1:].tolist(), strict=True))
    np.testing.assert_array_equal(plan_rows(t, rows).stations, [r.stations for r in rows])


def test_a_row_that_cannot_be_flown_is_refused() -> None:
    with pytest.raises(KeyError):
        plan_rows(theatre(), [Allocation("drone", "baltra", "nowhere", 1, None)])


# Ceilings


def test_ceilings_are_what_ever_more_craft_approach() -> None:
    t = theatre()
    many = 400
    rows = tuple(Allocation(*key, many, many) for key in sorted(t.pair_index))
    orders = tuple(Order(p.id, "2026Q1", many * 4) for p in t.scenario.platforms)
    fast = futures_of(t.scenario, lead_months=0)
    plan = Plan(orders, rows)
    planned = planned_values(
        t, plan, deliver(t.scenario, plan, fast), replace(no_corrections(t), kappa=np.full(len(t.pairs), 1e9))
    )[0]
    ceiling = ceilings(t)
    revisit = np.array([r.measure == "revisit" for r in t.scenario.requirements])
    np.testing.assert_allclose(planned[~revisit], ceiling[~revisit], atol=1e-9)
    assert (ceiling[revisit] == 0).all()
    assert (planned[revisit] < 0.05).all()
    assert (ceiling[[2, 3, 4]] < 0.99).all()


def test_the_ceiling_of_what_nobody_can_do_is_nothing() -> None:
    scenario = make_scenario(
        requirements=[
            {**BAY, "measure": "detection", "within_h": 4, "at_least": 0.5},
            {**BAY, "measure": "revisit", "at_most": 48},
            {"area": "bay", "measure": "presence", "domain": "underwater", "craft": 1, "at_least": 0.8},
            {"area": "bay", "measure": "layered", "domains": ["air", "underwater"], "at_least": 0.8},
            {**BAY, "measure": "identification", "within_h": 4, "at_least": 0.3},
        ],
        targets={"small_craft": {"dwell_h": 0.5}},
    )
    np.testing.assert_array_equal(ceilings(theatre_of(scenario, distance_nm=600)), [0, 8760, 0, 0, 0])
    np.testing.assert_array_equal(ceilings(theatre_of(scenario)), [1, 0, 0, 0, 0])


def test_a_look_that_takes_longer_than_allowed_identifies_nothing() -> None:
    demand = [{**BAY, "measure": "identification", "within_h": hours, "at_least": 0.3} for hours in (0.7, 0.8)]
    scenario = make_scenario(
        platforms=[{"identifies": "small_craft"}],
        requirements=demand,
        targets={"small_craft": {"dwell_h": 0.5}},
    )
    np.testing.assert_array_equal(ceilings(theatre_of(scenario)), [0, 1])  # 0.52 x 60 nm at 110 kn, and half an hour
