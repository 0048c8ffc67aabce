"""The verbs plan and simulate: from a scenario to an answer as plain data, ready to be stored."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from fleetcraft.errors import Fault, FleetcraftError, InfeasibleError, LimitError, ScenarioError
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.futures import likely_future
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.fixed import Bracket
from fleetcraft.optimise.formula import plan_rows, planned_values
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.workers import meanwhile
from fleetcraft.plan import Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.player import compile_kernel, is_compiled
from fleetcraft.simulate.trace import Trace, trace_plan
from fleetcraft.study import result as entries
from fleetcraft.study.calibrate import Calibrated, Loop, Progress, Round, no_progress, nodes_of
from fleetcraft.study.judge import Judgement, complete_plan, judge_plan, judgement_of
from fleetcraft.study.origin import origin_warnings
from fleetcraft.study.recourse import judge_calibrated
from fleetcraft.study.sample_average import sample_average, sample_average_entry
from fleetcraft.study.value_of_information import (
    ValueOfInformation,
    better_and_worse_informed,
    information_entry,
)
from fleetcraft.study.warnings import later_warnings, unplaced_warnings

Json = dict[str, Any]

LIKELY_REPLICATIONS = 100
MOST_NODES = 100
"""Nodes of a search, where rounding leaves too wide a gap: a limit that any machine reaches alike."""


@dataclass(frozen=True)
class Options:
    """How much work a run may do; part of its identity.

    ``half_width``: judging ends, before ``replications`` but not before 30, once no requirement's 95% interval is wider
    to either side; in the requirement's own unit, of a revisit as a share of its threshold. None: all are played.
    ``samples``: how many times the programme is solved anew on fresh futures, for an interval of its true optimum (0:
    that is not asked for). Raises ValueError where the half width is not above 0, or there is one sample.
    """

    seed: int = 1
    replications: int = 200
    half_width: float | None = None
    futures: int = 20
    gap: float = 0.01
    time_limit_s: float | None = None
    samples: int = 0

    def __post_init__(self) -> None:
        if self.half_width is not None and not 0 < self.half_width < math.inf:
            raise ValueError(f"half_width: found {self.half_width}, expected a number above 0")
        if self.samples < 0 or self.samples == 1:
            raise ValueError(f"samples: found {self.samples}, expected 0 or at least 2")


DEFAULTS = Options()


@dataclass(frozen=True)
class Answer:
    """A plan, the run's result.json, the trace of the replication that was asked for, and all that was played."""

    plan: Plan
    result: Json
    trace: Trace | None = None
    outcome: Outcome | None = None


@dataclass
class _Stopwatch:
    clock: Callable[[], float] = time.perf_counter
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = self.clock()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self.clock() - start


def plan_scenario(
    scenario: Scenario, options: Options = DEFAULTS, *, threads: int = 1, progress: Progress = no_progress
) -> Answer:
    """Decide, calibrate, judge.

    Raises InfeasibleError where no plan meets the hard constraints, LimitError where a limit left nothing to show.
    """
    watch = _Stopwatch()
    limits = Limits(gap=options.gap, nodes=MOST_NODES, seconds=options.time_limit_s)
    with watch.stage("geography"):
        progress("measuring areas and routes", 0, 1)
        theatre = make_theatre(scenario)
    _compile(watch, progress)
    loop = Loop(theatre, options.seed, options.futures, limits, threads, progress)
    with watch.stage("loop"):
        lesson = loop.learn()
    asks = scenario.objective.mode == "attainment"
    known = theatre, lesson.futures, lesson.corrections, replace(limits, nodes=1), lesson.node
    with meanwhile(threads if asks else 1, better_and_worse_informed, *known) as informed:
        with watch.stage("loop"):
            calibrated = loop.settle(lesson)
        solution = calibrated.solution
        with watch.stage("judge"):
            judgement = judge_calibrated(
                theatre,
                calibrated,
                seed=options.seed,
                replications=options.replications,
                threads=threads,
                half_width=options.half_width,
                progress=progress,
            )
        with watch.stage("information"):
            information, unknown = _UNINFORMED, list[str]()
            if asks and calibrated.futures is lesson.futures:
                progress("asking what it is worth to know beforehand", 0, 1)
                information, unknown = _information(solution, informed)
    with watch.stage("likely"):
        progress("planning on likely values, for comparison", 0, 1)
        likely = _likely_value_plan(
            theatre, options.seed, len(judgement.outcome), limits, calibrated.corrections, threads
        )
    sampled: Json = {}
    if options.samples:
        with watch.stage("samples"):
            sampled = _sampled(theatre, calibrated, options, limits, threads, progress)
    result = {
        **entries.head(scenario, options.seed, watch.seconds),
        "reproducible": solution.stopped_by != "time",
        "stopped_by": solution.stopped_by,
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "rounding_gap": solution.rounding_gap,
        "aim": scenario.objective.model_dump(),
        **_measured(theatre, judgement, options),
        "corrections": _corrections(theatre, solution.typical, calibrated.corrections),
        **sampled,
        **information,
        "loop": [_round_entry(number, turn) for number, turn in enumerate(calibrated.rounds, 1)],
        "likely_value_plan": likely,
        "futures": {"solve": options.futures, "judge": len(judgement.outcome)},
    }
    result["warnings"] = [*result["warnings"], *unknown]
    return Answer(judgement.plan, result, outcome=judgement.outcome)


