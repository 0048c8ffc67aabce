"""What a decision maker reads first, in plain words: the answer, its key figures, the risks and the grounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fleetcraft.report import narrative, tables
from fleetcraft.report.countries import country, country_in_words
from fleetcraft.report.explain_words import range_in_words
from fleetcraft.report.narrative import listed, share_of_years
from fleetcraft.report.run import Run
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import NOT_COMPUTED, day, interval, money, number, percent, plural, probability
from fleetcraft.scenario.scenario import Scenario

Tile = tuple[str, str, str]

MOST_RISKS = 3
MOST_NAMED = 3


def answer_in_short(result: Result, scenario: Scenario) -> list[str]:
    """The message in one sentence, then what a reader must know beside it."""
    beside = (_makers(result, scenario), _left(result), _attainment(result))
    return [lead(result), " ".join(said for said in beside if said)]


def lead(result: Result) -> str:
    """What to buy for how much, and what that attains."""
    attained = f"attains {percent(result['attainment']['simulated'])} of what is asked{_reached(result)}"
    if "orders" not in result:
        return f"The plan {attained}."
    return f"Order {_ordered(result)}: the fleet {attained}."


def _ordered(result: Result) -> str:
    """How many craft are to be ordered, at once and later, and for how much."""
    now = [order for order in result["orders"] if not order.get("placed")]
    craft, later = sum(order["quantity"] for order in now), tables.later(result)["quantity_mean"].sum()
    types = plural(len({order["platform"] for order in now}), "type")
    said = f"{number(craft)} craft of {types}" if craft else "nothing more" if "replan" in result else "nothing"
    said += f" now and, in the mean, {number(later, 0 if later >= 10 else 1)} as the news comes" if later else ""
    if "replan" in result:
        return said
    return f"{said}, for {money(result['cost']['acquisition'], result['cost']['currency'])}" if craft or later else said


def _reached(result: Result) -> str:
    demands = tables.requirements(result)
    if demands.empty:
        return ""
    reached = int(demands["reached"].fillna(False).sum())
    return f" and reaches {reached} of {plural(len(demands), 'threshold')} in the mean year"


def _makers(result: Result, scenario: Scenario) -> str:
    """From which countries the craft come, and what the later orders wait for."""
    made = {order["supplier_country"] for order in (*(result.get("orders") or ()), *result.get("later", ()))}
    if not made:
        return ""
    waits = f"; later orders wait for the news of {day(scenario.calendar.news)}" if result.get("later") else ""
    return f"The craft come from {listed(map(country_in_words, sorted(made, key=country)))}{waits}."


def _left(result: Result) -> str:
    """How much of the budget is left, and what it could add at most."""
    amount = narrative.not_obligated(result)
    if not amount:
        return ""
    worth = narrative.worth_at_most(result)
    most = "" if worth is None else f": all of it could add at most {number(100 * worth, 1)} points of attainment"
    return f"{money(amount, result['cost']['currency'])} of the budget is left{most}."


def _attainment(result: Result) -> str:
    """What attainment is and how it was measured."""
    return (
        "Attainment is the weighted mean share of its threshold that each requirement reaches, simulated over "
        f"{narrative.years(result)}."
    )


def key_figures(result: Result) -> list[Tile]:
    """Term, figure and note of each key figure; one that the result does not hold is left out."""
    found = result["attainment"]
    planned = "" if found.get("planned") is None else f"; planned {percent(found['planned'])}"
    spread = f"95% interval {interval(found['low'], found['high'], 'fraction')}{planned}"
    attained = ("Attainment, simulated", percent(found["simulated"]), spread)
    return [attained, *_reached_tile(result), *_craft_tile(result), *_money_tiles(result)]


def _reached_tile(result: Result) -> Iterable[Tile]:
    demands = tables.requirements(result)
    chance = result.get("probability_all_met")
    together = "" if chance is None else f"all at once in {share_of_years(chance)}"
    yield (
        "Requirements reached, mean year",
        f"{int(demands['reached'].fillna(False).sum())} of {len(demands)}",
        together,
    )


def _craft_tile(result: Result) -> Iterable[Tile]:
    craft = result.get("craft")
    if craft and craft["ordered"] > 0:
        usable = f"{number(craft['usable_in_time'])} of {number(craft['ordered'])}"
        yield "Craft usable in time", usable, "when the measured year opens, in the mean future"


def _money_tiles(result: Result) -> Iterable[Tile]:
    cost = result.get("cost")
    if not cost:
        return
    budget, currency = narrative.budgeted(cost), cost["currency"]
    share = f"{percent(cost['acquisition'] / budget)} of {money(budget, currency)} budgeted" if budget else ""
    yield "Acquisition", money(cost["acquisition"], currency), share
    overrun = cost.get("overrun") or {}
    if overrun.get("probability") is not None:
        spread = f"by {money(overrun['p90'], currency)} or more in one of ten"
        yield "Dearer than obligated", f"{probability(overrun['probability'])} of futures", spread
    life = cost.get("life_cycle")
    shown = NOT_COMPUTED if life is None else money(life, currency)
    yield "Cost over the life cycle", shown, "acquisition and support, discounted"


def risks(result: Result, scenario: Scenario) -> list[tuple[str, str]]:
    """What could go wrong, a name and a sentence each: the first three that are worth telling."""
    told = ((name, tell(result, scenario)) for name, tell in _RISKS)
    return [(name, said) for name, said in told if said][:MOST_RISKS]


def _late(result: Result, scenario: Scenario) -> str:
    """How many craft come too late, and of which types most."""
    craft = result.get("craft")
    missing = (craft["ordered"] - craft["usable_in_time"]) if craft else 0.0
    if not craft or missing < tables.LEAST_BOUGHT:
        return ""
    rows = [
        (row["name"], (row.get("ordered") or 0.0) * (1 - row["probability_usable_in_time"]))
        for row in late_rows(result)
    ]
    worst = [row for row in sorted(rows, key=lambda row: (-row[1], row[0])) if row[1] >= tables.LEAST_BOUGHT]
    named = listed(f"{name} ({number(count)})" for name, count in worst[:MOST_NAMED])
    return (
        f"{number(missing)} of {number(craft['ordered'])} craft ordered are not usable on "
        f"{day(scenario.calendar.window_start)} in the mean future{f', above all {named}' if worst else ''}."
    )


def late_rows(result: Result) -> list[Mapping[str, Any]]:
    """The types that are ordered, with the share of their craft that is usable in time."""
    return [row for row in result.get("late", ()) if (row.get("ordered") or 0.0) >= tables.LEAST_BOUGHT]


def _dearer(result: Result, _scenario: Scenario) -> str:
    return narrative.at_risk(result)


def _stands_down(result: Result, _scenario: Scenario) -> str:
    return narrative.grounded(result)


def _lost(result: Result, _scenario: Scenario) -> str:
    """How many craft are lost in a year, and of which types most."""
    use = tables.use(result)
    total = float(use["losses"].sum())
    if total < 1:
        return ""
    worst = use.sort_values("losses", ascending=False, kind="stable").head(MOST_NAMED)
    named = listed(f"{row['name']} ({number(row['losses'], 1)})" for row in worst.to_dict("records"))
    return f"{number(total)} craft are lost in the mean simulated year, above all {named}."


_RISKS = (
    ("Late craft", _late),
    ("Prices and rates", _dearer),
    ("A whole type grounded", _stands_down),
    ("Losses at sea", _lost),
)


def grounds(run: Run) -> list[str]:
    """What the answer rests on: how it was found, on which values, what would flip it, what is left out."""
    result = run.result
    told = (_solved(result), narrative.value_kinds(result), _flips(run), _left_out(result), _warned(result))
    return [said for said in told if said]


def _solved(result: Result) -> str:
    futures = result.get("futures") or {}
    if result.get("gap") is None:
        return ""
    on = f" over {plural(futures['solve'], 'future')}" if futures.get("solve") else ""
    return (
        f"Solved to within {percent(result['gap'], 2)} of the proven bound{on}; judged in {narrative.years(result)} of "
        "fresh futures."
    )


def _flips(run: Run) -> str:
    """How many of the values that have a range would change the decision, and which most."""
    if run.explained is None:
        count = len(run.result.get("assumptions", ()))
        if not count:
            return ""
        return (
            f"{plural(count, 'assumption')} of the scenario have a range. Which of them would flip the decision is not "
            "known in this run: fleetcraft explain tells."
        )
    found = run.explained["flips"]
    flips = sorted((row for row in found["entries"] if row["flips"]), key=lambda row: (-row["moved"], row["path"]))
    said = f"Of {number(found['ranges'])} values with a range {number(len(flips))} would, at one end of it, move more "
    said += f"than {percent(found['flip_from'], 0)} of the money elsewhere"
    named = [f"{range_in_words(row, run.scenario)} ({percent(row['moved'], 0)})" for row in flips[:MOST_NAMED]]
    return f"{said}: most of all {listed(named)}." if named else f"{said}."


def _left_out(result: Result) -> str:
    left_out = list(result.get("not_simulated", ()))
    return f"Not simulated: {'; '.join(left_out)}." if left_out else ""


def _warned(result: Result) -> str:
    found = result.get("warnings", ())
    return f"{plural(len(found), 'warning')} should be read before a single figure is used." if found else ""
