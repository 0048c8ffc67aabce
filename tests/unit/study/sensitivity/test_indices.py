from __future__ import annotations

import sys
import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol

from fleetcraft.errors import RunError
from fleetcraft.study.questionnaire.designs import one_at_a_time
from fleetcraft.study.questionnaire.questions import Factor
from fleetcraft.study.sensitivity import morris, sobol
from fleetcraft.study.sensitivity.library import unit_problem
from fleetcraft.study.sensitivity.morris import morris_effects, morris_sample
from fleetcraft.study.sensitivity.resampled import resample
from fleetcraft.study.sensitivity.sobol import sobol_indices, sobol_sample
from fleetcraft.study.sensitivity.tornado import tornado

Floats = NDArray[np.float64]

BASE, FACTORS, TRAJECTORIES = 64, 3, 8


def curved(x: Floats) -> Floats:
    return np.asarray(x[:, 0] + 2 * x[:, 1] ** 2 + x[:, 0] * x[:, 2])


def yearly(x: Floats, seed: int = 1) -> Floats:
    return np.asarray(curved(x)[:, None] + np.random.default_rng(seed).normal(0.0, 0.2, (len(x), 10)))


def test_sobol_without_noise_is_what_salib_says() -> None:
    y = curved(sobol_sample(FACTORS, BASE, 1))
    theirs = salib_sobol.analyze(unit_problem(FACTORS), y, calc_second_order=False, num_resamples=2, seed=1)
    for batches in (y[:, None], np.repeat(y[:, None], 10, axis=1)):
        ours = sobol_indices(batches, BASE, FACTORS, 1)
        assert [e.mean for e in ours.first] == pytest.approx(theirs["S1"], rel=1e-9)
        assert [e.mean for e in ours.total] == pytest.approx(theirs["ST"], rel=1e-9)


def test_sobol_interval_without_noise_is_as_wide_as_salibs() -> None:
    y = curved(sobol_sample(FACTORS, 512, 1))
    theirs = salib_sobol.analyze(unit_problem(FACTORS), y, calc_second_order=False, num_resamples=1000, seed=1)
    ours = sobol_indices(y[:, None], 512, FACTORS, 1)
    assert [e.high - e.mean for e in ours.first] == pytest.approx(theirs["S1_conf"], rel=0.15)
    assert [e.high - e.mean for e in ours.total] == pytest.approx(theirs["ST_conf"], rel=0.15)


def test_morris_without_noise_is_what_salib_says() -> None:
    x = morris_sample(FACTORS, TRAJECTORIES, 4, 1)
    theirs = salib_morris.analyze(unit_problem(FACTORS), x, curved(x), num_resamples=2, num_levels=4, seed=1)
    for batches in (curved(x)[:, None], np.repeat(curved(x)[:, None], 10, axis=1)):
        ours = morris_effects(x, batches, TRAJECTORIES, 1)
        assert [e.mean for e in ours.mu] == pytest.approx(np.asarray(theirs["mu"]), rel=1e-9)
        assert [e.mean for e in ours.mu_star] == pytest.approx(np.asarray(theirs["mu_star"]), rel=1e-9)
        assert ours.sigma == pytest.approx(np.asarray(theirs["sigma"]), rel=1e-6, abs=1e-7)


def test_an_effect_is_that_of_the_step_that_was_really_taken() -> None:
    whole, listed = Factor("a", 0.0, 4.0, whole=True), Factor("b", 0.0, 100.0, values=(0.0, 50.0, 100.0))
    shares = morris_sample(2, TRAJECTORIES, 4, 1)
    taken = np.array([[factor.at(share) for factor, share in zip((whole, listed), row, strict=True)] for row in shares])
    x = np.array([[factor.share_of(v) for factor, v in zip((whole, listed), row, strict=True)] for row in taken])
    found = morris_effects(x, (taken @ [0.5, 0.03])[:, None], TRAJECTORIES, 1)
    assert [e.mean for e in found.mu_star] == pytest.approx([2.0, 3.0])
    assert found.sigma == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_trajectory_in_which_a_factor_stays_is_left_out() -> None:
    x = morris_sample(FACTORS, TRAJECTORIES, 4, 1)
    stuck = x.copy()
    stuck[: FACTORS + 1, 1] = 0.5
    found = morris_effects(stuck, curved(stuck)[:, None], TRAJECTORIES, 1)
    rest = slice(FACTORS + 1, None)
    expected = morris_effects(x[rest], curved(x[rest])[:, None], TRAJECTORIES - 1, 1)
    assert (found.rows, found.dropped) == (TRAJECTORIES - 1, 1)
    assert found.mu_star == expected.mu_star


