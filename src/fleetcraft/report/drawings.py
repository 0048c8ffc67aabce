"""Every figure of a report as SVG, with the title and description that a reader who cannot see it gets."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from fleetcraft.report import figures, first_figures, replan, tables
from fleetcraft.report.map import OVERVIEW, draw_map
from fleetcraft.report.markup import h
from fleetcraft.report.narrative import listed, order_day
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import day, money, money_scale, number, percent, probability
from fleetcraft.scenario.scenario import Scenario


def draw_figures(result: Result, scenario: Scenario) -> dict[str, str]:
    """SVG texts in the light colours, by name; a figure whose data the result does not hold is left out."""
    return {name: svg for part in _PARTS for name, svg in part(result, scenario)}


def _spending(result: Result, _scenario: Scenario) -> Iterable[tuple[str, str]]:
    table = pd.concat(
        [frame[["supplier_country", "domain", "cost"]] for frame in (tables.orders(result), tables.later(result))]
    )
    if not table["cost"].sum():  # nothing is bought, or all of it is hired
        return
    scale = money_scale(table["cost"], result["cost"]["currency"])
    for name, key, title in (
        ("spending_by_country", "country", "Obligated, later orders in the mean, by country"),
        ("spending_by_domain", "domain", "Obligated, later orders in the mean, by domain"),
    ):
        sums = figures.spending_sums(table, key)
        said = listed(f"{k} {money(c, scale.currency)}" for k, c in zip(sums[key], sums["cost"], strict=True))
        yield name, _described(figures.spending(sums, key, scale, title), title, said)


def _quarters(result: Result, scenario: Scenario) -> Iterable[tuple[str, str]]:
    orders, later = tables.orders(result), tables.later(result)
    periods = [period.id for period in scenario.calendar.periods]
    if not {*orders["period"], *later["period"]} & {*periods}:
        return
    title = "Craft ordered, later orders in the mean, by quarter"
    more = number(later["quantity_mean"].sum(), 1)
    said = f"{number(orders['quantity'].sum())} in every future, {more} more in the mean."
    yield "craft_by_quarter", _described(first_figures.craft_by_quarter(orders, later, periods, title), title, said)


def _first_day(result: Result, scenario: Scenario) -> Iterable[tuple[str, str]]:
    table = tables.first_day(result)
    if table.empty:
        return
    chart = figures.first_day(table, scenario.calendar.deadline)
    rows = zip(table["name"], table["probability_usable_in_time"], strict=True)
    due = day(scenario.calendar.deadline)
    title = f"Probability that a craft ordered {order_day(result)} is usable by {due}"
    yield "first_day", _described(chart, title, listed(f"{n} {probability(p)}" for n, p in rows))


def _budget(result: Result, _scenario: Scenario) -> Iterable[tuple[str, str]]:
    table = tables.budget_by_year(result)
    if table.empty:
        return
    amounts = table[["obligation", "outlay", "support", "obligation_budget", "support_budget"]].to_numpy().ravel()
    scale = money_scale(amounts, result["cost"]["currency"])
    rows = zip(table["fiscal_year"], table["obligation"], table["support"], strict=True)
    said = listed(
        f"{year}: {money(o, scale.currency)} obligated, {money(s, scale.currency)} support" for year, o, s in rows
    )
    yield "budget_by_year", _described(figures.budget(table, scale), "Money by fiscal year", said)


def _map(result: Result, scenario: Scenario) -> Iterable[tuple[str, str]]:
    if scenario.areas:
        yield "map", draw_map(result, scenario)
        yield "map_overview", draw_map(result, scenario, OVERVIEW)


def _requirements(result: Result, _scenario: Scenario) -> Iterable[tuple[str, str]]:
    table = tables.requirements(result)
    if table.empty:
        return
    reached = int(table["reached"].fillna(False).sum())
    said = f"{reached} of {len(table)} reach their threshold in the mean simulated year; the table has every figure."
    title = "Requirements: simulated and planned against thresholds"
    yield "requirements", _described(figures.requirement_dots(table), title, said)
    title = "What each requirement gets: simulated mean, 95% interval, threshold and share of years that reach it"
    yield "requirements_met", _described(first_figures.requirements_met(table), title, said)


def _deliveries(result: Result, scenario: Scenario) -> Iterable[tuple[str, str]]:
    table = tables.deliveries(result)
    if table.empty:
        return
    chart = figures.delivery_bands(table, scenario.calendar.deadline)
    due = table[table["date"] <= str(scenario.calendar.window_start)].groupby("name", sort=False).last()
    said = listed(
        f"{name} {percent(row['mean'] / row['ordered'], 0)}" for name, row in due.iterrows() if row["ordered"] > 0
    )
    yield (
        "deliveries",
        _described(
            chart, "Usable craft over time", f"Share of craft ordered that is usable when the window opens: {said}."
        ),
    )


def _ramp_up(result: Result, scenario: Scenario) -> Iterable[tuple[str, str]]:
    table = tables.ramp_up(result)
    if table.empty:
        return
    due = table[table["date"] <= str(scenario.calendar.window_start)].groupby("domain", sort=False).last()
    said = listed(f"{domain} {number(row['mean'], 1)} of {number(row['ordered'])}" for domain, row in due.iterrows())
    title = "Craft usable by domain, from the first delivery to the end of the measured year"
    chart = figures.ramp_up(table, scenario.calendar.deadline)
    yield "ramp_up", _described(chart, title, f"Craft usable when the measured year opens, in the mean: {said}.")
    calendar, title = scenario.calendar, "Craft usable over time"
    chart = first_figures.on_time(table[table["ordered"] > 0], calendar.deadline, calendar.window_start, title)
    yield "on_time", _described(chart, title, f"Craft usable when the measured year opens, in the mean: {said}.")


def _forecast(result: Result, _scenario: Scenario) -> Iterable[tuple[str, str]]:
    chart = replan.forecast_chart(result)
    if chart is not None:
        title = "Usable craft over time, before and as decided now"
        yield "forecast", _described(chart, title, replan.forecast_in_words(result))


def _described(chart: figures.Chart, title: str, description: str) -> str:
    opening, rest = figures.to_svg(chart).split(">", 1)
    return f"{opening}>{h('title', title)}{h('desc', description)}{rest}"


_PARTS = (_forecast, _quarters, _spending, _first_day, _budget, _map, _requirements, _ramp_up, _deliveries)
