"""The frontier: what each budget buys, in attainment and in risk; each point a certified plan, simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.base import frozen
from fleetcraft.scenario.objective import Objective
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.uncertainty import Risk
from fleetcraft.simulate.measures import Estimate
from fleetcraft.study.calibrate import Progress, no_progress
from fleetcraft.study.decide import Options
from fleetcraft.study.points import (
    Decide,
    Point,
    are_reproducible,
    is_worse,
    make_ready,
    paired,
    read_points,
    round_step,
    with_parts,
)
from fleetcraft.study.result import head
from fleetcraft.study.tasks import do_all

Json = dict[str, Any]

LEAST_SCALE, MOST_SCALE = 0.1, 2.0
USUAL_BUDGETS = 12
"""How many are asked for where nobody says."""
USUAL_ALPHA = 0.9


@dataclass(frozen=True)
class Grid:
    """The budgets, acquisition money of all years together, ascending; the risk weights (None: the scenario's own)."""

    budgets: tuple[float, ...]
    weights: tuple[float | None, ...] = (None,)


def even_budgets(scenario: Scenario, count: int) -> tuple[float, ...]:
    """So many budgets evenly from 10% to 200% of the stated one, in whole percent; the nearest to 100% becomes 100%."""
    scales = np.round(np.linspace(LEAST_SCALE, MOST_SCALE, count), 2) if count > 1 else np.ones(1)
    if count > 2:
        scales[np.abs(scales - 1.0).argmin()] = 1.0
    return tuple(np.round(scales * stated_money(scenario)).tolist())


def stated_money(scenario: Scenario) -> float:
    """The acquisition money of all years together. Raises ScenarioError where there is none."""
    total = float(sum(scenario.budget.acquisition.values()))
    if total <= 0:
        where = f"budget.{scenario.budget.counts}"
        raise ScenarioError([Fault("scenario.yaml", 0, where, "no acquisition money", "some, which can be scaled")])
    return total


def with_budget(scenario: Scenario, scale: float) -> Scenario:
    """The scenario with the acquisition money of all years scaled alike; support money stays as stated."""
    budget = scenario.budget
    money = frozen({year: amount * scale for year, amount in budget.acquisition.items()})
    return with_parts(scenario, budget=budget.model_copy(update={budget.counts: money}))


def frontier_scenario(
    scenario: Scenario,
    grid: Grid,
    options: Options,
    folder: Path,
    *,
    threads: int = 1,
    progress: Progress = no_progress,
) -> Json:
    """Decide and judge every point, in ``folder`` below its key; what is there already is not done again.

    Raises InfeasibleError where no budget allows any plan, LimitError where a limit left nothing to show.
    """
    money = stated_money(scenario)
    theatre = make_ready(scenario, progress)
    tasks = frontier_tasks(scenario, grid, options)
    do_all(theatre, tasks, folder, threads=threads, progress=progress)
    points = read_points(folder, sorted(tasks, key=lambda task: task.key))
    if not any(point.found for point in points):
        raise read_points(folder, tasks)[0].why_none
    curves = [_curve(scenario, grid, points, number, money) for number in range(len(grid.weights))]
    rows = [row for curve in curves for row in curve.rows]
    step = round_step(money)
    return {
        **{key: value for key, value in head(scenario, options.seed, {}).items() if key != "seconds"},
        "reproducible": are_reproducible(points),
        "currency": scenario.currency,
        "budget": {"acquisition": money, "counts": scenario.budget.counts, "support": "as stated"},
        "points": rows,
        "efficient": efficient(rows),
        "next": [entry for curve in curves for entry in curve.steps(step)],
        "enough": curves[0].enough,
        "replications": options.replications,
        "futures": {"solve": options.futures, "judge": options.replications},
    }


def frontier_tasks(scenario: Scenario, grid: Grid, options: Options) -> list[Decide]:
    """A task for each weight and budget; each starts from one half as far from the stated budget, or one nearer still.

    So no process waits long for another.
    """
    scales = [budget / stated_money(scenario) for budget in grid.budgets]
    root = int(np.abs(np.log(scales)).argmin())
    order = [root, *range(root + 1, len(scales)), *range(root - 1, -1, -1)]
    tasks = []
    for w, weight in enumerate(grid.weights):
        weighted = _varied(scenario, weight)
        for i in order:
            nearer = [root + step for step in _halved(i - root)]
            first = [] if w == 0 and i == root else [_key(0, root)]
            after = dict.fromkeys([*(_key(w, k) for k in nearer), *first])
            what = f"a plan for {scales[i]:.0%} of the stated budget" + (
                "" if weight is None else f", risk weight {weight:g}"
            )
            tasks.append(Decide(_key(w, i), what, with_budget(weighted, scales[i]), options, tuple(after)))
    return tasks


def _halved(steps: int) -> list[int]:
    """Half as many steps, half of those and so on, to none."""
    return [] if steps == 0 else [int(steps / 2), *_halved(int(steps / 2))]


def plans_shown(points: Sequence[Point]) -> list[int]:
    """Of points with ascending budgets, the position of the one whose plan each shows.

    A larger budget allows every plan of a smaller one: where its own plan attains less, by more than chance explains,
    it shows the smaller one's.
    """
    shown: list[int] = []
    best: int | None = None
    for i, point in enumerate(points):
        if point.found and (best is None or not is_worse(point, points[best])):
            best = i
        shown.append(i if best is None else best)
    return shown


@dataclass(frozen=True)
class _Curve:
    """The points of one risk weight by ascending budget, each with the plan it shows."""

    weight: float
    budgets: tuple[float, ...]
    shown: tuple[Point, ...]
    rows: tuple[Json, ...]

    @property
    def _found(self) -> list[tuple[float, Point]]:
        return [(b, point) for b, point in zip(self.budgets, self.shown, strict=True) if point.found]

    def steps(self, step: float) -> list[Json]:
        """What each next larger budget adds, in all and by a round sum."""
        return [self._step(*smaller, *larger, step) for smaller, larger in pairwise(self._found)]

    def _step(self, budget: float, point: Point, larger: float, other: Point, step: float) -> Json:
        more = paired(other, point)
        return {
            "risk_weight": self.weight,
            "from": budget,
            "to": larger,
            "difference": _told(more, 1.0),
            "per": step,
            "marginal": _told(more, step / (larger - budget)),
        }

    @property
    def enough(self) -> float | None:
        """The least budget to which no larger one adds anything the simulation can tell; None where there is none."""
        found = self._found
        for i, (budget, point) in enumerate(found[:-1]):
            if all(not paired(larger, point).low > 0 for _, larger in found[i + 1 :]):
                return budget
        return None


def _curve(scenario: Scenario, grid: Grid, points: Sequence[Point], number: int, money: float) -> _Curve:
    risk = _varied(scenario, grid.weights[number]).uncertainty.risk
    weight = risk.weight if risk else 0.0
    count = len(grid.budgets)
    mine = points[number * count : (number + 1) * count]
    shown = plans_shown(mine) if weight == 0 else list(range(count))
    rows = [_row(grid.budgets, weight, money, i, k, mine) for i, k in enumerate(shown)]
    return _Curve(weight, grid.budgets, tuple(mine[k] for k in shown), tuple(rows))


def _row(budgets: Sequence[float], weight: float, money: float, own: int, shown: int, points: Sequence[Point]) -> Json:
    """One point of result.json: status, objective and bound are those of its own solve, the rest its plan's."""
    row = {"key": points[own].key, "budget": budgets[own], "scale": budgets[own] / money, "risk_weight": weight}
    row |= {"conflict": [], **points[shown].told}
    if points[own].found:
        row |= {key: points[own].answer[key] for key in _OF_THE_SOLVE}
    return row | {"kept_from": None if own == shown else budgets[shown]}


_OF_THE_SOLVE = ("status", "stopped_by", "objective", "bound", "gap")


def efficient(rows: Sequence[Json]) -> list[int]:
    """Positions of the points that no other beats: a budget no larger, mean and worst years no worse, one better."""
    found = [
        (i, (-row["budget"], row["attainment"]["simulated"], row["risk"]["cvar"]))
        for i, row in enumerate(rows)
        if "attainment" in row
    ]
    return [i for i, mine in found if not any(_beats(other, mine) for _, other in found)]


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))


def _key(weight: int, scale: int) -> str:
    return f"{weight:02d}-{scale:02d}"


def _varied(scenario: Scenario, weight: float | None) -> Scenario:
    """The scenario that asks for the best attainment in the budget, with a weight of risk."""
    uncertainty = scenario.uncertainty
    if weight is not None:
        alpha = uncertainty.risk.cvar_alpha if uncertainty.risk else USUAL_ALPHA
        uncertainty = uncertainty.model_copy(update={"risk": Risk(cvar_alpha=alpha, weight=weight)})
    objective = Objective(tolerance=scenario.objective.tolerance)
    return with_parts(scenario, objective=objective, uncertainty=uncertainty)


def _told(found: Estimate, factor: float) -> Json:
    return {"attainment": found.mean * factor, "low": found.low * factor, "high": found.high * factor}
