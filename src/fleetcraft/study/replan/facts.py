"""What is new in each fact since those known before, as plain data that a report can put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from fleetcraft.scenario.actuals import Actuals, Announced
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.replan.story import Step

Json = dict[str, Any]


def happened(step: Step, scenario: Scenario, known: Actuals, actuals: Actuals) -> Json:
    """What is new in a fact of ``story``; nothing of those that say it by their name."""
    if step.fact == "scenario":
        return {"case": {"before": step.without.world.case, "now": step.having.world.case}}
    tell = _NEWS.get(step.fact)
    return {} if tell is None else tell(scenario, known, actuals)


def _deliveries(_scenario: Scenario, _known: Actuals, actuals: Actuals) -> Json:
    return {
        "by": actuals.today.isoformat(),
        "ordered": sum(each.quantity for each in actuals.orders),
        "came": sum(each.quantity for each in actuals.deliveries),
    }


def _announced(scenario: Scenario, known: Actuals, actuals: Actuals) -> Json:
    """What was said since, and of whom or what nothing is said any more."""
    named = {(each.supplier, each.platform) for each in actuals.announced}
    return {
        "said": [_said(scenario, each) for each in actuals.announced if each not in known.announced],
        "withdrawn": [_said(scenario, each) for each in known.announced if (each.supplier, each.platform) not in named],
    }


def _said(scenario: Scenario, said: Announced) -> Json:
    if said.platform is None:
        return {"supplier": said.supplier, "slip_months": said.slip_months}
    assert said.next_delivery is not None
    name = scenario.platforms[scenario.platform_index[said.platform]].name
    return {"name": name, "next_delivery": said.next_delivery.isoformat()}


def _lost(scenario: Scenario, known: Actuals, actuals: Actuals) -> Json:
    craft: Counter[str] = Counter()
    for each in actuals.lost:
        craft[each.platform] += each.quantity
    for each in known.lost:
        craft[each.platform] -= each.quantity
    return {"craft": [{"name": p.name, "quantity": craft[p.id]} for p in scenario.platforms if craft[p.id]]}


def _exchange(scenario: Scenario, known: Actuals, actuals: Actuals) -> Json:
    """Rates that are not what they were; of one that is not told, that of the budget."""
    rates = []
    for currency in sorted({*known.exchange, *actuals.exchange}):
        budget = scenario.budget_rate(currency)
        before, now = (told.exchange.get(currency, budget) for told in (known, actuals))
        if now != before:
            rates.append({"currency": currency, "rate": now, "before": before, "budget": budget})
    return {"rates": rates}


def _embargoes(_scenario: Scenario, known: Actuals, actuals: Actuals) -> Json:
    return {
        "stopped": sorted(country for country in actuals.embargoes if country not in known.embargoes),
        "lifted": sorted(country for country in known.embargoes if country not in actuals.embargoes),
    }


def _money(_scenario: Scenario, known: Actuals, actuals: Actuals) -> Json:
    """Contracts whose price is new, and the fiscal years of which other money is stated to be gone."""
    contracts = [each for each in actuals.orders if each.cost is not None and each not in known.orders]
    years = sorted({*known.spent, *actuals.spent})
    return {
        "contracts": sum(each.cost for each in contracts if each.cost is not None),
        "craft": sum(each.quantity for each in contracts),
        "years": [year for year in years if actuals.spent.get(year) != known.spent.get(year)],
    }


_NEWS: Mapping[str, Callable[[Scenario, Actuals, Actuals], Json]] = {
    "deliveries": _deliveries,
    "announced": _announced,
    "lost": _lost,
    "exchange": _exchange,
    "embargoes": _embargoes,
    "money": _money,
}
