"""The answer on a terminal: rich tables that fit 80 columns and read the same where there is no terminal.

Cells are ``Text``, never markup, so that brackets in a name stay; what is too long wraps between words.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fleetcraft.report import narrative, replan_words, tables, tokens
from fleetcraft.report.countries import country
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import MISSING, interval, is_missing, measure, number, percent, probability
from fleetcraft.scenario.scenario import Scenario

HIRED = f"{MISSING}: hired by the year; the fees are support money, not obligated."


def plan_summary(result: Result, scenario: Scenario) -> Group:
    """What a reader of ``fleetcraft plan`` needs first: the answer in words, its tables, what is late or doubtful."""
    nothing = narrative.earns_nothing(result)
    due = tokens.day(scenario.calendar.deadline)
    late = f"\nEarn nothing by {due}, even if ordered {narrative.order_day(result)}: {narrative.listed(nothing)}."
    hired = tables.hired(scenario)
    ordered = {order["platform"] for order in result.get("orders", ())}
    parts = (
        Text(scenario.name + (f", case {scenario.case}" if scenario.case else ""), style="bold"),
        replan_told(result) if "replan" in result else None,
        Text("\n\n".join(narrative.answer(result))),
        orders_table(result, hired) if result.get("orders") else None,
        Text(HIRED) if ordered & hired else None,
        budget_table(result) if "cost" in result else None,
        requirements_table(result),
        Text(late) if nothing else None,
        Text(f"\n{narrative.warned(result)}") if result.get("warnings") else None,
    )
    return Group(*(part for part in parts if part is not None))


def replan_told(result: Result) -> Group:
    """What a re-plan comes to in one sentence, and what changed and why, a sentence a line."""
    first, *rest = replan_words.in_words(result)
    told = Table.grid(padding=(0, 1, 0, 0))
    for sentence in rest:
        told.add_row(Text("-"), Text(sentence))
    return Group(Text(first), told, Text())


def orders_table(result: Result, hired: Set[str] = frozenset()) -> Table:
    """What to buy, from whom, when, for how much, and how many craft are expected in time.

    Types that are ``hired`` have no cost: nothing is obligated for them.
    """
    bought = tables.orders(result)
    scale = tokens.money_scale(bought["cost"], _currency(result))
    table = _table("What to buy", ("Type", "From", "Order in"), ("Craft", f"Cost, {scale.unit}", "In time"))
    for row in bought.to_dict("records"):
        name = row["platform"] if is_missing(row["name"]) else row["name"]
        cells = (name, country(str(row["supplier_country"])), row["period"])
        cost = MISSING if row["platform"] in hired else scale.cell(row["cost"])
        _add(table, *cells, number(row["quantity"]), cost, number(row["delivered_mean"], 1))
    table.add_section()
    added = tables.later(result)
    in_time, usable = ("" if craft is None else number(craft, 1) for craft in tables.usable_in_time(result))
    if not added.empty:
        mean = number(added["quantity_mean"].sum(), 1)
        _add(table, "Later orders, in the mean", "", "", mean, scale.cell(added["cost"].sum()), in_time)
    for what, key in (("Integration of types", "integration"), ("Gateways", "gateways")):
        if once := result["cost"].get(key):
            _add(table, what, "", "", "", scale.cell(once), "")
    craft = number(bought["quantity"].sum() + added["quantity_mean"].sum(), 0 if added.empty else 1)
    _add(table, "Total", "", "", craft, scale.cell(result["cost"]["acquisition"]), usable)
    return table


def budget_table(result: Result) -> Table:
    """Obligation, outlay and support by fiscal year beside their budgets."""
    years = tables.budget_by_year(result)
    counts = "outlay" if years["outlay_budget"].notna().any() else "obligation"
    amounts = ["obligation", "outlay", "support", "support_budget"]
    amounts.insert(amounts.index(counts) + 1, f"{counts}_budget")
    scale = tokens.money_scale(years[amounts].to_numpy().ravel(), _currency(result))
    headings = ["its budget" if key.endswith("budget") else key.capitalize() for key in amounts]
    table = _table(f"Money by fiscal year, {scale.unit}", ("Year",), headings)
    for row in years.to_dict("records"):
        unbound = {key: "not bound" if key.endswith("budget") and is_missing(row[key]) else None for key in amounts}
        _add(table, str(row["fiscal_year"]), *(unbound[key] or scale.cell(row[key]) for key in amounts))
    return table


def requirements_table(result: Result) -> Table:
    """Planned, simulated, 95% interval, threshold and probability met of each requirement, grouped by what is asked.

    A plan that was judged without being planned has no planned values, and no column for them.
    """
    demands = tables.requirements(result)
    claims = "planned" in result["attainment"]
    headings = ("Asked", *(["Planned"] if claims else []), "Simulated", "95% interval", "Met in")
    table = _table("Requirements", ("Area",), headings)
    rows = demands.assign(asks=[narrative.asks(row) for row in demands.to_dict("records")])
    for asks, group in groupby(rows.to_dict("records"), key=lambda row: str(row["asks"])):
        table.add_section()
        table.add_row(Text(asks, style="bold"))
        for row in group:
            _add(table, *_requirement(row, claims))
    table.add_section()
    _add(table, "Attainment", "", *_attainment(result, claims), probability(result.get("probability_all_met")))
    return table


def _requirement(row: dict[Any, Any], claims: bool) -> Sequence[object]:
    unit = row["unit"]
    return (
        Padding(Text(str(row["area"] if is_missing(row["area_name"]) else row["area_name"])), (0, 0, 0, 2)),
        ("<= " if row["at_most"] is True else ">= ") + measure(row["threshold"], unit, 0),
        *([measure(row["planned"], unit)] if claims else []),
        measure(row["simulated"], unit),
        interval(row["low"], row["high"], unit),
        probability(row["probability_met"]),
    )


def _attainment(result: Result, claims: bool) -> Sequence[str]:
    found = result["attainment"]
    spread = interval(found["low"], found["high"], "fraction")
    return *([percent(found["planned"])] if claims else []), percent(found["simulated"]), spread


def _currency(result: Result) -> str:
    return str(result.get("cost", {}).get("currency", ""))


def _table(title: str, texts: Sequence[str], figures: Sequence[str]) -> Table:
    heading = Text(f"\n{title}", style="bold")
    table = Table(
        title=heading, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for name in texts:
        table.add_column(Text(name), overflow="fold")
    for name in figures:
        table.add_column(Text(name), justify="right", no_wrap=True)
    return table


def _add(table: Table, *cells: object) -> None:
    table.add_row(*(cell if isinstance(cell, Padding) else Text(str(cell)) for cell in cells))
