"""What the next round sum of acquisition money buys."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.ground import Ground, Json, Solved
from fleetcraft.study.explain.questions import Solve, order_changes, paired_difference, read_solved
from fleetcraft.study.points import round_step

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
    """What changes in the orders, and by how much attainment rises: planned, bound, and simulated year by year.

    All of that is None, and ``why`` tells why, where a limit left no plan with more money.
    """
    path, amount = next_sum(ground.scenario)
    asked = {"budget": path, "amount": amount, "currency": ground.scenario.currency}
    more = read_solved(folder, KEY)
    if more is None:
        unknown = dict.fromkeys(("changes", "moved", "planned", "bound", "simulated"))
        return {**asked, **unknown, "why": "the limits of the solve left no plan with more money"}
    return {
        **asked,
        "why": None,
        "changes": order_changes(ground, base, more),
        "moved": ground.moved(base.orders, more.orders),
        "planned": more.planned - base.planned,
        "bound": more.bound - base.bound,
        "simulated": paired_difference(folder, KEY),
    }
