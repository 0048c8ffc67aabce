"""What each budget buys: a question about a scenario's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fleetcraft.runs.points import points_question
from fleetcraft.runs.question import Json, Question
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study import frontier
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.decide import Options
from fleetcraft.study.frontier import Grid, even_budgets
from fleetcraft.study.identity import identity_of, plan_options


def frontier_question(
    source: str,
    case: str | None,
    budgets: Sequence[float] | int,
    weights: Sequence[float | None],
    options: Options,
    futures: int | None,
) -> Question:
    """The best plan for each of some acquisition budgets (or for so many, evenly spread) and each weight of risk.

    Raises ScenarioError with every fault of the scenario.
    """
    stated = read_scenario(source, case)
    options = replace(options, futures=futures or stated.uncertainty.futures)
    grid = Grid(even_budgets(stated, budgets) if isinstance(budgets, int) else tuple(budgets), tuple(weights))
    work = {**plan_options(options), "budgets": grid.budgets, "risk_weights": grid.weights}
    identity = identity_of(stated, "frontier", work, options.seed)

    def solve(folder: Path, threads: int, progress: Progress) -> Json:
        return frontier.frontier_scenario(stated, grid, options, folder, threads=threads, progress=progress)

    return points_question(source, case, stated, identity, solve)