def test_designs_have_their_form_and_follow_their_seed() -> None:
    rows = sobol_sample(FACTORS, BASE, 1).reshape(BASE, FACTORS + 2, FACTORS)
    for factor in range(FACTORS):
        moved = rows[:, factor + 1] != rows[:, 0]
        assert moved.any(axis=0).nonzero()[0].tolist() == [factor]
        assert (rows[:, factor + 1, factor] == rows[:, -1, factor]).all()
    steps = np.diff(morris_sample(FACTORS, TRAJECTORIES, 4, 1).reshape(TRAJECTORIES, FACTORS + 1, FACTORS), axis=1)
    assert (np.count_nonzero(steps, axis=1) == 1).all()
    assert np.abs(steps).max(axis=1) == pytest.approx(np.full((TRAJECTORIES, FACTORS), 2 / 3))
    for sample in (lambda seed: sobol_sample(2, 8, seed), lambda seed: morris_sample(2, 8, 4, seed)):
        assert (sample(1) == sample(1)).all()
        assert (sample(1) != sample(2)).any()


def test_factors_in_another_order_have_the_same_answers() -> None:
    order = [2, 0, 1]
    x = sobol_sample(FACTORS, BASE, 1)
    batches = yearly(x)
    swapped = batches.reshape(BASE, FACTORS + 2, 10)[:, [0, *(1 + f for f in order), FACTORS + 1]]
    one, other = (
        sobol_indices(batches, BASE, FACTORS, 1),
        sobol_indices(swapped.reshape(-1, 10), BASE, FACTORS, 1),
    )
    assert [one.first[f].low for f in order] == pytest.approx([e.low for e in other.first], abs=1e-12)
    assert [one.total[f].high for f in order] == pytest.approx([e.high for e in other.total], abs=1e-12)
    x = morris_sample(FACTORS, TRAJECTORIES, 4, 1)
    batches = yearly(x)
    before, after = (morris_effects(points, batches, TRAJECTORIES, 1) for points in (x, x[:, order]))
    assert [before.mu_star[f] for f in order] == list(after.mu_star)


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others() -> None:
    batches = yearly(sobol_sample(FACTORS, BASE, 1))
    one, again, other = (sobol_indices(batches, BASE, FACTORS, seed) for seed in (1, 1, 2))
    assert one == again
    assert one.first[0].mean == other.first[0].mean
    assert one.first[0].low != other.first[0].low


def test_points_without_an_answer_take_their_whole_row_with_them() -> None:
    batches = yearly(sobol_sample(FACTORS, BASE, 1))
    broken = batches.copy()
    broken[[0, 3, 7 * (FACTORS + 2) + 1]] = np.nan
    kept = np.delete(batches.reshape(BASE, -1), [0, 7], axis=0).reshape(-1, 10)
    found, expected = sobol_indices(broken, BASE, FACTORS, 1), sobol_indices(kept, BASE - 2, FACTORS, 1)
    assert (found.rows, found.dropped) == (BASE - 2, 2)
    assert found.first == expected.first
    x = morris_sample(FACTORS, TRAJECTORIES, 4, 1)
    batches = yearly(x)
    batches[5] = np.nan
    effects = morris_effects(x, batches, TRAJECTORIES, 1)
    rest = slice(2 * (FACTORS + 1), None)
    assert (effects.rows, effects.dropped) == (TRAJECTORIES - 1, 1)
    without = np.concatenate([x[: FACTORS + 1], x[rest]]), np.concatenate([batches[: FACTORS + 1], batches[rest]])
    assert effects.mu_star == morris_effects(*without, TRAJECTORIES - 1, 1).mu_star


def test_where_there_is_nothing_to_tell_the_reason_is_said() -> None:
    nothing = np.full((BASE * (FACTORS + 2), 10), np.nan)
    assert sobol_indices(nothing, BASE, FACTORS, 1).reason == sobol.TOO_FEW
    flat = sobol_indices(np.zeros_like(nothing) + np.linspace(0, 1, 10), BASE, FACTORS, 1)
    assert flat.reason == sobol.CONSTANT
    noise = np.random.default_rng(1).normal(size=nothing.shape)
    assert sobol_indices(noise, BASE, FACTORS, 1).reason == sobol.NOT_TOLD
    assert flat.entry(["a", "b", "c"])[1] == {"factor": "b", "first": None, "total": None}
    x = morris_sample(FACTORS, 3, 4, 1)
    few = morris_effects(x, yearly(x), 3, 1)
    assert few.reason == morris.TOO_FEW
    assert few.entry(["a", "b", "c"])[0] == {"factor": "a", "mu_star": None, "mu": None, "sigma": None}


