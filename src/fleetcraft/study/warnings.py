"""What a reader should doubt: thresholds out of reach, areas partly in range, laws stretched, contacts that wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from fleetcraft.fleet.deliveries import overdue_h
from fleetcraft.fleet.money import people_per_craft
from fleetcraft.fleet.theatre import Theatre, hand_over_h, identifies
from fleetcraft.optimise.formula import ceilings, plan_rows
from fleetcraft.plan import Plan
from fleetcraft.scenario.provenance import warnings_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.accounts import Accounts

IN_RANGE = 0.8
TOLERANCE = 1e-6


def check_warnings(theatre: Theatre) -> list[str]:
    """What there is to doubt of a scenario before anything is planned, as ``fleetcraft check`` tells it."""
    scenario = theatre.scenario
    return [*warnings_of(scenario), *ceiling_warnings(theatre), *interface_warnings(scenario)]


def breaches(theatre: Theatre, plan: Plan, accounts: Accounts) -> list[str]:
    """Hard limits that a plan does not keep: money by year (support as expected over futures), room, people.

    Acquisition money that is gone is no breach, nor what is still due for orders placed before today.
    """
    scenario = theatre.scenario
    budget = scenario.budget.acquisition
    limit = {y: max(budget.get(y, 0.0) + had, accounts.gone[y]) for y, had in accounts.carried.items()}
    told = [*_over(scenario.budget.counts, accounts.counted(scenario), limit, scenario.currency)]
    told += _over("support", accounts.support, scenario.budget.support, scenario.currency)
    told += _overruns(scenario, accounts)
    rows = plan_rows(theatre, plan.allocation or ())
    people = float(people_per_craft(theatre)[rows.pair] @ rows.craft)
    if scenario.operations.people_limit is not None and people > scenario.operations.people_limit * (1 + TOLERANCE):
        told.append(
            f"the fleet needs {people:,.0f} people, more than people_limit {scenario.operations.people_limit:,.0f}"
        )
    for place in scenario.places:
        for domain in place.serves:
            based = sum(
                row.craft
                for row in plan.allocation or ()
                if row.base == place.id and _domain(scenario, row.platform) == domain
            )
            room = place.capacity(domain)
            if room is not None and based > room:
                told.append(f"{place.id}: {based} {domain} craft based there, more than its capacity of {room}")
    return told


def _over(what: str, spent: Mapping[int, float], limit: Mapping[int, float], currency: str) -> list[str]:
    return [
        f"{what} {year}: {currency} {spent[year]:,.0f} exceeds the budget of {limit[year]:,.0f} "
        f"by {spent[year] - limit[year]:,.0f}"
        for year in spent
        if year in limit and spent[year] > limit[year] * (1 + TOLERANCE)
    ]


def _overruns(scenario: Scenario, accounts: Accounts) -> Iterator[str]:
    contingency = scenario.budget.contingency
    if contingency is None:
        return
    kept = accounts.overrun.within(contingency.amount)
    if kept < contingency.probability - TOLERANCE:
        yield (
            f"the overrun stays within the contingency of {scenario.currency} {contingency.amount:,.0f} in {kept:.0%} "
            f"of futures, less than the {contingency.probability:.0%} asked for"
        )


def _domain(scenario: Scenario, platform: str) -> str:
    return scenario.platforms[scenario.platform_index[platform]].domain


def ceiling_warnings(theatre: Theatre) -> list[str]:
    """Requirements that no number of craft could meet."""
    warnings = []
    for requirement, ceiling in zip(theatre.scenario.requirements, ceilings(theatre), strict=True):
        beyond = ceiling > requirement.threshold if requirement.at_most is not None else ceiling < requirement.threshold
        if beyond:
            warnings.append(
                f"{requirement.id}: the threshold {requirement.threshold:g} {requirement.unit} is out of reach; "
                f"with unlimited craft in every open pair the value would be {ceiling:.3f}"
            )
    return warnings


def range_warnings(theatre: Theatre, allocation: Sequence[Mapping[str, Any]]) -> list[str]:
    """Rows whose area lies partly out of range, and searches wider than the law holds for."""
    warnings = [
        f"{row['platform']} from {row['base']}: only {row['share_in_range']:.0%} of {row['area']} lies in its range"
        for row in allocation
        if row["share_in_range"] < IN_RANGE
    ]
    scenario = theatre.scenario
    half_width = theatre.geometry.perimeter_nm / np.pi / 2
    wide = {
        (row["platform"], row["area"], r.target)
        for row in allocation
        for r in scenario.requirements
        if r.area == row["area"] and r.target is not None
        if _sweep(scenario, row["platform"], r.target) > half_width[scenario.area_index[row["area"]]]
    }
    return warnings + [
        f"{platform} in {area}: its sweep width against {target} exceeds half the area's mean width, "
        "beyond where the random-search law is valid"
        for platform, area, target in sorted(wide)
    ]


def interface_warnings(scenario: Scenario) -> list[str]:
    """Types without a control interface, where contacts must be handed over and the desk takes time."""
    asked = any(r.measure == "identification" for r in scenario.requirements)
    alone = [p.id for p in scenario.platforms if not p.interfaces]
    if not asked or not alone or scenario.operations.hand_over.desk_h == 0:
        return []
    return [f"no control interface is stated for {', '.join(alone)}: contacts to and from them go over the desk"]


def hand_over_warnings(theatre: Theatre, allocation: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where identification is asked for: nobody placed there who can, or contacts that wait between types of craft.

    They wait where the two share no control interface, at a gateway between theirs or at the desk.
    """
    scenario = theatre.scenario
    wait_h, ids = hand_over_h(scenario), scenario.platform_index
    asked = {(r.area, r.target) for r in scenario.requirements if r.measure == "identification"}
    told = []
    for area, target in sorted((area, str(target)) for area, target in asked):
        here = sorted({row["platform"] for row in allocation if row["area"] == area})
        rate = theatre.detection_rate_per_h(scenario.area_index[area], target).max(axis=1)
        finders = [p for p in here if rate[ids[p]] > 0]
        looks = [p for p in here if identifies(scenario, target)[ids[p]]]
        if finders and not looks:
            told.append(f"{area}: no craft placed there can identify a {target}")
        waits = [wait_h[ids[a], ids[b]] for a in finders for b in looks]
        apart = sum(wait > 0 for wait in waits)
        if apart:
            told.append(
                f"{area}: {apart} of the {len(waits)} ways from a type that finds a {target} to one that identifies it "
                f"share no control interface; a contact then waits up to {max(waits):g} h"
            )
    return told


