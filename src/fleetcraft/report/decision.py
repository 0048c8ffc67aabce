"""The sections that say what to decide: orders, lateness, money, bases, and the plan that likely values would make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from fleetcraft.fleet.money import fixed_support_per_year
from fleetcraft.report import narrative, tables, tokens
from fleetcraft.report.countries import country
from fleetcraft.report.markup import Column, Html, folded, h, join, table
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures, Section, domain, figure, mark, name_list, named, period, text
from fleetcraft.report.tokens import MISSING, NOT_COMPUTED, day, interval, is_missing, number, percent, probability

_SPENT = ("obligation", "outlay", "support")
_BUDGET = ("its budget", "left")


def orders(run: Run, figures: Figures) -> Section | None:
    """What to buy, from whom and when."""
    title = "What to buy, from whom, when"
    if "orders" not in run.result:
        return None
    bought = tables.orders(run.result)
    if bought.empty:
        return Section("orders", title, h("p", "The plan buys nothing."))
    charts = h("div", *(figure(figures, f"spending_by_{key}") for key in ("country", "domain")), class_="pair")
    note = (
        "Orders placed before the news date are obligated at the likely price and the budget rate, once and for "
        "certain. Usable: craft delivered, accepted and crewed when the measured year opens on "
        f"{day(run.scenario.calendar.window_start)}, mean over the judged futures."
    )
    if tables.hired(run.scenario) & set(bought["platform"]):
        note += (
            " Types with a price a year are hired: the fee of one craft, at the prices of the calendar's start and the "
            "budget rate. Fees are support money from the day a craft is usable, and nothing is obligated for them."
        )
    body = join(_orders_table(run, bought), h("p", note, class_="note"), charts)
    return Section("orders", title, body)


def _orders_table(run: Run, bought: pd.DataFrame) -> Html:
    currency = run.result["cost"]["currency"]
    money = tokens.money_scale(bought["cost"], currency)
    hired = tables.hired(run.scenario)
    prices = _unit_prices(run, bought)
    cheapest = min((paid for paid in prices if paid > 0), default=0.0)
    price = tokens.money_scale([cheapest], currency)  # the cheapest type's price must be readable too
    starts = {p.id: p.start for p in run.scenario.calendar.periods}
    total = float(run.result["cost"]["acquisition"])
    columns = (
        Column("Type"),
        Column("Domain"),
        Column("Maker, country"),
        Column("Order on"),
        Column("Craft", numeric=True),
        Column(f"Unit price with on-top, {price.unit}", numeric=True),
        Column(f"Obligated, {money.unit}", numeric=True),
        Column("Share", numeric=True),
        Column("Usable, craft", numeric=True),
    )
    rows = [
        (
            named(row["name"], row["platform"]),
            domain(row["domain"]),
            join(text(row["supplier"]), h("small", country(str(row["supplier_country"])))),
            period(str(row["period"]), starts),
            number(row["quantity"]),
            join(price.cell(paid), h("small", "a year") if row["platform"] in hired else None),
            MISSING if row["platform"] in hired else money.cell(row["cost"]),
            percent(row["cost"] / total) if total and row["platform"] not in hired else MISSING,
            number(row["delivered_mean"], 1),
        )
        for row, paid in zip(bought.to_dict("records"), prices, strict=True)
    ]
    added = tables.later(run.result)
    mean = float(added["quantity_mean"].sum())
    in_time, usable = ("" if craft is None else number(craft, 1) for craft in tables.usable_in_time(run.result))
    extras = (
        ("Orders that adapt, in the mean", number(mean, 1) if mean else "", float(added["cost"].sum()), in_time),
        ("Integration of types, once each", "", run.result["cost"].get("integration") or 0.0, ""),
        ("Gateways between interfaces", "", run.result["cost"].get("gateways") or 0.0, ""),
    )
    beside = [
        (what, "", "", "", craft, "", money.cell(cost), percent(cost / total) if total else MISSING, early)
        for what, craft, cost, early in extras
        if cost or craft
    ]
    craft = number(bought["quantity"].sum() + mean, 0 if added.empty else 1)
    whole = percent(1.0) if total else MISSING
    return table("Orders", columns, rows, *beside, ("Total", "", "", "", craft, "", money.cell(total), whole, usable))


def _unit_prices(run: Run, bought: pd.DataFrame) -> list[float]:
    """What one craft of each order costs, of a hired type in a year."""
    hired = tables.hired(run.scenario)
    fees = {p.id: fixed_support_per_year(run.scenario, p) for p in run.scenario.platforms if p.id in hired}
    paid = zip(bought["platform"], bought["unit_price"], strict=True)
    return [fees.get(platform, float(price)) for platform, price in paid]


def later(run: Run, _figures: Figures) -> Section | None:
    """What single futures order once the news is known."""
    added = tables.later(run.result)
    if added.empty:
        return None
    money, hired = tokens.money_scale(added["cost"], run.result["cost"]["currency"]), tables.hired(run.scenario)
    starts = {p.id: p.start for p in run.scenario.calendar.periods}
    columns = (
        Column("Type"),
        Column("Domain"),
        Column("Country"),
        Column("Order on"),
        Column("Ordered, % of futures", numeric=True),
        Column("Craft, mean", numeric=True),
        Column("10% to 90% of futures", numeric=True),
        Column(f"Obligated in the mean, {money.unit}", numeric=True),
    )
    rows = [
        (
            named(row["name"], row["platform"]),
            domain(row["domain"]),
            country(str(row["supplier_country"])),
            period(str(row["period"]), starts),
            probability(row["probability"]),
            number(row["quantity_mean"], 1),
            f"{number(row['quantity_low'])} to {number(row['quantity_high'])}",
            MISSING if row["platform"] in hired else money.cell(row["cost"]),
        )
        for row in added.to_dict("records")
    ]
    words = (
        f"These orders wait for the news of {day(run.scenario.calendar.news)}. Each future then orders what suits it, "
        "knowing only what it has revealed by that day: exchange rates and makers' prices, embargoes and groundings "
        "that have begun, and the lead times, slips and integration of types that could have been delivered by then."
    )
    note = (
        "Craft and money are over all judged futures, those that order none included, at the prices and rates of each. "
        "plan.json has every future's orders and where their craft are based."
    )
    if hired & set(added["platform"]):
        note += f" {MISSING}: hired by the year, nothing is obligated."
    whole = ("Total", "", "", "", "", number(added["quantity_mean"].sum(), 1), "", money.cell(added["cost"].sum()))
    body = join(h("p", words), table("Orders that adapt", columns, rows, whole), h("p", note, class_="note"))
    return Section("later", "Orders that adapt", body)


def late(run: Run, figures: Figures) -> Section | None:
    """What is late or earns nothing by the deadline, by name."""
    chances = tables.first_day(run.result)
    if chances.empty:
        return None
    due, start = day(run.scenario.calendar.deadline), day(run.scenario.calendar.start)
    seldom = [f"{name} ({probability(chance)})" for name, chance in narrative.unlikely(run.result)]
    caption = (
        f"Share of futures in which a craft ordered on {start} is delivered, accepted and crewed by {due}; lead time, "
        "the maker's slip, integration and embargo count. Filled mark: the mean future orders at least half a craft of "
        "the type; open: it does not."
    )
    body = join(
        name_list(f"Earn nothing by {due}, even if ordered on {start}", narrative.earns_nothing(run.result)),
        name_list(f"Usable by {due} in fewer than half of the futures, if ordered on {start}", seldom),
        name_list(
            f"Ordered by this plan, in the mean future: craft expected usable by {due}", narrative.late(run.result)
        ),
        figure(figures, "first_day", caption),
        folded("The same figures as a table", _first_day_table(chances), paper=False),
    )
    return Section("late", "What is late or earns nothing by the deadline", body)


def _first_day_table(chances: pd.DataFrame) -> Html:
    columns = (
        Column("Type"),
        Column("Domain"),
        Column("Country"),
        Column("Usable in time, % of futures", numeric=True),
        Column("Ordered by this plan, craft", numeric=True),
    )
    rows = [
        (
            named(row["name"], row["platform"]),
            domain(row["domain"]),
            country(str(row["supplier_country"])),
            probability(row["probability_usable_in_time"]),
            number(row["ordered"]),
        )
        for row in chances.to_dict("records")
    ]
    return table("Usable in time if ordered on the first day", columns, rows)


def money(run: Run, figures: Figures) -> Section | None:
    """Obligation, outlay and support by fiscal year against the budgets, and what may be overrun."""
    years = tables.budget_by_year(run.result)
    if years.empty:
        return None
    cost = run.result["cost"]
    life = NOT_COMPUTED if cost.get("life_cycle") is None else tokens.money(cost["life_cycle"], cost["currency"])
    caption = "Expected over futures. Line across a bar: the year's budget, where one binds."
    body = join(
        figure(figures, "budget_by_year", caption),
        _money_table(years, cost["currency"]),
        h("p", narrative.overrun(run.result)),
        h("p", replaced) if (replaced := narrative.replacement(run.result)) else None,
        h("p", f"Life-cycle cost (acquisition and support, discounted, for comparison only): {life}."),
    )
    return Section("money", "Money by fiscal year", body)


def _money_table(years: pd.DataFrame, currency: str) -> Html:
    bound = [what for what in _SPENT if what == "support" or years[f"{what}_budget"].notna().any()]
    amounts = years[[*_SPENT, *(f"{what}_budget" for what in bound)]]
    scale = tokens.money_scale(amounts.to_numpy().ravel(), currency)
    headings = [name for what in _SPENT for name in (what.capitalize(), *(_BUDGET if what in bound else ()))]
    columns = (Column("Fiscal year"), *(Column(f"{heading}, {scale.unit}", numeric=True) for heading in headings))
    rows = [
        (str(row["fiscal_year"]), *(cell for what in _SPENT for cell in _spent(row, what, what in bound, scale)))
        for row in years.to_dict("records")
    ]
    sums = {str(key): scale.cell(years[key].sum(min_count=1)) for key in amounts}
    acquired = [cell for what in _SPENT[:2] for cell in (sums[what], *_summed(sums, what, what in bound))]
    return table("Money by fiscal year", columns, rows, ("Total", *acquired, sums["support"], "", ""))


def _spent(row: Mapping[Any, Any], what: str, bound: bool, scale: tokens.MoneyScale) -> Iterable[str]:
    """What a year spends and, where a budget binds that, the budget and what is left of it."""
    yield scale.cell(row[what])
    if bound:
        yield _limit(row[f"{what}_budget"], scale)
        yield scale.cell(row[f"{what}_budget"] - row[what])


def _summed(sums: Mapping[str, str], what: str, bound: bool) -> Iterable[str]:
    return (sums[f"{what}_budget"], "") if bound else ()


def _limit(amount: Any, scale: tokens.MoneyScale) -> str:
    return "not bound" if is_missing(amount) else scale.cell(amount)


def likely(run: Run, _figures: Figures) -> Section | None:
    """The plan that takes every uncertain number at its likely value: what it claims and what it earns."""
    other = run.result.get("likely_value_plan")
    if not other:
        return None
    own = run.result["attainment"]
    columns = (Column("Attainment"), Column("This plan", numeric=True), Column("Plan on likely values", numeric=True))
    rows = (
        ("Claimed by the plan's own formula", percent(own.get("planned")), percent(other["claims"])),
        ("Earned in simulation", percent(own["simulated"]), percent(other["earns"])),
        ("95% interval", *(interval(plan["low"], plan["high"], "fraction") for plan in (own, other))),
    )
    body = join(
        h("p", narrative.likely_value(run.result)),
        table("What each plan claims and earns", columns, rows),
        folded("What each plan buys", _bought_beside(run.result, other["orders"])),
    )
    return Section("likely", "Beside a plan made on likely values", body)


def _bought_beside(result: tables.Result, others: Iterable[Mapping[str, Any]]) -> Html:
    own, theirs = _craft(result.get("orders", ())), _craft(others)
    names = {p["id"]: p["name"] for p in result.get("platforms", ())}
    ids = sorted(own | theirs, key=lambda p: (-own[p], -theirs[p], p))
    columns = (
        Column("Type"),
        Column("This plan, craft", numeric=True),
        Column("Plan on likely values, craft", numeric=True),
    )
    rows = [(named(names.get(p, p), p), number(own[p]), number(theirs[p])) for p in ids]
    return table("Craft ordered", columns, rows, ("All", number(own.total()), number(theirs.total())))


def _craft(bought: Iterable[Mapping[str, Any]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for order in bought:
        counts[order["platform"]] += order["quantity"]
    return counts


def allocation(run: Run, _figures: Figures) -> Section | None:
    """Where the craft are based and what they watch."""
    placed = tables.allocation(run.result)
    if placed.empty:
        return None
    note = (
        "Stations: places in the area that the row's craft keep occupied. Duty: share of time one unhindered craft is "
        "on station. In range: share of the area's sea within the craft's range of the base."
    )
    summary = f"{len(placed)} rows: {number(placed['craft'].sum())} craft at {placed['base'].nunique()} bases"
    body = join(folded(summary, _allocation_table(placed), h("p", note, class_="note")), _use(run.result))
    return Section("allocation", "Where the craft are based", body)


def _use(result: tables.Result) -> Html | None:
    """What the craft of each type did in the mean simulated year."""
    use = tables.use(result)
    if use.empty:
        return None
    looks = bool((use["identifying_h"] > 0).any())
    columns = (
        Column("Type"),
        Column("Availability", numeric=True),
        Column("Operating, h/year", numeric=True),
        *([Column("Identifying, h/year", numeric=True)] if looks else []),
        Column("Craft lost, 1/year", numeric=True),
    )
    rows = [
        (
            named(row["name"], row["platform"]),
            percent(row["availability"], 0),
            number(row["operating_h"]),
            *([number(row["identifying_h"])] if looks else []),
            number(row["losses"], 2),
        )
        for row in use.to_dict("records")
    ]
    note = "Availability: share of their usable time in which the type's craft were not down for repair or maintenance."
    if looks:
        note += " Identifying: hours on station on the way to a contact and looking at it, with no search meanwhile."
    return folded(
        "Use by type in the mean simulated year", table("Use by type", columns, rows), h("p", note, class_="note")
    )


def _allocation_table(placed: pd.DataFrame) -> Html:
    headings = ("Craft", "Stations", "Distance, nm", "Transit, h", "On station, h", "Duty", "In range")
    columns = (Column("Area"), Column("Type"), Column("Base"), *(Column(heading, numeric=True) for heading in headings))
    rows = [
        (
            text(row["area_name"]),
            join(mark(row["domain"]), " ", text(row["name"]) or row["platform"]),
            text(row["base_name"]),
            number(row["craft"]),
            number(row["stations"]),
            number(row["distance_nm"]),
            number(row["transit_h"], 1),
            number(row["station_h"], 1),
            percent(row["duty"], 0),
            percent(row["share_in_range"], 0),
        )
        for row in placed.to_dict("records")
    ]
    return table("Allocation", columns, rows)
