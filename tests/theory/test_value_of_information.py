"""What information is worth, by closed forms and by the inequalities of Birge and Louveaux (2011), chapter 4.

For a maximum: what the likely-value plan earns <= what the best common plan earns <= what plans made for each future
alone earn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, plant_tree, sample_futures
from fleetcraft.optimise.capability import free_tranches, make_capability
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.fixed import Bracket, in_one_future, optimum, weighed
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.variables import make_variables
from fleetcraft.optimise.workers import meanwhile
from fleetcraft.scenario.uncertainty import Risk
from fleetcraft.study.value_of_information import (
    ValueOfInformation,
    better_and_worse_informed,
    information_entry,
)
from unit.fleet.theatres import futures_of, theatre_of

EXACT = Limits(gap=1e-9)
ROUGH = Limits(gap=0.2, nodes=1)
CERTAIN = {"lead_time_months_low": 6, "lead_time_months_likely": 6, "lead_time_months_high": 6, "loss_per_100k_h": 0}
LATE = 60.0
LOOK = {"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 30}


def theatre_with(*platforms: dict[str, Any], **changes: Any) -> Theatre:
    scenario = make_scenario(platforms=platforms, **{"requirements": [LOOK]} | changes)
    return theatre_of(scenario, area_nm2=40_000.0, perimeter_nm=800.0)


def two_alike(**changes: Any) -> Theatre:
    """Two types that differ in their maker alone, and money for one craft."""
    money = {"budget": {"obligation": {2026: 4e6}}}
    return theatre_with(CERTAIN, {**CERTAIN, "id": "twin", "supplier": "Twinmaker"}, **money | changes)


def worth_knowing(
    theatre: Theatre, futures: Futures, limits: Limits = EXACT, node: Sequence[int] | None = None
) -> ValueOfInformation:
    node_of = None if node is None else np.array(node)
    found = plan_fleet(theatre, futures, no_corrections(theatre), limits, node=node_of)
    together = Bracket(found.objective, found.bound)
    informed = better_and_worse_informed(theatre, futures, no_corrections(theatre), limits, node_of)
    return ValueOfInformation(together, *informed)


def is_exactly(found: Bracket | None, value: float) -> bool:
    assert found is not None
    return [found.low, found.high] == pytest.approx([value, value], abs=1e-6)


# Closed forms


def test_knowing_which_of_two_makers_is_late_is_worth_half_of_what_a_craft_is() -> None:
    """One craft to buy; either maker is late in every other future, so a guess is right half of the time."""
    theatre = two_alike()
    sure = plan_fleet(theatre, futures_of(theatre.scenario), no_corrections(theatre), EXACT).objective
    found = worth_knowing(theatre, futures_of(theatre.scenario, lead_months=[[6, LATE], [LATE, 6]], count=2))
    assert 0 < sure < 1
    assert is_exactly(found.here_and_now, sure / 2)
    assert is_exactly(found.wait_and_see, sure)
    assert is_exactly(found.evpi, sure / 2)
    assert is_exactly(found.vss, 0.0)


def test_likely_values_choose_the_type_that_is_mostly_late() -> None:
    """The likely future has the better type in time, no sampled one has: the likely-value plan earns nothing."""
    better = {**CERTAIN, "id": "better", "supplier": "Far", "sweep_width_nm_small_craft": 9}
    theatre = theatre_with(CERTAIN, better, budget={"obligation": {2026: 4e6}})
    found = worth_knowing(theatre, futures_of(theatre.scenario, lead_months=[[6, 20.5], [6, LATE]], count=2))
    plain, strong = (
        plan_fleet(theatre, futures_of(theatre.scenario, lead_months=months), no_corrections(theatre), EXACT).objective
        for months in ([[6, LATE]], [[LATE, 6]])
    )
    assert plain > strong / 2
    assert is_exactly(found.here_and_now, plain)
    assert is_exactly(found.wait_and_see, (plain + strong) / 2)
    assert is_exactly(found.on_likely_values, strong / 2)
    assert is_exactly(found.vss, plain - strong / 2)


def test_who_may_order_after_the_news_needs_no_prophet() -> None:
    """Where every future has a node of its own, and waiting costs nothing, knowing beforehand is worth nothing more."""
    theatre = two_alike()
    futures = futures_of(theatre.scenario, lead_months=[[6, LATE], [LATE, 6]], count=2)
    found = worth_knowing(theatre, futures, node=[0, 1])
    assert is_exactly(found.evpi, 0.0)
    assert found.here_and_now.low > 0
    common = worth_knowing(theatre, futures)
    assert common.evpi is not None
    assert common.evpi.low > 0.01


def test_a_likely_value_plan_that_a_future_cannot_keep_has_no_value() -> None:
    """The likely lead time brings craft when the support money is there; a shorter one brings them a year too soon."""
    slow = {**CERTAIN, "lead_time_months_likely": 20, "lead_time_months_high": 20}
    money = {"obligation": {2026: 13e6}, "support": {2026: 0.0, 2027: 40e6, 2028: 40e6}}
    theatre = theatre_with(slow, budget=money)
    found = worth_knowing(theatre, futures_of(theatre.scenario, lead_months=[[20], [1]], count=2))
    assert found.on_likely_values is None
    assert found.vss is None
    assert information_entry(found)["vss"] is None
    assert found.evpi is not None


def test_no_plan_is_found_for_a_contingency_of_all_futures_one_by_one() -> None:
    """Overruns of some futures are made good by others: each alone would have to keep what only all together do."""
    theatre = two_alike(budget={"obligation": {2026: 4e6}, "contingency": {"amount": 1e9, "probability": 0.5}})
    found = worth_knowing(theatre, sample_futures(theatre.scenario, 1, 3))
    assert found.wait_and_see is None
    assert information_entry(found)["evpi"] is None
    assert found.vss is not None


# Inequalities


@cache
def gamble(seed: int) -> Theatre:
    """Three types of uncertain lead times and prices, two demands, money for a handful of craft."""
    random = np.random.default_rng(seed)
    types = []
    for i in range(3):
        low, likely, high = np.sort(random.uniform(6, 34, 3)).tolist()
        types.append(
            {
                "id": f"type_{i}",
                "supplier": f"maker_{i}",
                "unit_price_likely": float(random.uniform(2e6, 5e6)),
                "unit_price_low": 1e6,
                "unit_price_high": 9e6,
                "loss_per_100k_h": 0,
                "lead_time_months_low": low,
                "lead_time_months_likely": likely,
                "lead_time_months_high": high,
                "sweep_width_nm_small_craft": float(random.uniform(3, 9)),
                "production_rate_per_year": float(random.choice([4.0, 100.0])),
            }
        )
    seen = {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 8, "at_least": 0.5}
    return theatre_with(
        *types,
        requirements=[LOOK, seen],
        budget={"obligation": {2026: 14e6}},
        acquisition={"integration_cost": 5e5},
        uncertainty={"embargo": {"probability": 0.2}},
    )


@pytest.mark.parametrize("adapting", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_more_knowledge_never_earns_less(seed: int, adapting: bool) -> None:
    theatre = gamble(seed)
    tree = plant_tree(theatre.scenario, 1, 6, nodes=3)
    found = worth_knowing(theatre, tree.futures, node=tree.node.tolist() if adapting else None)
    assert found.wait_and_see is not None
    assert found.here_and_now.low == pytest.approx(found.here_and_now.high, abs=1e-6)
    assert found.wait_and_see.low >= found.here_and_now.high - 1e-6
    assert found.wait_and_see.low == pytest.approx(found.wait_and_see.high, abs=1e-6)
    if found.on_likely_values is not None:
        assert found.here_and_now.high >= found.on_likely_values.low - 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_orders_that_adapt_are_worth_no_less(seed: int) -> None:
    theatre = gamble(seed)
    tree = plant_tree(theatre.scenario, 1, 6, nodes=3)
    adapting, common = (
        plan_fleet(theatre, tree.futures, no_corrections(theatre), EXACT, node=node) for node in (tree.node, None)
    )
    assert adapting.objective >= common.objective - 1e-6


def test_knowledge_is_worth_something_where_lead_times_gamble() -> None:
    gains = [worth_knowing(gamble(seed), sample_futures(gamble(seed).scenario, 1, 6)) for seed in range(4)]
    assert any(found.evpi is not None and found.evpi.low > 0.005 for found in gains)
    assert any(found.vss is not None and found.vss.low > 0.005 for found in gains)


@pytest.mark.parametrize("seed", range(4))
def test_each_future_alone_is_the_programme_of_that_future(seed: int) -> None:
    """The slices are cut for all futures; in a short queue they are single craft, so a future's own are no finer."""
    theatre = gamble(seed)
    futures = sample_futures(theatre.scenario, 1, 3)
    corrections = no_corrections(theatre)
    c = make_capability(theatre, free_tranches(theatre.scenario, futures), futures, corrections)
    for f in range(3):
        known = in_one_future(c, futures, corrections, f)
        best = optimum(known, make_variables(known), EXACT)
        assert best is not None
        alone = plan_fleet(theatre, futures.take([f]), corrections, EXACT)
        assert best.objective.high == pytest.approx(alone.objective, abs=2e-3)


