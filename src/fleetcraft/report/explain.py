"""Why a run decided as it did: in words for whoever must answer for it, as a page, a chart, and on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Group
from rich.text import Text

from fleetcraft.report.explain_figures import compact, tornado
from fleetcraft.report.explain_words import (
    alternative_in_words,
    changes_in_words,
    limit_in_words,
    range_in_words,
    why,
    worth_in_words,
)
from fleetcraft.report.markup import Column, Html, bullets, folded, h, join, table
from fleetcraft.report.narrative import listed
from fleetcraft.report.page import Opening, Tile, page, standing
from fleetcraft.report.png import to_png
from fleetcraft.report.point_figures import described
from fleetcraft.report.point_tables import interval_of_points, points_of_attainment
from fleetcraft.report.section import Section, figure
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import MISSING, day, money, number, percent, plural
from fleetcraft.scenario.scenario import Scenario

Row = Mapping[str, Any]

ENDS = ("low", "high")
MOST_BARS = 25
MOST_NAMED = 4
WORTH_TELLING = 0.01
"""A flip, or a plan that is worse, by this much attainment is told as one that matters."""


def explain_files(found: Result, scenario: Scenario) -> dict[str, bytes]:
    """Contents by name below the run's folder explain: the page and its chart; the same answer, the same bytes."""
    charts = draw_explain(found, scenario)
    content = {f"{name}.svg": svg.encode() for name, svg in charts.items()}
    content |= {f"{name}.png": to_png(svg) for name, svg in charts.items()}
    return content | {"explain.html": explain_page(found, scenario, charts).encode()}


def explain_page(found: Result, scenario: Scenario, charts: Mapping[str, str]) -> str:
    """The explanation as one HTML file."""
    opening = Opening(
        kicker="fleetcraft explain",
        title=scenario.name + (f", case {scenario.case}" if scenario.case else ""),
        question=f"Why this fleet by {day(scenario.calendar.deadline)}, and what would make it another?",
        answer=[_message(found, scenario), *explain_answer(found, scenario), how_sure(found)],
        tiles=_tiles(found),
    )
    details = [
        _why_not_section(found, scenario),
        _next_money_section(found, scenario),
        _alternatives_section(found, scenario),
        _flips_section(found, scenario, charts),
    ]
    return page(opening, [standing(_binding_section(found, scenario))], details)


def _message(found: Result, scenario: Scenario) -> str:
    """What holds the fleet back most and how many values would make it another, in a sentence."""
    most = max(found["binding"], key=lambda row: row["marginal"], default=None)
    flips = sum(row["flips"] for row in found["flips"]["entries"])
    firm = f"{number(flips)} of {number(found['flips']['ranges'])} values with a range would change the decision"
    if most is None or most["marginal"] <= 0:
        return f"No limit holds the fleet back; {firm}."
    return f"{_limit_name(most, scenario)} holds the fleet back most; {firm}."


def explain_summary(found: Result, scenario: Scenario) -> Group:
    """What a reader of ``fleetcraft explain`` needs first, a paragraph each."""
    title = f"{scenario.name}: why this fleet, and what would make it another"
    lines = [*explain_answer(found, scenario), how_sure(found)]
    refused = [f"  {why(row, scenario)}" for row in found["why_not"]]
    return Group(
        Text(title, style="bold"), *(Text(f"\n{line}") for line in lines), Text("\nNot bought:"), *map(Text, refused)
    )


def explain_answer(found: Result, scenario: Scenario) -> list[str]:
    """The answer first: what binds, what more money buys, who is left out, other plans, what would flip it."""
    return [
        _what_binds(found, scenario),
        _more_money(found),
        _left_out(found),
        _others(found),
        _flips(found, scenario),
    ]


def how_sure(found: Result) -> str:
    """How the figures were made, in two sentences."""
    return (
        f"Every figure comes from solving the problem again with one thing changed ({found['solves']:,} questions), "
        "what the run learnt from its simulation held fixed; plans are compared over the same simulated years. "
        f"{_which_plan(found)}"
    )


