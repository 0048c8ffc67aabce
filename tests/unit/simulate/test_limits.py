"""Very little, very much, very long, very often."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace

import numpy as np
import pytest

from fleetcraft.errors import LimitError
from fleetcraft.scenario.requirement import TargetClass
from fleetcraft.simulate.frame import MOST_SPELLS
from fleetcraft.simulate.mission import Mission
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.reassign import greedy
from fleetcraft.simulate.simulate_plan import simulate_mission
from fleetcraft.simulate.world import make_world
from unit.simulate.missions import (
    YEAR_H,
    by_month,
    craft_of,
    detection,
    identification,
    laws,
    layered,
    mission,
    presence,
    revisit,
    row,
    simulate,
    stand_downs,
)
from unit.simulate.streams import operations_key

RATES = {("detection", "boat"): (0.1, 0.05, 0.02), ("revisit", "boat"): (0.04, 0.04, 0.04)}
BOAT = TargetClass(
    swept_as="small_craft", speed_kn=20.0, arrivals_per_day=12.0, hours_present=24.0, background_per_target=2.0
)
SECOND_H = 1.0 / 3600.0
DEMANDS = (presence(1), layered("air", "surface"), detection(4.0), identification(4.0), revisit())


def everything() -> Mission:
    """Every rule at once, on two areas."""
    common = {
        "stations": 2,
        "transit_h": 3.0,
        "station_h": 17.3,
        "turnaround_h": 4.1,
        "mean_h_to_failure": 60.0,
        "mean_repair_h": 20.0,
        "mean_h_to_loss": 2000.0,
        "replacement_h": 900.0,
        "maintenance_interval_h": 100.0,
        "maintenance_h": 20.0,
        "utilisation_h_per_year": 5000.0,
        "launch_sea_state": 4,
        "operate_sea_state": 3,
        "weather_window_h": 12.0,
        "rate_per_h": RATES,
    }
    rows = [
        row(5, service_h={"boat": 1.3}, **common),
        row(3, area="strait", numbers=(5, 6, 7), **common),
        row(3, platform="other", domain="surface", **common),
    ]
    demands = [*DEMANDS, detection(9.0), detection(9.0, area="strait"), revisit(area="strait")]
    climate = laws({2: 0.6, 4: 0.2, 5: 0.2}, {3: 0.7, 5: 0.3}, wind_scale_kn=14.0)
    return mission(
        rows,
        *demands,
        targets={"boat": BOAT},
        repair_crews={("port", "air"): 1},
        weather={"bay": climate, "strait": climate},
        months=by_month(0)["months"],
        hand_over_h={("drone", "other"): 1.5, ("other", "drone"): 1.5},
        donors=greedy(rows, demands),
    )


GROUNDED = {"drone": [(3000.0, 3300.0), (5000.0, 5100.5)], "other": [(1990.0, 2100.0)]}


def bytes_of(years: int = 12, threads: int = 1, only: slice = slice(None)) -> list[bytes]:
    """Every year's measures and hours; what a process of its own is asked for."""
    outcome = simulate(everything(), years, usable_h=50.0, threads=threads, grounded=GROUNDED)
    arrays = [outcome.value, outcome.expected, outcome.row_station_h, outcome.row_seeing_h, outcome.row_busy_h]
    arrays += [outcome.row_usable_h, outcome.row_grounded_h, outcome.row_operating_h, outcome.row_down_h]
    return [each[only].tobytes() for each in [*arrays, outcome.row_losses]]


@pytest.fixture(scope="module")
def alone() -> list[bytes]:
    """Forty years on one thread."""
    return bytes_of(40)


class TestTheSameBytes:
    @pytest.mark.parametrize("threads", [2, 8])
    def test_on_any_number_of_threads(self, alone, threads):
        assert bytes_of(40, threads) == alone

    def test_in_a_process_of_its_own(self, alone):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.apply(bytes_of, (40, 2)) == alone

    def test_of_the_first_years_however_many_follow(self):
        assert bytes_of(9) == bytes_of(40, only=slice(9))

    def test_of_a_year_whatever_was_played_before(self):
        """Years are played alone, in reverse, and give what they give in order."""
        stated = everything()
        usable = np.full((40, craft_of(stated)), 50.0)
        together = simulate_mission(
            stated, usable, seed=1, block="judge", threads=1, grounded=stand_downs(GROUNDED, 40)
        )
        late = np.where(np.arange(40)[:, None] == 33, 50.0, 1e9) * np.ones((1, craft_of(stated)))
        alone = simulate_mission(stated, late, seed=1, block="judge", threads=3, grounded=stand_downs(GROUNDED, 40))
        for name in ("value", "expected", "row_station_h", "row_busy_h", "row_down_h"):
            assert getattr(alone, name)[33].tobytes() == getattr(together, name)[33].tobytes()
        assert alone.row_usable_h[32].sum() == 0.0


