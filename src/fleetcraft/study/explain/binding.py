"""What binds: budgets, room at bases, people, shares, makers' output; how full each is and what more is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fleetcraft.fleet import money
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.optimise.capability import useful_slots
from fleetcraft.optimise.formula import plan_rows
from fleetcraft.plan import Plan
from fleetcraft.scenario.changed import changed, mapped
from fleetcraft.scenario.paths import value_at
from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.accounts import make_accounts
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.ground import GROUND, Ground, Json
from fleetcraft.study.explain.questions import Bound
from fleetcraft.study.points import round_step
from fleetcraft.study.tasks import answer_of

NEAR = 0.1
"""Places and makers' output are asked about where at most this share of them is left."""
PEOPLE_STEP = 100.0
OUTPUT_SHARE = 0.1
LEAST_RISE = 0.0005
"""A change of the bound by a smaller share of it is within what the cuts leave open."""
ROUNDING = 1e-6


@dataclass(frozen=True)
class Limit:
    """A limit of the scenario and how much of it the plan uses, in ``unit``; ``step``: the more of it that is asked.

    Of a least share ``used`` is the share demanded and ``limit`` the one reached, so that the slack reads alike.
    """

    path: str
    kind: str
    used: float
    limit: float
    unit: str
    step: float

    @property
    def asked(self) -> bool:
        """Whether it might bind: all but places and makers' output of which much is left.

        A plan that is the cheapest within a tolerance of the best leaves some of what the best would use up.
        """
        return self.kind not in ("base", "output") or self.limit - self.used <= max(1.0, NEAR * self.limit)

    @property
    def key(self) -> str:
        """Its task's folder."""
        return f"binding-{self.path}"


def limits_of(ground: Ground, plan: Plan) -> list[Limit]:
    """Every limit that the plan is made under, in the scenario's order."""
    return [*_kept(ground, plan), *_makers(ground, plan)]


def _kept(ground: Ground, plan: Plan) -> list[Limit]:
    """Those that a plan must keep; makers' output limits what comes in time, not what is ordered."""
    return [
        *_acquisition(ground, plan),
        *_support(ground, plan),
        *_people(ground, plan),
        *_bases(ground, plan),
        *_shares(ground, plan),
    ]


def tasks_for(ground: Ground, limits: list[Limit], options: Options) -> list[Bound]:
    """The bound with a bit more of each limit that might bind."""
    return [
        Bound(limit.key, f"more of {limit.path}", relaxed(ground.scenario, limit), options)
        for limit in limits
        if limit.asked
    ]


def relaxed(scenario: Scenario, limit: Limit) -> Scenario:
    """The scenario with one step more of a limit."""
    if limit.kind == "output":
        return mapped(scenario, limit.path, lambda rate: rate * (1 + OUTPUT_SHARE))
    (stated,) = value_at(scenario, limit.path)
    assert isinstance(stated, int | float)
    return changed(scenario, limit.path, stated + limit.step)


def binding_entries(scenario: Scenario, limits: list[Limit], folder: Path) -> list[Json]:
    """Each limit as plain data; those that bind first, by what a step more of them is worth.

    ``marginal`` is the rise of the certified bound on attainment with one step more, or the fall of that on cost where
    cost is the aim: the bound, since it is the same programme's optimum each time, while plans of whole craft differ by
    chance. 0 where much of the limit is left, or where the change is smaller than what the cuts leave open.
    """
    base = answer_of(folder, GROUND)["relaxed"]
    better = -1.0 if scenario.objective.mode == "cost" else 1.0
    entries = []
    for limit in limits:
        more = answer_of(folder, limit.key)["bound"] if limit.asked else None
        entries.append(
            {
                "limit": limit.path,
                "kind": limit.kind,
                "unit": limit.unit,
                "used": limit.used,
                "of": limit.limit,
                "slack": limit.limit - limit.used,
                "asked": limit.asked,
                "step": limit.step,
                "marginal": 0.0 if more is None else _worth(better * (more - base), base),
            }
        )
    return sorted(entries, key=lambda entry: -float(str(entry["marginal"])))


def _worth(gain: float, base: float) -> float:
    return gain if gain > LEAST_RISE * abs(base) else 0.0


def broken(ground: Ground, plan: Plan) -> bool:
    """Whether a plan breaks one of the limits."""
    return any(limit.used > limit.limit + ROUNDING * max(abs(limit.limit), 1.0) for limit in _kept(ground, plan))


