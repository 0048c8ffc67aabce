"""What has happened and what is decided, each fact in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fleetcraft.scenario.actuals import Actuals, Announced
from fleetcraft.scenario.scenario import Scenario

UNCHANGED = 0.0005
"""A mean difference of attainment that is no more is told as none."""


def fact_in_words(fact: str, scenario: Scenario, actuals: Actuals, entry: Mapping[str, Any]) -> str:
    """What happened, and what it does to the plan before."""
    happened = {
        "orders": "Orders placed differ from those that were planned, or an order day has passed",
        "deliveries": _deliveries(actuals),
        "announced": _listed([_announcement(scenario, each) for each in actuals.announced]),
        "lost": f"{_craft(sum(each.quantity for each in actuals.lost))} lost so far",
        "exchange": _rates(scenario, actuals),
        "embargoes": f"No deliveries any more from {_listed(list(actuals.embargoes))}",
        "all": "All of this together",
    }[fact]
    return f"{happened}: {_effect(scenario.currency, entry)}"


def decision_in_words(currency: str, entry: Mapping[str, Any]) -> str:
    """What the decision taken now changes, against going on as before."""
    return f"What is decided now, against going on as before: {_effect(currency, entry)}"


def raised_in_words(entry: Mapping[str, Any], currency: str) -> str:
    """By how much a support budget is too small for what stands."""
    stated, needed = (_money(entry[key], currency) for key in ("stated", "needed"))
    return (
        f"support {entry['year']}: what was ordered before today needs up to {needed}, of {stated} that there are; "
        "the rest is decided as if that much were there"
    )


def _effect(currency: str, entry: Mapping[str, Any]) -> str:
    said = [_attainment(entry)]
    for key, what in (("acquisition", "to obligate"), ("paid", "to pay")):
        if abs(entry[key]) >= 0.5:
            said.append(f"{_money(abs(entry[key]), currency)} {'more' if entry[key] > 0 else 'less'} {what}")
    return f"{_listed(said)}."


def _attainment(entry: Mapping[str, Any]) -> str:
    difference = entry["difference"]
    if difference is None:
        return "attainment cannot be told"
    if abs(difference) < UNCHANGED:
        return "attainment stays as it was"
    interval = ""
    if entry["low"] is not None:
        interval = f" (95% interval {100 * entry['low']:+.1f} to {100 * entry['high']:+.1f})"
    now = f", to {100 * entry['attainment']:.1f}%" if entry["attainment"] is not None else ""
    verb = "rises" if difference > 0 else "falls"
    return f"attainment {verb} by {100 * abs(difference):.1f} percentage points{interval}{now}"


def _deliveries(actuals: Actuals) -> str:
    came = sum(each.quantity for each in actuals.deliveries)
    ordered = sum(each.quantity for each in actuals.orders)
    return f"{came} of {_craft(ordered)} ordered have come by {actuals.today}, {ordered - came} have not"


def _announcement(scenario: Scenario, said: Announced) -> str:
    if said.supplier is not None:
        return f"{said.supplier} delivers {said.slip_months:g} months late"
    assert said.platform is not None
    name = scenario.platforms[scenario.platform_index[said.platform]].name
    return f"the next {name} comes on {said.next_delivery}"


def _rates(scenario: Scenario, actuals: Actuals) -> str:
    rates = [
        f"one {code} costs {rate:g} {scenario.currency}, not the {scenario.budget_rate(code):g} of the budget"
        for code, rate in sorted(actuals.exchange.items())
        if rate != scenario.budget_rate(code)
    ]
    return _listed(rates) or "Rates are those of the budget again"


def _listed(parts: Sequence[str]) -> str:
    """The parts as one."""
    *first, last = parts or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _craft(count: int) -> str:
    return f"{count} craft"


def _money(amount: float, currency: str) -> str:
    """An amount in billions, millions or whole units."""
    for size, name in ((1e9, " bn"), (1e6, " M")):
        if amount >= size:
            return f"{currency} {amount / size:,.1f}{name}"
    return f"{currency} {amount:,.0f}"