class TestLittle:
    def test_no_rows(self):
        outcome = simulate(mission([], *DEMANDS, targets={"boat": BOAT}), 2, grounded=GROUNDED)
        assert outcome.value.tolist() == [[0.0, 0.0, 0.0, 0.0, YEAR_H]] * 2
        assert outcome.row_station_h.shape == (2, 0)

    def test_no_craft(self):
        empty = [row(0, stations=2, rate_per_h=RATES, service_h={"boat": 1.0}), row(0, platform="other")]
        stated = mission(empty, *DEMANDS, targets={"boat": BOAT})
        outcome = simulate(replace(stated, donors=greedy(empty, DEMANDS)), 2, grounded=GROUNDED)
        assert outcome.value.tolist() == [[0.0, 0.0, 0.0, 0.0, YEAR_H]] * 2
        assert outcome.row_usable_h.tolist() == outcome.row_grounded_h.tolist() == [[0.0, 0.0]] * 2

    def test_no_stations(self):
        outcome = simulate(mission([row(3, stations=0)]))
        assert outcome.row_usable_h.tolist() == [[3 * YEAR_H]]
        assert outcome.row_operating_h.tolist() == outcome.value.tolist() == [[0.0]]

    def test_no_years(self):
        outcome = simulate(mission([row(2)], *DEMANDS, targets={"boat": BOAT}), 0)
        assert len(outcome) == 0
        assert outcome.value.shape == (0, 5)

    def test_an_area_that_nobody_demands_anything_of(self):
        rows = [row(2, rate_per_h=RATES), row(area="idle", transit_h=3.0, station_h=7.0)]
        beside, alone = simulate(mission(rows, *DEMANDS[:3])), simulate(mission(rows[:1], *DEMANDS[:3]))
        assert beside.value.tobytes() == alone.value.tobytes()
        assert beside.row_station_h[0, 1] > 0

    def test_an_area_that_nobody_serves(self):
        stated = mission([row(rate_per_h=RATES)], presence(1), *(presence(1, area="far"), detection(4.0, area="far")))
        assert simulate(stated).value.tolist() == [[1.0, 0.0, 0.0]]

    def test_a_window_of_a_moment(self):
        outcome = simulate(mission([row(2)], presence(2), window_end_h=2000.0 + 1e-6))
        assert outcome.value == pytest.approx(np.ones((1, 1)))

    def test_hardly_any_time_on_station(self):
        """A minute there, after three hours out: 400 craft fill one station, one is there a minute in six hours."""
        stated = mission([row(400, stations=1, transit_h=3.0, station_h=1 / 60)], window_end_h=2000.0 + 24.0)
        assert simulate(stated).row_station_h[0, 0] == pytest.approx(24.0, abs=0.2)
        alone = mission([row(1, transit_h=3.0, station_h=1 / 60)], window_end_h=2000.0 + 601.0)
        assert simulate(alone).row_station_h[0, 0] == pytest.approx(100 / 60, abs=0.03)

    def test_hardly_any_hours_to_fly(self):
        """87.6 hours a year: an account of 21.6 h at most, of which a sortie of 20 h takes 2000 h to earn."""
        thrifty = row(transit_h=5.0, station_h=10.0, utilisation_h_per_year=87.6)
        outcome = simulate(mission([thrifty], window_end_h=2000.0 + 10 * YEAR_H))
        assert outcome.row_operating_h[0, 0] == pytest.approx(876.0, abs=20.0)


