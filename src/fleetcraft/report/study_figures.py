"""Charts of a study's points: each output against the factors that move it, or plans and cases side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from fleetcraft.report.figures import Chart, row_labels
from fleetcraft.report.point_figures import described
from fleetcraft.report.sensitivity_words import SHARES, level
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import LIGHT, money_scale
from fleetcraft.study.questionnaire.points_table import ROWS

Row = Mapping[str, Any]

MOST_DRAWN = 400
"""Points of a chart; of more, so many from all over the study."""
MOST_FACTORS = 6
"""Factors of a chart, those that go most with the output."""
MOST_OUTPUTS = 4
"""Outputs that are drawn, in the study's order."""
_PANEL_PX, _HEIGHT_PX, _SIDE_PX = 230, 150, 520
_LETTER_PX = 6.0


def drawn_points(path: Path, result: Result) -> pd.DataFrame:
    """The points that charts show, from all over the study: asked, status, factors, outputs and their intervals.

    They are drawn by lot, always the same: every tenth would have but one value of a factor that has ten in turn.
    """
    count = result["study"]["points"]
    drawn = np.random.default_rng(0).choice(count, min(count, MOST_DRAWN), replace=False, shuffle=False)
    names = [name for name in pq.read_schema(path).names if not name.endswith(".batches")]
    kept = [frame[frame["point"].isin(drawn)] for frame in _frames(path, names)]
    found: pd.DataFrame = pd.concat(kept, ignore_index=True)
    return found


def reasons(path: Path, most: int) -> list[tuple[int, str]]:
    """Number and reason of the first points that have no answer."""
    untold = (frame.dropna() for frame in _frames(path, ["point", "reason"]))
    rows = (row for frame in untold for row in zip(frame["point"], frame["reason"], strict=True))
    return [(int(point), str(reason)) for point, reason in islice(rows, most)]


def _frames(path: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """A table of points, some rows at a time."""
    for batch in pq.ParquetFile(path).iter_batches(ROWS, columns=list(columns)):
        yield batch.to_pandas()


def draw_points(result: Result, points: pd.DataFrame) -> dict[str, str]:
    """SVG texts by name, one for each of the first outputs that some point has."""
    charts = {}
    for number, output in enumerate(result["study"]["outputs"][:MOST_OUTPUTS]):
        known = points[points[output["path"]].notna()]
        is_drawn = output["path"] == result.get("selection", {}).get("output")
        if known[output["path"]].nunique() < 2 or is_drawn or result["study"]["design"]["kind"] == "tornado":
            continue  # nothing to see, or drawn as a selection or a tornado
        if not result["study"]["factors"]:
            title = output["name"] + (", each with its 95% interval" if f"{output['path']}.low" in known else "")
            charts[f"output_{number}"] = described(_side_by_side(known, output), title, "The table has every figure.")
            continue
        factors = most_telling(known, output["path"], result["study"]["factors"])
        title = f"{output['name']} against {'the factors' if len(factors) > 1 else factors[0]['name']}"
        said = "Each dot is a point of the study; the table of points has every figure."
        charts[f"output_{number}"] = described(_scatter(known, output, factors), title, said)
    return charts


def most_telling(points: pd.DataFrame, output: str, factors: Sequence[Row]) -> list[Row]:
    """The factors that go most with an output, by rank correlation (Spearman), the strongest first."""
    strength: list[float] = []
    for factor in factors:
        both = points[[factor["path"], output]].dropna()
        moves = len(both) > 2 and both.nunique().min() > 1
        strength.append(abs(both.corr(method="spearman").to_numpy()[0, 1]) if moves else 0.0)
    order = np.argsort([-value for value in strength], kind="stable")
    return [factors[i] for i in order[:MOST_FACTORS]]


def _scatter(points: pd.DataFrame, output: Row, factors: Sequence[Row]) -> Chart:
    """The output against each factor, a panel each."""
    panels = []
    axis, value = _axis(output, points, _HEIGHT_PX)
    scale = alt.Scale(zero=False, nice=False, padding=6)
    for factor in factors:
        title, moved = _axis(factor, points, _PANEL_PX)
        frame = pd.DataFrame({"factor": moved, "output": value}).dropna()
        x = alt.X("factor:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5, grid=False))
        y = alt.Y("output:Q", title=axis, scale=scale, axis=alt.Axis(tickCount=5))
        dots = alt.Chart(frame, width=_PANEL_PX, height=_HEIGHT_PX).mark_circle(
            size=22, color=LIGHT["link"], opacity=0.55
        )
        panels.append(dots.encode(x=x, y=y))
    chart: Chart = alt.concat(*panels, columns=2).resolve_scale(x="independent")
    return chart


def _side_by_side(points: pd.DataFrame, output: Row) -> Chart:
    """Each plan's or case's figure with its interval, in the study's order."""
    path = output["path"]
    unit, scale = _scale(output, points[path])
    name = points["asked"] if "asked" in points else pd.Series("", index=points.index)
    frame = pd.DataFrame({"name": name, "value": points[path] * scale})
    for end in ("low", "high"):
        frame[end] = points.get(f"{path}.{end}", points[path]) * scale
    frame["label"] = [level(float(value), output["unit"]) for value in points[path].to_numpy()]
    title = f"{output['name']}, {unit}".removesuffix(", ")
    base = alt.Chart(frame, width=_SIDE_PX, height={"step": 24}).encode(
        y=alt.Y("name:N", title=None, sort=list(frame["name"]), axis=row_labels())
    )
    x = alt.X("value:Q", title=title, scale=alt.Scale(zero=_is_money(output["unit"])))
    spans = base.mark_rule(color=LIGHT["muted"], strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    dots = base.mark_circle(size=60, color=LIGHT["link"], opacity=1).encode(x=x)
    labels = base.mark_text(align="left", dx=6, dy=-8, color=LIGHT["muted"]).encode(x=x, text="label:N")
    return alt.layer(spans, dots, labels)


def _scale(output: Row, values: Any) -> tuple[str, float]:
    """An axis' unit and what its numbers are multiplied by: shares in percent, money in a readable unit."""
    unit = str(output["unit"])
    if unit in SHARES:
        return "%", 100.0
    if _is_money(unit):
        scale = money_scale(values, unit)
        return scale.unit, 1.0 / scale.divisor
    return unit, 1.0


def _is_money(unit: str) -> bool:
    return len(unit) == 3 and unit.isupper()


def _axis(shown: Row, points: pd.DataFrame, length_px: float) -> tuple[list[str], pd.Series[float]]:
    """The title of the axis of a factor or output, in lines that fit its length, and the points' values on it."""
    values = points[str(shown["path"])]
    unit, times = _scale(shown, values)
    return wrap(f"{shown['name']}, {unit}".removesuffix(", "), int(length_px / _LETTER_PX)), values * times
