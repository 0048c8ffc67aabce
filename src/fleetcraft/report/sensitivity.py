"""What drives an answer: Sobol indices, Morris' effects or a tornado, in words first, then as charts and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from fleetcraft.report import sensitivity_figures as figures
from fleetcraft.report.explain_figures import compact
from fleetcraft.report.figures import Chart
from fleetcraft.report.markup import Column, Html, bullets, folded, h, join, table
from fleetcraft.report.point_figures import described
from fleetcraft.report.section import Section, figure
from fleetcraft.report.sensitivity_answer import (
    interval_of_share,
    morris_words,
    share_of_variance,
    sobol_words,
    tornado_words,
)
from fleetcraft.report.sensitivity_words import (
    Row,
    axis_of_changes,
    change,
    factors_in_words,
    interval_of_change,
    is_positive,
    size,
)
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import plural
from fleetcraft.scenario.scenario import Scenario

MOST_ROWS = 20
"""Factors of a chart, the strongest; the table has all."""
MOST_LABELS = 10
_FIGURES = ("value", "low", "high")
_NOTES = {
    "sobol": (
        "Every value between a factor's low and high is taken as equally likely, factors as independent. Shares are "
        "those of the mean over simulated years; what years differ by is left out. Shares end at 0 and 100%. "
        "Intervals: 95%, over points and years drawn again."
    ),
    "morris": (
        "Each factor is moved alone, at as many places of the others as there are trajectories. A sigma above mu* "
        "(above the dashed line) says that a factor's effect depends on the others or bends. What years differ by is "
        "left out of both. Intervals: 95%, over trajectories and years drawn again."
    ),
    "tornado": (
        "Each factor is moved alone, all others as likely: what two do together is not seen. Intervals: 95%, of "
        "differences over the same simulated years."
    ),
}


def sensitivity_section(result: Result, scenario: Scenario, charts: Mapping[str, str]) -> Section | None:
    """The section of a study made for indices, effects or a tornado; None of another study."""
    names = factors_in_words(result, scenario)
    blocks = [
        join(h("h3", output["name"]), h("p", _answer(result, output, names)), *_shown(result, output, names, charts, i))
        for i, output in enumerate(result["study"]["outputs"])
        if _found(result, output) is not None
    ]
    if not blocks:
        return None
    return Section("drives", "What drives the answer", join(*blocks, h("p", _note(result), class_="note")))


def sensitivity_answer(result: Result, scenario: Scenario) -> list[str]:
    """A paragraph for each output that says what drives it; none of a study that is not made for it."""
    names = factors_in_words(result, scenario)
    outputs = result["study"]["outputs"]
    return [_answer(result, output, names) for output in outputs if _found(result, output) is not None]


def draw_sensitivity(result: Result, scenario: Scenario) -> dict[str, str]:
    """SVG texts by name, ``drives_0`` of the first output and so on; an output that nothing moves has none."""
    names = factors_in_words(result, scenario)
    charts = {}
    for i, output in enumerate(result["study"]["outputs"]):
        rows = _ranked(result, output)
        if rows:
            title = f"What drives {output['name']}"
            charts[f"drives_{i}"] = described(
                _chart(result, output, names, rows), title, _answer(result, output, names)
            )
    return charts


def _method(result: Result) -> str:
    return "tornado" if "tornado" in result else str(result["sensitivity"]["method"])


def _found(result: Result, output: Row) -> Any:
    """What the study says of an output; None where it was not made for it."""
    if "tornado" in result:
        return result["tornado"].get(output["path"])
    return result["sensitivity"]["outputs"].get(output["path"]) if "sensitivity" in result else None


def _ranked(result: Result, output: Row) -> list[Row]:
    """The factors' entries, the strongest first; empty where there is nothing to tell."""
    found = _found(result, output)
    if found is None:
        return []
    if "tornado" in result:
        return [] if found["base"]["value"] is None else list(found["bars"])
    key = {"sobol": "total", "morris": "mu_star"}[_method(result)]
    return sorted((row for row in found if row[key] is not None), key=lambda row: -row[key]["value"])


def _answer(result: Result, output: Row, names: Mapping[str, str]) -> str:
    """What drives an output, in one paragraph."""
    rows = _ranked(result, output)
    if not rows:
        reason = result.get("sensitivity", {}).get("rows", {}).get(output["path"], {}).get("reason")
        return f"What drives {output['name']} cannot be told: {reason or 'it has no value as stated'}."
    say = {"sobol": sobol_words, "morris": morris_words, "tornado": tornado_words}[_method(result)]
    return " ".join(say(result, output, names, rows))


def _shown(
    result: Result, output: Row, names: Mapping[str, str], charts: Mapping[str, str], index: int
) -> list[Html | None]:
    rows = _ranked(result, output)
    if not rows:
        return []
    return [figure(charts, f"drives_{index}", _caption(result, rows)), _table(result, output, names, rows)]


def _caption(result: Result, rows: Sequence[Row]) -> str:
    over = {"sobol": "points", "morris": "trajectories"}.get(_method(result))
    over = f"{over} and simulated years" if over else "the same simulated years"
    what = [f"Thin lines: 95% intervals over {over}."] if any(map(_has_interval, _drawn(rows))) else []
    if len(rows) > MOST_ROWS and _method(result) != "morris":
        what.append(f"The {MOST_ROWS} strongest of {len(rows)} factors.")
    return " ".join(what)


def _has_interval(found: Row) -> bool:
    return found["low"] is not None and found["low"] < found["high"]


