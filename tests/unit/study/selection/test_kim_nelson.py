"""The selection as a state: what it asks for next, against the paper's procedure written out step by step."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fleetcraft.study.selection.kim_nelson import Procedure, fewest_years, screened

MOST = 10**6


def kim_and_nelson(x, delta, alpha, n0):
    """Section 3 of the paper, word by word: the selected system, and when each other one went."""
    k = len(x)
    eta = 0.5 * ((2 * alpha / (k - 1)) ** (-2.0 / (n0 - 1)) - 1)
    h2 = 2 * 1 * eta * (n0 - 1)
    s2, n = {}, {}
    for i in range(k):
        for m in range(k):
            if i != m:
                d = [x[i][j] - x[m][j] for j in range(n0)]
                mean = sum(d) / n0
                s2[i, m] = sum((each - mean) ** 2 for each in d) / (n0 - 1)
                n[i, m] = math.floor(h2 * s2[i, m] / delta**2)
    most = max(n.values())

    def mean_of(i, r):
        return sum(x[i][:r]) / r

    if n0 > most:
        return max(range(k), key=lambda i: mean_of(i, n0)), {}
    r, left, gone = n0, list(range(k)), {}
    while True:
        old, left = left, []
        for i in old:
            width = {m: max(0.0, delta / (2 * r) * (h2 * s2[i, m] / delta**2 - r)) for m in old if m != i}
            if all(mean_of(i, r) >= mean_of(m, r) - width[m] for m in old if m != i):
                left.append(i)
            else:
                gone[i] = r
        if len(left) == 1:
            return left[0], gone
        r += 1
        if r == most + 1:
            return max(left, key=lambda i: mean_of(i, r)), gone


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_paper_s_procedure(seed):
    random = np.random.default_rng(seed)
    k, n0 = int(random.integers(2, 6)), int(random.integers(4, 15))
    deviation = random.uniform(0.05, 3.0, size=(k, 1))
    x = random.normal(size=(k, 1)) + deviation * random.normal(size=(k, 3000))
    found = screened(x, Procedure(1.0, 0.9, n0, MOST))
    best, gone = kim_and_nelson(x.tolist(), 1.0, 0.1, n0)
    assert found.guaranteed
    assert found.best == best
    assert {i: found.eliminated_after[i] for i in gone} == gone


def played(x, procedure):
    """The observations a selection asks for, in its own rounds; nan for whoever was eliminated before."""
    seen = np.empty((len(x), 0))
    state = screened(seen, procedure)
    while state.asked:
        more = np.full((len(x), len(state.asked)), np.nan)
        more[list(state.left)] = x[list(state.left)][:, state.asked.start : state.asked.stop]
        seen = np.hstack([seen, more])
        state = screened(seen, procedure)
    return seen, state


@pytest.mark.parametrize("seed", range(20))
def test_rounds_end_where_all_observations_at_once_would(seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=(4, 1)) / 2 + random.normal(size=(4, 3000)) * random.uniform(0.5, 3.0, size=(4, 1))
    procedure = Procedure(0.5, 0.95, 10, MOST)
    seen, state = played(x, procedure)
    assert state == screened(x, procedure)
    for i, after in enumerate(state.eliminated_after):
        made = int((~np.isnan(seen[i])).sum())
        assert made == seen.shape[1] if after is None else after <= made <= max(after + 1, 1.1 * after + 1)


def test_nobody_goes_before_the_first_stage_is_over():
    procedure = Procedure(0.1, 0.95, 10, 100)
    assert screened(np.empty((2, 0)), procedure).asked == range(10)
    state = screened(np.array([[9.0] * 7, [0.0] * 7]), procedure)
    assert (state.left, state.asked, state.best) == ((0, 1), range(7, 10), None)


def test_plans_that_never_differ_are_alike_and_end_it():
    x = np.random.default_rng(1).normal(size=(1, 10)).repeat(3, axis=0)
    state = screened(x, Procedure(0.1, 0.95, 10, 100))
    assert (state.left, state.best, state.guaranteed, state.asked) == ((0, 1, 2), 0, True, range(0))


def test_a_constant_difference_is_believed_after_the_first_stage():
    x = np.array([[1.0], [1.001]]).repeat(10, axis=1)
    state = screened(x, Procedure(0.1, 0.95, 10, 100))
    assert (state.best, state.eliminated_after, state.guaranteed) == (1, (10, None), True)


def test_the_limit_leaves_several_and_says_so():
    x = np.random.default_rng(2).normal(size=(3, 40)) + np.array([[0.0], [0.01], [-5.0]])
    seen, state = played(x, Procedure(0.05, 0.95, 10, 40))
    assert not state.guaranteed
    assert state.left == (0, 1)
    assert state.eliminated_after[2] is not None
    assert seen.shape[1] == 40
    assert state.best == seen[:2].mean(axis=1).argmax()


def test_observations_past_the_limit_change_nothing():
    x = np.random.default_rng(2).normal(size=(2, 60))
    procedure = Procedure(0.01, 0.95, 10, 40)
    assert screened(x, procedure) == screened(x[:, :40], procedure)


@given(
    arrays(np.float64, (2, 60), elements=st.floats(-3, 3, width=32)),
    st.floats(0.05, 2.0),
    st.floats(1.0, 4.0),
)
def test_of_two_a_larger_indifference_never_needs_more(x, delta, times):
    def ended(indifference):
        state = screened(x, Procedure(indifference, 0.95, 6, 60))
        return max((after for after in state.eliminated_after if after is not None), default=60)

    assert ended(delta * times) <= ended(delta)


@given(arrays(np.float64, (3, 40), elements=st.floats(-3, 3, width=32)), st.permutations(range(3)))
def test_who_stands_where_makes_no_difference(x, order):
    procedure = Procedure(0.3, 0.9, 6, 40)
    straight, turned = screened(x, procedure), screened(x[order], procedure)
    assert turned.eliminated_after == tuple(straight.eliminated_after[i] for i in order)
    assert turned.guaranteed == straight.guaranteed


def test_a_system_still_in_needs_all_its_observations():
    x = np.random.default_rng(5).normal(size=(2, 20))
    x[1, 12:] = np.nan
    with pytest.raises(ValueError, match="no observation 12"):
        screened(x, Procedure(0.01, 0.95, 10, 100))


@pytest.mark.parametrize(
    ("indifference", "confidence", "first", "most"),
    [(0.0, 0.95, 10, 20), (-1.0, 0.95, 10, 20), (math.inf, 0.95, 10, 20), (math.nan, 0.95, 10, 20),
     (0.1, 1.0, 10, 20), (0.1, 0.5, 10, 20), (0.1, 0.95, 1, 20), (0.1, 0.95, 21, 20)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(indifference, confidence, first, most):
    with pytest.raises(ValueError, match="expected"):
        Procedure(indifference, confidence, first, most)


def test_one_system_is_no_choice():
    with pytest.raises(ValueError, match="two systems"):
        screened(np.ones((1, 20)), Procedure(0.1, 0.95, 10, 100))


@pytest.mark.parametrize(("share", "confidence", "systems"), [(0.01, 0.95, 2), (0.02, 0.9, 5), (0.3, 0.99, 3)])
def test_the_fewest_years_show_what_costs_as_much_as_the_indifference(share, confidence, systems):
    years = fewest_years(share, confidence, systems)
    missed = [(1 - share) ** n * (systems - 1) for n in (years, years - 1)]
    assert missed[0] <= 1 - confidence < missed[1]
