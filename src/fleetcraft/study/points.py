"""Points of a study: variants of one scenario, each decided, calibrated and judged in the same futures.

Every point meets the same weather, failures, deliveries and rates, so two points are compared year by year: the
interval of their difference is far narrower than those of the two means.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import Clash, InfeasibleError, LimitError
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan_file import plan_to_json
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import Estimate, estimate, yearly_attainment
from fleetcraft.simulate.player import compile_kernel, is_compiled
from fleetcraft.study import result as entries
from fleetcraft.study.calibrate import Calibrated, Progress, no_progress, plan_and_calibrate
from fleetcraft.study.decide import MOST_NODES, Options
from fleetcraft.study.judge import Judgement
from fleetcraft.study.recourse import judge_calibrated
from fleetcraft.study.store.disk import refusals_told
from fleetcraft.study.tasks import answer_of

Floats = NDArray[np.float64]
Json = dict[str, Any]

WORST = 0.1
"""The share of the years that ``risk`` looks at."""
STEP_SHARE = 0.05
"""What more money is worth is told by this share of it, rounded."""
PLAN, CORRECTIONS = "plan.json", "corrections.npz"


@dataclass(frozen=True)
class Decide:
    """Decide, calibrate and judge one variant of a scenario; a task whose answer ``read_points`` reads.

    ``scenario`` differs from the theatre's in budgets, policies or risk alone, so that the theatre serves it too. The
    loop starts from what the first of the points ``after`` that has a plan has learnt.
    """

    key: str
    what: str
    scenario: Scenario
    options: Options
    after: tuple[str, ...] = ()

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:
        """The point as plain data; its plan and corrections in files beside it."""
        try:
            calibrated = self.decide(theatre, start=_nearest_corrections(folder, self.after), threads=threads)
        except InfeasibleError as error:
            clashes = [asdict(clash) for clash in error.clashes]
            return {"status": "infeasible", "conflict": list(error.conflicts), "clashes": clashes}
        except LimitError as error:
            return {"status": "limit", "conflict": [str(error)]}
        varied = replace(theatre, scenario=self.scenario)
        judgement = judge_calibrated(
            varied, calibrated, seed=self.options.seed, replications=self.options.replications, threads=threads
        )
        with refusals_told(folder / self.key, folder):
            _write_atomically(folder / self.key / PLAN, plan_to_json(judgement.plan).encode())
            write_corrections(folder, self.key, calibrated.corrections)
        return _answer(varied, calibrated, judgement)

    def decide(self, theatre: Theatre, *, start: Corrections | None, threads: int) -> Calibrated:
        """The loop of plan and simulation. Raises InfeasibleError or LimitError where there is no plan."""
        return plan_and_calibrate(
            replace(theatre, scenario=self.scenario),
            seed=self.options.seed,
            futures=self.options.futures,
            limits=limits_of(self.options),
            threads=threads,
            progress=no_progress,
            start=start,
        )


@dataclass(frozen=True)
class Point:
    """A variant and its answer: plain data, without a plan where there is none."""

    key: str
    answer: Json

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return "yearly" in self.answer

    @cached_property
    def yearly(self) -> Floats:
        """Attainment of each judged year, (n,)."""
        return np.array(self.answer["yearly"], dtype=np.float64)

    @property
    def told(self) -> Json:
        """The answer without its years, nor its statements in conflict but as lines."""
        return {key: value for key, value in self.answer.items() if key not in ("yearly", "clashes")}

    @property
    def why_none(self) -> InfeasibleError | LimitError:
        """Why there is no plan, as the solve raised it."""
        if self.answer["status"] == "limit":
            return LimitError(*self.answer["conflict"])
        return InfeasibleError([Clash(**clash) for clash in self.answer["clashes"]])


def make_ready(scenario: Scenario, progress: Progress) -> Theatre:
    """The theatre that all variants share; the event loop is compiled here, where that was never done."""
    if not is_compiled():
        progress("compiling the simulation, once after installation (some 15 s)", 0, 1)
        compile_kernel()
    progress("measuring areas and routes", 0, 1)
    return make_theatre(scenario)


def read_points(folder: Path, tasks: Sequence[Decide]) -> list[Point]:
    """The answers of tasks that are done, in their order."""
    return [Point(task.key, answer_of(folder, task.key)) for task in tasks]


def are_reproducible(points: Iterable[Point]) -> bool:
    """Whether no solve was cut short, so that the same call gives the same answers on any machine."""
    return all(p.answer["status"] != "limit" and p.answer.get("stopped_by") != "time" for p in points)


def paired(one: Point, other: Point) -> Estimate:
    """Mean of one point's attainment less the other's over the same years, and its 95% interval."""
    return estimate(one.yearly - other.yearly)


def is_worse(one: Point, other: Point) -> bool:
    """Whether one point attains less than another in the years of both, by more than chance explains."""
    return paired(one, other).high < 0


def worst_tenth(yearly: Floats) -> Estimate:
    """Mean attainment of the worst tenth of the years, and its 95% interval.

    The mean below the quantile q is that of q - max(q - A, 0) / share (Rockafellar and Uryasev, 2000); an error of q
    changes it in second order only, so the years' own spread of that expression gives the interval.
    """
    known = yearly[~np.isnan(yearly)]
    if not len(known):
        return Estimate(np.nan, np.nan, np.nan)
    quantile = np.quantile(known, WORST, method="inverted_cdf")
    return estimate(quantile - np.maximum(quantile - known, 0.0) / WORST)


def aims_at_mean(scenario: Scenario) -> bool:
    """Whether the better of two plans is the one of the higher mean attainment."""
    risk = scenario.uncertainty.risk
    return scenario.objective.mode == "attainment" and (risk is None or risk.weight == 0)


def round_step(amount: float) -> float:
    """A twentieth of a sum, rounded to 1, 2 or 5 times a power of ten: 10 of 200 billion."""
    twentieth = max(STEP_SHARE * amount, 1e-9)
    power = 10.0 ** np.floor(np.log10(twentieth))
    return float(power * min((1, 2, 5, 10), key=lambda m: abs(np.log(twentieth / (m * power)))))


def limits_of(options: Options) -> Limits:
    """When a point's solves may stop."""
    return Limits(gap=options.gap, nodes=MOST_NODES, seconds=options.time_limit_s)


