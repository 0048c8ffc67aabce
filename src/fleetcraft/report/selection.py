"""Which of several plans was selected, how surely and by how many simulated years: in words, as a table and a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from fleetcraft.report.figures import Chart, row_labels
from fleetcraft.report.markup import Column, Html, h, join, table
from fleetcraft.report.narrative import listed
from fleetcraft.report.page import Tile
from fleetcraft.report.point_figures import described
from fleetcraft.report.section import Section, figure
from fleetcraft.report.tables import Result, csv_bytes, parquet_bytes
from fleetcraft.report.tokens import LIGHT, MISSING, interval, number, percent, plural

Row = Mapping[str, Any]

CHART = "selection"
_LABEL_PX, _MEANS_PX, _YEARS_PX = 170, 330, 120
_STATES = {"selected": "link", "still in": "surface", "eliminated": "bar"}


def selection_answer(result: Result) -> list[str]:
    """The selection in a few sentences: which plan, how surely, and what else could as well be chosen."""
    found = result["selection"]
    best, others = _best(found), _others(found)
    said = [
        f"{best['name']} is selected of {plural(len(found['plans']), 'plan')}: {_output(found)} is "
        f"{percent(best['mean'])} ({interval(best['low'], best['high'], 'fraction')}) in the mean of "
        f"{number(best['years'])} simulated years."
    ]
    alike = [row["name"] for row in others if _never_differs(row)]
    near = [row for row in others if row["eliminated_after"] is None and not _never_differs(row)]
    if found["guaranteed"]:
        said.append(
            f"A plan better than all others by {_points(found['indifference'])} or more is selected with a probability "
            f"of at least {percent(found['confidence'], 0)}; smaller differences count as none."
        )
    else:
        said.append(
            f"That is not guaranteed: after the {number(found['most_years'])} years there may be at most, "
            f"{listed([best['name'], *(row['name'] for row in near)])} cannot be told apart to within "
            f"{_points(found['indifference'])}."
        )
    said += [f"{_behind(row)}." for row in near]
    if alike:
        said.append(f"{listed(alike)} did not differ from it in any year.")
    return [*said, *(f"{_upper(warning)}." for warning in found["warnings"])]


def selection_tiles(result: Result) -> list[Tile]:
    """The key figures of a selection: how many plans, simulated years, how sure."""
    found = result["selection"]
    sure = percent(found["confidence"], 0) if found["guaranteed"] else "none"
    note = f"that a plan better by {_points(found['indifference'])} or more is selected"
    return [
        ("Plans", number(len(found["plans"])), "in the same futures, weather and targets"),
        ("Simulated years", number(sum(row["years"] for row in found["plans"])), "of all plans together"),
        ("Guarantee", sure, f"at least, {note}" if found["guaranteed"] else note),
    ]


def selection_section(result: Result, charts: Mapping[str, str]) -> Section:
    """The page's section of a selection."""
    found = result["selection"]
    note = (
        f"Left: {_output(found)}, mean of the years with its 95% interval. Right: simulated years spent on each plan. "
        "All plans meet the same futures, weather and targets: differences are taken year by year and are known better "
        "than the means."
    )
    body = join(figure(charts, CHART, note), _plans_table(found), h("p", _how(found)))
    return Section("selection", "Which plan is best", body)


def draw_selection(result: Result) -> dict[str, str]:
    """The chart of a selection, by name."""
    found = result["selection"]
    said = "; ".join(f"{row['name']} {percent(row['mean'])}, {number(row['years'])} years" for row in ranked(found))
    title = f"{_upper(_output(found))} of each plan, and the years spent on it"
    return {CHART: described(_chart(selection_frame(result), _output(found)), title, said)}


def selection_tables(result: Result) -> dict[str, bytes]:
    """The table of plans as files, by path."""
    frame = selection_frame(result)
    return {"tables/selection.csv": csv_bytes(frame), "tables/selection.parquet": parquet_bytes(frame)}


def selection_frame(result: Result) -> pd.DataFrame:
    """A row for each plan, best first: years, mean, difference from the best, when it was eliminated."""
    rows = []
    for row in ranked(result["selection"]):
        apart = row["difference_from_best"] or {}
        rows.append(
            {
                "name": row["name"],
                "state": _state(result["selection"], row),
                **{key: row[key] for key in ("years", "mean", "low", "high", "eliminated_after")},
                **{f"difference_{key}": apart.get(key) for key in ("mean", "low", "high")},
            }
        )
    frame = pd.DataFrame(rows)
    return frame.astype({c: "string" if c in ("name", "state") else "float64" for c in frame.columns})


