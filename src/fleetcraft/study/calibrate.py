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

import numpy as np
from numpy.typing import NDArray

from fleetcraft.errors import LimitError
from fleetcraft.fleet.attainment import attainment, looks_or_share, mean_value
from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.theatre import Theatre, identifies
from fleetcraft.futures import Futures, draw_futures, plant_tree, sample_futures
from fleetcraft.optimise.capability import is_after_news, kept_pairs, order_periods
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
FIRST_CALIBRATION, MOST_CALIBRATION = 200, 1600
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


def plan_and_calibrate(
    theatre: Theatre,
    *,
    seed: int,
    futures: int,
    limits: Limits,
    threads: int,
    progress: Progress,
    start: Corrections | None = None,
    most_rounds: int = MOST_ROUNDS,
    clock: Callable[[], float] = time.monotonic,
) -> Calibrated:
    """Solve and simulate in turn until they agree; the visited plan that simulates best is kept and calibrated anew.

    The loop decides all orders at once. Where money is left for after the news, a last solve with its corrections
    decides what to order now and what to leave for then; it is calibrated by the fleet of a typical node.

    ``start``: corrections that a plan alike has taught (None: the formulas as they stand). Where money is left for
    after the news the last solve then takes them as they are, and the plan that orders all at once is only its rival.

    ``limits.seconds`` bounds the loop as a whole: no round starts after it, and a solve under way keeps its incumbent.
    Raises InfeasibleError or LimitError where the first solve finds nothing.
    """
    begun = clock()
    drawn = sample_futures(theatre.scenario, seed, futures)
    corrections = start or no_corrections(theatre)
    visits: list[_Visit] = []
    rounds: list[Round] = []
    stopped = False
    adapting = can_adapt(theatre.scenario)
    for number in range(min(most_rounds, ROUNDS_BEFORE_NEWS) if adapting else most_rounds):
        left = None if limits.seconds is None else limits.seconds - (clock() - begun)
        stopped = left is not None and left <= 0 and number > 0
        if stopped:
            break
        progress(f"round {number + 1}: choosing craft", number, most_rounds)
        try:
            solution = plan_fleet(theatre, drawn, corrections, replace(limits, seconds=left))
        except LimitError:
            if not visits:
                raise
            stopped = True
            break
        if adapting and start is not None:
            visits.append(_Visit(solution, start, (0.0, 0.0)))
            break
        repeats = any(v.solution.plan.orders == solution.plan.orders for v in visits)
        progress(f"round {number + 1}: simulating the fleet", number, most_rounds)
        tried = _trial(theatre, solution.plan, seed, LOOP_REPLICATIONS, threads)
        rounds.append(tried.round(theatre, corrections))
        visits.append(_Visit(solution, corrections, tried.worth(theatre, solution)))
        if rounds[-1].worst_disagreement <= AGREEMENT or repeats:
            break
        corrections = tried.correct(theatre, corrections, damping=LATER_DAMPING if number or start else 1.0)
    best = max(visits, key=lambda v: v.worth)
    node: Ints | None = None
    trial: _Trial | None = None
    if adapting and not stopped:
        progress("choosing what to leave for after the news", len(rounds), most_rounds)
        left = None if limits.seconds is None else max(limits.seconds - (clock() - begun), 1.0)
        tree = plant_tree(theatre.scenario, seed, futures, nodes=nodes_of(theatre, futures))
        try:
            solution = plan_fleet(
                theatre,
                tree.futures,
                best.corrections,
                replace(limits, seconds=left),
                node=tree.node,
                beside=best.solution.plan,
            )
        except LimitError:
            stopped = True
        else:
            drawn, node = tree.futures, tree.node
            progress("simulating the fleet of a typical future", len(rounds), most_rounds)
            trial = _trial(theatre, solution.typical, seed, FIRST_CALIBRATION, threads)
            rounds.append(trial.round(theatre, best.corrections))
            best = _Visit(solution, best.corrections, trial.worth(theatre, solution))
    progress("calibrating the chosen plan", len(rounds), most_rounds)
    if trial is None:
        trial = _trial(theatre, best.solution.typical, seed, FIRST_CALIBRATION, threads)
    frozen = _calibrated(theatre, trial, best.corrections, seed, threads)
    solution = replace(best.solution, stopped_by="time", status="feasible") if stopped else best.solution
    return Calibrated(solution, frozen, tuple(rounds), best.corrections, drawn, node)


def nodes_of(theatre: Theatre, futures: int) -> int:
    """Nodes of the tree on which a plan that adapts is solved: as many as each has futures, about.

    Fewer where that would bring more than ``MOST_LATER_PAIRS``, for every node holds all that can be ordered in it.
    """
    scenario = theatre.scenario
    later = sum(is_after_news(scenario, period) for period in order_periods(scenario, adapting=True))
    pairs = later * len(kept_pairs(theatre, no_corrections(theatre).kappa))
    return max(min(round(math.sqrt(futures)), MOST_LATER_PAIRS // max(pairs, 1)), 1)


def calibrate_plan(
    theatre: Theatre, plan: Plan, *, seed: int, threads: int, start: Corrections | None = None
) -> Corrections:
    """Corrections of one plan from block 'loop', undamped, from as many replications as their noise asks for."""
    trial = _trial(theatre, plan, seed, FIRST_CALIBRATION, threads)
    return _calibrated(theatre, trial, start or no_corrections(theatre), seed, threads)


def _calibrated(theatre: Theatre, trial: _Trial, start: Corrections, seed: int, threads: int) -> Corrections:
    """What a trial teaches of its plan, played again with more replications until that is certain enough."""
    while True:
        replications = len(trial.outcome)
        corrections = trial.correct(theatre, start, damping=1.0)
        wanted = (trial.noise(theatre, corrections) / (AGREEMENT / 2)) ** 2 * replications
        if replications >= min(wanted, MOST_CALIBRATION):
            return corrections
        more = min(math.ceil(wanted / FIRST_CALIBRATION) * FIRST_CALIBRATION, MOST_CALIBRATION)
        trial = _trial(theatre, trial.plan, seed, more, threads)


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


def _trial(theatre: Theatre, plan: Plan, seed: int, replications: int, threads: int) -> _Trial:
    outcome = simulate_plan(theatre, plan, seed=seed, block="loop", replications=replications, threads=threads)
    return _Trial(plan, outcome, deliver(theatre.scenario, plan, loop_futures(theatre, seed, replications)))


def loop_futures(theatre: Theatre, seed: int, replications: int) -> Futures:
    """The futures of block 'loop' that the simulation meets."""
    return draw_futures(theatre.scenario, seed, "loop", range(replications))


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
