"""How a study's points are answered: the job that all of its blocks belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from fleetcraft.errors import InfeasibleError, LimitError, ScenarioError
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.plan import Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_plan
from fleetcraft.study.compare import compare_scenario
from fleetcraft.study.decide import Options, plan_scenario, simulate_scenario
from fleetcraft.study.engine.blocks import Join, Piece, Point, Points, joined, packed
from fleetcraft.study.frontier import Grid, even_budgets, frontier_scenario
from fleetcraft.study.judge import complete_plan
from fleetcraft.study.questionnaire.batches import batches_of
from fleetcraft.study.questionnaire.outputs import has_interval, interval_of, output_of
from fleetcraft.study.questionnaire.questions import Named, Study, Verb
from fleetcraft.study.restrictions import restrictions_by

Json = dict[str, Any]
Result = tuple[Json, Outcome | None]

DONE, INFEASIBLE, FAILED = "done", "infeasible", "failed"


@dataclass(frozen=True, eq=False)
class StudyJob:
    """A study as a job. An answer is plain data: ``status``, and ``reason`` where that is not done.

    Else ``values`` by output; of what is simulated ``low`` and ``high``, and ``batches`` (the means of 10 equal batches
    of the years, the same years in all points); ``reproducible`` is false where a time limit cut a solve short.
    """

    study: Study

    @cached_property
    def key(self) -> str:
        """SHA-256 over the study's content."""
        return self.study.hash

    def answer(self, block: Points | Piece | Join) -> list[Json] | bytes:
        """The points' answers, or a piece's packed outcome.

        Raises UnknownOutputError where an output is the path of no number.
        """
        if isinstance(block, Points):
            return [self._answered(point, partial(self._whole, point)) for point in block.points]
        if isinstance(block, Piece):
            return self._piece(block)
        return [self._answered(block.point, partial(self._joined, block))]

    @property
    def replications(self) -> int | None:
        """How many replications a point has, where it can be played in pieces."""
        options = self.study.options
        is_fixed = self.study.verb == "simulate" and options.get("half_width") is None
        return int(options["replications"]) if is_fixed else None

    def _answered(self, point: Point, result: Callable[[Scenario], Result]) -> Json:
        try:
            scenario = scenario_at(self.study, point)
            found, outcome = result(scenario)
        except InfeasibleError as error:
            return {"status": INFEASIBLE, "reason": "; ".join(error.conflicts)}
        except (LimitError, ScenarioError) as error:
            return {"status": FAILED, "reason": " ".join(str(error).split())}
        except ValidationError as error:
            return {"status": FAILED, "reason": refusal(error)}
        return self._taken(scenario, found, outcome)

    def _taken(self, scenario: Scenario, found: Json, outcome: Outcome | None) -> Json:
        """What the study asks for of an answer."""
        outputs = self.study.outputs
        known = [platform.id for platform in scenario.platforms]
        intervals = {name: interval_of(found, name, known) for name in outputs if has_interval(name)}
        batches = {} if outcome is None else batches_of(scenario.requirements, outcome)
        return {
            "status": DONE,
            "values": {name: output_of(found, name, known) for name in outputs},
            "low": {name: low for name, (low, _) in intervals.items()},
            "high": {name: high for name, (_, high) in intervals.items()},
            "batches": {name: batches[name] for name in outputs if name in batches},
            "reproducible": bool(found.get("reproducible", True)),
        }

    def _whole(self, point: Point, scenario: Scenario) -> Result:
        return _ANSWERS[self.study.verb](scenario, self.study.asked[point.asked], self.study.options, self.study.seed)

    def _piece(self, piece: Piece) -> bytes:
        """A point that cannot be played has an outcome of nothing, and tells why once it is joined."""
        try:
            theatre, plan = _ready(self, piece.point)
            return packed(
                simulate_plan(
                    theatre,
                    plan,
                    seed=self.study.seed,
                    block="judge",
                    replications=piece.count,
                    threads=1,
                    first=piece.first,
                )
            )
        except (LimitError, ScenarioError, ValidationError):
            return b""

    def _joined(self, join: Join, scenario: Scenario) -> Result:
        asked = self.study.asked[join.point.asked]
        outcome = joined(join.pieces) if all(join.pieces) else None
        return _simulate(scenario, asked, self.study.options, self.study.seed, outcome)


def scenario_at(study: Study, point: Point) -> Scenario:
    """The scenario that a point asks about.

    Raises pydantic's ValidationError where it cannot have the factors' values.
    """
    scenario = study.asked[point.asked].scenario
    for factor, value in zip(study.factors, point.values, strict=True):
        if value is not None:
            scenario = factor.applied(scenario, value)
    return scenario


def refusal(error: ValidationError) -> str:
    """Why a scenario cannot have a value, in one line."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: found {first['input']}: {first['msg']}" if where else first["msg"]


@lru_cache(maxsize=2)
def _ready(job: StudyJob, point: Point) -> tuple[Theatre, Plan]:
    """A point's theatre and completed plan, which its pieces share."""
    asked = job.study.asked[point.asked]
    assert asked.plan is not None
    theatre = make_theatre(scenario_at(job.study, point))
    return theatre, complete_plan(theatre, asked.plan, seed=job.study.seed, file=asked.name)


def _simulate(
    scenario: Scenario, asked: Named, options: Mapping[str, Any], seed: int, outcome: Outcome | None = None
) -> Result:
    assert asked.plan is not None
    answer = simulate_scenario(scenario, asked.plan, Options(seed=seed, **options), file=asked.name, outcome=outcome)
    return answer.result, answer.outcome


def _plan(scenario: Scenario, _asked: Named, options: Mapping[str, Any], seed: int) -> Result:
    answer = plan_scenario(scenario, Options(seed=seed, **options))
    return answer.result, answer.outcome


def _frontier(scenario: Scenario, _asked: Named, options: Mapping[str, Any], seed: int) -> Result:
    stated = {key: value for key, value in options.items() if key not in ("budgets", "risk_weights")}
    budgets, weights = options["budgets"], options["risk_weights"]
    amounts = even_budgets(scenario, budgets) if isinstance(budgets, int) else tuple(budgets)
    grid = Grid(amounts, (None,) if weights is None else tuple(weights))
    with TemporaryDirectory() as folder:
        return frontier_scenario(scenario, grid, Options(seed=seed, **stated), Path(folder)), None


def _compare(scenario: Scenario, _asked: Named, options: Mapping[str, Any], seed: int) -> Result:
    stated = {key: value for key, value in options.items() if key not in ("by", "without")}
    restrictions = restrictions_by(scenario, options["by"], without=options["without"])
    with TemporaryDirectory() as folder:
        return compare_scenario(scenario, restrictions, Options(seed=seed, **stated), Path(folder)), None


_ANSWERS: Mapping[Verb, Callable[[Scenario, Named, Mapping[str, Any], int], Result]] = {
    "simulate": _simulate,
    "plan": _plan,
    "frontier": _frontier,
    "compare": _compare,
}
