"""How far a plan is from the programme's best one over all futures there may be, not only over those of its solve.

Sample-average bounds (Mak, Morton and Wood, 1999; Kleywegt, Shapiro and Homem-de-Mello, 2002): a plan fits the futures
it is solved on better than any plan fits all, so the mean bound over fresh samples bounds the true optimum from above;
what a plan attains in futures that it was not solved on bounds it from below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, plant_tree, sample_futures
from fleetcraft.optimise.capability import free_tranches, make_capability
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.fixed import attained_by, optimum, weighed
from fleetcraft.optimise.gateways import with_gateways
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.variables import make_variables
from fleetcraft.plan import Plan
from fleetcraft.simulate.measures import Estimate, estimate
from fleetcraft.study.asking import Told, ask, tell_nobody

Ints = NDArray[np.int64]
Json = dict[str, Any]

FRESH_FUTURES = 400
"""Futures in which the plan is valued."""
FRESH, FIRST = 1, 2
"""The sample in which the plan is valued, and the first that bounds; sample 0 is what it was solved on."""


@dataclass(frozen=True)
class SampleAverage:
    """95% intervals around the true optimum of this programme, on corrections that stay as they are.

    That is the optimum of its tangents and slices, over the futures as a tree draws them where orders adapt: an embargo
    counts as hidden whenever it begins.

    ``upper`` is the mean bound of ``samples`` samples and ``lower`` what the plan attains in fresh futures, without
    what it would order after the news. ``gap`` is upper - lower: its interval counts the errors of both at their worst.
    """

    samples: int
    upper: Estimate
    lower: Estimate

    @property
    def gap(self) -> Estimate:
        """How much the true optimum may lie above the plan; below 0 where the samples cannot tell."""
        upper, lower = self.upper, self.lower
        return Estimate(upper.mean - lower.mean, upper.low - lower.high, upper.high - lower.low)


@dataclass(frozen=True)
class _Sampler:
    """Solves the programme of a theatre on one sample of futures after another."""

    theatre: Theatre
    corrections: Corrections
    limits: Limits
    seed: int
    futures: int
    nodes: int | None

    def bound(self, sample: int) -> float | None:
        """The bound of the programme on a sample; None where the limits leave it without a plan."""
        futures, node = self._sample(sample)
        slices = free_tranches(self.theatre.scenario, futures, node)
        c = make_capability(self.theatre, slices, futures, self.corrections, node=node)
        best = optimum(c, make_variables(c), self.limits)
        return None if best is None else best.objective.high

    def _sample(self, sample: int) -> tuple[Futures, Ints | None]:
        """The futures of a sample, and the node of each where orders after the news adapt."""
        scenario = self.theatre.scenario
        if self.nodes is None:
            return sample_futures(scenario, self.seed, self.futures, sample=sample), None
        tree = plant_tree(scenario, self.seed, self.futures, nodes=self.nodes, sample=sample)
        return tree.futures, tree.node


def sample_average(
    theatre: Theatre,
    plan: Plan,
    corrections: Corrections,
    limits: Limits,
    *,
    seed: int,
    futures: int,
    samples: int,
    nodes: int | None = None,
    processes: int = 1,
    told: Told = tell_nobody,
) -> SampleAverage | None:
    """Solve the programme on ``samples`` >= 2 samples of so many ``futures``, and value a plan of whole rows in others.

    With ``nodes`` orders after the news adapt. ``told`` is called with how many samples are done. The same whatever the
    number of processes. None where the limits leave a sample without a plan.
    """
    sampler = _Sampler(theatre, corrections, limits, seed, futures, nodes)
    bounds = ask(sampler, "bound", range(FIRST, FIRST + samples), processes=processes, told=told)
    if None in bounds:
        return None
    fresh = sample_futures(theatre.scenario, seed, FRESH_FUTURES, sample=FRESH)
    joined = with_gateways(theatre, plan.gateways)
    attained = weighed(attained_by(joined, plan, fresh, corrections), theatre.scenario.uncertainty.risk)
    return SampleAverage(samples, upper=estimate(np.array(bounds)), lower=estimate(attained))


def sample_average_entry(found: SampleAverage) -> Json:
    """For result.json."""
    return {
        "samples": found.samples,
        **{
            key: {"mean": each.mean, "low": each.low, "high": each.high}
            for key, each in (("upper", found.upper), ("lower", found.lower), ("gap", found.gap))
        },
    }