_UNINFORMED: Json = {"evpi": None, "vss": None}


def _information(
    solution: FleetSolution, informed: Callable[[], tuple[Bracket | None, Bracket | None]]
) -> tuple[Json, list[str]]:
    """What it would be worth to know the future; a plan stands without it, with a warning that tells why."""
    try:
        found = ValueOfInformation(Bracket(solution.objective, solution.bound), *informed())
    except FleetcraftError as error:
        return _UNINFORMED, [f"what it would be worth to know the future beforehand is not told: {error}"]
    return information_entry(found), []


def simulate_scenario(
    scenario: Scenario,
    plan: Plan,
    options: Options = DEFAULTS,
    *,
    threads: int = 1,
    progress: Progress = no_progress,
    file: str = "plan.json",
    trace: int | None = None,
    outcome: Outcome | None = None,
) -> Answer:
    """Judge any plan by simulation alone; craft without an allocation are placed by the greedy rule.

    An ``outcome`` is that of all replications, where they were played before. With ``trace`` the answer also holds what
    happened in that replication, counted from 0. Raises ScenarioError where a row of the plan cannot be flown, or the
    replication to be traced is not played.
    """
    _require_played(trace, options.replications)
    watch = _Stopwatch()
    with watch.stage("geography"):
        progress("measuring areas and routes", 0, 1)
        theatre = make_theatre(scenario)
        whole = complete_plan(theatre, plan, seed=options.seed, file=file)
    _compile(watch, progress)
    with watch.stage("judge"):
        if outcome is None:
            judgement = judge_plan(
                theatre,
                whole,
                seed=options.seed,
                replications=options.replications,
                threads=threads,
                half_width=options.half_width,
                progress=lambda done, of: progress("judging the plan in fresh futures", done, of),
            )
        else:
            judgement = judgement_of(theatre, whole, outcome, seed=options.seed)
    stopped_before = trace is not None and trace >= len(judgement.outcome)
    traced = None
    if trace is not None and not stopped_before:
        _compile(watch, progress, logged=True)
        with watch.stage("trace"):
            progress("playing one year event by event", 0, 1)
            traced = trace_plan(theatre, whole, seed=options.seed, block="judge", index=trace)
    measured = _measured(theatre, judgement, options)
    result = {
        **entries.head(scenario, options.seed, watch.seconds),
        **measured,
        "warnings": [
            *later_warnings(plan, seed=options.seed, played=len(judgement.outcome), file=file),
            *unplaced_warnings(plan, file),
            *origin_warnings(scenario, plan, file),
            *([_too_late(trace, len(judgement.outcome))] if trace is not None and stopped_before else []),
            *measured["warnings"],
        ],
        "futures": {"judge": len(judgement.outcome)},
    }
    if trace is not None and not stopped_before:
        result["trace"] = entries.trace_entry(theatre, judgement, options.seed, trace)
    return Answer(whole, result, traced, judgement.outcome)


def _compile(watch: _Stopwatch, progress: Progress, *, logged: bool = False) -> None:
    """Compile the event loop where that was never done, so that no other stage is thought to take so long."""
    if not is_compiled(logged=logged):
        with watch.stage("compile"):
            what = "the simulation that keeps a log" if logged else "the simulation"
            progress(f"compiling {what}, once after installation (some 15 s)", 0, 1)
            compile_kernel(logged=logged)