def test_products_of_resamples_are_over_pairs_of_different_batches() -> None:
    draw = np.random.default_rng(1)
    one, other = draw.normal(size=(5, 4)), draw.normal(size=(5, 4))
    brute = np.mean([one[r, j] * other[r, k] for r in range(5) for j in range(4) for k in range(4) if j != k])
    draws = resample(5, 4, 1)
    assert draws.mean_product(one, other)[0] == pytest.approx(brute)
    assert draws.mean(one)[0] == pytest.approx(one.mean())
    means = one.mean(axis=0)
    pairs = np.mean([means[j] * means[k] for j in range(4) for k in range(4) if j != k])
    assert draws.squared_mean(one)[0] == pytest.approx(pairs)
    assert draws.rows.sum(axis=1) == pytest.approx(np.full(1001, 5))
    assert draws.pairs.sum(axis=(1, 2)) == pytest.approx(np.ones(1001))


def test_many_rows_are_drawn_again_as_few_are_and_take_a_byte_each() -> None:
    values = np.random.default_rng(1).normal(size=(3017, 10))
    tracemalloc.start()
    draws = resample(3017, 10, 1)
    found = draws.mean(values), draws.mean_product(values, 2 * values), draws.squared_mean(values)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20e6  # 3 MB of counts and some room to work; at eight bytes a count it were 24 MB, and twice that
    weights = draws.rows / 3017
    assert weights.sum(axis=1) == pytest.approx(np.ones(1001))
    means = weights @ values
    products = np.einsum("mr,rj,rk->mjk", weights, values, 2 * values, optimize=True)
    assert found[0] == pytest.approx((means * draws.batches).sum(axis=1))
    assert found[1] == pytest.approx((products * draws.pairs).sum(axis=(1, 2)))
    assert found[2] == pytest.approx(np.einsum("mj,mk,mjk->m", means, means, draws.pairs))


def test_entries_name_factors_and_carry_intervals() -> None:
    names = ["a", "b", "c"]
    row = sobol_indices(yearly(sobol_sample(FACTORS, BASE, 1)), BASE, FACTORS, 1).entry(names)[1]
    assert row["factor"] == "b"
    assert row["first"]["low"] < row["first"]["value"] < row["first"]["high"]
    x = morris_sample(FACTORS, TRAJECTORIES, 4, 1)
    row = morris_effects(x, yearly(x), TRAJECTORIES, 1).entry(names)[0]
    assert set(row) == {"factor", "mu_star", "mu", "sigma"}
    assert set(row["mu_star"]) == set(row["mu"]) == {"value", "low", "high"}


def test_tornado_moves_one_factor_at_a_time_and_ranks_by_the_larger_change() -> None:
    low, likely, high = (1.0, 10.0, 0.0), (2.0, 20.0, 0.5), (4.0, 50.0, 1.0)
    x = one_at_a_time([Factor("abc"[i], low[i], high[i]) for i in range(3)])
    x = np.where(np.isnan(x), likely, x)
    years = np.random.default_rng(1).normal(0.0, 5.0, 10)
    found = tornado((x @ [1.0, -1.0, 3.0])[:, None] + years).entry(["a", "b", "c"], low, high)
    assert [bar["factor"] for bar in found["bars"]] == ["b", "a", "c"]
    ends = found["bars"][0]
    assert (ends["low"]["at"], ends["high"]["at"]) == (10.0, 50.0)
    assert [ends["low"][key] for key in ("value", "low", "high")] == pytest.approx([10.0] * 3)
    assert [ends["high"][key] for key in ("value", "low", "high")] == pytest.approx([-30.0] * 3)
    assert found["base"]["high"] > found["base"]["value"] > found["base"]["low"]


def test_tornado_without_answers_or_with_one_batch_has_no_interval() -> None:
    missing = np.array([[1.0], [np.nan], [3.0]])
    bar = tornado(missing).entry(["a"], [0.0], [1.0])["bars"][0]
    assert bar["low"] == {"at": 0.0, "value": None, "low": None, "high": None}
    assert bar["high"] == {"at": 1.0, "value": 2.0, "low": None, "high": None}


def test_without_salib_the_way_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    for sample in (lambda: sobol_sample(2, 4, 1), lambda: morris_sample(2, 4, 4, 1)):
        with pytest.raises(RunError, match=r"pip install fleetcraft\[sensitivity\]"):
            sample()
