"""What holds of every simulation, whatever the mission."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetcraft.physics import weather
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.simulate.mission import Mission, MissionWeather
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.reassign import Reassignment, fixed, greedy
from fleetcraft.simulate.rows import MissionRow
from unit.simulate.missions import (
    YEAR_H,
    craft_of,
    detection,
    identification,
    layered,
    mission,
    played,
    presence,
    revisit,
    row,
    simulate,
)

AREAS = ("bay", "strait")
RATES = {("detection", "boat"): (0.07, 0.05, 0.02), ("revisit", "boat"): (0.03, 0.03, 0.03)}
SEA = np.tile(np.array([0.0, 0.1, 0.3, 0.3, 0.2, 0.1, 0.0, 0.0, 0.0, 0.0]), (12, 1))
CLIMATE = MissionWeather(
    SEA,
    np.tile(weather.birth_death_generator(SEA[0], 20.0), (12, 1, 1)),
    np.full(12, 14.0),
    np.full(12, 2.0),
)
DEMANDS = (
    presence(1, area="bay"),
    presence(2, area="bay", domain="surface"),
    detection(4.0, area="bay"),
    detection(12.0, area="strait"),
    identification(6.0, area="bay"),
    identification(9.0, area="strait"),
    layered("air", "surface", area="strait"),
    revisit(area="strait"),
)
BOAT = TargetClass(
    swept_as="small_craft", speed_kn=20.0, arrivals_per_day=6.0, hours_present=20.0, background_per_target=1.5
)
HAND_OVER_H = {(one, other): 0.0 if one == other else 1.1 for one in "abc" for other in "abc"} | {
    ("a", "b"): 0.2,
    ("b", "a"): 0.2,
}
GROUNDED = {"a": [(2500.0, 2800.0), (9000.0, 9100.0)], "c": [(1900.0, 2100.0)]}


@st.composite
def rows(draw: st.DrawFn) -> list[MissionRow]:
    """Up to five rows of up to three platforms, no two alike."""
    pairs = draw(
        st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(AREAS)), min_size=1, max_size=5, unique=True)
    )
    made = []
    for i, (platform, area) in enumerate(pairs):
        craft = draw(st.integers(1, 3))
        made.append(
            row(
                platform=platform,
                area=area,
                domain="surface" if platform == "b" else "air",
                numbers=tuple(range(10 * i, 10 * i + craft)),
                stations=draw(st.integers(1, 2)),
                transit_h=draw(st.sampled_from([0.7, 2.3, 6.1])),
                station_h=draw(st.sampled_from([3.9, 17.7, 90.3])),
                turnaround_h=draw(st.sampled_from([0.0, 3.3])),
                mean_h_to_failure=draw(st.sampled_from([21.0, 300.0, np.inf])),
                mean_repair_h=17.0,
                mean_h_to_loss=draw(st.sampled_from([3000.0, np.inf])),
                maintenance_interval_h=draw(st.sampled_from([100.0, np.inf])),
                maintenance_h=20.0,
                utilisation_h_per_year=draw(st.sampled_from([2000.0, YEAR_H])),
                launch_sea_state=draw(st.sampled_from([3, 4])),
                recover_sea_state=draw(st.sampled_from([None, 2, 5])),
                weather_window_h=draw(st.sampled_from([0.0, 11.0])),
                replacement_h=draw(st.sampled_from([700.0, np.inf])),
                service_h=draw(st.sampled_from([{}, {"boat": 0.9}, {"boat": 2.1}])),
                operate_wind_kn=draw(st.sampled_from([20.0, 30.0])),
                rate_per_h=RATES,
            )
        )
    return made


def whole(made: list[MissionRow], demands: tuple[Requirement, ...] = DEMANDS, policy: Reassignment = greedy) -> Mission:
    """A mission in which everything can happen."""
    return mission(
        made,
        *demands,
        targets={"boat": BOAT},
        hand_over_h=HAND_OVER_H,
        donors=policy(made, demands),
        weather=dict.fromkeys(AREAS, CLIMATE),
        repair_crews={("port", "air"): 1},
        months=tuple((730.0 * i, i % 12) for i in range(20)),
    )


def same_bytes(one: Outcome, other: Outcome) -> bool:
    arrays = [f.name for f in fields(Outcome) if f.name not in ("requirements", "rows")]
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in arrays)


HOURS = ("station_h", "seeing_h", "busy_h", "usable_h", "grounded_h", "operating_h", "down_h", "losses")


@settings(max_examples=25, deadline=None)
@given(rows(), st.randoms(use_true_random=False), st.integers(0, 2**32))
def test_the_order_of_statement_changes_nothing(made, random, seed):
    """Rows, craft within rows and requirements permuted: the same bits, permuted."""
    stated = whole(made)
    usable = {(r.platform, n): random.uniform(0, 2000) for r in made for n in r.numbers}
    moments = [usable[r.platform, n] for r in made for n in r.numbers]
    first = simulate(stated, 2, usable_h=moments, seed=seed, grounded=GROUNDED)

    order = random.sample(range(len(made)), len(made))
    demands = random.sample(range(len(DEMANDS)), len(DEMANDS))
    shuffled = [replace(made[i], numbers=tuple(random.sample(made[i].numbers, len(made[i].numbers)))) for i in order]
    asked = tuple(DEMANDS[i] for i in demands)
    other = replace(
        stated,
        rows=tuple(shuffled),
        requirements=asked,
        donors=greedy(shuffled, asked),
        weather=dict(reversed(stated.weather.items())),
    )
    moments = [usable[r.platform, n] for r in shuffled for n in r.numbers]
    second = simulate(other, 2, usable_h=moments, seed=seed, grounded=dict(reversed(GROUNDED.items())))
    assert np.array_equal(second.value, first.value[:, demands], equal_nan=True)
    assert np.array_equal(second.expected, first.expected[:, demands], equal_nan=True)
    for name in HOURS:
        assert (getattr(second, f"row_{name}") == getattr(first, f"row_{name}")[:, order]).all()


@settings(max_examples=10, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_the_same_bytes_on_any_number_of_threads(made, seed):
    outcomes = [simulate(whole(made), 17, seed=seed, threads=threads, grounded=GROUNDED) for threads in (1, 2, 8)]
    assert same_bytes(outcomes[0], outcomes[1])
    assert same_bytes(outcomes[0], outcomes[2])


@settings(max_examples=10, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_more_replications_keep_the_first_ones(made, seed):
    few, many = simulate(whole(made), 2, seed=seed), simulate(whole(made), 5, seed=seed)
    assert few.value.tobytes() == many.value[:2].tobytes()


@settings(max_examples=10, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_another_seed_gives_another_year(made, seed):
    stated = whole(made)
    assert not same_bytes(simulate(stated, 1, seed=seed), simulate(stated, 1, seed=seed + 1))
    two_years = simulate(stated, 2, seed=seed)
    assert two_years.value[0].tobytes() != two_years.value[1].tobytes()


@settings(max_examples=25, deadline=None)
@given(rows(), st.integers(0, 2**32), st.sampled_from([fixed, greedy]))
def test_hours_add_up(made, seed, policy):
    """Every hour of every craft is accounted for, and presence adds up to the hours spent searching."""
    ladder = [presence(k, area=area, domain=d) for area in AREAS for d in ("air", "surface") for k in range(1, 13)]
    stated = replace(whole(made, policy=policy), requirements=(*ladder, *DEMANDS[4:6]))
    outcome = simulate(stated, 2, seed=seed, grounded=GROUNDED)
    craft = np.array([len(r.numbers) for r in made])
    assert (outcome.row_busy_h <= outcome.row_seeing_h * (1 + 1e-12)).all()
    assert (outcome.row_seeing_h <= outcome.row_station_h * (1 + 1e-12)).all()
    assert (outcome.row_station_h <= outcome.row_operating_h + 1e-6).all()
    assert (outcome.row_grounded_h <= outcome.row_usable_h + 1e-6).all()
    whole_fleet = (outcome.row_operating_h + outcome.row_down_h).sum(axis=1)
    assert (whole_fleet <= outcome.row_usable_h.sum(axis=1) + 1e-6).all()
    assert (outcome.row_usable_h.sum(axis=1) <= craft.sum() * YEAR_H + 1e-6).all()
    if policy is fixed:
        assert (outcome.row_operating_h + outcome.row_down_h <= outcome.row_usable_h + 1e-6).all()
        assert (outcome.row_usable_h <= craft * YEAR_H + 1e-6).all()
    present_h = outcome.value[:, : len(ladder)].sum(axis=1) * YEAR_H
    searching_h = (outcome.row_seeing_h - outcome.row_busy_h).sum(axis=1)
    assert present_h == pytest.approx(searching_h, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_shares_are_shares_and_more_time_is_no_worse(made, seed):
    demands = (
        *(identification(hours) for hours in (2.0, 6.0, 40.0)),
        *(detection(hours) for hours in (2.0, 6.0, 40.0)),
        layered("air", "surface"),
        presence(1),
        presence(1, domain="surface"),
    )
    outcome = simulate(whole(made, demands), 2, seed=seed, grounded=GROUNDED)
    assert ((outcome.value >= 0) & (outcome.value <= 1)).all()
    for first in (0, 3):
        assert (np.diff(outcome.value[:, first : first + 3], axis=1) >= 0).all()
    assert (outcome.value[:, :3] <= outcome.value[:, 3:6]).all(), "who is identified in time was found in time"
    both, air, surface = outcome.value[:, 6:].T
    assert (both <= np.minimum(air, surface) + 1e-12).all()
    assert (both >= air + surface - 1 - 1e-12).all()


@settings(max_examples=15, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_targets_followed_in_the_loop_are_those_of_the_sweep(made, seed):
    swept = whole(made, (detection(1.0), *DEMANDS, detection(30.0)))
    followed = replace(swept, targets_in_loop=True)
    one, other = (simulate(each, 2, seed=seed, grounded=GROUNDED) for each in (swept, followed))
    assert np.array_equal(one.value, other.value, equal_nan=True)
    for name in HOURS:
        assert getattr(one, f"row_{name}") == pytest.approx(getattr(other, f"row_{name}"), rel=1e-12)


@settings(max_examples=15, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_without_losses_nobody_is_reassigned(made, seed):
    safe = [replace(r, mean_h_to_loss=np.inf) for r in made]
    outcomes = [simulate(whole(safe, policy=policy), 2, seed=seed, grounded=GROUNDED) for policy in (fixed, greedy)]
    assert same_bytes(*outcomes)
    assert outcomes[0].row_losses.sum() == 0


@settings(max_examples=15, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_weather_and_targets_are_common_to_all_plans(made, seed):
    """Another fleet meets the same sea and the same targets: common random numbers."""
    one, other = played(whole(made), seed=seed), played(whole([row(numbers=(99,), rate_per_h=RATES)]), seed=seed)
    spells = [np.flatnonzero(player.paths["starts_h"][0] > 9000.0)[0] for player in (one, other)]
    assert spells[0] == spells[1]
    assert one.paths[:, : spells[0]].tobytes() == other.paths[:, : spells[0]].tobytes()
    for name in ("detections", "identifications"):
        assert (one.tables[name]["arrivals"] == other.tables[name]["arrivals"]).all()


def test_no_craft_sees_nothing():
    outcome = simulate(whole([row(0, stations=3, rate_per_h=RATES)]), 3)
    assert (outcome.value[:, :7] == 0).all()
    assert (outcome.value[:, 7] == YEAR_H).all()
    assert (outcome.expected == outcome.value).all()
    assert outcome.row_usable_h.sum() == 0


def test_no_rows_see_nothing():
    stated = mission([], *DEMANDS, targets={"boat": BOAT})
    assert craft_of(stated) == 0
    assert simulate(stated, 2).value.tolist() == [[0, 0, 0, 0, 0, 0, 0, YEAR_H]] * 2


def test_no_requirements_measure_the_rows_alone():
    outcome = simulate(replace(mission([row()]), requirements=()), 2)
    assert outcome.value.shape == (2, 0)
    assert outcome.row_station_h.tolist() == [[YEAR_H]] * 2
