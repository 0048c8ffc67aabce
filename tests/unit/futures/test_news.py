"""What the news reveals stays; what it hides is drawn anew, and nothing hidden has any bearing on that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.futures import Futures, Tree, draw_futures, likely_future, revealed, unfold
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH
from unit.futures.scenarios import GROUNDING, scenario_of

SCENARIO = scenario_of(grounded=True)
NEWS_H = SCENARIO.calendar.news_h
MONTH = int(NEWS_H // HOURS_PER_MONTH)
MANY = 60
LEAVES = 3


@cache
def drawn() -> Futures:
    return draw_futures(SCENARIO, 1, "judge", range(MANY))


@cache
def unfolded() -> Tree:
    return unfold(SCENARIO, drawn(), 1, "judge", range(MANY), LEAVES)


def assert_same(a: Futures, b: Futures) -> None:
    for f in fields(Futures):
        np.testing.assert_array_equal(getattr(a, f.name), getattr(b, f.name), err_msg=f.name)


# What is revealed


def stated(**changes: np.ndarray) -> Futures:
    """One future of five types that take 8 months and slip by 1 (the news comes after 10.97), and what is changed."""
    likely = replace(likely_future(SCENARIO), lead_time_months=np.full((1, 5), 8.0), slip_months=np.full((1, 5), 1.0))
    return replace(likely, **changes)


def test_a_type_that_would_have_come_tells_its_own_times_and_its_maker_s_slip() -> None:
    known = revealed(SCENARIO, stated(lead_time_months=np.array([[8.0, 11.0, 9.9, 10.1, 10.0]])))
    np.testing.assert_array_equal(known.arrived, [[True, False, True, False, False]])
    np.testing.assert_array_equal(known.slip, [[True, True, True, False, False]])


def test_it_comes_to_the_hour() -> None:
    for months, comes in ((NEWS_H / HOURS_PER_MONTH - 1, True), (NEWS_H / HOURS_PER_MONTH - 1 + 1e-6, False)):
        assert revealed(SCENARIO, stated(lead_time_months=np.full((1, 5), months))).arrived.all() == comes


def test_nothing_is_learnt_of_deliveries_after_an_embargo() -> None:
    before_h, after_h = 8.9 * HOURS_PER_MONTH, 9.1 * HOURS_PER_MONTH
    known = revealed(SCENARIO, stated(embargo_h=np.array([[before_h, after_h, NEWS_H, NEWS_H + 1, np.inf]])))
    np.testing.assert_array_equal(known.arrived, [[False, True, True, True, True]])
    np.testing.assert_array_equal(known.embargo, [[True, True, True, False, False]])
    watched_h = np.array([[before_h, after_h, NEWS_H, NEWS_H, NEWS_H]])
    np.testing.assert_array_equal(known.watched_months, watched_h / HOURS_PER_MONTH)


def test_groundings_and_rates_are_known_up_to_the_news() -> None:
    moments = np.broadcast_to(np.array([1.0, NEWS_H, NEWS_H + 1, np.inf]), (1, 5, 4))
    known = revealed(SCENARIO, stated(grounding_h=moments))
    np.testing.assert_array_equal(known.grounding, np.broadcast_to([True, True, False, False], (1, 5, 4)))
    assert known.rate_month == MONTH == 10


def test_news_at_once_tells_prices_and_the_budget_rates_alone() -> None:
    scenario = scenario_of(news=SCENARIO.calendar.start, grounded=True)
    futures = draw_futures(scenario, 1, "judge", range(MANY))
    known = revealed(scenario, futures)
    assert known.rate_month == 0
    assert not known.arrived.any()
    assert not known.slip.any()
    assert not known.embargo.any()
    assert not known.grounding.any()
    leaves = unfold(scenario, futures, 1, "judge", range(MANY), 2).futures
    np.testing.assert_array_equal(leaves.unit_price, np.repeat(futures.unit_price, 2, axis=0))
    for name in ("lead_time_months", "slip_months", "integration_months"):
        values = np.concatenate([getattr(leaves, name)[:, 1:].ravel(), getattr(futures, name)[:, 1:].ravel()])
        assert len(np.unique(values)) == values.size


# What the futures of a node share


def test_the_cases_worth_testing_are_among_the_futures() -> None:
    known = revealed(SCENARIO, drawn())
    for seen in (known.arrived, known.slip, known.embargo, known.grounding[..., 0], known.slip & ~known.arrived):
        assert 3 < seen[:, :4].sum() < MANY * 4 - 3
    runs_on = drawn().grounded_to_h - GROUNDING["months"] * HOURS_PER_MONTH > NEWS_H
    assert (runs_on & np.isfinite(drawn().grounded_to_h) & (drawn().grounded_from_h <= NEWS_H)).sum() > 3


def test_what_is_revealed_is_the_same_in_all_futures_of_a_node() -> None:
    own, leaves = drawn().take(unfolded().node), unfolded().futures
    known = revealed(SCENARIO, own)
    np.testing.assert_array_equal(leaves.unit_price, own.unit_price)
    np.testing.assert_array_equal(leaves.rate_factor[:, : MONTH + 1], own.rate_factor[:, : MONTH + 1])
    np.testing.assert_array_equal(leaves.embargo_h[known.embargo], own.embargo_h[known.embargo])
    np.testing.assert_array_equal(leaves.lead_time_months[known.arrived], own.lead_time_months[known.arrived])
    np.testing.assert_array_equal(leaves.integration_months[known.arrived], own.integration_months[known.arrived])
    np.testing.assert_array_equal(leaves.slip_months[known.slip], own.slip_months[known.slip])
    begun = known.grounding
    np.testing.assert_array_equal(leaves.grounding_h[..., : begun.shape[-1]][begun], own.grounding_h[begun])
    assert leaves.currencies == own.currencies
    np.testing.assert_array_equal(leaves.rate_h, own.rate_h)


def test_at_the_news_each_leaf_has_revealed_what_its_future_had() -> None:
    own, leaf = revealed(SCENARIO, drawn().take(unfolded().node)), revealed(SCENARIO, unfolded().futures)
    for name in ("embargo", "arrived", "slip", "lead", "watched_months"):
        np.testing.assert_array_equal(getattr(own, name), getattr(leaf, name), err_msg=name)
    np.testing.assert_array_equal(own.grounding.sum(axis=-1), leaf.grounding.sum(axis=-1))


def test_leaves_differ_in_what_is_hidden() -> None:
    futures = unfolded().futures.take(range(LEAVES * MANY))
    known = revealed(SCENARIO, futures)
    by_node = {
        "lead_time_months": ~known.arrived,
        "slip_months": ~known.slip,
        "integration_months": ~known.arrived,
    }
    for name, hidden in by_node.items():
        values = getattr(futures, name).reshape(MANY, LEAVES, 5)
        differ = (np.diff(values, axis=1) != 0).all(axis=1)
        np.testing.assert_array_equal(differ, hidden.reshape(MANY, LEAVES, 5)[:, 0], err_msg=name)
    later = futures.rate_factor[:, MONTH + 1 :].reshape(MANY, LEAVES, -1)
    assert (np.diff(later, axis=1) != 0).all()
    for moments in (futures.embargo_h, futures.grounding_h[..., -3]):
        of_node = moments.reshape(MANY, LEAVES, 5)
        assert (of_node[:, 1:] != of_node[:, :1]).any()


def test_a_maker_slips_and_a_country_stops_alike_for_all_types() -> None:
    futures = unfolded().futures
    np.testing.assert_array_equal(futures.slip_months[:, 0], futures.slip_months[:, 1])
    np.testing.assert_array_equal(futures.embargo_h[:, 0], futures.embargo_h[:, 1])
    assert np.isinf(futures.embargo_h[:, 4]).all()


def test_a_grounding_that_runs_at_the_news_ends_when_it_would_unless_another_begins() -> None:
    futures, length_h = unfolded().futures, GROUNDING["months"] * HOURS_PER_MONTH
    begun = np.where(futures.grounding_h <= NEWS_H, futures.grounding_h, -np.inf).max(axis=-1)
    after = np.where(futures.grounding_h > NEWS_H, futures.grounding_h, np.inf).min(axis=-1)
    runs = (begun + length_h > NEWS_H) & (after > begun + length_h)
    running = (futures.grounded_from_h <= NEWS_H) & (futures.grounded_to_h > NEWS_H)
    assert runs.sum() > 10
    np.testing.assert_allclose(
        np.where(running, futures.grounded_to_h, 0).max(axis=-1)[runs], begun[runs] + length_h, rtol=1e-12
    )


# Non-anticipativity

Change = Callable[[Scenario, Futures], Futures]


def _later_times(scenario: Scenario, futures: Futures) -> Futures:
    known = revealed(scenario, futures)
    return replace(
        futures,
        lead_time_months=np.where(known.arrived, futures.lead_time_months, 14.5),
        slip_months=np.where(known.slip, futures.slip_months, 11.5),
        integration_months=np.where(known.arrived, futures.integration_months, 5.9),
    )


def _later_rates(scenario: Scenario, futures: Futures) -> Futures:
    later = np.arange(len(futures.rate_h))[:, None] > revealed(scenario, futures).rate_month
    return replace(futures, rate_factor=np.where(later, 7.0, futures.rate_factor))


def _later_embargoes(scenario: Scenario, futures: Futures) -> Futures:
    known = revealed(scenario, futures).embargo
    other = np.where(np.isinf(futures.embargo_h), scenario.calendar.news_h + 1, np.inf)
    return replace(futures, embargo_h=np.where(known, futures.embargo_h, other))


def _later_groundings(scenario: Scenario, futures: Futures) -> Futures:
    begun = np.where(revealed(scenario, futures).grounding, futures.grounding_h, np.inf)
    soon = np.full((*begun.shape[:2], 1), scenario.calendar.news_h + 1)
    everywhere = np.zeros((*begun.shape[:2], 1))
    return replace(
        futures,
        grounding_h=np.sort(np.concatenate([begun, soon], axis=-1), axis=-1),
        grounded_from_h=everywhere,
        grounded_to_h=everywhere + 1e9,
    )


@pytest.mark.parametrize("change", [_later_times, _later_rates, _later_embargoes, _later_groundings])
def test_whatever_is_hidden_in_a_future_its_leaves_are_the_same(change: Change) -> None:
    changed = change(SCENARIO, drawn())
    assert any(not np.array_equal(getattr(changed, f.name), getattr(drawn(), f.name)) for f in fields(Futures))
    tree = unfold(SCENARIO, changed, 1, "judge", range(MANY), LEAVES)
    assert_same(tree.futures, unfolded().futures)


def test_what_is_revealed_has_a_bearing() -> None:
    """Else the tests above would hold of leaves that look at nothing."""
    waiting = stated(lead_time_months=np.full((1, 5), 14.0))
    stopped = replace(waiting, embargo_h=np.full((1, 5), 100.0))
    leaves = [unfold(SCENARIO, f, 1, "judge", [0], 200).futures for f in (waiting, stopped)]
    assert (leaves[0].slip_months.mean(axis=0) > leaves[1].slip_months.mean(axis=0) + 0.1).all()
    assert (leaves[0].lead_time_months.mean(axis=0) > leaves[1].lead_time_months.mean(axis=0) + 0.1).all()


# Keys


def rows(tree: Tree, nodes: list[int]) -> Futures:
    return tree.futures.take(np.concatenate([tree.leaves(n) for n in nodes]))


def assert_same_but_for_padding(a: Futures, b: Futures) -> None:
    for f in fields(Futures):
        one, other = getattr(a, f.name), getattr(b, f.name)
        if f.name.startswith("ground"):
            most = min(one.shape[-1], other.shape[-1])
            assert np.isinf(one[..., most:]).all()
            assert np.isinf(other[..., most:]).all()
            one, other = one[..., :most], other[..., :most]
        np.testing.assert_array_equal(one, other, err_msg=f.name)


def test_leaves_depend_on_no_other_future_that_is_asked_for() -> None:
    few = [41, 7]
    tree = unfold(SCENARIO, drawn().take(few), 1, "judge", few, LEAVES)
    np.testing.assert_array_equal(tree.node, [0, 0, 0, 1, 1, 1])
    assert_same_but_for_padding(tree.futures, rows(unfolded(), few))


def test_more_leaves_leave_the_first_ones_as_they_are() -> None:
    tree = unfold(SCENARIO, drawn(), 1, "judge", range(MANY), LEAVES + 2)
    first = tree.futures.take(np.flatnonzero(np.arange(len(tree.futures)) % (LEAVES + 2) < LEAVES))
    assert_same_but_for_padding(first, unfolded().futures)


def test_no_platform_changes_another_s_leaves() -> None:
    order = [3, 0, 4, 1, 2]
    turned = scenario_of(*order, grounded=True)
    tree = unfold(turned, draw_futures(turned, 1, "judge", range(MANY)), 1, "judge", range(MANY), LEAVES)
    for name in ("lead_time_months", "slip_months", "integration_months", "embargo_h", "unit_price", "grounding_h"):
        expected = getattr(unfolded().futures, name)[:, order]
        np.testing.assert_array_equal(getattr(tree.futures, name), expected, err_msg=name)
    np.testing.assert_array_equal(tree.futures.rate_factor, unfolded().futures.rate_factor)


def test_leaves_share_no_number_with_any_future_of_the_block_nor_with_another_seed() -> None:
    other = unfold(SCENARIO, drawn(), 2, "judge", range(MANY), LEAVES).futures
    hidden = ~revealed(SCENARIO, unfolded().futures).arrived
    months = [f.integration_months[hidden] for f in (unfolded().futures, other, drawn().take(unfolded().node))]
    assert np.unique(months[0]).size == months[0].size
    assert not np.isin(months[0], np.concatenate(months[1:])).any()


def test_what_is_certain_stays_so() -> None:
    scenario = make_scenario()
    futures = draw_futures(scenario, 1, "judge", range(4))
    leaves = unfold(scenario, futures, 1, "judge", range(4), 2).futures
    assert (leaves.slip_months == 0).all()
    assert (leaves.integration_months == 0).all()
    assert np.isinf(leaves.embargo_h).all()
    assert leaves.grounded_from_h.shape == (8, 1, 0)
    assert leaves.rate_factor.shape == (8, len(leaves.rate_h), 0)