def _which_plan(found: Result) -> str:
    """From which plan limits, other plans and flips are measured, and how far that is from the run's own."""
    apart = percent(found["plan"]["solved_again"]["moved"], 0)
    said = (
        "Limits, other plans and flips are measured from the plan solved again, with what the run has learnt and all "
        f"orders at once; it spends {apart} of the money elsewhere than the run's own plan."
    )
    if _is_far(found):
        said += (
            f" A flip of {percent(found['flips']['flip_from'], 0)} is below that difference: many plans are almost "
            "equally good, and a choice between similar types is not firm."
        )
    return said


def _is_far(found: Result) -> bool:
    return bool(found["plan"]["solved_again"]["moved"] > found["flips"]["flip_from"])


def _below_the_difference(found: Result) -> str:
    """That a flip may be less than what solving again moves; nothing where it is not."""
    if not _is_far(found):
        return ""
    apart, told_from = found["plan"]["solved_again"]["moved"], found["flips"]["flip_from"]
    return (
        f" The plan solved again, from which that is measured, differs by {percent(apart, 0)} from the run's own: a "
        f"flip of {percent(told_from, 0)} is below that difference."
    )


def _what_binds(found: Result, scenario: Scenario) -> str:
    worth = [row for row in found["binding"] if row["marginal"] > 0]
    if not worth:
        return "No limit of the scenario holds the fleet back: a bit more of any is worth nothing."
    told = [limit_in_words(row, scenario) for row in worth[:MOST_NAMED]]
    return f"What holds the fleet back most: {listed(told)}."


def _more_money(found: Result) -> str:
    entry = found["next_money"]
    more = entry["simulated"]
    amount = money(entry["amount"], entry["currency"])
    if more is None:
        return f"What another {amount} of acquisition money buys is not known: {entry['why']}."
    limit = next(row for row in found["binding"] if row["limit"] == entry["budget"])
    by = interval_of_points(-more["high"], -more["low"])
    left = ""
    if not limit["marginal"] and limit["slack"] > 0:
        left = f" {money(limit['slack'], entry['currency'])} of that year's are left as it is."
    if not entry["changes"]:
        return f"Another {amount} of acquisition money buys nothing: the same orders are the best found with it.{left}"
    if more["high"] < 0:
        return (
            f"Another {amount} of acquisition money buys nothing: the plan found with it attains "
            f"{points_of_attainment(-more['mean'])} points less ({by}) than the plan as it is, which would be kept."
            f"{left}"
        )
    if not limit["marginal"] and more["low"] <= 0:
        return (
            f"Another {amount} of acquisition money buys next to nothing: attainment changes by "
            f"{points_of_attainment(more['mean'])} points ({interval_of_points(more['low'], more['high'])}), which may "
            f"be chance. Money to buy is not what holds the fleet back.{left}"
        )
    sure = "more than chance" if more["low"] > 0 else "which may be chance"
    return (
        f"Another {amount} of acquisition money buys {changes_in_words(entry['changes'])}. Attainment rises by "
        f"{points_of_attainment(more['mean'])} "
        f"points ({interval_of_points(more['low'], more['high'])}), {sure}; "
        f"planned {points_of_attainment(entry['planned'])}."
    )


def _left_out(found: Result) -> str:
    rows = found["why_not"]
    if not rows:
        return "Every type that could be bought is bought."
    names = {
        "too_dear": "too dear",
        "late": "too late",
        "out_of_range": "out of range of every area",
        "no_base": "without a base",
        "serves_nothing": "of use to no requirement",
        "excluded": "excluded by a policy",
        "dominated": "no better in anything than a cheaper type",
        "not_as_a_gift": "not worth having even for next to nothing",
        "close": "a close call",
    }
    counts = [(sum(row["reason"] == reason for row in rows), words) for reason, words in names.items()]
    told = listed([f"{count} {words}" for count, words in counts if count])
    near = min((row for row in rows if row["price"]), key=lambda row: -row["price"] / row["price_now"], default=None)
    said = f"{plural(len(rows), 'type is', 'types are')} not bought: {told}."
    if near is not None:
        below = percent(1 - near["price"] / near["price_now"], 0)
        said += f" Nearest to being bought is {near['name']}: {below} cheaper, it would be."
    return said


