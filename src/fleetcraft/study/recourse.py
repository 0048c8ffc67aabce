"""The recourse of judged futures, solved anew with the common orders frozen and written into the plan (model.md 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import draw_futures, unfold
from fleetcraft.optimise.adapt import Adapter, Added
from fleetcraft.optimise.workers import Workers
from fleetcraft.plan import Later, Plan
from fleetcraft.study.calibrate import Calibrated, Progress, no_progress
from fleetcraft.study.judge import Judgement, judge_plan

LEAVES = 5
"""Ways in which what a judged future hides at its news may go on: what is ordered then is ordered for all of them."""
AT_ONCE = 8
"""Futures that a process answers for before it tells how far it is."""


@dataclass(frozen=True)
class _Adapting:
    """An adapter that draws for itself the futures it is asked about."""

    adapter: Adapter
    seed: int

    def added(self, indices: range) -> list[Added]:
        """What is added in each of some judged futures, from what each has revealed by its news."""
        scenario = self.adapter.theatre.scenario
        futures = draw_futures(scenario, self.seed, "judge", indices)
        tree = unfold(scenario, futures, self.seed, "judge", indices, LEAVES)
        return [self.adapter.added(tree.futures.take(tree.leaves(n))) for n in range(tree.nodes)]


def _make(piece: _Adapting) -> _Adapting:
    return piece


def adapt_plan(adapter: Adapter, *, seed: int, replications: int, processes: int, progress: Progress) -> Plan:
    """The adapter's plan with what each judged future, 0 to ``replications`` - 1, orders after the news.

    The same whatever the number of processes.
    """
    chunks = [range(start, min(start + AT_ONCE, replications)) for start in range(0, replications, AT_ONCE)]
    added: list[Added] = []
    crew_size = min(processes, len(chunks))
    with Workers(_make, [_Adapting(adapter, seed)] * crew_size, crew_size) as crew:
        for start in range(0, len(chunks), crew_size):
            progress("adapting the orders to each future's news", len(added), replications)
            asked = chunks[start : start + crew_size]
            padded = [*asked, *[range(0)] * (crew_size - len(asked))]
            for answer in crew.call("added", [(indices,) for indices in padded]):
                added += answer
    later = tuple(Later(n, orders, rows) for n, (orders, rows) in enumerate(added) if orders)
    known = (seed, replications) if later else (None, None)
    return replace(adapter.plan, later=later, later_seed=known[0], later_futures=known[1])


def judge_calibrated(
    theatre: Theatre,
    calibrated: Calibrated,
    *,
    seed: int,
    replications: int,
    threads: int,
    half_width: float | None = None,
    progress: Progress = no_progress,
) -> Judgement:
    """Judge a calibrated plan, its corrections frozen, with the orders that adapt to each judged future."""
    solution = calibrated.solution
    plan = solution.plan
    if solution.adapter is not None:
        adapter = replace(solution.adapter, corrections=calibrated.corrections)
        plan = adapt_plan(adapter, seed=seed, replications=replications, processes=threads, progress=progress)
    return judge_plan(
        theatre,
        plan,
        seed=seed,
        replications=replications,
        threads=threads,
        half_width=half_width,
        corrections=calibrated.corrections,
        progress=lambda done, of: progress("judging the plan in fresh futures", done, of),
    )