def overdue_warnings(scenario: Scenario) -> list[str]:
    """Lines that have delivered and then stopped, of which nobody has said when they go on."""
    due = ((type_.id, overdue_h(scenario, p)) for p, type_ in enumerate(scenario.platforms))
    return [
        f"{name}: the next craft was due on {scenario.calendar.start + timedelta(hours=due_h):%Y-%m-%d} and nothing is "
        "announced; it is taken to come today, and the rest after it at the maker's pace. If that is too good to be "
        "true, state a next_delivery or a slip"
        for name, due_h in due
        if due_h is not None
    ]


def later_warnings(plan: Plan, *, seed: int, played: int, file: str) -> list[str]:
    """Later orders that ``played`` futures of a seed do not play, or may lack: a plan holds those of some futures only.

    Where it does not say for how many it was made, that is at least up to the last that adds something.
    """
    if not plan.later:
        return []
    told = plan.futures_told or 0
    if plan.later_seed != seed:
        mean = sum(order.quantity for each in plan.later for order in each.orders) / told
        return [
            f"the later orders of {file} exist for the futures of seed {plan.later_seed} only; with seed {seed} none "
            f"is played, so the plan is judged without its {mean:.3g} craft, in the mean of the {told} futures it "
            f"tells of, ordered after the news: judge it with --seed {plan.later_seed} and at most {told} "
            f"replications, or plan anew with --seed {seed}"
        ]
    if played <= told:
        return []
    if plan.later_futures is None:
        return [
            f"the later orders of {file} end with future {told - 1}, and {played} replications are played: from "
            f"replication {told} on nothing is ordered after the news. Unless the plan was made with at least {played} "
            f"replications, it is judged there without such orders: judge it with at most {told}, or as many as it was "
            f"made with, or plan anew with --replications {played}"
        ]
    return [
        f"the later orders of {file} were decided for {told} futures, and {played} replications are played: from "
        f"replication {told} on nothing is ordered after the news. Judge it with at most {told}, or plan anew with "
        f"--replications {played}"
    ]


def unplaced_warnings(plan: Plan, file: str) -> list[str]:
    """Craft ordered in all futures that have no row in an allocation that the plan states."""
    if plan.allocation is None:
        return []
    ordered, placed = Counter[str](), Counter[str]()
    for order in plan.orders:
        ordered[order.platform] += order.quantity
    for row in plan.allocation:
        placed[row.platform] += row.craft
    idle = ordered - placed
    if not idle:
        return []
    names = ", ".join(f"{n} {platform}" for platform, n in sorted(idle.items()))
    unless = " where no later entry places them" if plan.later else ""
    keys = "keys `allocation` and `later`" if plan.later else "key `allocation`"
    return [
        f"{idle.total()} of the {ordered.total()} craft ordered ({names}) have no place in the allocation of {file} "
        f"and serve nothing{unless}: give them rows, or remove the {keys} and the greedy rule places them"
    ]


def _sweep(scenario: Scenario, platform: str, target: str) -> float:
    return scenario.platforms[scenario.platform_index[platform]].sweep_width_nm(scenario.swept_as(target))
