"""How a study's points are answered: the job that all of its blocks belong to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, cast

from pydantic import ValidationError

from fleetcraft.errors import FleetcraftError, InfeasibleError, LimitError, RunError
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.plan import Plan
from fleetcraft.scenario.paths import numbers_by_address, stepped_into
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.wording import amount
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_plan
from fleetcraft.study.compare import compare_scenario
from fleetcraft.study.decide import Options, plan_scenario, simulate_scenario
from fleetcraft.study.engine.blocks import Join, Piece, Point, Points, answered_in_time, joined, packed
from fleetcraft.study.frontier import Grid, even_budgets, frontier_scenario
from fleetcraft.study.judge import complete_plan
from fleetcraft.study.questionnaire.batches import batches_of
from fleetcraft.study.questionnaire.outputs import (
    AbsentOutputError,
    UnknownOutputError,
    has_interval,
    interval_of,
    output_of,
    platform_names,
)
from fleetcraft.study.questionnaire.questions import Named, Study, Verb
from fleetcraft.study.restrictions import restrictions_by

Json = dict[str, Any]
Result = tuple[Json, Outcome | None]

DONE, INFEASIBLE, FAILED = "done", "infeasible", "failed"


@dataclass(frozen=True, eq=False)
class StudyJob:
    """A study as a job. An answer is plain data: ``status``, and ``reason`` where that is not done.

    Else ``values`` by output; of what is simulated ``low`` and ``high``, and ``batches`` (the means of 10 equal batches
    of the years); ``reproducible`` is false where a time limit cut a solve short. ``had`` are the outputs that some
    answer is known to have: one that lacks them has None there.
    """

    study: Study
    had: frozenset[str] = frozenset()

    def answer(self, block: Points | Piece | Join) -> list[Json] | bytes:
        """The answers of the points, of the first ones alone where they take long; or a piece's packed outcome.

        Raises UnknownOutputError where an output is the path of no number, RunError where the machine fails.
        """
        if isinstance(block, Points):
            return answered_in_time(block.points, self._whole_answer, perf_counter)
        if isinstance(block, Piece):
            return self._piece(block)
        return [self._answered(block.point, partial(self._joined, block))]

    @property
    def replications(self) -> int | None:
        """How many replications a point has, where it can be played in pieces."""
        options = self.study.options
        is_fixed = self.study.verb == "simulate" and options.get("half_width") is None
        return int(options["replications"]) if is_fixed else None

    def _whole_answer(self, point: Point) -> Json:
        return self._answered(point, partial(self._whole, point))

    def _answered(self, point: Point, result: Callable[[Scenario], Result]) -> Json:
        try:
            scenario = scenario_at(self.study, point)
            found, outcome = result(scenario)
        except InfeasibleError as error:
            return {"status": INFEASIBLE, "reason": "; ".join(error.conflicts)}
        except LimitError as error:
            in_time = self.study.options.get("time_limit_s") is None
            return {"status": FAILED, "reason": _in_one_line(error), "reproducible": in_time}
        except RunError:
            raise  # of the machine, not of the point
        except FleetcraftError as error:
            return {"status": FAILED, "reason": _in_one_line(error)}
        except ValidationError as error:
            return {"status": FAILED, "reason": refusal(error)}
        return self._taken(scenario, found, outcome)

    def _taken(self, scenario: Scenario, found: Json, outcome: Outcome | None) -> Json:
        """What the study asks for of an answer."""
        outputs, known = self.study.outputs, platform_names(scenario)
        intervals = {name: interval_of(found, name, known) for name in outputs if has_interval(name)}
        batches = {} if outcome is None else batches_of(scenario.requirements, outcome)
        return {
            "status": DONE,
            "values": {name: self._value(found, name, known) for name in outputs},
            "low": {name: low for name, (low, _) in intervals.items()},
            "high": {name: high for name, (_, high) in intervals.items()},
            "batches": {name: batches[name] for name in outputs if name in batches},
            "reproducible": bool(found.get("reproducible", True)),
        }

    def _value(self, found: Json, output: str, known: Collection[str]) -> float | None:
        try:
            return output_of(found, output, known)
        except AbsentOutputError:
            return None
        except UnknownOutputError:
            if output in self.had:
                return None
            raise

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
        except RunError:
            raise
        except (FleetcraftError, ValidationError):
            return b""

    def _joined(self, join: Join, scenario: Scenario) -> Result:
        asked = self.study.asked[join.point.asked]
        outcome = joined(join.pieces) if all(join.pieces) else None
        return _simulate(scenario, asked, self.study.options, self.study.seed, outcome)


def scenario_at(study: Study, point: Point) -> Scenario:
    """The scenario that a point asks about.

    Raises pydantic's ValidationError where it cannot have the factors' values, ValuesClashError where one of them moves
    the number of another.
    """
    stated = scenario = study.asked[point.asked].scenario
    for factor, value in zip(study.factors, point.values, strict=True):
        if value is not None:
            scenario = factor.applied(scenario, value)
    for factor, value in zip(study.factors, point.values, strict=True):
        for address, number in numbers_by_address(stated, factor.path).items():
            wanted = number if value is None else factor.put_for(number, value)
            found = reduce(stepped_into, address, cast(object, scenario))
            if found != wanted:
                raise ValuesClashError(factor.path, wanted, found)
    return scenario


class ValuesClashError(FleetcraftError):
    """Two factors' values do not go together: the one's has moved a number of the other's."""

    status = 2

    def __init__(self, path: str, wanted: float, became: object) -> None:
        super().__init__(path, wanted, became)
        self.path, self.wanted, self.became = path, wanted, became

    def __str__(self) -> str:
        told = amount(self.became) if isinstance(self.became, int | float) else self.became
        values = f"{self.path} at {amount(self.wanted)} became {told}"
        return f"these values do not go together: {values} beside the other factors"


def _in_one_line(error: FleetcraftError) -> str:
    return " ".join(str(error).split())


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
    return theatre, complete_plan(theatre, asked.plan, seed=job.study.seed, file=asked.file)


def _simulate(
    scenario: Scenario, asked: Named, options: Mapping[str, Any], seed: int, outcome: Outcome | None = None
) -> Result:
    assert asked.plan is not None
    answer = simulate_scenario(scenario, asked.plan, Options(seed=seed, **options), file=asked.file, outcome=outcome)
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
