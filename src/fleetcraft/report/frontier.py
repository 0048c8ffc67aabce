"""What each budget buys: the frontier in words, as a page, as tables and charts, and on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from fleetcraft.report.markup import Column, Html, folded, h, join, table
from fleetcraft.report.page import Opening, Tile, page, standing
from fleetcraft.report.png import to_png
from fleetcraft.report.point_figures import OBLIGATED, described, frontier_lines, money_columns
from fleetcraft.report.point_tables import (
    all_orders,
    bought,
    has_plan,
    interval_of_points,
    orders_table,
    points_of_attainment,
    spending,
    status,
    to_whom,
)
from fleetcraft.report.run import Run
from fleetcraft.report.section import Section, figure
from fleetcraft.report.tables import Result, csv_bytes, parquet_bytes
from fleetcraft.report.tokens import MISSING, day, interval, money, money_scale, percent, plural, probability
from fleetcraft.scenario.scenario import Scenario

Row = Mapping[str, Any]

HEADINGS = ("Budget", "of stated", "Attainment", "95% interval", "One year in ten below", "Worst tenth, mean", "Spent")


def frontier_files(run: Run) -> dict[str, bytes]:
    """Contents by path relative to the run folder: page, tables, charts; the same run, the same bytes."""
    charts = draw_frontier(run.result)
    content: dict[str, bytes] = {}
    for name, frame in (("points", points_frame(run.result)), ("next", next_frame(run.result))):
        content[f"tables/{name}.csv"] = csv_bytes(frame)
        content[f"tables/{name}.parquet"] = parquet_bytes(frame)
    for name, svg in charts.items():
        content[f"figures/{name}.svg"] = svg.encode()
        content[f"figures/{name}.png"] = to_png(svg)
    content["report.html"] = frontier_page(run.result, run.scenario, charts).encode()
    return content


def frontier_page(result: Result, scenario: Scenario, charts: Mapping[str, str]) -> str:
    """The report of a frontier as one HTML file."""
    opening = Opening(
        kicker="fleetcraft frontier",
        title=_title(scenario),
        question=f"What does each acquisition budget buy by {day(scenario.calendar.deadline)}, and at what risk?",
        answer=frontier_answer(result),
        tiles=_tiles(result),
        note=" ".join(_caveats(result)),
    )
    details = [_points_section(result), _steps_section(result), _orders_section(result)]
    return page(opening, [standing(_curve_section(result, charts))], details)


def frontier_answer(result: Result) -> list[str]:
    """The frontier in a few sentences: where more money stops helping, and what the next round sum buys.

    With more than one risk weight they speak of the first, and say so.
    """
    found = [row for row in _first_curve(result) if has_plan(row)]
    first, last = found[0], found[-1]
    said = [
        f"From {_money(result, first['budget'])} to {_money(result, last['budget'])} the attainment simulated in fresh "
        f"futures goes from {percent(first['attainment']['simulated'])} to {percent(last['attainment']['simulated'])}."
    ]
    if result["enough"] is not None:
        enough = next(row for row in found if row["budget"] == result["enough"])
        reached = percent(enough["attainment"]["simulated"])
        said.append(
            f"Beyond {_money(result, enough['budget'])} ({reached}) more acquisition money buys nothing that the "
            "simulation can tell: lead times, makers' output, bases or support money bind."
        )
    steps = (step for step in result["next"] if step["risk_weight"] == _weights(result)[0])
    said += [_next_sentence(result, step) for step in steps if step["from"] == _stated(result)][:1]
    return [_at_weight(result, sentence) for sentence in said]


def what_it_buys(result: Result, row: Row) -> str:
    """One budget in a sentence."""
    if not has_plan(row):
        return f"{_money(result, row['budget'])}: {status(row)}. {'; '.join(row['conflict'])}"
    found = row["attainment"]
    said = (
        f"{_money(result, row['budget'])} buys {bought(row)}{to_whom(row)}, attaining {percent(found['simulated'])} "
        f"({interval(found['low'], found['high'], 'fraction')})"
    )
    kept = row["kept_from"]
    return said + (f"; the plan is that of {_money(result, kept)}, which costlier plans do not beat." if kept else ".")


def frontier_summary(result: Result, scenario: Scenario) -> Group:
    """What a reader of ``fleetcraft frontier`` needs first: the answer in words and a line for each budget."""
    scale = money_scale([row["budget"] for row in result["points"]], result["currency"])
    headings = ("Budget", "Attained", "95% interval", "p10", "Spent", "Next", "Gap")
    shown = Table(
        title=Text(f"\nWhat each budget buys, {scale.unit}", style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    weighted = _is_weighted(result)
    for name in (*(["Risk weight"] if weighted else []), *headings):
        shown.add_column(Text(name), justify="right", no_wrap=True)
    for row in result["points"]:
        cells = [*([_weight(row)] if weighted else []), scale.cell(row["budget"])]
        if has_plan(row):
            found, risk = row["attainment"], row["risk"]
            cells += [
                percent(found["simulated"]),
                interval(found["low"], found["high"], "fraction"),
                percent(risk["p10"]),
                scale.cell(row["cost"]["acquisition"]),
                _next_cell(result, row),
                percent(row["gap"], 2),
            ]
        else:
            cells += [status(row), *[""] * 5]
        shown.add_row(*(Text(cell) for cell in cells))
    per = _money(result, result["next"][0]["per"]) if result["next"] else ""
    note = f"Next: points of attainment that another {per} buys, up to the next budget. " if per else ""
    parts = (
        Text(_title(scenario), style="bold"),
        Text(" ".join(frontier_answer(result))),
        shown,
        Text(f"\n{note}{' '.join(_caveats(result))}"),
    )
    return Group(*parts)


def draw_frontier(result: Result) -> dict[str, str]:
    """Charts by name: attainment against budget for each risk weight; money by domain and country of the first."""
    charts = {}
    scale = money_scale([row["budget"] for row in result["points"]], result["currency"])
    frame = points_frame(result)
    for number, weight in enumerate(_weights(result)):
        known = pd.DataFrame(frame[(frame["risk_weight"] == weight) & frame["simulated"].notna()])
        if weight:
            known["bound"] = float("nan")  # it bounds attainment less weighted risk, another measure
        title = "Attainment against acquisition budget" + (f", risk weight {weight:g}" if _is_weighted(result) else "")
        said = "; ".join(
            f"{money(b, scale.currency)}: {percent(a)}"
            for b, a in zip(known["budget"], known["simulated"], strict=True)
        )
        charts[f"frontier_{number}"] = described(frontier_lines(known, scale, title), title, said)
    named = [(scale.cell(row["budget"]), row) for row in _first_curve(result)]
    for key in ("domain", "country"):
        title = f"{OBLIGATED}, by {key}{_first_weight(result)}"
        sums = spending(named, key)
        if not sums.empty:
            chart = money_columns(sums, key, [name for name, _ in named], scale, title)
            charts[f"money_by_{key}"] = described(chart, title, "The tables of orders have every figure.")
    return charts


def points_frame(result: Result) -> pd.DataFrame:
    """A row for each point: budget, plan's status, attainment, risk, money."""
    rows = []
    for number, row in enumerate(result["points"]):
        found, risk, cost = row.get("attainment") or {}, row.get("risk") or {}, row.get("cost") or {}
        rows.append(
            {
                "risk_weight": row["risk_weight"],
                "budget": row["budget"],
                "scale": row["scale"],
                "currency": result["currency"],
                "status": row["status"],
                **{key: row.get(key) for key in ("objective", "bound", "gap")},
                **{key: found.get(key) for key in ("planned", "simulated", "low", "high")},
                "p10": risk.get("p10"),
                "cvar": risk.get("cvar"),
                "cvar_low": risk.get("low"),
                "cvar_high": risk.get("high"),
                "probability_all_met": row.get("probability_all_met"),
                "acquisition": cost.get("acquisition"),
                "life_cycle": cost.get("life_cycle"),
                "kept_from": row["kept_from"],
                "efficient": number in result["efficient"],
            }
        )
    frame = pd.DataFrame(rows)
    texts = ("currency", "status")
    numbers = {column: "float64" for column in frame.columns if column not in (*texts, "efficient")}
    return frame.astype({**numbers, **dict.fromkeys(texts, "string")})


