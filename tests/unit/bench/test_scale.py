import pytest
from bench.bench_scale import YEAR_H, exponent, make_mission, simulated


def test_the_exponent_of_a_power_is_its_own():
    sizes = [2, 8, 32, 128]
    assert exponent(sizes, [3 * size**1.3 for size in sizes]) == pytest.approx(1.3)


def test_each_thing_grows_alone():
    base, larger = make_mission(), make_mission(areas=8, craft=12, years=3, arrivals_per_day=48.0)
    assert (len(base.rows), len(larger.rows)) == (4, 8)
    assert {len(row.numbers) for row in larger.rows} == {12}
    assert {row.stations for row in larger.rows} == {4}
    assert (larger.window_start_h, larger.window_end_h) == (2 * YEAR_H, 3 * YEAR_H)
    assert larger.targets["target"].arrivals_per_day == 48.0
    assert larger.rows[0].transit_h == base.rows[0].transit_h


def test_more_craft_work_more():
    few, many = (simulated(make_mission(areas=2, craft=craft), 4) for craft in (3, 12))
    assert many.row_operating_h.mean() > 3 * few.row_operating_h.mean()
