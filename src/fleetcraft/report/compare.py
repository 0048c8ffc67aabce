"""Restrictions beside open competition: in words, as a page, as tables and charts, and on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from fleetcraft.report.countries import country_in_words
from fleetcraft.report.markup import Column, Html, bullets, folded, h, join, table
from fleetcraft.report.narrative import asks, listed
from fleetcraft.report.page import Opening, Tile, page, side_by_side, standing
from fleetcraft.report.png import to_png
from fleetcraft.report.point_figures import OBLIGATED, described, money_bars, restriction_dots
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
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.scenario import Scenario

Row = Mapping[str, Any]

OPEN = "Open competition"
WORTH_TELLING = 0.01
"""A requirement's share that falls by less is not told."""


def compare_files(run: Run) -> dict[str, bytes]:
    """Contents by path relative to the run folder: page, tables, charts; the same run, the same bytes."""
    charts = draw_compare(run.result)
    content: dict[str, bytes] = {}
    frames = {"restrictions": restrictions_frame(run.result), "requirements": requirements_frame(run.result)}
    for name, frame in frames.items():
        content[f"tables/{name}.csv"] = csv_bytes(frame)
        content[f"tables/{name}.parquet"] = parquet_bytes(frame)
    for name, svg in charts.items():
        content[f"figures/{name}.svg"] = svg.encode()
        content[f"figures/{name}.png"] = to_png(svg)
    content["report.html"] = compare_page(run.result, run.scenario, charts).encode()
    return content


def compare_page(result: Result, scenario: Scenario, charts: Mapping[str, str]) -> str:
    """The report of a comparison as one HTML file."""
    opening = Opening(
        kicker="fleetcraft compare",
        title=_title(scenario),
        question=f"What would each restriction cost by {day(scenario.calendar.deadline)}, in attainment and in money?",
        answer=compare_answer(result),
        tiles=_tiles(result),
        note=" ".join(_caveats(result)),
    )
    costs, losses_ = _restrictions_section(result, charts), _requirements_section(result, scenario)
    shown = side_by_side(standing(costs), standing(losses_))
    return page(opening, [join(shown)], [_table_section(result), _money_section(charts), _orders_section(result)])


def compare_answer(result: Result) -> list[str]:
    """The comparison in a few sentences: the best and the worst restriction, what cannot be done, what is free."""
    rows = ranked(result)
    found = result["open"]["attainment"]
    said = [
        f"Open competition attains {percent(found['simulated'])} "
        f"({interval(found['low'], found['high'], 'fraction')}) with {bought(result['open'])}."
    ]
    if rows:
        said.append(f"{_sentence(rows[0])}.")
    if len(rows) > 1:
        said.append(f"{_sentence(rows[-1])}.")
    free = [named(row) for row in rows if row["difference"]["low"] <= 0 <= row["difference"]["high"]]
    if free:
        said.append(f"No difference from open competition can be told for {listed(free)}.")
    without = [named(row) for row in result["restrictions"] if not has_plan(row)]
    if without:
        said.append(f"No plan meets the hard constraints with {listed(without)}.")
    return said


def ranked(result: Result) -> list[Row]:
    """The restrictions that have a plan, best attainment first."""
    found = [row for row in result["restrictions"] if has_plan(row)]
    return sorted(found, key=lambda row: (-row["attainment"]["simulated"], row["name"]))


def named(row: Row) -> str:
    """A restriction's name; the country's in place of its code where it is one of one country."""
    chosen = [*row["only"], *row["without"]]
    if row["of"] == "supplier_country" and row["name"] in (f"only {chosen[0]}", f"without {chosen[0]}"):
        return f"{row['name'].split()[0]} {country_in_words(chosen[0])}"
    return str(row["name"])