def next_frame(result: Result) -> pd.DataFrame:
    """A row for each step between neighbouring budgets: the paired difference, in all and by a round sum."""
    columns = ("risk_weight", "from", "to", "attainment", "low", "high", "per", "per_attainment", "per_low", "per_high")
    rows = [
        {
            "risk_weight": step["risk_weight"],
            "from": step["from"],
            "to": step["to"],
            **step["difference"],
            "per": step["per"],
            **{f"per_{key}": value for key, value in step["marginal"].items()},
        }
        for step in result["next"]
    ]
    return pd.DataFrame(rows, columns=list(columns)).astype("float64")


def _curve_section(result: Result, charts: Mapping[str, str]) -> Section:
    bound = "" if _weights(result)[0] else "Bound: no plan can be planned better on the futures it was solved on. "
    note = (
        "Line: mean of the simulated years, with its 95% interval as a band; every point is simulated in the same "
        f"years. {bound}Support budgets stay as stated."
    )
    lines = [
        figure(charts, f"frontier_{number}", note if number == 0 else None) for number in range(len(_weights(result)))
    ]
    stacks = [figure(charts, f"money_by_{key}") for key in ("domain", "country")]
    body = h("div", h("div", *lines), h("div", *stacks), class_="columns curve")
    return Section("frontier", "What each budget attains", body)