class TestOften:
    def test_a_failure_every_second_is_refused_where_it_never_ends(self):
        with pytest.raises(LimitError, match="check mtbf_h, mttr_h, turnaround_h and rough_spell_h"):
            simulate(mission([row(2, mean_h_to_failure=SECOND_H, mean_repair_h=0.0)]))

    def test_a_failure_every_second_is_played_where_a_repair_takes_its_time(self):
        """A sortie of a second or two every eight hours."""
        frail = row(stations=1, mean_h_to_failure=SECOND_H, mean_repair_h=8.0)
        outcome = simulate(mission([frail]), 4)
        cycles = YEAR_H / (8.0 + SECOND_H)
        assert outcome.row_station_h.mean() == pytest.approx(cycles * SECOND_H, rel=0.1)
        assert outcome.row_down_h.mean() == pytest.approx(YEAR_H, rel=1e-3)

    def test_a_failure_every_century(self):
        for mean_h in (100 * YEAR_H, 1e300):
            outcome = simulate(mission([row(2, mean_h_to_failure=mean_h, mean_repair_h=1.0)]), 50)
            assert outcome.row_down_h.sum() <= 60.0
            assert outcome.value.mean() == pytest.approx(1.0, abs=1e-3)

    def test_weather_that_changes_every_few_seconds_is_refused_before_it_fills_the_memory(self):
        climate = laws({2: 0.5, 4: 0.5})
        hectic = replace(climate, generator=climate.generator * 1e4)
        player = Player(make_world(mission([row()], weather={"bay": hectic})))
        with pytest.raises(LimitError, match="rough_spell_h"):
            player.play(operations_key(), np.zeros(1))
        assert player.paths.shape[1] <= MOST_SPELLS

    def test_many_groundings(self):
        """One hour in every two, for a year: 4380 of them."""
        spans = {"drone": [(2000.0 + 2 * i, 2001.0 + 2 * i) for i in range(4380)]}
        outcome = simulate(mission([row()]), grounded=spans)
        assert outcome.row_grounded_h.tolist() == outcome.row_station_h.tolist() == [[4380.0]]

    def test_a_crowded_sea(self):
        """A thousand contacts a day, for none of which there is a craft."""
        thick = BOAT.model_copy(update={"arrivals_per_day": 100.0, "background_per_target": 9.0})
        lonely = row(service_h={"boat": 0.5}, rate_per_h=RATES)
        outcome = simulate(mission([lonely], identification(24.0), targets={"boat": thick}))
        assert 0.0 < outcome.value[0, 0] < 0.1
        assert outcome.row_busy_h[0, 0] > 0.95 * YEAR_H


class TestMuch:
    def test_ten_thousand_craft(self):
        """Finishes in seconds."""
        many = row(
            10_000,
            stations=2000,
            transit_h=3.0,
            station_h=15.0,
            turnaround_h=4.0,
            mean_h_to_failure=100.0,
            mean_repair_h=20.0,
            mean_h_to_loss=20_000.0,
            utilisation_h_per_year=3000.0,
            rate_per_h={("detection", "boat"): (1e-4, 1e-4, 1e-4)},
        )
        stated = mission([many], presence(1000), detection(4.0))
        simulate(replace(stated, rows=(replace(many, numbers=(0,)),)))
        begun = time.monotonic()
        outcome = simulate(stated)
        assert time.monotonic() - begun < 60.0
        assert outcome.row_station_h[0, 0] == pytest.approx(2000 * YEAR_H, rel=0.03)
        assert outcome.expected[0, 1] == pytest.approx(1 - np.exp(-4 * 0.2), rel=0.02)

    def test_a_thousand_rows(self):
        rows = [
            row(platform=f"p{i:04}", stations=1, transit_h=1.0, station_h=9.0, rate_per_h=RATES) for i in range(1000)
        ]
        outcome = simulate(mission(rows, presence(10), detection(4.0), window_end_h=2100.0))
        assert outcome.row_station_h.shape == (1, 1000)
        assert outcome.row_station_h.min() > 70.0

    def test_thirty_years_before_the_window(self):
        """The weather of thirty years; who is lost in them is gone, who is replaced is there."""
        start_h = 30 * YEAR_H
        common = {"stations": 4, "mean_h_to_loss": 20_000.0, "launch_sea_state": 4}
        rows = [row(4, **common), row(4, platform="other", replacement_h=1000.0, **common)]
        climate = {"bay": laws({2: 0.7, 5: 0.3})}
        months = tuple((730.0 * i, i % 12) for i in range(12 * 32))
        stated = mission(
            rows, presence(1), weather=climate, months=months, window_start_h=start_h, window_end_h=start_h + YEAR_H
        )
        outcome = simulate(stated, 20)
        assert outcome.row_usable_h[:, 0].max() < YEAR_H
        assert outcome.row_usable_h[:, 1].mean() == pytest.approx(4 * YEAR_H * 20 / 21, rel=0.03)
