"""Stored runs on a terminal: the table of a root's runs, and two runs beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from fleetcraft.report.sensitivity_words import level
from fleetcraft.report.tokens import MISSING, interval, money, percent, plural
from fleetcraft.study.store.index import Entry

Row = Mapping[str, Any]


def runs_table(runs: Sequence[Entry]) -> Table:
    """A run a row, the oldest first."""
    table = _table("Folder", "Verb", "Scenario", "Seed", "Made, UTC", "Attained", "Cost", figures=("Attained", "Cost"))
    for run in runs:
        scenario = run.scenario + (f", {run.case}" if run.case else "")
        if run.study is not None and run.points is not None:
            scenario += f": {run.study} ({plural(run.points, 'point')})"
        attained = attainment(run.attainment, run.low, run.high)
        cost = money(run.acquisition, run.currency or "")
        _add(table, run.folder, run.verb, scenario, _whole(run.seed), _minute(run.made), attained, cost)
    return table


def beside_summary(found: Row) -> Group:
    """Two runs in columns; below them what differs in options and orders, or what each of many plans or points has."""
    runs = found["runs"]
    if found["options"] is None:
        below: list[Table | Text] = [_attained(run) for run in runs if run["attainments"]]
        below += [_means(found["outputs"])] if found["outputs"] else []
    else:
        below = [_different("Options", found["options"]), _different("Craft ordered", found["orders"])]
    return Group(_heads(runs), *(piece for part in below for piece in (Text(), part)))


def attainment(mean: float | None, low: float | None, high: float | None) -> str:
    """``76.5% (75.1 to 77.9%)``; a dash where there is none."""
    spread = interval(low, high, "fraction")
    return percent(mean) if spread == MISSING else f"{percent(mean)} ({spread})"


def _heads(runs: Sequence[Row]) -> Table:
    table = _table("Run", *(run["folder"] for run in runs))
    _add(table, "Verb", *(run["verb"] for run in runs))
    _add(table, "Scenario", *(run["scenario"] for run in runs))
    _add(table, "Case", *(run["case"] or MISSING for run in runs))
    if any(run["study"] for run in runs):
        _add(table, "Study", *(run["study"] or MISSING for run in runs))
        _add(table, "Design", *(run["design"] or MISSING for run in runs))
        _add(table, "Points", *(_whole(run["points"]) for run in runs))
    _add(table, "Values", *(run["scenario_hash"][:8] for run in runs))
    _add(table, "Seed", *(_whole(run["seed"]) for run in runs))
    _add(table, "Version", *(run["version"] for run in runs))
    _add(table, "Attained", *(attainment(run["attainment"], run["low"], run["high"]) for run in runs))
    _add(table, "Cost", *(money(run["acquisition"], run["currency"] or "") for run in runs))
    return table


def _means(outputs: Sequence[Row]) -> Table:
    """The outputs of studies, each in the mean of a study's points."""
    table = _table("Mean over the points", "First", "Second", figures=("First", "Second"))
    for output in outputs:
        _add(table, output["name"], *(level(output[side], output["unit"]) for side in ("first", "second")))
    return table


def _attained(run: Row) -> Table:
    """Each plan of a run with its attainment."""
    table = _table(f"Attained in {run['folder']}", "Simulated", figures=("Simulated",))
    for plan in run["attainments"]:
        _add(table, plan["name"], attainment(plan["simulated"], plan["low"], plan["high"]))
    return table


def _different(what: str, rows: Sequence[Row]) -> Table | Text:
    if not rows:
        return Text(f"{what}: the same in both")
    table = _table(what, "First", "Second", figures=("First", "Second"))
    for row in rows:
        _add(table, row["name"], _shown(row["first"]), _shown(row["second"]))
    return table


def _shown(value: object) -> str:
    if value is None:
        return MISSING
    return f"{value:,.12g}" if type(value) in (int, float) else str(value)


def _whole(value: int | None) -> str:
    return MISSING if value is None else str(value)


def _minute(made: str) -> str:
    """``2026-04-01 09:30`` of an ISO time."""
    return made[:16].replace("T", " ")


def _table(*names: str, figures: Sequence[str] = ()) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in names:
        figure = name in figures
        table.add_column(Text(name), overflow="fold", justify="right" if figure else "left", no_wrap=figure)
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))
