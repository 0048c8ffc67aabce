"""What has happened since a plan was made, what each fact does to it, and what is decided: a sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fleetcraft.report.narrative import listed
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import day, money, number, percent, plural

Json = Mapping[str, Any]

WORTH_A_LINE = 6
"""Changed orders named in a sentence; the table has all of them."""
UNCHANGED = 0.0005
"""A mean difference of attainment is told as none where its interval lies within this to both sides."""


def in_words(result: Result) -> list[str]:
    """What the re-plan comes to, then what happened, what it does and what is decided now, a sentence each."""
    told = result["replan"]
    note = [told["note"]] if told.get("note") else []
    return [in_short(told), *note, *sentences(result), ordered_now(result), expected(told["forecast"])]


def in_short(told: Json) -> str:
    """Attainment as it was believed, as it would come if nothing were changed, and as it is decided now."""
    shares = {stage: percent(found["mean"]) for stage, found in told["attainment"].items()}
    head = f"As of {day(told['today'])}, attainment in the mean simulated year:"
    if told["compared_with"] != "the plan carried out":
        return f"{head} {shares['with_all_facts']} with {told['compared_with']}, {shares['decided']} as decided now."
    return (
        f"{head} {shares['before']} as it was believed, {shares['with_all_facts']} if the plan were carried on "
        f"unchanged, {shares['decided']} as decided now."
    )


def ordered_now(result: Result) -> str:
    """What is ordered from today on, in all futures alike, and by how much it differs from before."""
    orders = [order for order in result["orders"] if not order["placed"]]
    cost = money(sum(order["cost"] for order in orders), result["cost"]["currency"])
    craft = sum(order["quantity"] for order in orders)
    now = f"From today {number(craft)} craft {'is' if craft == 1 else 'are'} ordered, for {cost}"
    if not craft:
        now = "Nothing more is ordered"
    moved = [entry for entry in result["replan"]["changed"] if not entry["placed"]]
    largest = sorted(moved, key=lambda entry: -abs(entry["difference"]))[:WORTH_A_LINE]
    if not largest:
        return f"{now}, as was planned."
    said = listed(f"{_more(entry['difference'])} {entry['name']} in {entry['period']}" for entry in largest)
    rest = len(moved) - len(largest)
    return f"{now}; against before: {said}{f', and {rest} changes more' if rest else ''}."


def _more(difference: float) -> str:
    craft = number(abs(difference), 0 if difference == round(difference) else 1)
    return f"{craft} {'more' if difference > 0 else 'fewer'}"


def expected(forecast: Json) -> str:
    """How much of what is ordered can be used at the deadline."""
    share = forecast["usable_share_at_deadline"]["after"]
    if share is None:
        return "Nothing is ordered, so nothing is awaited."
    spread = f"{percent(share['low'], 0)} to {percent(share['high'], 0)} in nine futures of ten"
    return (
        f"By {day(forecast['deadline'])} {percent(share['mean'], 0)} of all craft ordered are delivered and integrated "
        f"({spread}), losses to come not counted."
    )


def sentences(result: Result) -> list[str]:
    """Each fact and what it does to the plan before, and last the decision and what speaks for it."""
    told, currency = result["replan"], result["cost"]["currency"]
    *facts, decision = told["why"]
    return [
        *(f"{_happened(entry, currency)}: {_effect(entry, currency)}." for entry in facts),
        f"What is decided now, against going on as before: {_effect(decision, currency)}.{_reason(result, decision)}",
    ]


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return ("+" if share > 0 else "") + number(100 * share, 1)


def _happened(entry: Json, currency: str) -> str:
    fact, news = entry["fact"], entry["happened"]
    if fact == "scenario":
        return _scenario(news["case"])
    if fact == "orders":
        return "The orders placed, their days and the gateways bought are not all as they were planned"
    if fact == "deliveries":
        return _deliveries(news)
    if fact == "announced":
        return _joined(
            [
                *(_announcement(each) for each in news["said"]),
                *(f"it is no longer said that {_announcement(each)}" for each in news["withdrawn"]),
            ]
        )
    if fact == "lost":
        return _lost(news)
    if fact == "exchange":
        return _joined([_rate(each, currency) for each in news["rates"]])
    if fact == "embargoes":
        return _embargoes(news)
    if fact == "money":
        return _money(news, currency)
    return "All of this together"


def _scenario(case: Json) -> str:
    """That the plan before was made for another scenario, and for which case where that is the difference."""
    if case["before"] == case["now"]:
        return "The scenario was changed since the plan before was made"
    was, now = (f"the case {name}" if name else "the scenario as stated" for name in (case["before"], case["now"]))
    return f"The plan before was made for {was}, this is {now}"


def _joined(parts: list[str]) -> str:
    text = listed(parts)
    return text[:1].upper() + text[1:]


def _deliveries(news: Json) -> str:
    """What has come and what has not, with what the same span of time tells besides."""
    by, ordered, came = day(news["by"]), news["ordered"], news["came"]
    arrived = f"of {number(ordered)} craft ordered {number(came)} {'has' if came == 1 else 'have'} come"
    told = arrived if ordered else "nothing was ordered"
    return f"By {by} {told}, and no embargo or grounding has happened but those stated"


def _announcement(said: Json) -> str:
    if "supplier" in said:
        late = said["slip_months"]
        return f"{said['supplier']} delivers {f'{late:g} months late' if late else 'on time'}"
    return f"the next {said['name']} comes on {day(said['next_delivery'])}"


def _lost(news: Json) -> str:
    more = [each for each in news["craft"] if each["quantity"] > 0]
    fewer = [each for each in news["craft"] if each["quantity"] < 0]
    said = []
    if more:
        said.append(f"lost since: {listed(_craft(each) for each in more)}")
    if fewer:
        said.append(f"not lost, as was stated: {listed(_craft(each) for each in fewer)}")
    return _joined(said or ["losses on other days than were stated"])


def _craft(each: Json) -> str:
    return f"{number(abs(each['quantity']))} {each['name']}"


def _rate(each: Json, currency: str) -> str:
    now = f"one {each['currency']} costs {each['rate']:g} {currency}, not {each['before']:g} as before"
    budget = each["budget"]
    return now if each["before"] == budget else f"{now} (budget rate: {budget:g})"


def _embargoes(news: Json) -> str:
    said = []
    if news["stopped"]:
        said.append(f"no deliveries any more from {listed(news['stopped'])}")
    if news["lifted"]:
        said.append(f"deliveries again from {listed(news['lifted'])}")
    return _joined(said or ["embargoes began on other days than were stated"])


def _money(news: Json, currency: str) -> str:
    said = []
    if news["craft"]:
        signed = plural(news["craft"], "craft", "craft")
        said.append(f"{signed} {'is' if news['craft'] == 1 else 'are'} signed for {money(news['contracts'], currency)}")
    if news["years"]:
        said.append(f"money is gone in fiscal {listed(map(str, news['years']))} as is stated")
    return _joined(said or ["contracts have no stated price any more"])


# What it does


def _effect(entry: Json, currency: str) -> str:
    sums = [
        f"{money(abs(entry[key]), currency)} {'more' if entry[key] > 0 else 'less'} {what}"
        for key, what in (("acquisition", "to obligate"), ("paid", "to pay"))
        if abs(entry[key]) >= 0.5
    ]
    return "; ".join([_attainment(entry), *([listed(sums)] if sums else [])])


def _attainment(entry: Json) -> str:
    difference, low, high = entry["difference"], entry["low"], entry["high"]
    if difference is None:
        return "attainment cannot be told"
    if low is None:
        return f"attainment {_moves(entry)}"
    if max(abs(low), abs(high)) < UNCHANGED:
        return "attainment stays as it was"
    interval = f"95% interval {points(low)} to {points(high)}"
    if low <= 0 <= high:
        return f"a change of attainment cannot be told from none ({points(difference)} percentage points, {interval})"
    return f"attainment {_moves(entry)} ({interval}), to {percent(entry['attainment'])}"


def _moves(entry: Json) -> str:
    verb = "rises" if entry["difference"] > 0 else "falls"
    return f"{verb} by {number(100 * abs(entry['difference']), 1)} percentage points"


def _reason(result: Result, decision: Json) -> str:
    """Why a decision is taken that does not raise attainment; empty where it does."""
    if decision["difference"] is None or decision["difference"] >= 0:
        return ""
    broken = result["replan"]["breaches"]["carried_on"]
    if broken:
        return f" Going on as before would not keep what is asked: {'; '.join(broken)}."
    aim = result["aim"]
    if aim["mode"] == "cost":
        return " What is asked for is the cheapest plan that attains enough, not the most."
    if decision["life_cycle"] < 0 and -decision["difference"] <= aim["tolerance"]:
        return (
            f" Up to {number(100 * aim['tolerance'], 1)} percentage points of attainment are given up for a cheaper "
            "plan, as the scenario has it."
        )
    return (
        f" Plans are compared by a formula, in {result['futures']['solve']} futures; in those simulated the two come "
        "out so."
    )
