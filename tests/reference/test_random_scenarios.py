"""The simulation against the reference model on ten random small scenarios: every measure, every total of a row."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import ttest_ind

from fleetcraft.futures import draw_futures
from fleetcraft.simulate.simulate_plan import simulate_plan
from reference.cases import random_case
from reference.ocean import Ocean, sailings

Floats = NDArray[np.float64]
Pairs = dict[str, tuple[Floats, Floats]]

CASES = range(10)
SAMPLED = (0, 4, 8)
YEARS, OTHER_YEARS = 1000, 30
BLOCK, OTHER_BLOCK = "judge", "loop"
"""Both play futures of their own, so that the two samples are independent."""
FAMILY_P = 0.001
TOTALS = ("station", "seeing", "usable", "operating", "down", "busy", "grounded")


def compared(number: int, other_years: int) -> Pairs:
    """By measure, the years of the kernel and the years of the reference."""
    case = random_case(number)
    outcome = simulate_plan(case.theatre, case.plan, seed=1, block=BLOCK, replications=YEARS, threads=2)
    ocean = Ocean(case.theatre, case.plan)
    futures = draw_futures(case.theatre.scenario, 1, OTHER_BLOCK, range(other_years))
    others = [ocean.play(sailing, seed) for seed, sailing in enumerate(sailings(ocean, futures))]
    ours = {r: outcome.expected[:, k] for k, r in enumerate(outcome.requirements)}
    for r in (r.id for r in case.theatre.scenario.requirements if r.measure == "revisit"):
        ours[r], others = 1 / ours[r], [other | {r: 1 / other[r]} for other in others]
    for k, row in enumerate(outcome.rows):
        name = "/".join(row)
        ours |= {f"{what}/{name}": getattr(outcome, f"row_{what}_h")[:, k] for what in TOTALS}
        ours[f"losses/{name}"] = outcome.row_losses[:, k]
    return {
        f"{number}/{name}": (years, np.array([other.get(name, 0.0) for other in others]))
        for name, years in ours.items()
    }


def p_value(ours: Floats, theirs: Floats) -> float:
    """Welch's t test of equal means; years without a value are left out."""
    ours, theirs = ours[~np.isnan(ours)], theirs[~np.isnan(theirs)]
    if ours.std() + theirs.std() < 1e-9:
        return float(abs(ours.mean() - theirs.mean()) < 1e-6)
    return float(ttest_ind(ours, theirs, equal_var=False).pvalue)


def check_family(pairs: Pairs) -> None:
    """Holm's step-down test at a family-wise 0.001: each p-value against what is left of the family."""
    p = sorted((p_value(*years), name) for name, years in pairs.items())
    far = [
        f"{name}: {pairs[name][0].mean():.5g} and {pairs[name][1].mean():.5g}, p {each:.2g}"
        for left, (each, name) in zip(range(len(p), 0, -1), p, strict=True)
        if each * left < FAMILY_P
    ]
    assert not far, far


def test_a_sample_of_the_scenarios_agrees():
    check_family({name: years for number in SAMPLED for name, years in compared(number, OTHER_YEARS).items()})


@pytest.mark.soak
def test_all_scenarios_agree_over_many_years():
    check_family({name: years for number in CASES for name, years in compared(number, 4 * OTHER_YEARS).items()})
