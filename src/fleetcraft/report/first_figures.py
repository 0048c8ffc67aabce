"""The charts of the first page: small, each answering one question at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from fleetcraft.report import tokens
from fleetcraft.report.figures import Chart, axis_limit, domain_scale, requirement_points, state_colour, state_shape
from fleetcraft.report.narrative import asks
from fleetcraft.report.tokens import LIGHT
from fleetcraft.scenario.platform import DOMAINS

_LABEL_PX, _PLOT_PX, _MET_PX, _ROW_PX = 208, 188, 40, 14.2
_TIME_PX, _TIME_HEIGHT_PX, _APART_PX = 350, 172, 14.0
_LATER_OPACITY = 0.5
_QUARTER = "[slice(datum.value, 4), datum.index == 0 || slice(datum.value, 4) == 'Q1' ? slice(datum.value, 0, 4) : '']"
"""A quarter's label, below it the fiscal year where that begins."""


def craft_by_quarter(orders: pd.DataFrame, later: pd.DataFrame, periods: Sequence[str], title: str) -> Chart:
    """Columns of craft by quarter of order and domain; paler on top: what single futures order, in the mean.

    ``periods`` are those of the calendar; those before the first and after the last order are left out.
    """
    rows = pd.concat(
        [
            orders.assign(craft=orders["quantity"], later=False),
            later.assign(craft=later["quantity_mean"], later=True),
        ]
    )
    sums = rows.groupby(["period", "domain", "later"])["craft"].sum().reset_index()
    shown = [id_ for id_ in periods if id_ in set(sums["period"])]
    span = list(periods[periods.index(shown[0]) : periods.index(shown[-1]) + 1])
    totals = sums.groupby("period")["craft"].sum().reset_index()
    totals["label"] = [tokens.number(craft) for craft in totals["craft"]]
    stacked = sums.assign(
        order=[2 * DOMAINS.index(d) + later for d, later in zip(sums["domain"], sums["later"], strict=True)]
    )
    x = alt.X(
        "period:N",
        title="fiscal quarter; paler: later orders",
        scale=alt.Scale(domain=span),
        axis=alt.Axis(labelAngle=0, ticks=False, labelExpr=_QUARTER),
    )
    room = alt.Scale(domain=[0, float(totals["craft"].max()) * 1.15], nice=False)
    y = alt.Y("craft:Q", title="craft", scale=room, axis=alt.Axis(tickCount=4))
    present = [d for d in DOMAINS if (sums["domain"] == d).any()]
    bars = (
        alt.Chart(stacked)
        .mark_bar(width={"band": 0.6})
        .encode(
            x=x,
            y=y,
            color=alt.Color("domain:N", scale=domain_scale(present), legend=alt.Legend(title=None)),
            opacity=alt.Opacity(
                "later:N", scale=alt.Scale(domain=[False, True], range=[1, _LATER_OPACITY]), legend=None
            ),
            order=alt.Order("order:Q"),
        )
    )
    labels = alt.Chart(totals).mark_text(dy=-7, color=LIGHT["ink"]).encode(x=x, y=y, text="label:N")
    return alt.layer(bars, labels).properties(title=title, width=230, height=96)


def on_time(table: pd.DataFrame, deadline: date, opens: date, title: str) -> Chart:
    """Share of each domain's craft that is usable, with a 10% to 90% band; its mark and figure are those at ``opens``.

    The share is of the mean number ordered: a future that orders more is drawn at 100%.
    """
    shown = table.assign(
        **{key: (100 * table[key] / table["ordered"]).clip(upper=100) for key in ("low", "mean", "high")}
    )
    shown = shown.assign(date=pd.to_datetime(shown["date"]), deadline=pd.Timestamp(deadline))
    ends = shown[shown["date"] <= pd.Timestamp(opens)].groupby("domain", sort=False).last().reset_index()
    ends = ends.assign(
        label=[
            f"{d} {m:.0f}% of {tokens.number(n)}"
            for d, m, n in zip(ends["domain"], ends["mean"], ends["ordered"], strict=True)
        ],
        level=apart(list(ends["mean"])),
    )
    names = [d for d in DOMAINS if (shown["domain"] == d).any()]
    colour = alt.Color("domain:N", scale=domain_scale(names), legend=None)
    shape = alt.Shape(
        "domain:N", scale=alt.Scale(domain=names, range=[tokens.DOMAIN_SHAPES[d] for d in names]), legend=None
    )
    dates: Any = {"interval": "month", "step": 6}
    end = shown["date"].max()
    x = alt.X("date:T", axis=alt.Axis(format="%b %Y", tickCount=dates, grid=False, title=None, labelOverlap=True))
    scale = alt.Scale(domain=[0, 100], nice=False)
    axis = alt.Axis(tickCount=5, title="usable, % of the craft ordered")
    base = alt.Chart(shown).encode(x=x, color=colour)
    due = pd.DataFrame({"date": [pd.Timestamp(deadline)], "level": [0], "label": [f"deadline {tokens.day(deadline)}"]})
    named = alt.Chart(ends.assign(date=end)).encode(x=x)
    layers = (
        base.mark_area(opacity=0.2, interpolate="step-after").encode(
            y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q"
        ),
        base.mark_line(strokeWidth=2, interpolate="step-after").encode(y=alt.Y("mean:Q", scale=scale)),
        alt.Chart(due).mark_rule(color=LIGHT["ink"], strokeDash=[4, 3]).encode(x="date:T"),
        alt.Chart(due)
        .mark_text(align="left", dx=5, dy=-7, color=LIGHT["ink"])
        .encode(x="date:T", y=alt.Y("level:Q", scale=scale), text="label:N"),
        alt.Chart(ends)
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=x, y=alt.Y("mean:Q", scale=scale), color=colour, shape=shape),
        named.mark_text(align="left", dx=8, color=LIGHT["ink"]).encode(y=alt.Y("level:Q", scale=scale), text="label:N"),
    )
    return alt.layer(*layers).properties(title=title, width=_TIME_PX, height=_TIME_HEIGHT_PX)