def _others(found: Result) -> str:
    rows = found["alternatives"]
    if not rows:
        return "No plan within 1% of the best looks different: the choice of types is firm."
    furthest = max(rows, key=lambda row: row["moved"])
    worse = sum(row["simulated"]["high"] < -WORTH_TELLING for row in rows)
    said = (
        f"{plural(len(rows), 'other plan')} within 1% of the best, as planned, "
        f"{'looks' if len(rows) == 1 else 'look'} different; the furthest spends "
        f"{percent(furthest['moved'], 0)} of the money elsewhere ({changes_in_words(furthest['changes'])})."
    )
    if worse:
        said += f" Simulated, {number(worse)} of them attain{'s' if worse == 1 else ''} more than a point less."
    return said


def _flips(found: Result, scenario: Scenario) -> str:
    entries = found["flips"]["entries"]
    flips = [row for row in entries if row["flips"]]
    told_from = percent(found["flips"]["flip_from"], 0)
    said = (
        f"Of {found['flips']['ranges']:,} values with a stated range {number(len(flips))} would, at one end of it, "
        f"move more than {told_from} of the money.{_below_the_difference(found)}"
    )
    matter = sorted(
        (row for row in flips if (row["regret"] or 0.0) >= WORTH_TELLING), key=lambda row: -float(row["regret"])
    )
    broken = _cannot_be_kept(entries, scenario)
    if matter:
        told = [f"{_dearest_end(row, scenario)} ({points_of_attainment(row['regret'])} points)" for row in matter]
        said += f" Keeping the plan would then cost most with {listed(told[:MOST_NAMED])}."
    elif flips and not broken:
        said += " But keeping the plan would cost less than a point of attainment in each: the plan can be kept."
    elif flips:
        said += " Where it can be kept, keeping the plan would cost less than a point of attainment."
    return said + _broken_in_words(broken)


def _dearest_end(row: Row, scenario: Scenario) -> str:
    return _at_end(row, max(ENDS, key=lambda end: (row["ends"][end] or {}).get("regret") or 0.0), scenario)


def _at_end(row: Row, end: str, scenario: Scenario) -> str:
    return f"{range_in_words(row, scenario)} at its {end}"


def _cannot_be_kept(entries: Sequence[Row], scenario: Scenario) -> list[str]:
    """Values at an end of which the plan breaks a limit, those that move most money first."""
    return [
        _at_end(row, end, scenario)
        for row in entries
        for end in ENDS
        if row["ends"][end] is not None and not row["ends"][end]["can_be_kept"]
    ]


def _broken_in_words(broken: Sequence[str]) -> str:
    if not broken:
        return ""
    if len(broken) <= MOST_NAMED:
        return f" The plan could not be kept within its limits with {listed(broken)}."
    return (
        f" At {number(len(broken))} ends of the ranges the plan could not be kept within its limits; the strongest are "
        f"{listed(broken[:MOST_NAMED])}."
    )


def _tiles(found: Result) -> list[Tile]:
    worth = [row for row in found["binding"] if row["marginal"] > 0]
    more = found["next_money"]["simulated"]
    amount = money(found["next_money"]["amount"], found["currency"])
    flips = sum(row["flips"] for row in found["flips"]["entries"])
    gain, told = MISSING, found["next_money"]["why"]
    if more is not None:
        gain = f"{points_of_attainment(more['mean'])} points"
        told = f"simulated, 95% interval {interval_of_points(more['low'], more['high'])}"
    return [
        ("Limits that bind", number(len(worth)), f"of {len(found['binding'])} that the plan meets"),
        (f"Another {amount}", gain, told),
        ("Types not bought", number(len(found["why_not"])), "each with its reason"),
        ("Values that flip the plan", number(flips), _of_ranges(found)),
    ]


