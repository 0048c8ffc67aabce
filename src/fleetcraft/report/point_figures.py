"""Charts of many points: attainment against budget, restrictions side by side, who gets the money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from fleetcraft.report.figures import Chart, row_labels, to_svg
from fleetcraft.report.markup import h
from fleetcraft.report.point_tables import OTHERS
from fleetcraft.report.tokens import LIGHT, MoneyScale
from fleetcraft.scenario.platform import DOMAINS

SIMULATED, BOUND, P10, WORST = (
    "simulated mean",
    "bound of the solve",
    "nine years in ten reach",
    "mean of the worst tenth",
)
_SERIES = {
    SIMULATED: ("link", [1, 0]),
    BOUND: ("muted", [2, 3]),
    P10: ("short", [6, 3]),
    WORST: ("underwater", [10, 3, 2, 3]),
}
OBLIGATED = "Obligated for craft, with later orders in the mean"
_COUNTRY_COLOURS = ("link", "surface", "underwater", "short", "bar", "muted")
_WIDE_PX = 560
_NARROW_PX = 360
_LABEL_PX = 200


def described(chart: Chart, title: str, description: str) -> str:
    """The chart as SVG with a title and description for whoever cannot see it."""
    opening, rest = to_svg(chart).split(">", 1)
    return f"{opening}>{h('title', title)}{h('desc', description)}{rest}"


def frontier_lines(points: pd.DataFrame, money: MoneyScale, title: str) -> Chart:
    """Attainment against budget: the simulated mean in its 95% band, the bound above, the bad years below.

    ``points`` has columns budget, simulated, low, high, bound, p10, cvar; a line without a value is not in the legend.
    """
    shown = points.assign(budget=points["budget"] / money.divisor)
    columns = {SIMULATED: "simulated", BOUND: "bound", P10: "p10", WORST: "cvar"}
    lines = pd.concat(
        [
            pd.DataFrame({"budget": shown["budget"], "value": shown[column] * 100, "series": name})
            for name, column in columns.items()
        ]
    ).dropna()
    band = shown.assign(low=shown["low"] * 100, high=shown["high"] * 100)
    x = alt.X("budget:Q", title=f"acquisition budget, {money.unit}", axis=_budget_axis())
    y = alt.Y("value:Q", title="attainment, %", scale=alt.Scale(zero=False, nice=True))
    names = [name for name in columns if (lines["series"] == name).any()]
    colour = alt.Scale(domain=names, range=[LIGHT[_SERIES[name][0]] for name in names])
    dashes: Any = alt.Scale(domain=names, range=[_SERIES[name][1] for name in names])
    base = alt.Chart(lines, title=title, width=_WIDE_PX, height=300).encode(x=x, y=y)
    legend = alt.Legend(title=None, symbolType="stroke", symbolSize=900)
    layers = (
        alt.Chart(band).mark_area(color=LIGHT["link"], opacity=0.25).encode(x=x, y="low:Q", y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(
            color=alt.Color("series:N", scale=colour, legend=legend),
            strokeDash=alt.StrokeDash("series:N", scale=dashes, legend=None),
        ),
        base.transform_filter(f"datum.series == '{SIMULATED}'").mark_point(
            filled=True, size=45, color=LIGHT["link"], opacity=1
        ),
    )
    return alt.layer(*layers)


def _budget_axis() -> alt.Axis:
    """Few labels, each below its own tick: at the ends too none is pushed against its neighbour."""
    return alt.Axis(grid=False, tickCount=8, labelFlush=False, labelOverlap="greedy", labelSeparation=6)


def money_columns(sums: pd.DataFrame, key: str, order: Sequence[str], money: MoneyScale, title: str) -> Chart:
    """A stacked column for each budget, by ``domain`` or ``country``."""
    shown = sums.assign(amount=sums["cost"] / money.divisor)
    below = alt.Axis(labelAngle=0, ticks=False, labelOverlap="greedy", labelSeparation=6)
    chart: alt.Chart = (
        alt.Chart(shown, title=title, width=_NARROW_PX, height=130)
        .mark_bar()
        .encode(
            x=alt.X("point:N", title=f"acquisition budget, {money.unit}", sort=list(order), axis=below),
            y=alt.Y("amount:Q", title=money.unit, axis=alt.Axis(tickCount=4)),
            color=_colour(shown, key),
        )
    )
    return chart


def money_bars(sums: pd.DataFrame, key: str, order: Sequence[str], money: MoneyScale, title: str) -> Chart:
    """A stacked bar for each restriction, by ``domain`` or ``country``."""
    shown = sums.assign(amount=sums["cost"] / money.divisor)
    chart: alt.Chart = (
        alt.Chart(shown, title=title, width=_WIDE_PX - _LABEL_PX, height={"step": 24})
        .mark_bar(height=15)
        .encode(
            y=alt.Y("point:N", title=None, sort=list(order), axis=row_labels(_LABEL_PX)),
            x=alt.X("amount:Q", title=money.unit, axis=alt.Axis(tickCount=5)),
            color=_colour(shown, key),
        )
    )
    return chart


def restriction_dots(rows: pd.DataFrame) -> Chart:
    """A dot with its 95% interval for each restriction, best first; the line is open competition.

    ``rows`` has columns name, simulated, low, high, is_open.
    """
    shown = rows.assign(**{column: rows[column] * 100 for column in ("simulated", "low", "high")})
    base = alt.Chart(shown, width=_WIDE_PX - _LABEL_PX, height={"step": 24}).encode(
        y=alt.Y("name:N", title=None, sort=list(shown["name"]), axis=row_labels(_LABEL_PX))
    )
    scale = alt.Scale(zero=False, nice=True)
    colour: Any = alt.condition("datum.is_open", alt.value(LIGHT["ink"]), alt.value(LIGHT["link"]))
    x = alt.X("simulated:Q", title="attainment, %", scale=scale)
    return alt.layer(
        alt.Chart(shown[shown["is_open"]]).mark_rule(color=LIGHT["muted"], strokeDash=[4, 3]).encode(x=x),
        base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", scale=scale, title=None), x2="high:Q", color=colour),
        base.mark_point(size=70, filled=True, opacity=1).encode(x=x, color=colour),
        base.mark_text(align="left", dx=14, dy=-8, color=LIGHT["muted"]).encode(x=x, text="label:N"),
    )


def _colour(shown: pd.DataFrame, key: str) -> alt.Color:
    if key == "domain":
        names: list[str] = [d for d in DOMAINS if (shown[key] == d).any()]
        scale = alt.Scale(domain=names, range=[LIGHT[d] for d in names])
    else:
        sums = shown.groupby(key)["cost"].sum().sort_values(ascending=False, kind="stable")
        names = [*(name for name in sums.index if name != OTHERS), *([OTHERS] if OTHERS in sums.index else [])]
        scale = alt.Scale(domain=names, range=[LIGHT[c] for c in _COUNTRY_COLOURS[: len(names)]])
    return alt.Color(f"{key}:N", scale=scale, legend=alt.Legend(title=None))