def test_in_a_single_future_there_is_nothing_to_know() -> None:
    theatre = gamble(2)
    one = sample_futures(theatre.scenario, 1, 1)
    assert is_exactly(worth_knowing(theatre, one).evpi, 0.0)
    assert is_exactly(worth_knowing(theatre, one.take([0, 0, 0])).evpi, 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_rough_solves_bracket_the_exact_value(seed: int) -> None:
    theatre = gamble(seed)
    futures = sample_futures(theatre.scenario, 1, 5)
    true, wide = worth_knowing(theatre, futures).evpi, worth_knowing(theatre, futures, ROUGH).evpi
    assert true is not None
    assert wide is not None
    assert 0 <= wide.low <= true.high + 1e-6
    assert wide.high >= true.low - 1e-6


def test_what_is_worked_out_meanwhile_is_what_would_be_found_here() -> None:
    theatre = gamble(3)
    asked = theatre, sample_futures(theatre.scenario, 1, 3), no_corrections(theatre), EXACT, None
    with meanwhile(2, better_and_worse_informed, *asked) as elsewhere:
        assert elsewhere() == better_and_worse_informed(*asked)


# Risk


def test_the_worst_futures_are_weighed_once_over_all() -> None:
    """A quarter of four futures is the worst one: E[A] - 2 (1 - min A)."""
    attained = np.array([0.9, 0.3, 0.8, 0.6])
    values = weighed(attained, Risk(cvar_alpha=0.75, weight=2.0))
    assert values.mean() == pytest.approx(0.65 - 2 * 0.7)
    half = weighed(attained, Risk(cvar_alpha=0.5, weight=1.0))
    assert half.mean() == pytest.approx(0.65 - (1 - 0.45))
    assert weighed(attained, None) is attained


def test_what_one_is_sure_of_bears_no_risk() -> None:
    """Two makers of whom one is late: the guess bears the risk of all being missed, the prophet none."""
    theatre = two_alike(uncertainty={"risk": {"cvar_alpha": 0.5, "weight": 1.0}})
    plain = replace(theatre, scenario=two_alike().scenario)
    sure = plan_fleet(plain, futures_of(plain.scenario), no_corrections(plain), EXACT).objective
    found = worth_knowing(theatre, futures_of(theatre.scenario, lead_months=[[6, LATE], [LATE, 6]], count=2))
    assert is_exactly(found.here_and_now, sure / 2 - 1)
    assert is_exactly(found.wait_and_see, sure - (1 - sure))