def _of_ranges(found: Result) -> str:
    said = f"of {found['flips']['ranges']:,} with a stated range"
    if _is_far(found):
        said += f"; solved again, the plan itself moves {percent(found['plan']['solved_again']['moved'], 0)}"
    return said


def _binding_section(found: Result, scenario: Scenario) -> Section:
    columns = (
        Column("Limit"),
        Column("Used", numeric=True),
        Column("Limit is", numeric=True),
        Column("A step more", numeric=True),
        Column("is worth", numeric=True),
    )
    rows = [row for row in found["binding"] if row["marginal"] > 0]
    slack = [row for row in found["binding"] if not row["marginal"]]
    note = h(
        "p",
        "Worth: by how much the best plan there can be gets better with one step more, found by solving again; less "
        "than about a twentieth of a point is told as nothing. Support is that of the dearest future. The plan itself "
        "is the cheapest within a tolerance of the best and may leave some of a limit that binds.",
    )
    plan = h("p", _which_plan(found))
    body = [
        note,
        plan,
        table("Limits that hold the fleet back", columns, [_limit_cells(row, scenario) for row in rows]),
    ]
    if slack:
        cells = [_limit_cells(row, scenario) for row in slack]
        body.append(folded("Limits that do not", table("Limits of which more is worth nothing", columns, cells)))
    return Section("binding", "What binds", join(*body))


def _limit_cells(row: Row, scenario: Scenario) -> list[object]:
    def told(value: float) -> str:
        if row["unit"] == scenario.currency:
            return money(value, scenario.currency)
        return percent(value) if row["unit"] == "share" else number(value, 0)

    if row["kind"] == "output":
        step = "a tenth more"
    elif row["unit"] == "share":
        step = f"{points_of_attainment(row['step'])} points"
    else:
        step = told(row["step"])
    name = join(_limit_name(row, scenario), h("small", h("code", row["limit"])))
    return [name, told(row["used"]), told(row["of"]), step, worth_in_words(row, scenario)]


def _limit_name(row: Row, scenario: Scenario) -> str:
    from_words = limit_in_words({**row, "marginal": 0.0}, scenario)
    return from_words[:1].upper() + from_words[1:]


def _why_not_section(found: Result, scenario: Scenario) -> Section:
    note = h(
        "p",
        "One reason each, the first that holds: no base or out of range; too late; serves no requirement; excluded; "
        "worse than a cheaper type; too dear. A price at which a type would be bought lies between two prices at which "
        "the whole problem was solved: at the lower it is bought, at the upper, at most 5% higher, it is not.",
    )
    return Section("why-not", "Why not the others", join(note, bullets(why(row, scenario) for row in found["why_not"])))


def _next_money_section(found: Result, scenario: Scenario) -> Section:
    return Section(
        "next-money",
        f"What another {money(found['next_money']['amount'], found['currency'])} buys",
        join(h("p", _more_money(found)), _changes_table(found["next_money"]["changes"] or (), scenario)),
    )


def _changes_table(changes: Sequence[Row], scenario: Scenario) -> Html | None:
    if not changes:
        return None
    columns = (Column("Type"), Column("Country"), Column("Craft", numeric=True), Column("Money", numeric=True))
    rows = [
        [row["name"], row["supplier_country"], _signed(row["craft"]), money(row["money"], scenario.currency)]
        for row in changes
    ]
    return table("Orders that change", columns, rows)


def _signed(craft: int) -> str:
    return f"+{craft}" if craft > 0 else number(craft)


