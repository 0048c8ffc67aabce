"""Every pair of the features a scenario may have, against every whole order there is.

One base and one area, so that orders alone decide; two fiscal years of one period each; makers of great output, so that
the programme's slices tell the truth. What orders are worth is told by the programme's curves, future by future; what
they may cost is worked out from the scenario's words and the books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from builders import PLATFORM as PRICED
from builders import make_scenario
from fleetcraft.fleet import money
from fleetcraft.fleet.deliveries import Deliveries, deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, plant_tree
from fleetcraft.optimise.capability import COMMON, OrderKey, free_tranches, make_capability
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.gains import make_gain
from fleetcraft.optimise.least_cost import REACH_TOLERANCE, LeastCost
from fleetcraft.optimise.objective import risk_constant
from fleetcraft.optimise.orders import Search
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.variables import make_variables
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.accounts import make_accounts
from unit.fleet.theatres import theatre_of

Floats = NDArray[np.float64]

GAP = 1e-3
SLICED = 1e-3
"""By this share a slice's support may differ from that of its craft."""
NEAR = 1.1
"""Where the least cost is not found at least this is."""
FUTURES = 4
NOW, LATER = "2025Q4", "2026Q1"

PLATFORM: dict[str, Any] = {
    "production_rate_per_year": 20,
    "loss_per_100k_h": 0,
    "sweep_width_nm_small_craft": 3,
    "lead_time_months_low": 1.5,
    "lead_time_months_likely": 3,
    "lead_time_months_high": 7,
}
PLATFORMS: tuple[dict[str, Any], ...] = (
    {**PLATFORM, "id": "drone", "unit_price_likely": 2.6e6},
    {
        **PLATFORM,
        "id": "boat",
        "domain": "surface",
        "supplier": "Boatyard",
        "supplier_country": "EC",
        "unit_price_low": 1e6,
        "unit_price_likely": 1.7e6,
        "unit_price_high": 4e6,
        "cruise_speed_kn": 40,
    },
    {
        **PLATFORM,
        "id": "kite",
        "supplier": "Kitemaker",
        "supplier_country": "NO",
        "unit_price_low": 1e6,
        "unit_price_likely": 2e6,
        "unit_price_high": 3e6,
        "cruise_speed_kn": 60,
        "sweep_width_nm_small_craft": 2.5,
    },
)
STATEMENT: dict[str, Any] = {
    "calendar": {
        "start": date(2026, 4, 1),
        "news": date(2026, 9, 30),
        "deadline": date(2026, 9, 30),
        "end": date(2027, 12, 31),
        "fiscal_year_start": "07-01",
    },
    "acquisition": {"escalation_per_year": 0.02},
    "operations": {"people_per_post": 5, "person_year_cost": 2e4},
    "budget": {"obligation": {2025: 6e6, 2026: 3e6}},
    "requirements": [
        {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 6, "at_least": 0.6, "weight": 2},
        {"area": "bay", "measure": "presence", "domain": "surface", "craft": 1, "at_least": 0.8},
    ],
}
FEATURES: Mapping[str, dict[str, Any]] = {
    "learning": {"acquisition": {"learning_slope": 0.8}, "every_platform": {"units_made": 2}},
    "carry over": {"budget": {"carry_over": 0.4}},
    "risk": {"uncertainty": {"risk": {"cvar_alpha": 0.6, "weight": 0.5}}},
    "recourse": {"calendar": {"news": date(2026, 7, 1)}},
    "lease": {
        "kite": {"acquisition": "service", "unit_price_likely": 1.5e6, "lead_time_months_likely": 2},
        "budget": {"support": {2026: 4e6, 2027: 3e6}},
    },
    "supplier share": {"boat": {"production_rate_per_year": 32, "buyers_share": 0.25}},
    "domain minimum": {"policies": {"domain_minimum": {"air": 2}}},
    "country share": {"policies": {"supplier_country_share": {"max": 0.7}}},
    "outlay": {
        "budget": {"counts": "outlay", "obligation": None, "outlay": {2025: 2.5e6, 2026: 5e6, 2027: 0.6e6}},
    },
    "contingency": {"budget": {"contingency": {"amount": 0.6e6, "probability": 0.75}}},
    "training": {"operations": {"training_per_year": 50}},
    "integration": {"acquisition": {"integration_cost": 1e6}},
    "gateways": {
        "drone": {"identifies": "small_craft"},
        "boat": {"control_interfaces": "proprietary"},
        "operations": {"hand_over": {"desk_h": 4, "gateway_h": 0.1, "gateway_cost": 2e5}},
        "targets": {"small_craft": {"dwell_h": 0.5}},
        "requirements": [
            {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 8, "at_least": 0.2}
        ],
    },
}
LEAST_COST = {"objective": {"mode": "cost", "attainment": 0.08, "probability": 0.75}}
MONEY = ("unit_price_low", "unit_price_likely", "unit_price_high", "operating_cost_per_hour")


