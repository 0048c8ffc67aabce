"""The optimiser's benchmark: one programme, however it is stated, and the size that it is known for."""

from __future__ import annotations

import highspy
import numpy as np
import pytest
from bench.bench_programme import GAP, decomposed, handed_to_highs
from bench.programme import with_linopy, with_pyomo
from bench.programme.instance import Instance, make_instance, two_stage
from bench.programme.with_mpisppy import progressive_hedging

from fleetcraft.optimise.solver import Limits, solve
from fleetcraft.optimise.two_stage import extensive_form


@pytest.fixture(scope="module")
def instance() -> Instance:
    return make_instance(2)


def relaxed_optimum(highs: highspy.Highs) -> float:
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solve_relaxation", True)
    highs.run()
    return highs.getInfo().objective_function_value


def test_blocks_linopy_and_pyomo_state_the_same_programme(instance: Instance) -> None:
    stated = [
        handed_to_highs(instance),
        with_linopy.handed_to_highs(instance),
        with_pyomo.handed_to_highs(instance)._solver_model,
    ]
    sizes = {(h.getNumRow(), h.getNumCol(), h.getNumNz()) for h in stated}
    assert len(sizes) == 1
    whole = {sum(kind == highspy.HighsVarType.kInteger for kind in h.getLp().integrality_) for h in stated}
    assert len(whole) == 1
    first, *others = map(relaxed_optimum, stated)
    assert others == pytest.approx([first, first], rel=1e-6)


def test_thirty_futures_are_as_large_as_the_design_says() -> None:
    form = extensive_form(two_stage(make_instance(30)))
    matrix = form.matrix
    assert (*matrix.shape, matrix.nnz, form.integer.sum()) == pytest.approx((27_500, 171_000, 580_000, 4_400), rel=0.03)


def test_more_futures_leave_the_first_ones_as_they_are(instance: Instance) -> None:
    more = make_instance(3)
    assert (more.lead[:2] == instance.lead).all()
    assert (more.change[:2] == instance.change).all()
    assert (more.duty == instance.duty).all()
    assert not np.array_equal(more.change[2], more.change[1])


def test_the_decomposition_is_as_good_as_the_extensive_form(instance: Instance) -> None:
    found = decomposed(instance)
    whole = solve(extensive_form(two_stage(instance)), Limits(gap=GAP))
    assert found.status == "optimal"
    assert found.gap <= GAP
    assert found.objective <= whole.bound + 1e-9
    assert whole.objective <= found.bound + 1e-9


@pytest.mark.soak
def test_progressive_hedging_solves_the_same_programme(instance: Instance) -> None:
    found = decomposed(instance)
    hedged = progressive_hedging(instance, 4.0)
    assert hedged["objective"] <= found.bound + 1e-6
    assert found.objective <= hedged["bound"] + 1e-6
