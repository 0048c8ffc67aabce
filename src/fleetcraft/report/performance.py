"""The sections that say what the plan is worth: map, requirements, deliveries."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fleetcraft.report import narrative, tables
from fleetcraft.report.markup import Column, Html, folded, h, join, table
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures, Section, figure, named, text
from fleetcraft.report.tokens import day, interval, is_missing, measure, number, percent, probability


def area_map(run: Run, figures: Figures) -> Section | None:
    """Areas, bases and routes."""
    if "map" not in figures:
        return None
    caption = (
        "Areas shaded, and their figures: how much of what is asked there the mean simulated year reaches, the "
        "weighted share of the thresholds; not the share of targets found, which the requirements below tell. Lambert "
        "azimuthal equal-area projection, positions in degrees, distances in nautical miles (nm); coastline Natural "
        "Earth 1:50m."
    )
    body = join(figure(figures, "map", caption), folded("Areas as a table", _areas_table(run)))
    return Section("map", "Map", body)


def _areas_table(run: Run) -> Html:
    result, shares = run.result, tables.area_attainment(run.result)
    sizes = {area["id"]: area["area_nm2"] for area in result.get("areas", ())}
    headings = ("Sea, nm²", "Requirements", "Attainment, mean year", "Craft serving it")
    columns = (Column("Area"), *(Column(heading, numeric=True) for heading in headings))
    rows = [
        (
            named(area.name, area.id),
            number(sizes.get(area.id)),
            number(sum(row["area"] == area.id for row in result.get("requirements", ()))),
            percent(shares.get(area.id), 0),
            number(sum(row["craft"] for row in result.get("allocation", ()) if row["area"] == area.id)),
        )
        for area in run.scenario.areas
    ]
    return table("Areas", columns, rows)


def requirements(run: Run, figures: Figures) -> Section | None:
    """Planned and simulated value, interval, ceiling, threshold and probability met of each demand."""
    demands = tables.requirements(run.result)
    if demands.empty:
        return None
    claims = "planned" in run.result["attainment"]
    note = (
        ("Planned: the plan's own formula on the judged futures' deliveries. " if claims else "")
        + f"Simulated: the mean over {narrative.years(run.result)}, none of them used to make the plan. Probability "
        "met: share of those years that reach the threshold. Ceiling: the value with unlimited craft. ≥ at least, ≤ at "
        "most."
    )
    body = join(
        h("p", narrative.furthest(run.result)),
        figure(figures, "requirements", _key(claims)),
        _requirements_table(demands, claims),
        h("p", note, class_="note"),
    )
    return Section("requirements", f"Requirements: {'planned and simulated' if claims else 'simulated'}", body)


def _key(claims: bool) -> Html:
    return join(
        h("b", "●", class_="reaches"),
        " simulated, reaches the threshold; ",
        h("b", "✚", class_="short"),
        " simulated, falls short; bar: 95% interval of the mean; ",
        "◇ planned by the plan's own formula; " if claims else "",
        h("b", "┃"),
        " threshold; ◂ ceiling, the value with unlimited craft.",
    )


def _requirements_table(demands: pd.DataFrame, claims: bool) -> Html:
    headings = ("Weight", *(["Planned"] if claims else []), "Simulated", "95% interval", "Ceiling", "Threshold")
    columns = (
        Column("Requirement"),
        *(Column(heading, numeric=True) for heading in headings),
        Column("Mean year"),
        Column("Probability met", numeric=True),
    )
    return table("Requirements", columns, [_requirement(row, claims) for row in demands.to_dict("records")])


def _requirement(row: dict[Any, Any], claims: bool) -> tuple[object, ...]:
    unit = row["unit"]
    sentence = text(row["sentence"]) or f"{text(row['area_name'])}: {narrative.asks(row)}"
    return (
        join(sentence, h("small", h("code", row["id"]))),
        f"{float(row['weight']):g}",
        *([measure(row["planned"], unit)] if claims else []),
        measure(row["simulated"], unit),
        interval(row["low"], row["high"], unit),
        measure(row["ceiling"], unit),
        ("≤ " if row["at_most"] is True else "≥ ") + measure(row["threshold"], unit, 0),
        _state(row["reached"]),
        probability(row["probability_met"]),
    )


def _state(reached: Any) -> Html | str:
    if is_missing(reached):
        return "no value"
    shape, word = ("●", "reaches") if reached else ("✚", "short")
    return h("span", f"{shape} {word}", class_=f"one-line {word}")


def deliveries(run: Run, figures: Figures) -> Section | None:
    """When craft become usable."""
    delivered = tables.deliveries(run.result)
    if delivered.empty:
        return None
    calendar = run.scenario.calendar
    deadline = f"Dashed: the deadline, {day(calendar.deadline)}."
    rising = (
        "Craft of each domain delivered and usable, before any loss, from the first delivery to the end of the "
        f"measured year: mean (line) and 10% to 90% of futures (band). {deadline} Craft that come after it count in no "
        "measure."
    )
    caption = (
        "The same type by type, over the whole calendar, at month starts: mean (line) and 5% to 95% of futures (band). "
        f"{deadline}"
    )
    opened = delivered[delivered["date"] <= pd.Timestamp(calendar.window_start)]
    folded_table = folded("The state at the deadline as a table", _state_table(opened, day(calendar.window_start)))
    charts = join(figure(figures, "ramp_up", rising), figure(figures, "deliveries", caption))
    return Section("deliveries", "Deliveries", join(charts, folded_table))


def _state_table(delivered: pd.DataFrame, on: str) -> Html:
    headings = ("Ordered, craft", "5% quantile", "Mean", "95% quantile")
    columns = (Column("Type"), *(Column(heading, numeric=True) for heading in headings))
    last = delivered.groupby("platform", sort=False).last().reset_index().to_dict("records")
    rows = [
        (
            named(row["name"], row["platform"]),
            number(row["ordered"]),
            number(row["low"]),
            number(row["mean"], 1),
            number(row["high"]),
        )
        for row in last
    ]
    return table(f"Craft usable on {on}, when the measured year opens", columns, rows)
