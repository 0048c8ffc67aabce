"""The result in plain words: each function a sentence or two, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fleetcraft.report import tables
from fleetcraft.report.countries import country, country_in_words
from fleetcraft.report.tables import Result, attained, requirements
from fleetcraft.report.tokens import (
    MISSING,
    NBSP,
    NOT_COMPUTED,
    day,
    interval,
    is_missing,
    measure,
    money,
    number,
    percent,
    plural,
    probability,
)
from fleetcraft.scenario.scenario import Scenario

NEVER = 0.005
"""Below this share of futures a type is said to earn nothing by the deadline."""

WARNINGS_SHOWN = 3
WORTH_TELLING = 0.02
"""A share of the budget that, left unspent, asks for a reason."""

_STATUS = {
    "optimal": "optimal within the tolerance asked for",
    "feasible": "feasible, not proven optimal",
    "infeasible": "infeasible",
}
_OVERRUN = "Overrun (what craft that are paid for cost above their obligation, as prices and rates move)"
_KINDS = {"structural": "true by construction", "assumption": "assumptions"}
_STOPPED = {"gap": "the gap was reached", "nodes": "the node limit was reached", "time": "the time limit was reached"}


def question(scenario: Scenario) -> str:
    """What was asked: the money, the deadline and the demands."""
    budget = {year: amount for year, amount in scenario.budget.acquisition.items() if amount > 0}
    years = f"fiscal {min(budget)}" + (f" to {max(budget)}" if len(budget) > 1 else "") if budget else ""
    aim = scenario.objective
    if aim.mode == "cost":
        return (
            f"What is the cheapest fleet of unmanned craft that by {day(scenario.calendar.deadline)} attains "
            f"{percent(aim.attainment or 0.0)} of {plural(len(scenario.requirements), 'requirement')} in "
            f"{plural(len(scenario.areas), 'sea area')} with a probability of {probability(aim.probability or 0.0)}: "
            "what should be bought, from whom and when?"
        )
    if not budget:
        return (
            f"Without acquisition money, which unmanned craft should be hired, from whom and when, so that by "
            f"{day(scenario.calendar.deadline)} they meet {plural(len(scenario.requirements), 'requirement')} in "
            f"{plural(len(scenario.areas), 'sea area')}?"
        )
    return (
        f"With {money(sum(budget.values()), scenario.currency)} of acquisition money in {years}, which unmanned craft "
        f"should be bought, from whom and when, so that by {day(scenario.calendar.deadline)} they meet "
        f"{plural(len(scenario.requirements), 'requirement')} in {plural(len(scenario.areas), 'sea area')}?"
    )


def answer(result: Result) -> list[str]:
    """The whole report in three paragraphs: what to buy; what it attains and meets; how sure the plan is."""
    paragraphs = (
        (purchase, later, left_over, at_risk),
        (attainment, stopping, met, grounded),
        (solve,),
    )
    told = (" ".join(said for tell in each if (said := tell(result))) for each in paragraphs)
    return [paragraph for paragraph in told if paragraph]


def purchase(result: Result) -> str:
    """What is bought for how much, against the budget."""
    bought = result.get("orders")
    if bought is None:
        return ""
    if not bought:
        return "Nothing is ordered in all futures alike." if result.get("later") else "The plan buys nothing."
    cost = result["cost"]
    craft = sum(o["quantity"] for o in bought)
    types = len({o["platform"] for o in bought})
    makers = map(country_in_words, sorted({o["supplier_country"] for o in bought}, key=country))
    return (
        f"{_ordered(result, craft)} of {plural(types, 'type')} from {listed(makers)} for "
        f"{money(cost['acquisition'], cost['currency'])}{_against(cost)}."
    )


def _ordered(result: Result, craft: int) -> str:
    """How many craft the plan orders; of a re-plan beside those that were ordered before."""
    if "replan" not in result:
        return f"The plan orders {number(craft)} craft"
    now = sum(order["quantity"] for order in result["orders"] if not order["placed"])
    before = f"{number(craft - now)} craft were ordered before"
    return f"{before} and {number(now)} are to be ordered now, {number(craft)} in all,"


def order_day(result: Result) -> str:
    """The soonest day on which something can be ordered, as a reader calls it."""
    return "today" if "replan" in result else "on the first day"


def later(result: Result) -> str:
    """How much single futures order besides, in the mean."""
    table = tables.later(result)
    if table.empty:
        return ""
    return (
        "Once the news is known each future orders what suits it: in the mean "
        f"{number(table['quantity_mean'].sum(), 1)} craft more, of {plural(table['platform'].nunique(), 'type')}, for "
        f"{money(table['cost'].sum(), result['cost']['currency'])} of the money obligated."
    )


def budgeted(cost: Mapping[str, Any]) -> float:
    """Acquisition money that may be obligated, or paid where that is what counts, in all fiscal years."""
    years = cost.get("budget", {}).values()
    return float(sum(year.get("obligation") or year.get("outlay") or 0 for year in years))


def not_obligated(result: Result) -> float:
    """Acquisition money that is left; 0 where it is little, or where nothing is bought."""
    cost = result.get("cost") or {}
    budget = budgeted(cost)
    left = budget - cost.get("acquisition", budget)
    known = "aim" in result and result.get("orders")
    return left if known and left >= WORTH_TELLING * budget else 0.0


def worth_at_most(result: Result) -> float | None:
    """What all of the budget could add at most to attainment on the futures it was solved on; None where unknown."""
    if result["aim"]["mode"] == "cost" or result["bound"] is None:
        return None
    open_ = float(result["bound"] - result["objective"])
    return open_ + max(float(result["aim"]["tolerance"]), open_)


def left_over(result: Result) -> str:
    """Why acquisition money is left, where much is."""
    left = not_obligated(result)
    if not left:
        return ""
    said = f"{money(left, result['cost']['currency'])} is not obligated"
    if result["aim"]["mode"] == "cost":
        return f"{said}: what is asked for is reached without it."
    worth = worth_at_most(result)
    if worth is None:
        return f"{said}."
    return (
        f"{said}: on the futures it was solved on all of it could add no more than {number(100 * worth, 1)} points of "
        "attainment, since support money, makers' output, lead times or bases bind first."
    )


def at_risk(result: Result) -> str:
    """What moving prices and rates may add to the obligated sum."""
    cost = result.get("cost") or {}
    found = cost.get("overrun") or {}
    if found.get("probability") is None or not result.get("orders"):
        return ""
    return (
        f"Prices and rates as they may turn out make it dearer than obligated in "
        f"{probability(found['probability'])} of futures, by {money(found['p90'], cost['currency'])} or more in one "
        "of ten."
    )


def grounded(result: Result) -> str:
    """How often a whole type that is bought stands down in the judged year."""
    found = result.get("grounding")
    if not found or not found["by_platform"]:
        return ""
    return (
        f"In {probability(found['probability'])} of futures a type that is bought stands down as a whole in the "
        f"measured year, for {found['months']:g} months at a time; the simulated figures hold these futures."
    )


def replacement(result: Result) -> str:
    """How much of the support buys craft for lost ones."""
    cost = result.get("cost", {})
    if not cost.get("replacement"):
        return ""
    return (
        f"Of all support, {money(cost['replacement'], cost['currency'])} replaces craft that are expected to be lost."
    )


def _against(cost: Mapping[str, Any]) -> str:
    budget = budgeted(cost)
    if not budget:
        return ""
    return (
        f", {percent(cost['acquisition'] / budget, 1)} of the {money(budget, cost['currency'])} that may be obligated"
    )


def attainment(result: Result) -> str:
    """Planned and simulated attainment with the interval, and what the word means."""
    found = result["attainment"]
    simulated = (
        f"Simulated over {years(result)}, the fleet attains {percent(found['simulated'])} of what is asked "
        f"(95% interval {interval(found['low'], found['high'], 'fraction')})"
    )
    planned = f"; the plan's own formula says {percent(found['planned'])}" if found.get("planned") is not None else ""
    return (
        f"{simulated}{planned}. (Attainment: the weighted mean share of its threshold that each requirement reaches.)"
    )


def years(result: Result) -> str:
    """How many simulated years stand behind a figure."""
    count = result.get("replications")
    return f"{number(count)} independent years" if count else "independent years"


def stopping(result: Result) -> str:
    """Why the simulated years ended where they did, where their number hung on how narrow the intervals are."""
    found = result.get("stopping") or {}
    asked, reached = found.get("half_width"), found.get("reached")
    if asked is None:
        return ""
    most = plural(found["most"], "year")
    if reached is not None and reached <= asked:
        return (
            f"The simulation ended after {number(result.get('replications'))} of at most {most}, as no requirement's "
            f"interval is wider to either side than the {asked:g} asked for."
        )
    why = (
        "some requirement has no interval"
        if reached is None
        else f"some requirement's interval still reaches {reached:.2g} to either side"
    )
    return f"All {most} allowed were simulated: {why}, where {asked:g} was asked for."


def met(result: Result) -> str:
    """How many requirements reach their threshold, and how surely."""
    table = requirements(result)
    if table.empty:
        return ""
    mean = int(table["reached"].fillna(False).sum())
    surely, hardly = int((table["probability_met"] >= 0.9).sum()), int((table["probability_met"] < 0.1).sum())
    return (
        f"In the mean year {mean} of {plural(len(table), 'requirement')} {'reaches' if mean == 1 else 'reach'} the "
        f"threshold; {surely} {'is' if surely == 1 else 'are'} met in at least nine years of ten, {hardly} in fewer "
        f"than one of ten.{_together(result)}"
    )


def _together(result: Result) -> str:
    chance = result.get("probability_all_met")
    if chance is None:
        return ""
    return f" All are met at once in {share_of_years(chance)} simulated."


def share_of_years(chance: float) -> str:
    """A probability as a share of years, none and all in words."""
    return {0.0: "none of the years", 1.0: "all years"}.get(chance, f"{probability(chance)} of the years")


def solve(result: Result) -> str:
    """Status, gap, what stopped the search, and how far the whole plan lies from the bound."""
    if "status" not in result:
        return ""
    status = _STATUS.get(result["status"], str(result["status"]))
    gap = "" if result.get("gap") is None else f", {percent(result['gap'], 2)} from its proven bound"
    why = "" if result.get("stopped_by") == "gap" else f"; the search stopped because {_stopped(result)}"
    again = (
        "" if result.get("reproducible", True) else " Stopped by time, the run is not reproducible to the last digit."
    )
    return f"The programme on the futures it was solved on is {status}{gap}{why}.{again}{_whole(result)}"


def _stopped(result: Result) -> str:
    return _STOPPED.get(str(result.get("stopped_by")), str(result.get("stopped_by")))


def _whole(result: Result) -> str:
    gap = result.get("rounding_gap")
    if gap is None:
        return ""
    side = "below" if gap >= 0 else "above"
    why = "" if gap >= 0 else ", for the programme is a little harder on late orders than the formula"
    return (
        f" On the same futures, in whole craft and by the exact formula, the plan lies {percent(abs(gap), 1)} {side} "
        f"that bound{why}. In the fresh futures in which it is judged it may attain more or less than on those."
    )


def overrun(result: Result) -> str:
    """What price and rate changes after the order may add to the bill."""
    cost = result.get("cost", {})
    found, currency = cost.get("overrun") or {}, cost.get("currency", "")
    if all(found.get(key) is None for key in ("probability", "mean", "p90")):
        return f"{_OVERRUN}: {NOT_COMPUTED} in this run."
    parts = [
        f"probability {_or_not_computed(found.get('probability'), probability)}",
        f"mean {_or_not_computed(found.get('mean'), lambda v: money(v, currency))}",
        f"90th percentile {_or_not_computed(found.get('p90'), lambda v: money(v, currency))}",
    ]
    return f"{_OVERRUN}: {', '.join(parts)}."


def _or_not_computed(value: Any, form: Any) -> str:
    return NOT_COMPUTED if value is None else str(form(value))


def earns_nothing(result: Result) -> list[str]:
    """Names of the types that are usable by the deadline in no future to speak of, even if ordered on the first day."""
    return sorted(r["name"] for r in result.get("first_day", ()) if r["probability_usable_in_time"] < NEVER)


def unlikely(result: Result) -> list[tuple[str, float]]:
    """Types that come in time in some futures but fewer than half, worst first."""
    rows = [(r["name"], r["probability_usable_in_time"]) for r in result.get("first_day", ())]
    return sorted(((n, p) for n, p in rows if NEVER <= p < 0.5), key=lambda r: (r[1], r[0]))


def late(result: Result) -> list[str]:
    """Each ordered type of which some craft are expected late, the worst first: how many come in time."""
    ordered = [row for row in result.get("late", ()) if (row.get("ordered") or 0.0) >= tables.LEAST_BOUGHT]
    return [
        f"{row['name']}: {_craft(row['ordered'] * chance)} of {_craft(row['ordered'])} craft ({probability(chance)})"
        for row in ordered
        for chance in [row["probability_usable_in_time"]]
    ]


def _craft(mean: float) -> str:
    """A number of craft, whole where it is the same in every future."""
    return number(mean, 0 if float(mean).is_integer() else 1)


def warned(result: Result) -> str:
    """The first warnings, and how many more the report holds."""
    warnings = result["warnings"]
    more = len(warnings) - WARNINGS_SHOWN
    shown = [f"warning: {text}" for text in warnings[:WARNINGS_SHOWN]]
    return "\n".join([*shown, *([f"and {plural(more, 'more warning')} in the report"] if more > 0 else [])])


def likely_value(result: Result) -> str:
    """What the plan made on likely values alone claims, and what it earns in the futures."""
    other = result.get("likely_value_plan")
    if not other or is_missing(other["earns"]):
        return ""
    own, missed = result["attainment"]["simulated"], other["claims"] - other["earns"]
    return (
        f"Planned as if every uncertain number took its likely value, the best plan claims {percent(other['claims'])}. "
        f"Simulated over the same futures it earns {percent(other['earns'])} "
        f"(95% interval {interval(other['low'], other['high'], 'fraction')}), "
        f"{number(100 * abs(missed), 1)} points {'less' if missed > 0 else 'more'} than it claims; "
        f"the plan of this report earns {percent(own)}."
    )


def value_kinds(result: Result) -> str:
    """What the platform values rest on."""
    kinds = result.get("value_kinds") or {}
    if not kinds:
        return ""
    parts = [f"{number(count)} are {_KINDS.get(kind, kind)}" for kind, count in kinds.items()]
    return f"Of {number(sum(kinds.values()))} platform values, {listed(parts)}."


def asks(row: Mapping[Any, Any]) -> str:
    """What a requirement (a row of its table) asks for, without its area and threshold."""
    target = "" if is_missing(row["target"]) else str(row["target"]).replace("_", " ")
    if row["measure"] == "presence":
        count = 1 if is_missing(row["craft"]) else int(row["craft"])
        return f"Presence: {count} {row['domain']} craft at once"
    if row["measure"] == "layered":
        return f"Layered: {listed(str(row['domains']).split(';'))} craft at once"
    if row["measure"] == "revisit":
        return f"Revisit: hours between looks at a still point ({target or 'any target'})"
    within = "" if is_missing(row["within_h"]) else f" within {float(row['within_h']):g}{NBSP}h"
    return f"{str(row['measure']).capitalize()}: {target}{within}"


def furthest(result: Result, count: int = 3) -> str:
    """The requirements whose mean simulated year is furthest below their threshold, worst first."""
    short = [r for r in requirements(result).to_dict("records") if not is_missing(r["reached"]) and not r["reached"]]
    worst = sorted(short, key=lambda r: (attained(r), r["id"]))[:count]
    if not worst:
        return ""
    return f"Furthest from their threshold: {'; '.join(map(_shortfall, worst))}."


def _shortfall(row: Mapping[Any, Any]) -> str:
    value, asked = (measure(row[key], row["unit"], 0) for key in ("simulated", "threshold"))
    what = asks(row)
    return f"{row['area_name']}, {what[0].lower()}{what[1:]} ({value} against {asked})"


def listed(words: Sequence[str] | Iterable[str]) -> str:
    """``a, b and c``."""
    *first, last = list(words) or [MISSING]
    return f"{', '.join(first)} and {last}" if first else last
