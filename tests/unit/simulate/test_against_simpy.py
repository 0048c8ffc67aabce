"""Every rule at once, against an independent model of the same rules."""

from __future__ import annotations

import numpy as np
import pytest

from fleetcraft.physics import weather
from fleetcraft.scenario.requirement import TargetClass
from fleetcraft.simulate.mission import MissionWeather
from unit.simulate.missions import detection, mission, presence, revisit, row, simulate
from unit.simulate.simpy_model import Model

YEARS = 30
SIGMAS = 4.5

SUMMER = np.array([0.0, 0.1, 0.3, 0.35, 0.2, 0.05, 0.0, 0.0, 0.0, 0.0])
WINTER = np.array([0.0, 0.0, 0.1, 0.25, 0.25, 0.25, 0.1, 0.05, 0.0, 0.0])


def two_seasons() -> MissionWeather:
    sea_state = np.array([WINTER if month in (0, 1, 2, 11) else SUMMER for month in range(12)])
    generator = np.array([weather.birth_death_generator(pi, 24.0) for pi in sea_state])
    return MissionWeather(sea_state, generator, np.where(sea_state[:, 1] > 0, 12.0, 19.0), np.full(12, 2.0))


def everything():
    rates = {("detection", "boat"): (0.08, 0.04, 0.02), ("revisit", "boat"): (0.05, 0.05, 0.05)}
    rows = [
        row(
            5,
            stations=2,
            transit_h=3.0,
            station_h=15.0,
            turnaround_h=4.0,
            mean_h_to_failure=60.0,
            mean_repair_h=20.0,
            mean_h_to_loss=20000.0,
            maintenance_interval_h=200.0,
            maintenance_h=48.0,
            launch_wind_kn=25.0,
            operate_wind_kn=25.0,
            rate_per_h=rates,
        ),
        row(
            4,
            platform="boat",
            domain="surface",
            stations=2,
            transit_h=8.0,
            station_h=60.0,
            turnaround_h=6.0,
            mean_h_to_failure=200.0,
            mean_repair_h=24.0,
            mean_h_to_loss=5000.0,
            maintenance_interval_h=500.0,
            maintenance_h=72.0,
            utilisation_h_per_year=3000.0,
            launch_sea_state=4,
            operate_sea_state=3,
            launch_wind_kn=30.0,
            operate_wind_kn=30.0,
            rate_per_h=rates,
        ),
        row(
            3,
            platform="drone",
            area="strait",
            numbers=(5, 6, 7),
            stations=1,
            transit_h=6.0,
            station_h=9.0,
            turnaround_h=4.0,
            mean_h_to_failure=60.0,
            mean_repair_h=20.0,
            launch_wind_kn=25.0,
            operate_wind_kn=25.0,
            rate_per_h=rates,
        ),
        row(
            6,
            platform="glider",
            domain="underwater",
            area="strait",
            stations=3,
            transit_h=60.0,
            station_h=700.0,
            turnaround_h=100.0,
            mean_h_to_failure=500.0,
            mean_repair_h=240.0,
            mean_h_to_loss=30000.0,
            utilisation_h_per_year=5000.0,
            launch_sea_state=3,
            rate_per_h=rates,
        ),
    ]
    demands = [
        presence(1, area="bay"),
        presence(2, area="bay"),
        presence(1, area="bay", domain="surface"),
        presence(1, area="strait"),
        presence(3, area="strait", domain="underwater"),
        detection(4.0, area="bay"),
        detection(40.0, area="strait"),
        revisit(area="strait"),
    ]
    return mission(
        rows,
        *demands,
        targets={"boat": TargetClass(speed_kn=20.0, arrivals_per_day=12.0, hours_present=30.0)},
        weather={"bay": two_seasons(), "strait": two_seasons()},
        repair_crews={("port", "air"): 1, ("port", "underwater"): 1},
        months=tuple((730.0 * i, i % 12) for i in range(24)),
    )


def compared(years: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By measure, the years of the kernel and the years of the other model."""
    stated = everything()
    rng = np.random.default_rng(3)
    usable_h = rng.uniform(0.0, 2100.0, (years, sum(len(r.numbers) for r in stated.rows)))
    outcome = simulate(stated, years, usable_h=usable_h)
    other = [Model(stated, usable_h[i].tolist(), seed=i).play() for i in range(years)]
    found = {r.id: outcome.expected[:, k] for k, r in enumerate(stated.requirements)}
    for k, r in enumerate(stated.rows):
        for what in ("station", "operating", "down", "losses"):
            totals = outcome.row_losses if what == "losses" else getattr(outcome, f"row_{what}_h")
            found[f"{what}/{r.platform}/{r.base}/{r.area}"] = totals[:, k]
    return {name: (ours, np.array([o.get(name, 0.0) for o in other])) for name, ours in found.items()}


def check_means(pairs: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    for name, (ours, theirs) in pairs.items():
        error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(ours))
        assert abs(ours.mean() - theirs.mean()) <= SIGMAS * error, name


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return compared(YEARS)


def test_both_models_give_the_same_means(pairs):
    check_means(pairs)


def test_both_models_spread_alike(pairs):
    """The years' standard deviations agree within what 30 years tell (about an eighth each)."""
    for name, (ours, theirs) in pairs.items():
        if theirs.std() > 0:
            assert 0.5 < ours.std(ddof=1) / theirs.std(ddof=1) < 2.0, name


@pytest.mark.soak
def test_both_models_give_the_same_means_over_many_years():
    check_means(compared(20 * YEARS))
