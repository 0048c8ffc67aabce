"""What the next round sum of acquisition money buys."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.binding import round_step
from fleetcraft.study.explain.ground import Ground, Json, Solved
from fleetcraft.study.explain.questions import Solve, order_changes, paired_difference, read_solved

KEY = "next-money"


def next_sum(scenario: Scenario) -> tuple[str, float]:
    """The path of the budget year with most money, the first of equals, and a round twentieth of all years' money."""
    budget = scenario.budget.acquisition
    year = max(budget, key=lambda y: (budget[y], -y))
    return f"budget.{scenario.budget.counts}.{year}", round_step(sum(budget.values()))


def next_money_task(scenario: Scenario, options: Options) -> Solve:
    """A solve with that much more in that year."""
    path, amount = next_sum(scenario)
    stated = scenario.budget.acquisition[int(path.rpartition(".")[2])]
    return Solve(KEY, "what more money buys", changed(scenario, path, stated + amount), options, judged=True)


def next_money_entry(ground: Ground, base: Solved, folder: Path) -> Json:
    """What changes in the orders, and by how much attainment rises: planned, bound, and simulated year by year."""
    path, amount = next_sum(ground.scenario)
    more = read_solved(folder, KEY)
    assert more is not None
    return {
        "budget": path,
        "amount": amount,
        "currency": ground.scenario.currency,
        "changes": order_changes(ground, base, more),
        "moved": ground.moved(base.orders, more.orders),
        "planned": more.planned - base.planned,
        "bound": more.bound - base.bound,
        "simulated": paired_difference(folder, KEY),
    }