def _points_section(result: Result) -> Section:
    return Section("points", "Every point", _points_table(result))


def _points_table(result: Result) -> Html:
    scale = money_scale([row["budget"] for row in result["points"]], result["currency"])
    headings = (
        *HEADINGS[1:-1],
        f"Obligated, {scale.unit}",
        f"Life cycle, {scale.unit}",
        "All met in",
        "Solved",
    )
    rows = []
    for number, row in enumerate(result["points"]):
        first = [_row_name(result, row, _money(result, row["budget"])), percent(row["scale"], 0)]
        if not has_plan(row):
            rows.append([*first, *[MISSING] * 7, status(row)])
            continue
        found, risk, cost = row["attainment"], row["risk"], row["cost"]
        mark = "" if number in result["efficient"] else " (another point is better)"
        rows.append(
            [
                *first,
                percent(found["simulated"]) + mark,
                interval(found["low"], found["high"], "fraction"),
                percent(risk["p10"]),
                join(percent(risk["cvar"]), h("small", interval(risk["low"], risk["high"], "fraction"))),
                scale.cell(cost["acquisition"]),
                scale.cell(cost["life_cycle"]),
                probability(row["probability_all_met"]),
                status(row),
            ]
        )
    return table("Points", [Column(HEADINGS[0]), *(Column(heading, numeric=True) for heading in headings)], rows)


def _row_name(result: Result, row: Row, name: str) -> Html:
    """What a row of points or steps is of: text, since a row's heading is as wide as a type's name needs."""
    return join(name, h("small", f"risk weight {_weight(row)}") if _is_weighted(result) else None)