@dataclass(frozen=True)
class Case:
    """A scenario with some features, its theatre, its futures and their nodes."""

    scenario: Scenario

    @cached_property
    def theatre(self) -> Theatre:
        return theatre_of(self.scenario, distance_nm=80, area_nm2=40_000.0, perimeter_nm=800.0)

    @property
    def adapts(self) -> bool:
        return self.scenario.calendar.news_h < self.scenario.calendar.window_start_h - 24

    @cached_property
    def futures(self) -> Futures:
        return self._tree.futures

    @cached_property
    def node(self) -> NDArray[np.int64] | None:
        return self._tree.node if self.adapts else None

    @cached_property
    def _tree(self) -> Any:
        return plant_tree(self.scenario, 1, FUTURES, nodes=2 if self.adapts else FUTURES)

    @cached_property
    def search(self) -> Search:
        tranches = free_tranches(self.scenario, self.futures, self.node)
        c = make_capability(self.theatre, tranches, self.futures, no_corrections(self.theatre), node=self.node)
        return Search(c, make_variables(c), Limits(gap=GAP))


def case_of(*features: str, scale: float = 1.0) -> Case:
    """The tiny scenario with some features; ``scale`` multiplies every amount of money."""
    changes = [{**FEATURES, "least cost": LEAST_COST}[name] for name in features]
    every = {key: value for change in changes for key, value in change.get("every_platform", {}).items()}
    platforms = [
        {**p, **every, **{k: x for change in changes for k, x in change.get(p["id"], {}).items()}} for p in PLATFORMS
    ]
    statement: dict[str, Any] = {**STATEMENT, "uncertainty": {}, "policies": {}, "targets": {}, "objective": {}}
    for change in changes:
        for key in statement.keys() & change.keys():
            new = change[key]
            statement[key] = [*statement[key], *new] if isinstance(new, list) else {**statement[key], **new}
    if scale != 1.0:
        platforms = [{**p, **{key: p.get(key, PRICED[key]) * scale for key in MONEY}} for p in platforms]
        statement["budget"] = _scaled(statement["budget"], scale)
        for part, key in (("acquisition", "integration_cost"), ("operations", "person_year_cost")):
            statement[part] = {**statement[part], key: statement[part].get(key, 0.0) * scale}
        rule = statement["operations"].get("hand_over")
        if rule:
            dearer = {**rule, "gateway_cost": rule["gateway_cost"] * scale}
            statement["operations"] = {**statement["operations"], "hand_over": dearer}
    return Case(make_scenario(platforms=platforms, **statement))