def _alternatives_section(found: Result, scenario: Scenario) -> Section:
    note = h(
        "p",
        "Each reaches, as planned, 99% of the best plan's attainment and spends as much of the money as it can "
        "elsewhere than all plans before it. The difference is simulated over the same years as the plan solved again: "
        "where it is larger than planned, what the run learnt from its own fleet's simulation does not hold for the "
        "other one.",
    )
    parts = []
    for n, row in enumerate(found["alternatives"], 1):
        parts += [h("p", f"{n}. {alternative_in_words(row)}"), _changes_table(row["changes"], scenario)]
    return Section(
        "alternatives", "Plans as good that look different", join(note, *parts, *([] if parts else [_none()]))
    )


def _none() -> Html:
    return h("p", "None was found.")


def _flips_section(found: Result, scenario: Scenario, charts: Mapping[str, str]) -> Section:
    entries = [row for row in found["flips"]["entries"] if row["moved"] is not None]
    columns = (
        Column("Value"),
        Column("Low", numeric=True),
        Column("Stated", numeric=True),
        Column("High", numeric=True),
        Column("Money moved", numeric=True),
        Column("Keeping the plan costs, points, at its low", numeric=True),
        Column("... at its high", numeric=True),
    )
    rows = [
        [
            join(range_in_words(row, scenario), h("small", h("code", row["path"]))),
            *(compact(row[end], row["unit"]) for end in ("low", "likely", "high")),
            percent(row["moved"], 0),
            *(_keeping(row["ends"][end]) for end in ENDS),
        ]
        for row in entries
    ]
    note = h(
        "p",
        f"All {found['flips']['ranges']:,} ranges were looked at by what the plan as it stands would attain and cost; "
        f"{found['flips']['solved']:,} that could matter were solved. A value flips the decision where more than "
        f"{percent(found['flips']['flip_from'], 0)} of the money goes elsewhere.{_below_the_difference(found)} What "
        "keeping the plan costs is planned; a dash: the scenario cannot have the value, or nothing was solved there. "
        "Where it cannot be kept, it breaks a limit.",
    )
    words = {row["path"]: range_in_words(row, scenario) for row in entries}
    pairs = [
        f"{words[row['paths'][0]]} at its {row['ends'][0]}, and {words[row['paths'][1]]} at its {row['ends'][1]}: "
        + (f"{percent(row['moved'], 0)} of the money goes elsewhere" if row["found"] else "no plan")
        for row in found["flips"]["pairs"]
    ]
    return Section(
        "flips",
        "What would change the decision",
        join(
            note,
            figure(charts, "tornado", "Share of the money that goes elsewhere with a value at the low or high end."),
            folded("All values that were solved", table("Values solved", columns, rows)),
            h("h3", "Two at once"),
            bullets(pairs) if pairs else _none(),
        ),
    )


def _keeping(end: Row | None) -> str:
    """What keeping the plan costs at one end of a range, in points."""
    if end is None:
        return MISSING
    if not end["can_be_kept"]:
        return "cannot be kept"
    return MISSING if end.get("regret") is None else points_of_attainment(end["regret"])


def draw_explain(found: Result, scenario: Scenario) -> dict[str, str]:
    """The tornado of flips, as SVG by name; nothing where no value moves any money."""
    rows = [row for row in found["flips"]["entries"] if row["moved"]][:MOST_BARS]
    if not rows:
        return {}
    frame = pd.DataFrame(
        [
            {
                "name": range_in_words(row, scenario),
                "end": end,
                "label": compact(row[end], row["unit"]),
                "moved": row["ends"][end]["moved"],
            }
            for row in rows
            for end in ENDS
            if row["ends"][end] is not None and "moved" in row["ends"][end]
        ]
    )
    title = "Which values would move the money"
    said = "; ".join(f"{range_in_words(row, scenario)}: {percent(row['moved'], 0)}" for row in rows)
    return {"tornado": described(tornado(frame, found["flips"]["flip_from"]), title, said)}