def apart(levels: Sequence[float]) -> list[float]:
    """Heights of labels in percent, as ``levels`` are given: each at its level or so near that none touches another."""
    gap = 100 * _APART_PX / _TIME_HEIGHT_PX
    placed = list(levels)
    order = sorted(range(len(placed)), key=lambda i: placed[i])
    for below, i in pairwise(order):
        placed[i] = max(placed[i], placed[below] + gap)
    ceiling = 100.0
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return placed


def requirements_met(table: pd.DataFrame) -> Chart:
    """A row for each requirement below what is asked: simulated mean, 95% interval, threshold, share of years met."""
    shown = table.assign(group=[asks(row) for row in table.to_dict("records")])
    units = [unit for unit in ("fraction", "h") if (shown["unit"] == unit).any()]
    charts = [_met_rows(pd.DataFrame(shown[shown["unit"] == unit]), unit) for unit in units]
    return charts[0] if len(charts) == 1 else alt.vconcat(*charts, spacing=10)


def _met_rows(rows: pd.DataFrame, unit: str) -> alt.LayerChart | alt.FacetChart:
    points = requirement_points(rows, unit)
    points = points.assign(met=[tokens.probability(p) for p in rows["probability_met"]])
    frame = pd.DataFrame(_with_headings(points))
    limit = axis_limit(rows, unit)
    title = "% of targets found, or of the year" if unit == "fraction" else "hours between looks, less is better"
    scale = alt.Scale(domain=[0, limit], nice=False, clamp=True)
    names = list(frame["row"])
    y = alt.Y("row:N", sort=names, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0.1))
    data = alt.Chart(frame[frame["is_row"]]).encode(y=y)
    headings = alt.Chart(frame[~frame["is_row"]]).encode(y=y)
    colour = state_colour()

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5))

    left, right = alt.value(0), alt.value(_PLOT_PX + _MET_PX)
    layers = (
        data.mark_rule(color=LIGHT["rule"], strokeWidth=1, opacity=0.7).encode(x=left, x2=alt.value(_PLOT_PX)),
        data.mark_tick(color=LIGHT["ink"], thickness=2, height=12, orient="vertical").encode(x("threshold")),
        data.mark_rule(strokeWidth=2.5).encode(x("low"), x2="high:Q", color=colour),
        data.mark_point(size=46, filled=True, opacity=1).encode(x("simulated"), color=colour, shape=state_shape()),
        data.mark_text(align="right", dx=-9, limit=_LABEL_PX, color=LIGHT["ink"]).encode(x=left, text="area:N"),
        data.mark_text(align="right", color=LIGHT["ink"]).encode(x=right, text="met:N"),
        headings.mark_text(
            align="left", dx=-_LABEL_PX, fontWeight="bold", color=LIGHT["ink"], dy=2, limit=_LABEL_PX + _PLOT_PX - 24
        ).encode(x=left, text="group:N"),
        headings.mark_text(align="right", color=LIGHT["muted"], dy=2).encode(x=right, text="said:N"),
    )
    height = round(_ROW_PX * len(names))
    return alt.layer(*layers).properties(width=_PLOT_PX, height=height)


def _with_headings(points: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """The rows, before those of a group one that names it; the first says what stands at the right."""
    seen: set[str] = set()
    for number, row in enumerate(points.sort_values("group", key=_as_met, kind="stable").to_dict("records")):
        point = {str(key): value for key, value in row.items()}
        if point["group"] not in seen:
            said = "" if seen else "years met"
            seen.add(point["group"])
            yield {"row": f"heading {number}", "is_row": False, "group": point["group"], "said": said}
        yield {**point, "row": f"row {number}", "is_row": True}


def _as_met(groups: pd.Series) -> pd.Series:
    """Groups in the order in which they first come."""
    first = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    return groups.map(first)