def _require_played(replication: int | None, played: int) -> None:
    if replication is not None and not 0 <= replication < played:
        expected = f"the number of one that is played, 0 to {played - 1}"
        raise ScenarioError([Fault("trace", 0, "replication", str(replication), expected)])


def _too_late(replication: int, played: int) -> str:
    return f"replication {replication} is not followed: the half width was reached after {played}"


def _measured(theatre: Theatre, judgement: Judgement, options: Options) -> Json:
    """The keys that judging fills, for a plan of any origin."""
    scenario = theatre.scenario
    allocation = entries.allocation_entries(theatre, judgement.plan)
    return {
        "orders": entries.order_entries(theatre, judgement),
        "later": entries.later_entries(theatre, judgement),
        "allocation": allocation,
        "cost": entries.cost_entry(scenario, judgement),
        "requirements": entries.requirement_entries(theatre, judgement),
        "attainment": entries.attainment_entry(scenario, judgement),
        "yearly": entries.yearly_entry(scenario, judgement),
        **entries.fleet_entries(scenario, judgement),
        "late": entries.late_entries(theatre, judgement),
        "first_day": entries.first_day_entries(theatre, judgement),
        "deliveries": entries.delivery_entries(theatre, judgement),
        "ramp_up": entries.ramp_up_entries(theatre, judgement),
        **entries.scenario_entries(theatre, judgement, allocation),
        "replications": len(judgement.outcome),
        "stopping": entries.stopping_entry(
            scenario, judgement.outcome, half_width=options.half_width, most=options.replications
        ),
    }


def _corrections(theatre: Theatre, plan: Plan, corrections: Corrections) -> Json:
    """What the loop has taught: rho of each requirement, kappa and busy of each row of the plan."""
    rows = plan_rows(theatre, plan.allocation or ())
    names = [f"{row.platform}/{row.base}/{row.area}" for row in plan.allocation or ()]
    ids = [r.id for r in theatre.scenario.requirements]
    return {
        "rho": dict(zip(ids, corrections.rho.tolist(), strict=True)),
        "kappa": dict(zip(names, corrections.kappa[rows.pair].tolist(), strict=True)),
        "busy": dict(zip(names, corrections.busy[rows.pair].tolist(), strict=True)),
    }


def _sampled(
    theatre: Theatre, calibrated: Calibrated, options: Options, limits: Limits, threads: int, progress: Progress
) -> Json:
    """What fresh samples say of the true optimum; None where the limits left one unsolved."""
    solution = calibrated.solution
    found = sample_average(
        theatre,
        solution.plan,
        calibrated.corrections,
        limits,
        seed=options.seed,
        futures=options.futures,
        samples=options.samples,
        nodes=None if solution.adapter is None else nodes_of(theatre, options.futures),
        processes=threads,
        told=lambda done, of: progress("solving on fresh samples of futures", done, of),
    )
    return {"sample_average": None if found is None else sample_average_entry(found)}


def _round_entry(number: int, turn: Round) -> Json:
    return {
        "round": number,
        "worst_disagreement": turn.worst_disagreement,
        "planned": turn.planned,
        "simulated": turn.simulated,
    }


def _likely_value_plan(
    theatre: Theatre, seed: int, judged: int, limits: Limits, corrections: Corrections, threads: int
) -> Json | None:
    """What a plan made on likely values alone claims, and what it earns in the futures that judge.

    None where there is no such plan, or none was found in time.
    """
    scenario = theatre.scenario
    likely = likely_future(scenario)
    try:
        plan = plan_fleet(theatre, likely, corrections, limits).plan
    except (InfeasibleError, LimitError):
        return None
    claimed = planned_values(theatre, plan, deliver(scenario, plan, likely), corrections)
    judgement = judge_plan(
        theatre,
        plan,
        seed=seed,
        replications=min(LIKELY_REPLICATIONS, judged),
        threads=threads,
        corrections=corrections,
    )
    earned = entries.attainment_entry(scenario, judgement)
    return {
        "orders": entries.order_entries(theatre, judgement),
        "claims": float(attainment(scenario.requirements, claimed).mean()),
        "earns": earned["simulated"],
        "low": earned["low"],
        "high": earned["high"],
    }
