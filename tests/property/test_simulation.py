"""What holds of every simulation, whatever the mission."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetcraft.physics import weather
from fleetcraft.simulate.mission import Mission, MissionRow, MissionWeather
from fleetcraft.simulate.outcome import Outcome
from unit.simulate.missions import YEAR_H, craft_of, detection, mission, played, presence, revisit, row, simulate

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
    revisit(area="strait"),
)


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
                operate_wind_kn=draw(st.sampled_from([20.0, 30.0])),
                rate_per_h=RATES,
            )
        )
    return made


def whole(made: list[MissionRow]) -> Mission:
    return mission(
        made,
        *DEMANDS,
        weather=dict.fromkeys(AREAS, CLIMATE),
        repair_crews={("port", "air"): 1},
        months=tuple((730.0 * i, i % 12) for i in range(20)),
    )


def same_bytes(one: Outcome, other: Outcome) -> bool:
    arrays = [f.name for f in fields(Outcome) if f.name not in ("requirements", "rows")]
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in arrays)


@settings(max_examples=25, deadline=None)
@given(rows(), st.randoms(use_true_random=False), st.integers(0, 2**32))
def test_the_order_of_statement_changes_nothing(made, random, seed):
    """Rows, craft within rows and requirements permuted: the same bits, permuted."""
    stated = whole(made)
    usable = {(r.platform, n): random.uniform(0, 2000) for r in made for n in r.numbers}
    first = simulate(stated, 2, usable_h=[usable[r.platform, n] for r in made for n in r.numbers], seed=seed)

    order = random.sample(range(len(made)), len(made))
    demands = random.sample(range(len(DEMANDS)), len(DEMANDS))
    shuffled = [replace(made[i], numbers=tuple(random.sample(made[i].numbers, len(made[i].numbers)))) for i in order]
    other = replace(
        stated,
        rows=tuple(shuffled),
        requirements=tuple(DEMANDS[i] for i in demands),
        weather=dict(reversed(stated.weather.items())),
    )
    second = simulate(other, 2, usable_h=[usable[r.platform, n] for r in shuffled for n in r.numbers], seed=seed)
    assert (second.value == first.value[:, demands]).all()
    assert (second.expected == first.expected[:, demands]).all()
    for name in ("station_h", "seeing_h", "usable_h", "operating_h", "down_h", "losses"):
        assert (getattr(second, f"row_{name}") == getattr(first, f"row_{name}")[:, order]).all()


@settings(max_examples=10, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_the_same_bytes_on_any_number_of_threads(made, seed):
    outcomes = [simulate(whole(made), 7, seed=seed, threads=threads) for threads in (1, 2, 3)]
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
@given(rows(), st.integers(0, 2**32))
def test_hours_add_up(made, seed):
    """Every hour of every craft is accounted for, and presence adds up to the hours spent seeing."""
    ladder = [presence(k, area=area, domain=d) for area in AREAS for d in ("air", "surface") for k in range(1, 7)]
    stated = replace(whole(made), requirements=tuple(ladder))
    outcome = simulate(stated, 2, seed=seed)
    craft = np.array([len(r.numbers) for r in made])
    assert (outcome.row_seeing_h <= outcome.row_station_h * (1 + 1e-12)).all()
    assert (outcome.row_station_h <= outcome.row_operating_h + 1e-6).all()
    assert (outcome.row_operating_h + outcome.row_down_h <= outcome.row_usable_h + 1e-6).all()
    assert (outcome.row_usable_h <= craft * YEAR_H + 1e-6).all()
    assert outcome.value.sum(axis=1) * YEAR_H == pytest.approx(outcome.row_seeing_h.sum(axis=1), rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(rows(), st.integers(0, 2**32))
def test_weather_and_targets_are_common_to_all_plans(made, seed):
    """Another fleet meets the same sea and the same targets: common random numbers."""
    one, other = played(whole(made), seed=seed), played(whole([row(numbers=(99,), rate_per_h=RATES)]), seed=seed)
    for name in ("sea_state", "sea_changes_h", "wind_quantile", "wind_band"):
        assert (one.tables["areas"][name] == other.tables["areas"][name]).all()
    assert (one.tables["detections"]["arrivals"] == other.tables["detections"]["arrivals"]).all()


def test_no_craft_sees_nothing():
    outcome = simulate(whole([row(0, stations=3, rate_per_h=RATES)]), 3)
    assert (outcome.value[:, :4] == 0).all()
    assert (outcome.value[:, 4] == YEAR_H).all()
    assert (outcome.expected == outcome.value).all()
    assert outcome.row_usable_h.sum() == 0


def test_no_rows_see_nothing():
    stated = mission([], *DEMANDS)
    assert craft_of(stated) == 0
    assert simulate(stated, 2).value.tolist() == [[0, 0, 0, 0, YEAR_H]] * 2


def test_no_requirements_measure_the_rows_alone():
    outcome = simulate(replace(mission([row()]), requirements=()), 2)
    assert outcome.value.shape == (2, 0)
    assert outcome.row_station_h.tolist() == [[YEAR_H]] * 2