def compare_summary(result: Result, scenario: Scenario) -> Group:
    """What a reader of ``fleetcraft compare`` needs first: the answer in words and a line for each restriction."""
    scale = money_scale([result["budget"]["acquisition"]], result["currency"])
    shown = Table(
        title=Text(f"\nRestrictions, money in {scale.unit}", style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    shown.add_column(Text("Buy"), overflow="fold")
    for heading in ("Attained", "Difference, points", "Spent", "Life cycle", "To catch up"):
        shown.add_column(Text(heading), justify="right", no_wrap=True)
    for name, row in _all_rows(result):
        shown.add_row(*(Text(cell) for cell in _summary_cells(name, row, scale)))
    for row in result["restrictions"]:
        if not has_plan(row):
            shown.add_row(Text(named(row)), Text(status(row)), *(Text("") for _ in range(4)))
    conflicts = [f"{named(row)}: {'; '.join(row['conflict'])}" for row in result["restrictions"] if not has_plan(row)]
    return Group(
        Text(_title(scenario), style="bold"),
        Text(" ".join(compare_answer(result))),
        shown,
        *(Text(f"\n{line}") for line in conflicts),
        Text("\n" + " ".join(_caveats(result))),
    )


def draw_compare(result: Result) -> dict[str, str]:
    """Charts by name: attainment of each restriction, who gets the money."""
    rows = _all_rows(result)
    frame = pd.DataFrame(
        [
            {
                "name": _upper(name),
                "simulated": row["attainment"]["simulated"],
                "low": row["attainment"]["low"],
                "high": row["attainment"]["high"],
                "label": percent(row["attainment"]["simulated"]),
                "is_open": name == OPEN,
            }
            for name, row in rows
        ]
    )
    said = "; ".join(f"{name} {label}" for name, label in zip(frame["name"], frame["label"], strict=True))
    title = "Attainment under each restriction, with 95% intervals"
    charts = {"compare": described(restriction_dots(frame), title, said)}
    scale = money_scale([row["cost"]["acquisition"] for _, row in rows], result["currency"])
    for key in ("country", "domain"):
        title = f"{OBLIGATED}, by {key}"
        sums = spending([(_upper(name), row) for name, row in rows], key)
        if not sums.empty:
            chart = money_bars(sums, key, list(frame["name"]), scale, title)
            charts[f"money_by_{key}"] = described(chart, title, "The tables of orders have every figure.")
    return charts


def restrictions_frame(result: Result) -> pd.DataFrame:
    """A row for open competition and each restriction: status, attainment, difference, money."""
    rows = []
    for row in ({"name": "open", "of": "", "only": [], "without": [], **result["open"]}, *result["restrictions"]):
        found, apart = row["attainment"] or {}, row.get("difference") or {}
        cost, more = row["cost"] or {}, row.get("more_money") or {}
        rows.append(
            {
                "name": row["name"],
                "of": row["of"],
                "only": ";".join(row["only"]),
                "without": ";".join(row["without"]),
                "status": row["status"],
                "currency": result["currency"],
                "conflict": "; ".join(row["conflict"]),
                **{key: row.get(key) for key in ("objective", "bound", "gap")},
                **{key: found.get(key) for key in ("planned", "simulated", "low", "high")},
                "acquisition": cost.get("acquisition"),
                "life_cycle": cost.get("life_cycle"),
                "difference": apart.get("attainment"),
                "difference_low": apart.get("low"),
                "difference_high": apart.get("high"),
                "difference_acquisition": apart.get("acquisition"),
                "difference_life_cycle": apart.get("cost"),
                "more_money": more.get("amount"),
                "more_money_not_enough": more.get("not_enough"),
            }
        )
    frame = pd.DataFrame(rows)
    texts = ("name", "of", "only", "without", "status", "currency", "conflict")
    return frame.astype({column: "string" if column in texts else "float64" for column in frame.columns})


def requirements_frame(result: Result) -> pd.DataFrame:
    """Every requirement's simulated value in open competition and under each restriction."""
    rows = [
        {"restriction": name, **{key: entry[key] for key in _REQUIREMENT}}
        for name, row in [("open", result["open"]), *((row["name"], row) for row in result["restrictions"])]
        if has_plan(row)
        for entry in row["requirements"]
    ]
    frame = pd.DataFrame(rows, columns=["restriction", *_REQUIREMENT])
    return frame.astype({c: "string" if c in ("restriction", "id") else "float64" for c in frame.columns})


_REQUIREMENT = ("id", "planned", "simulated", "low", "high", "probability_met")


def _restrictions_section(result: Result, charts: Mapping[str, str]) -> Section:
    note = (
        "Dots: mean of the simulated years with its 95% interval. Differences are taken year by year, over the same "
        "futures, weather and targets, so their intervals are narrower than the dots' own."
    )
    body = join(
        figure(charts, "compare", note),
        _no_plan(result),
    )
    return Section("restrictions", "What each restriction costs", body)


def _table_section(result: Result) -> Section:
    return Section("figures", "Every figure", _restrictions_table(result))


def _money_section(charts: Mapping[str, str]) -> Section:
    drawn = (figure(charts, f"money_by_{key}") for key in ("country", "domain"))
    return Section("money", "Who gets the money", join(*drawn))


def _restrictions_table(result: Result) -> Html:
    scale = money_scale([result["budget"]["acquisition"]], result["currency"])
    columns = (
        Column("Buy"),
        Column("Attainment", numeric=True),
        Column("Difference, points", numeric=True),
        Column(f"Obligated, {scale.unit}", numeric=True),
        Column(f"Life cycle, {scale.unit}", numeric=True),
        Column(f"More money to catch up, {scale.unit}", numeric=True),
        Column("All met in", numeric=True),
        Column("Solved"),
    )
    rows = []
    for name, row in _all_rows(result):
        found, apart = row["attainment"], row.get("difference")
        told = join(percent(found["simulated"]), h("small", interval(found["low"], found["high"], "fraction")))
        less = interval_of_points(apart["low"], apart["high"]) if apart else ""
        difference = join(points_of_attainment(apart["attainment"]), h("small", less)) if apart else MISSING
        rows.append(
            (
                _upper(name),
                told,
                difference,
                scale.cell(row["cost"]["acquisition"]),
                scale.cell(row["cost"]["life_cycle"]),
                _catch_up(row, scale),
                probability(row["probability_all_met"]),
                status(row),
            )
        )
    return table("Restrictions, best first", columns, rows)


def _no_plan(result: Result) -> Html | None:
    rows = [row for row in result["restrictions"] if not has_plan(row)]
    if not rows:
        return None
    lines = [join(_upper(named(row)), bullets(row["conflict"])) for row in rows]
    return join(h("h3", "Without a plan: statements in conflict"), bullets(lines))


def _requirements_section(result: Result, scenario: Scenario) -> Section:
    """What each restriction loses most: the requirements that fall furthest behind open competition."""
    lines = [join(_upper(named(row)), ": ", losses(result["open"], row, scenario)) for row in ranked(result)]
    note = "Falls are in percentage points of the simulated share; tables/requirements.csv has every requirement."
    return Section("losses", "What each restriction loses", join(bullets(lines), h("p", note, class_="note")))


def losses(open_: Row, row: Row, scenario: Scenario, most: int = 3) -> str:
    """The requirements whose simulated share falls most behind open competition; revisit times, no share, left out."""
    names = {area.id: area.name for area in scenario.areas}
    before, after = ({entry["id"]: entry["simulated"] or 0.0 for entry in r["requirements"]} for r in (open_, row))
    shares = [requirement for requirement in scenario.requirements if requirement.measure != "revisit"]
    fallen = sorted(shares, key=lambda r: (after[str(r.id)] - before[str(r.id)], r.id))[:most]
    told = [
        f"{_asks(r)} in {names[r.area]} (−{points_of_attainment(before[str(r.id)] - after[str(r.id)])})"
        for r in fallen
        if before[str(r.id)] - after[str(r.id)] > WORTH_TELLING
    ]
    return listed(told) if told else "nothing that falls by more than a point"


def _asks(requirement: Requirement) -> str:
    asked = asks({**requirement.model_dump(), "domains": ";".join(requirement.domains or ())})
    return asked[:1].lower() + asked[1:]


def _orders_section(result: Result) -> Section:
    blocks = []
    for name, row in _all_rows(result):
        sentence = h("p", f"{_upper(name)}: {bought(row)}{to_whom(row)}.")
        orders = folded(f"Orders: {name}", orders_table(result, row, f"Orders: {name}"), paper=False)
        blocks.append(join(sentence, orders if all_orders(row) else None))
    return Section("orders", "What is bought under each", join(*blocks))


def _tiles(result: Result) -> Sequence[Tile]:
    found = result["open"]["attainment"]
    tiles = [(OPEN, percent(found["simulated"]), f"95% interval {interval(found['low'], found['high'], 'fraction')}")]
    rows = ranked(result)
    terms = ("Least costly restriction", "Most costly restriction")
    for term, row in zip(terms, (0, -1) if rows[1:] else (), strict=False):
        apart = rows[row]["difference"]
        less = interval_of_points(apart["low"], apart["high"])
        tiles.append((term, _upper(named(rows[row])), f"{points_of_attainment(apart['attainment'])} points ({less})"))
    return tiles


def _sentence(row: Row) -> str:
    """One restriction against open competition."""
    apart = row["difference"]
    said = (
        f"{_upper(named(row))}: {percent(row['attainment']['simulated'])}, "
        f"{points_of_attainment(apart['attainment'])} points ({interval_of_points(apart['low'], apart['high'])})"
    )
    more = row["more_money"]
    if more is None or more["amount"] == 0:
        return said
    if more["amount"] is None:
        most = money(more["searched_to"], row["cost"]["currency"])
        return f"{said}, which no acquisition budget up to {most} makes up"
    return f"{said}, which {money(more['amount'], row['cost']['currency'])} more acquisition money would make up"


def _summary_cells(name: str, row: Row, scale: Any) -> list[str]:
    apart = row.get("difference")
    less = ""
    if apart:
        less = f"{points_of_attainment(apart['attainment'])} ({interval_of_points(apart['low'], apart['high'])})"
    return [
        _upper(name),
        percent(row["attainment"]["simulated"]),
        less,
        scale.cell(row["cost"]["acquisition"]),
        scale.cell(row["cost"]["life_cycle"]),
        _catch_up(row, scale) if apart else "",
    ]


def _catch_up(row: Row, scale: Any) -> str:
    more = row.get("more_money")
    if more is None:
        return MISSING
    return "none does" if more["amount"] is None else str(scale.cell(more["amount"]))


def _caveats(result: Result) -> list[str]:
    years = plural(result["replications"], "year")
    said = [f"All plans are simulated over the same {years}."]
    if result["lifted"]:
        said.append(f"Set aside for all, so that the restrictions can be compared: {listed(result['lifted'])}.")
    unknown: dict[str, list[str]] = {}
    for row in ranked(result):
        if row["more_money_unknown"]:
            unknown.setdefault(row["more_money_unknown"], []).append(named(row))
    said += [f"What more money would make up for {listed(names)} is not told: {why}." for why, names in unknown.items()]
    return said


def _all_rows(result: Result) -> list[tuple[str, Row]]:
    """Open competition, then every restriction that has a plan, best first."""
    return [(OPEN, result["open"]), *((named(row), row) for row in ranked(result))]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(scenario: Scenario) -> str:
    return scenario.name + (f", case {scenario.case}" if scenario.case else "")