def _acquisition(ground: Ground, plan: Plan) -> Iterator[Limit]:
    """Obligations, or mean outlays where they count, integration and gateways included."""
    scenario, futures = ground.scenario, ground.futures(ground.scenario)
    accounts = make_accounts(ground.theatre, plan, deliver(scenario, plan, futures), futures)
    spent = accounts.obligation if scenario.budget.counts == "obligation" else accounts.outlay
    budget = scenario.budget.acquisition
    step = round_step(sum(budget.values()))
    for year, limit in budget.items():
        path = f"budget.{scenario.budget.counts}.{year}"
        yield Limit(path, "acquisition", spent.get(year, 0.0), limit, scenario.currency, step)


def _support(ground: Ground, plan: Plan) -> Iterator[Limit]:
    """Support binds in every future: what the dearest of them asks for."""
    scenario, theatre = ground.scenario, ground.theatre
    futures = ground.futures(scenario)
    deliveries = deliver(scenario, plan, futures)
    yearly = np.array([money.fixed_support_per_year(scenario, p) for p in scenario.platforms])[deliveries.platform]
    placed = money.support_per_year(theatre)[plan_rows(theatre, plan.allocation or ()).pair]
    taken = deliveries.row >= 0
    yearly[taken] = placed[deliveries.row[taken]]
    dearest = (money.usable_years(scenario, deliveries.usable_h) @ yearly).max(axis=1)
    spent = dict(zip(scenario.calendar.fiscal_years, dearest.tolist(), strict=True))
    step = round_step(max([*scenario.budget.support.values(), 0.0]))
    for year, limit in scenario.budget.support.items():
        if year in spent:
            yield Limit(f"budget.support.{year}", "support", spent[year], limit, scenario.currency, step)


def _people(ground: Ground, plan: Plan) -> Iterator[Limit]:
    limit = ground.scenario.operations.people_limit
    if limit is not None:
        each = money.people_per_craft(ground.theatre)[plan_rows(ground.theatre, plan.allocation or ()).pair]
        used = float(each @ [row.craft for row in plan.allocation or ()])
        yield Limit("operations.people_limit", "people", used, limit, "people", PEOPLE_STEP)


def _bases(ground: Ground, plan: Plan) -> Iterator[Limit]:
    scenario = ground.scenario
    domain = {p.id: p.domain for p in scenario.platforms}
    for place in scenario.places:
        for kind in DOMAINS:
            limit = place.capacity(kind)
            used = sum(
                row.craft for row in plan.allocation or () if row.base == place.id and domain[row.platform] == kind
            )
            if limit is not None and (used or not limit):
                yield Limit(f"places.{place.id}.capacity_{kind}", "base", used, limit, "craft", 1.0)


def _shares(ground: Ground, plan: Plan) -> Iterator[Limit]:
    policies = ground.scenario.policies
    spent: dict[str, float] = {}
    home = 0.0
    for order in plan.orders:
        platform = ground.scenario.platforms[ground.scenario.platform_index[order.platform]]
        cost = order.quantity * ground.prices[order.platform]
        spent[platform.supplier_country] = spent.get(platform.supplier_country, 0.0) + cost
        home += cost * (1.0 if platform.supplier_country == ground.scenario.country else platform.domestic_workshare)
    total = max(sum(spent.values()), 1e-9)
    if policies.supplier_country_share is not None:
        largest, limit = max(spent.values(), default=0.0) / total, policies.supplier_country_share.max
        yield Limit("policies.supplier_country_share.max", "share", largest, limit, "share", min(0.05, 1 - limit))
    if policies.domestic_share is not None:
        least = policies.domestic_share.min
        yield Limit("policies.domestic_share.min", "share", least, home / total, "share", -min(0.05, least))


def _makers(ground: Ground, plan: Plan) -> Iterator[Limit]:
    """Craft that a maker could deliver in time in the luckiest future, were they ordered as soon as money allows."""
    scenario = ground.scenario
    futures = ground.futures(scenario)
    funded = [p for p in scenario.calendar.periods if scenario.budget.acquisition.get(p.fiscal_year, 0.0) > 0]
    for index, platform in enumerate(scenario.platforms):
        used = plan.ordered(platform.id)
        periods = scenario.calendar.periods if money.is_service(platform) else funded
        if used and periods:
            most = float(useful_slots(scenario, index, periods, futures).max(initial=0))
            path = f"platforms.{platform.id}.production_rate_per_year"
            yield Limit(path, "output", used, most, "craft", OUTPUT_SHARE * platform.production_rate_per_year)
