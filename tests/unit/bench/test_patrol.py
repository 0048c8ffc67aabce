from dataclasses import replace

import numpy as np
import pytest
from bench import bench_patrol
from bench.patrol import patrol_simpy
from bench.patrol.patrol_c import Program, compiled


@pytest.fixture(scope="module")
def case():
    return bench_patrol.read_case()


def test_the_scenario_says_the_patrol_model(case):
    rows = case.mission.rows
    assert [row.transit_h for row in rows] == pytest.approx([1, 2, 3, 4, 5, 6], abs=1e-6)
    assert [row.transit_h * 2 + row.station_h for row in rows] == pytest.approx([24] * 6)
    assert [len(row.numbers) for row in rows] == [5] * 6
    assert [row.rate_per_h["detection", "small_craft"][0] for row in rows] == pytest.approx([0.3] * 6, abs=1e-7)
    assert len({row.base for row in rows}) == 3
    assert set(case.mission.repair_crews.values()) == {2}


@pytest.mark.parametrize("in_loop", [False, True])
def test_the_product_gives_the_stated_shares_and_c_plays_the_same_years(case, in_loop, tmp_path):
    case = replace(case, mission=replace(case.mission, targets_in_loop=in_loop))
    years = case.years(seed=1)
    bench_patrol.check("product", years)
    in_c = case.years_in_c(Program(case.mission, compiled(tmp_path)), seed=1)
    np.testing.assert_allclose(in_c.occupied, years.occupied)
    np.testing.assert_allclose(in_c.detected, years.detected)
    np.testing.assert_allclose(in_c.operating_h, years.operating_h)


def test_simpy_gives_the_stated_shares():
    years = [patrol_simpy.play(seed) for seed in range(12)]
    bench_patrol.check("simpy", bench_patrol.Years(*(np.array(part) for part in zip(*years, strict=True))))


def test_a_program_of_another_model_is_refused(case):
    years = case.years(seed=1)
    with pytest.raises(ValueError, match="occupied share"):
        bench_patrol.check("other", years._replace(occupied=years.occupied - 0.01))
