"""The chart of an explanation: which values would move the money, each to the left at its low, right at its high."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from fleetcraft.report.figures import Chart
from fleetcraft.report.tokens import LIGHT

_LABEL_PX = 400
_PLOT_PX = 520
_LETTER_PX = 6.5
_GAP_PX = 4
_SAID = {
    "1/year": "a year",
    "1/day": "a day",
    "1/100000 h": "per 100,000 h",
    "h/year": "h a year",
    "month": "months",
    "year": "years",
}


def compact(value: float, unit: str = "") -> str:
    """A number with its unit, short enough for a chart: millions and more in a readable unit, shares in percent."""
    if unit in ("fraction", "probability"):
        return f"{100 * value:,.4g}%"
    return f"{_short(value)} {_SAID.get(unit, unit)}".rstrip()


def _short(value: float) -> str:
    for size, name in ((1e9, " bn"), (1e6, " M")):
        if abs(value) >= size:
            return f"{value / size:,.4g}{name}"
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:,.4g}"


def tornado(rows: pd.DataFrame, flip_from: float) -> Chart:
    """Bars of the share of the money that goes elsewhere; dashed lines where that is another decision.

    ``rows`` has columns name, end (low or high), label (the value there), moved (0 to 1 and beyond). A label stands
    beyond its bar and beyond the dashed line, and the axis has room for all of them.
    """
    side = rows["end"].map({"low": -1.0, "high": 1.0})
    beyond = rows["moved"].clip(lower=flip_from) * 100
    shown = rows.assign(signed=rows["moved"] * side * 100, beyond=beyond * side)
    most = _reach(beyond, rows["label"])
    title = "at its low ◂  share of the money that goes elsewhere, %  ▸ at its high"
    scale = alt.Scale(domain=[-most, most], nice=False)
    axis = alt.Axis(labelExpr="abs(datum.value)", grid=False)
    x: Any = alt.X("signed:Q", title=title, scale=scale, axis=axis)
    labels = alt.Axis(
        labelLimit=_LABEL_PX, ticks=False, domain=False, labelColor=LIGHT["ink"], grid=False, labelPadding=10
    )
    y = alt.Y("name:N", title=None, sort=list(dict.fromkeys(shown["name"])), axis=labels)
    colour = alt.Color(
        "end:N",
        legend=None,
        scale=alt.Scale(domain=["low", "high"], range=[LIGHT["short"], LIGHT["link"]]),
    )
    base = alt.Chart(shown, width=_PLOT_PX, height={"step": 20}).encode(y=y)
    edges = pd.DataFrame({"edge": [-100 * flip_from, 100 * flip_from]})
    left, right = (base.transform_filter(f"datum.end == '{end}'") for end in ("low", "high"))
    at: Any = alt.X("beyond:Q", title=title, scale=scale, axis=axis)
    texts = (
        left.mark_text(align="right", dx=-_GAP_PX, color=LIGHT["muted"]).encode(x=at, text="label:N"),
        right.mark_text(align="left", dx=_GAP_PX, color=LIGHT["muted"]).encode(x=at, text="label:N"),
    )
    rules = alt.Chart(edges).mark_rule(color=LIGHT["muted"], strokeDash=[4, 3]).encode(x=alt.X("edge:Q", title=title))
    return alt.layer(base.mark_bar(height=12).encode(x=x, color=colour), *texts, rules)


def _reach(beyond: pd.Series[float], labels: pd.Series[str]) -> float:
    """How far the axis goes to either side, so that every label fits between where it stands and the axis' end."""
    taken = (labels.str.len() * _LETTER_PX + 2 * _GAP_PX) / (_PLOT_PX / 2)
    return float((beyond / (1 - taken.clip(upper=0.8))).max())
