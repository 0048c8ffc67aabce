"""The simulation against the reference model on ten random small scenarios: every measure, every total of a row.

Both play the same futures. The reference plays one year in each, the package several with operations noise of their
own, and what is tested is the mean over futures of the difference, so that deliveries and groundings cancel out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t

from fleetcraft.fleet.deliveries import deliver
from fleetcraft.futures import draw_futures
from fleetcraft.simulate.mission import mission_of
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_mission, stand_downs, usable_craft_h
from reference.cases import Case, random_case
from reference.ocean import TOTALS, Ocean, sailings

Floats = NDArray[np.float64]

CASES = range(10)
SAMPLED = (3, 4)
FUTURES, REPEATS = 70, 20
"""Years of the reference in each case of the sample, and years of the package in each future of any case."""
MANY_FUTURES = 120
FAMILY_P = 0.001
SIDES = ("package", "reference")
SHARES = ("identification", "presence", "layered", "revisit")
KINDS = frozenset({"expected", "value", *SHARES, *TOTALS})
"""What is compared: a detection's two shares, the other measures, the totals of a row."""


@dataclass(frozen=True)
class Years:
    """One quantity in n futures: the package's years in each, (n, repeats), and the reference's one, (n,)."""

    kind: str
    package: Floats
    reference: Floats

    @property
    def tells(self) -> bool:
        """Whether it is neither always zero nor always the same, on either side."""
        return all(np.nanmean(years) > 0 and np.nanvar(years) > 0 for years in (self.package, self.reference))

    @property
    def difference(self) -> Floats:
        """The reference's year less the package's mean, in every future in which both have a value."""
        difference = self.reference - np.nanmean(self.package, axis=1)
        return difference[~np.isnan(difference)]

    @property
    def standard_error(self) -> float:
        """Of the mean difference: as it scatters, or as the package's years in one future do, whichever is greater.

        Where something happens in few years, none may have happened to the reference, which then seems not to scatter.
        """
        futures = len(self.difference)
        within = np.nanmean(np.nanvar(self.package, axis=1, ddof=1)) * (1 + 1 / REPEATS)
        return float(np.sqrt(max(self.difference.var(ddof=1), within) / futures))

    @property
    def p_value(self) -> float:
        """Paired t test of a mean difference of 0."""
        mean = abs(self.difference.mean())
        if self.standard_error < 1e-9:
            return float(mean < 1e-6)
        return float(2 * t.sf(mean / self.standard_error, len(self.difference) - 1))


def compared(number: int, futures: int) -> dict[str, Years]:
    """Every quantity of a case, and the mean of all quantities of a kind."""
    case = random_case(number)
    package, reference = package_years(case, futures), reference_years(case, futures)
    assert package.keys() == reference.keys()
    kinds = {r.id: r.measure for r in case.theatre.scenario.requirements}
    found = {name: Years(kinds.get(name, name.split("/")[0]), package[name], reference[name]) for name in package}
    found |= {f"all {kind}": together([each for each in found.values() if each.kind == kind]) for kind in sorted(KINDS)}
    return {f"{number}/{name}": years for name, years in found.items()}


def together(quantities: list[Years]) -> Years:
    """The mean of quantities of one kind: what is off by the same everywhere shows in it best."""
    package, reference = (np.mean([getattr(each, side) for each in quantities], axis=0) for side in SIDES)
    return Years(quantities[0].kind, package, reference)


def package_years(case: Case, futures: int) -> dict[str, Floats]:
    """By name, years (futures, repeats)."""
    theatre = case.theatre
    drawn = draw_futures(theatre.scenario, 1, "judge", range(futures))
    deliveries = deliver(theatre.scenario, case.plan, drawn)
    outcome = simulate_mission(
        mission_of(theatre, case.plan, deliveries),
        np.repeat(usable_craft_h(deliveries), REPEATS, axis=0),
        seed=1,
        block="judge",
        threads=1,
        grounded={p: np.repeat(hours, REPEATS, axis=0) for p, hours in stand_downs(theatre, drawn).items()},
    )
    return {name: years.reshape(futures, REPEATS) for name, years in told(case, outcome).items()}


def told(case: Case, outcome: Outcome) -> dict[str, Floats]:
    """An outcome's years by the reference's names, revisits as looks an hour."""
    found: dict[str, Floats] = {}
    for k, r in enumerate(case.theatre.scenario.requirements):
        if r.measure == "detection":
            found |= {f"expected/{r.id}": outcome.expected[:, k], f"value/{r.id}": outcome.value[:, k]}
        else:
            found[r.id] = 1 / outcome.value[:, k] if r.measure == "revisit" else outcome.value[:, k]
    for k, row in enumerate(outcome.rows):
        for what in TOTALS:
            totals = outcome.row_losses if what == "losses" else getattr(outcome, f"row_{what}_h")
            found[f"{what}/{'/'.join(row)}"] = totals[:, k]
    return found


def reference_years(case: Case, futures: int) -> dict[str, Floats]:
    """By name, the reference's year in each future, revisits as looks an hour."""
    ocean = Ocean(case.theatre, case.plan)
    drawn = draw_futures(case.theatre.scenario, 1, "judge", range(futures))
    years = [ocean.play(sailing, seed) for seed, sailing in enumerate(sailings(ocean, drawn))]
    found = {name: np.array([year[name] for year in years]) for name in years[0]}
    for r in case.theatre.scenario.requirements:
        if r.measure == "revisit":
            found[r.id] = 1 / found[r.id]
    return found


def check_family(family: dict[str, Years]) -> None:
    """Holm's step-down test at a family-wise 0.001: each p-value against what is left of the family."""
    p = sorted((years.p_value, name) for name, years in family.items())
    far = [
        f"{name}: {np.nanmean(family[name].package):.5g} and {np.nanmean(family[name].reference):.5g}, p {each:.2g}"
        for left, (each, name) in zip(range(len(p), 0, -1), p, strict=True)
        if each * left < FAMILY_P
    ]
    assert not far, far


def check_everything_tells(family: dict[str, Years]) -> None:
    """A comparison of nothing with nothing, or of constants, would agree whatever the package does."""
    assert {years.kind for years in family.values() if years.tells} == KINDS


def test_a_sample_of_the_scenarios_agrees():
    """Some 55 s of one core. What it finds with 80% probability, measured over all rows or requirements of a case:
    an identification wrong by 2.4% of itself (3.9% in case 3), station hours by 2.3% (3.7% in case 4), losses by 16%
    (28% in case 4), detections by 2.9%, usable hours by 1.7%."""
    family = {name: years for number in SAMPLED for name, years in compared(number, FUTURES).items()}
    check_everything_tells(family)
    check_family(family)


@pytest.mark.soak
def test_all_scenarios_agree_over_many_years():
    family = {name: years for number in CASES for name, years in compared(number, MANY_FUTURES).items()}
    check_everything_tells(family)
    check_family(family)
