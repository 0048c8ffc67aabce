"""Sample-average bounds around an optimum that is known in closed form."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from calling import call
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, plant_tree, sample_futures
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.fixed import attained_by
from fleetcraft.optimise.formula import planned_values
from fleetcraft.optimise.gateways import with_gateways
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.study import calibrate, decide, judge
from fleetcraft.study.decide import Options, plan_scenario
from fleetcraft.study.sample_average import SampleAverage, sample_average, sample_average_entry
from fleetcraft.units import HOURS_PER_MONTH
from theory.intervals import holds
from unit.fleet.theatres import futures_of, theatre_of
from unit.futures.scenarios import scenario_of
from unit.optimise.test_gateways import GATEWAY
from unit.optimise.test_gateways import theatre as theatre_with_gateways_for_sale
from unit.study.test_calibrate import world

EXACT = Limits(gap=1e-9)
CERTAIN = {"lead_time_months_low": 6, "lead_time_months_likely": 6, "lead_time_months_high": 6, "loss_per_100k_h": 0}
EMBARGO = 0.8
SEEDS = range(20)


@cache
def theatre(**changes: Any) -> Theatre:
    """Money for one craft: a strong type from abroad, which an embargo may stop, or a weaker one made at home."""
    strong = {**CERTAIN, "id": "strong", "sweep_width_nm_small_craft": 9, "production_rate_per_year": 1}
    weak = {**strong, "id": "weak", "supplier": "Home", "supplier_country": "EC", "sweep_width_nm_small_craft": 6}
    scenario = make_scenario(
        platforms=[strong, weak],
        requirements=[{"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 30}],
        budget={"obligation": {2026: 4e6}},
        uncertainty={"embargo": {"probability": EMBARGO}},
        **changes,
    )
    return theatre_of(scenario, area_nm2=40_000.0, perimeter_nm=800.0)


@cache
def plan_of(type_: str) -> tuple[Plan, float]:
    """The plan of one craft of a type and what it attains if delivered."""
    months = [[6.0 if platform.id == type_ else 60.0 for platform in theatre().scenario.platforms]]
    found = plan_fleet(theatre(), futures_of(theatre().scenario, lead_months=months), no_corrections(theatre()), EXACT)
    assert found.plan.ordered(type_) == 1
    return found.plan, found.objective


def delivered() -> float:
    """The probability that an embargo at a moment uniform on [0, window] leaves a delivery after six months."""
    return 1 - EMBARGO * 6 * HOURS_PER_MONTH / theatre().scenario.calendar.window_start_h


def optimum_of_all_futures() -> float:
    return max(plan_of("strong")[1] * delivered(), plan_of("weak")[1])


@cache
def bounds(seed: int, *, plan: str = "strong", futures: int = 8, samples: int = 12) -> SampleAverage:
    found = sample_average(
        theatre(), plan_of(plan)[0], no_corrections(theatre()), EXACT, seed=seed, futures=futures, samples=samples
    )
    assert found is not None
    return found


def test_the_strong_type_is_best_and_often_not_delivered() -> None:
    assert plan_of("weak")[1] < optimum_of_all_futures() < 0.85 * plan_of("strong")[1]


def test_the_intervals_hold_the_true_optimum() -> None:
    """Each of the two misses it in at most one of forty seeds; four of twenty would be a fault."""
    true = optimum_of_all_futures()
    held = [bounds(seed).lower.low <= true <= bounds(seed).upper.high for seed in SEEDS]
    assert sum(held) > 16


def test_the_best_plan_attains_the_true_optimum_in_fresh_futures() -> None:
    lower = np.array([bounds(seed).lower.mean for seed in SEEDS])
    assert lower.std() > 0
    assert holds(lower, optimum_of_all_futures())


def test_few_futures_promise_too_much() -> None:
    """A plan fits two futures better than all there are; twelve times as many promise less."""
    few, many = (
        np.array([bounds(seed, futures=count, samples=8).upper.mean for seed in range(10)]) for count in (2, 24)
    )
    assert few.mean() - 4 * few.std(ddof=1) / np.sqrt(10) > optimum_of_all_futures()
    assert few.mean() > many.mean()


def test_the_gap_tells_a_poor_plan_from_the_best() -> None:
    """The weak type is surely delivered, so its value has no error; the gap is what the strong one earns more."""
    poor = bounds(1, plan="weak", futures=20, samples=10)
    assert [poor.lower.low, poor.lower.high] == pytest.approx([plan_of("weak")[1]] * 2)
    assert poor.gap.low > 0
    assert poor.gap.low < optimum_of_all_futures() - plan_of("weak")[1] < poor.gap.high
    good = bounds(1, futures=20, samples=10)
    assert good.gap.low < 0 < good.gap.high


def test_the_entry_holds_three_intervals() -> None:
    entry = sample_average_entry(bounds(1))
    assert entry["samples"] == 12
    assert set(entry) == {"samples", "upper", "lower", "gap"}
    assert entry["gap"]["mean"] == pytest.approx(entry["upper"]["mean"] - entry["lower"]["mean"])
    assert entry["gap"]["low"] < entry["gap"]["mean"] < entry["gap"]["high"]


def test_orders_that_adapt_raise_the_bound() -> None:
    """An embargo known by the news turns the order to the type made at home: no worse than deciding blind."""
    found = [
        sample_average(
            theatre(),
            plan_of("strong")[0],
            no_corrections(theatre()),
            EXACT,
            seed=1,
            futures=8,
            samples=4,
            nodes=nodes,
        )
        for nodes in (None, 8)
    ]
    blind, adapting = found
    assert blind is not None
    assert adapting is not None
    assert adapting.upper.mean > blind.upper.mean


def test_a_plan_attains_by_the_programme_what_the_formula_says() -> None:
    """Looks add up, so curves and formula are the same line, future by future."""
    plan = plan_of("strong")[0]
    futures = sample_futures(theatre().scenario, 3, 40)
    corrections = no_corrections(theatre())
    found = attained_by(theatre(), plan, futures, corrections)
    values = planned_values(theatre(), plan, deliver(theatre().scenario, plan, futures), corrections)
    assert found == pytest.approx(attainment(theatre().scenario.requirements, values))
    assert 0 < (found == 0).sum() < 40


def test_nothing_ordered_attains_nothing() -> None:
    nothing = attained_by(
        theatre(), Plan(allocation=()), sample_futures(theatre().scenario, 1, 3), no_corrections(theatre())
    )
    assert nothing.tolist() == [0.0, 0.0, 0.0]


def numbers(futures: Futures) -> set[float]:
    return {*futures.lead_time_months.ravel().tolist()}


def test_samples_share_no_number_and_each_is_the_same_again() -> None:
    scenario = scenario_of(grounded=True)
    drawn = [sample_futures(scenario, 1, 10, sample=k) for k in range(3)]
    assert not numbers(drawn[0]) & numbers(drawn[1])
    assert not numbers(drawn[1]) & numbers(drawn[2])
    assert numbers(drawn[0]) == numbers(sample_futures(scenario, 1, 10))
    assert numbers(drawn[2]) == numbers(sample_futures(scenario, 1, 10, sample=2))
    planted = [plant_tree(scenario, 1, 10, nodes=5, sample=k).futures for k in (0, 1)]
    assert not numbers(planted[0]) & numbers(planted[1])
    assert numbers(planted[0]) == numbers(plant_tree(scenario, 1, 10, nodes=5).futures)


def test_a_plan_is_valued_with_the_gateways_that_it_has_bought() -> None:
    """Its contacts then wait no longer for those who can identify them, nor do they in a theatre that has them."""
    t = theatre_with_gateways_for_sale()
    rows = (Allocation("eye", "baltra", "bay", 2, None), Allocation("looker", "baltra", "bay", 1, None))
    plan = Plan((Order("eye", "2026Q1", 2), Order("looker", "2026Q1", 1)), rows)
    joined = replace(plan, gateways=(GATEWAY,))
    apart, bought, there = (
        sample_average(of, each, no_corrections(of), Limits(gap=0.1), seed=1, futures=2, samples=2)
        for of, each in ((t, plan), (t, joined), (with_gateways(t, [GATEWAY]), plan))
    )
    assert apart is not None
    assert bought is not None
    assert there is not None
    assert apart.lower.mean < bought.lower.mean == there.lower.mean


# The verb plan


def test_a_plan_tells_of_its_samples_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (calibrate, judge):
        monkeypatch.setattr(module, "simulate_plan", world(0.9, (1.0,)))
    monkeypatch.setattr(decide, "is_compiled", lambda **_: True)
    asked = Options(seed=3, replications=12, futures=4, samples=2)
    found = plan_scenario(make_scenario(), asked).result
    assert found["sample_average"]["samples"] == 2
    assert found["sample_average"]["upper"]["mean"] > 0
    assert found["seconds"]["samples"] >= 0
    assert "sample_average" not in plan_scenario(make_scenario(), replace(asked, samples=0)).result


@pytest.mark.parametrize("samples", [1, -1])
def test_one_sample_has_no_interval(samples: int) -> None:
    with pytest.raises(ValueError, match="expected 0 or at least 2"):
        Options(samples=samples)
    assert call("plan", "galapagos", "--samples", samples).status == 2


def test_samples_are_solved_alike_in_any_number_of_processes() -> None:
    args = (theatre(), plan_of("strong")[0], no_corrections(theatre()), EXACT)
    alone, together = (sample_average(*args, seed=1, futures=3, samples=3, processes=processes) for processes in (1, 2))
    assert alone == together == bounds(1, futures=3, samples=3)
