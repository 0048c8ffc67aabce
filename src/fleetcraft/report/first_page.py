"""The first page of a plan's report: what is bought, whether in time, what it attains, where, and what may go wrong."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fleetcraft.report import narrative, tables, tokens
from fleetcraft.report.countries import country
from fleetcraft.report.headline import grounds as rests_on
from fleetcraft.report.headline import risks
from fleetcraft.report.markup import Column, Html, bullets, h, join, table
from fleetcraft.report.page import more, more_of, side_by_side, standing
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures, Section, figure, mark, text
from fleetcraft.report.tokens import MISSING, day, number, percent

LARGEST = 5
"""Orders named on the first page; the folded table has all."""


def bought(run: Run, figures: Figures) -> Html | None:
    """What is bought by quarter, domain and country; the largest orders beside how they come in."""
    orders = tables.orders(run.result)
    if orders.empty:
        return None
    names = ("craft_by_quarter", "spending_by_domain", "spending_by_country")
    charts = h("div", *(figure(figures, name) for name in names), class_="three")
    body = join(charts, _besides(run), side_by_side(_largest(run, orders), _in_time(run, figures)))
    return standing(Section("bought", "What is bought, and whether it comes in time", body))


def _besides(run: Run) -> Html | None:
    """What is obligated besides craft, without which the charts' sums fall short of the acquisition."""
    cost = run.result["cost"]
    parts = (("integration of types", "integration"), ("gateways between interfaces", "gateways"))
    told = [f"{tokens.money(cost[key], cost['currency'])} for {what}" for what, key in parts if cost.get(key)]
    return h("p", f"Besides craft: {narrative.listed(told)}.", class_="note") if told else None


def _largest(run: Run, orders: pd.DataFrame) -> Html:
    """The dearest types; a type ordered in several quarters once."""
    hired, cost = tables.hired(run.scenario), run.result["cost"]
    sums = (
        orders.groupby("platform", sort=False)
        .agg(
            name=("name", "first"),
            domain=("domain", "first"),
            of=("supplier_country", "first"),
            craft=("quantity", "sum"),
            cost=("cost", "sum"),
            usable=("delivered_mean", _known_sum),
        )
        .reset_index()
        .sort_values(["cost", "craft"], ascending=False, kind="stable")
    )
    scale = tokens.money_scale(sums["cost"], cost["currency"])
    columns = (
        Column("Type"),
        Column("Country"),
        Column("Craft", numeric=True),
        Column(scale.unit, numeric=True),
        Column("In time", numeric=True),
    )
    rows = [_type(row, row["platform"] in hired, scale) for row in sums.head(LARGEST).to_dict("records")]
    rest = sums.iloc[LARGEST:]
    if len(rest):
        others = tokens.plural(len(rest), "other type")
        rows.append((others, "", number(rest["craft"].sum()), scale.cell(rest["cost"].sum()), ""))
    caption = "Largest orders, and the share usable in time"
    return h("div", table(caption, columns, rows), more("orders", "All orders, with makers, prices and days"))


def _known_sum(amounts: pd.Series) -> float:
    """The sum; missing where nothing is known."""
    return float(amounts.sum(min_count=1))


def _type(row: dict[Any, Any], is_hired: bool, scale: tokens.MoneyScale) -> tuple[object, ...]:
    name = text(row["name"]) or row["platform"]
    return (
        join(mark(row["domain"]), " ", name),
        h("span", country(str(row["of"])), class_="one-line"),
        number(row["craft"]),
        MISSING if is_hired else scale.cell(row["cost"]),
        percent(row["usable"] / row["craft"], 0),
    )


def _in_time(run: Run, figures: Figures) -> Html | None:
    drawn = figure(figures, "on_time", _in_time_words(run))
    return None if drawn is None else h("div", drawn, more("late", "What is late, type by type"))


def _in_time_words(run: Run) -> str:
    start = day(run.scenario.calendar.window_start)
    return f"Mean (line) and 10% to 90% of futures (band). A craft that is not usable on {start} counts in no measure."


def watched(_run: Run, figures: Figures) -> Html | None:
    """What each requirement gets, beside the map of where."""
    return side_by_side(_attained(figures), _map(figures), class_="attained")


def _attained(figures: Figures) -> Html | None:
    drawn = figure(figures, "requirements_met", _key())
    if drawn is None:
        return None
    body = join(drawn, more("requirements", "Every requirement with intervals and ceilings"))
    return standing(Section("attained", "What each requirement gets", body))


def _key() -> Html:
    states = tokens.STATES
    return join(
        h("b", states["reaches"]["mark"], class_="reaches"),
        " reaches its threshold ",
        h("b", "┃"),
        ", ",
        h("b", states["short"]["mark"], class_="short"),
        " falls short: mean of the simulated years with its 95% interval.",
    )


def _map(figures: Figures) -> Html | None:
    drawn = figure(figures, "map_overview")
    if drawn is None:
        return None
    return standing(Section("watched", "Where the fleet watches", join(drawn, more("map", "Large map and areas"))))


def grounds(run: Run, _figures: Figures) -> Html | None:
    """What could go wrong, beside what the answer rests on."""
    named = [h("li", h("b", f"{name}. "), said) for name, said in risks(run.result, run.scenario)]
    wrong = standing(Section("risks", "What could go wrong", h("ol", *named))) if named else None
    keys = {"assumptions": "Assumptions", "solve": "How the plan was found", "warnings": "Warnings"}
    links = more_of({key: words for key, words in keys.items() if _has(run, key)})
    rests = Section("grounds", "What it rests on", join(bullets(rests_on(run)), links))
    return side_by_side(wrong, standing(rests))


def _has(run: Run, key: str) -> bool:
    return bool("status" in run.result if key == "solve" else run.result.get(key))
