"""What a plan was made for, as far as its hash of a scenario tells."""

from __future__ import annotations

import json
from hashlib import sha256

from fleetcraft.plan import Plan
from fleetcraft.scenario.scenario import Scenario

PERCENTS = range(10, 201)
"""Of the stated acquisition money: what the usual budgets of a frontier are, whatever their number."""


def origin_warnings(scenario: Scenario, plan: Plan, file: str) -> list[str]:
    """That a plan, which ``file`` names, was made for another scenario, or for this one with more or less money."""
    if plan.scenario in (None, scenario.hash):
        return []
    percent = _percent_of_money(scenario, str(plan.scenario))
    if percent is not None:
        return [f"{file} was made for {percent}% of this scenario's acquisition money"]
    return [f"{file} was made for another scenario ({str(plan.scenario)[:8]}), not for this one ({scenario.hash[:8]})"]


def _percent_of_money(scenario: Scenario, hash_: str) -> int | None:
    """How much of its acquisition money would give the scenario this hash; None where no whole percentage does."""
    counts, stated = scenario.budget.counts, sum(scenario.budget.acquisition.values())
    money = scenario.content["budget"][counts]
    content = {**scenario.content, "budget": {**scenario.content["budget"], counts: None}}
    before, key, after = _text(content).partition(f'"{counts}":null')
    begun = sha256((before + key.removesuffix("null")).encode())
    for percent in PERCENTS if stated > 0 else ():
        scale = round(percent / 100 * stated) / stated
        found = begun.copy()
        found.update((_text({year: amount * scale for year, amount in money.items()}) + after).encode())
        if found.hexdigest() == hash_:
            return percent
    return None


def _text(value: object) -> str:
    """As a scenario's hash is taken of it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
