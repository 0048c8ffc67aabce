"""The loop between plan and simulation (model.md 8): solve, simulate, correct the formulas, solve again.

What it learns is frozen before a plan is judged: ``kappa`` of each pair (how much of its duty a craft really spends
on station), ``busy`` of each pair (how much of that it spends identifying) and ``rho`` of each requirement (what
remains between planned and simulated).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import LimitError
from fleetcraft.fleet.attainment import attainment, looks_or_share, mean_value
from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.theatre import Theatre, identifies
from fleetcraft.futures import Futures, draw_futures, plant_tree, sample_futures
from fleetcraft.optimise.capability import kept_pairs, later_periods
from fleetcraft.optimise.corrections import KAPPA_RANGE, RHO_RANGE, Corrections, no_corrections
from fleetcraft.optimise.fixed import weighed
from fleetcraft.optimise.formula import craft_mix, occupancy, plan_rows, planned_values, timely_shares
from fleetcraft.optimise.plan_fleet import FleetSolution, can_adapt, plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan import Plan
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_ROUNDS = 6
ROUNDS_BEFORE_NEWS = 2
"""Rounds in which all is ordered at once, where the last solve leaves some for after the news."""
MOST_LATER_PAIRS = 10_000
"""Open pairs x periods after the news x nodes that one solve can hold: the time of a turn grows with their square."""
AGREEMENT = 0.02
LOOP_REPLICATIONS = 100
FIRST_CALIBRATION, FURTHER_CALIBRATION, MOST_CALIBRATION = 200, 50, 1600
"""Replications from which a chosen plan's corrections are learnt: as many as make their noise half the agreement."""
LATER_DAMPING = 0.5
LEAST_OCCUPANCY = 0.05

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how much is done, of how much)."""


def no_progress(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Round:
    """One turn of the loop: attainments and the worst |planned - simulated| (a revisit's over its threshold)."""

    worst_disagreement: float
    planned: float
    simulated: float


@dataclass(frozen=True)
class Calibrated:
    """The plan chosen by the loop, how it was solved, and the corrections frozen for judging it.

    It was solved with the corrections ``learnt`` before, on ``futures`` in the nodes ``node`` (None: without any).
    """

    solution: FleetSolution
    corrections: Corrections
    rounds: tuple[Round, ...]
    learnt: Corrections
    futures: Futures
    node: Ints | None


@dataclass(frozen=True)
class _Visit:
    solution: FleetSolution
    corrections: Corrections
    worth: tuple[float, float]  # of two visits the larger is the better


@dataclass(frozen=True)
class Lesson:
    """What the rounds before the last solve have taught, and the futures, in the nodes ``node``, that it is solved on.

    ``node`` is None where nothing can be ordered after the news, or time was over before: the best of the visited plans
    is then the answer.
    """

    corrections: Corrections
    futures: Futures
    node: Ints | None
    rounds: tuple[Round, ...]
    best: _Visit | None
    stopped: bool


@dataclass(frozen=True)
class Loop:
    """A loop between plan and simulation: ``learn`` from rounds of both, then ``settle`` on a plan.

    ``limits.seconds`` bounds the loop as a whole: no round starts after it, and a solve under way keeps its incumbent.
    """

    theatre: Theatre
    seed: int
    futures: int
    limits: Limits
    threads: int
    progress: Progress
    clock: Callable[[], float] = time.monotonic

    @cached_property
    def _begun(self) -> float:
        return self.clock()

    def _limits(self, least: float = -math.inf) -> Limits:
        """The limits of a solve that begins now."""
        if self.limits.seconds is None:
            return self.limits
        begun = self._begun
        return replace(self.limits, seconds=max(self.limits.seconds - (self.clock() - begun), least))

    def _trial(self, plan: Plan, replications: int) -> _Trial:
        return _trial(self.theatre, plan, self.seed, replications, self.threads)

    def learn(self, start: Corrections | None = None) -> Lesson:
        """Solve and simulate in turn until they agree, all orders at once; the plan that simulates best is kept.

        ``start``: corrections that a plan alike has taught (None: the formulas as they stand); where something can be
        ordered after the news no round is played then. Raises InfeasibleError or LimitError where the first solve finds
        nothing.
        """
        theatre = self.theatre
        adapting = can_adapt(theatre.scenario)
        drawn = sample_futures(theatre.scenario, self.seed, self.futures)
        corrections = start or no_corrections(theatre)
        visits: list[_Visit] = []
        rounds: list[Round] = []
        stopped = False
        before_news = 0 if start is not None else ROUNDS_BEFORE_NEWS
        for number in range(before_news if adapting else MOST_ROUNDS):
            limits = self._limits()
            stopped = limits.seconds is not None and limits.seconds <= 0 and number > 0
            if stopped:
                break
            self.progress(f"round {number + 1}: choosing craft", number, MOST_ROUNDS)
            try:
                solution = plan_fleet(theatre, drawn, corrections, limits)
            except LimitError:
                if not visits:
                    raise
                stopped = True
                break
            repeats = any(v.solution.plan.orders == solution.plan.orders for v in visits)
            self.progress(f"round {number + 1}: simulating the fleet", number, MOST_ROUNDS)
            tried = self._trial(solution.plan, LOOP_REPLICATIONS)
            rounds.append(tried.round(theatre, corrections))
            visits.append(_Visit(solution, corrections, tried.worth(theatre, solution)))
            if rounds[-1].worst_disagreement <= AGREEMENT or repeats:
                break
            corrections = tried.correct(theatre, corrections, damping=LATER_DAMPING if number or start else 1.0)
        best = max(visits, key=lambda v: v.worth, default=None)
        learnt = corrections if best is None else best.corrections
        if not adapting or stopped:
            return Lesson(learnt, drawn, None, tuple(rounds), best, stopped)
        tree = plant_tree(theatre.scenario, self.seed, self.futures, nodes=nodes_of(theatre, self.futures))
        return Lesson(learnt, tree.futures, tree.node, tuple(rounds), best, stopped)

    def settle(self, lesson: Lesson) -> Calibrated:
        """Where something can be ordered after the news, decide what to order now and what to leave for then.

        It is calibrated by the fleet of a typical node. Where time is over before that is decided, the best plan that
        orders all at once is the answer. Raises InfeasibleError or LimitError where there is no plan.
        """
        rounds, stopped = len(lesson.rounds), lesson.stopped
        if lesson.node is not None:
            self.progress("choosing what to leave for after the news", rounds, MOST_ROUNDS)
            try:
                solution = plan_fleet(
                    self.theatre,
                    lesson.futures,
                    lesson.corrections,
                    self._limits(least=1.0),
                    node=lesson.node,
                    beside=None if lesson.best is None else lesson.best.solution.plan,
                )
            except LimitError:
                stopped = True
            else:
                self.progress("simulating the fleet of a typical future", rounds, MOST_ROUNDS)
                trial = self._trial(solution.typical, FIRST_CALIBRATION)
                last = trial.round(self.theatre, lesson.corrections)
                return self._calibrated(lesson, solution, trial, (*lesson.rounds, last))
        alone = lesson if lesson.node is None else self._alone(lesson)
        solution = self._best(alone)
        if stopped:
            solution = replace(solution, stopped_by="time", status="feasible")
        return self._calibrated(alone, solution, self._trial(solution.typical, FIRST_CALIBRATION), lesson.rounds)

    def _alone(self, lesson: Lesson) -> Lesson:
        """The lesson for a plan that orders all at once."""
        return replace(lesson, futures=sample_futures(self.theatre.scenario, self.seed, self.futures), node=None)

    def _best(self, lesson: Lesson) -> FleetSolution:
        """The best of the visited plans, all ordered at once; where none was visited, one is made."""
        if lesson.best is not None:
            return lesson.best.solution
        return plan_fleet(self.theatre, lesson.futures, lesson.corrections, self._limits(least=1.0))

    def _calibrated(
        self, lesson: Lesson, solution: FleetSolution, trial: _Trial, rounds: tuple[Round, ...]
    ) -> Calibrated:
        self.progress("calibrating the chosen plan", len(rounds), MOST_ROUNDS)
        frozen = _calibrated(self.theatre, trial, lesson.corrections, self.seed, self.threads)
        return Calibrated(solution, frozen, rounds, lesson.corrections, lesson.futures, lesson.node)


def plan_and_calibrate(
    theatre: Theatre,
    *,
    seed: int,
    futures: int,
    limits: Limits,
    threads: int,
    progress: Progress,
    start: Corrections | None = None,
) -> Calibrated:
    """Learn and settle. Raises InfeasibleError or LimitError where the first solve finds nothing."""
    loop = Loop(theatre, seed, futures, limits, threads, progress)
    return loop.settle(loop.learn(start))


def nodes_of(theatre: Theatre, futures: int) -> int:
    """Nodes of the tree on which a plan that adapts is solved: as many as each has futures, about.

    Fewer where that would bring more than ``MOST_LATER_PAIRS``, for every node holds all that can be ordered in it.
    """
    scenario = theatre.scenario
    later = np.array([len(later_periods(scenario, platform)) for platform in scenario.platforms])
    kept = kept_pairs(theatre, no_corrections(theatre).kappa)
    pairs = int(later[theatre.pairs.platform[kept]].sum())
    return max(min(round(math.sqrt(futures)), MOST_LATER_PAIRS // max(pairs, 1)), 1)


def calibrate_plan(
    theatre: Theatre, plan: Plan, *, seed: int, threads: int, start: Corrections | None = None
) -> Corrections:
    """Corrections of one plan from block 'loop', undamped, from as many replications as their noise asks for."""
    trial = _trial(theatre, plan, seed, FIRST_CALIBRATION, threads)
    return _calibrated(theatre, trial, start or no_corrections(theatre), seed, threads)


def _calibrated(theatre: Theatre, trial: _Trial, start: Corrections, seed: int, threads: int) -> Corrections:
    """What a trial teaches of its plan, with more replications until that is certain enough.

    How many is decided by the noise of those there are: the noise at the end is a little larger than it looks.
    """
    while True:
        replications = len(trial.outcome)
        corrections = trial.correct(theatre, start, damping=1.0)
        wanted = (trial.noise(theatre, corrections) / (AGREEMENT / 2)) ** 2 * replications
        if replications >= min(wanted, MOST_CALIBRATION):
            return corrections
        more = min(math.ceil(wanted / FURTHER_CALIBRATION) * FURTHER_CALIBRATION, MOST_CALIBRATION)
        trial = _trial(theatre, trial.plan, seed, more, threads, played=trial.outcome)


@dataclass(frozen=True)
class _Trial:
    """A plan, what the simulation measured of it, and the deliveries of the same futures."""

    plan: Plan
    outcome: Outcome
    deliveries: Deliveries

    def planned(self, theatre: Theatre, corrections: Corrections) -> Floats:
        return planned_values(theatre, self.plan, self.deliveries, corrections)

    def round(self, theatre: Theatre, corrections: Corrections) -> Round:
        planned, simulated = self.planned(theatre, corrections), self.outcome.expected
        return Round(
            worst_disagreement=float(disagreement(theatre, planned, simulated).max(initial=0.0)),
            planned=float(attainment(theatre.scenario.requirements, planned).mean()),
            simulated=float(attainment(theatre.scenario.requirements, simulated).mean()),
        )

    def worth(self, theatre: Theatre, solution: FleetSolution) -> tuple[float, float]:
        """What the simulated years are worth by the scenario's objective: attainment less risk; or whether what is
        asked is reached often enough, then least cost.
        """
        scenario = theatre.scenario
        attained = attainment(scenario.requirements, self.outcome.expected)
        stated = scenario.objective
        if stated.mode == "attainment":
            return float(weighed(attained, scenario.uncertainty.risk).mean()), 0.0
        assert stated.attainment is not None
        assert stated.probability is not None
        return min(float((attained >= stated.attainment).mean()), stated.probability), -solution.objective

    def noise(self, theatre: Theatre, corrections: Corrections) -> float:
        """Largest standard error of a requirement's mean planned - simulated, in the units of ``disagreement``.

        A revisit time is 1 / looks, so its error is that of the looks times its own square.
        """
        requirements = theatre.scenario.requirements
        planned = looks_or_share(requirements, self.planned(theatre, corrections))
        difference = planned - looks_or_share(requirements, self.outcome.expected)
        revisits = np.array([r.measure == "revisit" for r in requirements], dtype=bool)
        slope = np.where(revisits, mean_value(requirements, self.outcome.expected) ** 2, 1.0)
        known = ~np.isnan(difference)
        count = known.sum(axis=0)
        spread = np.array([difference[known[:, r], r].std() if count[r] else 0.0 for r in range(len(count))])
        error = spread / np.sqrt(np.maximum(count, 1)) * slope / _scale(theatre)
        return float(error.max(initial=0.0))

    def correct(self, theatre: Theatre, old: Corrections, damping: float) -> Corrections:
        """What this trial teaches, mixed with the old corrections by ``damping``."""
        kappa = old.kappa + damping * (self._kappa(theatre) - old.kappa)
        busy = old.busy + damping * (self._busy(theatre) - old.busy)
        occupied = self._occupancy(theatre, kappa, old.occupancy)
        bare = Corrections(
            kappa=kappa,
            rho=np.ones_like(old.rho),
            busy=busy,
            occupancy=occupied,
            timely=old.timely,
            mix=craft_mix(theatre, self.plan),
        )
        requirements = theatre.scenario.requirements
        planned = mean_value(requirements, self.planned(theatre, bare))
        simulated = mean_value(requirements, self.outcome.expected)
        known = has_value(self.outcome.expected) & (planned > 0)
        ratio = np.where(known, simulated / np.where(known, planned, 1.0), 1.0)
        rho = old.rho + damping * (np.clip(ratio, *RHO_RANGE) - old.rho)
        return replace(bare, rho=rho, timely=timely_shares(theatre, self.plan, self.deliveries, bare))

    def _kappa(self, theatre: Theatre) -> Floats:
        """Hours on station and able to see / (P(able) x duty x hours usable and not grounded), by row.

        Elsewhere the type's mean.
        """
        assert self.plan.allocation is not None
        pair = plan_rows(theatre, self.plan.allocation).pair
        seeing = self.outcome.row_seeing_h.sum(axis=0)
        flying_h = (self.outcome.row_usable_h - self.outcome.row_grounded_h).sum(axis=0)
        expected = (theatre.pairs.sees * theatre.pairs.duty)[pair] * flying_h
        return np.clip(_spread_by_type(theatre, pair, seeing, expected, untold=1.0), *KAPPA_RANGE)

    def _busy(self, theatre: Theatre) -> Floats:
        """Hours identifying / hours on station and able to see, by row; elsewhere the type's mean, 0 where none do."""
        assert self.plan.allocation is not None
        pair = plan_rows(theatre, self.plan.allocation).pair
        looks = identifying_pairs(theatre)
        seeing = np.where(looks[pair], self.outcome.row_seeing_h.sum(axis=0), 0.0)
        shares = _spread_by_type(theatre, pair, self.outcome.row_busy_h.sum(axis=0), seeing, untold=0.0)
        return np.where(looks, shares, 0.0)

    def _occupancy(self, theatre: Theatre, kappa: Floats, old: Floats) -> Floats:
        assert self.plan.allocation is not None
        rows = plan_rows(theatre, self.plan.allocation)
        occupied = occupancy(theatre, rows, self.deliveries, kappa).mean(axis=0)
        seen = old.copy()
        for n in np.unique(rows.pair):
            key = theatre.pairs.platform[n], theatre.pairs.area[n]
            mine = (theatre.pairs.platform[rows.pair] == key[0]) & (theatre.pairs.area[rows.pair] == key[1])
            seen[key] = max(np.average(occupied[mine], weights=rows.stations[mine]), LEAST_OCCUPANCY)
        return seen


def _trial(
    theatre: Theatre, plan: Plan, seed: int, replications: int, threads: int, *, played: Outcome | None = None
) -> _Trial:
    """The plan in so many futures of block 'loop', the first of which may have been ``played`` already."""
    first = 0 if played is None else len(played)
    outcome = simulate_plan(
        theatre, plan, seed=seed, block="loop", replications=replications - first, threads=threads, first=first
    )
    futures = draw_futures(theatre.scenario, seed, "loop", range(replications))
    whole = outcome if played is None else played.followed_by(outcome)
    return _Trial(plan, whole, deliver(theatre.scenario, plan, futures))


def identifying_pairs(theatre: Theatre) -> NDArray[np.bool_]:
    """The pairs whose craft may be called to identify, (N,): those who can, where a requirement asks for it."""
    scenario, pairs = theatre.scenario, theatre.pairs
    called = np.zeros((len(scenario.platforms), len(scenario.areas)), dtype=bool)
    for requirement in scenario.requirements:
        if requirement.measure == "identification":
            assert requirement.target is not None
            called[:, scenario.area_index[requirement.area]] |= identifies(scenario, requirement.target)
    return called[pairs.platform, pairs.area]


def _spread_by_type(
    theatre: Theatre, pair: NDArray[np.int64], done: Floats, expected: Floats, *, untold: float
) -> Floats:
    """done / expected of each pair; without craft the pooled ratio of its platform, else of its domain, else untold."""
    pairs, platforms = theatre.pairs, theatre.scenario.platforms
    domains = np.array([p.domain for p in platforms])

    def pooled(members: NDArray[np.bool_]) -> float | None:
        total = expected[members].sum()
        return float(done[members].sum() / total) if total > 0 else None

    ratio = np.full(len(pairs), untold)
    for p, platform in enumerate(platforms):
        own = pooled(pairs.platform[pair] == p)
        kin = pooled(domains[pairs.platform[pair]] == platform.domain)
        ratio[pairs.platform == p] = next((k for k in (own, kin) if k is not None), untold)
    for n in np.unique(pair):
        here = pooled(pair == n)
        if here is not None:
            ratio[n] = here
    return ratio


def has_value(values: Floats) -> NDArray[np.bool_]:
    """Which requirements have a value in any year of (n, R)."""
    known: NDArray[np.bool_] = np.any(~np.isnan(values), axis=0)
    return known


def disagreement(theatre: Theatre, planned: Floats, simulated: Floats) -> Floats:
    """|planned - simulated| of each requirement's mean; a revisit time's as a share of its threshold.

    0 where nothing was there to be measured.
    """
    requirements = theatre.scenario.requirements
    apart: Floats = np.abs(mean_value(requirements, planned) - mean_value(requirements, simulated)) / _scale(theatre)
    return np.where(has_value(simulated), apart, 0.0)


def _scale(theatre: Theatre) -> Floats:
    return np.array([r.threshold if r.measure == "revisit" else 1.0 for r in theatre.scenario.requirements])