def with_parts(scenario: Scenario, **values: object) -> Scenario:
    """A validated copy with other values at its top."""
    stated = {name: getattr(scenario, name) for name in type(scenario).model_fields}
    return Scenario.model_validate({**stated, **values})


def read_corrections(folder: Path, key: str) -> Corrections | None:
    """What a point's loop has learnt; None where it has no plan."""
    path = folder / key / CORRECTIONS
    if not path.is_file():
        return None
    with np.load(path) as arrays:
        return Corrections(**arrays)


def write_corrections(folder: Path, key: str, corrections: Corrections) -> None:
    """Store what a point's loop has learnt."""
    path = folder / key / CORRECTIONS
    part = path.with_name("part.npz")
    np.savez(part, **{field.name: getattr(corrections, field.name) for field in fields(corrections)})
    os.replace(part, path)


def _nearest_corrections(folder: Path, keys: Sequence[str]) -> Corrections | None:
    learnt = (read_corrections(folder, key) for key in keys)
    return next((corrections for corrections in learnt if corrections is not None), None)


def _write_atomically(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)


def _answer(theatre: Theatre, calibrated: Calibrated, judgement: Judgement) -> Json:
    scenario, solution = theatre.scenario, calibrated.solution
    yearly = yearly_attainment(scenario.requirements, judgement.outcome)
    worst = worst_tenth(yearly)
    requirements = entries.requirement_entries(theatre, judgement)
    orders = entries.order_entries(theatre, judgement)
    return {
        "status": solution.status,
        "stopped_by": solution.stopped_by,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "cost": {k: v for k, v in entries.cost_entry(scenario, judgement).items() if k != "budget"},
        "attainment": entries.attainment_entry(scenario, judgement),
        "risk": {
            "p10": _number(np.nanquantile(yearly, WORST)),
            "cvar": _number(worst.mean),
            "low": _number(worst.low),
            "high": _number(worst.high),
        },
        "probability_all_met": entries.fleet_entries(scenario, judgement)["probability_all_met"],
        "orders": [{k: order[k] for k in _ORDER_KEYS} for order in orders],
        "later": entries.later_entries(theatre, judgement),
        "requirements": [{k: entry[k] for k in _REQUIREMENT_KEYS} for entry in requirements],
        "rounds": len(calibrated.rounds),
        "yearly": [_number(value) for value in yearly],
    }


_ORDER_KEYS = ("platform", "name", "supplier_country", "domain", "period", "quantity", "cost")
_REQUIREMENT_KEYS = ("id", "planned", "simulated", "low", "high", "probability_met")


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