def _table(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> Html:
    if _method(result) == "tornado":
        return _tornado_table(output, names, rows, _units(result))
    return (_sobol_table if _method(result) == "sobol" else _morris_table)(output, names, rows)


def _sobol_table(output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> Html:
    headings = ("Alone (first), %", "95% interval", "With others (total), %", "95% interval")
    columns = [Column("Factor"), *(Column(heading, numeric=True) for heading in headings)]
    cells = [
        [
            _named(row, names),
            *(
                cell
                for key in ("first", "total")
                for cell in (share_of_variance(row[key]["value"], 1), interval_of_share(row[key]))
            ),
        ]
        for row in rows
    ]
    return table(f"Shares of the variance of {output['name']}", columns, cells)


def _morris_table(output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> Html:
    unit = output["unit"]
    headings = ("mu*, mean size", "95% interval", "mu, mean", "95% interval", "sigma, spread")
    columns = [Column("Factor"), *(Column(heading, numeric=True) for heading in headings)]
    cells = [
        [
            _named(row, names),
            size(row["mu_star"]["value"], unit),
            interval_of_change(row["mu_star"], unit),
            change(row["mu"]["value"], unit),
            interval_of_change(row["mu"], unit),
            size(row["sigma"], unit),
        ]
        for row in rows
    ]
    effect = [row for row in cells if _is_shown(row[1:])]
    idle = [row[0] for row in cells if not _is_shown(row[1:])]
    caption = f"Effects on {output['name']} of a factor moved over its whole range"
    without = f"{plural(len(idle), 'factor')} without effect: every figure rounds to 0"
    return join(table(caption, columns, effect) if effect else None, folded(without, bullets(idle)) if idle else None)


def _is_shown(figures: Sequence[str]) -> bool:
    """Whether any of a row's figures differs from 0 as it is written."""
    return any(digit in cell for cell in figures for digit in "123456789")


def _tornado_table(output: Row, names: Mapping[str, str], rows: Sequence[Row], units: Mapping[str, str]) -> Html:
    unit = output["unit"]
    headings = ("Low", "changes by", "95% interval", "High", "changes by", "95% interval")
    columns = [Column("Factor"), *(Column(heading, numeric=True) for heading in headings)]
    cells = [
        [
            _named(row, names),
            *(
                cell
                for end in (row["low"], row["high"])
                for cell in (
                    compact(end["at"], units[row["factor"]]),
                    change(end["value"], unit),
                    interval_of_change(end, unit),
                )
            ),
        ]
        for row in rows
    ]
    return table(f"Change of {output['name']} with one factor at an end of its range", columns, cells)


def _named(row: Row, names: Mapping[str, str]) -> Html:
    name = names[row["factor"]]
    return join(name, h("small", h("code", row["factor"])) if name != row["factor"] else None)


def _units(result: Result) -> dict[str, str]:
    return {row["path"]: row["unit"] for row in result["study"]["factors"]}


def _chart(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> Chart:
    shown = rows[:MOST_ROWS]
    scale, axis = axis_of_changes(_sizes(rows), output["unit"])
    if _method(result) == "sobol":
        kinds = ((figures.WITH_OTHERS, "total"), (figures.ALONE, "first"))
        frame = _frame(shown, names, kinds, 100.0, lambda _, found: share_of_variance(found["value"]))
        frame[[*_FIGURES]] = frame[[*_FIGURES]].clip(0.0, 100.0)
        return figures.sobol_bars(frame)
    if _method(result) == "tornado":
        units = _units(result)
        kinds = ((figures.AT_LOW, "low"), (figures.AT_HIGH, "high"))
        frame = _frame(shown, names, kinds, scale, lambda row, found: compact(found["at"], units[row["factor"]]))
        return figures.tornado_bars(frame, axis)
    told = {row["factor"] for row in [row for row in rows if is_positive(row["mu_star"])][:MOST_LABELS]}
    frame = pd.DataFrame(
        {
            "name": [names[row["factor"]] for row in rows],
            "mu_star": [row["mu_star"]["value"] * scale for row in rows],
            "low": [row["mu_star"]["low"] * scale for row in rows],
            "high": [row["mu_star"]["high"] * scale for row in rows],
            "sigma": [row["sigma"] * scale for row in rows],
            "label": [row["factor"] in told for row in rows],
        }
    )
    return figures.morris_plane(frame, axis)


def _sizes(rows: Sequence[Row]) -> list[float]:
    """How large the figures of a chart are, in the output's unit."""
    return [abs(each["value"]) for each in _drawn(rows) if each["value"] is not None]


def _drawn(rows: Sequence[Row]) -> list[Row]:
    """The figures that a chart draws of its factors, each with its interval."""
    return [row[key] for row in rows for key in ("first", "total", "mu_star", "low", "high") if key in row]


def _frame(
    rows: Sequence[Row],
    names: Mapping[str, str],
    kinds: Sequence[tuple[str, str]],
    scale: float,
    label: Callable[[Row, Row], str],
) -> pd.DataFrame:
    """A row for each factor and kind of figure that is known, in the chart's unit."""
    entries = [
        {
            "name": names[row["factor"]],
            "kind": kind,
            "label": label(row, row[key]),
            **{name: float("nan") if row[key][name] is None else row[key][name] * scale for name in _FIGURES},
        }
        for row in rows
        for kind, key in kinds
        if row[key]["value"] is not None
    ]
    return pd.DataFrame(entries)


def _note(result: Result) -> str:
    """How the figures are to be read, in a few sentences."""
    return _NOTES[_method(result)]
