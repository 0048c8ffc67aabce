"""Frontier runs, stored and shipped, and which points of theirs are shown together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from fleetcraft.errors import RunError
from fleetcraft.report.shipped import POINTS, RESULT, shipped_frontier
from fleetcraft.scenario.examples import SHIPPED_NAME, example_names
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import DEFAULTS
from fleetcraft.study.frontier import plans_shown
from fleetcraft.study.points import PLAN, Point
from fleetcraft.study.store.folder import MANIFEST
from fleetcraft.study.store.index import entries
from fleetcraft.study.store.program import program_hash
from fleetcraft.study.tasks import ANSWER

Json = dict[str, Any]

FOREIGN, SHIPPED, OWN = range(3)
"""Whose point is shown where several have the same budget: a stored one that this program made, before all others."""


@dataclass(frozen=True, slots=True)
class Work:
    """How much work a frontier's points were given: only points of the same work are compared."""

    seed: int
    replications: int
    futures: int
    gap: float
    time_limit_s: float | None


@dataclass(frozen=True, eq=False)
class FrontierRun:
    """A frontier run as it lies in a folder or in a packed file; ``points`` are its keys by budget.

    Only the points of the scenario's own risk weight are told.
    """

    name: str
    place: Traversable
    scenario_hash: str
    work: Work
    rank: int
    points: Mapping[float, str]

    def answer(self, key: str) -> Json:
        """What was found for a point."""
        return _json(self.place / POINTS / key / ANSWER)

    def plan(self, key: str) -> Json:
        """The plan of a point that has one, as in plan.json."""
        return _json(self.place / POINTS / key / PLAN)


@dataclass(frozen=True, eq=False)
class KnownPoint:
    """A budget and what was found for it."""

    run: FrontierRun
    budget: float
    point: Point

    @cached_property
    def plan(self) -> Json:
        """The plan of a point that has one, as in plan.json."""
        return self.run.plan(self.point.key)


def usual_work(scenario: Scenario) -> Work:
    """The work that ``fleetcraft frontier`` gives each point where nothing else is asked for."""
    return Work(DEFAULTS.seed, DEFAULTS.replications, scenario.uncertainty.futures, DEFAULTS.gap, None)


def frontier_run(name: str, place: Traversable) -> FrontierRun:
    """A frontier run by the name that is shown of it. Raises RunError where it cannot be read as one."""
    try:
        manifest, result = _json(place / MANIFEST), _json(place / RESULT)
        options = manifest["options"]
        own = options["risk_weights"] == [None]
        return FrontierRun(
            name=name,
            place=place,
            scenario_hash=manifest["scenario"]["hash"],
            work=Work(manifest["seed"], *(options[key] for key in ("replications", "futures", "gap", "time_limit_s"))),
            rank=_rank(name, manifest["program"]),
            points={row["budget"]: row["key"] for row in result["points"] if own},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{name}: cannot be read as a frontier: {error!r}") from error


def _rank(name: str, program: str) -> int:
    if name.startswith(SHIPPED_NAME):
        return SHIPPED
    return OWN if program == program_hash() else FOREIGN


def _json(path: Traversable) -> Json:
    value: Json = json.loads(path.read_text(encoding="utf-8"))
    return value


def runs_of(scenario_hash: str, root: Path) -> list[FrontierRun]:
    """The frontiers of a scenario's values: shipped ones, then those in the folder of runs, the oldest first.

    What cannot be read is left out: verifying tells of it.
    """
    shipped = [
        (f"{SHIPPED_NAME}{name}", place) for name in example_names() if (place := shipped_frontier(name)) is not None
    ]
    stored = [
        (entry.folder, root / entry.folder)
        for entry in entries(root)
        if entry.verb == "frontier" and entry.scenario_hash == scenario_hash
    ]
    found = (_readable(name, place) for name, place in [*shipped, *stored])
    return [run for run in found if run is not None and run.scenario_hash == scenario_hash]


def _readable(name: str, place: Traversable) -> FrontierRun | None:
    try:
        return frontier_run(name, place)
    except RunError:
        return None


def work_shown(scenario: Scenario, runs: Iterable[FrontierRun]) -> Work:
    """The work of which the most budgets are known; the usual one where that is as much."""
    budgets = Counter({usual_work(scenario): 0})
    for work in {run.work for run in runs}:
        budgets[work] = len({budget for run in runs if run.work == work for budget in run.points})
    return budgets.most_common(1)[0][0]


def known_points(runs: Sequence[FrontierRun], work: Work) -> list[KnownPoint]:
    """The points of some work by ascending budget, one a budget; those that cannot be read are left out."""
    found: dict[float, KnownPoint] = {}
    for run in sorted(runs, key=lambda run: run.rank):  # of the same rank the latest comes last, and stays
        for budget, key in run.points.items() if run.work == work else ():
            point = _readable_point(run, budget, key)
            if point is not None:
                found[budget] = point
    return [found[budget] for budget in sorted(found)]


def _readable_point(run: FrontierRun, budget: float, key: str) -> KnownPoint | None:
    try:
        known = KnownPoint(run, budget, Point(key, run.answer(key)))
        whole = "status" in known.point.answer and (not known.point.found or "allocation" in known.plan)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return known if whole else None


def with_plans_shown(scenario: Scenario, points: Sequence[KnownPoint]) -> list[tuple[KnownPoint, KnownPoint]]:
    """Each point and the one whose plan it shows: its own, or that of a smaller budget, which a larger one allows too.

    As in ``study.frontier``: every plan is its own point's where the worst years count.
    """
    risk = scenario.uncertainty.risk
    shown = range(len(points)) if risk and risk.weight else plans_shown([each.point for each in points])
    return [(each, points[k]) for each, k in zip(points, shown, strict=True)]
