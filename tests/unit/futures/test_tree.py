"""Trees: so many leaves at so many nodes, spread over what the news reveals and over what it hides."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from fleetcraft.futures import Futures, Tree, plant_tree, revealed, sample_futures
from fleetcraft.futures.pert import pert_cdf
from unit.futures.scenarios import scenario_of
from unit.futures.test_sample import assert_one_in_each_stratum, rates_at_news, standard

COUNT, NODES = 50, 12


@cache
def planted() -> Tree:
    return plant_tree(scenario_of(grounded=True), 1, COUNT, nodes=NODES)


def test_leaves_are_shared_out_evenly_and_come_node_by_node() -> None:
    tree = planted()
    assert len(tree.futures) == len(tree.node) == COUNT
    assert tree.nodes == NODES
    assert [len(tree.leaves(n)) for n in range(NODES)] == [5, 5, *[4] * 10]
    np.testing.assert_array_equal(np.concatenate([tree.leaves(n) for n in range(NODES)]), np.arange(COUNT))
    assert (tree.node[tree.leaves(3)] == 3).all()


def test_what_the_news_reveals_is_a_latin_hypercube_over_the_nodes() -> None:
    first = planted().futures.take([planted().leaves(n)[0] for n in range(NODES)])
    whole = sample_futures(scenario_of(grounded=True), 1, NODES)
    np.testing.assert_array_equal(first.unit_price, whole.unit_price)
    by_news, _ = rates_at_news(first)
    np.testing.assert_array_equal(by_news, rates_at_news(whole)[0])
    known = revealed(scenario_of(grounded=True), whole)
    assert known.arrived.any()
    np.testing.assert_array_equal(first.lead_time_months[known.arrived], whole.lead_time_months[known.arrived])


def test_what_the_news_hides_is_a_latin_hypercube_over_all_leaves() -> None:
    scenario = scenario_of(news=scenario_of().calendar.start)
    futures = plant_tree(scenario, 1, COUNT, nodes=NODES).futures
    assert_one_in_each_stratum(pert_cdf(futures.lead_time_months, 6, 9, 15))
    assert_one_in_each_stratum(pert_cdf(futures.slip_months, 0, 2, 12))
    assert_one_in_each_stratum(pert_cdf(futures.integration_months, 1, 3, 6))
    assert_one_in_each_stratum(standard(np.log(futures.rate_factor[:, -1]), len(futures.rate_h) - 1))
    assert (np.abs(np.isfinite(futures.embargo_h[:, :4]).sum(axis=0) - 0.3 * COUNT) < 1).all()
    _, after = rates_at_news(planted().futures)
    assert_one_in_each_stratum(standard(after, len(futures.rate_h) - 11))


def spared(futures: Futures) -> Futures:
    """Futures without embargoes, which a tree hides whenever they begin."""
    return replace(futures, embargo_h=np.full_like(futures.embargo_h, np.inf))


def test_leaves_of_a_node_agree_in_what_is_revealed() -> None:
    known = revealed(scenario_of(grounded=True), spared(planted().futures))
    for n in range(NODES):
        leaves = planted().leaves(n)
        for seen in (known.arrived, known.slip, planted().futures.unit_price):
            assert (seen[leaves] == seen[leaves[0]]).all()
    assert (np.diff(planted().futures.rate_factor[:, -1, 0]) != 0).all()


def test_a_tree_may_have_one_node_or_as_many_as_leaves() -> None:
    assert plant_tree(scenario_of(), 1, 4, nodes=1).nodes == 1
    np.testing.assert_array_equal(plant_tree(scenario_of(), 1, 4, nodes=4).node, range(4))


def test_what_is_hidden_shares_no_number_with_the_node_s_own_future() -> None:
    tree, own = plant_tree(scenario_of(), 1, COUNT, nodes=COUNT), sample_futures(scenario_of(), 1, COUNT)
    hidden = ~revealed(scenario_of(), spared(own)).arrived
    assert not np.isin(tree.futures.integration_months[hidden], own.integration_months).any()
    found = stats.pearsonr(tree.futures.integration_months[hidden], own.integration_months[hidden])
    assert abs(found.statistic) < 4 / np.sqrt(hidden.sum())


@pytest.mark.parametrize("nodes", [0, 5])
def test_a_node_has_at_least_one_leaf(nodes: int) -> None:
    with pytest.raises(ValueError, match=f"nodes: found {nodes}, expected 1 to 4"):
        plant_tree(scenario_of(), 1, 4, nodes=nodes)


def test_an_embargo_comes_in_single_leaves() -> None:
    """A node whose country stopped before the news would stand for a twelfth of all futures."""
    futures = planted().futures
    before = np.isfinite(futures.embargo_h) & (futures.embargo_h <= scenario_of().calendar.news_h)
    assert before.any()
    for n in range(NODES):
        assert not before[planted().leaves(n)].all(axis=0).any()
