"""What a study has found: in words, as a page with tables and charts, and on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from fleetcraft.report.discovery import discovery_answer, discovery_section, draw_discovery
from fleetcraft.report.explain_figures import compact
from fleetcraft.report.markup import Column, Html, bullets, folded, h, join, table
from fleetcraft.report.narrative import listed
from fleetcraft.report.page import Opening, Tile, message_first, page, standing
from fleetcraft.report.png import to_png
from fleetcraft.report.run import Run
from fleetcraft.report.section import Section, figure
from fleetcraft.report.selection import (
    draw_selection,
    selection_answer,
    selection_cells,
    selection_section,
    selection_tables,
    selection_tiles,
)
from fleetcraft.report.sensitivity import draw_sensitivity, sensitivity_answer, sensitivity_section
from fleetcraft.report.sensitivity_words import factors_in_words, level, opening_name
from fleetcraft.report.study_figures import draw_points, drawn_points, reasons
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import MISSING, number, plural
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.questionnaire.points_table import PARQUET

Row = Mapping[str, Any]

MOST_ROWS = 100
"""Points that the page lists; the files have all."""
FIGURES = {"mean": "Mean", "min": "Least", "p05": "p5", "p50": "Median", "p95": "p95", "max": "Most"}
SPREAD_EVENLY = ("grid", "latin_hypercube", "sobol", "saltelli")
"""Designs whose points are spread evenly over the factors' ranges: of others quantiles mean nothing."""
LEAST_FOR_QUANTILES = 20
"""Points from which one in twenty lies beyond p5 and beyond p95."""
LEAST_NAME = 8
"""Letters of a name that stay on one line of the terminal."""
DESIGNS = {
    "grid": "every combination of the factors' values",
    "latin_hypercube": "a Latin hypercube over the factors' ranges",
    "sobol": "a scrambled Sobol sequence over the factors' ranges",
    "cases": "the scenario's named cases",
    "tornado": "each factor alone at either end of its range",
    "morris": "walks through the factors' ranges (Morris)",
    "saltelli": "rows made for Sobol indices (Saltelli)",
    "plans": "plans beside each other until the best is told apart",
}


def study_files(run: Run, folder: Path) -> dict[str, bytes]:
    """Contents by path relative to the run folder: page and charts; the same run, the same bytes.

    ``folder`` holds the table of points.
    """
    result = with_names(run.result, run.scenario)
    points = drawn_points(folder / PARQUET, result)
    charts = {
        **draw_sensitivity(result, run.scenario),
        **draw_discovery(result, run.scenario, points),
        **draw_points(result, points),
        **(draw_selection(result) if "selection" in result else {}),
    }
    content = {f"figures/{name}.svg": svg.encode() for name, svg in charts.items()}
    content |= {f"figures/{name}.png": to_png(svg) for name, svg in charts.items()}
    if "selection" in result:
        content |= selection_tables(result)
    why = reasons(folder / PARQUET, MOST_ROWS)
    return content | {"report.html": study_page(result, run.scenario, points, why, charts).encode()}


def with_names(result: Result, scenario: Scenario) -> Result:
    """The result with its factors named as people call them."""
    names = factors_in_words(result, scenario)
    factors = [{**factor, "name": names[factor["path"]]} for factor in result["study"]["factors"]]
    return {**result, "study": {**result["study"], "factors": factors}}


def study_page(
    result: Result,
    scenario: Scenario,
    points: pd.DataFrame,
    why: Sequence[tuple[int, str]],
    charts: Mapping[str, str],
) -> str:
    """The report of a study as one HTML file; its factors have their names in words.

    ``points`` are those drawn, ``why`` the reasons of points without an answer.
    """
    study = result["study"]
    opening = Opening(
        kicker="fleetcraft study",
        title=study["name"],
        question=question(result),
        answer=message_first(study_answer(result, scenario)),
        tiles=selection_tiles(result) if "selection" in result else _tiles(result),
    )
    first = selection_section(result, charts) if "selection" in result else _summary_section(result)
    sections = [
        sensitivity_section(result, scenario, charts),
        discovery_section(result, scenario, charts),
        first,
        _points_section(result, points, why, charts),
        _factors_section(result),
    ]
    shown, *details = [section for section in sections if section is not None]
    return page(opening, [standing(shown)], details)


def _tiles(result: Result) -> list[Tile]:
    study = result["study"]
    return [
        ("Points", number(study["points"]), _status(result["points"])),
        ("Factors", number(len(study["factors"])), "values of the scenario that are moved"),
        ("Outputs", number(len(study["outputs"])), f"of fleetcraft {study['verb']}"),
    ]


def question(result: Result) -> str:
    """What was asked, in one sentence."""
    study = result["study"]
    if "selection" in result:
        return f"Which of {plural(study['points'], 'plan')} is best for {result['scenario']['name']}?"
    moved = f" as {plural(len(study['factors']), 'value')} of it move" if study["factors"] else ""
    return f"What does fleetcraft {study['verb']} answer for {result['scenario']['name']}{moved}?"


def study_answer(result: Result, scenario: Scenario) -> list[str]:
    """What drives the outputs and where they fail, how they are spread over the points, which points have no answer.

    Of plans that are told apart: which is selected.
    """
    if "selection" in result:
        return selection_answer(result)
    study, done = result["study"], result["points"]
    how = f"{plural(study['points'], 'point')}: {DESIGNS[study['design']['kind']]}; all in the same futures."
    quantiles = "p50" in _figures(result)
    said = [_spread(row, unit, quantiles) for row, unit in _rows(result) if row["mean"] is not None]
    missing = [f"{number(done[name])} {name}" for name in ("infeasible", "failed") if done[name]]
    said += [f"Points without an answer: {listed(missing)}; the table tells why."] if missing else []
    return [*sensitivity_answer(result, scenario), *discovery_answer(result, scenario), how, *said]