def _scaled(budget: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """A budget with every amount multiplied."""
    amounts = {
        key: {year: amount * scale for year, amount in value.items()}
        for key, value in budget.items()
        if key in ("obligation", "outlay", "support") and value
    }
    reserve = budget.get("contingency")
    if reserve:
        amounts["contingency"] = {**reserve, "amount": reserve["amount"] * scale}
    return {**budget, **amounts}


# Every whole order there is


Numbers = tuple[int, ...]
"""Craft of each type ordered now, then of each ordered later."""
Gateways = tuple[tuple[str, str], ...]
Possible = dict[Numbers, list[tuple[Numbers, Floats, Floats, float]]]
"""What may be ordered later, by what is ordered now; with its attainments, overruns and expected life-cycle cost."""
Choice = tuple[Gateways, tuple[Numbers, ...]]
"""Gateways, what is ordered now, and what is ordered later in each node."""


def plan_of(scenario: Scenario, numbers: Numbers, gateways: Gateways) -> Plan:
    keys = [(p.id, t) for t in (NOW, LATER) for p in scenario.platforms]
    orders = tuple(sorted(Order(*key, n) for key, n in zip(keys, numbers, strict=True) if n))
    rows = [Allocation(p.id, "baltra", "bay", sum(numbers[i::3]), None) for i, p in enumerate(scenario.platforms)]
    return Plan(orders, tuple(sorted(row for row in rows if row.craft)), gateways=gateways)


def affordable(case: Case, futures: Futures, gateways: Gateways) -> Iterator[tuple[Numbers, Plan]]:
    """All whole orders that money and training can bear in some futures: each has one craft more than another."""
    waiting: list[Numbers] = [(0,) * 6]
    seen = set(waiting)
    while waiting:
        numbers = waiting.pop()
        plan = plan_of(case.scenario, numbers, gateways)
        if limits_broken(case, plan, futures):
            continue
        yield numbers, plan
        more = [tuple(n + (i == k) for i, n in enumerate(numbers)) for k in range(6)]
        waiting += [each for each in more if each not in seen]
        seen.update(more)


def limits_broken(case: Case, plan: Plan, futures: Futures) -> list[str]:
    """The limits of money and training that a plan breaks in some futures; a craft more breaks no fewer."""
    scenario, theatre = case.scenario, case.theatre
    deliveries = deliver(scenario, plan, futures)
    accounts = make_accounts(theatre, plan, deliveries, futures)
    faults = []
    years = scenario.calendar.fiscal_years
    if scenario.budget.counts == "obligation":
        spent = np.array([[accounts.obligation[year]] for year in years])
    else:
        spent = paid_at_obligated_prices(case, plan, deliveries, futures)
    left = np.zeros(spent.shape[1])
    for y, year in enumerate(years):
        own = scenario.budget.acquisition.get(year, 0.0)
        if (spent[y] > (own + left) * (1 + 1e-9)).any():
            faults.append(f"acquisition {year}")
        left = np.clip(own + left - spent[y], 0, scenario.budget.carry_over * own)
    yearly = dict(zip(theatre.pairs.platform.tolist(), money.support_per_year(theatre).tolist(), strict=True))
    support = money.usable_years(scenario, deliveries.usable_h) @ np.array([yearly[p] for p in deliveries.platform])
    for y, year in enumerate(years):
        if (support[y] > scenario.budget.support.get(year, np.inf) * (1 + 1e-9)).any():
            faults.append(f"support {year}")
    return faults + _untrained(case, deliveries)


def policies_broken(case: Case, plan: Plan, futures: Futures) -> list[str]:
    scenario, theatre = case.scenario, case.theatre
    accounts = make_accounts(theatre, plan, deliver(scenario, plan, futures), futures)
    faults = []
    spending = {p.id: 0.0 for p in scenario.platforms}
    for order in plan.orders:
        spending[order.platform] += accounts.order_cost[order]
    share = scenario.policies.supplier_country_share
    if share is not None and max(spending.values()) > share.max * sum(spending.values()) * (1 + 1e-9):
        faults.append("country share")
    if plan.ordered("drone") + plan.ordered("kite") < scenario.policies.domain_minimum.get("air", 0):
        faults.append("domain minimum")
    return faults


def _untrained(case: Case, deliveries: Deliveries) -> list[str]:
    scenario = case.scenario
    limit = scenario.operations.training_per_year
    if limit is None:
        return []
    pairs = case.theatre.pairs
    people = dict(zip(pairs.platform.tolist(), money.people_per_craft(case.theatre).tolist(), strict=True))
    each = np.array([people[p] for p in deliveries.platform])
    faults = []
    for year, first, last in _years(scenario):
        at_work = (deliveries.usable_h <= last) @ each
        if (at_work > limit * last / 8760 * (1 + 1e-9)).any():
            faults.append(f"training {year}, from hour {first}")
    return faults


def _years(scenario: Scenario) -> Iterator[tuple[int, float, float]]:
    """Each fiscal year with its first and last hour, none beyond the calendar's end."""
    calendar = scenario.calendar
    end = calendar.hours(calendar.end) + 24
    for year in calendar.fiscal_years:
        first, last = (calendar.hours(day) for day in calendar.fiscal_year_span(year))
        yield year, first, min(last, end)


def paid_at_obligated_prices(case: Case, plan: Plan, deliveries: Deliveries, futures: Futures) -> Floats:
    """What falls due in each fiscal year and future, (Y, F), craft by craft, were prices and rates to stay."""
    scenario = case.scenario
    spans = list(_years(scenario))
    profile = scenario.acquisition.payments
    periods = {p.start_h: p for p in scenario.calendar.periods}
    paid = np.zeros((len(spans), len(futures)))
    for i in range(len(deliveries.platform)):
        p = int(deliveries.platform[i])
        n = float(deliveries.number[i])
        ordered = deliveries.order_h[i]
        price = money.obligation_in_futures(scenario, futures, p, periods[ordered])
        price = price * np.diff(money.learnt_cost(scenario, scenario.platforms[p], np.array([n, n + 1])))
        for f in range(len(futures)):
            arrival = deliveries.arrival_h[f, i]
            for share, due in (
                (profile.order, ordered),
                (profile.half_way, (ordered + arrival) / 2),
                (profile.delivery, arrival),
            ):
                if np.isfinite(due):
                    y = next((y for y, (_, _, last) in enumerate(spans) if due < last), len(spans) - 1)
                    paid[y, f] += share * price[f]
    for platform in {order.platform for order in plan.orders}:
        first = min(order.period for order in plan.orders if order.platform == platform)
        y = [year for year, *_ in spans].index(int(first[:4]))
        paid[y] += money.integration_cost(scenario, scenario.platforms[scenario.platform_index[platform]])
    return paid


def attained(case: Case, plan: Plan, futures: Futures) -> Floats:
    """What the programme's curves give a plan in each future, (F,)."""
    theatre, scenario = case.theatre, case.scenario
    corrections = no_corrections(theatre)
    deliveries = deliver(scenario, plan, futures)
    usable = deliveries.usable_h <= scenario.calendar.window_start_h
    craft = np.stack([usable[:, deliveries.platform == p].sum(axis=1) for p in range(3)])  # (P, F)
    duty = np.zeros(3)
    duty[theatre.pairs.platform] = theatre.pairs.duty
    present = duty[:, None] * craft
    total = np.zeros(len(futures))
    for r, requirement in enumerate(scenario.requirements):
        gain = make_gain(theatre, r, corrections, np.arange(len(theatre.pairs)), plan.gateways)
        weights = [
            curve.weight + (curve.extra.max(axis=0, initial=0.0) if curve.extra.size else 0.0) for curve in gain.curves
        ]
        lowest = np.min([c.highest(weight @ present) for c, weight in zip(gain.curves, weights, strict=True)], axis=0)
        total += requirement.weight * np.minimum(gain.scale * (gain.share @ lowest), 1.0)
    return total / sum(r.weight for r in scenario.requirements)


def worth(scenario: Scenario, attainment: Floats) -> float:
    """E[A] - weight x CVaR of 1 - A over equally likely futures."""
    risk = scenario.uncertainty.risk
    if risk is None:
        return float(attainment.mean())
    short = np.sort(1 - attainment)[::-1]
    left, total = (1 - risk.cvar_alpha) * len(short), 0.0
    for s in short:
        total += s * min(max(left, 0.0), 1.0)
        left -= 1
    return float(attainment.mean() - risk.weight * total / ((1 - risk.cvar_alpha) * len(short)))


def every_choice(case: Case) -> Iterator[tuple[Choice, Floats, float]]:
    """All whole orders and gateways that keep every statement, with their attainments (F,) and life-cycle cost."""
    for gateways in _sets(case.search.c.gateways):
        by_node = [_possible(case, futures, gateways) for futures in node_futures(case)]
        for now in set.intersection(*(set(each) for each in by_node)):
            for chosen in product(*(each[now] for each in by_node)):
                later, attainment, overrun, cost = zip(*chosen, strict=True)
                if contingency_is_kept(case.scenario, np.concatenate(overrun)):
                    yield (gateways, (now, *later)), np.concatenate(attainment), float(np.mean(cost))


def best_of_all(case: Case) -> tuple[float, set[Choice]]:
    """The best worth of any whole orders and gateways, and all that keep every statement."""
    found = [(choice, worth(case.scenario, attainment)) for choice, attainment, _ in every_choice(case)]
    return max(value for _, value in found), {choice for choice, _ in found}


def _sets(gateways: Gateways) -> Iterator[Gateways]:
    for count in range(len(gateways) + 1):
        yield from combinations(gateways, count)


def node_futures(case: Case) -> list[Futures]:
    node = np.zeros(FUTURES, dtype=np.int64) if case.node is None else case.node
    return [case.futures.take(np.flatnonzero(node == n)) for n in np.unique(node)]


def _possible(case: Case, futures: Futures, gateways: Gateways) -> Possible:
    """All that may be ordered in the futures of a node."""
    found: Possible = {}
    for numbers, plan in affordable(case, futures, gateways):
        if not policies_broken(case, plan, futures):
            books = make_accounts(case.theatre, plan, deliver(case.scenario, plan, futures), futures)
            told = numbers[3:], attained(case, plan, futures), books.overrun.by_future, books.life_cycle
            found.setdefault(numbers[:3], []).append(told)
    return found


def overrun_of(case: Case, plan: Plan, futures: Futures) -> Floats:
    deliveries = deliver(case.scenario, plan, futures)
    return make_accounts(case.theatre, plan, deliveries, futures).overrun.by_future


def contingency_is_kept(scenario: Scenario, overrun: Floats) -> bool:
    stated = scenario.budget.contingency
    if stated is None:
        return True
    return bool((overrun <= stated.amount * (1 + 1e-9)).mean() >= stated.probability - 1e-9)


# What the programme finds


def numbers_of(orders: Mapping[OrderKey, int], nodes: int) -> tuple[Numbers, ...]:
    """Orders as ``best_of_all`` tells them."""

    def at(period: str, *nodes: int) -> Numbers:
        return tuple(sum(orders.get((p, period, n), 0) for n in nodes) for p in range(3))

    return (at(NOW, COMMON), *(at(LATER, COMMON, n) for n in range(nodes)))


def choice_of(search: Search, values: Floats) -> Choice:
    """What the columns decide."""
    chosen = values[search.v.ordered.index].round().astype(int).tolist()
    bought = values[search.v.gateway.index].round().astype(bool).tolist()
    gateways = tuple(g for g, is_bought in zip(search.c.gateways, bought, strict=True) if is_bought)
    return gateways, numbers_of(dict(zip(search.v.order_key, chosen, strict=True)), search.c.nodes)


@pytest.mark.parametrize(("one", "other"), [*combinations(FEATURES, 2)])
def test_two_features_together_give_the_best_of_all_whole_orders(one: str, other: str) -> None:
    case = case_of(one, other)
    best, kept = best_of_all(case)
    search = case.search
    found, bound = search.best()
    objective, bound = found.objective + risk_constant(search.c), bound + risk_constant(search.c)
    assert len(kept) > 1
    assert choice_of(search, found.values) in kept
    assert best - GAP * abs(best) - 1e-6 <= objective <= best + 1e-6
    assert bound >= best - 1e-6


@pytest.mark.parametrize("feature", FEATURES)
def test_the_least_cost_with_each_feature(feature: str) -> None:
    """The bound is one, and rounding the relaxation finds the cheapest whole orders or comes near."""
    case = case_of(feature, "least cost")
    asked, probability = case.scenario.objective.attainment, case.scenario.objective.probability
    assert asked is not None
    assert probability is not None
    reaching = {
        choice: cost
        for choice, attainment, cost in every_choice(case)
        if (attainment >= asked - REACH_TOLERANCE).mean() >= probability
    }
    search = LeastCost(case.search.c, case.search.v, Limits(gap=GAP))
    found, bound = search.best()
    least = min(reaching.values())
    choice = choice_of(search, found.values)
    assert choice in reaching
    assert search.told(found.objective) == pytest.approx(reaching[choice], rel=SLICED)
    assert search.told(bound) <= least * (1 + SLICED)
    assert reaching[choice] <= least * NEAR


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_decides(feature: str) -> None:
    """Without it other orders would be best: the pairs above are no empty claim."""
    plain, _ = best_of_all(case_of())
    best, _ = best_of_all(case_of(feature))
    assert abs(best - plain) > GAP * plain


@pytest.mark.parametrize("feature", FEATURES)
def test_the_whole_plan_keeps_all_that_is_stated(feature: str) -> None:
    """Cheapest orders, whole rows: what leaves the optimiser, by the books."""
    case = case_of(feature)
    found = plan_fleet(case.theatre, case.futures, no_corrections(case.theatre), Limits(gap=GAP), node=case.node).plan
    futures = node_futures(case)
    assert found.orders
    assert [limits_broken(case, found, each) for each in futures] == [[]] * len(futures)
    assert policies_broken(case, found, case.futures) == []
    assert contingency_is_kept(case.scenario, np.concatenate([overrun_of(case, found, each) for each in futures]))


@pytest.mark.parametrize(
    "features",
    [
        ("learning", "carry over", "contingency", "integration", "country share"),
        ("outlay", "training", "lease", "risk", "carry over"),
    ],
    ids=["obligations", "outlays"],
)
def test_money_in_other_units_gives_the_same_plan(features: tuple[str, ...]) -> None:
    plans = []
    for scale in (1e-9, 1.0, 1e9):
        case = case_of(*features, scale=scale)
        plans.append(plan_fleet(case.theatre, case.futures, no_corrections(case.theatre), Limits(gap=GAP)).plan)
    assert plans[0].orders
    assert all((plan.orders, plan.allocation) == (plans[0].orders, plans[0].allocation) for plan in plans)