def ranked(found: Row) -> list[Row]:
    """The plans, the selected one first, then those still in, then the others, the last to go first."""

    def place(row: Row) -> tuple[Any, ...]:
        after = row["eliminated_after"]
        return row["name"] != found["best"], after is not None, -(after or 0), -row["mean"], row["name"]

    return sorted(found["plans"], key=place)


def selection_cells(result: Result) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Headings and rows of the plans, for a terminal or a page."""
    found = result["selection"]
    rows: list[Sequence[str]] = []
    for row in ranked(found):
        apart = row["difference_from_best"]
        rows.append(
            (
                row["name"],
                percent(row["mean"]),
                interval(row["low"], row["high"], "fraction"),
                number(100 * apart["mean"], 2) if apart else MISSING,
                f"{number(100 * apart['low'], 2)} to {number(100 * apart['high'], 2)}" if apart else MISSING,
                number(row["years"]),
                _state(found, row) if row["eliminated_after"] is None else "out",
            )
        )
    return ("Plan", "Mean", "95% interval", "From best,\npoints", "95% interval", "Years", ""), rows


def _plans_table(found: Row) -> Html:
    headings, rows = selection_cells({"selection": found})
    columns = [Column(heading, numeric=0 < i < len(headings) - 1) for i, heading in enumerate(headings)]
    return table("Plans, the selected one first", columns, rows)


def _how(found: Row) -> str:
    return (
        "Procedure KN of Kim and Nelson (2001) over means of ten years: a plan goes once it lies so far behind another "
        f"that it is unlikely to be best. None goes before {number(found['first_years'])} years, in which what costs "
        f"{_points(found['indifference'])} in the mean, and comes in single years only, would have been seen."
    )


def _chart(plans: pd.DataFrame, output: str) -> Chart:
    shown = plans.assign(**{key: plans[key] * 100 for key in ("mean", "low", "high")})
    shown["label"] = [number(years) for years in shown["years"]]
    names = list(shown["name"])
    states = [state for state in _STATES if (shown["state"] == state).any()]
    colour = alt.Color(
        "state:N",
        scale=alt.Scale(domain=states, range=[LIGHT[_STATES[state]] for state in states]),
        legend=alt.Legend(title=None),
    )
    y = alt.Y("name:N", title=None, sort=names, axis=row_labels(_LABEL_PX))
    scale = alt.Scale(zero=False, nice=True)
    means = alt.Chart(shown, width=_MEANS_PX, height={"step": 24}).encode(y=y, color=colour)
    low = alt.X("low:Q", scale=scale, title=f"{output}, %", axis=alt.Axis(tickCount=5))
    dots = alt.layer(
        means.mark_rule(strokeWidth=2.5).encode(x=low, x2="high:Q"),
        means.mark_point(size=70, filled=True, opacity=1).encode(x=alt.X("mean:Q", scale=scale)),
    )
    plain = alt.Y("name:N", title=None, sort=names, axis=alt.Axis(labels=False, ticks=False, domain=False))
    spent = alt.Chart(shown, width=_YEARS_PX, height={"step": 24}).encode(
        y=plain, x=alt.X("years:Q", title="simulated years", axis=alt.Axis(tickCount=3))
    )
    bars = alt.layer(
        spent.mark_bar(height=12).encode(color=colour),
        spent.mark_text(align="left", dx=4, color=LIGHT["muted"]).encode(text="label:N"),
    )
    return alt.hconcat(dots, bars)


def _best(found: Row) -> Row:
    return next(row for row in found["plans"] if row["name"] == found["best"])


def _others(found: Row) -> list[Row]:
    return [row for row in ranked(found) if row["name"] != found["best"]]


def _never_differs(row: Row) -> bool:
    return all(row["difference_from_best"][key] == 0 for key in ("mean", "low", "high"))


def _state(found: Row, row: Row) -> str:
    if row["name"] == found["best"]:
        return "selected"
    return "still in" if row["eliminated_after"] is None else "eliminated"


def _behind(row: Row) -> str:
    apart = row["difference_from_best"]
    told = f"({number(-100 * apart['high'], 2)} to {number(-100 * apart['low'], 2)})"
    return f"{row['name']} lies {number(-100 * apart['mean'], 2)} percentage points behind {told}"


def _points(share: float) -> str:
    size = f"{100 * share:.3g}"
    return f"{size} percentage point{'' if size == '1' else 's'}"


def _output(found: Row) -> str:
    """What the plans are compared by, in words."""
    path = str(found["output"])
    return "attainment" if path == "attainment.simulated" else f"the simulated share of {path.split('.')[1]}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
