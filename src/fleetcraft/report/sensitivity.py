"""What drives an answer: Sobol indices, Morris' effects or a tornado, in words first, then as charts and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from fleetcraft.report import sensitivity_figures as figures
from fleetcraft.report.explain_figures import compact
from fleetcraft.report.figures import Chart
from fleetcraft.report.markup import Column, Html, h, join, table
from fleetcraft.report.narrative import listed
from fleetcraft.report.point_figures import described
from fleetcraft.report.section import Section, figure
from fleetcraft.report.sensitivity_words import (
    Row,
    axis_of_changes,
    change,
    factors_in_words,
    interval_of_change,
    is_told,
    level,
    size,
)
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import number, percent, plural
from fleetcraft.scenario.scenario import Scenario

MOST_NAMED = 3
MOST_ROWS = 20
"""Factors of a chart, the strongest; the table has all."""
MOST_LABELS = 10
_FIGURES = ("value", "low", "high")
_NOTES = {
    "sobol": (
        "Every value between a factor's low and high is taken as equally likely, factors as independent. Shares are "
        "those of the mean over simulated years; what years differ by is left out. A share below 0 is 0, missed by "
        "chance. Intervals: 95%, over points and years drawn again."
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
    say = {"sobol": _sobol_words, "morris": _morris_words, "tornado": _tornado_words}[_method(result)]
    return " ".join(say(result, output, names, rows))


def _sobol_words(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> list[str]:
    told = [row for row in rows if is_told(row["total"])]
    if not told:
        return [f"No factor's part in {output['name']} can be told from none."]
    shares = [f"{names[row['factor']]} ({_share(row['total'])})" for row in told[:MOST_NAMED]]
    said = [
        f"What drives {output['name']} most is {listed(shares)}: the share of its variance in which a factor has a "
        "part, alone or together with others."
    ]
    alone = sum(row["first"]["value"] for row in rows)
    said.append(f"What factors do each alone adds up to {percent(min(max(alone, 0.0), 1.0), 0)} of the variance.")
    joint = [names[row["factor"]] for row in told if row["total"]["low"] > row["first"]["high"]]
    said += [f"Mostly together with others: {listed(joint)}."] if joint else []
    return [*said, *_untold(len(rows) - len(told), len(rows)), *_dropped(result, output)]


def _share(found: Row) -> str:
    return f"{percent(found['value'], 0)}, {_interval_of_share(found)}"


def _interval_of_share(found: Row) -> str:
    return f"{number(100 * found['low'])} to {percent(found['high'], 0)}"


def _morris_words(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> list[str]:
    unit = output["unit"]
    told = [row for row in rows if is_told(row["mu_star"])]
    if not told:
        return [f"No factor's effect on {output['name']} can be told from none."]
    effects = [
        f"{names[row['factor']]} ({size(row['mu_star']['value'], unit)}, {interval_of_change(row['mu_star'], unit)})"
        for row in told[:MOST_NAMED]
    ]
    said = [f"Moved over its whole range, what changes {output['name']} most, in the mean, is {listed(effects)}."]
    bent = [names[row["factor"]] for row in told if row["sigma"] >= row["mu_star"]["value"]]
    said += [f"By how much depends on the other factors for {listed(bent)}."] if bent else []
    return [*said, *_untold(len(rows) - len(told), len(rows)), *_dropped(result, output)]


def _tornado_words(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> list[str]:
    unit = output["unit"]
    told = [row for row in rows if is_told(row["low"]) or is_told(row["high"])]
    base = result["tornado"][output["path"]]["base"]["value"]
    said = [f"With every factor as likely, {output['name']} is {level(base, unit)}."]
    if not told:
        return [*said, "No factor alone changes it by more than chance."]
    effects = [f"{names[row['factor']]} ({_both_ends(row, unit)})" for row in told[:MOST_NAMED]]
    said.append(f"Alone at an end of its range, what changes it most is {listed(effects)}.")
    return [*said, *_untold(len(rows) - len(told), len(rows))]


def _both_ends(row: Row, unit: str) -> str:
    known = [(end, row[end]) for end in ("low", "high") if row[end]["value"] is not None]
    return ", ".join(f"{change(found['value'], unit)} at its {end}" for end, found in known)


def _untold(count: int, factors: int) -> list[str]:
    if not count:
        return []
    verb = "has" if count == 1 else "have"
    return [f"{number(count)} of {plural(factors, 'factor')} {verb} no effect that can be told from none."]


def _dropped(result: Result, output: Row) -> list[str]:
    rows = result["sensitivity"].get("rows", {}).get(output["path"], {})
    if not rows.get("dropped"):
        return []
    of = rows["rows"] + rows["dropped"]
    return [f"{number(rows['dropped'])} of {number(of)} rows of points were left out: a point of each has no answer."]


def _shown(
    result: Result, output: Row, names: Mapping[str, str], charts: Mapping[str, str], index: int
) -> list[Html | None]:
    rows = _ranked(result, output)
    if not rows:
        return []
    return [figure(charts, f"drives_{index}", _caption(result, rows)), _table(result, output, names, rows)]


def _caption(result: Result, rows: Sequence[Row]) -> str:
    over = {"sobol": "points", "morris": "trajectories"}.get(_method(result))
    what = "Thin lines: 95% intervals over " + (f"{over} and simulated years." if over else "the same simulated years.")
    few = f" The {MOST_ROWS} strongest of {len(rows)} factors." if len(rows) > MOST_ROWS else ""
    return what + ("" if _method(result) == "morris" else few)


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
                for cell in (percent(row[key]["value"]), _interval_of_share(row[key]))
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
    return table(f"Effects on {output['name']} of a factor moved over its whole range", columns, cells)


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
        return figures.sobol_bars(_frame(shown, names, kinds, 100.0, lambda _, found: percent(found["value"], 0)))
    if _method(result) == "tornado":
        units = _units(result)
        kinds = ((figures.AT_LOW, "low"), (figures.AT_HIGH, "high"))
        frame = _frame(shown, names, kinds, scale, lambda row, found: compact(found["at"], units[row["factor"]]))
        return figures.tornado_bars(frame, axis)
    told = {row["factor"] for row in [row for row in rows if is_told(row["mu_star"])][:MOST_LABELS]}
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
    found = [row[key] for row in rows for key in ("mu_star", "low", "high") if key in row]
    return [abs(each["value"]) for each in found if each["value"] is not None]


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