def study_summary(result: Result, scenario: Scenario) -> Group:
    """What a reader of ``fleetcraft study`` needs first: the answer in words, the outputs over all points."""
    shown = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    headings, rows = selection_cells(result) if "selection" in result else _summary_cells(result)
    shown.add_column(Text(headings[0]), overflow="fold", min_width=LEAST_NAME)
    for heading in headings[1:]:
        shown.add_column(Text(heading), justify="right", no_wrap=True)
    for cells in rows:
        shown.add_row(*map(Text, cells))
    title = Text(result["study"]["name"], style="bold")
    return Group(title, *(Text(line) for line in study_answer(result, scenario)), Text(), shown)


def _summary_cells(result: Result) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Headings and rows of the outputs."""
    figures = _figures(result)
    rows = [(row["output"], *(level(row[key], unit) for key in figures)) for row, unit in _rows(result)]
    return ("Output", *figures.values()), rows


def _figures(result: Result) -> dict[str, str]:
    """Keys and headings of the outputs' figures: quantiles only of points that are many and evenly spread."""
    even = result["study"]["design"]["kind"] in SPREAD_EVENLY
    if even and result["points"]["done"] >= LEAST_FOR_QUANTILES:
        return FIGURES
    return {key: heading for key, heading in FIGURES.items() if not key.startswith("p")}


def _rows(result: Result) -> list[tuple[Row, str]]:
    """Each output's summary with its name and unit."""
    outputs = {output["path"]: output for output in result["study"]["outputs"]}
    return [({**row, **outputs[row["output"]]}, outputs[row["output"]]["unit"]) for row in result["summary"]]


def _spread(row: Row, unit: str, quantiles: bool) -> str:
    name = opening_name(row)
    if row["min"] == row["max"]:
        return f"{name} is {level(row['mean'], unit)} in every point."
    ends = f"{level(row['min'], unit)} to {level(row['max'], unit)}"
    if not quantiles:
        return f"{name} goes from {ends}."
    middle = f"nine points in ten lie from {level(row['p05'], unit)} to {level(row['p95'], unit)}"
    return f"{name} goes from {ends}; {middle}, half below {level(row['p50'], unit)}."


def _status(done: Row) -> str:
    return listed(f"{number(count)} {name}" for name, count in done.items() if count)


def _summary_section(result: Result) -> Section:
    figures = _figures(result)
    columns = [Column("Output"), *(Column(heading, numeric=True) for heading in figures.values())]
    rows = [
        [_named(row["name"], row["output"]), *(level(row[key], unit) for key in figures)] for row, unit in _rows(result)
    ]
    return Section("summary", "The outputs over all points", table("Outputs over the points", columns, rows))


def _points_section(
    result: Result, points: pd.DataFrame, why: Sequence[tuple[int, str]], charts: Mapping[str, str]
) -> Section:
    study = result["study"]
    texts = ["point", *(["asked"] if "asked" in points else []), "status"]
    factors = [(factor["path"], factor["unit"]) for factor in study["factors"]]
    outputs = [(output["path"], output["unit"]) for output in study["outputs"]]
    columns = [Column(name.capitalize()) for name in texts]
    columns += [Column(h("code", path), numeric=True) for path, _ in (*factors, *outputs)]
    rows = [
        [
            *(str(row[name]) for name in texts),
            *(_stated(row[path], unit) for path, unit in factors),
            *(level(None if pd.isna(row[path]) else row[path], unit) for path, unit in outputs),
        ]
        for row in points.head(MOST_ROWS).to_dict("records")
    ]
    body = join(
        *(figure(charts, name) for name in charts if name.startswith("output_")),
        folded(
            f"Points ({number(len(rows))} of {number(study['points'])})", table("Points", columns, rows), paper=False
        ),
        _why_section(result, why),
        h("p", "Every point, with the intervals of what is simulated: ", h("code", PARQUET), " and points.csv."),
    )
    return Section("points", "The points", body)


def _why_section(result: Result, why: Sequence[tuple[int, str]]) -> Html | None:
    """The reasons of the points without an answer, or of the first of them."""
    if not why:
        return None
    without = result["points"]["infeasible"] + result["points"]["failed"]
    told = [f"Point {point}: {reason}" for point, reason in why]
    more = h("p", f"These are the first {number(len(why))} of {number(without)}.") if len(why) < without else None
    return join(h("h3", "Why points have no answer"), bullets(told), more)


def _factors_section(result: Result) -> Section | None:
    factors = result["study"]["factors"]
    if not factors:
        return None
    columns = [Column("Factor"), *(Column(name, numeric=True) for name in ("Lowest", "As stated", "Highest"))]
    rows = [
        [
            _named(factor["name"], factor["path"]),
            *(_stated(factor[key], factor["unit"]) for key in ("low", "likely", "high")),
        ]
        for factor in factors
    ]
    return Section("factors", "What was moved", table("Factors and their ranges", columns, rows))


def _named(name: str, path: str) -> Html:
    """A name with its path below, where that is another."""
    return join(name, h("small", h("code", path)) if name != path else None)


def _stated(value: float | None, unit: str) -> str:
    return MISSING if value is None or pd.isna(value) else compact(value, unit)