def _steps_section(result: Result) -> Section:
    per = _money(result, result["next"][0]["per"]) if result["next"] else ""
    headings = (
        "Adds, points",
        "95% interval",
        f"By {per}, points",
        "95% interval",
    )
    rows = [
        [
            _row_name(result, step, f"{_money(result, step['from'])} to {_money(result, step['to'])}"),
            points_of_attainment(step["difference"]["attainment"]),
            interval_of_points(step["difference"]["low"], step["difference"]["high"]),
            points_of_attainment(step["marginal"]["attainment"]),
            interval_of_points(step["marginal"]["low"], step["marginal"]["high"]),
        ]
        for step in result["next"]
    ]
    note = "Differences are taken year by year over the same simulated years; points are percentage points."
    columns = [Column("From, to"), *(Column(heading, numeric=True) for heading in headings)]
    steps = table("Steps", columns, rows) if rows else None
    return Section("next", "What the next money buys", join(steps, h("p", note, class_="note")))


def _orders_section(result: Result) -> Section:
    blocks = []
    for row in result["points"]:
        weight = f"Risk weight {_weight(row)}: " if _is_weighted(result) else ""
        sentence = h("p", weight + what_it_buys(result, row))
        if not has_plan(row) or not all_orders(row):
            blocks.append(sentence)
            continue
        summary = f"Orders with {_money(result, row['budget'])}"
        summary += f", risk weight {_weight(row)}" if _is_weighted(result) else ""
        blocks.append(join(sentence, folded(summary, orders_table(result, row, summary), paper=False)))
    return Section("orders", "What each budget buys", join(*blocks))


def _tiles(result: Result) -> Sequence[Tile]:
    tiles: list[Tile] = []
    stated = next((row for row in _first_curve(result) if row["budget"] == _stated(result) and has_plan(row)), None)
    if stated is not None:
        found = stated["attainment"]
        note = f"95% interval {interval(found['low'], found['high'], 'fraction')}"
        term = f"Attainment with the stated budget{_first_weight(result)}"
        tiles.append((term, percent(found["simulated"]), note))
    enough = result["enough"]
    if enough is not None:
        note = "no larger budget attains more that can be told"
        tiles.append((f"Enough{_first_weight(result)}", _money(result, enough), note))
    points = f"{len(result['efficient'])} of them not beaten by another"
    return [*tiles, ("Plans decided and simulated", str(len(result["points"])), points)]


def _caveats(result: Result) -> list[str]:
    years = plural(result["replications"], "simulated year")
    return [f"Acquisition money of all years is scaled alike; support budgets stay as stated. Each point: {years}."]


def _next_sentence(result: Result, step: Row) -> str:
    low, high = step["marginal"]["low"], step["marginal"]["high"]
    more = points_of_attainment(step["marginal"]["attainment"])
    return (
        f"From the stated budget up, another {_money(result, step['per'])} buys {more} percentage points "
        f"({interval_of_points(low, high)})."
    )


def _next_cell(result: Result, row: Row) -> str:
    for step in result["next"]:
        if step["from"] == row["budget"] and step["risk_weight"] == row["risk_weight"]:
            return points_of_attainment(step["marginal"]["attainment"])
    return MISSING


def _money(result: Result, amount: float) -> str:
    return money(amount, result["currency"])


def _stated(result: Result) -> float:
    return float(result["budget"]["acquisition"])


def _weights(result: Result) -> list[float]:
    return list(dict.fromkeys(row["risk_weight"] for row in result["points"]))


def _is_weighted(result: Result) -> bool:
    return _weights(result) != [0]


def _first_weight(result: Result) -> str:
    """Which weight is spoken of where there is more than one; nothing where there is none to choose."""
    weights = _weights(result)
    return f", risk weight {weights[0]:g}" if len(weights) > 1 else ""


def _at_weight(result: Result, sentence: str) -> str:
    weights = _weights(result)
    if len(weights) == 1:
        return sentence
    return f"At risk weight {weights[0]:g}, {sentence[:1].lower()}{sentence[1:]}"


def _weight(row: Row) -> str:
    return f"{row['risk_weight']:g}"


def _first_curve(result: Result) -> list[Row]:
    first = _weights(result)[0]
    return [row for row in result["points"] if row["risk_weight"] == first]


def _title(scenario: Scenario) -> str:
    return scenario.name + (f", case {scenario.case}" if scenario.case else "")
